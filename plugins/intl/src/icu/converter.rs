//! Encodings (`UConverter`).

use super::{
    BUFFER_OVERFLOW_ERROR, Code, INTERNAL_PROGRAM_ERROR, OK, c_string, failed, functions, len32, text,
};
use std::ffi::{c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{NonNull, null_mut};

/// ICU's own.
enum Raw {}

/// What a callback to Unicode is told (`UConverterToUnicodeArgs`).
#[repr(C)]
struct ToArgs {
    size: u16,
    flush: i8,
    converter: *mut Raw,
    source: *const u8,
    source_limit: *const u8,
    target: *mut u16,
    target_limit: *const u16,
    offsets: *mut i32,
}

/// What a callback from Unicode is told (`UConverterFromUnicodeArgs`).
#[repr(C)]
struct FromArgs {
    size: u16,
    flush: i8,
    converter: *mut Raw,
    source: *const u16,
    source_limit: *const u16,
    target: *mut u8,
    target_limit: *const u8,
    offsets: *mut i32,
}

type ToCallback = unsafe extern "C" fn(*const c_void, *mut ToArgs, *const u8, i32, i32, *mut Code);
type FromCallback = unsafe extern "C" fn(*const c_void, *mut FromArgs, *const u16, i32, i32, i32, *mut Code);

functions! {
    fn ucnv_open(name: *const c_char, code: *mut Code) -> *mut Raw;
    fn ucnv_close(c: *mut Raw);
    fn ucnv_clone(c: *const Raw, code: *mut Code) -> *mut Raw;
    fn ucnv_getName(c: *const Raw, code: *mut Code) -> *const c_char;
    fn ucnv_getType(c: *const Raw) -> i32;
    fn ucnv_getSubstChars(c: *const Raw, out: *mut u8, len: *mut i8, code: *mut Code);
    fn ucnv_setSubstChars(c: *mut Raw, chars: *const u8, len: i8, code: *mut Code);
    fn ucnv_toUChars(c: *mut Raw, out: *mut u16, room: i32, source: *const u8, len: i32, code: *mut Code) -> i32;
    fn ucnv_fromUChars(c: *mut Raw, out: *mut u8, room: i32, source: *const u16, len: i32, code: *mut Code) -> i32;
    fn ucnv_setToUCallBack(c: *mut Raw, f: Option<ToCallback>, context: *const c_void, old: *mut Option<ToCallback>, old_context: *mut *const c_void, code: *mut Code);
    fn ucnv_setFromUCallBack(c: *mut Raw, f: Option<FromCallback>, context: *const c_void, old: *mut Option<FromCallback>, old_context: *mut *const c_void, code: *mut Code);
    fn ucnv_countAvailable() -> i32;
    fn ucnv_getAvailableName(i: i32) -> *const c_char;
    fn ucnv_countAliases(name: *const c_char, code: *mut Code) -> u16;
    fn ucnv_getAlias(name: *const c_char, i: u16, code: *mut Code) -> *const c_char;
    fn ucnv_countStandards() -> u16;
    fn ucnv_getStandard(i: u16, code: *mut Code) -> *const c_char;
}

/// Bytes that characters to substitute can have.
const SUBSTITUTE: usize = 127;

/// A converter of an encoding.
pub struct Converter(NonNull<Raw>);

/// What is asked what to do with bytes or characters that cannot be converted, and told of beginnings.
pub trait Callbacks {
    /// To Unicode: the reason, what is left of the source, the bytes; writes into the target. The code may change.
    fn decoding(
        &mut self,
        reason: i32,
        source: &[u8],
        units: &[u8],
        target: &mut Target<'_, u16>,
        code: &mut Code,
    );
    /// From Unicode: the reason, the units, the character; writes into the target. The code may change.
    fn encoding(&mut self, reason: i32, units: &[u16], c: i32, target: &mut Target<'_, u8>, code: &mut Code);
}

/// Room that a callback may fill.
pub struct Target<'a, T> {
    room: &'a mut [T],
    used: usize,
}

impl<T: Copy> Target<'_, T> {
    /// How many more fit.
    pub fn left(&self) -> usize {
        self.room.len().saturating_sub(self.used)
    }
    /// Puts some; those that do not fit are not put.
    pub fn put(&mut self, items: &[T]) {
        for item in items {
            if let Some(slot) = self.room.get_mut(self.used) {
                *slot = *item;
                self.used += 1;
            }
        }
    }
}

type Context<'a> = &'a mut dyn Callbacks;

/// Elements between two pointers.
///
/// # Safety
/// Both are null, or they are the ends of elements that live and nothing changes now.
unsafe fn between<'a, T>(from: *const T, to: *const T) -> &'a [T] {
    if from.is_null() || to < from {
        return &[];
    }
    // SAFETY: by the caller's promise.
    unsafe { std::slice::from_raw_parts(from, usize::try_from(to.offset_from(from)).unwrap_or(0)) }
}

