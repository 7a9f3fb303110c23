//! Values to text.

use crate::{Error, JsonSerializable, opt};
use plugin_api::stack::{self, deeper};
use plugin_api::{Array, Buffer, Class, Ctx, Key, Kind, Object, R, Value};

/// How a byte goes.
const PLAIN: u8 = 0;
/// Perhaps in another way, as options tell.
const SPECIAL: u8 = 1;
/// As part of a character that is not ASCII.
const WIDE: u8 = 2;

static KIND: [u8; 256] = {
    let mut t = [PLAIN; 256];
    let mut i = 0;
    while i < 256 {
        if i >= 0x80 {
            t[i] = WIDE;
        } else if i < 0x20 || matches!(i as u8, b'"' | b'\\' | b'/' | b'<' | b'>' | b'&' | b'\'') {
            t[i] = SPECIAL;
        }
        i += 1;
    }
    t
};

/// The hexadecimal text of a byte.
static HEX: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut t = [[0; 2]; 256];
    let mut i = 0;
    while i < 256 {
        t[i] = [digits[i >> 4], digits[i & 15]];
        i += 1;
    }
    t
};

struct Encoder {
    out: Buffer,
    flags: i64,
    depth: i64,
    max_depth: i64,
    error: Error,
    /// `serialize_precision`, once a float asked for it.
    precision: Option<i32>,
    /// The class of the last object, and whether its objects tell what stands for them.
    class: Option<(Class, bool)>,
}

/// The text and the error met, if any.
pub(crate) fn encode(ctx: &mut Ctx, v: &Value, flags: i64, max_depth: i64) -> R<(Buffer, Error)> {
    let mut e = Encoder {
        out: Buffer::new(),
        flags,
        depth: 0,
        max_depth,
        error: Error::None,
        precision: None,
        class: None,
    };
    e.value(ctx, v)?;
    Ok((e.out, e.error))
}

