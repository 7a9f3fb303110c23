//! `metaphone()`: Lawrence Philips' algorithm of 1990, as PHP has it.

use plugin_api::{Ctx, R, php_function};

fn vowel(c: u8) -> bool {
    matches!(c, b'A' | b'E' | b'I' | b'O' | b'U')
}
/// Letters that soften a C or G before them.
fn front(c: u8) -> bool {
    matches!(c, b'E' | b'I' | b'Y')
}
/// Letters behind which an H is part of their sound.
fn takes_h(c: u8) -> bool {
    matches!(c, b'C' | b'G' | b'P' | b'S' | b'T')
}

/// The word's letters around a place, in upper case; 0 beyond its ends.
struct Word<'w>(&'w [u8]);

impl Word<'_> {
    fn at(&self, i: usize, offset: isize) -> u8 {
        i.checked_add_signed(offset).and_then(|j| self.0.get(j)).map_or(0, u8::to_ascii_uppercase)
    }
    /// The letter `n` places on; 0 where the word ends before.
    fn ahead(&self, i: usize, n: usize) -> u8 {
        if (1..=n).any(|k| self.0.get(i + k).is_none_or(|c| *c == 0)) { 0 } else { self.at(i, n as isize) }
    }
}

/// The phonemes of a word, at most `max` of them (0: all).
pub fn metaphone_of(word: &[u8], max: usize) -> Vec<u8> {
    let w = Word(word);
    let mut out: Vec<u8> = Vec::new();
    let mut i = 0;
    while w.at(i, 0) != 0 && !w.at(i, 0).is_ascii_alphabetic() {
        i += 1;
    }
    if w.at(i, 0) == 0 {
        return out;
    }
    // Beginnings.
    let next = w.ahead(i, 1);
    match w.at(i, 0) {
        b'A' if next == b'E' => {
            out.push(b'E');
            i += 2;
        }
        b'A' => {
            out.push(b'A');
            i += 1;
        }
        b'G' | b'K' | b'P' if next == b'N' => {
            out.push(b'N');
            i += 2;
        }
        b'X' => {
            out.push(b'S');
            i += 1;
        }
        c @ (b'E' | b'I' | b'O' | b'U') => {
            out.push(c);
            i += 1;
        }
        b'W' if next == b'R' => {
            out.push(b'R');
            i += 2;
        }
        b'W' if next == b'H' || vowel(next) => {
            out.push(b'W');
            i += 2;
        }
        b'W' => i += 1,
        _ => {}
    }
    while w.at(i, 0) != 0 && (max == 0 || out.len() < max) {
        let c = w.at(i, 0);
        let (before, after) = (w.at(i, -1), w.ahead(i, 1));
        let after2 = || w.ahead(i, 2);
        let mut skip = 0;
        if !c.is_ascii_alphabetic() || c == before && c != b'C' {
            i += 1;
            continue;
        }
        match c {
            b'B' => {
                if !(before == b'M' && (after == 0 || !after.is_ascii_alphabetic())) {
                    out.push(b'B');
                }
            }
            b'C' => {
                if front(after) {
                    if after == b'I' && after2() == b'A' {
                        out.push(b'X');
                    } else if before == b'S' {
                    } else {
                        out.push(b'S');
                    }
                } else if after == b'H' {
                    if after2() == b'R' || before == b'S' {
                        out.push(b'K');
                    } else {
                        out.push(b'X');
                    }
                    skip = 1;
                } else {
                    out.push(b'K');
                }
            }
            b'D' => {
                if after == b'G' && front(after2()) {
                    out.push(b'J');
                    skip = 1;
                } else {
                    out.push(b'T');
                }
            }
            b'G' => {
                if after == b'H' {
                    let silent = matches!(w.at(i, -3), b'B' | b'D' | b'H') || w.at(i, -4) == b'H';
                    if !silent {
                        out.push(b'F');
                        skip = 1;
                    }
                } else if after == b'N' {
                    let end = after2();
                    let past = end == 0 || !end.is_ascii_alphabetic();
                    if !(past || end == b'E' && w.ahead(i, 3) == b'D') {
                        out.push(b'K');
                    }
                } else if front(after) && before != b'G' {
                    out.push(b'J');
                } else {
                    out.push(b'K');
                }
            }
            b'H' => {
                if vowel(after) && !takes_h(before) {
                    out.push(b'H');
                }
            }
            b'K' => {
                if before != b'C' {
                    out.push(b'K');
                }
            }
            b'P' => {
                if after == b'H' {
                    out.push(b'F');
                } else {
                    out.push(b'P');
                }
            }
            b'Q' => out.push(b'K'),
            b'S' => {
                if after == b'I' && matches!(after2(), b'O' | b'A') {
                    out.push(b'X');
                } else if after == b'H' {
                    out.push(b'X');
                    skip = 1;
                } else if after == b'C' && after2() == b'H' && w.ahead(i, 3) == b'W' {
                    out.push(b'X');
                    skip = 2;
                } else {
                    out.push(b'S');
                }
            }
            b'T' => {
                if after == b'I' && matches!(after2(), b'O' | b'A') {
                    out.push(b'X');
                } else if after == b'H' {
                    out.push(b'0');
                    skip = 1;
                } else if !(after == b'C' && after2() == b'H') {
                    out.push(b'T');
                }
            }
            b'V' => out.push(b'F'),
            b'W' => {
                if vowel(after) {
                    out.push(b'W');
                }
            }
            b'X' => out.extend_from_slice(b"KS"),
            b'Y' => {
                if vowel(after) {
                    out.push(b'Y');
                }
            }
            b'Z' => out.push(b'S'),
            b'F' | b'J' | b'L' | b'M' | b'N' | b'R' => out.push(c),
            _ => {}
        }
        i += 1 + skip;
    }
    out
}

#[php_function("metaphone(string $string, int $max_phonemes = 0): string")]
fn metaphone(ctx: &mut Ctx, string: &[u8], max: i64) -> R<Vec<u8>> {
    match usize::try_from(max) {
        Ok(max) => Ok(metaphone_of(string, max)),
        Err(_) => Err(ctx.argument_value_error(2, "must be greater than or equal to 0")),
    }
}
