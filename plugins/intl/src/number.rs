//! `NumberFormatter`: numbers as a language writes them.

use crate::error::{self, Errors};
use crate::icu::number::{NumberFormat, symbols};
use crate::icu::{self, Code, UNSUPPORTED_ERROR, locale as names};
use crate::locale;
use plugin_api::{
    Ctx, GcRoots, Handlers, Kind, OrFalse, R, Reference, This, Value, php_class, php_function, php_methods,
};
use std::cell::OnceCell;
use std::rc::Rc;

/// The payload of `NumberFormatter`.
#[derive(Default, GcRoots)]
#[php_class(
    "class NumberFormatter",
    "public const int PATTERN_DECIMAL = 0",
    "public const int DECIMAL = 1",
    "public const int CURRENCY = 2",
    "public const int PERCENT = 3",
    "public const int SCIENTIFIC = 4",
    "public const int SPELLOUT = 5",
    "public const int ORDINAL = 6",
    "public const int DURATION = 7",
    "public const int PATTERN_RULEBASED = 9",
    "public const int IGNORE = 0",
    "public const int CURRENCY_ACCOUNTING = 12",
    "public const int DEFAULT_STYLE = 1",
    "public const int ROUND_CEILING = 0",
    "public const int ROUND_FLOOR = 1",
    "public const int ROUND_DOWN = 2",
    "public const int ROUND_UP = 3",
    "public const int ROUND_TOWARD_ZERO = 2",
    "public const int ROUND_AWAY_FROM_ZERO = 3",
    "public const int ROUND_HALFEVEN = 4",
    "public const int ROUND_HALFODD = 8",
    "public const int ROUND_HALFDOWN = 5",
    "public const int ROUND_HALFUP = 6",
    "public const int PAD_BEFORE_PREFIX = 0",
    "public const int PAD_AFTER_PREFIX = 1",
    "public const int PAD_BEFORE_SUFFIX = 2",
    "public const int PAD_AFTER_SUFFIX = 3",
    "public const int PARSE_INT_ONLY = 0",
    "public const int GROUPING_USED = 1",
    "public const int DECIMAL_ALWAYS_SHOWN = 2",
    "public const int MAX_INTEGER_DIGITS = 3",
    "public const int MIN_INTEGER_DIGITS = 4",
    "public const int INTEGER_DIGITS = 5",
    "public const int MAX_FRACTION_DIGITS = 6",
    "public const int MIN_FRACTION_DIGITS = 7",
    "public const int FRACTION_DIGITS = 8",
    "public const int MULTIPLIER = 9",
    "public const int GROUPING_SIZE = 10",
    "public const int ROUNDING_MODE = 11",
    "public const int ROUNDING_INCREMENT = 12",
    "public const int FORMAT_WIDTH = 13",
    "public const int PADDING_POSITION = 14",
    "public const int SECONDARY_GROUPING_SIZE = 15",
    "public const int SIGNIFICANT_DIGITS_USED = 16",
    "public const int MIN_SIGNIFICANT_DIGITS = 17",
    "public const int MAX_SIGNIFICANT_DIGITS = 18",
    "public const int LENIENT_PARSE = 19",
    "public const int POSITIVE_PREFIX = 0",
    "public const int POSITIVE_SUFFIX = 1",
    "public const int NEGATIVE_PREFIX = 2",
    "public const int NEGATIVE_SUFFIX = 3",
    "public const int PADDING_CHARACTER = 4",
    "public const int CURRENCY_CODE = 5",
    "public const int DEFAULT_RULESET = 6",
    "public const int PUBLIC_RULESETS = 7",
    "public const int DECIMAL_SEPARATOR_SYMBOL = 0",
    "public const int GROUPING_SEPARATOR_SYMBOL = 1",
    "public const int PATTERN_SEPARATOR_SYMBOL = 2",
    "public const int PERCENT_SYMBOL = 3",
    "public const int ZERO_DIGIT_SYMBOL = 4",
    "public const int DIGIT_SYMBOL = 5",
    "public const int MINUS_SIGN_SYMBOL = 6",
    "public const int PLUS_SIGN_SYMBOL = 7",
    "public const int CURRENCY_SYMBOL = 8",
    "public const int INTL_CURRENCY_SYMBOL = 9",
    "public const int MONETARY_SEPARATOR_SYMBOL = 10",
    "public const int EXPONENTIAL_SYMBOL = 11",
    "public const int PERMILL_SYMBOL = 12",
    "public const int PAD_ESCAPE_SYMBOL = 13",
    "public const int INFINITY_SYMBOL = 14",
    "public const int NAN_SYMBOL = 15",
    "public const int SIGNIFICANT_DIGIT_SYMBOL = 16",
    "public const int MONETARY_GROUPING_SEPARATOR_SYMBOL = 17",
    "public const int TYPE_DEFAULT = 0",
    "public const int TYPE_INT32 = 1",
    "public const int TYPE_INT64 = 2",
    "public const int TYPE_DOUBLE = 3",
    "#[\\Deprecated(since: '8.3')] public const int TYPE_CURRENCY = 4",
    handlers(clone),
    flags(not_serializable)
)]
pub struct NumberFormatter {
    #[gc(skip)]
    errors: Rc<Errors>,
    /// Missing until the constructor ran.
    #[gc(skip)]
    icu: OnceCell<Rc<NumberFormat>>,
}

