//! Making arrays, asking about them, taking parts of them.

use plugin_api::stack::deeper;
use smallvec::SmallVec;

use plugin_api::{Array, Ctx, Key, Kind, List, Map, OrFalse, R, Reference, Rest, Str, Value, php_function};

/// How many elements an array could have at most (`HT_MAX_SIZE` on 64 bits).
const MAX: i64 = 0x4000_0000;

#[php_function("pure count(Countable|array $value, int $mode = COUNT_NORMAL): int")]
#[php_function("pure sizeof(Countable|array $value, int $mode = COUNT_NORMAL): int")]
fn count(ctx: &mut Ctx, value: &Value, mode: Option<i64>) -> R<i64> {
    let mode = mode.unwrap_or(0);
    if mode != 0 && mode != 1 {
        return Err(ctx.argument_value_error(2, "must be either COUNT_NORMAL or COUNT_RECURSIVE"));
    }
    match value.kind() {
        Kind::Array(a) if mode == 1 => deep(ctx, a),
        Kind::Array(a) => Ok(a.len() as i64),
        _ => value.count(ctx),
    }
}

fn deep(ctx: &mut Ctx, a: &Array) -> R<i64> {
    if a.as_value().protect() {
        ctx.warning("Recursion detected")?;
        return Ok(0);
    }
    let mut n = a.len() as i64;
    for v in a.values() {
        if let Kind::Array(b) = v.kind() {
            match deeper(|| deep(ctx, b)) {
                Ok(m) => n += m,
                Err(t) => {
                    a.as_value().unprotect();
                    return Err(t);
                }
            }
        }
    }
    a.as_value().unprotect();
    Ok(n)
}

#[php_function("pure array_is_list(array $array): bool")]
fn array_is_list(array: &Array) -> bool {
    array.is_list()
}

/// Whether a string can be numeric at all, by what it begins with.
pub fn may_be_number(b: &[u8]) -> bool {
    matches!(b.first(), Some(b'0'..=b'9' | b'+' | b'-' | b'.' | b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c))
}

/// The place of the first value that `found` takes, and its key.
#[inline(always)]
fn first_key<'a>(array: &'a Array, mut found: impl FnMut(&Value) -> bool) -> Option<Key<'a>> {
    if let Some(list) = array.as_slice() {
        return list.iter().position(|v| found(v.deref())).map(|i| Key::Int(i as i64));
    }
    array.iter().find(|(_, v)| found(v)).map(|(k, _)| k)
}

/// The first key whose value is the needle. Ints and strings are compared here, as far as that takes no conversion.
fn search<'a>(ctx: &mut Ctx, array: &'a Array, needle: &Value, strict: bool) -> R<Option<Key<'a>>> {
    // Comparing an object may run code that throws.
    let mut asked = false;
    let mut equal = |v: &Value| {
        asked = true;
        v.loose_eq(needle)
    };
    let found = match needle.kind() {
        Kind::Int(n) => first_key(array, |v| match v.kind() {
            Kind::Int(i) => i == n,
            _ => !strict && equal(v),
        }),
        Kind::Str(s) => {
            let (bytes, text) = (&**s, strict || !may_be_number(s));
            first_key(array, |v| match v.kind() {
                Kind::Str(t) if text || !may_be_number(t) => same_text(t, bytes),
                _ => !strict && equal(v),
            })
        }
        _ if strict => first_key(array, |v| v.identical(needle)),
        _ => first_key(array, equal),
    };
    if asked {
        ctx.pending()?;
    }
    Ok(found)
}

/// Equality of texts, most of which differ in length or in their last byte.
#[inline(always)]
fn same_text(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.last() == b.last() && a == b
}

#[php_function("pure in_array(mixed $needle, array $haystack, bool $strict = false): bool")]
fn in_array(ctx: &mut Ctx, needle: &Value, haystack: &Array, strict: bool) -> R<bool> {
    Ok(search(ctx, haystack, needle, strict)?.is_some())
}
#[php_function("pure array_search(mixed $needle, array $haystack, bool $strict = false): string|int|false")]
fn array_search(ctx: &mut Ctx, needle: &Value, haystack: &Array, strict: bool) -> R<OrFalse<Value>> {
    Ok(search(ctx, haystack, needle, strict)?.map(Key::to_value).into())
}

