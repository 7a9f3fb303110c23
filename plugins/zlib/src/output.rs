//! Compressed output: `ob_gzhandler` and `zlib.output_compression`.

use crate::Globals;
use crate::codec::{
    Deflater, GZIP, MOST_MEMORY, Z_FINISH, Z_FULL_FLUSH, Z_OK, Z_STREAM_END, Z_SYNC_FLUSH, ZLIB, room_for,
};
use plugin_api::abi::ini_stage;
use plugin_api::output::{Handled, OutputHandler, mode, status};
use plugin_api::request::{Source, variables};
use plugin_api::{Ctx, Module, OrFalse, R, Value, php_function};

/// Name of the handler that `zlib.output_compression` starts.
const NAME: &str = "zlib output compression";
/// Bytes of output that are compressed at once where no number is set.
const CHUNK: i64 = 0x4000;

/// Registers the handler and what it cannot stand with.
pub fn register(m: &mut Module) {
    m.output_handler::<Handler>("ob_gzhandler");
    for new in ["ob_gzhandler", NAME] {
        for old in [NAME, "ob_gzhandler", "mb_output_handler", "URL-Rewriter"] {
            m.output_conflict(new, old);
        }
    }
}

/// The window bits of what the client takes; 0 for nothing.
fn coding(ctx: &mut Ctx) -> i32 {
    let g = ctx.globals::<Globals>();
    if g.coding.get() == 0
        && let Some(server) = variables(ctx, Source::Server)
        && let Some(accepted) = server.get("HTTP_ACCEPT_ENCODING").and_then(Value::as_str)
    {
        let has = |word: &[u8]| accepted.windows(word.len()).any(|w| w == word);
        g.coding.set(if has(b"gzip") {
            GZIP
        } else if has(b"deflate") {
            ZLIB
        } else {
            0
        });
    }
    g.coding.get()
}

/// Sends the headers of compressed content.
fn announce(ctx: &mut Ctx, coding: i32) {
    let line: &[u8] = if coding == GZIP { b"Content-Encoding: gzip" } else { b"Content-Encoding: deflate" };
    ctx.response_header(line, true);
    ctx.response_header(b"Vary: Accept-Encoding", false);
}

/// What output is compressed with.
#[derive(Default)]
pub struct Compressor(Option<Deflater>);

impl Compressor {
    fn begin(&mut self, ctx: &mut Ctx, coding: i32) -> bool {
        let level = ctx.ini_int("zlib.output_compression_level") as i32;
        self.0 = Deflater::new(level, coding, MOST_MEMORY, 0).ok();
        self.0.is_some()
    }

    /// Compresses a piece of output; `None` when it cannot.
    fn run(&mut self, ctx: &mut Ctx, mut input: &[u8], bits: u32, coding: i32) -> Option<Vec<u8>> {
        if bits & mode::START != 0 && !self.begin(ctx, coding) {
            return None;
        }
        if bits & mode::CLEAN != 0 {
            self.0 = None;
            let goes_on = bits & mode::FINAL == 0;
            return (!goes_on || self.begin(ctx, coding)).then(Vec::new);
        }
        let flush = if bits & mode::FINAL != 0 {
            Z_FINISH
        } else if bits & mode::FLUSH != 0 {
            Z_FULL_FLUSH
        } else {
            Z_SYNC_FLUSH
        };
        let z = self.0.as_mut()?;
        let (mut out, room) = (Vec::new(), room_for(input.len()));
        let done = loop {
            let before = out.len();
            let status = z.step(&mut input, &mut out, room, flush);
            // What fills the room goes on in another step.
            if status != Z_OK || out.len() - before < room {
                break status;
            }
        };
        if flush == Z_FINISH {
            self.0 = None;
        }
        let good = if flush == Z_FINISH { done == Z_STREAM_END } else { done == Z_OK };
        good.then_some(out)
    }
}

/// The output handler.
pub struct Handler(Compressor);

impl OutputHandler for Handler {
    fn create(ctx: &mut Ctx) -> Handler {
        let g = ctx.globals::<Globals>();
        if g.compression.get() == 0 {
            g.compression.set(CHUNK);
        }
        Handler(Compressor::default())
    }

