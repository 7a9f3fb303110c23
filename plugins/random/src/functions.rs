//! `mt_rand()` and its like, `random_int()`, `random_bytes()`, `lcg_value()`.

use crate::Globals;
use crate::mt19937::{Mode, Mt19937};
use crate::range::{Source, between};
use plugin_api::{Args, Ctx, R, Str, Throw, php_function};

/// Bytes of the system's generator.
///
/// # Errors
/// `Random\RandomException` when the system has none.
pub fn system(ctx: &mut Ctx, out: &mut [u8]) -> R<()> {
    getrandom::fill(out)
        .map_err(|_| ctx.throw_named("Random\\RandomException", "Cannot gather sufficient random data", 0))
}

/// A seed of the system's.
pub fn seed(ctx: &mut Ctx) -> R<u64> {
    let mut b = [0; 8];
    system(ctx, &mut b)?;
    Ok(u64::from_le_bytes(b))
}

/// The system's generator as a source.
pub struct System<'c>(pub &'c mut Ctx);

impl Source for System<'_> {
    fn generate(&mut self) -> R<(u64, usize)> {
        Ok((seed(self.0)?, 8))
    }
    fn exhausted(&mut self) -> Throw {
        broken(self.0)
    }
}

/// What is thrown when a generator gives nothing of use.
pub fn broken(ctx: &mut Ctx) -> Throw {
    ctx.throw_named(
        "Random\\BrokenRandomEngineError",
        "Failed to generate an acceptable random number in 50 attempts",
        0,
    )
}

struct Request<'a>(&'a mut Mt19937, &'a mut Ctx);

impl Source for Request<'_> {
    fn generate(&mut self) -> R<(u64, usize)> {
        Ok((self.0.next() as u64, 4))
    }
    fn exhausted(&mut self) -> Throw {
        broken(self.1)
    }
}

/// Runs `f` with the request's generator, which the first use seeds.
fn with<T>(ctx: &mut Ctx, f: impl FnOnce(&mut Mt19937, &mut Ctx) -> T) -> R<T> {
    let g = ctx.globals::<Globals>();
    if g.mt.borrow().is_none() {
        let fresh = Mt19937::new(seed(ctx)? as u32, Mode::Standard);
        g.mt.replace(Some(fresh));
    }
    let mut mt = g.mt.borrow_mut();
    match mt.as_mut() {
        Some(mt) => Ok(f(mt, ctx)),
        None => Err(ctx.error("The random number generator is in use")),
    }
}

/// A number of the request's generator from `min` to `max`.
fn range(ctx: &mut Ctx, min: i64, max: i64) -> R<i64> {
    with(ctx, |mt, ctx| {
        if mt.mode == Mode::Standard {
            return between(&mut Request(mt, ctx), min, max);
        }
        // The old scaling of 31 bits.
        let n = (mt.next() >> 1) as f64;
        let span = max as f64 - min as f64 + 1.0;
        Ok(min.wrapping_add((span * (n / 2_147_483_648.0)) as i64))
    })?
}

/// [`howdah_random_api::Table::range`]
extern "C" fn api_range(ctx: *mut plugin_api::abi::CtxRaw, min: i64, max: i64) -> i64 {
    // SAFETY: the interface's callers pass the context of their call.
    let ctx = unsafe { Ctx::from_raw(ctx) };
    let r = with(ctx, |mt, ctx| between(&mut Request(mt, ctx), min, max));
    // Without a seed the exception is pending; the number is not looked at.
    r.and_then(|r| r).unwrap_or(min)
}

/// The interface for other extensions.
pub static API: howdah_random_api::Table = howdah_random_api::Table {
    size: size_of::<howdah_random_api::Table>() as u32,
    reserved: 0,
    range: api_range,
};

fn reseed(ctx: &mut Ctx, given: Option<i64>, mode: Option<i64>) -> R<()> {
    let seed = match given {
        Some(s) => s as u32,
        None => seed(ctx)? as u32,
    };
    let mode = if mode == Some(1) {
        ctx.raise_plain(plugin_api::Level::Deprecated, "The MT_RAND_PHP variant of Mt19937 is deprecated")?;
        Mode::Legacy
    } else {
        Mode::Standard
    };
    ctx.globals::<Globals>().mt.replace(Some(Mt19937::new(seed, mode)));
    Ok(())
}

