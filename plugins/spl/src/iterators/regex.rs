//! RegexIterator and RecursiveRegexIterator.

use super::filter::{children, has_children};
use super::outer::{Extra, IteratorIterator, Outer, once, ready, wrap};
use crate::support::construct;
use plugin_api::{Ctx, GcRoots, Kind, Object, R, Str, Throw, Value, php_class, php_methods};

const USE_KEY: i64 = 1;
const INVERT: i64 = 2;
const MATCH: i64 = 0;
const GET_MATCH: i64 = 1;
const ALL_MATCHES: i64 = 2;
const SPLIT: i64 = 3;
const REPLACE: i64 = 4;

/// What a RegexIterator matches with.
#[derive(GcRoots)]
pub struct Pattern {
    regex: Str,
    mode: i64,
    flags: i64,
    preg_flags: i64,
}

/// Elements that match a regular expression.
#[php_class(
    "class RegexIterator extends FilterIterator",
    "public const int USE_KEY = 1",
    "public const int INVERT_MATCH = 2",
    "public const int MATCH = 0",
    "public const int GET_MATCH = 1",
    "public const int ALL_MATCHES = 2",
    "public const int SPLIT = 3",
    "public const int REPLACE = 4",
    "public ?string $replacement = null",
    payload = IteratorIterator
)]
pub struct RegexIterator;

/// As RegexIterator, with children.
#[php_class(
    "class RecursiveRegexIterator extends RegexIterator implements RecursiveIterator",
    payload = IteratorIterator
)]
pub struct RecursiveRegexIterator;

fn with<T>(this: &Outer, ctx: &mut Ctx, f: impl FnOnce(&mut Pattern) -> T) -> R<T> {
    ready(this, ctx)?;
    let mut p = this.borrow_mut(ctx)?;
    if let Extra::Regex(x) = &mut p.extra {
        return Ok(f(x));
    }
    drop(p);
    Err(ctx.error(crate::support::NO_PARENT))
}

fn bad_mode(ctx: &mut Ctx, n: u32) -> Throw {
    ctx.argument_value_error(
        n,
        "must be RegexIterator::MATCH, RegexIterator::GET_MATCH, RegexIterator::ALL_MATCHES, RegexIterator::SPLIT, \
         or RegexIterator::REPLACE",
    )
}

struct Settings {
    mode: Option<i64>,
    flags: i64,
    preg_flags: i64,
}

fn create(this: &Outer, ctx: &mut Ctx, iterator: &Object, regex: &Str, s: Settings, class: &str) -> R<()> {
    once(this, ctx, class)?;
    let mode = s.mode.unwrap_or(MATCH);
    if !(MATCH..=REPLACE).contains(&mode) {
        return Err(bad_mode(ctx, 3));
    }
    let exception = ctx.find_class("InvalidArgumentException", false)?;
    let pattern = Value::from(regex);
    if let Some(e) = exception {
        // What is wrong with the expression is told by matching with it once.
        let r = ctx.warnings_as(e, |ctx| ctx.call_function("preg_match", &[pattern, Value::str("")]))?;
        if matches!(r.kind(), Kind::Bool(false)) && ctx.pending().is_err() {
            return Err(Throw::Exception);
        }
    }
    let x = Pattern { regex: regex.clone(), mode, flags: s.flags, preg_flags: s.preg_flags };
    wrap(this, ctx, iterator, Extra::Regex(x))
}

/// A call of one of the pcre extension's functions with a variable for its matches.
fn preg(ctx: &mut Ctx, function: &str, regex: Value, subject: Value, flags: i64) -> R<(Value, Value)> {
    let matches = Value::new_reference(Value::NULL);
    let n = ctx.call_function(function, &[regex, subject, matches.clone(), Value::int(flags)])?;
    Ok((n, matches.dereferenced()))
}

fn accept(this: &Outer, ctx: &mut Ctx) -> R<bool> {
    let (regex, mode, flags, preg_flags) =
        with(this, ctx, |x| (x.regex.clone(), x.mode, x.flags, x.preg_flags))?;
    let (current, key) = {
        let p = this.borrow(ctx)?;
        (p.current.clone(), p.key.clone())
    };
    let Some(current) = current else { return Ok(false) };
    let subject = if flags & USE_KEY != 0 {
        key.unwrap_or_default().to_str(ctx)?
    } else if current.as_array().is_some() {
        return Ok(false);
    } else {
        current.to_str(ctx)?
    };
    let (regex, subject) = (Value::from(regex), Value::from(subject));
    let (yes, replaced) = match mode {
        GET_MATCH | ALL_MATCHES => {
            let f = if mode == ALL_MATCHES { "preg_match_all" } else { "preg_match" };
            let (n, m) = preg(ctx, f, regex, subject, preg_flags)?;
            (n.to_int() > 0, Some(m))
        }
        SPLIT => {
            let args = [regex, subject, Value::int(-1), Value::int(preg_flags)];
            let parts = ctx.call_function("preg_split", &args)?;
            (parts.as_array().is_some_and(|a| a.len() > 1), Some(parts))
        }
        REPLACE => {
            let class = this.class();
            let with = this.get(ctx, "replacement", Some(class))?.to_str(ctx)?;
            let count = Value::new_reference(Value::NULL);
            let args = [regex, with.into(), subject, Value::int(-1), count.clone()];
            let text = ctx.call_function("preg_replace", &args)?;
            if text.is_null() {
                return Ok(false);
            }
            if flags & USE_KEY != 0 {
                let old = this.borrow_mut(ctx)?.key.replace(text);
                drop(old);
                (count.to_int() > 0, None)
            } else {
                (count.to_int() > 0, Some(text))
            }
        }
        _ => {
            let n = ctx.call_function("preg_match", &[regex, subject])?;
            (n.to_int() > 0, None)
        }
    };
    if let Some(v) = replaced {
        let old = this.borrow_mut(ctx)?.current.replace(v);
        drop(old);
    }
    Ok(yes != (flags & INVERT != 0))
}

