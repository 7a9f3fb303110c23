//! Compressing and expanding strings at once.

use crate::codec::{ANY, GZIP, RAW, ZLIB, decode, encode, error_text};
use plugin_api::{Ctx, OrFalse, R, php_function};

/// Compresses; `level` and `encoding` are arguments of those numbers.
fn compress(
    ctx: &mut Ctx,
    data: &[u8],
    (level, level_at): (i64, u32),
    (encoding, encoding_at): (i64, u32),
) -> R<OrFalse<Vec<u8>>> {
    if !(-1..=9).contains(&level) {
        return Err(ctx.argument_value_error(level_at, "must be between -1 and 9"));
    }
    if ![RAW, GZIP, ZLIB].iter().any(|e| i64::from(*e) == encoding) {
        return Err(ctx.argument_value_error(
            encoding_at,
            "must be one of ZLIB_ENCODING_RAW, ZLIB_ENCODING_GZIP, or ZLIB_ENCODING_DEFLATE",
        ));
    }
    finish(ctx, encode(data, encoding as i32, level as i32))
}

fn finish(ctx: &mut Ctx, r: Result<Vec<u8>, i32>) -> R<OrFalse<Vec<u8>>> {
    match r {
        Ok(out) => Ok(OrFalse(Some(out))),
        Err(error) => {
            ctx.warning(error_text(error))?;
            Ok(OrFalse::FALSE)
        }
    }
}

/// Expands.
fn expand(ctx: &mut Ctx, data: &[u8], max_length: i64, window: i32) -> R<OrFalse<Vec<u8>>> {
    let Ok(most) = usize::try_from(max_length) else {
        return Err(ctx.argument_value_error(2, "must be greater than or equal to 0"));
    };
    finish(ctx, decode(data, window, most))
}

/// Compresses data.
#[php_function("zlib_encode(string $data, int $encoding, int $level = -1): string|false")]
fn zlib_encode(ctx: &mut Ctx, data: &[u8], encoding: i64, level: i64) -> R<OrFalse<Vec<u8>>> {
    compress(ctx, data, (level, 3), (encoding, 2))
}

/// Expands data of any kind.
#[php_function("zlib_decode(string $data, int $max_length = 0): string|false")]
fn zlib_decode(ctx: &mut Ctx, data: &[u8], max_length: i64) -> R<OrFalse<Vec<u8>>> {
    expand(ctx, data, max_length, ANY)
}

macro_rules! encoders {
    ($($(#[$doc:meta])* $name:ident, $sig:literal, $default:expr;)*) => { $(
        $(#[$doc])*
        #[php_function($sig)]
        fn $name(ctx: &mut Ctx, data: &[u8], level: i64, encoding: Option<i64>) -> R<OrFalse<Vec<u8>>> {
            compress(ctx, data, (level, 2), (encoding.unwrap_or($default.into()), 3))
        }
    )* };
}

encoders! {
    /// Compresses to raw deflate data.
    gzdeflate, "gzdeflate(string $data, int $level = -1, int $encoding = ZLIB_ENCODING_RAW): string|false", RAW;
    /// Compresses to gzip data.
    gzencode, "gzencode(string $data, int $level = -1, int $encoding = ZLIB_ENCODING_GZIP): string|false", GZIP;
    /// Compresses to zlib data.
    gzcompress, "gzcompress(string $data, int $level = -1, int $encoding = ZLIB_ENCODING_DEFLATE): string|false", ZLIB;
}

macro_rules! decoders {
    ($($(#[$doc:meta])* $name:ident, $sig:literal, $window:expr;)*) => { $(
        $(#[$doc])*
        #[php_function($sig)]
        fn $name(ctx: &mut Ctx, data: &[u8], max_length: i64) -> R<OrFalse<Vec<u8>>> {
            expand(ctx, data, max_length, $window)
        }
    )* };
}

decoders! {
    /// Expands raw deflate data.
    gzinflate, "gzinflate(string $data, int $max_length = 0): string|false", RAW;
    /// Expands gzip data.
    gzdecode, "gzdecode(string $data, int $max_length = 0): string|false", GZIP;
    /// Expands zlib data.
    gzuncompress, "gzuncompress(string $data, int $max_length = 0): string|false", ZLIB;
}
