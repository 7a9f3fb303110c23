//! Arguments of messages: what the pattern wants them to be, and making PHP's values that.

use crate::error::{self, Errors};
use crate::icu::message::{Argument, Message, Type};
use crate::icu::{
    self, ARGUMENT_TYPE_MISMATCH, Code, ILLEGAL_ARGUMENT_ERROR, INVALID_FORMAT_ERROR, PARSE_ERROR,
};
use crate::timezone::bridge;
use plugin_api::{Ctx, Key, Kind, R, Value};
use std::collections::HashMap;

/// How an argument is called.
#[derive(PartialEq, Eq, Hash)]
pub enum Name {
    /// By a number.
    Number(i64),
    /// By a name.
    Text(Vec<u16>),
}

/// The types of arguments; those that the pattern does not have are not there.
pub type Types = HashMap<Name, Type>;

/// `UMSGPAT_PART_TYPE_ARG_START`
const ARG_START: i32 = 5;
/// `UMSGPAT_PART_TYPE_ARG_NUMBER`
const ARG_NUMBER: i32 = 7;
/// `UMSGPAT_PART_TYPE_ARG_NAME`
const ARG_NAME: i32 = 8;
/// `UMSGPAT_PART_TYPE_ARG_TYPE`
const ARG_TYPE: i32 = 9;
/// `UMSGPAT_PART_TYPE_ARG_STYLE`
const ARG_STYLE: i32 = 10;

/// `UMSGPAT_ARG_TYPE_SIMPLE`
const SIMPLE: i32 = 1;
/// `UMSGPAT_ARG_TYPE_CHOICE`
const CHOICE: i32 = 2;
/// `UMSGPAT_ARG_TYPE_PLURAL`
const PLURAL: i32 = 3;
/// `UMSGPAT_ARG_TYPE_SELECTORDINAL`
const SELECT_ORDINAL: i32 = 5;

/// The type of a simple argument whose type is at a part of the pattern.
fn simple(icu: &Message, i: i32) -> Result<Type, (Code, &'static str)> {
    if icu.part(i).is_none_or(|part| part.kind != ARG_TYPE) {
        let message = "Expected UMSGPAT_PART_TYPE_ARG_TYPE part following UMSGPAT_ARG_TYPE_SIMPLE part";
        return Err((PARSE_ERROR, message));
    }
    Ok(match String::from_utf16_lossy(&icu.part_text(i)).as_str() {
        "number" => {
            let style = icu.part(i + 1).filter(|part| part.kind == ARG_STYLE);
            let integer = style.is_some() && String::from_utf16_lossy(&icu.part_text(i + 1)) == "integer";
            if integer { Type::Int64 } else { Type::Double }
        }
        "date" | "time" => Type::Date,
        "spellout" | "ordinal" | "duration" => Type::Double,
        _ => Type::Text,
    })
}

/// The types that a pattern's arguments have.
pub fn types(icu: &Message) -> Result<Types, (Code, &'static str)> {
    if !icu.has_names() {
        return Ok((0..).map(Name::Number).zip(icu.types()).collect());
    }
    let mut types = Types::new();
    for i in 0..icu.parts() {
        let Some(start) = icu.part(i).filter(|part| part.kind == ARG_START) else { continue };
        let name = match icu.part(i + 1) {
            Some(part) if part.kind == ARG_NAME => Name::Text(icu.part_text(i + 1)),
            Some(part) if part.kind == ARG_NUMBER => Name::Number(part.value.into()),
            _ => return Err((INVALID_FORMAT_ERROR, "Invalid part type encountered")),
        };
        let found = match start.argument {
            SIMPLE => simple(icu, i + 2)?,
            CHOICE | PLURAL | SELECT_ORDINAL => Type::Double,
            _ => Type::Text,
        };
        if types.insert(name, found).is_some_and(|before| before != found) {
            return Err((ARGUMENT_TYPE_MISMATCH, "Inconsistent types declared for an argument"));
        }
    }
    Ok(types)
}

/// A text argument; `None` after an error that was told.
fn text(ctx: &mut Ctx, errors: &Errors, value: &Value) -> R<Option<Argument>> {
    let text = value.to_str(ctx)?;
    match icu::to_utf16(&text) {
        Ok(units) => Ok(Some(Argument::Text(units))),
        Err(code) => {
            let shown = icu::c_string(&text);
            let message = format!("Invalid UTF-8 data in string argument: '{}'", shown.to_string_lossy());
            error::fail(ctx, Some(errors), code, &message)?;
            Ok(None)
        }
    }
}

