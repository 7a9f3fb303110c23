//! xxHash (Collet): XXH32 and XXH64, whose states PHP serializes, are written out here; XXH3 is the crate's.

use crate::algorithm::{Hasher, Options};
use crate::blocks::Blocks;
use crate::state::{Reader, Writer};
use plugin_api::{Ctx, Kind, Level, R, Str, Value};
use std::hash::Hasher as _;

/// What is said of a seed that is no int.
pub const SEED_TYPE: &str =
    "Passing a seed of a type other than int is deprecated because it is the same as setting the seed to 0";

const P32: [u32; 5] = [0x9e37_79b1, 0x85eb_ca77, 0xc2b2_ae3d, 0x27d4_eb2f, 0x1656_67b1];
const P64: [u64; 5] = [
    0x9e37_79b1_85eb_ca87,
    0xc2b2_ae3d_27d4_eb4f,
    0x1656_67b1_9e37_79f9,
    0x85eb_ca77_c2b2_ae63,
    0x27d4_eb2f_1656_67c5,
];

#[derive(Clone)]
struct Xxh32 {
    len: u32,
    /// Whether 16 bytes or more were taken.
    large: bool,
    lanes: [u32; 4],
    blocks: Blocks<16>,
}

fn round_32(lane: u32, input: u32) -> u32 {
    lane.wrapping_add(input.wrapping_mul(P32[1])).rotate_left(13).wrapping_mul(P32[0])
}

impl Hasher for Xxh32 {
    fn update(&mut self, data: &[u8]) {
        self.len = self.len.wrapping_add(data.len() as u32);
        self.large |= data.len() >= 16 || self.len >= 16;
        let lanes = &mut self.lanes;
        self.blocks.feed(data, |b| {
            for (lane, part) in lanes.iter_mut().zip(b.as_chunks::<4>().0) {
                *lane = round_32(*lane, u32::from_le_bytes(*part));
            }
        });
    }
    fn finish(&mut self) -> Vec<u8> {
        let mut h = if self.large {
            let turns = [1, 7, 12, 18];
            self.lanes.iter().zip(turns).fold(0, |h: u32, (l, t)| h.wrapping_add(l.rotate_left(t)))
        } else {
            self.lanes[2].wrapping_add(P32[4])
        };
        h = h.wrapping_add(self.len);
        let (words, bytes) = self.blocks.data[..self.blocks.len].as_chunks::<4>();
        for w in words {
            h = h.wrapping_add(u32::from_le_bytes(*w).wrapping_mul(P32[2]));
            h = h.rotate_left(17).wrapping_mul(P32[3]);
        }
        for b in bytes {
            h = h.wrapping_add(u32::from(*b).wrapping_mul(P32[4])).rotate_left(11).wrapping_mul(P32[0]);
        }
        h = (h ^ h >> 15).wrapping_mul(P32[1]);
        h = (h ^ h >> 13).wrapping_mul(P32[2]);
        (h ^ h >> 16).to_be_bytes().to_vec()
    }
    fn copy(&self) -> Box<dyn Hasher> {
        Box::new(self.clone())
    }
    fn save(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.words(&[self.len, self.large.into()]).words(&self.lanes).bytes(&self.blocks.data, 16);
        w.words(&[self.blocks.len as u32, 0]);
        w.0
    }
    fn load(&mut self, state: &[u8]) -> bool {
        let mut r = Reader(state);
        self.len = r.word();
        self.large = r.word() != 0;
        self.lanes = std::array::from_fn(|_| r.word());
        let data = r.bytes(16);
        Blocks::restored(data, r.word() as usize).map(|b| self.blocks = b).is_some()
    }
}

#[derive(Clone)]
struct Xxh64 {
    len: u64,
    lanes: [u64; 4],
    blocks: Blocks<32>,
}

fn round_64(lane: u64, input: u64) -> u64 {
    lane.wrapping_add(input.wrapping_mul(P64[1])).rotate_left(31).wrapping_mul(P64[0])
}

