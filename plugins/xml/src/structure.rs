//! What `xml_parse_into_struct()` makes.

use plugin_api::{Array, Value};

/// Elements that are nested deeper are left out.
const DEEPEST: usize = 255;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Open,
    Complete,
    Close,
    Text,
}

struct Part {
    tag: Vec<u8>,
    kind: Type,
    level: usize,
    attributes: Option<Array>,
    value: Option<Vec<u8>>,
}

/// The parts of a document, one after the other.
#[derive(Default)]
pub struct Structure {
    parts: Vec<Part>,
    index: Vec<(Vec<u8>, Vec<usize>)>,
    counted: usize,
    level: usize,
    open: Vec<Vec<u8>>,
    /// The part of the element that began last, while nothing but text came after it.
    current: Option<usize>,
}

impl Structure {
    fn count(&mut self, tag: &[u8]) {
        let n = self.counted;
        self.counted += 1;
        match self.index.iter_mut().find(|(t, _)| t == tag) {
            Some((_, all)) => all.push(n),
            None => self.index.push((tag.to_vec(), vec![n])),
        }
    }
    /// An element begins; whether it is not one level too deep.
    pub fn open(&mut self, tag: Vec<u8>, attributes: Option<Array>) -> bool {
        self.level += 1;
        if self.level > DEEPEST {
            return self.level != DEEPEST + 1;
        }
        self.count(&tag);
        self.current = Some(self.parts.len());
        self.open.push(tag.clone());
        self.parts.push(Part { tag, kind: Type::Open, level: self.level, attributes, value: None });
        true
    }
    /// An element ends.
    pub fn close(&mut self, tag: Vec<u8>) -> bool {
        match self.current.take().and_then(|i| self.parts.get_mut(i)) {
            Some(part) => part.kind = Type::Complete,
            None => {
                self.count(&tag);
                let level = self.level;
                self.parts.push(Part { tag, kind: Type::Close, level, attributes: None, value: None });
            }
        }
        if self.level <= DEEPEST {
            self.open.pop();
        }
        self.level = self.level.saturating_sub(1);
        true
    }
    /// Text; whether it is not one level too deep.
    pub fn text(&mut self, text: &[u8], skip_white: bool) -> bool {
        let shown = !skip_white || text.iter().any(|c| !matches!(c, b' ' | b'\t' | b'\n'));
        if let Some(part) = self.current.and_then(|i| self.parts.get_mut(i)) {
            match &mut part.value {
                Some(value) => value.extend_from_slice(text),
                None if shown => part.value = Some(text.to_vec()),
                None => {}
            }
            return true;
        }
        if let Some(Part { kind: Type::Text, value: Some(value), .. }) = self.parts.last_mut() {
            value.extend_from_slice(text);
            return true;
        }
        if let Some(tag) = self.open.last().filter(|_| self.level <= DEEPEST && shown).cloned() {
            self.count(&tag);
            let value = Some(text.to_vec());
            self.parts.push(Part { tag, kind: Type::Text, level: self.level, attributes: None, value });
            return true;
        }
        self.level != DEEPEST + 1
    }
    /// The parts as an array.
    pub fn values(&self) -> Array {
        let mut out = Array::new();
        for part in &self.parts {
            let mut one = Array::new();
            let kind = match part.kind {
                Type::Open => "open",
                Type::Complete => "complete",
                Type::Close => "close",
                Type::Text => "cdata",
            };
            one.set("tag", Value::str(&part.tag));
            let value = part.value.as_ref().map(Value::str);
            if part.kind == Type::Text {
                one.set("value", value.clone().unwrap_or_default());
            }
            one.set("type", Value::str(kind));
            one.set("level", Value::int(i64::try_from(part.level).unwrap_or(0)));
            if let Some(attributes) = &part.attributes {
                one.set("attributes", Value::from(attributes.clone()));
            }
            if let Some(value) = value.filter(|_| part.kind != Type::Text) {
                one.set("value", value);
            }
            out.push(one);
        }
        out
    }
    /// Which parts are of which tag.
    pub fn index(&self) -> Array {
        let mut out = Array::new();
        for (tag, all) in &self.index {
            let mut list = Array::new();
            for &i in all {
                list.push(Value::int(i64::try_from(i).unwrap_or(0)));
            }
            out.set(tag.as_slice(), Value::from(list));
        }
        out
    }
}