#[php_function("pure array_key_exists($key, array $array): bool")]
#[php_function("key_exists($key, array $array): bool")]
fn array_key_exists(ctx: &mut Ctx, key: &Value, array: &Array) -> R<bool> {
    match key.kind() {
        Kind::Array(_) | Kind::Object(_) => {
            let t = key.value_name();
            Err(ctx.type_error(format!("Cannot access offset of type {t} on array")))
        }
        Kind::Resource(r) => {
            ctx.raise_plain(
                plugin_api::Level::Warning,
                format!("Resource ID#{} used as offset, casting to integer ({})", r.id(), r.id()),
            )?;
            Ok(array.get_index(r.id()).is_some())
        }
        _ => Ok(array.get_offset(key).is_some()),
    }
}

#[php_function("pure array_key_first(array $array): int|string|null")]
fn array_key_first(array: &Array) -> Value {
    match array.entries().next() {
        Some((k, _)) => k.to_value(),
        None => Value::NULL,
    }
}
#[php_function("pure array_key_last(array $array): int|string|null")]
fn array_key_last(array: &Array) -> Value {
    let last = array.end().checked_sub(1).and_then(|p| array.prev_live(p));
    match last.and_then(|p| array.at(p)) {
        Some((k, _)) => k.to_value(),
        None => Value::NULL,
    }
}

#[php_function("pure array_keys(array $array, mixed $filter_value = UNKNOWN, bool $strict = false): array")]
fn array_keys(ctx: &mut Ctx, array: &Array, filter: Option<&Value>, strict: bool) -> R<Array> {
    let Some(f) = filter else {
        let mut out = List::with_capacity(array.len());
        match array.as_slice() {
            Some(list) => out.extend_with(list.len(), |i| Value::int(i as i64)),
            None => out.extend_up_to(array.len(), array.entries().map(|(k, _)| k.to_value())),
        }
        return Ok(out.finish());
    };
    let wanted = |v: &Value| match (v.kind(), f.kind()) {
        (Kind::Int(a), Kind::Int(b)) => a == b,
        _ if strict => v.identical(f),
        _ => v.loose_eq(f),
    };
    let mut out = List::with_capacity(0);
    match (array.as_slice(), f.kind()) {
        (Some(list), Kind::Int(n)) => {
            for (i, v) in list.iter().enumerate() {
                if v.as_int().map_or_else(|| wanted(v.deref()), |v| v == n) {
                    out.push(i);
                }
            }
        }
        _ => array.iter().filter(|(_, v)| wanted(v)).for_each(|(k, _)| out.push(k.to_value())),
    }
    ctx.pending()?;
    Ok(out.finish())
}
#[php_function("pure array_values(array $array): array")]
fn array_values(array: &Array) -> Array {
    if array.is_list() && array.next_index() == array.len() as i64 { array.clone() } else { values(array) }
}

/// Copies of all elements, one after the other.
pub fn values(array: &Array) -> Array {
    let mut out = List::with_capacity(array.len());
    match array.as_slice() {
        Some(list) => out.extend_with(list.len(), |i| shared(&list[i])),
        None => out.extend_up_to(array.len(), array.entries().map(|(_, v)| shared(v))),
    }
    out.finish()
}

/// An element for another array: a reference nobody else holds is its value.
#[inline]
pub fn shared(v: &Value) -> Value {
    if v.is_reference() && v.refcount() == 1 { v.dereferenced() } else { v.clone() }
}

fn count_up(mut slot: plugin_api::Slot<'_>) {
    slot.set(slot.to_int() + 1);
}

#[php_function("pure array_count_values(array $array): array")]
fn array_count_values(ctx: &mut Ctx, array: &Array) -> R<Array> {
    let mut out = Array::new();
    for v in array.values() {
        match v.kind() {
            Kind::Int(i) => count_up(out.entry(i)),
            Kind::Str(s) => count_up(out.entry(s)),
            _ => ctx.warning("Can only count string and integer values, entry skipped")?,
        }
    }
    Ok(out)
}

/// A column: the key of it in rows that are arrays, and its name in those that are objects.
struct Column<'a> {
    name: &'a Value,
    key: Key<'a>,
    /// Where it was in the row before, which is where it mostly is in the next.
    at: u32,
}

