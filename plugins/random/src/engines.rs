//! `Random\Engine` and the engines of PHP.

use crate::functions::{seed, system};
use crate::mt19937::{Mode, Mt19937};
use plugin_api::{Array, Ctx, GcRoots, Handlers, Kind, R, Str, This, Throw, Value, php_class, php_methods};

/// What gives random bytes.
#[php_class("interface Random\\Engine", "public function generate(): string")]
pub struct Engine;
/// An engine fit for secrets.
#[php_class("interface Random\\CryptoSafeEngine extends Random\\Engine")]
pub struct CryptoSafeEngine;
/// An error of the extension.
#[php_class("class Random\\RandomError extends Error")]
pub struct RandomError;
/// An engine that gives nothing of use.
#[php_class("class Random\\BrokenRandomEngineError extends Random\\RandomError")]
pub struct BrokenRandomEngineError;
/// Something went wrong that a program may handle.
#[php_class("class Random\\RandomException extends Exception")]
pub struct RandomException;

/// A number's bytes, the lowest first, in hexadecimal digits.
fn hex(v: u64, bytes: usize) -> Value {
    let digits = v.to_le_bytes()[..bytes].iter().fold(String::new(), |mut s, b| {
        s.push_str(&format!("{b:02x}"));
        s
    });
    Value::from(digits)
}
fn unhex(v: &Value, bytes: usize) -> Option<u64> {
    let s = v.as_str()?;
    if s.len() != bytes * 2 || !s.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let digit = |c: u8| (c as char).to_digit(16).unwrap_or(0) as u64;
    Some((0..bytes).rev().fold(0, |n, i| n << 8 | digit(s[i * 2]) << 4 | digit(s[i * 2 + 1])))
}

/// What serializes and shows an engine's state.
pub trait State: Sized {
    /// The state's parts.
    fn parts(&self) -> Vec<Value>;
    /// The state of those parts.
    fn of_parts(parts: &[Value]) -> Option<Self>;
}

fn broken(ctx: &mut Ctx, class: &str) -> Throw {
    ctx.exception(format!("Invalid serialization data for {class} object"))
}

macro_rules! engine {
    ($name:ident, $class:literal) => {
        impl Handlers for $name {
            fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
                let copy = from.borrow(ctx)?.0.clone();
                to.borrow_mut(ctx)?.0 = copy;
                Ok(())
            }
        }
        impl $name {
            fn serialized(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
                let properties = this.object().properties(ctx)?;
                let states = Array::list(this.borrow(ctx)?.0.parts());
                Ok(Array::list([properties.into(), states.into()]))
            }
            fn unserialized(this: &This<Self>, ctx: &mut Ctx, data: &Array) -> R<()> {
                let (properties, states) = (data.get_index(0), data.get_index(1));
                let (Some(properties), Some(states), 2) =
                    (properties.and_then(Value::as_array), states.and_then(Value::as_array), data.len())
                else {
                    return Err(broken(ctx, $class));
                };
                for (k, v) in properties.iter() {
                    let key = k.to_value().to_str(ctx)?;
                    this.object().set_mangled(ctx, &key, v.clone())?;
                }
                let parts: Vec<Value> = states.values().cloned().collect();
                match State::of_parts(&parts) {
                    Some(s) => {
                        this.borrow_mut(ctx)?.0 = s;
                        Ok(())
                    }
                    None => Err(broken(ctx, $class)),
                }
            }
            fn shown(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
                let mut out = this.object().properties(ctx)?;
                let states = Array::list(this.borrow(ctx)?.0.parts());
                out.set("__states", states);
                Ok(out)
            }
        }
    };
}

impl State for Mt19937 {
    fn parts(&self) -> Vec<Value> {
        let mut out: Vec<Value> = self.state.iter().map(|s| hex(*s as u64, 4)).collect();
        out.push(Value::int(self.used as i64));
        out.push(Value::int((self.mode == Mode::Legacy) as i64));
        out
    }
    fn of_parts(parts: &[Value]) -> Option<Mt19937> {
        let [states @ .., used, mode] = parts else { return None };
        let mut g = Mt19937::new(0, Mode::Standard);
        if states.len() != g.state.len() {
            return None;
        }
        for (slot, v) in g.state.iter_mut().zip(states) {
            *slot = unhex(v, 4)? as u32;
        }
        g.used = usize::try_from(used.as_int()?).ok().filter(|u| *u <= states.len())?;
        g.mode = match mode.as_int()? {
            0 => Mode::Standard,
            1 => Mode::Legacy,
            _ => return None,
        };
        Some(g)
    }
}

