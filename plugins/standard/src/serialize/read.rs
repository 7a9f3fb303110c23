//! unserialize().

use super::{INCOMPLETE_NAME, IncompleteClass};
use crate::Globals;
use plugin_api::stack::{self, deeper};
use plugin_api::{Array, Ctx, Kind, Names, Object, R, Str, Value, php_function};

/// Which classes unserialize() may make.
enum Allowed {
    All,
    None,
    Some(Vec<Vec<u8>>),
}

struct Reader<'b> {
    b: &'b [u8],
    at: usize,
    /// Every numbered value: where `r:` and `R:` point to.
    slots: Vec<Slot>,
    /// Whether something may point to a value: where nothing does, none is numbered.
    numbers: bool,
    /// Whether an `R:` may follow, which makes a PHP reference of an element that was read before.
    refers: bool,
    /// Keys read so far, of a text that is long enough for keys to repeat.
    names: Option<Box<Names>>,
    /// The class that an object was made of last, by its name.
    class: Option<(&'b [u8], Option<plugin_api::Class>)>,
    allowed: Allowed,
    depth: i64,
    /// How deep containers may lie in each other, once it was asked for.
    max_depth: Option<i64>,
    /// Objects whose `__unserialize` or `__wakeup` runs at the end, in order.
    later: Vec<Later>,
}

/// What a text within a text continues: values are numbered on, and methods wait for the end of the outermost.
#[derive(Default)]
pub struct Known {
    slots: Vec<Slot>,
    later: Vec<Later>,
}

enum Later {
    Unserialize(Object, Array),
    Wakeup(Object),
}

/// A numbered value: a PHP reference once something refers to it.
#[derive(Clone)]
enum Slot {
    Value(Value),
    /// Element of a container under construction; made a reference when `R:` names it.
    Shared(Value),
    /// Read by a text within this one that failed: nothing may refer to it.
    Failed,
}

/// Nothing more can be read.
enum Fail {
    Syntax,
    Thrown(plugin_api::Throw),
}
impl From<plugin_api::Throw> for Fail {
    fn from(t: plugin_api::Throw) -> Fail {
        Fail::Thrown(t)
    }
}
type Read<T> = Result<T, Fail>;

/// The key of an element.
enum Name {
    Int(i64),
    Str(Str),
}

impl Name {
    #[inline]
    fn set(self, a: &mut Array, v: Value) {
        match self {
            Name::Int(i) => a.set(i, v),
            Name::Str(s) => a.set(&s, v),
        }
    }
}

/// Texts from this length on have keys that repeat.
const LONG: usize = 256;