impl<'a> Column<'a> {
    fn new(name: Option<&'a Value>) -> Option<Column<'a>> {
        let name = name.filter(|c| !c.is_null())?;
        let key = match name.kind() {
            Kind::Str(s) => Key::from(s),
            _ => Key::Int(name.to_int()),
        };
        Some(Column { name, key, at: 0 })
    }
    /// Its value in a row that is an array.
    #[inline]
    fn element<'r>(&mut self, row: &'r Array) -> Option<&'r Value> {
        if let Key::Str(k) = self.key {
            let here = |p| row.at(p).filter(|(n, _)| matches!(n, Key::Str(n) if n.is(k)));
            if let Some((_, v)) = here(self.at) {
                return Some(v.deref());
            }
            if let Some(p) = (0..row.end().min(16)).find(|p| here(*p).is_some()) {
                self.at = p;
            }
        }
        row.get_key(self.key)
    }
    /// Its value in a row.
    #[inline]
    fn of(&mut self, ctx: &mut Ctx, row: &Value) -> R<Option<Value>> {
        match row.kind() {
            Kind::Array(a) => Ok(self.element(a).cloned()),
            Kind::Object(o) => {
                let name = self.name.to_str(ctx)?;
                // isset() first, so that __get is asked only for what __isset knows.
                if o.has(ctx, &*name, 2, None)? || o.has(ctx, &*name, 0, None)? {
                    Ok(Some(o.get(ctx, &*name, None)?))
                } else {
                    Ok(None)
                }
            }
            _ => Ok(None),
        }
    }
}

/// `array_column()` of rows that are all arrays, each of which has a key for its element; `None` of any others.
fn plain_columns(array: &Array, column: Option<&Value>, index: Option<&Value>) -> Option<Array> {
    let mut column = Column::new(column)?;
    let mut index = Column::new(index);
    let mut plain = true;
    let rows = array.values().map_while(|row| {
        plain = row.as_array().is_some();
        row.as_array()
    });
    let Some(index) = &mut index else {
        let mut out = List::with_capacity(array.len());
        let column = rows.filter_map(|row| column.element(row)).map(Value::clone);
        out.extend_up_to(array.len(), column);
        return plain.then(|| out.finish());
    };
    let mut keyed = true;
    let mut out = Map::with_capacity(array.len());
    let pairs = rows.filter_map(|row| Some((row, column.element(row)?))).map_while(|(row, v)| {
        let key = match index.element(row).map(Value::kind) {
            Some(Kind::Int(i)) => Some(Key::Int(i)),
            Some(Kind::Str(s)) => Some(Key::from(s)),
            _ => None,
        };
        keyed = key.is_some();
        Some((key?, v.clone()))
    });
    out.extend_up_to(array.len(), pairs);
    (plain && keyed).then(|| out.finish())
}

#[php_function(
    "pure array_column(array $array, int|string|null $column_key, int|string|null $index_key = null): array"
)]
fn array_column(ctx: &mut Ctx, array: &Array, column: Option<&Value>, index: Option<&Value>) -> R<Array> {
    if let Some(out) = plain_columns(array, column, index) {
        return Ok(out);
    }
    let mut column = Column::new(column);
    let mut pick = |ctx: &mut Ctx, row: &Value| match &mut column {
        Some(c) => c.of(ctx, row),
        None => Ok(Some(row.clone())),
    };
    let Some(mut index) = Column::new(index) else {
        let mut list = List::with_capacity(array.len());
        for row in array.values() {
            if let Some(v) = pick(ctx, row)? {
                list.push(v);
            }
        }
        return Ok(list.finish());
    };
    let mut map = Map::with_capacity(array.len());
    // Where a row has no key, the next one depends on the keys before.
    let mut out: Option<Array> = None;
    for row in array.values() {
        let Some(v) = pick(ctx, row)? else { continue };
        let k = index.of(ctx, row)?;
        if out.is_none() {
            match k.as_ref().map(Value::kind) {
                Some(Kind::Int(i)) => {
                    map.insert(Key::Int(i), v);
                    continue;
                }
                Some(Kind::Str(s)) => {
                    map.insert_str(s, v);
                    continue;
                }
                _ => {}
            }
        }
        let out = out.get_or_insert_with(|| core::mem::replace(&mut map, Map::with_capacity(0)).finish());
        let Some(k) = k else {
            out.push(v);
            continue;
        };
        let k = if k.as_object().is_some() { k.to_str(ctx)?.into() } else { k };
        if !out.set_offset(&k, v) {
            let t = k.value_name();
            return Err(ctx.type_error(format!("Cannot access offset of type {t} on array")));
        }
    }
    Ok(out.unwrap_or_else(|| map.finish()))
}

