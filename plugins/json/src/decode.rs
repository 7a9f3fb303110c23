//! Text to values: a recursive-descent parser of RFC 8259 with PHP's errors.

use crate::{Error, opt};
use plugin_api::stack;
use plugin_api::{Array, Buffer, Class, Ctx, Names, Object, R, Str, Value};

/// What a parser makes of what it reads.
trait Build {
    type Out;
    type List;
    type Map;
    type Key;
    fn null(&mut self) -> Self::Out;
    fn bool(&mut self, b: bool) -> Self::Out;
    fn number(&mut self, text: &[u8], float: bool) -> Self::Out;
    fn string(&mut self, s: &[u8]) -> Self::Out;
    fn list(&mut self) -> Self::List;
    fn push(&mut self, l: &mut Self::List, v: Self::Out);
    fn end_list(&mut self, l: Self::List) -> Self::Out;
    fn map(&mut self) -> Result<Self::Map, Stop>;
    fn set(&mut self, m: &mut Self::Map, k: Self::Key, v: Self::Out) -> Result<(), Stop>;
    fn key(&mut self, k: &[u8]) -> Self::Key;
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
    /// The text of a string that is not written as it is.
    text: Buffer,
    build: B,
}

/// Whether a byte within a string is one of its text as it is.
static PLAIN: [bool; 256] = {
    let mut t = [false; 256];
    let mut i = 0x20;
    while i < 0x80 {
        t[i] = !matches!(i as u8, b'"' | b'\\');
        i += 1;
    }
    t
};

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

