//! Settings: which encodings are used where none is named.

use plugin_api::{Ctx, Level};

/// Names of encodings are shorter than this.
pub const NAME_LIMIT: usize = 64;

fn changed(ctx: Option<&mut Ctx>, value: Option<&[u8]>, name: &str) -> bool {
    if value.is_some_and(|v| v.len() >= NAME_LIMIT) {
        return false;
    }
    if let Some(ctx) = ctx {
        // What a handler throws is pending, and found by the call that changes the setting.
        ctx.raise(Level::Deprecated, format!("Use of iconv.{name} is deprecated")).ok();
    }
    true
}

pub fn input(ctx: Option<&mut Ctx>, value: Option<&[u8]>, _: u32) -> bool {
    changed(ctx, value, "input_encoding")
}

pub fn output(ctx: Option<&mut Ctx>, value: Option<&[u8]>, _: u32) -> bool {
    changed(ctx, value, "output_encoding")
}

pub fn internal(ctx: Option<&mut Ctx>, value: Option<&[u8]>, _: u32) -> bool {
    changed(ctx, value, "internal_encoding")
}

/// The encoding for `input`, `output` or `internal` text.
pub fn encoding(ctx: &mut Ctx, which: &str) -> Vec<u8> {
    [format!("iconv.{which}_encoding"), format!("{which}_encoding"), "default_charset".to_owned()]
        .iter()
        .find_map(|name| ctx.ini(name).filter(|v| !v.is_empty()))
        .unwrap_or_else(|| b"UTF-8".to_vec())
}
