//! Functions: autoloading, what classes are made of, iterators as a whole, objects' identity.

use crate::files::path::stat;
use crate::support::{Offset, type_name};
use plugin_api::{
    Args, Array, Callable, Class, Ctx, GcRoots, Iter, Key, Kind, Object, R, Str, Value, Visitor, php_function,
};
use std::cell::RefCell;

/// What a VM keeps for the functions here.
#[derive(Default)]
pub struct Globals {
    extensions: RefCell<Option<Vec<u8>>>,
}

impl GcRoots for Globals {
    fn visit(&mut self, _: &mut Visitor) {}
}

/// The end of a request: settings of scripts are forgotten.
pub fn request_end(ctx: &mut Ctx) -> R<()> {
    ctx.globals::<Globals>().extensions.replace(None);
    Ok(())
}

/// Where autoloaders are kept ([`Ctx::register`]).
const AUTOLOADERS: u32 = 2;

/// The class that an object or a name stands for; `None` after a warning.
fn class_of(ctx: &mut Ctx, v: &Value, autoload: bool) -> R<Option<Class>> {
    match v.kind() {
        Kind::Object(o) => Ok(Some(o.class())),
        Kind::Str(s) => {
            let c = ctx.find_class(&**s, autoload)?;
            if c.is_none() {
                let more = if autoload { " and could not be loaded" } else { "" };
                ctx.warning(format!("Class {} does not exist{more}", s.lossy()))?;
            }
            Ok(c)
        }
        _ => {
            let given = v.value_name();
            Err(ctx.argument_type_error(1, format!("must be of type object|string, {given} given")))
        }
    }
}

/// Names as keys and values.
fn named(names: impl IntoIterator<Item = Str>) -> Array {
    let mut out = Array::new();
    for n in names {
        out.set(&n, &n);
    }
    out
}

fn listed(v: &Value) -> Vec<Str> {
    v.as_array().map(|a| a.values().filter_map(|v| v.as_str().cloned()).collect()).unwrap_or_default()
}

#[php_function("class_implements($object_or_class, bool $autoload = true): array|false")]
fn class_implements(ctx: &mut Ctx, object_or_class: &Value, autoload: Option<bool>) -> R<Value> {
    let c = class_of(ctx, object_or_class, autoload.unwrap_or(true))?;
    Ok(c.map_or(Value::bool(false), |c| named(listed(&c.names(0))).into()))
}

#[php_function("class_parents($object_or_class, bool $autoload = true): array|false")]
fn class_parents(ctx: &mut Ctx, object_or_class: &Value, autoload: Option<bool>) -> R<Value> {
    let Some(c) = class_of(ctx, object_or_class, autoload.unwrap_or(true))? else {
        return Ok(Value::bool(false));
    };
    let parents = core::iter::successors(c.parent(), |c| c.parent());
    Ok(named(parents.map(Class::name)).into())
}

#[php_function("class_uses($object_or_class, bool $autoload = true): array|false")]
fn class_uses(ctx: &mut Ctx, object_or_class: &Value, autoload: Option<bool>) -> R<Value> {
    let c = class_of(ctx, object_or_class, autoload.unwrap_or(true))?;
    Ok(c.map_or(Value::bool(false), |c| named(listed(&c.names(1))).into()))
}

/// A callable as the list of autoloaders shows it: a name, a pair of class or object and method, a closure.
fn canonical(ctx: &mut Ctx, f: &Value) -> Value {
    if f.as_object().is_some() {
        return f.clone();
    }
    let (_, name, _) = f.callable_info(ctx, false);
    let Some(name) = name.as_str().cloned() else { return f.clone() };
    let Some(at) = name.windows(2).position(|w| w == b"::") else { return name.into() };
    let (class, method) = (&name[..at], &name[at + 2..]);
    let target = f.as_array().and_then(|a| a.get_index(0)).filter(|v| v.as_object().is_some()).cloned();
    let class = match (class.to_ascii_lowercase().as_slice(), ctx.scope()) {
        (b"self" | b"static", Some(c)) => c.name(),
        (b"parent", Some(c)) => c.parent().unwrap_or(c).name(),
        _ => Str::from(class),
    };
    // A static method needs no object.
    let target = target.filter(|o| {
        let class = o.as_object().map(Object::class);
        let f = class.and_then(|c| c.method(&method.to_ascii_lowercase()));
        f.is_none_or(|f| f.flags() & plugin_api::flags::STATIC == 0)
    });
    let target = target.unwrap_or_else(|| class.into());
    Array::list([target, Value::str(method)]).into()
}

