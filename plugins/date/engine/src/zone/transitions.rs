//! The offset changes of a zone within a span of time, as `DateTimeZone::getTransitions()` lists them.

use super::{Transition, Zone};
use crate::calendar::{SECONDS_PER_DAY, date_of_epoch_days};

impl Zone {
    /// What holds at `begin`, and every change from then to `end`. Beginning at the smallest integer, the first entry is
    /// what holds before the first change.
    pub fn transitions(&self, begin: i64, end: i64) -> Vec<Transition<'_>> {
        let listed: Vec<Transition<'_>> = self.listed_transitions().collect();
        let following = listed.iter().position(|change| begin == i64::MIN || change.time > begin);
        let has_listed = begin == i64::MIN || following.is_some();
        let first = match following {
            _ if begin == i64::MIN => self.first_type(),
            Some(0) => self.first_type(),
            Some(following) => listed[following - 1].local,
            None if listed.is_empty() => self.first_type(),
            None if self.rule_transitions(1970).is_some() => self.local_type(begin).0,
            None => listed[listed.len() - 1].local,
        };
        let mut result = vec![Transition { time: begin, local: first }];
        if has_listed {
            for change in listed.iter().skip(following.unwrap_or(0)) {
                if change.time >= end {
                    return result;
                }
                result.push(*change);
            }
        }
        if let Some(last) = listed.last() {
            self.add_rule_transitions(last.time, begin, end, &mut result);
        }
        result
    }

    /// Adds the changes by rule after `last`, the last of the listed ones.
    fn add_rule_transitions<'a>(&'a self, last: i64, begin: i64, end: i64, result: &mut Vec<Transition<'a>>) {
        let year_of = |time: i64| date_of_epoch_days(time.div_euclid(SECONDS_PER_DAY)).0;
        for year in year_of(last)..=year_of(end) {
            let Some(changes) = self.rule_transitions(year) else { return };
            for change in changes {
                if change.time > end {
                    return;
                }
                if change.time > last && change.time >= begin {
                    result.push(change);
                }
            }
        }
    }
}