/// The Mersenne Twister.
#[derive(GcRoots)]
#[php_class("final class Random\\Engine\\Mt19937 implements Random\\Engine", handlers(clone))]
pub struct Mt(#[gc(skip)] pub Mt19937);

impl Default for Mt {
    fn default() -> Mt {
        Mt(Mt19937::new(0, Mode::Standard))
    }
}
engine!(Mt, "Random\\Engine\\Mt19937");

#[php_methods]
impl Mt {
    #[php("public function __construct(?int $seed = null, int $mode = MT_RAND_MT19937)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, given: Option<i64>, mode: Option<i64>) -> R<()> {
        let mode = match mode.unwrap_or(0) {
            0 => Mode::Standard,
            1 => {
                ctx.raise_plain(
                    plugin_api::Level::Deprecated,
                    "The MT_RAND_PHP variant of Mt19937 is deprecated",
                )?;
                Mode::Legacy
            }
            _ => return Err(ctx.argument_value_error(2, "must be either MT_RAND_MT19937 or MT_RAND_PHP")),
        };
        let s = match given {
            Some(s) => s as u32,
            None => seed(ctx)? as u32,
        };
        this.borrow_mut(ctx)?.0 = Mt19937::new(s, mode);
        Ok(())
    }
    #[php("public function generate(): string")]
    fn generate(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        Ok(Str::new(&this.borrow_mut(ctx)?.0.next().to_le_bytes()))
    }
    #[php("public function __serialize(): array")]
    fn serialize(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        Self::serialized(this, ctx)
    }
    #[php("public function __unserialize(array $data): void")]
    fn unserialize(this: &This<Self>, ctx: &mut Ctx, data: &Array) -> R<()> {
        Self::unserialized(this, ctx, data)
    }
    #[php("public function __debugInfo(): array")]
    fn debug_info(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        Self::shown(this, ctx)
    }
}

/// PCG with 128 bits of state, one sequence and 64 bits of output (O'Neill, 2014).
#[derive(Clone, Default)]
pub struct Pcg(u128);

const PCG_TIMES: u128 = 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645;
const PCG_PLUS: u128 = 0x5851_F42D_4C95_7F2D_1405_7B7E_F767_814F;

impl Pcg {
    fn new(seed: u128) -> Pcg {
        let mut g = Pcg(0);
        g.step();
        g.0 = g.0.wrapping_add(seed);
        g.step();
        g
    }
    fn step(&mut self) {
        self.0 = self.0.wrapping_mul(PCG_TIMES).wrapping_add(PCG_PLUS);
    }
    /// The next 64 bits.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> u64 {
        self.step();
        let (high, low) = ((self.0 >> 64) as u64, self.0 as u64);
        (high ^ low).rotate_right((high >> 58) as u32)
    }
    /// Goes `n` steps on at once (Brown, 1994).
    fn advance(&mut self, mut n: u64) {
        let (mut times, mut plus) = (PCG_TIMES, PCG_PLUS);
        let (mut all_times, mut all_plus) = (1u128, 0u128);
        while n > 0 {
            if n & 1 == 1 {
                all_times = all_times.wrapping_mul(times);
                all_plus = all_plus.wrapping_mul(times).wrapping_add(plus);
            }
            plus = times.wrapping_add(1).wrapping_mul(plus);
            times = times.wrapping_mul(times);
            n >>= 1;
        }
        self.0 = self.0.wrapping_mul(all_times).wrapping_add(all_plus);
    }
}
impl State for Pcg {
    fn parts(&self) -> Vec<Value> {
        vec![hex((self.0 >> 64) as u64, 8), hex(self.0 as u64, 8)]
    }
    fn of_parts(parts: &[Value]) -> Option<Pcg> {
        let [high, low] = parts else { return None };
        Some(Pcg((unhex(high, 8)? as u128) << 64 | unhex(low, 8)? as u128))
    }
}

fn word(b: &[u8]) -> u64 {
    b.iter().rev().fold(0, |n, c| n << 8 | *c as u64)
}

/// PCG as a class.
#[derive(Default, GcRoots)]
#[php_class("final class Random\\Engine\\PcgOneseq128XslRr64 implements Random\\Engine", handlers(clone))]
pub struct PcgEngine(#[gc(skip)] pub Pcg);
engine!(PcgEngine, "Random\\Engine\\PcgOneseq128XslRr64");

#[php_methods]
impl PcgEngine {
    #[php("public function __construct(string|int|null $seed = null)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, given: Option<&Value>) -> R<()> {
        let seed = match given.map(Value::kind) {
            Some(Kind::Int(i)) => i as u64 as u128,
            Some(Kind::Str(s)) => {
                if s.len() != 16 {
                    return Err(ctx.argument_value_error(1, "must be a 16 byte (128 bit) string"));
                }
                (word(&s[..8]) as u128) << 64 | word(&s[8..]) as u128
            }
            _ => {
                let mut b = [0; 16];
                system(ctx, &mut b)?;
                u128::from_le_bytes(b)
            }
        };
        this.borrow_mut(ctx)?.0 = Pcg::new(seed);
        Ok(())
    }
    #[php("public function generate(): string")]
    fn generate(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        Ok(Str::new(&this.borrow_mut(ctx)?.0.next().to_le_bytes()))
    }
    #[php("public function jump(int $advance): void")]
    fn jump(this: &This<Self>, ctx: &mut Ctx, advance: i64) -> R<()> {
        match u64::try_from(advance) {
            Ok(n) => {
                this.borrow_mut(ctx)?.0.advance(n);
                Ok(())
            }
            Err(_) => Err(ctx.argument_value_error(1, "must be greater than or equal to 0")),
        }
    }
    #[php("public function __serialize(): array")]
    fn serialize(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        Self::serialized(this, ctx)
    }
    #[php("public function __unserialize(array $data): void")]
    fn unserialize(this: &This<Self>, ctx: &mut Ctx, data: &Array) -> R<()> {
        Self::unserialized(this, ctx, data)
    }
    #[php("public function __debugInfo(): array")]
    fn debug_info(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        Self::shown(this, ctx)
    }
}

