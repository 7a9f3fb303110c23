//! `IntlBreakIterator`: where characters, words, lines, sentences and code points begin and end.

pub mod parts;
pub mod rules;

use crate::arguments;
use crate::error::{self, Errors};
use crate::icu::boundaries::{Boundaries, DONE, To};
use crate::icu::{self, Code, ILLEGAL_ARGUMENT_ERROR, INVALID_STATE_ERROR};
use crate::locale;
use parts::{IntlPartsIterator, KeyKind};
use plugin_api::abi::prop_purpose;
use plugin_api::{
    Array, Class, Comparison, Ctx, GcRoots, Handlers, NativeIter, Object, OrFalse, R, Str, This, Value,
    Visitor, php_class, php_methods,
};
use rules::IntlRuleBasedBreakIterator;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

/// The payload of `IntlBreakIterator` and the classes below it.
#[derive(Default, GcRoots)]
#[php_class(
    "class IntlBreakIterator implements IteratorAggregate",
    "public const int DONE = -1",
    "public const int WORD_NONE = 0",
    "public const int WORD_NONE_LIMIT = 100",
    "public const int WORD_NUMBER = 100",
    "public const int WORD_NUMBER_LIMIT = 200",
    "public const int WORD_LETTER = 200",
    "public const int WORD_LETTER_LIMIT = 300",
    "public const int WORD_KANA = 300",
    "public const int WORD_KANA_LIMIT = 400",
    "public const int WORD_IDEO = 400",
    "public const int WORD_IDEO_LIMIT = 500",
    "public const int LINE_SOFT = 0",
    "public const int LINE_SOFT_LIMIT = 100",
    "public const int LINE_HARD = 100",
    "public const int LINE_HARD_LIMIT = 200",
    "public const int SENTENCE_TERM = 0",
    "public const int SENTENCE_TERM_LIMIT = 100",
    "public const int SENTENCE_SEP = 100",
    "public const int SENTENCE_SEP_LIMIT = 200",
    handlers(clone, compare, properties, get_iterator),
    flags(not_serializable)
)]
pub struct IntlBreakIterator {
    #[gc(skip)]
    errors: Rc<Errors>,
    /// Missing until the constructor ran.
    #[gc(skip)]
    icu: OnceCell<Rc<Boundaries>>,
    #[gc(skip)]
    text: RefCell<Option<Str>>,
}

/// `IntlCodePointBreakIterator`
#[php_class("class IntlCodePointBreakIterator extends IntlBreakIterator", payload = IntlBreakIterator)]
pub struct IntlCodePointBreakIterator;

/// Name of the C++ class behind boundaries as a linker has it, which is what PHP shows.
fn class_name(icu: &Boundaries) -> String {
    let major = icu::version::major();
    match icu {
        Boundaries::CodePoints(_) => "N3PHP22CodePointBreakIteratorE".to_owned(),
        Boundaries::Found(_) if icu.has_rules() => format!("N6icu_{major}22RuleBasedBreakIteratorE"),
        Boundaries::Found(_) => format!("N6icu_{major}35SimpleFilteredSentenceBreakIteratorE"),
    }
}

