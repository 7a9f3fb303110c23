//! Names of domains.

use crate::error;
use crate::icu::idna::{Failure, convert};
use plugin_api::{Array, Ctx, OrFalse, R, Reference, php_function};

/// `IDNA_DEFAULT`
const DEFAULT: i64 = 48;
/// `INTL_IDNA_VARIANT_UTS46`
const UTS46: i64 = 1;

/// Converts a name, to ASCII or from it.
fn converted(
    ctx: &mut Ctx,
    domain: &[u8],
    flags: Option<i64>,
    variant: Option<i64>,
    info: Option<Reference<'_>>,
    to_ascii: bool,
) -> R<OrFalse<Vec<u8>>> {
    error::begin(ctx, None);
    if domain.is_empty() {
        return Err(ctx.argument_value_error(1, "must not be empty"));
    }
    if domain.len() >= i32::MAX as usize {
        // The number is missing in PHP too.
        return Err(ctx.argument_value_error(1, "must be less than d bytes"));
    }
    if variant.unwrap_or(UTS46) != UTS46 {
        return Err(ctx.argument_value_error(2, "must be INTL_IDNA_VARIANT_UTS46"));
    }
    if let Some(info) = info {
        info.set(ctx, Array::new())?;
    }
    let (code, message) = match convert(domain, flags.unwrap_or(DEFAULT) as u32, to_ascii) {
        Ok(found) => {
            if let Some(info) = info {
                let mut told = Array::new();
                told.set("result", found.name.as_slice());
                told.set("isTransitionalDifferent", found.transitional_different);
                told.set("errors", i64::from(found.errors));
                info.set(ctx, told)?;
            }
            return Ok(Some(found.name).filter(|_| found.errors == 0).into());
        }
        Err(Failure::Long) => return Ok(OrFalse::FALSE),
        Err(Failure::Open(code)) => (code, "failed to open UIDNA instance"),
        Err(Failure::Convert(code)) => (code, "failed to convert name"),
    };
    let function = if to_ascii { "idn_to_ascii" } else { "idn_to_utf8" };
    error::fail(ctx, None, code, &format!("{function}: {message}"))?;
    Ok(OrFalse::FALSE)
}

/// A name as the DNS knows it.
#[php_function(
    "idn_to_ascii(string $domain, int $flags = IDNA_DEFAULT, int $variant = INTL_IDNA_VARIANT_UTS46, &$idna_info = null): string|false"
)]
fn idn_to_ascii(
    ctx: &mut Ctx,
    domain: &[u8],
    flags: Option<i64>,
    variant: Option<i64>,
    idna_info: Option<Reference<'_>>,
) -> R<OrFalse<Vec<u8>>> {
    converted(ctx, domain, flags, variant, idna_info, true)
}

/// A name of the DNS as people read it.
#[php_function(
    "idn_to_utf8(string $domain, int $flags = IDNA_DEFAULT, int $variant = INTL_IDNA_VARIANT_UTS46, &$idna_info = null): string|false"
)]
fn idn_to_utf8(
    ctx: &mut Ctx,
    domain: &[u8],
    flags: Option<i64>,
    variant: Option<i64>,
    idna_info: Option<Reference<'_>>,
) -> R<OrFalse<Vec<u8>>> {
    converted(ctx, domain, flags, variant, idna_info, false)
}
