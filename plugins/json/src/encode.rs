//! Values to text.

use crate::{Error, opt};
use plugin_api::stack::deeper;
use plugin_api::{Array, Ctx, Key, Kind, Object, R, Value};

/// Bytes at which a character begins that may be written in another way than as it is.
static SPECIAL: [bool; 256] = {
    let mut t = [false; 256];
    let mut i = 0;
    while i < 256 {
        t[i] = i < 0x20 || i >= 0x80 || matches!(i as u8, b'"' | b'\\' | b'/' | b'<' | b'>' | b'&' | b'\'');
        i += 1;
    }
    t
};

struct Encoder {
    out: Vec<u8>,
    flags: i64,
    depth: i64,
    max_depth: i64,
    error: Error,
    /// `serialize_precision`, once a float asked for it.
    precision: Option<i32>,
}

/// The text and the error met, if any.
pub(crate) fn encode(ctx: &mut Ctx, v: &Value, flags: i64, max_depth: i64) -> R<(Vec<u8>, Error)> {
    let mut e = Encoder { out: Vec::new(), flags, depth: 0, max_depth, error: Error::None, precision: None };
    e.value(ctx, v)?;
    Ok((e.out, e.error))
}

impl Encoder {
    fn has(&self, flag: i64) -> bool {
        self.flags & flag != 0
    }

    /// Notes an error; whether encoding goes on (with `null` in the value's place).
    fn fail(&mut self, e: Error) -> bool {
        self.error = e;
        if self.has(opt::PARTIAL_OUTPUT_ON_ERROR) {
            self.out.extend_from_slice(b"null");
            return true;
        }
        false
    }

    fn stopped(&self) -> bool {
        self.error != Error::None && !self.has(opt::PARTIAL_OUTPUT_ON_ERROR)
    }

    fn value(&mut self, ctx: &mut Ctx, v: &Value) -> R<bool> {
        match v.kind() {
            Kind::Null => self.out.extend_from_slice(b"null"),
            Kind::Bool(b) => self.out.extend_from_slice(if b { b"true" } else { b"false" }),
            Kind::Int(i) => self.out.extend_from_slice(itoa::Buffer::new().format(i).as_bytes()),
            Kind::Float(d) => {
                if !d.is_finite() {
                    self.error = Error::InfOrNan;
                    self.out.push(b'0');
                    return Ok(self.has(opt::PARTIAL_OUTPUT_ON_ERROR));
                }
                self.float(ctx, d);
            }
            Kind::Str(s) => return Ok(self.string(ctx, s)),
            Kind::Array(a) => return deeper(|| self.array(ctx, a)),
            Kind::Object(o) => return deeper(|| self.object(ctx, &o.clone())),
            Kind::Resource(_) => return Ok(self.fail(Error::UnsupportedType)),
        }
        Ok(true)
    }

    fn float(&mut self, ctx: &mut Ctx, d: f64) {
        let precision = *self.precision.get_or_insert_with(|| {
            let p = ctx.ini("serialize_precision");
            p.and_then(|p| String::from_utf8_lossy(&p).trim().parse().ok()).unwrap_or(-1)
        });
        let mut t = Ctx::format_float(d, precision);
        if t.contains('E') {
            t = t.replace("E+", "e+").replace("E-", "e-");
        }
        self.out.extend_from_slice(t.as_bytes());
        if self.has(opt::PRESERVE_ZERO_FRACTION) && !t.contains(['.', 'e']) {
            self.out.extend_from_slice(b".0");
        }
    }

    fn newline(&mut self) {
        if self.has(opt::PRETTY_PRINT) {
            self.out.push(b'\n');
            self.out.extend(std::iter::repeat_n(b' ', 4 * self.depth as usize));
        }
    }

    fn array(&mut self, ctx: &mut Ctx, a: &Array) -> R<bool> {
        let list = !self.has(opt::FORCE_OBJECT) && a.is_list();
        if a.as_value().protect() {
            return Ok(self.fail(Error::Recursion));
        }
        let r = if list { self.list(ctx, a) } else { self.pairs(ctx, a, false) };
        a.as_value().unprotect();
        r
    }

    fn enter(&mut self) {
        self.depth += 1;
    }

