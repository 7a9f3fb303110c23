//! `IntlIterator`: walking what ICU lists.

use crate::error::{self, Errors};
use crate::icu::enumeration::Enumeration;
use plugin_api::{
    Ctx, GcRoots, Handlers, NativeIter, Object, R, This, Value, Visitor, php_class, php_methods,
};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What an `IntlIterator` walks. Failures are told through [`error::fail`] and end the walk.
pub trait Walk: GcRoots {
    /// Goes to the first element and gives it.
    fn first(&mut self, ctx: &mut Ctx, errors: &Errors) -> R<Option<Value>>;
    /// Goes to the next element and gives it.
    fn next(&mut self, ctx: &mut Ctx, errors: &Errors) -> R<Option<Value>>;
    /// The current element's key; `None`: how many steps were taken.
    fn key(&self) -> Option<i64> {
        None
    }
    /// The object that it walks, if it walks one.
    fn source(&self) -> Option<Value> {
        None
    }
}

/// The payload of `IntlIterator`.
#[derive(Default)]
#[php_class(
    "class IntlIterator implements Iterator",
    handlers(get_iterator),
    flags(uncloneable, not_serializable)
)]
pub struct IntlIterator {
    /// The last error.
    pub errors: Rc<Errors>,
    walk: RefCell<Option<Box<dyn Walk>>>,
    current: RefCell<Option<Value>>,
    index: Cell<i64>,
}

impl GcRoots for IntlIterator {
    fn visit(&mut self, v: &mut Visitor) {
        if let Some(walk) = self.walk.get_mut() {
            walk.visit(v);
        }
        self.current.visit(v);
    }
}

impl IntlIterator {
    /// The payload that walks something.
    pub fn over(walk: impl Walk + 'static) -> IntlIterator {
        IntlIterator { walk: RefCell::new(Some(Box::new(walk))), ..IntlIterator::default() }
    }
    fn step(&self, ctx: &mut Ctx, step: fn(&mut dyn Walk, &mut Ctx, &Errors) -> R<Option<Value>>) -> R<()> {
        let old = self.current.take();
        drop(old);
        let Ok(mut walk) = self.walk.try_borrow_mut() else {
            return Err(ctx.error("Object is in use by a call that has not returned"));
        };
        let found = match &mut *walk {
            Some(walk) => step(&mut **walk, ctx, &self.errors)?,
            None => None,
        };
        drop(walk);
        let old = self.current.replace(found);
        drop(old);
        Ok(())
    }
    fn rewind(&self, ctx: &mut Ctx) -> R<()> {
        self.step(ctx, |walk, ctx, errors| walk.first(ctx, errors))
    }
    fn next(&self, ctx: &mut Ctx) -> R<()> {
        self.step(ctx, |walk, ctx, errors| walk.next(ctx, errors))?;
        self.index.set(self.index.get().wrapping_add(1));
        Ok(())
    }
    fn current(&self) -> Value {
        self.current.borrow().clone().unwrap_or(Value::NULL)
    }
    fn key(&self) -> i64 {
        let own = self.walk.try_borrow().ok().and_then(|w| w.as_ref().and_then(|w| w.key()));
        own.unwrap_or_else(|| self.index.get())
    }
    /// The object that is walked, if it is one.
    pub fn source(&self) -> Option<Value> {
        self.walk.try_borrow().ok().and_then(|w| w.as_ref().and_then(|w| w.source()))
    }
    fn valid(&self) -> bool {
        self.current.borrow().is_some()
    }
}

/// An `IntlIterator` over names.
pub fn over_names(ctx: &mut Ctx, names: Enumeration) -> R<Object> {
    This::<IntlIterator>::create(ctx, IntlIterator::over(Names(names)))
}

struct Names(Enumeration);

impl GcRoots for Names {
    fn visit(&mut self, _: &mut Visitor) {}
}

