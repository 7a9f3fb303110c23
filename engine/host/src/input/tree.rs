//! Variables as they are sent: `a[b][]=c` makes nested tables (`php_register_variable_ex` in `main/php_variables.c`).

use howdah_runtime::number;
use indexmap::IndexMap;

/// A table's key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A number, also where it was sent as decimal text.
    Int(i64),
    /// Any other text.
    Str(Vec<u8>),
}

impl Key {
    /// The key that a text makes.
    pub fn of(text: &[u8]) -> Key {
        number::int_key(text).map_or_else(|| Key::Str(text.to_vec()), Key::Int)
    }
}

/// A value: text, a number (in `$_FILES`), or a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Text.
    Text(Vec<u8>),
    /// A number.
    Int(i64),
    /// A nested table.
    Table(Table),
}

/// Variables in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Entries.
    pub entries: IndexMap<Key, Node>,
    next: i64,
}

/// Limits on what clients may send.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// `max_input_vars`
    pub vars: i64,
    /// `max_input_nesting_level`
    pub nesting: i64,
    /// Complaints about nesting are kept from clients, where errors are displayed.
    pub display_errors: bool,
}

impl Table {
    /// Sets an entry.
    pub fn set(&mut self, key: Key, value: Node) {
        if let Key::Int(i) = key {
            self.next = self.next.max(i.saturating_add(1));
        }
        self.entries.insert(key, value);
    }

    /// Appends an entry.
    pub fn push(&mut self, value: Node) {
        self.set(Key::Int(self.next), value);
    }

    /// The table at a key, made in place of whatever else is there; `None` for a fresh one at the end.
    fn table(&mut self, key: Option<Key>) -> &mut Table {
        let key = key.unwrap_or(Key::Int(self.next));
        if let Key::Int(i) = key {
            self.next = self.next.max(i.saturating_add(1));
        }
        let slot = self.entries.entry(key).or_insert_with(|| Node::Table(Table::default()));
        if !matches!(slot, Node::Table(_)) {
            *slot = Node::Table(Table::default());
        }
        match slot {
            Node::Table(t) => t,
            // The slot was just made one.
            _ => unreachable!(),
        }
    }

    /// Registers a variable under its sent name. A complaint's text comes back where it nests too deeply. `cookie`: of two
    /// with the same name the first stays.
    pub fn register(&mut self, name: &[u8], value: Node, limits: &Limits, cookie: bool) -> Option<String> {
        let end = name.iter().position(|&c| c == 0).unwrap_or(name.len());
        let name = &name[..end];
        let name = &name[name.iter().take_while(|&&c| c == b' ').count()..];
        let path = match path(name, limits.nesting) {
            Ok(p) => p,
            Err(top) => {
                self.entries.shift_remove(&Key::of(&top));
                return (!limits.display_errors).then(|| {
                    format!(
                        "Input variable nesting level exceeded {}. To increase the limit change \
                         max_input_nesting_level in php.ini.",
                        limits.nesting
                    )
                });
            }
        };
        let (last, inner) = path.split_last()?;
        let mut at = self;
        for key in inner {
            if key.as_deref().is_some_and(|k| forbidden(k, name)) {
                return None;
            }
            at = at.table(key.as_deref().map(Key::of));
        }
        match last {
            None => at.push(value),
            Some(k) if forbidden(k, name) => {}
            Some(k) => {
                let key = Key::of(k);
                if !(cookie && inner.is_empty() && at.entries.contains_key(&key)) {
                    at.set(key, value);
                }
            }
        }
        None
    }
}

/// Names that only became cookie prefixes by mangling.
fn forbidden(mangled: &[u8], sent: &[u8]) -> bool {
    [&b"__Host-"[..], b"__Secure-"].iter().any(|p| mangled.starts_with(p) && !sent.starts_with(p))
}

fn mangle(name: &[u8], also_bracket: bool) -> Vec<u8> {
    name.iter()
        .map(|&c| if matches!(c, b' ' | b'.') || (also_bracket && c == b'[') { b'_' } else { c })
        .collect()
}

/// The keys that a name leads through, `None` for `[]`; no keys for a name that is none. `Err`: too deep, with the
/// variable's own name.
fn path(name: &[u8], nesting: i64) -> Result<Vec<Option<Vec<u8>>>, Vec<u8>> {
    let Some(open) = name.iter().position(|&c| c == b'[') else {
        return Ok(if name.is_empty() { Vec::new() } else { vec![Some(mangle(name, false))] });
    };
    if open == 0 {
        return Ok(Vec::new());
    }
    let top = mangle(&name[..open], false);
    let mut keys = vec![Some(top.clone())];
    let mut at = open;
    let mut level = 0;
    while name.get(at) == Some(&b'[') {
        level += 1;
        if level > nesting {
            return Err(top);
        }
        let start = at + 1;
        let skip = name.get(start).is_some_and(|c| c.is_ascii_whitespace() || *c == 0x0b) as usize;
        if name.get(start + skip) == Some(&b']') {
            keys.push(None);
            at = start + skip + 1;
            continue;
        }
        match name[start + skip..].iter().position(|&c| c == b']') {
            Some(n) => {
                keys.push(Some(name[start..start + skip + n].to_vec()));
                at = start + skip + n + 1;
            }
            None => {
                // A bracket that is never closed is part of the name; behind a complete index it is dropped.
                if level == 1 {
                    keys = vec![Some([&top[..], b"_", &mangle(&name[start..], true)].concat())];
                }
                break;
            }
        }
    }
    Ok(keys)
}
