//! Questions about values and changes of their type (ext/standard/type.c), `debug_zval_dump()`.

use plugin_api::abi::{ARR, DBL, FALSE, INT, NULL, OBJ, STR, prop_purpose};
use plugin_api::{Array, Ctx, Key, Kind, Object, R, Reference, Value, php_function};

#[php_function("pure is_long(mixed $value): bool")]
fn is_long(value: &Value) -> bool {
    matches!(value.kind(), Kind::Int(_))
}
#[php_function("pure is_double(mixed $value): bool")]
fn is_double(value: &Value) -> bool {
    matches!(value.kind(), Kind::Float(_))
}
#[php_function("is_resource(mixed $value): bool")]
fn is_resource(value: &Value) -> bool {
    matches!(value.kind(), Kind::Resource(r) if r.is_open())
}
#[php_function("pure is_countable(mixed $value): bool")]
fn is_countable(ctx: &mut Ctx, value: &Value) -> R<bool> {
    Ok(match value.kind() {
        Kind::Array(_) => true,
        Kind::Object(o) => match ctx.find_class("Countable", false)? {
            Some(c) => o.instance_of(c),
            None => false,
        },
        _ => false,
    })
}
#[php_function("is_callable(mixed $value, bool $syntax_only = false, &$callable_name = null): bool")]
fn is_callable(ctx: &mut Ctx, value: &Value, syntax_only: bool, name: Option<Reference>) -> R<bool> {
    if name.is_none() && !syntax_only {
        let ok = value.is_callable(ctx);
        ctx.pending()?;
        return Ok(ok);
    }
    let (ok, shown, _) = value.callable_info(ctx, syntax_only);
    ctx.pending()?;
    if let Some(r) = name {
        // What is of no form that could be called is shown as text.
        let formed = matches!(value.kind(), Kind::Str(_) | Kind::Array(_) | Kind::Object(_));
        let shown = if formed { shown } else { value.to_str(ctx)?.into() };
        r.set(ctx, shown)?;
    }
    Ok(ok)
}
#[php_function("pure floatval(mixed $value): float")]
fn floatval(value: &Value) -> f64 {
    value.to_float()
}
#[php_function("pure doubleval(mixed $value): float")]
fn doubleval(value: &Value) -> f64 {
    value.to_float()
}

/// An integer in a base from 2 to 36 (0: as its prefix says), as C reads it.
fn in_base(text: &[u8], base: i64) -> i64 {
    let t = &text[text.iter().take_while(|c| **c == b' ' || (9..=13).contains(*c)).count()..];
    let (negative, t) = match t.first() {
        Some(b'-') => (true, &t[1..]),
        Some(b'+') => (false, &t[1..]),
        _ => (false, t),
    };
    let (mut base, mut digits) = (base as u32, t);
    for (prefix, radix) in [(b"xX", 16), (b"oO", 8), (b"bB", 2)] {
        let here = t.first() == Some(&b'0') && t.get(1).is_some_and(|c| prefix.contains(c));
        if here && (base == radix || base == 0) {
            base = radix;
            digits = &t[2..];
            // A sign behind the prefix makes it no number.
            if matches!(digits.first(), Some(b'-' | b'+')) {
                return 0;
            }
        }
    }
    if base == 0 {
        base = if digits.first() == Some(&b'0') { 8 } else { 10 };
    }
    let mut v: i128 = 0;
    for d in digits.iter().map_while(|c| (*c as char).to_digit(base)) {
        v = (v * base as i128 + d as i128).min(1 << 64);
    }
    let v = if negative { -v } else { v };
    v.clamp(i64::MIN as i128, i64::MAX as i128) as i64
}

#[php_function("pure intval(mixed $value, int $base = 10): int")]
fn intval(ctx: &mut Ctx, value: &Value, base: i64) -> R<i64> {
    match value.kind() {
        Kind::Str(s) if base != 10 => {
            if base != 0 && !(2..=36).contains(&base) {
                return Err(ctx.argument_value_error(2, "must be between 2 and 36 (inclusive)"));
            }
            Ok(in_base(s, base))
        }
        _ => Ok(value.to_int()),
    }
}

#[php_function("settype(mixed &$var, string $type): bool")]
fn settype(ctx: &mut Ctx, var: Reference, kind: &[u8]) -> R<bool> {
    let tag = match &kind.to_ascii_lowercase()[..] {
        b"int" | b"integer" => INT,
        b"float" | b"double" => DBL,
        b"string" => STR,
        b"bool" | b"boolean" => FALSE,
        b"array" => ARR,
        b"object" => OBJ,
        b"null" => NULL,
        b"resource" => return Err(ctx.value_error("Cannot convert to resource type")),
        _ => return Err(ctx.argument_value_error(2, "must be a valid type")),
    };
    let v = if tag == NULL { Value::NULL } else { var.get().cast(ctx, tag)? };
    var.set(ctx, v)?;
    Ok(true)
}

#[php_function("error_clear_last(): void")]
fn error_clear_last(ctx: &mut Ctx) {
    drop(ctx.last_error(true));
}

#[php_function("get_resources(?string $type = null): array")]
fn get_resources(ctx: &mut Ctx, kind: Option<&[u8]>) -> R<Array> {
    let all = ctx.resources();
    let Some(kind) = kind else { return Ok(all) };
    if kind == b"Unknown" {
        return Ok(Array::new());
    }
    let wanted = String::from_utf8_lossy(kind).into_owned();
    let mut out = Array::new();
    for (k, v) in all.iter() {
        if let Kind::Resource(r) = v.kind()
            && r.type_name() == wanted
        {
            out.set(k, v);
        }
    }
    Ok(out)
}

