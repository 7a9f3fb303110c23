//! PHP arrays: ordered, copied on write.

use crate::value::handle;
use crate::{List, Str, Value, host};
use plugin_api_abi::{ARR, ArrHead, ArrView, Bucket, RawKey, RawPair, StrHdr, UNDEF, Val};

/// A PHP array. Writing through `&mut Array` separates it from other holders first.
#[repr(transparent)]
pub struct Array(pub(crate) Val);
handle!(Array, ARR);

/// A key as it lies in an array.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Key<'a> {
    /// Integer.
    Int(i64),
    /// String.
    Str(KeyStr<'a>),
}

/// A string key, borrowed from its array. Dereferences to its bytes.
#[derive(Clone, Copy)]
pub struct KeyStr<'a>(*mut StrHdr, core::marker::PhantomData<&'a Array>);

impl<'a> KeyStr<'a> {
    /// The bytes.
    #[inline]
    pub fn as_bytes(self) -> &'a [u8] {
        // SAFETY: the key lives as long as what it was borrowed from.
        unsafe { StrHdr::bytes(self.0) }
    }
    /// Whether both are one block; keys of the same text may lie in several.
    #[inline]
    pub fn is(self, other: KeyStr<'_>) -> bool {
        core::ptr::eq(self.0, other.0)
    }
    /// The string.
    #[inline]
    pub(crate) fn hdr(self) -> *mut StrHdr {
        self.0
    }
    /// A handle of its own.
    #[inline]
    pub fn to_str(self) -> Str {
        // SAFETY: live string; the share is the handle's.
        unsafe {
            let v = crate::string::string_val(self.0);
            crate::value::share(v);
            Str(v)
        }
    }
}
impl core::ops::Deref for KeyStr<'_> {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        self.as_bytes()
    }
}
impl PartialEq for KeyStr<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}
impl core::fmt::Debug for KeyStr<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(self.as_bytes()))
    }
}

impl<'a> From<&'a Str> for KeyStr<'a> {
    fn from(s: &'a Str) -> KeyStr<'a> {
        KeyStr(s.hdr(), core::marker::PhantomData)
    }
}

impl<'a> From<&'a Str> for Key<'a> {
    /// The key a string names, as PHP takes offsets (`"12"` is 12).
    fn from(s: &'a Str) -> Key<'a> {
        match decimal(s) {
            Some(i) => Key::Int(i),
            None => Key::Str(KeyStr(s.hdr(), core::marker::PhantomData)),
        }
    }
}

impl Key<'_> {
    /// As a value.
    #[inline]
    pub fn to_value(self) -> Value {
        match self {
            Key::Int(i) => Value::int(i),
            Key::Str(s) => s.to_str().into(),
        }
    }
    #[inline(always)]
    pub(crate) fn raw(self) -> RawKey {
        match self {
            Key::Int(h) => RawKey { key: core::ptr::null_mut(), h },
            Key::Str(s) => RawKey { key: s.0, h: 0 },
        }
    }
}

/// What can name an element. A `&str` is a string key taken literally; `&[u8]` is taken as PHP takes offsets (`"12"` is 12).
pub trait IntoKey {
    /// Calls `f` with the key.
    fn with<T>(self, f: impl FnOnce(RawKey) -> T) -> T;
}
impl IntoKey for i64 {
    fn with<T>(self, f: impl FnOnce(RawKey) -> T) -> T {
        f(RawKey { key: core::ptr::null_mut(), h: self })
    }
}
impl IntoKey for usize {
    fn with<T>(self, f: impl FnOnce(RawKey) -> T) -> T {
        (self as i64).with(f)
    }
}
impl IntoKey for &str {
    fn with<T>(self, f: impl FnOnce(RawKey) -> T) -> T {
        let s = Str::new(self.as_bytes());
        f(RawKey { key: s.hdr(), h: 0 })
    }
}
impl IntoKey for &[u8] {
    fn with<T>(self, f: impl FnOnce(RawKey) -> T) -> T {
        match decimal(self) {
            Some(i) => i.with(f),
            None => {
                let s = Str::new(self);
                f(RawKey { key: s.hdr(), h: 0 })
            }
        }
    }
}
impl IntoKey for &crate::Literal {
    #[inline]
    fn with<T>(self, f: impl FnOnce(RawKey) -> T) -> T {
        f(RawKey { key: self.hdr(), h: 0 })
    }
}
impl IntoKey for Key<'_> {
    fn with<T>(self, f: impl FnOnce(RawKey) -> T) -> T {
        f(self.raw())
    }
}
impl IntoKey for &Str {
    fn with<T>(self, f: impl FnOnce(RawKey) -> T) -> T {
        match decimal(self) {
            Some(i) => i.with(f),
            None => f(RawKey { key: self.hdr(), h: 0 }),
        }
    }
}

