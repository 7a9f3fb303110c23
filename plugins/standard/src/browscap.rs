//! `get_browser()`: what the browscap file knows of a user agent.

use crate::Globals;
use plugin_api::{Array, Ctx, R, Value, php_function};
use std::rc::Rc;

/// A section of the file: a pattern and its properties.
pub struct Section {
    pattern: Vec<u8>,
    properties: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Section {
    fn parent(&self) -> Option<&[u8]> {
        self.properties.iter().find(|(k, _)| k == b"parent").map(|(_, v)| &v[..])
    }
    /// Characters that are no wildcards.
    fn weight(&self) -> usize {
        self.pattern.iter().filter(|c| !matches!(c, b'*' | b'?')).count()
    }
}

/// The file's sections in order. The first one only says which version it is.
fn parse(text: &[u8]) -> Vec<Section> {
    let mut out: Vec<Section> = Vec::new();
    for line in text.split(|c| *c == b'\n') {
        let line = line.trim_ascii();
        match line.first() {
            None | Some(b';' | b'#') => {}
            Some(b'[') => {
                let end = memchr::memrchr(b']', line).unwrap_or(line.len());
                out.push(Section { pattern: line[1..end.max(1)].to_vec(), properties: Vec::new() });
            }
            Some(_) => {
                let (Some(section), Some(i)) = (out.last_mut(), memchr::memchr(b'=', line)) else { continue };
                let key = line[..i].trim_ascii().to_ascii_lowercase();
                let raw = line[i + 1..].trim_ascii();
                let raw = raw.strip_prefix(b"\"").and_then(|r| r.strip_suffix(b"\"")).unwrap_or(raw);
                let value: &[u8] = match &raw.to_ascii_lowercase()[..] {
                    b"on" | b"yes" | b"true" => b"1",
                    b"no" | b"off" | b"none" | b"false" => b"",
                    _ => raw,
                };
                section.properties.push((key, value.to_vec()));
            }
        }
    }
    out.retain(|s| s.pattern != b"GJK_Browscap_Version");
    out
}

/// Whether a pattern with `*` and `?` covers a text; both in lower case.
fn covers(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == b'?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((sp, st)) => {
                    p = sp + 1;
                    t = st + 1;
                    star = Some((sp, st + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

/// The pattern as a regular expression.
fn regex(pattern: &[u8]) -> Vec<u8> {
    let mut out = b"~^".to_vec();
    for c in pattern.to_ascii_lowercase() {
        match c {
            b'*' => out.extend_from_slice(b".*"),
            b'?' => out.push(b'.'),
            b'.' | b'\\' | b'(' | b')' | b'[' | b']' | b'+' | b'^' | b'$' | b'{' | b'}' | b'|' | b'~'
            | b'-' => {
                out.extend_from_slice(&[b'\\', c]);
            }
            c => out.push(c),
        }
    }
    out.extend_from_slice(b"$~");
    out
}

/// The parsed file of the setting, read once for each VM.
fn sections(ctx: &mut Ctx, path: &[u8]) -> Option<Rc<Vec<Section>>> {
    use std::os::unix::ffi::OsStrExt;
    let g = ctx.globals::<Globals>();
    if let Some((of, list)) = &*g.browscap.borrow()
        && of == path
    {
        return Some(list.clone());
    }
    let list = Rc::new(parse(&std::fs::read(std::ffi::OsStr::from_bytes(path)).ok()?));
    g.browscap.replace(Some((path.to_vec(), list.clone())));
    Some(list)
}

#[php_function("get_browser(?string $user_agent = null, bool $return_array = false): object|array|false")]
fn get_browser(ctx: &mut Ctx, agent: Option<&[u8]>, as_array: bool) -> R<Value> {
    let path = ctx.ini("browscap").filter(|p| !p.is_empty());
    let Some(list) = path.and_then(|p| sections(ctx, &p)) else {
        ctx.warning("browscap ini directive not set")?;
        return Ok(Value::bool(false));
    };
    let agent = match agent {
        Some(a) => a.to_vec(),
        None => {
            let server = ctx.global("_SERVER");
            let found = server.as_ref().and_then(|s| s.as_array()?.get("HTTP_USER_AGENT")).cloned();
            match found {
                Some(v) => v.to_str(ctx)?.to_vec(),
                None => {
                    ctx.warning("HTTP_USER_AGENT variable is not set, cannot determine user agent name")?;
                    return Ok(Value::bool(false));
                }
            }
        }
    };
    let lower = agent.to_ascii_lowercase();
    let exact = list.iter().find(|s| s.pattern.eq_ignore_ascii_case(&agent));
    let best = exact.or_else(|| {
        let fitting = list.iter().filter(|s| covers(&s.pattern.to_ascii_lowercase(), &lower));
        // The first of those that leave the least to wildcards.
        fitting.fold(None, |best: Option<&Section>, s| match best {
            Some(b) if b.weight() >= s.weight() => Some(b),
            _ => Some(s),
        })
    });
    let default = || list.iter().find(|s| s.pattern.eq_ignore_ascii_case(b"DefaultProperties"));
    let Some(section) = best.or_else(default) else { return Ok(Value::bool(false)) };
    let mut out = Array::new();
    out.set("browser_name_regex", Value::str(regex(&section.pattern)));
    out.set("browser_name_pattern", Value::str(&section.pattern));
    let mut at = Some(section);
    // A chain of parents that comes back to itself ends.
    for _ in 0..list.len() {
        let Some(s) = at else { break };
        for (k, v) in &s.properties {
            if out.get(k).is_none() {
                out.set(&k[..], Value::str(v));
            }
        }
        at = s.parent().and_then(|p| list.iter().find(|s| s.pattern.eq_ignore_ascii_case(p)));
    }
    if as_array {
        return Ok(out.into());
    }
    Value::from(out).cast(ctx, plugin_api::abi::OBJ)
}
