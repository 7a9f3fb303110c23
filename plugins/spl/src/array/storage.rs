//! What ArrayObject and ArrayIterator hold: an array of their own, the properties of an object, those of themselves, or what
//! another of them holds; and a position in it.

use super::{ArrayIterator, ArrayObject};
use crate::support::Offset;
use plugin_api::{Array, Class, Ctx, Fetched, GcRoots, Key, Kind, Known, Object, R, Slot, This, Value};

/// Flags that scripts see.
pub const STD_PROP_LIST: i64 = 1;
/// Elements are properties.
pub const ARRAY_AS_PROPS: i64 = 2;
/// Objects have no children.
pub const CHILD_ARRAYS_ONLY: i64 = 4;
/// In serialized form: it holds its own properties.
pub const IS_SELF: i64 = 0x0100_0000;
/// Bits that are not scripts' business.
pub const INTERNAL: i64 = 0xffff_0000;
/// Bits that a copy takes over.
pub const CLONED: i64 = 0x0100_ffff;

/// Where the elements are.
#[derive(GcRoots)]
pub enum Source {
    /// An array of its own.
    Array(Array),
    /// The properties of the object itself.
    Own,
    /// What another ArrayObject or ArrayIterator holds.
    Other(Object),
    /// The properties of an object.
    Properties(Object),
}

/// The payload of both classes.
#[derive(GcRoots)]
pub struct Storage {
    /// Elements.
    pub source: Source,
    /// Flags that scripts see.
    pub flags: i64,
    /// Sorting is under way: nothing may be written.
    pub sorting: u32,
    /// Class of what `getIterator()` makes; none: ArrayIterator.
    #[gc(skip)]
    pub iterator_class: Option<Class>,
    /// Position: in an array the number under which the engine keeps it up to date, among properties itself.
    #[gc(skip)]
    pub position: Option<Position>,
}

/// A position among elements.
#[derive(Clone, Copy)]
pub enum Position {
    /// Registered with the engine.
    Watched(u32),
    /// Entry of a property table.
    Entry(u32),
}

impl Default for Storage {
    fn default() -> Storage {
        Storage {
            source: Source::Array(Array::new()),
            flags: 0,
            sorting: 0,
            iterator_class: None,
            position: None,
        }
    }
}

impl Storage {
    /// The element of an offset that is an int or a string, of an array of its own.
    #[inline]
    pub fn element(&self, k: &Value) -> Known<'_> {
        let Source::Array(a) = &self.source else { return Known::Unsure };
        match k.kind() {
            Kind::Int(i) => a.get_index(i).into(),
            Kind::Str(s) => a.get_key(Key::from(s)).into(),
            _ => Known::Unsure,
        }
    }
    /// Where such an element lies, when it is there, nothing is being sorted and the array has no other holder.
    #[inline]
    pub fn place(&mut self, k: &Value) -> Option<Slot<'_>> {
        match &mut self.source {
            Source::Array(a) if self.sorting == 0 => a.own_element(k),
            _ => None,
        }
    }
    /// How many elements there are, in an array of its own.
    #[inline]
    pub fn known_len(&self) -> Option<usize> {
        if let Source::Array(a) = &self.source { Some(a.len()) } else { None }
    }
    /// Forgets the position.
    pub fn forget_position(&mut self) {
        if let Some(Position::Watched(id)) = self.position.take() {
            Array::unwatch(id);
        }
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        self.forget_position();
    }
}

/// Runs `f` on the storage of an object of either class. `f` must neither run PHP code nor drop values.
#[inline]
pub fn with<T>(o: &Object, ctx: &mut Ctx, f: impl FnOnce(&mut Storage) -> T) -> R<T> {
    if let Some(t) = This::<ArrayObject>::of(o) {
        return Ok(f(&mut t.borrow_mut(ctx)?.s));
    }
    if let Some(t) = This::<ArrayIterator>::of(o) {
        return Ok(f(&mut t.borrow_mut(ctx)?.s));
    }
    Err(ctx.error("not an ArrayObject"))
}

