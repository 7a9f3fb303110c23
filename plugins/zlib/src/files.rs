//! Functions of gzip files. Those of open ones serve all streams.

use crate::gz;
use plugin_api::wrapper::{Handle, open_options};
use plugin_api::{Array, Ctx, OrFalse, R, Str, Stream, Value, php_function};

/// Opens a gzip file.
fn open(ctx: &mut Ctx, path: &[u8], mode: &[u8], use_include_path: i64) -> R<Option<Handle>> {
    if path.contains(&0) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    let mut options = open_options::REPORT_ERRORS;
    if use_include_path != 0 {
        options |= open_options::USE_PATH;
    }
    let stream = gz::open(ctx, path, mode, options, None);
    ctx.pending()?;
    Ok(stream)
}

/// Opens a gzip file to be read at once.
fn open_stream(ctx: &mut Ctx, path: &[u8], use_include_path: i64) -> R<Option<Stream>> {
    let Some(h) = open(ctx, path, b"rb", use_include_path)? else { return Ok(None) };
    let v = h.resource(ctx);
    Ok(Stream::of(&v))
}

/// Longest line of `gzfile()`.
const LONGEST_LINE: usize = 8190;

/// The lines of a gzip file.
#[php_function("gzfile(string $filename, int $use_include_path = 0): array|false")]
fn gzfile(ctx: &mut Ctx, filename: &[u8], use_include_path: i64) -> R<OrFalse<Array>> {
    let Some(s) = open_stream(ctx, filename, use_include_path)? else { return Ok(OrFalse::FALSE) };
    let mut out = Array::new();
    while let Some(line) = s.read_line(ctx, Some(LONGEST_LINE))? {
        // Lines are C strings.
        let end = line.iter().position(|c| *c == 0).unwrap_or(line.len());
        out.push(Value::str(&line[..end]));
    }
    s.close(ctx);
    Ok(OrFalse(Some(out)))
}

/// Opens a gzip file.
#[php_function("gzopen(string $filename, string $mode, int $use_include_path = 0)")]
fn gzopen(ctx: &mut Ctx, filename: &[u8], mode: &[u8], use_include_path: i64) -> R<Value> {
    match open(ctx, filename, mode, use_include_path)? {
        Some(h) => Ok(h.resource(ctx)),
        None => Ok(Value::bool(false)),
    }
}

/// Prints a gzip file.
#[php_function("readgzfile(string $filename, int $use_include_path = 0): int|false")]
fn readgzfile(ctx: &mut Ctx, filename: &[u8], use_include_path: i64) -> R<OrFalse<i64>> {
    let Some(s) = open_stream(ctx, filename, use_include_path)? else { return Ok(OrFalse::FALSE) };
    let n = s.pass_through(ctx)?;
    s.close(ctx);
    Ok(OrFalse(Some(n)))
}

fn write(ctx: &mut Ctx, stream: &Value, data: &[u8], length: Option<i64>) -> R<OrFalse<i64>> {
    let data = match length {
        None => data,
        Some(n) => &data[..usize::try_from(n).unwrap_or(0).min(data.len())],
    };
    if data.is_empty() {
        return Ok(OrFalse(Some(0)));
    }
    let s = Stream::argument(ctx, stream, 1)?;
    let n = s.write(ctx, data)?;
    Ok(OrFalse(n.map(|n| n as i64)))
}

/// Writes.
#[php_function("gzwrite($stream, string $data, ?int $length = null): int|false")]
fn gzwrite(ctx: &mut Ctx, stream: &Value, data: &[u8], length: Option<i64>) -> R<OrFalse<i64>> {
    write(ctx, stream, data, length)
}

/// As `gzwrite()`.
#[php_function("gzputs($stream, string $data, ?int $length = null): int|false")]
fn gzputs(ctx: &mut Ctx, stream: &Value, data: &[u8], length: Option<i64>) -> R<OrFalse<i64>> {
    write(ctx, stream, data, length)
}

/// To the beginning.
#[php_function("gzrewind($stream): bool")]
fn gzrewind(ctx: &mut Ctx, stream: &Value) -> R<bool> {
    Ok(Stream::argument(ctx, stream, 1)?.seek(ctx, 0, 0))
}

/// Closes.
#[php_function("gzclose($stream): bool")]
fn gzclose(ctx: &mut Ctx, stream: &Value) -> R<bool> {
    Stream::argument(ctx, stream, 1)?.close(ctx);
    Ok(true)
}

/// Whether the end was reached.
#[php_function("gzeof($stream): bool")]
fn gzeof(ctx: &mut Ctx, stream: &Value) -> R<bool> {
    Ok(Stream::argument(ctx, stream, 1)?.at_end(ctx))
}

/// Reads a byte.
#[php_function("gzgetc($stream): string|false")]
fn gzgetc(ctx: &mut Ctx, stream: &Value) -> R<OrFalse<Str>> {
    let read = Stream::argument(ctx, stream, 1)?.read(ctx, 1)?;
    Ok(OrFalse(read.filter(|s| !s.is_empty())))
}

/// Prints the rest.
#[php_function("gzpassthru($stream): int")]
fn gzpassthru(ctx: &mut Ctx, stream: &Value) -> R<i64> {
    Stream::argument(ctx, stream, 1)?.pass_through(ctx)
}

/// Moves the position.
#[php_function("gzseek($stream, int $offset, int $whence = SEEK_SET): int")]
fn gzseek(ctx: &mut Ctx, stream: &Value, offset: i64, whence: Option<i64>) -> R<i64> {
    let s = Stream::argument(ctx, stream, 1)?;
    let moved = s.seek(ctx, offset, whence.unwrap_or(0));
    ctx.pending()?;
    Ok(if moved { 0 } else { -1 })
}

/// The position.
#[php_function("gztell($stream): int|false")]
fn gztell(ctx: &mut Ctx, stream: &Value) -> R<OrFalse<i64>> {
    let at = Stream::argument(ctx, stream, 1)?.tell();
    Ok(OrFalse((at >= 0).then_some(at)))
}

/// A length that is at least 1.
fn positive(ctx: &mut Ctx, length: i64) -> R<usize> {
    match usize::try_from(length) {
        Ok(n @ 1..) => Ok(n),
        _ => Err(ctx.argument_value_error(2, "must be greater than 0")),
    }
}

/// Reads.
#[php_function("gzread($stream, int $length): string|false")]
fn gzread(ctx: &mut Ctx, stream: &Value, length: i64) -> R<OrFalse<Str>> {
    let s = Stream::argument(ctx, stream, 1)?;
    let n = positive(ctx, length)?;
    s.read(ctx, n).map(OrFalse)
}

/// Reads a line.
#[php_function("gzgets($stream, ?int $length = null): string|false")]
fn gzgets(ctx: &mut Ctx, stream: &Value, length: Option<i64>) -> R<OrFalse<Str>> {
    let s = Stream::argument(ctx, stream, 1)?;
    let most = match length {
        None => None,
        Some(n) => match positive(ctx, n)? {
            1 => return Ok(OrFalse::FALSE),
            n => Some(n - 1),
        },
    };
    s.read_line(ctx, most).map(OrFalse)
}
