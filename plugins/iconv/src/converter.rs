//! A conversion from one encoding to another.

use plugin_api::{Ctx, R};
use std::ffi::CString;

/// Where characters are numbers: four bytes each, the lowest first.
pub const NUMBERS: &[u8] = b"UCS-4LE";

/// Why something was not converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// There is no such conversion.
    Encoding,
    /// A conversion cannot be made now.
    Converter,
    /// The text ends within a character.
    Incomplete,
    /// The text has bytes that are no character.
    Illegal,
    /// There is no room for it.
    TooLong,
    /// It is no encoded header.
    Malformed,
    /// The system's error number.
    Other(i32),
}

impl Failure {
    /// Tells of it.
    pub fn tell(self, ctx: &mut Ctx, to: &[u8], from: &[u8]) -> R<()> {
        match self {
            Failure::Encoding => {
                let [from, to] = [from, to].map(String::from_utf8_lossy);
                ctx.warning(format!("Wrong encoding, conversion from \"{from}\" to \"{to}\" is not allowed"))
            }
            Failure::Converter => ctx.warning("Cannot open converter"),
            Failure::Incomplete => ctx.notice("Detected an incomplete multibyte character in input string"),
            Failure::Illegal => ctx.notice("Detected an illegal character in input string"),
            Failure::TooLong => ctx.warning("Buffer length exceeded"),
            Failure::Malformed => ctx.warning("Malformed string"),
            Failure::Other(n) => ctx.notice(format!("Unknown error ({n})")),
        }
    }
}

fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// What one call of the C library came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// All input was converted.
    Done,
    /// The output is full.
    Full,
    /// It stopped.
    Failed(Failure),
}

/// An open conversion.
pub struct Converter(libc::iconv_t);

impl Converter {
    /// Opens one.
    pub fn open(to: &[u8], from: &[u8]) -> Result<Converter, Failure> {
        let text = |t: &[u8]| CString::new(t).map_err(|_| Failure::Encoding);
        let (to, from) = (text(to)?, text(from)?);
        // SAFETY: live texts.
        let cd = unsafe { libc::iconv_open(to.as_ptr(), from.as_ptr()) };
        if cd as isize == -1 {
            let unknown = errno() == libc::EINVAL;
            return Err(if unknown { Failure::Encoding } else { Failure::Converter });
        }
        Ok(Converter(cd))
    }

    /// Converts from the front of `input` to at most `room` bytes at the end of `out`.
    pub fn step(&mut self, input: &mut &[u8], out: &mut Vec<u8>, room: usize) -> Step {
        let (mut from, mut left) = (input.as_ptr().cast_mut().cast(), input.len());
        self.call(&mut from, &mut left, out, room, |rest| *input = &input[input.len() - rest..])
    }

    /// Ends a text: goes back to the encoding's first state.
    pub fn finish(&mut self, out: &mut Vec<u8>, room: usize) -> Step {
        let (mut from, mut left) = (std::ptr::null_mut(), 0);
        self.call(&mut from, &mut left, out, room, |_| ())
    }

    fn call(
        &mut self,
        from: &mut *mut libc::c_char,
        left: &mut usize,
        out: &mut Vec<u8>,
        room: usize,
        took: impl FnOnce(usize),
    ) -> Step {
        out.reserve(room);
        let (mut to, mut free) = (out.spare_capacity_mut().as_mut_ptr().cast(), room);
        let source: *mut *mut libc::c_char = if from.is_null() { std::ptr::null_mut() } else { from };
        // SAFETY: an open conversion, live input and room for that much output, of which as much is counted as was written.
        let (r, error) = unsafe {
            let r = libc::iconv(self.0, source, left, &mut to, &mut free);
            let error = errno();
            out.set_len(out.len() + room - free);
            (r, error)
        };
        took(*left);
        if r != usize::MAX {
            return Step::Done;
        }
        match error {
            libc::E2BIG => Step::Full,
            libc::EILSEQ => Step::Failed(Failure::Illegal),
            libc::EINVAL => Step::Failed(Failure::Incomplete),
            n => Step::Failed(Failure::Other(n)),
        }
    }

    /// Forgets what state the conversion is in.
    pub fn reset(&mut self) {
        // SAFETY: an open conversion; null stands for no input and output.
        unsafe {
            libc::iconv(
                self.0,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                std::ptr::null_mut(),
            )
        };
    }

    /// Adds a text's conversion to `out`, nothing when not all of it can be converted.
    pub fn append(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), Failure> {
        let before = out.len();
        self.append_some(input, out).inspect_err(|_| out.truncate(before))
    }

    /// As [`Converter::append`], but up to what cannot be converted.
    pub fn append_some(&mut self, mut input: &[u8], out: &mut Vec<u8>) -> Result<(), Failure> {
        while !input.is_empty() {
            let room = input.len() + 32;
            if let Step::Failed(f) = self.step(&mut input, out, room) {
                return Err(f);
            }
        }
        Ok(())
    }

    /// As [`Converter::finish`] with all the room it needs.
    pub fn append_end(&mut self, out: &mut Vec<u8>) -> Result<(), Failure> {
        loop {
            match self.finish(out, 64) {
                Step::Done => return Ok(()),
                Step::Full => {}
                Step::Failed(f) => return Err(f),
            }
        }
    }
}

impl Drop for Converter {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { libc::iconv_close(self.0) };
    }
}

/// Whether an encoding's name says that what it lacks is left out.
fn ignores(name: &[u8]) -> bool {
    (name.len() >= 9 && name.ends_with(b"//IGNORE"))
        || (name.len() >= 19 && name.ends_with(b"//IGNORE//TRANSLIT"))
}

/// A text in another encoding, and what stopped the conversion.
pub fn convert(text: &[u8], to: &[u8], from: &[u8]) -> Result<(Vec<u8>, Option<Failure>), Failure> {
    let mut c = Converter::open(to, from)?;
    let ignores = ignores(to);
    let (mut input, mut out) = (text, Vec::new());
    while !input.is_empty() {
        match c.step(&mut input, &mut out, text.len() + 32) {
            Step::Done => break,
            Step::Full => {}
            // The C library leaves it out and still says that it was there.
            Step::Failed(Failure::Illegal) if ignores => input = input.get(1..).unwrap_or_default(),
            Step::Failed(f @ Failure::Other(_)) => return Err(f),
            Step::Failed(f) => return Ok((out, Some(f))),
        }
    }
    c.append_end(&mut out)?;
    Ok((out, None))
}

/// The numbers of a text's characters, and what is behind them that is none.
pub fn numbers(text: &[u8], encoding: &[u8]) -> Result<(Vec<u32>, Option<Failure>), Failure> {
    let mut c = Converter::open(NUMBERS, encoding)?;
    let mut out = Vec::new();
    let failed = c.append_some(text, &mut out).and_then(|()| c.append_end(&mut out)).err();
    let list = out.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b)).collect();
    Ok((list, failed))
}
