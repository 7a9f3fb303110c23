//! The sysvmsg extension: message queues of System V.

use plugin_api::serial::{Reader, Writer};
use plugin_api::{
    Array, Comparison, Ctx, GcRoots, Handlers, Info, Kind, Object, OrFalse, R, Reference, This, Value,
    constants, php_class, php_function, php_methods, php_module,
};
use std::io::Error;

constants! {
    CONSTANTS;
    int MSG_IPC_NOWAIT = 1;
    int MSG_EAGAIN = 11;
    int MSG_ENOMSG = 42;
    int MSG_NOERROR = 2;
    int MSG_EXCEPT = 4;
}

/// A queue.
#[derive(Default, GcRoots)]
#[php_class(
    "final class SysvMessageQueue",
    handlers(get_constructor, compare),
    flags(uncloneable, not_serializable, no_dynamic)
)]
pub struct SysvMessageQueue {
    id: i32,
}

impl Handlers for SysvMessageQueue {
    fn get_constructor(_: &This<Self>, ctx: &mut Ctx) -> R<()> {
        Err(ctx.error("Cannot directly construct SysvMessageQueue, use msg_get_queue() instead"))
    }
    fn compare(_: &mut Ctx, _: &Value, _: &Value) -> R<Comparison> {
        Ok(Comparison::Uncomparable)
    }
}

#[php_methods]
impl SysvMessageQueue {}

fn errno() -> i32 {
    Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn words(errno: i32) -> String {
    // SAFETY: the text is copied at once.
    unsafe { std::ffi::CStr::from_ptr(libc::strerror(errno)).to_string_lossy().into_owned() }
}

/// A message for the system: its type, then its text.
struct Buffer(Vec<u64>);

impl Buffer {
    fn new(room: usize) -> Option<Buffer> {
        let mut words = Vec::new();
        words.try_reserve_exact(room / 8 + 2).ok()?;
        words.resize(room / 8 + 2, 0);
        Some(Buffer(words))
    }
    fn holding(kind: i64, text: &[u8]) -> Option<Buffer> {
        let mut b = Buffer::new(text.len())?;
        b.0[0] = kind as u64;
        // SAFETY: there is room for the text behind the type.
        unsafe {
            let to = b.0.as_mut_ptr().add(1).cast::<u8>();
            core::ptr::copy_nonoverlapping(text.as_ptr(), to, text.len());
        }
        Some(b)
    }
    fn text(&self, len: usize) -> &[u8] {
        let room = (self.0.len() - 1) * 8;
        // SAFETY: within the buffer.
        unsafe { core::slice::from_raw_parts(self.0.as_ptr().add(1).cast(), len.min(room)) }
    }
}

fn stat(id: i32) -> Option<libc::msqid_ds> {
    // SAFETY: zeros are a value of this plain structure, which is then written.
    unsafe {
        let mut about: libc::msqid_ds = core::mem::zeroed();
        (libc::msgctl(id, libc::IPC_STAT, &mut about) == 0).then_some(about)
    }
}

/// The queue of a key, made if there is none.
#[php_function("msg_get_queue(int $key, int $permissions = 0666): SysvMessageQueue|false")]
fn msg_get_queue(ctx: &mut Ctx, key: i64, permissions: i64) -> R<OrFalse<Object>> {
    // SAFETY: plain numbers.
    let mut id = unsafe { libc::msgget(key as i32, 0) };
    if id < 0 {
        let flags = libc::IPC_CREAT | libc::IPC_EXCL | permissions as i32;
        // SAFETY: plain numbers.
        id = unsafe { libc::msgget(key as i32, flags) };
    }
    if id < 0 {
        let why = words(errno());
        ctx.warning(format!("Failed for key 0x{key:x}: {why}"))?;
        return Ok(OrFalse::FALSE);
    }
    This::<SysvMessageQueue>::create(ctx, SysvMessageQueue { id }).map(OrFalse::from)
}

/// Sends a message of a type, which is greater than 0.
#[php_function(
    "msg_send(SysvMessageQueue $queue, int $message_type, $message, bool $serialize = true, bool $blocking = true, &$error_code = null): bool"
)]
fn msg_send(
    ctx: &mut Ctx,
    queue: &This<SysvMessageQueue>,
    message_type: i64,
    message: &Value,
    serialize: bool,
    blocking: bool,
    error_code: Option<Reference<'_>>,
) -> R<bool> {
    let id = queue.borrow(ctx)?.id;
    let text = if serialize {
        Writer::run(ctx, |ctx, w| w.value(ctx, message))?.to_vec()
    } else {
        match message.kind() {
            Kind::Str(s) => s.to_vec(),
            Kind::Int(i) => i.to_string().into_bytes(),
            Kind::Bool(b) => vec![b'0' + u8::from(b)],
            Kind::Float(d) => format!("{d:.6}").into_bytes(),
            _ => {
                let given = message.value_name();
                let message = format!("must be of type string|int|float|bool, {given} given");
                return Err(ctx.argument_type_error(3, message));
            }
        }
    };
    let sent = match Buffer::holding(message_type, &text) {
        Some(b) => {
            let flags = if blocking { 0 } else { libc::IPC_NOWAIT };
            // SAFETY: a buffer with a type and a text of that length.
            unsafe { libc::msgsnd(id, b.0.as_ptr().cast(), text.len(), flags) }
        }
        None => -1,
    };
    if sent == -1 {
        let e = errno();
        ctx.warning(format!("msgsnd failed: {}", words(e)))?;
        if let Some(code) = error_code {
            code.set(ctx, i64::from(e))?;
        }
        return Ok(false);
    }
    Ok(true)
}

