//! The gmp extension: integers of any length, over GNU MP.

mod class;
mod functions;
mod integer;
mod operand;

use plugin_api::{GcRoots, Info, Module, php_module};
use std::cell::RefCell;

plugin_api::constants! {
    CONSTANTS;
    int GMP_ROUND_ZERO = 0;
    int GMP_ROUND_PLUSINF = 1;
    int GMP_ROUND_MINUSINF = 2;
    int GMP_MSW_FIRST = 1;
    int GMP_LSW_FIRST = 2;
    int GMP_LITTLE_ENDIAN = 4;
    int GMP_BIG_ENDIAN = 8;
    int GMP_NATIVE_ENDIAN = 16;
}

/// What the extension keeps for a request.
#[derive(Default, GcRoots)]
pub struct Globals {
    /// The generator, once a random number was asked for.
    #[gc(skip)]
    random: RefCell<Option<integer::Random>>,
}

fn startup(m: &mut Module) -> Result<(), String> {
    m.string_constant("GMP_VERSION", integer::version());
    Ok(())
}

fn request_end(ctx: &mut plugin_api::Ctx) -> plugin_api::R<()> {
    ctx.globals::<Globals>().random.take();
    Ok(())
}

fn info(t: &mut Info) {
    t.row("gmp support", "enabled");
    t.row("GMP version", integer::version());
}

php_module! {
    name: "gmp",
    version: "8.4.24",
    functions: [functions::{
        gmp_init, gmp_import, gmp_export, gmp_intval, gmp_strval, gmp_add, gmp_sub, gmp_mul, gmp_div_qr, gmp_div_q,
        gmp_div_r, gmp_div, gmp_mod, gmp_divexact, gmp_neg, gmp_abs, gmp_fact, gmp_sqrt, gmp_sqrtrem, gmp_root,
        gmp_rootrem, gmp_pow, gmp_powm, gmp_perfect_square, gmp_perfect_power, gmp_prob_prime, gmp_gcd, gmp_gcdext,
        gmp_lcm, gmp_invert, gmp_jacobi, gmp_legendre, gmp_kronecker, gmp_cmp, gmp_sign, gmp_random_seed,
        gmp_random_bits, gmp_random_range, gmp_and, gmp_or, gmp_com, gmp_xor, gmp_setbit, gmp_clrbit, gmp_testbit,
        gmp_scan0, gmp_scan1, gmp_popcount, gmp_hamdist, gmp_nextprime, gmp_binomial,
    }],
    classes: [class::Gmp],
    constants: [CONSTANTS],
    globals: Globals,
    minit: startup,
    rshutdown: request_end,
    minfo: info,
}
