//! Descriptors: the `&'static` data that an extension is. The engine registers linked and loaded extensions from the
//! same structures by the same code.

use crate::{CtxRaw, NativeFn, Status, StrSlice, Val};

/// A borrowed run of `T`.
#[repr(C)]
pub struct Slice<T> {
    /// First element; dangling but non-null when empty.
    pub ptr: *const T,
    /// Elements.
    pub len: usize,
}

impl<T> Clone for Slice<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Slice<T> {}

impl<T> Slice<T> {
    /// Nothing.
    pub const EMPTY: Slice<T> = Slice { ptr: core::ptr::NonNull::dangling().as_ptr(), len: 0 };
    /// The slice of a static array.
    pub const fn new(s: &'static [T]) -> Slice<T> {
        Slice { ptr: s.as_ptr(), len: s.len() }
    }
    /// The elements.
    ///
    /// # Safety
    /// What the slice was made from is alive for `'a`.
    pub const unsafe fn get<'a>(self) -> &'a [T] {
        // SAFETY: by the caller's promise.
        unsafe { core::slice::from_raw_parts(self.ptr, self.len) }
    }
}

impl StrSlice {
    /// "None": a null pointer, as against the empty string.
    pub const NONE: StrSlice = StrSlice { ptr: core::ptr::null(), len: 0 };
    /// Whether this is [`StrSlice::NONE`].
    pub const fn is_none(&self) -> bool {
        self.ptr.is_null()
    }
}

/// Bits of [`TypeDesc::mask`]. Those below 16 are `1 << tag`.
pub mod type_mask {
    /// `null`
    pub const NULL: u32 = 1 << crate::NULL;
    /// `false`
    pub const FALSE: u32 = 1 << crate::FALSE;
    /// `true`
    pub const TRUE: u32 = 1 << crate::TRUE;
    /// `bool`
    pub const BOOL: u32 = FALSE | TRUE;
    /// `int`
    pub const INT: u32 = 1 << crate::INT;
    /// `float`
    pub const FLOAT: u32 = 1 << crate::DBL;
    /// `string`
    pub const STRING: u32 = 1 << crate::STR;
    /// `array`
    pub const ARRAY: u32 = 1 << crate::ARR;
    /// `object`
    pub const OBJECT: u32 = 1 << crate::OBJ;
    /// A resource: no PHP type, but natives that take one declare no type; only `mixed` holds it.
    pub const RESOURCE: u32 = 1 << crate::RES;
    /// `callable`
    pub const CALLABLE: u32 = 1 << 16;
    /// `iterable` (`Traversable|array`)
    pub const ITERABLE: u32 = 1 << 17;
    /// `void`
    pub const VOID: u32 = 1 << 18;
    /// `never`
    pub const NEVER: u32 = 1 << 19;
    /// `static`
    pub const STATIC: u32 = 1 << 20;
    /// `mixed`
    pub const MIXED: u32 = NULL | BOOL | INT | FLOAT | STRING | ARRAY | OBJECT | RESOURCE;
}

/// A declared type.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct TypeDesc {
    /// The type as PHP writes it (`?int`, `array|string|null`, `A&B`); [`StrSlice::NONE`] when undeclared.
    pub text: StrSlice,
    /// The builtin alternatives, [`type_mask`].
    pub mask: u32,
    /// 1 when the type is tentative (`@tentative-return-type`).
    pub tentative: u32,
    /// The class alternatives of a union; for an intersection only `text` counts.
    pub classes: Slice<StrSlice>,
}

impl TypeDesc {
    /// No declared type.
    pub const NONE: TypeDesc =
        TypeDesc { text: StrSlice::NONE, mask: 0, tentative: 0, classes: Slice::EMPTY };
}

/// Bits of [`ParamDesc::flags`].
pub mod param_flags {
    /// `&$x`
    pub const BY_REF: u32 = 1;
    /// By reference where the argument can be, else by value (`array_multisort`).
    pub const PREFER_REF: u32 = 2;
    /// `...$x`
    pub const VARIADIC: u32 = 4;
    /// `#[\SensitiveParameter]`
    pub const SENSITIVE: u32 = 8;
}