impl Handlers for NumberFormatter {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let Some(icu) = from.borrow(ctx)?.icu.get().cloned() else {
            return Err(ctx.error("Cannot clone uninitialized NumberFormatter"));
        };
        let Some(copy) = icu.copy() else { return Err(ctx.error("Failed to clone NumberFormatter")) };
        let _ = to.borrow(ctx)?.icu.set(Rc::new(copy));
        Ok(())
    }
}

/// `NumberFormatter::TYPE_DEFAULT`
const DEFAULT: i64 = 0;
/// `NumberFormatter::TYPE_INT32`
const INT32: i64 = 1;
/// `NumberFormatter::TYPE_INT64`
const INT64: i64 = 2;
/// `NumberFormatter::TYPE_DOUBLE`
const DOUBLE: i64 = 3;
/// `NumberFormatter::TYPE_CURRENCY`
const CURRENCY: i64 = 4;
/// `NumberFormatter::LENIENT_PARSE`, the last attribute.
const LAST_ATTRIBUTE: i64 = 19;
/// `NumberFormatter::ROUNDING_INCREMENT`, the attribute that is a float.
const ROUNDING_INCREMENT: i64 = 12;

/// Opens the formatter; false: that failed.
fn open(
    ctx: &mut Ctx,
    this: &This<NumberFormatter>,
    locale: &[u8],
    style: i64,
    pattern: Option<&[u8]>,
) -> R<bool> {
    error::begin(ctx, None);
    if !locale::check_length(ctx, locale)? {
        return Ok(false);
    }
    let payload = this.borrow(ctx)?;
    payload.errors.reset();
    if payload.icu.get().is_some() {
        return Err(ctx.error("NumberFormatter object is already constructed"));
    }
    let errors = payload.errors.clone();
    let pattern = match pattern.filter(|p| !p.is_empty()).map(icu::to_utf16).transpose() {
        Ok(pattern) => pattern,
        Err(code) => {
            return error::check(
                ctx,
                Some(&errors),
                code,
                "numfmt_create: error converting pattern to UTF-16",
            );
        }
    };
    let locale = locale::or_default(ctx, locale);
    if names::iso3_language(&locale).is_empty() {
        let shown = icu::c_string(&locale);
        return Err(ctx.argument_value_error(1, format!("\"{}\" is invalid", shown.to_string_lossy())));
    }
    let locale = names::canonical(&locale).ok().filter(|l| !l.is_empty()).unwrap_or(locale);
    let (opened, code) = NumberFormat::open(style as i32, pattern.as_deref(), &locale);
    if let Some(opened) = opened {
        let _ = payload.icu.set(Rc::new(opened));
    }
    error::check(ctx, Some(&errors), code, "numfmt_create: number formatter creation failed")
}

