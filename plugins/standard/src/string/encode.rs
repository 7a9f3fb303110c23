//! Uuencode, quoted-printable, digests of files, Hebrew.

use plugin_api::{Ctx, OrFalse, R, Str, Stream, php_function};

#[php_function("pure convert_uuencode(string $string): string")]
fn convert_uuencode(string: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(string.len() * 38 / 27 + 8);
    let digit = |v: u8| if v == 0 { b'`' } else { v + b' ' };
    for line in string.chunks(45) {
        out.push(digit(line.len() as u8));
        for c in line.chunks(3) {
            let (a, b, d) = (c[0], c.get(1).copied().unwrap_or(0), c.get(2).copied().unwrap_or(0));
            let bits = [a >> 2, (a & 3) << 4 | b >> 4, (b & 15) << 2 | d >> 6, d & 63];
            out.extend(bits.map(digit));
        }
        out.push(b'\n');
    }
    out.extend_from_slice(b"`\n");
    out
}

#[php_function("pure convert_uudecode(string $string): string|false")]
fn convert_uudecode(ctx: &mut Ctx, string: &[u8]) -> R<OrFalse<Vec<u8>>> {
    let value = |c: u8| c.wrapping_sub(b' ') & 63;
    let mut out = Vec::with_capacity(string.len() * 3 / 4);
    let mut rest = string;
    while let Some((&first, body)) = rest.split_first() {
        let n = value(first) as usize;
        if n == 0 {
            break;
        }
        let need = n.div_ceil(3) * 4;
        if body.len() < need {
            ctx.warning("Argument #1 ($data) is not a valid uuencoded string")?;
            return Ok(OrFalse::FALSE);
        }
        let mut line = Vec::with_capacity(need);
        for q in body[..need].chunks(4) {
            let v = [value(q[0]), value(q[1]), value(q[2]), value(q[3])];
            line.extend_from_slice(&[v[0] << 2 | v[1] >> 4, v[1] << 4 | v[2] >> 2, v[2] << 6 | v[3]]);
        }
        out.extend_from_slice(&line[..n]);
        rest = body.get(need + 1..).unwrap_or_default();
    }
    Ok(out.into())
}

/// Longest line of quoted-printable text.
const QP_LINE: usize = 75;

#[php_function("pure quoted_printable_encode(string $string): string")]
fn quoted_printable_encode(string: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(string.len() * 3 / 2);
    let mut at = 0;
    let mut i = 0;
    while i < string.len() {
        let c = string[i];
        if c == b'\r' && string.get(i + 1) == Some(&b'\n') {
            out.extend_from_slice(b"\r\n");
            at = 0;
            i += 2;
            continue;
        }
        let next = string.get(i + 1).copied();
        let coded = c.is_ascii_control()
            || c == 0x7f
            || c & 0x80 != 0
            || c == b'='
            || c == b' ' && next == Some(b'\r');
        if coded {
            // A sequence of UTF-8 stays on one line.
            at += 3;
            let over = match c {
                0..=0x7f => at > QP_LINE,
                0x80..=0xdf => at + 3 > QP_LINE,
                0xe0..=0xef => at + 6 > QP_LINE,
                _ => at + 9 > QP_LINE,
            };
            if over {
                at = 3;
                out.extend_from_slice(b"=\r\n");
            }
            out.extend_from_slice(format!("={c:02X}").as_bytes());
        } else {
            at += 1;
            if at > QP_LINE {
                at = 1;
                out.extend_from_slice(b"=\r\n");
            }
            out.push(c);
        }
        i += 1;
    }
    out
}

#[php_function("pure quoted_printable_decode(string $string): string")]
fn quoted_printable_decode(s: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.len());
    let mut i = 0;
    let digit = |c: Option<&u8>| c.and_then(|c| (*c as char).to_digit(16));
    while i < s.len() {
        if s[i] != b'=' {
            out.push(s[i]);
            i += 1;
            continue;
        }
        if let (Some(h), Some(l)) = (digit(s.get(i + 1)), digit(s.get(i + 2))) {
            out.push((h << 4 | l) as u8);
            i += 3;
            continue;
        }
        // A soft line break, with white space before its end perhaps.
        let k = 1 + s[i + 1..].iter().take_while(|c| matches!(c, b' ' | b'\t')).count();
        match (s.get(i + k), s.get(i + k + 1)) {
            (None, _) => i += k,
            (Some(b'\r'), Some(b'\n')) => i += k + 2,
            (Some(b'\r' | b'\n'), _) => i += k + 1,
            _ => {
                out.push(b'=');
                i += 1;
            }
        }
    }
    out
}

