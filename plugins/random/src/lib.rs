//! The random extension: the generators behind `mt_rand()`, `random_int()` and `Random\Randomizer`.

pub mod engines;
pub mod float;
pub mod functions;
pub mod mt19937;
pub mod randomizer;
pub mod range;

use mt19937::Mt19937;
use plugin_api::{GcRoots, constants, php_module};
use std::cell::{Cell, RefCell};

/// The generators of a VM.
#[derive(Default, GcRoots)]
pub struct Globals {
    /// What `mt_srand()` seeds.
    #[gc(skip)]
    pub mt: RefCell<Option<Mt19937>>,
    /// `lcg_value()`'s.
    #[gc(skip)]
    pub lcg: Cell<Option<(i64, i64)>>,
}

/// The generators start afresh with each request.
fn begin(ctx: &mut plugin_api::Ctx) -> plugin_api::R<()> {
    let g = ctx.globals::<Globals>();
    g.mt.replace(None);
    g.lcg.set(None);
    Ok(())
}

constants! {
    /// Constants.
    pub CONSTANTS;
    int MT_RAND_MT19937 = 0;
    int MT_RAND_PHP = 1, DEPRECATED;
}

php_module! {
    name: "random",
    version: "8.4.24",
    functions: [functions::{mt_srand, srand, mt_rand, rand, mt_getrandmax, getrandmax, random_bytes, random_int, lcg_value}],
    classes: [
        engines::{Engine, CryptoSafeEngine, RandomError, BrokenRandomEngineError, RandomException, Mt, PcgEngine, XoshiroEngine, Secure},
        randomizer::{IntervalBoundary, Randomizer},
    ],
    constants: [CONSTANTS],
    exports: ["random.mt/1" = &functions::API],
    globals: Globals,
    rinit: begin,
}
