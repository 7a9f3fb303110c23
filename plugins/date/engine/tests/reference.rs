//! Compares with what PHP 8.4 answered. The data files hold a case a line: fields separated by `|`, the answer last.

use howdah_date_engine::format::format;
use howdah_date_engine::interval::difference;
use howdah_date_engine::iso_interval::parse_iso_interval;
use howdah_date_engine::parse::{parse, parse_with_format};
use howdah_date_engine::time::{Relative, Time, UNSET, ZoneKind};
use howdah_date_engine::zone::Zone;

const FORMAT: &[u8] = b"Y-m-d H:i:s.u T e P U I N W o z t L D l S a A B g G h v p O Z c r x X y n j F M w";

/// Runs every case of a file.
fn check(cases: &str, answer: impl Fn(&[&str]) -> String) {
    for case in cases.lines() {
        let mut fields: Vec<&str> = case.split('|').collect();
        let expected = fields.pop().expect("an answer");
        assert_eq!(answer(&fields), expected, "{case}");
    }
}

fn zone(name: &str) -> &'static Zone {
    Zone::find(name).expect("a zone of the database")
}

fn written(time: &Time) -> String {
    String::from_utf8(format(FORMAT, time, true)).expect("text")
}

/// The time of a string without relative steps, in its own zone or in the one given.
fn local(text: &str, zone_name: &str) -> Time {
    let (mut time, diagnostics) = parse(text.as_bytes());
    assert!(diagnostics.errors.is_empty(), "{text}");
    if time.zone_kind == ZoneKind::None {
        time.zone = Some(zone(zone_name));
        time.zone_kind = ZoneKind::Identifier;
    }
    time.fill_holes(&Time::default(), false);
    time.update_timestamp(None);
    time.update_clock();
    time
}

fn number(text: &str) -> i64 {
    text.parse().expect("a number")
}

#[test]
fn timestamps_of_strings() {
    check(include_str!("data/strtotime.txt"), |fields| {
        let (zone, now, text) = (zone(fields[0]), number(fields[1]), fields[2]);
        let (mut time, diagnostics) = parse(text.as_bytes());
        if !diagnostics.errors.is_empty() {
            return "ERR".to_owned();
        }
        time.fill_holes(&Time::local(now, zone), false);
        time.update_timestamp(Some(zone));
        time.timestamp.to_string()
    });
}

#[test]
fn strings_in_a_format() {
    check(include_str!("data/formats.txt"), |fields| {
        let (time, diagnostics) = parse_with_format(fields[0].as_bytes(), fields[1].as_bytes());
        let shown = |field: i64| if field == UNSET { "-".to_owned() } else { field.to_string() };
        let values = [time.y, time.m, time.d, time.h, time.i, time.s, time.us].map(shown).join(" ");
        let messages = diagnostics.errors.iter().chain(&diagnostics.warnings);
        messages.fold(values, |text, message| format!("{text}, {} {}", message.position, message.text))
    });
}

#[test]
fn formatted_timestamps() {
    check(include_str!("data/dates.txt"), |fields| written(&Time::local(number(fields[1]), zone(fields[0]))));
}

#[test]
fn differences() {
    check(include_str!("data/differences.txt"), |fields| {
        let interval = difference(&local(fields[2], fields[0]), &local(fields[3], fields[1]));
        let Relative { y, m, d, h, i, s, us, .. } = interval;
        let sign = if interval.invert { '-' } else { '+' };
        format!("{sign} {y} {m} {d} {h} {i} {s} {us} {}", interval.days.expect("days"))
    });
}

#[test]
fn steps() {
    check(include_str!("data/steps.txt"), |fields| {
        let time = local(fields[2], fields[1]);
        let mut interval = parse_iso_interval(fields[3].as_bytes()).duration.expect("a duration");
        interval.invert = fields[4] == "1";
        interval.us = number(fields[5]);
        written(&match fields[0] {
            "add" => time.add_wall(&interval),
            _ => time.subtract_wall(&interval),
        })
    });
}