/// Makes one.
fn create(ctx: &mut Ctx, locale: &[u8], style: i64, pattern: Option<&[u8]>) -> R<Option<Value>> {
    let object = This::<NumberFormatter>::create(ctx, NumberFormatter::default())?;
    let Some(this) = This::<NumberFormatter>::of(&object) else { return Ok(None) };
    Ok(open(ctx, this, locale, style, pattern)?.then(|| object.clone().into()))
}

/// The object's errors, cleared with the request's, and its formatter.
fn enter(ctx: &mut Ctx, this: &This<NumberFormatter>) -> R<(Rc<Errors>, Rc<NumberFormat>)> {
    let payload = this.borrow(ctx)?;
    error::begin(ctx, Some(&payload.errors));
    match payload.icu.get() {
        Some(icu) => Ok((payload.errors.clone(), icu.clone())),
        None => Err(ctx.error("Found unconstructed NumberFormatter")),
    }
}

/// A text of ICU's as PHP gets it.
fn result(
    ctx: &mut Ctx,
    errors: &Errors,
    text: Result<Vec<u16>, Code>,
    message: &str,
) -> R<OrFalse<Vec<u8>>> {
    let Some(text) = error::checked(ctx, Some(errors), text, message)? else { return Ok(OrFalse::FALSE) };
    let text = icu::to_utf8(&text);
    Ok(error::checked(ctx, Some(errors), text, "Error converting value to UTF-8")?.into())
}

/// A text of PHP's as ICU takes it; `None` after the error was told.
fn converted(ctx: &mut Ctx, errors: &Errors, text: &[u8], message: &str) -> R<Option<Vec<u16>>> {
    error::checked(ctx, Some(errors), icu::to_utf16(text), message)
}

/// A float as an int the way the processor converts it.
fn truncated(n: f64) -> i64 {
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&n) { n as i64 } else { i64::MIN }
}

/// The error of a type that is none, `arg` being its number; currencies have a function and a method of their own.
fn bad_type(ctx: &mut Ctx, arg: u32, r#type: i64, function: &str, method: &str) -> plugin_api::Throw {
    let instead = if arg == 2 {
        format!("NumberFormatter::{method}() method")
    } else {
        format!("{function}() function")
    };
    let message = if r#type == CURRENCY {
        format!("cannot be NumberFormatter::TYPE_CURRENCY constant, use {instead} instead")
    } else {
        "must be a NumberFormatter::TYPE_* constant".to_owned()
    };
    ctx.argument_value_error(arg, message)
}

/// Formats a number; `arg` is the number of the argument that is the type.
fn format(
    ctx: &mut Ctx,
    this: &This<NumberFormatter>,
    num: &Value,
    r#type: i64,
    arg: u32,
) -> R<OrFalse<Vec<u8>>> {
    let (errors, icu) = enter(ctx, this)?;
    let float = match num.kind() {
        Kind::Float(n) => Some(n),
        _ => None,
    };
    let kind = match (r#type, float) {
        (DEFAULT, None) => INT64,
        (DEFAULT, Some(_)) => DOUBLE,
        (kind, _) => kind,
    };
    let text = match kind {
        INT32 => icu.format_i32(num.to_int() as i32),
        INT64 => icu.format_i64(float.map_or_else(|| num.to_int(), truncated)),
        DOUBLE => icu.format_f64(num.to_float()),
        _ => return Err(bad_type(ctx, arg, kind, "numfmt_format_currency", "formatCurrency")),
    };
    result(ctx, &errors, text, "Number formatting failed")
}

/// Where reading begins.
fn position(offset: &Option<Reference<'_>>) -> Option<i32> {
    offset.as_ref().map(|o| o.get().to_int() as i32)
}