impl<'b> Reader<'b> {
    #[inline(always)]
    fn expect(&mut self, s: &[u8]) -> Read<()> {
        if self.b[self.at.min(self.b.len())..].starts_with(s) {
            self.at += s.len();
            return Ok(());
        }
        Err(Fail::Syntax)
    }
    /// Digits at `from` and `stop` behind them: the number (at most the largest) and where what follows begins.
    #[inline(always)]
    fn unsigned(&self, from: usize, stop: &[u8]) -> Option<(usize, usize)> {
        let n = self.b.get(from..)?.iter().take_while(|c| c.is_ascii_digit()).count();
        let digits = &self.b[from..from + n];
        let end = from + n;
        if n == 0 || !self.b[end..].starts_with(stop) {
            return None;
        }
        let step = |v: usize, c: &u8| v.checked_mul(10)?.checked_add((c - b'0') as usize);
        let v = if n < 19 {
            digits.iter().fold(0, |v, c| v * 10 + (c - b'0') as usize)
        } else {
            digits.iter().try_fold(0, step).unwrap_or(usize::MAX)
        };
        Some((v, end + stop.len()))
    }
    /// Fails at a place.
    fn fail<T>(&mut self, at: usize) -> Read<T> {
        self.at = at;
        Err(Fail::Syntax)
    }
    /// `LENGTH:"TEXT"` behind a letter and its colon, which begin at `start`: the text. Stands behind the quote then.
    #[inline]
    fn quoted(&mut self, start: usize) -> Read<&'b [u8]> {
        match self.short_quoted(start + 2) {
            Some((text, end)) => {
                self.at = end;
                Ok(text)
            }
            None => self.any_quoted(start),
        }
    }
    /// The text of a length that is written with few digits, and where what follows begins; `None` for any other one.
    #[inline]
    fn short_quoted(&self, from: usize) -> Option<(&'b [u8], usize)> {
        let (mut n, mut i) = (0, from);
        while let Some(c @ b'0'..=b'9') = self.b.get(i)
            && i < from + 9
        {
            n = n * 10 + usize::from(c - b'0');
            i += 1;
        }
        let text = self.b.get(i..)?.strip_prefix(b":\"").filter(|_| i > from)?;
        (text.get(n) == Some(&b'"')).then(|| (&text[..n], i + 3 + n))
    }
    /// As [`Reader::quoted`], of any length.
    #[cold]
    fn any_quoted(&mut self, start: usize) -> Read<&'b [u8]> {
        let Some((n, from)) = self.unsigned(start + 2, b":\"") else { return self.fail(start) };
        let Some(end) = from.checked_add(n).filter(|e| *e <= self.b.len()) else {
            return self.fail(start + 2);
        };
        if self.b.get(end) != Some(&b'"') {
            return self.fail(end);
        }
        self.at = end + 1;
        Ok(&self.b[from..end])
    }
    /// A string whose bytes may be written as `\\xx`.
    fn escaped(&mut self, ctx: &mut Ctx, start: usize) -> Read<Vec<u8>> {
        let Some((n, mut i)) = self.unsigned(start + 2, b":\"") else { return self.fail(start) };
        ctx.deprecated("Unserializing the 'S' format is deprecated")?;
        if n > self.b.len() - i {
            return self.fail(start + 2);
        }
        let mut out = Vec::with_capacity(n);
        while out.len() < n {
            match self.b.get(i) {
                Some(b'\\') => {
                    let digit = |c: Option<&u8>| c.and_then(|c| (*c as char).to_digit(16));
                    let (Some(h), Some(l)) = (digit(self.b.get(i + 1)), digit(self.b.get(i + 2))) else {
                        return self.fail(start);
                    };
                    out.push((h << 4 | l) as u8);
                    i += 3;
                }
                Some(c) => {
                    out.push(*c);
                    i += 1;
                }
                None => return self.fail(start),
            }
        }
        if self.b.get(i) != Some(&b'"') {
            return self.fail(i);
        }
        if self.b.get(i + 1) != Some(&b';') {
            return self.fail(i + 1);
        }
        self.at = i + 2;
        Ok(out)
    }

    /// The integer behind `i:`, if it is a plain one of few digits.
    #[inline]
    fn short_int(&mut self) -> Option<i64> {
        let rest = &self.b[self.at + 2..];
        let (negative, digits) = match rest {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        let (mut v, mut n) = (0i64, 0);
        loop {
            match digits.get(n) {
                Some(c @ b'0'..=b'9') if n < 18 => v = v * 10 + i64::from(c - b'0'),
                Some(b';') if n > 0 => break,
                _ => return None,
            }
            n += 1;
        }
        self.at += 2 + negative as usize + n + 1;
        Some(if negative { -v } else { v })
    }

    /// A value without parts of its own; `None` when what stands there is none.
    #[inline]
    fn scalar(&mut self, ctx: &mut Ctx) -> Read<Option<Value>> {
        let start = self.at;
        let rest = &self.b[start..];
        let number_end = || memchr::memchr(b';', rest);
        let text = |end: usize| std::str::from_utf8(&rest[2..end]).ok();
        let v = match rest {
            [b'N', b';', ..] => {
                self.at += 2;
                Value::NULL
            }
            [b'b', b':', d @ (b'0' | b'1'), b';', ..] => {
                self.at += 4;
                Value::bool(*d == b'1')
            }
            [b'i', b':', ..] => {
                if let Some(i) = self.short_int() {
                    return Ok(Some(Value::int(i)));
                }
                let Some(end) = number_end() else { return self.fail(start) };
                let t = text(end).unwrap_or("");
                let digits = t.strip_prefix(['+', '-']).unwrap_or(t);
                if digits.is_empty() || !digits.bytes().all(|c| c.is_ascii_digit()) {
                    return self.fail(start);
                }
                self.at += end + 1;
                match t.parse::<i64>() {
                    Ok(i) => Value::int(i),
                    Err(_) => {
                        ctx.warning("Numerical result out of range")?;
                        Value::int(if t.starts_with('-') { i64::MIN } else { i64::MAX })
                    }
                }
            }
            [b'd', b':', ..] => {
                let Some(end) = number_end() else { return self.fail(start) };
                let d = match text(end).unwrap_or("") {
                    "NAN" => Some(f64::NAN),
                    "INF" => Some(f64::INFINITY),
                    "-INF" => Some(f64::NEG_INFINITY),
                    t if t.bytes().all(|c| c.is_ascii_digit() || b"+-.eE".contains(&c)) => t.parse().ok(),
                    _ => None,
                };
                let Some(d) = d else { return self.fail(start) };
                self.at += end + 1;
                Value::float(d)
            }
            [b's', b':', ..] => {
                let s = self.quoted(start)?;
                if self.b.get(self.at) != Some(&b';') {
                    return self.fail(self.at);
                }
                self.at += 1;
                Value::str(s)
            }
            [b'S', b':', ..] => Value::str(self.escaped(ctx, start)?),
            _ => return Ok(None),
        };
        Ok(Some(v))
    }

    fn value(&mut self, ctx: &mut Ctx) -> Read<Value> {
        let (start, numbered) = (self.at, self.slots.len());
        let v = stack::at(self.depth as u32, || self.value_inner(ctx));
        // What cannot be read has a number, too.
        if v.is_err()
            && self.numbers
            && self.slots.len() == numbered
            && self.b.get(start).is_some_and(|c| *c != b'R')
        {
            self.slots.push(Slot::Failed);
        }
        v
    }

    fn value_inner(&mut self, ctx: &mut Ctx) -> Read<Value> {
        let start = self.at;
        if let Some(v) = self.scalar(ctx)? {
            return Ok(self.number(v));
        }
        match &self.b[start..] {
            [b'a', b':', ..] => self.array(ctx),
            [b'O', b':', ..] => self.object(ctx),
            [b'C', b':', ..] => self.custom(ctx),
            [b'E', b':', ..] => self.enum_case(ctx, start),
            [c @ (b'r' | b'R'), b':', ..] => {
                let Some((n, end)) = self.unsigned(start + 2, b";") else { return self.fail(start) };
                self.at = end;
                let Some(slot) = n.checked_sub(1).and_then(|n| self.slots.get(n)) else {
                    return Err(Fail::Syntax);
                };
                let (Slot::Value(v) | Slot::Shared(v)) = slot.clone() else { return Err(Fail::Syntax) };
                if *c == b'r' {
                    let v = v.dereferenced();
                    if v.as_object().is_none() {
                        return Err(Fail::Syntax);
                    }
                    self.slots.push(Slot::Value(v.clone()));
                    return Ok(v);
                }
                Ok(v)
            }
            [b'}', ..] => {
                ctx.warning("Unexpected end of serialized data")?;
                Err(Fail::Syntax)
            }
            _ => Err(Fail::Syntax),
        }
    }

    fn number(&mut self, v: Value) -> Value {
        if self.numbers {
            self.slots.push(Slot::Value(v.clone()));
        }
        v
    }

    fn enter(&mut self, ctx: &mut Ctx) -> Read<()> {
        self.depth += 1;
        let most = *self.max_depth.get_or_insert_with(|| depth_limit(ctx));
        if most > 0 && self.depth > most {
            ctx.warning(format!(
                "Maximum depth of {most} exceeded. The depth limit can be changed using the max_depth unserialize() option or the unserialize_max_depth ini setting"
            ))?;
            return Err(Fail::Syntax);
        }
        Ok(())
    }

    fn key(&mut self, ctx: &mut Ctx) -> Read<Name> {
        let start = self.at;
        if let [b's', b':', ..] = &self.b[start..] {
            let s = self.quoted(start)?;
            if self.b.get(self.at) != Some(&b';') {
                return self.fail(self.at);
            }
            self.at += 1;
            return Ok(Name::Str(match &mut self.names {
                Some(names) => names.get(s),
                None => Str::new(s),
            }));
        }
        match self.scalar(ctx)?.map(Str::try_from) {
            Some(Ok(s)) => Ok(Name::Str(s)),
            Some(Err(v)) => v.as_int().map(Name::Int).ok_or(Fail::Syntax),
            None => {
                if self.b[start..].starts_with(b"}") {
                    ctx.warning("Unexpected end of serialized data")?;
                } else if self.b[start..].starts_with(b"a:")
                    && let Some((_, end)) = self.unsigned(start + 2, b":{")
                {
                    // Arrays are read up to their brace before they are refused.
                    self.at = end;
                }
                Err(Fail::Syntax)
            }
        }
    }

    /// Reads a container's pairs. Every element is a PHP reference where what follows may point to it.
    fn pairs(&mut self, ctx: &mut Ctx, n: usize, mut add: impl FnMut(Name, Value)) -> Read<()> {
        // Each pair takes at least a few bytes: a count that cannot be true is refused before anything is read.
        if n > self.b.len() - self.at {
            return Err(Fail::Syntax);
        }
        for _ in 0..n {
            let k = self.key(ctx)?;
            let before = self.slots.len();
            let v = self.value(ctx)?;
            let v = if self.refers && self.slots.len() > before && !v.is_reference() {
                let r = Value::new_reference(v);
                self.slots[before] = Slot::Shared(r.clone());
                r
            } else {
                v
            };
            add(k, v);
        }
        self.expect(b"}")
    }

    fn array(&mut self, ctx: &mut Ctx) -> Read<Value> {
        let start = self.at;
        let Some((n, body)) = self.unsigned(start + 2, b":{") else { return self.fail(start) };
        self.at = body;
        if n == usize::MAX {
            ctx.warning("Numerical result out of range")?;
            return Err(Fail::Syntax);
        }
        if n > self.b.len() - body {
            return Err(Fail::Syntax);
        }
        let slot = self.slots.len();
        self.number(Value::NULL);
        let mut a = Array::with_capacity(n.min(1024));
        if n > 0 {
            self.enter(ctx)?;
            self.pairs(ctx, n, |k, v| k.set(&mut a, v))?;
            self.depth -= 1;
        } else {
            self.expect(b"}")?;
        }
        let v = Value::from(a);
        if self.numbers {
            self.slots[slot] = Slot::Value(v.clone());
        }
        Ok(v)
    }

    /// `LENGTH:"CLASS"` and the number behind it, up to its brace.
    fn head(&mut self, ctx: &mut Ctx) -> Read<(&'b [u8], usize)> {
        let start = self.at;
        let Some((n, from)) = self.unsigned(start + 2, b":\"") else { return self.fail(start) };
        let Some(end) = from.checked_add(n).filter(|e| *e <= self.b.len() && n > 0) else {
            return self.fail(start + 2);
        };
        let name = &self.b[from..end];
        if self.b.get(end) != Some(&b'"') {
            return self.fail(end);
        }
        if self.b.get(end + 1) != Some(&b':') {
            return self.fail(end + 1);
        }
        if end + 2 >= self.b.len() {
            self.at = end;
            ctx.raise_plain(plugin_api::Level::Warning, "Bad unserialize data")?;
            return Err(Fail::Syntax);
        }
        let digits = self.b[end + 2..].iter().take_while(|c| c.is_ascii_digit()).count();
        let number = self.unsigned(end + 2, b"").map_or(0, |n| n.0);
        self.at = end + 2 + digits;
        Ok((name, number))
    }

    fn may(&self, class: &[u8]) -> bool {
        match &self.allowed {
            Allowed::All => true,
            Allowed::None => false,
            Allowed::Some(list) => list.iter().any(|c| c.eq_ignore_ascii_case(class)),
        }
    }

    /// The class to make; `None`: an incomplete one.
    fn class(&mut self, ctx: &mut Ctx, name: &[u8]) -> Read<Option<plugin_api::Class>> {
        if !self.may(name) {
            return Ok(None);
        }
        if let Some(c) = ctx.find_class(name, true)? {
            return Ok(Some(c));
        }
        let f = ctx.ini("unserialize_callback_func").filter(|f| !f.is_empty());
        if let Some(f) = f {
            let f = Value::str(f);
            if !f.is_callable(ctx) {
                let (_, _, why) = f.callable_info(ctx, false);
                let (n, why) = (f.to_str(ctx)?, why.to_str(ctx)?);
                return Err(ctx.error(format!("Invalid callback {}, {}", n.lossy(), why.lossy())).into());
            }
            f.call(ctx, &[Value::str(name)])?;
            if let Some(c) = ctx.find_class(name, true)? {
                return Ok(Some(c));
            }
            let n = f.to_str(ctx)?;
            ctx.warning(format!("Function {}() hasn't defined the class it was called for", n.lossy()))?;
        }
        Ok(None)
    }

    fn fresh(&mut self, ctx: &mut Ctx, name: &'b [u8]) -> Read<(Object, bool)> {
        use plugin_api::flags;
        let class = match self.class {
            Some((known, class @ Some(_))) if known == name => class,
            _ => {
                let class = self.class(ctx, name)?;
                self.class = Some((name, class));
                class
            }
        };
        match class {
            Some(c) => {
                if c.flags() & flags::ENUM != 0 {
                    return Err(ctx
                        .exception(format!("Unserialization of '{}' is not allowed", c.name().lossy()))
                        .into());
                }
                if c.flags() & flags::NOT_SERIALIZABLE != 0 {
                    return Err(ctx
                        .exception(format!("Unserialization of '{}' is not allowed", c.name().lossy()))
                        .into());
                }
                Ok((c.instantiate_raw(ctx)?, true))
            }
            None => {
                let o = plugin_api::Class::of::<IncompleteClass>(ctx)?.instantiate_raw(ctx)?;
                o.table_set(INCOMPLETE_NAME.as_bytes(), Value::str(name));
                Ok((o, false))
            }
        }
    }

    fn object(&mut self, ctx: &mut Ctx) -> Read<Value> {
        let (name, n) = self.head(ctx)?;
        if n > self.b.len() - self.at {
            return Err(Fail::Syntax);
        }
        self.expect(b":")?;
        self.expect(b"{")?;
        let (o, real) = self.fresh(ctx, name)?;
        self.number((&o).into());
        self.enter(ctx)?;
        let mut pairs: Vec<(Name, Value)> = Vec::with_capacity(n.min(64));
        // What was begun and could not be finished has no destructor to run.
        if let Err(e) = self.pairs(ctx, n, |k, v| pairs.push((k, v))) {
            o.forget_destructor();
            return Err(e);
        }
        self.depth -= 1;
        if real && o.has_method("__unserialize") {
            let mut data = Array::new();
            for (k, v) in pairs {
                k.set(&mut data, v);
            }
            self.later.push(Later::Unserialize(o.clone(), data));
            return Ok(o.into());
        }
        for (k, v) in pairs {
            let key = match k {
                Name::Str(s) => s,
                Name::Int(i) => Str::new(itoa::Buffer::new().format(i).as_bytes()),
            };
            let v = if v.is_reference() && v.refcount() <= 2 { v.dereferenced() } else { v };
            if !real {
                o.table_set(&key, v);
            } else if let Err(t) = o.set_mangled(ctx, &key, v) {
                o.forget_destructor();
                return Err(t.into());
            }
        }
        if real && o.has_method("__wakeup") {
            self.later.push(Later::Wakeup(o.clone()));
        }
        Ok(o.into())
    }

    fn custom(&mut self, ctx: &mut Ctx) -> Read<Value> {
        let (name, n) = self.head(ctx)?;
        self.expect(b":")?;
        self.expect(b"{")?;
        let left = self.b.len() - self.at;
        if n >= left {
            ctx.raise_plain(
                plugin_api::Level::Warning,
                format!("Insufficient data for unserializing - {n} required, {left} present"),
            )?;
            return Err(Fail::Syntax);
        }
        let end = self.at + n;
        let data = self.b[self.at..end].to_vec();
        let (o, real) = self.fresh(ctx, name)?;
        self.number((&o).into());
        if self.b[end] != b'}' {
            o.forget_destructor();
            return self.fail(end);
        }
        if real && !o.has_method("unserialize") {
            let class = o.class().name();
            let text = format!("Class {} has no unserializer", class.lossy());
            ctx.raise_plain(plugin_api::Level::Warning, text)?;
        } else if real {
            let known =
                Known { slots: std::mem::take(&mut self.slots), later: std::mem::take(&mut self.later) };
            let outer = ctx.globals::<Globals>().unserializing.replace(Some(known));
            let r = o.call(ctx, "unserialize", &[Value::str(data)]);
            let known = ctx.globals::<Globals>().unserializing.replace(outer).unwrap_or_default();
            (self.slots, self.later) = (known.slots, known.later);
            r?;
        } else {
            ctx.raise_plain(plugin_api::Level::Warning, "Class __PHP_Incomplete_Class has no unserializer")?;
        }
        self.at = end;
        self.expect(b"}")?;
        Ok(o.into())
    }

    fn enum_case(&mut self, ctx: &mut Ctx, start: usize) -> Read<Value> {
        let full = self.quoted(start)?.to_vec();
        self.expect(b";")?;
        let Some(i) = full.iter().position(|c| *c == b':') else {
            ctx.warning(format!("Invalid enum name '{}' (missing colon)", String::from_utf8_lossy(&full)))?;
            return Err(Fail::Syntax);
        };
        let (class, case) = (&full[..i], String::from_utf8_lossy(&full[i + 1..]).into_owned());
        let shown = String::from_utf8_lossy(class).into_owned();
        let found = self.class(ctx, class)?;
        let Some(c) = found else {
            ctx.warning(format!("Class '{shown}' not found"))?;
            self.at = start;
            return Err(Fail::Syntax);
        };
        if c.flags() & plugin_api::flags::ENUM == 0 {
            ctx.warning(format!("Class '{}' is not an enum", c.name().lossy()))?;
            self.at = start;
            return Err(Fail::Syntax);
        }
        let v = match c.constant(ctx, &case) {
            Ok(v) => v,
            Err(t) => {
                if ctx.take_exception().is_none() {
                    return Err(t.into());
                }
                ctx.warning(format!("Undefined constant {}::{case}", c.name().lossy()))?;
                self.at = start;
                return Err(Fail::Syntax);
            }
        };
        if !v.as_object().is_some_and(Object::is_enum) {
            ctx.warning(format!("{}::{case} is not an enum case", c.name().lossy()))?;
            self.at = start;
            return Err(Fail::Syntax);
        }
        Ok(self.number(v))
    }

    /// Runs what waits for the end.
    fn finish(&mut self, ctx: &mut Ctx) -> R<()> {
        if self.later.is_empty() {
            return Ok(());
        }
        Known { slots: Vec::new(), later: std::mem::take(&mut self.later) }.finish(ctx)
    }

    /// One that goes on from what is known, if there is something, and whether there is.
    fn within(ctx: &mut Ctx, b: &'b [u8], allowed: Allowed, max_depth: Option<i64>) -> (Reader<'b>, bool) {
        let outer = ctx.globals::<Globals>().unserializing.take();
        let is_nested = outer.is_some();
        let Known { slots, later } = outer.unwrap_or_default();
        // A letter and a colon may be within a string: the values are numbered then although nobody needs it. Objects that
        // another element replaces live on to the end, too.
        let letters = b.iter().zip(b.get(1..).unwrap_or_default()).fold(0u8, |found, (c, next)| {
            let points = matches!(c, b'r' | b'C' | b'O') as u8 | ((*c == b'R') as u8) << 1;
            found | if *next == b':' { points } else { 0 }
        });
        let (numbers, refers) = (is_nested || letters != 0, letters & 2 != 0);
        let names = (b.len() >= LONG).then(Box::default);
        let r = Reader {
            b,
            at: 0,
            slots,
            numbers,
            refers,
            names,
            class: None,
            allowed,
            depth: 0,
            max_depth,
            later,
        };
        (r, is_nested)
    }

    /// Goes back to the text that this one is within: the values that nothing refers to again are plain from now on,
    /// and those of a text that failed are none.
    fn leave(mut self, ctx: &mut Ctx, first: usize, ok: bool) {
        if !ok {
            self.slots[first..].fill(Slot::Failed);
        }
        for slot in &mut self.slots[first..] {
            if let Slot::Shared(v) = slot
                && v.refcount() <= 2
            {
                *slot = Slot::Value(v.dereferenced());
            }
        }
        ctx.globals::<Globals>().unserializing.replace(Some(Known { slots: self.slots, later: self.later }));
    }
}

