//! `convert.iconv.FROM.TO` (or `convert.iconv.FROM/TO`): what passes through a stream in another encoding.

use crate::converter::{Converter, Failure, Step};
use crate::settings::NAME_LIMIT;
use plugin_api::filter::{Flow, StreamFilter};
use plugin_api::wrapper::Failed;
use plugin_api::{Ctx, Value};

/// Longest piece of a character that waits for the rest of it.
const LONGEST: usize = 128;

/// The filter.
pub struct Iconv {
    converter: Converter,
    /// Encodings, for messages.
    names: String,
    /// The beginning of a character.
    held: Vec<u8>,
}

impl Iconv {
    fn complain(&self, ctx: &mut Ctx, why: &str) {
        // What a handler throws is pending, and found by the function that uses the stream.
        ctx.warning(format!("iconv stream filter ({}): {why}", self.names)).ok();
    }
}

impl StreamFilter for Iconv {
    fn create(_: &mut Ctx, name: &[u8], _: Option<&Value>) -> Option<Iconv> {
        let names = name.splitn(3, |c| *c == b'.').nth(2)?;
        let at = names.iter().position(|c| matches!(c, b'/' | b'.'))?;
        let (from, to) = (&names[..at], &names[at + 1..]);
        if from.len() >= NAME_LIMIT || to.len() >= NAME_LIMIT {
            return None;
        }
        let converter = Converter::open(to, from).ok()?;
        let names = format!("\"{}\"=>\"{}\"", String::from_utf8_lossy(from), String::from_utf8_lossy(to));
        Some(Iconv { converter, names, held: Vec::new() })
    }

    fn run(&mut self, ctx: &mut Ctx, input: Option<&[u8]>, _: Flow, out: &mut Vec<u8>) -> Result<(), Failed> {
        let Some(input) = input else {
            if !self.held.is_empty() {
                self.complain(ctx, "invalid multibyte sequence");
                return Err(Failed);
            }
            return self.converter.append_end(out).map_err(|_| {
                self.complain(ctx, "unexpected octet values");
                Failed
            });
        };
        let whole = [&std::mem::take(&mut self.held), input].concat();
        let mut rest = &whole[..];
        while !rest.is_empty() {
            let room = rest.len() + 32;
            match self.converter.step(&mut rest, out, room) {
                Step::Done | Step::Full => {}
                Step::Failed(Failure::Incomplete) if rest.len() <= LONGEST => {
                    self.held = rest.to_vec();
                    break;
                }
                Step::Failed(f) => {
                    self.complain(
                        ctx,
                        match f {
                            Failure::Illegal => "invalid multibyte sequence",
                            Failure::Incomplete => "insufficient buffer",
                            _ => "unknown error",
                        },
                    );
                    return Err(Failed);
                }
            }
        }
        Ok(())
    }
}
