//! IteratorIterator and what all iterators over another one share: the inner iterator, and the element they hold.
//!
//! Every class that wraps one iterator has the payload of IteratorIterator; what it keeps besides is [`Extra`].

use crate::array::ArrayIterator;
use crate::structures::dllist::SplDoublyLinkedList;
use crate::structures::object_storage::SplObjectStorage;
use crate::support::{NO_PARENT, throw};
use plugin_api::introspect::Function;
use plugin_api::{
    Callable, Class, Ctx, Fetched, GcRoots, Handlers, Iter, NativeIter, Object, R, Step, Str, This, Throw,
    Value, php_class, php_methods,
};
use std::rc::Rc;

/// What a class keeps besides the inner iterator.
#[derive(Default, GcRoots)]
pub enum Extra {
    /// Nothing.
    #[default]
    None,
    /// LimitIterator.
    Limit {
        /// First position.
        offset: i64,
        /// Elements, -1 all.
        count: i64,
    },
    /// CachingIterator.
    Caching(super::caching::Cache),
    /// AppendIterator: the ArrayIterator of the appended ones, and the walk over it.
    Append(Object, Iter),
    /// RegexIterator.
    Regex(super::regex::Pattern),
    /// CallbackFilterIterator.
    Callback(Rc<Callable>),
}

/// Wraps any Traversable.
#[derive(Default, GcRoots)]
#[php_class("class IteratorIterator implements OuterIterator", handlers(get_method, get_iterator))]
pub struct IteratorIterator {
    /// The constructor ran.
    pub ready: bool,
    /// The object that is walked.
    pub object: Option<Object>,
    /// The walk.
    walk: Option<Iter>,
    /// Current value, if there is one.
    pub current: Option<Value>,
    /// Current key.
    pub key: Option<Value>,
    /// Steps made.
    pub pos: i64,
    /// What the class adds.
    pub extra: Extra,
    /// No step of the inner iterator runs PHP code.
    quiet: bool,
    /// The method that a filter asks, once it has asked.
    #[gc(skip)]
    pub accept: Option<Function>,
}

/// Any iterator over another one.
pub type Outer = This<IteratorIterator>;

/// The handlers of a class whose objects are walked by an [`OuterIter`].
macro_rules! outer_handlers {
    ($class:ident, $next:expr) => {
        impl Handlers for $class {
            fn get_method(this: &This<Self>, ctx: &mut Ctx, _: &Str) -> R<Option<Object>> {
                Ok(this.borrow(ctx)?.object.clone())
            }
            fn get_iterator(
                this: &This<Self>,
                ctx: &mut Ctx,
                by_ref: bool,
            ) -> R<Box<dyn plugin_api::__private::ErasedIter>> {
                if by_ref {
                    return Err(ctx.error("An iterator cannot be used with foreach by reference"));
                }
                Ok(Box::new(OuterIter::new(this.object().clone(), $next)))
            }
        }
    };
}
pub(super) use outer_handlers;

outer_handlers!(IteratorIterator, Some(step));

/// What foreach walks of a class whose `valid`, `current` and `key` only look at the element that is held. The methods that step
/// are called as methods, since PHP code that runs within them sees them in its backtrace, unless no such code can run.
#[derive(GcRoots)]
pub struct OuterIter {
    object: Object,
    /// What `next` does when no PHP code runs within it.
    #[gc(skip)]
    next: Option<fn(&Outer, &mut Ctx) -> R<()>>,
    /// The method `next`.
    #[gc(skip)]
    method: Option<Function>,
}

impl OuterIter {
    /// Over an object, with what its `next` does when the inner iterator runs no PHP code, if that is all.
    pub fn new(object: Object, next: Option<fn(&Outer, &mut Ctx) -> R<()>>) -> OuterIter {
        let method = object.class().method(b"next");
        OuterIter { object, next, method }
    }
    fn this(&self, ctx: &mut Ctx) -> R<&Outer> {
        Outer::of(&self.object).ok_or_else(|| ctx.error(NO_PARENT))
    }
}

impl IteratorIterator {
    /// Whether it stands on an element within its limit.
    fn stands(&self) -> bool {
        self.current.is_some()
            && match self.extra {
                Extra::Limit { offset, count } => count == -1 || self.pos - offset < count,
                _ => true,
            }
    }
}

