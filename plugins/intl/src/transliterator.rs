//! `Transliterator`: texts in another script, or rewritten by rules.

use crate::error::{self, Errors};
use crate::icu::transliteration::{self, Transliterator as Icu};
use crate::icu::{self, Code, ILLEGAL_ARGUMENT_ERROR};
use plugin_api::{
    Array, Ctx, GcRoots, Handlers, Kind, Object, OrFalse, R, This, Value, php_class, php_function,
    php_methods,
};
use std::cell::OnceCell;
use std::rc::Rc;

/// The payload of `Transliterator`.
#[derive(Default, GcRoots)]
#[php_class(
    "class Transliterator",
    "public const int FORWARD = 0",
    "public const int REVERSE = 1",
    "public readonly string $id",
    handlers(clone),
    flags(not_serializable)
)]
pub struct Transliterator {
    #[gc(skip)]
    errors: Rc<Errors>,
    /// Missing in what no function of this extension made.
    #[gc(skip)]
    icu: OnceCell<Rc<Icu>>,
}

impl Handlers for Transliterator {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let Some(icu) = from.borrow(ctx)?.icu.get().cloned() else {
            return Err(ctx.error("Cannot clone uninitialized Transliterator"));
        };
        let Ok(copy) = icu.copy() else { return Err(ctx.error("Failed to clone Transliterator")) };
        let _ = to.borrow(ctx)?.icu.set(Rc::new(copy));
        Ok(())
    }
}

/// An object around a transliterator; `None` after an error that was told.
fn object(ctx: &mut Ctx, icu: Icu, function: &str) -> R<Option<Object>> {
    let message = format!("{function}: internal constructor call failed");
    let id = icu.id();
    let Some(id) = error::checked(ctx, None, id, &message)? else { return Ok(None) };
    let payload = Transliterator::default();
    let _ = payload.icu.set(Rc::new(icu));
    let object = This::<Transliterator>::create(ctx, payload)?;
    object.set_slot("id", id);
    Ok(Some(object))
}

/// Whether a direction is the other one; an error when it is none.
fn reverse(ctx: &mut Ctx, direction: i64) -> R<bool> {
    match direction {
        0 | 1 => Ok(direction == 1),
        _ => {
            let message = "must be either Transliterator::FORWARD or Transliterator::REVERSE";
            Err(ctx.argument_value_error(2, message))
        }
    }
}

/// The transliterator of an ID; `None` after an error that was told.
fn create(ctx: &mut Ctx, id: &[u8], direction: i64) -> R<Option<Object>> {
    error::begin(ctx, None);
    let reverse = reverse(ctx, direction)?;
    let units = icu::to_utf16(id);
    let units = error::checked(ctx, None, units, "String conversion of id to UTF-16 failed")?;
    let Some(units) = units else { return Ok(None) };
    let shown = icu::c_string(id);
    let message = format!(
        "transliterator_create: unable to open ICU transliterator with id \"{}\"",
        shown.to_string_lossy()
    );
    let opened = Icu::open(&units, None, reverse).map_err(|(code, _)| code);
    match error::checked(ctx, None, opened, &message)? {
        Some(icu) => object(ctx, icu, "transliterator_create"),
        None => Ok(None),
    }
}

/// The transliterator of rules; `None` after an error that was told.
fn from_rules(ctx: &mut Ctx, rules: &[u8], direction: i64) -> R<Option<Object>> {
    error::begin(ctx, None);
    let reverse = reverse(ctx, direction)?;
    let rules = icu::to_utf16(rules);
    let rules = error::checked(ctx, None, rules, "String conversion of rules to UTF-16 failed")?;
    let Some(rules) = rules else { return Ok(None) };
    let id: Vec<u16> = "RulesTransPHP".encode_utf16().collect();
    match Icu::open(&id, Some(&rules), reverse) {
        Ok(icu) => object(ctx, icu, "transliterator_create_from_rules"),
        Err((code, at)) => {
            let message = format!(
                "transliterator_create_from_rules: unable to create ICU transliterator from rules ({})",
                at.describe()
            );
            error::fail(ctx, None, code, &message)?;
            Ok(None)
        }
    }
}

/// The errors of an object, cleared, and its transliterator.
fn enter(ctx: &mut Ctx, this: &This<Transliterator>) -> R<(Rc<Errors>, Rc<Icu>)> {
    let payload = this.borrow(ctx)?;
    error::begin(ctx, Some(&payload.errors));
    match payload.icu.get() {
        Some(icu) => Ok((payload.errors.clone(), icu.clone())),
        None => Err(ctx.error("Found unconstructed transliterator")),
    }
}

