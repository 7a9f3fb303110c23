//! Addresses of the internet, and the special ranges of RFC 6890.

/// What a special range is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// Reachable from everywhere.
    Global,
    /// Reserved by the protocol.
    Reserved,
    /// For private networks.
    Private,
    /// None of these.
    Other,
}

/// The four numbers of a dotted address without leading zeros.
pub fn v4(text: &[u8]) -> Option<[u8; 4]> {
    let mut out = [0; 4];
    let mut parts = text.split(|c| *c == b'.');
    for o in &mut out {
        let part = parts.next()?;
        let form = part.iter().all(u8::is_ascii_digit) && (part.len() == 1 || part.first() != Some(&b'0'));
        *o = str::from_utf8(part).ok().filter(|_| form)?.parse().ok()?;
    }
    parts.next().is_none().then_some(out)
}

/// The eight groups of an address; an address of version 4 may stand for the last two.
pub fn v6(text: &[u8]) -> Option<[u16; 8]> {
    let groups = |half: &[u8], last: bool| -> Option<Vec<u16>> {
        let mut out = Vec::new();
        if half.is_empty() {
            return Some(out);
        }
        let parts: Vec<&[u8]> = half.split(|c| *c == b':').collect();
        for (i, part) in parts.iter().enumerate() {
            if last && i + 1 == parts.len() && part.contains(&b'.') {
                let [a, b, c, d] = v4(part)?;
                out.extend([u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])]);
                break;
            }
            let form = (1..=4).contains(&part.len()) && part.iter().all(u8::is_ascii_hexdigit);
            out.push(u16::from_str_radix(str::from_utf8(part).ok().filter(|_| form)?, 16).ok()?);
        }
        Some(out)
    };
    let mut out = [0; 8];
    match text.windows(2).position(|w| w == b"::") {
        None => {
            let all = groups(text, true).filter(|a| a.len() == 8)?;
            out.copy_from_slice(&all);
        }
        Some(i) => {
            let (left, right) = (groups(&text[..i], false)?, groups(&text[i + 2..], true)?);
            if left.len() + right.len() > 7 {
                return None;
            }
            out[..left.len()].copy_from_slice(&left);
            out[8 - right.len()..].copy_from_slice(&right);
        }
    }
    Some(out)
}

/// The special range of an address; `None` for ordinary ones.
pub fn scope_v4(a: [u8; 4]) -> Option<Scope> {
    Some(match a {
        // This network, loopback, link local, and what is reserved for the future.
        [0 | 127, ..] | [169, 254, ..] | [240..=255, ..] => Scope::Reserved,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Scope::Private,
        // Relays of 6to4.
        [192, 88, 99, _] => Scope::Global,
        // Shared addresses, protocol assignments, documentation, benchmarks.
        [100, 64..=127, ..]
        | [192, 0, 0 | 2, _]
        | [198, 18..=19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => Scope::Other,
        _ => return None,
    })
}

/// As [`scope_v4`].
pub fn scope_v6(a: [u16; 8]) -> Option<Scope> {
    Some(match a {
        // Unspecified, loopback, mapped addresses of version 4, link local.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] | [0, 0, 0, 0, 0, 0xffff, ..] | [0xfe80..=0xfebf, ..] => Scope::Reserved,
        // Translation to version 4.
        [0x64, 0xff9b, ..] => Scope::Global,
        [0xfc00..=0xfdff, ..] => Scope::Private,
        // Discarded, protocol assignments, documentation, 6to4.
        [0x100, 0, 0, 0, ..] | [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x2002, ..] => Scope::Other,
        _ => return None,
    })
}
