//! The extension's functions. Numbers are taken as they are given: what is no number is told of by [`argument`].

use crate::Globals;
use crate::class::{Gmp, initial, object};
use crate::integer::{Binary, Binary2, Integer, Random, raw};
use crate::operand::argument;
use plugin_api::{Args, Array, Ctx, R, This, Value, php_function};

/// Highest base.
const MOST: i64 = 62;

/// Refuses a base of which there are no digits.
pub fn check_base(ctx: &mut Ctx, base: i64) -> R<()> {
    if base != 0 && !(2..=MOST).contains(&base) {
        return Err(ctx.argument_value_error(2, format!("must be 0 or between 2 and {MOST}")));
    }
    Ok(())
}

/// Makes a number.
#[php_function("gmp_init(int|string $num, int $base = 0): GMP")]
fn gmp_init(ctx: &mut Ctx, num: &Value, base: i64) -> R<Value> {
    let n = initial(ctx, Some(num), base)?;
    object(ctx, n)
}

/// An int of argument `i`, from 0.
fn int(ctx: &mut Ctx, args: &Args<'_>, i: usize, default: i64) -> R<i64> {
    args.arg_or(ctx, i, default)
}

/// Order of words and of bytes that flags name.
fn orders(ctx: &mut Ctx, size: i64, flags: i64) -> R<(i32, i32)> {
    if size < 1 {
        return Err(ctx.argument_value_error(2, "must be greater than or equal to 1"));
    }
    let order = match flags & 3 {
        2 => -1,
        3 => return Err(ctx.argument_value_error(3, "cannot use multiple word order options")),
        _ => 1,
    };
    let endian = match flags & 28 {
        4 => -1,
        8 => 1,
        0 | 16 => 0,
        _ => return Err(ctx.argument_value_error(3, "cannot use multiple endian options")),
    };
    Ok((order, endian))
}

/// `GMP_MSW_FIRST | GMP_NATIVE_ENDIAN`
const ORDER: i64 = 17;

/// Makes a number of bytes.
#[php_function(
    "gmp_import(string $data, int $word_size = 1, int $flags = GMP_MSW_FIRST | GMP_NATIVE_ENDIAN): GMP"
)]
fn gmp_import(ctx: &mut Ctx, data: &[u8], word_size: i64, flags: Option<i64>) -> R<Value> {
    let (order, endian) = orders(ctx, word_size, flags.unwrap_or(ORDER))?;
    let size = word_size as usize;
    if !data.len().is_multiple_of(size) {
        return Err(ctx.argument_value_error(1, "must be a multiple of argument #2 ($word_size)"));
    }
    let n = Integer::make(|r| {
        // SAFETY: a number and as many words as there are.
        unsafe { raw::import(r, data.len() / size, order, size, endian, 0, data.as_ptr().cast()) }
    });
    object(ctx, n)
}

/// Bytes of a number.
#[php_function(
    "gmp_export(@unchecked GMP|string|int $num, int $word_size = 1, int $flags = GMP_MSW_FIRST | GMP_NATIVE_ENDIAN): string"
)]
fn gmp_export(ctx: &mut Ctx, args: &Args<'_>) -> R<Vec<u8>> {
    let (size, flags) = (int(ctx, args, 1, 1)?, int(ctx, args, 2, ORDER)?);
    let (order, endian) = orders(ctx, size, flags)?;
    let n = argument(ctx, args, 0, "num")?;
    if n.is_zero() {
        return Ok(Vec::new());
    }
    // SAFETY: a number.
    let bits = unsafe { raw::sizeinbase(n.get(), 2) };
    if size > i64::MAX / 4 || bits.checked_add(size as usize * 8).is_none() {
        return Err(ctx.argument_value_error(2, "is too large for argument #1 ($num)"));
    }
    let (size, word) = (size as usize, size as usize * 8);
    let length = bits.div_ceil(word).saturating_mul(size);
    drop(ctx.alloc_bytes(length)?);
    let mut out = vec![0; length];
    // SAFETY: a number, and room for as many words as it has.
    unsafe { raw::export(out.as_mut_ptr().cast(), std::ptr::null_mut(), order, size, endian, 0, n.get()) };
    Ok(out)
}

