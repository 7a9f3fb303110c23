//! Compressing and expanding piece by piece.

use crate::codec::{
    Deflater, GZIP, Inflater, RAW, Z_BLOCK, Z_BUF_ERROR, Z_FINISH, Z_FULL_FLUSH, Z_NEED_DICT, Z_NO_FLUSH,
    Z_OK, Z_PARTIAL_FLUSH, Z_STREAM_END, Z_SYNC_FLUSH, ZLIB, error_text, room_for,
};
use plugin_api::{
    Array, Comparison, Ctx, GcRoots, Handlers, Kind, OrFalse, R, This, Value, php_class, php_function,
};

/// `InflateContext`
#[derive(Default, GcRoots)]
#[php_class(
    "final class InflateContext",
    handlers(get_constructor, compare),
    flags(not_serializable, uncloneable)
)]
pub struct InflateContext {
    #[gc(skip)]
    z: Option<Inflater>,
    /// For when the data asks for it.
    #[gc(skip)]
    dictionary: Option<Vec<u8>>,
    #[gc(skip)]
    status: i32,
}

/// `DeflateContext`
#[derive(Default, GcRoots)]
#[php_class(
    "final class DeflateContext",
    handlers(get_constructor, compare),
    flags(not_serializable, uncloneable)
)]
pub struct DeflateContext {
    #[gc(skip)]
    z: Option<Deflater>,
}

impl Handlers for InflateContext {
    fn get_constructor(_: &This<Self>, ctx: &mut Ctx) -> R<()> {
        Err(ctx.error("Cannot directly construct InflateContext, use inflate_init() instead"))
    }
    fn compare(_: &mut Ctx, _: &Value, _: &Value) -> R<Comparison> {
        Ok(Comparison::Uncomparable)
    }
}

impl Handlers for DeflateContext {
    fn get_constructor(_: &This<Self>, ctx: &mut Ctx) -> R<()> {
        Err(ctx.error("Cannot directly construct DeflateContext, use deflate_init() instead"))
    }
    fn compare(_: &mut Ctx, _: &Value, _: &Value) -> R<Comparison> {
        Ok(Comparison::Uncomparable)
    }
}

/// The options of argument 2 by name.
fn options(ctx: &mut Ctx, given: Option<&Value>) -> R<Array> {
    given.map_or(Ok(Array::new()), |v| v.to_array(ctx))
}

/// An option as a number.
fn number(ctx: &mut Ctx, options: &Array, name: &str, default: i64) -> R<i64> {
    match options.get(name) {
        None => Ok(default),
        Some(v) => {
            let n = v.cast(ctx, plugin_api::abi::INT)?;
            Ok(n.to_int())
        }
    }
}

/// The `dictionary` option: a text, or texts that each end with NUL.
fn dictionary(ctx: &mut Ctx, options: &Array) -> R<Option<Vec<u8>>> {
    let Some(v) = options.get("dictionary") else { return Ok(None) };
    match v.kind() {
        Kind::Str(s) => Ok(Some(s.as_bytes().to_vec())),
        Kind::Array(list) => {
            let mut out = Vec::new();
            for v in list.values() {
                let word = v.to_str(ctx)?;
                if word.is_empty() {
                    return Err(ctx.argument_value_error(2, "must not contain empty strings"));
                }
                if word.contains(&0) {
                    return Err(ctx.argument_value_error(2, "must not contain strings with null bytes"));
                }
                out.extend_from_slice(&word);
                out.push(0);
            }
            Ok((!out.is_empty()).then_some(out))
        }
        _ => {
            let given = v.value_name();
            let text = format!("must be of type zero-terminated string or array, {given} given");
            Err(ctx.argument_type_error(2, text))
        }
    }
}

/// An encoding's window bits for a window of a size.
fn window_bits(encoding: i64, window: i64) -> i32 {
    let less = 15 - window;
    (if encoding < 0 { encoding + less } else { encoding - less }) as i32
}

fn is_encoding(n: i64) -> bool {
    [RAW, GZIP, ZLIB].iter().any(|e| i64::from(*e) == n)
}