/// The integer that a string key stands for: decimal without leading zeros, plus sign or `-0`, in range.
#[inline]
fn decimal(b: &[u8]) -> Option<i64> {
    // Most keys are names.
    if !matches!(b.first(), Some(b'0'..=b'9' | b'-')) {
        return None;
    }
    let digits = b.strip_prefix(b"-").unwrap_or(b);
    if digits.is_empty() || digits.len() > 19 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    if digits[0] == b'0' && (digits.len() > 1 || b.len() > 1) {
        return None;
    }
    let i: i64 = core::str::from_utf8(b).ok()?.parse().ok()?;
    // PHP keeps the smallest integer as a string key.
    (i != i64::MIN).then_some(i)
}

impl Array {
    /// An empty array.
    pub fn new() -> Array {
        Array::with_capacity(0)
    }
    /// An empty array with room.
    #[inline]
    pub fn with_capacity(n: usize) -> Array {
        // SAFETY: the fresh share is ours.
        Array(unsafe { (host::arr().new)(n) })
    }
    /// An empty array with room for elements that have keys of their own.
    #[inline]
    pub fn keyed(n: usize) -> Array {
        // SAFETY: the fresh share is ours.
        Array(unsafe { (host::arr().hash_new)(n) })
    }
    /// A list.
    #[inline]
    pub fn list(items: impl IntoIterator<Item = Value>) -> Array {
        let items = items.into_iter();
        let mut out = List::with_capacity(items.size_hint().0);
        items.for_each(|v| out.push(v));
        out.finish()
    }
    /// Appends copies of another array's elements: those with integer keys under the next keys, those with string keys under
    /// theirs, where they replace what was there. References that nobody else holds become values. False when a next key is
    /// taken.
    pub fn append_all(&mut self, from: &Array) -> bool {
        // SAFETY: this handle owns the array; the other one is live.
        unsafe { (host::arr().append_all)(&mut self.0, from.raw()) != 0 }
    }
    /// Puts copies of another array's elements under their keys, where they replace what was there. References that nobody else
    /// holds become values.
    pub fn put_all(&mut self, from: &Array) {
        // SAFETY: this handle owns the array; the other one is live.
        unsafe { (host::arr().put_all)(&mut self.0, from.raw()) }
    }
    #[inline(always)]
    pub(crate) fn head(&self) -> &ArrHead {
        // SAFETY: the handle holds a live array, which begins with its head.
        unsafe { &*self.0.as_ptr::<ArrHead>() }
    }
    /// The head for writing, of an array that this handle alone holds.
    #[inline(always)]
    pub(crate) fn own_head(&mut self) -> Option<&mut ArrHead> {
        let h = self.0.as_ptr::<ArrHead>();
        // SAFETY: live array; immortal ones are not counted, so nobody else reads the head meanwhile.
        unsafe { (self.0.is_refcounted() && (*h).hdr.rc == 1).then(|| &mut *h) }
    }
    #[inline(always)]
    fn view(&self) -> ArrView {
        let h = self.head();
        ArrView { data: h.data, used: h.used, count: h.count, packed: (h.kind == 0) as u32, reserved: 0 }
    }
    /// The element of an entry, or null for a hole.
    #[inline(always)]
    fn entry_ptr(&self, pos: u32) -> *mut Val {
        let h = self.head();
        if pos >= h.used {
            return core::ptr::null_mut();
        }
        // SAFETY: an entry in use.
        unsafe {
            let p = if h.kind == 0 {
                h.data.cast::<Val>().add(pos as usize)
            } else {
                &raw mut (*h.data.cast::<Bucket>().add(pos as usize)).val
            };
            if (*p).tag() == UNDEF { core::ptr::null_mut() } else { p }
        }
    }
    /// Elements.
    #[inline]
    pub fn len(&self) -> usize {
        self.head().count as usize
    }
    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Whether its elements lie side by side, without keys of their own.
    #[inline]
    pub fn is_packed(&self) -> bool {
        self.head().kind == 0
    }
    /// The elements as they are, references included, of an array that has them side by side without a hole; `None` of others.
    #[inline]
    pub fn as_slice(&self) -> Option<&[Value]> {
        let v = self.view();
        if v.packed == 0 || v.count != v.used || v.count == 0 {
            return None;
        }
        // SAFETY: that many values lie there while the array is borrowed, and `Value` is transparent over them.
        Some(unsafe { core::slice::from_raw_parts(v.data.cast::<Value>(), v.count as usize) })
    }
    /// Keys 0 … n-1 in order.
    #[inline]
    pub fn is_list(&self) -> bool {
        let view = self.view();
        // SAFETY: live array.
        view.packed != 0 && view.count == view.used || unsafe { (host::arr().is_list)(self.raw()) != 0 }
    }
    #[inline]
    fn element(&self, p: *mut Val) -> Option<&Value> {
        // SAFETY: an element lives as long as the array is not written, which the borrow forbids.
        if p.is_null() { None } else { Some(unsafe { Value::borrow(p) }.deref()) }
    }
    /// The element under a string key, taken as PHP takes offsets; dereferenced.
    pub fn get(&self, key: impl AsRef<[u8]>) -> Option<&Value> {
        let k = key.as_ref();
        // SAFETY: live array.
        self.element(unsafe { (host::arr().find_str)(self.raw(), k.as_ptr(), k.len()) })
    }
    /// The element under an integer key; dereferenced.
    #[inline]
    pub fn get_index(&self, i: i64) -> Option<&Value> {
        self.element_at(i).map(Value::deref)
    }
    /// The element under a key; dereferenced.
    #[inline]
    pub fn get_key(&self, k: Key<'_>) -> Option<&Value> {
        match k {
            Key::Int(i) => self.get_index(i),
            // SAFETY: live array and key.
            Key::Str(_) => self.element(unsafe { (host::arr().find)(self.raw(), k.raw()) }),
        }
    }
    /// The element under a key as it is, a PHP reference perhaps. A string key is taken literally.
    pub fn element_as_is(&self, k: &Value) -> Option<&Value> {
        let p = match k.kind() {
            // SAFETY: live array.
            crate::Kind::Int(i) => unsafe { (host::arr().find_int)(self.raw(), i) },
            // SAFETY: live array and key.
            crate::Kind::Str(s) => unsafe { (host::arr().find)(self.raw(), RawKey { key: s.hdr(), h: 0 }) },
            _ => return None,
        };
        // SAFETY: an element lives as long as the array is not written, which the borrow forbids.
        if p.is_null() { None } else { Some(unsafe { Value::borrow(p) }) }
    }
    /// The element under an integer key as it is, a PHP reference perhaps.
    #[inline]
    pub fn element_at(&self, i: i64) -> Option<&Value> {
        let p = if self.head().kind == 0 {
            u32::try_from(i).map_or(core::ptr::null_mut(), |i| self.entry_ptr(i))
        } else {
            // SAFETY: live array.
            unsafe { (host::arr().find_int)(self.raw(), i) }
        };
        // SAFETY: an element lives as long as the array is not written, which the borrow forbids.
        if p.is_null() { None } else { Some(unsafe { Value::borrow(p) }) }
    }
    /// The element that a value names as an offset; dereferenced. `None` also for values that can be no offset.
    pub fn get_offset(&self, k: &Value) -> Option<&Value> {
        // SAFETY: live array and key.
        self.key_of(k).and_then(|k| self.element(unsafe { (host::arr().find)(self.raw(), k) }))
    }
    fn key_of(&self, k: &Value) -> Option<RawKey> {
        let mut out = RawKey { key: core::ptr::null_mut(), h: 0 };
        // SAFETY: live value.
        (unsafe { (host::arr().key_of)(k.deref().0, &mut out) } != 0).then_some(out)
    }
    /// Sets an element.
    #[inline]
    pub fn set(&mut self, key: impl IntoKey, v: impl Into<Value>) {
        // SAFETY: this handle owns the array; the share moves in.
        key.with(|k| unsafe { (host::arr().set)(&mut self.0, k, v.into().into_raw()) });
    }
    /// Sets the element that a value names as an offset; false for values that can be no offset.
    pub fn set_offset(&mut self, k: &Value, v: Value) -> bool {
        match self.key_of(k) {
            Some(k) => {
                // SAFETY: as in `set`.
                unsafe { (host::arr().set)(&mut self.0, k, v.into_raw()) };
                true
            }
            None => false,
        }
    }
    /// Appends; false when the next index is out of range (the value is dropped).
    #[inline]
    pub fn push(&mut self, v: impl Into<Value>) -> bool {
        let v = v.into();
        if let Some(h) = self.own_head()
            && h.kind == 0
            && h.used < h.cap
            && (h.next_free == h.used as i64 || h.used == 0 && h.next_free == i64::MIN)
        {
            let Val { payload, ty, .. } = v.into_raw();
            // SAFETY: within the room that the array has, which nobody else holds.
            unsafe { h.data.cast::<Val>().add(h.used as usize).write(Val { payload, ty, aux: 0 }) };
            h.used += 1;
            h.count += 1;
            h.next_free = h.used as i64;
            return true;
        }
        // SAFETY: this handle owns the array; on success the share moved in.
        unsafe {
            let done = (host::arr().push)(&mut self.0, v.0) != 0;
            if done {
                core::mem::forget(v);
            }
            done
        }
    }
    /// Sets an element and gives the one it replaces, whose end is then the caller's to time.
    pub fn replace(&mut self, key: impl IntoKey, v: impl Into<Value>) -> Option<Value> {
        let v = v.into();
        // SAFETY: this handle owns the array; the share moves in, and the old value's out.
        key.with(|k| unsafe {
            let old = (host::arr().find)(self.raw(), k);
            if old.is_null() {
                (host::arr().set)(&mut self.0, k, v.into_raw());
                return None;
            }
            if self.own_head().is_some() {
                return Some(Slot(&mut *old.cast::<Value>()).replace(v));
            }
            let old = Value::borrow(old).clone();
            (host::arr().set)(&mut self.0, k, v.into_raw());
            Some(old)
        })
    }
    /// The element under a key that a value names, where it is there and this handle alone holds the array: an int, or a string
    /// that is no decimal integer.
    #[inline]
    pub fn own_element(&mut self, k: &Value) -> Option<Slot<'_>> {
        self.own_head()?;
        let p = match k.kind() {
            crate::Kind::Int(i) if self.is_packed() => u32::try_from(i).ok().map(|i| self.entry_ptr(i))?,
            // SAFETY: live array.
            crate::Kind::Int(i) => unsafe { (host::arr().find_int)(self.0, i) },
            // SAFETY: live array and key.
            crate::Kind::Str(s) => match Key::from(s) {
                Key::Str(_) => unsafe { (host::arr().find)(self.0, RawKey { key: s.hdr(), h: 0 }) },
                Key::Int(_) => return None,
            },
            _ => return None,
        };
        // SAFETY: the element lives until the array is written again, which the borrow forbids.
        if p.is_null() { None } else { Some(Slot(unsafe { &mut *p.cast::<Value>() })) }
    }
    /// The element for writing (a reference stays a reference), made null when missing.
    pub fn entry(&mut self, key: impl IntoKey) -> Slot<'_> {
        // SAFETY: the element lives until the array is written again, which the borrow forbids.
        key.with(|k| unsafe { Slot(&mut *(host::arr().entry)(&mut self.0, k).cast::<Value>()) })
    }
    /// Removes an element and gives it.
    pub fn remove(&mut self, key: impl IntoKey) -> Option<Value> {
        // SAFETY: this handle owns the array.
        let v = key.with(|k| unsafe { (host::arr().remove)(&mut self.0, k) });
        if v.tag() == UNDEF { None } else { Some(Value(v)) }
    }
    /// Replaces the contents, in that order. `renumber`: integer keys become 0, 1, 2 ….
    pub fn refill<'k>(&mut self, pairs: impl IntoIterator<Item = (Key<'k>, Value)>, renumber: bool) {
        let raw: Vec<RawPair> =
            pairs.into_iter().map(|(k, v)| RawPair { key: k.raw(), val: v.into_raw() }).collect();
        // SAFETY: the shares move in; keys are live for the call.
        unsafe { (host::arr().refill)(&mut self.0, raw.as_ptr(), raw.len(), renumber as u32) };
    }
    /// Keys and dereferenced values in order.
    #[inline]
    pub fn iter(&self) -> Pairs<'_> {
        Pairs(self.entries())
    }
    /// Keys and elements as they are, references included.
    #[inline]
    pub fn entries(&self) -> Entries<'_> {
        Entries { view: self.view(), at: 0, _of: core::marker::PhantomData }
    }
    /// Dereferenced values in order.
    #[inline]
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.iter().map(|(_, v)| v)
    }
    /// Keys in order.
    pub fn keys(&self) -> impl Iterator<Item = Key<'_>> {
        self.iter().map(|(k, _)| k)
    }
    /// The key `[]=` takes next.
    #[inline]
    pub fn next_index(&self) -> i64 {
        match self.head().next_free {
            i64::MIN => 0,
            i => i,
        }
    }
    /// Sets the key `[]=` takes next.
    pub fn set_next_index(&mut self, i: i64) {
        // SAFETY: this handle owns the array.
        unsafe { (host::arr().set_next_index)(&mut self.0, i) }
    }
    /// Position of the internal pointer: an entry index for [`Array::at`].
    #[inline]
    pub fn cursor(&self) -> u32 {
        self.head().cursor
    }
    /// Makes the array this handle's own: positions taken before may mean other entries afterwards.
    #[inline]
    pub fn separate(&mut self) {
        if self.own_head().is_some() {
            return;
        }
        // SAFETY: this handle owns the array.
        unsafe { (host::arr().separate)(&mut self.0) }
    }
    /// Takes the last element out: the key it had is free again where it was the last one, and the internal pointer goes to the
    /// beginning. `None` when there is none.
    #[inline]
    pub fn pop(&mut self) -> Option<Value> {
        // SAFETY: this handle owns the array; the share is the caller's.
        let v = unsafe { (host::arr().pop)(&mut self.0) };
        if v.tag() == UNDEF { None } else { Some(Value(v)) }
    }
    /// Replaces `removed` elements from place `at` on by shares of others, in place, and gives those taken out; `None` for an array
    /// that has string keys or holes, or that somebody else holds, to which nothing was done.
    pub fn splice(&mut self, at: usize, removed: usize, new: &[Value]) -> Option<List> {
        let mut out = List::with_capacity(removed);
        // SAFETY: this handle owns the array; the values' new shares move in, those that come out into the list's room.
        unsafe {
            let slot = &raw mut self.0;
            if (host::arr().splice)(slot, at, removed, new.as_ptr().cast(), new.len(), out.room()) == 0 {
                return None;
            }
            new.iter().for_each(|v| crate::value::share(v.raw()));
            out.written(removed);
        }
        Some(out)
    }
    /// Takes the first element out of a list whose elements lie side by side, which move down in place; `None` for any other
    /// array, or where somebody else holds it.
    pub fn shift(&mut self) -> Option<Value> {
        // SAFETY: this handle owns the array; the share is the caller's.
        let v = unsafe { (host::arr().shift)(&mut self.0) };
        if v.tag() == UNDEF { None } else { Some(Value(v)) }
    }
    /// Keys and elements as they are from an entry on.
    #[inline]
    pub fn entries_from(&self, pos: u32) -> Entries<'_> {
        Entries { view: self.view(), at: pos, _of: core::marker::PhantomData }
    }
    /// Moves the internal pointer.
    #[inline]
    pub fn set_cursor(&mut self, pos: u32) {
        if let Some(h) = self.own_head() {
            h.cursor = pos;
            return;
        }
        // SAFETY: this handle owns the array.
        unsafe { (host::arr().set_cursor)(&mut self.0, pos) }
    }
    /// Says that this array is put where `old` was, so that loops by reference go on in it: `removed` entries of `old` from `at` on
    /// are gone and `inserted` ones stand there; with `at` -1, `inserted` ones stand in front of all.
    pub fn replaces(&self, old: &Array, at: i64, removed: usize, inserted: usize) {
        // SAFETY: live arrays.
        unsafe { (host::arr().edited)(old.raw(), self.raw(), at, removed as u32, inserted as u32) }
    }
    /// First live entry at or after `pos`, if any.
    #[inline]
    pub fn next_live(&self, pos: u32) -> Option<u32> {
        (pos..self.head().used).find(|&p| !self.entry_ptr(p).is_null())
    }
    /// Last live entry at or before `pos`, if any.
    #[inline]
    pub fn prev_live(&self, pos: u32) -> Option<u32> {
        (0..pos.saturating_add(1).min(self.head().used)).rev().find(|&p| !self.entry_ptr(p).is_null())
    }
    /// Entries in use, holes included: one past the last position.
    #[inline]
    pub fn end(&self) -> u32 {
        self.head().used
    }
    /// Key and value at an entry, as it is.
    #[inline]
    pub fn at(&self, pos: u32) -> Option<(Key<'_>, &Value)> {
        let p = self.entry_ptr(pos);
        if p.is_null() {
            return None;
        }
        // SAFETY: a live entry, which in a hash is the beginning of its bucket.
        unsafe {
            let k = if self.head().kind == 0 {
                Key::Int(pos as i64)
            } else {
                let b = p.cast::<Bucket>();
                if (*b).key.is_null() {
                    Key::Int((*b).h as i64)
                } else {
                    Key::Str(KeyStr((*b).key, core::marker::PhantomData))
                }
            };
            Some((k, Value::borrow(p)))
        }
    }
    /// The element at an entry, for writing.
    pub fn at_mut(&mut self, pos: u32) -> Option<Slot<'_>> {
        // SAFETY: this handle owns the array; the element lives until the array is written again.
        unsafe {
            self.separate();
            let p = self.entry_ptr(pos);
            if p.is_null() { None } else { Some(Slot(&mut *p.cast::<Value>())) }
        }
    }
    /// Makes an element a PHP reference and gives a share of the reference.
    pub fn reference(&mut self, key: impl IntoKey) -> Value {
        // SAFETY: as in `entry`; the share is the caller's.
        key.with(|k| unsafe {
            let p = (host::arr().entry)(&mut self.0, k);
            Value((host::arr().make_ref)(p))
        })
    }
    /// Makes the element at an entry a PHP reference and gives a share of the reference.
    pub fn reference_at(&mut self, pos: u32) -> Option<Value> {
        let slot = self.at_mut(pos)?;
        // SAFETY: the slot is the array's element; the share is the caller's.
        Some(Value(unsafe { (host::arr().make_ref)(&raw mut slot.0.0) }))
    }
    /// Whether both handles share one block.
    pub fn same(&self, other: &Array) -> bool {
        self.0.payload == other.0.payload
    }
    /// Registers a position that survives changes of the array by others; see [`Array::watched`].
    pub fn watch(&self, pos: u32) -> u32 {
        // SAFETY: live array.
        unsafe { (host::arr().watch)(self.raw(), pos) }
    }
    /// Where a registered position is now.
    pub fn watched(&self, id: u32) -> u32 {
        // SAFETY: live array.
        unsafe { (host::arr().watched)(id, self.raw()) }
    }
    /// The entry at or behind a registered position; with `advance` the position moves on to the one behind that, which is given.
    #[inline]
    pub fn watch_step(&self, id: u32, advance: bool) -> Option<u32> {
        // SAFETY: live array.
        let at = unsafe { (host::arr().watch_step)(id, self.0, advance as u32) };
        (at != u32::MAX).then_some(at)
    }
    /// Moves a registered position.
    pub fn watch_set(id: u32, pos: u32) {
        // SAFETY: plain numbers.
        unsafe { (host::arr().watch_set)(id, pos) }
    }
    /// Forgets a registered position.
    pub fn unwatch(id: u32) {
        // SAFETY: plain number.
        unsafe { (host::arr().unwatch)(id) }
    }
}

