//! The shmop extension: shared memory as a string.

use plugin_api::{
    Comparison, Ctx, GcRoots, Handlers, Info, OrFalse, R, This, Value, php_class, php_function, php_methods,
    php_module,
};
use std::io::Error;

/// A segment.
#[derive(Default, GcRoots)]
#[php_class(
    "final class Shmop",
    handlers(get_constructor, compare),
    flags(uncloneable, not_serializable, no_dynamic)
)]
pub struct Shmop {
    #[gc(skip)]
    segment: Option<Segment>,
}

impl Handlers for Shmop {
    fn get_constructor(_: &This<Self>, ctx: &mut Ctx) -> R<()> {
        Err(ctx.error("Cannot directly construct Shmop, use shmop_open() instead"))
    }
    fn compare(_: &mut Ctx, _: &Value, _: &Value) -> R<Comparison> {
        Ok(Comparison::Uncomparable)
    }
}

#[php_methods]
impl Shmop {}

/// Shared memory that this process is attached to.
struct Segment {
    id: i32,
    address: *mut u8,
    size: usize,
    read_only: bool,
}

impl Drop for Segment {
    fn drop(&mut self) {
        // SAFETY: attached by `attach`, given back once.
        unsafe { libc::shmdt(self.address.cast()) };
    }
}

impl Segment {
    /// The bytes from `start` on. Others may write them meanwhile, so that they are only copied.
    fn read(&self, start: usize, len: usize) -> Vec<u8> {
        let mut out = vec![0; len];
        // SAFETY: the caller stays within the segment.
        unsafe { core::ptr::copy_nonoverlapping(self.address.add(start), out.as_mut_ptr(), len) };
        out
    }
    fn write(&self, start: usize, bytes: &[u8]) {
        // SAFETY: the caller stays within the segment, which is not read-only.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), self.address.add(start), bytes.len()) };
    }
}

fn last_error() -> String {
    // SAFETY: the text is copied at once.
    unsafe {
        let text = libc::strerror(Error::last_os_error().raw_os_error().unwrap_or(0));
        std::ffi::CStr::from_ptr(text).to_string_lossy().into_owned()
    }
}

fn attach(ctx: &mut Ctx, key: i32, mut flags: i32, mode: u8, size: i64) -> R<Option<Segment>> {
    let mut asked = 0;
    match mode {
        b'a' | b'w' => {}
        b'c' => flags |= libc::IPC_CREAT,
        b'n' => flags |= libc::IPC_CREAT | libc::IPC_EXCL,
        _ => return Err(ctx.argument_value_error(2, "must be a valid access mode")),
    }
    if matches!(mode, b'c' | b'n') {
        asked = size;
    }
    if flags & libc::IPC_CREAT != 0 && asked < 1 {
        let message = "must be greater than 0 for the \"c\" and \"n\" access modes";
        return Err(ctx.argument_value_error(4, message));
    }
    // SAFETY: plain numbers.
    let id = unsafe { libc::shmget(key, asked as usize, flags) };
    if id == -1 {
        let why = last_error();
        ctx.warning(format!("Unable to attach or create shared memory segment \"{why}\""))?;
        return Ok(None);
    }
    // SAFETY: zeros are a value of this plain structure, which is then written.
    let mut about: libc::shmid_ds = unsafe { core::mem::zeroed() };
    // SAFETY: as above.
    if unsafe { libc::shmctl(id, libc::IPC_STAT, &mut about) } != 0 {
        let why = last_error();
        ctx.warning(format!("Unable to get shared memory segment information \"{why}\""))?;
        return Ok(None);
    }
    if i64::try_from(about.shm_segsz).is_err() {
        return Err(ctx.argument_value_error(4, "is too large"));
    }
    let read_only = mode == b'a';
    // SAFETY: anywhere in our address space.
    let address = unsafe { libc::shmat(id, core::ptr::null(), if read_only { libc::SHM_RDONLY } else { 0 }) };
    if address as isize == -1 {
        let why = last_error();
        ctx.warning(format!("Unable to attach to shared memory segment \"{why}\""))?;
        return Ok(None);
    }
    Ok(Some(Segment { id, address: address.cast(), size: about.shm_segsz, read_only }))
}