#[php_methods]
impl RegexIterator {
    #[php(
        "public function __construct(Iterator $iterator, string $pattern, int $mode = RegexIterator::MATCH, int $flags = 0, int $pregFlags = 0)"
    )]
    fn construct(
        this: &Outer,
        ctx: &mut Ctx,
        iterator: &Object,
        pattern: &Str,
        mode: Option<i64>,
        flags: i64,
        preg_flags: i64,
    ) -> R<()> {
        create(this, ctx, iterator, pattern, Settings { mode, flags, preg_flags }, "RegexIterator")
    }
    #[php("public function accept(): ~bool")]
    fn accept(this: &Outer, ctx: &mut Ctx) -> R<bool> {
        accept(this, ctx)
    }
    #[php("public function getMode(): ~int")]
    fn get_mode(this: &Outer, ctx: &mut Ctx) -> R<i64> {
        with(this, ctx, |x| x.mode)
    }
    #[php("public function setMode(int $mode): ~void")]
    fn set_mode(this: &Outer, ctx: &mut Ctx, mode: i64) -> R<()> {
        if !(MATCH..=REPLACE).contains(&mode) {
            return Err(bad_mode(ctx, 1));
        }
        with(this, ctx, |x| x.mode = mode)
    }
    #[php("public function getFlags(): ~int")]
    fn get_flags(this: &Outer, ctx: &mut Ctx) -> R<i64> {
        with(this, ctx, |x| x.flags)
    }
    #[php("public function setFlags(int $flags): ~void")]
    fn set_flags(this: &Outer, ctx: &mut Ctx, flags: i64) -> R<()> {
        with(this, ctx, |x| x.flags = flags)
    }
    #[php("public function getPregFlags(): ~int")]
    fn get_preg_flags(this: &Outer, ctx: &mut Ctx) -> R<i64> {
        with(this, ctx, |x| x.preg_flags)
    }
    #[php("public function setPregFlags(int $pregFlags): ~void")]
    fn set_preg_flags(this: &Outer, ctx: &mut Ctx, preg_flags: i64) -> R<()> {
        with(this, ctx, |x| x.preg_flags = preg_flags)
    }
    #[php("public function getRegex(): ~string")]
    fn get_regex(this: &Outer, ctx: &mut Ctx) -> R<Str> {
        with(this, ctx, |x| x.regex.clone())
    }
}

#[php_methods]
impl RecursiveRegexIterator {
    #[php(
        "public function __construct(RecursiveIterator $iterator, string $pattern, int $mode = RecursiveRegexIterator::MATCH, int $flags = 0, int $pregFlags = 0)"
    )]
    fn construct(
        this: &Outer,
        ctx: &mut Ctx,
        iterator: &Object,
        pattern: &Str,
        mode: Option<i64>,
        flags: i64,
        preg_flags: i64,
    ) -> R<()> {
        create(this, ctx, iterator, pattern, Settings { mode, flags, preg_flags }, "RecursiveRegexIterator")
    }
    #[php("public function accept(): ~bool")]
    fn accept(this: &Outer, ctx: &mut Ctx) -> R<Value> {
        ready(this, ctx)?;
        let current = this.borrow(ctx)?.current.clone();
        match current.as_ref().map(Value::kind) {
            None => return Ok(Value::bool(false)),
            Some(Kind::Array(a)) => return Ok(Value::bool(!a.is_empty())),
            _ => {}
        }
        accept(this, ctx).map(Value::bool)
    }
    #[php("public function hasChildren(): ~bool")]
    fn has_children(this: &Outer, ctx: &mut Ctx) -> R<Value> {
        has_children(this, ctx)
    }
    #[php("public function getChildren(): ~RecursiveRegexIterator")]
    fn get_children(this: &Outer, ctx: &mut Ctx) -> R<Object> {
        let c = children(this, ctx)?;
        let (regex, mode, flags, preg) =
            with(this, ctx, |x| (x.regex.clone(), x.mode, x.flags, x.preg_flags))?;
        let args = [c, regex.into(), Value::int(mode), Value::int(flags), Value::int(preg)];
        construct(ctx, this.class(), &args)
    }
}
