//! preg_match(), preg_match_all(), preg_split(), preg_grep().

use crate::pattern::{Error, Found, Pattern, Spans};
use crate::{Search, compile, globals};
use plugin_api::{Array, Ctx, Key, List, Map, OrFalse, R, Reference, Str, Value, php_function};
use smallvec::SmallVec;

pub const PATTERN_ORDER: i64 = 1;
pub const SET_ORDER: i64 = 2;
pub const OFFSET_CAPTURE: i64 = 256;
pub const UNMATCHED_AS_NULL: i64 = 512;

/// One group's value.
#[inline(always)]
fn group(subject: &[u8], span: Option<(usize, usize)>, flags: i64) -> Value {
    match span {
        _ if flags & OFFSET_CAPTURE != 0 => with_offset(subject, span, flags).into(),
        Some((s, e)) => Str::new(&subject[s..e]).into(),
        None => unmatched(flags),
    }
}

/// What stands for a group that took no part.
fn unmatched(flags: i64) -> Value {
    if flags & UNMATCHED_AS_NULL != 0 { Value::NULL } else { Str::empty().into() }
}

/// One group's text and where it begins.
#[inline(never)]
fn with_offset(subject: &[u8], span: Option<(usize, usize)>, flags: i64) -> Array {
    match span {
        Some((s, e)) => Array::list([Value::str(&subject[s..e]), Value::int(s as i64)]),
        None => Array::list([unmatched(flags), Value::int(-1)]),
    }
}

/// The groups of a match, by name and number; those behind the last that matched are left out unless they are to be null.
pub fn groups(p: &Pattern, subject: &[u8], spans: Spans<'_>, flags: i64) -> Array {
    let n = if flags & UNMATCHED_AS_NULL != 0 { p.groups } else { spans.len() };
    if p.named {
        return marked(p, named_groups(p, subject, spans, flags, n));
    }
    let mut out = List::with_capacity(n);
    for i in 0..n {
        out.push(group(subject, spans.get(i), flags));
    }
    marked(p, out.finish())
}

/// With the mark of the last match, if it left one.
#[inline(always)]
fn marked(p: &Pattern, groups: Array) -> Array {
    match p.mark() {
        None => groups,
        Some(mark) => {
            let mut groups = groups;
            groups.set("MARK", mark);
            groups
        }
    }
}

fn named_groups(p: &Pattern, subject: &[u8], spans: Spans<'_>, flags: i64, n: usize) -> Array {
    if p.shares_names {
        // Of groups that share a name the one that took part stays.
        let mut out = Array::with_capacity(2 * n);
        for (i, name) in p.names[..n].iter().enumerate() {
            let v = group(subject, spans.get(i), flags);
            if let Some(name) = name
                && (spans.get(i).is_some() || out.get(name).is_none())
            {
                out.set(name, v.clone());
            }
            out.set(i, v);
        }
        return out;
    }
    let mut out = Map::unique(2 * n);
    for (i, name) in p.names[..n].iter().enumerate() {
        let v = group(subject, spans.get(i), flags);
        if let Some(name) = name {
            out.insert_str(name, v.clone());
        }
        out.insert(Key::Int(i as i64), v);
    }
    out.finish()
}

/// Where a search begins; `None` beyond the end.
fn start(len: usize, offset: i64) -> Option<usize> {
    let n = len as i64;
    let at = if offset < 0 { (n + offset).max(0) } else { offset };
    (at <= n).then_some(at as usize)
}

#[php_function(
    "preg_match(string $pattern, string $subject, &$matches = null, int $flags = 0, int $offset = 0): int|false"
)]
fn preg_match(
    ctx: &mut Ctx,
    pattern: &[u8],
    subject: &[u8],
    matches: Option<Reference>,
    flags: i64,
    offset: i64,
) -> R<OrFalse<i64>> {
    let g = globals(ctx);
    let Some(p) = compile(ctx, g, pattern)? else { return Ok(OrFalse::FALSE) };
    if flags & !(OFFSET_CAPTURE | UNMATCHED_AS_NULL) != 0 {
        return Err(ctx.argument_value_error(4, "must be a PREG_* constant"));
    }
    if offset == i64::MIN {
        return Err(ctx.argument_value_error(5, format!("must be greater than {}", i64::MIN)));
    }
    g.set_error(Error::None);
    let Some(at) = start(subject.len(), offset) else {
        if let Some(m) = matches {
            m.set(ctx, Array::new())?;
        }
        g.set_error(Error::Internal);
        return Ok(OrFalse::FALSE);
    };
    let found = Search::first(g, &p, subject, at);
    if let Some(m) = matches {
        let out = match found {
            Found::Match(n) => groups(&p, subject, p.spans(n), flags),
            _ => Array::new(),
        };
        m.set(ctx, out)?;
    }
    Ok(match found {
        Found::Match(_) => 1.into(),
        Found::No => 0.into(),
        Found::Failed(e) => {
            g.set_error(e);
            OrFalse::FALSE
        }
    })
}