#[php_function("array_fill(int $start_index, int $count, mixed $value): array")]
fn array_fill(ctx: &mut Ctx, start: i64, n: i64, value: &Value) -> R<Array> {
    if !(0..MAX).contains(&n) {
        return Err(if n < 0 {
            ctx.argument_value_error(2, "must be greater than or equal to 0")
        } else {
            ctx.argument_value_error(2, "is too large")
        });
    }
    if n > 0 && start > i64::MAX - n + 1 {
        return Err(ctx.error("Cannot add element to the array as the next element is already occupied"));
    }
    crate::string::basic::room_for(ctx, (n as usize).saturating_mul(16))?;
    if start == 0 {
        let mut out = List::with_capacity(n as usize);
        out.fill(n as usize, value);
        return Ok(out.finish());
    }
    let mut out = Map::unique(n as usize);
    (0..n).for_each(|i| out.insert(Key::Int(start + i), value.clone()));
    Ok(out.finish())
}
#[php_function("array_fill_keys(array $keys, mixed $value): array")]
fn array_fill_keys(ctx: &mut Ctx, keys: &Array, value: &Value) -> R<Array> {
    let mut out = Map::with_capacity(keys.len());
    for k in keys.values() {
        match k.kind() {
            Kind::Int(i) => out.insert(Key::Int(i), value.clone()),
            Kind::Str(s) => out.insert_str(s, value.clone()),
            _ => {
                let s = k.to_str(ctx)?;
                out.insert_str(&s, value.clone());
            }
        }
    }
    Ok(out.finish())
}

#[php_function("array_push(array &$array, mixed ...$values): int")]
fn array_push(ctx: &mut Ctx, array: Reference, values: Rest) -> R<i64> {
    let Some(mut a) = array.take_array() else { return Ok(0) };
    for v in values.iter() {
        if !a.push(v.dereferenced()) {
            array.put_array(a);
            return Err(ctx.error("Cannot add element to the array as the next element is already occupied"));
        }
    }
    let n = a.len() as i64;
    array.put_array(a);
    Ok(n)
}
#[php_function("array_pop(array &$array): mixed")]
fn array_pop(array: Reference) -> Value {
    let Some(mut a) = array.take_array() else { return Value::NULL };
    let last = a.pop();
    array.put_array(a);
    // It may be the variable itself.
    last.map_or(Value::NULL, own_value)
}

/// What was taken out of an array, without a reference around it.
fn own_value(v: Value) -> Value {
    if v.is_reference() { v.dereferenced() } else { v }
}

#[php_function("array_shift(array &$array): mixed")]
fn array_shift(array: Reference) -> Value {
    let Some(mut a) = array.take_array() else { return Value::NULL };
    if a.is_empty() {
        array.put_array(a);
        return Value::NULL;
    }
    if let Some(first) = a.shift() {
        array.put_array(a);
        return own_value(first);
    }
    let mut it = a.entries();
    let first = it.next().map_or(Value::NULL, |(_, v)| v.clone());
    let rest = renumbered(it, a.is_packed(), a.len() - 1, |v| v.clone());
    rest.replaces(&a, 0, 1, 0);
    array.put_array(rest);
    // It may be the variable itself.
    first.dereferenced()
}

/// Elements whose integer keys become 0, 1, 2 …, in an array of their own. `ints`: they have no other keys.
pub fn renumbered<'a>(
    entries: impl Iterator<Item = (Key<'a>, &'a Value)>,
    ints: bool,
    n: usize,
    copy: impl Fn(&Value) -> Value,
) -> Array {
    if ints {
        let mut out = List::with_capacity(n);
        out.extend_up_to(n, entries.map(|(_, v)| copy(v)));
        return out.finish();
    }
    let mut out = Map::unique(n);
    let mut next = 0;
    out.extend_up_to(n, entries.map(|(k, v)| (number(k, &mut next), copy(v))));
    out.finish()
}

/// A key where integer keys are given anew.
#[inline(always)]
fn number<'a>(k: Key<'a>, next: &mut i64) -> Key<'a> {
    match k {
        Key::Int(_) => {
            *next += 1;
            Key::Int(*next - 1)
        }
        k => k,
    }
}

