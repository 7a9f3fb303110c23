//! `pack()` and `unpack()`.

use crate::Globals;
use plugin_api::{Buffer, Ctx, Key, Map, R, Rest, Str, Value, php_function};
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

/// How often a code repeats.
#[derive(Clone, Copy, PartialEq)]
enum Count {
    /// Not said.
    None,
    /// A number.
    Of(usize),
    /// `*`
    All,
}

fn count(f: &[u8], i: &mut usize) -> Count {
    match f.get(*i) {
        Some(b'*') => {
            *i += 1;
            Count::All
        }
        Some(c) if c.is_ascii_digit() => {
            let mut n = 0usize;
            while let Some(d) = f.get(*i).filter(|c| c.is_ascii_digit()) {
                n = n.saturating_mul(10).saturating_add((d - b'0') as usize);
                *i += 1;
            }
            Count::Of(n.min(i32::MAX as usize))
        }
        _ => Count::None,
    }
}

/// How a number lies in the text.
#[derive(Clone, Copy)]
struct Shape {
    /// Bytes; 0 of a code that stands for no number.
    width: u8,
    /// The highest byte first.
    big: bool,
    float: bool,
    /// The highest bit is a sign.
    signed: bool,
}

static SHAPES: [Shape; 256] = {
    let mut all = [Shape { width: 0, big: false, float: false, signed: false }; 256];
    let rows: [(&[u8], u8); 4] = [(b"cC", 1), (b"sSvn", 2), (b"iIlLVNfgG", 4), (b"qQPJdeE", 8)];
    let mut r = 0;
    while r < rows.len() {
        let mut i = 0;
        while i < rows[r].0.len() {
            let c = rows[r].0[i];
            all[c as usize] = Shape {
                width: rows[r].1,
                big: matches!(c, b'n' | b'N' | b'J' | b'G' | b'E'),
                float: matches!(c, b'f' | b'g' | b'G' | b'd' | b'e' | b'E'),
                signed: matches!(c, b'c' | b's' | b'i' | b'l'),
            };
            i += 1;
        }
        r += 1;
    }
    all
};

/// The bytes of a number, those of its shape in front.
#[inline(always)]
fn bytes_of(shape: Shape, v: &Value) -> [u8; 8] {
    let word = match (shape.float, shape.width) {
        (true, 4) => (v.to_float() as f32).to_bits() as u64,
        (true, _) => v.to_float().to_bits(),
        (false, _) => v.to_int() as u64,
    };
    if shape.big { (word << (64 - 8 * u32::from(shape.width))).to_be_bytes() } else { word.to_le_bytes() }
}

/// One code of pack()'s format.
#[derive(Clone, Copy)]
struct Item {
    code: u8,
    shape: Shape,
    n: Count,
}

/// pack()'s format.
struct Format {
    items: Vec<Item>,
    /// Arguments taken and bytes made, where neither depends on the arguments.
    fixed: Option<(usize, usize)>,
}

impl Format {
    fn parse(f: &[u8]) -> Format {
        let mut items = Vec::new();
        let mut fixed = Some((0usize, 0usize));
        let mut i = 0;
        while i < f.len() {
            let code = f[i];
            i += 1;
            let item = Item { code, shape: SHAPES[code as usize], n: count(f, &mut i) };
            let many = match item.n {
                Count::None => Some(1),
                Count::Of(n) => Some(n),
                Count::All => None,
            };
            fixed = match (fixed, many, code) {
                (Some((args, len)), Some(many), _) if item.shape.width > 0 => {
                    let bytes = many.saturating_mul(item.shape.width.into());
                    Some((args.saturating_add(many), len.saturating_add(bytes)))
                }
                (Some((args, len)), Some(many), b'a' | b'A' | b'Z') => {
                    Some((args + 1, len.saturating_add(many)))
                }
                (Some((args, len)), Some(many), b'x') => Some((args, len.saturating_add(many))),
                _ => None,
            };
            items.push(item);
        }
        Format { items, fixed }
    }

