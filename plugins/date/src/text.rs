//! Strings of scripts as the C functions of PHP see and show them.

use howdah_date_engine::parse::{Diagnostics, Message};
use plugin_api::{Ctx, R};

/// The bytes before the first NUL, as text.
pub fn shown(bytes: &[u8]) -> String {
    let bytes = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned()
}

/// `(STRING) at position N (C)`, as messages about strings name the place.
pub fn place(text: &[u8], message: &Message) -> String {
    let character = if message.character == 0 { b' ' } else { message.character };
    let character = String::from_utf8_lossy(&[character]).into_owned();
    format!("({}) at position {} ({character})", shown(text), message.position)
}

/// The first error of a string with its place.
pub fn first_error(text: &[u8], diagnostics: &Diagnostics) -> Option<String> {
    diagnostics.errors.first().map(|message| format!("{}: {}", place(text, message), message.text))
}

/// Refuses an argument with NUL bytes.
pub fn check_path(ctx: &mut Ctx, argument: u32, text: &[u8]) -> R<()> {
    if text.contains(&0) {
        return Err(ctx.argument_value_error(argument, "must not contain any null bytes"));
    }
    Ok(())
}
