//! ArrayObject, ArrayIterator and RecursiveArrayIterator.

pub mod access;
mod methods;
pub mod storage;

use crate::support::is_overridden;
use access::{has_dim, is_element, read_dim, unset_dim, write_dim};
use plugin_api::abi::prop_purpose;
use plugin_api::{
    Args, Array, Class, Comparison, Ctx, Fetched, GcRoots, Handlers, Known, NativeIter, Object, PropMode, R,
    Slot, Str, This, Value, php_class, php_methods,
};
use storage::{CHILD_ARRAYS_ONLY, Source, Storage, with};

/// An array, or an object's properties, as an object.
#[derive(Default, GcRoots)]
#[php_class(
    "class ArrayObject implements IteratorAggregate, ArrayAccess, Serializable, Countable",
    "public const int STD_PROP_LIST = 1",
    "public const int ARRAY_AS_PROPS = 2",
    handlers(
        clone, compare, count, properties, read_dim, write_dim, has_dim, unset_dim, read_prop, write_prop,
        has_prop, unset_prop
    )
)]
pub struct ArrayObject {
    /// Elements.
    pub s: Storage,
}

/// Iterates over an array or an object's properties, which it can change.
#[derive(Default, GcRoots)]
#[php_class(
    "class ArrayIterator implements SeekableIterator, ArrayAccess, Serializable, Countable",
    "public const int STD_PROP_LIST = 1",
    "public const int ARRAY_AS_PROPS = 2",
    handlers(
        clone,
        compare,
        count,
        properties,
        read_dim,
        write_dim,
        has_dim,
        unset_dim,
        read_prop,
        write_prop,
        has_prop,
        unset_prop,
        get_iterator
    )
)]
pub struct ArrayIterator {
    /// Elements.
    pub s: Storage,
}

/// An ArrayIterator whose arrays and objects have children.
#[php_class(
    "class RecursiveArrayIterator extends ArrayIterator implements RecursiveIterator",
    "public const int CHILD_ARRAYS_ONLY = 4",
    payload = ArrayIterator
)]
pub struct RecursiveArrayIterator;

fn compare(ctx: &mut Ctx, a: &Value, b: &Value) -> R<Comparison> {
    let (Some(x), Some(y)) = (a.as_object(), b.as_object()) else {
        // Beside a value that is no object it is one like any other: greater, but not than true.
        return Ok(match (a.as_object(), b.kind()) {
            (Some(_), plugin_api::Kind::Bool(true)) => Comparison::Equal,
            (Some(_), _) => Comparison::Greater,
            (None, _) if matches!(a.kind(), plugin_api::Kind::Bool(true)) => Comparison::Equal,
            (None, _) => Comparison::Less,
        });
    };
    if !storage::is_either(x) || !storage::is_either(y) {
        return Ok(Comparison::Uncomparable);
    }
    let (t, u) = (storage::table(x, ctx)?, storage::table(y, ctx)?);
    let (p, q) = (Value::from(t.copy(ctx)?), Value::from(u.copy(ctx)?));
    let order = p.compare(&q);
    ctx.pending()?;
    let order = match order {
        0 => x.compare_plain(ctx, y)?,
        n => Some(n),
    };
    Ok(match order {
        Some(0) => Comparison::Equal,
        Some(n) if n < 0 => Comparison::Less,
        Some(_) => Comparison::Greater,
        None => Comparison::Uncomparable,
    })
}

