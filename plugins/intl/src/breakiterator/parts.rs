//! `IntlPartsIterator`: the pieces of a text between boundaries.

use super::IntlBreakIterator;
use crate::error::{self, Errors};
use crate::icu::boundaries::{DONE, To};
use crate::iterator::{IntlIterator, Walk};
use plugin_api::{Class, Ctx, GcRoots, Object, R, This, Value, Visitor, php_class, php_methods};

/// `IntlPartsIterator`
#[php_class(
    "class IntlPartsIterator extends IntlIterator",
    "public const int KEY_SEQUENTIAL = 0",
    "public const int KEY_LEFT = 1",
    "public const int KEY_RIGHT = 2",
    payload = IntlIterator
)]
pub struct IntlPartsIterator;

/// What the key of a piece is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Its number.
    Sequential,
    /// Where it begins.
    Left,
    /// Where it ends.
    Right,
}

impl KeyKind {
    /// The kind of a constant of `IntlPartsIterator`.
    pub fn of(constant: i64) -> Option<KeyKind> {
        match constant {
            0 => Some(KeyKind::Sequential),
            1 => Some(KeyKind::Left),
            2 => Some(KeyKind::Right),
            _ => None,
        }
    }
}

/// The pieces of an iterator's text.
struct Parts {
    object: Value,
    kind: KeyKind,
    key: Option<i64>,
}

impl GcRoots for Parts {
    fn visit(&mut self, v: &mut Visitor) {
        v.value(&mut self.object);
    }
}

impl Walk for Parts {
    fn first(&mut self, ctx: &mut Ctx, errors: &Errors) -> R<Option<Value>> {
        if let Some(this) = self.object.as_object().and_then(This::<IntlBreakIterator>::of)
            && let Some(icu) = this.borrow(ctx)?.icu.get()
        {
            icu.go(To::First);
        }
        self.next(ctx, errors)
    }
    fn next(&mut self, ctx: &mut Ctx, _: &Errors) -> R<Option<Value>> {
        let Some(this) = self.object.as_object().and_then(This::<IntlBreakIterator>::of) else {
            return Ok(None);
        };
        let payload = this.borrow(ctx)?;
        let Some(icu) = payload.icu.get() else { return Ok(None) };
        let from = icu.current();
        if from == DONE {
            return Ok(None);
        }
        let to = icu.go(To::Next);
        if to == DONE {
            return Ok(None);
        }
        self.key = match self.kind {
            KeyKind::Sequential => None,
            KeyKind::Left => Some(from.into()),
            KeyKind::Right => Some(to.into()),
        };
        let text = payload.text.borrow();
        let text = text.as_ref().map_or(&[][..], |text| text.as_bytes());
        let range = usize::try_from(from).unwrap_or(0)..usize::try_from(to).unwrap_or(0);
        Ok(Some(Value::str(text.get(range).unwrap_or_default())))
    }
    fn key(&self) -> Option<i64> {
        self.key
    }
    fn source(&self) -> Option<Value> {
        Some(self.object.dereferenced())
    }
}

impl IntlPartsIterator {
    /// The pieces between boundaries, with keys of a kind.
    pub fn over(ctx: &mut Ctx, of: &This<IntlBreakIterator>, kind: KeyKind) -> R<Object> {
        let parts = Parts { object: of.object().clone().into(), kind, key: None };
        let class = Class::of::<IntlPartsIterator>(ctx)?;
        This::<IntlIterator>::create_as(ctx, class, IntlIterator::over(parts))
    }
}

/// The iterator whose pieces are walked.
fn source(ctx: &mut Ctx, this: &This<IntlPartsIterator>) -> R<Object> {
    let it = this.borrow(ctx)?;
    error::begin(ctx, Some(&it.errors));
    match it.source().and_then(|v| v.as_object().cloned()) {
        Some(object) => Ok(object),
        None => Err(ctx.error("Found unconstructed IntlIterator")),
    }
}

#[php_methods]
impl IntlPartsIterator {
    #[php("public function getBreakIterator(): ~IntlBreakIterator")]
    fn get_break_iterator(this: &This<Self>, ctx: &mut Ctx) -> R<Object> {
        source(ctx, this)
    }
    #[php("public function getRuleStatus(): ~int")]
    fn get_rule_status(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        source(ctx, this)?.call(ctx, "getRuleStatus", &[])
    }
}
