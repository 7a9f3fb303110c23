//! Reading header fields of mails with encoded words (RFC 2047), also those that are not quite as they should be.

use crate::converter::{Converter, Failure};
use crate::mime::Scheme;
use plugin_api::{Ctx, R, Value};

/// `ICONV_MIME_DECODE_STRICT`: words stand between white space.
pub const STRICT: i64 = 1;
/// `ICONV_MIME_DECODE_CONTINUE_ON_ERROR`: what is no word is taken as it is.
pub const CONTINUE: i64 = 2;

/// Longest name of a word's encoding.
const LONGEST_NAME: usize = 79;

/// What is expected next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Expect {
    /// Plain text, or a word.
    Any,
    /// The `?` behind a word's `=`.
    Question,
    /// A word's encoding.
    Encoding,
    /// A language, which is passed over.
    Language,
    /// `B` or `Q`.
    Scheme,
    /// The `?` behind it.
    SchemeEnd,
    /// The word's text.
    Text,
    /// The `=` that ends the word.
    WordEnd,
    /// What follows a word.
    AfterWord,
    /// The line feed behind a carriage return.
    LineFeed,
    /// White space that goes on with a folded line, or the next field.
    Fold,
    /// More white space.
    Spaces,
    /// Plain text up to white space.
    Plain,
}

struct Decoder<'d> {
    text: &'d [u8],
    out: Vec<u8>,
    plain: Converter,
    to: &'d [u8],
    strict: bool,
    go_on: bool,
    words: Option<Converter>,
    scheme: Scheme,
    /// Where the word begins; `None` behind plain text.
    word: Option<usize>,
    encoding: usize,
    body: (usize, usize),
    spaces: Option<usize>,
}

/// Decodes the first field of a text, and gives where it ended. `Ok(Err(…))`: it cannot be decoded.
pub fn decode(ctx: &mut Ctx, text: &[u8], to: &[u8], mode: i64) -> R<Result<(Vec<u8>, usize), Failure>> {
    let plain = match Converter::open(to, b"ASCII") {
        Ok(c) => c,
        Err(f) => return Ok(Err(f)),
    };
    let mut d = Decoder {
        text,
        out: Vec::new(),
        plain,
        to,
        strict: mode & STRICT != 0,
        go_on: mode & CONTINUE != 0,
        words: None,
        scheme: Scheme::Base64,
        word: None,
        encoding: 0,
        body: (0, 0),
        spaces: None,
    };
    Ok(d.run(ctx)?.map(|at| (d.out, at)))
}

type Next = Result<Expect, Failure>;

