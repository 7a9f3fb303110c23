//! The filters of ext/standard.

use super::base64::{Base64Decode, Base64Encode};
use super::dechunk::Dechunk;
use super::quoted_printable::{QuotedPrintableDecode, QuotedPrintableEncode};
use super::{Brigade, Filter, FilterFactory, FilterParams, FilterRegistry, FilterStatus, Flow};
use crate::env::Environment;
use crate::ops::Whence;
use crate::stream::Stream;
use crate::value::Value;
use std::rc::Rc;

/// Registers `string.*`, `convert.*`, `consumed` and `dechunk`.
pub fn standard_filters(registry: &FilterRegistry) {
    for (name, map) in
        [("string.rot13", rot13 as fn(u8) -> u8), ("string.toupper", upper), ("string.tolower", lower)]
    {
        registry.register(name.as_bytes(), Rc::new(MapFactory(map)));
    }
    registry.register(b"convert.*", Rc::new(ConvertFactory));
    registry.register(b"consumed", Rc::new(ConsumedFactory));
    registry.register(b"dechunk", Rc::new(DechunkFactory));
}

fn rot13(c: u8) -> u8 {
    match c {
        b'a'..=b'z' => (c - b'a' + 13) % 26 + b'a',
        b'A'..=b'Z' => (c - b'A' + 13) % 26 + b'A',
        _ => c,
    }
}

fn upper(c: u8) -> u8 {
    c.to_ascii_uppercase()
}

fn lower(c: u8) -> u8 {
    c.to_ascii_lowercase()
}

struct Map(fn(u8) -> u8);
struct MapFactory(fn(u8) -> u8);

impl FilterFactory for MapFactory {
    fn create(&self, _: &Rc<dyn Environment>, _: &[u8], _: &FilterParams) -> Option<Box<dyn Filter>> {
        Some(Box::new(Map(self.0)))
    }
}

impl Filter for Map {
    fn run(
        &mut self,
        _: &Stream,
        input: &mut Brigade,
        output: &mut Brigade,
        consumed: &mut usize,
        _: Flow,
    ) -> FilterStatus {
        for mut b in input.drain(..) {
            *consumed += b.len();
            b.iter_mut().for_each(|c| *c = (self.0)(*c));
            output.push_back(b);
        }
        FilterStatus::PassOn
    }
}

/// Why a conversion stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConvertError {
    InvalidSequence,
    UnexpectedEnd,
}

/// A conversion of bytes that come in pieces.
pub(super) trait Convert {
    fn feed(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), ConvertError>;
    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), ConvertError>;
}

struct Converter {
    name: String,
    code: Box<dyn Convert>,
}

impl Converter {
    fn report(&self, stream: &Stream, e: ConvertError) -> FilterStatus {
        let why = match e {
            ConvertError::InvalidSequence => "invalid byte sequence",
            ConvertError::UnexpectedEnd => "unexpected end of stream",
        };
        stream.env().warn(&format!("Stream filter ({}): {why}", self.name));
        FilterStatus::Fatal
    }
}

impl Filter for Converter {
    fn run(
        &mut self,
        stream: &Stream,
        input: &mut Brigade,
        output: &mut Brigade,
        consumed: &mut usize,
        flow: Flow,
    ) -> FilterStatus {
        let mut taken = 0;
        for b in input.drain(..) {
            let mut out = Vec::with_capacity(b.len());
            if let Err(e) = self.code.feed(&b, &mut out) {
                return self.report(stream, e);
            }
            taken += b.len();
            if !out.is_empty() {
                output.push_back(out);
            }
        }
        if flow == Flow::Close {
            let mut out = Vec::new();
            if let Err(e) = self.code.finish(&mut out) {
                return self.report(stream, e);
            }
            if !out.is_empty() {
                output.push_back(out);
            }
        }
        *consumed += taken;
        FilterStatus::PassOn
    }
}

/// Line breaks that an encoder puts in: their bytes and the length of lines.
pub(super) struct Lines {
    pub(super) end: Rc<[u8]>,
    pub(super) length: usize,
}

fn lines(options: Option<&Value>) -> Option<Lines> {
    let o = options?;
    let length = o.get(b"line-length").map_or(0, |v| v.to_int().max(0)) as usize;
    let end = o.get(b"line-break-chars").map(Value::to_text);
    (length >= 4).then(|| Lines { end: end.unwrap_or_else(|| b"\r\n".to_vec()).into(), length })
}

struct ConvertFactory;

impl FilterFactory for ConvertFactory {
    fn create(
        &self,
        env: &Rc<dyn Environment>,
        name: &[u8],
        params: &FilterParams,
    ) -> Option<Box<dyn Filter>> {
        let shown = String::from_utf8_lossy(name).into_owned();
        let o = match &params.value {
            None => None,
            Some(v @ Value::Array(_)) => Some(v),
            Some(_) => {
                env.warn(&format!("Stream filter ({shown}): invalid filter parameter"));
                return None;
            }
        };
        let flag = |k: &[u8]| o.and_then(|o| o.get(k)).is_some_and(Value::is_true);
        let code: Box<dyn Convert> = match &shown.split_once('.')?.1.to_ascii_lowercase()[..] {
            "base64-encode" => Box::new(Base64Encode::new(lines(o))),
            "base64-decode" => Box::new(Base64Decode::default()),
            "quoted-printable-encode" => {
                Box::new(QuotedPrintableEncode::new(lines(o), flag(b"binary"), flag(b"force-encode-first")))
            }
            "quoted-printable-decode" => {
                let end = o.and_then(|o| o.get(b"line-break-chars")).map(Value::to_text);
                Box::new(QuotedPrintableDecode::new(end))
            }
            _ => return None,
        };
        Some(Box::new(Converter { name: shown, code }))
    }
}

/// Counts what passes and puts the stream behind it at the end.
#[derive(Default)]
struct Consumed {
    start: Option<i64>,
    passed: i64,
}
struct ConsumedFactory;

impl FilterFactory for ConsumedFactory {
    fn create(&self, _: &Rc<dyn Environment>, _: &[u8], _: &FilterParams) -> Option<Box<dyn Filter>> {
        Some(Box::new(Consumed::default()))
    }
}

impl Filter for Consumed {
    fn run(
        &mut self,
        stream: &Stream,
        input: &mut Brigade,
        output: &mut Brigade,
        consumed: &mut usize,
        flow: Flow,
    ) -> FilterStatus {
        let start = *self.start.get_or_insert(stream.position());
        let n: usize = input.iter().map(Vec::len).sum();
        output.append(input);
        *consumed += n;
        if flow == Flow::Close {
            stream.seek(start + self.passed, Whence::Set);
        }
        self.passed += n as i64;
        FilterStatus::PassOn
    }
}

struct DechunkFactory;

impl FilterFactory for DechunkFactory {
    fn create(&self, _: &Rc<dyn Environment>, _: &[u8], _: &FilterParams) -> Option<Box<dyn Filter>> {
        Some(Box::new(Dechunk::default()))
    }
}
