//! The sysvsem extension: semaphores of System V.
//!
//! PHP's semaphore is a set of three: the semaphore itself, how many processes use it, and one that guards setting the first
//! when somebody is the only user. Other programs of PHP share them, so their numbers and order are PHP's.

use plugin_api::{
    Comparison, Ctx, GcRoots, Handlers, Info, Object, OrFalse, R, This, Value, php_class, php_function,
    php_methods, php_module,
};
use std::io::Error;

const SEMAPHORE: u16 = 0;
const USERS: u16 = 1;
const GUARD: u16 = 2;

/// What `semctl` takes as its fourth argument.
#[repr(C)]
union Argument {
    value: i32,
    about: *mut libc::semid_ds,
}

/// A semaphore.
#[derive(Default, GcRoots)]
#[php_class(
    "final class SysvSemaphore",
    handlers(get_constructor, compare),
    flags(uncloneable, not_serializable, no_dynamic)
)]
pub struct SysvSemaphore {
    key: i32,
    id: i32,
    /// How often it is acquired here; -1 when it was removed.
    count: i32,
    auto_release: bool,
}

impl Handlers for SysvSemaphore {
    fn get_constructor(_: &This<Self>, ctx: &mut Ctx) -> R<()> {
        Err(ctx.error("Cannot directly construct SysvSemaphore, use sem_get() instead"))
    }
    fn compare(_: &mut Ctx, _: &Value, _: &Value) -> R<Comparison> {
        Ok(Comparison::Uncomparable)
    }
}

#[php_methods]
impl SysvSemaphore {}

impl Drop for SysvSemaphore {
    fn drop(&mut self) {
        if self.count == -1 || !self.auto_release {
            return;
        }
        let mut steps = vec![step(USERS, -1)];
        if self.count > 0 {
            steps.push(step(SEMAPHORE, self.count as i16));
        }
        operate(self.id, &mut steps);
    }
}

/// A step of `semop`, undone when the process ends.
fn step(number: u16, by: i16) -> libc::sembuf {
    libc::sembuf { sem_num: number, sem_op: by, sem_flg: libc::SEM_UNDO as i16 }
}

/// Takes steps together; false and `errno` when that failed.
fn operate(id: i32, steps: &mut [libc::sembuf]) -> bool {
    // SAFETY: live steps.
    unsafe { libc::semop(id, steps.as_mut_ptr(), steps.len()) != -1 }
}

fn errno() -> i32 {
    Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn words(errno: i32) -> String {
    // SAFETY: the text is copied at once.
    unsafe { std::ffi::CStr::from_ptr(libc::strerror(errno)).to_string_lossy().into_owned() }
}

/// As [`operate`], going on after signals; the error's number when it failed.
fn operate_on(id: i32, steps: &mut [libc::sembuf]) -> Result<(), i32> {
    loop {
        if operate(id, steps) {
            return Ok(());
        }
        match errno() {
            libc::EINTR => {}
            e => return Err(e),
        }
    }
}

/// The semaphore of a key, made if there is none.
#[php_function(
    "sem_get(int $key, int $max_acquire = 1, int $permissions = 0666, bool $auto_release = true): SysvSemaphore|false"
)]
fn sem_get(
    ctx: &mut Ctx,
    key: i64,
    max_acquire: i64,
    permissions: i64,
    auto_release: bool,
) -> R<OrFalse<Object>> {
    let failed = |e: i32| format!("Failed for key 0x{key:x}: {}", words(e));
    // SAFETY: plain numbers.
    let id = unsafe { libc::semget(key as i32, 3, permissions as i32 | libc::IPC_CREAT) };
    if id == -1 {
        ctx.warning(failed(errno()))?;
        return Ok(OrFalse::FALSE);
    }
    // Nobody else is between here and the end of setting it up.
    let free = libc::sembuf { sem_num: GUARD, sem_op: 0, sem_flg: 0 };
    if let Err(e) = operate_on(id, &mut [free, step(GUARD, 1), step(USERS, 1)]) {
        ctx.warning(format!("Failed acquiring SYSVSEM_SETVAL for key 0x{key:x}: {}", words(e)))?;
    }
    // SAFETY: no argument is read.
    let users = unsafe { libc::semctl(id, USERS.into(), libc::GETVAL) };
    if users == -1 {
        ctx.warning(failed(errno()))?;
    }
    if users == 1 {
        let most = Argument { value: max_acquire as i32 };
        // SAFETY: the argument's value is read.
        if unsafe { libc::semctl(id, SEMAPHORE.into(), libc::SETVAL, most) } == -1 {
            ctx.warning(failed(errno()))?;
        }
    }
    if let Err(e) = operate_on(id, &mut [step(GUARD, -1)]) {
        ctx.warning(format!("Failed releasing SYSVSEM_SETVAL for key 0x{key:x}: {}", words(e)))?;
    }
    let made = SysvSemaphore { key: key as i32, id, count: 0, auto_release };
    This::<SysvSemaphore>::create(ctx, made).map(OrFalse::from)
}