impl Decoder<'_> {
    /// Adds plain bytes.
    fn put(&mut self, from: usize, to: usize) -> Result<(), Failure> {
        self.plain.append(&self.text[from..to], &mut self.out)
    }

    /// Adds plain bytes; those that are none are left out.
    fn put_some(&mut self, from: usize, to: usize) {
        self.put(from, to).ok();
    }

    fn put_byte(&mut self, b: u8) {
        self.plain.append(&[b], &mut self.out).ok();
    }

    fn plain_next(&self) -> Expect {
        if self.strict { Expect::Plain } else { Expect::Any }
    }

    /// What begins as a word and is none: plain text up to `end`, where errors are passed over.
    fn no_word(&mut self, end: usize) -> Next {
        if !self.go_on {
            return Err(Failure::Malformed);
        }
        self.put(self.word.unwrap_or(end), end)?;
        self.word = None;
        Ok(self.plain_next())
    }

    fn run(&mut self, ctx: &mut Ctx) -> R<Result<usize, Failure>> {
        let mut expect = Expect::Any;
        let mut at = 0;
        while at < self.text.len() {
            let b = self.text[at];
            let next = match expect {
                Expect::Any => self.any(at, b),
                Expect::Question => {
                    if b == b'?' {
                        self.encoding = at + 1;
                        Ok(Expect::Encoding)
                    } else {
                        // A line's end is looked at again.
                        let end = if matches!(b, b'\r' | b'\n') { at } else { at + 1 };
                        let r = self.put(self.word.unwrap_or(end), end).map(|()| self.plain_next());
                        self.word = None;
                        at = end.wrapping_sub(1);
                        r
                    }
                }
                Expect::Encoding => match b {
                    b'?' | b'*' => self.open_words(&mut at, b),
                    b'\r' | b'\n' => {
                        self.put_byte(b'=');
                        self.put_byte(b'?');
                        let r = self.put(self.encoding, at).map(|()| self.plain_next());
                        at -= 1;
                        r
                    }
                    _ => Ok(expect),
                },
                Expect::Language => Ok(if b == b'?' { Expect::Scheme } else { expect }),
                Expect::Scheme => match b.to_ascii_lowercase() {
                    b'b' | b'q' => {
                        let quoted = b.eq_ignore_ascii_case(&b'q');
                        self.scheme = if quoted { Scheme::QuotedPrintable } else { Scheme::Base64 };
                        Ok(Expect::SchemeEnd)
                    }
                    _ => self.no_word(at + 1),
                },
                Expect::SchemeEnd if b == b'?' => {
                    self.body.0 = at + 1;
                    Ok(Expect::Text)
                }
                Expect::Text => {
                    self.body.1 = at;
                    Ok(if b == b'?' { Expect::WordEnd } else { expect })
                }
                Expect::SchemeEnd => self.no_word(at + 1),
                Expect::WordEnd if b != b'=' => self.no_word(at + 1),
                Expect::WordEnd if at + 1 < self.text.len() => Ok(Expect::AfterWord),
                Expect::WordEnd => self.finish_word(ctx, at, None)?,
                Expect::AfterWord => self.finish_word(ctx, at, Some(b))?,
                Expect::LineFeed if b == b'\n' => Ok(Expect::Fold),
                Expect::LineFeed => {
                    self.put_byte(b'\r');
                    self.put_byte(b);
                    Ok(Expect::Any)
                }
                Expect::Fold if !matches!(b, b' ' | b'\t') => return Ok(Ok(at)),
                Expect::Fold => {
                    if self.word.is_none() {
                        self.put_byte(b' ');
                    }
                    self.spaces = None;
                    Ok(Expect::Spaces)
                }
                Expect::Spaces => self.after_spaces(at, b),
                Expect::Plain => self.plain(at, b),
            };
            expect = match next {
                Ok(e) => e,
                Err(f) => return Ok(Err(f)),
            };
            at = at.wrapping_add(1);
        }
        Ok(match expect {
            Expect::Any | Expect::Fold | Expect::Spaces | Expect::Plain => Ok(self.text.len()),
            _ if self.go_on => {
                if expect == Expect::Question {
                    self.put_byte(b'=');
                }
                Ok(self.text.len())
            }
            _ => Err(Failure::Malformed),
        })
    }

    fn any(&mut self, at: usize, b: u8) -> Next {
        Ok(match b {
            b'\r' => Expect::LineFeed,
            b'\n' => Expect::Fold,
            b'=' => {
                self.word = Some(at);
                Expect::Question
            }
            b' ' | b'\t' => {
                self.spaces = Some(at);
                Expect::Spaces
            }
            _ => {
                if let Err(f) = self.put(at, at + 1)
                    && !self.go_on
                {
                    return Err(f);
                }
                self.word = None;
                self.plain_next()
            }
        })
    }

    fn plain(&mut self, at: usize, b: u8) -> Next {
        Ok(match b {
            b'\r' => Expect::LineFeed,
            b'\n' => Expect::Fold,
            b' ' | b'\t' => {
                self.spaces = Some(at);
                Expect::Spaces
            }
            b'=' if !self.strict => {
                self.word = Some(at);
                Expect::Question
            }
            _ => {
                self.put_byte(b);
                Expect::Plain
            }
        })
    }

    fn after_spaces(&mut self, at: usize, b: u8) -> Next {
        Ok(match b {
            b'\r' => Expect::LineFeed,
            b'\n' => Expect::Fold,
            b' ' | b'\t' => Expect::Spaces,
            b'=' => {
                // White space between words is none of the text.
                if self.word.is_none()
                    && let Some(from) = self.spaces.take()
                {
                    self.put_some(from, at);
                }
                self.word = Some(at);
                Expect::Question
            }
            _ => {
                if let Some(from) = self.spaces.take() {
                    self.put_some(from, at);
                }
                self.put_byte(b);
                self.word = None;
                self.plain_next()
            }
        })
    }

    /// The encoding's name has ended at `at`, with `b`.
    fn open_words(&mut self, at: &mut usize, b: u8) -> Next {
        let name = &self.text[self.encoding..*at];
        if name.len() > LONGEST_NAME {
            return self.no_word(*at + 1);
        }
        match Converter::open(self.to, name) {
            Ok(c) => {
                self.words = Some(c);
                Ok(if b == b'?' { Expect::Scheme } else { Expect::Language })
            }
            Err(f) if !self.go_on => Err(f),
            Err(_) => {
                // The whole word is taken as it is.
                let mut marks = 2;
                while marks > 0 && *at + 1 < self.text.len() {
                    *at += 1;
                    marks -= (self.text[*at] == b'?') as i32;
                }
                if self.text.get(*at + 1) == Some(&b'=') {
                    *at += 1;
                }
                self.put(self.word.unwrap_or(*at), *at + 1)?;
                Ok(Expect::Plain)
            }
        }
    }

    /// Decodes a word that ended before `at`, where `next` stands (`None`: the text's end).
    fn finish_word(&mut self, ctx: &mut Ctx, at: usize, next: Option<u8>) -> R<Next> {
        let spaced = next.is_none_or(|b| matches!(b, b'\r' | b'\n' | b' ' | b'\t'));
        if !spaced && self.strict {
            let r = self.put(self.word.unwrap_or(at), at + 1);
            return Ok(r.map(|()| Expect::Plain));
        }
        let body = &self.text[self.body.0..self.body.1];
        let decoded = match self.scheme {
            Scheme::Base64 => {
                let v = ctx.call_function("base64_decode", &[Value::str(body)])?;
                v.as_str().map(|s| s.as_bytes().to_vec())
            }
            Scheme::QuotedPrintable => unquoted(body),
        };
        let Some(decoded) = decoded else {
            return Ok(if self.go_on { self.no_word(at + 1) } else { Err(Failure::Other(0)) });
        };
        if let Some(c) = &mut self.words {
            let done = c.append(&decoded, &mut self.out).and_then(|()| c.append_end(&mut self.out));
            if let Err(f) = done {
                if !self.go_on {
                    return Ok(Err(f));
                }
                let put = self.put(self.word.unwrap_or(at), at);
                self.word = None;
                if put.is_err() {
                    // Neither the word's text nor the word itself can be shown.
                    return Ok(Ok(Expect::AfterWord));
                }
            }
        }
        Ok(Ok(match next {
            None => Expect::Any,
            Some(b'\r') => Expect::LineFeed,
            Some(b'\n') => Expect::Fold,
            Some(b'=') => Expect::Question,
            Some(b' ' | b'\t') => {
                self.spaces = Some(at);
                Expect::Spaces
            }
            Some(b) => {
                self.put_byte(b);
                Expect::Plain
            }
        }))
    }
}

/// The bytes of a `Q` word; `None` when it is none.
fn unquoted(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied().take_while(|b| *b != 0).peekable();
    let digit = |b: u8| (b as char).to_digit(16);
    while let Some(b) = rest.next() {
        match b {
            b'_' => out.push(b' '),
            b'=' => match rest.next() {
                None => break,
                Some(b) if digit(b).is_some() => {
                    let low = digit(rest.next()?)?;
                    out.push((digit(b)? << 4 | low) as u8);
                }
                // A line that goes on.
                Some(mut b) => {
                    while matches!(b, b' ' | b'\t') {
                        b = rest.next()?;
                    }
                    match b {
                        b'\r' => {
                            rest.next_if_eq(&b'\n');
                        }
                        b'\n' => {}
                        _ => return None,
                    }
                }
            },
            b => out.push(b),
        }
    }
    Some(out)
}
