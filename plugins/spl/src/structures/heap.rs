//! SplHeap, SplMinHeap and SplMaxHeap, and the heap that they and SplPriorityQueue are made of.

use crate::support::{debug_info, is_overridden, throw};
use core::cmp::Ordering;
use plugin_api::{
    Array, Ctx, GcRoots, Handlers, Kind, NativeIter, Object, R, This, Throw, Value, php_class, php_methods,
};

/// A binary heap of elements, the greatest first, in the order of a comparison that may throw. While it is rearranged its
/// elements are here still, so that what a comparison asks of it is answered; nothing but the rearranging changes them.
#[derive(Default, GcRoots)]
pub struct Heap<T: GcRoots> {
    /// The elements.
    pub items: Vec<T>,
    /// A comparison threw: the order is broken.
    pub corrupted: bool,
    /// It is being rearranged.
    pub locked: bool,
}

/// How a heap compares its elements.
#[derive(Clone, Copy, PartialEq)]
pub enum Order {
    /// As PHP does.
    Greatest,
    /// The other way round.
    Least,
    /// By a method of PHP code.
    Method,
}

/// Compares two values as PHP does.
#[inline]
pub fn compare(ctx: &mut Ctx, a: &Value, b: &Value) -> R<i64> {
    if let (Kind::Int(a), Kind::Int(b)) = (a.kind(), b.kind()) {
        return Ok(a.cmp(&b) as i64);
    }
    let order = a.compare(b);
    ctx.pending()?;
    Ok(order as i64)
}

/// As [`compare`], of numbers alone: what takes neither a call nor the context. `None` of other values.
#[inline(always)]
fn compare_numbers(a: &Value, b: &Value) -> Option<Ordering> {
    match (a.kind(), b.kind()) {
        (Kind::Int(a), Kind::Int(b)) => Some(a.cmp(&b)),
        (Kind::Float(a), Kind::Float(b)) => a.partial_cmp(&b),
        _ => None,
    }
}

/// How a class holds its heap: borrowed only between comparisons.
pub trait Held<T: Clone + GcRoots> {
    /// Runs `f` on the heap.
    fn heap<U>(&self, ctx: &mut Ctx, f: impl FnOnce(&mut Heap<T>) -> U) -> R<U>;
    /// How the class compares.
    fn how(&self) -> Order;
    /// What of an element is compared.
    fn compared(e: &T) -> &Value;
    /// Calls the class's own comparison.
    fn call_compare(&self, ctx: &mut Ctx, a: &Value, b: &Value) -> R<i64>;

    /// Compares as the class does.
    fn order(&self, ctx: &mut Ctx, how: Order, a: &T, b: &T) -> R<i64> {
        let (a, b) = (Self::compared(a), Self::compared(b));
        match how {
            Order::Greatest => compare(ctx, a, b),
            Order::Least => compare(ctx, b, a),
            Order::Method => self.call_compare(ctx, a, b),
        }
    }

    /// Compares as the class does, where both are numbers and nothing is called.
    #[inline(always)]
    fn order_numbers(how: Order, a: &T, b: &T) -> Option<Ordering> {
        match how {
            Order::Greatest => compare_numbers(Self::compared(a), Self::compared(b)),
            Order::Least => compare_numbers(Self::compared(b), Self::compared(a)),
            Order::Method => None,
        }
    }

    /// Adds an element.
    fn insert(&self, ctx: &mut Ctx, v: T) -> R<()> {
        let how = self.how();
        let rest = self.heap(ctx, |h| {
            let mut i = h.items.len();
            h.items.push(v);
            while i > 0 {
                let up = (i - 1) / 2;
                match Self::order_numbers(how, &h.items[up], &h.items[i]) {
                    Some(Ordering::Less) => h.items.swap(i, up),
                    Some(_) => return None,
                    None => {
                        h.locked = true;
                        return Some((i, h.items[i].clone()));
                    }
                }
                i = up;
            }
            None
        })?;
        match rest {
            None => Ok(()),
            Some((i, v)) => self.lift(ctx, how, i, &v),
        }
    }