/// An argument of a type; what is wrong with it otherwise.
fn number(value: &Value, kind: Type) -> Result<Argument, &'static str> {
    // The limits of floats are 2 to the power of 64, as PHP has them.
    match (kind, value.kind()) {
        (Type::Long, Kind::Float(n)) if !(-2_147_483_648.0..=2_147_483_647.0).contains(&n) => {
            Err("Found PHP float with absolute value too large for 32 bit integer argument")
        }
        (Type::Long, Kind::Float(n)) => Ok(Argument::Long(n as i32)),
        (Type::Long, Kind::Int(n)) => i32::try_from(n)
            .map(Argument::Long)
            .map_err(|_| "Found PHP integer with absolute value too large for 32 bit integer argument"),
        (Type::Long, _) => Ok(Argument::Long(value.to_int() as i32)),
        (Type::Int64, Kind::Float(n))
            if !(-9_223_372_036_854_775_808.0..=18_446_744_073_709_551_615.0).contains(&n) =>
        {
            Err("Found PHP float with absolute value too large for 64 bit integer argument")
        }
        (Type::Int64, Kind::Float(n)) => Ok(Argument::Int64(n as i64)),
        (Type::Int64, _) => Ok(Argument::Int64(value.to_int())),
        _ => Ok(Argument::Double(value.to_float())),
    }
}

/// An argument that the pattern does not have; `None`: it cannot be one.
fn extra(ctx: &mut Ctx, errors: &Errors, value: &Value) -> R<Option<Option<Argument>>> {
    Ok(Some(match value.kind() {
        Kind::Float(n) => Some(Argument::Double(n)),
        Kind::Int(n) => Some(Argument::Int64(n)),
        Kind::Null => Some(Argument::Int64(0)),
        Kind::Bool(b) => Some(Argument::Int64(b.into())),
        Kind::Str(_) | Kind::Object(_) => text(ctx, errors, value)?,
        _ => return Ok(None),
    }))
}

/// An argument with its name as ICU takes it; `None` after an error that was told.
pub fn convert(
    ctx: &mut Ctx,
    errors: &Errors,
    types: &Types,
    key: Key<'_>,
    value: &Value,
) -> R<Option<(Vec<u16>, Argument)>> {
    let value = value.deref();
    let (name, shown) = match key {
        Key::Int(n) if (0..=i64::from(i32::MAX)).contains(&n) => (Name::Number(n), n.to_string()),
        Key::Int(_) => {
            let message = "Found negative or too large array key";
            error::fail(ctx, Some(errors), ILLEGAL_ARGUMENT_ERROR, message)?;
            return Ok(None);
        }
        Key::Str(s) => {
            let shown = icu::c_string(s.as_bytes()).to_string_lossy().into_owned();
            match icu::to_utf16(s.as_bytes()) {
                Ok(units) => (Name::Text(units), shown),
                Err(code) => {
                    let message = format!("Invalid UTF-8 data in argument key: '{shown}'");
                    error::fail(ctx, Some(errors), code, &message)?;
                    return Ok(None);
                }
            }
        }
    };
    let kind = types.get(&name).copied().unwrap_or(Type::Other);
    let argument = match kind {
        Type::Text => text(ctx, errors, value)?,
        Type::Double | Type::Long | Type::Int64 => match number(value, kind) {
            Ok(argument) => Some(argument),
            Err(message) => {
                error::fail(ctx, Some(errors), ILLEGAL_ARGUMENT_ERROR, message)?;
                None
            }
        },
        Type::Date => match bridge::millis(ctx, value, errors, "msgfmt_format")? {
            Some(date) => Some(Argument::Date(date)),
            None => {
                let message = format!("The argument for key '{shown}' cannot be used as a date or time");
                let code = errors.code();
                error::fail(ctx, Some(errors), code, &message)?;
                None
            }
        },
        Type::Other => match extra(ctx, errors, value)? {
            Some(argument) => argument,
            None => {
                let message = format!(
                    "No strategy to convert the value given for the argument with key '{shown}' is available"
                );
                error::fail(ctx, Some(errors), ILLEGAL_ARGUMENT_ERROR, &message)?;
                None
            }
        },
    };
    let units = match name {
        Name::Number(n) => n.to_string().encode_utf16().collect(),
        Name::Text(units) => units,
    };
    Ok(argument.map(|argument| (units, argument)))
}
