//! Floats of an interval, each as likely as its neighbours: the γ-section algorithm (Goualard, 2022).

use crate::range::{Source, up_to};
use plugin_api::R;

/// Which ends belong to an interval.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Ends {
    /// `[min, max)`
    ClosedOpen,
    /// `[min, max]`
    ClosedClosed,
    /// `(min, max]`
    OpenClosed,
    /// `(min, max)`
    OpenOpen,
}

/// The wider of the gaps beside the ends.
fn gap(min: f64, max: f64) -> f64 {
    if min.abs() > max.abs() { min.next_up() - min } else { max - max.next_down() }
}

/// How many gaps fit.
fn steps(a: f64, b: f64, g: f64) -> u64 {
    let s = b / g - a / g;
    let e = if a.abs() <= b.abs() { -a / g - (s - b / g) } else { b / g - (s + a / g) };
    let up = s.ceil();
    if s != up { up as u64 } else { up as u64 + (e > 0.0) as u64 }
}

/// `base` and `k` gaps, without running over.
fn at(base: f64, k: u64, g: f64) -> f64 {
    let (high, low) = ((k >> 2) as f64, (k & 3) as f64);
    4.0 * (base * 0.25 + high * g) + low * g
}

/// A float of the interval; not a number when there is none in it.
///
/// # Errors
/// What the generator throws.
pub fn between(s: &mut impl Source, min: f64, max: f64, ends: Ends) -> R<f64> {
    let g = gap(min, max);
    let n = steps(min, max, g);
    let least = if ends == Ends::OpenOpen { 2 } else { 1 };
    if ends == Ends::ClosedClosed {
        if max < min {
            return Ok(f64::NAN);
        }
    } else if max <= min || n < least {
        return Ok(f64::NAN);
    }
    let down = min.abs() <= max.abs();
    Ok(match ends {
        Ends::ClosedOpen => {
            let k = 1 + up_to(s, n - 1)?;
            match (down, k == n) {
                (true, true) => min,
                (true, false) => at(max, k, -g),
                (false, _) => at(min, k - 1, g),
            }
        }
        Ends::ClosedClosed => {
            let k = up_to(s, n)?;
            match (down, k == n) {
                (true, true) => min,
                (true, false) => at(max, k, -g),
                (false, true) => max,
                (false, false) => at(min, k, g),
            }
        }
        Ends::OpenClosed => {
            let k = up_to(s, n - 1)?;
            match (down, k + 1 == n) {
                (true, _) => at(max, k, -g),
                (false, true) => max,
                (false, false) => at(min, k + 1, g),
            }
        }
        Ends::OpenOpen => {
            let k = 1 + up_to(s, n - 2)?;
            if down { at(max, k, -g) } else { at(min, k, g) }
        }
    })
}