#[php_function("array_unshift(array &$array, mixed ...$values): int")]
fn array_unshift(array: Reference, values: Rest) -> i64 {
    let Some(mut a) = array.take_array() else { return 0 };
    let n = (a.len() + values.len()) as i64;
    let new: SmallVec<[Value; 8]> = values.iter().map(Value::dereferenced).collect();
    match a.splice(0, 0, &new) {
        Some(_) => {
            a.replaces(&a, -1, 0, values.len());
            array.put_array(a);
        }
        None => {
            let front = new.iter().map(|v| (Key::Int(0), v));
            let out = renumbered(front.chain(a.entries()), a.is_packed(), n as usize, Value::clone);
            out.replaces(&a, -1, 0, values.len());
            array.put_array(out);
        }
    }
    n
}

/// Start and length of a slice within `n` elements.
pub fn span(n: usize, offset: i64, length: Option<i64>) -> (usize, usize) {
    let n = n as i64;
    let from = if offset < 0 { (n + offset).max(0) } else { offset.min(n) };
    let len = match length {
        None => n - from,
        Some(l) if l < 0 => (n - from + l).max(0),
        Some(l) => l.min(n - from),
    };
    (from as usize, len as usize)
}

#[php_function(
    "pure array_slice(array $array, int $offset, ?int $length = null, bool $preserve_keys = false): array"
)]
fn array_slice(array: &Array, offset: i64, length: Option<i64>, preserve: bool) -> Array {
    let (from, len) = span(array.len(), offset, length);
    if len == 0 {
        return Array::new();
    }
    if let Some(list) = array.as_slice().filter(|_| !preserve || from == 0) {
        let part = &list[from..from + len];
        let mut out = List::with_capacity(len);
        out.extend_with(len, |i| shared(&part[i]));
        return out.finish();
    }
    let all = array.end() as usize == array.len();
    // Without holes the elements before the first can be passed over at once.
    let (at, over) = if all { (from, 0) } else { (0, from) };
    let entries = array.entries_from(at as u32).skip(over).take(len);
    if array.is_packed() && (!preserve || from == 0 && all) {
        return renumbered(entries, true, len, shared);
    }
    if !preserve {
        return renumbered(entries, false, len, shared);
    }
    let mut out = Map::unique(len);
    entries.for_each(|(k, v)| out.insert(k, shared(v)));
    out.finish()
}
#[php_function(
    "array_splice(array &$array, int $offset, ?int $length = null, mixed $replacement = []): array"
)]
fn array_splice(
    ctx: &mut Ctx,
    array: Reference,
    offset: i64,
    length: Option<i64>,
    replacement: Option<&Value>,
) -> R<Array> {
    let new = match replacement.map(Value::kind) {
        Some(Kind::Array(a)) => a.clone(),
        Some(_) => replacement.unwrap_or(&Value::NULL).to_array(ctx)?,
        None => Array::new(),
    };
    let Some(mut a) = array.take_array() else { return Ok(Array::new()) };
    let (from, len) = span(a.len(), offset, length);
    // A reference that nobody else holds is its value.
    let new = match new.as_slice() {
        Some(list) if !list.iter().any(Value::is_reference) => new,
        _ => values(&new),
    };
    let new = new.as_slice().unwrap_or_default();
    let inserted = new.len();
    if let Some(removed) = a.splice(from, len, new) {
        a.replaces(&a, from as i64, len, inserted);
        array.put_array(a);
        return Ok(removed.finish());
    }
    let ints = a.is_packed();
    let removed = renumbered(a.entries().skip(from).take(len), ints, len, Value::clone);
    let put = new.iter().map(|v| (Key::Int(0), v));
    let rest = a.entries().take(from).chain(put).chain(a.entries().skip(from + len));
    let out = renumbered(rest, ints, a.len() - len + inserted, Value::clone);
    out.replaces(&a, from as i64, len, inserted);
    array.put_array(out);
    Ok(removed)
}

#[php_function("pure array_pad(array $array, int $length, mixed $value): array")]
fn array_pad(ctx: &mut Ctx, array: &Array, length: i64, value: &Value) -> R<Array> {
    let want = length.unsigned_abs() as usize;
    if length.unsigned_abs() >= MAX as u64 {
        return Err(ctx.argument_value_error(2, "must not exceed the maximum allowed array size"));
    }
    if want <= array.len() {
        return Ok(array.clone());
    }
    crate::string::basic::room_for(ctx, want.saturating_mul(16))?;
    let fill = want - array.len();
    let mut out = Array::with_capacity(want);
    if length < 0 {
        (0..fill).for_each(|_| {
            out.push(value.clone());
        });
    }
    out.append_all(array);
    if length > 0 {
        (0..fill).for_each(|_| {
            out.push(value.clone());
        });
    }
    Ok(out)
}

