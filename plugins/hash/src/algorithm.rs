//! What a hash algorithm is, and which ones there are.

use crate::{checksum, digests, haval, murmur, snefru, tiger, xxhash};
use plugin_api::{Array, Ctx, R, Str};

/// A hash that is being computed.
pub trait Hasher {
    /// Takes more of the message.
    fn update(&mut self, data: &[u8]);
    /// The digest of what was taken. The hasher is of no further use.
    fn finish(&mut self) -> Vec<u8>;
    /// Another one in the same state.
    fn copy(&self) -> Box<dyn Hasher>;
    /// The state as the context of PHP's implementation holds it in memory (little-endian, fields aligned), in the form that the
    /// algorithm's [`Algorithm::layout`] describes. Not asked of algorithms without a layout.
    fn save(&self) -> Vec<u8>;
    /// Takes over such a state; `false` when its numbers are not possible.
    fn load(&mut self, state: &[u8]) -> bool;
}

/// Options of `hash_init()` and the like, as they were passed: `None` where they were left out.
pub type Options<'a> = Option<&'a Array>;

/// Makes a hasher.
pub type Make = fn(&mut Ctx, Options<'_>) -> R<Box<dyn Hasher>>;

/// Hashes a whole message without options, and gives what is made of the digest.
pub type Once = fn(&[u8], &mut dyn FnMut(&[u8]) -> Str) -> Str;

/// Bytes of the longest digest.
pub const LONGEST: usize = 64;

/// A hash algorithm.
pub struct Algorithm {
    /// Name.
    pub name: &'static str,
    /// Bytes of the digest.
    pub digest: usize,
    /// Bytes of a block, as HMAC counts them.
    pub block: usize,
    /// Whether it can be used with HMAC.
    pub crypto: bool,
    /// Fields of a serialized state: a letter for the size (`b` byte, `l` 4 bytes, `q` 8 bytes; upper case ones are skipped)
    /// and how many. Empty when states cannot be serialized.
    pub layout: &'static str,
    /// The number that a serialized state carries beside it.
    pub magic: i64,
    /// Makes a hasher.
    pub make: Make,
    /// The quick way for a message that is there as a whole, where a hasher costs more than hashing a short one.
    pub once: Option<Once>,
}

impl Algorithm {
    /// A fresh hasher without options; only they can fail.
    pub fn fresh(&self, ctx: &mut Ctx) -> R<Box<dyn Hasher>> {
        (self.make)(ctx, None)
    }
    /// The digest of a message in pieces.
    pub fn hash(&self, ctx: &mut Ctx, parts: &[&[u8]]) -> R<Vec<u8>> {
        let mut h = self.fresh(ctx)?;
        parts.iter().for_each(|p| h.update(p));
        Ok(h.finish())
    }
    /// The algorithm of that name in any case.
    pub fn find(name: &[u8]) -> Option<&'static Algorithm> {
        let mut at = place(name);
        loop {
            let a = ALGORITHMS.get(usize::from(PLACES[at]))?;
            if a.name.as_bytes().eq_ignore_ascii_case(name) {
                return Some(a);
            }
            at = (at + 1) % NAMES;
        }
    }
}

/// Places for names: a power of two, with many left free.
const NAMES: usize = 128;

/// Where to look for a name first: letters count alike in both cases.
const fn place(name: &[u8]) -> usize {
    const CASE: u8 = 0x20;
    let n = name.len();
    if n == 0 {
        return 0;
    }
    let (first, middle, last) = (name[0] | CASE, name[n / 2] | CASE, name[n - 1] | CASE);
    (n * 3 + first as usize + middle as usize * 5 + last as usize * 7) % NAMES
}

/// Algorithms by the place of their name or soon behind it; a number beyond the list where there is none.
static PLACES: [u8; NAMES] = {
    let mut places = [u8::MAX; NAMES];
    let mut i = 0;
    while i < ALGORITHMS.len() {
        let mut at = place(ALGORITHMS[i].name.as_bytes());
        while places[at] != u8::MAX {
            at = (at + 1) % NAMES;
        }
        places[at] = i as u8;
        i += 1;
    }
    places
};

const fn crypto(
    name: &'static str,
    digest: usize,
    block: usize,
    layout: &'static str,
    make: Make,
) -> Algorithm {
    Algorithm { name, digest, block, crypto: true, layout, magic: 2, make, once: None }
}
const fn sum(name: &'static str, digest: usize, block: usize, layout: &'static str, make: Make) -> Algorithm {
    Algorithm { name, digest, block, crypto: false, layout, magic: 2, make, once: None }
}
const fn keccak(name: &'static str, digest: usize, make: Make) -> Algorithm {
    let block = 200 - 2 * digest;
    Algorithm { name, digest, block, crypto: true, layout: "b200LlLLB", magic: 100, make, once: None }
}

const fn whole(mut a: Algorithm, once: Once) -> Algorithm {
    a.once = Some(once);
    a
}

