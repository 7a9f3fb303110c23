//! The sysvshm extension: values in shared memory of System V.

mod segment;

use plugin_api::serial::{Reader, Writer};
use plugin_api::{
    Comparison, Ctx, GcRoots, Handlers, Info, Object, OrFalse, R, This, Value, php_class, php_function,
    php_methods, php_module,
};
use segment::Segment;
use std::io::Error;
use std::rc::Rc;

/// Shared memory.
#[derive(Default, GcRoots)]
#[php_class(
    "final class SysvSharedMemory",
    handlers(get_constructor, compare),
    flags(uncloneable, not_serializable, no_dynamic)
)]
pub struct SysvSharedMemory {
    key: i32,
    id: i32,
    #[gc(skip)]
    segment: Option<Rc<Segment>>,
}

impl Handlers for SysvSharedMemory {
    fn get_constructor(_: &This<Self>, ctx: &mut Ctx) -> R<()> {
        Err(ctx.error("Cannot directly construct SysvSharedMemory, use shm_attach() instead"))
    }
    fn compare(_: &mut Ctx, _: &Value, _: &Value) -> R<Comparison> {
        Ok(Comparison::Uncomparable)
    }
}

#[php_methods]
impl SysvSharedMemory {}

type Shm<'a> = &'a This<SysvSharedMemory>;

fn last_error() -> String {
    let e = Error::last_os_error().raw_os_error().unwrap_or(0);
    // SAFETY: the text is copied at once.
    unsafe { std::ffi::CStr::from_ptr(libc::strerror(e)).to_string_lossy().into_owned() }
}

fn segment(ctx: &mut Ctx, shm: Shm<'_>) -> R<Rc<Segment>> {
    let s = shm.borrow(ctx)?.segment.clone();
    s.ok_or_else(|| ctx.error("Shared memory block has already been destroyed"))
}

/// Attaches to the shared memory of a key, which is made if there is none.
#[php_function("shm_attach(int $key, ?int $size = null, int $permissions = 0666): SysvSharedMemory|false")]
fn shm_attach(ctx: &mut Ctx, key: i64, size: Option<i64>, permissions: i64) -> R<OrFalse<Object>> {
    let size = size.unwrap_or_else(|| match ctx.ini("sysvshm.init_mem") {
        Some(v) => String::from_utf8_lossy(&v).trim().parse().unwrap_or(0),
        None => 10000,
    });
    if size < 1 {
        return Err(ctx.argument_value_error(2, "must be greater than 0"));
    }
    // SAFETY: plain numbers.
    let mut id = unsafe { libc::shmget(key as i32, 0, 0) };
    if id < 0 {
        if size < segment::HEAD as i64 {
            ctx.warning(format!("Failed for key 0x{key:x}: memorysize too small"))?;
            return Ok(OrFalse::FALSE);
        }
        let flags = permissions as i32 | libc::IPC_CREAT | libc::IPC_EXCL;
        // SAFETY: plain numbers.
        id = unsafe { libc::shmget(key as i32, size as usize, flags) };
    }
    match if id < 0 { None } else { Segment::attach(id, size) } {
        Some(s) => {
            let made = SysvSharedMemory { key: key as i32, id, segment: Some(Rc::new(s)) };
            This::<SysvSharedMemory>::create(ctx, made).map(OrFalse::from)
        }
        None => {
            let why = last_error();
            ctx.warning(format!("Failed for key 0x{key:x}: {why}"))?;
            Ok(OrFalse::FALSE)
        }
    }
}

/// Detaches from shared memory.
#[php_function("shm_detach(SysvSharedMemory $shm): bool")]
fn shm_detach(ctx: &mut Ctx, shm: Shm<'_>) -> R<bool> {
    segment(ctx, shm)?;
    shm.borrow_mut(ctx)?.segment = None;
    Ok(true)
}

/// Whether there is a value under a number.
#[php_function("shm_has_var(SysvSharedMemory $shm, int $key): bool")]
fn shm_has_var(ctx: &mut Ctx, shm: Shm<'_>, key: i64) -> R<bool> {
    Ok(segment(ctx, shm)?.has(key))
}

/// Removes shared memory from the system.
#[php_function("shm_remove(SysvSharedMemory $shm): bool")]
fn shm_remove(ctx: &mut Ctx, shm: Shm<'_>) -> R<bool> {
    segment(ctx, shm)?;
    let p = shm.borrow(ctx)?;
    let (key, id) = (p.key, p.id);
    drop(p);
    // SAFETY: no structure is needed to remove.
    if unsafe { libc::shmctl(id, libc::IPC_RMID, core::ptr::null_mut()) } < 0 {
        let why = last_error();
        ctx.warning(format!("Failed for key 0x{key:x}, id {}: {why}", shm.object().id()))?;
        return Ok(false);
    }
    Ok(true)
}

/// Puts a value under a number.
#[php_function("shm_put_var(SysvSharedMemory $shm, int $key, mixed $value): bool")]
fn shm_put_var(ctx: &mut Ctx, shm: Shm<'_>, key: i64, value: &Value) -> R<bool> {
    segment(ctx, shm)?;
    let text = Writer::run(ctx, |ctx, w| w.value(ctx, value))?;
    let Some(s) = shm.borrow(ctx)?.segment.clone() else {
        return Err(ctx.error("Shared memory block has been destroyed by the serialization function"));
    };
    if !s.put(key, &text) {
        ctx.warning("Not enough shared memory left")?;
        return Ok(false);
    }
    Ok(true)
}

/// The value under a number.
#[php_function("shm_get_var(SysvSharedMemory $shm, int $key): mixed")]
fn shm_get_var(ctx: &mut Ctx, shm: Shm<'_>, key: i64) -> R<Value> {
    let Some(text) = segment(ctx, shm)?.text(key) else {
        ctx.warning(format!("Variable key {key} doesn't exist"))?;
        return Ok(Value::bool(false));
    };
    let (value, _) = Reader::run(ctx, |ctx, r| r.value(ctx, &text))?;
    match value {
        Some(v) => Ok(v),
        None => {
            ctx.warning("Variable data in shared memory is corrupted")?;
            Ok(Value::bool(false))
        }
    }
}

/// Removes the value under a number.
#[php_function("shm_remove_var(SysvSharedMemory $shm, int $key): bool")]
fn shm_remove_var(ctx: &mut Ctx, shm: Shm<'_>, key: i64) -> R<bool> {
    if !segment(ctx, shm)?.remove(key) {
        ctx.warning(format!("Variable key {key} doesn't exist"))?;
        return Ok(false);
    }
    Ok(true)
}

fn info(t: &mut Info) {
    t.row("sysvshm support", "enabled");
}

php_module! {
    name: "sysvshm",
    version: "8.4.24",
    functions: [shm_attach, shm_detach, shm_has_var, shm_remove, shm_put_var, shm_get_var, shm_remove_var],
    classes: [SysvSharedMemory],
    minfo: info,
}
