//! The json extension: RFC 8259 text to PHP values and back.

mod decode;
mod encode;

use plugin_api::{
    Buffer, Ctx, GcRoots, Info, OrFalse, R, Value, constants, php_class, php_function, php_module,
};
use std::cell::Cell;

/// `JSON_*` options.
pub(crate) mod opt {
    pub const HEX_TAG: i64 = 1;
    pub const HEX_AMP: i64 = 2;
    pub const HEX_APOS: i64 = 4;
    pub const HEX_QUOT: i64 = 8;
    pub const FORCE_OBJECT: i64 = 16;
    pub const NUMERIC_CHECK: i64 = 32;
    pub const UNESCAPED_SLASHES: i64 = 64;
    pub const PRETTY_PRINT: i64 = 128;
    pub const UNESCAPED_UNICODE: i64 = 256;
    pub const PARTIAL_OUTPUT_ON_ERROR: i64 = 512;
    pub const PRESERVE_ZERO_FRACTION: i64 = 1024;
    pub const UNESCAPED_LINE_TERMINATORS: i64 = 2048;
    pub const OBJECT_AS_ARRAY: i64 = 1;
    pub const BIGINT_AS_STRING: i64 = 2;
    pub const INVALID_UTF8_IGNORE: i64 = 1 << 20;
    pub const INVALID_UTF8_SUBSTITUTE: i64 = 1 << 21;
    pub const THROW_ON_ERROR: i64 = 1 << 22;
}

/// `JSON_ERROR_*`
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[repr(i64)]
pub(crate) enum Error {
    #[default]
    None = 0,
    Depth = 1,
    StateMismatch = 2,
    CtrlChar = 3,
    Syntax = 4,
    Utf8 = 5,
    Recursion = 6,
    InfOrNan = 7,
    UnsupportedType = 8,
    InvalidPropertyName = 9,
    Utf16 = 10,
    NonBackedEnum = 11,
}

impl Error {
    fn message(self) -> &'static str {
        match self {
            Error::None => "No error",
            Error::Depth => "Maximum stack depth exceeded",
            Error::StateMismatch => "State mismatch (invalid or malformed JSON)",
            Error::CtrlChar => "Control character error, possibly incorrectly encoded",
            Error::Syntax => "Syntax error",
            Error::Utf8 => "Malformed UTF-8 characters, possibly incorrectly encoded",
            Error::Recursion => "Recursion detected",
            Error::InfOrNan => "Inf and NaN cannot be JSON encoded",
            Error::UnsupportedType => "Type is not supported",
            Error::InvalidPropertyName => "The decoded property name is invalid",
            Error::Utf16 => "Single unpaired UTF-16 surrogate in unicode escape",
            Error::NonBackedEnum => "Non-backed enums have no default serialization",
        }
    }
}

/// State of a VM.
#[derive(Default, GcRoots)]
pub struct Globals {
    #[gc(skip)]
    last: Cell<Error>,
    /// Objects whose jsonSerialize() runs.
    #[gc(skip)]
    pub(crate) active: std::cell::RefCell<Vec<u32>>,
}

/// What json_encode() asks for its data.
#[php_class("interface JsonSerializable", "public function jsonSerialize(): ~mixed")]
pub struct JsonSerializable;

/// What `JSON_THROW_ON_ERROR` throws.
#[php_class("class JsonException extends Exception")]
pub struct JsonException;

fn last(ctx: &mut Ctx) -> &'static Cell<Error> {
    &ctx.globals::<Globals>().last
}

/// Throws, or remembers the error.
fn report(ctx: &mut Ctx, e: Error, flags: i64) -> R<()> {
    if flags & opt::THROW_ON_ERROR != 0 && flags & opt::PARTIAL_OUTPUT_ON_ERROR == 0 {
        if e != Error::None {
            return Err(ctx.throw_named("JsonException", e.message(), e as i64));
        }
        return Ok(());
    }
    last(ctx).set(e);
    Ok(())
}

#[php_function("json_encode(mixed $value, int $flags = 0, int $depth = 512): string|false")]
fn json_encode(ctx: &mut Ctx, value: &Value, flags: i64, depth: i64) -> R<OrFalse<Buffer>> {
    let (text, error) = encode::encode(ctx, value, flags, depth)?;
    report(ctx, error, flags)?;
    Ok(if error != Error::None && flags & opt::PARTIAL_OUTPUT_ON_ERROR == 0 {
        OrFalse::FALSE
    } else {
        text.into()
    })
}

