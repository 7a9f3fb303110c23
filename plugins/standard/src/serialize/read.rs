//! unserialize().

use super::options::Allowed;
use super::{INCOMPLETE_NAME, IncompleteClass};
use crate::Globals;
use plugin_api::stack::{self, deeper};
use plugin_api::{Array, Class, Ctx, Key, List, Map, Names, Object, Place, R, Str, Value, php_function};

struct Reader<'b> {
    b: &'b [u8],
    at: usize,
    /// Every numbered value: where `r:` and `R:` point to.
    slots: Vec<Slot>,
    /// Whether something may point to a value: where nothing does, none is numbered.
    numbers: bool,
    /// Whether objects are kept all the same: those that another element replaces live on to the end.
    keeps: bool,
    /// Whether an `R:` may follow, which makes a PHP reference of an element that was read before.
    refers: bool,
    /// Keys read so far, of a text that is long enough for keys to repeat.
    names: Option<Box<Names>>,
    /// The class that an object was made of last, by its name.
    class: Option<(&'b [u8], Made)>,
    allowed: Allowed,
    depth: i64,
    /// How deep containers may lie in each other, once it was asked for.
    max_depth: Option<i64>,
    /// Objects whose `__unserialize` or `__wakeup` runs at the end, in order.
    later: Vec<Later>,
    /// Whether there is a text around this one.
    nested: bool,
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

/// What objects of a name are made of, if the class may be made.
#[derive(Clone, Copy)]
struct Made {
    class: Class,
    /// Whether it has `__unserialize`, and `__wakeup`.
    unserialize: bool,
    wakeup: bool,
}

/// The key of an element.
enum Name {
    Int(i64),
    Str(Str),
}

impl Name {
    /// As the key of an array.
    #[inline]
    fn key(&self) -> Key<'_> {
        match self {
            Name::Int(i) => Key::Int(*i),
            Name::Str(s) => Key::from(s),
        }
    }
    /// As the key of a property.
    fn text(self) -> Str {
        match self {
            Name::Str(s) => s,
            Name::Int(i) => Str::new(itoa::Buffer::new().format(i).as_bytes()),
        }
    }
}

