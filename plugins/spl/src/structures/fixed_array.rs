//! SplFixedArray.

use crate::support::{is_overridden, load_members, throw, type_name};
use plugin_api::abi::prop_purpose;
use plugin_api::{
    Array, Ctx, Fetched, GcRoots, Handlers, Key, Kind, Known, Level, NativeIter, Object, PropMode, R, Slot,
    This, Value, php_class, php_methods,
};

/// An array of a fixed number of values under 0, 1, 2 ….
#[derive(Default, GcRoots)]
#[php_class(
    "class SplFixedArray implements IteratorAggregate, ArrayAccess, Countable, JsonSerializable",
    handlers(clone, count, get_iterator, read_dim, write_dim, has_dim, unset_dim, properties)
)]
pub struct SplFixedArray {
    items: Vec<Value>,
    /// While it is resized: the size that is asked for last.
    resizing: Option<usize>,
}

/// The index that an offset names.
fn index(ctx: &mut Ctx, offset: &Value) -> R<i64> {
    match offset.kind() {
        Kind::Int(i) => return Ok(i),
        Kind::Bool(b) => return Ok(b as i64),
        Kind::Float(d) => {
            let i = Ctx::float_to_int(d);
            if i as f64 != d {
                let shown = Ctx::format_float(d, -1);
                ctx.raise_plain(
                    Level::Deprecated,
                    format!("Implicit conversion from float {shown} to int loses precision"),
                )?;
            }
            return Ok(i);
        }
        Kind::Str(s) => {
            if let Key::Int(i) = Key::from(s) {
                return Ok(i);
            }
        }
        Kind::Resource(r) => {
            let id = r.id();
            ctx.raise_plain(
                Level::Warning,
                format!("Resource ID#{id} used as offset, casting to integer ({id})"),
            )?;
            return Ok(id);
        }
        _ => {}
    }
    let t = type_name(offset);
    Err(ctx.type_error(format!("Cannot access offset of type {t} on SplFixedArray")))
}

fn out_of_range(ctx: &mut Ctx) -> plugin_api::Throw {
    throw(ctx, "OutOfBoundsException", "Index invalid or out of range")
}

fn no_append(ctx: &mut Ctx) -> plugin_api::Throw {
    ctx.error("[] operator not supported for SplFixedArray")
}

fn get(this: &This<SplFixedArray>, ctx: &mut Ctx, offset: &Value) -> R<Value> {
    let i = index(ctx, offset)?;
    let found = usize::try_from(i).ok().and_then(|i| this.borrow(ctx).ok()?.items.get(i).cloned());
    found.ok_or_else(|| out_of_range(ctx))
}

fn put(this: &This<SplFixedArray>, ctx: &mut Ctx, offset: &Value, v: Value) -> R<()> {
    let i = index(ctx, offset)?;
    let old = {
        let mut p = this.borrow_mut(ctx)?;
        usize::try_from(i).ok().and_then(|i| p.items.get_mut(i)).map(|e| core::mem::replace(e, v))
    };
    if old.is_some() { Ok(()) } else { Err(out_of_range(ctx)) }
}

fn has(this: &This<SplFixedArray>, ctx: &mut Ctx, offset: &Value, not_empty: bool) -> R<bool> {
    let i = index(ctx, offset)?;
    let v = usize::try_from(i).ok().and_then(|i| this.borrow(ctx).ok()?.items.get(i).cloned());
    Ok(v.is_some_and(|v| if not_empty { v.to_bool() } else { !v.is_null() }))
}

