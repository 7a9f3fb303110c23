//! The words of date strings: units, months and ordinals, in any case.

use super::reader::Reader;

/// What a unit word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Microsecond,
    Second,
    Minute,
    Hour,
    Day,
    Month,
    Year,
    /// A day of the week; the multiplier says which.
    Weekday,
    /// A day from Monday to Friday.
    WorkingDay,
}

/// Units with what they are a multiple of.
const UNITS: [(&str, Unit, i64); 57] = [
    ("ms", Unit::Microsecond, 1000),
    ("msec", Unit::Microsecond, 1000),
    ("msecs", Unit::Microsecond, 1000),
    ("millisecond", Unit::Microsecond, 1000),
    ("milliseconds", Unit::Microsecond, 1000),
    ("µs", Unit::Microsecond, 1),
    ("usec", Unit::Microsecond, 1),
    ("usecs", Unit::Microsecond, 1),
    ("µsec", Unit::Microsecond, 1),
    ("µsecs", Unit::Microsecond, 1),
    ("microsecond", Unit::Microsecond, 1),
    ("microseconds", Unit::Microsecond, 1),
    ("sec", Unit::Second, 1),
    ("secs", Unit::Second, 1),
    ("second", Unit::Second, 1),
    ("seconds", Unit::Second, 1),
    ("min", Unit::Minute, 1),
    ("mins", Unit::Minute, 1),
    ("minute", Unit::Minute, 1),
    ("minutes", Unit::Minute, 1),
    ("hour", Unit::Hour, 1),
    ("hours", Unit::Hour, 1),
    ("day", Unit::Day, 1),
    ("days", Unit::Day, 1),
    ("week", Unit::Day, 7),
    ("weeks", Unit::Day, 7),
    ("fortnight", Unit::Day, 14),
    ("fortnights", Unit::Day, 14),
    ("forthnight", Unit::Day, 14),
    ("forthnights", Unit::Day, 14),
    ("month", Unit::Month, 1),
    ("months", Unit::Month, 1),
    ("year", Unit::Year, 1),
    ("years", Unit::Year, 1),
    ("mondays", Unit::Weekday, 1),
    ("monday", Unit::Weekday, 1),
    ("mon", Unit::Weekday, 1),
    ("tuesdays", Unit::Weekday, 2),
    ("tuesday", Unit::Weekday, 2),
    ("tue", Unit::Weekday, 2),
    ("wednesdays", Unit::Weekday, 3),
    ("wednesday", Unit::Weekday, 3),
    ("wed", Unit::Weekday, 3),
    ("thursdays", Unit::Weekday, 4),
    ("thursday", Unit::Weekday, 4),
    ("thu", Unit::Weekday, 4),
    ("fridays", Unit::Weekday, 5),
    ("friday", Unit::Weekday, 5),
    ("fri", Unit::Weekday, 5),
    ("saturdays", Unit::Weekday, 6),
    ("saturday", Unit::Weekday, 6),
    ("sat", Unit::Weekday, 6),
    ("sundays", Unit::Weekday, 0),
    ("sunday", Unit::Weekday, 0),
    ("sun", Unit::Weekday, 0),
    ("weekday", Unit::WorkingDay, 1),
    ("weekdays", Unit::WorkingDay, 1),
];

/// Months by their names and by Roman numerals.
const MONTHS: [&[&str]; 12] = [
    &["jan", "january", "i"],
    &["feb", "february", "ii"],
    &["mar", "march", "iii"],
    &["apr", "april", "iv"],
    &["may", "v"],
    &["jun", "june", "vi"],
    &["jul", "july", "vii"],
    &["aug", "august", "viii"],
    &["sep", "sept", "september", "ix"],
    &["oct", "october", "x"],
    &["nov", "november", "xi"],
    &["dec", "december", "xii"],
];

const ORDINALS: [(&str, i64); 17] = [
    ("first", 1),
    ("next", 1),
    ("second", 2),
    ("third", 3),
    ("fourth", 4),
    ("fifth", 5),
    ("sixth", 6),
    ("seventh", 7),
    ("eight", 8),
    ("eighth", 8),
    ("ninth", 9),
    ("tenth", 10),
    ("eleventh", 11),
    ("twelfth", 12),
    ("last", -1),
    ("previous", -1),
    ("this", 0),
];

impl Reader<'_> {
    /// The unit that the next word names, with its multiplier; the word is skipped in any case.
    pub(super) fn unit(&mut self) -> Option<(Unit, i64)> {
        let word = self.take_while(|byte| !b" ,\t;:/.-()".contains(&byte));
        let unit = UNITS.iter().find(|(name, ..)| name.as_bytes().eq_ignore_ascii_case(word));
        unit.map(|&(_, unit, multiplier)| (unit, multiplier))
    }

    /// The month that the letters here name, 0 for none.
    pub(super) fn month_name(&mut self) -> i64 {
        let word = self.take_while(|byte| byte.is_ascii_alphabetic());
        let is_named = |names: &&[&str]| names.iter().any(|name| name.as_bytes().eq_ignore_ascii_case(word));
        MONTHS.iter().position(is_named).map_or(0, |index| index as i64 + 1)
    }

    /// The month named next, after blanks and marks.
    pub(super) fn month(&mut self) -> i64 {
        self.take_while(|byte| b" \t-./".contains(&byte));
        self.month_name()
    }

    /// The number that an ordinal or `next`, `last`, `this` stands for, and whether it is `this`.
    pub(super) fn ordinal(&mut self) -> (i64, bool) {
        self.take_while(|byte| b" \t-/".contains(&byte));
        let word = self.take_while(|byte| byte.is_ascii_alphabetic());
        let ordinal = ORDINALS.iter().find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(word));
        ordinal.map_or((0, false), |&(name, number)| (number, name == "this"))
    }
}