fn file_digest<D: md5::Digest>(ctx: &mut Ctx, filename: &[u8], binary: bool) -> R<OrFalse<Str>> {
    let Some(s) = Stream::open(ctx, filename, "rb", false)? else { return Ok(OrFalse::FALSE) };
    let mut d = D::new();
    loop {
        match s.read(ctx, 8192)? {
            Some(b) if !b.is_empty() => d.update(&b[..]),
            Some(_) if !s.at_end(ctx) => {}
            Some(_) => break,
            None => {
                s.close(ctx);
                return Ok(OrFalse::FALSE);
            }
        }
    }
    s.close(ctx);
    Ok(super::convert::digest(ctx, d.finalize().as_slice(), binary)?.into())
}

#[php_function("md5_file(string $filename, bool $binary = false): string|false")]
fn md5_file(ctx: &mut Ctx, filename: &[u8], binary: bool) -> R<OrFalse<Str>> {
    file_digest::<md5::Md5>(ctx, filename, binary)
}
#[php_function("sha1_file(string $filename, bool $binary = false): string|false")]
fn sha1_file(ctx: &mut Ctx, filename: &[u8], binary: bool) -> R<OrFalse<Str>> {
    file_digest::<sha1::Sha1>(ctx, filename, binary)
}

fn is_hebrew(c: u8) -> bool {
    (0xe0..=0xfa).contains(&c)
}
fn is_space(c: u8) -> bool {
    c == b' ' || (9..=13).contains(&c)
}
fn is_punct(c: u8) -> bool {
    c.is_ascii_punctuation()
}
fn mirrored(c: u8) -> u8 {
    match c {
        b'(' => b')',
        b')' => b'(',
        b'[' => b']',
        b']' => b'[',
        b'{' => b'}',
        b'}' => b'{',
        b'<' => b'>',
        b'>' => b'<',
        b'\\' => b'/',
        b'/' => b'\\',
        c => c,
    }
}

/// Text of logical order as it is written from right to left, before lines are cut.
fn visual(s: &[u8]) -> Vec<u8> {
    let n = s.len();
    let mut out = vec![0u8; n];
    let mut target = n;
    let mut at = 0;
    let mut hebrew = is_hebrew(s[0]);
    while at < n {
        let start = at;
        if hebrew {
            at += 1;
            while at < n && (is_hebrew(s[at]) || is_space(s[at]) || is_punct(s[at]) || s[at] == b'\n') {
                at += 1;
            }
            for c in &s[start..at] {
                target -= 1;
                out[target] = mirrored(*c);
            }
        } else {
            at += 1;
            while at < n && !is_hebrew(s[at]) && s[at] != b'\n' {
                at += 1;
            }
            let mut end = at;
            while end > start + 1
                && (is_space(s[end - 1]) || is_punct(s[end - 1]))
                && !matches!(s[end - 1], b'/' | b'-')
            {
                end -= 1;
            }
            at = end;
            target -= end - start;
            out[target..target + end - start].copy_from_slice(&s[start..end]);
        }
        hebrew = !hebrew;
    }
    out
}

#[php_function("hebrev(string $string, int $max_chars_per_line = 0): string")]
fn hebrev(s: &[u8], max: i64) -> Vec<u8> {
    if s.is_empty() {
        return Vec::new();
    }
    let text = visual(s);
    // Lines are taken from the end: the beginning of the logical text.
    let max = usize::try_from(max).unwrap_or(0);
    let mut out = Vec::with_capacity(text.len());
    let mut end = text.len();
    while end > 0 {
        let mut begin = end;
        while begin > 0
            && (max == 0 || end - begin < max)
            && text[begin - 1] != b'\n'
            && text[begin - 1] != b'\r'
        {
            begin -= 1;
        }
        if max != 0 && end - begin == max && begin > 0 {
            // Cut between words where there is one.
            let mut b = begin;
            while b < end && !is_space(text[b]) && text[b - 1] != b' ' {
                b += 1;
            }
            if b < end {
                begin = b;
            }
        }
        let line = &text[begin..end];
        let from = line.iter().take_while(|c| is_space(**c) && max != 0).count();
        out.extend_from_slice(&line[from..]);
        end = begin;
        if end > 0 {
            out.push(b'\n');
            if end > 0 && matches!(text[end - 1], b'\n' | b'\r') {
                end -= 1;
            }
        }
    }
    out
}
