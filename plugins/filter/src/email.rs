//! Addresses of mail by RFC 5321, with a full domain or an address literal, without comments and folding.

use crate::address::v4;

/// Takes a dot-separated list of atoms and quoted strings off the front; `None` when there is none.
fn local_part(text: &[char], unicode: bool) -> Option<&[char]> {
    let wide = |c: char| unicode && !c.is_ascii() && c.is_alphanumeric();
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || wide(c);
    let mut rest = text;
    loop {
        if let ['"', inner @ ..] = rest {
            rest = inner;
            loop {
                rest = match rest {
                    ['"', tail @ ..] => {
                        rest = tail;
                        break;
                    }
                    ['\\', '\0'..='\x7f', tail @ ..] => tail,
                    ['\0' | '\t' | '\n' | '\r' | ' ' | '\\', ..] => return None,
                    [c, tail @ ..] if c.is_ascii() || wide(*c) => tail,
                    _ => return None,
                };
            }
        } else {
            let n = rest.iter().take_while(|c| atom(**c)).count();
            if n == 0 {
                return None;
            }
            rest = &rest[n..];
        }
        match rest {
            ['.', tail @ ..] => rest = tail,
            ['@', tail @ ..] => return Some(tail),
            _ => return None,
        }
    }
}

/// Letters and digits in groups with hyphens between; the last label begins with a letter.
fn domain(text: &[char]) -> bool {
    let labels: Vec<&[char]> = text.split(|c| *c == '.').collect();
    let word = |c: &char| c.is_ascii_alphanumeric();
    let good = |l: &&[char]| {
        (1..64).contains(&l.len())
            && l.iter().all(|c| word(c) || *c == '-')
            && l.first().is_some_and(word)
            && l.last().is_some_and(word)
    };
    labels.len() > 1 && labels.iter().all(good) && labels.last().is_some_and(|l| l[0].is_ascii_alphabetic())
}

/// `[1.2.3.4]` or `[IPv6:…]`.
fn literal(text: &[char]) -> bool {
    let ['[', inner @ .., ']'] = text else { return false };
    let inner: String = inner.iter().collect();
    let Some(six) = inner.get(..5).filter(|p| p.eq_ignore_ascii_case("IPv6:")).map(|_| &inner[5..]) else {
        return v4(inner.as_bytes()).is_some();
    };
    // An address of version 4 at the end stands for two groups.
    let (six, four) = match six.rfind(':') {
        Some(i) if six.contains('.') => {
            if v4(&six.as_bytes()[i + 1..]).is_none() {
                return false;
            }
            (if six[..i].ends_with(':') { &six[..=i] } else { &six[..i] }, 2)
        }
        _ => (six, 0),
    };
    let groups = |half: &str| -> Option<usize> {
        if half.is_empty() {
            return Some(0);
        }
        let hex = |g: &str| (1..=4).contains(&g.len()) && g.bytes().all(|c| c.is_ascii_hexdigit());
        half.split(':').all(hex).then(|| half.split(':').count())
    };
    match six.split_once("::") {
        None => groups(six) == Some(8 - four),
        Some((left, right)) => match (groups(left), groups(right)) {
            (Some(l), Some(r)) => l + r <= 6 - four,
            _ => false,
        },
    }
}

/// How long the text is, quotes not counted and escaped characters as one, is limited: 254 in all, 64 before the `@`.
fn too_long(text: &[char]) -> bool {
    let (mut i, mut units) = (0, 0);
    let quote = |i: usize| usize::from(text.get(i) == Some(&'"'));
    loop {
        if units >= 65 && text.get(i) == Some(&'@') {
            return true;
        }
        i += quote(i);
        i += match text.get(i..) {
            Some(['\\', '\0'..='\x7e', ..]) => 2,
            Some([c, ..]) if !matches!(c, '\\' | '"') => 1,
            _ => return false,
        };
        units += 1;
        i += quote(i);
        if units >= 255 {
            return true;
        }
    }
}

/// Whether a text is an address; with `unicode` letters and digits of all scripts may stand before the `@`.
pub fn valid(text: &[u8], unicode: bool) -> bool {
    if text.len() > 320 {
        return false;
    }
    let chars: Vec<char> = match str::from_utf8(text) {
        Ok(s) if unicode => s.chars().collect(),
        _ if unicode => return false,
        _ => text.iter().map(|c| char::from(*c)).collect(),
    };
    if too_long(&chars) {
        return false;
    }
    local_part(&chars, unicode).is_some_and(|host| domain(host) || literal(host))
}