/// The handlers that both classes share.
macro_rules! shared_handlers {
    () => {
        fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
            methods::clone(from, to, ctx)
        }
        fn compare(ctx: &mut Ctx, a: &Value, b: &Value) -> R<Comparison> {
            compare(ctx, a, b)
        }
        fn properties(this: &This<Self>, ctx: &mut Ctx, purpose: u32) -> R<Option<Array>> {
            let plain = with(this, ctx, |s| s.flags)? & storage::STD_PROP_LIST != 0;
            let elements =
                matches!(purpose, prop_purpose::ARRAY_CAST | prop_purpose::VAR_EXPORT | prop_purpose::JSON);
            if plain || !elements {
                return Ok(None);
            }
            storage::table(this, ctx)?.copy(ctx).map(Some)
        }
        #[inline]
        fn len(payload: &Self) -> Option<usize> {
            payload.s.known_len()
        }
        #[inline]
        fn element<'a>(payload: &'a Self, key: &Value) -> Known<'a> {
            payload.s.element(key)
        }
        #[inline]
        fn place<'a>(payload: &'a mut Self, key: &Value) -> Option<Slot<'a>> {
            payload.s.place(key)
        }
        fn read_dim(
            this: &This<Self>,
            ctx: &mut Ctx,
            key: Option<&Value>,
            mode: PropMode,
        ) -> R<Option<Value>> {
            read_dim(this, ctx, key, mode).map(Some)
        }
        fn write_dim(this: &This<Self>, ctx: &mut Ctx, key: Option<&Value>, value: &Value) -> R<()> {
            write_dim(this, ctx, key, value)
        }
        fn has_dim(this: &This<Self>, ctx: &mut Ctx, key: &Value, not_empty: bool) -> R<bool> {
            has_dim(this, ctx, key, not_empty)
        }
        fn count(this: &This<Self>, ctx: &mut Ctx) -> R<Option<i64>> {
            if is_overridden(this.class(), "count") {
                return Ok(None);
            }
            storage::table(this, ctx)?.count(ctx).map(Some)
        }
        fn unset_dim(this: &This<Self>, ctx: &mut Ctx, key: &Value) -> R<()> {
            unset_dim(this, ctx, key)
        }
        fn read_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, mode: PropMode) -> R<Option<Value>> {
            if !is_element(this, ctx, name)? {
                return Ok(None);
            }
            read_dim(this, ctx, Some(name.as_value()), mode).map(Some)
        }
        fn write_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, value: &Value) -> R<bool> {
            if !is_element(this, ctx, name)? {
                return Ok(false);
            }
            write_dim(this, ctx, Some(name.as_value()), value)?;
            Ok(true)
        }
        fn has_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, mode: u32) -> R<Option<bool>> {
            if !is_element(this, ctx, name)? {
                return Ok(None);
            }
            if mode == 2 {
                return access::has_any(this, ctx, name.as_value()).map(Some);
            }
            has_dim(this, ctx, name.as_value(), mode == 1).map(Some)
        }
        fn unset_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str) -> R<bool> {
            if !is_element(this, ctx, name)? {
                return Ok(false);
            }
            unset_dim(this, ctx, name.as_value())?;
            Ok(true)
        }
    };
}

impl Handlers for ArrayObject {
    shared_handlers!();
}

impl Handlers for ArrayIterator {
    shared_handlers!();
    fn get_iterator(
        this: &This<Self>,
        _: &mut Ctx,
        by_ref: bool,
    ) -> R<Box<dyn plugin_api::__private::ErasedIter>> {
        Ok(Box::new(ElementIter { object: this.object().clone(), by_ref }))
    }
}

/// What foreach walks: the position is the object's own.
#[derive(GcRoots)]
struct ElementIter {
    object: Object,
    by_ref: bool,
}

impl NativeIter for ElementIter {
    fn rewind(&mut self, ctx: &mut Ctx) -> R<()> {
        storage::rewind(&self.object, ctx)
    }
    fn valid(&mut self, ctx: &mut Ctx) -> R<bool> {
        storage::valid(&self.object, ctx)
    }
    fn current(&mut self, ctx: &mut Ctx) -> R<Value> {
        if self.by_ref {
            return storage::current_reference(&self.object, ctx);
        }
        Ok(storage::current(&self.object, ctx)?.map_or(Value::NULL, |v| v.dereferenced()))
    }
    fn key(&mut self, ctx: &mut Ctx) -> R<Value> {
        storage::key(&self.object, ctx)
    }
    fn next(&mut self, ctx: &mut Ctx) -> R<()> {
        storage::next(&self.object, ctx).map(drop)
    }
    fn fetch(&mut self, ctx: &mut Ctx, advance: bool, to: &mut Fetched<'_>) -> R<bool> {
        if !self.by_ref
            && let Some(yes) = storage::fetch(&self.object, advance, to)
        {
            return Ok(yes);
        }
        if advance {
            self.next(ctx)?;
        }
        if !self.valid(ctx)? {
            return Ok(false);
        }
        to.fill(ctx, self, Self::current, Self::key)
    }
}

