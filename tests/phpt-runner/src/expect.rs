//! Whether an output is what a test expects.

/// Whether text matches an EXPECTF pattern: a backtracking matcher over its elements.
pub fn expectf(pat: &[u8], text: &[u8]) -> bool {
    #[derive(Clone, Copy)]
    enum E<'p> {
        Lit(u8),
        Class(fn(u8) -> bool, bool),
        Any { newlines: bool, min: usize },
        Regex(&'p [u8]),
        Number { sign: bool },
        Float,
        Char,
    }
    let mut el = Vec::new();
    let mut i = 0;
    while i < pat.len() {
        if pat[i] == b'%' && i + 1 < pat.len() {
            let e = match pat[i + 1] {
                b's' => E::Any { newlines: false, min: 1 },
                b'S' => E::Any { newlines: false, min: 0 },
                b'a' => E::Any { newlines: true, min: 1 },
                b'A' => E::Any { newlines: true, min: 0 },
                b'w' => E::Class(|c| c.is_ascii_whitespace(), false),
                b'i' => E::Number { sign: true },
                b'd' => E::Number { sign: false },
                b'x' => E::Class(|c| c.is_ascii_hexdigit(), true),
                b'f' => E::Float,
                b'c' => E::Char,
                b'e' => E::Lit(b'/'),
                b'r' => {
                    let rest = &pat[i + 2..];
                    let end = rest.windows(2).position(|w| w == b"%r").unwrap_or(rest.len());
                    el.push(E::Regex(&rest[..end]));
                    i += 4 + end;
                    continue;
                }
                b'0' => E::Lit(0),
                _ => {
                    el.push(E::Lit(b'%'));
                    i += 1;
                    continue;
                }
            };
            el.push(e);
            i += 2;
        } else {
            el.push(E::Lit(pat[i]));
            i += 1;
        }
    }
    // Positions of the text reachable after each element.
    let mut at: Vec<bool> = vec![false; text.len() + 1];
    at[0] = true;
    for e in el {
        let mut next = vec![false; text.len() + 1];
        let run = |from: usize, ok: &dyn Fn(u8) -> bool, min: usize, next: &mut Vec<bool>| {
            let mut j = from;
            loop {
                if j - from >= min {
                    next[j] = true;
                }
                if j < text.len() && ok(text[j]) { j += 1 } else { break }
            }
        };
        match e {
            E::Lit(c) => (0..text.len()).filter(|&j| at[j] && text[j] == c).for_each(|j| next[j + 1] = true),
            E::Char => (0..text.len()).filter(|&j| at[j]).for_each(|j| next[j + 1] = true),
            E::Any { newlines, min } => {
                // A run may start at any reachable position: sweep once.
                let mut since: Option<usize> = None;
                for j in 0..=text.len() {
                    if let Some(s) = since
                        && j - s >= min
                    {
                        next[j] = true;
                    }
                    if at[j] && since.is_none() {
                        since = Some(j);
                        if min == 0 {
                            next[j] = true;
                        }
                    }
                    if j < text.len() && !newlines && (text[j] == b'\n' || text[j] == b'\r') {
                        since = None;
                    }
                }
            }
            E::Class(ok, one) => {
                (0..=text.len()).filter(|&j| at[j]).for_each(|j| run(j, &ok, one as usize, &mut next))
            }
            E::Number { sign } => {
                for j in (0..text.len()).filter(|&j| at[j]) {
                    let k = j + (sign && matches!(text[j], b'+' | b'-')) as usize;
                    run(k, &|c| c.is_ascii_digit(), 1, &mut next);
                }
            }
            E::Float => {
                for j in (0..text.len()).filter(|&j| at[j]) {
                    let ok = |c: u8| c.is_ascii_digit() || matches!(c, b'.' | b'+' | b'-' | b'e' | b'E');
                    run(j, &ok, 1, &mut next);
                }
            }
            E::Regex(r) => {
                let Ok(re) = regex::bytes::Regex::new(&format!("^(?s-u:{})", perl(r))) else {
                    return false;
                };
                for j in (0..=text.len()).filter(|&j| at[j]) {
                    if let Some(m) = re.find(&text[j..]) {
                        next[j + m.end()] = true;
                    }
                }
            }
        }
        at = next;
    }
    at[text.len()]
}

/// A pattern of PCRE for this crate's engine, which has no octal escapes.
fn perl(pattern: &[u8]) -> String {
    String::from_utf8_lossy(pattern).replace("\\0", "\\x00")
}

/// Line ends as one, ends trimmed as PHP's trim() does.
pub fn normal(b: &[u8]) -> Vec<u8> {
    let mut v: Vec<u8> = Vec::with_capacity(b.len());
    for (i, &c) in b.iter().enumerate() {
        if c == b'\r' && b.get(i + 1) == Some(&b'\n') {
            continue;
        }
        v.push(c);
    }
    let blank = |c: &u8| matches!(c, b' ' | b'\t' | b'\n' | b'\r' | 0 | 0x0b);
    let start = v.iter().position(|c| !blank(c)).unwrap_or(v.len());
    let end = v.iter().rposition(|c| !blank(c)).map_or(start, |i| i + 1);
    v[start..end].to_vec()
}
