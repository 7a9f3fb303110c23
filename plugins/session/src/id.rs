//! Session ids.

use crate::state::session;
use plugin_api::{Ctx, R};

/// Longest id.
pub const MAX: usize = 256;

const DIGITS: &[u8; 64] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ,-";

/// A random id, as long as the settings say.
pub fn create(ctx: &mut Ctx) -> R<Vec<u8>> {
    let length = ctx.ini_int("session.sid_length").clamp(22, MAX as i64) as usize;
    let bits = ctx.ini_int("session.sid_bits_per_character").clamp(4, 6) as u32;
    let mut random = vec![0; length];
    if getrandom::fill(&mut random).is_err() {
        return Err(ctx.throw_named("Random\\RandomException", "Could not gather sufficient random data", 0));
    }
    let (mut word, mut have, mut bytes) = (0u32, 0, random.into_iter());
    let mut out = Vec::with_capacity(length);
    while out.len() < length {
        if have < bits {
            // A character takes less than a byte: there are enough of them.
            word |= u32::from(bytes.next().unwrap_or_default()) << have;
            have += 8;
        }
        out.push(DIGITS[(word & ((1 << bits) - 1)) as usize]);
        word >>= bits;
        have -= bits;
    }
    Ok(out)
}

/// An id as C code sees it.
pub fn up_to_nul(id: &[u8]) -> &[u8] {
    &id[..id.iter().position(|c| *c == 0).unwrap_or(id.len())]
}

/// Whether the `files` store takes an id.
pub fn is_valid(id: &[u8]) -> bool {
    let id = up_to_nul(id);
    !id.is_empty()
        && id.len() <= MAX
        && id.iter().all(|c| c.is_ascii_alphanumeric() || matches!(c, b',' | b'-'))
}

/// The session's id; empty without one.
pub fn current(ctx: &mut Ctx) -> Vec<u8> {
    session(ctx).id.borrow().clone().unwrap_or_default()
}
