//! `MessageFormatter`: messages with arguments, as a language forms them.

mod argument;

use crate::arguments;
use crate::error::{self, Errors};
use crate::icu::message::{Argument, Message};
use crate::icu::{self, Code, ILLEGAL_ARGUMENT_ERROR, PATTERN_SYNTAX_ERROR, ParseError};
use crate::locale;
use crate::timezone::bridge;
use plugin_api::{
    Array, Ctx, GcRoots, Handlers, Object, OrFalse, R, Str, This, Value, php_class, php_function, php_methods,
};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The payload of `MessageFormatter`.
#[derive(Default, GcRoots)]
#[php_class("class MessageFormatter", handlers(clone), flags(not_serializable))]
pub struct MessageFormatter {
    #[gc(skip)]
    errors: Rc<Errors>,
    /// Missing until the constructor ran.
    #[gc(skip)]
    icu: RefCell<Option<Rc<Message>>>,
    /// The pattern as it was given; a clone has none.
    #[gc(skip)]
    pattern: RefCell<Option<Str>>,
    /// Whether dates have the default zone.
    #[gc(skip)]
    zoned: Cell<bool>,
}

impl Handlers for MessageFormatter {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let Some(icu) = from.borrow(ctx)?.icu.borrow().clone() else {
            return Err(ctx.error("Cannot clone uninitialized MessageFormatter"));
        };
        let Ok(copy) = icu.copy() else { return Err(ctx.error("Failed to clone MessageFormatter")) };
        to.borrow(ctx)?.icu.replace(Some(Rc::new(copy)));
        Ok(())
    }
}

/// The object's errors, cleared with the request's, and its message.
fn enter(ctx: &mut Ctx, this: &This<MessageFormatter>) -> R<(Rc<Errors>, Rc<Message>)> {
    let payload = this.borrow(ctx)?;
    error::begin(ctx, Some(&payload.errors));
    match &*payload.icu.borrow() {
        Some(icu) => Ok((payload.errors.clone(), icu.clone())),
        None => Err(ctx.error("Found unconstructed MessageFormatter")),
    }
}

/// What is told of a pattern that is wrong.
fn syntax_error(at: &ParseError) -> String {
    format!("pattern syntax error ({})", at.describe())
}

/// Opens the message; false: that failed.
fn open(ctx: &mut Ctx, this: &This<MessageFormatter>, locale: &[u8], pattern: &[u8]) -> R<bool> {
    error::begin(ctx, None);
    if !locale::check_length(ctx, locale)? {
        return Ok(false);
    }
    let errors = this.borrow(ctx)?.errors.clone();
    let units = icu::to_utf16(pattern);
    let message = "msgfmt_create: error converting pattern to UTF-16";
    let Some(units) = error::checked(ctx, Some(&errors), units, message)? else { return Ok(false) };
    let opened = Message::open(&units, &locale::or_default(ctx, locale));
    let payload = this.borrow(ctx)?;
    let old = payload.pattern.replace(Some(Str::new(pattern)));
    drop(old);
    payload.icu.replace(None);
    match opened {
        Ok(icu) => {
            payload.icu.replace(Some(Rc::new(icu)));
            error::check(ctx, Some(&errors), icu::OK, "")
        }
        Err((PATTERN_SYNTAX_ERROR, at)) => {
            error::check(ctx, Some(&errors), PATTERN_SYNTAX_ERROR, &syntax_error(&at))
        }
        Err((code, _)) => {
            error::check(ctx, Some(&errors), code, "msgfmt_create: message formatter creation failed")
        }
    }
}

/// A message for one use; `None` after an error that was told.
fn temporary(
    ctx: &mut Ctx,
    locale: &[u8],
    pattern: &[u8],
    function: &str,
) -> R<Option<Result<Message, (Code, ParseError)>>> {
    error::begin(ctx, None);
    if !locale::check_length(ctx, locale)? {
        return Ok(None);
    }
    let Ok(units) = icu::to_utf16(pattern) else {
        let message = format!("{function}: error converting pattern to UTF-16");
        error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, &message)?;
        return Ok(None);
    };
    Ok(Some(Message::open(&units, &locale::or_default(ctx, locale))))
}