impl Known {
    /// Runs what waits for the end: `__unserialize` and `__wakeup`, in the order in which objects were finished.
    pub(super) fn finish(self, ctx: &mut Ctx) -> R<()> {
        let outer = ctx.globals::<Globals>().unserializing.take();
        let mut failed = None;
        drop(self.slots);
        for l in self.later {
            if failed.is_some() {
                let (Later::Unserialize(o, _) | Later::Wakeup(o)) = l;
                o.forget_destructor();
                continue;
            }
            let (o, r) = match l {
                Later::Unserialize(o, data) => {
                    let mut plain = Array::new();
                    for (k, v) in data.entries() {
                        let v =
                            if v.is_reference() && v.refcount() <= 2 { v.dereferenced() } else { v.clone() };
                        plain.set(k, v);
                    }
                    let r = o.call(ctx, "__unserialize", &[plain.into()]);
                    (o, r)
                }
                Later::Wakeup(o) => {
                    let r = o.call(ctx, "__wakeup", &[]);
                    (o, r)
                }
            };
            if let Err(t) = r {
                o.forget_destructor();
                failed = Some(t);
            }
        }
        ctx.globals::<Globals>().unserializing.replace(outer);
        failed.map_or(Ok(()), Err)
    }
}

/// Elements that nothing else refers to become plain values.
pub(super) fn settle(v: &Value) -> Value {
    let Some(a) = v.as_array() else { return v.dereferenced() };
    let mut out = Array::with_capacity(a.len());
    for (k, e) in a.entries() {
        if e.is_reference() && e.refcount() <= 1 {
            out.set(k, deeper(|| settle(e)));
        } else if e.is_reference() {
            out.set(k, e.clone());
        } else {
            out.set(k, deeper(|| settle(e)));
        }
    }
    out.into()
}