fn is_function(f: &Value, name: &str) -> bool {
    f.as_str().is_some_and(|s| s.strip_prefix(b"\\").unwrap_or(s).eq_ignore_ascii_case(name.as_bytes()))
}

#[php_function(
    "spl_autoload_register(?callable $callback = null, bool $throw = true, bool $prepend = false): bool"
)]
fn spl_autoload_register(
    ctx: &mut Ctx,
    callback: Option<&Value>,
    throw: Option<bool>,
    prepend: Option<bool>,
) -> R<bool> {
    if throw == Some(false) {
        ctx.notice("Argument #2 ($do_throw) has been ignored, spl_autoload_register() will always throw")?;
    }
    let f = match callback {
        Some(f) if is_function(f, "spl_autoload_call") => {
            return Err(ctx.argument_value_error(1, "must not be the spl_autoload_call() function"));
        }
        Some(f) => canonical(ctx, f),
        None => Value::str("spl_autoload"),
    };
    ctx.register(AUTOLOADERS, &f, &[], prepend.unwrap_or(false));
    Ok(true)
}

#[php_function("spl_autoload_unregister(callable $callback): bool")]
fn spl_autoload_unregister(ctx: &mut Ctx, callback: &Value) -> R<bool> {
    if is_function(callback, "spl_autoload_call") {
        let all = ctx.registered(AUTOLOADERS);
        if let Some(a) = all.as_array() {
            for f in a.values() {
                ctx.unregister(AUTOLOADERS, f);
            }
        }
        return Ok(true);
    }
    let f = canonical(ctx, callback);
    Ok(ctx.unregister(AUTOLOADERS, &f))
}

#[php_function("spl_autoload_functions(): array")]
fn spl_autoload_functions(ctx: &mut Ctx) -> Value {
    ctx.registered(AUTOLOADERS)
}

#[php_function("spl_autoload_call(string $class): void")]
fn spl_autoload_call(ctx: &mut Ctx, class: &Str) -> R<()> {
    let all = ctx.registered(AUTOLOADERS);
    for f in all.as_array().cloned().unwrap_or_default().values() {
        f.call(ctx, &[class.into()])?;
        if ctx.find_class(&**class, false)?.is_some() {
            break;
        }
    }
    Ok(())
}

/// File extensions that [`spl_autoload`] tries.
fn extensions(ctx: &mut Ctx) -> Vec<u8> {
    ctx.globals::<Globals>().extensions.borrow().clone().unwrap_or_else(|| b".inc,.php".to_vec())
}

#[php_function("spl_autoload_extensions(?string $file_extensions = null): string")]
fn spl_autoload_extensions(ctx: &mut Ctx, file_extensions: Option<&[u8]>) -> Str {
    if let Some(e) = file_extensions {
        ctx.globals::<Globals>().extensions.replace(Some(e.to_vec()));
    }
    Str::from(extensions(ctx))
}

/// A file on the include path.
fn resolve(ctx: &mut Ctx, path: &[u8]) -> R<Option<Vec<u8>>> {
    if path.starts_with(b"/") {
        return Ok(stat(ctx, path, false).map(|_| path.to_vec()));
    }
    let folders = ctx.ini("include_path").unwrap_or_default();
    for folder in folders.split(|&c| c == b':') {
        let whole = [folder, b"/", path].concat();
        if stat(ctx, &whole, false).is_some() {
            return Ok(Some(whole));
        }
    }
    Ok(None)
}

#[php_function("spl_autoload(string $class, ?string $file_extensions = null): void")]
fn spl_autoload(ctx: &mut Ctx, class: &[u8], file_extensions: Option<&[u8]>) -> R<()> {
    let list = match file_extensions {
        Some(e) => e.to_vec(),
        None => extensions(ctx),
    };
    let name = class.strip_prefix(b"\\").unwrap_or(class).to_ascii_lowercase();
    let file: Vec<u8> = name.iter().map(|&c| if c == b'\\' { b'/' } else { c }).collect();
    for e in list.split(|&c| c == b',') {
        let path = [&file[..], e].concat();
        let Some(found) = resolve(ctx, &path)? else { continue };
        ctx.include(&found, true)?;
        if ctx.find_class(&name, false)?.is_some() {
            break;
        }
    }
    Ok(())
}

