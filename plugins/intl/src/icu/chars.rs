//! What Unicode says of characters (`u_*`). Any number is a character to these functions: what is none has no properties.

use super::{Code, ILLEGAL_ARGUMENT_ERROR, OK, c_string, failed, functions, text, written};
use std::ffi::{c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

functions! {
    fn u_hasBinaryProperty(c: i32, property: i32) -> i8;
    fn u_getIntPropertyValue(c: i32, property: i32) -> i32;
    fn u_getIntPropertyMinValue(property: i32) -> i32;
    fn u_getIntPropertyMaxValue(property: i32) -> i32;
    fn u_getNumericValue(c: i32) -> f64;
    fn u_enumCharTypes(each: extern "C" fn(*const c_void, i32, i32, i32) -> i8, context: *const c_void);
    fn ublock_getCode(c: i32) -> i32;
    fn u_charName(c: i32, choice: i32, out: *mut c_char, room: i32, code: *mut Code) -> i32;
    fn u_charFromName(choice: i32, name: *const c_char, code: *mut Code) -> i32;
    fn u_enumCharNames(start: i32, limit: i32, each: extern "C" fn(*mut c_void, i32, i32, *const c_char, i32) -> i8, context: *mut c_void, choice: i32, code: *mut Code);
    fn u_getPropertyName(property: i32, choice: i32) -> *const c_char;
    fn u_getPropertyEnum(alias: *const c_char) -> i32;
    fn u_getPropertyValueName(property: i32, value: i32, choice: i32) -> *const c_char;
    fn u_getPropertyValueEnum(property: i32, alias: *const c_char) -> i32;
    fn u_foldCase(c: i32, options: u32) -> i32;
    fn u_digit(c: i32, radix: i8) -> i32;
    fn u_forDigit(digit: i32, radix: i8) -> i32;
    fn u_charAge(c: i32, version: *mut u8);
    fn u_getUnicodeVersion(version: *mut u8);
    fn u_getFC_NFKC_Closure(c: i32, out: *mut u16, room: i32, code: *mut Code) -> i32;
    fn u_charDirection(c: i32) -> i32;
    fn u_charType(c: i32) -> i8;
    fn u_getCombiningClass(c: i32) -> u8;
    fn u_charDigitValue(c: i32) -> i32;
}

/// Declares questions with a yes or no, and functions from character to character, as safe functions.
macro_rules! simple {
    ($($raw:ident as $name:ident),*; $($raw2:ident as $name2:ident),*;) => {
        functions! {
            $(fn $raw(c: i32) -> i8;)*
            $(fn $raw2(c: i32) -> i32;)*
        }
        $(
            /// ICU's function of that name.
            pub fn $name(c: i32) -> bool {
                // SAFETY: any number may be asked about.
                unsafe { $raw(c) != 0 }
            }
        )*
        $(
            /// ICU's function of that name.
            pub fn $name2(c: i32) -> i32 {
                // SAFETY: any number may be asked about.
                unsafe { $raw2(c) }
            }
        )*
    };
}

simple! {
    u_isUAlphabetic as is_u_alphabetic,
    u_isULowercase as is_u_lowercase,
    u_isUUppercase as is_u_uppercase,
    u_isUWhiteSpace as is_u_white_space,
    u_islower as is_lower,
    u_isupper as is_upper,
    u_istitle as is_title,
    u_isdigit as is_digit,
    u_isalpha as is_alpha,
    u_isalnum as is_alnum,
    u_isxdigit as is_xdigit,
    u_ispunct as is_punct,
    u_isgraph as is_graph,
    u_isblank as is_blank,
    u_isdefined as is_defined,
    u_isspace as is_space,
    u_isJavaSpaceChar as is_java_space_char,
    u_isWhitespace as is_whitespace,
    u_iscntrl as is_cntrl,
    u_isISOControl as is_iso_control,
    u_isprint as is_print,
    u_isbase as is_base,
    u_isMirrored as is_mirrored,
    u_isIDStart as is_id_start,
    u_isIDPart as is_id_part,
    u_isIDIgnorable as is_id_ignorable,
    u_isJavaIDStart as is_java_id_start,
    u_isJavaIDPart as is_java_id_part;
    u_charMirror as mirror,
    u_tolower as to_lower,
    u_toupper as to_upper,
    u_totitle as to_title,
    u_getBidiPairedBracket as paired_bracket;
}

/// Whether a character has a property.
pub fn has_property(c: i32, property: i32) -> bool {
    // SAFETY: any numbers may be asked about.
    unsafe { u_hasBinaryProperty(c, property) != 0 }
}

/// A property's value.
pub fn property(c: i32, property: i32) -> i32 {
    // SAFETY: any numbers may be asked about.
    unsafe { u_getIntPropertyValue(c, property) }
}

/// Lowest and highest value of a property.
pub fn property_range(property: i32) -> (i32, i32) {
    // SAFETY: any number may be asked about.
    unsafe { (u_getIntPropertyMinValue(property), u_getIntPropertyMaxValue(property)) }
}

/// The number that a character means.
pub fn numeric_value(c: i32) -> f64 {
    // SAFETY: any number may be asked about.
    unsafe { u_getNumericValue(c) }
}

/// The block of a character.
pub fn block(c: i32) -> i32 {
    // SAFETY: any number may be asked about.
    unsafe { ublock_getCode(c) }
}

/// The direction of a character.
pub fn direction(c: i32) -> i32 {
    // SAFETY: any number may be asked about.
    unsafe { u_charDirection(c) }
}

/// The general category of a character.
pub fn category(c: i32) -> i32 {
    // SAFETY: any number may be asked about.
    unsafe { u_charType(c) }.into()
}

/// The combining class of a character.
pub fn combining_class(c: i32) -> i32 {
    // SAFETY: any number may be asked about.
    unsafe { u_getCombiningClass(c) }.into()
}

/// The digit that a character is, or -1.
pub fn digit_value(c: i32) -> i32 {
    // SAFETY: any number may be asked about.
    unsafe { u_charDigitValue(c) }
}

/// The digit that a character is to a base, or -1.
pub fn digit(c: i32, radix: i8) -> i32 {
    // SAFETY: any numbers may be asked about.
    unsafe { u_digit(c, radix) }
}

/// The character of a digit, or 0.
pub fn for_digit(digit: i32, radix: i8) -> i32 {
    // SAFETY: any numbers may be asked about.
    unsafe { u_forDigit(digit, radix) }
}

/// A character without its case.
pub fn fold_case(c: i32, options: u32) -> i32 {
    // SAFETY: any numbers may be asked about.
    unsafe { u_foldCase(c, options) }
}

/// The version of Unicode that brought a character.
pub fn age(c: i32) -> [u8; 4] {
    let mut version = [0; 4];
    // SAFETY: room for a version.
    unsafe { u_charAge(c, version.as_mut_ptr()) };
    version
}

/// The version of Unicode.
pub fn unicode_version() -> [u8; 4] {
    let mut version = [0; 4];
    // SAFETY: room for a version.
    unsafe { u_getUnicodeVersion(version.as_mut_ptr()) };
    version
}

/// An error for a kind of names that there is not, of which ICU only knows the too high ones.
fn check_choice(choice: i32) -> Result<(), Code> {
    /// `U_CHAR_NAME_CHOICE_COUNT`
    const COUNT: i32 = 4;
    if (0..COUNT).contains(&choice) { Ok(()) } else { Err(ILLEGAL_ARGUMENT_ERROR) }
}

/// A character's name.
pub fn name(c: i32, choice: i32) -> Result<Vec<u8>, Code> {
    // SAFETY: a buffer with its size; an unknown choice is an error.
    let name = written(|out, room, code| unsafe { u_charName(c, choice, out, room, code) })?;
    Ok(name.into_iter().map(|c: c_char| c as u8).collect())
}

/// The character of a name.
pub fn from_name(name: &[u8], choice: i32) -> Result<i32, Code> {
    check_choice(choice)?;
    let mut code = OK;
    // SAFETY: a name that ends with NUL; an unknown choice is an error.
    let c = unsafe { u_charFromName(choice, c_string(name).as_ptr(), &mut code) };
    if failed(code) { Err(code) } else { Ok(c) }
}

fn known(name: *const c_char) -> Option<&'static str> {
    // The names are static.
    (!name.is_null()).then(|| text(name))
}