impl Hasher for Xxh64 {
    fn update(&mut self, data: &[u8]) {
        self.len = self.len.wrapping_add(data.len() as u64);
        let lanes = &mut self.lanes;
        self.blocks.feed(data, |b| {
            for (lane, part) in lanes.iter_mut().zip(b.as_chunks::<8>().0) {
                *lane = round_64(*lane, u64::from_le_bytes(*part));
            }
        });
    }
    fn finish(&mut self) -> Vec<u8> {
        let mut h = if self.len >= 32 {
            let turns = [1, 7, 12, 18];
            let sum = self.lanes.iter().zip(turns).fold(0, |h: u64, (l, t)| h.wrapping_add(l.rotate_left(t)));
            let merge = |h: u64, l: &u64| (h ^ round_64(0, *l)).wrapping_mul(P64[0]).wrapping_add(P64[3]);
            self.lanes.iter().fold(sum, merge)
        } else {
            self.lanes[2].wrapping_add(P64[4])
        };
        h = h.wrapping_add(self.len);
        let (longs, rest) = self.blocks.data[..self.blocks.len].as_chunks::<8>();
        for l in longs {
            h ^= round_64(0, u64::from_le_bytes(*l));
            h = h.rotate_left(27).wrapping_mul(P64[0]).wrapping_add(P64[3]);
        }
        let (words, bytes) = rest.as_chunks::<4>();
        for w in words {
            h ^= u64::from(u32::from_le_bytes(*w)).wrapping_mul(P64[0]);
            h = h.rotate_left(23).wrapping_mul(P64[1]).wrapping_add(P64[2]);
        }
        for b in bytes {
            h = (h ^ u64::from(*b).wrapping_mul(P64[4])).rotate_left(11).wrapping_mul(P64[0]);
        }
        h = (h ^ h >> 33).wrapping_mul(P64[1]);
        h = (h ^ h >> 29).wrapping_mul(P64[2]);
        (h ^ h >> 32).to_be_bytes().to_vec()
    }
    fn copy(&self) -> Box<dyn Hasher> {
        Box::new(self.clone())
    }
    fn save(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.longs(&[self.len]).longs(&self.lanes).bytes(&self.blocks.data, 32);
        w.words(&[self.blocks.len as u32, 0]).longs(&[0]);
        w.0
    }
    fn load(&mut self, state: &[u8]) -> bool {
        let mut r = Reader(state);
        self.len = r.long();
        self.lanes = std::array::from_fn(|_| r.long());
        let data = r.bytes(32);
        Blocks::restored(data, r.word() as usize).map(|b| self.blocks = b).is_some()
    }
}

pub(crate) fn make_32(ctx: &mut Ctx, options: Options<'_>) -> R<Box<dyn Hasher>> {
    let s = match options.and_then(|o| o.get("seed")).map(Value::kind) {
        Some(Kind::Int(i)) => i as u32,
        Some(_) => {
            ctx.deprecated(SEED_TYPE)?;
            0
        }
        None => 0,
    };
    let first = s.wrapping_add(P32[0]);
    let lanes = [first.wrapping_add(P32[1]), s.wrapping_add(P32[1]), s, s.wrapping_sub(P32[0])];
    Ok(Box::new(Xxh32 { len: 0, large: false, lanes, blocks: Blocks::default() }))
}

pub(crate) fn make_64(ctx: &mut Ctx, options: Options<'_>) -> R<Box<dyn Hasher>> {
    let s = match options.map(|o| o.get("seed").map(Value::kind)) {
        Some(Some(Kind::Int(i))) => i as u64,
        // PHP takes options without a seed for a seed of another type.
        Some(_) => {
            ctx.deprecated(SEED_TYPE)?;
            0
        }
        None => 0,
    };
    let first = s.wrapping_add(P64[0]);
    let lanes = [first.wrapping_add(P64[1]), s.wrapping_add(P64[1]), s, s.wrapping_sub(P64[0])];
    Ok(Box::new(Xxh64 { len: 0, lanes, blocks: Blocks::default() }))
}

/// XXH3 with 64 or 128 bits of output.
#[derive(Clone)]
enum Wide {
    Short(twox_hash::xxhash3_64::Hasher),
    Long(twox_hash::xxhash3_128::Hasher),
}

#[derive(Clone)]
struct Xxh3 {
    hasher: Wide,
    /// A secret that was given, and the beginning of the message: the crate's hasher takes short messages with its own secret.
    secret: Option<(Vec<u8>, Vec<u8>)>,
}

/// Bytes of a message that XXH3 takes as a whole.
const WHOLE: usize = 240;

