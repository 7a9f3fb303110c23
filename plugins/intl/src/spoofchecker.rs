//! `Spoofchecker`: texts that are made to be taken for others.

use crate::error::{self, Errors};
use crate::icu::spoof::{Checker, Failure};
use crate::icu::{self, BUFFER_OVERFLOW_ERROR, Code, version};
use plugin_api::{Ctx, GcRoots, Handlers, R, Reference, This, php_class, php_methods};
use std::cell::OnceCell;
use std::rc::Rc;

/// The payload of `Spoofchecker`.
#[derive(Default, GcRoots)]
#[php_class(
    "class Spoofchecker",
    "public const int SINGLE_SCRIPT_CONFUSABLE = 1",
    "public const int MIXED_SCRIPT_CONFUSABLE = 2",
    "public const int WHOLE_SCRIPT_CONFUSABLE = 4",
    "public const int ANY_CASE = 8",
    "public const int SINGLE_SCRIPT = 16",
    "public const int INVISIBLE = 32",
    "public const int CHAR_LIMIT = 64",
    "public const int ASCII = 268435456",
    "public const int HIGHLY_RESTRICTIVE = 805306368",
    "public const int MODERATELY_RESTRICTIVE = 1073741824",
    "public const int MINIMALLY_RESTRICTIVE = 1342177280",
    "public const int UNRESTRICTIVE = 1610612736",
    "public const int SINGLE_SCRIPT_RESTRICTIVE = 536870912",
    "public const int MIXED_NUMBERS = 128",
    "public const int HIDDEN_OVERLAY = 256",
    "public const int IGNORE_SPACE = 1",
    "public const int CASE_INSENSITIVE = 2",
    "public const int ADD_CASE_MAPPINGS = 4",
    "public const int SIMPLE_CASE_INSENSITIVE = 6",
    handlers(clone),
    flags(not_serializable)
)]
pub struct Spoofchecker {
    #[gc(skip)]
    errors: Rc<Errors>,
    /// Missing until the constructor ran.
    #[gc(skip)]
    icu: OnceCell<Rc<Checker>>,
}

/// `Spoofchecker::HIGHLY_RESTRICTIVE`
const HIGHLY_RESTRICTIVE: i32 = 0x3000_0000;
/// The version of ICU that knows `SIMPLE_CASE_INSENSITIVE`.
const SIMPLE_CASE_SINCE: u32 = 73;

impl Handlers for Spoofchecker {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let Some(icu) = from.borrow(ctx)?.icu.get().cloned() else {
            return Err(ctx.error("Cannot clone uninitialized SpoofChecker"));
        };
        let Ok(copy) = icu.copy() else { return Err(ctx.error("Failed to clone SpoofChecker")) };
        let _ = to.borrow(ctx)?.icu.set(Rc::new(copy));
        Ok(())
    }
}

/// The checker; the errors are cleared.
fn enter(ctx: &mut Ctx, this: &This<Spoofchecker>) -> R<Rc<Checker>> {
    let payload = this.borrow(ctx)?;
    error::begin(ctx, Some(&payload.errors));
    match payload.icu.get() {
        Some(icu) => Ok(icu.clone()),
        None => Err(ctx.error("Found unconstructed Spoofchecker")),
    }
}

/// A message for a code.
fn warn(ctx: &mut Ctx, code: Code) -> R<()> {
    ctx.warning(format!("({code}) {}", icu::error_name(code)))
}

/// Whether checks failed; which ones goes into the caller's variable.
fn verdict(ctx: &mut Ctx, found: Result<i32, Code>, out: Option<Reference<'_>>) -> R<bool> {
    match found {
        Ok(found) => {
            if let Some(out) = out {
                out.set(ctx, i64::from(found))?;
            }
            Ok(found != 0)
        }
        Err(code) => {
            warn(ctx, code)?;
            Ok(true)
        }
    }
}

