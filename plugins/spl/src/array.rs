//! ArrayIterator over an array or an object's public properties.

use plugin_api::{Array, Ctx, GcRoots, Handlers, Key, Kind, R, This, Value, php_class, php_methods};

/// Iterates over a copy of an array, which it can change.
#[derive(Default, GcRoots)]
#[php_class(
    "class ArrayIterator implements SeekableIterator, ArrayAccess, Countable",
    "const int STD_PROP_LIST = 1",
    "const int ARRAY_AS_PROPS = 2",
    handlers(clone, count)
)]
pub struct ArrayIterator {
    array: Array,
    pos: u32,
    flags: i64,
}

impl Handlers for ArrayIterator {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let copy = {
            let p = from.borrow(ctx)?;
            ArrayIterator { array: p.array.clone(), pos: p.pos, flags: p.flags }
        };
        *to.borrow_mut(ctx)? = copy;
        Ok(())
    }
    fn count(this: &This<Self>, ctx: &mut Ctx) -> R<Option<i64>> {
        // A subclass that counts otherwise is asked by its method.
        if this.class().method_class("count").is_some_and(|c| &*c.name() != b"ArrayIterator") {
            return Ok(None);
        }
        Ok(Some(this.borrow(ctx)?.array.len() as i64))
    }
}

fn offset_error(ctx: &mut Ctx, k: &Value, word: &str) -> plugin_api::Throw {
    let t = k.value_name();
    ctx.type_error(format!("Cannot access offset of type {t} {word}"))
}

#[php_methods]
impl ArrayIterator {
    #[php("public function __construct(array|object $array = [], int $flags = 0)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, array: Option<&Value>, flags: i64) -> R<()> {
        let a = match array.map(Value::kind) {
            Some(Kind::Array(a)) => a.clone(),
            Some(Kind::Object(o)) => match This::<ArrayIterator>::of(o) {
                Some(other) => other.borrow(ctx)?.array.clone(),
                None => o.visible_vars(ctx)?,
            },
            _ => Array::new(),
        };
        let mut p = this.borrow_mut(ctx)?;
        (p.array, p.pos, p.flags) = (a, 0, flags);
        Ok(())
    }
    #[php("public function offsetExists(mixed $key): ~bool")]
    fn offset_exists(this: &This<Self>, ctx: &mut Ctx, key: &Value) -> R<bool> {
        Ok(this.borrow(ctx)?.array.get_offset(key).is_some_and(|v| !v.is_null()))
    }
    #[php("public function offsetGet(mixed $key): ~mixed")]
    fn offset_get(this: &This<Self>, ctx: &mut Ctx, key: &Value) -> R<Value> {
        let v = this.borrow(ctx)?.array.get_offset(key).cloned();
        match v {
            Some(v) => Ok(v),
            None => {
                let text = match key.kind() {
                    Kind::Str(s) => format!("Undefined array key \"{}\"", s.lossy()),
                    Kind::Array(_) | Kind::Object(_) => {
                        return Err(offset_error(ctx, key, "on ArrayIterator"));
                    }
                    _ => format!("Undefined array key {}", key.to_int()),
                };
                ctx.raise_plain(plugin_api::Level::Warning, text)?;
                Ok(Value::NULL)
            }
        }
    }
    #[php("public function offsetSet(mixed $key, mixed $value): ~void")]
    fn offset_set(this: &This<Self>, ctx: &mut Ctx, key: &Value, value: &Value) -> R<()> {
        if key.is_null() {
            this.borrow_mut(ctx)?.array.push(value.clone());
            return Ok(());
        }
        let done = this.borrow_mut(ctx)?.array.set_offset(key, value.clone());
        if done { Ok(()) } else { Err(offset_error(ctx, key, "on ArrayIterator")) }
    }
    #[php("public function offsetUnset(mixed $key): ~void")]
    fn offset_unset(this: &This<Self>, ctx: &mut Ctx, key: &Value) -> R<()> {
        let gone = {
            let mut p = this.borrow_mut(ctx)?;
            match key.kind() {
                Kind::Int(i) => p.array.remove(i),
                Kind::Str(s) => p.array.remove(s),
                _ => None,
            }
        };
        // A destructor may come back to this object: nothing of it is borrowed any more.
        drop(gone);
        Ok(())
    }
    #[php("public function append(mixed $value): ~void")]
    fn append(this: &This<Self>, ctx: &mut Ctx, value: &Value) -> R<()> {
        this.borrow_mut(ctx)?.array.push(value.clone());
        Ok(())
    }
    #[php("public function getArrayCopy(): ~array")]
    fn get_array_copy(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        Ok(this.borrow(ctx)?.array.clone())
    }
    #[php("public function count(): ~int")]
    fn count(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(this.borrow(ctx)?.array.len() as i64)
    }
    #[php("public function getFlags(): ~int")]
    fn get_flags(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(this.borrow(ctx)?.flags)
    }
    #[php("public function setFlags(int $flags): ~void")]
    fn set_flags(this: &This<Self>, ctx: &mut Ctx, flags: i64) -> R<()> {
        this.borrow_mut(ctx)?.flags = flags;
        Ok(())
    }
    #[php("public function rewind(): ~void")]
    fn rewind(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        this.borrow_mut(ctx)?.pos = 0;
        Ok(())
    }
    #[php("public function current(): ~mixed")]
    fn current(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let p = this.borrow(ctx)?;
        Ok(p.array
            .next_live(p.pos)
            .and_then(|i| p.array.at(i))
            .map_or(Value::NULL, |(_, v)| v.dereferenced()))
    }
    #[php("public function key(): ~string|int|null")]
    fn key(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let p = this.borrow(ctx)?;
        Ok(p.array
            .next_live(p.pos)
            .and_then(|i| p.array.at(i))
            .map_or(Value::NULL, |(k, _)| Key::to_value(k)))
    }
    #[php("public function next(): ~void")]
    fn next(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let mut p = this.borrow_mut(ctx)?;
        p.pos = p.array.next_live(p.pos).map_or(p.array.end(), |i| i + 1);
        Ok(())
    }
    #[php("public function valid(): ~bool")]
    fn valid(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let p = this.borrow(ctx)?;
        Ok(p.array.next_live(p.pos).is_some())
    }
    #[php("public function seek(int $offset): ~void")]
    fn seek(this: &This<Self>, ctx: &mut Ctx, offset: i64) -> R<()> {
        let mut p = this.borrow_mut(ctx)?;
        let mut at = p.array.next_live(0);
        if offset >= 0 && (offset as usize) < p.array.len() {
            for _ in 0..offset {
                at = at.and_then(|i| p.array.next_live(i + 1));
            }
            if let Some(i) = at {
                p.pos = i;
                return Ok(());
            }
        }
        drop(p);
        Err(ctx.throw_named("OutOfBoundsException", format!("Seek position {offset} is out of range"), 0))
    }
    #[php("public function __serialize(): ~array")]
    fn serialize(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let p = this.borrow(ctx)?;
        Ok(Array::list([Value::int(p.flags), p.array.clone().into(), Array::new().into(), Value::NULL]))
    }
    #[php("public function __unserialize(array $data): ~void")]
    fn unserialize(this: &This<Self>, ctx: &mut Ctx, data: &Array) -> R<()> {
        let (Some(flags), Some(Kind::Array(a))) =
            (data.get_index(0).and_then(Value::as_int), data.get_index(1).map(Value::kind))
        else {
            return Err(ctx.throw_named(
                "UnexpectedValueException",
                "Incomplete or ill-typed serialization data",
                0,
            ));
        };
        let a = a.clone();
        let mut p = this.borrow_mut(ctx)?;
        (p.array, p.flags, p.pos) = (a, flags, 0);
        Ok(())
    }
    #[php("public function __debugInfo(): ~array")]
    fn debug_info(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let mut out = this.object().properties(ctx)?;
        out.set("\0ArrayIterator\0storage", this.borrow(ctx)?.array.clone());
        Ok(out)
    }
}