    /// Leaves a container; the depth is judged here, as PHP does.
    fn leave(&mut self, close: u8, empty: bool) -> bool {
        if self.depth > self.max_depth {
            self.error = Error::Depth;
            if !self.has(opt::PARTIAL_OUTPUT_ON_ERROR) {
                self.depth -= 1;
                return false;
            }
        }
        self.depth -= 1;
        if !empty {
            self.newline();
        }
        self.out.push(close);
        true
    }

    fn list(&mut self, ctx: &mut Ctx, a: &Array) -> R<bool> {
        self.out.push(b'[');
        self.enter();
        for (i, v) in a.values().enumerate() {
            if i > 0 {
                self.out.push(b',');
            }
            self.newline();
            if !self.value(ctx, v)? && self.stopped() {
                self.depth -= 1;
                return Ok(false);
            }
        }
        Ok(self.leave(b']', a.is_empty()))
    }

    fn pairs(&mut self, ctx: &mut Ctx, a: &Array, props: bool) -> R<bool> {
        self.out.push(b'{');
        self.enter();
        let mut empty = true;
        for (k, v) in a.iter() {
            if let Key::Str(s) = k
                && props
                && s.first() == Some(&0)
            {
                // Not public.
                continue;
            }
            if !empty {
                self.out.push(b',');
            }
            empty = false;
            self.newline();
            let numeric = self.flags & opt::NUMERIC_CHECK;
            self.flags &= !opt::NUMERIC_CHECK;
            let named = match k {
                Key::Int(i) => {
                    self.out.push(b'"');
                    self.out.extend_from_slice(itoa::Buffer::new().format(i).as_bytes());
                    self.out.push(b'"');
                    true
                }
                Key::Str(s) => {
                    let ok = self.string(ctx, &s);
                    if !ok && self.has(opt::PARTIAL_OUTPUT_ON_ERROR) {
                        let n = self.out.len();
                        self.out.truncate(n.saturating_sub(4));
                        self.out.extend_from_slice(b"\"\"");
                    }
                    ok
                }
            };
            self.flags |= numeric;
            if !named && self.stopped() {
                self.depth -= 1;
                return Ok(false);
            }
            self.out.extend_from_slice(if self.has(opt::PRETTY_PRINT) { b": " } else { b":" });
            if !self.value(ctx, v)? && self.stopped() {
                self.depth -= 1;
                return Ok(false);
            }
        }
        Ok(self.leave(b'}', empty))
    }

    fn object(&mut self, ctx: &mut Ctx, o: &Object) -> R<bool> {
        let serializable = ctx.find_class("JsonSerializable", false)?;
        if serializable.is_some_and(|c| o.instance_of(c)) {
            return self.serializable(ctx, o);
        }
        if o.is_enum() {
            return match o.slot("value") {
                Some(v) => self.value(ctx, &v),
                None => {
                    self.error = Error::NonBackedEnum;
                    self.out.push(b'0');
                    Ok(false)
                }
            };
        }
        if o.as_value().protect() {
            return Ok(self.fail(Error::Recursion));
        }
        let r = match o.properties_for(ctx, plugin_api::abi::prop_purpose::JSON) {
            Ok(props) => self.pairs(ctx, &props, true),
            Err(t) => Err(t),
        };
        o.as_value().unprotect();
        r
    }

    fn serializable(&mut self, ctx: &mut Ctx, o: &Object) -> R<bool> {
        let active = &ctx.globals::<crate::Globals>().active;
        if active.borrow().contains(&o.id()) {
            return Ok(self.fail(Error::Recursion));
        }
        active.borrow_mut().push(o.id());
        let r = o.call(ctx, "jsonSerialize", &[]);
        let v = match r {
            Ok(v) => v,
            Err(t) => {
                active.borrow_mut().retain(|id| *id != o.id());
                if self.has(opt::PARTIAL_OUTPUT_ON_ERROR) {
                    self.out.extend_from_slice(b"null");
                }
                return Err(t);
            }
        };
        let same = v.as_object().is_some_and(|p| p.same(o));
        let r = if same {
            // The object itself: its properties, without asking again.
            match o.properties_for(ctx, plugin_api::abi::prop_purpose::JSON) {
                Ok(props) => self.pairs(ctx, &props, true),
                Err(t) => Err(t),
            }
        } else {
            self.value(ctx, &v)
        };
        active.borrow_mut().retain(|id| *id != o.id());
        r
    }

