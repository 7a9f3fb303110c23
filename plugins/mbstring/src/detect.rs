//! Guessing encodings: each candidate decodes the text, and characters that text seldom has speak against it.

use crate::charset::{BAD, Enc, Kind, Order};
use crate::unicode::demerits;

fn without_mark(b: &[u8], enc: Enc) -> &[u8] {
    let mark: &[u8] = match enc.kind {
        Kind::Utf8 => b"\xEF\xBB\xBF",
        Kind::Utf16(Order::Big) => b"\xFE\xFF",
        Kind::Utf16(Order::Little) => b"\xFF\xFE",
        _ => return b,
    };
    b.strip_prefix(mark).unwrap_or(b)
}

/// Encodings whose whole text is checked before characters are weighed.
fn is_checked(enc: Enc) -> bool {
    matches!(enc.kind, Kind::Utf8 | Kind::Utf7 | Kind::Utf7Imap | Kind::Jis(_) | Kind::Korean | Kind::Hz)
}

/// The encoding of the list that all texts are probably in. `strict` refuses those in which one is not valid; `ordered` prefers
/// the first ones. `None` when none is left.
pub fn guess(texts: &[&[u8]], list: &[Enc], strict: bool, ordered: bool) -> Option<Enc> {
    match (list, texts) {
        ([], _) => return None,
        ([one], _) => return (!strict || texts.iter().all(|t| one.check(t))).then_some(*one),
        (_, [[]]) => return Some(list[0]),
        _ => {}
    }
    let mut best: Option<(u64, Enc)> = None;
    for (i, enc) in list.iter().enumerate() {
        let mut sum = 0;
        let mut valid = true;
        for t in texts {
            if is_checked(enc) && !enc.check(t) {
                valid = false;
                sum += 500;
            }
            for p in enc.decode(without_mark(t, enc)) {
                if p == BAD {
                    valid = false;
                    sum += 1000;
                } else {
                    sum += demerits(p);
                }
            }
        }
        if strict && !valid {
            continue;
        }
        let multiplier = if ordered { 1.0 + 0.3 * i as f32 / list.len() as f32 } else { 1.0 };
        let sum = (sum as f64 * f64::from(multiplier)) as u64;
        if best.is_none_or(|b| sum < b.0) {
            best = Some((sum, enc));
        }
    }
    best.map(|b| b.1)
}
