//! RecursiveIteratorIterator: walks a tree of iterators.

use super::interfaces::RecursiveIterator;
use super::outer::{from_aggregate, is_aggregate};
use crate::array::ArrayIterator;
use crate::support::{NO_PARENT, is_overridden, throw};
use plugin_api::{
    Class, Ctx, Fetched, GcRoots, Handlers, Iter, NativeIter, Object, R, Step, Str, This, Throw, Value,
    php_class, php_methods,
};

const LEAVES_ONLY: i64 = 0;
const SELF_FIRST: i64 = 1;
const CHILD_FIRST: i64 = 2;
const CATCH_GET_CHILD: i64 = 16;

/// What is done next at a level.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Next,
    Test,
    This,
    Child,
    Start,
}

struct Level {
    object: Object,
    /// `None` while a step of it runs.
    walk: Option<Iter>,
    state: State,
}

impl GcRoots for Level {
    fn visit(&mut self, v: &mut plugin_api::Visitor) {
        self.object.visit(v);
        self.walk.visit(v);
    }
}

/// Walks a tree of iterators.
#[derive(GcRoots)]
#[php_class(
    "class RecursiveIteratorIterator implements OuterIterator",
    "public const int LEAVES_ONLY = 0",
    "public const int SELF_FIRST = 1",
    "public const int CHILD_FIRST = 2",
    "public const int CATCH_GET_CHILD = 16",
    handlers(get_method, get_iterator)
)]
pub struct RecursiveIteratorIterator {
    levels: Vec<Level>,
    mode: i64,
    /// Flags of the constructor.
    pub flags: i64,
    max_depth: Option<i64>,
    in_iteration: bool,
    /// Prefix parts and postfix of RecursiveTreeIterator.
    #[gc(skip)]
    pub parts: [Str; 7],
}

impl Default for RecursiveIteratorIterator {
    fn default() -> RecursiveIteratorIterator {
        RecursiveIteratorIterator {
            levels: Vec::new(),
            mode: 0,
            flags: 0,
            max_depth: None,
            in_iteration: false,
            parts: ["", "| ", "  ", "|-", "\\-", "", ""].map(Str::from),
        }
    }
}

/// Any such iterator.
pub type Tree = This<RecursiveIteratorIterator>;

/// Whether a hook is PHP code.
fn hooks(this: &Tree, name: &str) -> bool {
    is_overridden(this.class(), name)
}

fn hook(this: &Tree, ctx: &mut Ctx, name: &str) -> R<()> {
    if hooks(this, &name.to_ascii_lowercase()) {
        this.call(ctx, name, &[])?;
    }
    Ok(())
}

impl Handlers for RecursiveIteratorIterator {
    fn get_method(this: &This<Self>, ctx: &mut Ctx, _: &Str) -> R<Option<Object>> {
        let top = this.borrow(ctx)?.levels.last().map(|l| l.object.clone());
        match top {
            Some(o) => Ok(Some(o)),
            None => {
                let class = this.class().name();
                Err(ctx.error(format!("The {} instance wasn't initialized properly", class.lossy())))
            }
        }
    }
    fn get_iterator(
        this: &This<Self>,
        ctx: &mut Ctx,
        by_ref: bool,
    ) -> R<Box<dyn plugin_api::__private::ErasedIter>> {
        if by_ref {
            return Err(ctx.error("An iterator cannot be used with foreach by reference"));
        }
        if this.borrow(ctx)?.levels.is_empty() {
            return Err(ctx.error("Object is not initialized"));
        }
        Ok(Box::new(TreeIter(this.object().clone())))
    }
}

/// What foreach walks: the object itself, whose levels go when the loop ends.
#[derive(GcRoots)]
struct TreeIter(Object);

impl TreeIter {
    fn this(&self, ctx: &mut Ctx) -> R<&Tree> {
        Tree::of(&self.0).ok_or_else(|| ctx.error(NO_PARENT))
    }
}

impl Drop for TreeIter {
    fn drop(&mut self) {
        let gone = Tree::of(&self.0)
            .and_then(|t| t.with(|p| if p.levels.is_empty() { Vec::new() } else { p.levels.split_off(1) }));
        drop(gone);
    }
}

