//! `Collator`: texts in the order that a language has.

mod number;
mod order;
mod sort;

use crate::error::{self, Errors};
use crate::icu::{self, Code, collation};
use crate::locale;
use plugin_api::{Ctx, GcRoots, OrFalse, R, Reference, This, Value, php_class, php_function, php_methods};
use std::cell::OnceCell;
use std::rc::Rc;

/// The payload of `Collator`.
#[derive(Default, GcRoots)]
#[php_class(
    "class Collator",
    "public const int DEFAULT_VALUE = -1",
    "public const int PRIMARY = 0",
    "public const int SECONDARY = 1",
    "public const int TERTIARY = 2",
    "public const int DEFAULT_STRENGTH = 2",
    "public const int QUATERNARY = 3",
    "public const int IDENTICAL = 15",
    "public const int OFF = 16",
    "public const int ON = 17",
    "public const int SHIFTED = 20",
    "public const int NON_IGNORABLE = 21",
    "public const int LOWER_FIRST = 24",
    "public const int UPPER_FIRST = 25",
    "public const int FRENCH_COLLATION = 0",
    "public const int ALTERNATE_HANDLING = 1",
    "public const int CASE_FIRST = 2",
    "public const int CASE_LEVEL = 3",
    "public const int NORMALIZATION_MODE = 4",
    "public const int STRENGTH = 5",
    "public const int HIRAGANA_QUATERNARY_MODE = 6",
    "public const int NUMERIC_COLLATION = 7",
    "public const int SORT_REGULAR = 0",
    "public const int SORT_STRING = 1",
    "public const int SORT_NUMERIC = 2",
    flags(uncloneable, not_serializable)
)]
pub struct Collator {
    #[gc(skip)]
    errors: Rc<Errors>,
    /// Missing until the constructor ran.
    #[gc(skip)]
    icu: OnceCell<Rc<collation::Collator>>,
}

/// Opens the collator of a locale; false: that failed.
fn open(ctx: &mut Ctx, this: &This<Collator>, locale: &[u8]) -> R<bool> {
    error::begin(ctx, None);
    if !locale::check_length(ctx, locale)? {
        return Ok(false);
    }
    let payload = this.borrow(ctx)?;
    payload.errors.reset();
    if payload.icu.get().is_some() {
        return Err(ctx.error("Collator object is already constructed"));
    }
    let (opened, code) = collation::Collator::open(&locale::or_default(ctx, locale));
    if let Some(opened) = opened {
        let _ = payload.icu.set(Rc::new(opened));
    }
    error::check(ctx, Some(&payload.errors), code, "collator_create: unable to open ICU collator")
}

/// Makes one.
fn create(ctx: &mut Ctx, locale: &[u8]) -> R<Option<Value>> {
    let object = This::<Collator>::create(ctx, Collator::default())?;
    let Some(this) = This::<Collator>::of(&object) else { return Ok(None) };
    Ok(open(ctx, this, locale)?.then(|| object.clone().into()))
}

/// The object's errors, cleared with the request's, and its collator, if it was constructed.
fn enter(ctx: &mut Ctx, this: &This<Collator>) -> R<(Rc<Errors>, Option<Rc<collation::Collator>>)> {
    let payload = this.borrow(ctx)?;
    error::begin(ctx, Some(&payload.errors));
    Ok((payload.errors.clone(), payload.icu.get().cloned()))
}

/// As [`enter`]; an Error when the object was not constructed.
fn constructed(ctx: &mut Ctx, this: &This<Collator>) -> R<(Rc<Errors>, Rc<collation::Collator>)> {
    match enter(ctx, this)? {
        (errors, Some(icu)) => Ok((errors, icu)),
        (errors, None) => {
            error::set_message(ctx, Some(&errors), "Object not initialized")?;
            Err(ctx.error("Object not initialized"))
        }
    }
}

/// An int as ICU takes it.
fn int32(v: i64) -> i32 {
    v as i32
}

/// Makes a collator of a locale.
#[php_function("collator_create(string $locale): ?Collator")]
fn collator_create(ctx: &mut Ctx, locale: &[u8]) -> R<Option<Value>> {
    create(ctx, locale)
}