impl Walk for Names {
    fn first(&mut self, ctx: &mut Ctx, errors: &Errors) -> R<Option<Value>> {
        let reset = self.0.reset();
        match error::checked(ctx, Some(errors), reset, "Error resetting enumeration")? {
            Some(()) => self.next(ctx, errors),
            None => Ok(None),
        }
    }
    fn next(&mut self, ctx: &mut Ctx, errors: &Errors) -> R<Option<Value>> {
        let next = self.0.next();
        let next = error::checked(ctx, Some(errors), next, "Error fetching next iteration element")?;
        Ok(next.flatten().map(Value::from))
    }
}

/// foreach over an `IntlIterator`: it moves the object itself.
struct Each(Value);

impl GcRoots for Each {
    fn visit(&mut self, v: &mut Visitor) {
        v.value(&mut self.0);
    }
}

impl Each {
    fn on<T>(&self, ctx: &mut Ctx, f: impl FnOnce(&IntlIterator, &mut Ctx) -> R<T>) -> R<T> {
        match self.0.as_object().and_then(This::<IntlIterator>::of) {
            Some(this) => f(&*this.borrow(ctx)?, ctx),
            None => Err(ctx.error("no IntlIterator")),
        }
    }
}

impl NativeIter for Each {
    fn rewind(&mut self, ctx: &mut Ctx) -> R<()> {
        self.on(ctx, |it, ctx| {
            it.index.set(0);
            it.rewind(ctx)
        })
    }
    fn valid(&mut self, ctx: &mut Ctx) -> R<bool> {
        self.on(ctx, |it, _| Ok(it.valid()))
    }
    fn current(&mut self, ctx: &mut Ctx) -> R<Value> {
        self.on(ctx, |it, _| Ok(it.current()))
    }
    fn key(&mut self, ctx: &mut Ctx) -> R<Value> {
        self.on(ctx, |it, _| Ok(it.key().into()))
    }
    fn next(&mut self, ctx: &mut Ctx) -> R<()> {
        self.on(ctx, |it, ctx| it.next(ctx))
    }
}

impl Handlers for IntlIterator {
    fn get_iterator(
        this: &This<Self>,
        ctx: &mut Ctx,
        by_ref: bool,
    ) -> R<Box<dyn plugin_api::__private::ErasedIter>> {
        if by_ref {
            return Err(ctx.exception("Iteration by reference is not supported"));
        }
        if this.borrow(ctx)?.walk.try_borrow().is_ok_and(|w| w.is_none()) {
            return Err(ctx.exception("The IntlIterator is not properly constructed"));
        }
        Ok(Box::new(Each(this.object().clone().into())))
    }
}

/// Runs a method on what is walked.
fn method<T>(
    this: &This<IntlIterator>,
    ctx: &mut Ctx,
    f: impl FnOnce(&IntlIterator, &mut Ctx) -> R<T>,
) -> R<T> {
    let it = this.borrow(ctx)?;
    error::begin(ctx, Some(&it.errors));
    if it.walk.try_borrow().is_ok_and(|w| w.is_none()) {
        return Err(ctx.error("Found unconstructed IntlIterator"));
    }
    f(&it, ctx)
}

#[php_methods]
impl IntlIterator {
    #[php("public function current(): ~mixed")]
    fn current_element(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        method(this, ctx, |it, _| Ok(it.current()))
    }
    #[php("public function key(): ~mixed")]
    fn current_key(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        method(this, ctx, |it, _| Ok(it.key()))
    }
    #[php("public function next(): ~void")]
    fn step_on(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        method(this, ctx, |it, ctx| it.next(ctx))
    }
    #[php("public function rewind(): ~void")]
    fn step_back(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        method(this, ctx, |it, ctx| it.rewind(ctx))
    }
    #[php("public function valid(): ~bool")]
    fn has_current(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        method(this, ctx, |it, _| Ok(it.valid()))
    }
}