impl Encoder {
    #[inline]
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
            Kind::Int(i) => self.out.push_int(i),
            Kind::Float(d) => {
                if !d.is_finite() {
                    self.error = Error::InfOrNan;
                    self.out.push(b'0');
                    return Ok(self.has(opt::PARTIAL_OUTPUT_ON_ERROR));
                }
                self.float(ctx, d);
            }
            Kind::Str(s) => return Ok(self.string(ctx, s)),
            Kind::Array(a) => return stack::at(self.depth as u32, || self.array(ctx, a)),
            Kind::Object(o) => return deeper(|| self.object(ctx, &o.clone())),
            Kind::Resource(_) => return Ok(self.fail(Error::UnsupportedType)),
        }
        Ok(true)
    }

    fn float(&mut self, ctx: &mut Ctx, d: f64) {
        let precision = *self.precision.get_or_insert_with(|| {
            ctx.ini_with("serialize_precision", |p| p.trim().parse().unwrap_or(-1)).unwrap_or(-1)
        });
        let from = self.out.len();
        self.out.push_float(d, precision);
        let mut float = false;
        for c in &mut self.out[from..] {
            match c {
                b'E' => {
                    *c = b'e';
                    float = true;
                }
                b'.' => float = true,
                _ => {}
            }
        }
        if !float && self.has(opt::PRESERVE_ZERO_FRACTION) {
            self.out.extend_from_slice(b".0");
        }
    }

    fn newline(&mut self) {
        if self.has(opt::PRETTY_PRINT) {
            self.out.push(b'\n');
            self.out.pad(b' ', 4 * self.depth as usize);
        }
    }

    fn array(&mut self, ctx: &mut Ctx, a: &Array) -> R<bool> {
        let list = !self.has(opt::FORCE_OBJECT) && a.is_list();
        // What is within itself is held by a reference beside whoever leads here first.
        let shared = a.as_value().refcount() > 1;
        if shared && a.as_value().protect() {
            return Ok(self.fail(Error::Recursion));
        }
        let r = if list { self.list(ctx, a) } else { self.pairs(ctx, a, false) };
        if shared {
            a.as_value().unprotect();
        }
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
        let mut empty = true;
        for v in a.values() {
            if !empty {
                self.out.push(b',');
            }
            empty = false;
            self.newline();
            if !self.value(ctx, v)? && self.stopped() {
                self.depth -= 1;
                return Ok(false);
            }
        }
        Ok(self.leave(b']', empty))
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
                    self.out.push_int(i);
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
        let class = o.class();
        let told = match self.class {
            Some((known, told)) if known == class => told,
            _ => {
                let told = class.is_a(Class::of::<JsonSerializable>(ctx)?);
                self.class = Some((class, told));
                told
            }
        };
        if told {
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
                Kind::Int(i) => self.out.push_int(i),
                Kind::Float(d) if d.is_finite() => self.float(ctx, d),
                _ => self.out.extend_from_slice(b"0"),
            }
            return true;
        }
        let start = self.out.len();
        self.out.reserve(s.len() + 2);
        self.out.push(b'"');
        let mut rest = s;
        while let Some(at) = rest.iter().position(|b| KIND[*b as usize] != PLAIN) {
            self.out.extend_from_slice(&rest[..at]);
            rest = &rest[at..];
            if KIND[rest[0] as usize] == SPECIAL {
                self.special(rest[0]);
                rest = &rest[1..];
                continue;
            }
            let wide = rest.iter().position(u8::is_ascii).unwrap_or(rest.len());
            // Mostly all of it is text.
            let valid = match std::str::from_utf8(&rest[..wide]) {
                Ok(t) => t,
                Err(_) => rest.utf8_chunks().next().map_or("", |c| c.valid()),
            };
            self.wide(valid);
            rest = &rest[valid.len()..];
            let Some(lead) = rest.first().filter(|_| valid.len() < wide) else { continue };
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
        self.out.extend_from_slice(rest);
        self.out.push(b'"');
        true
    }

    /// Writes an ASCII character that options may want written in another way.
    fn special(&mut self, c: u8) {
        let text: &[u8] = match c {
            b'"' if self.has(opt::HEX_QUOT) => b"\\u0022",
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'/' if !self.has(opt::UNESCAPED_SLASHES) => b"\\/",
            0x08 => b"\\b",
            0x0c => b"\\f",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            b'<' if self.has(opt::HEX_TAG) => b"\\u003C",
            b'>' if self.has(opt::HEX_TAG) => b"\\u003E",
            b'&' if self.has(opt::HEX_AMP) => b"\\u0026",
            b'\'' if self.has(opt::HEX_APOS) => b"\\u0027",
            c if c < 0x20 => return self.unit(c.into()),
            c => return self.out.push(c),
        };
        self.out.extend_from_slice(text);
    }

    /// Writes text of characters that are not ASCII.
    fn wide(&mut self, t: &str) {
        if self.has(opt::UNESCAPED_UNICODE) {
            let terminator = |c| matches!(c, '\u{2028}' | '\u{2029}');
            let mut rest = t;
            if !self.has(opt::UNESCAPED_LINE_TERMINATORS) {
                while let Some(at) = rest.find(terminator) {
                    let (text, from) = rest.split_at(at);
                    self.out.push_str(text);
                    let mut chars = from.chars();
                    self.unit(chars.next().map_or(0, |c| c as u16));
                    rest = chars.as_str();
                }
            }
            self.out.push_str(rest);
            return;
        }
        self.out.reserve(3 * t.len());
        for c in t.chars() {
            match u16::try_from(c as u32) {
                Ok(u) => self.unit(u),
                Err(_) => c.encode_utf16(&mut [0; 2]).iter().for_each(|u| self.unit(*u)),
            }
        }
    }

    /// A UTF-16 unit as `\\uXXXX`.
    #[inline]
    fn unit(&mut self, u: u16) {
        let ([a, b], [c, d]) = (HEX[(u >> 8) as usize], HEX[(u & 255) as usize]);
        self.out.extend_from_slice(&[b'\\', b'u', a, b, c, d]);
    }
}
