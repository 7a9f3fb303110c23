//! Text to values: a recursive-descent parser of RFC 8259 with PHP's errors.

use crate::{Error, opt};
use plugin_api::stack::deeper;
use plugin_api::{Array, Ctx, Object, R, Str, Value};

/// What a parser makes of what it reads.
trait Build {
    type Out;
    type List;
    type Map;
    fn null(&mut self) -> Self::Out;
    fn bool(&mut self, b: bool) -> Self::Out;
    fn number(&mut self, text: &[u8], float: bool) -> Self::Out;
    fn string(&mut self, s: Vec<u8>) -> Self::Out;
    fn list(&mut self) -> Self::List;
    fn push(&mut self, l: &mut Self::List, v: Self::Out);
    fn end_list(&mut self, l: Self::List) -> Self::Out;
    fn map(&mut self) -> Result<Self::Map, Stop>;
    fn set(&mut self, m: &mut Self::Map, k: Vec<u8>, v: Self::Out) -> Result<(), Stop>;
    fn end_map(&mut self, m: Self::Map) -> Self::Out;
}

/// Why parsing ends early.
enum Stop {
    Error(Error),
    Thrown(plugin_api::Throw),
}

struct Parser<'b, B> {
    b: &'b [u8],
    at: usize,
    depth: i64,
    max_depth: i64,
    flags: i64,
    build: B,
}

type P<T> = Result<T, Stop>;

fn bad<T>(e: Error) -> P<T> {
    Err(Stop::Error(e))
}

/// Bytes of the UTF-8 sequence that begins here, 0 for an invalid one.
fn utf8(b: &[u8]) -> usize {
    let n = match b[0] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return 0,
    };
    if b.len() >= n && std::str::from_utf8(&b[..n]).is_ok() { n } else { 0 }
}