impl Handlers for IntlBreakIterator {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let (icu, text) = {
            let payload = from.borrow(ctx)?;
            (payload.icu.get().cloned(), payload.text.borrow().clone())
        };
        let Some(icu) = icu else { return Err(ctx.error("Cannot clone uninitialized BreakIterator")) };
        let Ok(copy) = icu.copy() else { return Err(ctx.error("Failed to clone BreakIterator")) };
        let payload = to.borrow(ctx)?;
        let _ = payload.icu.set(Rc::new(copy));
        payload.text.replace(text);
        Ok(())
    }
    fn compare(ctx: &mut Ctx, a: &Value, b: &Value) -> R<Comparison> {
        let both = [a, b].map(|v| v.as_object().and_then(This::<IntlBreakIterator>::of));
        let [Some(one), Some(two)] = both else { return Ok(Comparison::Uncomparable) };
        let (one, two) = (one.borrow(ctx)?.icu.get().cloned(), two.borrow(ctx)?.icu.get().cloned());
        let equal = match (one, two) {
            (Some(one), Some(two)) => one.equal(&two),
            (one, two) => one.is_none() && two.is_none(),
        };
        Ok(if equal { Comparison::Equal } else { Comparison::Greater })
    }
    fn properties(this: &This<Self>, ctx: &mut Ctx, purpose: u32) -> R<Option<Array>> {
        if purpose != prop_purpose::DEBUG {
            return Ok(None);
        }
        let payload = this.borrow(ctx)?;
        let mut out = Array::new();
        out.set("valid", payload.icu.get().is_some());
        if let Some(icu) = payload.icu.get() {
            out.set("text", payload.text.borrow().clone().map_or(Value::NULL, Value::from));
            out.set("type", class_name(icu));
        }
        Ok(Some(out))
    }
    fn get_iterator(
        this: &This<Self>,
        ctx: &mut Ctx,
        by_ref: bool,
    ) -> R<Box<dyn plugin_api::__private::ErasedIter>> {
        if by_ref {
            return Err(ctx.exception("Iteration by reference is not supported"));
        }
        Ok(Box::new(Positions::over(ctx, this)?))
    }
}

/// foreach over boundaries: their positions.
struct Positions {
    object: Value,
    current: Option<i32>,
    index: i64,
}

impl GcRoots for Positions {
    fn visit(&mut self, v: &mut Visitor) {
        v.value(&mut self.object);
    }
}

impl Positions {
    fn over(ctx: &mut Ctx, this: &This<IntlBreakIterator>) -> R<Positions> {
        if this.borrow(ctx)?.icu.get().is_none() {
            return Err(ctx.exception("The BreakIterator is not properly constructed"));
        }
        Ok(Positions { object: this.object().clone().into(), current: None, index: 0 })
    }
    fn go(&mut self, ctx: &mut Ctx, to: To) -> R<()> {
        self.current = None;
        let Some(this) = self.object.as_object().and_then(This::<IntlBreakIterator>::of) else {
            return Ok(());
        };
        let payload = this.borrow(ctx)?;
        error::begin(ctx, Some(&payload.errors));
        let Some(icu) = payload.icu.get() else {
            let message = "The BreakIterator object backing the PHP iterator is not properly constructed";
            return error::fail(ctx, Some(&payload.errors), INVALID_STATE_ERROR, message);
        };
        self.current = Some(icu.go(to)).filter(|at| *at != DONE);
        Ok(())
    }
}

impl NativeIter for Positions {
    fn rewind(&mut self, ctx: &mut Ctx) -> R<()> {
        self.index = 0;
        self.go(ctx, To::First)
    }
    fn valid(&mut self, _: &mut Ctx) -> R<bool> {
        Ok(self.current.is_some())
    }
    fn current(&mut self, _: &mut Ctx) -> R<Value> {
        Ok(self.current.map_or(Value::NULL, |at| i64::from(at).into()))
    }
    fn key(&mut self, _: &mut Ctx) -> R<Value> {
        Ok(self.index.into())
    }
    fn next(&mut self, ctx: &mut Ctx) -> R<()> {
        self.index = self.index.wrapping_add(1);
        self.go(ctx, To::Next)
    }
}

/// An object around boundaries, of the class that they have.
fn object(ctx: &mut Ctx, icu: Boundaries) -> R<Object> {
    let class = match icu {
        Boundaries::CodePoints(_) => Class::of::<IntlCodePointBreakIterator>(ctx)?,
        Boundaries::Found(_) if icu.has_rules() => Class::of::<IntlRuleBasedBreakIterator>(ctx)?,
        Boundaries::Found(_) => Class::of::<IntlBreakIterator>(ctx)?,
    };
    let payload = IntlBreakIterator::default();
    let _ = payload.icu.set(Rc::new(icu));
    This::<IntlBreakIterator>::create_as(ctx, class, payload)
}