/// Compares two texts.
#[php_function("collator_compare(Collator $object, string $string1, string $string2): int|false")]
fn collator_compare(
    ctx: &mut Ctx,
    object: &This<Collator>,
    string1: &[u8],
    string2: &[u8],
) -> R<OrFalse<i64>> {
    let (errors, icu) = constructed(ctx, object)?;
    let one = icu::to_utf16(string1);
    let one = error::checked(ctx, Some(&errors), one, "Error converting first argument to UTF-16")?;
    let Some(one) = one else { return Ok(OrFalse::FALSE) };
    let two = icu::to_utf16(string2);
    let two = error::checked(ctx, Some(&errors), two, "Error converting second argument to UTF-16")?;
    Ok(two.map(|two| i64::from(icu.compare(&one, &two))).into())
}

/// An attribute's value.
#[php_function("collator_get_attribute(Collator $object, int $attribute): int|false")]
fn collator_get_attribute(ctx: &mut Ctx, object: &This<Collator>, attribute: i64) -> R<OrFalse<i64>> {
    let (errors, icu) = enter(ctx, object)?;
    let (value, code) = icu.map_or((DEFAULT, icu::OK), |icu| icu.attribute(int32(attribute)));
    let ok = error::check(ctx, Some(&errors), code, "Error getting attribute value")?;
    Ok(ok.then_some(i64::from(value)).into())
}

/// `UCOL_DEFAULT`
const DEFAULT: i32 = -1;

/// Sets an attribute.
#[php_function("collator_set_attribute(Collator $object, int $attribute, int $value): bool")]
fn collator_set_attribute(ctx: &mut Ctx, object: &This<Collator>, attribute: i64, value: i64) -> R<bool> {
    let (errors, icu) = enter(ctx, object)?;
    let code: Code = icu.map_or(icu::OK, |icu| icu.set_attribute(int32(attribute), int32(value)));
    error::check(ctx, Some(&errors), code, "Error setting attribute value")
}

/// The strength.
#[php_function("collator_get_strength(Collator $object): int")]
fn collator_get_strength(ctx: &mut Ctx, object: &This<Collator>) -> R<i64> {
    let (_, icu) = enter(ctx, object)?;
    Ok(icu.map_or(DEFAULT, |icu| icu.strength()).into())
}

/// Sets the strength.
#[php_function("collator_set_strength(Collator $object, int $strength): true")]
fn collator_set_strength(ctx: &mut Ctx, object: &This<Collator>, strength: i64) -> R<bool> {
    if let (_, Some(icu)) = enter(ctx, object)? {
        icu.set_strength(int32(strength));
    }
    Ok(true)
}

/// Sorts an array, which becomes a list.
#[php_function("collator_sort(Collator $object, array &$array, int $flags = Collator::SORT_REGULAR): bool")]
fn collator_sort(
    ctx: &mut Ctx,
    object: &This<Collator>,
    array: Reference<'_>,
    flags: Option<i64>,
) -> R<bool> {
    sort::sort(ctx, object, array, flags.unwrap_or(0), true)
}

/// Sorts an array, which keeps its keys.
#[php_function("collator_asort(Collator $object, array &$array, int $flags = Collator::SORT_REGULAR): bool")]
fn collator_asort(
    ctx: &mut Ctx,
    object: &This<Collator>,
    array: Reference<'_>,
    flags: Option<i64>,
) -> R<bool> {
    sort::sort(ctx, object, array, flags.unwrap_or(0), false)
}

/// Sorts an array by the sort keys of its texts.
#[php_function("collator_sort_with_sort_keys(Collator $object, array &$array): bool")]
fn collator_sort_with_sort_keys(ctx: &mut Ctx, object: &This<Collator>, array: Reference<'_>) -> R<bool> {
    sort::by_keys(ctx, object, array)
}