/// Attaches to a segment: `a` to read, `w` to write, `c` and `n` to make it.
#[php_function("shmop_open(int $key, string $mode, int $permissions, int $size): Shmop|false")]
fn shmop_open(
    ctx: &mut Ctx,
    key: i64,
    mode: &[u8],
    permissions: i64,
    size: i64,
) -> R<OrFalse<plugin_api::Object>> {
    let &[mode] = mode else {
        return Err(ctx.argument_value_error(2, "must be a valid access mode"));
    };
    match attach(ctx, key as i32, permissions as i32, mode, size)? {
        Some(segment) => This::<Shmop>::create(ctx, Shmop { segment: Some(segment) }).map(OrFalse::from),
        None => Ok(OrFalse::FALSE),
    }
}

/// Runs `f` on an object's segment, which each that is reached by PHP code has.
fn with<T>(ctx: &mut Ctx, shmop: &This<Shmop>, f: impl FnOnce(&mut Ctx, &Segment) -> R<T>) -> R<T> {
    let p = shmop.borrow(ctx)?;
    match &p.segment {
        Some(s) => f(ctx, s),
        None => Err(ctx.error("Shmop was not opened")),
    }
}

/// Bytes of a segment; a size of 0 is all that is left.
#[php_function("shmop_read(Shmop $shmop, int $offset, int $size): string")]
fn shmop_read(ctx: &mut Ctx, shmop: &This<Shmop>, offset: i64, size: i64) -> R<Vec<u8>> {
    with(ctx, shmop, |ctx, s| {
        let Some(start) = usize::try_from(offset).ok().filter(|&o| o <= s.size) else {
            return Err(ctx.argument_value_error(2, "must be between 0 and the segment size"));
        };
        let left = s.size - start;
        match usize::try_from(size).ok().filter(|&n| n <= left) {
            Some(0) => Ok(s.read(start, left)),
            Some(n) => Ok(s.read(start, n)),
            None => Err(ctx.argument_value_error(3, "is out of range")),
        }
    })
}

/// Nothing: segments are detached with their objects.
#[php_function(
    "shmop_close(Shmop $shmop): void",
    deprecated = "#[\\Deprecated(since: '8.0', message: 'as Shmop objects are freed automatically')]"
)]
fn shmop_close(_shmop: &This<Shmop>) {}

/// A segment's size.
#[php_function("shmop_size(Shmop $shmop): int")]
fn shmop_size(ctx: &mut Ctx, shmop: &This<Shmop>) -> R<i64> {
    with(ctx, shmop, |_, s| Ok(s.size as i64))
}

/// Writes into a segment as much as there is room for; how many bytes.
#[php_function("shmop_write(Shmop $shmop, string $data, int $offset): int")]
fn shmop_write(ctx: &mut Ctx, shmop: &This<Shmop>, data: &[u8], offset: i64) -> R<i64> {
    with(ctx, shmop, |ctx, s| {
        if s.read_only {
            return Err(ctx.error("Read-only segment cannot be written"));
        }
        let Some(start) = usize::try_from(offset).ok().filter(|&o| o <= s.size) else {
            return Err(ctx.argument_value_error(3, "is out of range"));
        };
        let len = data.len().min(s.size - start);
        s.write(start, &data[..len]);
        Ok(len as i64)
    })
}

/// Has a segment deleted once nobody is attached to it.
#[php_function("shmop_delete(Shmop $shmop): bool")]
fn shmop_delete(ctx: &mut Ctx, shmop: &This<Shmop>) -> R<bool> {
    with(ctx, shmop, |ctx, s| {
        // SAFETY: no structure is needed to delete.
        if unsafe { libc::shmctl(s.id, libc::IPC_RMID, core::ptr::null_mut()) } != 0 {
            ctx.warning("Can't mark segment for deletion (are you the owner?)")?;
            return Ok(false);
        }
        Ok(true)
    })
}

fn info(t: &mut Info) {
    t.row("shmop support", "enabled");
}

php_module! {
    name: "shmop",
    version: "8.4.24",
    functions: [shmop_open, shmop_read, shmop_close, shmop_size, shmop_write, shmop_delete],
    classes: [Shmop],
    minfo: info,
}