    /// Lifts element `i`, which is `v`, to its place, by comparisons that may call PHP code.
    fn lift(&self, ctx: &mut Ctx, how: Order, mut i: usize, v: &T) -> R<()> {
        let mut failed = None;
        while i > 0 {
            let up = (i - 1) / 2;
            let parent = self.heap(ctx, |h| h.items[up].clone())?;
            match self.order(ctx, how, &parent, v) {
                Ok(n) if n < 0 => {
                    self.heap(ctx, |h| h.items.swap(i, up))?;
                    i = up;
                }
                Ok(_) => break,
                Err(t) => {
                    failed = Some(t);
                    break;
                }
            }
        }
        self.settle(ctx, failed)
    }

    /// Takes the greatest element out.
    fn take_top(&self, ctx: &mut Ctx) -> R<Option<T>> {
        let how = self.how();
        let taken = self.heap(ctx, |h| {
            if h.items.is_empty() {
                return None;
            }
            let top = h.items.swap_remove(0);
            let mut i = 0;
            while 2 * i + 1 < h.items.len() {
                let mut j = 2 * i + 1;
                if j + 1 < h.items.len() {
                    match Self::order_numbers(how, &h.items[j + 1], &h.items[j]) {
                        Some(order) => j += (order == Ordering::Greater) as usize,
                        None => break,
                    }
                }
                match Self::order_numbers(how, &h.items[i], &h.items[j]) {
                    Some(Ordering::Less) => h.items.swap(i, j),
                    Some(_) => return Some((top, None)),
                    None => break,
                }
                i = j;
            }
            let rest = (2 * i + 1 < h.items.len()).then_some(i);
            h.locked = rest.is_some();
            Some((top, rest))
        })?;
        match taken {
            None => Ok(None),
            Some((top, None)) => Ok(Some(top)),
            Some((top, Some(i))) => {
                if let Err(t) = self.sink(ctx, how, i) {
                    drop(top);
                    return Err(t);
                }
                Ok(Some(top))
            }
        }
    }

    /// Sinks element `i` to its place, by comparisons that may call PHP code.
    fn sink(&self, ctx: &mut Ctx, how: Order, mut i: usize) -> R<()> {
        let mut failed = None;
        loop {
            let near = self.heap(ctx, |h| {
                let at = |j: usize| h.items.get(j).cloned();
                (at(i), at(2 * i + 1), at(2 * i + 2))
            })?;
            let (Some(own), Some(left), right) = near else { break };
            let (mut j, mut child) = (2 * i + 1, left);
            if let Some(right) = right {
                match self.order(ctx, how, &right, &child) {
                    Ok(n) if n > 0 => (j, child) = (j + 1, right),
                    Ok(_) => {}
                    Err(t) => {
                        failed = Some(t);
                        break;
                    }
                }
            }
            match self.order(ctx, how, &own, &child) {
                Ok(n) if n < 0 => self.heap(ctx, |h| h.items.swap(i, j))?,
                Ok(_) => break,
                Err(t) => {
                    failed = Some(t);
                    break;
                }
            }
            i = j;
        }
        self.settle(ctx, failed)
    }

    /// Ends a rearrangement.
    fn settle(&self, ctx: &mut Ctx, failed: Option<Throw>) -> R<()> {
        self.heap(ctx, |h| {
            h.locked = false;
            h.corrupted |= failed.is_some();
        })?;
        failed.map_or(Ok(()), Err)
    }
}

/// A heap.
#[derive(Default, GcRoots)]
#[php_class("abstract class SplHeap implements Iterator, Countable", handlers(clone, get_iterator))]
pub struct SplHeap {
    heap: Heap<Value>,
}

/// A heap with its least element on top.
#[php_class("class SplMinHeap extends SplHeap", payload = SplHeap)]
pub struct SplMinHeap;

/// A heap with its greatest element on top.
#[php_class("class SplMaxHeap extends SplHeap", payload = SplHeap)]
pub struct SplMaxHeap;

impl Held<Value> for This<SplHeap> {
    fn heap<U>(&self, ctx: &mut Ctx, f: impl FnOnce(&mut Heap<Value>) -> U) -> R<U> {
        Ok(f(&mut self.borrow_mut(ctx)?.heap))
    }
    fn how(&self) -> Order {
        if is_overridden(self.class(), "compare") {
            Order::Method
        } else if self.class().begins_at::<SplMinHeap>() {
            Order::Least
        } else {
            Order::Greatest
        }
    }
    fn compared(e: &Value) -> &Value {
        e
    }
    fn call_compare(&self, ctx: &mut Ctx, a: &Value, b: &Value) -> R<i64> {
        Ok(self.call(ctx, "compare", &[a.clone(), b.clone()])?.to_int())
    }
}