/// The methods that both classes have, and those of one of them: the constructor in front of them, the rest behind.
macro_rules! class_methods {
    ($class:ident { $($first:tt)* } { $($own:tt)* }) => {
        #[php_methods]
        impl $class {
            $($first)*
            #[php("public function offsetExists(mixed $key): ~bool")]
            fn offset_exists(this: &Object, ctx: &mut Ctx, key: &Value) -> R<bool> {
                access::exists(this, ctx, key)
            }
            #[php("public function offsetGet(mixed $key): ~mixed")]
            fn offset_get(this: &Object, ctx: &mut Ctx, key: &Value) -> R<Value> {
                access::get(this, ctx, Some(key), PropMode::Read)
            }
            #[php("public function offsetSet(mixed $key, mixed $value): ~void")]
            fn offset_set(this: &Object, ctx: &mut Ctx, key: &Value, value: &Value) -> R<()> {
                access::set(this, ctx, Some(key), value)
            }
            #[php("public function offsetUnset(mixed $key): ~void")]
            fn offset_unset(this: &Object, ctx: &mut Ctx, key: &Value) -> R<()> {
                access::unset(this, ctx, key)
            }
            #[php("public function append(mixed $value): ~void")]
            fn append(this: &Object, ctx: &mut Ctx, value: &Value) -> R<()> {
                methods::append(this, ctx, value)
            }
            #[php("public function getArrayCopy(): ~array")]
            fn get_array_copy(this: &Object, ctx: &mut Ctx) -> R<Array> {
                storage::table(this, ctx)?.copy(ctx)
            }
            #[php("public function count(): ~int")]
            fn count(this: &Object, ctx: &mut Ctx) -> R<i64> {
                storage::table(this, ctx)?.count(ctx)
            }
            #[php("public function getFlags(): ~int")]
            fn get_flags(this: &Object, ctx: &mut Ctx) -> R<i64> {
                with(this, ctx, |s| s.flags)
            }
            #[php("public function setFlags(int $flags): ~void")]
            fn set_flags(this: &Object, ctx: &mut Ctx, flags: i64) -> R<()> {
                with(this, ctx, |s| s.flags = flags & !storage::INTERNAL)
            }
            #[php("public function asort(int $flags = SORT_REGULAR): ~true")]
            fn asort(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
                methods::sort(this, ctx, args, "asort")
            }
            #[php("public function ksort(int $flags = SORT_REGULAR): ~true")]
            fn ksort(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
                methods::sort(this, ctx, args, "ksort")
            }
            #[php("public function uasort(callable $callback): ~true")]
            fn uasort(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
                methods::sort(this, ctx, args, "uasort")
            }
            #[php("public function uksort(callable $callback): ~true")]
            fn uksort(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
                methods::sort(this, ctx, args, "uksort")
            }
            #[php("public function natsort(): ~true")]
            fn natsort(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
                methods::sort(this, ctx, args, "natsort")
            }
            #[php("public function natcasesort(): ~true")]
            fn natcasesort(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
                methods::sort(this, ctx, args, "natcasesort")
            }
            #[php("public function unserialize(string $data): ~void")]
            fn unserialize(this: &Object, ctx: &mut Ctx, data: &[u8]) -> R<()> {
                methods::unserialize(this, ctx, data)
            }
            #[php("public function serialize(): ~string")]
            fn serialize(this: &Object, ctx: &mut Ctx) -> R<Str> {
                methods::serialize(this, ctx)
            }
            #[php("public function __serialize(): ~array")]
            fn serialize_array(this: &Object, ctx: &mut Ctx) -> R<Array> {
                methods::serialize_array(this, ctx)
            }
            #[php("public function __unserialize(array $data): ~void")]
            fn unserialize_array(this: &Object, ctx: &mut Ctx, data: &Array) -> R<()> {
                methods::unserialize_array(this, ctx, data)
            }
            $($own)*
            #[php("public function __debugInfo(): ~array")]
            fn debug_info(this: &Object, ctx: &mut Ctx) -> R<Array> {
                methods::debug_info(this, ctx)
            }
        }
    };
}

