//! The grammar of PHP's ini language (`Zend/zend_ini_parser.y`): sections, settings, elements, values put together from
//! strings, constants and `${variables}`, and bitwise expressions.

use super::scan::{Scanner, Tok, Token};
use howdah_runtime::number::{self, Num};

/// How values are read (`INI_SCANNER_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanMode {
    /// Constants, variables and expressions are evaluated; all values are strings.
    Normal,
    /// Values are taken as they are written.
    Raw,
    /// As [`ScanMode::Normal`], with booleans, null and numbers as what they are.
    Typed,
}

/// A value. Other than strings only in [`ScanMode::Typed`].
#[derive(Clone, Debug, PartialEq)]
pub enum IniValue {
    /// `null`
    Null,
    /// `on`, `off` and their kin.
    Bool(bool),
    /// A number or the result of an expression.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// Anything else.
    Str(Vec<u8>),
}

impl IniValue {
    /// The value as text, as a string conversion gives it.
    pub fn into_bytes(self) -> Vec<u8> {
        match self {
            IniValue::Null | IniValue::Bool(false) => Vec::new(),
            IniValue::Bool(true) => b"1".to_vec(),
            IniValue::Int(i) => i.to_string().into_bytes(),
            IniValue::Float(d) => number::format_float(d, 17).into_bytes(),
            IniValue::Str(s) => s,
        }
    }
}

/// What the text says, statement by statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// `[name]`
    Section(Vec<u8>),
    /// `name = value`; `None` for a name alone.
    Entry(Vec<u8>, Option<IniValue>),
    /// `name[offset] = value`; the offset is empty in `name[]`.
    Element(Vec<u8>, Vec<u8>, IniValue),
}

/// Where names in values are looked up.
pub trait Lookup {
    /// A constant's value as a string.
    fn constant(&self, name: &[u8]) -> Option<Vec<u8>>;
    /// What `${name}` stands for: a configuration directive, else the environment.
    fn variable(&self, name: &[u8]) -> Option<Vec<u8>>;
}

/// A text that is not ini.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// `syntax error, unexpected …`
    pub message: String,
    /// Line, from 1.
    pub line: u32,
}

/// Reads a text; `sink` gets every statement before the first error.
pub fn parse(
    text: &[u8],
    mode: ScanMode,
    lookup: &dyn Lookup,
    sink: &mut dyn FnMut(Event),
) -> Result<(), SyntaxError> {
    let mut p = Parser { scanner: Scanner::new(text, mode), mode, lookup, ahead: None, depth: 0 };
    while p.statement(sink)? {}
    Ok(())
}

/// A value on its way, and whether it is a number's text.
struct Part {
    value: IniValue,
    numeric: bool,
}

struct Parser<'p> {
    scanner: Scanner<'p>,
    mode: ScanMode,
    lookup: &'p dyn Lookup,
    ahead: Option<Token>,
    depth: u32,
}

/// Nesting of parentheses and operators that the parser follows (the reference's stack holds as many).
const MAX_DEPTH: u32 = 2000;

const CLOSERS: &[Tok] = &[Tok::Char(b'^'), Tok::Char(b'|'), Tok::Char(b'&'), Tok::Char(b')')];

