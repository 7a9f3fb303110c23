//! Options of parsers.

use crate::parser::{Encoding, with};
use plugin_api::{Ctx, Kind, Object, R, Value, php_function};

/// Names in capitals.
pub const CASE_FOLDING: i64 = 1;
/// The encoding of what handlers get.
pub const TARGET_ENCODING: i64 = 2;
/// How many bytes of names are left out.
pub const SKIP_TAGSTART: i64 = 3;
/// No texts of white space in structures.
pub const SKIP_WHITE: i64 = 4;
/// No limits.
pub const PARSE_HUGE: i64 = 5;

const UNKNOWN: &str = "must be a XML_OPTION_* constant";

/// Sets an option.
#[php_function("xml_parser_set_option(XMLParser $parser, int $option, $value): bool")]
fn xml_parser_set_option(ctx: &mut Ctx, parser: &Object, option: i64, value: &Value) -> R<bool> {
    if !matches!(value.kind(), Kind::Bool(_) | Kind::Int(_) | Kind::Str(_)) {
        let given = value.type_name();
        ctx.warning(format!("Argument #3 ($value) must be of type string|int|bool, {given} given"))?;
    }
    match option {
        CASE_FOLDING => {
            let on = value.to_bool();
            with(parser, |p| p.folding = on)?;
        }
        SKIP_WHITE => {
            let on = value.to_bool();
            with(parser, |p| p.skip_white = on)?;
        }
        PARSE_HUGE => {
            if with(parser, |p| p.parsing)? {
                return Err(ctx.error("Cannot change option XML_OPTION_PARSE_HUGE while parsing"));
            }
            let on = value.to_bool();
            with(parser, |p| p.huge = on)?;
        }
        SKIP_TAGSTART => match usize::try_from(value.to_int()) {
            Ok(n) if i32::try_from(n).is_ok() => with(parser, |p| p.skip = n)?,
            _ => {
                let most = i32::MAX;
                let text = format!(
                    "Argument #3 ($value) must be between 0 and {most} for option XML_OPTION_SKIP_TAGSTART"
                );
                ctx.warning(text)?;
                return Ok(false);
            }
        },
        TARGET_ENCODING => {
            let name = value.to_str(ctx)?;
            match Encoding::of(&name) {
                Some(e) => with(parser, |p| p.target = e)?,
                None => return Err(ctx.argument_value_error(3, "is not a supported target encoding")),
            }
        }
        _ => return Err(ctx.argument_value_error(2, UNKNOWN)),
    }
    Ok(true)
}

/// Reads an option.
#[php_function("xml_parser_get_option(XMLParser $parser, int $option): string|int|bool")]
fn xml_parser_get_option(ctx: &mut Ctx, parser: &Object, option: i64) -> R<Value> {
    match option {
        CASE_FOLDING => Ok(Value::bool(with(parser, |p| p.folding)?)),
        SKIP_TAGSTART => Ok(Value::int(i64::try_from(with(parser, |p| p.skip)?).unwrap_or(0))),
        SKIP_WHITE => Ok(Value::bool(with(parser, |p| p.skip_white)?)),
        PARSE_HUGE => Ok(Value::bool(with(parser, |p| p.huge)?)),
        TARGET_ENCODING => Ok(Value::str(with(parser, |p| p.target)?.name())),
        _ => Err(ctx.argument_value_error(2, UNKNOWN)),
    }
}