/// The text for arguments.
fn format(
    ctx: &mut Ctx,
    errors: &Errors,
    icu: &Message,
    zoned: &Cell<bool>,
    values: &Array,
) -> R<OrFalse<Vec<u8>>> {
    let types = argument::types(icu);
    if !zoned.get() {
        if icu.has_dates() {
            match bridge::of_argument(ctx, None, Some(errors), "msgfmt_format")? {
                Some(zone) => icu.set_zone(&zone),
                None => return Ok(OrFalse::FALSE),
            }
        }
        zoned.set(true);
    }
    let types = match types {
        Ok(types) => types,
        Err((code, message)) => {
            error::fail(ctx, Some(errors), code, message)?;
            return Ok(OrFalse::FALSE);
        }
    };
    let mut arguments = Vec::with_capacity(values.len());
    for (key, value) in values.iter() {
        match argument::convert(ctx, errors, &types, key, value)? {
            Some(argument) => arguments.push(argument),
            None => return Ok(OrFalse::FALSE),
        }
    }
    let message = "Call to ICU MessageFormat::format() has failed";
    let Some(text) = error::checked(ctx, Some(errors), icu.format(&arguments), message)? else {
        return Ok(OrFalse::FALSE);
    };
    let text = icu::to_utf8(&text);
    Ok(error::checked(ctx, Some(errors), text, "Error converting value to UTF-8")?.into())
}

/// The arguments that make a message a text.
fn parse(ctx: &mut Ctx, errors: &Errors, icu: &Message, string: &[u8]) -> R<OrFalse<Array>> {
    let text = icu::to_utf16(string);
    let text = error::checked(ctx, Some(errors), text, "Converting parse string failed")?;
    let Some(text) = text else { return Ok(OrFalse::FALSE) };
    let found = icu.parse(&text).and_then(|list| {
        let mut out = Array::with_capacity(list.len());
        for argument in list {
            let value: Value = match argument {
                Argument::Date(date) => (date / 1000.0).into(),
                Argument::Double(n) => n.into(),
                Argument::Long(n) => i64::from(n).into(),
                Argument::Int64(i64::MIN) => (i64::MIN as f64).into(),
                Argument::Int64(n) => n.into(),
                Argument::Text(text) => icu::to_utf8(&text)?.into(),
                Argument::Other => return Err(ILLEGAL_ARGUMENT_ERROR),
            };
            out.push(value);
        }
        Ok(out)
    });
    Ok(error::checked(ctx, Some(errors), found, "Parsing failed")?.into())
}

/// Makes a formatter.
#[php_function("msgfmt_create(string $locale, string $pattern): ?MessageFormatter")]
fn msgfmt_create(ctx: &mut Ctx, locale: &[u8], pattern: &[u8]) -> R<Option<Object>> {
    let object = This::<MessageFormatter>::create(ctx, MessageFormatter::default())?;
    let Some(this) = This::<MessageFormatter>::of(&object) else { return Ok(None) };
    Ok(open(ctx, this, locale, pattern)?.then(|| object.clone()))
}

/// The text for arguments.
#[php_function("msgfmt_format(MessageFormatter $formatter, array $values): string|false")]
fn msgfmt_format(ctx: &mut Ctx, formatter: &This<MessageFormatter>, values: &Array) -> R<OrFalse<Vec<u8>>> {
    let (errors, icu) = enter(ctx, formatter)?;
    let zoned = Cell::new(formatter.borrow(ctx)?.zoned.get());
    let text = format(ctx, &errors, &icu, &zoned, values);
    formatter.borrow(ctx)?.zoned.set(zoned.get());
    text
}

/// The text of a pattern for arguments.
#[php_function("msgfmt_format_message(string $locale, string $pattern, array $values): string|false")]
fn msgfmt_format_message(
    ctx: &mut Ctx,
    locale: &[u8],
    pattern: &[u8],
    values: &Array,
) -> R<OrFalse<Vec<u8>>> {
    match temporary(ctx, locale, pattern, "msgfmt_format_message")? {
        Some(Ok(icu)) => format(ctx, &Errors::default(), &icu, &Cell::new(false), values),
        Some(Err((PATTERN_SYNTAX_ERROR, at))) => {
            error::fail(ctx, None, PATTERN_SYNTAX_ERROR, &syntax_error(&at))?;
            Ok(OrFalse::FALSE)
        }
        Some(Err(_)) => {
            error::set_message(ctx, None, "Creating message formatter failed")?;
            Ok(OrFalse::FALSE)
        }
        None => Ok(OrFalse::FALSE),
    }
}

/// The arguments that make the message a text.
#[php_function("msgfmt_parse(MessageFormatter $formatter, string $string): array|false")]
fn msgfmt_parse(ctx: &mut Ctx, formatter: &This<MessageFormatter>, string: &[u8]) -> R<OrFalse<Array>> {
    let (errors, icu) = enter(ctx, formatter)?;
    parse(ctx, &errors, &icu, string)
}

/// The arguments that make a pattern a text.
#[php_function("msgfmt_parse_message(string $locale, string $pattern, string $message): array|false")]
fn msgfmt_parse_message(ctx: &mut Ctx, locale: &[u8], pattern: &[u8], message: &[u8]) -> R<OrFalse<Array>> {
    match temporary(ctx, locale, pattern, "msgfmt_parse_message")? {
        Some(Ok(icu)) => parse(ctx, &Errors::default(), &icu, message),
        Some(Err((code, _))) => {
            error::fail(ctx, None, code, "Creating message formatter failed")?;
            Ok(OrFalse::FALSE)
        }
        None => Ok(OrFalse::FALSE),
    }
}

