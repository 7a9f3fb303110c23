//! The size-prefixed tables of engine functions. Every table is append-only within a major version: a function that a
//! plugin was built with stays where it is, and `size` tells a newer plugin what an older engine does not have.
//!
//! Rules that hold for every entry: arguments are borrowed, results written through `out` are owned by the caller; a
//! [`Status`] other than `Ok` leaves `out` untouched; `ctx` is the context the engine called the plugin with.

use crate::{
    ArrView, AttributeOwner, ClassDesc, ClassRaw, ConstRaw, ConstValue, CtxRaw, ExtDescriptor, FuncRaw,
    MemberVisitor, NativeIterator, PropRaw, Status, StrHdr, StrSlice, Val,
};

/// Module startup's context, opaque to extensions: constants and interfaces can be registered, values cannot be made.
#[repr(C)]
pub struct ModuleCtx {
    _private: [u8; 0],
}

/// Where `minfo` writes its rows, opaque to extensions.
#[repr(C)]
pub struct InfoSink {
    _private: [u8; 0],
}

/// A resolved callable kept by the engine.
#[repr(C)]
pub struct CallableRaw {
    _private: [u8; 0],
}

/// An iteration over an array, an object's properties or a Traversable, kept by the engine.
#[repr(C)]
pub struct IterRaw {
    _private: [u8; 0],
}

/// A key of an array: `key` null means the integer `h`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct RawKey {
    /// String key, or null.
    pub key: *mut StrHdr,
    /// Integer key.
    pub h: i64,
}

/// A key and its value.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct RawPair {
    /// Key.
    pub key: RawKey,
    /// Value.
    pub val: Val,
}

/// Kinds of exception that the engine makes without a class lookup ([`ErrTable::throw_kind`]).
pub mod error_kind {
    /// `Error`
    pub const ERROR: u32 = 0;
    /// `TypeError`
    pub const TYPE_ERROR: u32 = 1;
    /// `ValueError`
    pub const VALUE_ERROR: u32 = 2;
    /// `ArithmeticError`
    pub const ARITHMETIC_ERROR: u32 = 3;
    /// `DivisionByZeroError`
    pub const DIVISION_BY_ZERO_ERROR: u32 = 4;
    /// `ArgumentCountError`
    pub const ARGUMENT_COUNT_ERROR: u32 = 5;
    /// `Exception`
    pub const EXCEPTION: u32 = 6;
}

/// Flags of [`StreamTable::open`].
pub mod stream_open {
    /// Looks in the include path.
    pub const INCLUDE_PATH: u32 = 1;
    /// Raises a warning when it cannot be opened.
    pub const REPORT: u32 = 8;
}

/// Steps of an iteration ([`ObjTable::iter_step`]).
pub mod iter_step {
    /// To the first element.
    pub const REWIND: u32 = 0;
    /// Whether there is a current element.
    pub const VALID: u32 = 1;
    /// The current value.
    pub const CURRENT: u32 = 2;
    /// The current key.
    pub const KEY: u32 = 3;
    /// On to the next one.
    pub const NEXT: u32 = 4;
    /// Gives up the current value, which is kept until the next step otherwise.
    pub const FORGET: u32 = 5;
}

/// Flags of [`CallTable::is_callable`].
pub mod callable_flags {
    /// Only the form is checked, not whether it exists.
    pub const SYNTAX_ONLY: u32 = 1;
    /// No autoloading, no exceptions.
    pub const SILENT: u32 = 2;
}