fn depth_limit(ctx: &mut Ctx) -> i64 {
    ctx.ini_with("unserialize_max_depth", |v| v.parse().unwrap_or(4096)).unwrap_or(4096)
}

/// Reads the value that `b` begins with, among those of the text around it; and where it ended. An `element` may be referred
/// to by what is read later: it and what is within stay references where the text has pointers.
pub(super) fn part(ctx: &mut Ctx, b: &[u8], element: bool) -> R<(Option<Value>, usize)> {
    let (mut r, _) = Reader::within(ctx, b, Allowed::All, None);
    let first = r.slots.len();
    let v = r.value(ctx).map(|v| {
        if !element || !r.refers || r.slots.len() == first || v.is_reference() {
            return v;
        }
        let v = Value::new_reference(v);
        r.slots[first] = Slot::Shared(v.clone());
        v
    });
    let (at, refers) = (r.at, r.refers);
    let kept = if element && v.is_ok() { r.slots.len() } else { first };
    r.leave(ctx, kept, v.is_ok());
    match v {
        Ok(v) if refers && !element => Ok((Some(settle(&v)), at)),
        Ok(v) => Ok((Some(v), at)),
        Err(Fail::Thrown(t)) => Err(t),
        Err(Fail::Syntax) => Ok((None, at)),
    }
}