/// The object's errors, cleared with the request's, and its boundaries.
fn enter<T>(ctx: &mut Ctx, this: &This<T>) -> R<(Rc<Errors>, Rc<Boundaries>)>
where
    T: plugin_api::NativeClass<Payload = IntlBreakIterator>,
{
    let payload = this.borrow(ctx)?;
    error::begin(ctx, Some(&payload.errors));
    match payload.icu.get() {
        Some(icu) => Ok((payload.errors.clone(), icu.clone())),
        None => Err(ctx.error("Found unconstructed BreakIterator")),
    }
}

/// An object for what ICU opened; `None` after the error was told.
fn opened(ctx: &mut Ctx, opened: Result<Boundaries, Code>, function: &str) -> R<Option<Object>> {
    match error::checked(ctx, None, opened, &format!("{function}: error creating BreakIterator"))? {
        Some(icu) => object(ctx, icu).map(Some),
        None => Ok(None),
    }
}

/// Boundaries of a kind in a locale; `None` after the error was told.
fn create(ctx: &mut Ctx, kind: i32, locale: Option<&[u8]>, name: &str) -> R<Option<Object>> {
    error::begin(ctx, None);
    let locale = match locale {
        Some(locale) => locale.to_vec(),
        None => locale::default_locale(ctx),
    };
    opened(ctx, Boundaries::new(kind, &locale), &format!("breakiter_create_{name}_instance"))
}

/// Moves to a boundary, and gives it.
fn go(ctx: &mut Ctx, this: &This<IntlBreakIterator>, to: To) -> R<i64> {
    Ok(enter(ctx, this)?.1.go(to).into())
}

