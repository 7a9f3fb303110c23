//! The process, the machine, time: `getmypid()`, `php_uname()`, `sleep()`, `getrusage()`, `uniqid()`.

use plugin_api::{Array, Ctx, OrFalse, R, Value, php_function};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[php_function("getmypid(): int|false")]
fn getmypid() -> i64 {
    std::process::id() as i64
}
#[php_function("getmyuid(): int|false")]
fn getmyuid(ctx: &mut Ctx) -> OrFalse<i64> {
    script_stat(ctx).map(|m| std::os::unix::fs::MetadataExt::uid(&m) as i64).into()
}
#[php_function("getmygid(): int|false")]
fn getmygid(ctx: &mut Ctx) -> OrFalse<i64> {
    script_stat(ctx).map(|m| std::os::unix::fs::MetadataExt::gid(&m) as i64).into()
}
#[php_function("getmyinode(): int|false")]
fn getmyinode(ctx: &mut Ctx) -> OrFalse<i64> {
    script_stat(ctx).map(|m| std::os::unix::fs::MetadataExt::ino(&m) as i64).into()
}
#[php_function("getlastmod(): int|false")]
fn getlastmod(ctx: &mut Ctx) -> OrFalse<i64> {
    script_stat(ctx).map(|m| std::os::unix::fs::MetadataExt::mtime(&m)).into()
}

/// What is known of the main script's file, whose name was made absolute before the script could change the folder.
fn script_stat(ctx: &mut Ctx) -> Option<std::fs::Metadata> {
    use std::os::unix::ffi::OsStrExt;
    let files = Value::str("get_included_files").call(ctx, &[]).ok()?;
    let path = files.as_array()?.values().next()?.as_str()?.to_vec();
    std::fs::metadata(std::ffi::OsStr::from_bytes(&path)).ok()
}

#[php_function("get_current_user(): string")]
fn get_current_user(ctx: &mut Ctx) -> Vec<u8> {
    use std::os::unix::fs::MetadataExt;
    let uid = script_stat(ctx).map_or_else(
        // SAFETY: a system call without arguments.
        || unsafe { libc::getuid() },
        |m| m.uid(),
    );
    let mut buf = vec![0u8; 4096];
    // SAFETY: the record and its buffer are ours; names in it live as long as the buffer.
    unsafe {
        let mut entry: libc::passwd = std::mem::zeroed();
        let mut found = std::ptr::null_mut();
        libc::getpwuid_r(uid, &mut entry, buf.as_mut_ptr().cast(), buf.len(), &mut found);
        if found.is_null() { Vec::new() } else { std::ffi::CStr::from_ptr(entry.pw_name).to_bytes().to_vec() }
    }
}

#[php_function("php_uname(string $mode = \"a\"): string")]
fn php_uname(ctx: &mut Ctx, mode: &[u8]) -> R<Vec<u8>> {
    // SAFETY: all zeros is a valid utsname, filled by the call; its texts are terminated.
    let part = unsafe {
        let mut u: libc::utsname = std::mem::zeroed();
        libc::uname(&mut u);
        move |c: u8| {
            let field = match c {
                b's' => &u.sysname[..],
                b'n' => &u.nodename[..],
                b'r' => &u.release[..],
                b'v' => &u.version[..],
                _ => &u.machine[..],
            };
            std::ffi::CStr::from_ptr(field.as_ptr()).to_bytes().to_vec()
        }
    };
    match mode {
        [b'a'] => Ok([part(b's'), part(b'n'), part(b'r'), part(b'v'), part(b'm')].join(&b' ')),
        [c @ (b's' | b'n' | b'r' | b'v' | b'm')] => Ok(part(*c)),
        [_] => Err(ctx.argument_value_error(1, "must be one of \"a\", \"m\", \"n\", \"r\", \"s\", or \"v\"")),
        _ => Err(ctx.argument_value_error(1, "must be a single character")),
    }
}

