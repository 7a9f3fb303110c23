//! The ctype extension: questions about the characters of a string, in the C locale.

use plugin_api::{Ctx, Kind, R, Value, php_function, php_module};

/// Whether a string is not empty and all its bytes pass. Small ints stand for one character, larger ones for their
/// digits, as ctype has always had it; anything but a string is deprecated.
fn all(ctx: &mut Ctx, text: &Value, digits: bool, minus: bool, pass: fn(&u8) -> bool) -> R<bool> {
    if let Kind::Str(s) = text.kind() {
        return Ok(!s.is_empty() && s.iter().all(pass));
    }
    let what = text.value_name();
    let what = match what.as_str() {
        "true" | "false" => "bool".to_owned(),
        _ => what,
    };
    ctx.deprecated(format!("Argument of type {what} will be interpreted as string in the future"))?;
    Ok(match text.kind() {
        Kind::Int(i @ 0..=255) => pass(&(i as u8)),
        Kind::Int(i @ -128..=-1) => pass(&((i + 256) as u8)),
        Kind::Int(i) if i >= 0 => digits,
        Kind::Int(_) => minus,
        _ => false,
    })
}

/// Whether every character is a letter or digit.
#[php_function("ctype_alnum(mixed $text): bool")]
fn ctype_alnum(ctx: &mut Ctx, text: &Value) -> R<bool> {
    all(ctx, text, true, false, u8::is_ascii_alphanumeric)
}

/// Whether every character is a letter.
#[php_function("ctype_alpha(mixed $text): bool")]
fn ctype_alpha(ctx: &mut Ctx, text: &Value) -> R<bool> {
    all(ctx, text, false, false, u8::is_ascii_alphabetic)
}

/// Whether every character is a control character.
#[php_function("ctype_cntrl(mixed $text): bool")]
fn ctype_cntrl(ctx: &mut Ctx, text: &Value) -> R<bool> {
    all(ctx, text, false, false, u8::is_ascii_control)
}

/// Whether every character is a decimal digit.
#[php_function("ctype_digit(mixed $text): bool")]
fn ctype_digit(ctx: &mut Ctx, text: &Value) -> R<bool> {
    all(ctx, text, true, false, u8::is_ascii_digit)
}

/// Whether every character is a lower-case letter.
#[php_function("ctype_lower(mixed $text): bool")]
fn ctype_lower(ctx: &mut Ctx, text: &Value) -> R<bool> {
    all(ctx, text, false, false, u8::is_ascii_lowercase)
}

/// Whether every character leaves a mark on paper.
#[php_function("ctype_graph(mixed $text): bool")]
fn ctype_graph(ctx: &mut Ctx, text: &Value) -> R<bool> {
    all(ctx, text, true, true, u8::is_ascii_graphic)
}

/// Whether every character takes room on paper.
#[php_function("ctype_print(mixed $text): bool")]
fn ctype_print(ctx: &mut Ctx, text: &Value) -> R<bool> {
    all(ctx, text, true, true, |c| matches!(c, 0x20..=0x7e))
}

/// Whether every character is punctuation.
#[php_function("ctype_punct(mixed $text): bool")]
fn ctype_punct(ctx: &mut Ctx, text: &Value) -> R<bool> {
    all(ctx, text, false, false, u8::is_ascii_punctuation)
}

/// Whether every character is white space.
#[php_function("ctype_space(mixed $text): bool")]
fn ctype_space(ctx: &mut Ctx, text: &Value) -> R<bool> {
    all(ctx, text, false, false, |c| matches!(c, b' ' | 0x09..=0x0d))
}

/// Whether every character is an upper-case letter.
#[php_function("ctype_upper(mixed $text): bool")]
fn ctype_upper(ctx: &mut Ctx, text: &Value) -> R<bool> {
    all(ctx, text, false, false, u8::is_ascii_uppercase)
}

/// Whether every character is a hexadecimal digit.
#[php_function("ctype_xdigit(mixed $text): bool")]
fn ctype_xdigit(ctx: &mut Ctx, text: &Value) -> R<bool> {
    all(ctx, text, true, false, u8::is_ascii_hexdigit)
}

php_module! {
    name: "ctype",
    version: "8.4.24",
    functions: [
        ctype_alnum, ctype_alpha, ctype_cntrl, ctype_digit, ctype_lower, ctype_graph, ctype_print, ctype_punct,
        ctype_space, ctype_upper, ctype_xdigit,
    ],
    minfo: info,
}

fn info(t: &mut plugin_api::Info) {
    t.row("ctype functions", "enabled");
}
