//! The bcmath extension: decimal numbers of any length, as functions on strings and as `BcMath\Number`.

mod decimal;
mod functions;
mod number;

use decimal::Rounding;
use plugin_api::{Ctx, GcRoots, Info, Object, R, php_module};
use std::cell::Cell;

/// The settings of a request.
#[derive(Default, GcRoots)]
pub struct Settings {
    /// `bcmath.scale`
    pub scale: Cell<i64>,
}

fn check_scale(_: Option<&mut Ctx>, value: Option<&[u8]>, _: u32) -> bool {
    let text = String::from_utf8_lossy(value.unwrap_or(b""));
    text.trim().parse::<i64>().map_or(true, |n| (0..=i64::from(i32::MAX)).contains(&n))
}

/// Digits from which on memory_limit is asked before they are computed.
const MANY_DIGITS: usize = 1 << 16;

/// Asks memory_limit for the room of so many digits.
fn room(ctx: &mut Ctx, digits: usize) -> R<()> {
    if digits > MANY_DIGITS {
        ctx.alloc_bytes(digits)?;
    }
    Ok(())
}

/// The rounding that a case of `RoundingMode` stands for.
fn rounding(mode: &Object) -> Rounding {
    let name = mode.slot("name");
    match name.as_ref().and_then(|n| n.as_str()).map(|n| n.as_bytes()) {
        Some(b"HalfTowardsZero") => Rounding::HalfTowardsZero,
        Some(b"HalfEven") => Rounding::HalfEven,
        Some(b"HalfOdd") => Rounding::HalfOdd,
        Some(b"TowardsZero") => Rounding::TowardsZero,
        Some(b"AwayFromZero") => Rounding::AwayFromZero,
        Some(b"NegativeInfinity") => Rounding::NegativeInfinity,
        Some(b"PositiveInfinity") => Rounding::PositiveInfinity,
        _ => Rounding::HalfAwayFromZero,
    }
}

fn info(t: &mut Info) {
    t.row("BCMath support", "enabled");
    t.ini();
}

php_module! {
    name: "bcmath",
    version: "8.4.24",
    functions: [functions::{
        bcadd, bcsub, bcmul, bcdiv, bcmod, bcdivmod, bcpowmod, bcpow, bcsqrt, bccomp, bcscale, bcfloor, bcceil, bcround,
    }],
    classes: [number::Number],
    ini: ["bcmath.scale" = "0" => (ALL, bind: scale, on_modify: check_scale)],
    globals: Settings,
    minfo: info,
}
