//! SplDoublyLinkedList, SplQueue and SplStack.
//!
//! Elements lie in a slab and are linked by index, so that an iteration may stand on an element while others come and go. An
//! element that was taken out stays in the slab, empty and unlinked, until nothing stands on it.

use crate::serial::Reader;
use crate::support::{debug_info, int_argument, is_overridden, load_members, members, throw};
use plugin_api::serial::Writer;
use plugin_api::{
    Args, Array, Ctx, Fetched, GcRoots, Handlers, Kind, NativeIter, Object, R, Str, This, Value, Visitor,
    php_class, php_methods,
};
use std::num::NonZeroU32;
use std::ops::{Index, IndexMut};

const DELETE: i64 = 1;
const LIFO: i64 = 2;
const MASK: i64 = 3;
const FIX: i64 = 4;

/// Where an element lies in the slab, counted from 1.
#[derive(Clone, Copy, PartialEq)]
struct Link(NonZeroU32);

struct Element {
    prev: Option<Link>,
    next: Option<Link>,
    /// Iterations that stand on it.
    held: u32,
    /// `None` once it was taken out.
    data: Option<Value>,
}

impl GcRoots for Element {
    fn visit(&mut self, v: &mut Visitor) {
        self.data.visit(v);
    }
}

/// Elements, in use or not.
#[derive(Default)]
struct Slab(Vec<Element>);

impl Slab {
    fn push(&mut self, e: Element) -> Link {
        self.0.push(e);
        Link(NonZeroU32::MIN.saturating_add(self.0.len() as u32 - 1))
    }
}

impl Index<Link> for Slab {
    type Output = Element;
    #[inline]
    fn index(&self, i: Link) -> &Element {
        &self.0[i.0.get() as usize - 1]
    }
}

impl IndexMut<Link> for Slab {
    #[inline]
    fn index_mut(&mut self, i: Link) -> &mut Element {
        &mut self.0[i.0.get() as usize - 1]
    }
}

/// A list whose ends both grow.
#[derive(Default)]
struct List {
    slab: Slab,
    free: Vec<Link>,
    head: Option<Link>,
    tail: Option<Link>,
    count: usize,
}

impl GcRoots for List {
    fn visit(&mut self, v: &mut Visitor) {
        self.slab.0.visit(v);
    }
}

impl List {
    fn add(&mut self, prev: Option<Link>, next: Option<Link>, v: Value) {
        let e = Element { prev, next, data: Some(v), held: 0 };
        let i = match self.free.pop() {
            Some(i) => {
                self.slab[i] = e;
                i
            }
            None => self.slab.push(e),
        };
        match prev {
            Some(p) => self.slab[p].next = Some(i),
            None => self.head = Some(i),
        }
        match next {
            Some(n) => self.slab[n].prev = Some(i),
            None => self.tail = Some(i),
        }
        self.count += 1;
    }
    fn push(&mut self, v: Value) {
        self.add(self.tail, None, v);
    }
    fn unshift(&mut self, v: Value) {
        self.add(None, self.head, v);
    }
    /// Takes an element out: its value.
    fn take(&mut self, i: Link) -> Option<Value> {
        let (prev, next) = (self.slab[i].prev.take(), self.slab[i].next.take());
        match prev {
            Some(p) => self.slab[p].next = next,
            None => self.head = next,
        }
        match next {
            Some(n) => self.slab[n].prev = prev,
            None => self.tail = prev,
        }
        self.count -= 1;
        let v = self.slab[i].data.take();
        if self.slab[i].held == 0 {
            self.free.push(i);
        }
        v
    }
    fn pop(&mut self) -> Option<Value> {
        self.tail.and_then(|i| self.take(i))
    }
    fn shift(&mut self) -> Option<Value> {
        self.head.and_then(|i| self.take(i))
    }
    /// The element at an offset from the head, or from the tail.
    fn at(&self, offset: usize, backward: bool) -> Option<Link> {
        let mut i = if backward { self.tail } else { self.head };
        for _ in 0..offset {
            i = if backward { self.slab[i?].prev } else { self.slab[i?].next };
        }
        i
    }
    fn hold(&mut self, i: Option<Link>) {
        if let Some(i) = i {
            self.slab[i].held += 1;
        }
    }
    fn let_go(&mut self, i: Option<Link>) {
        if let Some(i) = i {
            self.slab[i].held -= 1;
            if self.slab[i].held == 0 && self.slab[i].data.is_none() {
                self.free.push(i);
            }
        }
    }
    fn values(&self) -> impl Iterator<Item = &Value> {
        let mut at = self.head;
        core::iter::from_fn(move || {
            let e = &self.slab[at?];
            at = e.next;
            e.data.as_ref()
        })
    }
}

