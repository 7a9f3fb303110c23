//! Zones in date strings: `+02:00`, `GMT-5`, `CEST`, `(PST)`, `Europe/Amsterdam`.

use super::reader::Reader;
use crate::time::{Time, ZoneKind};
use crate::zone::{Zone, abbreviation};

/// Abbreviations have less letters than this.
const MAX_ABBREVIATION: usize = 6;

/// There is no zone of the name.
pub(super) const NOT_FOUND: &str = "The timezone could not be found in the database";

impl Reader<'_> {
    /// Reads a zone into `time`; tells whether it is known.
    pub(super) fn zone(&mut self, time: &mut Time) -> bool {
        let opening = self.take_while(|byte| matches!(byte, b' ' | b'\t' | b'('));
        let mut open_parentheses = opening.iter().filter(|&&byte| byte == b'(').count();
        if [self.peek(), self.peek_at(1), self.peek_at(2)] == *b"GMT"
            && matches!(self.peek_at(3), b'+' | b'-')
        {
            self.skip(3);
        }
        time.is_local = true;
        let is_known = match self.peek() {
            sign @ (b'+' | b'-') => {
                self.skip(1);
                time.zone_kind = ZoneKind::Offset;
                time.dst = 0;
                let offset = self.offset();
                time.offset = offset.unwrap_or(0) * if sign == b'-' { -1 } else { 1 };
                offset.is_some()
            }
            _ => self.named_zone(time),
        };
        while open_parentheses > 0 && self.skip_if(b")") {
            open_parentheses -= 1;
        }
        is_known
    }

    /// Hours, minutes and seconds, with colons or without, in seconds.
    fn offset(&mut self) -> Option<i64> {
        let text = self.take_while(|byte| byte.is_ascii_digit() || byte == b':');
        let number = |from: usize| {
            let digits = text.iter().skip(from).take_while(|byte| byte.is_ascii_digit());
            digits.fold(0, |number, digit| number * 10 + (digit - b'0') as i64)
        };
        if text.len() > 8 {
            return None;
        }
        let whole = number(0);
        match text.len() {
            1 | 2 => Some(whole * 3600),
            3 | 4 if text[1] == b':' => Some(whole * 3600 + number(2) * 60),
            3 | 4 if text[2] == b':' => Some(whole * 3600 + number(3) * 60),
            3 | 4 => Some(whole / 100 * 3600 + whole % 100 * 60),
            5 if text[2] == b':' => Some(whole * 3600 + number(3) * 60),
            6 => Some(whole / 10000 * 3600 + whole / 100 % 100 * 60 + whole % 100),
            8 if text[2] == b':' && text[5] == b':' => Some(whole * 3600 + number(3) * 60 + number(6)),
            _ => None,
        }
    }

    /// An abbreviation, or else an identifier. `UTC` is taken for the zone of that name.
    fn named_zone(&mut self, time: &mut Time) -> bool {
        let word = self.take_while(|byte| byte.is_ascii_alphanumeric() || b"/_-+".contains(&byte));
        let name = std::str::from_utf8(word).unwrap_or_default();
        let known = Some(name).filter(|name| name.len() < MAX_ABBREVIATION).and_then(abbreviation::find);
        time.offset = 0;
        if let Some(known) = known {
            time.zone_kind = ZoneKind::Abbreviation;
            time.dst = known.is_dst as i64;
            time.offset = known.offset as i64 - time.dst * 3600;
            time.abbreviation = Some(known.capitals);
        }
        if (known.is_none() || name == "UTC")
            && let Some(zone) = Zone::find(name)
        {
            time.zone = Some(zone);
            time.zone_kind = ZoneKind::Identifier;
            return true;
        }
        known.is_some()
    }
}