#[php_function("pure array_flip(array $array): array")]
fn array_flip(ctx: &mut Ctx, array: &Array) -> R<Array> {
    let mut out = Map::with_capacity(array.len());
    for (k, v) in array.iter() {
        match v.kind() {
            Kind::Int(i) => out.insert(Key::Int(i), k.to_value()),
            Kind::Str(s) => out.insert_str(s, k.to_value()),
            _ => ctx.warning("Can only flip string and integer values, entry skipped")?,
        }
    }
    Ok(out.finish())
}
#[php_function("pure array_reverse(array $array, bool $preserve_keys = false): array")]
fn array_reverse(array: &Array, preserve: bool) -> Array {
    if let Some(list) = array.as_slice().filter(|_| !preserve) {
        let mut out = List::with_capacity(list.len());
        out.extend_with(list.len(), |i| shared(&list[list.len() - 1 - i]));
        return out.finish();
    }
    let entries = (0..array.end()).rev().filter_map(|p| array.at(p));
    if !preserve {
        return renumbered(entries, array.is_packed(), array.len(), shared);
    }
    let mut out = Map::unique(array.len());
    entries.for_each(|(k, v)| out.insert(k, shared(v)));
    out.finish()
}
#[php_function("pure array_change_key_case(array $array, int $case = CASE_LOWER): array")]
fn array_change_key_case(array: &Array, case: Option<i64>) -> Array {
    let upper = case.is_some_and(|c| c != 0);
    let mut out = Map::with_capacity(array.len());
    for (k, v) in array.entries() {
        match k {
            Key::Str(s) if upper && s.iter().any(u8::is_ascii_lowercase) => {
                out.insert_str(&Str::from(s.to_ascii_uppercase()), shared(v))
            }
            Key::Str(s) if !upper && s.iter().any(u8::is_ascii_uppercase) => {
                out.insert_str(&Str::from(s.to_ascii_lowercase()), shared(v))
            }
            k => out.insert(k, shared(v)),
        }
    }
    out.finish()
}
#[php_function("pure array_chunk(array $array, int $length, bool $preserve_keys = false): array")]
fn array_chunk(ctx: &mut Ctx, array: &Array, length: i64, preserve: bool) -> R<Array> {
    if length < 1 {
        return Err(ctx.argument_value_error(2, "must be greater than 0"));
    }
    let length = usize::try_from(length).unwrap_or(usize::MAX).min(array.len().max(1));
    let mut out = List::with_capacity(array.len().div_ceil(length));
    if let Some(list) = array.as_slice().filter(|_| !preserve) {
        for part in list.chunks(length) {
            let mut chunk = List::with_capacity(part.len());
            chunk.extend_with(part.len(), |i| shared(&part[i]));
            out.push(chunk.finish());
        }
        return Ok(out.finish());
    }
    let mut entries = array.entries();
    let mut left = array.len();
    while left > 0 {
        let n = length.min(left);
        left -= n;
        let part = entries.by_ref().take(n);
        if preserve {
            let mut chunk = Map::unique(n);
            part.for_each(|(k, v)| chunk.insert(k, shared(v)));
            out.push(chunk.finish());
        } else {
            let mut chunk = List::with_capacity(n);
            part.for_each(|(_, v)| chunk.push(shared(v)));
            out.push(chunk.finish());
        }
    }
    Ok(out.finish())
}
#[php_function("pure array_combine(array $keys, array $values): array")]
fn array_combine(ctx: &mut Ctx, keys: &Array, values: &Array) -> R<Array> {
    if keys.len() != values.len() {
        return Err(ctx.value_error(
            "array_combine(): Argument #1 ($keys) and argument #2 ($values) must have the same number of elements",
        ));
    }
    let mut out = Map::with_capacity(keys.len());
    for (k, (_, v)) in keys.values().zip(values.entries()) {
        match k.kind() {
            Kind::Int(i) => out.insert(Key::Int(i), shared(v)),
            Kind::Str(s) => out.insert_str(s, shared(v)),
            _ => {
                let s = k.to_str(ctx)?;
                out.insert_str(&s, shared(v));
            }
        }
    }
    Ok(out.finish())
}

