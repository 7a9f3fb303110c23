//! The stream filters `zlib.inflate` and `zlib.deflate`.

use crate::codec::{
    Deflater, Inflater, MOST_MEMORY, RAW, Z_BUF_ERROR, Z_FINISH, Z_FULL_FLUSH, Z_NO_FLUSH, Z_OK,
    Z_STREAM_END, Z_SYNC_FLUSH, error_text,
};
use plugin_api::filter::{Flow, StreamFilter};
use plugin_api::wrapper::Failed;
use plugin_api::{Array, Ctx, Kind, Value};

/// Bytes of a step.
const CHUNK: usize = 0x8000;

/// A filter.
pub enum Zlib {
    /// `zlib.inflate`, until the data ends.
    Inflate(Option<Inflater>),
    /// `zlib.deflate`, and whether all of it was passed on.
    Deflate(Deflater, bool),
}

/// What a parameter that is no number of a range is told of. What a handler throws is pending, and found by the function that
/// attaches the filter.
fn complain(ctx: &mut Ctx, text: String) {
    ctx.warning(text).ok();
}

/// A named parameter that is within a range.
fn named(ctx: &mut Ctx, of: &Array, name: &str, range: (i64, i64), what: &str) -> Option<i32> {
    let n = of.get(name)?.to_int();
    if (range.0..=range.1).contains(&n) {
        return Some(n as i32);
    }
    complain(
        ctx,
        match name {
            "level" => format!("{what} ({n})"),
            _ => format!("Invalid parameter given for {what} ({n})"),
        },
    );
    None
}

const LEVEL: &str = "Invalid compression level specified.";

fn inflate(ctx: &mut Ctx, params: Option<&Value>) -> Option<Zlib> {
    let mut window = RAW;
    if let Some(Kind::Array(_) | Kind::Object(_)) = params.map(Value::kind) {
        let of = params?.to_array(ctx).ok()?;
        window = named(ctx, &of, "window", (-15, 47), "window size").unwrap_or(window);
    }
    Inflater::new(window).ok().map(|z| Zlib::Inflate(Some(z)))
}

fn deflate(ctx: &mut Ctx, params: Option<&Value>) -> Option<Zlib> {
    let (mut level, mut window, mut memory) = (-1, RAW, MOST_MEMORY);
    match params.map(Value::kind) {
        None => {}
        Some(Kind::Array(_) | Kind::Object(_)) => {
            let of = params?.to_array(ctx).ok()?;
            memory = named(ctx, &of, "memory", (1, 9), "memory level").unwrap_or(memory);
            window = named(ctx, &of, "window", (-15, 31), "window size").unwrap_or(window);
            level = named(ctx, &of, "level", (-1, 9), LEVEL).unwrap_or(level);
        }
        Some(Kind::Str(_) | Kind::Float(_) | Kind::Int(_)) => match params?.to_int() {
            n @ -1..=9 => level = n as i32,
            n => complain(ctx, format!("{LEVEL} ({n})")),
        },
        Some(_) => complain(ctx, "Invalid filter parameter, ignored".into()),
    }
    Deflater::new(level, window, memory, 0).ok().map(|z| Zlib::Deflate(z, true))
}

impl StreamFilter for Zlib {
    fn create(ctx: &mut Ctx, name: &[u8], params: Option<&Value>) -> Option<Zlib> {
        match &name.to_ascii_lowercase()[..] {
            b"zlib.inflate" => inflate(ctx, params),
            b"zlib.deflate" => deflate(ctx, params),
            _ => None,
        }
    }

    fn run(
        &mut self,
        ctx: &mut Ctx,
        input: Option<&[u8]>,
        flow: Flow,
        out: &mut Vec<u8>,
    ) -> Result<(), Failed> {
        match self {
            Zlib::Inflate(z) => {
                if let Err(status) = expand(z, input, flow, out) {
                    // As above.
                    ctx.notice(format!("zlib: {}", error_text(status))).ok();
                    return Err(Failed);
                }
                Ok(())
            }
            Zlib::Deflate(z, passed) => compress(z, passed, input, flow, out),
        }
    }
}

fn expand(z: &mut Option<Inflater>, input: Option<&[u8]>, flow: Flow, out: &mut Vec<u8>) -> Result<(), i32> {
    let Some(mut input) = input else {
        while flow == Flow::Close
            && let Some(open) = z
            && open.step(&mut &[][..], out, CHUNK, Z_FINISH) == Z_OK
        {}
        return Ok(());
    };
    let flush = if flow == Flow::Close { Z_FINISH } else { Z_SYNC_FLUSH };
    while !input.is_empty()
        && let Some(open) = z
    {
        match open.step(&mut input, out, CHUNK, flush) {
            Z_STREAM_END => *z = None,
            Z_OK | Z_BUF_ERROR => {}
            error => return Err(error),
        }
    }
    Ok(())
}

fn compress(
    z: &mut Deflater,
    passed: &mut bool,
    input: Option<&[u8]>,
    flow: Flow,
    out: &mut Vec<u8>,
) -> Result<(), Failed> {
    let Some(mut input) = input else {
        let flush = if flow == Flow::Close { Z_FINISH } else { Z_SYNC_FLUSH };
        if flow == Flow::Close || !*passed {
            while z.step(&mut &[][..], out, CHUNK, flush) == Z_OK {}
            *passed = true;
        }
        return Ok(());
    };
    let flush = match flow {
        Flow::Close => Z_FULL_FLUSH,
        Flow::Flush => Z_SYNC_FLUSH,
        Flow::Normal => Z_NO_FLUSH,
    };
    while !input.is_empty() {
        *passed = flush != Z_NO_FLUSH;
        if z.step(&mut input, out, CHUNK, flush) != Z_OK {
            return Err(Failed);
        }
    }
    Ok(())
}