/// xoshiro256** (Blackman and Vigna, 2018).
#[derive(Clone, Default)]
pub struct Xoshiro([u64; 4]);

impl Xoshiro {
    /// From one word, spread by splitmix64.
    fn new(mut seed: u64) -> Xoshiro {
        Xoshiro([(); 4].map(|()| {
            seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut r = seed;
            r = (r ^ r >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            r = (r ^ r >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            r ^ r >> 31
        }))
    }
    /// The next 64 bits.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> u64 {
        let s = &mut self.0;
        let r = s[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        r
    }
    fn leap(&mut self, by: [u64; 4]) {
        let mut sum = [0u64; 4];
        for part in by {
            for bit in 0..64 {
                if part >> bit & 1 == 1 {
                    sum.iter_mut().zip(self.0).for_each(|(s, x)| *s ^= x);
                }
                self.next();
            }
        }
        self.0 = sum;
    }
}
impl State for Xoshiro {
    fn parts(&self) -> Vec<Value> {
        self.0.iter().map(|s| hex(*s, 8)).collect()
    }
    fn of_parts(parts: &[Value]) -> Option<Xoshiro> {
        let mut s = [0; 4];
        if parts.len() != 4 {
            return None;
        }
        for (slot, v) in s.iter_mut().zip(parts) {
            *slot = unhex(v, 8)?;
        }
        s.iter().any(|w| *w != 0).then_some(Xoshiro(s))
    }
}

/// xoshiro256** as a class.
#[derive(Default, GcRoots)]
#[php_class("final class Random\\Engine\\Xoshiro256StarStar implements Random\\Engine", handlers(clone))]
pub struct XoshiroEngine(#[gc(skip)] pub Xoshiro);
engine!(XoshiroEngine, "Random\\Engine\\Xoshiro256StarStar");

#[php_methods]
impl XoshiroEngine {
    #[php("public function __construct(string|int|null $seed = null)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, given: Option<&Value>) -> R<()> {
        let words = |b: &[u8]| Xoshiro([word(&b[..8]), word(&b[8..16]), word(&b[16..24]), word(&b[24..32])]);
        let g = match given.map(Value::kind) {
            Some(Kind::Int(i)) => Xoshiro::new(i as u64),
            Some(Kind::Str(s)) => {
                if s.len() != 32 {
                    return Err(ctx.argument_value_error(1, "must be a 32 byte (256 bit) string"));
                }
                if s.iter().all(|c| *c == 0) {
                    return Err(ctx.argument_value_error(1, "must not consist entirely of NUL bytes"));
                }
                words(s)
            }
            _ => {
                let mut b = [0; 32];
                system(ctx, &mut b)?;
                // All zeros would stay so.
                b[0] |= b.iter().all(|c| *c == 0) as u8;
                words(&b)
            }
        };
        this.borrow_mut(ctx)?.0 = g;
        Ok(())
    }
    #[php("public function generate(): string")]
    fn generate(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        Ok(Str::new(&this.borrow_mut(ctx)?.0.next().to_le_bytes()))
    }
    #[php("public function jump(): void")]
    fn jump(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        this.borrow_mut(ctx)?.0.leap([
            0x180e_c6d3_3cfd_0aba,
            0xd5a6_1266_f0c9_392c,
            0xa958_2618_e03f_c9aa,
            0x39ab_dc45_29b1_661c,
        ]);
        Ok(())
    }
    #[php("public function jumpLong(): void")]
    fn jump_long(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        this.borrow_mut(ctx)?.0.leap([
            0x76e1_5d3e_fefd_cbbf,
            0xc500_4e44_1c52_2fb3,
            0x7771_0069_854e_e241,
            0x3910_9bb0_2acb_e635,
        ]);
        Ok(())
    }
    #[php("public function __serialize(): array")]
    fn serialize(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        Self::serialized(this, ctx)
    }
    #[php("public function __unserialize(array $data): void")]
    fn unserialize(this: &This<Self>, ctx: &mut Ctx, data: &Array) -> R<()> {
        Self::unserialized(this, ctx, data)
    }
    #[php("public function __debugInfo(): array")]
    fn debug_info(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        Self::shown(this, ctx)
    }
}

/// The system's generator.
#[php_class(
    "final class Random\\Engine\\Secure implements Random\\CryptoSafeEngine",
    flags(not_serializable, uncloneable)
)]
pub struct Secure;

#[php_methods]
impl Secure {
    #[php("public function generate(): string")]
    fn generate(ctx: &mut Ctx) -> R<Str> {
        let mut b = [0; 8];
        system(ctx, &mut b)?;
        Ok(Str::new(&b))
    }
}