impl Default for Array {
    fn default() -> Array {
        Array::new()
    }
}

impl<V: Into<Value>> FromIterator<V> for Array {
    fn from_iter<I: IntoIterator<Item = V>>(it: I) -> Array {
        Array::list(it.into_iter().map(Into::into))
    }
}

/// Iterator of [`Array::entries`].
pub struct Entries<'a> {
    view: ArrView,
    at: u32,
    _of: core::marker::PhantomData<&'a Array>,
}

impl<'a> Iterator for Entries<'a> {
    type Item = (Key<'a>, &'a Value);
    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.view.used {
            let i = self.at as usize;
            self.at += 1;
            // SAFETY: the view is valid while the array is borrowed; `i` is an entry in use.
            unsafe {
                if self.view.packed != 0 {
                    let p = self.view.data.cast::<Val>().add(i);
                    if (*p).tag() != UNDEF {
                        return Some((Key::Int(i as i64), Value::borrow(p)));
                    }
                } else {
                    let b = self.view.data.cast::<Bucket>().add(i);
                    if (*b).val.tag() != UNDEF {
                        let k = if (*b).key.is_null() {
                            Key::Int((*b).h as i64)
                        } else {
                            Key::Str(KeyStr((*b).key, core::marker::PhantomData))
                        };
                        return Some((k, Value::borrow(&raw const (*b).val)));
                    }
                }
            }
        }
        None
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.view.used - self.at.min(self.view.used)) as usize;
        // Without holes every entry has an element.
        (if self.view.count == self.view.used { left } else { 0 }, Some(left))
    }
}

