//! SplObjectStorage: a map from objects to values.

use crate::serial::Reader;
use crate::support::{debug_info, is_overridden, load_members, members, throw};
use plugin_api::serial::Writer;
use plugin_api::{
    Array, Class, Comparison, Ctx, Fetched, GcRoots, Handlers, Kind, Known, NativeIter, Object, PropMode, R,
    Str, This, Throw, Value, Visitor, php_class, php_methods,
};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// What identifies an object: its number, or what `getHash` says.
#[derive(Clone)]
enum Id {
    Number(u32),
    Hash(Box<[u8]>),
}

/// Mixes an object's number.
#[derive(Default)]
struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.write_u32(*b as u32));
    }
    fn write_u32(&mut self, n: u32) {
        self.0 = (self.0.rotate_left(5) ^ n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

struct Entry {
    id: Id,
    object: Object,
    info: Value,
}

/// Objects in order of attachment, each with a value. Positions stay what they are when others are taken out.
#[derive(Default)]
pub struct Storage {
    entries: Vec<Option<Entry>>,
    /// Where the objects are that are known by their numbers.
    numbered: HashMap<u32, u32, BuildHasherDefault<NumberHasher>>,
    /// Where those are that `getHash` names.
    hashed: HashMap<Box<[u8]>, u32>,
    pos: usize,
    index: i64,
}

impl GcRoots for Storage {
    fn visit(&mut self, v: &mut Visitor) {
        for e in self.entries.iter_mut().flatten() {
            e.object.visit(v);
            e.info.visit(v);
        }
    }
}

impl Storage {
    /// Objects in it.
    pub fn len(&self) -> usize {
        self.numbered.len() + self.hashed.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    fn place(&self, id: &Id) -> Option<u32> {
        match id {
            Id::Number(n) => self.numbered.get(n).copied(),
            Id::Hash(h) => self.hashed.get(h).copied(),
        }
    }
    fn set_place(&mut self, id: &Id, at: u32) {
        match id {
            Id::Number(n) => drop(self.numbered.insert(*n, at)),
            Id::Hash(h) => drop(self.hashed.insert(h.clone(), at)),
        }
    }
    fn set(&mut self, id: Id, object: &Object, info: Value) -> Option<Value> {
        if let Some(e) = self.place(&id).and_then(|at| self.entries[at as usize].as_mut()) {
            return Some(core::mem::replace(&mut e.info, info));
        }
        self.set_place(&id, self.entries.len() as u32);
        self.entries.push(Some(Entry { id, object: object.clone(), info }));
        None
    }
    /// Attaches an object by its number; gives the value it had.
    pub fn attach(&mut self, object: &Object, info: Value) -> Option<Value> {
        self.set(Id::Number(object.id()), object, info)
    }
    /// Detaches an object by its number; what held it is given, to be dropped later.
    pub fn detach(&mut self, object: &Object) -> Option<(Object, Value)> {
        self.take(&Id::Number(object.id()))
    }
    /// Whether an object is in it, by its number.
    pub fn contains(&self, object: &Object) -> bool {
        self.numbered.contains_key(&object.id())
    }
    fn take(&mut self, id: &Id) -> Option<(Object, Value)> {
        let at = match id {
            Id::Number(n) => self.numbered.remove(n)?,
            Id::Hash(h) => self.hashed.remove(h)?,
        };
        let e = self.entries[at as usize].take()?;
        while let Some(None) = self.entries.last() {
            self.entries.pop();
        }
        if self.entries.len() > 32 && self.len() * 2 < self.entries.len() {
            self.compact();
        }
        Some((e.object, e.info))
    }
    fn compact(&mut self) {
        let before = self.entries[..self.pos.min(self.entries.len())].iter().flatten().count();
        self.entries.retain(Option::is_some);
        self.pos = before;
        for i in 0..self.entries.len() {
            if let Some(id) = self.entries[i].as_ref().map(|e| e.id.clone()) {
                self.set_place(&id, i as u32);
            }
        }
    }
    fn find(&self, id: &Id) -> Option<&Entry> {
        self.place(id).and_then(|i| self.entries[i as usize].as_ref())
    }
    fn numbered(&self, object: &Object) -> Option<&Entry> {
        self.numbered.get(&object.id()).and_then(|&i| self.entries[i as usize].as_ref())
    }
    /// The value of an object, by its number.
    pub fn info(&self, object: &Object) -> Option<&Value> {
        self.numbered(object).map(|e| &e.info)
    }
    /// To the first object.
    pub fn rewind(&mut self) {
        (self.pos, self.index) = (0, 0);
    }
    fn live(&self) -> Option<usize> {
        let after = self.entries.get(self.pos..)?;
        after.iter().position(Option::is_some).map(|i| self.pos + i)
    }
    fn current(&self) -> Option<&Entry> {
        self.entries[self.live()?].as_ref()
    }
    fn advance(&mut self) {
        if let Some(i) = self.live() {
            self.pos = i + 1;
        }
    }
    /// On to the next object, which has the next index.
    fn next(&mut self) {
        self.advance();
        self.index += 1;
    }
    /// Objects and their values.
    pub fn pairs(&self) -> Vec<(Object, Value)> {
        self.entries.iter().flatten().map(|e| (e.object.clone(), e.info.clone())).collect()
    }
}

/// A map from objects to values.
#[derive(Default, GcRoots)]
#[php_class(
    "class SplObjectStorage implements Countable, SeekableIterator, Serializable, ArrayAccess",
    handlers(clone, compare, count, get_iterator, read_dim, write_dim, has_dim, unset_dim)
)]
pub struct SplObjectStorage {
    s: Storage,
}

type Set = This<SplObjectStorage>;

/// Whether a subclass decides by itself what is the same object.
fn hashes(this: &Set) -> bool {
    is_overridden(this.class(), "gethash")
}

fn id(this: &Set, ctx: &mut Ctx, o: &Object) -> R<Id> {
    if !hashes(this) {
        return Ok(Id::Number(o.id()));
    }
    let h = this.call(ctx, "getHash", &[o.into()])?;
    match h.as_str() {
        Some(s) => Ok(Id::Hash(s.as_bytes().into())),
        None => {
            let class = this.class().name();
            let given = h.value_name();
            Err(ctx.type_error(format!(
                "{}::getHash(): Return value must be of type string, {given} returned",
                class.lossy()
            )))
        }
    }
}

fn attach(this: &Set, ctx: &mut Ctx, o: &Object, info: Value) -> R<()> {
    let id = id(this, ctx, o)?;
    let old = this.borrow_mut(ctx)?.s.set(id, o, info);
    drop(old);
    Ok(())
}

fn detach(this: &Set, ctx: &mut Ctx, o: &Object) -> R<bool> {
    let id = id(this, ctx, o)?;
    let gone = this.borrow_mut(ctx)?.s.take(&id);
    Ok(gone.is_some())
}

fn contains(this: &Set, ctx: &mut Ctx, o: &Object) -> R<bool> {
    let id = id(this, ctx, o)?;
    Ok(this.borrow(ctx)?.s.find(&id).is_some())
}

fn get(this: &Set, ctx: &mut Ctx, o: &Object) -> R<Value> {
    let id = id(this, ctx, o)?;
    let found = this.borrow(ctx)?.s.find(&id).map(|e| e.info.dereferenced());
    found.ok_or_else(|| not_found(ctx))
}

fn not_found(ctx: &mut Ctx) -> Throw {
    throw(ctx, "UnexpectedValueException", "Object not found")
}

/// The key as an object, when nothing of it was overridden: then no method is called.
fn plain<'a>(this: &Set, key: Option<&'a Value>, method: &[&str]) -> Option<&'a Object> {
    if hashes(this) || method.iter().any(|m| is_overridden(this.class(), m)) {
        return None;
    }
    key.and_then(Value::as_object)
}

