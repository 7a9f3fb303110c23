//! What [`crate::ReflectTable`] asks about: opaque handles of functions, properties and constants, and the numbers of the
//! facts that its accessors give. A newer engine may know more facts; an engine asked for one it does not know gives 0 or
//! null.

use crate::StrHdr;

/// A function, method, closure or hook of the running VM. Alive as long as the request; a closure's as long as its object.
#[repr(C)]
pub struct FuncRaw {
    _private: [u8; 0],
}

/// A declared property of the running VM, alive as long as its class.
#[repr(C)]
pub struct PropRaw {
    _private: [u8; 0],
}

/// A class constant or enum case of the running VM, alive as long as its class.
#[repr(C)]
pub struct ConstRaw {
    _private: [u8; 0],
}

/// Is shown a member of a class: its handle, and the interned name that it is found by (methods: lower case).
pub type MemberVisitor = unsafe extern "C" fn(data: *mut u8, item: *mut u8, name: *mut StrHdr);

/// Lists of a class's members, and lists of the VM.
pub mod members {
    /// Methods ([`super::FuncRaw`]), inherited ones too.
    pub const METHODS: u32 = 0;
    /// Properties ([`super::PropRaw`]), inherited ones too.
    pub const PROPERTIES: u32 = 1;
    /// Constants ([`super::ConstRaw`]), inherited ones too.
    pub const CONSTANTS: u32 = 2;
    /// Interfaces ([`crate::ClassRaw`]), inherited ones too.
    pub const INTERFACES: u32 = 3;
    /// Traits used directly ([`crate::ClassRaw`]).
    pub const TRAITS: u32 = 4;
    /// All functions of the VM ([`super::FuncRaw`]); the class is null.
    pub const FUNCTIONS: u32 = 5;
    /// All classes of the VM ([`crate::ClassRaw`]); the class is null.
    pub const CLASSES: u32 = 6;
    /// All global constants of the VM (no handle, only names); the class is null.
    pub const GLOBAL_CONSTANTS: u32 = 7;
}

/// Numbers of a function.
pub mod func_number {
    /// Modifier bits as reflection shows them, DEPRECATED and RETURNS_REF of [`crate::flags`].
    pub const FLAGS: u32 = 0;
    /// [`super::func_bits`]
    pub const BITS: u32 = 1;
    /// First line, 0 for natives.
    pub const START_LINE: u32 = 2;
    /// Last line, 0 for natives.
    pub const END_LINE: u32 = 3;
    /// Parameters, the variadic one too.
    pub const PARAMETERS: u32 = 4;
    /// Required parameters.
    pub const REQUIRED: u32 = 5;
    /// Static and captured variables.
    pub const VARIABLES: u32 = 6;
}

/// Bits of a function.
pub mod func_bits {
    /// Written in PHP.
    pub const USER: u32 = 1;
    /// Closure or arrow function.
    pub const CLOSURE: u32 = 2;
    /// Generator.
    pub const GENERATOR: u32 = 4;
    /// Last parameter is variadic.
    pub const VARIADIC: u32 = 8;
    /// Constructor.
    pub const CTOR: u32 = 16;
    /// Its return type is tentative.
    pub const TENTATIVE: u32 = 32;
    /// Property hook.
    pub const HOOK: u32 = 64;
    /// Compiled with `strict_types=1`.
    pub const STRICT: u32 = 128;
}

/// Texts of a function; null where it has none.
pub mod func_text {
    /// Name as declared.
    pub const NAME: u32 = 0;
    /// Doc comment.
    pub const DOC: u32 = 1;
    /// File.
    pub const FILE: u32 = 2;
    /// Return type.
    pub const RETURN_TYPE: u32 = 3;
    /// Extension.
    pub const EXTENSION: u32 = 4;
}

/// Numbers of a parameter.
pub mod param_number {
    /// [`super::param_bits`]
    pub const BITS: u32 = 0;
}

/// Bits of a parameter.
pub mod param_bits {
    /// By reference.
    pub const BY_REF: u32 = 1;
    /// By reference where the argument can be.
    pub const PREFER_REF: u32 = 2;
    /// Variadic.
    pub const VARIADIC: u32 = 4;
    /// Promoted to a property.
    pub const PROMOTED: u32 = 16;
    /// Has a default.
    pub const HAS_DEFAULT: u32 = 32;
    /// The default is a value, as against an expression that is evaluated for each call.
    pub const DEFAULT_IS_VALUE: u32 = 64;
}

/// Texts of a parameter; null where it has none.
pub mod param_text {
    /// Name without `$`.
    pub const NAME: u32 = 0;
    /// Type.
    pub const TYPE: u32 = 1;
    /// Default as PHP text.
    pub const DEFAULT: u32 = 2;
}

/// Numbers of a class.
pub mod class_number {
    /// [`super::class_bits`]
    pub const BITS: u32 = 0;
    /// First line, 0 for natives.
    pub const START_LINE: u32 = 1;
    /// Last line, 0 for natives.
    pub const END_LINE: u32 = 2;
    /// Tag of an enum's backing type, or 0.
    pub const ENUM_BACKING: u32 = 3;
}

