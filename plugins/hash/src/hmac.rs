//! HMAC (RFC 2104) over any of the algorithms.

use crate::algorithm::{Algorithm, Hasher};
use plugin_api::{Ctx, R};

/// A key made ready: as long as a block, with the inner pad mixed in.
pub fn inner_key(ctx: &mut Ctx, algorithm: &Algorithm, key: &[u8]) -> R<Vec<u8>> {
    let mut k = if key.len() > algorithm.block { algorithm.hash(ctx, &[key])? } else { key.to_vec() };
    k.resize(algorithm.block, 0);
    k.iter_mut().for_each(|b| *b ^= 0x36);
    Ok(k)
}

/// Replaces the inner pad by the outer one.
pub fn outer_key(inner: &[u8]) -> Vec<u8> {
    inner.iter().map(|b| b ^ 0x36 ^ 0x5c).collect()
}

/// A keyed hash, whose keyed beginnings are computed once.
pub struct Hmac {
    inner: Box<dyn Hasher>,
    outer: Box<dyn Hasher>,
}

impl Hmac {
    /// With a key.
    pub fn new(ctx: &mut Ctx, algorithm: &Algorithm, key: &[u8]) -> R<Hmac> {
        let key = inner_key(ctx, algorithm, key)?;
        let (mut inner, mut outer) = (algorithm.fresh(ctx)?, algorithm.fresh(ctx)?);
        inner.update(&key);
        outer.update(&outer_key(&key));
        Ok(Hmac { inner, outer })
    }
    /// The inner hash at its beginning, to be fed and given to [`Hmac::finish`].
    pub fn begin(&self) -> Box<dyn Hasher> {
        self.inner.copy()
    }
    /// The code of a message.
    pub fn finish(&self, mut message: Box<dyn Hasher>) -> Vec<u8> {
        let mut outer = self.outer.copy();
        outer.update(&message.finish());
        outer.finish()
    }
    /// The code of a message in pieces.
    pub fn code(&self, parts: &[&[u8]]) -> Vec<u8> {
        let mut inner = self.begin();
        parts.iter().for_each(|p| inner.update(p));
        self.finish(inner)
    }
}
