//! How the values of a session become a text and back.

use crate::state::session;
use plugin_api::serial::{Reader, Writer};
use plugin_api::{Array, Ctx, Key, R, Value};

/// One of the texts' forms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Serializer {
    /// `name|value`, one after the other.
    Php,
    /// A byte with the name's length, the name and the value, one after the other.
    Binary,
    /// The whole array as `serialize()` writes it.
    Serialize,
}

/// Longest name of [`Serializer::Binary`].
const LONGEST: usize = 127;

impl Serializer {
    /// The form of that name.
    pub fn find(name: &[u8]) -> Option<Serializer> {
        match &name.to_ascii_lowercase()[..] {
            b"php" => Some(Serializer::Php),
            b"php_binary" => Some(Serializer::Binary),
            b"php_serialize" => Some(Serializer::Serialize),
            _ => None,
        }
    }

    /// The text of some values; `None` when there is none.
    pub fn encode(self, ctx: &mut Ctx, values: &Array) -> R<Option<Vec<u8>>> {
        if self == Serializer::Serialize {
            return Writer::run(ctx, |ctx, w| {
                Ok(Some(w.value(ctx, &Value::from(values.clone()))?.as_bytes().to_vec()))
            });
        }
        Writer::run(ctx, |ctx, w| {
            let mut out = Vec::new();
            for (k, v) in values.entries() {
                let name = match k {
                    Key::Int(i) => {
                        ctx.warning(format!("Skipping numeric key {i}"))?;
                        continue;
                    }
                    Key::Str(s) => s.as_bytes(),
                };
                match self {
                    Serializer::Binary if name.len() > LONGEST => continue,
                    Serializer::Binary => {
                        out.push(name.len() as u8);
                        out.extend_from_slice(name);
                    }
                    _ if name.contains(&b'|') => return Ok(None),
                    _ => {
                        out.extend_from_slice(name);
                        out.push(b'|');
                    }
                }
                out.extend_from_slice(&w.value(ctx, v)?);
            }
            Ok((!out.is_empty()).then_some(out))
        })
    }

    /// Puts the values of a text into `$_SESSION`; false when the text is none of this form.
    pub fn decode(self, ctx: &mut Ctx, text: &[u8]) -> R<bool> {
        if self == Serializer::Serialize {
            let (v, _) = Reader::run(ctx, |ctx, r| r.value(ctx, text))?;
            let good = v.is_some();
            let values = match v {
                Some(v) if !v.is_null() => v,
                _ => Array::new().into(),
            };
            session(ctx).publish(ctx, values);
            return Ok(good || text.is_empty());
        }
        let mut shared = false;
        let good = Reader::run(ctx, |ctx, r| {
            let mut rest = text;
            while !rest.is_empty() {
                let (name, value) = match self {
                    Serializer::Binary => {
                        let n = (rest[0] & 127) as usize;
                        if n >= rest.len() {
                            return Ok(false);
                        }
                        rest[1..].split_at(n)
                    }
                    _ => match rest.iter().position(|c| *c == b'|') {
                        Some(at) => (&rest[..at], &rest[at + 1..]),
                        None => return Ok(false),
                    },
                };
                let (v, used) = r.element(ctx, value)?;
                let Some(v) = v else { return Ok(false) };
                shared |= v.is_reference();
                session(ctx).change(|values| values.set(name, v));
                rest = &value[used..];
            }
            Ok(true)
        })?;
        if shared && let Some(values) = session(ctx).values() {
            session(ctx).change(|of| *of = Array::new());
            let settled = Reader::settled(ctx, values)?;
            session(ctx).change(|of| *of = settled);
        }
        Ok(good)
    }
}