/// A property's name.
pub fn property_name(property: i32, choice: i32) -> Option<&'static str> {
    // SAFETY: any numbers may be asked about.
    known(unsafe { u_getPropertyName(property, choice) })
}

/// The property of a name, or -1.
pub fn property_of_name(name: &[u8]) -> i32 {
    // SAFETY: a name that ends with NUL.
    unsafe { u_getPropertyEnum(c_string(name).as_ptr()) }
}

/// The name of a property's value.
pub fn value_name(property: i32, value: i32, choice: i32) -> Option<&'static str> {
    // SAFETY: any numbers may be asked about.
    known(unsafe { u_getPropertyValueName(property, value, choice) })
}

/// The value of a property by its name, or -1.
pub fn value_of_name(property: i32, name: &[u8]) -> i32 {
    // SAFETY: a name that ends with NUL.
    unsafe { u_getPropertyValueEnum(property, c_string(name).as_ptr()) }
}

/// What a character becomes without its case in compatibility form, where that is not what it seems.
pub fn closure(c: i32) -> Result<Vec<u16>, Code> {
    // SAFETY: a buffer with its size.
    written(|out, room, code| unsafe { u_getFC_NFKC_Closure(c, out, room, code) })
}

/// What is called for each range of a category; false ends the walk.
type Ranges<'a> = &'a mut dyn FnMut(i32, i32, i32) -> bool;