#[php_methods]
impl IntlBreakIterator {
    #[php("public static function createCharacterInstance(?string $locale = null): ~?IntlBreakIterator")]
    fn create_character_instance(ctx: &mut Ctx, locale: Option<&[u8]>) -> R<Option<Object>> {
        create(ctx, 0, locale, "character")
    }
    #[php("public static function createCodePointInstance(): ~IntlCodePointBreakIterator")]
    fn create_code_point_instance(ctx: &mut Ctx) -> R<Option<Object>> {
        error::begin(ctx, None);
        opened(ctx, Boundaries::code_points(), "breakiter_create_code_point_instance")
    }
    #[php("public static function createLineInstance(?string $locale = null): ~?IntlBreakIterator")]
    fn create_line_instance(ctx: &mut Ctx, locale: Option<&[u8]>) -> R<Option<Object>> {
        create(ctx, 2, locale, "line")
    }
    #[php("public static function createSentenceInstance(?string $locale = null): ~?IntlBreakIterator")]
    fn create_sentence_instance(ctx: &mut Ctx, locale: Option<&[u8]>) -> R<Option<Object>> {
        create(ctx, 3, locale, "sentence")
    }
    #[php("public static function createTitleInstance(?string $locale = null): ~?IntlBreakIterator")]
    fn create_title_instance(ctx: &mut Ctx, locale: Option<&[u8]>) -> R<Option<Object>> {
        create(ctx, 4, locale, "title")
    }
    #[php("public static function createWordInstance(?string $locale = null): ~?IntlBreakIterator")]
    fn create_word_instance(ctx: &mut Ctx, locale: Option<&[u8]>) -> R<Option<Object>> {
        create(ctx, 1, locale, "word")
    }
    #[php("private function __construct()")]
    fn construct(ctx: &mut Ctx) -> R<()> {
        Err(ctx.exception("An object of this type cannot be created with the new operator"))
    }
    #[php("public function current(): ~int")]
    fn current(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(enter(ctx, this)?.1.current().into())
    }
    #[php("public function first(): ~int")]
    fn first(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        go(ctx, this, To::First)
    }
    #[php("public function following(int $offset): ~int")]
    fn following(this: &This<Self>, ctx: &mut Ctx, offset: i64) -> R<i64> {
        enter(ctx, this)?;
        let at = arguments::int32(ctx, 1, offset)?;
        go(ctx, this, To::Following(at))
    }
    #[php("public function getErrorCode(): ~int")]
    fn get_error_code(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        let errors = this.borrow(ctx)?.errors.clone();
        Ok(error::code_of(ctx, &errors))
    }
    #[php("public function getErrorMessage(): ~string")]
    fn get_error_message(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        let errors = this.borrow(ctx)?.errors.clone();
        Ok(error::text_of(ctx, &errors))
    }
    #[php("public function getLocale(int $type): ~string|false")]
    fn get_locale(this: &This<Self>, ctx: &mut Ctx, r#type: i64) -> R<OrFalse<String>> {
        let kind = match r#type {
            0 | 1 => r#type as i32,
            _ => {
                let message = "breakiter_get_locale: invalid locale type";
                error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, message)?;
                return Ok(OrFalse::FALSE);
            }
        };
        let (errors, icu) = enter(ctx, this)?;
        let message = "breakiter_get_locale: Call to ICU method has failed";
        Ok(error::checked(ctx, Some(&errors), icu.locale(kind), message)?.into())
    }
    #[php(
        "public function getPartsIterator(string $type = IntlPartsIterator::KEY_SEQUENTIAL): ~IntlPartsIterator"
    )]
    fn get_parts_iterator(this: &This<Self>, ctx: &mut Ctx, r#type: Option<&[u8]>) -> R<Object> {
        let number = match r#type {
            Some(text) => arguments::int(ctx, 1, &Value::str(text), "int")?,
            None => 0,
        };
        let Some(kind) = KeyKind::of(number) else {
            let message = "must be one of IntlPartsIterator::KEY_SEQUENTIAL, IntlPartsIterator::KEY_LEFT, or \
                           IntlPartsIterator::KEY_RIGHT";
            return Err(ctx.argument_value_error(1, message));
        };
        enter(ctx, this)?;
        IntlPartsIterator::over(ctx, this, kind)
    }
    #[php("public function getText(): ~?string")]
    fn get_text(this: &This<Self>, ctx: &mut Ctx) -> R<Option<Str>> {
        enter(ctx, this)?;
        Ok(this.borrow(ctx)?.text.borrow().clone())
    }
    #[php("public function isBoundary(int $offset): ~bool")]
    fn is_boundary(this: &This<Self>, ctx: &mut Ctx, offset: i64) -> R<bool> {
        let at = arguments::int32(ctx, 1, offset)?;
        Ok(enter(ctx, this)?.1.is_boundary(at))
    }
    #[php("public function last(): ~int")]
    fn last(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        go(ctx, this, To::Last)
    }
    #[php("public function next(?int $offset = null): ~int")]
    fn next(this: &This<Self>, ctx: &mut Ctx, offset: Option<i64>) -> R<i64> {
        enter(ctx, this)?;
        match offset {
            Some(steps) => {
                let steps = arguments::int32(ctx, 1, steps)?;
                go(ctx, this, To::Steps(steps))
            }
            None => go(ctx, this, To::Next),
        }
    }
    #[php("public function preceding(int $offset): ~int")]
    fn preceding(this: &This<Self>, ctx: &mut Ctx, offset: i64) -> R<i64> {
        enter(ctx, this)?;
        let at = arguments::int32(ctx, 1, offset)?;
        go(ctx, this, To::Preceding(at))
    }
    #[php("public function previous(): ~int")]
    fn previous(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        go(ctx, this, To::Previous)
    }
    #[php("public function setText(string $text): ~bool")]
    fn set_text(this: &This<Self>, ctx: &mut Ctx, text: &Str) -> R<bool> {
        let (errors, icu) = enter(ctx, this)?;
        let set = icu.set_text(text);
        let message = "breakiter_set_text: error calling BreakIterator::setText()";
        if error::checked(ctx, Some(&errors), set, message)?.is_none() {
            return Ok(false);
        }
        let old = this.borrow(ctx)?.text.replace(Some(text.clone()));
        drop(old);
        Ok(true)
    }
    #[php("public function getIterator(): Iterator")]
    fn get_iterator(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let positions = Positions::over(ctx, this)?;
        Value::iterator_object(ctx, positions)
    }
}

#[php_methods]
impl IntlCodePointBreakIterator {
    #[php("public function getLastCodePoint(): ~int")]
    fn get_last_code_point(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(enter(ctx, this)?.1.last_code_point().into())
    }
}