impl Handlers for SplObjectStorage {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let pairs = from.borrow(ctx)?.s.pairs();
        for (o, v) in pairs {
            attach(to, ctx, &o, v)?;
        }
        Ok(())
    }
    fn compare(ctx: &mut Ctx, a: &Value, b: &Value) -> R<Comparison> {
        let (Some(x), Some(y)) = (a.as_object(), b.as_object()) else { return Ok(Comparison::Uncomparable) };
        let class = Class::of::<SplObjectStorage>(ctx)?;
        if x.class() != class || y.class() != class {
            return Ok(Comparison::Uncomparable);
        }
        if x.same(y) {
            return Ok(Comparison::Equal);
        }
        let (Some(s), Some(t)) = (Set::of(x), Set::of(y)) else { return Ok(Comparison::Uncomparable) };
        let (mine, theirs) = (s.borrow(ctx)?.s.pairs(), t.borrow(ctx)?.s.len());
        if mine.len() != theirs {
            return Ok(mine.len().cmp(&theirs).into());
        }
        for (o, v) in mine {
            let other = t.borrow(ctx)?.s.numbered(&o).map(|e| e.info.clone());
            let Some(w) = other else { return Ok(Comparison::Uncomparable) };
            let n = v.compare(&w);
            ctx.pending()?;
            if n != 0 {
                return Ok(if n < 0 { Comparison::Less } else { Comparison::Greater });
            }
        }
        Ok(Comparison::Equal)
    }
    fn get_iterator(
        this: &This<Self>,
        ctx: &mut Ctx,
        by_ref: bool,
    ) -> R<Box<dyn plugin_api::__private::ErasedIter>> {
        if by_ref {
            return Err(ctx.error("An iterator cannot be used with foreach by reference"));
        }
        Ok(Box::new(ObjectIter(this.object().clone())))
    }
    fn len(payload: &Self) -> Option<usize> {
        Some(payload.s.len())
    }
    #[inline]
    fn element<'a>(payload: &'a Self, key: &Value) -> Known<'a> {
        match key.kind() {
            Kind::Object(o) => match payload.s.info(o) {
                // An object is there for isset, whatever its value.
                Some(v) if v.is_null() => Known::Unsure,
                v => v.into(),
            },
            _ => Known::Unsure,
        }
    }
    fn count(this: &This<Self>, ctx: &mut Ctx) -> R<Option<i64>> {
        if is_overridden(this.class(), "count") {
            return Ok(None);
        }
        Ok(Some(this.borrow(ctx)?.s.len() as i64))
    }
    fn read_dim(this: &This<Self>, ctx: &mut Ctx, key: Option<&Value>, mode: PropMode) -> R<Option<Value>> {
        if let Some(o) = plain(this, key, &["offsetget", "offsetexists"]) {
            let found = this.borrow(ctx)?.s.numbered(o).map(|e| e.info.dereferenced());
            return match found {
                Some(v) => Ok(Some(v)),
                None if mode == PropMode::Isset => Ok(Some(Value::NULL)),
                None => Err(not_found(ctx)),
            };
        }
        let k = key.cloned().unwrap_or_default();
        if mode == PropMode::Isset && !this.call(ctx, "offsetExists", core::slice::from_ref(&k))?.to_bool() {
            return Ok(Some(Value::NULL));
        }
        Ok(Some(this.call(ctx, "offsetGet", &[k])?))
    }
    fn write_dim(this: &This<Self>, ctx: &mut Ctx, key: Option<&Value>, value: &Value) -> R<()> {
        if let Some(o) = plain(this, key, &["offsetset"]) {
            return attach(this, ctx, o, value.clone());
        }
        this.call(ctx, "offsetSet", &[key.cloned().unwrap_or_default(), value.clone()]).map(drop)
    }
    fn has_dim(this: &This<Self>, ctx: &mut Ctx, key: &Value, not_empty: bool) -> R<bool> {
        if let Some(o) = plain(this, Some(key), &["offsetget", "offsetexists"]) {
            let p = this.borrow(ctx)?;
            return Ok(p.s.numbered(o).is_some_and(|e| !not_empty || e.info.to_bool()));
        }
        let key = core::slice::from_ref(key);
        let mut yes = this.call(ctx, "offsetExists", key)?.to_bool();
        if yes && not_empty {
            yes = this.call(ctx, "offsetGet", key)?.to_bool();
        }
        Ok(yes)
    }
    fn unset_dim(this: &This<Self>, ctx: &mut Ctx, key: &Value) -> R<()> {
        if let Some(o) = plain(this, Some(key), &["offsetunset"]) {
            return detach(this, ctx, o).map(drop);
        }
        this.call(ctx, "offsetUnset", core::slice::from_ref(key)).map(drop)
    }
}