/// Acquires or releases; whether that was done.
fn change(ctx: &mut Ctx, semaphore: &This<SysvSemaphore>, acquire: bool, wait: bool) -> R<bool> {
    let p = semaphore.borrow(ctx)?;
    let (key, id, count) = (p.key, p.id, p.count);
    drop(p);
    if !acquire && count == 0 {
        ctx.warning(format!("SysV semaphore for key 0x{key:x} is not currently acquired"))?;
        return Ok(false);
    }
    let mut one = step(SEMAPHORE, if acquire { -1 } else { 1 });
    if !wait {
        one.sem_flg |= libc::IPC_NOWAIT as i16;
    }
    if let Err(e) = operate_on(id, &mut [one]) {
        if e != libc::EAGAIN {
            let what = if acquire { "acquire" } else { "release" };
            ctx.warning(format!("Failed to {what} key 0x{key:x}: {}", words(e)))?;
        }
        return Ok(false);
    }
    semaphore.borrow_mut(ctx)?.count += if acquire { 1 } else { -1 };
    Ok(true)
}

/// Acquires a semaphore, and waits for it unless told not to.
#[php_function("sem_acquire(SysvSemaphore $semaphore, bool $non_blocking = false): bool")]
fn sem_acquire(ctx: &mut Ctx, semaphore: &This<SysvSemaphore>, non_blocking: bool) -> R<bool> {
    change(ctx, semaphore, true, !non_blocking)
}

/// Releases a semaphore.
#[php_function("sem_release(SysvSemaphore $semaphore): bool")]
fn sem_release(ctx: &mut Ctx, semaphore: &This<SysvSemaphore>) -> R<bool> {
    change(ctx, semaphore, false, true)
}

/// Removes a semaphore from the system.
#[php_function("sem_remove(SysvSemaphore $semaphore): bool")]
fn sem_remove(ctx: &mut Ctx, semaphore: &This<SysvSemaphore>) -> R<bool> {
    let p = semaphore.borrow(ctx)?;
    let (key, id) = (p.key, p.id);
    drop(p);
    // SAFETY: zeros are a value of this plain structure, which is then written.
    let mut about: libc::semid_ds = unsafe { core::mem::zeroed() };
    // SAFETY: as above.
    if unsafe { libc::semctl(id, 0, libc::IPC_STAT, Argument { about: &mut about }) } < 0 {
        ctx.warning(format!("SysV semaphore for key 0x{key:x} does not (any longer) exist"))?;
        return Ok(false);
    }
    // SAFETY: no argument is read.
    if unsafe { libc::semctl(id, 0, libc::IPC_RMID) } < 0 {
        let why = words(errno());
        ctx.warning(format!("Failed for SysV semaphore for key 0x{key:x}: {why}"))?;
        return Ok(false);
    }
    semaphore.borrow_mut(ctx)?.count = -1;
    Ok(true)
}

fn info(t: &mut Info) {
    t.row("sysvsem support", "enabled");
}

php_module! {
    name: "sysvsem",
    version: "8.4.24",
    functions: [sem_get, sem_acquire, sem_release, sem_remove],
    classes: [SysvSemaphore],
    minfo: info,
}
