//! Time for logs and headers.

use std::time::{SystemTime, UNIX_EPOCH};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// Seconds since 1970, with their fraction.
pub fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64())
}

/// A moment of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Year.
    pub year: i64,
    /// Month, from 1.
    pub month: u32,
    /// Day of the month, from 1.
    pub day: u32,
    /// Day of the week, Sunday 0.
    pub weekday: u32,
    /// Hour.
    pub hour: u32,
    /// Minute.
    pub minute: u32,
    /// Second.
    pub second: u32,
    /// Seconds east of Greenwich.
    pub offset: i64,
}

/// A Unix time as civil time `offset` seconds east of Greenwich (Howard Hinnant's `civil_from_days`).
pub fn civil(time: i64, offset: i64) -> Moment {
    let t = time + offset;
    let (days, secs) = (t.div_euclid(86400), t.rem_euclid(86400));
    let z = days + 719_468;
    let (era, doe) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let yoe = (doe - doe / 1460 + doe / 36524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    Moment {
        year: yoe + era * 400 + (month <= 2) as i64,
        month: month as u32,
        day: (doy - (153 * mp + 2) / 5 + 1) as u32,
        weekday: (days + 4).rem_euclid(7) as u32,
        hour: (secs / 3600) as u32,
        minute: (secs / 60 % 60) as u32,
        second: (secs % 60) as u32,
        offset,
    }
}

/// The machine's local time.
pub fn local(time: i64) -> Moment {
    // SAFETY: both are plain structures that the call fills.
    let offset = unsafe {
        let mut tm: libc::tm = std::mem::zeroed();
        let t: libc::time_t = time;
        if libc::localtime_r(&raw const t, &raw mut tm).is_null() { 0 } else { tm.tm_gmtoff }
    };
    civil(time, offset)
}

impl Moment {
    /// `Jan`
    pub fn month_name(&self) -> &'static str {
        MONTHS[(self.month as usize).clamp(1, 12) - 1]
    }
    /// `Mon`
    pub fn day_name(&self) -> &'static str {
        DAYS[self.weekday as usize % 7]
    }
    /// `Thu Jan  1 00:00:00 1970`, as `asctime` has it.
    pub fn asctime(&self) -> String {
        let (d, m) = (self.day_name(), self.month_name());
        format!("{d} {m} {:2} {:02}:{:02}:{:02} {}", self.day, self.hour, self.minute, self.second, self.year)
    }
    /// `01-Jan-1970 00:00:00`
    pub fn log(&self) -> String {
        let m = self.month_name();
        format!("{:02}-{m}-{} {:02}:{:02}:{:02}", self.day, self.year, self.hour, self.minute, self.second)
    }
    /// `Thu, 01 Jan 1970 00:00:00`
    pub fn http(&self) -> String {
        let (d, m) = (self.day_name(), self.month_name());
        format!(
            "{d}, {:02} {m} {} {:02}:{:02}:{:02}",
            self.day, self.year, self.hour, self.minute, self.second
        )
    }
}

/// Now as the error log has it, in UTC.
pub fn log_time() -> String {
    civil(now() as i64, 0).log()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calendar() {
        assert_eq!(civil(0, 0).asctime(), "Thu Jan  1 00:00:00 1970");
        assert_eq!(civil(951_782_400, 3600).log(), "29-Feb-2000 01:00:00");
        assert_eq!(civil(1_700_000_000, 0).http(), "Tue, 14 Nov 2023 22:13:20");
    }
}
