//! What the random extension offers other extensions: numbers of the generator that `mt_srand()` seeds.

use plugin_api::{Ctx, R};

/// Name of the interface.
pub const NAME: &str = "random.mt/1";

/// The interface's table.
#[repr(C)]
pub struct Table {
    /// `size_of` this table in the extension.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// A number from `min` to `max`, both included; `min` is not above `max`.
    pub range: extern "C" fn(ctx: *mut plugin_api::abi::CtxRaw, min: i64, max: i64) -> i64,
}

/// The request's generator.
#[derive(Clone, Copy)]
pub struct Generator(&'static Table);

impl Generator {
    /// The generator of the loaded random extension.
    ///
    /// # Errors
    /// Throws when that extension is not there.
    pub fn of(ctx: &mut Ctx) -> R<Generator> {
        match ctx.interface(NAME) {
            // SAFETY: an interface of this name is such a table, which lives as long as the process.
            Some(p) => Ok(Generator(unsafe { &*p.cast::<Table>() })),
            None => Err(ctx.error("The random extension is not loaded")),
        }
    }
    /// A number from `min` to `max`, both included.
    pub fn range(self, ctx: &mut Ctx, min: i64, max: i64) -> i64 {
        (self.0.range)(ctx.raw(), min, max)
    }
}