#[php_function(
    "preg_match_all(string $pattern, string $subject, &$matches = null, int $flags = 0, int $offset = 0): int|false"
)]
fn preg_match_all(
    ctx: &mut Ctx,
    pattern: &[u8],
    subject: &[u8],
    matches: Option<Reference>,
    flags: i64,
    offset: i64,
) -> R<OrFalse<i64>> {
    let g = globals(ctx);
    let Some(p) = compile(ctx, g, pattern)? else { return Ok(OrFalse::FALSE) };
    let order = match flags & 0xff {
        0 => PATTERN_ORDER,
        o => o,
    };
    if !matches!(order, PATTERN_ORDER | SET_ORDER) {
        return Err(ctx.argument_value_error(4, "must be a PREG_* constant"));
    }
    if offset == i64::MIN {
        return Err(ctx.argument_value_error(5, format!("must be greater than {}", i64::MIN)));
    }
    g.set_error(Error::None);
    let Some(at) = start(subject.len(), offset) else {
        if let Some(m) = matches {
            m.set(ctx, Array::new())?;
        }
        g.set_error(Error::Internal);
        return Ok(OrFalse::FALSE);
    };
    let mut s = Search::new(g, &p, subject, at);
    let mut n = 0;
    // A list for each group, or of the matches.
    let mut columns: SmallVec<[List; 4]> = SmallVec::new();
    let mut list = List::with_capacity(0);
    if matches.is_some() && order == PATTERN_ORDER {
        columns.extend((0..p.groups).map(|_| List::with_capacity(0)));
    }
    let mut marks = None;
    let mut failed = false;
    loop {
        match s.next() {
            Found::Match(found) => {
                let spans = p.spans(found);
                if matches.is_some() {
                    if order == SET_ORDER {
                        list.push(groups(&p, subject, spans, flags));
                    } else {
                        for (i, c) in columns.iter_mut().enumerate() {
                            c.push(group(subject, spans.get(i), flags));
                        }
                        if let Some(m) = p.mark() {
                            marks.get_or_insert_with(Array::new).set(n, m);
                        }
                    }
                }
                n += 1;
            }
            Found::No => break,
            Found::Failed(e) => {
                g.set_error(e);
                failed = true;
                break;
            }
        }
    }
    if let Some(m) = matches {
        let mut sets = if p.named {
            let mut sets = list.finish();
            for (i, c) in columns.into_iter().enumerate() {
                let c = c.finish();
                if let Some(name) = &p.names[i] {
                    sets.set(name, c.clone());
                }
                sets.set(i, c);
            }
            sets
        } else {
            columns.into_iter().for_each(|c| list.push(c.finish()));
            list.finish()
        };
        if let Some(marks) = marks {
            sets.set("MARK", marks);
        }
        m.set(ctx, sets)?;
    }
    Ok(if failed { OrFalse::FALSE } else { n.into() })
}

#[php_function("preg_split(string $pattern, string $subject, int $limit = -1, int $flags = 0): array|false")]
fn preg_split(ctx: &mut Ctx, pattern: &[u8], subject: &[u8], limit: i64, flags: i64) -> R<OrFalse<Array>> {
    let g = globals(ctx);
    let Some(p) = compile(ctx, g, pattern)? else { return Ok(OrFalse::FALSE) };
    g.set_error(Error::None);
    let (no_empty, delims, offsets) = (flags & 1 != 0, flags & 2 != 0, flags & 4 != 0);
    let mut out = List::with_capacity(0);
    let shown = if offsets { OFFSET_CAPTURE } else { 0 };
    let add = |out: &mut List, s: usize, e: usize| out.push(group(subject, Some((s, e)), shown));
    let mut left = if limit == 0 { -1 } else { limit };
    let mut s = Search::new(g, &p, subject, 0);
    let mut last = 0;
    if subject.is_empty() {
        let parts = match s.next() {
            Found::Match(_) if left == -1 || left > 1 => 2,
            Found::Match(_) | Found::No => 1,
            Found::Failed(e) => {
                g.set_error(e);
                return Ok(OrFalse::FALSE);
            }
        };
        if !no_empty {
            (0..parts).for_each(|_| add(&mut out, 0, 0));
        }
        return Ok(out.finish().into());
    }
    while left == -1 || left > 1 {
        match s.next() {
            Found::Match(found) => {
                let spans = p.spans(found);
                let (ms, me) = spans.whole();
                if !no_empty || ms > last {
                    add(&mut out, last, ms);
                    if left != -1 {
                        left -= 1;
                    }
                }
                if delims {
                    for span in (1..spans.len()).map(|i| spans.get(i)) {
                        match span {
                            Some((gs, ge)) if !no_empty || ge > gs => add(&mut out, gs, ge),
                            // A group before one that took part, which did not itself.
                            None if !no_empty => out.push(group(subject, None, shown)),
                            _ => {}
                        }
                    }
                }
                last = me;
                if me == ms && me >= subject.len() {
                    break;
                }
            }
            Found::No => break,
            Found::Failed(e) => {
                g.set_error(e);
                return Ok(OrFalse::FALSE);
            }
        }
    }
    if !no_empty || last < subject.len() {
        add(&mut out, last, subject.len());
    }
    Ok(out.finish().into())
}

#[php_function("preg_grep(string $pattern, array $array, int $flags = 0): array|false")]
fn preg_grep(ctx: &mut Ctx, pattern: &[u8], array: &Array, flags: i64) -> R<OrFalse<Array>> {
    let g = globals(ctx);
    let Some(p) = compile(ctx, g, pattern)? else { return Ok(OrFalse::FALSE) };
    g.set_error(Error::None);
    let mut out = Array::new();
    for (k, v) in array.iter() {
        let text = v.to_str(ctx)?;
        match Search::first(g, &p, &text, 0) {
            Found::Failed(e) => {
                g.set_error(e);
                break;
            }
            found => {
                if matches!(found, Found::Match(_)) != (flags & 1 != 0) {
                    out.set(k, v.clone());
                }
            }
        }
    }
    Ok(out.into())
}