/// Reads a number; `arg` is the number of the argument that is the type.
fn parse(
    ctx: &mut Ctx,
    this: &This<NumberFormatter>,
    string: &[u8],
    r#type: i64,
    offset: Option<Reference<'_>>,
    arg: u32,
) -> R<Value> {
    let (errors, icu) = enter(ctx, this)?;
    let mut at = position(&offset);
    let text = converted(ctx, &errors, string, "String conversion to UTF-16 failed")?;
    let Some(text) = text else { return Ok(false.into()) };
    let (number, code): (Value, Code) = match r#type {
        INT32 => {
            let (n, code) = icu.parse_i32(&text, at.as_mut());
            (i64::from(n).into(), code)
        }
        INT64 => {
            let (n, code) = icu.parse_i64(&text, at.as_mut());
            (n.into(), code)
        }
        DOUBLE => {
            let (n, code) = icu.parse_f64(&text, at.as_mut());
            (n.into(), code)
        }
        other => return Err(bad_type(ctx, arg, other, "numfmt_parse_currency", "parseCurrency")),
    };
    if let (Some(offset), Some(at)) = (offset, at) {
        offset.set(ctx, i64::from(at))?;
    }
    let ok = error::check(ctx, Some(&errors), code, "Number parsing failed")?;
    Ok(if ok { number } else { false.into() })
}

/// Makes a formatter.
#[php_function("numfmt_create(string $locale, int $style, ?string $pattern = null): ?NumberFormatter")]
fn numfmt_create(ctx: &mut Ctx, locale: &[u8], style: i64, pattern: Option<&[u8]>) -> R<Option<Value>> {
    create(ctx, locale, style, pattern)
}

/// A number as text.
#[php_function(
    "numfmt_format(NumberFormatter $formatter, int|float $num, int $type = NumberFormatter::TYPE_DEFAULT): string|false"
)]
fn numfmt_format(
    ctx: &mut Ctx,
    formatter: &This<NumberFormatter>,
    num: &Value,
    r#type: Option<i64>,
) -> R<OrFalse<Vec<u8>>> {
    format(ctx, formatter, num, r#type.unwrap_or(DEFAULT), 3)
}

/// The number that a text is.
#[php_function(
    "numfmt_parse(NumberFormatter $formatter, string $string, int $type = NumberFormatter::TYPE_DOUBLE, &$offset = null): int|float|false"
)]
fn numfmt_parse(
    ctx: &mut Ctx,
    formatter: &This<NumberFormatter>,
    string: &[u8],
    r#type: Option<i64>,
    offset: Option<Reference<'_>>,
) -> R<Value> {
    parse(ctx, formatter, string, r#type.unwrap_or(DOUBLE), offset, 3)
}

/// An amount of a currency as text.
#[php_function(
    "numfmt_format_currency(NumberFormatter $formatter, float $amount, string $currency): string|false"
)]
fn numfmt_format_currency(
    ctx: &mut Ctx,
    formatter: &This<NumberFormatter>,
    amount: f64,
    currency: &[u8],
) -> R<OrFalse<Vec<u8>>> {
    let (errors, icu) = enter(ctx, formatter)?;
    let currency = converted(ctx, &errors, currency, "Currency conversion to UTF-16 failed")?;
    let Some(currency) = currency else { return Ok(OrFalse::FALSE) };
    let text = icu.format_currency(amount, &currency);
    result(ctx, &errors, text, "Number formatting failed")
}

/// The amount that a text is, and its currency.
#[php_function(
    "numfmt_parse_currency(NumberFormatter $formatter, string $string, &$currency, &$offset = null): float|false"
)]
fn numfmt_parse_currency(
    ctx: &mut Ctx,
    formatter: &This<NumberFormatter>,
    string: &[u8],
    currency: Reference<'_>,
    offset: Option<Reference<'_>>,
) -> R<OrFalse<f64>> {
    let (errors, icu) = enter(ctx, formatter)?;
    let text = converted(ctx, &errors, string, "String conversion to UTF-16 failed")?;
    let Some(text) = text else { return Ok(OrFalse::FALSE) };
    let mut at = position(&offset);
    let (amount, found, code) = icu.parse_currency(&text, at.as_mut());
    if let (Some(offset), Some(at)) = (offset, at) {
        offset.set(ctx, i64::from(at))?;
    }
    if !error::check(ctx, Some(&errors), code, "Number parsing failed")? {
        return Ok(OrFalse::FALSE);
    }
    let found = icu::to_utf8(&found);
    let found = error::checked(ctx, Some(&errors), found, "Currency conversion to UTF-8 failed")?;
    let Some(found) = found else { return Ok(OrFalse::FALSE) };
    currency.set(ctx, found)?;
    Ok(amount.into())
}