impl NativeIter for OuterIter {
    fn rewind(&mut self, ctx: &mut Ctx) -> R<()> {
        self.object.call(ctx, "rewind", &[]).map(drop)
    }
    fn valid(&mut self, ctx: &mut Ctx) -> R<bool> {
        let this = self.this(ctx)?;
        ready(this, ctx)?;
        Ok(this.borrow(ctx)?.stands())
    }
    fn current(&mut self, ctx: &mut Ctx) -> R<Value> {
        let this = self.this(ctx)?;
        current(this, ctx)
    }
    fn key(&mut self, ctx: &mut Ctx) -> R<Value> {
        let this = self.this(ctx)?;
        key(this, ctx)
    }
    fn next(&mut self, ctx: &mut Ctx) -> R<()> {
        let this = self.this(ctx)?;
        match self.next {
            Some(next) if this.borrow(ctx)?.quiet => next(this, ctx),
            _ => match self.method {
                Some(f) => self.object.call_known(ctx, f, &[]).map(drop),
                None => self.object.call(ctx, "next", &[]).map(drop),
            },
        }
    }
    fn fetch(&mut self, ctx: &mut Ctx, advance: bool, to: &mut Fetched<'_>) -> R<bool> {
        if advance {
            self.next(ctx)?;
        }
        let p = self.this(ctx)?.borrow(ctx)?;
        let (true, Some(v)) = (p.stands(), &p.current) else { return Ok(false) };
        if to.wants_value() {
            to.value(v.dereferenced());
        }
        if to.wants_key() {
            to.key(p.key.as_ref().map_or(Value::NULL, Value::dereferenced));
        }
        Ok(true)
    }
}

/// Whether no step of an iterator runs PHP code.
fn is_quiet(o: &Object) -> bool {
    o.class().is_native()
        && (This::<ArrayIterator>::of(o).is_some()
            || This::<SplObjectStorage>::of(o).is_some()
            || This::<SplDoublyLinkedList>::of(o).is_some())
}

/// Fails unless the constructor ran.
pub fn ready(this: &Outer, ctx: &mut Ctx) -> R<()> {
    if this.borrow(ctx)?.ready { Ok(()) } else { Err(ctx.error(NO_PARENT)) }
}

/// Fails when a constructor runs a second time.
pub fn once(this: &Outer, ctx: &mut Ctx, class: &str) -> R<()> {
    if this.borrow(ctx)?.ready {
        let message = format!("{class}::getIterator() must be called exactly once per instance");
        return Err(throw(ctx, "BadMethodCallException", message));
    }
    Ok(())
}

/// Wraps an iterator.
pub fn wrap(this: &Outer, ctx: &mut Ctx, inner: &Object, extra: Extra) -> R<()> {
    let walk = Iter::new(ctx, inner.as_value())?;
    let mut p = this.borrow_mut(ctx)?;
    (p.ready, p.extra, p.quiet) = (true, extra, is_quiet(inner));
    (p.object, p.walk) = (Some(inner.clone()), Some(walk));
    Ok(())
}

/// Replaces the inner iterator; the walks and objects of before go when nothing is borrowed.
pub fn replace(this: &Outer, ctx: &mut Ctx, inner: Option<&Object>) -> R<()> {
    let walk = match inner {
        Some(o) => Some(Iter::new(ctx, o.as_value())?),
        None => None,
    };
    let old = {
        let mut p = this.borrow_mut(ctx)?;
        p.quiet = inner.is_some_and(is_quiet);
        (core::mem::replace(&mut p.object, inner.cloned()), core::mem::replace(&mut p.walk, walk))
    };
    drop(old);
    Ok(())
}

/// The object that is walked.
pub fn inner(this: &Outer, ctx: &mut Ctx) -> R<Object> {
    let o = this.borrow(ctx)?.object.clone();
    o.ok_or_else(|| ctx.error(NO_PARENT))
}

/// Runs a step of the inner walk, which is out of its place meanwhile: the iterator may come back here.
#[inline]
fn walk<T>(this: &Outer, ctx: &mut Ctx, f: impl FnOnce(&mut Iter, &mut Ctx) -> R<T>) -> R<T> {
    let taken = this.borrow_mut(ctx)?.walk.take();
    let mut it = match taken {
        Some(it) => it,
        None => {
            // A walk that is under way is left alone; its object is asked anew.
            let Some(o) = this.borrow(ctx)?.object.clone() else {
                return Err(uninitialized(ctx));
            };
            Iter::new(ctx, o.as_value())?
        }
    };
    let r = f(&mut it, ctx);
    let left = {
        let mut p = this.borrow_mut(ctx)?;
        if p.walk.is_none() && p.object.is_some() { p.walk.replace(it) } else { Some(it) }
    };
    drop(left);
    r
}