impl Handlers for SplFixedArray {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let items = from.borrow(ctx)?.items.clone();
        to.borrow_mut(ctx)?.items = items;
        Ok(())
    }
    fn count(this: &This<Self>, ctx: &mut Ctx) -> R<Option<i64>> {
        if is_overridden(this.class(), "count") {
            return Ok(None);
        }
        Ok(Some(this.borrow(ctx)?.items.len() as i64))
    }
    fn get_iterator(
        this: &This<Self>,
        ctx: &mut Ctx,
        by_ref: bool,
    ) -> R<Box<dyn plugin_api::__private::ErasedIter>> {
        if by_ref {
            return Err(ctx.error("An iterator cannot be used with foreach by reference"));
        }
        Ok(Box::new(FixedIter { object: this.object().clone(), at: 0 }))
    }
    #[inline]
    fn len(payload: &Self) -> Option<usize> {
        Some(payload.items.len())
    }
    #[inline]
    fn element<'a>(payload: &'a Self, key: &Value) -> Known<'a> {
        match key.kind() {
            Kind::Int(i) => usize::try_from(i).ok().and_then(|i| payload.items.get(i)).into(),
            _ => Known::Unsure,
        }
    }
    #[inline]
    fn place<'a>(payload: &'a mut Self, key: &Value) -> Option<Slot<'a>> {
        let Kind::Int(i) = key.kind() else { return None };
        payload.items.get_mut(usize::try_from(i).ok()?).map(Slot::of)
    }
    fn read_dim(this: &This<Self>, ctx: &mut Ctx, key: Option<&Value>, mode: PropMode) -> R<Option<Value>> {
        let null = Value::NULL;
        if mode == PropMode::Isset && !Self::has_dim(this, ctx, key.unwrap_or(&null), false)? {
            return Ok(Some(Value::NULL));
        }
        if is_overridden(this.class(), "offsetget") {
            return Ok(Some(this.call(ctx, "offsetGet", &[key.cloned().unwrap_or_default()])?));
        }
        match key {
            Some(k) => Ok(Some(get(this, ctx, k)?)),
            None => Err(no_append(ctx)),
        }
    }
    fn write_dim(this: &This<Self>, ctx: &mut Ctx, key: Option<&Value>, value: &Value) -> R<()> {
        if is_overridden(this.class(), "offsetset") {
            let k = key.cloned().unwrap_or_default();
            return this.call(ctx, "offsetSet", &[k, value.clone()]).map(drop);
        }
        match key {
            Some(k) => put(this, ctx, k, value.dereferenced()),
            None => Err(no_append(ctx)),
        }
    }
    fn has_dim(this: &This<Self>, ctx: &mut Ctx, key: &Value, not_empty: bool) -> R<bool> {
        if is_overridden(this.class(), "offsetexists") {
            return Ok(this.call(ctx, "offsetExists", core::slice::from_ref(key))?.to_bool());
        }
        has(this, ctx, key, not_empty)
    }
    fn unset_dim(this: &This<Self>, ctx: &mut Ctx, key: &Value) -> R<()> {
        if is_overridden(this.class(), "offsetunset") {
            return this.call(ctx, "offsetUnset", core::slice::from_ref(key)).map(drop);
        }
        put(this, ctx, key, Value::NULL)
    }
    fn properties(this: &This<Self>, ctx: &mut Ctx, purpose: u32) -> R<Option<Array>> {
        if purpose == prop_purpose::SERIALIZE {
            return Ok(None);
        }
        let own = this.properties(ctx)?;
        if purpose == prop_purpose::OBJECT_VARS {
            return Ok(Some(own));
        }
        let mut out = Array::list(this.borrow(ctx)?.items.iter().cloned());
        for (k, v) in own.entries() {
            out.set(k, v.clone());
        }
        Ok(Some(out))
    }
}

#[derive(GcRoots)]
struct FixedIter {
    object: Object,
    at: i64,
}

impl FixedIter {
    fn this(&self, ctx: &mut Ctx) -> R<&This<SplFixedArray>> {
        This::<SplFixedArray>::of(&self.object).ok_or_else(|| ctx.error("not a fixed array"))
    }
}