/// One parameter.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ParamDesc {
    /// Without the `$`.
    pub name: StrSlice,
    /// Declared type.
    pub ty: TypeDesc,
    /// Default as PHP text; [`StrSlice::NONE`] when there is none (`= UNKNOWN` in php-src's stubs).
    pub default: StrSlice,
    /// [`param_flags`]
    pub flags: u32,
    /// Reserved, 0.
    pub reserved: u32,
}

/// Bits of [`FunctionDesc::flags`], [`PropDesc::flags`], [`ConstDesc::flags`] and [`ClassDesc::flags`]. Where PHP's
/// reflection shows a number, it is the same number.
pub mod flags {
    /// Visibility.
    pub const PUBLIC: u32 = 1;
    /// Visibility.
    pub const PROTECTED: u32 = 2;
    /// Visibility.
    pub const PRIVATE: u32 = 4;
    /// `static`
    pub const STATIC: u32 = 16;
    /// `final`
    pub const FINAL: u32 = 32;
    /// `abstract`
    pub const ABSTRACT: u32 = 64;
    /// `readonly` property or class
    pub const READONLY: u32 = 128;
    /// Deprecated: `FunctionDesc::deprecated` holds the attribute's message.
    pub const DEPRECATED: u32 = 1 << 11;
    /// Returns by reference.
    pub const RETURNS_REF: u32 = 1 << 12;
    /// Function: what it is called with is secret. Class of exceptions: so is what any function was called with. Traces show
    /// no arguments then. An engine that does not know this shows them.
    pub const SECRET: u32 = 1 << 9;
    /// Method, beside [`STATIC`]: called on an object it gets that one as `$this`. An engine that does not know this calls it
    /// without.
    pub const EITHER: u32 = 1 << 10;
    /// Function: it tells itself of arguments that are missing, though reflection calls them required. An engine that does
    /// not know this tells of them first.
    pub const COUNTS: u32 = 1 << 13;
    /// Class: an interface.
    pub const INTERFACE: u32 = 1 << 16;
    /// Class: a trait.
    pub const TRAIT: u32 = 1 << 17;
    /// Class: an enum.
    pub const ENUM: u32 = 1 << 18;
    /// Class: no dynamic properties.
    pub const NO_DYNAMIC: u32 = 1 << 19;
    /// Class: neither serialize() nor unserialize().
    pub const NOT_SERIALIZABLE: u32 = 1 << 20;
    /// Class: `#[\AllowDynamicProperties]`
    pub const ALLOW_DYNAMIC: u32 = 1 << 21;
    /// Class: clone is an Error.
    pub const UNCLONEABLE: u32 = 1 << 22;
    /// Class: `new` is allowed only from the engine ("Instantiation of class X is not allowed").
    pub const NOT_INSTANTIABLE: u32 = 1 << 23;
    /// Property: virtual (no slot; handlers or hooks serve it).
    pub const VIRTUAL: u32 = 1 << 24;
    /// Property: set visibility protected.
    pub const PROTECTED_SET: u32 = 1 << 25;
    /// Property: set visibility private.
    pub const PRIVATE_SET: u32 = 1 << 26;
    /// Function: the same arguments always give the same result, and nothing else happens (php-src's `@compile-time-eval`), so
    /// that the compiler may call it where all of them are constant. It may warn or throw: the call is left to run time then.
    pub const PURE: u32 = 1 << 27;
    /// Function result must be used (reserved).
    pub const NO_DISCARD: u32 = 1 << 28;
}

/// One function or method.
#[repr(C)]
pub struct FunctionDesc {
    /// `size_of::<FunctionDesc>()` of whoever built it.
    pub size: u32,
    /// [`flags`]
    pub flags: u32,
    /// Name as declared; namespaced names carry their namespace.
    pub name: StrSlice,
    /// The code; `None` for an abstract method.
    pub func: Option<NativeFn>,
    /// Parameters.
    pub params: Slice<ParamDesc>,
    /// How many of them are required.
    pub required: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// Return type.
    pub ret: TypeDesc,
    /// Doc text for stubs and the manual, or NONE.
    pub doc: StrSlice,
    /// Attributes as PHP text (`#[\Deprecated(since: "8.4", message: "…")]`), or NONE.
    pub attributes: StrSlice,
    /// Handed to the code in [`CallFrame::data`].
    pub data: *const u8,
}