/// Where an iteration stands.
#[derive(Default, Clone, Copy)]
struct Cursor {
    at: Option<Link>,
    position: i64,
}

impl Cursor {
    fn rewind(&mut self, list: &mut List, flags: i64) {
        list.let_go(self.at);
        if flags & LIFO != 0 {
            (self.position, self.at) = (list.count as i64 - 1, list.tail);
        } else {
            (self.position, self.at) = (0, list.head);
        }
        list.hold(self.at);
    }
    /// Steps on; gives what the step took out of the list.
    fn step(&mut self, list: &mut List, flags: i64) -> Option<Value> {
        let old = self.at?;
        let mut gone = None;
        if flags & LIFO != 0 {
            self.at = list.slab[old].prev;
            self.position -= 1;
            if flags & DELETE != 0 {
                gone = list.pop();
            }
        } else {
            self.at = list.slab[old].next;
            if flags & DELETE != 0 {
                gone = list.shift();
            } else {
                self.position += 1;
            }
        }
        list.hold(self.at);
        list.let_go(Some(old));
        gone
    }
    fn current(&self, list: &List) -> Value {
        self.at.and_then(|i| list.slab[i].data.as_ref()).map_or(Value::NULL, Value::dereferenced)
    }
}

/// A list with two ends.
#[derive(Default)]
#[php_class(
    "class SplDoublyLinkedList implements Iterator, Countable, ArrayAccess, Serializable",
    "public const int IT_MODE_LIFO = 2",
    "public const int IT_MODE_FIFO = 0",
    "public const int IT_MODE_DELETE = 1",
    "public const int IT_MODE_KEEP = 0",
    handlers(clone, count, get_iterator)
)]
pub struct SplDoublyLinkedList {
    list: List,
    cursor: Cursor,
    flags: i64,
    /// Whether the flags of the class (queue, stack) were taken in.
    typed: bool,
}

impl GcRoots for SplDoublyLinkedList {
    fn visit(&mut self, v: &mut Visitor) {
        self.list.visit(v);
    }
}

/// The list, its class's own mode of iteration taken in.
fn with<T>(
    this: &This<SplDoublyLinkedList>,
    ctx: &mut Ctx,
    f: impl FnOnce(&mut SplDoublyLinkedList) -> T,
) -> R<T> {
    let mut fixed = 0;
    if !this.borrow(ctx)?.typed {
        let class = this.class();
        if class.is_a(plugin_api::Class::of::<SplStack>(ctx)?) {
            fixed = FIX | LIFO;
        } else if class.is_a(plugin_api::Class::of::<SplQueue>(ctx)?) {
            fixed = FIX;
        }
    }
    let mut p = this.borrow_mut(ctx)?;
    p.flags |= fixed;
    p.typed = true;
    Ok(f(&mut p))
}

impl Handlers for SplDoublyLinkedList {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let (values, flags) = with(from, ctx, |p| (p.list.values().cloned().collect::<Vec<_>>(), p.flags))?;
        let mut p = to.borrow_mut(ctx)?;
        values.into_iter().for_each(|v| p.list.push(v));
        (p.flags, p.typed) = (flags, true);
        let p = &mut *p;
        p.cursor.at = p.list.head;
        p.list.hold(p.list.head);
        Ok(())
    }
    fn len(payload: &Self) -> Option<usize> {
        Some(payload.list.count)
    }
    fn count(this: &This<Self>, ctx: &mut Ctx) -> R<Option<i64>> {
        if is_overridden(this.class(), "count") {
            return Ok(None);
        }
        Ok(Some(this.borrow(ctx)?.list.count as i64))
    }
    fn get_iterator(
        this: &This<Self>,
        ctx: &mut Ctx,
        by_ref: bool,
    ) -> R<Box<dyn plugin_api::__private::ErasedIter>> {
        if by_ref {
            return Err(ctx.error("An iterator cannot be used with foreach by reference"));
        }
        let flags = with(this, ctx, |p| p.flags)?;
        let mut it = ListIter { object: this.object().clone(), cursor: Cursor::default(), flags };
        it.with(|list, cursor, _| {
            *cursor = Cursor { at: list.head, position: 0 };
            list.hold(list.head);
            None
        });
        Ok(Box::new(it))
    }
}