/// Begins to expand.
#[php_function("inflate_init(int $encoding, array|object $options = []): InflateContext|false")]
fn inflate_init(ctx: &mut Ctx, encoding: i64, options: Option<&Value>) -> R<Value> {
    let options = self::options(ctx, options)?;
    let window = number(ctx, &options, "window", 15)?;
    if !(8..=15).contains(&window) {
        return Err(ctx.value_error(format!("zlib window size (logarithm) ({window}) must be within 8..15")));
    }
    if !is_encoding(encoding) {
        let text = "Encoding mode must be ZLIB_ENCODING_RAW, ZLIB_ENCODING_GZIP or ZLIB_ENCODING_DEFLATE";
        return Err(ctx.value_error(text));
    }
    let mut dictionary = dictionary(ctx, &options)?;
    let bits = window_bits(encoding, window);
    let Ok(mut z) = Inflater::new(bits) else {
        ctx.warning("Failed allocating zlib.inflate context")?;
        return Ok(Value::bool(false));
    };
    if bits == RAW
        && let Some(d) = dictionary.take_if(|d| !d.is_empty())
        && z.set_dictionary(&d) != Z_OK
    {
        ctx.warning("Dictionary does not match expected dictionary (incorrect adler32 hash)")?;
    }
    let made = InflateContext { z: Some(z), dictionary, status: Z_OK };
    Ok(This::<InflateContext>::create(ctx, made)?.into())
}

/// Refuses a flush mode that zlib does not have.
fn check_flush(ctx: &mut Ctx, mode: i64) -> R<i32> {
    let modes = [Z_NO_FLUSH, Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_BLOCK, Z_FINISH];
    match modes.iter().find(|m| i64::from(**m) == mode) {
        Some(m) => Ok(*m),
        None => Err(ctx.argument_value_error(
            3,
            "must be one of ZLIB_NO_FLUSH, ZLIB_PARTIAL_FLUSH, ZLIB_SYNC_FLUSH, ZLIB_FULL_FLUSH, ZLIB_BLOCK, or \
             ZLIB_FINISH",
        )),
    }
}

/// Bytes that room grows by.
const CHUNK: usize = 8192;

/// Expands a piece.
#[php_function(
    "inflate_add(InflateContext $context, string $data, int $flush_mode = ZLIB_SYNC_FLUSH): string|false"
)]
fn inflate_add(
    ctx: &mut Ctx,
    context: &This<InflateContext>,
    data: &[u8],
    flush_mode: Option<i64>,
) -> R<OrFalse<Vec<u8>>> {
    let flush = check_flush(ctx, flush_mode.unwrap_or(Z_SYNC_FLUSH.into()))?;
    let expanded = {
        let mut c = context.borrow_mut(ctx)?;
        if c.status == Z_STREAM_END {
            // Until now it could be asked how much was read.
            c.status = Z_OK;
            if let Some(z) = &mut c.z {
                z.reset();
            }
        }
        if data.is_empty() && flush != Z_FINISH {
            return Ok(OrFalse(Some(Vec::new())));
        }
        c.expand(data, flush)
    };
    match expanded {
        Ok(out) => Ok(OrFalse(Some(out))),
        Err(why) => {
            ctx.warning(why)?;
            Ok(OrFalse::FALSE)
        }
    }
}

impl InflateContext {
    fn expand(&mut self, mut input: &[u8], flush: i32) -> Result<Vec<u8>, &'static str> {
        let Some(z) = &mut self.z else { return Err(error_text(-2)) };
        let mut out = Vec::new();
        let mut room = input.len().max(CHUNK);
        loop {
            let before = out.len();
            self.status = z.step(&mut input, &mut out, room, flush);
            let full = out.len() - before == room;
            room = if full { CHUNK } else { room - (out.len() - before) };
            match self.status {
                Z_OK if full => {}
                Z_BUF_ERROR if full && flush == Z_FINISH => {}
                Z_OK | Z_STREAM_END | Z_BUF_ERROR => return Ok(out),
                Z_NEED_DICT => match self.dictionary.take() {
                    None => {
                        return Err(
                            "Inflating this data requires a preset dictionary, please specify it in the \
                                    options array of inflate_init()",
                        );
                    }
                    Some(d) if z.set_dictionary(&d) == Z_OK => {}
                    Some(_) => {
                        return Err("Dictionary does not match expected dictionary (incorrect adler32 hash)");
                    }
                },
                error => return Err(error_text(error)),
            }
        }
    }
}