/// Iterator of [`Array::iter`].
pub struct Pairs<'a>(Entries<'a>);

impl<'a> Iterator for Pairs<'a> {
    type Item = (Key<'a>, &'a Value);
    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(k, v)| (k, v.deref()))
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<'a> IntoIterator for &'a Array {
    type Item = (Key<'a>, &'a Value);
    type IntoIter = Pairs<'a>;
    fn into_iter(self) -> Pairs<'a> {
        self.iter()
    }
}

/// An element of an array, for writing. Reads as its value; a new value goes in by [`Slot::set`], which leaves what the array
/// itself keeps beside the value (the chain of its bucket) as it is.
pub struct Slot<'a>(&'a mut Value);

impl<'a> Slot<'a> {
    /// A value that lies by itself.
    #[inline]
    pub fn of(v: &'a mut Value) -> Slot<'a> {
        Slot(v)
    }
    /// Where the value lies.
    #[inline(always)]
    pub(crate) fn raw(self) -> *mut Val {
        &raw mut self.0.0
    }
}

impl Slot<'_> {
    /// Replaces the value.
    #[inline(always)]
    pub fn set(&mut self, v: impl Into<Value>) {
        drop(self.replace(v.into()));
    }
    /// Takes the value out and leaves null.
    #[inline(always)]
    pub fn take(&mut self) -> Value {
        self.replace(Value(plugin_api_abi::Val::NULL))
    }
    /// Replaces the value and gives the old one.
    #[inline(always)]
    pub fn replace(&mut self, v: Value) -> Value {
        let old = Value((self.0).0.by_parts());
        (self.0).0.payload = v.0.payload;
        (self.0).0.ty = v.0.ty;
        core::mem::forget(v);
        old
    }
}

impl core::ops::Deref for Slot<'_> {
    type Target = Value;
    fn deref(&self) -> &Value {
        self.0
    }
}
