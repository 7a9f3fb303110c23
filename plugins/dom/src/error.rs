//! `DOMException`, and errors that are only told where a document is not strict about them.

use crate::place::At;
use howdah_libxml2::messages;
use plugin_api::{Class, Ctx, Level, R, Throw, Value, php_class, php_methods};

/// `DOMException`
#[php_class("final class DOMException extends Exception", "public $code = 0")]
pub struct DOMException;

#[php_methods]
impl DOMException {}

/// The codes of exceptions of DOM.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Code {
    IndexSize = 1,
    HierarchyRequest = 3,
    WrongDocument = 4,
    InvalidCharacter = 5,
    NoModificationAllowed = 7,
    NotFound = 8,
    NotSupported = 9,
    InuseAttribute = 10,
    InvalidState = 11,
    Syntax = 12,
    InvalidModification = 13,
    Namespace = 14,
}

impl Code {
    fn text(self) -> &'static str {
        match self {
            Code::IndexSize => "Index Size Error",
            Code::HierarchyRequest => "Hierarchy Request Error",
            Code::WrongDocument => "Wrong Document Error",
            Code::InvalidCharacter => "Invalid Character Error",
            Code::NoModificationAllowed => "No Modification Allowed Error",
            Code::NotFound => "Not Found Error",
            Code::NotSupported => "Not Supported Error",
            Code::InuseAttribute => "Inuse Attribute Error",
            Code::InvalidState => "Invalid State Error",
            Code::Syntax => "Syntax Error",
            Code::InvalidModification => "Invalid Modification Error",
            Code::Namespace => "Namespace Error",
        }
    }
}

/// An exception with a text of its own.
pub fn throw_text(ctx: &mut Ctx, code: Code, text: &str) -> Throw {
    match Class::of::<DOMException>(ctx) {
        Ok(class) => ctx.throw(class, text, code as i64),
        Err(t) => t,
    }
}

/// An exception.
pub fn throw(ctx: &mut Ctx, code: Code) -> Throw {
    throw_text(ctx, code, code.text())
}

/// An exception where the document is strict, else a warning and false.
pub fn refuse(ctx: &mut Ctx, at: &At, code: Code) -> R<Value> {
    refuse_text(ctx, at, code, code.text())
}

/// As [`refuse`], with a text of its own.
pub fn refuse_text(ctx: &mut Ctx, at: &At, code: Code, text: &str) -> R<Value> {
    if at.is_strict() {
        return Err(throw_text(ctx, code, text));
    }
    messages::issue(ctx, Level::Warning, text)?;
    Ok(Value::bool(false))
}