/// Sets a number that governs the format.
#[php_function("numfmt_set_attribute(NumberFormatter $formatter, int $attribute, int|float $value): bool")]
fn numfmt_set_attribute(
    ctx: &mut Ctx,
    formatter: &This<NumberFormatter>,
    attribute: i64,
    value: &Value,
) -> R<bool> {
    let (errors, icu) = enter(ctx, formatter)?;
    let code = match attribute {
        ROUNDING_INCREMENT => {
            icu.set_float_attribute(ROUNDING_INCREMENT as i32, value.to_float());
            icu::OK
        }
        0..=LAST_ATTRIBUTE => {
            icu.set_attribute(attribute as i32, value.to_int() as i32);
            icu::OK
        }
        _ => UNSUPPORTED_ERROR,
    };
    error::check(ctx, Some(&errors), code, "Error setting attribute value")
}

/// A number that governs the format.
#[php_function("numfmt_get_attribute(NumberFormatter $formatter, int $attribute): int|float|false")]
fn numfmt_get_attribute(
    ctx: &mut Ctx,
    formatter: &This<NumberFormatter>,
    attribute: i64,
) -> R<OrFalse<Value>> {
    let (errors, icu) = enter(ctx, formatter)?;
    let value: Option<Value> = match attribute {
        ROUNDING_INCREMENT => {
            Some(icu.float_attribute(ROUNDING_INCREMENT as i32)).filter(|v| *v != -1.0).map(Value::from)
        }
        0..=LAST_ATTRIBUTE => {
            Some(icu.attribute(attribute as i32)).filter(|v| *v != -1).map(|v| i64::from(v).into())
        }
        _ => None,
    };
    let value = value.ok_or(UNSUPPORTED_ERROR);
    Ok(error::checked(ctx, Some(&errors), value, "Error getting attribute value")?.into())
}

/// Sets a text that governs the format.
#[php_function("numfmt_set_text_attribute(NumberFormatter $formatter, int $attribute, string $value): bool")]
fn numfmt_set_text_attribute(
    ctx: &mut Ctx,
    formatter: &This<NumberFormatter>,
    attribute: i64,
    value: &[u8],
) -> R<bool> {
    let (errors, icu) = enter(ctx, formatter)?;
    let value = converted(ctx, &errors, value, "Error converting attribute value to UTF-16")?;
    let Some(value) = value else { return Ok(false) };
    let code = icu.set_text_attribute(attribute as i32, &value);
    error::check(ctx, Some(&errors), code, "Error setting text attribute")
}

/// A text that governs the format.
#[php_function("numfmt_get_text_attribute(NumberFormatter $formatter, int $attribute): string|false")]
fn numfmt_get_text_attribute(
    ctx: &mut Ctx,
    formatter: &This<NumberFormatter>,
    attribute: i64,
) -> R<OrFalse<Vec<u8>>> {
    let (errors, icu) = enter(ctx, formatter)?;
    let text = icu.text_attribute(attribute as i32);
    result(ctx, &errors, text, "Error getting attribute value")
}

/// A symbol's number, unless there is no such symbol, which is told.
fn symbol_number(ctx: &mut Ctx, symbol: i64, message: &str) -> R<Option<i32>> {
    match i32::try_from(symbol) {
        Ok(n) if (0..symbols()).contains(&n) => Ok(Some(n)),
        _ => {
            error::begin(ctx, None);
            error::fail(ctx, None, icu::ILLEGAL_ARGUMENT_ERROR, message)?;
            Ok(None)
        }
    }
}

/// Sets a symbol.
#[php_function("numfmt_set_symbol(NumberFormatter $formatter, int $symbol, string $value): bool")]
fn numfmt_set_symbol(ctx: &mut Ctx, formatter: &This<NumberFormatter>, symbol: i64, value: &[u8]) -> R<bool> {
    let number = symbol_number(ctx, symbol, "numfmt_set_symbol: invalid symbol value")?;
    let Some(number) = number else { return Ok(false) };
    let (errors, icu) = enter(ctx, formatter)?;
    let value = converted(ctx, &errors, value, "Error converting symbol value to UTF-16")?;
    let Some(value) = value else { return Ok(false) };
    let code = icu.set_symbol(number, &value);
    error::check(ctx, Some(&errors), code, "Error setting symbol value")
}