/// The error of an iterator without an inner one.
pub fn uninitialized(ctx: &mut Ctx) -> Throw {
    ctx.error("The inner constructor wasn't initialized with an iterator instance")
}

/// Forgets the current element.
pub fn release(this: &Outer, ctx: &mut Ctx) -> R<()> {
    let old = {
        let mut p = this.borrow_mut(ctx)?;
        let mut kept = (p.current.take(), p.key.take(), None, None);
        if let Extra::Caching(c) = &mut p.extra {
            (kept.2, kept.3) = (c.text.take(), c.children.take());
        }
        kept
    };
    drop(old);
    let taken = this.borrow_mut(ctx)?.walk.take();
    if let Some(mut it) = taken {
        let r = it.forget(ctx);
        this.borrow_mut(ctx)?.walk = Some(it);
        r?;
    }
    Ok(())
}

/// Whether the inner iterator stands on an element.
pub fn valid(this: &Outer, ctx: &mut Ctx) -> R<bool> {
    if this.borrow(ctx)?.object.is_none() {
        return Ok(false);
    }
    walk(this, ctx, |it, ctx| it.valid(ctx))
}

/// The current value of the inner iterator.
pub fn inner_current(this: &Outer, ctx: &mut Ctx) -> R<Value> {
    walk(this, ctx, |it, ctx| it.current(ctx))
}

/// The current key of the inner iterator.
pub fn inner_key(this: &Outer, ctx: &mut Ctx) -> R<Value> {
    walk(this, ctx, |it, ctx| it.key(ctx))
}

/// Steps the inner iterator, and nothing else.
pub fn inner_next(this: &Outer, ctx: &mut Ctx) -> R<()> {
    walk(this, ctx, |it, ctx| it.advance(ctx))
}

/// To the inner iterator's first element.
pub fn rewind(this: &Outer, ctx: &mut Ctx) -> R<()> {
    release(this, ctx)?;
    this.borrow_mut(ctx)?.pos = 0;
    if this.borrow(ctx)?.object.is_none() {
        return Ok(());
    }
    walk(this, ctx, |it, ctx| it.rewind(ctx))
}

/// Takes over the element that the inner iterator stands on; whether there is one.
pub fn fetch(this: &Outer, ctx: &mut Ctx, check: bool) -> R<bool> {
    release(this, ctx)?;
    if check && !valid(this, ctx)? {
        return Ok(false);
    }
    let v = inner_current(this, ctx)?;
    this.borrow_mut(ctx)?.current = Some(v);
    let k = inner_key(this, ctx)?;
    this.borrow_mut(ctx)?.key = Some(k);
    Ok(true)
}

/// Gives the current element up and takes over the next one, where no PHP code runs in between; `advance`: on to the next one
/// first. Whether there is one, `None` where that takes single steps, and nothing was done.
#[inline]
pub fn take_next(this: &Outer, ctx: &mut Ctx, advance: bool) -> R<Option<bool>> {
    let old = {
        let mut p = this.borrow_mut(ctx)?;
        if !p.quiet || p.walk.is_none() || matches!(p.extra, Extra::Caching(_) | Extra::Append(..)) {
            return Ok(None);
        }
        (p.current.take(), p.key.take())
    };
    drop(old);
    match walk(this, ctx, |it, ctx| it.fetch(ctx, advance, true))? {
        Step::Element(k, v) => {
            let mut p = this.borrow_mut(ctx)?;
            (p.current, p.key) = (Some(v), Some(k));
            Ok(Some(true))
        }
        Step::End => Ok(Some(false)),
        Step::ByHand => {
            if advance {
                inner_next(this, ctx)?;
            }
            fetch(this, ctx, true).map(Some)
        }
    }
}

/// `next()` of IteratorIterator.
fn step(this: &Outer, ctx: &mut Ctx) -> R<()> {
    if take_next(this, ctx, true)?.is_some() {
        this.borrow_mut(ctx)?.pos += 1;
        return Ok(());
    }
    next(this, ctx, true)?;
    fetch(this, ctx, true).map(drop)
}