/// What foreach walks: it stands in the list by itself.
struct ListIter {
    object: Object,
    cursor: Cursor,
    flags: i64,
}

impl GcRoots for ListIter {
    fn visit(&mut self, v: &mut Visitor) {
        self.object.visit(v);
    }
}

impl ListIter {
    /// Works on the list; what `f` gives is dropped when the list is free again.
    fn with(&mut self, f: impl FnOnce(&mut List, &mut Cursor, i64) -> Option<Value>) {
        let (cursor, flags) = (&mut self.cursor, self.flags);
        let gone = This::<SplDoublyLinkedList>::of(&self.object)
            .and_then(|t| t.with(|p| f(&mut p.list, cursor, flags)));
        drop(gone);
    }
}

impl Drop for ListIter {
    fn drop(&mut self) {
        self.with(|list, cursor, _| {
            list.let_go(cursor.at.take());
            None
        });
    }
}

impl NativeIter for ListIter {
    fn rewind(&mut self, _: &mut Ctx) -> R<()> {
        self.with(|list, cursor, flags| {
            cursor.rewind(list, flags);
            None
        });
        Ok(())
    }
    fn valid(&mut self, _: &mut Ctx) -> R<bool> {
        Ok(self.cursor.at.is_some())
    }
    fn current(&mut self, _: &mut Ctx) -> R<Value> {
        let mut v = Value::NULL;
        self.with(|list, cursor, _| {
            v = cursor.current(list);
            None
        });
        Ok(v)
    }
    fn key(&mut self, _: &mut Ctx) -> R<Value> {
        Ok(Value::int(self.cursor.position))
    }
    fn next(&mut self, _: &mut Ctx) -> R<()> {
        self.with(|list, cursor, flags| cursor.step(list, flags));
        Ok(())
    }
    fn fetch(&mut self, _: &mut Ctx, advance: bool, to: &mut Fetched<'_>) -> R<bool> {
        if advance {
            self.with(|list, cursor, flags| cursor.step(list, flags));
        }
        if self.cursor.at.is_none() {
            return Ok(false);
        }
        if to.wants_value()
            && let Some(t) = This::<SplDoublyLinkedList>::of(&self.object)
        {
            to.value(t.look(|p| self.cursor.current(&p.list)).unwrap_or_default());
        }
        to.key(Value::int(self.cursor.position));
        Ok(true)
    }
}

fn out_of_range(ctx: &mut Ctx, method: &str) -> plugin_api::Throw {
    throw(
        ctx,
        "OutOfRangeException",
        format!("SplDoublyLinkedList::{method}(): Argument #1 ($index) is out of range"),
    )
}

/// The element of an index in the list's direction.
fn element(this: &This<SplDoublyLinkedList>, ctx: &mut Ctx, index: i64, method: &str) -> R<Link> {
    let found = with(this, ctx, |p| {
        usize::try_from(index)
            .ok()
            .filter(|&i| i < p.list.count)
            .and_then(|i| p.list.at(i, p.flags & LIFO != 0))
    })?;
    found.ok_or_else(|| out_of_range(ctx, method))
}

fn empty(ctx: &mut Ctx, what: &str) -> plugin_api::Throw {
    throw(ctx, "RuntimeException", format!("Can't {what} an empty datastructure"))
}

