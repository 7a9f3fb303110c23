//! SplPriorityQueue.

use super::heap::{Heap, Held, Order, corrupted, usable};
use crate::support::{debug_info, is_overridden, throw};
use plugin_api::{Array, Ctx, GcRoots, Handlers, NativeIter, Object, R, This, Value, php_class, php_methods};

const DATA: i64 = 1;
const PRIORITY: i64 = 2;
const BOTH: i64 = 3;

#[derive(Clone, Default, GcRoots)]
struct Entry {
    data: Value,
    priority: Value,
}

impl Entry {
    fn extract(self, flags: i64) -> Value {
        match flags & BOTH {
            BOTH => {
                let mut a = Array::new();
                a.set("data", self.data);
                a.set("priority", self.priority);
                a.into()
            }
            PRIORITY => self.priority,
            _ => self.data,
        }
    }
}

/// Values with priorities, the highest first.
#[derive(GcRoots)]
#[php_class(
    "class SplPriorityQueue implements Iterator, Countable",
    "public const int EXTR_BOTH = 3",
    "public const int EXTR_PRIORITY = 2",
    "public const int EXTR_DATA = 1",
    handlers(clone, get_iterator)
)]
pub struct SplPriorityQueue {
    heap: Heap<Entry>,
    flags: i64,
}

impl Default for SplPriorityQueue {
    fn default() -> SplPriorityQueue {
        SplPriorityQueue { heap: Heap::default(), flags: DATA }
    }
}

impl Held<Entry> for This<SplPriorityQueue> {
    fn heap<U>(&self, ctx: &mut Ctx, f: impl FnOnce(&mut Heap<Entry>) -> U) -> R<U> {
        Ok(f(&mut self.borrow_mut(ctx)?.heap))
    }
    fn how(&self) -> Order {
        if is_overridden(self.class(), "compare") { Order::Method } else { Order::Greatest }
    }
    fn compared(e: &Entry) -> &Value {
        &e.priority
    }
    fn call_compare(&self, ctx: &mut Ctx, a: &Value, b: &Value) -> R<i64> {
        Ok(self.call(ctx, "compare", &[a.clone(), b.clone()])?.to_int())
    }
}

impl Handlers for SplPriorityQueue {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let copy = {
            let p = from.borrow(ctx)?;
            let heap =
                Heap { items: p.heap.items.clone(), corrupted: p.heap.corrupted, locked: p.heap.locked };
            SplPriorityQueue { heap, flags: p.flags }
        };
        *to.borrow_mut(ctx)? = copy;
        Ok(())
    }
    fn get_iterator(
        this: &This<Self>,
        ctx: &mut Ctx,
        by_ref: bool,
    ) -> R<Box<dyn plugin_api::__private::ErasedIter>> {
        if by_ref {
            return Err(ctx.error("An iterator cannot be used with foreach by reference"));
        }
        Ok(Box::new(QueueIter(this.object().clone())))
    }
}

#[derive(GcRoots)]
struct QueueIter(Object);

impl QueueIter {
    fn this(&self, ctx: &mut Ctx) -> R<&This<SplPriorityQueue>> {
        This::<SplPriorityQueue>::of(&self.0).ok_or_else(|| ctx.error("not a queue"))
    }
}

impl NativeIter for QueueIter {
    fn rewind(&mut self, _: &mut Ctx) -> R<()> {
        Ok(())
    }
    fn valid(&mut self, ctx: &mut Ctx) -> R<bool> {
        self.this(ctx)?.heap(ctx, |h| !h.items.is_empty())
    }
    fn current(&mut self, ctx: &mut Ctx) -> R<Value> {
        let this = self.this(ctx)?;
        let (bad, top, flags) = {
            let p = this.borrow(ctx)?;
            (p.heap.corrupted, p.heap.items.first().cloned(), p.flags)
        };
        if bad {
            return Err(corrupted(ctx));
        }
        Ok(top.map_or(Value::NULL, |e| e.extract(flags)))
    }
    fn key(&mut self, ctx: &mut Ctx) -> R<Value> {
        self.this(ctx)?.heap(ctx, |h| Value::int(h.items.len() as i64 - 1))
    }
    fn next(&mut self, ctx: &mut Ctx) -> R<()> {
        let this = self.this(ctx)?;
        usable(this, ctx, true)?;
        this.take_top(ctx).map(drop)
    }
}