/// The value that a serialized text stands for; `None` after a warning.
pub fn from_bytes(ctx: &mut Ctx, b: &[u8], options: Option<&Array>) -> R<Option<Value>> {
    let mut allowed = Allowed::All;
    let mut max_depth = None;
    if let Some(o) = options {
        match o.get("allowed_classes").map(Value::kind) {
            None => {}
            Some(Kind::Bool(true)) => {}
            Some(Kind::Bool(false)) => allowed = Allowed::None,
            Some(Kind::Array(list)) => {
                let mut names = Vec::new();
                for v in list.values() {
                    let bad = |t: String| {
                        format!(
                            "unserialize(): Option \"allowed_classes\" must be an array of class names, {t} given"
                        )
                    };
                    if matches!(
                        v.kind(),
                        Kind::Array(_)
                            | Kind::Null
                            | Kind::Bool(_)
                            | Kind::Int(_)
                            | Kind::Float(_)
                            | Kind::Resource(_)
                    ) {
                        let t = bad(v.value_name());
                        return Err(ctx.type_error(t));
                    }
                    let name = v.to_str(ctx)?;
                    let fits = |c: &u8| c.is_ascii_alphanumeric() || *c == b'_' || *c == b'\\' || *c >= 0x80;
                    if !name.iter().all(fits) {
                        let shown = name.split(|c| *c == 0).next().unwrap_or_default();
                        let t = bad(format!("\"{}\"", String::from_utf8_lossy(shown)));
                        return Err(ctx.value_error(t));
                    }
                    names.push(name.to_vec());
                }
                allowed = Allowed::Some(names);
            }
            Some(_) => {
                let t = o.get("allowed_classes").map_or(String::new(), Value::value_name);
                return Err(ctx.type_error(format!(
                    "unserialize(): Option \"allowed_classes\" must be of type array|bool, {t} given"
                )));
            }
        }
        match o.get("max_depth").map(Value::kind) {
            None => {}
            Some(Kind::Int(n)) if n >= 0 => max_depth = Some(n),
            Some(Kind::Int(_)) => {
                return Err(
                    ctx.value_error("unserialize(): Option \"max_depth\" must be greater than or equal to 0")
                );
            }
            Some(_) => {
                let t = o.get("max_depth").map_or(String::new(), Value::value_name);
                return Err(ctx.type_error(format!(
                    "unserialize(): Option \"max_depth\" must be of type int, {t} given"
                )));
            }
        }
    }
    let (mut r, is_nested) = Reader::within(ctx, b, allowed, max_depth);
    let first = r.slots.len();
    let v = match r.value(ctx) {
        Ok(v) => {
            if r.at < b.len() {
                let (at, n) = (r.at, b.len());
                ctx.warning(format!("Extra data starting at offset {at} of {n} bytes"))?;
            }
            Some(v)
        }
        Err(Fail::Thrown(t)) if is_nested => {
            r.leave(ctx, first, false);
            return Err(t);
        }
        Err(Fail::Thrown(t)) => {
            for l in r.later {
                let (Later::Unserialize(o, _) | Later::Wakeup(o)) = l;
                o.forget_destructor();
            }
            return Err(t);
        }
        Err(Fail::Syntax) => None,
    };
    if is_nested {
        let (at, refers) = (r.at, r.refers);
        r.leave(ctx, first, v.is_some());
        if v.is_none() {
            ctx.warning(format!("Error at offset {at} of {} bytes", b.len()))?;
        }
        return Ok(v.map(|v| if refers { settle(&v) } else { v }));
    }
    match v {
        Some(v) => {
            r.slots.clear();
            r.finish(ctx)?;
            Ok(Some(if r.refers { settle(&v) } else { v }))
        }
        None => {
            let (at, n) = (r.at, b.len());
            r.slots.clear();
            r.finish(ctx)?;
            ctx.warning(format!("Error at offset {at} of {n} bytes"))?;
            Ok(None)
        }
    }
}

#[php_function("unserialize(string $data, array $options = []): mixed")]
fn unserialize(ctx: &mut Ctx, data: &[u8], options: Option<&Array>) -> R<Value> {
    Ok(from_bytes(ctx, data, options)?.unwrap_or(Value::bool(false)))
}
