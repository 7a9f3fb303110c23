//! Messages with arguments (`UMessageFormat`).

use super::zone::{self, TimeZone};
use super::{Code, OK, ParseError, c_string, failed, functions, len32, text, written};
use std::ffi::{c_char, c_void};
use std::ptr::{NonNull, null};

/// ICU's own.
enum Raw {}

functions! {
    fn umsg_open(pattern: *const u16, len: i32, locale: *const c_char, error: *mut ParseError, code: *mut Code) -> *mut Raw;
    fn umsg_close(m: *mut Raw);
    fn umsg_clone(m: *const Raw, code: *mut Code) -> *mut Raw;
    fn umsg_applyPattern(m: *mut Raw, pattern: *const u16, len: i32, error: *mut ParseError, code: *mut Code);
    fn umsg_getLocale(m: *const Raw) -> *const c_char;
}

/// An argument as the shim takes and gives it.
#[repr(C)]
struct RawArgument {
    name: *const u16,
    name_len: i32,
    kind: i32,
    number: f64,
    integer: i64,
    text: *const u16,
    text_len: i32,
}

unsafe extern "C" {
    fn howdah_message_names(m: *const Raw) -> i8;
    fn howdah_message_types(m: *const Raw, out: *mut i32, room: i32) -> i32;
    fn howdah_message_parts(m: *const Raw) -> i32;
    fn howdah_message_part(m: *const Raw, i: i32, kind: *mut i32, argument: *mut i32, value: *mut i32);
    fn howdah_message_part_text(m: *const Raw, i: i32, out: *mut u16, room: i32, code: *mut Code) -> i32;
    fn howdah_message_has_dates(m: *const Raw) -> i8;
    fn howdah_message_set_zone(m: *mut Raw, zone: *const zone::Raw);
    fn howdah_message_format(
        m: *const Raw,
        arguments: *const RawArgument,
        count: i32,
        out: *mut u16,
        room: i32,
        code: *mut Code,
    ) -> i32;
    fn howdah_message_parse(
        m: *const Raw,
        text: *const u16,
        len: i32,
        data: *mut c_void,
        each: extern "C" fn(*mut c_void, *const RawArgument),
        code: *mut Code,
    );
}

/// What an argument is (`Formattable::Type`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A date.
    Date,
    /// A float.
    Double,
    /// An int of 32 bits.
    Long,
    /// A text.
    Text,
    /// An int of 64 bits.
    Int64,
    /// None of these.
    Other,
}

impl Type {
    fn of(kind: i32) -> Type {
        match kind {
            0 => Type::Date,
            1 => Type::Double,
            2 => Type::Long,
            3 => Type::Text,
            5 => Type::Int64,
            _ => Type::Other,
        }
    }
}

/// An argument's value.
pub enum Argument {
    /// Milliseconds since 1970.
    Date(f64),
    /// A float.
    Double(f64),
    /// An int of 32 bits.
    Long(i32),
    /// An int of 64 bits.
    Int64(i64),
    /// A text.
    Text(Vec<u16>),
    /// What a message gave that is none of these.
    Other,
}

/// A part of a pattern (`UMessagePatternPartType`, `UMessagePatternArgType` and a number).
pub struct Part {
    /// Its type.
    pub kind: i32,
    /// The type of the argument that it begins.
    pub argument: i32,
    /// Its number.
    pub value: i32,
}

/// A message with arguments.
pub struct Message(NonNull<Raw>);