/// A symbol.
#[php_function("numfmt_get_symbol(NumberFormatter $formatter, int $symbol): string|false")]
fn numfmt_get_symbol(ctx: &mut Ctx, formatter: &This<NumberFormatter>, symbol: i64) -> R<OrFalse<Vec<u8>>> {
    let number = symbol_number(ctx, symbol, "numfmt_get_symbol: invalid symbol value")?;
    let Some(number) = number else { return Ok(OrFalse::FALSE) };
    let (errors, icu) = enter(ctx, formatter)?;
    let text = icu.symbol(number);
    result(ctx, &errors, text, "Error getting symbol value")
}

/// Sets the pattern.
#[php_function("numfmt_set_pattern(NumberFormatter $formatter, string $pattern): bool")]
fn numfmt_set_pattern(ctx: &mut Ctx, formatter: &This<NumberFormatter>, pattern: &[u8]) -> R<bool> {
    let (errors, icu) = enter(ctx, formatter)?;
    let pattern = converted(ctx, &errors, pattern, "Error converting pattern to UTF-16")?;
    let Some(pattern) = pattern else { return Ok(false) };
    let (at, code) = icu.set_pattern(&pattern);
    errors.set_code(code);
    if icu::failed(code) {
        let message = format!("Error setting pattern value at line {}, offset {}", at.line, at.offset);
        error::set_message(ctx, Some(&errors), &message)?;
        return Ok(false);
    }
    Ok(true)
}

/// The pattern.
#[php_function("numfmt_get_pattern(NumberFormatter $formatter): string|false")]
fn numfmt_get_pattern(ctx: &mut Ctx, formatter: &This<NumberFormatter>) -> R<OrFalse<Vec<u8>>> {
    let (errors, icu) = enter(ctx, formatter)?;
    let text = icu.pattern();
    result(ctx, &errors, text, "Error getting formatter pattern")
}

