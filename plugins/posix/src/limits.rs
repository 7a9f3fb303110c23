//! Limits of processes, of the system and of files.

use crate::files::{Descriptor, c_path, descriptor};
use crate::{errno, keep_error, succeeded};
use plugin_api::{Array, Ctx, OrFalse, R, Value, php_function};

const LIMITS: &[(libc::__rlimit_resource_t, &str)] = &[
    (libc::RLIMIT_CORE, "core"),
    (libc::RLIMIT_DATA, "data"),
    (libc::RLIMIT_STACK, "stack"),
    (libc::RLIMIT_AS, "totalmem"),
    (libc::RLIMIT_RSS, "rss"),
    (libc::RLIMIT_NPROC, "maxproc"),
    (libc::RLIMIT_MEMLOCK, "memlock"),
    (libc::RLIMIT_CPU, "cpu"),
    (libc::RLIMIT_FSIZE, "filesize"),
    (libc::RLIMIT_NOFILE, "openfiles"),
];

fn limit(ctx: &mut Ctx, resource: libc::__rlimit_resource_t) -> Option<[Value; 2]> {
    let mut l = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: a live result.
    let r = unsafe { libc::getrlimit(resource, &mut l) };
    let shown = |n: libc::rlim_t| match n {
        libc::RLIM_INFINITY => Value::str("unlimited"),
        n => Value::int(n as i64),
    };
    succeeded(ctx, r.into()).then(|| [shown(l.rlim_cur), shown(l.rlim_max)])
}

/// Limits of this process, or one of them: the soft and the hard one.
#[php_function("posix_getrlimit(?int $resource = null): array|false")]
fn posix_getrlimit(ctx: &mut Ctx, resource: Option<i64>) -> OrFalse<Array> {
    if let Some(resource) = resource {
        return OrFalse(limit(ctx, resource as libc::__rlimit_resource_t).map(Array::list));
    }
    let mut out = Array::new();
    for (resource, name) in LIMITS {
        let Some([soft, hard]) = limit(ctx, *resource) else { return OrFalse::FALSE };
        out.set(&*format!("soft {name}"), soft);
        out.set(&*format!("hard {name}"), hard);
    }
    OrFalse(Some(out))
}

/// Sets a limit of this process.
#[php_function("posix_setrlimit(int $resource, int $soft_limit, int $hard_limit): bool")]
fn posix_setrlimit(ctx: &mut Ctx, resource: i64, soft_limit: i64, hard_limit: i64) -> bool {
    let l = libc::rlimit { rlim_cur: soft_limit as u64, rlim_max: hard_limit as u64 };
    // SAFETY: a live argument.
    let r = unsafe { libc::setrlimit(resource as libc::__rlimit_resource_t, &l) };
    succeeded(ctx, r.into())
}

/// A number of the system.
#[php_function("posix_sysconf(int $conf_id): int")]
fn posix_sysconf(conf_id: i64) -> i64 {
    // SAFETY: plain number.
    unsafe { libc::sysconf(conf_id as i32) }
}

/// The result of a call that gives -1 without an error where there is no limit.
fn limit_or_none(ctx: &mut Ctx, call: impl FnOnce() -> i64) -> OrFalse<i64> {
    // SAFETY: this thread's error number.
    unsafe { *libc::__errno_location() = 0 };
    let r = call();
    let error = errno();
    if r < 0 && error != 0 {
        keep_error(ctx, error);
        return OrFalse::FALSE;
    }
    OrFalse(Some(r))
}

/// A number of the file system that a path is on.
#[php_function("posix_pathconf(string $path, int $name): int|false")]
fn posix_pathconf(ctx: &mut Ctx, path: &[u8], name: i64) -> R<OrFalse<i64>> {
    let c = c_path(ctx, path)?;
    if path.is_empty() {
        return Err(ctx.argument_value_error(1, "must not be empty"));
    }
    if !ctx.path_allowed(path) {
        let shown = String::from_utf8_lossy(path).into_owned();
        ctx.warning(format!("Invalid path supplied: {shown}"))?;
        return Ok(OrFalse::FALSE);
    }
    // SAFETY: a live text.
    Ok(limit_or_none(ctx, || unsafe { libc::pathconf(c.as_ptr(), name as i32) }))
}

/// A number of the file system that an open file is on.
#[php_function("posix_fpathconf($file_descriptor, int $name): int|false")]
fn posix_fpathconf(ctx: &mut Ctx, file_descriptor: &Value, name: i64) -> R<OrFalse<i64>> {
    let fd = match descriptor(ctx, file_descriptor)? {
        Descriptor::Number(fd) => fd,
        Descriptor::None => return Ok(OrFalse::FALSE),
        Descriptor::Wrong => {
            let given = file_descriptor.value_name();
            return Err(ctx.argument_type_error(1, format!("must be of type int|resource, {given} given")));
        }
    };
    // SAFETY: plain numbers.
    Ok(limit_or_none(ctx, || unsafe { libc::fpathconf(fd as i32, name as i32) }))
}
