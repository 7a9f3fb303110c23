//! `IntlDatePatternGenerator`: patterns of dates with the fields that are wanted.

use crate::arguments;
use crate::error::{self, Errors};
use crate::icu::dateformat::Patterns;
use crate::icu::{self, ILLEGAL_ARGUMENT_ERROR};
use crate::locale;
use plugin_api::{Ctx, GcRoots, Handlers, Object, OrFalse, R, This, php_class, php_methods};
use std::cell::OnceCell;
use std::rc::Rc;

/// The payload of `IntlDatePatternGenerator`.
#[derive(Default, GcRoots)]
#[php_class("class IntlDatePatternGenerator", handlers(clone))]
pub struct IntlDatePatternGenerator {
    #[gc(skip)]
    errors: Rc<Errors>,
    /// Missing until the constructor ran.
    #[gc(skip)]
    icu: OnceCell<Rc<Patterns>>,
}

impl Handlers for IntlDatePatternGenerator {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let Some(icu) = from.borrow(ctx)?.icu.get().cloned() else {
            return Err(ctx.error("Cannot clone uninitialized IntlDatePatternGenerator"));
        };
        let Some(copy) = icu.copy() else {
            return Err(ctx.error("Failed to clone IntlDatePatternGenerator"));
        };
        let _ = to.borrow(ctx)?.icu.set(Rc::new(copy));
        Ok(())
    }
}

/// Opens the generator of a locale; false: that failed.
fn open(ctx: &mut Ctx, this: &This<IntlDatePatternGenerator>, locale: Option<&[u8]>) -> R<bool> {
    error::begin(ctx, None);
    let payload = this.borrow(ctx)?;
    let errors = payload.errors.clone();
    if payload.icu.get().is_some() {
        error::fail(ctx, Some(&errors), ILLEGAL_ARGUMENT_ERROR, "Cannot call constructor twice")?;
        return Ok(false);
    }
    let locale = locale.unwrap_or_default();
    if !locale::check_length(ctx, locale)? {
        return Ok(false);
    }
    let opened = Patterns::new(&locale::or_default(ctx, locale));
    let opened = error::checked(ctx, None, opened, "Error creating DateTimePatternGenerator")?;
    Ok(opened.is_some_and(|icu| payload.icu.set(Rc::new(icu)).is_ok()))
}

#[php_methods]
impl IntlDatePatternGenerator {
    #[php("public function __construct(?string $locale = null)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, locale: Option<&[u8]>) -> R<()> {
        arguments::construct(ctx, |ctx| open(ctx, this, locale))
    }
    #[php("public static function create(?string $locale = null): ?IntlDatePatternGenerator")]
    fn create(ctx: &mut Ctx, locale: Option<&[u8]>) -> R<Option<Object>> {
        let object = This::<Self>::create(ctx, IntlDatePatternGenerator::default())?;
        let Some(this) = This::<Self>::of(&object) else { return Ok(None) };
        Ok(open(ctx, this, locale)?.then(|| object.clone()))
    }
    #[php("public function getBestPattern(string $skeleton): string|false")]
    fn get_best_pattern(this: &This<Self>, ctx: &mut Ctx, skeleton: &[u8]) -> R<OrFalse<Vec<u8>>> {
        let payload = this.borrow(ctx)?;
        let errors = payload.errors.clone();
        error::begin(ctx, Some(&errors));
        let Some(icu) = payload.icu.get().cloned() else {
            return Err(ctx.error("Found unconstructed IntlDatePatternGenerator"));
        };
        let own = Some(&*errors);
        let fields = icu::to_utf16(skeleton);
        let fields = error::checked(ctx, own, fields, "Skeleton is not a valid UTF-8 string")?;
        let Some(fields) = fields else { return Ok(OrFalse::FALSE) };
        let cleaned = error::checked(ctx, own, icu.skeleton(&fields), "Error getting cleaned skeleton")?;
        let Some(cleaned) = cleaned else { return Ok(OrFalse::FALSE) };
        let best = error::checked(ctx, own, icu.best(&cleaned), "Error retrieving pattern")?;
        let Some(best) = best else { return Ok(OrFalse::FALSE) };
        Ok(error::checked(ctx, own, icu::to_utf8(&best), "Error converting result to UTF-8")?.into())
    }
}
