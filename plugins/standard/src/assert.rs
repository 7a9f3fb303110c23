//! `assert()` and `assert_options()`.

use crate::Globals;
use plugin_api::{Args, Ctx, Kind, R, Value, php_class, php_function};

/// What a failed assertion throws.
#[php_class("class AssertionError extends Error")]
pub struct AssertionError;

/// The callback of `assert_options()`, unless the setting changed since.
fn callback(ctx: &mut Ctx) -> Option<Value> {
    let setting = ctx.ini("assert.callback").filter(|c| !c.is_empty());
    let kept = ctx.globals::<Globals>().assert_callback.borrow().clone();
    match kept {
        Some((callback, seen)) if seen == setting => callback,
        _ => setting.map(Value::str),
    }
}

#[php_function("assert(mixed $assertion, Throwable|string|null $description = null): bool")]
fn assert(ctx: &mut Ctx, assertion: &Value, description: Option<&Value>) -> R<bool> {
    if !ctx.ini_bool("assert.active") || assertion.to_bool() {
        return Ok(true);
    }
    let text = description.and_then(|d| d.as_str());
    if let Some(f) = callback(ctx) {
        let (file, line) = ctx.position().unwrap_or_default();
        let mut args = vec![Value::str(file), Value::int(line as i64), Value::NULL];
        args.extend(text.map(Value::from));
        f.call(ctx, &args)?;
    }
    if ctx.ini_bool("assert.exception") {
        if let Some(Kind::Object(o)) = description.map(Value::kind) {
            let o = o.clone();
            return Err(ctx.throw_object(o));
        }
        let message = text.map_or_else(String::new, |t| t.lossy().into_owned());
        return Err(ctx.throw_named("AssertionError", message, 1));
    }
    if ctx.ini_bool("assert.warning") {
        match text {
            Some(t) => {
                let message = format!("{} failed", t.lossy());
                ctx.warning(message)?;
            }
            None => ctx.warning("Assertion failed")?,
        }
    }
    if ctx.ini_bool("assert.bail") {
        return Err(ctx.exit(255));
    }
    Ok(false)
}

#[php_function(
    "assert_options(int $option, mixed $value = UNKNOWN): mixed",
    deprecated = "#[\\Deprecated(since: '8.3')]"
)]
fn assert_options(ctx: &mut Ctx, args: &Args, option: i64) -> R<Value> {
    let given = args.get(1);
    if option == 2 {
        let old = callback(ctx).unwrap_or(Value::NULL);
        if let Some(v) = given {
            let setting = ctx.ini("assert.callback").filter(|c| !c.is_empty());
            let new = (!v.is_null()).then(|| v.dereferenced());
            ctx.globals::<Globals>().assert_callback.replace(Some((new, setting)));
        }
        return Ok(old);
    }
    let name = match option {
        1 => "assert.active",
        3 => "assert.bail",
        4 => "assert.warning",
        5 => "assert.exception",
        _ => return Err(ctx.argument_value_error(1, "must be an ASSERT_* constant")),
    };
    let old = ctx.ini_bool(name);
    if let Some(v) = given {
        let text = v.to_str(ctx)?;
        // The function is deprecated, and says so; the setting need not say it again.
        let level = ctx.set_error_reporting(0);
        ctx.set_ini(name.as_bytes(), &text);
        ctx.set_error_reporting(level);
        ctx.pending()?;
    }
    Ok(Value::int(old as i64))
}

plugin_api::constants! {
    /// Options.
    pub CONSTANTS;
    int ASSERT_ACTIVE = 1, DEPRECATED;
    int ASSERT_CALLBACK = 2, DEPRECATED;
    int ASSERT_BAIL = 3, DEPRECATED;
    int ASSERT_WARNING = 4, DEPRECATED;
    int ASSERT_EXCEPTION = 5, DEPRECATED;
    int FILE_TEXT = 0, DEPRECATED;
    int FILE_BINARY = 0, DEPRECATED;
}
