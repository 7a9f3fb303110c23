//! Names of domains in Unicode (`UIDNA`).

use super::{Code, OK, failed, functions, len32};
use std::ffi::c_char;

/// ICU's own.
enum Raw {}

/// What a conversion tells (`UIDNAInfo`).
#[repr(C)]
#[derive(Default)]
struct Info {
    size: i16,
    transitional_different: i8,
    reserved: i8,
    errors: u32,
    reserved2: i32,
    reserved3: i32,
}

functions! {
    fn uidna_openUTS46(options: u32, code: *mut Code) -> *mut Raw;
    fn uidna_close(idna: *mut Raw);
    fn uidna_nameToASCII_UTF8(idna: *const Raw, name: *const c_char, len: i32, out: *mut c_char, room: i32, info: *mut Info, code: *mut Code) -> i32;
    fn uidna_nameToUnicodeUTF8(idna: *const Raw, name: *const c_char, len: i32, out: *mut c_char, room: i32, info: *mut Info, code: *mut Code) -> i32;
}

/// A converted name.
pub struct Converted {
    /// The name.
    pub name: Vec<u8>,
    /// Whether the two ways of converting give different names.
    pub transitional_different: bool,
    /// `IDNA_ERROR_*`
    pub errors: u32,
}

/// Why a name was not converted.
pub enum Failure {
    /// The converter of these options could not be made.
    Open(Code),
    /// The conversion failed.
    Convert(Code),
    /// The result is longer than names of domains are.
    Long,
}

/// Converts a name, to ASCII or from it.
pub fn convert(name: &[u8], options: u32, to_ascii: bool) -> Result<Converted, Failure> {
    let room = if to_ascii { 255 } else { 252 * 4 };
    let f = if to_ascii { uidna_nameToASCII_UTF8 } else { uidna_nameToUnicodeUTF8 };
    let (mut code, mut out) = (OK, vec![0u8; room]);
    let mut info = Info { size: size_of::<Info>() as i16, ..Info::default() };
    // SAFETY: the converter is closed once; a name with its length; a buffer with its size; the structure tells its own.
    let len = unsafe {
        let idna = uidna_openUTS46(options, &mut code);
        if failed(code) {
            return Err(Failure::Open(code));
        }
        let len = f(
            idna,
            name.as_ptr().cast(),
            len32(name),
            out.as_mut_ptr().cast(),
            len32(&out),
            &mut info,
            &mut code,
        );
        uidna_close(idna);
        len
    };
    let len = usize::try_from(len).unwrap_or(room);
    if len >= room {
        return Err(Failure::Long);
    }
    if failed(code) {
        return Err(Failure::Convert(code));
    }
    out.truncate(len);
    Ok(Converted { name: out, transitional_different: info.transitional_different != 0, errors: info.errors })
}