/// As [`between`], to write.
///
/// # Safety
/// As of [`between`], and nothing else uses the elements.
unsafe fn between_mut<'a, T>(from: *mut T, to: *const T) -> &'a mut [T] {
    if from.is_null() || to < from.cast_const() {
        return &mut [];
    }
    // SAFETY: by the caller's promise.
    unsafe { std::slice::from_raw_parts_mut(from, usize::try_from(to.offset_from(from)).unwrap_or(0)) }
}

/// Elements of a length.
///
/// # Safety
/// The pointer is null, or has so many elements that live.
unsafe fn counted<'a, T>(p: *const T, len: i32) -> &'a [T] {
    match usize::try_from(len) {
        // SAFETY: by the caller's promise.
        Ok(len) if !p.is_null() => unsafe { std::slice::from_raw_parts(p, len) },
        _ => &[],
    }
}

unsafe extern "C" fn to_callback(
    context: *const c_void,
    args: *mut ToArgs,
    units: *const u8,
    len: i32,
    reason: i32,
    code: *mut Code,
) {
    // SAFETY: the context that `with_callbacks` set, and what ICU passes: positions in live buffers.
    let call = || unsafe {
        let callbacks = &mut *context.cast_mut().cast::<Context<'_>>();
        let room = between_mut((*args).target, (*args).target_limit);
        let mut target = Target { room, used: 0 };
        let source = between((*args).source, (*args).source_limit);
        callbacks.decoding(reason, source, counted(units, len), &mut target, &mut *code);
        let used = target.used;
        if used > 0 {
            (*args).target = (*args).target.add(used);
        }
    };
    if catch_unwind(AssertUnwindSafe(call)).is_err() {
        // SAFETY: ICU's own.
        unsafe { *code = INTERNAL_PROGRAM_ERROR };
    }
}

unsafe extern "C" fn from_callback(
    context: *const c_void,
    args: *mut FromArgs,
    units: *const u16,
    len: i32,
    c: i32,
    reason: i32,
    code: *mut Code,
) {
    // SAFETY: as of `to_callback`.
    let call = || unsafe {
        let callbacks = &mut *context.cast_mut().cast::<Context<'_>>();
        let room = between_mut((*args).target, (*args).target_limit);
        let mut target = Target { room, used: 0 };
        callbacks.encoding(reason, counted(units, len), c, &mut target, &mut *code);
        let used = target.used;
        if used > 0 {
            (*args).target = (*args).target.add(used);
        }
    };
    if catch_unwind(AssertUnwindSafe(call)).is_err() {
        // SAFETY: ICU's own.
        unsafe { *code = INTERNAL_PROGRAM_ERROR };
    }
}

/// Runs a function of ICU that gives how much it wants to write: first to ask, then to write.
fn twice<T: Copy + Default>(mut write: impl FnMut(*mut T, i32, &mut Code) -> i32) -> Result<Vec<T>, Code> {
    let mut code = OK;
    let len = write(null_mut(), 0, &mut code);
    if failed(code) && code != BUFFER_OVERFLOW_ERROR {
        return Err(code);
    }
    let mut out = vec![T::default(); usize::try_from(len).unwrap_or(0) + 1];
    code = OK;
    let len = write(out.as_mut_ptr(), len32(&out), &mut code);
    if failed(code) {
        return Err(code);
    }
    out.truncate(usize::try_from(len).unwrap_or(0));
    Ok(out)
}