    /// The text of these arguments, put together in its place; `None` where that is no plain matter.
    fn plain(&self, values: &[Value]) -> Option<Str> {
        let (args, len) =
            self.fixed.filter(|(args, len)| *args == values.len() && *len <= i32::MAX as usize)?;
        let mut next = 0;
        for item in &self.items {
            match item.code {
                b'x' => {}
                b'a' | b'A' | b'Z' => {
                    values[next].as_str()?;
                    next += 1;
                }
                _ => next += if let Count::Of(n) = item.n { n } else { 1 },
            }
        }
        debug_assert!(next == args);
        let mut rest = values.iter();
        Str::compose(len, |room| {
            for item in &self.items {
                let many = if let Count::Of(n) = item.n { n } else { 1 };
                match item.code {
                    b'x' => room.pad(0, many),
                    code @ (b'a' | b'A' | b'Z') => {
                        let text = rest.next().and_then(Value::as_str).map_or(&b""[..], Str::as_bytes);
                        let most = if code == b'Z' { many.saturating_sub(1) } else { many };
                        let text = &text[..text.len().min(most)];
                        room.put(text);
                        room.pad(if code == b'A' { b' ' } else { 0 }, many - text.len());
                    }
                    _ => {
                        for v in rest.by_ref().take(many) {
                            room.put(&bytes_of(item.shape, v)[..usize::from(item.shape.width)]);
                        }
                    }
                }
            }
        })
    }
}

/// Formats of the source that were read lately, at places that follow from where they are: one is mostly the same string as
/// the last time.
pub struct Read<T>(RefCell<[Option<(Box<[u8]>, Rc<T>)>; 8]>);

impl<T> Default for Read<T> {
    fn default() -> Read<T> {
        Read(RefCell::default())
    }
}

impl<T> Read<T> {
    /// What a format says.
    #[inline]
    fn get(&self, format: &Str, read: impl FnOnce(&[u8]) -> T) -> Rc<T> {
        if format.as_value().refcount() > 0 {
            // Put together by the program: it may be another one the next time.
            return Rc::new(read(format));
        }
        let mut known = self.0.borrow_mut();
        let place = &mut known[format.as_ptr().addr() / 16 % 8];
        match place {
            Some((text, known)) if **text == **format => known.clone(),
            _ => place.insert((format.as_bytes().into(), Rc::new(read(format)))).1.clone(),
        }
    }
    /// Forgets them.
    pub fn clear(&self) {
        self.0.take();
    }
}

/// Formats that pack() and unpack() have read.
#[derive(Default)]
pub struct Formats {
    pack: Read<Format>,
    unpack: Read<Vec<Field>>,
}

impl Formats {
    /// Forgets them: the keys of their fields are strings of the request.
    pub fn clear(&self) {
        self.pack.clear();
        self.unpack.clear();
    }
}

#[php_function("pack(string $format, mixed ...$values): string")]
fn pack(ctx: &mut Ctx, format: &Str, values: Rest) -> R<Value> {
    let format = ctx.globals::<Globals>().formats.pack.get(format, Format::parse);
    match format.plain(&values) {
        Some(s) => Ok(s.into()),
        None => Ok(pack_any(ctx, &format.items, values)?.into()),
    }
}

fn pack_any(ctx: &mut Ctx, items: &[Item], values: Rest) -> R<Buffer> {
    let mut plan: Vec<(Item, usize)> = Vec::with_capacity(items.len());
    let mut next = 0;
    for &Item { code, shape, mut n } in items {
        let shown = code as char;
        let first = next;
        match code {
            b'x' | b'X' | b'@' => {
                if n == Count::All {
                    ctx.warning(format!("Type {shown}: '*' ignored"))?;
                    n = Count::Of(1);
                }
            }
            b'a' | b'A' | b'Z' | b'h' | b'H' => {
                let Some(v) = values.0.get(next) else {
                    return Err(ctx.value_error(format!("Type {shown}: not enough arguments")));
                };
                next += 1;
                if n == Count::All {
                    // The text is made a string only once; its length decides.
                    let len = v.to_str(ctx)?.len();
                    n = Count::Of(len + (code == b'Z') as usize);
                }
            }
            _ if shape.width > 0 => {
                let many = match n {
                    Count::None => 1,
                    Count::Of(n) => n,
                    Count::All => values.0.len().saturating_sub(next),
                };
                n = Count::Of(many);
                next += many;
                if next > values.0.len() {
                    return Err(ctx.value_error(format!("Type {shown}: too few arguments")));
                }
            }
            c => {
                let text = String::from_utf8_lossy(&[c]).into_owned();
                return Err(ctx.value_error(format!("Type {text}: unknown format code")));
            }
        }
        plan.push((Item { code, shape, n }, first));
    }
    if next < values.0.len() {
        ctx.warning(format!("{} arguments unused", values.0.len() - next))?;
    }
    let mut out = Buffer::new();
    for (Item { code, shape, n }, first) in plan {
        let many = match n {
            Count::Of(n) => n,
            Count::None | Count::All => 1,
        };
        match code {
            b'a' | b'A' | b'Z' => {
                let v = values.0[first].to_str(ctx)?;
                let copied =
                    if code == b'Z' { v.len().min(many.saturating_sub(1)) } else { v.len().min(many) };
                out.extend_from_slice(&v[..copied]);
                out.pad(if code == b'A' { b' ' } else { 0 }, many - copied);
            }
            b'h' | b'H' => {
                let v = values.0[first].to_str(ctx)?;
                let mut many = if n == Count::None { 1 } else { many };
                if many > v.len() {
                    ctx.warning(format!("Type {}: not enough characters in string", code as char))?;
                    many = v.len();
                }
                for pair in v[..many].chunks(2) {
                    let mut byte = 0;
                    for (j, c) in pair.iter().enumerate() {
                        let digit = match (*c as char).to_digit(16) {
                            Some(d) => d as u8,
                            None => {
                                ctx.warning(format!(
                                    "Type {}: illegal hex digit {}",
                                    code as char, *c as char
                                ))?;
                                0
                            }
                        };
                        let high = (j == 0) == (code == b'H');
                        byte |= if high { digit << 4 } else { digit };
                    }
                    out.push(byte);
                }
            }
            b'x' => out.pad(0, many),
            b'X' => {
                if many > out.len() {
                    ctx.warning("Type X: outside of string")?;
                }
                let left = out.len().saturating_sub(many);
                out.truncate(left);
            }
            b'@' => out.resize(many, 0),
            _ => {
                for v in &values.0[first..first + many] {
                    out.extend_from_slice(&bytes_of(shape, v)[..usize::from(shape.width)]);
                }
            }
        }
    }
    Ok(out)
}

