//! The extension's exceptions and errors, and how objects that were not constructed are refused.

use plugin_api::{Class, Ctx, NativeClass, R, Throw, php_class};

use crate::immutable::DateTimeImmutable;
use crate::interval::DateInterval;
use crate::moment::DateTimeInterface;
use crate::mutable::DateTime;
use crate::period::DatePeriod;
use crate::zone::DateTimeZone;

#[php_class("class DateError extends Error", flags(no_dynamic))]
pub struct DateError;

#[php_class("class DateObjectError extends DateError", flags(no_dynamic))]
pub struct DateObjectError;

#[php_class("class DateRangeError extends DateError", flags(no_dynamic))]
pub struct DateRangeError;

#[php_class("class DateException extends Exception", flags(no_dynamic))]
pub struct DateException;

#[php_class("class DateInvalidTimeZoneException extends DateException", flags(no_dynamic))]
pub struct DateInvalidTimeZoneException;

#[php_class("class DateInvalidOperationException extends DateException", flags(no_dynamic))]
pub struct DateInvalidOperationException;

#[php_class("class DateMalformedStringException extends DateException", flags(no_dynamic))]
pub struct DateMalformedStringException;

#[php_class("class DateMalformedIntervalStringException extends DateException", flags(no_dynamic))]
pub struct DateMalformedIntervalStringException;

#[php_class("class DateMalformedPeriodStringException extends DateException", flags(no_dynamic))]
pub struct DateMalformedPeriodStringException;

/// Throws a class of this extension.
pub fn throw<T: NativeClass>(ctx: &mut Ctx, message: impl AsRef<str>) -> Throw {
    match Class::of::<T>(ctx) {
        Ok(class) => ctx.throw(class, message, 0),
        Err(throw) => throw,
    }
}

/// Throws the error for an object whose class did not call the constructor of its parent.
pub fn throw_uninitialized(ctx: &mut Ctx, class: Class) -> Throw {
    match uninitialized_message(ctx, class) {
        Ok(message) => throw::<DateObjectError>(ctx, message),
        Err(throw) => throw,
    }
}

fn uninitialized_message(ctx: &mut Ctx, class: Class) -> R<String> {
    let native = [
        Class::of::<DateTimeInterface>(ctx)?,
        Class::of::<DateTime>(ctx)?,
        Class::of::<DateTimeImmutable>(ctx)?,
        Class::of::<DateTimeZone>(ctx)?,
        Class::of::<DateInterval>(ctx)?,
        Class::of::<DatePeriod>(ctx)?,
    ];
    let mut ancestor = class;
    while !native.contains(&ancestor)
        && let Some(parent) = ancestor.parent()
    {
        ancestor = parent;
    }
    let name = class.name();
    let name = name.lossy();
    let inheriting =
        if ancestor == class { String::new() } else { format!(" (inheriting {})", ancestor.name().lossy()) };
    Ok(format!(
        "Object of type {name}{inheriting} has not been correctly initialized by calling parent::__construct() in its \
         constructor"
    ))
}