/// A number as an int.
#[php_function("gmp_intval(@unchecked GMP|string|int $num): int")]
fn gmp_intval(ctx: &mut Ctx, args: &Args<'_>) -> R<i64> {
    Ok(argument(ctx, args, 0, "num")?.to_int())
}

/// A number's digits.
#[php_function("gmp_strval(@unchecked GMP|string|int $num, int $base = 10): string")]
fn gmp_strval(ctx: &mut Ctx, args: &Args<'_>) -> R<Vec<u8>> {
    let base = int(ctx, args, 1, 10)?;
    if !(2..=MOST).contains(&base) && !(-36..=-2).contains(&base) {
        return Err(ctx.argument_value_error(2, format!("must be between 2 and {MOST}, or -2 and -36")));
    }
    Ok(argument(ctx, args, 0, "num")?.text(base))
}

fn two(ctx: &mut Ctx, args: &Args<'_>) -> R<(Integer, Integer)> {
    Ok((argument(ctx, args, 0, "num1")?, argument(ctx, args, 1, "num2")?))
}

fn binary(ctx: &mut Ctx, args: &Args<'_>, f: Binary, zero: Option<&str>) -> R<Value> {
    let (a, b) = two(ctx, args)?;
    if let Some(what) = zero
        && b.is_zero()
    {
        return Err(ctx.division_by_zero(format!("{what} by zero")));
    }
    object(ctx, Integer::binary(f, &a, &b))
}