extern "C" fn each_range(context: *const c_void, start: i32, limit: i32, category: i32) -> i8 {
    let call = || {
        // SAFETY: the context that `ranges` passes, which is used nowhere else meanwhile.
        unsafe { (*context.cast_mut().cast::<Ranges<'_>>())(start, limit, category) }
    };
    i8::from(catch_unwind(AssertUnwindSafe(call)).unwrap_or(false))
}

/// Walks the ranges of characters of one category.
pub fn ranges(mut each: impl FnMut(i32, i32, i32) -> bool) {
    let mut each: Ranges<'_> = &mut each;
    // SAFETY: the context lives as long as the call.
    unsafe { u_enumCharTypes(each_range, (&raw mut each).cast()) };
}

/// What is called for each character and its name; false ends the walk.
type Names<'a> = &'a mut dyn FnMut(i32, &[u8]) -> bool;

extern "C" fn each_name(context: *mut c_void, c: i32, _: i32, name: *const c_char, len: i32) -> i8 {
    let call = || {
        // SAFETY: the context that `names` passes, which is used nowhere else meanwhile, and a name with its length.
        unsafe {
            let name = match usize::try_from(len) {
                Ok(len) if !name.is_null() => std::slice::from_raw_parts(name.cast::<u8>(), len),
                _ => &[],
            };
            (*context.cast::<Names<'_>>())(c, name)
        }
    };
    i8::from(catch_unwind(AssertUnwindSafe(call)).unwrap_or(false))
}

/// Walks the characters of a range that have a name.
pub fn names(
    start: i32,
    limit: i32,
    choice: i32,
    mut each: impl FnMut(i32, &[u8]) -> bool,
) -> Result<(), Code> {
    check_choice(choice)?;
    let (mut each, mut code): (Names<'_>, Code) = (&mut each, OK);
    // SAFETY: the context lives as long as the call; an unknown choice is an error.
    unsafe { u_enumCharNames(start, limit, each_name, (&raw mut each).cast(), choice, &mut code) };
    if failed(code) { Err(code) } else { Ok(()) }
}
