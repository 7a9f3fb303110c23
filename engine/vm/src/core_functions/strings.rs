//! String functions.

use super::{Entry, text};
use crate::native::Args;
use crate::rt::{self, release};
use crate::vm::Vm;
use howdah_runtime::array;
use howdah_runtime::layout::Arr;
use howdah_runtime::{convert, number, value};
use plugin_api_abi::{ARR, STR, Status, StrHdr, Val};

fn str_of(v: Val) -> Result<Vec<u8>, Status> {
    let mut t = Val::NULL;
    match rt::to_str(v, &mut t) {
        // SAFETY: an owned string, released here.
        Status::Ok => unsafe {
            let b = StrHdr::bytes(t.as_ptr()).to_vec();
            release(t);
            Ok(b)
        },
        st => Err(st),
    }
}

/// Offset and length as substr reads them.
fn span(len: usize, offset: i64, length: Option<i64>) -> (usize, usize) {
    let n = len as i64;
    let from = if offset < 0 { (n + offset).max(0) } else { offset.min(n) };
    let to = match length {
        None => n,
        Some(l) if l < 0 => (n + l).max(from),
        Some(l) => from.saturating_add(l).min(n),
    };
    (from as usize, to as usize)
}

fn opt(a: &Args<'_>, i: usize) -> Option<i64> {
    let v = a.get(i);
    (v.tag() == plugin_api_abi::INT).then(|| v.as_int())
}

fn trim_set(a: &Args<'_>) -> Vec<u8> {
    if a.len() < 2 {
        return b" \n\r\t\x0b\0".to_vec();
    }
    let c = a.bytes(1);
    let mut out = Vec::new();
    let mut i = 0;
    while i < c.len() {
        if c[i..].len() > 3 && &c[i + 1..i + 3] == b".." && c[i + 3] >= c[i] {
            out.extend(c[i]..=c[i + 3]);
            i += 4;
        } else {
            out.push(c[i]);
            i += 1;
        }
    }
    out
}

fn trim(a: &Args<'_>, out: &mut Val, left: bool, right: bool) -> Status {
    let set = trim_set(a);
    let mut s = a.bytes(0);
    while left && s.first().is_some_and(|c| set.contains(c)) {
        s = &s[1..];
    }
    while right && s.last().is_some_and(|c| set.contains(c)) {
        s = &s[..s.len() - 1];
    }
    text(out, s)
}

fn find(vm: &mut Vm, a: &Args<'_>, out: &mut Val, f: &str, fold: bool, last: bool) -> Status {
    let (h, n) = (a.bytes(0).to_vec(), a.bytes(1).to_vec());
    let (h, n) = if fold { (h.to_ascii_lowercase(), n.to_ascii_lowercase()) } else { (h, n) };
    let off = a.int(2, 0);
    let from = if off < 0 { h.len() as i64 + off } else { off };
    if from < 0 || from > h.len() as i64 {
        return vm.throw_value(&format!(
            "{f}(): Argument #3 ($offset) must be contained in argument #1 ($haystack)"
        ));
    }
    let at = if last {
        memchr::memmem::rfind(&h[from as usize..], &n)
    } else {
        memchr::memmem::find(&h[from as usize..], &n)
    };
    *out = at.map_or(Val::FALSE, |i| Val::int(i as i64 + from));
    Status::Ok
}