impl NativeIter for FixedIter {
    fn rewind(&mut self, _: &mut Ctx) -> R<()> {
        self.at = 0;
        Ok(())
    }
    fn valid(&mut self, ctx: &mut Ctx) -> R<bool> {
        Ok(self.at < self.this(ctx)?.borrow(ctx)?.items.len() as i64)
    }
    fn current(&mut self, ctx: &mut Ctx) -> R<Value> {
        let at = Value::int(self.at);
        get(self.this(ctx)?, ctx, &at)
    }
    fn key(&mut self, _: &mut Ctx) -> R<Value> {
        Ok(Value::int(self.at))
    }
    fn next(&mut self, _: &mut Ctx) -> R<()> {
        self.at += 1;
        Ok(())
    }
    fn fetch(&mut self, ctx: &mut Ctx, advance: bool, to: &mut Fetched<'_>) -> R<bool> {
        self.at += advance as i64;
        let at = self.at as usize;
        let p = self.this(ctx)?.borrow(ctx)?;
        let Some(v) = p.items.get(at) else { return Ok(false) };
        if to.wants_value() {
            to.value(v.clone());
        }
        to.key(Value::int(self.at));
        Ok(true)
    }
}

/// Room for `n` values, or PHP's error when memory does not allow it.
fn reserve(ctx: &mut Ctx, items: &mut Vec<Value>, n: usize) -> R<()> {
    let bytes = n.checked_mul(size_of::<Value>());
    let (limit, used) = (ctx.memory(4), ctx.memory(0));
    if let Some(bytes) = bytes
        && (limit == 0 || limit == usize::MAX || bytes < limit.saturating_sub(used))
        && items.try_reserve_exact(n.saturating_sub(items.len())).is_ok()
    {
        return Ok(());
    }
    Err(ctx.fatal(match bytes {
        Some(bytes) => {
            format!("Allowed memory size of {limit} bytes exhausted (tried to allocate {bytes} bytes)")
        }
        None => format!("Possible integer overflow in memory allocation ({n} * {} + 0)", size_of::<Value>()),
    }))
}

fn size(ctx: &mut Ctx, n: i64) -> R<usize> {
    usize::try_from(n).map_err(|_| ctx.argument_value_error(1, "must be greater than or equal to 0"))
}

fn resize(this: &This<SplFixedArray>, ctx: &mut Ctx, wanted: usize) -> R<()> {
    let mut n = wanted;
    loop {
        let mut p = this.borrow_mut(ctx)?;
        if n == p.items.len() {
            return Ok(());
        }
        if p.resizing.is_some() {
            p.resizing = Some(n);
            return Ok(());
        }
        if n > p.items.len() {
            let mut items = core::mem::take(&mut p.items);
            drop(p);
            let r = reserve(ctx, &mut items, n);
            if r.is_ok() {
                items.resize_with(n, Value::default);
            }
            this.borrow_mut(ctx)?.items = items;
            return r;
        }
        // Destructors may resize it again: the last one counts.
        p.resizing = Some(n);
        let gone = p.items.split_off(n);
        drop(p);
        drop(gone);
        let last = this.borrow_mut(ctx)?.resizing.take();
        match last {
            Some(last) if last != n => n = last,
            _ => return Ok(()),
        }
    }
}