/// Looks at the storage of an object of either class, while nothing writes to it.
#[inline]
fn looked_at<T>(o: &Object, f: impl FnOnce(&Storage) -> T) -> Option<T> {
    match This::<ArrayIterator>::of(o) {
        Some(t) => t.look(|p| f(&p.s)),
        None => This::<ArrayObject>::of(o)?.look(|p| f(&p.s)),
    }
}

/// Runs `f` on the array that `o` walks and the number of its position in it, where it has one: its own array, or that of
/// another object. `None` where the elements are properties, and where there is no position yet. `f` must neither run PHP code
/// nor drop values.
#[inline]
fn walked<T>(o: &Object, f: impl FnOnce(&Array, u32) -> T) -> Option<T> {
    looked_at(o, |s| {
        let Some(Position::Watched(id)) = s.position else { return None };
        match &s.source {
            Source::Array(a) => Some(f(a, id)),
            Source::Other(other) => looked_at(other, |s| match &s.source {
                Source::Array(a) => Some(f(a, id)),
                _ => None,
            })?,
            _ => None,
        }
    })?
}

/// Whether an object is of either class.
pub fn is_either(o: &Object) -> bool {
    This::<ArrayObject>::of(o).is_some() || This::<ArrayIterator>::of(o).is_some()
}

/// Where the elements of an object are in the end.
pub enum Table {
    /// In the array that this object owns.
    Array(Object),
    /// Among the properties of this object.
    Properties(Object),
}

/// Finds where the elements of `o` are.
pub fn table(o: &Object, ctx: &mut Ctx) -> R<Table> {
    let mut o = o.clone();
    loop {
        enum Step {
            Here,
            Own,
            Other(Object),
            Properties(Object),
        }
        let step = with(&o, ctx, |s| match &s.source {
            Source::Array(_) => Step::Here,
            Source::Own => Step::Own,
            Source::Other(other) => Step::Other(other.clone()),
            Source::Properties(p) => Step::Properties(p.clone()),
        })?;
        match step {
            Step::Here => return Ok(Table::Array(o)),
            Step::Own => return Ok(Table::Properties(o)),
            Step::Other(other) => o = other,
            Step::Properties(p) => return Ok(Table::Properties(p.initialized(ctx)?)),
        }
    }
}

/// Works on the array that `owner` owns.
fn on_array<T>(owner: &Object, ctx: &mut Ctx, f: impl FnOnce(&mut Array) -> T) -> R<Option<T>> {
    with(owner, ctx, |s| match &mut s.source {
        Source::Array(a) => Some(f(a)),
        _ => None,
    })
}

/// Whether a property table's entry is one that scripts see: not a private or protected one.
fn is_shown(o: &Object, pos: u32) -> bool {
    o.table_key(pos).is_some_and(|k| k.first() != Some(&0))
}