#[php_methods]
impl SplPriorityQueue {
    #[php("public function compare(mixed $priority1, mixed $priority2): ~int")]
    fn compare(ctx: &mut Ctx, priority1: &Value, priority2: &Value) -> R<i64> {
        let n = priority1.compare(priority2);
        ctx.pending()?;
        Ok(n as i64)
    }
    #[php("public function insert(mixed $value, mixed $priority): ~true")]
    fn insert(this: &This<Self>, ctx: &mut Ctx, value: &Value, priority: &Value) -> R<bool> {
        usable(this, ctx, true)?;
        Held::insert(this, ctx, Entry { data: value.clone(), priority: priority.clone() })?;
        Ok(true)
    }
    #[php("public function setExtractFlags(int $flags): ~int")]
    fn set_extract_flags(this: &This<Self>, ctx: &mut Ctx, flags: i64) -> R<i64> {
        let flags = flags & BOTH;
        if flags == 0 {
            return Err(throw(ctx, "RuntimeException", "Must specify at least one extract flag"));
        }
        this.borrow_mut(ctx)?.flags = flags;
        Ok(flags)
    }
    #[php("public function top(): ~mixed")]
    fn top(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        usable(this, ctx, false)?;
        let (top, flags) = {
            let p = this.borrow(ctx)?;
            (p.heap.items.first().cloned(), p.flags)
        };
        match top {
            Some(e) => Ok(e.extract(flags)),
            None => Err(throw(ctx, "RuntimeException", "Can't peek at an empty heap")),
        }
    }
    #[php("public function extract(): ~mixed")]
    fn extract(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        usable(this, ctx, true)?;
        let top = this.take_top(ctx)?;
        let flags = this.borrow(ctx)?.flags;
        match top {
            Some(e) => Ok(e.extract(flags)),
            None => Err(throw(ctx, "RuntimeException", "Can't extract from an empty heap")),
        }
    }
    #[php("public function count(): ~int")]
    fn count(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        this.heap(ctx, |h| h.items.len() as i64)
    }
    #[php("public function isEmpty(): ~bool")]
    fn is_empty(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        this.heap(ctx, |h| h.items.is_empty())
    }
    #[php("public function rewind(): ~void")]
    fn rewind() {}
    #[php("public function current(): ~mixed")]
    fn current(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let (top, flags) = {
            let p = this.borrow(ctx)?;
            (p.heap.items.first().cloned(), p.flags)
        };
        Ok(top.map_or(Value::NULL, |e| e.extract(flags)))
    }
    #[php("public function key(): ~int")]
    fn key(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        this.heap(ctx, |h| h.items.len() as i64 - 1)
    }
    #[php("public function next(): ~void")]
    fn next(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        usable(this, ctx, true)?;
        this.take_top(ctx).map(drop)
    }
    #[php("public function valid(): ~bool")]
    fn valid(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        this.heap(ctx, |h| !h.items.is_empty())
    }
    #[php("public function recoverFromCorruption(): ~true")]
    fn recover(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        this.heap(ctx, |h| h.corrupted = false)?;
        Ok(true)
    }
    #[php("public function isCorrupted(): ~bool")]
    fn is_corrupted(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        this.heap(ctx, |h| h.corrupted)
    }
    #[php("public function getExtractFlags(): ~int")]
    fn get_extract_flags(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(this.borrow(ctx)?.flags)
    }
    #[php("public function __debugInfo(): ~array")]
    fn debug_info(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let (flags, bad, items) = {
            let p = this.borrow(ctx)?;
            let items = Array::list(p.heap.items.iter().map(|e| e.clone().extract(BOTH)));
            (p.flags, p.heap.corrupted, items)
        };
        let extra =
            vec![("flags", Value::int(flags)), ("isCorrupted", Value::bool(bad)), ("heap", items.into())];
        debug_info(ctx, this, "SplPriorityQueue", extra)
    }
}