/// What foreach walks: the position is the object's own.
#[derive(GcRoots)]
struct ObjectIter(Object);

impl ObjectIter {
    fn with<T>(&self, ctx: &mut Ctx, f: impl FnOnce(&mut Storage) -> T) -> R<T> {
        match Set::of(&self.0) {
            Some(set) => Ok(f(&mut set.borrow_mut(ctx)?.s)),
            None => Err(ctx.error("not an object storage")),
        }
    }
}

impl NativeIter for ObjectIter {
    fn rewind(&mut self, ctx: &mut Ctx) -> R<()> {
        self.with(ctx, Storage::rewind)
    }
    fn valid(&mut self, ctx: &mut Ctx) -> R<bool> {
        self.with(ctx, |s| s.current().is_some())
    }
    fn current(&mut self, ctx: &mut Ctx) -> R<Value> {
        let o = self.with(ctx, |s| s.current().map(|e| e.object.clone()))?;
        o.map(Value::from).ok_or_else(|| no_current(ctx))
    }
    fn key(&mut self, ctx: &mut Ctx) -> R<Value> {
        self.with(ctx, |s| Value::int(s.index))
    }
    fn next(&mut self, ctx: &mut Ctx) -> R<()> {
        self.with(ctx, Storage::next)
    }
    fn fetch(&mut self, ctx: &mut Ctx, advance: bool, to: &mut Fetched<'_>) -> R<bool> {
        self.with(ctx, |s| {
            if advance {
                s.next();
            }
            let Some(e) = s.current() else { return false };
            if to.wants_value() {
                to.value(e.object.clone().into());
            }
            to.key(Value::int(s.index));
            true
        })
    }
}

