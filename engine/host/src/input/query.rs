//! Query strings, cookie headers and URL-encoded bodies.

use super::Complaints;
use super::tree::{Limits, Node, Table};

/// Decodes `%XX`, and `+` as a space where `plus` says so. What is not a valid escape stays.
pub fn url_decode(s: &[u8], plus: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.len());
    let hex = |i: usize| s.get(i).and_then(|c| (*c as char).to_digit(16));
    let mut i = 0;
    while i < s.len() {
        match s[i] {
            b'+' if plus => out.push(b' '),
            b'%' => match (hex(i + 1), hex(i + 2)) {
                (Some(a), Some(b)) => {
                    out.push((a * 16 + b) as u8);
                    i += 2;
                }
                _ => out.push(b'%'),
            },
            c => out.push(c),
        }
        i += 1;
    }
    out
}

/// The warning for too many variables.
pub fn too_many(limit: i64) -> String {
    format!("Input variables exceeded {limit}. To increase the limit change max_input_vars in php.ini.")
}

/// `parse_str()` and `$_GET`: pairs between any of the `separators`.
pub fn parse(query: &[u8], separators: &[u8], limits: &Limits, complaints: &mut Complaints) -> Table {
    let mut t = Table::default();
    let mut count = 0;
    for pair in query.split(|c| separators.contains(c)).filter(|p| !p.is_empty()) {
        count += 1;
        if count > limits.vars {
            complaints.push(too_many(limits.vars));
            break;
        }
        pair_into(&mut t, pair, limits, complaints);
    }
    t
}

fn pair_into(t: &mut Table, pair: &[u8], limits: &Limits, complaints: &mut Complaints) {
    let (name, value) = match pair.iter().position(|&c| c == b'=') {
        Some(i) => (&pair[..i], &pair[i + 1..]),
        None => (pair, &b""[..]),
    };
    let (name, value) = (url_decode(name, true), url_decode(value, true));
    complaints.extend(t.register(&name, Node::Text(value), limits, false));
}

/// An `application/x-www-form-urlencoded` body. One variable beyond the limit is still taken, as PHP does.
pub fn parse_body(body: &[u8], limits: &Limits, complaints: &mut Complaints) -> Table {
    let mut t = Table::default();
    if body.is_empty() {
        return t;
    }
    let body = body.strip_suffix(b"&").unwrap_or(body);
    for (i, pair) in body.split(|&c| c == b'&').enumerate() {
        pair_into(&mut t, pair, limits, complaints);
        if i as i64 + 1 > limits.vars {
            complaints.push(too_many(limits.vars));
            break;
        }
    }
    t
}

/// A `Cookie` header's value.
pub fn parse_cookies(header: &[u8], limits: &Limits, complaints: &mut Complaints) -> Table {
    let mut t = Table::default();
    let mut count = 0;
    for pair in header.split(|&c| c == b';').filter(|p| !p.is_empty()) {
        let lead = pair.iter().take_while(|c| c.is_ascii_whitespace() || **c == 0x0b).count();
        let pair = &pair[lead..];
        if pair.is_empty() || pair[0] == b'=' {
            continue;
        }
        count += 1;
        if count > limits.vars {
            complaints.push(too_many(limits.vars));
            break;
        }
        let (name, value) = match pair.iter().position(|&c| c == b'=') {
            Some(i) => (&pair[..i], url_decode(&pair[i + 1..], false)),
            None => (pair, Vec::new()),
        };
        complaints.extend(t.register(name, Node::Text(value), limits, true));
    }
    t
}

#[cfg(test)]
mod tests {
    use super::super::tree::Key;
    use super::*;

    const LIMITS: Limits = Limits { vars: 1000, nesting: 64, display_errors: false };

    fn shown(t: &Table) -> String {
        let one = |(k, v): (&Key, &Node)| {
            let k = match k {
                Key::Int(i) => i.to_string(),
                Key::Str(s) => String::from_utf8_lossy(s).into_owned(),
            };
            match v {
                Node::Text(t) => format!("{k}={}", String::from_utf8_lossy(t)),
                Node::Int(i) => format!("{k}={i}"),
                Node::Table(t) => format!("{k}:({})", shown(t)),
            }
        };
        t.entries.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    fn get(q: &str) -> String {
        shown(&parse(q.as_bytes(), b"&", &LIMITS, &mut Vec::new()))
    }

    #[test]
    fn names() {
        assert_eq!(get("a=1&b%20c.d=2&+e=3&=x&&f"), "a=1 b_c_d=2 e=3 f=");
        assert_eq!(get("a[b][c]=1&a[b][]=2&a[]=3&a[7]=4&a[]=5"), "a:(b:(c=1 0=2) 0=3 7=4 8=5)");
        assert_eq!(get("a[b=1&c[d][e=2&[f]=3&g[ ]=4&h[i]j=5"), "a_b=1 c:(d=2) g:(0=4) h:(i=5)");
        assert_eq!(get("a=1&a[b]=2&a[c]=3"), "a:(b=2 c=3)");
        assert_eq!(get("_.Host-=1&__Host-x=2&.-_Host=3"), "__Host-x=2 _-_Host=3");
        assert_eq!(get("a.b[c.d]=%41%zz+"), "a_b:(c.d=A%zz )");
    }

    #[test]
    fn limits() {
        let mut why = Vec::new();
        let two = Limits { vars: 2, nesting: 2, display_errors: false };
        assert_eq!(shown(&parse(b"a=1&b=2&c=3", b"&", &two, &mut why)), "a=1 b=2");
        assert_eq!(why, [too_many(2)]);
        assert_eq!(shown(&parse_body(b"a=1&b=2&c=3&d=4", &two, &mut why)), "a=1 b=2 c=3");
        why.clear();
        assert_eq!(shown(&parse(b"a[1]=1&a[1][2][3]=2", b"&", &two, &mut why)), "");
        assert_eq!(why.len(), 1);
    }

    #[test]
    fn cookies() {
        let c = parse_cookies(b"a=1+%32; a=3;  b.c=4; =x; d", &LIMITS, &mut Vec::new());
        assert_eq!(shown(&c), "a=1+2 b_c=4 d=");
    }
}
