//! `IntlRuleBasedBreakIterator`: boundaries by rules.

use super::{IntlBreakIterator, enter};
use crate::error::{self, IntlException};
use crate::icu;
use crate::icu::boundaries::Boundaries;
use plugin_api::{Array, Class, Ctx, OrFalse, R, This, Throw, Value, php_class, php_methods};
use std::rc::Rc;

/// `IntlRuleBasedBreakIterator`
#[php_class("class IntlRuleBasedBreakIterator extends IntlBreakIterator", payload = IntlBreakIterator)]
pub struct IntlRuleBasedBreakIterator;

/// The exception of a constructor that failed.
fn failure(ctx: &mut Ctx, message: &str) -> Throw {
    error::exception(ctx, &format!("IntlRuleBasedBreakIterator::__construct(): {message}"))
}

/// The boundaries of rules.
fn open(ctx: &mut Ctx, rules: &[u8], compiled: bool) -> R<Boundaries> {
    if compiled {
        return Boundaries::of_compiled(rules)
            .map_err(|_| failure(ctx, "unable to create instance from compiled rules"));
    }
    let Ok(rules) = icu::to_utf16(rules) else {
        return Err(failure(ctx, "rules were not a valid UTF-8 string"));
    };
    match Boundaries::of_rules(&rules) {
        Ok(icu) => Ok(icu),
        Err((code, at)) => {
            error::set_code(ctx, None, code);
            let message = format!("unable to create RuleBasedBreakIterator from rules ({})", at.describe());
            Err(failure(ctx, &message))
        }
    }
}

#[php_methods]
impl IntlRuleBasedBreakIterator {
    #[php("public function __construct(string $rules, bool $compiled = false)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, rules: &[u8], compiled: bool) -> R<()> {
        if this.borrow(ctx)?.icu.get().is_some() {
            return Err(ctx.error("IntlRuleBasedBreakIterator object is already constructed"));
        }
        let class = Class::of::<IntlException>(ctx)?;
        let icu = ctx.warnings_as(class, |ctx| open(ctx, rules, compiled))?;
        let _ = this.borrow(ctx)?.icu.set(Rc::new(icu));
        Ok(())
    }
    #[php("public function getBinaryRules(): ~string|false")]
    fn get_binary_rules(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<Vec<u8>>> {
        let (errors, icu) = enter(ctx, this)?;
        let message = "rbbi_get_binary_rules: the rules are too large";
        Ok(error::checked(ctx, Some(&errors), icu.compiled(), message)?.into())
    }
    #[php("public function getRules(): ~string|false")]
    fn get_rules(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<Vec<u8>>> {
        let (errors, icu) = enter(ctx, this)?;
        let rules = icu.rules().and_then(|rules| icu::to_utf8(&rules));
        let message = "rbbi_hash_code: Error converting result to UTF-8 string";
        Ok(error::checked(ctx, Some(&errors), rules, message)?.into())
    }
    #[php("public function getRuleStatus(): ~int")]
    fn get_rule_status(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(enter(ctx, this)?.1.status().into())
    }
    #[php("public function getRuleStatusVec(): ~array|false")]
    fn get_rule_status_vec(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<Array>> {
        let (errors, icu) = enter(ctx, this)?;
        let message = "rbbi_get_rule_status_vec: failed obtaining the status values";
        let found = error::checked(ctx, Some(&errors), icu.statuses(), message)?;
        Ok(found.map(|list| Array::list(list.into_iter().map(|n| Value::from(i64::from(n))))).into())
    }
}
