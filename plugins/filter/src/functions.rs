//! The functions, and how a filter is applied.

use crate::constants::{flag, id};
use crate::{Globals, sanitize, validate};
use plugin_api::request::{Source, variables};
use plugin_api::{Array, Ctx, Kind, OrFalse, R, Str, Value, php_function};

/// Names of the filters.
const FILTERS: &[(&str, i64)] = &[
    ("int", id::INT),
    ("boolean", id::BOOL),
    ("float", id::FLOAT),
    ("validate_regexp", id::REGEXP),
    ("validate_domain", id::DOMAIN),
    ("validate_url", id::URL),
    ("validate_email", id::EMAIL),
    ("validate_ip", id::IP),
    ("validate_mac", id::MAC),
    ("string", id::STRING),
    ("stripped", id::STRING),
    ("encoded", id::ENCODED),
    ("special_chars", id::SPECIAL_CHARS),
    ("full_special_chars", id::FULL_SPECIAL_CHARS),
    ("unsafe_raw", id::UNSAFE_RAW),
    ("email", id::CLEAN_EMAIL),
    ("url", id::CLEAN_URL),
    ("number_int", id::NUMBER_INT),
    ("number_float", id::NUMBER_FLOAT),
    ("add_slashes", id::ADD_SLASHES),
    ("callback", id::CALLBACK),
];

/// The filter of that name.
pub fn named(name: &[u8]) -> Option<i64> {
    FILTERS.iter().find(|f| f.0.as_bytes() == name).map(|f| f.1)
}

/// Whether a number may be given for a filter; those without a filter of their own let everything through.
fn exists(filter: i64) -> bool {
    matches!(filter, id::STRING..=id::ADD_SLASHES | 0x100..=id::DOMAIN | id::CALLBACK)
}

/// Which filter, and how.
pub struct Rules<'a> {
    /// One of [`id`].
    pub filter: i64,
    /// Bits of [`flag`].
    pub flags: i64,
    /// The `options`: an array, or a callback.
    pub options: Option<&'a Value>,
}

impl Rules<'_> {
    /// What stands for a value that does not pass.
    fn failure(&self) -> Value {
        if self.flags & flag::NULL_ON_FAILURE != 0 { Value::NULL } else { Value::bool(false) }
    }
    /// An option by name.
    pub fn option(&self, name: &str) -> Option<&Value> {
        self.options.and_then(Value::as_array)?.get(name)
    }
    /// An option that is a string.
    pub fn text(&self, name: &str) -> Option<&Str> {
        self.option(name).and_then(Value::as_str)
    }
    /// Whether a flag is set.
    pub fn has(&self, flag: i64) -> bool {
        self.flags & flag != 0
    }
}

/// Filters one value that is no array.
fn filter_one(ctx: &mut Ctx, v: &Value, rules: &Rules) -> R<Value> {
    let stringable = match v.kind() {
        Kind::Object(o) => o.has_method("__tostring"),
        _ => true,
    };
    let result = if stringable {
        let text = v.to_str(ctx)?;
        apply(ctx, &text, rules)?.unwrap_or_else(|| rules.failure())
    } else {
        rules.failure()
    };
    let failed = match result.kind() {
        Kind::Null => rules.has(flag::NULL_ON_FAILURE),
        Kind::Bool(false) => !rules.has(flag::NULL_ON_FAILURE),
        _ => false,
    };
    match rules.option("default") {
        Some(default) if failed => Ok(default.dereferenced()),
        _ => Ok(result),
    }
}

/// `None` when the text does not pass.
fn apply(ctx: &mut Ctx, text: &Str, rules: &Rules) -> R<Option<Value>> {
    let kept = |pass: bool| pass.then(|| text.clone().into());
    Ok(match rules.filter {
        id::INT => validate::int(text, rules),
        id::BOOL => validate::boolean(text),
        id::FLOAT => validate::float(ctx, text, rules)?,
        id::REGEXP => kept(validate::regexp(ctx, text, rules)?),
        id::DOMAIN => kept(validate::domain(text, rules.has(flag::HOSTNAME))),
        id::URL => kept(validate::url(ctx, text, rules)?),
        id::EMAIL => kept(crate::email::valid(text, rules.has(flag::EMAIL_UNICODE))),
        id::IP => kept(validate::ip(text, rules)),
        id::MAC => kept(validate::mac(ctx, text, rules)?),
        id::CALLBACK => Some(callback(ctx, text, rules)?),
        _ => Some(sanitize::sanitize(ctx, text, rules)?),
    })
}