class_methods! { ArrayObject {
    #[php(
        "public function __construct(object|array $array = [], int $flags = 0, string $iteratorClass = ArrayIterator::class)"
    )]
    fn construct(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<()> {
        if args.is_empty() {
            return Ok(());
        }
        if let Some(name) = args.get(2).and_then(Value::as_str) {
            let class = methods::iterator_class(ctx, name, 3)?;
            with(this, ctx, |s| s.iterator_class = Some(class))?;
        }
        methods::construct(this, ctx, args)
    }
} {
    #[php("public function getIterator(): ~Iterator")]
    fn get_iterator(this: &Object, ctx: &mut Ctx) -> R<Object> {
        let class = match with(this, ctx, |s| s.iterator_class)? {
            Some(c) => c,
            None => Class::of::<ArrayIterator>(ctx)?,
        };
        let flags = with(this, ctx, |s| s.flags)?;
        let it = class.instantiate_raw(ctx)?;
        with(&it, ctx, |s| {
            s.source = Source::Other(this.clone());
            s.flags = flags;
        })?;
        Ok(it)
    }
    #[php("public function exchangeArray(object|array $array): ~array")]
    fn exchange_array(this: &Object, ctx: &mut Ctx, array: &Value) -> R<Array> {
        access::unsorted(this, ctx)?;
        let old = storage::table(this, ctx)?.copy(ctx)?;
        methods::set_source(this, ctx, array, None)?;
        Ok(old)
    }
    #[php("public function setIteratorClass(string $iteratorClass): ~void")]
    fn set_iterator_class(this: &Object, ctx: &mut Ctx, class: &Str) -> R<()> {
        let class = methods::iterator_class(ctx, class, 1)?;
        with(this, ctx, |s| s.iterator_class = Some(class))
    }
    #[php("public function getIteratorClass(): ~string")]
    fn get_iterator_class(this: &Object, ctx: &mut Ctx) -> R<Str> {
        Ok(match with(this, ctx, |s| s.iterator_class)? {
            Some(c) => c.name(),
            None => Str::from("ArrayIterator"),
        })
    }
} }

class_methods! { ArrayIterator {
    #[php("public function __construct(object|array $array = [], int $flags = 0)")]
    fn construct(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<()> {
        if args.is_empty() { Ok(()) } else { methods::construct(this, ctx, args) }
    }
} {
    #[php("public function rewind(): ~void")]
    fn rewind(this: &Object, ctx: &mut Ctx) -> R<()> {
        storage::rewind(this, ctx)
    }
    #[php("public function current(): ~mixed")]
    fn current(this: &Object, ctx: &mut Ctx) -> R<Value> {
        Ok(storage::current(this, ctx)?.map_or(Value::NULL, |v| v.dereferenced()))
    }
    #[php("public function key(): ~string|int|null")]
    fn key(this: &Object, ctx: &mut Ctx) -> R<Value> {
        storage::key(this, ctx)
    }
    #[php("public function next(): ~void")]
    fn next(this: &Object, ctx: &mut Ctx) -> R<()> {
        storage::next(this, ctx).map(drop)
    }
    #[php("public function valid(): ~bool")]
    fn valid(this: &Object, ctx: &mut Ctx) -> R<bool> {
        storage::valid(this, ctx)
    }
    #[php("public function seek(int $offset): ~void")]
    fn seek(this: &Object, ctx: &mut Ctx, offset: i64) -> R<()> {
        if offset >= 0 {
            storage::rewind(this, ctx)?;
            let mut more = storage::valid(this, ctx)?;
            for _ in 0..offset {
                if !more {
                    break;
                }
                more = storage::next(this, ctx)?;
            }
            if more {
                return Ok(());
            }
        }
        let message = format!("Seek position {offset} is out of range");
        Err(crate::support::throw(ctx, "OutOfBoundsException", message))
    }
} }

#[php_methods]
impl RecursiveArrayIterator {
    #[php("public function hasChildren(): ~bool")]
    fn has_children(this: &Object, ctx: &mut Ctx) -> R<bool> {
        let v = storage::current(this, ctx)?;
        let flags = with(this, ctx, |s| s.flags)?;
        Ok(v.is_some_and(|v| {
            v.as_array().is_some() || v.as_object().is_some() && flags & CHILD_ARRAYS_ONLY == 0
        }))
    }
    #[php("public function getChildren(): ~?RecursiveArrayIterator")]
    fn get_children(this: &Object, ctx: &mut Ctx) -> R<Value> {
        let v = storage::current(this, ctx)?;
        let flags = with(this, ctx, |s| s.flags)?;
        let Some(v) = v.map(|v| v.dereferenced()) else { return Ok(Value::NULL) };
        if let Some(o) = v.as_object() {
            if flags & CHILD_ARRAYS_ONLY != 0 {
                return Ok(Value::NULL);
            }
            if o.instance_of(this.class()) {
                return Ok(v);
            }
        }
        Ok(this.class().instantiate(ctx, &[v, Value::int(flags)])?.into())
    }
}
