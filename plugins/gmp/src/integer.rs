//! GNU MP's integers, and its random numbers.

use std::ffi::{CStr, CString, c_char, c_int, c_long, c_ulong, c_void};
use std::mem::MaybeUninit;

/// `mpz_t`
#[repr(C)]
pub struct Mpz {
    _alloc: c_int,
    size: c_int,
    _limbs: *mut c_ulong,
}

/// `gmp_randstate_t`
#[repr(C)]
struct RandState {
    _seed: Mpz,
    _algorithm: c_int,
    _data: *mut c_void,
}

/// One number from one.
pub type Unary = unsafe extern "C" fn(*mut Mpz, *const Mpz);
/// One number from two.
pub type Binary = unsafe extern "C" fn(*mut Mpz, *const Mpz, *const Mpz);
/// Two numbers from two.
pub type Binary2 = unsafe extern "C" fn(*mut Mpz, *mut Mpz, *const Mpz, *const Mpz);
/// One number from one and a small one.
pub type Shift = unsafe extern "C" fn(*mut Mpz, *const Mpz, c_ulong);

macro_rules! gmp {
    ($( $link:literal fn $name:ident($($a:ident: $t:ty),*) $(-> $r:ty)?; )*) => {
        pub mod raw {
            use super::*;
            #[link(name = "gmp")]
            unsafe extern "C" { $( #[link_name = $link] pub fn $name($($a: $t),*) $(-> $r)?; )* }
        }
    };
}

gmp! {
    "__gmpz_init" fn init(x: *mut Mpz);
    "__gmpz_clear" fn clear(x: *mut Mpz);
    "__gmpz_set" fn set(r: *mut Mpz, a: *const Mpz);
    "__gmpz_set_si" fn set_si(r: *mut Mpz, n: c_long);
    "__gmpz_set_str" fn set_str(r: *mut Mpz, s: *const c_char, base: c_int) -> c_int;
    "__gmpz_get_str" fn get_str(s: *mut c_char, base: c_int, a: *const Mpz) -> *mut c_char;
    "__gmpz_get_si" fn get_si(a: *const Mpz) -> c_long;
    "__gmpz_get_d" fn get_d(a: *const Mpz) -> f64;
    "__gmpz_sizeinbase" fn sizeinbase(a: *const Mpz, base: c_int) -> usize;
    "__gmpz_cmp" fn cmp(a: *const Mpz, b: *const Mpz) -> c_int;
    "__gmpz_cmp_si" fn cmp_si(a: *const Mpz, b: c_long) -> c_int;
    "__gmpz_add" fn add(r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_sub" fn sub(r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_mul" fn mul(r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_mod" fn modulo(r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_divexact" fn divexact(r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_tdiv_q" fn tdiv_q(r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_tdiv_r" fn tdiv_r(r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_tdiv_qr" fn tdiv_qr(q: *mut Mpz, r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_fdiv_q" fn fdiv_q(r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_fdiv_r" fn fdiv_r(r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_fdiv_qr" fn fdiv_qr(q: *mut Mpz, r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_cdiv_q" fn cdiv_q(r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_cdiv_r" fn cdiv_r(r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_cdiv_qr" fn cdiv_qr(q: *mut Mpz, r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_mul_2exp" fn mul_2exp(r: *mut Mpz, a: *const Mpz, n: c_ulong);
    "__gmpz_fdiv_q_2exp" fn fdiv_q_2exp(r: *mut Mpz, a: *const Mpz, n: c_ulong);
    "__gmpz_pow_ui" fn pow_ui(r: *mut Mpz, a: *const Mpz, n: c_ulong);
    "__gmpz_powm" fn powm(r: *mut Mpz, a: *const Mpz, e: *const Mpz, m: *const Mpz);
    "__gmpz_fac_ui" fn fac_ui(r: *mut Mpz, n: c_ulong);
    "__gmpz_bin_ui" fn bin_ui(r: *mut Mpz, a: *const Mpz, n: c_ulong);
    "__gmpz_sqrt" fn sqrt(r: *mut Mpz, a: *const Mpz);
    "__gmpz_sqrtrem" fn sqrtrem(q: *mut Mpz, r: *mut Mpz, a: *const Mpz);
    "__gmpz_root" fn root(r: *mut Mpz, a: *const Mpz, n: c_ulong) -> c_int;
    "__gmpz_rootrem" fn rootrem(q: *mut Mpz, r: *mut Mpz, a: *const Mpz, n: c_ulong);
    "__gmpz_perfect_square_p" fn perfect_square_p(a: *const Mpz) -> c_int;
    "__gmpz_perfect_power_p" fn perfect_power_p(a: *const Mpz) -> c_int;
    "__gmpz_probab_prime_p" fn probab_prime_p(a: *const Mpz, reps: c_int) -> c_int;
    "__gmpz_nextprime" fn nextprime(r: *mut Mpz, a: *const Mpz);
    "__gmpz_gcd" fn gcd(r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_lcm" fn lcm(r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_gcdext" fn gcdext(g: *mut Mpz, s: *mut Mpz, t: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_invert" fn invert(r: *mut Mpz, a: *const Mpz, b: *const Mpz) -> c_int;
    "__gmpz_jacobi" fn jacobi(a: *const Mpz, b: *const Mpz) -> c_int;
    "__gmpz_and" fn and(r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_ior" fn ior(r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_xor" fn xor(r: *mut Mpz, a: *const Mpz, b: *const Mpz);
    "__gmpz_com" fn com(r: *mut Mpz, a: *const Mpz);
    "__gmpz_setbit" fn setbit(r: *mut Mpz, n: c_ulong);
    "__gmpz_clrbit" fn clrbit(r: *mut Mpz, n: c_ulong);
    "__gmpz_tstbit" fn tstbit(a: *const Mpz, n: c_ulong) -> c_int;
    "__gmpz_popcount" fn popcount(a: *const Mpz) -> c_ulong;
    "__gmpz_hamdist" fn hamdist(a: *const Mpz, b: *const Mpz) -> c_ulong;
    "__gmpz_scan0" fn scan0(a: *const Mpz, n: c_ulong) -> c_ulong;
    "__gmpz_scan1" fn scan1(a: *const Mpz, n: c_ulong) -> c_ulong;
    "__gmpz_import" fn import(r: *mut Mpz, n: usize, order: c_int, size: usize, endian: c_int, nails: usize, p: *const c_void);
    "__gmpz_export" fn export(p: *mut c_void, n: *mut usize, order: c_int, size: usize, endian: c_int, nails: usize, a: *const Mpz) -> *mut c_void;
    "__gmpz_urandomb" fn urandomb(r: *mut Mpz, s: *mut c_void, bits: c_ulong);
    "__gmpz_urandomm" fn urandomm(r: *mut Mpz, s: *mut c_void, n: *const Mpz);
    "__gmp_randinit_mt" fn randinit_mt(s: *mut c_void);
    "__gmp_randclear" fn randclear(s: *mut c_void);
    "__gmp_randseed" fn randseed(s: *mut c_void, seed: *const Mpz);
}

unsafe extern "C" {
    #[link_name = "__gmp_version"]
    static VERSION: *const c_char;
}

/// GNU MP's version.
pub fn version() -> &'static str {
    // SAFETY: a static text of the library.
    unsafe { CStr::from_ptr(VERSION) }.to_str().unwrap_or("unknown")
}

/// A number.
pub struct Integer(Mpz);

impl Default for Integer {
    fn default() -> Integer {
        let mut x = MaybeUninit::uninit();
        // SAFETY: the call makes a number of it, which may be moved: its digits are elsewhere.
        unsafe {
            raw::init(x.as_mut_ptr());
            Integer(x.assume_init())
        }
    }
}

impl Drop for Integer {
    fn drop(&mut self) {
        // SAFETY: a number, ended once.
        unsafe { raw::clear(&mut self.0) }
    }
}

impl Clone for Integer {
    fn clone(&self) -> Integer {
        Integer::unary(raw::set, self)
    }
}

impl From<i64> for Integer {
    fn from(n: i64) -> Integer {
        let mut out = Integer::default();
        // SAFETY: a number.
        unsafe { raw::set_si(&mut out.0, n) };
        out
    }
}

impl PartialEq for Integer {
    fn eq(&self, other: &Integer) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Integer {}

impl PartialOrd for Integer {
    fn partial_cmp(&self, other: &Integer) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Integer {
    fn cmp(&self, other: &Integer) -> std::cmp::Ordering {
        self.compare(other).cmp(&0)
    }
}

impl Integer {
    /// A function of one number.
    pub fn unary(f: Unary, a: &Integer) -> Integer {
        let mut out = Integer::default();
        // SAFETY: numbers.
        unsafe { f(&mut out.0, &a.0) };
        out
    }
    /// A function of two numbers.
    pub fn binary(f: Binary, a: &Integer, b: &Integer) -> Integer {
        let mut out = Integer::default();
        // SAFETY: numbers.
        unsafe { f(&mut out.0, &a.0, &b.0) };
        out
    }
    /// A function of two numbers that gives two.
    pub fn binary2(f: Binary2, a: &Integer, b: &Integer) -> [Integer; 2] {
        let mut out = [Integer::default(), Integer::default()];
        let [q, r] = &mut out;
        // SAFETY: numbers.
        unsafe { f(&mut q.0, &mut r.0, &a.0, &b.0) };
        out
    }
    /// A function of a number and a small one.
    pub fn with(f: Shift, a: &Integer, n: u64) -> Integer {
        let mut out = Integer::default();
        // SAFETY: numbers.
        unsafe { f(&mut out.0, &a.0, n) };
        out
    }
    /// Fills a number.
    pub fn make(f: impl FnOnce(*mut Mpz)) -> Integer {
        let mut out = Integer::default();
        f(&mut out.0);
        out
    }
    /// For GNU MP's functions.
    pub fn get(&self) -> *const Mpz {
        &self.0
    }
    /// For GNU MP's functions that change it.
    pub fn get_mut(&mut self) -> *mut Mpz {
        &mut self.0
    }
    /// The number of a text up to its first NUL; base 0: as its prefix says.
    pub fn parse(text: &[u8], base: i64) -> Option<Integer> {
        let blanks = text.iter().take_while(|c| c.is_ascii_whitespace() || **c == 0x0b).count();
        let (mut digits, mut base) = (&text[blanks..], base as c_int);
        if let [b'0', letter, rest @ ..] = digits {
            let named = match letter.to_ascii_lowercase() {
                b'x' => 16,
                b'o' => 8,
                b'b' => 2,
                _ => 0,
            };
            if named != 0 && (base == 0 || base == named) {
                (digits, base) = (rest, named);
            }
        }
        let end = digits.iter().position(|c| *c == 0).unwrap_or(digits.len());
        let digits = CString::new(&digits[..end]).ok()?;
        let mut out = Integer::default();
        // SAFETY: a number and a live text.
        (unsafe { raw::set_str(&mut out.0, digits.as_ptr(), base) } == 0).then_some(out)
    }
    /// Its digits; negative bases have capital letters.
    pub fn text(&self, base: i64) -> Vec<u8> {
        let base = base as c_int;
        // SAFETY: a number; the buffer has room for the digits, a sign and NUL.
        unsafe {
            let mut out = vec![0u8; raw::sizeinbase(&self.0, base.abs()) + 2];
            raw::get_str(out.as_mut_ptr().cast(), base, &self.0);
            let end = out.iter().position(|c| *c == 0).unwrap_or(out.len());
            out.truncate(end);
            out
        }
    }
    /// Below, at or above 0.
    pub fn sign(&self) -> i64 {
        self.0.size.signum().into()
    }
    /// Whether it is 0.
    pub fn is_zero(&self) -> bool {
        self.0.size == 0
    }
    /// Its lowest digits as an int, with its sign.
    pub fn to_int(&self) -> i64 {
        // SAFETY: a number.
        unsafe { raw::get_si(&self.0) }
    }
    /// As a float.
    pub fn to_float(&self) -> f64 {
        // SAFETY: a number.
        unsafe { raw::get_d(&self.0) }
    }
    /// As [`Integer::compare`] with an int.
    pub fn compare_int(&self, other: i64) -> i32 {
        // SAFETY: a number.
        unsafe { raw::cmp_si(&self.0, other) }
    }
    /// What GNU MP says of how it compares.
    pub fn compare(&self, other: &Integer) -> i32 {
        // SAFETY: numbers.
        unsafe { raw::cmp(&self.0, &other.0) }
    }
}

/// A generator of random numbers.
pub struct Random(Box<MaybeUninit<RandState>>);

impl Default for Random {
    fn default() -> Random {
        let mut state: Box<MaybeUninit<RandState>> = Box::new(MaybeUninit::uninit());
        // SAFETY: the call makes a generator of it, which stays where it is.
        unsafe { raw::randinit_mt(state.as_mut_ptr().cast()) };
        let mut r = Random(state);
        r.seed(&Integer::from(getrandom::u64().unwrap_or_default() as i64 & i64::MAX));
        r
    }
}

impl Drop for Random {
    fn drop(&mut self) {
        // SAFETY: a generator, ended once.
        unsafe { raw::randclear(self.0.as_mut_ptr().cast()) }
    }
}

impl Random {
    /// Begins with a seed.
    pub fn seed(&mut self, seed: &Integer) {
        // SAFETY: a generator and a number.
        unsafe { raw::randseed(self.0.as_mut_ptr().cast(), &seed.0) }
    }
    /// A number of so many bits.
    pub fn bits(&mut self, n: u64) -> Integer {
        // SAFETY: a generator and a number.
        Integer::make(|r| unsafe { raw::urandomb(r, self.0.as_mut_ptr().cast(), n) })
    }
    /// A number below one that is above 0.
    pub fn below(&mut self, limit: &Integer) -> Integer {
        // SAFETY: a generator and numbers.
        Integer::make(|r| unsafe { raw::urandomm(r, self.0.as_mut_ptr().cast(), &limit.0) })
    }
}