/// Sleeps; what is left of the time when a signal ended it.
fn pause(time: Duration) -> Option<Duration> {
    let wanted = libc::timespec {
        tv_sec: time.as_secs().min(i64::MAX as u64) as i64,
        tv_nsec: time.subsec_nanos().into(),
    };
    let mut left = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: live structures.
    let r = unsafe { libc::nanosleep(&wanted, &mut left) };
    (r != 0).then(|| Duration::new(left.tv_sec.max(0) as u64, left.tv_nsec.clamp(0, 999_999_999) as u32))
}

#[php_function("sleep(int $seconds): int")]
fn sleep(ctx: &mut Ctx, seconds: i64) -> R<i64> {
    match u32::try_from(seconds) {
        Ok(s) => {
            let left = pause(Duration::from_secs(s.into()));
            // As the C library's sleep() counts what a signal leaves.
            Ok(left.map_or(0, |l| l.as_secs() as i64 + i64::from(l.subsec_millis() >= 500)))
        }
        Err(_) => Err(ctx.argument_value_error(1, "must be greater than or equal to 0")),
    }
}

#[php_function("time_nanosleep(int $seconds, int $nanoseconds): array|bool")]
fn time_nanosleep(ctx: &mut Ctx, seconds: i64, nanoseconds: i64) -> R<Value> {
    if seconds < 0 {
        return Err(ctx.argument_value_error(1, "must be greater than or equal to 0"));
    }
    if nanoseconds < 0 {
        return Err(ctx.argument_value_error(2, "must be greater than or equal to 0"));
    }
    if nanoseconds > 999_999_999 {
        return Err(
            ctx.value_error("Nanoseconds was not in the range 0 to 999 999 999 or seconds was negative")
        );
    }
    Ok(match pause(Duration::new(seconds as u64, nanoseconds as u32)) {
        None => true.into(),
        Some(left) => {
            let mut out = Array::new();
            out.set("seconds", left.as_secs() as i64);
            out.set("nanoseconds", i64::from(left.subsec_nanos()));
            out.into()
        }
    })
}

/// Time since the epoch.
fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[php_function("time_sleep_until(float $timestamp): bool")]
fn time_sleep_until(ctx: &mut Ctx, timestamp: f64) -> R<bool> {
    let wait = timestamp - now().as_secs_f64();
    if wait <= 0.0 || wait.is_nan() {
        ctx.warning("Argument #1 ($timestamp) must be greater than or equal to the current time")?;
        return Ok(false);
    }
    Ok(pause(Duration::try_from_secs_f64(wait).unwrap_or(Duration::MAX)).is_none())
}

#[php_function("gettimeofday(bool $as_float = false): array|float")]
fn gettimeofday(ctx: &mut Ctx, as_float: bool) -> R<Value> {
    let t = now();
    if as_float {
        return Ok(Value::float(t.as_micros() as f64 / 1e6));
    }
    let mut out = Array::new();
    out.set("sec", t.as_secs() as i64);
    out.set("usec", t.subsec_micros() as i64);
    let zone = |ctx: &mut Ctx, f: &str| Ok(ctx.call_function("date", &[Value::str(f)])?.to_int());
    let west = -zone(ctx, "Z")? / 60;
    out.set("minuteswest", west);
    let summer = zone(ctx, "I")?;
    out.set("dsttime", summer);
    Ok(out.into())
}