impl Handlers for SplHeap {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let (items, corrupted, locked) = from.heap(ctx, |h| (h.items.clone(), h.corrupted, h.locked))?;
        to.borrow_mut(ctx)?.heap = Heap { items, corrupted, locked };
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
        Ok(Box::new(HeapIter(this.object().clone())))
    }
}

#[derive(GcRoots)]
struct HeapIter(Object);

impl HeapIter {
    fn this(&self, ctx: &mut Ctx) -> R<&This<SplHeap>> {
        This::<SplHeap>::of(&self.0).ok_or_else(|| ctx.error("not a heap"))
    }
}

impl NativeIter for HeapIter {
    fn rewind(&mut self, _: &mut Ctx) -> R<()> {
        Ok(())
    }
    fn valid(&mut self, ctx: &mut Ctx) -> R<bool> {
        self.this(ctx)?.heap(ctx, |h| !h.items.is_empty())
    }
    fn current(&mut self, ctx: &mut Ctx) -> R<Value> {
        let this = self.this(ctx)?;
        let bad = this.heap(ctx, |h| h.corrupted)?;
        if bad {
            return Err(corrupted(ctx));
        }
        this.heap(ctx, |h| h.items.first().cloned().unwrap_or_default())
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

/// The exception for a broken heap.
pub fn corrupted(ctx: &mut Ctx) -> Throw {
    throw(ctx, "RuntimeException", "Heap is corrupted, heap properties are no longer ensured.")
}

/// Checks that a heap can be read, or written.
pub fn usable<T: Clone + GcRoots>(this: &impl Held<T>, ctx: &mut Ctx, write: bool) -> R<()> {
    let (bad, locked) = this.heap(ctx, |h| (h.corrupted, h.locked))?;
    if bad {
        return Err(corrupted(ctx));
    }
    if write && locked {
        let message = "Heap cannot be changed when it is already being modified.";
        return Err(throw(ctx, "RuntimeException", message));
    }
    Ok(())
}

#[php_methods("abstract protected function compare(mixed $value1, mixed $value2): ~int")]
impl SplHeap {
    #[php("public function extract(): ~mixed")]
    fn extract(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        usable(this, ctx, true)?;
        this.take_top(ctx)?.ok_or_else(|| throw(ctx, "RuntimeException", "Can't extract from an empty heap"))
    }
    #[php("public function insert(mixed $value): ~true")]
    fn insert(this: &This<Self>, ctx: &mut Ctx, value: &Value) -> R<bool> {
        usable(this, ctx, true)?;
        Held::insert(this, ctx, value.clone())?;
        Ok(true)
    }
    #[php("public function top(): ~mixed")]
    fn top(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        usable(this, ctx, false)?;
        this.heap(ctx, |h| h.items.first().cloned())?
            .ok_or_else(|| throw(ctx, "RuntimeException", "Can't peek at an empty heap"))
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
        this.heap(ctx, |h| h.items.first().map_or(Value::NULL, Value::dereferenced))
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
    #[php("public function __debugInfo(): ~array")]
    fn debug_info(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let (bad, items) = this.heap(ctx, |h| (h.corrupted, Array::list(h.items.iter().cloned())))?;
        let extra = vec![("flags", Value::int(0)), ("isCorrupted", Value::bool(bad)), ("heap", items.into())];
        debug_info(ctx, this, "SplHeap", extra)
    }
}

#[php_methods]
impl SplMinHeap {
    #[php("protected function compare(mixed $value1, mixed $value2): ~int")]
    fn compare(ctx: &mut Ctx, value1: &Value, value2: &Value) -> R<i64> {
        let n = value2.compare(value1);
        ctx.pending()?;
        Ok(n as i64)
    }
}

#[php_methods]
impl SplMaxHeap {
    #[php("protected function compare(mixed $value1, mixed $value2): ~int")]
    fn compare(ctx: &mut Ctx, value1: &Value, value2: &Value) -> R<i64> {
        let n = value1.compare(value2);
        ctx.pending()?;
        Ok(n as i64)
    }
}
