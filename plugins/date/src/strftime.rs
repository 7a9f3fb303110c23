//! `strftime()` and `gmstrftime()`, which ask the C library and so follow `setlocale()`.

use std::ffi::CString;

use howdah_date_engine::calendar::{day_of_week, day_of_year};
use howdah_date_engine::time::Time;
use plugin_api::{Ctx, OrFalse, R, php_function};

use crate::functions::local_time;
use crate::state::timestamp_or_now;

/// The longest result, in bytes; the buffer grows up to it.
const MAX_LENGTH: usize = 256 << 5;

#[php_function(
    "strftime(string $format, ?int $timestamp = null): string|false",
    deprecated = "#[\\Deprecated(since: '8.1', message: 'use IntlDateFormatter::format() instead')]"
)]
fn strftime(ctx: &mut Ctx, format: &[u8], timestamp: Option<i64>) -> R<OrFalse<Vec<u8>>> {
    let time = local_time(ctx, timestamp)?;
    let abbreviation = time.abbreviation.unwrap_or_default();
    Ok(formatted(format, &time, abbreviation).into())
}

#[php_function(
    "gmstrftime(string $format, ?int $timestamp = null): string|false",
    deprecated = "#[\\Deprecated(since: '8.1', message: 'use IntlDateFormatter::format() instead')]"
)]
fn gmstrftime(format: &[u8], timestamp: Option<i64>) -> OrFalse<Vec<u8>> {
    formatted(format, &Time::utc(timestamp_or_now(timestamp)), "GMT").into()
}

/// The C library's text; nothing when it is empty or too long.
fn formatted(format: &[u8], time: &Time, zone: &str) -> Option<Vec<u8>> {
    let format = format.split(|&byte| byte == 0).next().filter(|format| !format.is_empty())?;
    let (format, zone) = (CString::new(format).ok()?, CString::new(zone).ok()?);
    let clock = libc::tm {
        tm_sec: time.s as i32,
        tm_min: time.i as i32,
        tm_hour: time.h as i32,
        tm_mday: time.d as i32,
        tm_mon: time.m as i32 - 1,
        tm_year: time.y.wrapping_sub(1900) as i32,
        tm_wday: day_of_week(time.y, time.m, time.d) as i32,
        tm_yday: day_of_year(time.y, time.m, time.d) as i32,
        tm_isdst: time.dst as i32,
        tm_gmtoff: time.current_offset(),
        tm_zone: zone.as_ptr(),
    };
    let mut length = 256;
    while length < MAX_LENGTH {
        let mut buffer = vec![0u8; length];
        // SAFETY: the buffer has `length` bytes; format and zone are C strings that live as long as the call.
        let written = unsafe { libc::strftime(buffer.as_mut_ptr().cast(), length, format.as_ptr(), &clock) };
        if written > 0 && written < length {
            buffer.truncate(written);
            return Some(buffer);
        }
        length *= 2;
    }
    None
}
