//! What went wrong: a code and a message, of the request and of each object.
//!
//! A function begins by clearing the request's error (and its object's, see [`begin`]), and tells of a failure with [`fail`],
//! which as the settings want it also raises a message or throws an `IntlException`.

use crate::Globals;
use crate::icu::{self, Code};
use plugin_api::{Class, Ctx, R, Throw, php_class, php_function};
use std::cell::{Cell, RefCell};

/// Thrown by constructors, and with `intl.use_exceptions` wherever there is an error.
#[php_class("class IntlException extends Exception")]
pub struct IntlException;

#[plugin_api::php_methods]
impl IntlException {}

/// The last error.
#[derive(Default)]
pub struct Errors {
    code: Cell<Code>,
    message: RefCell<Option<String>>,
}

impl Errors {
    /// Forgets it.
    pub fn reset(&self) {
        self.code.set(icu::OK);
        self.message.take();
    }
    /// The code.
    pub fn code(&self) -> Code {
        self.code.get()
    }
    /// Sets the code; the message stays.
    pub fn set_code(&self, code: Code) {
        self.code.set(code);
    }
    /// Sets the message; the code stays.
    pub fn set_message(&self, message: &str) {
        self.message.replace(Some(message.to_owned()));
    }
    /// The message, with the code's name.
    pub fn text(&self) -> String {
        let name = icu::error_name(self.code());
        match &*self.message.borrow() {
            Some(message) => format!("{message}: {name}"),
            None => name.to_owned(),
        }
    }
}

/// Clears the request's error and the object's.
pub fn begin(ctx: &mut Ctx, own: Option<&Errors>) {
    if let Some(own) = own {
        own.reset();
    }
    ctx.globals::<Globals>().error.reset();
}

/// Sets the code of the request and of the object.
pub fn set_code(ctx: &mut Ctx, own: Option<&Errors>, code: Code) {
    if let Some(own) = own {
        own.set_code(code);
    }
    ctx.globals::<Globals>().error.set_code(code);
}

/// Sets the message of the request and of the object, and tells of it as the settings want.
pub fn set_message(ctx: &mut Ctx, own: Option<&Errors>, message: &str) -> R<()> {
    if let Some(own) = own {
        own.set_message(message);
    }
    let globals = ctx.globals::<Globals>();
    let level = u32::try_from(globals.error_level.get()).unwrap_or(0);
    let raised = if level == 0 { Ok(()) } else { ctx.raise_bytes(level, message.as_bytes(), true) };
    globals.error.set_message(message);
    raised?;
    if globals.use_exceptions.get() { Err(exception(ctx, message)) } else { Ok(()) }
}

/// Sets code and message of the request and of the object, and tells of it as the settings want.
pub fn fail(ctx: &mut Ctx, own: Option<&Errors>, code: Code, message: &str) -> R<()> {
    set_code(ctx, own, code);
    set_message(ctx, own, message)
}

/// Sets the code of the request and of the object; false, with the message set, when it is a failure.
pub fn check(ctx: &mut Ctx, own: Option<&Errors>, code: Code, message: &str) -> R<bool> {
    set_code(ctx, own, code);
    if icu::failed(code) {
        set_message(ctx, own, message)?;
        return Ok(false);
    }
    Ok(true)
}

/// What was found, or `None` after [`fail`] with what it failed of.
pub fn checked<T>(
    ctx: &mut Ctx,
    own: Option<&Errors>,
    found: Result<T, Code>,
    message: &str,
) -> R<Option<T>> {
    match found {
        Ok(found) => {
            set_code(ctx, own, icu::OK);
            Ok(Some(found))
        }
        Err(code) => {
            fail(ctx, own, code, message)?;
            Ok(None)
        }
    }
}

/// The code of an object's last error; asking clears the request's.
pub fn code_of(ctx: &mut Ctx, own: &Errors) -> i64 {
    begin(ctx, None);
    own.code().into()
}

/// The message of an object's last error; asking clears the request's.
pub fn text_of(ctx: &mut Ctx, own: &Errors) -> String {
    begin(ctx, None);
    own.text()
}

/// Throws an `IntlException`.
pub fn exception(ctx: &mut Ctx, message: &str) -> Throw {
    match Class::of::<IntlException>(ctx) {
        Ok(class) => ctx.throw(class, message, 0),
        Err(throw) => throw,
    }
}

/// Runs what a constructor does: messages become exceptions, and so does its failure (false).
pub fn construct(ctx: &mut Ctx, f: impl FnOnce(&mut Ctx) -> R<bool>) -> R<()> {
    let class = Class::of::<IntlException>(ctx)?;
    if ctx.warnings_as(class, f)? { Ok(()) } else { Err(exception(ctx, "Constructor failed")) }
}

/// Code of the last error of the request.
#[php_function("intl_get_error_code(): int")]
fn intl_get_error_code(ctx: &mut Ctx) -> i64 {
    ctx.globals::<Globals>().error.code().into()
}

/// Message of the last error of the request.
#[php_function("intl_get_error_message(): string")]
fn intl_get_error_message(ctx: &mut Ctx) -> String {
    ctx.globals::<Globals>().error.text()
}

/// Whether a code is a failure, not a warning.
#[php_function("intl_is_failure(int $errorCode): bool")]
fn intl_is_failure(error_code: i64) -> bool {
    error_code > icu::OK.into()
}

/// Name of a code.
#[php_function("intl_error_name(int $errorCode): string")]
fn intl_error_name(error_code: i64) -> &'static str {
    icu::error_name(error_code as Code)
}