#[php_function("pure min(mixed $value, mixed ...$values): mixed")]
fn min(ctx: &mut Ctx, value: &Value, values: Rest) -> R<Value> {
    extreme(ctx, value, values, -1)
}
#[php_function("pure max(mixed $value, mixed ...$values): mixed")]
fn max(ctx: &mut Ctx, value: &Value, values: Rest) -> R<Value> {
    extreme(ctx, value, values, 1)
}

fn extreme(ctx: &mut Ctx, first: &Value, rest: Rest, want: i32) -> R<Value> {
    if rest.is_empty() {
        let Some(a) = first.as_array() else {
            return Err(
                ctx.argument_type_error(1, format!("must be of type array, {} given", first.value_name()))
            );
        };
        if a.is_empty() {
            return Err(ctx.argument_value_error(1, "must contain at least one element"));
        }
        if let Some(n) = extreme_int(a, want) {
            return Ok(Value::int(n));
        }
        // Comparing objects may run code that changes what references stand for.
        if a.values().any(|v| matches!(v.kind(), Kind::Object(_) | Kind::Array(_))) {
            let list: Vec<Value> = a.values().cloned().collect();
            return best(ctx, list.iter(), want, true);
        }
        return best(ctx, a.values(), want, true);
    }
    if let Some(n) = extreme_of(first, rest.0, want) {
        return Ok(Value::int(n));
    }
    best(ctx, std::iter::once(first).chain(rest.0.iter().map(Value::deref)), want, false)
}

/// The least or greatest of a list of nothing but integers.
fn extreme_int(a: &Array, want: i32) -> Option<i64> {
    let (first, rest) = a.as_slice()?.split_first()?;
    extreme_of(first, rest, want)
}

#[inline(always)]
fn extreme_of(first: &Value, rest: &[Value], want: i32) -> Option<i64> {
    let mut best = first.as_int()?;
    for v in rest {
        let i = v.as_int()?;
        best = if want < 0 { best.min(i) } else { best.max(i) };
    }
    Some(best)
}

/// The first of the values that no other is more `want` than: -1 less, 1 greater. In an array PHP asks how the best so far
/// compares with each value, of arguments the other way round, which differs where NAN is among them.
fn best<'v>(
    ctx: &mut Ctx,
    mut values: impl Iterator<Item = &'v Value>,
    want: i32,
    in_array: bool,
) -> R<Value> {
    let Some(mut best) = values.next() else { return Ok(Value::NULL) };
    for v in values {
        let c = match (v.kind(), best.kind()) {
            (Kind::Int(a), Kind::Int(b)) => a.cmp(&b) as i32,
            _ if in_array => -crate::order::regular(best, v).signum(),
            _ => v.compare(best).signum(),
        };
        if c == want {
            best = v;
        }
    }
    ctx.pending()?;
    Ok(best.dereferenced())
}

/// The sum or product of the numbers that a list begins with, as far as integers fit, and how many they are.
fn leading_ints(array: &Array, start: Value, add: bool) -> (Value, usize) {
    let (Some(list), Kind::Int(mut sum)) = (array.as_slice(), start.kind()) else { return (start, 0) };
    let mut done = 0;
    for v in list {
        let Kind::Int(i) = v.kind() else { break };
        let Some(n) = (if add { sum.checked_add(i) } else { sum.checked_mul(i) }) else { break };
        sum = n;
        done += 1;
    }
    // From the first float on the sum is one.
    if !matches!(list.get(done).map(Value::kind), Some(Kind::Float(_))) {
        return (Value::int(sum), done);
    }
    let mut sum = sum as f64;
    for v in &list[done..] {
        let d = match v.kind() {
            Kind::Float(d) => d,
            Kind::Int(i) => i as f64,
            _ => break,
        };
        sum = if add { sum + d } else { sum * d };
        done += 1;
    }
    (Value::float(sum), done)
}