/// Sets the pattern.
#[php_function("msgfmt_set_pattern(MessageFormatter $formatter, string $pattern): bool")]
fn msgfmt_set_pattern(ctx: &mut Ctx, formatter: &This<MessageFormatter>, pattern: &[u8]) -> R<bool> {
    let (errors, icu) = enter(ctx, formatter)?;
    let units = icu::to_utf16(pattern);
    let units = error::checked(ctx, Some(&errors), units, "Error converting pattern to UTF-16")?;
    let Some(units) = units else { return Ok(false) };
    if let Err((code, at)) = icu.set_pattern(&units) {
        errors.set_code(code);
        let message = format!("Error setting symbol value at line {}, offset {}", at.line, at.offset);
        error::set_message(ctx, Some(&errors), &message)?;
        return Ok(false);
    }
    let old = formatter.borrow(ctx)?.pattern.replace(Some(Str::new(pattern)));
    drop(old);
    Ok(true)
}

/// The pattern.
#[php_function("msgfmt_get_pattern(MessageFormatter $formatter): string|false")]
fn msgfmt_get_pattern(ctx: &mut Ctx, formatter: &This<MessageFormatter>) -> R<OrFalse<Str>> {
    enter(ctx, formatter)?;
    Ok(formatter.borrow(ctx)?.pattern.borrow().clone().into())
}

/// The locale.
#[php_function("msgfmt_get_locale(MessageFormatter $formatter): string")]
fn msgfmt_get_locale(ctx: &mut Ctx, formatter: &This<MessageFormatter>) -> R<String> {
    Ok(enter(ctx, formatter)?.1.locale())
}

/// Code of the object's last error.
#[php_function("msgfmt_get_error_code(MessageFormatter $formatter): int")]
fn msgfmt_get_error_code(ctx: &mut Ctx, formatter: &This<MessageFormatter>) -> R<i64> {
    Ok(formatter.borrow(ctx)?.errors.code().into())
}

/// Message of the object's last error.
#[php_function("msgfmt_get_error_message(MessageFormatter $formatter): string")]
fn msgfmt_get_error_message(ctx: &mut Ctx, formatter: &This<MessageFormatter>) -> R<String> {
    Ok(formatter.borrow(ctx)?.errors.text())
}

#[php_methods]
impl MessageFormatter {
    #[php("public function __construct(string $locale, string $pattern)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, locale: &[u8], pattern: &[u8]) -> R<()> {
        arguments::construct(ctx, |ctx| open(ctx, this, locale, pattern))
    }
    #[php("public static function create(string $locale, string $pattern): ~?MessageFormatter")]
    fn create(ctx: &mut Ctx, locale: &[u8], pattern: &[u8]) -> R<Option<Object>> {
        msgfmt_create(ctx, locale, pattern)
    }
    #[php("public function format(array $values): ~string|false")]
    fn format(this: &This<Self>, ctx: &mut Ctx, values: &Array) -> R<OrFalse<Vec<u8>>> {
        msgfmt_format(ctx, this, values)
    }
    #[php(
        "public static function formatMessage(string $locale, string $pattern, array $values): ~string|false"
    )]
    fn format_message(ctx: &mut Ctx, locale: &[u8], pattern: &[u8], values: &Array) -> R<OrFalse<Vec<u8>>> {
        msgfmt_format_message(ctx, locale, pattern, values)
    }
    #[php("public function parse(string $string): ~array|false")]
    fn parse(this: &This<Self>, ctx: &mut Ctx, string: &[u8]) -> R<OrFalse<Array>> {
        msgfmt_parse(ctx, this, string)
    }
    #[php(
        "public static function parseMessage(string $locale, string $pattern, string $message): ~array|false"
    )]
    fn parse_message(ctx: &mut Ctx, locale: &[u8], pattern: &[u8], message: &[u8]) -> R<OrFalse<Array>> {
        msgfmt_parse_message(ctx, locale, pattern, message)
    }
    #[php("public function setPattern(string $pattern): ~bool")]
    fn set_pattern(this: &This<Self>, ctx: &mut Ctx, pattern: &[u8]) -> R<bool> {
        msgfmt_set_pattern(ctx, this, pattern)
    }
    #[php("public function getPattern(): ~string|false")]
    fn get_pattern(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<Str>> {
        msgfmt_get_pattern(ctx, this)
    }
    #[php("public function getLocale(): ~string")]
    fn get_locale(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        msgfmt_get_locale(ctx, this)
    }
    #[php("public function getErrorCode(): ~int")]
    fn get_error_code(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        msgfmt_get_error_code(ctx, this)
    }
    #[php("public function getErrorMessage(): ~string")]
    fn get_error_message(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        msgfmt_get_error_message(ctx, this)
    }
}