#[php_methods]
impl Spoofchecker {
    #[php("public function __construct()")]
    fn construct(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let payload = this.borrow(ctx)?;
        error::begin(ctx, Some(&payload.errors));
        if payload.icu.get().is_some() {
            return Err(ctx.error("Spoofchecker object is already constructed"));
        }
        let opened = Checker::open();
        let message = "spoofchecker: unable to open ICU Spoof Checker";
        if let Some(icu) = error::checked(ctx, Some(&payload.errors), opened, message)? {
            icu.set_level(HIGHLY_RESTRICTIVE);
            let _ = payload.icu.set(Rc::new(icu));
        }
        Ok(())
    }
    #[php("public function isSuspicious(string $string, &$errorCode = null): ~bool")]
    fn is_suspicious(
        this: &This<Self>,
        ctx: &mut Ctx,
        string: &[u8],
        error_code: Option<Reference<'_>>,
    ) -> R<bool> {
        let found = enter(ctx, this)?.check(string);
        verdict(ctx, found, error_code)
    }
    #[php("public function areConfusable(string $string1, string $string2, &$errorCode = null): ~bool")]
    fn are_confusable(
        this: &This<Self>,
        ctx: &mut Ctx,
        string1: &[u8],
        string2: &[u8],
        error_code: Option<Reference<'_>>,
    ) -> R<bool> {
        let icu = enter(ctx, this)?;
        let long = [string1, string2].iter().any(|s| i32::try_from(s.len()).is_err());
        let found = if long { Err(BUFFER_OVERFLOW_ERROR) } else { icu.confusable(string1, string2) };
        verdict(ctx, found, error_code)
    }
    #[php("public function setAllowedLocales(string $locales): ~void")]
    fn set_allowed_locales(this: &This<Self>, ctx: &mut Ctx, locales: &[u8]) -> R<()> {
        match enter(ctx, this)?.set_locales(locales) {
            Ok(()) => Ok(()),
            Err(code) => warn(ctx, code),
        }
    }
    #[php("public function setChecks(int $checks): ~void")]
    fn set_checks(this: &This<Self>, ctx: &mut Ctx, checks: i64) -> R<()> {
        match enter(ctx, this)?.set_checks(checks as i32) {
            Ok(()) => Ok(()),
            Err(code) => warn(ctx, code),
        }
    }
    #[php("public function setRestrictionLevel(int $level): ~void")]
    fn set_restriction_level(this: &This<Self>, ctx: &mut Ctx, level: i64) -> R<()> {
        let icu = enter(ctx, this)?;
        // ASCII, SINGLE_SCRIPT_RESTRICTIVE, …, UNRESTRICTIVE: one to six in the upper bits.
        match i32::try_from(level) {
            Ok(n) if n & 0x0fff_ffff == 0 && (1..=6).contains(&(n >> 28)) => {
                icu.set_level(n);
                Ok(())
            }
            _ => Err(ctx.argument_value_error(
                1,
                "must be one of Spoofchecker::ASCII, Spoofchecker::SINGLE_SCRIPT_RESTRICTIVE, \
                 Spoofchecker::HIGHLY_RESTRICTIVE, Spoofchecker::MODERATELY_RESTRICTIVE, \
                 Spoofchecker::MINIMALLY_RESTRICTIVE, or Spoofchecker::UNRESTRICTIVE",
            )),
        }
    }
    #[php("public function setAllowedChars(string $pattern, int $patternOptions = 0): void")]
    fn set_allowed_chars(this: &This<Self>, ctx: &mut Ctx, pattern: &[u8], pattern_options: i64) -> R<()> {
        let icu = enter(ctx, this)?;
        if i32::try_from(pattern.len()).is_err() {
            let message = format!("must be less than or equal to {} bytes long", i32::MAX);
            return Err(ctx.argument_value_error(1, message));
        }
        if pattern.first() != Some(&b'[') || pattern.last() != Some(&b']') {
            return Err(
                ctx.argument_value_error(1, "must be a valid regular expression character set pattern")
            );
        }
        let pattern = match icu::to_utf16(pattern) {
            Ok(pattern) => pattern,
            Err(code) => {
                let name = icu::error_name(code);
                let message = format!("string conversion to unicode encoding failed ({code}) {name}");
                return Err(ctx.argument_value_error(1, message));
            }
        };
        let simple = version::major() >= SIMPLE_CASE_SINCE;
        let options = match pattern_options {
            // With IGNORE_SPACE: CASE_INSENSITIVE, ADD_CASE_MAPPINGS or SIMPLE_CASE_INSENSITIVE.
            0 | 1 | 3 | 5 => pattern_options as u32,
            7 if simple => 7,
            _ => {
                let more = if simple { " or SpoofChecker::SIMPLE_CASE_INSENSITIVE" } else { "" };
                let message = format!(
                    "must be a valid pattern option, 0 or (SpoofChecker::IGNORE_SPACE|(<none> or \
                     SpoofChecker::CASE_INSENSITIVE or SpoofChecker::ADD_CASE_MAPPINGS{more}))"
                );
                return Err(ctx.argument_value_error(2, message));
            }
        };
        match icu.set_chars(&pattern, options) {
            Ok(()) => Ok(()),
            Err(Failure::Refused(code)) => warn(ctx, code),
            Err(Failure::Pattern(code)) => {
                let name = icu::error_name(code);
                let message =
                    format!("must be a valid regular expression character set pattern ({code}) {name}");
                Err(ctx.argument_value_error(1, message))
            }
        }
    }
}