impl<'b, B: Build> Parser<'b, B> {
    #[inline]
    fn space(&mut self) {
        while matches!(self.b.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// The error that a byte out of place is. A string is read as a whole before it is found to be out of place.
    fn unexpected<T>(&mut self) -> P<T> {
        match self.b.get(self.at) {
            Some(b'"') => {
                self.string()?;
                bad(Error::Syntax)
            }
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
            Some(b'{') => stack::at(self.depth as u32, || self.object()),
            Some(b'[') => stack::at(self.depth as u32, || self.array()),
            Some(b'"') => {
                let plain = self.string()?;
                Ok(self.build.string(plain.unwrap_or(&self.text)))
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
        } else if self.b.get(self.at) == Some(&b'}') {
            return bad(Error::StateMismatch);
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
                let plain = self.string()?;
                let k = self.build.key(plain.unwrap_or(&self.text));
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
            return bad(Error::Syntax);
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

    /// A string's text; `None`: it is not written as it is, and now in `text`.
    #[inline]
    fn string(&mut self) -> P<Option<&'b [u8]>> {
        self.at += 1;
        let from = self.at;
        let rest = &self.b[from..];
        let n = rest.iter().position(|c| !PLAIN[*c as usize]).unwrap_or(rest.len());
        self.at += n;
        if rest.get(n) == Some(&b'"') {
            self.at += 1;
            return Ok(Some(&rest[..n]));
        }
        self.long_string(from)
    }

    /// A string that begins at `from` and is known to be plain text up to where the parser stands.
    fn long_string(&mut self, mut from: usize) -> P<Option<&'b [u8]>> {
        let begin = from;
        self.text.clear();
        loop {
            // The end of the text is the NUL behind it.
            let Some(&c) = self.b.get(self.at) else { return bad(Error::CtrlChar) };
            match c {
                b'"' => {
                    let last = &self.b[from..self.at];
                    self.at += 1;
                    if from == begin {
                        return Ok(Some(last));
                    }
                    self.text.extend_from_slice(last);
                    return Ok(None);
                }
                b'\\' => {
                    self.text.extend_from_slice(&self.b[from..self.at]);
                    self.escape()?;
                    from = self.at;
                }
                0..=0x1f => return bad(Error::CtrlChar),
                0x80.. => match utf8(&self.b[self.at..]) {
                    0 if self.flags & (opt::INVALID_UTF8_IGNORE | opt::INVALID_UTF8_SUBSTITUTE) == 0 => {
                        return bad(Error::Utf8);
                    }
                    0 => {
                        self.text.extend_from_slice(&self.b[from..self.at]);
                        if self.flags & opt::INVALID_UTF8_IGNORE == 0 {
                            self.text.push_str("\u{fffd}");
                        }
                        self.at += 1;
                        from = self.at;
                    }
                    n => self.at += n,
                },
                _ => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> P<()> {
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
                self.text.push_str(c.encode_utf8(&mut [0; 4]));
                return Ok(());
            }
            _ => return bad(Error::Syntax),
        };
        self.text.push(simple);
        self.at += 2;
        Ok(())
    }
}

/// Makes PHP values.
struct Values<'c> {
    ctx: &'c mut Ctx,
    arrays: bool,
    bigint: bool,
    /// Elements of the lists that are not closed yet.
    elements: Vec<Value>,
    /// Keys so far.
    names: Names,
    /// `stdClass`, once an object was met.
    class: Option<Class>,
}

enum Map {
    Array(Array),
    Object(Object),
}

impl Build for Values<'_> {
    type Out = Value;
    /// Where its elements begin.
    type List = usize;
    type Map = Map;
    type Key = Str;
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
        match t.parse() {
            // `-0` is 0, too.
            Ok(i) => Value::int(i),
            Err(_) if self.bigint => Value::str(text),
            Err(_) => Value::float(t.parse().unwrap_or(0.0)),
        }
    }
    #[inline]
    fn string(&mut self, s: &[u8]) -> Value {
        Value::str(s)
    }
    #[inline]
    fn list(&mut self) -> usize {
        self.elements.len()
    }
    #[inline]
    fn push(&mut self, _: &mut usize, v: Value) {
        self.elements.push(v);
    }
    fn end_list(&mut self, from: usize) -> Value {
        Array::list(self.elements.drain(from..)).into()
    }
    fn map(&mut self) -> P<Map> {
        if self.arrays {
            return Ok(Map::Array(Array::new()));
        }
        let class = match self.class {
            Some(c) => c,
            None => match self.ctx.find_class("stdClass", false) {
                Ok(Some(c)) => *self.class.insert(c),
                Ok(None) => return bad(Error::UnsupportedType),
                Err(t) => return Err(Stop::Thrown(t)),
            },
        };
        class.instantiate_raw(self.ctx).map(Map::Object).map_err(Stop::Thrown)
    }
    #[inline]
    fn key(&mut self, k: &[u8]) -> Str {
        self.names.get(k)
    }
    #[inline]
    fn set(&mut self, m: &mut Map, k: Str, v: Value) -> P<()> {
        match m {
            Map::Array(a) => a.set(&k, v),
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
    type Key = ();
    fn null(&mut self) {}
    fn bool(&mut self, _: bool) {}
    fn number(&mut self, _: &[u8], _: bool) {}
    fn string(&mut self, _: &[u8]) {}
    fn list(&mut self) {}
    fn push(&mut self, (): &mut (), (): ()) {}
    fn end_list(&mut self, (): ()) {}
    fn map(&mut self) -> P<()> {
        Ok(())
    }
    fn key(&mut self, _: &[u8]) {}
    fn set(&mut self, (): &mut (), (): (), (): ()) -> P<()> {
        Ok(())
    }
    fn end_map(&mut self, (): ()) {}
}

/// The value that a text stands for, or PHP's error.
pub(crate) fn decode(ctx: &mut Ctx, b: &[u8], max_depth: i64, flags: i64) -> R<Result<Value, Error>> {
    let build = Values {
        ctx,
        arrays: flags & opt::OBJECT_AS_ARRAY != 0,
        bigint: flags & opt::BIGINT_AS_STRING != 0,
        elements: Vec::new(),
        names: Names::new(),
        class: None,
    };
    let mut p = Parser { b, at: 0, depth: 0, max_depth, flags, text: Buffer::new(), build };
    match p.document() {
        Ok(v) => Ok(Ok(v)),
        Err(Stop::Error(e)) => Ok(Err(e)),
        Err(Stop::Thrown(t)) => Err(t),
    }
}

/// The error that a text has, if any.
pub(crate) fn validate(b: &[u8], max_depth: i64, flags: i64) -> Error {
    let mut p = Parser { b, at: 0, depth: 0, max_depth, flags, text: Buffer::new(), build: Check };
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