impl Converter {
    /// The converter of an encoding, and a code (a warning, when the name is that of several).
    pub fn open(name: &[u8]) -> (Option<Converter>, Code) {
        let mut code = OK;
        // SAFETY: a name that ends with NUL.
        let raw = unsafe { ucnv_open(c_string(name).as_ptr(), &mut code) };
        (NonNull::new(raw).map(Converter).filter(|_| !failed(code)), code)
    }
    /// A copy.
    pub fn copy(&self) -> Result<Converter, Code> {
        let mut code = OK;
        // SAFETY: ours.
        let raw = unsafe { ucnv_clone(self.0.as_ptr(), &mut code) };
        NonNull::new(raw).map(Converter).filter(|_| !failed(code)).ok_or(code)
    }
    /// The encoding's name.
    pub fn name(&self) -> Result<String, Code> {
        let mut code = OK;
        // SAFETY: ours; the text is copied.
        let name = text(unsafe { ucnv_getName(self.0.as_ptr(), &mut code) }).to_owned();
        if failed(code) { Err(code) } else { Ok(name) }
    }
    /// The kind of encoding.
    pub fn kind(&self) -> i32 {
        // SAFETY: ours.
        unsafe { ucnv_getType(self.0.as_ptr()) }
    }
    /// What stands for characters that the encoding lacks.
    pub fn substitute(&self) -> Result<Vec<u8>, Code> {
        let (mut out, mut len, mut code) = (vec![0; SUBSTITUTE], SUBSTITUTE as i8, OK);
        // SAFETY: ours; a buffer with its size.
        unsafe { ucnv_getSubstChars(self.0.as_ptr(), out.as_mut_ptr(), &mut len, &mut code) };
        out.truncate(usize::try_from(len).unwrap_or(0));
        if failed(code) { Err(code) } else { Ok(out) }
    }
    /// Sets it.
    pub fn set_substitute(&self, chars: &[u8]) -> Result<(), Code> {
        let mut code = OK;
        // The length is cut to a byte, as PHP's call does; what ICU reads is never more than there is.
        let len = chars.len() as i8;
        // SAFETY: ours, on one thread; a length that is negative is an error.
        unsafe { ucnv_setSubstChars(self.0.as_ptr(), chars.as_ptr(), len, &mut code) };
        if failed(code) { Err(code) } else { Ok(()) }
    }
    /// Bytes as UTF-16.
    pub fn decode(&self, source: &[u8]) -> Result<Vec<u16>, Code> {
        // SAFETY: ours, on one thread; a buffer with its size; bytes with their length.
        twice(|out, room, code| unsafe {
            ucnv_toUChars(self.0.as_ptr(), out, room, source.as_ptr(), len32(source), code)
        })
    }
    /// UTF-16 as bytes.
    pub fn encode(&self, source: &[u16]) -> Result<Vec<u8>, Code> {
        // SAFETY: ours, on one thread; a buffer with its size; a text with its length.
        twice(|out, room, code| unsafe {
            ucnv_fromUChars(self.0.as_ptr(), out, room, source.as_ptr(), len32(source), code)
        })
    }
    /// Runs `f` while callbacks are asked.
    pub fn with_callbacks<T>(&self, callbacks: &mut dyn Callbacks, f: impl FnOnce() -> T) -> T {
        let mut context: Context<'_> = callbacks;
        let context: *const c_void = (&raw mut context).cast();
        let (mut old_to, mut to_context, mut code) = (None, std::ptr::null(), OK);
        let (mut old_from, mut from_context) = (None, std::ptr::null());
        let raw = self.0.as_ptr();
        // SAFETY: ours, on one thread; the callbacks of before are set again before the context goes.
        unsafe {
            ucnv_setToUCallBack(raw, Some(to_callback), context, &mut old_to, &mut to_context, &mut code);
            ucnv_setFromUCallBack(
                raw,
                Some(from_callback),
                context,
                &mut old_from,
                &mut from_context,
                &mut code,
            );
        }
        let done = f();
        code = OK;
        // SAFETY: as above; where they were is not asked for.
        unsafe {
            ucnv_setToUCallBack(raw, old_to, to_context, &mut None, &mut std::ptr::null(), &mut code);
            ucnv_setFromUCallBack(raw, old_from, from_context, &mut None, &mut std::ptr::null(), &mut code);
        }
        done
    }
}

impl Drop for Converter {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { ucnv_close(self.0.as_ptr()) };
    }
}

/// Names of the encodings that there are.
pub fn available() -> Vec<String> {
    // SAFETY: numbers below the count; static texts.
    unsafe { (0..ucnv_countAvailable()).map(|i| text(ucnv_getAvailableName(i)).to_owned()).collect() }
}

/// What failed of a list.
pub enum Failure {
    /// Counting it.
    Count(Code),
    /// An element.
    Element(Code),
}

/// The names of an encoding.
pub fn aliases(name: &[u8]) -> Result<Vec<String>, Failure> {
    let (name, mut code) = (c_string(name), OK);
    // SAFETY: a name that ends with NUL.
    let count = unsafe { ucnv_countAliases(name.as_ptr(), &mut code) };
    if failed(code) {
        return Err(Failure::Count(code));
    }
    listed(count, |i, code| {
        // SAFETY: as above, and a number below the count.
        unsafe { ucnv_getAlias(name.as_ptr(), i, code) }
    })
}

/// Names of the lists that name encodings.
pub fn standards() -> Result<Vec<String>, Failure> {
    // SAFETY: numbers below the count.
    listed(unsafe { ucnv_countStandards() }, |i, code| unsafe { ucnv_getStandard(i, code) })
}

/// So many static texts.
fn listed(count: u16, mut get: impl FnMut(u16, &mut Code) -> *const c_char) -> Result<Vec<String>, Failure> {
    (0..count)
        .map(|i| {
            let mut code = OK;
            let name = text(get(i, &mut code)).to_owned();
            if failed(code) { Err(Failure::Element(code)) } else { Ok(name) }
        })
        .collect()
}
