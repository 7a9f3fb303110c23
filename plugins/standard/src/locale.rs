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

/// What the C locale says of dates, numbers and answers; the items are the constants of `<langinfo.h>`.
#[php_function("nl_langinfo(int $item): string|false")]
fn nl_langinfo(ctx: &mut Ctx, item: i64) -> R<OrFalse<Vec<u8>>> {
    let known = item == libc::CODESET as i64
        || (0x1_0000..=0x1_0002).contains(&item)
        || (0x2_0000..=0x2_0031).contains(&item)
        || (0x4_0000..=0x4_000f).contains(&item)
        || (0x5_0000..=0x5_0003).contains(&item);
    let item = libc::nl_item::try_from(item).ok().filter(|_| known).ok_or(item);
    match item {
        Ok(item) => {
            // SAFETY: an item that the system knows; its text is static.
            let text = unsafe { std::ffi::CStr::from_ptr(libc::nl_langinfo(item)) };
            Ok(text.to_bytes().to_vec().into())
        }
        Err(item) => {
            ctx.warning(format!("Item '{item}' is not valid"))?;
            Ok(OrFalse::FALSE)
        }
    }
}

plugin_api::constants! {
    /// Items of `nl_langinfo()`, with the numbers that glibc gives them.
    pub ITEMS;
    int CODESET = 14;
    int CHAR_MAX = 127;
    int DECIMAL_POINT = 65536;
    int RADIXCHAR = 65536;
    int THOUSANDS_SEP = 65537;
    int THOUSEP = 65537;
    int GROUPING = 65538;
    int ABDAY_1 = 131072;
    int ABDAY_2 = 131073;
    int ABDAY_3 = 131074;
    int ABDAY_4 = 131075;
    int ABDAY_5 = 131076;
    int ABDAY_6 = 131077;
    int ABDAY_7 = 131078;
    int DAY_1 = 131079;
    int DAY_2 = 131080;
    int DAY_3 = 131081;
    int DAY_4 = 131082;
    int DAY_5 = 131083;
    int DAY_6 = 131084;
    int DAY_7 = 131085;
    int ABMON_1 = 131086;
    int ABMON_2 = 131087;
    int ABMON_3 = 131088;
    int ABMON_4 = 131089;
    int ABMON_5 = 131090;
    int ABMON_6 = 131091;
    int ABMON_7 = 131092;
    int ABMON_8 = 131093;
    int ABMON_9 = 131094;
    int ABMON_10 = 131095;
    int ABMON_11 = 131096;
    int ABMON_12 = 131097;
    int MON_1 = 131098;
    int MON_2 = 131099;
    int MON_3 = 131100;
    int MON_4 = 131101;
    int MON_5 = 131102;
    int MON_6 = 131103;
    int MON_7 = 131104;
    int MON_8 = 131105;
    int MON_9 = 131106;
    int MON_10 = 131107;
    int MON_11 = 131108;
    int MON_12 = 131109;
    int AM_STR = 131110;
    int PM_STR = 131111;
    int D_T_FMT = 131112;
    int D_FMT = 131113;
    int T_FMT = 131114;
    int T_FMT_AMPM = 131115;
    int ERA = 131116;
    int ERA_YEAR = 131117;
    int ERA_D_FMT = 131118;
    int ALT_DIGITS = 131119;
    int ERA_D_T_FMT = 131120;
    int ERA_T_FMT = 131121;
    int INT_CURR_SYMBOL = 262144;
    int CURRENCY_SYMBOL = 262145;
    int MON_DECIMAL_POINT = 262146;
    int MON_THOUSANDS_SEP = 262147;
    int MON_GROUPING = 262148;
    int POSITIVE_SIGN = 262149;
    int NEGATIVE_SIGN = 262150;
    int INT_FRAC_DIGITS = 262151;
    int FRAC_DIGITS = 262152;
    int P_CS_PRECEDES = 262153;
    int P_SEP_BY_SPACE = 262154;
    int N_CS_PRECEDES = 262155;
    int N_SEP_BY_SPACE = 262156;
    int P_SIGN_POSN = 262157;
    int N_SIGN_POSN = 262158;
    int CRNCYSTR = 262159;
    int YESEXPR = 327680;
    int NOEXPR = 327681;
    int YESSTR = 327682;
    int NOSTR = 327683;
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