#[php_methods]
impl SplDoublyLinkedList {
    #[php("public function add(int $index, mixed $value): ~void")]
    fn add(this: &This<Self>, ctx: &mut Ctx, index: i64, value: &Value) -> R<()> {
        let done = with(this, ctx, |p| {
            let Some(index) = usize::try_from(index).ok().filter(|&i| i <= p.list.count) else {
                return false;
            };
            if index == p.list.count {
                p.list.push(value.clone());
            } else if let Some(at) = p.list.at(index, p.flags & LIFO != 0) {
                let prev = p.list.slab[at].prev;
                p.list.add(prev, Some(at), value.clone());
            }
            true
        })?;
        if done { Ok(()) } else { Err(out_of_range(ctx, "add")) }
    }
    #[php("public function pop(): ~mixed")]
    fn pop(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let v = this.borrow_mut(ctx)?.list.pop();
        v.ok_or_else(|| empty(ctx, "pop from"))
    }
    #[php("public function shift(): ~mixed")]
    fn shift(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let v = this.borrow_mut(ctx)?.list.shift();
        v.ok_or_else(|| empty(ctx, "shift from"))
    }
    #[php("public function push(mixed $value): ~void")]
    fn push(this: &This<Self>, ctx: &mut Ctx, value: &Value) -> R<()> {
        this.borrow_mut(ctx)?.list.push(value.clone());
        Ok(())
    }
    #[php("public function unshift(mixed $value): ~void")]
    fn unshift(this: &This<Self>, ctx: &mut Ctx, value: &Value) -> R<()> {
        this.borrow_mut(ctx)?.list.unshift(value.clone());
        Ok(())
    }
    #[php("public function top(): ~mixed")]
    fn top(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        with(this, ctx, |p| p.list.tail.and_then(|i| p.list.slab[i].data.clone()))?
            .ok_or_else(|| empty(ctx, "peek at"))
    }
    #[php("public function bottom(): ~mixed")]
    fn bottom(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        with(this, ctx, |p| p.list.head.and_then(|i| p.list.slab[i].data.clone()))?
            .ok_or_else(|| empty(ctx, "peek at"))
    }
    #[php("public function __debugInfo(): ~array")]
    fn debug_info(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let (flags, list) = with(this, ctx, |p| (p.flags, Array::list(p.list.values().cloned())))?;
        debug_info(
            ctx,
            this,
            "SplDoublyLinkedList",
            vec![("flags", Value::int(flags)), ("dllist", list.into())],
        )
    }
    #[php("public function count(): ~int")]
    fn count(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(this.borrow(ctx)?.list.count as i64)
    }
    #[php("public function isEmpty(): ~bool")]
    fn is_empty(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        if this.class().is_native() {
            return Ok(this.borrow(ctx)?.list.count == 0);
        }
        Ok(this.as_value().count(ctx)? == 0)
    }
    #[php("public function setIteratorMode(int $mode): ~int")]
    fn set_iterator_mode(this: &This<Self>, ctx: &mut Ctx, mode: i64) -> R<i64> {
        let flags = with(this, ctx, |p| {
            if p.flags & FIX != 0 && p.flags & LIFO != mode & LIFO {
                return None;
            }
            p.flags = mode & MASK | p.flags & FIX;
            Some(p.flags)
        })?;
        flags.ok_or_else(|| {
            let message = "Iterators' LIFO/FIFO modes for SplStack/SplQueue objects are frozen";
            throw(ctx, "RuntimeException", message)
        })
    }
    #[php("public function getIteratorMode(): ~int")]
    fn get_iterator_mode(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        with(this, ctx, |p| p.flags)
    }
    #[php("public function offsetExists($index): ~bool")]
    fn offset_exists(this: &This<Self>, ctx: &mut Ctx, args: &Args<'_>) -> R<bool> {
        let i = int_argument(ctx, args, 0, "index")?;
        with(this, ctx, |p| i >= 0 && i < p.list.count as i64)
    }
    #[php("public function offsetGet($index): ~mixed")]
    fn offset_get(this: &This<Self>, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
        let i = int_argument(ctx, args, 0, "index")?;
        let at = element(this, ctx, i, "offsetGet")?;
        with(this, ctx, |p| p.list.slab[at].data.as_ref().map_or(Value::NULL, Value::dereferenced))
    }
    #[php("public function offsetSet($index, mixed $value): ~void")]
    fn offset_set(this: &This<Self>, ctx: &mut Ctx, args: &Args<'_>) -> R<()> {
        let value = args.get(1).map_or(Value::NULL, Value::dereferenced);
        if args.get(0).is_none_or(Value::is_null) {
            return with(this, ctx, |p| p.list.push(value));
        }
        let i = int_argument(ctx, args, 0, "index")?;
        let at = element(this, ctx, i, "offsetSet")?;
        let old = with(this, ctx, |p| p.list.slab[at].data.replace(value))?;
        drop(old);
        Ok(())
    }
    #[php("public function offsetUnset($index): ~void")]
    fn offset_unset(this: &This<Self>, ctx: &mut Ctx, args: &Args<'_>) -> R<()> {
        let i = int_argument(ctx, args, 0, "index")?;
        let at = element(this, ctx, i, "offsetUnset")?;
        let gone = with(this, ctx, |p| {
            if p.cursor.at == Some(at) {
                p.cursor.at = None;
                p.list.slab[at].held -= 1;
            }
            p.list.take(at)
        })?;
        drop(gone);
        Ok(())
    }
    #[php("public function rewind(): ~void")]
    fn rewind(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        with(this, ctx, |p| p.cursor.rewind(&mut p.list, p.flags))
    }
    #[php("public function current(): ~mixed")]
    fn current(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        with(this, ctx, |p| p.cursor.current(&p.list))
    }
    #[php("public function key(): ~int")]
    fn key(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        with(this, ctx, |p| p.cursor.position)
    }
    #[php("public function prev(): ~void")]
    fn prev(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let gone = with(this, ctx, |p| p.cursor.step(&mut p.list, p.flags ^ LIFO))?;
        drop(gone);
        Ok(())
    }
    #[php("public function next(): ~void")]
    fn next(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let gone = with(this, ctx, |p| p.cursor.step(&mut p.list, p.flags))?;
        drop(gone);
        Ok(())
    }
    #[php("public function valid(): ~bool")]
    fn valid(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        with(this, ctx, |p| p.cursor.at.is_some())
    }
    #[php("public function unserialize(string $data): ~void")]
    fn unserialize(this: &This<Self>, ctx: &mut Ctx, data: &[u8]) -> R<()> {
        if data.is_empty() {
            return Ok(());
        }
        while let Some(v) = with(this, ctx, |p| p.list.pop())? {
            drop(v);
        }
        Reader::run(ctx, data, |ctx, reader| {
            let flags = reader.value(ctx)?.and_then(|v| v.as_int());
            let Some(flags) = flags else { return Err(reader.fail(ctx)) };
            with(this, ctx, |p| p.flags = flags)?;
            while reader.take(b':') {
                match reader.value(ctx)? {
                    Some(v) => with(this, ctx, |p| p.list.push(v))?,
                    None => return Err(reader.fail(ctx)),
                }
            }
            if reader.at_end() { Ok(()) } else { Err(reader.fail(ctx)) }
        })
    }
    #[php("public function serialize(): ~string")]
    fn serialize(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        let (flags, mut at) = with(this, ctx, |p| (p.flags, p.list.head))?;
        Writer::run(ctx, |ctx, w| {
            let mut out = w.value(ctx, &Value::int(flags))?.to_vec();
            while let Some(i) = at {
                // What is serialized may change the list: the walk ends where the next element was taken out.
                let (v, next) = with(this, ctx, |p| {
                    let e = &p.list.slab[i];
                    let (v, next) = (e.data.clone(), e.next);
                    p.list.hold(next);
                    (v.unwrap_or_default(), next)
                })?;
                out.push(b':');
                let text = w.value(ctx, &v);
                at = with(this, ctx, |p| {
                    let there = next.filter(|&n| p.list.slab[n].data.is_some());
                    p.list.let_go(next);
                    there
                })?;
                out.extend_from_slice(&text?);
            }
            Ok(Str::from(out))
        })
    }
    #[php("public function __serialize(): ~array")]
    fn serialize_array(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let (flags, list) = with(this, ctx, |p| (p.flags, Array::list(p.list.values().cloned())))?;
        let members = members(ctx, this)?;
        Ok(Array::list([Value::int(flags), list.into(), members.into()]))
    }
    #[php("public function __unserialize(array $data): ~void")]
    fn unserialize_array(this: &This<Self>, ctx: &mut Ctx, data: &Array) -> R<()> {
        let part = |i| data.get_index(i).map(Value::kind);
        let (Some(Kind::Int(flags)), Some(Kind::Array(list)), Some(Kind::Array(members))) =
            (part(0), part(1), part(2))
        else {
            return Err(throw(ctx, "UnexpectedValueException", crate::serial::ILL_TYPED));
        };
        with(this, ctx, |p| {
            p.flags = flags;
            list.values().for_each(|v| p.list.push(v.clone()));
        })?;
        load_members(ctx, this, members)
    }
}

/// A list used from its two ends.
#[php_class("class SplQueue extends SplDoublyLinkedList", payload = SplDoublyLinkedList)]
pub struct SplQueue;

#[php_methods]
impl SplQueue {
    #[php("public function enqueue(mixed $value): ~void")]
    fn enqueue(this: &This<Self>, ctx: &mut Ctx, value: &Value) -> R<()> {
        this.borrow_mut(ctx)?.list.push(value.clone());
        Ok(())
    }
    #[php("public function dequeue(): ~mixed")]
    fn dequeue(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let v = this.borrow_mut(ctx)?.list.shift();
        v.ok_or_else(|| empty(ctx, "shift from"))
    }
}

/// A list used from its top.
#[php_class("class SplStack extends SplDoublyLinkedList", payload = SplDoublyLinkedList)]
pub struct SplStack;
