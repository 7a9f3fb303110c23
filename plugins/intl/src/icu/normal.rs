//! Normal forms of texts (`UNormalizer2`).

use super::{Code, ILLEGAL_ARGUMENT_ERROR, OK, failed, functions, len32, written};

/// ICU's own.
enum Raw {}

functions! {
    fn unorm2_getNFCInstance(code: *mut Code) -> *const Raw;
    fn unorm2_getNFDInstance(code: *mut Code) -> *const Raw;
    fn unorm2_getNFKCInstance(code: *mut Code) -> *const Raw;
    fn unorm2_getNFKDInstance(code: *mut Code) -> *const Raw;
    fn unorm2_getNFKCCasefoldInstance(code: *mut Code) -> *const Raw;
    fn unorm2_normalize(n: *const Raw, source: *const u16, len: i32, out: *mut u16, room: i32, code: *mut Code) -> i32;
    fn unorm2_isNormalized(n: *const Raw, source: *const u16, len: i32, code: *mut Code) -> i8;
    fn unorm2_getRawDecomposition(n: *const Raw, c: i32, out: *mut u16, room: i32, code: *mut Code) -> i32;
}

/// A normal form.
pub struct Form(*const Raw);

impl Form {
    /// The form of a number of PHP's: `Normalizer::FORM_*`.
    pub fn open(number: i64) -> Result<Form, Code> {
        let get = match number {
            4 => unorm2_getNFDInstance,
            8 => unorm2_getNFKDInstance,
            16 => unorm2_getNFCInstance,
            32 => unorm2_getNFKCInstance,
            48 => unorm2_getNFKCCasefoldInstance,
            _ => return Err(ILLEGAL_ARGUMENT_ERROR),
        };
        let mut code = OK;
        // SAFETY: an object that lives as long as the process.
        let raw = unsafe { get(&mut code) };
        if failed(code) || raw.is_null() { Err(code) } else { Ok(Form(raw)) }
    }
    /// A text in the form.
    pub fn normalize(&self, source: &[u16]) -> Result<Vec<u16>, Code> {
        // SAFETY: a text with its length; a buffer with its size, which is no part of the text.
        written(|out, room, code| unsafe {
            unorm2_normalize(self.0, source.as_ptr(), len32(source), out, room, code)
        })
    }
    /// Whether a text is in the form.
    pub fn is_normalized(&self, source: &[u16]) -> Result<bool, Code> {
        let mut code = OK;
        // SAFETY: a text with its length.
        let yes = unsafe { unorm2_isNormalized(self.0, source.as_ptr(), len32(source), &mut code) };
        if failed(code) { Err(code) } else { Ok(yes != 0) }
    }
    /// What a character is made of, one step; `None`: of nothing else.
    pub fn decomposition(&self, c: char) -> Option<Vec<u16>> {
        let (mut out, mut code) = (vec![0; 32], OK);
        // SAFETY: a buffer with its size.
        let len =
            unsafe { unorm2_getRawDecomposition(self.0, c as i32, out.as_mut_ptr(), len32(&out), &mut code) };
        out.truncate(usize::try_from(len).ok()?);
        (!failed(code)).then_some(out)
    }
}