fn callback(ctx: &mut Ctx, text: &Str, rules: &Rules) -> R<Value> {
    let f = match rules.options {
        Some(f) => ctx.callable(f)?,
        None => None,
    };
    let Some(f) = f else {
        let name = ctx.function_name();
        return Err(ctx.type_error(format!("{name}(): Option must be a valid callback")));
    };
    f.call(ctx, &[text.clone().into()])
}

/// Filters a value, and the values of an array.
pub fn filter_all(ctx: &mut Ctx, v: &Value, rules: &Rules) -> R<Value> {
    let Some(a) = v.as_array() else { return filter_one(ctx, v, rules) };
    if v.protect() {
        return Ok(v.dereferenced());
    }
    let mut out = Array::with_capacity(a.len());
    let mut run = || {
        for (k, item) in a.iter() {
            let filtered = filter_all(ctx, item, rules)?;
            out.set(k, filtered);
        }
        Ok(())
    };
    let done = run();
    v.unprotect();
    done.map(|()| out.into())
}

/// What may be given for `$options`: flags (or, for the array functions, a filter), or an array of settings.
fn call(ctx: &mut Ctx, v: &Value, filter: Option<i64>, given: &Value, flags: i64) -> R<Value> {
    let scalar = |flags: i64| {
        if flags & (flag::REQUIRE_ARRAY | flag::FORCE_ARRAY) == 0 {
            flags | flag::REQUIRE_SCALAR
        } else {
            flags
        }
    };
    let mut rules = Rules { filter: filter.unwrap_or(-1), flags, options: None };
    match given.as_array() {
        Some(settings) => {
            if let Some(f) = settings.get("filter") {
                rules.filter = f.to_int();
            }
            if let Some(options) = settings.get("options") {
                if rules.filter == id::CALLBACK {
                    rules.options = Some(options);
                    rules.flags = 0;
                } else if options.as_array().is_some() {
                    rules.options = Some(options);
                }
            }
            if let Some(f) = settings.get("flags") {
                rules.flags = scalar(f.to_int());
            }
        }
        None if filter.is_some() => rules.flags = scalar(given.to_int()),
        None => rules.filter = given.to_int(),
    }
    if v.as_array().is_some() {
        if rules.has(flag::REQUIRE_SCALAR) {
            return Ok(rules.failure());
        }
        return filter_all(ctx, v, &rules);
    }
    if rules.has(flag::REQUIRE_ARRAY) {
        return Ok(rules.failure());
    }
    let filtered = filter_one(ctx, v, &rules)?;
    Ok(if rules.has(flag::FORCE_ARRAY) { Array::list([filtered]).into() } else { filtered })
}

/// The variables of a source as they came; `None` when there are none.
fn storage(ctx: &mut Ctx, source: i64) -> R<Option<Array>> {
    let kept = match source {
        0..=2 => return Ok(ctx.globals::<Globals>().raw[source as usize].borrow().clone()),
        4 => Source::Env,
        5 => Source::Server,
        _ => return Err(ctx.argument_value_error(1, "must be an INPUT_* constant")),
    };
    Ok(variables(ctx, kept))
}

/// Whether the request brought a variable.
#[php_function("filter_has_var(int $input_type, string $var_name): bool")]
fn filter_has_var(ctx: &mut Ctx, input_type: i64, var_name: &Str) -> R<bool> {
    Ok(storage(ctx, input_type)?.is_some_and(|a| a.get(var_name).is_some()))
}

fn unknown(ctx: &mut Ctx, filter: i64) -> R<Value> {
    ctx.warning(format!("Unknown filter with ID {filter}"))?;
    Ok(Value::bool(false))
}