/// A constant value that needs no heap.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ConstValue {
    /// A scalar (`UNDEF` = none, `NULL`, `FALSE`, `TRUE`, `INT`, `DBL`), or `STR` with the bytes in `text`, or
    /// `PTR` with a PHP constant expression in `text`.
    pub val: Val,
    /// The string's bytes, or the expression.
    pub text: StrSlice,
}

impl ConstValue {
    /// No value.
    pub const NONE: ConstValue = ConstValue { val: Val::UNDEF, text: StrSlice::NONE };
    /// A scalar.
    pub const fn scalar(val: Val) -> ConstValue {
        ConstValue { val, text: StrSlice::NONE }
    }
    /// A string.
    pub const fn string(s: &'static str) -> ConstValue {
        ConstValue { val: Val { payload: 0, ty: crate::STR as u32, aux: 0 }, text: StrSlice::new(s) }
    }
    /// A PHP constant expression, evaluated when first used.
    pub const fn expr(s: &'static str) -> ConstValue {
        ConstValue { val: Val { payload: 0, ty: crate::PTR as u32, aux: 0 }, text: StrSlice::new(s) }
    }
}

/// A global or class constant, or an enum case.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ConstDesc {
    /// Name.
    pub name: StrSlice,
    /// Declared type, class constants only.
    pub ty: TypeDesc,
    /// Value; of an enum case the backing value or NONE.
    pub value: ConstValue,
    /// [`flags`]
    pub flags: u32,
    /// 1 for an enum case.
    pub is_case: u32,
    /// Doc text, or NONE.
    pub doc: StrSlice,
    /// Attributes as PHP text, or NONE.
    pub attributes: StrSlice,
}

/// A declared property.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PropDesc {
    /// Name without `$`.
    pub name: StrSlice,
    /// Declared type.
    pub ty: TypeDesc,
    /// Default; NONE leaves a typed property uninitialized and an untyped one null.
    pub default: ConstValue,
    /// [`flags`]
    pub flags: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// Doc text, or NONE.
    pub doc: StrSlice,
}

/// Why a property or element is fetched.
pub mod fetch {
    /// Read; a missing one is a warning.
    pub const READ: u32 = 0;
    /// Read for writing into (autovivification).
    pub const WRITE: u32 = 1;
    /// Read for a compound assignment.
    pub const READ_WRITE: u32 = 2;
    /// Read for isset/empty/??: silent.
    pub const ISSET: u32 = 3;
    /// Read for unset of something within.
    pub const UNSET: u32 = 4;
}

/// Which of the six views of an object's properties is asked for.
pub mod prop_purpose {
    /// var_dump, print_r, debug_zval_refcount
    pub const DEBUG: u32 = 0;
    /// `(array)$o`
    pub const ARRAY_CAST: u32 = 1;
    /// serialize()
    pub const SERIALIZE: u32 = 2;
    /// var_export()
    pub const VAR_EXPORT: u32 = 3;
    /// json_encode()
    pub const JSON: u32 = 4;
    /// get_object_vars(), foreach
    pub const OBJECT_VARS: u32 = 5;
}

/// Arithmetic asked of an object by `do_operation`; numbers are PHP's ZEND_ADD … ZEND_POW order.
pub mod operation {
    /// `+`
    pub const ADD: u32 = 1;
    /// `-`
    pub const SUB: u32 = 2;
    /// `*`
    pub const MUL: u32 = 3;
    /// `/`
    pub const DIV: u32 = 4;
    /// `%`
    pub const MOD: u32 = 5;
    /// `<<`
    pub const SL: u32 = 6;
    /// `>>`
    pub const SR: u32 = 7;
    /// `.`
    pub const CONCAT: u32 = 8;
    /// `|`
    pub const BW_OR: u32 = 9;
    /// `&`
    pub const BW_AND: u32 = 10;
    /// `^`
    pub const BW_XOR: u32 = 11;
    /// `**`
    pub const POW: u32 = 12;
    /// `~`
    pub const BW_NOT: u32 = 13;
}

/// `fn(ctx, obj, …) -> Status`, results through the last pointer.
pub type ObjFn = unsafe extern "C" fn(ctx: *mut CtxRaw, obj: Val) -> Status;