impl<B: Build> Parser<'_, B> {
    fn space(&mut self) {
        while matches!(self.b.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// The error that a byte out of place is.
    fn unexpected<T>(&self) -> P<T> {
        match self.b.get(self.at) {
            Some(0..=0x1f) if self.at < self.b.len() => bad(Error::CtrlChar),
            Some(c) if *c >= 0x80 && utf8(&self.b[self.at..]) == 0 => bad(Error::Utf8),
            _ => bad(Error::Syntax),
        }
    }

    fn document(&mut self) -> P<B::Out> {
        let v = self.value()?;
        self.space();
        if self.at < self.b.len() {
            return self.unexpected();
        }
        Ok(v)
    }

    fn word(&mut self, w: &[u8]) -> bool {
        let end = self.at + w.len();
        let hit = self.b.get(self.at..end).is_some_and(|t| t.eq_ignore_ascii_case(w));
        if hit {
            self.at = end;
        }
        hit
    }

    fn value(&mut self) -> P<B::Out> {
        self.space();
        match self.b.get(self.at) {
            Some(b'{') => deeper(|| self.object()),
            Some(b'[') => deeper(|| self.array()),
            Some(b'"') => {
                let s = self.string()?;
                Ok(self.build.string(s))
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't' | b'T') if self.word(b"true") => Ok(self.build.bool(true)),
            Some(b'f' | b'F') if self.word(b"false") => Ok(self.build.bool(false)),
            Some(b'n' | b'N') if self.word(b"null") => Ok(self.build.null()),
            _ => self.unexpected(),
        }
    }

    fn enter(&mut self) -> P<()> {
        self.depth += 1;
        if self.depth >= self.max_depth { bad(Error::Depth) } else { Ok(()) }
    }

    fn array(&mut self) -> P<B::Out> {
        self.enter()?;
        self.at += 1;
        let mut l = self.build.list();
        self.space();
        if self.b.get(self.at) == Some(&b']') {
            self.at += 1;
        } else {
            loop {
                let v = self.value()?;
                self.build.push(&mut l, v);
                self.space();
                match self.b.get(self.at) {
                    Some(b',') => self.at += 1,
                    Some(b']') => {
                        self.at += 1;
                        break;
                    }
                    Some(b'}') => return bad(Error::StateMismatch),
                    _ => return self.unexpected(),
                }
            }
        }
        self.depth -= 1;
        Ok(self.build.end_list(l))
    }

    fn object(&mut self) -> P<B::Out> {
        self.enter()?;
        self.at += 1;
        let mut m = self.build.map()?;
        self.space();
        if self.b.get(self.at) == Some(&b'}') {
            self.at += 1;
        } else {
            loop {
                self.space();
                if self.b.get(self.at) != Some(&b'"') {
                    if self.b.get(self.at) == Some(&b']') {
                        return bad(Error::StateMismatch);
                    }
                    return self.unexpected();
                }
                let k = self.string()?;
                self.space();
                if self.b.get(self.at) != Some(&b':') {
                    return self.unexpected();
                }
                self.at += 1;
                let v = self.value()?;
                self.build.set(&mut m, k, v)?;
                self.space();
                match self.b.get(self.at) {
                    Some(b',') => self.at += 1,
                    Some(b'}') => {
                        self.at += 1;
                        break;
                    }
                    Some(b']') => return bad(Error::StateMismatch),
                    _ => return self.unexpected(),
                }
            }
        }
        self.depth -= 1;
        Ok(self.build.end_map(m))
    }

    fn number(&mut self) -> P<B::Out> {
        let from = self.at;
        let digits = |p: &mut Self| {
            let n = p.at;
            while p.b.get(p.at).is_some_and(u8::is_ascii_digit) {
                p.at += 1;
            }
            p.at - n
        };
        if self.b[self.at] == b'-' {
            self.at += 1;
        }
        let lead = self.b.get(self.at).copied();
        if digits(self) == 0 {
            return self.unexpected();
        }
        if lead == Some(b'0') {
            let start = from + (self.b[from] == b'-') as usize;
            if self.at > start + 1 {
                // A leading zero ends the number; what follows is out of place.
                self.at = start + 1;
                return bad(Error::Syntax);
            }
        }
        let mut float = false;
        let before = self.at;
        if self.b.get(self.at) == Some(&b'.') {
            self.at += 1;
            if digits(self) == 0 {
                self.at = before;
                return bad(Error::Syntax);
            }
            float = true;
        }
        if matches!(self.b.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.b.get(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if digits(self) == 0 {
                return bad(Error::Syntax);
            }
            float = true;
        }
        Ok(self.build.number(&self.b[from..self.at], float))
    }

    fn hex4(&self, at: usize) -> Option<u32> {
        let t = self.b.get(at..at + 4)?;
        t.iter().try_fold(0, |v, c| Some(v << 4 | (*c as char).to_digit(16)?))
    }

    fn string(&mut self) -> P<Vec<u8>> {
        self.at += 1;
        let mut out = Vec::new();
        loop {
            let rest = &self.b[self.at..];
            let plain =
                rest.iter().position(|c| matches!(c, b'"' | b'\\' | 0..=0x1f | 0x80..)).unwrap_or(rest.len());
            out.extend_from_slice(&rest[..plain]);
            self.at += plain;
            let Some(&c) = self.b.get(self.at) else { return bad(Error::Syntax) };
            match c {
                b'"' => {
                    self.at += 1;
                    return Ok(out);
                }
                b'\\' => self.escape(&mut out)?,
                0..=0x1f => return bad(Error::CtrlChar),
                _ => match utf8(&self.b[self.at..]) {
                    0 if self.flags & opt::INVALID_UTF8_IGNORE != 0 => self.at += 1,
                    0 if self.flags & opt::INVALID_UTF8_SUBSTITUTE != 0 => {
                        out.extend_from_slice("\u{fffd}".as_bytes());
                        self.at += 1;
                    }
                    0 => return bad(Error::Utf8),
                    n => {
                        out.extend_from_slice(&self.b[self.at..self.at + n]);
                        self.at += n;
                    }
                },
            }
        }
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> P<()> {
        let simple = match self.b.get(self.at + 1) {
            Some(b'"') => b'"',
            Some(b'\\') => b'\\',
            Some(b'/') => b'/',
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => {
                let Some(u) = self.hex4(self.at + 2) else { return bad(Error::Syntax) };
                self.at += 6;
                let c = match u {
                    0xd800..=0xdbff => {
                        let low = (self.b.get(self.at..self.at + 2) == Some(b"\\u"))
                            .then(|| self.hex4(self.at + 2))
                            .flatten();
                        match low {
                            Some(l @ 0xdc00..=0xdfff) => {
                                self.at += 6;
                                0x10000 + ((u - 0xd800) << 10) + (l - 0xdc00)
                            }
                            _ => return bad(Error::Utf16),
                        }
                    }
                    0xdc00..=0xdfff => return bad(Error::Utf16),
                    u => u,
                };
                let c = char::from_u32(c).unwrap_or('\u{fffd}');
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(());
            }
            _ => return bad(Error::Syntax),
        };
        out.push(simple);
        self.at += 2;
        Ok(())
    }
}

/// Makes PHP values.
struct Values<'c> {
    ctx: &'c mut Ctx,
    arrays: bool,
    bigint: bool,
}

enum Map {
    Array(Array),
    Object(Object),
}

impl Build for Values<'_> {
    type Out = Value;
    type List = Array;
    type Map = Map;
    fn null(&mut self) -> Value {
        Value::NULL
    }
    fn bool(&mut self, b: bool) -> Value {
        Value::bool(b)
    }
    fn number(&mut self, text: &[u8], float: bool) -> Value {
        let t = std::str::from_utf8(text).unwrap_or("0");
        if float {
            return Value::float(t.parse().unwrap_or(0.0));
        }
        if text == b"-0" {
            return Value::float(-0.0);
        }
        match t.parse() {
            Ok(i) => Value::int(i),
            Err(_) if self.bigint => Value::str(text),
            Err(_) => Value::float(t.parse().unwrap_or(0.0)),
        }
    }
    fn string(&mut self, s: Vec<u8>) -> Value {
        Str::from(s).into()
    }
    fn list(&mut self) -> Array {
        Array::new()
    }
    fn push(&mut self, l: &mut Array, v: Value) {
        l.push(v);
    }
    fn end_list(&mut self, l: Array) -> Value {
        l.into()
    }
    fn map(&mut self) -> P<Map> {
        if self.arrays {
            return Ok(Map::Array(Array::new()));
        }
        let class = match self.ctx.find_class("stdClass", false) {
            Ok(Some(c)) => c,
            Ok(None) => return bad(Error::UnsupportedType),
            Err(t) => return Err(Stop::Thrown(t)),
        };
        class.instantiate_raw(self.ctx).map(Map::Object).map_err(Stop::Thrown)
    }
    fn set(&mut self, m: &mut Map, k: Vec<u8>, v: Value) -> P<()> {
        match m {
            Map::Array(a) => a.set(&k[..], v),
            Map::Object(o) => {
                if k.first() == Some(&0) {
                    return bad(Error::InvalidPropertyName);
                }
                o.set(self.ctx, &k, v, None).map_err(Stop::Thrown)?;
            }
        }
        Ok(())
    }
    fn end_map(&mut self, m: Map) -> Value {
        match m {
            Map::Array(a) => a.into(),
            Map::Object(o) => o.into(),
        }
    }
}

/// Makes nothing.
struct Check;

impl Build for Check {
    type Out = ();
    type List = ();
    type Map = ();
    fn null(&mut self) {}
    fn bool(&mut self, _: bool) {}
    fn number(&mut self, _: &[u8], _: bool) {}
    fn string(&mut self, _: Vec<u8>) {}
    fn list(&mut self) {}
    fn push(&mut self, (): &mut (), (): ()) {}
    fn end_list(&mut self, (): ()) {}
    fn map(&mut self) -> P<()> {
        Ok(())
    }
    fn set(&mut self, (): &mut (), _: Vec<u8>, (): ()) -> P<()> {
        Ok(())
    }
    fn end_map(&mut self, (): ()) {}
}

/// The value that a text stands for, or PHP's error.
pub(crate) fn decode(ctx: &mut Ctx, b: &[u8], max_depth: i64, flags: i64) -> R<Result<Value, Error>> {
    let build =
        Values { ctx, arrays: flags & opt::OBJECT_AS_ARRAY != 0, bigint: flags & opt::BIGINT_AS_STRING != 0 };
    let mut p = Parser { b, at: 0, depth: 0, max_depth, flags, build };
    match p.document() {
        Ok(v) => Ok(Ok(v)),
        Err(Stop::Error(e)) => Ok(Err(e)),
        Err(Stop::Thrown(t)) => Err(t),
    }
}

/// The error that a text has, if any.
pub(crate) fn validate(b: &[u8], max_depth: i64, flags: i64) -> Error {
    let mut p = Parser { b, at: 0, depth: 0, max_depth, flags, build: Check };
    match p.document() {
        Err(Stop::Error(e)) => e,
        _ => Error::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_php_s() {
        let check = |s: &[u8]| validate(s, 512, 0);
        assert_eq!(check(b"{\"a\":[1,2.5e3,null,true]}"), Error::None);
        assert_eq!(check(b"[1}"), Error::StateMismatch);
        assert_eq!(check(b"[1,]"), Error::Syntax);
        assert_eq!(check(b"\"\\ud800\""), Error::Utf16);
        assert_eq!(check(b"\"\xff\""), Error::Utf8);
        assert_eq!(check(b"\"\x01\""), Error::CtrlChar);
        assert_eq!(validate(b"[1]", 1, 0), Error::Depth);
        assert_eq!(check(b"01"), Error::Syntax);
    }
}
