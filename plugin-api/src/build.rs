//! Arrays in the making, whose elements are written without asking the engine.

use crate::array::Key;
use crate::value::share;
use crate::{Array, Str, Value, host};
use plugin_api_abi::{Bucket, HeapHdr, Val};

/// Where a value goes that is yet to be made: null until it is there.
pub struct Place<'a>(*mut Val, core::marker::PhantomData<&'a mut Value>);

impl<'a> Place<'a> {
    /// The place of a variable, whose value goes.
    #[inline]
    pub fn of(v: &'a mut Value) -> Place<'a> {
        *v = Value::NULL;
        Place(&raw mut v.0, core::marker::PhantomData)
    }
    /// Puts the value there.
    #[inline(always)]
    pub fn put(self, v: impl Into<Value>) {
        // SAFETY: the place is borrowed for this; the null that was there needs no release.
        unsafe { v.into().into_raw().put(self.0) };
    }
    /// Makes the place at `at` and lets `f` fill it; what is there afterwards is dropped where `f` fails.
    ///
    /// # Safety
    /// `at` is writable.
    #[inline(always)]
    unsafe fn fill<E>(at: *mut Val, f: impl FnOnce(Place<'_>) -> Result<(), E>) -> Result<(), E> {
        // SAFETY: by the caller's promise.
        unsafe {
            at.write(Val::NULL);
            let r = f(Place(at, core::marker::PhantomData));
            if r.is_err() {
                drop(Value((*at).by_parts()));
            }
            r
        }
    }
}

/// A list in the making.
pub struct List {
    array: Array,
    /// Where the next element goes, and where the room ends.
    at: *mut Val,
    end: *mut Val,
}

impl List {
    /// An empty list with room.
    #[inline]
    pub fn with_capacity(n: usize) -> List {
        let array = Array::with_capacity(n);
        let (at, cap) = (array.head().data.cast::<Val>(), array.head().cap);
        List { array, at, end: at.wrapping_add(cap as usize) }
    }
    /// Appends. Past what an array can hold (2^26 elements), values are dropped.
    #[inline]
    pub fn push(&mut self, v: impl Into<Value>) {
        let v = v.into();
        if self.at == self.end {
            self.grow();
            if self.at == self.end {
                return;
            }
        }
        // SAFETY: within the array's room.
        unsafe {
            self.at.write(v.into_raw().by_parts());
            self.at = self.at.add(1);
        }
    }
    /// Appends what `f` makes; nothing where it fails. Past what an array can hold, values are dropped.
    ///
    /// # Errors
    /// As `f`.
    #[inline(always)]
    pub fn push_with<E>(&mut self, f: impl FnOnce(Place<'_>) -> Result<(), E>) -> Result<(), E> {
        if self.at == self.end {
            self.grow();
            if self.at == self.end {
                let mut nowhere = Value::NULL;
                return f(Place::of(&mut nowhere));
            }
        }
        // SAFETY: within the array's room.
        unsafe {
            Place::fill(self.at, f)?;
            self.at = self.at.add(1);
        }
        Ok(())
    }
    /// Elements put in.
    #[inline]
    pub fn len(&self) -> usize {
        (self.at as usize - self.array.head().data as usize) / size_of::<Val>()
    }
    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Moves the elements to a map under their keys.
    pub fn move_to(&mut self, map: &mut Map) {
        self.commit();
        // SAFETY: nobody else holds the array.
        let h = unsafe { &mut *self.array.0.as_ptr::<plugin_api_abi::ArrHead>() };
        self.at = h.data.cast();
        for i in 0..core::mem::take(&mut h.count) {
            // SAFETY: an element that was in use, whose share moves.
            let v = unsafe { self.at.add(i as usize).read() };
            map.insert(Key::Int(i.into()), Value(v));
        }
        h.used = 0;
    }
    /// Appends `n` values that `value` makes of their places among them. Past what an array can hold, nothing is appended.
    #[inline]
    pub fn extend_with(&mut self, n: usize, value: impl Fn(usize) -> Value) {
        let at = self.reserve(n);
        if at.is_null() {
            return;
        }
        for i in 0..n {
            // SAFETY: within the room made.
            unsafe { at.add(i).write(value(i).into_raw()) };
        }
        self.at = at.wrapping_add(n);
    }
    /// Appends values, `n` at most.
    #[inline(always)]
    pub fn extend_up_to(&mut self, n: usize, values: impl Iterator<Item = Value>) {
        let mut at = self.reserve(n);
        if at.is_null() {
            return;
        }
        let end = at.wrapping_add(n);
        for v in values {
            if at == end {
                break;
            }
            // SAFETY: within the room made.
            unsafe {
                at.write(v.into_raw());
                at = at.add(1);
            }
        }
        self.at = at;
    }
    /// Appends `n` shares of a value.
    pub fn fill(&mut self, n: usize, v: &Value) {
        let at = self.reserve(n);
        let Some(all) = u32::try_from(n).ok().filter(|_| !at.is_null()) else { return };
        let v = v.raw();
        if v.is_refcounted() {
            // SAFETY: counted blocks begin with their header; the shares are the elements'.
            unsafe { (*v.as_ptr::<HeapHdr>()).rc += all };
        }
        for i in 0..n {
            // SAFETY: within the room made.
            unsafe { at.add(i).write(v) };
        }
        self.at = at.wrapping_add(n);
    }
    /// Where the next `n` elements go; null where an array cannot have so many.
    #[inline]
    fn reserve(&mut self, n: usize) -> *mut Val {
        if (self.end as usize - self.at as usize) / size_of::<Val>() < n {
            self.commit();
            // SAFETY: the array is this list's own.
            let p = unsafe { (host::arr().room)(&mut self.array.0, n) };
            if p.is_null() {
                return p;
            }
            let h = self.array.head();
            self.at = p;
            self.end = h.data.cast::<Val>().wrapping_add(h.cap as usize);
        }
        self.at
    }
    /// Tells the array how many elements it has.
    #[inline]
    fn commit(&mut self) {
        let at = self.at as usize;
        // SAFETY: nobody else holds the array yet.
        let h = unsafe { &mut *self.array.0.as_ptr::<plugin_api_abi::ArrHead>() };
        let n = (at - h.data as usize) / size_of::<Val>();
        if n > 0 {
            (h.used, h.count, h.next_free) = (n as u32, n as u32, n as i64);
        }
    }
    #[cold]
    fn grow(&mut self) {
        self.commit();
        // SAFETY: the array is this list's own.
        let p = unsafe { (host::arr().room)(&mut self.array.0, self.array.len().max(8)) };
        if !p.is_null() {
            let h = self.array.head();
            self.at = p;
            self.end = h.data.cast::<Val>().wrapping_add(h.cap as usize);
        }
    }
    /// Where the next elements go; [`List::written`] says how many were put there, at most as many as there is room for.
    pub(crate) fn room(&mut self) -> *mut Val {
        self.at
    }
    /// # Safety
    /// That many values lie where [`List::room`] said, within the capacity asked for.
    pub(crate) unsafe fn written(&mut self, n: usize) {
        self.at = self.at.wrapping_add(n);
    }
    /// The array.
    #[inline]
    pub fn finish(mut self) -> Array {
        self.commit();
        // Its share, which the list that is forgotten does not give back. By its parts: the list is not copied.
        let array = Array(self.array.0.by_parts());
        core::mem::forget(self);
        array
    }
}

impl Drop for List {
    fn drop(&mut self) {
        self.commit();
    }
}

impl Extend<Value> for List {
    #[inline]
    fn extend<I: IntoIterator<Item = Value>>(&mut self, items: I) {
        items.into_iter().for_each(|v| self.push(v));
    }
}

/// An array with keys of its own in the making. A value under a key that is there already replaces the other one when the array
/// is finished, or earlier.
pub struct Map {
    array: Array,
    /// Where the entries begin that the array does not know of, where the next one goes, and where the room ends.
    start: *mut Bucket,
    at: *mut Bucket,
    end: *mut Bucket,
    unique: bool,
}

impl Map {
    /// An empty array with room.
    #[inline]
    pub fn with_capacity(n: usize) -> Map {
        Map::new(n, false)
    }
    /// An empty array with room, into which no key is put twice.
    #[inline]
    pub fn unique(n: usize) -> Map {
        Map::new(n, true)
    }
    /// The array that `f` makes of an empty one with room.
    ///
    /// # Errors
    /// As `f`.
    #[inline]
    pub fn build<E>(n: usize, f: impl FnOnce(&mut Map) -> Result<(), E>) -> Result<Array, E> {
        let mut map = Map::with_capacity(n);
        f(&mut map)?;
        map.commit();
        // Its share, which the map that is forgotten does not give back. The map is not moved for this.
        let array = Array(map.array.0.by_parts());
        core::mem::forget(map);
        Ok(array)
    }
    #[inline]
    fn new(n: usize, unique: bool) -> Map {
        // SAFETY: the fresh share is ours.
        let array = Array(unsafe { (host::arr().hash_new)(n) });
        let none = core::ptr::null_mut();
        let mut map = Map { array, start: none, at: none, end: none, unique };
        map.place();
        map
    }
    /// Takes the array's room.
    #[inline]
    fn place(&mut self) {
        let h = self.array.head();
        let data = h.data.cast::<Bucket>();
        let at = data.wrapping_add(h.used as usize);
        (self.start, self.at, self.end) = (at, at, data.wrapping_add(h.cap as usize));
    }
    /// Puts an element in. Past what an array can hold, values are dropped.
    #[inline]
    pub fn insert(&mut self, key: Key<'_>, v: impl Into<Value>) {
        let v = v.into();
        if self.at == self.end {
            self.grow();
            if self.at == self.end {
                return;
            }
        }
        let raw = key.raw();
        // SAFETY: within the array's room; the key is live, and its share the array's.
        unsafe {
            if !raw.key.is_null() {
                share(crate::string::string_val(raw.key));
            }
            (&raw mut (*self.at).val).write(v.into_raw().by_parts());
            ((*self.at).h, (*self.at).key) = (raw.h as u64, raw.key);
            self.at = self.at.add(1);
        }
    }
    /// Puts what `f` makes under a key; nothing where it fails. Past what an array can hold, values are dropped.
    ///
    /// # Errors
    /// As `f`.
    #[inline(always)]
    pub fn insert_with<E>(
        &mut self,
        key: Key<'_>,
        f: impl FnOnce(Place<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.at == self.end {
            self.grow();
            if self.at == self.end {
                let mut nowhere = Value::NULL;
                return f(Place::of(&mut nowhere));
            }
        }
        let raw = key.raw();
        // SAFETY: within the array's room; the key is live, and its share the array's.
        unsafe {
            Place::fill(&raw mut (*self.at).val, f)?;
            if !raw.key.is_null() {
                share(crate::string::string_val(raw.key));
            }
            ((*self.at).h, (*self.at).key) = (raw.h as u64, raw.key);
            self.at = self.at.add(1);
        }
        Ok(())
    }
    /// As [`Map::insert`] of each, `n` at most.
    #[inline(always)]
    pub fn extend_up_to<'k>(&mut self, n: usize, elements: impl Iterator<Item = (Key<'k>, Value)>) {
        if (self.end as usize - self.at as usize) / size_of::<Bucket>() < n {
            self.commit();
            // SAFETY: the array is this map's own.
            if unsafe { (host::arr().hash_room)(&mut self.array.0, n) } == 0 {
                return;
            }
            self.place();
        }
        let mut at = self.at;
        let end = at.wrapping_add(n);
        for (key, v) in elements {
            if at == end {
                break;
            }
            let raw = key.raw();
            // SAFETY: as in `insert`.
            unsafe {
                if !raw.key.is_null() {
                    share(crate::string::string_val(raw.key));
                }
                (&raw mut (*at).val).write(v.into_raw());
                ((*at).h, (*at).key) = (raw.h as u64, raw.key);
                at = at.add(1);
            }
        }
        self.at = at;
    }
    /// As [`Map::insert`] under the key that a string names as an offset (`"12"` is 12).
    #[inline]
    pub fn insert_str(&mut self, key: &Str, v: impl Into<Value>) {
        self.insert(Key::from(key), v);
    }
    #[inline]
    fn commit(&mut self) {
        let n = (self.at as usize - self.start as usize) / size_of::<Bucket>();
        if n > 0 {
            // SAFETY: that many were written; the array is this map's own.
            unsafe { (host::arr().hash_filled)(&mut self.array.0, n, self.unique as u32) };
            self.start = self.at;
        }
    }
    #[cold]
    fn grow(&mut self) {
        self.commit();
        // SAFETY: the array is this map's own.
        if unsafe { (host::arr().hash_room)(&mut self.array.0, self.array.len().max(8)) } != 0 {
            self.place();
        }
    }
    /// Elements put in, those replaced counted too.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.array.is_empty() && self.at == self.start
    }
    /// The array.
    #[inline]
    pub fn finish(mut self) -> Array {
        self.commit();
        let array = Array(self.array.0.by_parts());
        core::mem::forget(self);
        array
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        self.commit();
    }
}