#[php_function("getrusage(int $mode = 0): array|false")]
fn getrusage(mode: i64) -> OrFalse<Array> {
    let who = if mode == 1 { libc::RUSAGE_CHILDREN } else { libc::RUSAGE_SELF };
    // SAFETY: all zeros is a valid rusage, filled by the call.
    let u = unsafe {
        let mut u: libc::rusage = std::mem::zeroed();
        if libc::getrusage(who, &mut u) != 0 {
            return OrFalse::FALSE;
        }
        u
    };
    let mut out = Array::new();
    for (name, v) in [
        ("ru_oublock", u.ru_oublock),
        ("ru_inblock", u.ru_inblock),
        ("ru_msgsnd", u.ru_msgsnd),
        ("ru_msgrcv", u.ru_msgrcv),
        ("ru_maxrss", u.ru_maxrss),
        ("ru_ixrss", u.ru_ixrss),
        ("ru_idrss", u.ru_idrss),
        ("ru_minflt", u.ru_minflt),
        ("ru_majflt", u.ru_majflt),
        ("ru_nsignals", u.ru_nsignals),
        ("ru_nvcsw", u.ru_nvcsw),
        ("ru_nivcsw", u.ru_nivcsw),
        ("ru_nswap", u.ru_nswap),
        ("ru_utime.tv_usec", u.ru_utime.tv_usec),
        ("ru_utime.tv_sec", u.ru_utime.tv_sec),
        ("ru_stime.tv_usec", u.ru_stime.tv_usec),
        ("ru_stime.tv_sec", u.ru_stime.tv_sec),
    ] {
        out.set(name, v);
    }
    out.into()
}

#[php_function("sys_getloadavg(): array|false")]
fn sys_getloadavg() -> OrFalse<Array> {
    let mut load = [0f64; 3];
    // SAFETY: room for three numbers.
    if unsafe { libc::getloadavg(load.as_mut_ptr(), 3) } == -1 {
        return OrFalse::FALSE;
    }
    load.into_iter().map(Value::float).collect::<Array>().into()
}

#[php_function("uniqid(string $prefix = \"\", bool $more_entropy = false): string")]
fn uniqid(ctx: &mut Ctx, prefix: &[u8], more: bool) -> R<Vec<u8>> {
    use std::sync::atomic::{AtomicU64, Ordering};
    static LAST: AtomicU64 = AtomicU64::new(0);
    // Each call has a microsecond of its own.
    let t = loop {
        let t = now().as_micros() as u64;
        if LAST.fetch_max(t, Ordering::Relaxed) < t {
            break t;
        }
        std::thread::sleep(Duration::from_micros(1));
    };
    let mut out = prefix.to_vec();
    out.extend_from_slice(format!("{:08x}{:05x}", t / 1_000_000, t % 1_000_000).as_bytes());
    if more {
        let n = ctx.call_function("random_int", &[Value::int(0), Value::int(999_999_999)])?.to_int();
        out.extend_from_slice(format!("{:.8}", n as f64 / 1e8).as_bytes());
    }
    Ok(out)
}

#[php_function(
    "strptime(string $timestamp, string $format): array|false",
    deprecated = "#[\\Deprecated(since: \"8.2\", message: \"use date_parse_from_format() (for locale-independent parsing), or IntlDateFormatter::parse() (for locale-dependent parsing) instead\")]"
)]
fn strptime(timestamp: &[u8], format: &[u8]) -> OrFalse<Array> {
    let up_to_nul =
        |b: &[u8]| std::ffi::CString::new(b.split(|c| *c == 0).next().unwrap_or(b)).unwrap_or_default();
    let (text, format) = (up_to_nul(timestamp), up_to_nul(format));
    // SAFETY: terminated texts; the record is all zeros, and the rest a part of the text.
    let (tm, rest) = unsafe {
        let mut tm: libc::tm = std::mem::zeroed();
        let rest = libc::strptime(text.as_ptr(), format.as_ptr(), &mut tm);
        if rest.is_null() {
            return OrFalse::FALSE;
        }
        (tm, std::ffi::CStr::from_ptr(rest).to_bytes())
    };
    let mut out = Array::new();
    for (name, v) in [
        ("tm_sec", tm.tm_sec),
        ("tm_min", tm.tm_min),
        ("tm_hour", tm.tm_hour),
        ("tm_mday", tm.tm_mday),
        ("tm_mon", tm.tm_mon),
        ("tm_year", tm.tm_year),
        ("tm_wday", tm.tm_wday),
        ("tm_yday", tm.tm_yday),
    ] {
        out.set(name, v);
    }
    out.set("unparsed", rest);
    out.into()
}