/// What a class does otherwise than a plain PHP object. Absent entries mean the standard behaviour. `obj` arguments
/// are borrowed; what is written through `out` is owned by the caller.
#[repr(C)]
pub struct HandlerTable {
    /// `size_of::<HandlerTable>()` of whoever built it.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// Reads a property; `mode` is [`fetch`]. A result of [`Status::Ok`] with `out` UNDEF means "use the standard way".
    pub read_prop: Option<
        unsafe extern "C" fn(ctx: *mut CtxRaw, obj: Val, name: Val, mode: u32, out: *mut Val) -> Status,
    >,
    /// Writes a property; `handled` 0 means "use the standard way".
    pub write_prop: Option<
        unsafe extern "C" fn(ctx: *mut CtxRaw, obj: Val, name: Val, value: Val, handled: *mut u32) -> Status,
    >,
    /// `mode`: 0 exists and not null (isset), 1 not empty, 2 exists (property_exists). `out`: 0, 1, or 2 "standard way".
    pub has_prop: Option<
        unsafe extern "C" fn(ctx: *mut CtxRaw, obj: Val, name: Val, mode: u32, out: *mut u32) -> Status,
    >,
    /// Unsets a property; `handled` 0 means "use the standard way".
    pub unset_prop:
        Option<unsafe extern "C" fn(ctx: *mut CtxRaw, obj: Val, name: Val, handled: *mut u32) -> Status>,
    /// Reads `$obj[$offset]`; offset UNDEF is `$obj[]`.
    pub read_dim: Option<
        unsafe extern "C" fn(ctx: *mut CtxRaw, obj: Val, offset: Val, mode: u32, out: *mut Val) -> Status,
    >,
    /// Writes `$obj[$offset]`; offset UNDEF is `$obj[] =`.
    pub write_dim:
        Option<unsafe extern "C" fn(ctx: *mut CtxRaw, obj: Val, offset: Val, value: Val) -> Status>,
    /// `mode` 0 isset, 1 not empty.
    pub has_dim: Option<
        unsafe extern "C" fn(ctx: *mut CtxRaw, obj: Val, offset: Val, mode: u32, out: *mut u32) -> Status,
    >,
    /// `unset($obj[$offset])`
    pub unset_dim: Option<unsafe extern "C" fn(ctx: *mut CtxRaw, obj: Val, offset: Val) -> Status>,
    /// `<=>` where either side is such an object; `out` -1, 0, 1, or 2 uncomparable.
    pub compare: Option<unsafe extern "C" fn(ctx: *mut CtxRaw, a: Val, b: Val, out: *mut i32) -> Status>,
    /// Casts to the tag `to` (FALSE stands for bool, INT, DBL, STR). `out` UNDEF means "cannot".
    pub cast: Option<unsafe extern "C" fn(ctx: *mut CtxRaw, obj: Val, to: u8, out: *mut Val) -> Status>,
    /// count(); `out` negative means "standard way".
    pub count: Option<unsafe extern "C" fn(ctx: *mut CtxRaw, obj: Val, out: *mut i64) -> Status>,
    /// The properties for a purpose, [`prop_purpose`], as an owned array in `out`; UNDEF means "standard way".
    pub properties:
        Option<unsafe extern "C" fn(ctx: *mut CtxRaw, obj: Val, purpose: u32, out: *mut Val) -> Status>,
    /// Arithmetic, [`operation`]; `out` UNDEF means "cannot".
    pub do_operation:
        Option<unsafe extern "C" fn(ctx: *mut CtxRaw, op: u32, a: Val, b: Val, out: *mut Val) -> Status>,
    /// What a call `$obj(...)` runs, as an owned callable value; UNDEF means "standard way".
    pub get_closure: Option<unsafe extern "C" fn(ctx: *mut CtxRaw, obj: Val, out: *mut Val) -> Status>,
    /// Fills a fresh clone's native payload from the original's; absent with a native payload: not cloneable.
    pub clone: Option<unsafe extern "C" fn(ctx: *mut CtxRaw, from: Val, to: Val) -> Status>,
    /// Makes an iterator for `foreach`; see [`IteratorTable`]. `out.0` owned state.
    pub get_iterator: Option<
        unsafe extern "C" fn(ctx: *mut CtxRaw, obj: Val, by_ref: u32, out: *mut NativeIterator) -> Status,
    >,
    /// Names every value that the native payload owns, for the cycle collector: calls `visit(data, slot)` on each.
    pub roots: Option<
        unsafe extern "C" fn(
            payload: *mut u8,
            visit: unsafe extern "C" fn(data: *mut u8, slot: *mut Val),
            data: *mut u8,
        ),
    >,
    /// Called when `new` looks for the constructor; a pending exception refuses (`use curl_init() instead`).
    pub get_constructor: Option<ObjFn>,
    /// Which object serves a method (name as written) that the class itself does not have: owned in `out`; UNDEF means
    /// "standard way".
    pub get_method:
        Option<unsafe extern "C" fn(ctx: *mut CtxRaw, obj: Val, name: Val, out: *mut Val) -> Status>,
    /// As `write_dim`, of a value by its address: set beside it, never alone.
    pub store_dim:
        Option<unsafe extern "C" fn(ctx: *mut CtxRaw, obj: Val, offset: Val, value: *const Val) -> Status>,
}