#[php_function(
    "json_decode(string $json, ?bool $associative = null, int $depth = 512, int $flags = 0): mixed"
)]
fn json_decode(ctx: &mut Ctx, json: &[u8], associative: Option<bool>, depth: i64, flags: i64) -> R<Value> {
    if flags & opt::THROW_ON_ERROR == 0 {
        last(ctx).set(Error::None);
    }
    if json.is_empty() {
        report(ctx, Error::Syntax, flags & opt::THROW_ON_ERROR)?;
        return Ok(Value::NULL);
    }
    check_depth(ctx, depth, 3)?;
    let flags = match associative {
        Some(true) => flags | opt::OBJECT_AS_ARRAY,
        Some(false) => flags & !opt::OBJECT_AS_ARRAY,
        None => flags,
    };
    match decode::decode(ctx, json, depth, flags)? {
        Ok(v) => Ok(v),
        Err(e) => {
            report(ctx, e, flags & opt::THROW_ON_ERROR)?;
            Ok(Value::NULL)
        }
    }
}

fn check_depth(ctx: &mut Ctx, depth: i64, n: u32) -> R<()> {
    if depth <= 0 {
        return Err(ctx.argument_value_error(n, "must be greater than 0"));
    }
    if depth > i32::MAX as i64 {
        return Err(ctx.argument_value_error(n, format!("must be less than {}", i32::MAX)));
    }
    Ok(())
}

#[php_function("json_validate(string $json, int $depth = 512, int $flags = 0): bool")]
fn json_validate(ctx: &mut Ctx, json: &[u8], depth: i64, flags: i64) -> R<bool> {
    if flags != 0 && flags != opt::INVALID_UTF8_IGNORE {
        return Err(
            ctx.argument_value_error(3, "must be a valid flag (allowed flags: JSON_INVALID_UTF8_IGNORE)")
        );
    }
    if json.is_empty() {
        last(ctx).set(Error::Syntax);
        return Ok(false);
    }
    last(ctx).set(Error::None);
    check_depth(ctx, depth, 2)?;
    let e = decode::validate(json, depth, flags);
    last(ctx).set(e);
    Ok(e == Error::None)
}

#[php_function("json_last_error(): int")]
fn json_last_error(ctx: &mut Ctx) -> i64 {
    last(ctx).get() as i64
}

#[php_function("json_last_error_msg(): string")]
fn json_last_error_msg(ctx: &mut Ctx) -> &'static str {
    last(ctx).get().message()
}

constants! {
    CONSTANTS;
    int JSON_HEX_TAG = opt::HEX_TAG;
    int JSON_HEX_AMP = opt::HEX_AMP;
    int JSON_HEX_APOS = opt::HEX_APOS;
    int JSON_HEX_QUOT = opt::HEX_QUOT;
    int JSON_FORCE_OBJECT = opt::FORCE_OBJECT;
    int JSON_NUMERIC_CHECK = opt::NUMERIC_CHECK;
    int JSON_UNESCAPED_SLASHES = opt::UNESCAPED_SLASHES;
    int JSON_PRETTY_PRINT = opt::PRETTY_PRINT;
    int JSON_UNESCAPED_UNICODE = opt::UNESCAPED_UNICODE;
    int JSON_PARTIAL_OUTPUT_ON_ERROR = opt::PARTIAL_OUTPUT_ON_ERROR;
    int JSON_PRESERVE_ZERO_FRACTION = opt::PRESERVE_ZERO_FRACTION;
    int JSON_UNESCAPED_LINE_TERMINATORS = opt::UNESCAPED_LINE_TERMINATORS;
    int JSON_OBJECT_AS_ARRAY = opt::OBJECT_AS_ARRAY;
    int JSON_BIGINT_AS_STRING = opt::BIGINT_AS_STRING;
    int JSON_INVALID_UTF8_IGNORE = opt::INVALID_UTF8_IGNORE;
    int JSON_INVALID_UTF8_SUBSTITUTE = opt::INVALID_UTF8_SUBSTITUTE;
    int JSON_THROW_ON_ERROR = opt::THROW_ON_ERROR;
    int JSON_ERROR_NONE = Error::None;
    int JSON_ERROR_DEPTH = Error::Depth;
    int JSON_ERROR_STATE_MISMATCH = Error::StateMismatch;
    int JSON_ERROR_CTRL_CHAR = Error::CtrlChar;
    int JSON_ERROR_SYNTAX = Error::Syntax;
    int JSON_ERROR_UTF8 = Error::Utf8;
    int JSON_ERROR_RECURSION = Error::Recursion;
    int JSON_ERROR_INF_OR_NAN = Error::InfOrNan;
    int JSON_ERROR_UNSUPPORTED_TYPE = Error::UnsupportedType;
    int JSON_ERROR_INVALID_PROPERTY_NAME = Error::InvalidPropertyName;
    int JSON_ERROR_UTF16 = Error::Utf16;
    int JSON_ERROR_NON_BACKED_ENUM = Error::NonBackedEnum;
}

fn info(t: &mut Info) {
    t.row("json support", "enabled");
}

php_module! {
    name: "json",
    version: "8.4.24",
    functions: [json_encode, json_decode, json_validate, json_last_error, json_last_error_msg],
    classes: [JsonSerializable, JsonException],
    constants: [CONSTANTS],
    globals: Globals,
    minfo: info,
}