/// A variable of the request, filtered.
#[php_function(
    "filter_input(int $type, string $var_name, int $filter = FILTER_DEFAULT, array|int $options = 0): mixed"
)]
fn filter_input(
    ctx: &mut Ctx,
    ty: i64,
    var_name: &Str,
    filter: Option<i64>,
    options: Option<&Value>,
) -> R<Value> {
    let filter = filter.unwrap_or(id::UNSAFE_RAW);
    let none = Value::int(0);
    let options = options.unwrap_or(&none);
    if !exists(filter) {
        return unknown(ctx, filter);
    }
    let input = storage(ctx, ty)?;
    if let Some(v) = input.as_ref().and_then(|a| a.get(var_name)) {
        return call(ctx, v, Some(filter), options, flag::REQUIRE_SCALAR);
    }
    let flags = match options.as_array() {
        None => options.to_int(),
        Some(settings) => {
            let inner = settings.get("options").and_then(Value::as_array);
            if let Some(default) = inner.and_then(|o| o.get("default")) {
                return Ok(default.dereferenced());
            }
            settings.get("flags").map_or(0, Value::to_int)
        }
    };
    // The flag exchanges what stands for failure and for a missing variable.
    Ok(if flags & flag::NULL_ON_FAILURE != 0 { Value::bool(false) } else { Value::NULL })
}

/// A value, filtered.
#[php_function("filter_var(mixed $value, int $filter = FILTER_DEFAULT, array|int $options = 0): mixed")]
fn filter_var(ctx: &mut Ctx, value: &Value, filter: Option<i64>, options: Option<&Value>) -> R<Value> {
    let filter = filter.unwrap_or(id::UNSAFE_RAW);
    if !exists(filter) {
        return unknown(ctx, filter);
    }
    let none = Value::int(0);
    call(ctx, value, Some(filter), options.unwrap_or(&none), flag::REQUIRE_SCALAR)
}

/// Filters the values of an array, each by its own rules, or all by one filter.
fn by_rules(ctx: &mut Ctx, input: &Array, rules: &Value, add_empty: bool) -> R<Value> {
    let Some(rules) = rules.as_array() else {
        return call(ctx, &input.clone().into(), None, rules, flag::REQUIRE_ARRAY);
    };
    let mut out = Array::new();
    for (k, rule) in rules.iter() {
        let plugin_api::Key::Str(name) = k else {
            return Err(ctx.argument_type_error(2, "must contain only string keys"));
        };
        if name.as_bytes().is_empty() {
            return Err(ctx.argument_value_error(2, "cannot contain empty keys"));
        }
        match input.get_key(k) {
            Some(v) => {
                let filtered = call(ctx, v, None, rule, flag::REQUIRE_SCALAR)?;
                out.set(k, filtered);
            }
            None if add_empty => out.set(k, Value::NULL),
            None => {}
        }
    }
    Ok(out.into())
}

fn rules_or_default<'a>(
    ctx: &mut Ctx,
    options: Option<&'a Value>,
    default: &'a Value,
) -> R<Result<&'a Value, Value>> {
    let rules = options.unwrap_or(default);
    match rules.as_int() {
        Some(filter) if !exists(filter) => Ok(Err(unknown(ctx, filter)?)),
        _ => Ok(Ok(rules)),
    }
}

/// Variables of the request, filtered.
#[php_function(
    "filter_input_array(int $type, array|int $options = FILTER_DEFAULT, bool $add_empty = true): array|false|null"
)]
fn filter_input_array(ctx: &mut Ctx, ty: i64, options: Option<&Value>, add_empty: bool) -> R<Value> {
    let default = Value::int(id::UNSAFE_RAW);
    let rules = match rules_or_default(ctx, options, &default)? {
        Ok(rules) => rules,
        Err(result) => return Ok(result),
    };
    match storage(ctx, ty)? {
        Some(input) => by_rules(ctx, &input, rules, add_empty),
        None => Ok(Value::NULL),
    }
}

/// The values of an array, filtered.
#[php_function(
    "filter_var_array(array $array, array|int $options = FILTER_DEFAULT, bool $add_empty = true): array|false|null"
)]
fn filter_var_array(ctx: &mut Ctx, array: &Array, options: Option<&Value>, add_empty: bool) -> R<Value> {
    let default = Value::int(id::UNSAFE_RAW);
    match rules_or_default(ctx, options, &default)? {
        Ok(rules) => by_rules(ctx, array, rules, add_empty),
        Err(result) => Ok(result),
    }
}

/// Names of the filters.
#[php_function("filter_list(): array")]
fn filter_list() -> Array {
    FILTERS.iter().map(|f| f.0).collect()
}

/// Number of a filter by its name.
#[php_function("filter_id(string $name): int|false")]
fn filter_id(name: &[u8]) -> OrFalse<i64> {
    OrFalse(named(name))
}