/// A native iterator over an object, made by [`HandlerTable::get_iterator`].
#[repr(C)]
pub struct NativeIterator {
    /// The iterator's own state.
    pub state: *mut u8,
    /// Its functions.
    pub table: *const IteratorTable,
}

/// Functions of a [`NativeIterator`].
#[repr(C)]
pub struct IteratorTable {
    /// `size_of::<IteratorTable>()`
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// Releases the state.
    pub free: unsafe extern "C" fn(state: *mut u8),
    /// `out` 1 while there is a current element.
    pub valid: unsafe extern "C" fn(ctx: *mut CtxRaw, state: *mut u8, out: *mut u32) -> Status,
    /// The current value, owned.
    pub current: unsafe extern "C" fn(ctx: *mut CtxRaw, state: *mut u8, out: *mut Val) -> Status,
    /// The current key, owned; absent: 0, 1, 2 …
    pub key: Option<unsafe extern "C" fn(ctx: *mut CtxRaw, state: *mut u8, out: *mut Val) -> Status>,
    /// Steps on.
    pub next: unsafe extern "C" fn(ctx: *mut CtxRaw, state: *mut u8) -> Status,
    /// To the first element; absent: cannot rewind.
    pub rewind: Option<unsafe extern "C" fn(ctx: *mut CtxRaw, state: *mut u8) -> Status>,
    /// As [`HandlerTable::roots`], over the state.
    pub roots: Option<
        unsafe extern "C" fn(
            state: *mut u8,
            visit: unsafe extern "C" fn(data: *mut u8, slot: *mut Val),
            data: *mut u8,
        ),
    >,
    /// All that a loop does for an element: with `advance` 1 on to the next one first, then, where there is one, `more` 1, unless
    /// `val` is null its value and, unless `key` is null too, its key, both owned. After a failure `val` may hold something. Absent
    /// (or behind the end of a table by its size): the loop calls `next`, `valid`, `current` and `key`.
    pub fetch: Option<
        unsafe extern "C" fn(
            ctx: *mut CtxRaw,
            state: *mut u8,
            advance: u32,
            key: *mut Val,
            val: *mut Val,
            more: *mut u32,
        ) -> Status,
    >,
}

/// A class, interface, trait or enum.
#[repr(C)]
pub struct ClassDesc {
    /// `size_of::<ClassDesc>()` of whoever built it.
    pub size: u32,
    /// [`flags`]
    pub flags: u32,
    /// Name with its namespace.
    pub name: StrSlice,
    /// Parent, or NONE.
    pub parent: StrSlice,
    /// Interfaces it declares.
    pub interfaces: Slice<StrSlice>,
    /// Methods; visibility and modifiers in their flags.
    pub methods: Slice<FunctionDesc>,
    /// Properties.
    pub props: Slice<PropDesc>,
    /// Constants and enum cases.
    pub consts: Slice<ConstDesc>,
    /// Tag of an enum's backing type (`INT`, `STR`), or 0.
    pub enum_backing: u32,
    /// Bytes of the native payload each object carries, 0 for none.
    pub native_size: u32,
    /// Its alignment.
    pub native_align: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// Initializes a fresh object's payload (zeroed when absent). `class` is the class being instantiated, which may
    /// be a PHP subclass.
    pub create: Option<unsafe extern "C" fn(ctx: *mut CtxRaw, obj: Val, payload: *mut u8) -> Status>,
    /// Drops the payload's contents.
    pub free: Option<unsafe extern "C" fn(payload: *mut u8)>,
    /// Handlers, or null.
    pub handlers: *const HandlerTable,
    /// An interface may check its implementors: a message in `out` refuses (`"Class %s cannot implement …"`).
    pub interface_gets_implemented:
        Option<unsafe extern "C" fn(ctx: *mut CtxRaw, class: *mut crate::ClassRaw) -> Status>,
    /// Doc text, or NONE.
    pub doc: StrSlice,
    /// Attributes as PHP text, or NONE.
    pub attributes: StrSlice,
}