pub(crate) const LIST: &[Entry] = &[
    ("strtoupper(string $string): string", |_, a, out| text(out, &a.bytes(0).to_ascii_uppercase())),
    ("strtolower(string $string): string", |_, a, out| text(out, &a.bytes(0).to_ascii_lowercase())),
    ("ucfirst(string $string): string", |_, a, out| {
        let mut s = a.bytes(0).to_vec();
        if let Some(c) = s.first_mut() {
            c.make_ascii_uppercase();
        }
        text(out, &s)
    }),
    ("lcfirst(string $string): string", |_, a, out| {
        let mut s = a.bytes(0).to_vec();
        if let Some(c) = s.first_mut() {
            c.make_ascii_lowercase();
        }
        text(out, &s)
    }),
    ("strrev(string $string): string", |_, a, out| {
        let mut s = a.bytes(0).to_vec();
        s.reverse();
        text(out, &s)
    }),
    ("str_repeat(string $string, int $times): string", |vm, a, out| {
        let n = a.int(1, 0);
        if n < 0 {
            return vm.throw_value("str_repeat(): Argument #2 ($times) must be greater than or equal to 0");
        }
        let total = a.bytes(0).len().saturating_mul(n as usize);
        if let Err(e) = howdah_runtime::string::try_with_len(total) {
            return vm.fatal(
                1,
                &format!(
                    "Allowed memory size of {} bytes exhausted (tried to allocate {} bytes)",
                    e.limit, e.tried
                ),
                None,
            );
        }
        text(out, &a.bytes(0).repeat(n as usize))
    }),
    ("substr(string $string, int $offset, ?int $length = null): string", |_, a, out| {
        let s = a.bytes(0);
        let (f, t) = span(s.len(), a.int(1, 0), opt(a, 2));
        text(out, if f < t { &s[f..t] } else { b"" })
    }),
    ("strpos(string $haystack, string $needle, int $offset = 0): int|false", |vm, a, out| {
        find(vm, a, out, "strpos", false, false)
    }),
    ("stripos(string $haystack, string $needle, int $offset = 0): int|false", |vm, a, out| {
        find(vm, a, out, "stripos", true, false)
    }),
    ("strrpos(string $haystack, string $needle, int $offset = 0): int|false", |vm, a, out| {
        find(vm, a, out, "strrpos", false, true)
    }),
    ("str_contains(string $haystack, string $needle): bool", |_, a, out| {
        *out = Val::bool(memchr::memmem::find(a.bytes(0), a.bytes(1)).is_some());
        Status::Ok
    }),
    ("str_starts_with(string $haystack, string $needle): bool", |_, a, out| {
        *out = Val::bool(a.bytes(0).starts_with(a.bytes(1)));
        Status::Ok
    }),
    ("str_ends_with(string $haystack, string $needle): bool", |_, a, out| {
        *out = Val::bool(a.bytes(0).ends_with(a.bytes(1)));
        Status::Ok
    }),
    ("trim(string $string, string $characters = \" \\n\\r\\t\\v\\0\"): string", |_, a, out| {
        trim(a, out, true, true)
    }),
    ("ltrim(string $string, string $characters = \" \\n\\r\\t\\v\\0\"): string", |_, a, out| {
        trim(a, out, true, false)
    }),
    ("rtrim(string $string, string $characters = \" \\n\\r\\t\\v\\0\"): string", |_, a, out| {
        trim(a, out, false, true)
    }),
    ("ord(string $character): int", |_, a, out| {
        *out = Val::int(a.bytes(0).first().copied().unwrap_or(0) as i64);
        Status::Ok
    }),
    ("chr(int $codepoint): string", |_, a, out| text(out, &[a.int(0, 0).rem_euclid(256) as u8])),
    ("dechex(int $num): string", |_, a, out| text(out, format!("{:x}", a.int(0, 0)).as_bytes())),
    ("decbin(int $num): string", |_, a, out| text(out, format!("{:b}", a.int(0, 0)).as_bytes())),
    ("bin2hex(string $string): string", |_, a, out| {
        text(out, a.bytes(0).iter().map(|b| format!("{b:02x}")).collect::<String>().as_bytes())
    }),
    ("strcmp(string $string1, string $string2): int", |_, a, out| {
        *out = Val::int(a.bytes(0).cmp(a.bytes(1)) as i64);
        Status::Ok
    }),
    ("strcasecmp(string $string1, string $string2): int", |_, a, out| {
        *out = Val::int(a.bytes(0).to_ascii_lowercase().cmp(&a.bytes(1).to_ascii_lowercase()) as i64);
        Status::Ok
    }),
    ("addslashes(string $string): string", |_, a, out| {
        let mut s = Vec::new();
        for &c in a.bytes(0) {
            match c {
                0 => s.extend_from_slice(b"\\0"),
                b'\'' | b'"' | b'\\' => s.extend_from_slice(&[b'\\', c]),
                c => s.push(c),
            }
        }
        text(out, &s)
    }),
    ("implode(string|array $separator, ?array $array = null): string", implode),
    ("join(string|array $separator, ?array $array = null): string", implode),
    ("explode(string $separator, string $string, int $limit = PHP_INT_MAX): array", |vm, a, out| {
        let sep = a.bytes(0);
        if sep.is_empty() {
            return vm.throw_value("explode(): Argument #1 ($separator) must not be empty");
        }
        let s = a.bytes(1);
        let mut parts: Vec<&[u8]> = Vec::new();
        let mut from = 0;
        for i in memchr::memmem::find_iter(s, sep) {
            parts.push(&s[from..i]);
            from = i + sep.len();
        }
        parts.push(&s[from..]);
        let limit = a.int(2, i64::MAX);
        if limit < 0 {
            parts.truncate(parts.len().saturating_sub(limit.unsigned_abs() as usize));
        } else if parts.len() as i64 > limit.max(1) {
            let keep = limit.max(1) as usize - 1;
            let start = parts[keep].as_ptr() as usize - s.as_ptr() as usize;
            parts.truncate(keep);
            parts.push(&s[start..]);
        }
        *out = array::val(array::from_vals(parts.into_iter().map(howdah_runtime::string::new_val)));
        Status::Ok
    }),
    ("str_replace(array|string $search, array|string $replace, string $subject): string", |_, a, out| {
        let list = |v: Val| -> Result<Vec<Vec<u8>>, Status> {
            if v.tag() == ARR {
                // SAFETY: the frame holds the array.
                unsafe { array::iter(v.as_ptr::<Arr>()).map(|(_, p)| str_of(*p)).collect() }
            } else {
                Ok(vec![str_of(v)?])
            }
        };
        let (search, replace) = match (list(a.get(0)), list(a.get(1))) {
            (Ok(s), Ok(r)) => (s, r),
            (Err(st), _) | (_, Err(st)) => return st,
        };
        let single = a.get(1).tag() == STR;
        let mut s = a.bytes(2).to_vec();
        for (i, n) in search.iter().enumerate().filter(|(_, n)| !n.is_empty()) {
            let r = if single { &replace[0][..] } else { replace.get(i).map_or(&b""[..], |r| r) };
            let mut next = Vec::with_capacity(s.len());
            let mut from = 0;
            for at in memchr::memmem::find_iter(&s, n) {
                next.extend_from_slice(&s[from..at]);
                next.extend_from_slice(r);
                from = at + n.len();
            }
            next.extend_from_slice(&s[from..]);
            s = next;
        }
        text(out, &s)
    }),
    ("sprintf(string $format, mixed ...$values): string", |vm, a, out| match format(vm, a) {
        Ok(s) => text(out, &s),
        Err(st) => st,
    }),
    ("printf(string $format, mixed ...$values): int", |vm, a, out| match format(vm, a) {
        Ok(s) => {
            vm.host.write(&s);
            *out = Val::int(s.len() as i64);
            Status::Ok
        }
        Err(st) => st,
    }),
];