impl NativeIter for TreeIter {
    fn rewind(&mut self, ctx: &mut Ctx) -> R<()> {
        rewind(self.this(ctx)?, ctx)
    }
    fn valid(&mut self, ctx: &mut Ctx) -> R<bool> {
        valid(self.this(ctx)?, ctx)
    }
    fn current(&mut self, ctx: &mut Ctx) -> R<Value> {
        let this = self.this(ctx)?;
        sub_current(this, ctx)
    }
    fn key(&mut self, ctx: &mut Ctx) -> R<Value> {
        let this = self.this(ctx)?;
        sub_key(this, ctx)
    }
    fn next(&mut self, ctx: &mut Ctx) -> R<()> {
        forward(self.this(ctx)?, ctx)
    }
    fn fetch(&mut self, ctx: &mut Ctx, advance: bool, to: &mut Fetched<'_>) -> R<bool> {
        if advance {
            let this = self.this(ctx)?;
            if next_leaf(this, ctx, to)? {
                return Ok(true);
            }
            forward(this, ctx)?;
        }
        if !self.valid(ctx)? {
            return Ok(false);
        }
        to.fill(ctx, self, Self::current, Self::key)
    }
}

/// Steps on to the next element of the deepest level, a RecursiveArrayIterator, where that is one without children and no method
/// of either class is PHP code: gives it. False where there is more to do, from where the level stands then.
fn next_leaf(this: &Tree, ctx: &mut Ctx, to: &mut Fetched<'_>) -> R<bool> {
    let (level, mut it) = {
        let mut p = this.borrow_mut(ctx)?;
        let level = p.levels.len().wrapping_sub(1);
        let Some(l) = p.levels.last_mut() else { return Ok(false) };
        let array = This::<ArrayIterator>::of(&l.object).is_some() && l.object.class().is_native();
        if !array || l.state != State::Next || !this.class().is_native() {
            return Ok(false);
        }
        let Some(it) = l.walk.take() else { return Ok(false) };
        (level, it)
    };
    let found = it.fetch(ctx, true, to.wants_key());
    let left = {
        let mut p = this.borrow_mut(ctx)?;
        match p.levels.get_mut(level) {
            Some(l) if l.walk.is_none() => {
                l.state = match &found {
                    Ok(Step::Element(_, v)) if v.as_array().is_some() || v.as_object().is_some() => {
                        State::Test
                    }
                    Ok(Step::End) => State::Start,
                    _ => State::Next,
                };
                l.walk.replace(it)
            }
            _ => Some(it),
        }
    };
    drop(left);
    match found? {
        Step::Element(k, v) if v.as_array().is_none() && v.as_object().is_none() => {
            to.value(v.dereferenced());
            to.key(k);
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Number of the deepest level; an Error when the constructor did not run.
pub fn top(this: &Tree, ctx: &mut Ctx) -> R<usize> {
    let n = this.borrow(ctx)?.levels.len();
    n.checked_sub(1).ok_or_else(|| ctx.error(NO_PARENT))
}

/// A step of the walk at a level, which is out of its place meanwhile.
fn step<T>(this: &Tree, ctx: &mut Ctx, level: usize, f: impl FnOnce(&mut Iter, &mut Ctx) -> R<T>) -> R<T> {
    let (object, taken) = {
        let mut p = this.borrow_mut(ctx)?;
        match p.levels.get_mut(level) {
            Some(l) => (l.object.clone(), l.walk.take()),
            None => {
                drop(p);
                return Err(ctx.error(NO_PARENT));
            }
        }
    };
    let mut it = match taken {
        Some(it) => it,
        None => Iter::new(ctx, object.as_value())?,
    };
    let r = f(&mut it, ctx);
    let left = {
        let mut p = this.borrow_mut(ctx)?;
        match p.levels.get_mut(level) {
            Some(l) if l.walk.is_none() && l.object.same(&object) => l.walk.replace(it),
            _ => Some(it),
        }
    };
    drop(left);
    r
}

/// The value that the deepest iterator stands on.
pub fn sub_current(this: &Tree, ctx: &mut Ctx) -> R<Value> {
    let level = top(this, ctx)?;
    Ok(step(this, ctx, level, |it, ctx| it.current(ctx))?.dereferenced())
}

/// Its key.
pub fn sub_key(this: &Tree, ctx: &mut Ctx) -> R<Value> {
    let level = top(this, ctx)?;
    step(this, ctx, level, |it, ctx| it.key(ctx))
}

/// The iterators of all levels.
pub fn objects(this: &Tree, ctx: &mut Ctx) -> R<Vec<Object>> {
    Ok(this.borrow(ctx)?.levels.iter().map(|l| l.object.clone()).collect())
}

fn valid(this: &Tree, ctx: &mut Ctx) -> R<bool> {
    let mut level = this.borrow(ctx)?.levels.len();
    if level == 0 {
        return Ok(false);
    }
    while level > 0 {
        level -= 1;
        if step(this, ctx, level, |it, ctx| it.valid(ctx))? {
            return Ok(true);
        }
    }
    if this.borrow(ctx)?.in_iteration {
        hook(this, ctx, "endIteration")?;
    }
    this.borrow_mut(ctx)?.in_iteration = false;
    Ok(false)
}

/// Passes an exception on, unless the flags say that it is to be forgotten: then `None`.
fn caught<T>(this: &Tree, ctx: &mut Ctx, r: R<T>) -> R<Option<T>> {
    match r {
        Ok(v) => Ok(Some(v)),
        Err(Throw::Exception) if this.borrow(ctx)?.flags & CATCH_GET_CHILD != 0 => {
            drop(ctx.take_exception());
            Ok(None)
        }
        Err(t) => Err(t),
    }
}

fn set_state(this: &Tree, ctx: &mut Ctx, level: usize, s: State) -> R<()> {
    if let Some(l) = this.borrow_mut(ctx)?.levels.get_mut(level) {
        l.state = s;
    }
    Ok(())
}

/// Asks the hook, or the iterator of the level itself.
fn ask(this: &Tree, ctx: &mut Ctx, level: usize, hook: &str, method: &str) -> R<Value> {
    if hooks(this, &hook.to_ascii_lowercase()) {
        return this.call(ctx, hook, &[]);
    }
    let o = this.borrow(ctx)?.levels.get(level).map(|l| l.object.clone());
    match o {
        Some(o) => o.call(ctx, method, &[]),
        None => Ok(Value::NULL),
    }
}

/// On to the next element: each round does what the state of the deepest level says.
fn forward(this: &Tree, ctx: &mut Ctx) -> R<()> {
    top(this, ctx)?;
    loop {
        let mut level = top(this, ctx)?;
        let (mode, max) = {
            let p = this.borrow(ctx)?;
            (p.mode, p.max_depth)
        };
        let mut state = this.borrow(ctx)?.levels[level].state;
        if state == State::Next {
            let r = step(this, ctx, level, |it, ctx| it.advance(ctx));
            caught(this, ctx, r)?;
            level = top(this, ctx)?;
            state = State::Start;
        }
        if state == State::Start {
            let object = this.borrow(ctx)?.levels.get(level).map(|l| l.object.clone());
            let more = step(this, ctx, level, |it, ctx| it.valid(ctx))?;
            // The iterator may have come back here and moved on by itself.
            let same = {
                let p = this.borrow(ctx)?;
                p.levels.len() == level + 1
                    && p.levels.last().zip(object.as_ref()).is_some_and(|(l, o)| l.object.same(o))
            };
            if !same {
                return Ok(());
            }
            if !more {
                if !leave(this, ctx, level)? {
                    return Ok(());
                }
                continue;
            }
            set_state(this, ctx, level, State::Test)?;
            state = State::Test;
        }
        match state {
            State::Test => {
                let r = ask(this, ctx, level, "callHasChildren", "hasChildren");
                let has = match caught(this, ctx, r) {
                    Ok(v) => v.is_some_and(|v| v.to_bool()),
                    Err(t) => {
                        set_state(this, ctx, level, State::Next)?;
                        return Err(t);
                    }
                };
                if has {
                    if max.is_none_or(|m| m > level as i64) {
                        let s = if mode == SELF_FIRST { State::This } else { State::Child };
                        set_state(this, ctx, level, s)?;
                        continue;
                    }
                    if mode == LEAVES_ONLY {
                        set_state(this, ctx, level, State::Next)?;
                        continue;
                    }
                }
                let r = hook(this, ctx, "nextElement");
                set_state(this, ctx, level, State::Next)?;
                caught(this, ctx, r)?;
                return Ok(());
            }
            State::This => {
                let r = if mode == LEAVES_ONLY { Ok(()) } else { hook(this, ctx, "nextElement") };
                let s = if mode == SELF_FIRST { State::Child } else { State::Next };
                set_state(this, ctx, level, s)?;
                return r;
            }
            _ => descend(this, ctx, level, mode)?,
        }
    }
}

/// Goes down to the children of the element.
fn descend(this: &Tree, ctx: &mut Ctx, level: usize, mode: i64) -> R<()> {
    let r = ask(this, ctx, level, "callGetChildren", "getChildren");
    let Some(child) = caught(this, ctx, r)? else {
        return set_state(this, ctx, level, State::Next);
    };
    let class = Class::of::<RecursiveIterator>(ctx)?;
    let Some(child) = child.as_object().filter(|o| o.instance_of(class)).cloned() else {
        let message = "Objects returned by RecursiveIterator::getChildren() must implement RecursiveIterator";
        return Err(throw(ctx, "UnexpectedValueException", message));
    };
    let s = if mode == CHILD_FIRST { State::This } else { State::Next };
    set_state(this, ctx, level, s)?;
    let walk = Iter::new(ctx, child.as_value())?;
    this.borrow_mut(ctx)?.levels.push(Level { object: child, walk: Some(walk), state: State::Start });
    step(this, ctx, level + 1, |it, ctx| it.rewind(ctx))?;
    let r = hook(this, ctx, "beginChildren");
    caught(this, ctx, r)?;
    Ok(())
}

/// Leaves a level that has no more elements; false when it is the first.
fn leave(this: &Tree, ctx: &mut Ctx, level: usize) -> R<bool> {
    if level == 0 {
        return Ok(false);
    }
    let object = this.borrow(ctx)?.levels.get(level).map(|l| l.object.clone());
    let r = hook(this, ctx, "endChildren");
    caught(this, ctx, r)?;
    let gone = {
        let mut p = this.borrow_mut(ctx)?;
        let same = p.levels.len() == level + 1
            && p.levels.last().zip(object.as_ref()).is_some_and(|(l, o)| l.object.same(o));
        if same { p.levels.pop() } else { None }
    };
    drop(gone);
    Ok(true)
}

fn rewind(this: &Tree, ctx: &mut Ctx) -> R<()> {
    top(this, ctx)?;
    loop {
        let gone = {
            let mut p = this.borrow_mut(ctx)?;
            if p.levels.len() > 1 { p.levels.pop() } else { None }
        };
        if gone.is_none() {
            break;
        }
        drop(gone);
        hook(this, ctx, "endChildren")?;
    }
    set_state(this, ctx, 0, State::Start)?;
    step(this, ctx, 0, |it, ctx| it.rewind(ctx))?;
    if !this.borrow(ctx)?.in_iteration {
        hook(this, ctx, "beginIteration")?;
    }
    this.borrow_mut(ctx)?.in_iteration = true;
    forward(this, ctx)
}

/// Starts a tree at an iterator or what an aggregate gives. `adapt` may put another iterator around it.
pub fn create(
    this: &Tree,
    ctx: &mut Ctx,
    iterator: &Object,
    mode: i64,
    flags: i64,
    adapt: impl FnOnce(&mut Ctx, Object) -> R<Object>,
) -> R<()> {
    let mut object = iterator.clone();
    if is_aggregate(ctx, object.class())? {
        let name = object.class().name();
        object = from_aggregate(ctx, &object, &name.lossy())?;
    }
    let object = adapt(ctx, object)?;
    let class = Class::of::<RecursiveIterator>(ctx)?;
    if !object.instance_of(class) {
        let message = "An instance of RecursiveIterator or IteratorAggregate creating it is required";
        return Err(throw(ctx, "InvalidArgumentException", message));
    }
    let walk = Iter::new(ctx, object.as_value())?;
    let old = {
        let mut p = this.borrow_mut(ctx)?;
        (p.mode, p.flags, p.max_depth, p.in_iteration) = (mode, flags, None, false);
        core::mem::replace(&mut p.levels, vec![Level { object, walk: Some(walk), state: State::Start }])
    };
    drop(old);
    Ok(())
}

#[php_methods]
impl RecursiveIteratorIterator {
    #[php(
        "public function __construct(Traversable $iterator, int $mode = RecursiveIteratorIterator::LEAVES_ONLY, int $flags = 0)"
    )]
    fn construct(
        this: &This<Self>,
        ctx: &mut Ctx,
        iterator: &Object,
        mode: Option<i64>,
        flags: i64,
    ) -> R<()> {
        create(this, ctx, iterator, mode.unwrap_or(LEAVES_ONLY), flags, |_, o| Ok(o))
    }
    #[php("public function rewind(): ~void")]
    fn rewind(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        rewind(this, ctx)
    }
    #[php("public function valid(): ~bool")]
    fn valid(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        valid(this, ctx)
    }
    #[php("public function key(): ~mixed")]
    fn key(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        sub_key(this, ctx)
    }
    #[php("public function current(): ~mixed")]
    fn current(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        sub_current(this, ctx)
    }
    #[php("public function next(): ~void")]
    fn next(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        forward(this, ctx)
    }
    #[php("public function getDepth(): ~int")]
    fn get_depth(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(this.borrow(ctx)?.levels.len().saturating_sub(1) as i64)
    }
    #[php("public function getSubIterator(?int $level = null): ~?RecursiveIterator")]
    fn get_sub_iterator(this: &This<Self>, ctx: &mut Ctx, level: Option<i64>) -> R<Option<Object>> {
        let deepest = this.borrow(ctx)?.levels.len().saturating_sub(1) as i64;
        let level = level.unwrap_or(deepest);
        if level < 0 || level > deepest {
            return Ok(None);
        }
        top(this, ctx)?;
        Ok(this.borrow(ctx)?.levels.get(level as usize).map(|l| l.object.clone()))
    }
    #[php("public function getInnerIterator(): ~RecursiveIterator")]
    fn get_inner_iterator(this: &This<Self>, ctx: &mut Ctx) -> R<Option<Object>> {
        let level = top(this, ctx)?;
        Ok(this.borrow(ctx)?.levels.get(level).map(|l| l.object.clone()))
    }
    #[php("public function beginIteration(): ~void")]
    fn begin_iteration() {}
    #[php("public function endIteration(): ~void")]
    fn end_iteration() {}
    #[php("public function callHasChildren(): ~bool")]
    fn call_has_children(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let o = this.borrow(ctx)?.levels.last().map(|l| l.object.clone());
        match o {
            Some(o) => o.call(ctx, "hasChildren", &[]),
            None => Ok(Value::bool(false)),
        }
    }
    #[php("public function callGetChildren(): ~?RecursiveIterator")]
    fn call_get_children(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let level = top(this, ctx)?;
        let o = this.borrow(ctx)?.levels.get(level).map(|l| l.object.clone());
        match o {
            Some(o) => o.call(ctx, "getChildren", &[]),
            None => Ok(Value::NULL),
        }
    }
    #[php("public function beginChildren(): ~void")]
    fn begin_children() {}
    #[php("public function endChildren(): ~void")]
    fn end_children() {}
    #[php("public function nextElement(): ~void")]
    fn next_element() {}
    #[php("public function setMaxDepth(int $maxDepth = -1): ~void")]
    fn set_max_depth(this: &This<Self>, ctx: &mut Ctx, max_depth: i64) -> R<()> {
        if max_depth < -1 {
            return Err(ctx.argument_value_error(1, "must be greater than or equal to -1"));
        }
        this.borrow_mut(ctx)?.max_depth = (max_depth != -1).then_some(max_depth.min(i32::MAX as i64));
        Ok(())
    }
    #[php("public function getMaxDepth(): ~int|false")]
    fn get_max_depth(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(this.borrow(ctx)?.max_depth.map_or(Value::bool(false), Value::int))
    }
}