/// Where an ini entry may be changed.
pub mod ini_access {
    /// In scripts.
    pub const USER: u32 = 1;
    /// In .user.ini, .htaccess.
    pub const PERDIR: u32 = 2;
    /// In php.ini.
    pub const SYSTEM: u32 = 4;
    /// In php.ini, .user.ini and .htaccess.
    pub const PERDIR_SYSTEM: u32 = 6;
    /// Everywhere.
    pub const ALL: u32 = 7;
}

/// When an ini entry is changed.
pub mod ini_stage {
    /// Module startup.
    pub const STARTUP: u32 = 1;
    /// Module shutdown.
    pub const SHUTDOWN: u32 = 2;
    /// Request startup.
    pub const ACTIVATE: u32 = 4;
    /// Request end: restored.
    pub const DEACTIVATE: u32 = 8;
    /// ini_set().
    pub const RUNTIME: u32 = 16;
}

/// How an ini entry is kept in the extension's globals.
pub mod ini_bind {
    /// Not bound.
    pub const NONE: u32 = 0;
    /// `bool` (one byte)
    pub const BOOL: u32 = 1;
    /// `i64`, with PHP's `128M` suffixes
    pub const INT: u32 = 2;
    /// `f64`
    pub const DBL: u32 = 3;
}

/// How `php -i` and `--ri` show an entry.
pub mod ini_display {
    /// As it is.
    pub const PLAIN: u32 = 0;
    /// On / Off.
    pub const BOOLEAN: u32 = 1;
    /// As a colour.
    pub const COLOR: u32 = 2;
}

/// One ini entry.
#[repr(C)]
pub struct IniDesc {
    /// Name.
    pub name: StrSlice,
    /// Default; NONE shows as `no value`.
    pub default: StrSlice,
    /// [`ini_access`]
    pub access: u32,
    /// [`ini_bind`]
    pub bind: u32,
    /// Byte offset into the extension's globals.
    pub bind_offset: u32,
    /// [`ini_display`]
    pub display: u32,
    /// Asked before a change; anything but 0 refuses. `value` NONE is null; `stage` is [`ini_stage`].
    pub on_modify:
        Option<unsafe extern "C" fn(ctx: *mut CtxRaw, globals: *mut u8, value: StrSlice, stage: u32) -> i32>,
}

/// Whether a dependency must, must not, or may be there.
pub mod dep_kind {
    /// Needed.
    pub const REQUIRED: u32 = 1;
    /// Refuses to be loaded beside it.
    pub const CONFLICTS: u32 = 2;
    /// Only ordered after it.
    pub const OPTIONAL: u32 = 3;
}

/// A dependency on another extension.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DepDesc {
    /// The other's name.
    pub name: StrSlice,
    /// A semver requirement, or NONE.
    pub req: StrSlice,
    /// [`dep_kind`]
    pub kind: u32,
    /// Reserved, 0.
    pub reserved: u32,
}

/// An interface that this extension offers to others: a named, versioned table (`pdo.driver/1`).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ExportDesc {
    /// Name with major version.
    pub name: StrSlice,
    /// A size-prefixed table of functions.
    pub table: *const u8,
}

/// A second name of a class.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AliasDesc {
    /// The second name, with its namespace.
    pub alias: StrSlice,
    /// The class, one of the extension's own.
    pub class: StrSlice,
}