/// In the order of `hash_algos()`.
pub static ALGORITHMS: &[Algorithm] = &[
    crypto("md2", 16, 16, "b48b16b16b", digests::md2),
    crypto("md4", 16, 64, "l4l2b64", digests::md4),
    crypto("md5", 16, 64, "llllllb64l16", digests::md5),
    crypto("sha1", 20, 64, "l5l2b64", digests::sha1),
    crypto("sha224", 28, 64, "l8l2b64", digests::sha224),
    crypto("sha256", 32, 64, "l8l2b64", digests::sha256),
    crypto("sha384", 48, 128, "q8q2b128", digests::sha384),
    crypto("sha512/224", 28, 128, "q8q2b128", digests::sha512_224),
    crypto("sha512/256", 32, 128, "q8q2b128", digests::sha512_256),
    crypto("sha512", 64, 128, "q8q2b128", digests::sha512),
    keccak("sha3-224", 28, digests::sha3_224),
    keccak("sha3-256", 32, digests::sha3_256),
    keccak("sha3-384", 48, digests::sha3_384),
    keccak("sha3-512", 64, digests::sha3_512),
    crypto("ripemd128", 16, 64, "l4l2b64", digests::ripemd128),
    crypto("ripemd160", 20, 64, "l5l2b64", digests::ripemd160),
    crypto("ripemd256", 32, 64, "l8l2b64", digests::ripemd256),
    crypto("ripemd320", 40, 64, "l10l2b64", digests::ripemd320),
    crypto("whirlpool", 64, 64, "q8b32llb64", digests::whirlpool),
    crypto("tiger128,3", 16, 64, tiger::LAYOUT, tiger::make::<3, 16>),
    crypto("tiger160,3", 20, 64, tiger::LAYOUT, tiger::make::<3, 20>),
    crypto("tiger192,3", 24, 64, tiger::LAYOUT, tiger::make::<3, 24>),
    crypto("tiger128,4", 16, 64, tiger::LAYOUT, tiger::make::<4, 16>),
    crypto("tiger160,4", 20, 64, tiger::LAYOUT, tiger::make::<4, 20>),
    crypto("tiger192,4", 24, 64, tiger::LAYOUT, tiger::make::<4, 24>),
    crypto("snefru", 32, 32, snefru::LAYOUT, snefru::make),
    crypto("snefru256", 32, 32, snefru::LAYOUT, snefru::make),
    crypto("gost", 32, 32, "l16l2bb32", digests::gost),
    crypto("gost-crypto", 32, 32, "l16l2bb32", digests::gost_crypto),
    sum("adler32", 4, 4, "l", checksum::adler32),
    sum("crc32", 4, 4, "l", checksum::crc32),
    sum("crc32b", 4, 4, "l", checksum::crc32b),
    sum("crc32c", 4, 4, "l", checksum::crc32c),
    sum("fnv132", 4, 4, "l", checksum::fnv132),
    sum("fnv1a32", 4, 4, "l", checksum::fnv1a32),
    sum("fnv164", 8, 4, "q", checksum::fnv164),
    sum("fnv1a64", 8, 4, "q", checksum::fnv1a64),
    sum("joaat", 4, 4, "l", checksum::joaat),
    sum("murmur3a", 4, 4, "lll", murmur::make_a),
    sum("murmur3c", 16, 4, "lllllllll", murmur::make_c),
    sum("murmur3f", 16, 8, "qqqql", murmur::make_f),
    sum("xxh32", 4, 4, "llllllllllll", xxhash::make_32),
    sum("xxh64", 8, 8, "qqqqqqqqqllq", xxhash::make_64),
    whole(sum("xxh3", 8, 8, "", xxhash::make_3), xxhash::once_3),
    whole(sum("xxh128", 16, 8, "", xxhash::make_128), xxhash::once_128),
    crypto("haval128,3", 16, 128, haval::LAYOUT, haval::make::<3, 16>),
    crypto("haval160,3", 20, 128, haval::LAYOUT, haval::make::<3, 20>),
    crypto("haval192,3", 24, 128, haval::LAYOUT, haval::make::<3, 24>),
    crypto("haval224,3", 28, 128, haval::LAYOUT, haval::make::<3, 28>),
    crypto("haval256,3", 32, 128, haval::LAYOUT, haval::make::<3, 32>),
    crypto("haval128,4", 16, 128, haval::LAYOUT, haval::make::<4, 16>),
    crypto("haval160,4", 20, 128, haval::LAYOUT, haval::make::<4, 20>),
    crypto("haval192,4", 24, 128, haval::LAYOUT, haval::make::<4, 24>),
    crypto("haval224,4", 28, 128, haval::LAYOUT, haval::make::<4, 28>),
    crypto("haval256,4", 32, 128, haval::LAYOUT, haval::make::<4, 32>),
    crypto("haval128,5", 16, 128, haval::LAYOUT, haval::make::<5, 16>),
    crypto("haval160,5", 20, 128, haval::LAYOUT, haval::make::<5, 20>),
    crypto("haval192,5", 24, 128, haval::LAYOUT, haval::make::<5, 24>),
    crypto("haval224,5", 28, 128, haval::LAYOUT, haval::make::<5, 28>),
    crypto("haval256,5", 32, 128, haval::LAYOUT, haval::make::<5, 32>),
];
