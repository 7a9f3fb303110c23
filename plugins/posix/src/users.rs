//! Users and groups.

use crate::process::text;
use crate::{errno, keep_error, succeeded};
use plugin_api::{Array, Ctx, OrFalse, Value, php_function};
use std::ffi::CString;

macro_rules! ids {
    ($($get:ident, $set:ident, $kind:literal, $getter:literal, $setter:literal, $arg:ident;)*) => { $(
        #[doc = concat!("The ", $kind, " of this process.")]
        #[php_function($getter)]
        fn $get() -> i64 {
            // SAFETY: no arguments.
            unsafe { ids::$get() }.into()
        }
        #[doc = concat!("Sets the ", $kind, " of this process.")]
        #[php_function($setter)]
        fn $set(ctx: &mut Ctx, $arg: i64) -> bool {
            // SAFETY: plain number.
            let r = unsafe { ids::$set($arg as u32) };
            succeeded(ctx, r.into())
        }
    )* };
}

/// The C library's functions under PHP's names.
mod ids {
    pub use libc::{
        getegid as posix_getegid, geteuid as posix_geteuid, getgid as posix_getgid, getuid as posix_getuid,
        setegid as posix_setegid, seteuid as posix_seteuid, setgid as posix_setgid, setuid as posix_setuid,
    };
}

ids! {
    posix_getuid, posix_setuid, "user", "posix_getuid(): int", "posix_setuid(int $user_id): bool", user_id;
    posix_geteuid, posix_seteuid, "effective user", "posix_geteuid(): int", "posix_seteuid(int $user_id): bool", user_id;
    posix_getgid, posix_setgid, "group", "posix_getgid(): int", "posix_setgid(int $group_id): bool", group_id;
    posix_getegid, posix_setegid, "effective group", "posix_getegid(): int", "posix_setegid(int $group_id): bool", group_id;
}

/// Further groups of this process.
#[php_function("posix_getgroups(): array|false")]
fn posix_getgroups(ctx: &mut Ctx) -> OrFalse<Array> {
    // SAFETY: asks how many there are.
    let n = unsafe { libc::getgroups(0, std::ptr::null_mut()) };
    if !succeeded(ctx, n.into()) {
        return OrFalse::FALSE;
    }
    let mut list = vec![0; n as usize];
    // SAFETY: the list has room for so many.
    let n = unsafe { libc::getgroups(n, list.as_mut_ptr()) };
    if !succeeded(ctx, n.into()) {
        return OrFalse::FALSE;
    }
    OrFalse(Some(Array::list(list[..n as usize].iter().map(|g| Value::int((*g).into())))))
}

/// Who logged in at the terminal.
#[php_function("posix_getlogin(): string|false")]
fn posix_getlogin(ctx: &mut Ctx) -> Value {
    // SAFETY: a text of the C library, copied at once.
    let v = unsafe { text(libc::getlogin()) };
    if v.is_null() {
        keep_error(ctx, errno());
        return Value::bool(false);
    }
    v
}

/// Asks a database with a buffer that grows until the entry fits. `ask` gives the C library's result and whether there is an
/// entry, and turns it to an array.
fn look_up(ctx: &mut Ctx, ask: impl Fn(*mut libc::c_char, usize) -> (i32, Option<Array>)) -> OrFalse<Array> {
    let mut room = 1024;
    loop {
        let mut buffer = vec![0; room];
        match ask(buffer.as_mut_ptr(), room) {
            (0, Some(entry)) => return OrFalse(Some(entry)),
            (libc::ERANGE, _) => room *= 2,
            (error, _) => {
                keep_error(ctx, error);
                return OrFalse::FALSE;
            }
        }
    }
}

/// # Safety
/// The entry is one that the C library has just filled.
unsafe fn group(g: &libc::group) -> Array {
    let mut out = Array::new();
    // SAFETY: the entry's texts and its list, which ends with null, are live.
    unsafe {
        out.set("name", text(g.gr_name));
        out.set("passwd", text(g.gr_passwd));
        let mut members = Array::new();
        let mut p = g.gr_mem;
        while !(*p).is_null() {
            members.push(text(*p));
            p = p.add(1);
        }
        out.set("members", members);
    }
    out.set("gid", i64::from(g.gr_gid));
    out
}

/// # Safety
/// As [`group`].
unsafe fn user(p: &libc::passwd) -> Array {
    let mut out = Array::new();
    // SAFETY: the entry's texts are live.
    unsafe {
        out.set("name", text(p.pw_name));
        out.set("passwd", text(p.pw_passwd));
        out.set("uid", i64::from(p.pw_uid));
        out.set("gid", i64::from(p.pw_gid));
        out.set("gecos", text(p.pw_gecos));
        out.set("dir", text(p.pw_dir));
        out.set("shell", text(p.pw_shell));
    }
    out
}

fn c_text(name: &[u8]) -> CString {
    let end = name.iter().position(|c| *c == 0).unwrap_or(name.len());
    CString::new(&name[..end]).unwrap_or_default()
}

macro_rules! entries {
    ($($(#[$doc:meta])* $name:ident, $sig:literal, $arg:ident: $ty:ty, $key:ident = $made:expr, $passed:expr, $call:ident, $entry:ty, $array:ident;)*) => { $(
        $(#[$doc])*
        #[php_function($sig)]
        fn $name(ctx: &mut Ctx, $arg: $ty) -> OrFalse<Array> {
            let $key = $made;
            look_up(ctx, |buffer, room| {
                // SAFETY: the entry, the buffer of that room and the result are live; the entry is read while they are.
                unsafe {
                    let mut entry: $entry = std::mem::zeroed();
                    let mut found = std::ptr::null_mut();
                    let r = libc::$call($passed, &mut entry, buffer, room, &mut found);
                    (r, (r == 0 && !found.is_null()).then(|| $array(&entry)))
                }
            })
        }
    )* };
}

entries! {
    /// A group by name.
    posix_getgrnam, "posix_getgrnam(string $name): array|false", name: &[u8], key = c_text(name), key.as_ptr(), getgrnam_r, libc::group, group;
    /// A group by number.
    posix_getgrgid, "posix_getgrgid(int $group_id): array|false", group_id: i64, key = group_id as u32, key, getgrgid_r, libc::group, group;
    /// A user by name.
    posix_getpwnam, "posix_getpwnam(string $username): array|false", username: &[u8], key = c_text(username), key.as_ptr(), getpwnam_r, libc::passwd, user;
    /// A user by number.
    posix_getpwuid, "posix_getpwuid(int $user_id): array|false", user_id: i64, key = user_id as u32, key, getpwuid_r, libc::passwd, user;
}

/// Gives this process the groups of a user.
#[php_function("posix_initgroups(string $username, int $group_id): bool")]
fn posix_initgroups(username: &[u8], group_id: i64) -> bool {
    let name = c_text(username);
    // SAFETY: a live text.
    !username.is_empty() && unsafe { libc::initgroups(name.as_ptr(), group_id as u32) } == 0
}
