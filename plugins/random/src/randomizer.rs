//! `Random\Randomizer` and `Random\IntervalBoundary`.

use crate::engines::{Mt, PcgEngine, Secure, XoshiroEngine};
use crate::float::{Ends, between as float_between};
use crate::functions::{broken, seed};
use crate::mt19937::Mode;
use crate::range::{Source, between};
use plugin_api::{Array, Ctx, Object, R, Str, This, Throw, Value, php_class, php_methods};

/// An engine object at work.
struct Engine<'c> {
    ctx: &'c mut Ctx,
    object: Object,
}

impl Engine<'_> {
    /// The next output in its bytes.
    fn output(&mut self) -> R<(u64, usize)> {
        let (o, ctx) = (&self.object, &mut *self.ctx);
        if let Some(e) = This::<Mt>::of(o) {
            return Ok((e.borrow_mut(ctx)?.0.next() as u64, 4));
        }
        if let Some(e) = This::<PcgEngine>::of(o) {
            return Ok((e.borrow_mut(ctx)?.0.next(), 8));
        }
        if let Some(e) = This::<XoshiroEngine>::of(o) {
            return Ok((e.borrow_mut(ctx)?.0.next(), 8));
        }
        if &*o.class().name() == b"Random\\Engine\\Secure" {
            return Ok((seed(ctx)?, 8));
        }
        let v = o.call(ctx, "generate", &[])?;
        let s = v.to_str(ctx)?;
        if s.is_empty() {
            return Err(ctx.throw_named(
                "Random\\BrokenRandomEngineError",
                "A random engine must return a non-empty string",
                0,
            ));
        }
        let n = s.len().min(8);
        Ok((s[..n].iter().rev().fold(0, |v, c| v << 8 | *c as u64), n))
    }
    /// The generator of an old `mt_rand()`, whose scaling is another.
    fn is_legacy(&mut self) -> R<bool> {
        match This::<Mt>::of(&self.object) {
            Some(e) => Ok(e.borrow(self.ctx)?.0.mode == Mode::Legacy),
            None => Ok(false),
        }
    }
}

impl Source for Engine<'_> {
    fn generate(&mut self) -> R<(u64, usize)> {
        self.output()
    }
    fn exhausted(&mut self) -> Throw {
        broken(self.ctx)
    }
}

/// Tries before an engine counts as broken.
const TRIES: usize = 50;

/// Draws from an engine.
#[php_class("final class Random\\Randomizer", "public readonly Random\\Engine $engine", flags(uncloneable))]
pub struct Randomizer;

impl Randomizer {
    fn engine<'c>(this: &This<Self>, ctx: &'c mut Ctx) -> R<Engine<'c>> {
        match this.object().slot("engine").and_then(|v| Object::try_from(v).ok()) {
            Some(object) => Ok(Engine { ctx, object }),
            None => Err(ctx.error(
                "Typed property Random\\Randomizer::$engine must not be accessed before initialization",
            )),
        }
    }
}