#[php_function("mt_srand(?int $seed = null, int $mode = MT_RAND_MT19937): void")]
fn mt_srand(ctx: &mut Ctx, seed: Option<i64>, mode: Option<i64>) -> R<()> {
    reseed(ctx, seed, mode)
}
#[php_function("srand(?int $seed = null, int $mode = MT_RAND_MT19937): void")]
fn srand(ctx: &mut Ctx, seed: Option<i64>, mode: Option<i64>) -> R<()> {
    reseed(ctx, seed, mode)
}

fn plain(ctx: &mut Ctx) -> R<i64> {
    with(ctx, |mt, _| (mt.next() >> 1) as i64)
}

/// Both bounds, or none of them.
fn bounds(ctx: &mut Ctx, args: &Args) -> R<Option<(i64, i64)>> {
    match (args.get(0), args.get(1)) {
        (None, _) => Ok(None),
        (Some(a), Some(b)) => Ok(Some((a.to_int(), b.to_int()))),
        (Some(_), None) => {
            let f = ctx.function_name();
            Err(ctx.argument_count_error(format!("{f}() expects exactly 2 arguments, 1 given")))
        }
    }
}

#[php_function("mt_rand(int $min = UNKNOWN, int $max = UNKNOWN): int")]
fn mt_rand(ctx: &mut Ctx, args: &Args) -> R<i64> {
    match bounds(ctx, args)? {
        None => plain(ctx),
        Some((min, max)) if max < min => {
            Err(ctx.argument_value_error(2, "must be greater than or equal to argument #1 ($min)"))
        }
        Some((min, max)) => range(ctx, min, max),
    }
}
#[php_function("rand(int $min = UNKNOWN, int $max = UNKNOWN): int")]
fn rand(ctx: &mut Ctx, args: &Args) -> R<i64> {
    match bounds(ctx, args)? {
        None => plain(ctx),
        Some((min, max)) => range(ctx, min.min(max), min.max(max)),
    }
}
#[php_function("mt_getrandmax(): int")]
fn mt_getrandmax() -> i64 {
    i32::MAX as i64
}
#[php_function("getrandmax(): int")]
fn getrandmax() -> i64 {
    i32::MAX as i64
}
#[php_function("random_bytes(int $length): string")]
fn random_bytes(ctx: &mut Ctx, length: i64) -> R<Option<Str>> {
    if length < 1 {
        return Err(ctx.argument_value_error(1, "must be greater than 0"));
    }
    let mut failed = false;
    let s = Str::build(length as usize, |b| failed = getrandom::fill(b).is_err());
    if failed {
        return Err(ctx.throw_named("Random\\RandomException", "Cannot gather sufficient random data", 0));
    }
    Ok(s)
}
#[php_function("random_int(int $min, int $max): int")]
fn random_int(ctx: &mut Ctx, min: i64, max: i64) -> R<i64> {
    if min > max {
        return Err(ctx.argument_value_error(1, "must be less than or equal to argument #2 ($max)"));
    }
    between(&mut System(ctx), min, max)
}

/// `lcg_value()`: two linear congruential generators combined (L'Ecuyer, 1988).
#[php_function(
    "lcg_value(): float",
    deprecated = "#[\\Deprecated(since: '8.4', message: 'use \\Random\\Randomizer::getFloat() instead')]"
)]
fn lcg_value(ctx: &mut Ctx) -> R<f64> {
    let g = ctx.globals::<Globals>();
    let (mut a, mut b) = match g.lcg.get() {
        Some(s) => s,
        None => {
            let s = seed(ctx)?;
            ((s as u32 & 0x7fff_ffff) as i64 | 1, (s >> 33) as i64 | 1)
        }
    };
    let step = |s: i64, q: i64, mult: i64, rest: i64, modulus: i64| {
        let r = mult * (s % q) - rest * (s / q);
        if r < 0 { r + modulus } else { r }
    };
    a = step(a, 53668, 40014, 12211, 2_147_483_563);
    b = step(b, 52774, 40692, 3791, 2_147_483_399);
    g.lcg.set(Some((a, b)));
    let z = a - b;
    Ok(if z < 1 { z + 2_147_483_562 } else { z } as f64 * 4.656_613e-10)
}