    fn handle(&mut self, ctx: &mut Ctx, input: &[u8], bits: u32) -> Handled {
        let failed = Handled { output: None, immutable: false };
        let coding = coding(ctx);
        if coding == 0 {
            // Content that is thrown away varies with nothing.
            let discarded = bits == mode::START | mode::CLEAN | mode::FINAL;
            if bits & mode::START != 0 && !discarded {
                ctx.response_header(b"Vary: Accept-Encoding", false);
            }
            return failed;
        }
        let Some(out) = self.0.run(ctx, input, bits, coding) else { return failed };
        let starts = bits & mode::START != 0;
        let mut immutable = false;
        if starts && (bits & mode::CLEAN == 0 || bits & mode::FINAL == 0) {
            if ctx.headers_sent().is_some() || ctx.globals::<Globals>().compression.get() == 0 {
                self.0.0 = None;
                return failed;
            }
            announce(ctx, coding);
            immutable = true;
        }
        Handled { output: Some(out), immutable }
    }
}

/// Compresses output; as a function, not as a handler's name.
#[php_function("ob_gzhandler(string $data, int $flags): string|false")]
fn ob_gzhandler(ctx: &mut Ctx, data: &[u8], flags: i64) -> OrFalse<Vec<u8>> {
    let coding = coding(ctx);
    if coding == 0 {
        return OrFalse::FALSE;
    }
    let bits = flags as u32;
    if bits & mode::START != 0 {
        announce(ctx, coding);
    }
    let g = ctx.globals::<Globals>();
    let mut compressor = g.legacy.take().unwrap_or_default();
    let out = compressor.run(ctx, data, bits, coding);
    if out.is_some() {
        g.legacy.replace(Some(compressor));
    }
    OrFalse(out)
}

/// How output is compressed.
#[php_function("zlib_get_coding_type(): string|false")]
fn zlib_get_coding_type(ctx: &mut Ctx) -> OrFalse<&'static str> {
    OrFalse(match ctx.globals::<Globals>().coding.get() {
        GZIP => Some("gzip"),
        ZLIB => Some("deflate"),
        _ => None,
    })
}

/// What `zlib.output_compression` says.
fn setting(value: &[u8]) -> i64 {
    match &value.to_ascii_lowercase()[..] {
        b"off" => 0,
        b"on" => 1,
        v => {
            let text = String::from_utf8_lossy(v).into_owned();
            let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            let n = text[..end].parse::<i64>().unwrap_or(0);
            match text[end..].trim() {
                "k" => n << 10,
                "m" => n << 20,
                _ => n,
            }
        }
    }
}

/// Starts the handler, if the setting and the client want it.
fn start(ctx: &mut Ctx) -> R<()> {
    let g = ctx.globals::<Globals>();
    match g.compression.get() {
        0 => return Ok(()),
        1 => g.compression.set(CHUNK),
        _ => {}
    }
    if coding(ctx) == 0 {
        return Ok(());
    }
    let chunk = g.compression.get();
    if ctx.start_output::<Handler>(NAME, chunk as usize)
        && let Some(handler) = ctx.ini("zlib.output_handler").filter(|h| !h.is_empty())
    {
        ctx.call_function("ob_start", &[handler.into(), chunk.into()])?;
    }
    Ok(())
}

pub fn compression_changed(ctx: Option<&mut Ctx>, value: Option<&[u8]>, stage: u32) -> bool {
    let (Some(value), Some(ctx)) = (value, ctx) else { return value.is_some() };
    let n = setting(value);
    if n != 0 && ctx.ini("output_handler").is_some_and(|h| !h.is_empty()) {
        // The message ends the request.
        let _ = ctx.fatal("Cannot use both zlib.output_compression and output_handler together!!");
        return false;
    }
    if stage == ini_stage::RUNTIME && ctx.output_status() & status::SENT != 0 {
        // What a handler throws is pending, and found by the call that changes the setting.
        ctx.warning("Cannot change zlib.output_compression - headers already sent").ok();
        return false;
    }
    ctx.globals::<Globals>().compression.set(n);
    if n != 0 && !ctx.output_started(NAME) {
        start(ctx).ok();
    }
    true
}

pub fn handler_changed(ctx: Option<&mut Ctx>, _: Option<&[u8]>, stage: u32) -> bool {
    let Some(ctx) = ctx else { return true };
    if stage == ini_stage::RUNTIME && ctx.output_status() & status::SENT != 0 {
        // As above.
        ctx.warning("Cannot change zlib.output_handler - headers already sent").ok();
        return false;
    }
    true
}

pub fn request_start(ctx: &mut Ctx) -> R<()> {
    let g = ctx.globals::<Globals>();
    g.coding.set(0);
    // A handler that `output_handler` started stays the only one.
    if !ctx.output_started("ob_gzhandler") {
        g.compression.set(setting(&ctx.ini("zlib.output_compression").unwrap_or_default()));
        start(ctx)?;
    }
    Ok(())
}

pub fn request_end(ctx: &mut Ctx) -> R<()> {
    ctx.globals::<Globals>().legacy.take();
    Ok(())
}