macro_rules! tables {
    ($( $(#[$doc:meta])* $name:ident { $( $(#[$fdoc:meta])* fn $f:ident($($a:ident: $t:ty),* $(,)?) $(-> $r:ty)?; )* } )*) => { $(
        $(#[$doc])*
        #[repr(C)]
        #[derive(Clone, Copy)]
        pub struct $name {
            /// `size_of` this table in the engine.
            pub size: u32,
            /// Reserved, 0.
            pub reserved: u32,
            $( $(#[$fdoc])* pub $f: unsafe extern "C" fn($($a: $t),*) $(-> $r)?, )*
        }
        impl $name {
            /// Where each function lies, in order: what the layout test compares with what was published.
            pub const FIELDS: &'static [(&'static str, usize)] =
                &[ $( (stringify!($f), core::mem::offset_of!($name, $f)), )* ];
        }
    )* };
}

tables! {
    /// Values, strings, conversions, comparison.
    ValTable {
        /// Takes a share of `v`.
        fn addref(v: Val);
        /// Gives a share of `v` back.
        fn release(v: Val);
        /// A fresh string with those bytes.
        fn str_new(ptr: *const u8, len: usize) -> *mut StrHdr;
        /// A fresh string of `len` bytes not yet written (the closing NUL is), or null when memory is out.
        fn str_alloc(len: usize) -> *mut StrHdr;
        /// The value of a string (owned share moves in).
        fn str_val(s: *mut StrHdr) -> Val;
        /// The interned string with those bytes, alive as long as the VM.
        fn str_intern(ptr: *const u8, len: usize) -> *mut StrHdr;
        /// Appends to the string value in `v`, in place when nobody shares it.
        fn str_append(v: *mut Val, ptr: *const u8, len: usize);
        /// Hash of a string.
        fn str_hash(s: *mut StrHdr) -> u64;
        /// A counted reference cell around a value whose share it takes over.
        fn ref_new(v: Val) -> Val;
        /// The variable a REF value stands for; of other values null.
        fn ref_slot(v: Val) -> *mut Val;
        /// Assigns to the variable in a REF value, with typed references checked; takes over `v`'s share.
        fn ref_assign(ctx: *mut CtxRaw, r: Val, v: Val) -> Status;
        /// Truth.
        fn to_bool(v: Val) -> u32;
        /// `(int)`
        fn to_int(v: Val) -> i64;
        /// `(float)`
        fn to_dbl(v: Val) -> f64;
        /// `(string)`
        fn to_str(ctx: *mut CtxRaw, v: Val, out: *mut Val) -> Status;
        /// `(array)`
        fn to_array(ctx: *mut CtxRaw, v: Val, out: *mut Val) -> Status;
        /// Casts to the tag (`FALSE`: bool, `OBJ`: object).
        fn cast(ctx: *mut CtxRaw, v: Val, tag: u32, out: *mut Val) -> Status;
        /// `<=>`
        fn compare(a: Val, b: Val) -> i32;
        /// `==`
        fn loose_eq(a: Val, b: Val) -> u32;
        /// `===`
        fn identical(a: Val, b: Val) -> u32;
        /// Numeric strings: writes INT or DBL; 0 not numeric, 1 numeric, 2 leading numeric, 3 numeric with white space behind.
        fn parse_numeric(ptr: *const u8, len: usize, out: *mut Val) -> u32;
        /// Text of a float at `precision` significant digits (-1: the shortest that reads back equal), into `buf` of 400 bytes.
        fn format_float(d: f64, precision: i32, buf: *mut u8) -> usize;
        /// A float to an int as PHP casts it.
        fn dbl_to_int(d: f64) -> i64;
        /// The result of a binary operator, [`crate::operation`].
        fn binary(ctx: *mut CtxRaw, op: u32, a: Val, b: Val, out: *mut Val) -> Status;
        /// `++` (0) or `--` (1) of an owned value in place.
        fn incdec(ctx: *mut CtxRaw, v: *mut Val, dec: u32) -> Status;
        /// Words of messages: 0 `get_debug_type` without class names (`int`), 1 with `true`/`false`/class names, 2 `gettype()`. Into `buf`; gives the length (at most `cap`).
        fn type_word(v: Val, which: u32, buf: *mut u8, cap: usize) -> usize;
        /// Request memory, counted against memory_limit; null when it does not allow it.
        fn alloc(size: usize, align: usize) -> *mut u8;
        /// Frees what [`ValTable::alloc`] gave.
        fn free(p: *mut u8, size: usize, align: usize);
        /// Tells of memory held outside the request heap.
        fn account(delta: isize);
        /// `memory_get_usage` (0 used, 1 real, 2 peak, 3 real peak, 4 limit).
        fn memory(what: u32) -> usize;
        /// Resets the peak.
        fn reset_peak();
        /// Count of a value's heap block, 0 for uncounted ones (`debug_zval_refcount`).
        fn refcount(v: Val) -> u32;
        /// Recursion guard of an array or object: 1 sets it and gives whether it was set, 0 clears it, 2 asks.
        fn protect(v: Val, what: u32) -> u32;
    }

    /// Arrays. Writers take the address of the variable that owns the array and separate it first.
    ArrTable {
        /// A fresh array with room for `cap` elements.
        fn new(cap: usize) -> Val;
        /// A list of `n` values, whose shares it takes over.
        fn from_vals(vals: *const Val, n: usize) -> Val;
        /// An array of `n` pairs in order (a later equal key replaces); takes over the shares of the values.
        fn from_pairs(pairs: *const RawPair, n: usize) -> Val;
        /// A borrowed look inside.
        fn view(a: Val) -> ArrView;
        /// Elements.
        fn count(a: Val) -> usize;
        /// The element, or null.
        fn find_int(a: Val, i: i64) -> *mut Val;
        /// The element under a string key taken as PHP does (`"12"` is the integer 12), or null.
        fn find_str(a: Val, ptr: *const u8, len: usize) -> *mut Val;
        /// The element under a string key taken literally, or null.
        fn find_exact(a: Val, ptr: *const u8, len: usize) -> *mut Val;
        /// Makes the array in `slot` this holder's own.
        fn separate(slot: *mut Val);
        /// Sets an element; takes over the share of `v`.
        fn set(slot: *mut Val, k: RawKey, v: Val);
        /// As `set`, the string key taken as PHP does.
        fn set_str(slot: *mut Val, ptr: *const u8, len: usize, v: Val);
        /// Appends; 0 when the next index is taken (nothing happens, the share stays the caller's).
        fn push(slot: *mut Val, v: Val) -> u32;
        /// The element for writing, made null when missing.
        fn entry(slot: *mut Val, k: RawKey) -> *mut Val;
        /// Removes an element; its value (owned), or UNDEF.
        fn remove(slot: *mut Val, k: RawKey) -> Val;
        /// Replaces the contents by `n` pairs (shares taken over); `renumber` 1: integer keys 0, 1, 2 …
        fn refill(slot: *mut Val, pairs: *const RawPair, n: usize, renumber: u32);
        /// The key a value names as an array offset; 0: of no possible type (nothing is thrown).
        fn key_of(v: Val, out: *mut RawKey) -> u32;
        /// Whether keys are 0 … n-1 in order.
        fn is_list(a: Val) -> u32;
        /// The key `[]=` takes next.
        fn next_index(a: Val) -> i64;
        /// Sets it.
        fn set_next_index(slot: *mut Val, i: i64);
        /// Position of the internal pointer as an entry index (`used` when beyond the end).
        fn cursor(a: Val) -> u32;
        /// Moves it.
        fn set_cursor(slot: *mut Val, pos: u32);
        /// First live entry at or after `pos`; `used` when there is none.
        fn next_live(a: Val, pos: u32) -> u32;
        /// Last live entry at or before `pos`; `u32::MAX` when there is none.
        fn prev_live(a: Val, pos: u32) -> u32;
        /// The value at an entry, or null.
        fn entry_at(a: Val, pos: u32) -> *mut Val;
        /// The key at an entry.
        fn key_at(a: Val, pos: u32) -> RawKey;
        /// Makes the element in `slot` a reference and gives it, a share of its own.
        fn make_ref(slot: *mut Val) -> Val;
        /// Registers a position in the array of a variable that others may change meanwhile.
        fn watch(a: Val, pos: u32) -> u32;
        /// The registered position as of now, for the array that the variable holds now.
        fn watched(id: u32, a: Val) -> u32;
        /// Moves a registered position.
        fn watch_set(id: u32, pos: u32);
        /// Forgets a registered position.
        fn unwatch(id: u32);
        /// The element under a key (a string key taken literally), or null.
        fn find(a: Val, key: RawKey) -> *mut Val;
        /// Takes the first element out of a packed array without holes that only this slot holds, moving the others down;
        /// UNDEF, and nothing done, for any other array.
        fn shift(slot: *mut Val) -> Val;
        /// The array `to` takes the place of `from` in a variable: positions of loops and watchers move over. `removed`
        /// entries from `at` on are gone, `inserted` new ones stand there; with `at` -1, `inserted` ones stand in front.
        fn edited(from: Val, to: Val, at: i64, removed: u32, inserted: u32);
        /// Where the next `n` elements of a list go; null for other arrays. They are elements once `filled` says so, which
        /// comes before anything else is done with the array.
        fn room(slot: *mut Val, n: usize) -> *mut Val;
        /// Makes `n` values written where `room` said elements; takes over their shares.
        fn filled(slot: *mut Val, n: usize);
        /// Appends copies of another array's elements: those with integer keys under the next keys, those with string keys
        /// under theirs; 0 when a next key is taken.
        fn append_all(slot: *mut Val, from: Val) -> u32;
        /// A fresh array of buckets with room for `cap`, which begin at its `data`: write value, key (with a share of it, null
        /// for an integer key) and `h` (of an integer key) of each from `used` on, then `hash_filled`.
        fn hash_new(cap: usize) -> Val;
        /// Makes room for `n` more buckets in an array that `hash_new` made; 0 when that are too many.
        fn hash_room(slot: *mut Val, n: usize) -> u32;
        /// Makes `n` buckets written behind the others elements; takes over their shares. Of one key the last value stays, in the
        /// place of the first; `unique` 1 promises that no key comes twice.
        fn hash_filled(slot: *mut Val, n: usize, unique: u32);
        /// Takes the last element out, as array_pop() does; absent when there is none.
        fn pop(slot: *mut Val) -> Val;
        /// Replaces `removed` elements from place `at` on by `n` values, whose shares it takes over, in an array without string
        /// keys and holes that nobody else holds; those taken out go to `out`, with their shares. 0, and nothing done, for any
        /// other array.
        fn splice(slot: *mut Val, at: usize, removed: usize, vals: *const Val, n: usize, out: *mut Val) -> u32;
        /// The entry at or behind a registered position of an array ([`ArrTable::watched`]); with `advance` 1 the position moves on
        /// to the one behind that, which is given. `u32::MAX` where there is none.
        fn watch_step(id: u32, a: Val, advance: u32) -> u32;
        /// Puts copies of another array's elements under their keys, where they replace what was there; references that only
        /// that array holds become values.
        fn put_all(slot: *mut Val, from: Val);
    }

    /// Objects and classes.
    ObjTable {
        /// The class of that name; `flags` 1 autoloads. Null when there is none (or an exception is pending).
        fn find_class(ctx: *mut CtxRaw, ptr: *const u8, len: usize, flags: u32) -> *mut ClassRaw;
        /// The engine's class for a native descriptor (of this plugin), or null.
        fn class_by_desc(ctx: *mut CtxRaw, desc: *const ClassDesc) -> *mut ClassRaw;
        /// Class of an object.
        fn class_of(o: Val) -> *mut ClassRaw;
        /// Name of a class.
        fn class_name(c: *const ClassRaw) -> *mut StrHdr;
        /// Parent, or null.
        fn class_parent(c: *const ClassRaw) -> *mut ClassRaw;
        /// `flags` of the ABI.
        fn class_flags(c: *const ClassRaw) -> u32;
        /// Whether `c` is `of`, a descendant or an implementor.
        fn is_a(c: *const ClassRaw, of: *const ClassRaw) -> u32;
        /// 0 interfaces, 1 traits, as a list of names.
        fn class_list(c: *const ClassRaw, which: u32) -> Val;
        /// The nearest native descriptor above a class (the one whose payload its objects carry), or null.
        fn native_desc(c: *const ClassRaw) -> *const ClassDesc;
        /// Whether the class has a method that PHP code overrides: the class that declares `name` (lower case), or null.
        fn method_class(c: *const ClassRaw, ptr: *const u8, len: usize) -> *mut ClassRaw;
        /// A class constant's value.
        fn class_const(ctx: *mut CtxRaw, c: *mut ClassRaw, ptr: *const u8, len: usize, out: *mut Val) -> Status;
        /// A static property's variable (dereferenced address), or null.
        fn static_prop(ctx: *mut CtxRaw, c: *mut ClassRaw, ptr: *const u8, len: usize) -> *mut Val;
        /// `new`: instantiates and runs the constructor.
        fn new(ctx: *mut CtxRaw, c: *mut ClassRaw, args: *const Val, argc: usize, named: Val, out: *mut Val) -> Status;
        /// An instance whose constructor does not run. `check` 1: refuses abstract classes and the like.
        fn new_raw(ctx: *mut CtxRaw, c: *mut ClassRaw, check: u32, out: *mut Val) -> Status;
        /// The native payload of an object, or null.
        fn payload(o: Val) -> *mut u8;
        /// `spl_object_id`
        fn handle(o: Val) -> u32;
        /// Clones.
        fn clone(ctx: *mut CtxRaw, o: Val, out: *mut Val) -> Status;
        /// Reads a property as code of class `scope` (null: as outside any class) does.
        fn read_prop(ctx: *mut CtxRaw, o: Val, scope: *mut ClassRaw, name: StrSlice, mode: u32, out: *mut Val) -> Status;
        /// Writes a property.
        fn write_prop(ctx: *mut CtxRaw, o: Val, scope: *mut ClassRaw, name: StrSlice, v: Val) -> Status;
        /// isset (0), not empty (1), property_exists (2).
        fn has_prop(ctx: *mut CtxRaw, o: Val, scope: *mut ClassRaw, name: StrSlice, mode: u32, out: *mut u32) -> Status;
        /// Unsets a property.
        fn unset_prop(ctx: *mut CtxRaw, o: Val, scope: *mut ClassRaw, name: StrSlice) -> Status;
        /// The slot of a declared property, or null; no hooks, no types.
        fn prop_slot(o: Val, name: StrSlice) -> *mut Val;
        /// The standard property table with mangled keys: owned copy.
        fn properties(ctx: *mut CtxRaw, o: Val, out: *mut Val) -> Status;
        /// The properties for a purpose, handlers asked first.
        fn properties_for(ctx: *mut CtxRaw, o: Val, purpose: u32, out: *mut Val) -> Status;
        /// get_object_vars as seen from the running scope.
        fn visible_vars(ctx: *mut CtxRaw, o: Val, out: *mut Val) -> Status;
        /// Sets a property by its mangled key, as unserialize does; takes over `v`'s share.
        fn set_mangled(ctx: *mut CtxRaw, o: Val, key: RawKey, v: Val) -> Status;
        /// Calls a method by name (lower case) whatever its visibility.
        fn call_method(ctx: *mut CtxRaw, o: Val, ptr: *const u8, len: usize, args: *const Val, argc: usize, out: *mut Val) -> Status;
        /// Whether `o` has that method (lower case).
        fn has_method(o: Val, ptr: *const u8, len: usize) -> u32;
        /// `$o[$k]`, mode as `fetch`.
        fn read_dim(ctx: *mut CtxRaw, o: Val, k: Val, mode: u32, out: *mut Val) -> Status;
        /// `$o[$k] = $v`
        fn write_dim(ctx: *mut CtxRaw, o: Val, k: Val, v: Val) -> Status;
        /// isset (0) or not empty (1) of `$o[$k]`.
        fn has_dim(ctx: *mut CtxRaw, o: Val, k: Val, mode: u32, out: *mut u32) -> Status;
        /// `unset($o[$k])`
        fn unset_dim(ctx: *mut CtxRaw, o: Val, k: Val) -> Status;
        /// `count()` of an array or object.
        fn count(ctx: *mut CtxRaw, v: Val, out: *mut i64) -> Status;
        /// 0 is it an enum case; 1 is it a closure; 2 lazy and not initialized; 3 destructor done; 4 marks the destructor as done.
        fn is(o: Val, what: u32) -> u32;
        /// The case of a backed enum for a value; UNDEF when there is none.
        fn enum_case(ctx: *mut CtxRaw, c: *mut ClassRaw, backing: Val, out: *mut Val) -> Status;
        /// Starts an iteration over an array, an object's visible properties, or a Traversable.
        fn iter_new(ctx: *mut CtxRaw, v: Val, out: *mut *mut IterRaw) -> Status;
        /// Current pair (owned both) and 1, or 0 at the end.
        fn iter_next(ctx: *mut CtxRaw, it: *mut IterRaw, key: *mut Val, val: *mut Val, more: *mut u32) -> Status;
        /// Ends an iteration.
        fn iter_free(it: *mut IterRaw);
        /// An InternalIterator object over a native iterator, which it takes over.
        fn iterator_object(ctx: *mut CtxRaw, it: NativeIterator, out: *mut Val) -> Status;
        /// A step of an iteration by hand, [`crate::iter_step`]; what it gives (VALID a bool) through `out`, owned.
        fn iter_step(ctx: *mut CtxRaw, it: *mut IterRaw, step: u32, out: *mut Val) -> Status;
        /// Names the values that an iteration owns, for the cycle collector.
        fn iter_roots(it: *mut IterRaw, visit: unsafe extern "C" fn(data: *mut u8, slot: *mut Val), data: *mut u8);
        /// First entry at or after `pos` of an object's property table (declared slots that are set, then dynamic properties); `u32::MAX` behind the last one.
        fn table_next(o: Val, pos: u32) -> u32;
        /// Mangled key of an entry of the property table: interned, or the table's own.
        fn table_key(o: Val, pos: u32) -> *mut StrHdr;
        /// Value at an entry of the property table, or null. Past visibility, hooks and types.
        fn table_at(o: Val, pos: u32) -> *mut Val;
        /// Entry of a mangled key in the property table; `u32::MAX` when there is none.
        fn table_find(o: Val, key: StrSlice) -> u32;
        /// Sets an entry of the property table by its mangled key; takes over `v`'s share.
        fn table_set(o: Val, key: StrSlice, v: Val);
        /// Takes an entry out of the property table: its value (owned), or UNDEF.
        fn table_remove(o: Val, pos: u32) -> Val;
        /// Makes the value at an entry a reference, which knows the property's type, and gives a share of it; readonly properties refuse.
        fn table_ref(ctx: *mut CtxRaw, o: Val, pos: u32, out: *mut Val) -> Status;
        /// isset (0), not empty (1), exists (2) of a property for the running code, the class's handlers not asked.
        fn has_own_prop(ctx: *mut CtxRaw, o: Val, name: StrSlice, mode: u32, out: *mut u32) -> Status;
        /// Compares as `<=>` does without handlers: -1, 0, 1, or 2 uncomparable.
        fn compare_plain(ctx: *mut CtxRaw, a: Val, b: Val, out: *mut i32) -> Status;
        /// Gives an object data of an extension's own under a key, in place of what it had there: `free` is called when the
        /// object goes, `copy` makes those of a clone.
        fn attach(o: Val, key: *const u8, data: *mut u8, copy: unsafe extern "C" fn(data: *mut u8) -> *mut u8, free: unsafe extern "C" fn(data: *mut u8));
        /// What [`ObjTable::attach`] gave an object under a key, or null.
        fn attached(o: Val, key: *const u8) -> *mut u8;
        /// Takes it away again.
        fn detach(o: Val, key: *const u8);
        /// The number of the slot that [`ObjTable::prop_slot`] gives for objects of a class; `u32::MAX` when there is none.
        fn slot_index(c: *const ClassRaw, name: StrSlice) -> u32;
        /// An object's slot by such a number, or null.
        fn slot_at(o: Val, index: u32) -> *mut Val;
        /// All that a loop does for an element of an iteration that calls no methods of iterators: with `advance` 1 on to the next
        /// one first, then, where there is one, `more` 1, unless `val` is null its value and, unless `key` is null too, its key, both
        /// owned. `more` 2 and nothing done for an iteration that does call methods: it takes [`ObjTable::iter_step`].
        fn iter_fetch(ctx: *mut CtxRaw, it: *mut IterRaw, advance: u32, key: *mut Val, val: *mut Val, more: *mut u32) -> Status;
        /// Calls a method of an object that [`ReflectTable::method`] found in its class, and that is not static.
        fn call_known(ctx: *mut CtxRaw, o: Val, method: *mut FuncRaw, args: *const Val, argc: usize, out: *mut Val) -> Status;
    }

    /// Calls and the call stack.
    CallTable {
        /// Resolves a callable value; `out` null when it is not callable (nothing is thrown). The handle is freed with `callable_free`.
        fn callable_new(ctx: *mut CtxRaw, v: Val, flags: u32, out: *mut *mut CallableRaw) -> Status;
        /// Calls a resolved callable.
        fn callable_call(ctx: *mut CtxRaw, c: *mut CallableRaw, args: *const Val, argc: usize, named: Val, out: *mut Val) -> Status;
        /// Frees a resolved callable.
        fn callable_free(c: *mut CallableRaw);
        /// Calls a callable value, throwing PHP's error when it is none.
        fn call(ctx: *mut CtxRaw, v: Val, args: *const Val, argc: usize, named: Val, out: *mut Val) -> Status;
        /// Whether a value is callable; `name` (may be null) gets its display name, `why` (may be null) PHP's reason.
        fn is_callable(ctx: *mut CtxRaw, v: Val, flags: u32, name: *mut Val, why: *mut Val) -> u32;
        /// A closure over a callable.
        fn closure(ctx: *mut CtxRaw, v: Val, out: *mut Val) -> Status;
        /// Name of the running native function, without class.
        fn function_name(ctx: *mut CtxRaw) -> *mut StrHdr;
        /// Class of the calling PHP code, or null.
        fn scope(ctx: *mut CtxRaw) -> *mut ClassRaw;
        /// `$this` of the calling PHP code, or UNDEF (borrowed).
        fn caller_this(ctx: *mut CtxRaw) -> Val;
        /// File (borrowed) and line of the calling PHP code; null outside any.
        fn position(ctx: *mut CtxRaw, line: *mut u32) -> *mut StrHdr;
        /// debug_backtrace: options 1 objects, 2 no arguments; limit 0 all.
        fn backtrace(ctx: *mut CtxRaw, options: u32, limit: u32, out: *mut Val);
        /// A variable of the calling PHP code: its address or null. `create` 1 makes it.
        fn local(ctx: *mut CtxRaw, name: StrSlice, create: u32) -> *mut Val;
        /// All variables of the calling PHP code, as an array (owned).
        fn locals(ctx: *mut CtxRaw, out: *mut Val);
        /// The global symbol table (borrowed array; do not keep).
        fn globals(ctx: *mut CtxRaw) -> Val;
        /// Value of a global constant; 0 when there is none.
        fn constant(ctx: *mut CtxRaw, name: StrSlice, out: *mut Val) -> u32;
        /// Defines a constant of the request; 0 when it exists.
        fn define(ctx: *mut CtxRaw, name: StrSlice, v: Val) -> u32;
        /// Whether a function of that name (lower case) exists.
        fn function_exists(ctx: *mut CtxRaw, name: StrSlice) -> u32;
        /// Invokes a function named by a class and method (lower case; class null: function) on `this` whatever its visibility.
        fn invoke(ctx: *mut CtxRaw, c: *mut ClassRaw, name: StrSlice, this: Val, args: *const Val, argc: usize, named: Val, out: *mut Val) -> Status;
        /// Evaluates a PHP constant expression in a class's scope (null: none).
        fn eval_const(ctx: *mut CtxRaw, text: StrSlice, scope: *mut ClassRaw, out: *mut Val) -> Status;
        /// Keeps a callable for the request: 0 shutdown function, 1 tick function, 2 autoloader (front: `arg` 1), each with bound arguments.
        fn register(ctx: *mut CtxRaw, what: u32, v: Val, args: *const Val, argc: usize, arg: u32) -> u32;
        /// Removes a kept callable equal to `v`; 0 when there was none.
        fn unregister(ctx: *mut CtxRaw, what: u32, v: Val) -> u32;
        /// Lists the kept callables.
        fn registered(ctx: *mut CtxRaw, what: u32, out: *mut Val);
        /// Compiles and runs a file as include does (0) or include_once (1).
        fn include(ctx: *mut CtxRaw, path: StrSlice, once: u32, out: *mut Val) -> Status;
        /// Whether parameter `i` of a callable takes a reference.
        fn callable_by_ref(c: *mut CallableRaw, i: u32) -> u32;
        /// As `local`, by a string.
        fn local_named(ctx: *mut CtxRaw, name: *mut StrHdr, create: u32) -> *mut Val;
    }

    /// Errors and exceptions.
    ErrTable {
        /// Throws one of [`error_kind`].
        fn throw_kind(ctx: *mut CtxRaw, kind: u32, msg: StrSlice) -> Status;
        /// Throws a fresh object of a class with message and code.
        fn throw_class(ctx: *mut CtxRaw, c: *mut ClassRaw, msg: StrSlice, code: i64) -> Status;
        /// Throws an object; takes over its share.
        fn throw_object(ctx: *mut CtxRaw, o: Val) -> Status;
        /// `F(): Argument #n ($name) MSG` as one of [`error_kind`]; n counts from 1.
        fn argument(ctx: *mut CtxRaw, kind: u32, n: u32, msg: StrSlice) -> Status;
        /// Raises an `E_*` message; `docref` 1 puts `F(): ` in front.
        fn raise(ctx: *mut CtxRaw, level: u32, msg: StrSlice, docref: u32) -> Status;
        /// The pending exception (borrowed), or UNDEF.
        fn pending(ctx: *mut CtxRaw) -> Val;
        /// Takes the pending exception away: owned, or UNDEF.
        fn take(ctx: *mut CtxRaw) -> Val;
        /// Ends the request with PHP's fatal error.
        fn fatal(ctx: *mut CtxRaw, msg: StrSlice) -> Status;
        /// Ends the request as exit() does.
        fn exit(ctx: *mut CtxRaw, status: i32) -> Status;
        /// error_reporting; sets it when `set` is 1, gives the old one.
        fn reporting(ctx: *mut CtxRaw, set: u32, value: u32) -> u32;
        /// Turns raised warnings into exceptions of a class (null: ends that); gives what was set before.
        fn convert(ctx: *mut CtxRaw, c: *mut ClassRaw) -> *mut ClassRaw;
        /// error_get_last as an array or NULL; `clear` 1 forgets it.
        fn last(ctx: *mut CtxRaw, clear: u32, out: *mut Val);
        /// Writes to the error log as error_log() type 0 does.
        fn log(ctx: *mut CtxRaw, msg: StrSlice);
        /// A panic caught in plugin code: makes it the request's fatal error.
        fn panicked(ctx: *mut CtxRaw, ext: StrSlice, function: StrSlice, msg: StrSlice, file: StrSlice, line: u32) -> Status;
        /// A `tracing` event of a plugin: level 1 error … 5 trace.
        fn trace(level: u32, target: StrSlice, msg: StrSlice, file: StrSlice, line: u32);
        /// Whether such events go anywhere.
        fn trace_enabled(level: u32, target: StrSlice) -> u32;
    }

    /// Resources.
    ResTable {
        /// The type of that name, registered when new; `dtor` closes what `ptr` is when the last share goes or it is closed.
        fn register(name: StrSlice, dtor: Option<unsafe extern "C" fn(ptr: *mut u8)>) -> i32;
        /// A fresh resource.
        fn new(ctx: *mut CtxRaw, ty: i32, ptr: *mut u8) -> Val;
        /// Its pointer if it is of that type and open, else null.
        fn get(v: Val, ty: i32) -> *mut u8;
        /// Its type, -1 when closed.
        fn type_of(v: Val) -> i32;
        /// Name of a type (interned), or null.
        fn type_name(ty: i32) -> *mut StrHdr;
        /// Number.
        fn id(v: Val) -> i64;
        /// Closes it now.
        fn close(v: Val);
        /// Open resources of the request as a list, of one type or (-1) all.
        fn list(ctx: *mut CtxRaw, ty: i32, out: *mut Val);
    }

    /// Output, ini settings, the process.
    SapiTable {
        /// Writes output.
        fn write(ctx: *mut CtxRaw, ptr: *const u8, len: usize) -> Status;
        /// Value of an ini entry: borrowed until it changes; NONE when there is no such entry, empty for no value.
        fn ini_get(ctx: *mut CtxRaw, name: StrSlice) -> StrSlice;
        /// ini_set: 0 when refused.
        fn ini_set(ctx: *mut CtxRaw, name: StrSlice, value: StrSlice) -> u32;
        /// The SAPI's name (`cli`).
        fn sapi_name(ctx: *mut CtxRaw) -> StrSlice;
        /// gc: 0 collect, 1 enable, 2 disable, 3 enabled.
        fn gc(ctx: *mut CtxRaw, what: u32) -> i64;
        /// What was loaded: 0 extensions (list of names), 1 functions of extension `arg` (list, or FALSE), 2 version of extension `arg` (string, or FALSE).
        fn info(ctx: *mut CtxRaw, what: u32, arg: StrSlice, out: *mut Val);
        /// set_time_limit
        fn time_limit(ctx: *mut CtxRaw, seconds: i64);
        /// The context of the VM that runs on this thread, for code that was given none (payloads that go); null where no PHP code may run.
        fn context() -> *mut CtxRaw;
        /// How often values of ini entries may have changed so far: while this stays the same, so do they.
        fn ini_changes(ctx: *mut CtxRaw) -> u64;
    }

    /// Module startup: what can be registered besides the descriptor.
    ModuleTable {
        /// A global constant.
        fn constant(m: *mut ModuleCtx, name: StrSlice, v: ConstValue);
        /// Fails the startup with a reason.
        fn fail(m: *mut ModuleCtx, msg: StrSlice);
        /// An interface that another extension offers (`pdo.driver/1`): its table, or null.
        fn import(m: *mut ModuleCtx, name: StrSlice) -> *const u8;
        /// Value of an ini entry at startup.
        fn ini(m: *mut ModuleCtx, name: StrSlice) -> StrSlice;
        /// A row of `minfo`: a key and values.
        fn info_row(sink: *mut InfoSink, cells: *const StrSlice, n: usize, header: u32);
        /// The ini entries of the extension as `minfo` shows them.
        fn info_ini(sink: *mut InfoSink);
        /// An interface that an extension offers, at run time.
        fn interface(ctx: *mut CtxRaw, name: StrSlice) -> *const u8;
        /// This VM's globals of an extension.
        fn globals(ctx: *mut CtxRaw, ext: *const ExtDescriptor) -> *mut u8;
        /// Tells something of the value that an ini entry's `on_modify` is asked about while no VM runs.
        fn ini_notice(level: u32, msg: StrSlice);
    }

    /// What the engine knows of functions, classes, properties and constants: for reflection, debuggers and tools. The
    /// numbers of facts are those of [`crate::reflect`].
    ReflectTable {
        /// A function by its lower-case name, or null.
        fn function(ctx: *mut CtxRaw, name: StrSlice) -> *mut FuncRaw;
        /// What a Closure object runs; null for other objects.
        fn closure_func(ctx: *mut CtxRaw, o: Val) -> *mut FuncRaw;
        /// `$this` that a Closure object is bound to (borrowed), or UNDEF.
        fn closure_this(o: Val) -> Val;
        /// Class that `static` means in a Closure object, or null.
        fn closure_called(o: Val) -> *mut ClassRaw;
        /// Whether a Closure object was made from an existing function.
        fn closure_is_fake(o: Val) -> u32;
        /// A method by its lower-case name, or null.
        fn method(c: *const ClassRaw, name: StrSlice) -> *mut FuncRaw;
        /// A property by name, or null.
        fn property(c: *const ClassRaw, name: StrSlice) -> *mut PropRaw;
        /// A class constant by name, or null.
        fn constant(c: *const ClassRaw, name: StrSlice) -> *mut ConstRaw;
        /// Shows each of a class's members, or of the VM's.
        fn members(ctx: *mut CtxRaw, c: *const ClassRaw, which: u32, data: *mut u8, visit: MemberVisitor);
        /// A number of a function.
        fn func_number(f: *const FuncRaw, what: u32) -> i64;
        /// A text of a function: owned string or null.
        fn func_text(ctx: *mut CtxRaw, f: *const FuncRaw, what: u32, out: *mut Val);
        /// Class that a function belongs to, or null.
        fn func_class(f: *const FuncRaw) -> *mut ClassRaw;
        /// The method that a method overrides or implements, or null.
        fn func_prototype(f: *const FuncRaw) -> *mut FuncRaw;
        /// Static and captured variables of a function by name, of a closure (else UNDEF) its own; `used` 1: captured ones alone.
        fn func_variables(ctx: *mut CtxRaw, f: *mut FuncRaw, closure: Val, used: u32, out: *mut Val) -> Status;
        /// Calls a function whatever its visibility with an array of arguments, string keys naming them. `closure` is the Closure object that it is of, or UNDEF.
        fn func_call(ctx: *mut CtxRaw, f: *mut FuncRaw, this: Val, called: *mut ClassRaw, closure: Val, args: Val, out: *mut Val) -> Status;
        /// A closure over a function.
        fn func_closure(ctx: *mut CtxRaw, f: *mut FuncRaw, this: Val, called: *mut ClassRaw, out: *mut Val);
        /// A number of parameter `i`.
        fn param_number(f: *const FuncRaw, i: u32, what: u32) -> i64;
        /// A text of parameter `i`: owned string or null.
        fn param_text(f: *const FuncRaw, i: u32, what: u32, out: *mut Val);
        /// Value of parameter `i`'s default.
        fn param_default(ctx: *mut CtxRaw, f: *mut FuncRaw, i: u32, out: *mut Val) -> Status;
        /// A number of a class.
        fn class_number(c: *const ClassRaw, what: u32) -> i64;
        /// A text of a class: owned string or null.
        fn class_text(ctx: *mut CtxRaw, c: *const ClassRaw, what: u32, out: *mut Val);
        /// Constructor (0) or `__clone` (1), or null.
        fn class_func(c: *const ClassRaw, what: u32) -> *mut FuncRaw;
        /// Aliases of trait methods: `alias => Trait::method`.
        fn trait_aliases(c: *const ClassRaw, out: *mut Val);
        /// Evaluates what is left of a class's constants and defaults.
        fn class_prepare(ctx: *mut CtxRaw, c: *mut ClassRaw) -> Status;
        /// Value of a static property as code of the class sees it; UNDEF when there is none. `quiet` 0: not being there, or not being initialized, is an Error.
        fn static_get(ctx: *mut CtxRaw, c: *mut ClassRaw, name: StrSlice, quiet: u32, out: *mut Val) -> Status;
        /// Assigns to a static property as code of the class does.
        fn static_set(ctx: *mut CtxRaw, c: *mut ClassRaw, name: StrSlice, v: Val) -> Status;
        /// A number of a property.
        fn prop_number(p: *const PropRaw, what: u32) -> i64;
        /// A text of a property: owned string or null.
        fn prop_text(p: *const PropRaw, what: u32, out: *mut Val);
        /// Class that declares a property.
        fn prop_class(p: *const PropRaw) -> *mut ClassRaw;
        /// The `get` (0) or `set` (1) hook of a property, or null.
        fn prop_hook(p: *const PropRaw, which: u32) -> *mut FuncRaw;
        /// Value of a property's default; UNDEF when it has none.
        fn prop_default(ctx: *mut CtxRaw, p: *mut PropRaw, out: *mut Val) -> Status;
        /// A number of a class constant.
        fn const_number(k: *const ConstRaw, what: u32) -> i64;
        /// A text of a class constant: owned string or null.
        fn const_text(k: *const ConstRaw, what: u32, out: *mut Val);
        /// Class that declares a class constant.
        fn const_class(k: *const ConstRaw) -> *mut ClassRaw;
        /// Value of a class constant of that name, whatever its visibility; of an enum case the case.
        fn const_value(ctx: *mut CtxRaw, k: *mut ConstRaw, name: StrSlice, out: *mut Val) -> Status;
        /// How many attributes something carries.
        fn attribute_count(ctx: *mut CtxRaw, o: AttributeOwner) -> u32;
        /// Name of attribute `i`: owned string.
        fn attribute_name(ctx: *mut CtxRaw, o: AttributeOwner, i: u32, out: *mut Val);
        /// How many arguments attribute `i` has.
        fn attribute_arity(ctx: *mut CtxRaw, o: AttributeOwner, i: u32) -> u32;
        /// Argument `n` of attribute `i`: its name (null without), and its value, or with `text` 1 its text when it is an expression (else UNDEF).
        fn attribute_argument(ctx: *mut CtxRaw, o: AttributeOwner, i: u32, n: u32, text: u32, name: *mut Val, out: *mut Val) -> Status;
        /// Makes the object of attribute `i`, of class `c`, with its arguments.
        fn attribute_object(ctx: *mut CtxRaw, o: AttributeOwner, i: u32, c: *mut ClassRaw, out: *mut Val) -> Status;
        /// Makes a lazy object of a class, fresh (`existing` UNDEF) or again; `proxy` 1: a proxy. `options` are `ReflectionClass::SKIP_*`.
        fn lazy_make(ctx: *mut CtxRaw, c: *mut ClassRaw, existing: Val, initializer: Val, proxy: u32, options: u32, out: *mut Val) -> Status;
        /// Initializes a lazy object (`run` 1), or marks it as initialized (0); gives the object that stands for it.
        fn lazy_init(ctx: *mut CtxRaw, o: Val, run: u32, out: *mut Val) -> Status;
        /// Whether an object is lazy and not initialized; `initializer` (may be null) gets what will run (owned).
        fn lazy_pending(ctx: *mut CtxRaw, o: Val, initializer: *mut Val) -> u32;
        /// The instance behind an initialized proxy, else the object itself: a share.
        fn lazy_instance(ctx: *mut CtxRaw, o: Val) -> Val;
        /// Whether touching a property would initialize its lazy object.
        fn lazy_prop(o: Val, p: *const PropRaw) -> u32;
        /// Stops a property from waiting for its lazy object's initialization: with its default (`v` UNDEF), or with that value, past hooks.
        fn lazy_skip(ctx: *mut CtxRaw, o: Val, scope: *mut ClassRaw, p: *const PropRaw, v: Val) -> Status;
        /// The value of a property with a `get` hook as the hook itself sees it.
        fn raw_get(ctx: *mut CtxRaw, o: Val, scope: *mut ClassRaw, p: *const PropRaw, out: *mut Val) -> Status;
        /// Assigns to a property with a `set` hook as the hook itself does.
        fn raw_set(ctx: *mut CtxRaw, o: Val, scope: *mut ClassRaw, p: *const PropRaw, v: Val) -> Status;
        /// What is known of a generator.
        fn generator(ctx: *mut CtxRaw, o: Val, what: u32, out: *mut Val);
        /// The function that a generator runs, or null.
        fn generator_func(o: Val) -> *mut FuncRaw;
        /// What is known of a fiber.
        fn fiber(ctx: *mut CtxRaw, o: Val, what: u32, out: *mut Val);
        /// Extension number `i`, null behind the last one.
        fn extension(ctx: *mut CtxRaw, i: u32) -> *const ExtDescriptor;
        /// A fact of a global constant; 0 when there is none of that name.
        fn global_constant(ctx: *mut CtxRaw, name: StrSlice, what: u32, out: *mut Val) -> u32;
    }

    /// Streams: what PHP code has as resources of type `stream`.
    StreamTable {
        /// Opens a file or URL: a stream, or FALSE. `flags` are [`stream_open`]; `context` a stream context or NULL.
        fn open(ctx: *mut CtxRaw, path: StrSlice, mode: StrSlice, flags: u32, context: Val, out: *mut Val) -> Status;
        /// Whether a value is an open stream.
        fn is_stream(v: Val) -> u32;
        /// Reads at most `len` bytes: a string, or FALSE.
        fn read(ctx: *mut CtxRaw, s: Val, len: usize, out: *mut Val) -> Status;
        /// Reads what is left, at most `max` bytes.
        fn read_all(ctx: *mut CtxRaw, s: Val, max: usize, out: *mut Val) -> Status;
        /// Reads a line with its end, at most `max` bytes of it (0: all): a string, or FALSE at the end.
        fn read_line(ctx: *mut CtxRaw, s: Val, max: usize, out: *mut Val) -> Status;
        /// Writes: how many bytes, or -1.
        fn write(ctx: *mut CtxRaw, s: Val, ptr: *const u8, len: usize, out: *mut i64) -> Status;
        /// `feof()`
        fn at_end(ctx: *mut CtxRaw, s: Val) -> u32;
        /// `fseek()`: 1 when it moved.
        fn seek(ctx: *mut CtxRaw, s: Val, offset: i64, whence: i64) -> u32;
        /// `ftell()`
        fn tell(s: Val) -> i64;
        /// Closes it.
        fn close(ctx: *mut CtxRaw, s: Val);
        /// Opens a directory: a stream, or FALSE. `flags` and `context` as for `open`.
        fn open_dir(ctx: *mut CtxRaw, path: StrSlice, flags: u32, context: Val, out: *mut Val) -> Status;
        /// The next name of a directory, or FALSE.
        fn read_dir(ctx: *mut CtxRaw, s: Val, out: *mut Val) -> Status;
        /// To a directory's first name.
        fn rewind_dir(ctx: *mut CtxRaw, s: Val) -> Status;
        /// `fflush()`: `out` 1 done.
        fn flush(ctx: *mut CtxRaw, s: Val, out: *mut u32) -> Status;
        /// `ftruncate()`: `out` 0 failed, 1 done, 2 not supported.
        fn truncate(ctx: *mut CtxRaw, s: Val, size: u64, out: *mut u32) -> Status;
        /// Writes the rest to the output: `out` the bytes.
        fn pass_through(ctx: *mut CtxRaw, s: Val, out: *mut i64) -> Status;
        /// How many names a `glob://` directory has, -1 for other streams; `folder` a string, or NULL without one.
        fn glob(s: Val, folder: *mut Val) -> i64;
    }
}

/// The engine's API: groups by pointer, each size-prefixed and append-only.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct HostApi {
    /// `size_of::<HostApi>()` of the engine.
    pub size: u32,
    /// API version of the engine.
    pub major: u16,
    /// API version of the engine.
    pub minor: u16,
    /// Values.
    pub val: *const ValTable,
    /// Arrays.
    pub arr: *const ArrTable,
    /// Objects and classes.
    pub obj: *const ObjTable,
    /// Calls.
    pub call: *const CallTable,
    /// Errors.
    pub err: *const ErrTable,
    /// Resources.
    pub res: *const ResTable,
    /// Output, ini, request.
    pub sapi: *const SapiTable,
    /// Module startup.
    pub module: *const ModuleTable,
    /// Introspection.
    pub reflect: *const ReflectTable,
    /// Wrappers and kinds of stream of extensions; files.
    pub wrapper: *const crate::WrapperTable,
    /// Streams.
    pub stream: *const StreamTable,
}

// SAFETY: the tables are immutable static data.
unsafe impl Sync for HostApi {}
// SAFETY: as above.
unsafe impl Send for HostApi {}