impl Message {
    fn opened(raw: *mut Raw, code: Code) -> Result<Message, Code> {
        match NonNull::new(raw).map(Message) {
            Some(m) if !failed(code) => Ok(m),
            _ => Err(if failed(code) { code } else { super::MEMORY_ALLOCATION_ERROR }),
        }
    }
    fn raw(&self) -> *mut Raw {
        self.0.as_ptr()
    }
    /// The message of a pattern.
    pub fn open(pattern: &[u16], locale: &[u8]) -> Result<Message, (Code, ParseError)> {
        let (mut code, mut error) = (OK, ParseError::default());
        let p = if pattern.is_empty() { null() } else { pattern.as_ptr() };
        // SAFETY: a text with its length, none being a null pointer; the name ends with NUL; a place for the error.
        let raw = unsafe { umsg_open(p, len32(pattern), c_string(locale).as_ptr(), &mut error, &mut code) };
        Message::opened(raw, code).map_err(|code| (code, error))
    }
    /// A copy.
    pub fn copy(&self) -> Result<Message, Code> {
        let mut code = OK;
        // SAFETY: ours.
        let raw = unsafe { umsg_clone(self.raw(), &mut code) };
        Message::opened(raw, code)
    }
    /// Sets the pattern.
    pub fn set_pattern(&self, pattern: &[u16]) -> Result<(), (Code, ParseError)> {
        let (mut code, mut error) = (OK, ParseError::default());
        // SAFETY: ours, on one thread; a text with its length.
        unsafe {
            umsg_applyPattern(self.raw(), pattern.as_ptr(), len32(pattern), &mut error, &mut code);
        }
        if failed(code) { Err((code, error)) } else { Ok(()) }
    }
    /// The locale's name.
    pub fn locale(&self) -> String {
        // SAFETY: ours; the name is copied.
        text(unsafe { umsg_getLocale(self.raw()) }).to_owned()
    }
    /// Whether arguments have names, not numbers.
    pub fn has_names(&self) -> bool {
        // SAFETY: ours.
        unsafe { howdah_message_names(self.raw()) != 0 }
    }
    /// Types of numbered arguments.
    pub fn types(&self) -> Vec<Type> {
        let mut out = vec![0; 16];
        for _ in 0..2 {
            // SAFETY: ours; a buffer with its size.
            let count = unsafe { howdah_message_types(self.raw(), out.as_mut_ptr(), len32(&out)) };
            let count = usize::try_from(count).unwrap_or(0);
            if count <= out.len() {
                out.truncate(count);
                break;
            }
            out = vec![0; count];
        }
        out.into_iter().map(Type::of).collect()
    }
    /// How many parts the pattern has.
    pub fn parts(&self) -> i32 {
        // SAFETY: ours.
        unsafe { howdah_message_parts(self.raw()) }
    }
    /// A part of the pattern, and none where there is none.
    pub fn part(&self, i: i32) -> Option<Part> {
        if !(0..self.parts()).contains(&i) {
            return None;
        }
        let mut part = Part { kind: 0, argument: 0, value: 0 };
        // SAFETY: ours, with that part; places for the results.
        unsafe {
            howdah_message_part(self.raw(), i, &mut part.kind, &mut part.argument, &mut part.value);
        }
        Some(part)
    }
    /// The text of a part that [`Message::part`] gave.
    pub fn part_text(&self, i: i32) -> Vec<u16> {
        if !(0..self.parts()).contains(&i) {
            return Vec::new();
        }
        // SAFETY: ours, with that part; a buffer with its size.
        written(|out, room, code| unsafe { howdah_message_part_text(self.raw(), i, out, room, code) })
            .unwrap_or_default()
    }
    /// Whether simple dates are among the arguments.
    pub fn has_dates(&self) -> bool {
        // SAFETY: ours.
        unsafe { howdah_message_has_dates(self.raw()) != 0 }
    }
    /// Sets the zone of simple dates.
    pub fn set_zone(&self, zone: &TimeZone) {
        // SAFETY: ours, on one thread; a live zone, which is copied.
        unsafe { howdah_message_set_zone(self.raw(), zone.raw()) };
    }
    /// The text for arguments, each with its name (or number).
    pub fn format(&self, arguments: &[(Vec<u16>, Argument)]) -> Result<Vec<u16>, Code> {
        let raw: Vec<RawArgument> = arguments
            .iter()
            .map(|(name, value)| {
                let (kind, number, integer, text): (i32, f64, i64, &[u16]) = match value {
                    Argument::Date(date) => (0, *date, 0, &[]),
                    Argument::Double(n) => (1, *n, 0, &[]),
                    Argument::Long(n) => (2, 0.0, (*n).into(), &[]),
                    Argument::Text(text) => (3, 0.0, 0, text),
                    Argument::Int64(n) => (5, 0.0, *n, &[]),
                    Argument::Other => (3, 0.0, 0, &[]),
                };
                RawArgument {
                    name: name.as_ptr(),
                    name_len: len32(name),
                    kind,
                    number,
                    integer,
                    text: text.as_ptr(),
                    text_len: len32(text),
                }
            })
            .collect();
        // SAFETY: ours; so many arguments, whose texts live; a buffer with its size.
        written(|out, room, code| unsafe {
            howdah_message_format(self.raw(), raw.as_ptr(), len32(&raw), out, room, code)
        })
    }
    /// The arguments that make the message a text.
    pub fn parse(&self, s: &[u16]) -> Result<Vec<Argument>, Code> {
        extern "C" fn each(data: *mut c_void, argument: *const RawArgument) {
            // SAFETY: the list passed below; a live argument, whose text is copied.
            unsafe {
                let (list, a) = (&mut *data.cast::<Vec<Argument>>(), &*argument);
                list.push(match Type::of(a.kind) {
                    Type::Date => Argument::Date(a.number),
                    Type::Double => Argument::Double(a.number),
                    Type::Long => Argument::Long(a.integer as i32),
                    Type::Int64 => Argument::Int64(a.integer),
                    Type::Text if a.text.is_null() => Argument::Text(Vec::new()),
                    Type::Text => Argument::Text(
                        std::slice::from_raw_parts(a.text, usize::try_from(a.text_len).unwrap_or(0)).to_vec(),
                    ),
                    Type::Other => Argument::Other,
                });
            }
        }
        let (mut list, mut code): (Vec<Argument>, Code) = (Vec::new(), OK);
        // SAFETY: ours; a text with its length; the list outlives the call.
        unsafe {
            howdah_message_parse(
                self.raw(),
                s.as_ptr(),
                len32(s),
                std::ptr::from_mut(&mut list).cast(),
                each,
                &mut code,
            );
        }
        if failed(code) { Err(code) } else { Ok(list) }
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { umsg_close(self.raw()) };
    }
}