    fn string(&mut self, ctx: &mut Ctx, s: &[u8]) -> bool {
        if s.is_empty() {
            self.out.extend_from_slice(b"\"\"");
            return true;
        }
        if self.has(opt::NUMERIC_CHECK)
            && let Some((n, false)) = Value::numeric(s)
        {
            match n.kind() {
                Kind::Int(i) => self.out.extend_from_slice(itoa::Buffer::new().format(i).as_bytes()),
                Kind::Float(d) if d.is_finite() => self.float(ctx, d),
                _ => self.out.extend_from_slice(b"0"),
            }
            return true;
        }
        let start = self.out.len();
        self.out.push(b'"');
        let mut rest = s;
        while !rest.is_empty() {
            // Mostly all of it is text.
            let valid = match std::str::from_utf8(rest) {
                Ok(t) => t,
                Err(_) => rest.utf8_chunks().next().map_or("", |c| c.valid()),
            };
            self.valid(valid);
            rest = &rest[valid.len()..];
            let Some(lead) = rest.first() else { break };
            // A broken sequence is as many continuation bytes as its first byte asks for.
            let want = match lead {
                0xc0..=0xdf => 1,
                0xe0..=0xef => 2,
                0xf0..=0xf7 => 3,
                _ => 0,
            };
            let have = rest[1..].iter().take(want).take_while(|c| **c & 0xc0 == 0x80).count();
            rest = &rest[1 + have..];
            if self.has(opt::INVALID_UTF8_IGNORE) {
                continue;
            }
            if self.has(opt::INVALID_UTF8_SUBSTITUTE) {
                let r: &[u8] =
                    if self.has(opt::UNESCAPED_UNICODE) { "\u{fffd}".as_bytes() } else { b"\\ufffd" };
                self.out.extend_from_slice(r);
                continue;
            }
            self.out.truncate(start);
            self.fail(Error::Utf8);
            return false;
        }
        self.out.push(b'"');
        true
    }

    /// Escapes valid text.
    fn valid(&mut self, mut t: &str) {
        // Text up to the next character that may have to be written otherwise goes as it is.
        while let Some(at) = t.bytes().position(|b| SPECIAL[b as usize]) {
            let (plain, rest) = t.split_at(at);
            self.out.extend_from_slice(plain.as_bytes());
            let mut chars = rest.chars();
            let Some(c) = chars.next() else { return };
            t = chars.as_str();
            match c {
                '"' if self.has(opt::HEX_QUOT) => self.out.extend_from_slice(b"\\u0022"),
                '"' => self.out.extend_from_slice(b"\\\""),
                '\\' => self.out.extend_from_slice(b"\\\\"),
                '/' if !self.has(opt::UNESCAPED_SLASHES) => self.out.extend_from_slice(b"\\/"),
                '\u{8}' => self.out.extend_from_slice(b"\\b"),
                '\u{c}' => self.out.extend_from_slice(b"\\f"),
                '\n' => self.out.extend_from_slice(b"\\n"),
                '\r' => self.out.extend_from_slice(b"\\r"),
                '\t' => self.out.extend_from_slice(b"\\t"),
                '<' if self.has(opt::HEX_TAG) => self.out.extend_from_slice(b"\\u003C"),
                '>' if self.has(opt::HEX_TAG) => self.out.extend_from_slice(b"\\u003E"),
                '&' if self.has(opt::HEX_AMP) => self.out.extend_from_slice(b"\\u0026"),
                '\'' if self.has(opt::HEX_APOS) => self.out.extend_from_slice(b"\\u0027"),
                c if (c as u32) < 0x20 => self.unit(c as u16),
                c if c.is_ascii() => self.out.push(c as u8),
                c => {
                    let terminator =
                        matches!(c, '\u{2028}' | '\u{2029}') && !self.has(opt::UNESCAPED_LINE_TERMINATORS);
                    if self.has(opt::UNESCAPED_UNICODE) && !terminator {
                        self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    } else {
                        c.encode_utf16(&mut [0; 2]).iter().for_each(|u| self.unit(*u));
                    }
                }
            }
        }
        self.out.extend_from_slice(t.as_bytes());
    }

    /// A UTF-16 unit as `\\uXXXX`.
    fn unit(&mut self, u: u16) {
        let digit = |shift: u16| b"0123456789abcdef"[(u >> shift & 15) as usize];
        self.out.extend_from_slice(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
    }
}