impl Hasher for Xxh3 {
    fn update(&mut self, data: &[u8]) {
        if let Some((_, begun)) = &mut self.secret {
            // One more than what is taken whole tells that there was more.
            let room = (WHOLE + 1 - begun.len()).min(data.len());
            begun.extend(&data[..room]);
        }
        match &mut self.hasher {
            Wide::Short(h) => h.write(data),
            Wide::Long(h) => h.write(data),
        }
    }
    fn finish(&mut self) -> Vec<u8> {
        use twox_hash::{xxhash3_64, xxhash3_128};
        let whole = self.secret.as_ref().filter(|(_, begun)| begun.len() <= WHOLE);
        match &self.hasher {
            Wide::Short(h) => {
                let whole = whole.and_then(|(s, m)| xxhash3_64::Hasher::oneshot_with_secret(s, m).ok());
                whole.unwrap_or_else(|| h.finish()).to_be_bytes().to_vec()
            }
            Wide::Long(h) => {
                let whole = whole.and_then(|(s, m)| xxhash3_128::Hasher::oneshot_with_secret(s, m).ok());
                whole.unwrap_or_else(|| h.finish_128()).to_be_bytes().to_vec()
            }
        }
    }
    fn copy(&self) -> Box<dyn Hasher> {
        Box::new(self.clone())
    }
    fn save(&self) -> Vec<u8> {
        Vec::new()
    }
    fn load(&mut self, _: &[u8]) -> bool {
        false
    }
}

/// XXH3 with 64 bits of a whole message.
pub(crate) fn once_3(data: &[u8], then: &mut dyn FnMut(&[u8]) -> Str) -> Str {
    then(&twox_hash::xxhash3_64::Hasher::oneshot(data).to_be_bytes())
}
/// As [`once_3`], with 128 bits.
pub(crate) fn once_128(data: &[u8], then: &mut dyn FnMut(&[u8]) -> Str) -> Str {
    then(&twox_hash::xxhash3_128::Hasher::oneshot(data).to_be_bytes())
}

/// What XXH3 starts with.
enum Key {
    Seed(u64),
    Secret(Vec<u8>),
}

/// Bytes of a secret: at least, and at most.
const SECRET: (usize, usize) = (136, 256);

fn key(ctx: &mut Ctx, options: Options<'_>, name: &str) -> R<Key> {
    let option = |name| options.and_then(|o| o.get(name));
    let (seed, secret) = (option("seed"), option("secret"));
    if seed.is_some() && secret.is_some() {
        return Err(
            ctx.error(format!("{name}: Only one of seed or secret is to be passed for initialization"))
        );
    }
    match seed.map(Value::kind) {
        Some(Kind::Int(i)) => return Ok(Key::Seed(i as u64)),
        Some(_) => {
            ctx.deprecated("Passing a seed of a type other than int is deprecated because it is ignored")?
        }
        None => {}
    }
    let Some(secret) = secret else { return Ok(Key::Seed(0)) };
    if secret.as_str().is_none() {
        ctx.deprecated(
            "Passing a secret of a type other than string is deprecated because it implicitly converts to a \
             string, potentially hiding bugs",
        )?;
    }
    let secret = secret.to_str(ctx)?;
    let len = secret.len();
    if len < SECRET.0 {
        let least = SECRET.0;
        return Err(ctx.error(format!("{name}: Secret length must be >= {least} bytes, {len} bytes passed")));
    }
    if len > SECRET.1 {
        let most = SECRET.1;
        ctx.raise(Level::Warning, format!("{name}: Secret content exceeding {most} bytes discarded"))?;
    }
    Ok(Key::Secret(secret[..len.min(SECRET.1)].to_vec()))
}

pub(crate) fn make_3(ctx: &mut Ctx, options: Options<'_>) -> R<Box<dyn Hasher>> {
    use twox_hash::xxhash3_64::Hasher;
    let (hasher, secret) = match key(ctx, options, "xxh3")? {
        Key::Seed(s) => (Hasher::with_seed(s), None),
        Key::Secret(s) => {
            (Hasher::with_seed_and_secret(0, s.clone()).unwrap_or_default(), Some((s, Vec::new())))
        }
    };
    Ok(Box::new(Xxh3 { hasher: Wide::Short(hasher), secret }))
}
pub(crate) fn make_128(ctx: &mut Ctx, options: Options<'_>) -> R<Box<dyn Hasher>> {
    use twox_hash::xxhash3_128::Hasher;
    let (hasher, secret) = match key(ctx, options, "xxh128")? {
        Key::Seed(s) => (Hasher::with_seed(s), None),
        Key::Secret(s) => {
            (Hasher::with_seed_and_secret(0, s.clone()).unwrap_or_default(), Some((s, Vec::new())))
        }
    };
    Ok(Box::new(Xxh3 { hasher: Wide::Long(hasher), secret }))
}