#[inline]
fn get_number(shape: Shape, b: &[u8]) -> Value {
    // The bytes as they lie, the first one lowest; then as a number of so many bytes.
    let low = match *b {
        [a] => u64::from(a),
        [a, b] => u64::from(u16::from_le_bytes([a, b])),
        [a, b, c, d] => u64::from(u32::from_le_bytes([a, b, c, d])),
        [a, b, c, d, e, f, g, h] => u64::from_le_bytes([a, b, c, d, e, f, g, h]),
        _ => 0,
    };
    let free = 64 - 8 * u32::from(shape.width);
    let raw = if shape.big { low.swap_bytes() >> free } else { low };
    match shape {
        Shape { float: true, width: 4, .. } => Value::float(f32::from_bits(raw as u32) as f64),
        Shape { float: true, .. } => Value::float(f64::from_bits(raw)),
        Shape { signed: true, .. } => Value::int(((raw << free) as i64) >> free),
        _ => Value::int(raw as i64),
    }
}

/// One field of unpack()'s format.
struct Field {
    code: u8,
    shape: Shape,
    n: Count,
    /// Its name, empty where it has none, and the names of its first elements where it has several.
    name: Str,
    numbered: Vec<Str>,
}

/// Elements of a field whose names are kept.
const NUMBERED: usize = 32;

impl Field {
    fn parse(f: &[u8]) -> Vec<Field> {
        let mut fields = Vec::new();
        let mut i = 0;
        while let Some(&code) = f.get(i) {
            i += 1;
            let n = count(f, &mut i);
            let name = f[i..].split(|c| *c == b'/').next().unwrap_or_default();
            i += name.len() + 1;
            let name = &name[..name.len().min(200)];
            let shape = SHAPES[code as usize];
            let mut field = Field { code, shape, n, name: Str::new(name), numbered: Vec::new() };
            if let Count::Of(many @ 2..) = n
                && shape.width > 0
                && !name.is_empty()
            {
                field.numbered = (1..=many.min(NUMBERED)).map(|k| field.numbered_name(k)).collect();
            }
            fields.push(field);
        }
        fields
    }

    fn numbered_name(&self, k: usize) -> Str {
        let mut key = Buffer::new();
        key.extend_from_slice(&self.name);
        key.push_int(k as i64);
        key.into()
    }

    /// Puts an element in: one a repetition for numbers; texts are one element whose size the count is.
    #[inline(always)]
    fn set(&self, out: &mut Map, index: Option<usize>, v: Value) {
        match index {
            Some(k) if !self.name.is_empty() => match self.numbered.get(k - 1) {
                Some(key) => out.insert_str(key, v),
                None => out.insert_str(&self.numbered_name(k), v),
            },
            None if !self.name.is_empty() => out.insert_str(&self.name, v),
            _ => out.insert(Key::Int(index.unwrap_or(1) as i64), v),
        }
    }
}