impl Parser<'_> {
    fn peek(&mut self) -> Tok {
        let scanner = &mut self.scanner;
        self.ahead.get_or_insert_with(|| scanner.next()).kind
    }

    fn take(&mut self) -> Token {
        self.ahead.take().unwrap_or_else(|| self.scanner.next())
    }

    /// A syntax error at the next token. More than four expected tokens are not named.
    fn unexpected<T>(&mut self, expected: &[Tok]) -> Result<T, SyntaxError> {
        let mut message = format!("syntax error, unexpected {}", self.peek().name());
        for (i, t) in expected.iter().enumerate() {
            message.push_str(if i == 0 { ", expecting " } else { " or " });
            message.push_str(&t.name());
        }
        Err(SyntaxError { message, line: self.scanner.line })
    }

    fn expect(&mut self, c: u8) -> Result<(), SyntaxError> {
        if self.peek() != Tok::Char(c) {
            return self.unexpected(&[Tok::Char(c)]);
        }
        self.take();
        Ok(())
    }

    /// One statement; false at the end.
    fn statement(&mut self, sink: &mut dyn FnMut(Event)) -> Result<bool, SyntaxError> {
        match self.peek() {
            Tok::End => return Ok(false),
            Tok::EndOfLine => {
                self.take();
            }
            Tok::Section => {
                self.take();
                let name = self.list(false)?.map_or(Vec::new(), |p| p.value.into_bytes());
                self.expect(b']')?;
                sink(Event::Section(name));
            }
            Tok::Label => {
                let name = self.take().text;
                if self.peek() == Tok::Char(b'=') {
                    self.take();
                    let v = self.value()?;
                    sink(Event::Entry(name, Some(v)));
                } else {
                    sink(Event::Entry(name, None));
                }
            }
            Tok::Offset => {
                let name = self.take().text;
                let offset = self.list(true)?.map_or(Vec::new(), |p| p.value.into_bytes());
                self.expect(b']')?;
                self.expect(b'=')?;
                let v = self.value()?;
                sink(Event::Element(name, offset, v));
            }
            _ => return self.unexpected(&[]),
        }
        Ok(true)
    }

    fn value(&mut self) -> Result<IniValue, SyntaxError> {
        let kind = self.peek();
        match kind {
            Tok::EndOfLine => {
                self.take();
                Ok(IniValue::Str(Vec::new()))
            }
            Tok::True | Tok::False | Tok::Null => {
                let t = self.take();
                Ok(match kind {
                    _ if !t.typed => IniValue::Str(t.text),
                    Tok::Null => IniValue::Null,
                    _ => IniValue::Bool(kind == Tok::True),
                })
            }
            _ => {
                let p = self.expr(0)?;
                Ok(self.normal(p))
            }
        }
    }

    /// In TYPED mode a number's text is the number.
    fn normal(&self, p: Part) -> IniValue {
        if let IniValue::Str(s) = &p.value
            && self.mode == ScanMode::Typed
            && p.numeric
            && let Some(n) = number::parse_numeric(s)
            && !n.trailing
        {
            match n.num {
                Num::Int(i) => return IniValue::Int(i),
                Num::Dbl(d) if n.overflow == 0 => return IniValue::Float(d),
                Num::Dbl(_) => {}
            }
        }
        p.value
    }

    /// An expression; the binary operators bind alike and to the left, `~` and `!` more tightly.
    fn expr(&mut self, min: u8) -> Result<Part, SyntaxError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(SyntaxError { message: "memory exhausted".into(), line: self.scanner.line });
        }
        let mut left = match self.peek() {
            Tok::Char(c @ (b'~' | b'!')) => {
                self.take();
                let v = atoi(&self.expr(2)?);
                self.number(if c == b'~' { !v } else { (v == 0) as i32 })
            }
            Tok::Char(b'(') => {
                self.take();
                let p = self.expr(0)?;
                if self.peek() != Tok::Char(b')') {
                    return self.unexpected(CLOSERS);
                }
                self.take();
                p
            }
            _ => match self.list(true)? {
                Some(p) => p,
                None => return self.unexpected(&[]),
            },
        };
        while min < 2
            && let Tok::Char(op @ (b'|' | b'&' | b'^')) = self.peek()
        {
            self.take();
            let (a, b) = (atoi(&left), atoi(&self.expr(2)?));
            left = self.number(match op {
                b'|' => a | b,
                b'&' => a & b,
                _ => a ^ b,
            });
        }
        self.depth -= 1;
        Ok(left)
    }

    fn number(&self, v: i32) -> Part {
        let value = match self.mode {
            ScanMode::Typed => IniValue::Int(v as i64),
            _ => IniValue::Str(v.to_string().into_bytes()),
        };
        Part { value, numeric: false }
    }

    /// Strings, constants, variables and quoted text in a row; `None` when there is none.
    fn list(&mut self, constants: bool) -> Result<Option<Part>, SyntaxError> {
        let mut all: Option<Part> = None;
        loop {
            let kind = self.peek();
            let (text, numeric) = match kind {
                Tok::DollarCurly => (self.variable()?, false),
                Tok::Char(b'"') => (self.quoted()?, false),
                Tok::Constant if constants => {
                    let name = self.take().text;
                    let found = if name.contains(&b':') { None } else { self.lookup.constant(&name) };
                    (found.unwrap_or(name), false)
                }
                Tok::Constant | Tok::Raw | Tok::Number | Tok::Str | Tok::Whitespace => {
                    (self.take().text, constants && kind == Tok::Number)
                }
                _ => return Ok(all),
            };
            match &mut all {
                Some(Part { value: IniValue::Str(s), .. }) => s.extend_from_slice(&text),
                _ => all = Some(Part { value: IniValue::Str(text), numeric }),
            }
        }
    }

    fn quoted(&mut self) -> Result<Vec<u8>, SyntaxError> {
        self.take();
        let mut out = Vec::new();
        loop {
            match self.peek() {
                Tok::Quoted => out.extend(self.take().text),
                Tok::DollarCurly => out.extend(self.variable()?),
                Tok::Char(b'"') => {
                    self.take();
                    return Ok(out);
                }
                _ => return self.unexpected(&[Tok::DollarCurly, Tok::Quoted, Tok::Char(b'"')]),
            }
        }
    }

    /// `${name}`, `${name:-fallback}`
    fn variable(&mut self) -> Result<Vec<u8>, SyntaxError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(SyntaxError { message: "memory exhausted".into(), line: self.scanner.line });
        }
        self.take();
        if self.peek() != Tok::VarName {
            return self.unexpected(&[Tok::VarName]);
        }
        let name = self.take().text;
        let mut fallback = Vec::new();
        match self.peek() {
            Tok::Fallback => {
                self.take();
                fallback = self.list(true)?.map_or(Vec::new(), |p| p.value.into_bytes());
                self.expect(b'}')?;
            }
            Tok::Char(b'}') => {
                self.take();
            }
            _ => return self.unexpected(&[Tok::Fallback, Tok::Char(b'}')]),
        }
        self.depth -= 1;
        Ok(self.lookup.variable(&name).unwrap_or_else(|| {
            let nul = fallback.iter().position(|&c| c == 0).unwrap_or(fallback.len());
            fallback.truncate(nul);
            fallback
        }))
    }
}

/// C's `atoi`: white space, a sign, digits; what follows is ignored.
fn atoi(p: &Part) -> i32 {
    let s = match &p.value {
        IniValue::Int(i) => return *i as i32,
        IniValue::Str(s) => s,
        _ => return 0,
    };
    let s = s.trim_ascii_start();
    let (neg, digits) = match s.first() {
        Some(b'-') => (true, &s[1..]),
        Some(b'+') => (false, &s[1..]),
        _ => (false, s),
    };
    let v = digits
        .iter()
        .take_while(|c| c.is_ascii_digit())
        .fold(0i64, |n, c| n.saturating_mul(10).saturating_add((c - b'0') as i64));
    (if neg { v.saturating_neg() } else { v }) as i32
}