/// Elements for which there is room at first, whatever a text says that it has.
const ROOM: usize = 1024;

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
    /// `LENGTH:"TEXT"` behind a letter and its colon, which begin at `start`: the text. Stands behind the quote then, or where
    /// it cannot be read.
    #[inline]
    fn quoted(&mut self, start: usize) -> Option<&'b [u8]> {
        match self.short_quoted(start + 2) {
            Some((text, end)) => {
                self.at = end;
                Some(text)
            }
            None => self.any_quoted(start),
        }
    }
    /// The text of `s:LENGTH:"TEXT";` at `start`.
    #[inline]
    fn string(&mut self, start: usize) -> Option<&'b [u8]> {
        let s = self.quoted(start)?;
        (self.b.get(self.at) == Some(&b';')).then(|| {
            self.at += 1;
            s
        })
    }
    /// The text of a length that is written with few digits, and where what follows begins; `None` for any other one.
    #[inline(always)]
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
    fn any_quoted(&mut self, start: usize) -> Option<&'b [u8]> {
        self.at = start;
        let (n, from) = self.unsigned(start + 2, b":\"")?;
        self.at = start + 2;
        let end = from.checked_add(n).filter(|e| *e <= self.b.len())?;
        self.at = end;
        if self.b.get(end) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        Some(&self.b[from..end])
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

    /// The integer `i:…;`, if it is a plain one of few digits.
    #[inline(always)]
    fn short_int(&mut self) -> Option<i64> {
        let (negative, digits) = match self.b.get(self.at..)? {
            [b'i', b':', b'-', digits @ ..] => (true, digits),
            [b'i', b':', digits @ ..] => (false, digits),
            _ => return None,
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

    /// A number, a bool or an escaped string; false when none of them stands there.
    fn scalar(&mut self, ctx: &mut Ctx, place: Place<'_>) -> Read<bool> {
        let start = self.at;
        let rest = &self.b[start..];
        let number_end = || memchr::memchr(b';', rest);
        let v = match rest {
            [b'b', b':', d @ (b'0' | b'1'), b';', ..] => {
                self.at += 4;
                Value::bool(*d == b'1')
            }
            [b'i', b':', ..] => {
                let Some(end) = number_end() else { return self.fail(start) };
                let t = std::str::from_utf8(&rest[2..end]).unwrap_or("");
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
                let d = match &rest[2..end] {
                    b"NAN" => Some(f64::NAN),
                    b"INF" => Some(f64::INFINITY),
                    b"-INF" => Some(f64::NEG_INFINITY),
                    t if t
                        .iter()
                        .all(|c| c.is_ascii_digit() || matches!(c, b'+' | b'-' | b'.' | b'e' | b'E')) =>
                    {
                        std::str::from_utf8(t).ok().and_then(|t| t.parse().ok())
                    }
                    _ => None,
                };
                let Some(d) = d else { return self.fail(start) };
                self.at += end + 1;
                Value::float(d)
            }
            [b'S', b':', ..] => Value::str(self.escaped(ctx, start)?),
            _ => return Ok(false),
        };
        self.give(place, v);
        Ok(true)
    }

    /// Puts a value in its place, which is numbered.
    #[inline(always)]
    fn give(&mut self, place: Place<'_>, v: Value) {
        if self.numbers {
            self.slots.push(Slot::Value(v.clone()));
        }
        place.put(v);
    }

    /// Reads a value. What cannot be read has a number, too.
    #[inline]
    fn value(&mut self, ctx: &mut Ctx, place: Place<'_>) -> Read<()> {
        match self.b.get(self.at) {
            Some(b's') if self.b.get(self.at + 1) == Some(&b':') => {
                if let Some(s) = self.string(self.at) {
                    self.give(place, Value::str(s));
                    return Ok(());
                }
                if self.numbers {
                    self.slots.push(Slot::Failed);
                }
                Err(Fail::Syntax)
            }
            Some(b'i') if let Some(i) = self.short_int() => {
                self.give(place, Value::int(i));
                Ok(())
            }
            Some(b'N') if self.b.get(self.at + 1) == Some(&b';') => {
                self.at += 2;
                self.give(place, Value::NULL);
                Ok(())
            }
            _ => self.any_value(ctx, place),
        }
    }

    fn any_value(&mut self, ctx: &mut Ctx, place: Place<'_>) -> Read<()> {
        let (start, numbered) = (self.at, self.slots.len());
        let r = match self.b.get(start) {
            Some(b'a' | b'O' | b'C') => stack::at(self.depth as u32, || self.compound(ctx, place)),
            _ => self.compound(ctx, place),
        };
        if r.is_err()
            && self.numbers
            && self.slots.len() == numbered
            && self.b.get(start).is_some_and(|c| *c != b'R')
        {
            self.slots.push(Slot::Failed);
        }
        r
    }

    fn compound(&mut self, ctx: &mut Ctx, place: Place<'_>) -> Read<()> {
        let start = self.at;
        match &self.b[start..] {
            [b'a', b':', ..] => self.array(ctx, place),
            [b'O', b':', ..] => self.object(ctx, place),
            [b'C', b':', ..] => self.custom(ctx, place),
            [b'E', b':', ..] => self.enum_case(ctx, start, place),
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
                    place.put(v);
                    return Ok(());
                }
                place.put(v);
                Ok(())
            }
            [b'}', ..] => {
                ctx.warning("Unexpected end of serialized data")?;
                Err(Fail::Syntax)
            }
            _ => match self.scalar(ctx, place)? {
                true => Ok(()),
                false => Err(Fail::Syntax),
            },
        }
    }

    /// Keeps an object that was made, with its number.
    fn keep(&mut self, o: &Object) {
        if self.numbers || self.keeps {
            self.slots.push(Slot::Value(o.into()));
        }
    }

    fn enter(&mut self, ctx: &mut Ctx) -> Read<()> {
        self.depth += 1;
        if self.depth == 1 && self.max_depth.is_none() {
            return Ok(());
        }
        let most = *self.max_depth.get_or_insert_with(|| depth_limit(ctx));
        if most > 0 && self.depth > most {
            ctx.warning(format!(
                "Maximum depth of {most} exceeded. The depth limit can be changed using the max_depth unserialize() option or the unserialize_max_depth ini setting"
            ))?;
            return Err(Fail::Syntax);
        }
        Ok(())
    }

    /// A key's string.
    #[inline(always)]
    fn name(&mut self, s: &[u8]) -> Str {
        match &mut self.names {
            Some(names) => names.get(s),
            None => Str::new(s),
        }
    }

    fn key(&mut self, ctx: &mut Ctx) -> Read<Name> {
        let start = self.at;
        if let Some(i) = self.short_int() {
            return Ok(Name::Int(i));
        }
        if self.b[start..].starts_with(b"s:") {
            let s = self.string(start).ok_or(Fail::Syntax)?;
            return Ok(Name::Str(self.name(s)));
        }
        self.any_key(ctx, start)
    }

    #[cold]
    fn any_key(&mut self, ctx: &mut Ctx, start: usize) -> Read<Name> {
        if self.b[start..].starts_with(b"N;") {
            return self.fail(start + 2);
        }
        let (mut v, numbers) = (Value::NULL, std::mem::take(&mut self.numbers));
        let r = self.scalar(ctx, Place::of(&mut v));
        self.numbers = numbers;
        if r? {
            return match Str::try_from(v) {
                Ok(s) => Ok(Name::Str(s)),
                Err(v) => v.as_int().map(Name::Int).ok_or(Fail::Syntax),
            };
        }
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

    /// An element of a container: a PHP reference where what follows may point to it.
    #[inline(always)]
    fn element(&mut self, ctx: &mut Ctx, place: Place<'_>) -> Read<()> {
        if self.refers { self.shared(ctx, place) } else { self.value(ctx, place) }
    }

    fn shared(&mut self, ctx: &mut Ctx, place: Place<'_>) -> Read<()> {
        let before = self.slots.len();
        let mut v = Value::NULL;
        self.value(ctx, Place::of(&mut v))?;
        if self.slots.len() > before && !v.is_reference() {
            v = Value::new_reference(v);
            self.slots[before] = Slot::Shared(v.clone());
        }
        place.put(v);
        Ok(())
    }

    fn array(&mut self, ctx: &mut Ctx, place: Place<'_>) -> Read<()> {
        let start = self.at;
        let Some((n, body)) = self.unsigned(start + 2, b":{") else { return self.fail(start) };
        self.at = body;
        if n == usize::MAX {
            ctx.warning("Numerical result out of range")?;
            return Err(Fail::Syntax);
        }
        // Each pair takes at least a few bytes: a count that cannot be true is refused before anything is read.
        if n > self.b.len() - body {
            return Err(Fail::Syntax);
        }
        let slot = self.slots.len();
        if self.numbers {
            self.slots.push(Slot::Value(Value::NULL));
        }
        if self.numbers {
            let mut a = Value::NULL;
            self.array_body(ctx, n, Place::of(&mut a))?;
            self.slots[slot] = Slot::Value(a.clone());
            place.put(a);
            return Ok(());
        }
        self.array_body(ctx, n, place)
    }

    /// An array's elements and its closing brace.
    fn array_body(&mut self, ctx: &mut Ctx, n: usize, place: Place<'_>) -> Read<()> {
        if n == 0 {
            place.put(Array::new());
        } else {
            self.enter(ctx)?;
            self.elements(ctx, n, place)?;
            self.depth -= 1;
        }
        self.expect(b"}")
    }

    /// So many elements with their keys: a list as long as the keys count up from 0.
    fn elements(&mut self, ctx: &mut Ctx, n: usize, place: Place<'_>) -> Read<()> {
        if !self.b[self.at..].starts_with(b"i:0;") {
            return self.pairs(ctx, n, None, place);
        }
        let mut list = List::with_capacity(n.min(ROOM));
        for done in 0..n {
            let start = self.at;
            if self.short_int() != Some(done as i64) {
                self.at = start;
                return self.pairs(ctx, n - done, Some(&mut list), place);
            }
            list.push_with(|place| self.element(ctx, place))?;
        }
        place.put(list.finish());
        Ok(())
    }

    /// So many elements with their keys, behind those that were read already.
    fn pairs(&mut self, ctx: &mut Ctx, n: usize, before: Option<&mut List>, place: Place<'_>) -> Read<()> {
        let mut map = Map::with_capacity(n.min(ROOM) + before.as_ref().map_or(0, |l| l.len()));
        if let Some(list) = before {
            list.move_to(&mut map);
        }
        for _ in 0..n {
            let start = self.at;
            let (text, other);
            let key = if let Some(i) = self.short_int() {
                Key::Int(i)
            } else if self.b[start..].starts_with(b"s:") {
                let Some(s) = self.string(start) else { return Err(Fail::Syntax) };
                text = self.name(s);
                Key::from(&text)
            } else {
                other = self.any_key(ctx, start)?;
                other.key()
            };
            map.insert_with(key, |place| self.element(ctx, place))?;
        }
        place.put(map.finish());
        Ok(())
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

    /// The class to make; `None`: an incomplete one.
    fn class(&mut self, ctx: &mut Ctx, name: &[u8]) -> Read<Option<plugin_api::Class>> {
        if !self.allowed.has(name) {
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

    /// An object of a class by its name, and what its class is; of none: an incomplete one.
    fn fresh(&mut self, ctx: &mut Ctx, name: &'b [u8]) -> Read<(Object, Option<Made>)> {
        use plugin_api::flags;
        if let Some((known, made)) = self.class
            && known == name
        {
            return Ok((made.class.instantiate_raw(ctx)?, Some(made)));
        }
        let Some(class) = self.class(ctx, name)? else {
            let o = Class::of::<IncompleteClass>(ctx)?.instantiate_raw(ctx)?;
            o.table_set(INCOMPLETE_NAME.as_bytes(), Value::str(name));
            return Ok((o, None));
        };
        if class.flags() & (flags::ENUM | flags::NOT_SERIALIZABLE) != 0 {
            let text = format!("Unserialization of '{}' is not allowed", class.name().lossy());
            return Err(ctx.exception(text).into());
        }
        let o = class.instantiate_raw(ctx)?;
        let made =
            Made { class, unserialize: o.has_method("__unserialize"), wakeup: o.has_method("__wakeup") };
        self.class = Some((name, made));
        Ok((o, Some(made)))
    }

    fn object(&mut self, ctx: &mut Ctx, place: Place<'_>) -> Read<()> {
        let (name, n) = self.head(ctx)?;
        if n > self.b.len() - self.at {
            return Err(Fail::Syntax);
        }
        self.expect(b":")?;
        self.expect(b"{")?;
        let (o, made) = self.fresh(ctx, name)?;
        self.keep(&o);
        self.enter(ctx)?;
        // What was begun and could not be finished has no destructor to run.
        if let Err(e) = self.members(ctx, &o, made, n) {
            o.forget_destructor();
            return Err(e);
        }
        place.put(o);
        Ok(())
    }

    /// Reads what is in an object, which gets it now or when all is read.
    fn members(&mut self, ctx: &mut Ctx, o: &Object, made: Option<Made>, n: usize) -> Read<()> {
        let hands_over = made.is_some_and(|m| m.unserialize);
        if hands_over {
            let mut data = Value::NULL;
            if n > 0 {
                self.elements(ctx, n, Place::of(&mut data))?;
            }
            self.expect(b"}")?;
            self.depth -= 1;
            let data = Array::try_from(data).unwrap_or_default();
            self.later.push(Later::Unserialize(o.clone(), data));
            return Ok(());
        }
        // Whether a property stays a reference is known when all are read.
        let mut waiting = Vec::new();
        for _ in 0..n {
            let key = self.key(ctx)?.text();
            let mut v = Value::NULL;
            self.element(ctx, Place::of(&mut v))?;
            if self.refers {
                waiting.push((key, v));
            } else {
                Self::set(ctx, o, made, &key, v)?;
            }
        }
        self.expect(b"}")?;
        self.depth -= 1;
        for (key, v) in waiting {
            let v = if v.is_reference() && v.refcount() <= 2 { v.dereferenced() } else { v };
            Self::set(ctx, o, made, &key, v)?;
        }
        if made.is_some_and(|m| m.wakeup) {
            self.later.push(Later::Wakeup(o.clone()));
        }
        Ok(())
    }

    /// Sets a property that was read.
    #[inline]
    fn set(ctx: &mut Ctx, o: &Object, made: Option<Made>, key: &Str, v: Value) -> R<()> {
        if made.is_some() {
            return o.set_mangled_str(ctx, key, v);
        }
        o.table_set(key, v);
        Ok(())
    }

    fn custom(&mut self, ctx: &mut Ctx, place: Place<'_>) -> Read<()> {
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
        let (o, made) = self.fresh(ctx, name)?;
        let real = made.is_some();
        self.keep(&o);
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
        place.put(o);
        Ok(())
    }

    fn enum_case(&mut self, ctx: &mut Ctx, start: usize, place: Place<'_>) -> Read<()> {
        let full = self.quoted(start).ok_or(Fail::Syntax)?.to_vec();
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
        self.give(place, v);
        Ok(())
    }

    /// Runs what waits for the end.
    fn finish(&mut self, ctx: &mut Ctx) -> R<()> {
        if self.later.is_empty() {
            return Ok(());
        }
        Known { slots: Vec::new(), later: std::mem::take(&mut self.later) }.finish(ctx)
    }

    /// One that goes on from what is known, if there is something.
    #[inline(always)]
    fn within(ctx: &mut Ctx, b: &'b [u8], allowed: Allowed, max_depth: Option<i64>) -> Reader<'b> {
        let around = &ctx.globals::<Globals>().unserializing;
        let is_nested = around.borrow().is_some();
        // A letter and a colon may be within a string: the values are numbered then although nobody needs it. Objects that
        // another element replaces live on to the end, too.
        let letters = b.iter().zip(b.get(1..).unwrap_or_default()).fold(0u8, |found, (c, next)| {
            let points =
                matches!(c, b'r' | b'C') as u8 | ((*c == b'R') as u8) << 1 | ((*c == b'O') as u8) << 2;
            found | if *next == b':' { points } else { 0 }
        });
        let (numbers, refers) = (is_nested || letters & 3 != 0, letters & 2 != 0);
        let names = (b.len() >= LONG).then(Box::default);
        let mut r = Reader {
            b,
            at: 0,
            slots: Vec::new(),
            numbers,
            keeps: letters != 0,
            refers,
            names,
            class: None,
            allowed,
            depth: 0,
            max_depth,
            later: Vec::new(),
            nested: is_nested,
        };
        if is_nested {
            (r.slots, r.later) = around.take().map(|k| (k.slots, k.later)).unwrap_or_default();
        }
        r
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
    let mut r = Reader::within(ctx, b, Allowed::All, None);
    let first = r.slots.len();
    let mut v = Value::NULL;
    let v = r.value(ctx, Place::of(&mut v)).map(|()| {
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

/// The value that a serialized text stands for; false after a warning.
pub fn from_bytes(ctx: &mut Ctx, b: &[u8], options: Option<&Array>, place: Place<'_>) -> R<bool> {
    let (allowed, max_depth) = match options {
        Some(o) => super::options::read(ctx, o)?,
        None => (Allowed::All, None),
    };
    let mut r = Reader::within(ctx, b, allowed, max_depth);
    let first = r.slots.len();
    let mut v = Value::NULL;
    let read = match r.value(ctx, Place::of(&mut v)) {
        Ok(()) => {
            if r.at < b.len() {
                let (at, n) = (r.at, b.len());
                ctx.warning(format!("Extra data starting at offset {at} of {n} bytes"))?;
            }
            true
        }
        Err(Fail::Thrown(t)) if r.nested => {
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
        Err(Fail::Syntax) => false,
    };
    let (at, refers) = (r.at, r.refers);
    if r.nested {
        r.leave(ctx, first, read);
    } else {
        r.slots.clear();
        r.finish(ctx)?;
    }
    if read {
        place.put(if refers { settle(&v) } else { v });
    } else {
        ctx.warning(format!("Error at offset {at} of {} bytes", b.len()))?;
    }
    Ok(read)
}

#[php_function("unserialize(string $data, array $options = []): mixed")]
fn unserialize(ctx: &mut Ctx, data: &[u8], options: Option<&Array>) -> R<Value> {
    let mut v = Value::NULL;
    Ok(if from_bytes(ctx, data, options, Place::of(&mut v))? { v } else { Value::bool(false) })
}