#[php_function("spl_classes(): array")]
fn spl_classes() -> Array {
    named(crate::CLASSES.iter().map(|c| Str::from(*c)))
}

/// What identifies an object in text.
pub fn object_hash(o: &Object) -> Str {
    let mut text = [b'0'; 32];
    let mut n = o.id();
    for c in text[..16].iter_mut().rev() {
        *c = b"0123456789abcdef"[(n & 15) as usize];
        n >>= 4;
    }
    Str::new(&text)
}

#[php_function("spl_object_hash(object $object): string")]
fn spl_object_hash(object: &Object) -> Str {
    object_hash(object)
}

#[php_function("spl_object_id(object $object): int")]
fn spl_object_id(object: &Object) -> i64 {
    object.id() as i64
}

#[php_function("iterator_apply(Traversable $iterator, callable $callback, ?array $args = null): int")]
fn iterator_apply(ctx: &mut Ctx, args: &Args) -> R<i64> {
    let (Some(iterator), Some(f)) = (args.get(0), args.get(1)) else { return Ok(0) };
    let (mut list, mut names) = (Vec::new(), Array::new());
    if let Some(a) = args.get(2).and_then(Value::as_array) {
        for (k, v) in a.entries() {
            match k {
                Key::Int(_) => list.push(v.clone()),
                k => names.set(k, v.clone()),
            }
        }
    }
    let Some(f) = Callable::new(ctx, f)? else { return Ok(0) };
    let mut it = Iter::new(ctx, iterator)?;
    it.rewind(ctx)?;
    let mut n = 0;
    while it.valid(ctx)? {
        n += 1;
        if !f.call_named(ctx, &list, Some(&names).filter(|a| !a.is_empty()))?.to_bool() {
            break;
        }
        it.advance(ctx)?;
    }
    Ok(n)
}

#[php_function("iterator_count(Traversable|array $iterator): int")]
fn iterator_count(ctx: &mut Ctx, iterator: &Value) -> R<i64> {
    if let Kind::Array(a) = iterator.kind() {
        return Ok(a.len() as i64);
    }
    let mut it = Iter::new(ctx, iterator)?;
    it.rewind(ctx)?;
    let mut n = 0;
    loop {
        let more = match it.fetch_nothing(ctx, n > 0)? {
            Some(more) => more,
            None => {
                if n > 0 {
                    it.advance(ctx)?;
                }
                it.valid(ctx)?
            }
        };
        if !more {
            return Ok(n);
        }
        n += 1;
    }
}

#[php_function("iterator_to_array(Traversable|array $iterator, bool $preserve_keys = true): array")]
fn iterator_to_array(ctx: &mut Ctx, iterator: &Value, preserve_keys: Option<bool>) -> R<Array> {
    let keys = preserve_keys.unwrap_or(true);
    if let Kind::Array(a) = iterator.kind() {
        return Ok(if keys || a.is_list() { a.clone() } else { Array::list(a.values().cloned()) });
    }
    let mut out = Array::new();
    let mut it = Iter::new(ctx, iterator)?;
    it.rewind(ctx)?;
    let mut advance = false;
    while let Some((k, v)) = it.element(ctx, advance, keys)? {
        advance = true;
        let v = if v.is_reference() { v.dereferenced() } else { v };
        if !keys {
            out.push(v);
            continue;
        }
        if let Kind::Int(i) = k.kind()
            && i == out.next_index()
            && out.is_packed()
        {
            out.push(v);
            continue;
        }
        match Offset::of(ctx, &k)? {
            Some(Offset::Int(i)) => out.set(i, v),
            Some(Offset::Str(s)) => out.set(&s, v),
            None => {
                let t = type_name(&k);
                return Err(ctx.type_error(format!("Cannot access offset of type {t} on array")));
            }
        }
    }
    Ok(out)
}