macro_rules! binaries {
    ($($(#[$doc:meta])* $name:ident, $sig:literal, $f:ident, $zero:expr;)*) => { $(
        $(#[$doc])*
        #[php_function($sig)]
        fn $name(ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
            binary(ctx, args, raw::$f, $zero)
        }
    )* };
}

binaries! {
    /// Sum.
    gmp_add, "gmp_add(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2): GMP", add, None;
    /// Difference.
    gmp_sub, "gmp_sub(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2): GMP", sub, None;
    /// Product.
    gmp_mul, "gmp_mul(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2): GMP", mul, None;
    /// Rest that is not below 0.
    gmp_mod, "gmp_mod(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2): GMP", modulo, Some("Modulo");
    /// Quotient of a division without a rest.
    gmp_divexact, "gmp_divexact(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2): GMP", divexact, Some("Division");
    /// Greatest common divisor.
    gmp_gcd, "gmp_gcd(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2): GMP", gcd, None;
    /// Least common multiple.
    gmp_lcm, "gmp_lcm(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2): GMP", lcm, None;
    /// Bits of both.
    gmp_and, "gmp_and(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2): GMP", and, None;
    /// Bits of either.
    gmp_or, "gmp_or(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2): GMP", ior, None;
    /// Bits of one alone.
    gmp_xor, "gmp_xor(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2): GMP", xor, None;
}

macro_rules! divisions {
    ($($(#[$doc:meta])* $name:ident, $sig:literal, $zero:ident, $up:ident, $down:ident, $with:ident;)*) => { $(
        $(#[$doc])*
        #[php_function($sig)]
        fn $name(ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
            let mode = int(ctx, args, 2, 0)?;
            let f = match mode {
                0 => raw::$zero,
                1 => raw::$up,
                2 => raw::$down,
                _ => {
                    let text = "must be one of GMP_ROUND_ZERO, GMP_ROUND_PLUSINF, or GMP_ROUND_MINUSINF";
                    return Err(ctx.argument_value_error(3, text));
                }
            };
            $with(ctx, args, f)
        }
    )* };
}

fn one_result(ctx: &mut Ctx, args: &Args<'_>, f: Binary) -> R<Value> {
    binary(ctx, args, f, Some("Division"))
}

fn two_results(ctx: &mut Ctx, args: &Args<'_>, f: Binary2) -> R<Value> {
    let (a, b) = two(ctx, args)?;
    if b.is_zero() {
        return Err(ctx.division_by_zero("Division by zero"));
    }
    pair(ctx, Integer::binary2(f, &a, &b))
}

/// A list of two numbers.
fn pair(ctx: &mut Ctx, [a, b]: [Integer; 2]) -> R<Value> {
    let (a, b) = (object(ctx, a)?, object(ctx, b)?);
    Ok(Array::list([a, b]).into())
}

divisions! {
    /// Quotient and rest.
    gmp_div_qr, "gmp_div_qr(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2, int $rounding_mode = GMP_ROUND_ZERO): array", tdiv_qr, cdiv_qr, fdiv_qr, two_results;
    /// Quotient.
    gmp_div_q, "gmp_div_q(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2, int $rounding_mode = GMP_ROUND_ZERO): GMP", tdiv_q, cdiv_q, fdiv_q, one_result;
    /// As `gmp_div_q()`.
    gmp_div, "gmp_div(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2, int $rounding_mode = GMP_ROUND_ZERO): GMP", tdiv_q, cdiv_q, fdiv_q, one_result;
    /// Rest.
    gmp_div_r, "gmp_div_r(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2, int $rounding_mode = GMP_ROUND_ZERO): GMP", tdiv_r, cdiv_r, fdiv_r, one_result;
}

/// The number with the other sign.
#[php_function("gmp_neg(@unchecked GMP|string|int $num): GMP")]
fn gmp_neg(ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let n = argument(ctx, args, 0, "num")?;
    object(ctx, Integer::binary(raw::sub, &Integer::default(), &n))
}

/// The number without its sign.
#[php_function("gmp_abs(@unchecked GMP|string|int $num): GMP")]
fn gmp_abs(ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let n = argument(ctx, args, 0, "num")?;
    let n = if n.sign() < 0 { Integer::binary(raw::sub, &Integer::default(), &n) } else { n };
    object(ctx, n)
}

/// Bits the other way round.
#[php_function("gmp_com(@unchecked GMP|string|int $num): GMP")]
fn gmp_com(ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let n = argument(ctx, args, 0, "num")?;
    object(ctx, Integer::unary(raw::com, &n))
}

/// The next prime.
#[php_function("gmp_nextprime(@unchecked GMP|string|int $num): GMP")]
fn gmp_nextprime(ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let n = argument(ctx, args, 0, "num")?;
    object(ctx, Integer::unary(raw::nextprime, &n))
}

/// A number that is not below 0.
fn natural(ctx: &mut Ctx, args: &Args<'_>, i: usize, name: &str) -> R<Integer> {
    let n = argument(ctx, args, i, name)?;
    if n.sign() < 0 {
        return Err(ctx.argument_value_error(i as u32 + 1, "must be greater than or equal to 0"));
    }
    Ok(n)
}

/// An int that is not below 0, as argument `i`, from 0.
fn index(ctx: &mut Ctx, args: &Args<'_>, i: usize) -> R<u64> {
    let n = int(ctx, args, i, 0)?;
    u64::try_from(n).map_err(|_| ctx.argument_value_error(i as u32 + 1, "must be greater than or equal to 0"))
}

/// Factorial.
#[php_function("gmp_fact(@unchecked GMP|string|int $num): GMP")]
fn gmp_fact(ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let n = natural(ctx, args, 0, "num")?.to_int() as u64;
    // SAFETY: a number.
    object(ctx, Integer::make(|r| unsafe { raw::fac_ui(r, n) }))
}

/// Binomial coefficient.
#[php_function("gmp_binomial(@unchecked GMP|string|int $n, int $k): GMP")]
fn gmp_binomial(ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let k = index(ctx, args, 1)?;
    let n = argument(ctx, args, 0, "n")?;
    object(ctx, Integer::with(raw::bin_ui, &n, k))
}

/// Power.
#[php_function("gmp_pow(@unchecked GMP|string|int $num, int $exponent): GMP")]
fn gmp_pow(ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let exponent = index(ctx, args, 1)?;
    let n = argument(ctx, args, 0, "num")?;
    object(ctx, Integer::with(raw::pow_ui, &n, exponent))
}

/// Rest of a power.
#[php_function(
    "gmp_powm(@unchecked GMP|string|int $num, @unchecked GMP|string|int $exponent, @unchecked GMP|string|int $modulus): GMP"
)]
fn gmp_powm(ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let n = argument(ctx, args, 0, "num")?;
    let exponent = natural(ctx, args, 1, "exponent")?;
    let modulus = argument(ctx, args, 2, "modulus")?;
    if modulus.is_zero() {
        return Err(ctx.division_by_zero("Modulo by zero"));
    }
    // SAFETY: numbers.
    object(ctx, Integer::make(|r| unsafe { raw::powm(r, n.get(), exponent.get(), modulus.get()) }))
}

/// Square root.
#[php_function("gmp_sqrt(@unchecked GMP|string|int $num): GMP")]
fn gmp_sqrt(ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let n = natural(ctx, args, 0, "num")?;
    object(ctx, Integer::unary(raw::sqrt, &n))
}

/// Square root, and what is left.
#[php_function("gmp_sqrtrem(@unchecked GMP|string|int $num): array")]
fn gmp_sqrtrem(ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let n = natural(ctx, args, 0, "num")?;
    let mut out = [Integer::default(), Integer::default()];
    let [root, rest] = &mut out;
    // SAFETY: numbers.
    unsafe { raw::sqrtrem(root.get_mut(), rest.get_mut(), n.get()) };
    pair(ctx, out)
}

/// The number and which root of it; `least` is what is said of roots that there are not.
fn radicand(ctx: &mut Ctx, args: &Args<'_>, least: &str) -> R<(Integer, u64)> {
    let nth = int(ctx, args, 1, 0)?;
    if nth <= 0 {
        return Err(ctx.argument_value_error(2, least));
    }
    let n = argument(ctx, args, 0, "num")?;
    if nth % 2 == 0 && n.sign() < 0 {
        return Err(ctx.argument_value_error(2, "must be odd if argument #1 ($a) is negative"));
    }
    Ok((n, nth as u64))
}

/// Root.
#[php_function("gmp_root(@unchecked GMP|string|int $num, int $nth): GMP")]
fn gmp_root(ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (n, nth) = radicand(ctx, args, "must be greater than 0")?;
    object(
        ctx,
        Integer::make(|r| {
            // SAFETY: numbers. Whether the root is exact is nobody's question.
            unsafe { raw::root(r, n.get(), nth) };
        }),
    )
}

/// Root, and what is left.
#[php_function("gmp_rootrem(@unchecked GMP|string|int $num, int $nth): array")]
fn gmp_rootrem(ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (n, nth) = radicand(ctx, args, "must be greater than or equal to 1")?;
    let mut out = [Integer::default(), Integer::default()];
    let [root, rest] = &mut out;
    // SAFETY: numbers.
    unsafe { raw::rootrem(root.get_mut(), rest.get_mut(), n.get(), nth) };
    pair(ctx, out)
}

/// Whether it is a square.
#[php_function("gmp_perfect_square(@unchecked GMP|string|int $num): bool")]
fn gmp_perfect_square(ctx: &mut Ctx, args: &Args<'_>) -> R<bool> {
    let n = argument(ctx, args, 0, "num")?;
    // SAFETY: a number.
    Ok(unsafe { raw::perfect_square_p(n.get()) } != 0)
}

/// Whether it is a power.
#[php_function("gmp_perfect_power(@unchecked GMP|string|int $num): bool")]
fn gmp_perfect_power(ctx: &mut Ctx, args: &Args<'_>) -> R<bool> {
    let n = argument(ctx, args, 0, "num")?;
    // SAFETY: a number.
    Ok(unsafe { raw::perfect_power_p(n.get()) } != 0)
}

/// Whether it is a prime: 0 no, 1 probably, 2 yes.
#[php_function("gmp_prob_prime(@unchecked GMP|string|int $num, int $repetitions = 10): int")]
fn gmp_prob_prime(ctx: &mut Ctx, args: &Args<'_>) -> R<i64> {
    let repetitions = int(ctx, args, 1, 10)?;
    let n = argument(ctx, args, 0, "num")?;
    // SAFETY: a number.
    Ok(unsafe { raw::probab_prime_p(n.get(), repetitions as i32) }.into())
}

/// Greatest common divisor, and what both are multiplied with to give it.
#[php_function("gmp_gcdext(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2): array")]
fn gmp_gcdext(ctx: &mut Ctx, args: &Args<'_>) -> R<Array> {
    let (a, b) = two(ctx, args)?;
    let (mut g, mut s, mut t) = (Integer::default(), Integer::default(), Integer::default());
    // SAFETY: numbers.
    unsafe { raw::gcdext(g.get_mut(), s.get_mut(), t.get_mut(), a.get(), b.get()) };
    let mut out = Array::new();
    for (key, n) in [("g", g), ("s", s), ("t", t)] {
        out.set(key, object(ctx, n)?);
    }
    Ok(out)
}

/// Inverse modulo a number.
#[php_function("gmp_invert(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2): GMP|false")]
fn gmp_invert(ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    if args.get(1).and_then(Value::as_int) == Some(0) {
        return Err(ctx.division_by_zero("Division by zero"));
    }
    let (a, b) = two(ctx, args)?;
    if b.is_zero() {
        return Err(ctx.division_by_zero("Division by zero"));
    }
    let mut out = Integer::default();
    // SAFETY: numbers.
    if unsafe { raw::invert(out.get_mut(), a.get(), b.get()) } == 0 {
        return Ok(Value::bool(false));
    }
    object(ctx, out)
}

fn symbol(ctx: &mut Ctx, args: &Args<'_>) -> R<i64> {
    let (a, b) = two(ctx, args)?;
    // SAFETY: numbers.
    Ok(unsafe { raw::jacobi(a.get(), b.get()) }.into())
}

/// Jacobi symbol.
#[php_function("gmp_jacobi(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2): int")]
fn gmp_jacobi(ctx: &mut Ctx, args: &Args<'_>) -> R<i64> {
    symbol(ctx, args)
}

/// Legendre symbol.
#[php_function("gmp_legendre(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2): int")]
fn gmp_legendre(ctx: &mut Ctx, args: &Args<'_>) -> R<i64> {
    symbol(ctx, args)
}

/// Kronecker symbol.
#[php_function("gmp_kronecker(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2): int")]
fn gmp_kronecker(ctx: &mut Ctx, args: &Args<'_>) -> R<i64> {
    symbol(ctx, args)
}

/// Compares.
#[php_function("gmp_cmp(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2): int")]
fn gmp_cmp(ctx: &mut Ctx, args: &Args<'_>) -> R<i64> {
    if let Some(n) = args.get(1).and_then(Value::as_int) {
        return Ok(argument(ctx, args, 0, "num1")?.compare_int(n).into());
    }
    let (a, b) = two(ctx, args)?;
    Ok(a.compare(&b).into())
}

/// Sign.
#[php_function("gmp_sign(@unchecked GMP|string|int $num): int")]
fn gmp_sign(ctx: &mut Ctx, args: &Args<'_>) -> R<i64> {
    Ok(argument(ctx, args, 0, "num")?.sign())
}

/// Uses the request's generator.
fn with_random<T>(ctx: &mut Ctx, f: impl FnOnce(&mut Random) -> T) -> T {
    f(ctx.globals::<Globals>().random.borrow_mut().get_or_insert_default())
}

/// Seeds random numbers.
#[php_function("gmp_random_seed(@unchecked GMP|string|int $seed): void")]
fn gmp_random_seed(ctx: &mut Ctx, args: &Args<'_>) -> R<()> {
    let seed = argument(ctx, args, 0, "seed")?;
    with_random(ctx, |r| r.seed(&seed));
    Ok(())
}

/// A random number of so many bits.
#[php_function("gmp_random_bits(int $bits): GMP")]
fn gmp_random_bits(ctx: &mut Ctx, bits: i64) -> R<Value> {
    let most = i64::from(i32::MAX);
    if !(1..=most).contains(&bits) {
        return Err(ctx.argument_value_error(1, format!("must be between 1 and {most}")));
    }
    let n = with_random(ctx, |r| r.bits(bits as u64));
    object(ctx, n)
}

/// A random number of a range.
#[php_function("gmp_random_range(@unchecked GMP|string|int $min, @unchecked GMP|string|int $max): GMP")]
fn gmp_random_range(ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let max = argument(ctx, args, 1, "max")?;
    let min = argument(ctx, args, 0, "min")?;
    if max <= min {
        return Err(ctx.argument_value_error(1, "must be less than argument #2 ($maximum)"));
    }
    let range = Integer::binary(raw::sub, &max, &min);
    let range = Integer::binary(raw::add, &range, &Integer::from(1));
    let n = with_random(ctx, |r| r.below(&range));
    object(ctx, Integer::binary(raw::add, &n, &min))
}

/// Sets a bit.
#[php_function("gmp_setbit(GMP $num, int $index, bool $value = true): void")]
fn gmp_setbit(ctx: &mut Ctx, num: &This<Gmp>, index: i64, value: bool) -> R<()> {
    if index < 0 {
        return Err(ctx.argument_value_error(2, "must be greater than or equal to 0"));
    }
    if index / 64 >= i32::MAX.into() {
        return Err(ctx.argument_value_error(2, format!("must be less than {} * 64", i32::MAX)));
    }
    let mut n = num.borrow_mut(ctx)?;
    // SAFETY: a number.
    unsafe {
        if value {
            raw::setbit(n.0.get_mut(), index as u64);
        } else {
            raw::clrbit(n.0.get_mut(), index as u64);
        }
    }
    Ok(())
}

/// Clears a bit.
#[php_function("gmp_clrbit(GMP $num, int $index): void")]
fn gmp_clrbit(ctx: &mut Ctx, num: &This<Gmp>, index: i64) -> R<()> {
    if index < 0 {
        return Err(ctx.argument_value_error(2, "must be greater than or equal to 0"));
    }
    // SAFETY: a number.
    unsafe { raw::clrbit(num.borrow_mut(ctx)?.0.get_mut(), index as u64) };
    Ok(())
}

/// Whether a bit is set.
#[php_function("gmp_testbit(@unchecked GMP|string|int $num, int $index): bool")]
fn gmp_testbit(ctx: &mut Ctx, args: &Args<'_>) -> R<bool> {
    let at = index(ctx, args, 1)?;
    let n = argument(ctx, args, 0, "num")?;
    // SAFETY: a number.
    Ok(unsafe { raw::tstbit(n.get(), at) } != 0)
}

/// The next bit that is not set.
#[php_function("gmp_scan0(@unchecked GMP|string|int $num1, int $start): int")]
fn gmp_scan0(ctx: &mut Ctx, args: &Args<'_>) -> R<i64> {
    let at = index(ctx, args, 1)?;
    let n = argument(ctx, args, 0, "num1")?;
    // SAFETY: a number.
    Ok(unsafe { raw::scan0(n.get(), at) } as i64)
}

/// The next bit that is set.
#[php_function("gmp_scan1(@unchecked GMP|string|int $num1, int $start): int")]
fn gmp_scan1(ctx: &mut Ctx, args: &Args<'_>) -> R<i64> {
    let at = index(ctx, args, 1)?;
    let n = argument(ctx, args, 0, "num1")?;
    // SAFETY: a number.
    Ok(unsafe { raw::scan1(n.get(), at) } as i64)
}

/// Bits that are set.
#[php_function("gmp_popcount(@unchecked GMP|string|int $num): int")]
fn gmp_popcount(ctx: &mut Ctx, args: &Args<'_>) -> R<i64> {
    let n = argument(ctx, args, 0, "num")?;
    // SAFETY: a number.
    Ok(unsafe { raw::popcount(n.get()) } as i64)
}

/// Bits that differ.
#[php_function("gmp_hamdist(@unchecked GMP|string|int $num1, @unchecked GMP|string|int $num2): int")]
fn gmp_hamdist(ctx: &mut Ctx, args: &Args<'_>) -> R<i64> {
    let (a, b) = two(ctx, args)?;
    // SAFETY: numbers.
    Ok(unsafe { raw::hamdist(a.get(), b.get()) } as i64)
}