/// An ArrayIterator whose arrays and objects have children.
#[php_class(
    "class RecursiveArrayIterator extends ArrayIterator implements RecursiveIterator",
    "const int CHILD_ARRAYS_ONLY = 4",
    payload = ArrayIterator,
    handlers(clone, count),
)]
pub struct RecursiveArrayIterator;

impl Handlers for RecursiveArrayIterator {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let copy = {
            let p = from.borrow(ctx)?;
            ArrayIterator { array: p.array.clone(), pos: p.pos, flags: p.flags }
        };
        *to.borrow_mut(ctx)? = copy;
        Ok(())
    }
    fn count(_: &This<Self>, _: &mut Ctx) -> R<Option<i64>> {
        Ok(None)
    }
}

#[php_methods]
impl RecursiveArrayIterator {
    #[php("public function hasChildren(bool $allowLinks = false): ~bool")]
    fn has_children(this: &This<Self>, ctx: &mut Ctx, _links: bool) -> R<bool> {
        let p = this.borrow(ctx)?;
        let v = p.array.next_live(p.pos).and_then(|i| p.array.at(i)).map(|(_, v)| v.dereferenced());
        Ok(v.is_some_and(|v| v.as_array().is_some() || v.as_object().is_some() && p.flags & 4 == 0))
    }
    #[php("public function getChildren(): ~?RecursiveArrayIterator")]
    fn get_children(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let (v, flags) = {
            let p = this.borrow(ctx)?;
            (p.array.next_live(p.pos).and_then(|i| p.array.at(i)).map(|(_, v)| v.dereferenced()), p.flags)
        };
        match v {
            Some(v) if v.as_object().is_some_and(|o| o.instance_of(this.class())) => Ok(v),
            Some(v) => Ok(this.class().instantiate(ctx, &[v, Value::int(flags)])?.into()),
            None => Ok(Value::NULL),
        }
    }
}