/// The locale whose rules are used.
#[php_function("collator_get_locale(Collator $object, int $type): string|false")]
fn collator_get_locale(ctx: &mut Ctx, object: &This<Collator>, r#type: i64) -> R<OrFalse<String>> {
    let (errors, icu) = constructed(ctx, object)?;
    let (name, code) = icu.locale(int32(r#type));
    let ok = error::check(ctx, Some(&errors), code, "Error getting locale by type")?;
    Ok(ok.then_some(name).into())
}

/// Code of the object's last error.
#[php_function("collator_get_error_code(Collator $object): int|false")]
fn collator_get_error_code(ctx: &mut Ctx, object: &This<Collator>) -> R<i64> {
    let errors = object.borrow(ctx)?.errors.clone();
    Ok(error::code_of(ctx, &errors))
}

/// Message of the object's last error.
#[php_function("collator_get_error_message(Collator $object): string|false")]
fn collator_get_error_message(ctx: &mut Ctx, object: &This<Collator>) -> R<String> {
    let errors = object.borrow(ctx)?.errors.clone();
    Ok(error::text_of(ctx, &errors))
}

/// The sort key of a text.
#[php_function("collator_get_sort_key(Collator $object, string $string): string|false")]
fn collator_get_sort_key(ctx: &mut Ctx, object: &This<Collator>, string: &[u8]) -> R<OrFalse<Vec<u8>>> {
    let (errors, icu) = constructed(ctx, object)?;
    let source = icu::to_utf16(string);
    let source = error::checked(ctx, Some(&errors), source, "Error converting first argument to UTF-16")?;
    Ok(source.map(|source| icu.sort_key(&source)).into())
}

#[php_methods]
impl Collator {
    #[php("public function __construct(string $locale)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, locale: &[u8]) -> R<()> {
        error::construct(ctx, |ctx| open(ctx, this, locale))
    }
    #[php("public static function create(string $locale): ~?Collator")]
    fn create(ctx: &mut Ctx, locale: &[u8]) -> R<Option<Value>> {
        create(ctx, locale)
    }
    #[php("public function compare(string $string1, string $string2): ~int|false")]
    fn compare(this: &This<Self>, ctx: &mut Ctx, string1: &[u8], string2: &[u8]) -> R<OrFalse<i64>> {
        collator_compare(ctx, this, string1, string2)
    }
    #[php("public function sort(array &$array, int $flags = Collator::SORT_REGULAR): ~bool")]
    fn sort(this: &This<Self>, ctx: &mut Ctx, array: Reference<'_>, flags: Option<i64>) -> R<bool> {
        collator_sort(ctx, this, array, flags)
    }
    #[php("public function sortWithSortKeys(array &$array): ~bool")]
    fn sort_with_sort_keys(this: &This<Self>, ctx: &mut Ctx, array: Reference<'_>) -> R<bool> {
        collator_sort_with_sort_keys(ctx, this, array)
    }
    #[php("public function asort(array &$array, int $flags = Collator::SORT_REGULAR): ~bool")]
    fn asort(this: &This<Self>, ctx: &mut Ctx, array: Reference<'_>, flags: Option<i64>) -> R<bool> {
        collator_asort(ctx, this, array, flags)
    }
    #[php("public function getAttribute(int $attribute): ~int|false")]
    fn get_attribute(this: &This<Self>, ctx: &mut Ctx, attribute: i64) -> R<OrFalse<i64>> {
        collator_get_attribute(ctx, this, attribute)
    }
    #[php("public function setAttribute(int $attribute, int $value): ~bool")]
    fn set_attribute(this: &This<Self>, ctx: &mut Ctx, attribute: i64, value: i64) -> R<bool> {
        collator_set_attribute(ctx, this, attribute, value)
    }
    #[php("public function getStrength(): ~int")]
    fn get_strength(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        collator_get_strength(ctx, this)
    }
    #[php("public function setStrength(int $strength): ~true")]
    fn set_strength(this: &This<Self>, ctx: &mut Ctx, strength: i64) -> R<bool> {
        collator_set_strength(ctx, this, strength)
    }
    #[php("public function getLocale(int $type): ~string|false")]
    fn get_locale(this: &This<Self>, ctx: &mut Ctx, r#type: i64) -> R<OrFalse<String>> {
        collator_get_locale(ctx, this, r#type)
    }
    #[php("public function getErrorCode(): ~int|false")]
    fn get_error_code(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        collator_get_error_code(ctx, this)
    }
    #[php("public function getErrorMessage(): ~string|false")]
    fn get_error_message(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        collator_get_error_message(ctx, this)
    }
    #[php("public function getSortKey(string $string): ~string|false")]
    fn get_sort_key(this: &This<Self>, ctx: &mut Ctx, string: &[u8]) -> R<OrFalse<Vec<u8>>> {
        collator_get_sort_key(ctx, this, string)
    }
}