#[php_function("unpack(string $format, string $string, int $offset = 0): array|false")]
fn unpack(ctx: &mut Ctx, format: &Str, string: &[u8], offset: i64) -> R<Value> {
    let Some(input) = usize::try_from(offset).ok().and_then(|o| string.get(o..)) else {
        return Err(ctx.argument_value_error(3, "must be contained in argument #2 ($data)"));
    };
    let fields = ctx.globals::<Globals>().formats.unpack.get(format, Field::parse);
    let mut out = Map::with_capacity(fields.iter().map(|f| f.numbered.len().max(1)).sum());
    let mut at = 0usize;
    for field in fields.iter() {
        let Field { code, n, shape, .. } = *field;
        let shown = code as char;
        match code {
            b'X' => {
                let many = match n {
                    Count::All => {
                        ctx.warning(format!("Type {shown}: '*' ignored"))?;
                        1
                    }
                    Count::None => 1,
                    Count::Of(n) => n,
                };
                at = at.saturating_sub(many);
                continue;
            }
            b'@' => {
                let to = match n {
                    Count::Of(n) => n,
                    Count::None => 1,
                    Count::All => {
                        ctx.warning(format!("Type {shown}: '*' ignored"))?;
                        1
                    }
                };
                if to <= input.len() {
                    at = to;
                } else {
                    ctx.warning("Type @: outside of string")?;
                    at = input.len();
                }
                continue;
            }
            b'x' => {
                let many = match n {
                    Count::Of(n) => n,
                    Count::None => 1,
                    Count::All => {
                        ctx.warning(format!("Type {shown}: '*' ignored"))?;
                        1
                    }
                };
                if at + many > input.len() {
                    ctx.warning(format!(
                        "Type {shown}: not enough input values, need {many} values but only {} {} provided",
                        input.len() - at,
                        if input.len() - at == 1 { "was" } else { "were" }
                    ))?;
                    return Ok(Value::bool(false));
                }
                at += many;
                continue;
            }
            b'a' | b'A' | b'Z' | b'h' | b'H' => {
                let left = input.len() - at;
                let hex = matches!(code, b'h' | b'H');
                let need = match n {
                    Count::All => left,
                    Count::None => 1,
                    Count::Of(n) if hex => n.div_ceil(2),
                    Count::Of(n) => n,
                };
                if need > left {
                    ctx.warning(format!(
                        "Type {shown}: not enough input values, need {need} values but only {left} {} provided",
                        if left == 1 { "was" } else { "were" }
                    ))?;
                    return Ok(Value::bool(false));
                }
                let b = &input[at..at + need];
                let text: Cow<'_, [u8]> = match code {
                    b'a' => b.into(),
                    b'A' => {
                        let blank = |c: &u8| matches!(c, 0 | b' ' | b'\t' | b'\r' | b'\n');
                        let end = b.iter().rposition(|c| !blank(c)).map_or(0, |i| i + 1);
                        b[..end].into()
                    }
                    b'Z' => b[..b.iter().position(|c| *c == 0).unwrap_or(b.len())].into(),
                    _ => {
                        let nibbles = match n {
                            Count::Of(n) => n,
                            Count::None => 1,
                            Count::All => need * 2,
                        };
                        let digit = |i: usize| {
                            let c = b[i / 2];
                            let high = i.is_multiple_of(2) == (code == b'H');
                            char::from_digit(if high { c >> 4 } else { c & 15 } as u32, 16).unwrap_or('0')
                                as u8
                        };
                        (0..nibbles).map(digit).collect::<Cow<'_, [u8]>>()
                    }
                };
                field.set(&mut out, None, Value::str(text));
                at += need;
            }
            _ if shape.width > 0 => {
                let width = usize::from(shape.width);
                let indexed = !matches!(n, Count::None | Count::Of(1));
                let many = match n {
                    Count::None => 1,
                    Count::Of(n) => n,
                    Count::All => usize::MAX,
                };
                let mut k = 0;
                while k < many {
                    if at + width > input.len() {
                        if n == Count::All {
                            break;
                        }
                        let left = input.len() - at;
                        ctx.warning(format!(
                            "Type {shown}: not enough input values, need {width} values but only {left} {} provided",
                            if left == 1 { "was" } else { "were" }
                        ))?;
                        return Ok(Value::bool(false));
                    }
                    k += 1;
                    field.set(&mut out, indexed.then_some(k), get_number(shape, &input[at..at + width]));
                    at += width;
                }
            }
            c => {
                let text = String::from_utf8_lossy(&[c]).into_owned();
                return Err(ctx.value_error(format!("Invalid format type {text}")));
            }
        }
    }
    Ok(out.finish().into())
}