#[php_methods]
impl Randomizer {
    #[php("public function __construct(?Random\\Engine $engine = null)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, engine: Option<&Object>) -> R<()> {
        let engine = match engine {
            Some(e) => e.clone(),
            None => plugin_api::Class::of::<Secure>(ctx)?.instantiate(ctx, &[])?,
        };
        let class = this.object().class();
        this.object().set(ctx, "engine", engine, Some(class))
    }
    #[php("public function nextInt(): int")]
    fn next_int(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        let (v, _) = Self::engine(this, ctx)?.output()?;
        Ok((v >> 1) as i64)
    }
    #[php("public function nextFloat(): float")]
    fn next_float(this: &This<Self>, ctx: &mut Ctx) -> R<f64> {
        let mut e = Self::engine(this, ctx)?;
        let (mut bits, mut have) = (0u64, 0);
        while have < 8 {
            let (v, n) = e.output()?;
            bits |= v << (have * 8);
            have += n;
        }
        Ok((bits >> 11) as f64 * (1.0 / (1u64 << 53) as f64))
    }
    #[php(
        "public function getFloat(float $min, float $max, Random\\IntervalBoundary $boundary = Random\\IntervalBoundary::ClosedOpen): float"
    )]
    fn get_float(this: &This<Self>, ctx: &mut Ctx, min: f64, max: f64, boundary: Option<&Value>) -> R<f64> {
        for (n, v) in [(1, min), (2, max)] {
            if !v.is_finite() {
                return Err(ctx.argument_value_error(n, "must be finite"));
            }
        }
        let name = boundary.and_then(Value::as_object).and_then(|o| o.slot("name"));
        let ends = match name.as_ref().and_then(Value::as_str).map(|s| s.as_bytes()) {
            Some(b"ClosedClosed") => Ends::ClosedClosed,
            Some(b"OpenClosed") => Ends::OpenClosed,
            Some(b"OpenOpen") => Ends::OpenOpen,
            _ => Ends::ClosedOpen,
        };
        if ends == Ends::ClosedClosed {
            if max < min {
                return Err(
                    ctx.argument_value_error(2, "must be greater than or equal to argument #1 ($min)")
                );
            }
        } else if max <= min {
            return Err(ctx.argument_value_error(2, "must be greater than argument #1 ($min)"));
        }
        let v = float_between(&mut Self::engine(this, ctx)?, min, max, ends)?;
        if v.is_nan() {
            return Err(ctx.value_error(
                "The given interval is empty, there are no floats between argument #1 ($min) and argument #2 ($max).",
            ));
        }
        Ok(v)
    }
    #[php("public function getInt(int $min, int $max): int")]
    fn get_int(this: &This<Self>, ctx: &mut Ctx, min: i64, max: i64) -> R<i64> {
        if max < min {
            return Err(ctx.argument_value_error(2, "must be greater than or equal to argument #1 ($min)"));
        }
        let mut e = Self::engine(this, ctx)?;
        if e.is_legacy()? {
            let n = (e.output()?.0 >> 1) as f64;
            let span = max as f64 - min as f64 + 1.0;
            return Ok(min.wrapping_add((span * (n / 2_147_483_648.0)) as i64));
        }
        between(&mut e, min, max)
    }
    #[php("public function getBytes(int $length): string")]
    fn get_bytes(this: &This<Self>, ctx: &mut Ctx, length: i64) -> R<Vec<u8>> {
        let Some(length) = usize::try_from(length).ok().filter(|n| *n > 0) else {
            return Err(ctx.argument_value_error(1, "must be greater than 0"));
        };
        let mut e = Self::engine(this, ctx)?;
        let mut out = Vec::new();
        while out.len() < length {
            let (v, n) = e.output()?;
            out.extend_from_slice(&v.to_le_bytes()[..n.min(length - out.len())]);
        }
        Ok(out)
    }
    #[php("public function getBytesFromString(string $string, int $length): string")]
    fn get_bytes_from_string(this: &This<Self>, ctx: &mut Ctx, string: &Str, length: i64) -> R<Vec<u8>> {
        if string.is_empty() {
            return Err(ctx.argument_value_error(1, "must not be empty"));
        }
        let Some(length) = usize::try_from(length).ok().filter(|n| *n > 0) else {
            return Err(ctx.argument_value_error(2, "must be greater than 0"));
        };
        let last = string.len() - 1;
        let mut e = Self::engine(this, ctx)?;
        let mut out = Vec::new();
        if last > 0xff {
            while out.len() < length {
                out.push(string[between(&mut e, 0, last as i64)? as usize]);
            }
            return Ok(out);
        }
        let mask = (last as u64 + 1).next_power_of_two() - 1;
        let mut useless = 0;
        while out.len() < length {
            let (v, n) = e.output()?;
            for i in 0..n {
                let offset = v >> (i * 8) & mask;
                if offset > last as u64 {
                    useless += 1;
                    if useless > TRIES {
                        return Err(e.exhausted());
                    }
                    continue;
                }
                useless = 0;
                out.push(string[offset as usize]);
                if out.len() >= length {
                    break;
                }
            }
        }
        Ok(out)
    }
    #[php("public function shuffleArray(array $array): array")]
    fn shuffle_array(this: &This<Self>, ctx: &mut Ctx, array: &Array) -> R<Array> {
        let mut items: Vec<Value> = array.entries().map(|(_, v)| v.clone()).collect();
        let mut e = Self::engine(this, ctx)?;
        for i in (1..items.len()).rev() {
            let j = between(&mut e, 0, i as i64)? as usize;
            items.swap(i, j);
        }
        Ok(Array::list(items))
    }
    #[php("public function shuffleBytes(string $bytes): string")]
    fn shuffle_bytes(this: &This<Self>, ctx: &mut Ctx, bytes: &[u8]) -> R<Vec<u8>> {
        let mut out = bytes.to_vec();
        let mut e = Self::engine(this, ctx)?;
        for i in (1..out.len()).rev() {
            let j = between(&mut e, 0, i as i64)? as usize;
            out.swap(i, j);
        }
        Ok(out)
    }
    #[php("public function pickArrayKeys(array $array, int $num): array")]
    fn pick_array_keys(this: &This<Self>, ctx: &mut Ctx, array: &Array, num: i64) -> R<Array> {
        let n = array.len();
        if n == 0 {
            return Err(ctx.argument_value_error(1, "must not be empty"));
        }
        if num <= 0 || num as u64 > n as u64 {
            return Err(ctx.argument_value_error(
                2,
                "must be between 1 and the number of elements in argument #1 ($array)",
            ));
        }
        let mut e = Self::engine(this, ctx)?;
        if num == 1 {
            let used = array.end();
            if (n as u64) * 2 < used as u64 {
                let i = between(&mut e, 0, n as i64 - 1)? as usize;
                return Ok(Array::list(array.keys().nth(i).map(|k| k.to_value())));
            }
            loop {
                let i = between(&mut e, 0, used as i64 - 1)?;
                if let Some((k, _)) = array.at(i as u32) {
                    return Ok(Array::list([k.to_value()]));
                }
            }
        }
        let mut wanted = num as usize;
        let negative = wanted > n >> 1;
        if negative {
            wanted = n - wanted;
        }
        let mut drawn = vec![false; n];
        let mut useless = 0;
        while wanted > 0 {
            let i = between(&mut e, 0, n as i64 - 1)? as usize;
            if drawn[i] {
                useless += 1;
                if useless > TRIES {
                    return Err(e.exhausted());
                }
                continue;
            }
            useless = 0;
            drawn[i] = true;
            wanted -= 1;
        }
        Ok(array.keys().zip(drawn).filter(|(_, d)| d ^ negative).map(|(k, _)| k.to_value()).collect())
    }
    #[php("public function __serialize(): array")]
    fn serialize(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let properties = this.object().properties(ctx)?;
        Ok(Array::list([Value::from(properties)]))
    }
    #[php("public function __unserialize(array $data): void")]
    fn unserialize(this: &This<Self>, ctx: &mut Ctx, data: &Array) -> R<()> {
        let invalid =
            |ctx: &mut Ctx| ctx.exception("Invalid serialization data for Random\\Randomizer object");
        // One property, and that the engine.
        let properties = data.get_index(0).and_then(Value::as_array).filter(|p| p.len() == 1);
        let engine = properties.and_then(|p| p.get("engine")).cloned();
        let interface = ctx.find_class("Random\\Engine", false)?;
        match engine.and_then(|v| Object::try_from(v).ok()) {
            _ if this.object().slot("engine").is_some_and(|e| e.as_object().is_some()) => Err(invalid(ctx)),
            Some(o) if data.len() == 1 && interface.is_some_and(|c| o.instance_of(c)) => {
                let class = this.object().class();
                this.object().set(ctx, "engine", o, Some(class))
            }
            _ => Err(invalid(ctx)),
        }
    }
}

/// Which ends belong to an interval.
#[php_class(
    "enum Random\\IntervalBoundary",
    "case ClosedOpen",
    "case ClosedClosed",
    "case OpenClosed",
    "case OpenOpen"
)]
pub struct IntervalBoundary;