/// Bits of a class beside [`crate::flags`].
pub mod class_bits {
    /// Of an extension or the engine.
    pub const INTERNAL: u32 = 1;
    /// Anonymous.
    pub const ANONYMOUS: u32 = 2;
    /// `abstract` was written.
    pub const EXPLICIT_ABSTRACT: u32 = 4;
    /// Some method is abstract.
    pub const IMPLICIT_ABSTRACT: u32 = 8;
    /// `clone` may be used on its objects, `__clone`'s visibility apart.
    pub const CLONEABLE: u32 = 16;
    /// Its objects carry a native payload of the class itself or a parent.
    pub const NATIVE: u32 = 32;
    /// foreach over its objects does more than walk properties.
    pub const ITERABLE: u32 = 64;
    /// Its native class lists properties by a handler.
    pub const LISTS_PROPERTIES: u32 = 128;
}

/// Texts of a class; null where it has none.
pub mod class_text {
    /// Doc comment.
    pub const DOC: u32 = 0;
    /// File.
    pub const FILE: u32 = 1;
    /// Extension.
    pub const EXTENSION: u32 = 2;
}

/// Numbers of a property.
pub mod prop_number {
    /// Modifier bits of [`crate::flags`].
    pub const FLAGS: u32 = 0;
    /// [`super::prop_bits`]
    pub const BITS: u32 = 1;
}

/// Bits of a property.
pub mod prop_bits {
    /// Declared by constructor promotion.
    pub const PROMOTED: u32 = 1;
    /// Has a default (explicit, or the null of an untyped one).
    pub const HAS_DEFAULT: u32 = 2;
    /// The default is a value, as against an expression.
    pub const DEFAULT_IS_VALUE: u32 = 4;
}

/// Texts of a property; null where it has none.
pub mod prop_text {
    /// Name.
    pub const NAME: u32 = 0;
    /// Doc comment.
    pub const DOC: u32 = 1;
    /// Type.
    pub const TYPE: u32 = 2;
    /// Default as PHP text.
    pub const DEFAULT: u32 = 3;
}

/// Numbers of a class constant.
pub mod const_number {
    /// Modifier bits of [`crate::flags`], DEPRECATED too.
    pub const FLAGS: u32 = 0;
    /// 1 for an enum case.
    pub const IS_CASE: u32 = 1;
}

/// Texts of a class constant; null where it has none.
pub mod const_text {
    /// Doc comment.
    pub const DOC: u32 = 0;
    /// Type.
    pub const TYPE: u32 = 1;
}

/// What carries attributes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct AttributeOwner {
    /// [`owner`]
    pub kind: u32,
    /// Index of the parameter, else 0.
    pub param: u32,
    /// The function, class, property or constant.
    pub item: *const u8,
}

/// Kinds of [`AttributeOwner`].
pub mod owner {
    /// A function.
    pub const FUNCTION: u32 = 0;
    /// A parameter of a function.
    pub const PARAMETER: u32 = 1;
    /// A class.
    pub const CLASS: u32 = 2;
    /// A property.
    pub const PROPERTY: u32 = 3;
    /// A class constant.
    pub const CONSTANT: u32 = 4;
}

/// Facts of a generator.
pub mod generator {
    /// 1 when it has ended (int).
    pub const CLOSED: u32 = 0;
    /// Line it stands at (int).
    pub const LINE: u32 = 1;
    /// File it stands in (string).
    pub const FILE: u32 = 2;
    /// `$this` (object or null).
    pub const THIS: u32 = 3;
    /// The generator that runs for it (object).
    pub const EXECUTING: u32 = 4;
    /// Backtrace from within, without objects (array).
    pub const TRACE: u32 = 5;
    /// As [`TRACE`] with objects.
    pub const TRACE_OBJECTS: u32 = 6;
    /// The closure object that it runs (object or null).
    pub const CLOSURE: u32 = 7;
}

/// Facts of a fiber.
pub mod fiber {
    /// 0 not started, 1 runs, 2 suspended, 3 over (int).
    pub const STATUS: u32 = 0;
    /// What it runs (null once it is over).
    pub const CALLABLE: u32 = 1;
    /// Line that it stands at (int or null).
    pub const LINE: u32 = 2;
    /// File that it stands in (string or null).
    pub const FILE: u32 = 3;
    /// Its backtrace, without objects (array).
    pub const TRACE: u32 = 4;
    /// As [`TRACE`] with objects.
    pub const TRACE_OBJECTS: u32 = 5;
}

/// Facts of a global constant.
pub mod global_constant {
    /// Its value.
    pub const VALUE: u32 = 0;
    /// Name of the extension that defined it, or null.
    pub const EXTENSION: u32 = 1;
    /// Whether it is deprecated (bool).
    pub const DEPRECATED: u32 = 2;
}
