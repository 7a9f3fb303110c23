//! compact() and extract(): arrays to variables and back.

use std::borrow::Cow;

use plugin_api::{Args, Array, Ctx, Key, Kind, Map, R, Reference, Rest, Value, php_function};

fn collect(ctx: &mut Ctx, out: &mut Map, v: &Value, pos: u32) -> R<()> {
    match v.kind() {
        Kind::Str(s) => {
            if &**s == b"this" {
                let this = ctx.caller_this();
                if this.as_object().is_some() {
                    out.insert_str(s, this);
                }
                return Ok(());
            }
            match ctx.local_named(s.into()) {
                Some(x) => out.insert_str(s, x),
                None => ctx.warning(format!("Undefined variable ${}", s.lossy()))?,
            }
        }
        Kind::Array(a) => {
            if a.as_value().protect() {
                return Err(ctx.error("Recursion detected"));
            }
            let r = a.values().try_for_each(|v| collect(ctx, out, v, pos));
            a.as_value().unprotect();
            r?;
        }
        _ => ctx.warning(format!(
            "Argument #{pos} must be string or array of strings, {} given",
            v.value_name()
        ))?,
    }
    Ok(())
}

#[php_function("compact($var_name, ...$var_names): array")]
fn compact(ctx: &mut Ctx, args: &Args, first: &Value, rest: Rest) -> R<Array> {
    if args.dynamic() {
        return Err(ctx.error("Cannot call compact() dynamically"));
    }
    Map::build(1 + rest.len(), |out| {
        collect(ctx, out, first, 1)?;
        rest.iter().enumerate().try_for_each(|(i, v)| collect(ctx, out, v.deref(), i as u32 + 2))
    })
}

fn is_name(b: &[u8]) -> bool {
    let ok = |c: u8| c == b'_' || c.is_ascii_alphanumeric() || c >= 0x80;
    b.first().is_some_and(|c| ok(*c) && !c.is_ascii_digit()) && b.iter().all(|c| ok(*c))
}

const OVERWRITE: i64 = 0;
const SKIP: i64 = 1;
const PREFIX_SAME: i64 = 2;
const PREFIX_ALL: i64 = 3;
const PREFIX_INVALID: i64 = 4;
const PREFIX_IF_EXISTS: i64 = 5;
const IF_EXISTS: i64 = 6;
const REFS: i64 = 0x100;

/// `extract()` as it mostly is: every key that is a name becomes a variable, whatever there was.
fn overwrite(ctx: &mut Ctx, src: &Array) -> R<i64> {
    let mut n = 0;
    for (k, v) in src.iter() {
        let Key::Str(name) = k else { continue };
        if !is_name(&name) {
            continue;
        }
        if *name == *b"this" {
            return Err(ctx.error("Cannot re-assign $this"));
        }
        ctx.set_local_named(name, v.clone())?;
        n += 1;
    }
    Ok(n)
}

#[php_function("extract(@prefer-ref array $array, int $flags = EXTR_OVERWRITE, string $prefix = \"\"): int")]
fn extract(ctx: &mut Ctx, args: &Args, array: Reference, flags: Option<i64>, prefix: &[u8]) -> R<i64> {
    if args.dynamic() {
        return Err(ctx.error("Cannot call extract() dynamically"));
    }
    let flags = flags.unwrap_or(OVERWRITE);
    let (how, refs) = (flags & 0xff, flags & REFS != 0);
    if !(OVERWRITE..=IF_EXISTS).contains(&how) {
        return Err(ctx.argument_value_error(2, "must be a valid extract type"));
    }
    if (PREFIX_SAME..=PREFIX_IF_EXISTS).contains(&how) && args.get(2).is_none() {
        return Err(ctx.argument_value_error(3, "is required when using this extract type"));
    }
    if !prefix.is_empty() && !is_name(prefix) {
        return Err(ctx.argument_value_error(3, "must be a valid identifier"));
    }
    let Some(src) = array.get().as_array() else { return Ok(0) };
    // A variable that is written may be the one that holds it.
    let src = src.clone();
    if how == OVERWRITE && !refs {
        return overwrite(ctx, &src);
    }
    let mut n = 0;
    let with_prefix = |k: &[u8]| [prefix, b"_", k].concat();
    for (k, v) in src.iter() {
        let name = match k {
            Key::Int(i) => match how {
                PREFIX_ALL | PREFIX_INVALID => Cow::from(with_prefix(i.to_string().as_bytes())),
                _ => continue,
            },
            Key::Str(s) => {
                let mut exists = || ctx.local_named(s).is_some();
                let s = s.as_bytes();
                let this = s == b"this";
                match how {
                    SKIP if this || exists() => continue,
                    IF_EXISTS | PREFIX_IF_EXISTS if !exists() => continue,
                    PREFIX_SAME | PREFIX_ALL if s.is_empty() => continue,
                    PREFIX_IF_EXISTS | PREFIX_ALL => Cow::from(with_prefix(s)),
                    PREFIX_SAME if this || exists() => Cow::from(with_prefix(s)),
                    PREFIX_INVALID if !is_name(s) || s == b"this" => Cow::from(with_prefix(s)),
                    _ => Cow::from(s),
                }
            }
        };
        if !is_name(&name) {
            continue;
        }
        if *name == *b"this" {
            return Err(ctx.error("Cannot re-assign $this"));
        }
        if refs {
            let Some(mut own) = array.take_array() else { continue };
            let r = own.reference(k);
            array.put_array(own);
            ctx.bind_local(&name, r);
        } else {
            ctx.set_local(&name, v.clone())?;
        }
        n += 1;
    }
    Ok(n)
}