fn no_current(ctx: &mut Ctx) -> Throw {
    throw(ctx, "RuntimeException", "Called current() on invalid iterator")
}

/// The other storage that an argument is.
fn other<'a>(ctx: &mut Ctx, o: &'a Object) -> R<&'a Set> {
    Set::of(o).ok_or_else(|| ctx.error("not an object storage"))
}

/// An argument that is declared without a type and must be an object.
fn object<'a>(ctx: &mut Ctx, v: &'a Value) -> R<&'a Object> {
    v.as_object().ok_or_else(|| {
        let given = v.value_name();
        ctx.argument_type_error(1, format!("must be of type object, {given} given"))
    })
}

/// Reads the text of before PHP 7.4.
fn read(this: &This<SplObjectStorage>, ctx: &mut Ctx, r: &mut Reader<'_>) -> R<()> {
    if !(r.take(b'x') && r.take(b':')) {
        return Err(r.fail(ctx));
    }
    let count = match r.value(ctx)?.and_then(|v| v.as_int()) {
        Some(n) if n >= 0 => n,
        _ => return Err(r.fail(ctx)),
    };
    r.back();
    for _ in 0..count {
        if !r.take(b';') || !matches!(r.peek(), Some(b'O' | b'C' | b'r')) {
            return Err(r.fail(ctx));
        }
        let Some(entry) = r.value(ctx)? else { return Err(r.fail(ctx)) };
        let mut info = Value::NULL;
        if r.take(b',') {
            match r.value(ctx)? {
                Some(v) => info = v,
                None => return Err(r.fail(ctx)),
            }
        }
        let Some(o) = entry.as_object() else { return Err(r.fail(ctx)) };
        attach(this, ctx, o, info)?;
    }
    if !(r.take(b';') && r.take(b'm') && r.take(b':')) {
        return Err(r.fail(ctx));
    }
    match r.value(ctx)?.as_ref().and_then(Value::as_array) {
        Some(m) => load_members(ctx, this, m),
        None => Err(r.fail(ctx)),
    }
}