/// Its inverse; `None` after an error that was told.
fn inverse(ctx: &mut Ctx, this: &This<Transliterator>) -> R<Option<Object>> {
    let (_, icu) = enter(ctx, this)?;
    let opened = icu.inverse();
    let message = "transliterator_create_inverse: could not create inverse ICU transliterator";
    match error::checked(ctx, None, opened, message)? {
        Some(icu) => object(ctx, icu, "transliterator_create"),
        None => Ok(None),
    }
}

/// The IDs that there are.
fn ids(ctx: &mut Ctx) -> R<OrFalse<Array>> {
    error::begin(ctx, None);
    let message = "transliterator_list_ids: Failed to obtain registered transliterators";
    let opened = transliteration::ids();
    let Some(mut list) = error::checked(ctx, None, opened, message)? else { return Ok(OrFalse::FALSE) };
    let mut out = Array::new();
    let all: Result<(), Code> = loop {
        match list.next() {
            Ok(Some(id)) => {
                out.push(id);
            }
            Ok(None) => break Ok(()),
            Err(code) => break Err(code),
        }
    };
    let message = "transliterator_list_ids: Failed to build array of registered transliterators";
    Ok(error::checked(ctx, None, all, message)?.map(|()| out).into())
}

/// Refuses positions that can be in no text; `arg` is the number of the argument that is the start.
fn check_range(ctx: &mut Ctx, start: i64, end: i64, arg: u32) -> R<()> {
    if end < -1 {
        return Err(ctx.argument_value_error(arg + 1, "must be greater than or equal to -1"));
    }
    if start < 0 {
        return Err(ctx.argument_value_error(arg, "must be greater than or equal to 0"));
    }
    if end != -1 && start > end {
        let message = format!("must be less than or equal to argument #{} ($end)", arg + 1);
        return Err(ctx.argument_value_error(arg, message));
    }
    Ok(())
}

/// Rewrites a text between two positions (of UTF-16's units; -1 is its end).
fn apply(
    ctx: &mut Ctx,
    this: &This<Transliterator>,
    string: &[u8],
    start: i64,
    end: i64,
) -> R<OrFalse<Vec<u8>>> {
    let (errors, icu) = enter(ctx, this)?;
    let source = icu::to_utf16(string);
    let message = "String conversion of string to UTF-16 failed";
    let source = error::checked(ctx, Some(&errors), source, message)?;
    let Some(source) = source else { return Ok(OrFalse::FALSE) };
    let len = i64::try_from(source.len()).unwrap_or(i64::MAX);
    if start > len || end > len {
        let message = format!(
            "transliterator_transliterate: Neither \"start\" nor the \"end\" arguments can exceed the number of \
             UTF-16 code units (in this case, {len})"
        );
        error::fail(ctx, Some(&errors), ILLEGAL_ARGUMENT_ERROR, &message)?;
        return Ok(OrFalse::FALSE);
    }
    let end = if end == -1 { len } else { end };
    let text = match (i32::try_from(start), i32::try_from(end)) {
        (Ok(start), Ok(end)) => icu.apply(&source, start, end),
        _ => Err(ILLEGAL_ARGUMENT_ERROR),
    };
    let message = "transliterator_transliterate: transliteration failed";
    let Some(text) = error::checked(ctx, Some(&errors), text, message)? else { return Ok(OrFalse::FALSE) };
    let text = icu::to_utf8(&text);
    Ok(error::checked(ctx, Some(&errors), text, "Error converting value to UTF-8")?.into())
}

/// The transliterator of an ID.
#[php_function(
    "transliterator_create(string $id, int $direction = Transliterator::FORWARD): ?Transliterator"
)]
fn transliterator_create(ctx: &mut Ctx, id: &[u8], direction: Option<i64>) -> R<Option<Object>> {
    create(ctx, id, direction.unwrap_or(0))
}

/// The transliterator of rules.
#[php_function(
    "transliterator_create_from_rules(string $rules, int $direction = Transliterator::FORWARD): ?Transliterator"
)]
fn transliterator_create_from_rules(
    ctx: &mut Ctx,
    rules: &[u8],
    direction: Option<i64>,
) -> R<Option<Object>> {
    from_rules(ctx, rules, direction.unwrap_or(0))
}