/// The locale whose format it is.
#[php_function("numfmt_get_locale(NumberFormatter $formatter, int $type = ULOC_ACTUAL_LOCALE): string|false")]
fn numfmt_get_locale(
    ctx: &mut Ctx,
    formatter: &This<NumberFormatter>,
    r#type: Option<i64>,
) -> R<OrFalse<String>> {
    let (errors, icu) = enter(ctx, formatter)?;
    let (name, code) = icu.locale(r#type.unwrap_or(0) as i32);
    let ok = error::check(ctx, Some(&errors), code, "Error getting locale")?;
    Ok(ok.then_some(name).into())
}

/// Code of the object's last error.
#[php_function("numfmt_get_error_code(NumberFormatter $formatter): int")]
fn numfmt_get_error_code(ctx: &mut Ctx, formatter: &This<NumberFormatter>) -> R<i64> {
    let errors = formatter.borrow(ctx)?.errors.clone();
    Ok(error::code_of(ctx, &errors))
}

/// Message of the object's last error.
#[php_function("numfmt_get_error_message(NumberFormatter $formatter): string")]
fn numfmt_get_error_message(ctx: &mut Ctx, formatter: &This<NumberFormatter>) -> R<String> {
    let errors = formatter.borrow(ctx)?.errors.clone();
    Ok(error::text_of(ctx, &errors))
}

#[php_methods]
impl NumberFormatter {
    #[php("public function __construct(string $locale, int $style, ?string $pattern = null)")]
    fn construct(
        this: &This<Self>,
        ctx: &mut Ctx,
        locale: &[u8],
        style: i64,
        pattern: Option<&[u8]>,
    ) -> R<()> {
        error::construct(ctx, |ctx| open(ctx, this, locale, style, pattern))
    }
    #[php(
        "public static function create(string $locale, int $style, ?string $pattern = null): ~?NumberFormatter"
    )]
    fn create(ctx: &mut Ctx, locale: &[u8], style: i64, pattern: Option<&[u8]>) -> R<Option<Value>> {
        create(ctx, locale, style, pattern)
    }
    #[php("public function format(int|float $num, int $type = NumberFormatter::TYPE_DEFAULT): ~string|false")]
    fn format(this: &This<Self>, ctx: &mut Ctx, num: &Value, r#type: Option<i64>) -> R<OrFalse<Vec<u8>>> {
        format(ctx, this, num, r#type.unwrap_or(DEFAULT), 2)
    }
    #[php(
        "public function parse(string $string, int $type = NumberFormatter::TYPE_DOUBLE, &$offset = null): ~int|float|false"
    )]
    fn parse(
        this: &This<Self>,
        ctx: &mut Ctx,
        string: &[u8],
        r#type: Option<i64>,
        offset: Option<Reference<'_>>,
    ) -> R<Value> {
        parse(ctx, this, string, r#type.unwrap_or(DOUBLE), offset, 2)
    }
    #[php("public function formatCurrency(float $amount, string $currency): ~string|false")]
    fn format_currency(
        this: &This<Self>,
        ctx: &mut Ctx,
        amount: f64,
        currency: &[u8],
    ) -> R<OrFalse<Vec<u8>>> {
        numfmt_format_currency(ctx, this, amount, currency)
    }
    #[php("public function parseCurrency(string $string, &$currency, &$offset = null): ~float|false")]
    fn parse_currency(
        this: &This<Self>,
        ctx: &mut Ctx,
        string: &[u8],
        currency: Reference<'_>,
        offset: Option<Reference<'_>>,
    ) -> R<OrFalse<f64>> {
        numfmt_parse_currency(ctx, this, string, currency, offset)
    }
    #[php("public function setAttribute(int $attribute, int|float $value): ~bool")]
    fn set_attribute(this: &This<Self>, ctx: &mut Ctx, attribute: i64, value: &Value) -> R<bool> {
        numfmt_set_attribute(ctx, this, attribute, value)
    }
    #[php("public function getAttribute(int $attribute): ~int|float|false")]
    fn get_attribute(this: &This<Self>, ctx: &mut Ctx, attribute: i64) -> R<OrFalse<Value>> {
        numfmt_get_attribute(ctx, this, attribute)
    }
    #[php("public function setTextAttribute(int $attribute, string $value): ~bool")]
    fn set_text_attribute(this: &This<Self>, ctx: &mut Ctx, attribute: i64, value: &[u8]) -> R<bool> {
        numfmt_set_text_attribute(ctx, this, attribute, value)
    }
    #[php("public function getTextAttribute(int $attribute): ~string|false")]
    fn get_text_attribute(this: &This<Self>, ctx: &mut Ctx, attribute: i64) -> R<OrFalse<Vec<u8>>> {
        numfmt_get_text_attribute(ctx, this, attribute)
    }
    #[php("public function setSymbol(int $symbol, string $value): ~bool")]
    fn set_symbol(this: &This<Self>, ctx: &mut Ctx, symbol: i64, value: &[u8]) -> R<bool> {
        numfmt_set_symbol(ctx, this, symbol, value)
    }
    #[php("public function getSymbol(int $symbol): ~string|false")]
    fn get_symbol(this: &This<Self>, ctx: &mut Ctx, symbol: i64) -> R<OrFalse<Vec<u8>>> {
        numfmt_get_symbol(ctx, this, symbol)
    }
    #[php("public function setPattern(string $pattern): ~bool")]
    fn set_pattern(this: &This<Self>, ctx: &mut Ctx, pattern: &[u8]) -> R<bool> {
        numfmt_set_pattern(ctx, this, pattern)
    }
    #[php("public function getPattern(): ~string|false")]
    fn get_pattern(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<Vec<u8>>> {
        numfmt_get_pattern(ctx, this)
    }
    #[php("public function getLocale(int $type = ULOC_ACTUAL_LOCALE): ~string|false")]
    fn get_locale(this: &This<Self>, ctx: &mut Ctx, r#type: Option<i64>) -> R<OrFalse<String>> {
        numfmt_get_locale(ctx, this, r#type)
    }
    #[php("public function getErrorCode(): ~int")]
    fn get_error_code(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        numfmt_get_error_code(ctx, this)
    }
    #[php("public function getErrorMessage(): ~string")]
    fn get_error_message(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        numfmt_get_error_message(ctx, this)
    }
}