#[php_methods]
impl SplObjectStorage {
    #[php("public function attach(object $object, mixed $info = null): ~void")]
    fn attach(this: &This<Self>, ctx: &mut Ctx, object: &Object, info: Option<&Value>) -> R<()> {
        attach(this, ctx, object, info.cloned().unwrap_or_default())
    }
    #[php("public function detach(object $object): ~void")]
    fn detach(this: &This<Self>, ctx: &mut Ctx, object: &Object) -> R<()> {
        detach(this, ctx, object)?;
        this.borrow_mut(ctx)?.s.rewind();
        Ok(())
    }
    #[php("public function contains(object $object): ~bool")]
    fn contains(this: &This<Self>, ctx: &mut Ctx, object: &Object) -> R<bool> {
        contains(this, ctx, object)
    }
    #[php("public function addAll(SplObjectStorage $storage): ~int")]
    fn add_all(this: &This<Self>, ctx: &mut Ctx, storage: &Object) -> R<i64> {
        let pairs = other(ctx, storage)?.borrow(ctx)?.s.pairs();
        for (o, v) in pairs {
            attach(this, ctx, &o, v)?;
        }
        let mut p = this.borrow_mut(ctx)?;
        p.s.index = 0;
        Ok(p.s.len() as i64)
    }
    #[php("public function removeAll(SplObjectStorage $storage): ~int")]
    fn remove_all(this: &This<Self>, ctx: &mut Ctx, storage: &Object) -> R<i64> {
        let pairs = other(ctx, storage)?.borrow(ctx)?.s.pairs();
        for (o, _) in pairs {
            detach(this, ctx, &o)?;
        }
        let mut p = this.borrow_mut(ctx)?;
        p.s.rewind();
        Ok(p.s.len() as i64)
    }
    #[php("public function removeAllExcept(SplObjectStorage $storage): ~int")]
    fn remove_all_except(this: &This<Self>, ctx: &mut Ctx, storage: &Object) -> R<i64> {
        let other = other(ctx, storage)?;
        let pairs = this.borrow(ctx)?.s.pairs();
        for (o, _) in pairs {
            if !contains(other, ctx, &o)? {
                detach(this, ctx, &o)?;
            }
        }
        let mut p = this.borrow_mut(ctx)?;
        p.s.rewind();
        Ok(p.s.len() as i64)
    }
    #[php("public function getInfo(): ~mixed")]
    fn get_info(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(this.borrow(ctx)?.s.current().map_or(Value::NULL, |e| e.info.clone()))
    }
    #[php("public function setInfo(mixed $info): ~void")]
    fn set_info(this: &This<Self>, ctx: &mut Ctx, info: &Value) -> R<()> {
        let old = {
            let mut p = this.borrow_mut(ctx)?;
            let at = p.s.live();
            at.and_then(|i| p.s.entries[i].as_mut()).map(|e| core::mem::replace(&mut e.info, info.clone()))
        };
        drop(old);
        Ok(())
    }
    #[php("public function count(int $mode = COUNT_NORMAL): ~int")]
    fn count(this: &This<Self>, ctx: &mut Ctx, _mode: Option<i64>) -> R<i64> {
        // Counting recursively would count arrays within, and the entries are none.
        Ok(this.borrow(ctx)?.s.len() as i64)
    }
    #[php("public function rewind(): ~void")]
    fn rewind(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        this.borrow_mut(ctx)?.s.rewind();
        Ok(())
    }
    #[php("public function valid(): ~bool")]
    fn valid(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(this.borrow(ctx)?.s.current().is_some())
    }
    #[php("public function key(): ~int")]
    fn key(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(this.borrow(ctx)?.s.index)
    }
    #[php("public function current(): ~object")]
    fn current(this: &This<Self>, ctx: &mut Ctx) -> R<Object> {
        let o = this.borrow(ctx)?.s.current().map(|e| e.object.clone());
        o.ok_or_else(|| no_current(ctx))
    }
    #[php("public function next(): ~void")]
    fn next(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        this.borrow_mut(ctx)?.s.next();
        Ok(())
    }
    #[php("public function seek(int $offset): void")]
    fn seek(this: &This<Self>, ctx: &mut Ctx, offset: i64) -> R<()> {
        let mut p = this.borrow_mut(ctx)?;
        if offset < 0 || offset >= p.s.len() as i64 {
            drop(p);
            let message = format!("Seek position {offset} is out of range");
            return Err(throw(ctx, "OutOfBoundsException", message));
        }
        p.s.rewind();
        for _ in 0..offset {
            p.s.advance();
        }
        p.s.index = offset;
        Ok(())
    }
    #[php("public function unserialize(string $data): ~void")]
    fn unserialize(this: &This<Self>, ctx: &mut Ctx, data: &[u8]) -> R<()> {
        if data.is_empty() {
            return Ok(());
        }
        Reader::run(ctx, data, |ctx, r| read(this, ctx, r))
    }
    #[php("public function serialize(): ~string")]
    fn serialize(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        let pairs = this.borrow(ctx)?.s.pairs();
        Writer::run(ctx, |ctx, w| {
            let mut out = b"x:".to_vec();
            out.extend_from_slice(&w.value(ctx, &Value::int(pairs.len() as i64))?);
            for (o, v) in pairs {
                out.extend_from_slice(&w.value(ctx, &o.into())?);
                out.push(b',');
                out.extend_from_slice(&w.value(ctx, &v)?);
                out.push(b';');
            }
            out.extend_from_slice(b"m:");
            let own = this.properties(ctx)?;
            out.extend_from_slice(&w.value(ctx, &own.into())?);
            Ok(Str::from(out))
        })
    }
    #[php("public function offsetExists($object): ~bool")]
    fn offset_exists(this: &This<Self>, ctx: &mut Ctx, object: &Value) -> R<bool> {
        let o = self::object(ctx, object)?;
        contains(this, ctx, o)
    }
    #[php("public function offsetGet($object): ~mixed")]
    fn offset_get(this: &This<Self>, ctx: &mut Ctx, object: &Value) -> R<Value> {
        let o = self::object(ctx, object)?;
        get(this, ctx, o)
    }
    #[php("public function offsetSet($object, mixed $info = null): ~void")]
    fn offset_set(this: &This<Self>, ctx: &mut Ctx, object: &Value, info: Option<&Value>) -> R<()> {
        let o = self::object(ctx, object)?;
        attach(this, ctx, o, info.cloned().unwrap_or_default())
    }
    #[php("public function offsetUnset($object): ~void")]
    fn offset_unset(this: &This<Self>, ctx: &mut Ctx, object: &Value) -> R<()> {
        let o = self::object(ctx, object)?;
        detach(this, ctx, o)?;
        this.borrow_mut(ctx)?.s.rewind();
        Ok(())
    }
    #[php("public function getHash(object $object): ~string")]
    fn get_hash(object: &Object) -> Str {
        crate::functions::object_hash(object)
    }
    #[php("public function __serialize(): ~array")]
    fn serialize_array(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let pairs = this.borrow(ctx)?.s.pairs();
        let flat = pairs.into_iter().flat_map(|(o, v)| [Value::from(o), v]);
        let storage = Array::list(flat);
        Ok(Array::list([storage.into(), members(ctx, this)?.into()]))
    }
    #[php("public function __unserialize(array $data): ~void")]
    fn unserialize_array(this: &This<Self>, ctx: &mut Ctx, data: &Array) -> R<()> {
        let part = |i| data.get_index(i).map(Value::kind);
        let (Some(Kind::Array(storage)), Some(Kind::Array(members))) = (part(0), part(1)) else {
            return Err(throw(ctx, "UnexpectedValueException", crate::serial::ILL_TYPED));
        };
        if storage.len() % 2 != 0 {
            return Err(throw(ctx, "UnexpectedValueException", "Odd number of elements"));
        }
        let mut key: Option<&Value> = None;
        for v in storage.values() {
            match key.take() {
                None => key = Some(v),
                Some(k) => match k.as_object() {
                    Some(o) => attach(this, ctx, o, v.clone())?,
                    None => return Err(throw(ctx, "UnexpectedValueException", "Non-object key")),
                },
            }
        }
        load_members(ctx, this, members)
    }
    #[php("public function __debugInfo(): ~array")]
    fn debug_info(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let pairs = this.borrow(ctx)?.s.pairs();
        let list = pairs.into_iter().map(|(o, v)| {
            let mut a = Array::new();
            a.set("obj", o);
            a.set("inf", v);
            Value::from(a)
        });
        let storage = Array::list(list);
        debug_info(ctx, this, "SplObjectStorage", vec![("storage", storage.into())])
    }
}