/// Receives a message of a type.
#[php_function(
    "msg_receive(SysvMessageQueue $queue, int $desired_message_type, &$received_message_type, int $max_message_size, mixed &$message, bool $unserialize = true, int $flags = 0, &$error_code = null): bool"
)]
fn msg_receive(
    ctx: &mut Ctx,
    queue: &This<SysvMessageQueue>,
    desired_message_type: i64,
    received_message_type: Reference<'_>,
    max_message_size: i64,
    message: Reference<'_>,
    unserialize: bool,
    flags: i64,
    error_code: Option<Reference<'_>>,
) -> R<bool> {
    const NOWAIT: i64 = 1;
    const NOERROR: i64 = 2;
    const EXCEPT: i64 = 4;
    if max_message_size <= 0 {
        return Err(ctx.argument_value_error(4, "must be greater than 0"));
    }
    let mut wanted = 0;
    for (flag, system) in
        [(EXCEPT, libc::MSG_EXCEPT), (NOERROR, libc::MSG_NOERROR), (NOWAIT, libc::IPC_NOWAIT)]
    {
        if flags & flag != 0 {
            wanted |= system;
        }
    }
    let id = queue.borrow(ctx)?.id;
    let room = max_message_size as usize;
    let Some(mut b) = Buffer::new(room) else {
        return Err(ctx.fatal(format!("Out of memory (allocating {room} bytes)")));
    };
    // SAFETY: a buffer with room for a type and a text of that length.
    let got = unsafe { libc::msgrcv(id, b.0.as_mut_ptr().cast(), room, desired_message_type, wanted) };
    let e = errno();
    let Ok(len) = usize::try_from(got) else {
        received_message_type.set(ctx, 0i64)?;
        message.set(ctx, false)?;
        if let Some(code) = error_code {
            code.set(ctx, i64::from(e))?;
        }
        return Ok(false);
    };
    received_message_type.set(ctx, b.0[0] as i64)?;
    if let Some(code) = error_code {
        code.set(ctx, 0i64)?;
    }
    if !unserialize {
        message.set(ctx, Value::str(b.text(len)))?;
        return Ok(true);
    }
    let (value, _) = Reader::run(ctx, |ctx, r| r.value(ctx, b.text(len)))?;
    match value {
        Some(v) => {
            message.set(ctx, v)?;
            Ok(true)
        }
        None => {
            ctx.warning("Message corrupted")?;
            message.set(ctx, false)?;
            Ok(false)
        }
    }
}

/// Removes a queue from the system.
#[php_function("msg_remove_queue(SysvMessageQueue $queue): bool")]
fn msg_remove_queue(ctx: &mut Ctx, queue: &This<SysvMessageQueue>) -> R<bool> {
    let id = queue.borrow(ctx)?.id;
    // SAFETY: no structure is needed to remove.
    Ok(unsafe { libc::msgctl(id, libc::IPC_RMID, core::ptr::null_mut()) } == 0)
}

/// What the system tells of a queue.
#[php_function("msg_stat_queue(SysvMessageQueue $queue): array|false")]
fn msg_stat_queue(ctx: &mut Ctx, queue: &This<SysvMessageQueue>) -> R<OrFalse<Array>> {
    let id = queue.borrow(ctx)?.id;
    let Some(s) = stat(id) else { return Ok(OrFalse::FALSE) };
    let mut out = Array::new();
    out.set("msg_perm.uid", i64::from(s.msg_perm.uid));
    out.set("msg_perm.gid", i64::from(s.msg_perm.gid));
    out.set("msg_perm.mode", i64::from(s.msg_perm.mode));
    out.set("msg_stime", s.msg_stime);
    out.set("msg_rtime", s.msg_rtime);
    out.set("msg_ctime", s.msg_ctime);
    out.set("msg_qnum", s.msg_qnum as i64);
    out.set("msg_qbytes", s.msg_qbytes as i64);
    out.set("msg_lspid", i64::from(s.msg_lspid));
    out.set("msg_lrpid", i64::from(s.msg_lrpid));
    Ok(OrFalse(Some(out)))
}

/// Sets what `msg_stat_queue()` tells of owner, mode and size.
#[php_function("msg_set_queue(SysvMessageQueue $queue, array $data): bool")]
fn msg_set_queue(ctx: &mut Ctx, queue: &This<SysvMessageQueue>, data: &Array) -> R<bool> {
    let id = queue.borrow(ctx)?.id;
    let Some(mut s) = stat(id) else { return Ok(false) };
    if let Some(v) = data.get("msg_perm.uid") {
        s.msg_perm.uid = v.to_int() as u32;
    }
    if let Some(v) = data.get("msg_perm.gid") {
        s.msg_perm.gid = v.to_int() as u32;
    }
    if let Some(v) = data.get("msg_perm.mode") {
        s.msg_perm.mode = v.to_int() as _;
    }
    if let Some(v) = data.get("msg_qbytes") {
        s.msg_qbytes = v.to_int() as _;
    }
    // SAFETY: the structure that the system filled.
    Ok(unsafe { libc::msgctl(id, libc::IPC_SET, &mut s) } == 0)
}

/// Whether a key has a queue.
#[php_function("msg_queue_exists(int $key): bool")]
fn msg_queue_exists(key: i64) -> bool {
    // SAFETY: plain numbers.
    unsafe { libc::msgget(key as i32, 0) >= 0 }
}

fn info(t: &mut Info) {
    t.row("sysvmsg support", "enabled");
}

php_module! {
    name: "sysvmsg",
    version: "8.4.24",
    functions: [
        msg_get_queue, msg_send, msg_receive, msg_remove_queue, msg_stat_queue, msg_set_queue, msg_queue_exists,
    ],
    classes: [SysvMessageQueue],
    constants: [CONSTANTS],
    minfo: info,
}