/// What the last step came to.
#[php_function("inflate_get_status(InflateContext $context): int")]
fn inflate_get_status(ctx: &mut Ctx, context: &This<InflateContext>) -> R<i64> {
    Ok(context.borrow(ctx)?.status.into())
}

/// Bytes that were read.
#[php_function("inflate_get_read_len(InflateContext $context): int")]
fn inflate_get_read_len(ctx: &mut Ctx, context: &This<InflateContext>) -> R<i64> {
    Ok(context.borrow(ctx)?.z.as_ref().map_or(0, Inflater::taken) as i64)
}

/// Begins to compress.
#[php_function("deflate_init(int $encoding, array|object $options = []): DeflateContext|false")]
fn deflate_init(ctx: &mut Ctx, encoding: i64, options: Option<&Value>) -> R<Value> {
    let options = self::options(ctx, options)?;
    let mut get = |name: &str, default: i64, least: i64, most: i64| {
        let n = number(ctx, &options, name, default)?;
        if !(least..=most).contains(&n) {
            return Err(ctx.value_error(format!(
                "deflate_init(): \"{name}\" option must be between {least} and {most}"
            )));
        }
        Ok(n)
    };
    let level = get("level", -1, -1, 9)?;
    let memory = get("memory", 8, 1, 9)?;
    let window = get("window", 15, 8, 15)?;
    let strategy = number(ctx, &options, "strategy", 0)?;
    if !(0..=4).contains(&strategy) {
        return Err(ctx.value_error(
            "deflate_init(): \"strategy\" option must be one of ZLIB_FILTERED, ZLIB_HUFFMAN_ONLY, ZLIB_RLE, ZLIB_FIXED, \
             or ZLIB_DEFAULT_STRATEGY",
        ));
    }
    if !is_encoding(encoding) {
        let text = "must be one of ZLIB_ENCODING_RAW, ZLIB_ENCODING_GZIP, or ZLIB_ENCODING_DEFLATE";
        return Err(ctx.argument_value_error(1, text));
    }
    let dictionary = dictionary(ctx, &options)?;
    let made = Deflater::new(level as i32, window_bits(encoding, window), memory as i32, strategy as i32);
    let Ok(mut z) = made else {
        ctx.warning("Failed allocating zlib.deflate context")?;
        return Ok(Value::bool(false));
    };
    if let Some(d) = dictionary {
        z.set_dictionary(&d);
    }
    Ok(This::<DeflateContext>::create(ctx, DeflateContext { z: Some(z) })?.into())
}

/// Compresses a piece.
#[php_function(
    "deflate_add(DeflateContext $context, string $data, int $flush_mode = ZLIB_SYNC_FLUSH): string|false"
)]
fn deflate_add(
    ctx: &mut Ctx,
    context: &This<DeflateContext>,
    data: &[u8],
    flush_mode: Option<i64>,
) -> R<OrFalse<Vec<u8>>> {
    let flush = check_flush(ctx, flush_mode.unwrap_or(Z_SYNC_FLUSH.into()))?;
    if data.is_empty() && flush != Z_FINISH {
        return Ok(OrFalse(Some(Vec::new())));
    }
    let (mut out, mut input) = (Vec::new(), data);
    let status = {
        let mut c = context.borrow_mut(ctx)?;
        let Some(z) = &mut c.z else { return Ok(OrFalse::FALSE) };
        let mut room = room_for(data.len()).max(64);
        loop {
            let before = out.len();
            let status = z.step(&mut input, &mut out, room, flush);
            if status == Z_STREAM_END {
                z.reset();
            }
            if status != Z_OK || out.len() - before < room {
                break status;
            }
            room = 64;
        }
    };
    if status == Z_OK || status == Z_STREAM_END {
        return Ok(OrFalse(Some(out)));
    }
    ctx.warning(format!("zlib error ({})", error_text(status)))?;
    Ok(OrFalse::FALSE)
}