/// The IDs that there are.
#[php_function("transliterator_list_ids(): array|false")]
fn transliterator_list_ids(ctx: &mut Ctx) -> R<OrFalse<Array>> {
    ids(ctx)
}

/// The inverse of a transliterator.
#[php_function("transliterator_create_inverse(Transliterator $transliterator): ?Transliterator")]
fn transliterator_create_inverse(ctx: &mut Ctx, transliterator: &This<Transliterator>) -> R<Option<Object>> {
    inverse(ctx, transliterator)
}

/// Rewrites a text.
#[php_function(
    "transliterator_transliterate(Transliterator|string $transliterator, string $string, int $start = 0, int $end = -1): string|false"
)]
fn transliterator_transliterate(
    ctx: &mut Ctx,
    transliterator: &Value,
    string: &[u8],
    start: i64,
    end: i64,
) -> R<OrFalse<Vec<u8>>> {
    let object = match transliterator.kind() {
        Kind::Object(object) => object.clone(),
        _ => {
            let id = transliterator.to_str(ctx)?;
            match create(ctx, &id, 0)? {
                Some(object) => object,
                None => {
                    let told = ctx.globals::<crate::Globals>().error.text();
                    let shown = icu::c_string(&id);
                    let id = shown.to_string_lossy();
                    ctx.warning(format!("Could not create transliterator with ID \"{id}\" ({told})"))?;
                    return Ok(OrFalse::FALSE);
                }
            }
        }
    };
    check_range(ctx, start, end, 3)?;
    match This::<Transliterator>::of(&object) {
        Some(this) => apply(ctx, this, string, start, end),
        None => Ok(OrFalse::FALSE),
    }
}

/// Code of the object's last error.
#[php_function("transliterator_get_error_code(Transliterator $transliterator): int|false")]
fn transliterator_get_error_code(ctx: &mut Ctx, transliterator: &This<Transliterator>) -> R<i64> {
    let errors = transliterator.borrow(ctx)?.errors.clone();
    Ok(error::code_of(ctx, &errors))
}

/// Message of the object's last error.
#[php_function("transliterator_get_error_message(Transliterator $transliterator): string|false")]
fn transliterator_get_error_message(ctx: &mut Ctx, transliterator: &This<Transliterator>) -> R<String> {
    let errors = transliterator.borrow(ctx)?.errors.clone();
    Ok(error::text_of(ctx, &errors))
}

#[php_methods]
impl Transliterator {
    #[php("final private function __construct()")]
    fn construct(ctx: &mut Ctx) -> R<()> {
        Err(ctx.exception("An object of this type cannot be created with the new operator."))
    }
    #[php(
        "public static function create(string $id, int $direction = Transliterator::FORWARD): ~?Transliterator"
    )]
    fn create(ctx: &mut Ctx, id: &[u8], direction: Option<i64>) -> R<Option<Object>> {
        create(ctx, id, direction.unwrap_or(0))
    }
    #[php(
        "public static function createFromRules(string $rules, int $direction = Transliterator::FORWARD): ~?Transliterator"
    )]
    fn create_from_rules(ctx: &mut Ctx, rules: &[u8], direction: Option<i64>) -> R<Option<Object>> {
        from_rules(ctx, rules, direction.unwrap_or(0))
    }
    #[php("public function createInverse(): ~?Transliterator")]
    fn create_inverse(this: &This<Self>, ctx: &mut Ctx) -> R<Option<Object>> {
        inverse(ctx, this)
    }
    #[php("public static function listIDs(): ~array|false")]
    fn list_ids(ctx: &mut Ctx) -> R<OrFalse<Array>> {
        ids(ctx)
    }
    #[php("public function transliterate(string $string, int $start = 0, int $end = -1): ~string|false")]
    fn transliterate(
        this: &This<Self>,
        ctx: &mut Ctx,
        string: &[u8],
        start: i64,
        end: i64,
    ) -> R<OrFalse<Vec<u8>>> {
        check_range(ctx, start, end, 2)?;
        apply(ctx, this, string, start, end)
    }
    #[php("public function getErrorCode(): ~int|false")]
    fn get_error_code(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        transliterator_get_error_code(ctx, this)
    }
    #[php("public function getErrorMessage(): ~string|false")]
    fn get_error_message(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        transliterator_get_error_message(ctx, this)
    }
}