#[php_methods]
impl SplFixedArray {
    #[php("public function __construct(int $size = 0)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, size: i64) -> R<()> {
        let n = self::size(ctx, size)?;
        if !this.borrow(ctx)?.items.is_empty() {
            return Ok(());
        }
        resize(this, ctx, n)
    }
    #[php(
        "public function __wakeup(): ~void",
        deprecated = "#[\\Deprecated(since: '8.4', message: 'this method is obsolete, as serialization hooks are provided by __unserialize() and __serialize()')]"
    )]
    fn wakeup(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        if !this.borrow(ctx)?.items.is_empty() {
            return Ok(());
        }
        let own = this.properties(ctx)?;
        let items: Vec<Value> = own.values().cloned().collect();
        this.borrow_mut(ctx)?.items = items;
        while let Some(at) = this.table_next(0) {
            drop(this.table_remove(at));
        }
        Ok(())
    }
    #[php("public function __serialize(): array")]
    fn serialize(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let own = this.properties(ctx)?;
        let mut out = Array::list(this.borrow(ctx)?.items.iter().cloned());
        for (k, v) in own.entries() {
            if let Key::Str(_) = k {
                out.set(k, v.clone());
            }
        }
        Ok(out)
    }
    #[php("public function __unserialize(array $data): void")]
    fn unserialize(this: &This<Self>, ctx: &mut Ctx, data: &Array) -> R<()> {
        if !this.borrow(ctx)?.items.is_empty() {
            return Ok(());
        }
        let (mut items, mut members) = (Vec::new(), Array::new());
        for (k, v) in data.entries() {
            match k {
                Key::Int(_) => items.push(v.dereferenced()),
                k => members.set(k, v.clone()),
            }
        }
        this.borrow_mut(ctx)?.items = items;
        load_members(ctx, this, &members)
    }
    #[php("public function count(): ~int")]
    fn count(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(this.borrow(ctx)?.items.len() as i64)
    }
    #[php("public function toArray(): ~array")]
    fn to_array(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        Ok(Array::list(this.borrow(ctx)?.items.iter().cloned()))
    }
    #[php("public static function fromArray(array $array, bool $preserveKeys = true): ~SplFixedArray")]
    fn from_array(ctx: &mut Ctx, array: &Array, preserve_keys: Option<bool>) -> R<Object> {
        let mut items = Vec::new();
        if preserve_keys.unwrap_or(true) {
            let mut max = -1;
            for k in array.keys() {
                match k {
                    Key::Int(i) if i >= 0 => max = i.max(max),
                    _ => {
                        let message = "array must contain only positive integer keys";
                        return Err(throw(ctx, "InvalidArgumentException", message));
                    }
                }
            }
            let Some(n) = max.checked_add(1) else {
                return Err(throw(ctx, "InvalidArgumentException", "integer overflow detected"));
            };
            let n = n as usize;
            reserve(ctx, &mut items, n)?;
            items.resize_with(n, Value::default);
            for (k, v) in array.iter() {
                if let Key::Int(i) = k {
                    items[i as usize] = v.clone();
                }
            }
        } else {
            items.extend(array.values().cloned());
        }
        This::<SplFixedArray>::create(ctx, SplFixedArray { items, resizing: None })
    }
    #[php("public function getSize(): ~int")]
    fn get_size(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(this.borrow(ctx)?.items.len() as i64)
    }
    #[php("public function setSize(int $size): ~true")]
    fn set_size(this: &This<Self>, ctx: &mut Ctx, size: i64) -> R<bool> {
        let n = self::size(ctx, size)?;
        resize(this, ctx, n)?;
        Ok(true)
    }
    #[php("public function offsetExists($index): ~bool")]
    fn offset_exists(this: &This<Self>, ctx: &mut Ctx, index: &Value) -> R<bool> {
        has(this, ctx, index, false)
    }
    #[php("public function offsetGet($index): ~mixed")]
    fn offset_get(this: &This<Self>, ctx: &mut Ctx, index: &Value) -> R<Value> {
        get(this, ctx, index)
    }
    #[php("public function offsetSet($index, mixed $value): ~void")]
    fn offset_set(this: &This<Self>, ctx: &mut Ctx, index: &Value, value: &Value) -> R<()> {
        put(this, ctx, index, value.clone())
    }
    #[php("public function offsetUnset($index): ~void")]
    fn offset_unset(this: &This<Self>, ctx: &mut Ctx, index: &Value) -> R<()> {
        put(this, ctx, index, Value::NULL)
    }
    #[php("public function getIterator(): Iterator")]
    fn get_iterator_object(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Value::iterator_object(ctx, FixedIter { object: this.object().clone(), at: 0 })
    }
    #[php("public function jsonSerialize(): array")]
    fn json_serialize(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        Ok(Array::list(this.borrow(ctx)?.items.iter().cloned()))
    }
}