fn implode(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let (sep, list) = match (a.get(0).tag(), a.get(1).tag()) {
        (ARR, t) if t != ARR => (Vec::new(), a.get(0)),
        (STR, ARR) => (a.bytes(0).to_vec(), a.get(1)),
        (STR, _) => {
            return vm.throw_type("implode(): Argument #1 ($array) must be of type array, string given");
        }
        _ => return vm.throw_type("implode(): Argument #1 ($separator) must be of type string, array given"),
    };
    let mut s = Vec::new();
    // SAFETY: the frame holds the array.
    unsafe {
        for (i, (_, p)) in array::iter(list.as_ptr::<Arr>()).enumerate() {
            if i > 0 {
                s.extend_from_slice(&sep);
            }
            match str_of(value::deref(*p)) {
                Ok(b) => s.extend(b),
                Err(st) => return st,
            }
        }
    }
    text(out, &s)
}

/// printf's format: flags, width, precision, `%n$`.
fn format(vm: &mut Vm, a: &Args<'_>) -> Result<Vec<u8>, Status> {
    let fmt = a.bytes(0).to_vec();
    let mut out = Vec::with_capacity(fmt.len() + 32);
    let (mut i, mut next) = (0, 1);
    let number = |i: &mut usize| -> Option<usize> {
        let start = *i;
        while fmt.get(*i).is_some_and(u8::is_ascii_digit) {
            *i += 1;
        }
        std::str::from_utf8(&fmt[start..*i]).ok()?.parse().ok()
    };
    while i < fmt.len() {
        if fmt[i] != b'%' {
            out.push(fmt[i]);
            i += 1;
            continue;
        }
        i += 1;
        if fmt.get(i) == Some(&b'%') {
            out.push(b'%');
            i += 1;
            continue;
        }
        let mut index = None;
        let save = i;
        if let Some(n) = number(&mut i) {
            if fmt.get(i) == Some(&b'$') {
                index = Some(n);
                i += 1;
            } else {
                i = save;
            }
        }
        let (mut left, mut plus, mut pad) = (false, false, b' ');
        loop {
            match fmt.get(i) {
                Some(b'-') => left = true,
                Some(b'+') => plus = true,
                Some(b'0') => pad = b'0',
                Some(b' ') => pad = b' ',
                Some(b'\'') => {
                    i += 1;
                    pad = fmt.get(i).copied().unwrap_or(b' ');
                }
                _ => break,
            }
            i += 1;
        }
        let width = number(&mut i).unwrap_or(0);
        let mut precision = None;
        if fmt.get(i) == Some(&b'.') {
            i += 1;
            precision = Some(number(&mut i).unwrap_or(0));
        }
        while fmt.get(i) == Some(&b'l') {
            i += 1;
        }
        let Some(&c) = fmt.get(i) else {
            return Err(vm.throw_value("Missing format specifier at end of string"));
        };
        i += 1;
        let at = index.unwrap_or_else(|| {
            next += 1;
            next - 1
        });
        if at >= a.len() {
            let msg = format!("{} arguments are required, {} given", at + 1, a.len());
            return Err(vm.throw_error(vm.ce.argument_count_error, &msg));
        }
        let v = a.get(at);
        let mut numeric = true;
        let s: Vec<u8> = match c {
            b'd' | b'i' => {
                let n = convert::to_int(v);
                if plus && n >= 0 { format!("+{n}").into_bytes() } else { n.to_string().into_bytes() }
            }
            b'u' => (convert::to_int(v) as u64).to_string().into_bytes(),
            b'x' => format!("{:x}", convert::to_int(v)).into_bytes(),
            b'X' => format!("{:X}", convert::to_int(v)).into_bytes(),
            b'o' => format!("{:o}", convert::to_int(v)).into_bytes(),
            b'b' => format!("{:b}", convert::to_int(v)).into_bytes(),
            b'c' => {
                out.push(convert::to_int(v) as u8);
                continue;
            }
            b'f' | b'F' => {
                let d = convert::to_dbl(v);
                let t = format!("{:.*}", precision.unwrap_or(6), d);
                if plus && d >= 0.0 { format!("+{t}").into_bytes() } else { t.into_bytes() }
            }
            b'e' | b'E' => {
                let t = format!("{:.*e}", precision.unwrap_or(6), convert::to_dbl(v));
                let (m, e) = t.split_once('e').unwrap_or((&t, "0"));
                let e = if e.starts_with('-') { e.to_owned() } else { format!("+{e}") };
                format!("{m}{}{e}", c as char).into_bytes()
            }
            b'g' | b'G' => {
                number::format_float(convert::to_dbl(v), precision.unwrap_or(6) as i32).into_bytes()
            }
            b's' => {
                numeric = false;
                let mut b = str_of(v)?;
                if let Some(p) = precision {
                    b.truncate(p);
                }
                b
            }
            other => {
                let msg = format!("Unknown format specifier \"{}\"", other as char);
                return Err(vm.throw_value(&msg));
            }
        };
        let fill = width.saturating_sub(s.len());
        if left {
            out.extend_from_slice(&s);
            out.extend(std::iter::repeat_n(if numeric && pad == b'0' { b'0' } else { pad }, fill));
        } else if numeric && pad == b'0' && s.first().is_some_and(|c| matches!(c, b'-' | b'+')) {
            out.push(s[0]);
            out.extend(std::iter::repeat_n(b'0', fill));
            out.extend_from_slice(&s[1..]);
        } else {
            out.extend(std::iter::repeat_n(pad, fill));
            out.extend_from_slice(&s);
        }
    }
    Ok(out)
}
