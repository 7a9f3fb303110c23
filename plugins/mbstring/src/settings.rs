//! Functions that read and change the settings of a request.

use crate::charset::{Substitute, by_name};
use crate::language;
use crate::state::{detect_order, internal, list_argument, names, output, state};
use plugin_api::{Array, Ctx, Kind, R, Throw, Value, php_function};

fn bad_encoding(ctx: &mut Ctx, name: &[u8]) -> Throw {
    let name = String::from_utf8_lossy(name).into_owned();
    ctx.argument_value_error(1, format!("must be a valid encoding, \"{name}\" given"))
}

/// The language of mails; sets another.
#[php_function("mb_language(?string $language = null): string|bool")]
fn mb_language(ctx: &mut Ctx, language: Option<&[u8]>) -> R<Value> {
    match language {
        None => Ok(Value::str(state(ctx).language.get().name)),
        Some(name) => {
            if language::by_name(name).is_none() {
                let name = String::from_utf8_lossy(name).into_owned();
                return Err(
                    ctx.argument_value_error(1, format!("must be a valid language, \"{name}\" given"))
                );
            }
            Ok(ctx.set_ini(b"mbstring.language", name).into())
        }
    }
}

/// The encoding of strings; sets another.
#[php_function("mb_internal_encoding(?string $encoding = null): string|bool")]
fn mb_internal_encoding(ctx: &mut Ctx, encoding: Option<&[u8]>) -> R<Value> {
    match encoding {
        None => Ok(Value::str(internal(ctx).name)),
        Some(name) => {
            let Some(enc) = by_name(name) else { return Err(bad_encoding(ctx, name)) };
            state(ctx).internal.set(Some(enc));
            Ok(true.into())
        }
    }
}

/// The encoding of output; sets another.
#[php_function("mb_http_output(?string $encoding = null): string|bool")]
fn mb_http_output(ctx: &mut Ctx, encoding: Option<&[u8]>) -> R<Value> {
    match encoding {
        None => Ok(Value::str(output(ctx).map_or("pass", |e| e.name))),
        Some(name) if name.eq_ignore_ascii_case(b"pass") => {
            state(ctx).output.set(Some(None));
            Ok(true.into())
        }
        Some(name) => {
            let Some(enc) = by_name(name) else { return Err(bad_encoding(ctx, name)) };
            state(ctx).output.set(Some(Some(enc)));
            Ok(true.into())
        }
    }
}

/// The encoding found in input, or the list that is tried.
#[php_function("mb_http_input(?string $type = null): array|string|false")]
fn mb_http_input(ctx: &mut Ctx, kind: Option<&[u8]>) -> R<Value> {
    let s = state(ctx);
    let of = |i: usize| s.identified[i].get().map_or(Value::bool(false), |e| Value::str(e.name));
    let Some(kind) = kind else { return Ok(of(4)) };
    Ok(match kind {
        b"G" | b"g" => of(0),
        b"P" | b"p" => of(1),
        b"C" | b"c" => of(2),
        b"S" | b"s" => of(3),
        b"I" | b"i" => names(&s.input.borrow()).into(),
        b"L" | b"l" => {
            let list = s.input.borrow();
            if list.is_empty() {
                return Ok(false.into());
            }
            Value::str(list.iter().map(|e| e.name).collect::<Vec<_>>().join(","))
        }
        _ => {
            return Err(
                ctx.argument_value_error(1, "must be one of \"G\", \"P\", \"C\", \"S\", \"I\", or \"L\"")
            );
        }
    })
}

/// The order of guesses; sets another.
#[php_function("mb_detect_order(array|string|null $encoding = null): array|bool")]
fn mb_detect_order(ctx: &mut Ctx, encoding: Option<&Value>) -> R<Value> {
    let Some(v) = encoding else { return Ok(names(&detect_order(state(ctx))).into()) };
    let list = list_argument(ctx, v, 1)?;
    if list.is_empty() {
        return Err(ctx.argument_value_error(1, "must specify at least one encoding"));
    }
    *state(ctx).order.borrow_mut() = Some(list);
    Ok(true.into())
}