#[php_function("unregister_tick_function(callable $callback): void")]
fn unregister_tick_function(ctx: &mut Ctx, callback: &Value) {
    ctx.unregister(1, callback);
}

/// A property's key as `debug_zval_dump()` shows it.
fn shown_key(out: &mut Vec<u8>, k: &[u8]) {
    let parts: Vec<&[u8]> = k.splitn(3, |c| *c == 0).collect();
    match parts[..] {
        [b"", class, name] => {
            out.push(b'"');
            out.extend_from_slice(name);
            out.push(b'"');
            if class == b"*" {
                out.extend_from_slice(b":protected");
            } else {
                out.extend_from_slice(b":\"");
                out.extend_from_slice(class);
                out.extend_from_slice(b"\":private");
            }
        }
        _ => {
            out.push(b'"');
            out.extend_from_slice(k);
            out.push(b'"');
        }
    }
}

fn count_text(v: &Value) -> String {
    match v.deref().refcount() {
        0 => "interned ".into(),
        n => format!("refcount({n})"),
    }
}

/// Writes the elements of a container between its braces.
fn dump_elements(ctx: &mut Ctx, out: &mut Vec<u8>, a: &Array, indent: usize, of: Option<&Object>) -> R<()> {
    let pad = " ".repeat(indent);
    let object = of.is_some();
    // Properties have names, also those that look like numbers; what a class lists of its own may have numbers.
    let named = of.is_some_and(|o| !o.class().lists_properties());
    for (k, v) in a.entries() {
        out.extend_from_slice(format!("{pad}  [").as_bytes());
        match k {
            Key::Int(i) if named => out.extend_from_slice(format!("\"{i}\"").as_bytes()),
            Key::Int(i) => out.extend_from_slice(i.to_string().as_bytes()),
            Key::Str(s) if object => shown_key(out, &s),
            Key::Str(s) => {
                out.push(b'"');
                out.extend_from_slice(&s);
                out.push(b'"');
            }
        }
        out.extend_from_slice(b"]=>\n");
        dump(ctx, out, v, indent + 2)?;
    }
    out.extend_from_slice(format!("{pad}}}\n").as_bytes());
    Ok(())
}

fn dump(ctx: &mut Ctx, out: &mut Vec<u8>, v: &Value, indent: usize) -> R<()> {
    let pad = " ".repeat(indent);
    let line = |out: &mut Vec<u8>, text: String| {
        out.extend_from_slice(pad.as_bytes());
        out.extend_from_slice(text.as_bytes());
    };
    if v.is_reference() && indent > 0 {
        line(out, format!("reference refcount({}) {{\n", v.refcount()));
        dump(ctx, out, v.deref(), indent + 2)?;
        out.extend_from_slice(format!("{}}}\n", " ".repeat(indent)).as_bytes());
        return Ok(());
    }
    match v.kind() {
        Kind::Null => line(out, "NULL\n".into()),
        Kind::Bool(b) => line(out, format!("bool({b})\n")),
        Kind::Int(i) => line(out, format!("int({i})\n")),
        Kind::Float(d) => {
            let precision = ctx.ini_int("serialize_precision") as i32;
            line(out, format!("float({})\n", Ctx::format_float(d, precision)));
        }
        Kind::Str(s) => {
            line(out, format!("string({}) \"", s.len()));
            out.extend_from_slice(s);
            out.extend_from_slice(format!("\" {}\n", count_text(v).trim_end()).as_bytes());
        }
        Kind::Array(a) => {
            if !a.as_value().protect() {
                let packed = if a.is_packed() { "packed " } else { "" };
                let shared = count_text(v);
                line(out, format!("array({}) {packed}{shared}{{\n", a.len()));
                let r = dump_elements(ctx, out, a, indent, None);
                a.as_value().unprotect();
                r?;
            } else {
                line(out, "*RECURSION*\n".into());
            }
        }
        Kind::Object(o) => dump_object(ctx, out, v, o, indent)?,
        Kind::Resource(r) => {
            line(
                out,
                format!(
                    "resource({}) of type ({}) refcount({})\n",
                    r.id(),
                    r.type_name(),
                    v.deref().refcount()
                ),
            );
        }
    }
    Ok(())
}

fn dump_object(ctx: &mut Ctx, out: &mut Vec<u8>, v: &Value, o: &Object, indent: usize) -> R<()> {
    let pad = " ".repeat(indent);
    if o.as_value().protect() {
        out.extend_from_slice(format!("{pad}*RECURSION*\n").as_bytes());
        return Ok(());
    }
    let r = o.properties_for(ctx, prop_purpose::DEBUG).and_then(|table| {
        let name = o.class().name();
        let name = name.split(|c| *c == 0).next().unwrap_or_default();
        let name = String::from_utf8_lossy(name);
        let n = v.deref().refcount();
        let head = format!("{pad}object({name})#{} ({}) refcount({n}){{\n", o.id(), table.len());
        out.extend_from_slice(head.as_bytes());
        dump_elements(ctx, out, &table, indent, Some(o))
    });
    o.as_value().unprotect();
    r
}

#[php_function("debug_zval_dump(mixed $value, mixed ...$values): void")]
fn debug_zval_dump(ctx: &mut Ctx, args: &plugin_api::Args) -> R<()> {
    for v in args.rest(0) {
        let mut out = Vec::new();
        dump(ctx, &mut out, v, 0)?;
        ctx.write(&out)?;
    }
    Ok(())
}
