//! PHP values as far as streams read them: context options and filter parameters.

use std::any::Any;
use std::rc::Rc;

/// A PHP value.
#[derive(Clone)]
pub enum Value {
    /// null
    Null,
    /// bool
    Bool(bool),
    /// int
    Int(i64),
    /// float
    Float(f64),
    /// string
    Text(Vec<u8>),
    /// array, in order; integer keys as decimal text
    Array(Vec<(Vec<u8>, Value)>),
    /// Anything else, as the host keeps it.
    Opaque(Rc<dyn Any>),
}

impl Value {
    /// Truth, as `if` sees it.
    pub fn is_true(&self) -> bool {
        match self {
            Value::Null => false,
            Value::Bool(b) => *b,
            Value::Int(i) => *i != 0,
            Value::Float(f) => *f != 0.0,
            Value::Text(t) => !t.is_empty() && t != b"0",
            Value::Array(a) => !a.is_empty(),
            Value::Opaque(_) => true,
        }
    }

    /// `(int)`
    pub fn to_int(&self) -> i64 {
        match self {
            Value::Int(i) => *i,
            Value::Float(f) => *f as i64,
            Value::Text(t) => leading_int(t),
            v => v.is_true() as i64,
        }
    }

    /// `(float)`
    pub fn to_float(&self) -> f64 {
        match self {
            Value::Float(f) => *f,
            Value::Text(t) => {
                let s = String::from_utf8_lossy(t);
                let s = s.trim_start();
                let end = s.find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '+' | 'e' | 'E'));
                s[..end.unwrap_or(s.len())].parse().unwrap_or_else(|_| leading_int(t) as f64)
            }
            v => v.to_int() as f64,
        }
    }

    /// `(string)` of scalars; empty for others.
    pub fn to_text(&self) -> Vec<u8> {
        match self {
            Value::Text(t) => t.clone(),
            Value::Int(i) => i.to_string().into_bytes(),
            Value::Bool(true) => b"1".to_vec(),
            Value::Float(f) => f.to_string().into_bytes(),
            _ => Vec::new(),
        }
    }

    /// The bytes of a string; `None` for other values.
    pub fn into_text(self) -> Option<Vec<u8>> {
        match self {
            Value::Text(t) => Some(t),
            _ => None,
        }
    }

    /// An element of an array.
    pub fn get(&self, key: &[u8]) -> Option<&Value> {
        match self {
            Value::Array(a) => a.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }
}

fn leading_int(t: &[u8]) -> i64 {
    let s = String::from_utf8_lossy(t);
    let s = s.trim_start();
    let digits = s.strip_prefix(['-', '+']).unwrap_or(s);
    let n = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let text = &s[..s.len() - digits.len() + n];
    text.strip_prefix('+').unwrap_or(text).parse().unwrap_or(0)
}
