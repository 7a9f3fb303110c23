//! PHP's date and time rules, without PHP: nothing here knows a value, a class or an ini entry.
//!
//! - [`calendar`]: the Gregorian calendar and ISO weeks.
//! - [`zone`]: the zone database, abbreviations and locations.
//! - [`time`]: a point in time; `resolve` turns its clock into UNIX time.
//! - [`create`]: times from strings and numbers.
//! - [`parse`]: date strings, and strings in a given format.
//! - [`interval`]: differences, adding and subtracting; [`iso_interval`]: `P1Y2M` and `R5/…/…`.
//! - [`format`]: what `date()` and `DateInterval::format()` write.
//! - [`sun`]: sunrise, sunset and twilight.
//!
//! The behaviour is that of PHP's `ext/date`; where it is odd, tests say so.

pub mod calendar;
pub mod create;
pub mod format;
pub mod interval;
pub mod iso_interval;
pub mod parse;
mod resolve;
pub mod sun;
pub mod time;
pub mod zone;