impl Table {
    /// Whether the elements are properties.
    pub fn is_object(&self) -> bool {
        matches!(self, Table::Properties(_))
    }
    /// The element of a key as it is.
    pub fn find(&self, ctx: &mut Ctx, k: &Offset) -> R<Option<Value>> {
        Ok(match self {
            Table::Array(owner) => on_array(owner, ctx, |a| k.find(a).cloned())?.flatten(),
            Table::Properties(o) => o.table_find(&k.to_str()).and_then(|i| o.table_at(i)),
        })
    }
    /// Sets an element.
    pub fn set(&self, ctx: &mut Ctx, k: &Offset, v: Value) -> R<()> {
        match self {
            Table::Array(owner) => {
                let old = on_array(owner, ctx, |a| k.set(a, v))?;
                drop(old);
            }
            Table::Properties(o) => o.table_set(&k.to_str(), v),
        }
        Ok(())
    }
    /// Appends an element; properties take the next number as their name.
    pub fn push(&self, ctx: &mut Ctx, v: Value) -> R<()> {
        match self {
            Table::Array(owner) => {
                on_array(owner, ctx, |a| a.push(v))?;
            }
            Table::Properties(o) => {
                let mut next = 0;
                let mut at = o.table_next(0);
                while let Some(i) = at {
                    let key = o.table_key(i).and_then(|k| match Key::from(&k) {
                        Key::Int(n) => Some(n),
                        Key::Str(_) => None,
                    });
                    if let Some(n) = key {
                        next = next.max(n.saturating_add(1));
                    }
                    at = o.table_next(i + 1);
                }
                o.table_set(next.to_string().as_bytes(), v);
            }
        }
        Ok(())
    }
    /// A PHP reference to an element, made null when missing.
    pub fn reference(&self, ctx: &mut Ctx, k: &Offset) -> R<Value> {
        match self {
            Table::Array(owner) => {
                let r = on_array(owner, ctx, |a| match k {
                    Offset::Int(i) => a.reference(*i),
                    Offset::Str(s) => a.reference(s),
                })?;
                Ok(r.unwrap_or_default())
            }
            Table::Properties(o) => {
                let name = k.to_str();
                let at = match o.table_find(&name) {
                    Some(at) => Some(at),
                    None => {
                        o.table_set(&name, Value::NULL);
                        o.table_find(&name)
                    }
                };
                match at {
                    Some(at) => o.table_ref(ctx, at),
                    None => Ok(Value::NULL),
                }
            }
        }
    }
    /// Removes an element; what it was is given, to be dropped later.
    pub fn remove(&self, ctx: &mut Ctx, k: &Offset) -> R<Option<Value>> {
        Ok(match self {
            Table::Array(owner) => on_array(owner, ctx, |a| k.remove(a))?.flatten(),
            Table::Properties(o) => o.table_find(&k.to_str()).and_then(|i| o.table_remove(i)),
        })
    }
    /// Elements as an array: a copy.
    pub fn copy(&self, ctx: &mut Ctx) -> R<Array> {
        match self {
            Table::Array(owner) => Ok(on_array(owner, ctx, |a| a.clone())?.unwrap_or_default()),
            Table::Properties(o) => o.properties(ctx),
        }
    }
    /// Number of elements.
    pub fn count(&self, ctx: &mut Ctx) -> R<i64> {
        match self {
            Table::Array(owner) => Ok(on_array(owner, ctx, |a| a.len())?.unwrap_or(0) as i64),
            Table::Properties(o) => {
                let (mut n, mut at) = (0, o.table_next(0));
                while let Some(i) = at {
                    n += is_shown(o, i) as i64;
                    at = o.table_next(i + 1);
                }
                Ok(n)
            }
        }
    }
    /// Entry of the first element at or after `pos`.
    fn live(&self, ctx: &mut Ctx, pos: u32) -> R<Option<u32>> {
        Ok(match self {
            Table::Array(owner) => on_array(owner, ctx, |a| a.next_live(pos))?.flatten(),
            Table::Properties(o) => {
                let mut at = o.table_next(pos);
                while let Some(i) = at.filter(|&i| !is_shown(o, i)) {
                    at = o.table_next(i + 1);
                }
                at
            }
        })
    }
    /// Value of an entry as it is.
    fn value(&self, ctx: &mut Ctx, pos: u32) -> R<Option<Value>> {
        Ok(match self {
            Table::Array(owner) => on_array(owner, ctx, |a| a.at(pos).map(|(_, v)| v.clone()))?.flatten(),
            Table::Properties(o) => o.table_at(pos),
        })
    }
    /// Key of an entry.
    fn key(&self, ctx: &mut Ctx, pos: u32) -> R<Value> {
        Ok(match self {
            Table::Array(owner) => {
                on_array(owner, ctx, |a| a.at(pos).map(|(k, _)| k.to_value()))?.flatten().unwrap_or_default()
            }
            Table::Properties(o) => o.table_key(pos).map_or(Value::NULL, Value::from),
        })
    }
}

/// Where the position of `o` is in `t`: at its beginning when it has none yet.
fn position(o: &Object, ctx: &mut Ctx, t: &Table) -> R<u32> {
    let now = with(o, ctx, |s| s.position)?;
    match (t, now) {
        (Table::Array(owner), Some(Position::Watched(id))) => {
            Ok(on_array(owner, ctx, |a| a.watched(id))?.unwrap_or(0))
        }
        (Table::Properties(_), Some(Position::Entry(i))) => Ok(i),
        _ => {
            set_position(o, ctx, t, 0)?;
            Ok(0)
        }
    }
}