/// Steps the inner iterator on; `free` forgets the current element first.
pub fn next(this: &Outer, ctx: &mut Ctx, free: bool) -> R<()> {
    if free {
        release(this, ctx)?;
    }
    inner_next(this, ctx)?;
    this.borrow_mut(ctx)?.pos += 1;
    Ok(())
}

/// Whether an element is held.
pub fn holds(this: &Outer, ctx: &mut Ctx) -> R<bool> {
    Ok(this.borrow(ctx)?.current.is_some())
}

/// The element that is held, or null.
pub fn current(this: &Outer, ctx: &mut Ctx) -> R<Value> {
    Ok(this.borrow(ctx)?.current.as_ref().map_or(Value::NULL, Value::dereferenced))
}

/// Its key, or null.
pub fn key(this: &Outer, ctx: &mut Ctx) -> R<Value> {
    Ok(this.borrow(ctx)?.key.as_ref().map_or(Value::NULL, Value::dereferenced))
}

/// The Traversable that an aggregate gives.
pub fn from_aggregate(ctx: &mut Ctx, o: &Object, name: &str) -> R<Object> {
    let v = o.call(ctx, "getIterator", &[])?;
    let traversable = ctx.find_class("Traversable", false)?;
    match v.as_object() {
        Some(i) if traversable.is_some_and(|t| i.instance_of(t)) => Ok(i.clone()),
        _ => {
            let message = format!("{name}::getIterator() must return an object that implements Traversable");
            Err(throw(ctx, "LogicException", message))
        }
    }
}

/// Whether an object is an aggregate.
pub fn is_aggregate(ctx: &mut Ctx, c: Class) -> R<bool> {
    Ok(ctx.find_class("IteratorAggregate", false)?.is_some_and(|a| c.is_a(a)))
}

#[php_methods]
impl IteratorIterator {
    #[php("public function __construct(Traversable $iterator, ?string $class = null)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, iterator: &Object, class: Option<&[u8]>) -> R<()> {
        once(this, ctx, "IteratorIterator")?;
        let mut object = iterator.clone();
        let mut of = object.class();
        let is_iterator = ctx.find_class("Iterator", false)?.is_some_and(|c| of.is_a(c));
        if !is_iterator {
            if let Some(name) = class {
                let traversable = ctx.find_class("Traversable", false)?;
                let cast = ctx.find_class(name, true)?;
                match cast.filter(|&c| of.is_a(c) && traversable.is_some_and(|t| c.is_a(t))) {
                    Some(c) => of = c,
                    None => {
                        let message = "Class to downcast to not found or not base class or does not implement Traversable";
                        return Err(throw(ctx, "LogicException", message));
                    }
                }
            }
            if is_aggregate(ctx, of)? {
                let name = of.name().lossy().into_owned();
                object = match class.and_then(|_| of.method(b"getiterator")) {
                    Some(f) => {
                        let v = f.call(ctx, Some(&object), Some(of), None, &Default::default())?;
                        let traversable = ctx.find_class("Traversable", false)?;
                        match v.as_object() {
                            Some(i) if traversable.is_some_and(|t| i.instance_of(t)) => i.clone(),
                            _ => {
                                let message = format!(
                                    "{name}::getIterator() must return an object that implements Traversable"
                                );
                                return Err(throw(ctx, "LogicException", message));
                            }
                        }
                    }
                    None => from_aggregate(ctx, &object, &name)?,
                };
            }
        }
        wrap(this, ctx, &object, Extra::None)
    }
    #[php("public function getInnerIterator(): ~?Iterator")]
    fn get_inner_iterator(this: &This<Self>, ctx: &mut Ctx) -> R<Option<Object>> {
        ready(this, ctx)?;
        Ok(this.borrow(ctx)?.object.clone())
    }
    #[php("public function rewind(): ~void")]
    fn rewind(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        ready(this, ctx)?;
        rewind(this, ctx)?;
        fetch(this, ctx, true).map(drop)
    }
    #[php("public function valid(): ~bool")]
    fn valid(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        ready(this, ctx)?;
        holds(this, ctx)
    }
    #[php("public function key(): ~mixed")]
    fn key(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        ready(this, ctx)?;
        key(this, ctx)
    }
    #[php("public function current(): ~mixed")]
    fn current(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        ready(this, ctx)?;
        current(this, ctx)
    }
    #[php("public function next(): ~void")]
    fn next(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        ready(this, ctx)?;
        step(this, ctx)
    }
}
