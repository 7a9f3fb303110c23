//! Numbers of a range without bias, as PHP takes them from a generator's output.

use plugin_api::R;

/// Gives the generator's next output: its bytes as a little-endian number, and how many.
pub trait Source {
    /// The next output.
    ///
    /// # Errors
    /// What a generator written in PHP throws.
    fn generate(&mut self) -> R<(u64, usize)>;
    /// Thrown when 50 outputs in a row were of no use.
    fn exhausted(&mut self) -> plugin_api::Throw;
}

/// Tries before a generator counts as broken.
const TRIES: usize = 50;

fn bits(s: &mut impl Source, want: usize) -> R<u64> {
    let (mut out, mut have) = (0u64, 0);
    while have < want {
        let (v, n) = s.generate()?;
        if have < 8 {
            out |= v << (have * 8);
        }
        have += n;
    }
    Ok(out)
}

/// A number from 0 to `max`.
pub fn up_to(s: &mut impl Source, max: u64) -> R<u64> {
    if max <= u32::MAX as u64 { narrow(s, max as u32).map(u64::from) } else { wide(s, max) }
}

fn narrow(s: &mut impl Source, max: u32) -> R<u32> {
    let mut r = bits(s, 4)? as u32;
    if max == u32::MAX {
        return Ok(r);
    }
    let n = max + 1;
    if n.is_power_of_two() {
        return Ok(r & max);
    }
    let limit = u32::MAX - u32::MAX % n - 1;
    let mut tries = 0;
    while r > limit {
        tries += 1;
        if tries > TRIES {
            return Err(s.exhausted());
        }
        r = bits(s, 4)? as u32;
    }
    Ok(r % n)
}

fn wide(s: &mut impl Source, max: u64) -> R<u64> {
    let mut r = bits(s, 8)?;
    if max == u64::MAX {
        return Ok(r);
    }
    let n = max + 1;
    if n.is_power_of_two() {
        return Ok(r & max);
    }
    let limit = u64::MAX - u64::MAX % n - 1;
    let mut tries = 0;
    while r > limit {
        tries += 1;
        if tries > TRIES {
            return Err(s.exhausted());
        }
        r = bits(s, 8)?;
    }
    Ok(r % n)
}

/// A number from `min` to `max`, both included.
pub fn between(s: &mut impl Source, min: i64, max: i64) -> R<i64> {
    let span = (max as u64).wrapping_sub(min as u64);
    Ok(up_to(s, span)?.wrapping_add(min as u64) as i64)
}