fn substitute(ctx: &mut Ctx) -> Value {
    match state(ctx).substitute.get() {
        Substitute::None => Value::str("none"),
        Substitute::Long(_) => Value::str("long"),
        Substitute::Entity(_) => Value::str("entity"),
        Substitute::Char(c) => c.into(),
    }
}

/// What stands for characters that cannot be written; sets something else.
#[php_function("mb_substitute_character(string|int|null $substitute_character = null): string|int|bool")]
fn mb_substitute_character(ctx: &mut Ctx, substitute_character: Option<&Value>) -> R<Value> {
    let Some(v) = substitute_character else { return Ok(substitute(ctx)) };
    let s = state(ctx);
    let new = match v.kind() {
        Kind::Str(t) => match t.to_ascii_lowercase().as_slice() {
            b"none" => Substitute::None,
            b"long" => Substitute::Long(s.character.get()),
            b"entity" => Substitute::Entity(s.character.get()),
            _ => {
                let told = "must be \"none\", \"long\", \"entity\" or a valid codepoint";
                return Err(ctx.argument_value_error(1, told));
            }
        },
        _ => match u32::try_from(v.to_int()).ok().filter(|p| char::from_u32(*p).is_some()) {
            Some(p) => {
                s.character.set(p);
                Substitute::Char(p)
            }
            None => return Err(ctx.argument_value_error(1, "is not a valid codepoint")),
        },
    };
    s.substitute.set(new);
    Ok(true.into())
}

fn on_off(on: bool) -> Value {
    Value::str(if on { "On" } else { "Off" })
}

/// One setting; `None`: not set. The names are those of `mb_get_info()`.
fn setting(ctx: &mut Ctx, name: &str) -> Option<Value> {
    let s = state(ctx);
    let language = s.language.get();
    Some(match name {
        "internal_encoding" => Value::str(internal(ctx).name),
        "http_input" => Value::str(s.identified[4].get()?.name),
        "http_output" => Value::str(output(ctx).map_or("pass", |e| e.name)),
        "http_output_conv_mimetypes" => {
            ctx.ini("mbstring.http_output_conv_mimetypes").unwrap_or_default().into()
        }
        "mail_charset" => Value::str(language.charset),
        "mail_header_encoding" => Value::str(language.header),
        "mail_body_encoding" => Value::str(language.body),
        "illegal_chars" => s.illegal.get().into(),
        "encoding_translation" => on_off(s.translation.get()),
        "language" => Value::str(language.name),
        "detect_order" => names(&detect_order(s)).into(),
        "substitute_character" => substitute(ctx),
        "strict_detection" => on_off(s.strict.get()),
        _ => return None,
    })
}

const SETTINGS: [&str; 13] = [
    "internal_encoding",
    "http_input",
    "http_output",
    "http_output_conv_mimetypes",
    "mail_charset",
    "mail_header_encoding",
    "mail_body_encoding",
    "illegal_chars",
    "encoding_translation",
    "language",
    "detect_order",
    "substitute_character",
    "strict_detection",
];

/// One setting or all.
#[php_function("mb_get_info(string $type = \"all\"): array|string|int|false|null")]
fn mb_get_info(ctx: &mut Ctx, kind: &[u8]) -> R<Value> {
    if kind.eq_ignore_ascii_case(b"all") {
        let mut out = Array::new();
        for name in SETTINGS {
            if let Some(v) = setting(ctx, name) {
                out.set(name, v);
            }
        }
        return Ok(out.into());
    }
    let name = SETTINGS.iter().find(|n| n.as_bytes().eq_ignore_ascii_case(kind));
    match name {
        Some(name) => Ok(setting(ctx, name).unwrap_or_default()),
        None => {
            ctx.warning("argument #1 ($type) must be a valid type")?;
            Ok(false.into())
        }
    }
}
