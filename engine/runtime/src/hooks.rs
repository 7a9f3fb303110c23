//! What the runtime asks of the VM: warnings, exceptions, objects' conversions. Set once per thread.

use crate::layout::Obj;
use plugin_api_abi::{Status, Val};
use std::cell::Cell;

/// Engine exception classes that operators throw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Error
    Error,
    /// TypeError
    TypeError,
    /// ValueError
    ValueError,
    /// ArithmeticError
    ArithmeticError,
    /// DivisionByZeroError
    DivisionByZeroError,
}

/// The VM's side.
#[derive(Clone, Copy)]
pub struct Hooks {
    /// Raises an `E_*` message; not Ok when a handler threw.
    pub raise: fn(level: u32, msg: &str) -> Status,
    /// Throws.
    pub throw: fn(kind: ErrorKind, msg: &str) -> Status,
    /// Fatal error.
    pub fatal: fn(msg: &str) -> Status,
    /// `(string)$o`: writes an owned string.
    pub to_string: fn(o: *mut Obj, out: &mut Val) -> Status,
    /// Cast handler: writes an owned value, or leaves UNDEF when the object has no such conversion.
    pub cast: fn(o: *mut Obj, tag: u8, out: &mut Val) -> Status,
    /// Compares where at least one side is an object: -1, 0, 1, or 2 for uncomparable.
    pub compare: fn(a: Val, b: Val, out: &mut i32) -> Status,
    /// Arithmetic handler: writes an owned value, or leaves UNDEF.
    pub operation: fn(op: u32, a: Val, b: Val, out: &mut Val) -> Status,
    /// `(array)$o`: an owned array.
    pub to_array: fn(o: *mut Obj, out: &mut Val) -> Status,
    /// Class name of an object.
    pub class_name: fn(o: *mut Obj) -> &'static [u8],
    /// The `precision` setting.
    pub precision: fn() -> i32,
}

const NONE: Hooks = Hooks {
    raise: |_, _| Status::Ok,
    throw: |_, _| Status::Exception,
    fatal: |_| Status::Bailout,
    to_string: |_, _| Status::Exception,
    cast: |_, _, _| Status::Ok,
    compare: |_, _, _| Status::Ok,
    operation: |_, _, _, _| Status::Ok,
    to_array: |_, _| Status::Exception,
    class_name: |_| b"object",
    precision: || 14,
};

thread_local! { static HOOKS: Cell<Hooks> = const { Cell::new(NONE) }; }

/// Sets this thread's hooks.
pub fn set(h: Hooks) {
    HOOKS.set(h);
}
/// This thread's hooks.
#[inline]
pub fn get() -> Hooks {
    HOOKS.get()
}
/// `E_WARNING`
pub fn warning(msg: &str) -> Status {
    (get().raise)(2, msg)
}
/// `E_DEPRECATED`
pub fn deprecated(msg: &str) -> Status {
    (get().raise)(8192, msg)
}
/// Throws.
pub fn throw(kind: ErrorKind, msg: &str) -> Status {
    (get().throw)(kind, msg)
}