/// Adds or multiplies all elements.
fn fold(ctx: &mut Ctx, array: &Array, op: u32, word: &str, start: Value) -> R<Value> {
    let add = op == plugin_api::abi::operation::ADD;
    let (mut sum, done) = leading_ints(array, start, add);
    for v in array.values().skip(done) {
        // What overflows goes on as floats, below.
        let quick = match (sum.kind(), v.kind()) {
            (Kind::Int(a), Kind::Int(b)) => {
                if add { a.checked_add(b) } else { a.checked_mul(b) }.map(Value::int)
            }
            (Kind::Float(a), Kind::Float(b)) => Some(Value::float(if add { a + b } else { a * b })),
            (Kind::Float(a), Kind::Int(b)) => {
                Some(Value::float(if add { a + b as f64 } else { a * b as f64 }))
            }
            (Kind::Int(a), Kind::Float(b)) => {
                Some(Value::float(if add { a as f64 + b } else { a as f64 * b }))
            }
            _ => None,
        };
        if let Some(q) = quick {
            sum = q;
            continue;
        }
        let t = match v.kind() {
            Kind::Array(_) | Kind::Object(_) | Kind::Resource(_) => {
                // Objects that can calculate do so.
                if v.as_object().is_some()
                    && let Ok(r) = Value::binary(ctx, op, &sum, v)
                {
                    sum = r;
                    continue;
                }
                drop(ctx.take_exception());
                ctx.warning(format!("{word} is not supported on type {}", v.type_name_of_kind()))?;
                if v.as_array().is_some() || v.as_object().is_some() {
                    continue;
                }
                Value::int(v.to_int())
            }
            Kind::Str(s) => match Value::numeric(s) {
                Some((n, trailing)) => {
                    if trailing {
                        ctx.raise_plain(plugin_api::Level::Warning, "A non-numeric value encountered")?;
                    }
                    n
                }
                None => {
                    ctx.warning(format!("{word} is not supported on type string"))?;
                    Value::int(0)
                }
            },
            Kind::Null => Value::int(0),
            Kind::Bool(b) => Value::int(b as i64),
            _ => v.clone(),
        };
        sum = Value::binary(ctx, op, &sum, &t)?;
    }
    Ok(sum)
}

trait KindName {
    fn type_name_of_kind(&self) -> String;
}
impl KindName for Value {
    fn type_name_of_kind(&self) -> String {
        match self.kind() {
            Kind::Array(_) => "array".into(),
            Kind::Resource(_) => "resource".into(),
            _ => self.value_name(),
        }
    }
}

#[php_function("pure array_sum(array $array): int|float")]
fn array_sum(ctx: &mut Ctx, array: &Array) -> R<Value> {
    fold(ctx, array, plugin_api::abi::operation::ADD, "Addition", Value::int(0))
}
#[php_function("pure array_product(array $array): int|float")]
fn array_product(ctx: &mut Ctx, array: &Array) -> R<Value> {
    fold(ctx, array, plugin_api::abi::operation::MUL, "Multiplication", Value::int(1))
}

#[php_function("pure array_unique(array $array, int $flags = SORT_STRING): array")]
fn array_unique(ctx: &mut Ctx, array: &Array, fl: Option<i64>) -> R<Array> {
    let by = crate::order::By::new(fl.unwrap_or(2));
    let mut out = array.clone();
    let mut prepared: Vec<(crate::order::Sortable, u32)> = Vec::new();
    if fl.unwrap_or(2) == 2 {
        // Texts are the same key exactly when they are the same text.
        let mut seen = Array::with_capacity(array.len());
        let mut out = Map::unique(array.len());
        for (k, v) in array.entries() {
            let before = seen.len();
            match v.kind() {
                Kind::Int(i) => seen.entry(i),
                Kind::Str(s) => seen.entry(s),
                _ => seen.entry(&v.to_str(ctx)?),
            };
            if seen.len() > before {
                out.insert(k, shared(v));
            }
        }
        let mut out = out.finish();
        out.set_next_index(array.next_index());
        return Ok(out);
    }
    let mut pos = 0;
    while let Some(p) = array.next_live(pos) {
        pos = p + 1;
        if let Some((_, v)) = array.at(p) {
            prepared.push((by.prepare(ctx, v)?, p));
        }
    }
    crate::order::sort(&mut prepared, &mut |a, b| Ok(by.compare(&a.0, &b.0)))?;
    ctx.pending()?;
    let mut keep = 0;
    for i in 1..prepared.len() {
        if by.compare(&prepared[keep].0, &prepared[i].0) == 0 {
            // The sort is stable, so the one that stays is the first in the array.
            if let Some((k, _)) = array.at(prepared[i].1) {
                out.remove(k);
            }
        } else {
            keep = i;
        }
    }
    Ok(out)
}
