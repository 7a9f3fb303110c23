//! Arguments.

use plugin_api::{Args, Ctx, R, Throw, Value};

/// A truth value that may be left out.
pub fn flag(args: &Args<'_>, i: usize, default: bool) -> bool {
    args.get(i).map_or(default, Value::to_bool)
}

/// An int that may be left out.
pub fn int(args: &Args<'_>, i: usize, default: i64) -> i64 {
    args.get(i).map_or(default, Value::to_int)
}

/// A string that may be left out.
pub fn text<'a>(args: &Args<'a>, i: usize, default: &'a [u8]) -> &'a [u8] {
    args.get(i).and_then(|v| v.as_str()).map_or(default, |s| s.as_bytes())
}

/// The error for an empty argument.
pub fn empty(ctx: &mut Ctx, n: u32) -> Throw {
    ctx.argument_value_error(n, "must not be empty")
}

/// A path: a string without NUL bytes.
pub fn path<'a>(ctx: &mut Ctx, args: &Args<'a>, i: usize) -> R<&'a [u8]> {
    let text: &[u8] = args.arg(ctx, i)?;
    if text.contains(&0) {
        return Err(ctx.argument_value_error(i as u32 + 1, "must not contain any null bytes"));
    }
    Ok(text)
}
