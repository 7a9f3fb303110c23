//! Locales: the C locale alone, as a PHP whose system has no others.

use plugin_api::{Array, Ctx, Kind, OrFalse, R, Rest, Value, php_function};

#[php_function("setlocale(int $category, $locales, ...$rest): string|false")]
fn setlocale(ctx: &mut Ctx, category: i64, locales: &Value, rest: Rest) -> R<OrFalse<&'static str>> {
    if !(0..=6).contains(&category) {
        return Ok(OrFalse::FALSE);
    }
    let mut names: Vec<Value> = Vec::new();
    for v in std::iter::once(locales).chain(rest.0) {
        match v.kind() {
            Kind::Array(a) => names.extend(a.values().cloned()),
            _ => names.push(v.dereferenced()),
        }
    }
    for n in names {
        if n.is_null() {
            return Ok("C".into());
        }
        let n = n.to_str(ctx)?;
        match &*n {
            b"0" | b"" | b"C" | b"POSIX" => return Ok("C".into()),
            _ => {}
        }
    }
    Ok(OrFalse::FALSE)
}

#[php_function("localeconv(): array")]
fn localeconv() -> Array {
    let mut a = Array::new();
    a.set("decimal_point", ".");
    for k in [
        "thousands_sep",
        "int_curr_symbol",
        "currency_symbol",
        "mon_decimal_point",
        "mon_thousands_sep",
        "positive_sign",
        "negative_sign",
    ] {
        a.set(k, "");
    }
    for k in [
        "int_frac_digits",
        "frac_digits",
        "p_cs_precedes",
        "p_sep_by_space",
        "n_cs_precedes",
        "n_sep_by_space",
        "p_sign_posn",
        "n_sign_posn",
    ] {
        a.set(k, 127i64);
    }
    a.set("grouping", Array::new());
    a.set("mon_grouping", Array::new());
    a
}

plugin_api::constants! {
    /// Categories of locales.
    pub CONSTANTS;
    int LC_CTYPE = 0;
    int LC_NUMERIC = 1;
    int LC_TIME = 2;
    int LC_COLLATE = 3;
    int LC_MONETARY = 4;
    int LC_MESSAGES = 5;
    int LC_ALL = 6;
}