/// An extension.
#[repr(C)]
pub struct ExtDescriptor {
    /// `size_of::<ExtDescriptor>()` of whoever built it.
    pub size: u32,
    /// API it was built against.
    pub api_major: u16,
    /// API it was built against.
    pub api_minor: u16,
    /// Name, as `php -m` shows it.
    pub name: StrSlice,
    /// Version, or NONE.
    pub version: StrSlice,
    /// Functions.
    pub functions: Slice<FunctionDesc>,
    /// Classes, parents before children.
    pub classes: Slice<&'static ClassDesc>,
    /// Constants, in lists.
    pub constants: Slice<Slice<ConstDesc>>,
    /// Ini entries.
    pub ini: Slice<IniDesc>,
    /// Dependencies.
    pub deps: Slice<DepDesc>,
    /// Interfaces offered.
    pub exports: Slice<ExportDesc>,
    /// Bytes of per-VM globals.
    pub globals_size: u32,
    /// Their alignment.
    pub globals_align: u32,
    /// Builds the globals of a VM thread (GINIT).
    pub globals_ctor: Option<unsafe extern "C" fn(globals: *mut u8)>,
    /// Drops them (GSHUTDOWN).
    pub globals_dtor: Option<unsafe extern "C" fn(globals: *mut u8)>,
    /// Module startup, once per process. Fails with a message through `ModuleCtx`.
    pub minit: Option<unsafe extern "C" fn(m: *mut crate::ModuleCtx) -> Status>,
    /// Module shutdown.
    pub mshutdown: Option<unsafe extern "C" fn(m: *mut crate::ModuleCtx) -> Status>,
    /// Request startup.
    pub rinit: Option<unsafe extern "C" fn(ctx: *mut CtxRaw, globals: *mut u8) -> Status>,
    /// Request shutdown.
    pub rshutdown: Option<unsafe extern "C" fn(ctx: *mut CtxRaw, globals: *mut u8) -> Status>,
    /// After the request's output is closed.
    pub post_deactivate: Option<unsafe extern "C" fn(ctx: *mut CtxRaw, globals: *mut u8) -> Status>,
    /// `php -i`, `--ri`: writes rows through `InfoSink`.
    pub minfo: Option<unsafe extern "C" fn(sink: *mut crate::InfoSink)>,
    /// Names the values that the globals own, for the cycle collector.
    pub roots: Option<
        unsafe extern "C" fn(
            globals: *mut u8,
            visit: unsafe extern "C" fn(data: *mut u8, slot: *mut Val),
            data: *mut u8,
        ),
    >,
    /// Second names of its classes. An engine that does not know this gives the classes their first names alone.
    pub aliases: Slice<AliasDesc>,
}

impl ExtDescriptor {
    /// [`ExtDescriptor::aliases`], none of a descriptor that was built without.
    ///
    /// # Safety
    /// `this` is a descriptor, as large as it says.
    pub unsafe fn aliases_of(this: *const ExtDescriptor) -> Slice<AliasDesc> {
        let end = core::mem::offset_of!(ExtDescriptor, aliases) + size_of::<Slice<AliasDesc>>();
        // SAFETY: by the caller's promise.
        unsafe {
            match (*this).size as usize >= end {
                true => (*this).aliases,
                false => Slice::EMPTY,
            }
        }
    }
}

// SAFETY: descriptors are immutable static data made of pointers to other static data.
unsafe impl Sync for ExtDescriptor {}
// SAFETY: as above.
unsafe impl Sync for ClassDesc {}
// SAFETY: as above.
unsafe impl Sync for FunctionDesc {}
// SAFETY: as above.
unsafe impl Sync for ParamDesc {}
// SAFETY: as above.
unsafe impl Sync for TypeDesc {}
// SAFETY: as above.
unsafe impl Sync for ConstDesc {}
// SAFETY: as above.
unsafe impl Sync for PropDesc {}
// SAFETY: as above.
unsafe impl Sync for IniDesc {}
// SAFETY: as above.
unsafe impl Sync for DepDesc {}
// SAFETY: as above.
unsafe impl Sync for ExportDesc {}
// SAFETY: as above.
unsafe impl Sync for AliasDesc {}
// SAFETY: as above.
unsafe impl Sync for HandlerTable {}
// SAFETY: as above.
unsafe impl Sync for IteratorTable {}