fn set_position(o: &Object, ctx: &mut Ctx, t: &Table, pos: u32) -> R<()> {
    let now = with(o, ctx, |s| s.position)?;
    match (t, now) {
        (Table::Array(_), Some(Position::Watched(id))) => Array::watch_set(id, pos),
        (Table::Array(owner), _) => {
            let id = on_array(owner, ctx, |a| a.watch(pos))?;
            with(o, ctx, |s| {
                s.forget_position();
                s.position = id.map(Position::Watched);
            })?;
        }
        (Table::Properties(_), _) => with(o, ctx, |s| {
            s.forget_position();
            s.position = Some(Position::Entry(pos));
        })?,
    }
    Ok(())
}

/// The entry that `o` stands on.
fn stands_on(o: &Object, ctx: &mut Ctx) -> R<(Table, Option<u32>)> {
    let t = table(o, ctx)?;
    let pos = position(o, ctx, &t)?;
    let at = t.live(ctx, pos)?;
    Ok((t, at))
}

/// Whether `o` stands on an element.
pub fn valid(o: &Object, ctx: &mut Ctx) -> R<bool> {
    if let Some(yes) = walked(o, |a, id| a.watch_step(id, false).is_some()) {
        return Ok(yes);
    }
    Ok(stands_on(o, ctx)?.1.is_some())
}

/// The value that `o` stands on as it is.
pub fn current(o: &Object, ctx: &mut Ctx) -> R<Option<Value>> {
    let here = |a: &Array, id| a.watch_step(id, false).and_then(|at| a.at(at)).map(|(_, v)| v.clone());
    if let Some(v) = walked(o, here) {
        return Ok(v);
    }
    match stands_on(o, ctx)? {
        (t, Some(at)) => t.value(ctx, at),
        _ => Ok(None),
    }
}

/// All that a loop does for an element, where it lies in an array: `None` where that takes single steps.
pub fn fetch(o: &Object, advance: bool, to: &mut Fetched<'_>) -> Option<bool> {
    walked(o, |a, id| {
        let Some((k, v)) = a.watch_step(id, advance).and_then(|at| a.at(at)) else { return false };
        if to.wants_value() {
            to.value(v.dereferenced());
        }
        if to.wants_key() {
            to.key(k.to_value());
        }
        true
    })
}

/// A reference to the value that `o` stands on.
pub fn current_reference(o: &Object, ctx: &mut Ctx) -> R<Value> {
    match stands_on(o, ctx)? {
        (Table::Array(owner), Some(at)) => {
            let r = on_array(&owner, ctx, |a| {
                let k = a.at(at).map(|(k, _)| match k {
                    Key::Int(i) => Offset::Int(i),
                    Key::Str(s) => Offset::Str(s.to_str()),
                });
                match k {
                    Some(Offset::Int(i)) => a.reference(i),
                    Some(Offset::Str(s)) => a.reference(&s),
                    None => Value::NULL,
                }
            })?;
            Ok(r.unwrap_or_default())
        }
        (Table::Properties(p), Some(at)) => p.table_ref(ctx, at),
        _ => Ok(Value::NULL),
    }
}

/// The key that `o` stands on, or null.
pub fn key(o: &Object, ctx: &mut Ctx) -> R<Value> {
    let here = |a: &Array, id| a.watch_step(id, false).and_then(|at| a.at(at)).map(|(k, _)| k.to_value());
    if let Some(k) = walked(o, here) {
        return Ok(k.unwrap_or_default());
    }
    match stands_on(o, ctx)? {
        (t, Some(at)) => t.key(ctx, at),
        _ => Ok(Value::NULL),
    }
}

/// Steps on; whether there is an element.
pub fn next(o: &Object, ctx: &mut Ctx) -> R<bool> {
    if let Some(more) = walked(o, |a, id| a.watch_step(id, true).is_some()) {
        return Ok(more);
    }
    let (t, at) = stands_on(o, ctx)?;
    let Some(at) = at else { return Ok(false) };
    let next = t.live(ctx, at + 1)?;
    set_position(o, ctx, &t, next.unwrap_or(at + 1))?;
    Ok(next.is_some())
}

/// To the first element.
pub fn rewind(o: &Object, ctx: &mut Ctx) -> R<()> {
    let t = table(o, ctx)?;
    set_position(o, ctx, &t, 0)
}
