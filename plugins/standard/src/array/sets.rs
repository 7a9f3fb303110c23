//! array_diff(), array_intersect() and their sixteen kin: what is in the first array and (not) in the others, by value, by
//! key, or both, each compared by PHP or by a callback.

use super::basic::shared;
use super::merge::arrays;
use plugin_api::{Args, Array, Callable, Ctx, Key, Kind, Map, R, Str, Value, php_function};

/// How one side of the pair is compared.
enum Cmp {
    /// Not looked at.
    No,
    /// Keys: the same key. Values: the same text.
    Plain,
    /// By a callback.
    User(Callable),
}

struct Rule {
    value: Cmp,
    key: Cmp,
    /// Keep what is in all others (intersect) rather than what is in none (diff).
    all: bool,
}

/// Takes callbacks off the end of the arguments.
fn callback(ctx: &mut Ctx, args: &Args<'_>, from_end: usize) -> R<Callable> {
    let n = args.len();
    let at = n.saturating_sub(from_end);
    let Some(v) = args.get(at) else { return Err(ctx.error("callback is missing")) };
    match Callable::new(ctx, v)? {
        Some(c) => Ok(c),
        None => {
            let (_, _, why) = v.callable_info(ctx, false);
            let why = why.as_str().map_or(String::new(), |s| s.lossy().into_owned());
            Err(ctx.argument_type_error(at as u32 + 1, format!("must be a valid callback, {why}")))
        }
    }
}

fn ask(ctx: &mut Ctx, f: &Callable, a: &Value, b: &Value) -> R<bool> {
    Ok(f.call_with(ctx, [a, b])?.to_int() == 0)
}

/// A value's text as a key: texts are the same exactly when their keys are.
enum Text<'a> {
    Key(Key<'a>),
    Made(Str),
}

impl<'a> Text<'a> {
    #[inline]
    fn of(ctx: &mut Ctx, v: &'a Value) -> R<Text<'a>> {
        Ok(match v.kind() {
            // The text of the smallest integer is no integer key.
            Kind::Int(i) if i != i64::MIN => Text::Key(Key::Int(i)),
            Kind::Str(s) => Text::Key(Key::from(s)),
            _ => Text::Made(v.to_str(ctx)?),
        })
    }
    #[inline]
    fn key(&self) -> Key<'_> {
        match self {
            Text::Key(k) => *k,
            Text::Made(s) => Key::from(s),
        }
    }
}

/// Whether an element of the first array has a match in another. `text` is there where values are compared as texts.
fn found(
    ctx: &mut Ctx,
    rule: &Rule,
    k: Key<'_>,
    v: &Value,
    text: Option<&Text<'_>>,
    other: &Array,
) -> R<bool> {
    let same_text = |ctx: &mut Ctx, w: &Value| -> R<bool> {
        let w = Text::of(ctx, w)?;
        Ok(text.is_some_and(|t| t.key() == w.key()))
    };
    if let Cmp::Plain = rule.key {
        let Some(w) = other.get_key(k) else { return Ok(false) };
        return match &rule.value {
            Cmp::No => Ok(true),
            Cmp::Plain => same_text(ctx, w),
            Cmp::User(f) => ask(ctx, f, v, w),
        };
    }
    for (k2, w) in other.iter() {
        let by_value = match &rule.value {
            Cmp::No => true,
            Cmp::Plain => same_text(ctx, w)?,
            Cmp::User(f) => ask(ctx, f, v, w)?,
        };
        if by_value {
            let by_key = match &rule.key {
                Cmp::User(f) => ask(ctx, f, &k.to_value(), &k2.to_value())?,
                _ => true,
            };
            if by_key {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The texts of an array's values, as keys.
fn texts(ctx: &mut Ctx, a: &Array) -> R<Array> {
    let mut out = Map::with_capacity(a.len());
    for v in a.values() {
        out.insert(Text::of(ctx, v)?.key(), Value::NULL);
    }
    Ok(out.finish())
}

fn run(ctx: &mut Ctx, args: &Args<'_>, callbacks: usize, rule: &Rule) -> R<Array> {
    let n = args.len() - callbacks;
    let list = arrays(ctx, &args.rest(0)[..n], 1)?;
    let Some((first, others)) = list.split_first() else { return Ok(Array::new()) };
    let mut out = Map::unique(0);
    let plain = matches!(rule.value, Cmp::Plain);
    // Values as text against values as text: one set for each other array.
    let by_text = plain && matches!(rule.key, Cmp::No);
    let mut sets = Vec::new();
    if by_text {
        for o in others {
            sets.push(texts(ctx, o)?);
        }
    }
    for (k, raw) in first.entries() {
        let v = raw.deref();
        let text = if plain { Some(Text::of(ctx, v)?) } else { None };
        let mut keep = true;
        for (i, o) in others.iter().enumerate() {
            let hit = match &text {
                Some(t) if by_text => sets[i].get_key(t.key()).is_some(),
                text => found(ctx, rule, k, v, text.as_ref(), o)?,
            };
            if hit != rule.all {
                keep = false;
                break;
            }
        }
        if keep {
            out.insert(k, shared(raw));
        }
    }
    Ok(out.finish())
}

macro_rules! set_functions {
    ($($sig:literal $name:ident $all:literal $value:ident $key:ident;)*) => { $(
        #[php_function($sig)]
        fn $name(ctx: &mut Ctx, args: &Args) -> R<Array> {
            let users = [stringify!($value), stringify!($key)].iter().filter(|w| **w == "User").count();
            if args.len() < users + 1 {
                let (name, need, n) = (ctx.function_name(), users + 1, args.len());
                return Err(ctx.argument_count_error(format!("{name}() expects at least {need} arguments, {n} given")));
            }
            // With two callbacks the one for values comes first.
            let value = set_functions!(@cmp $value, callback(ctx, args, users)?);
            let key = set_functions!(@cmp $key, callback(ctx, args, 1)?);
            run(ctx, args, users, &Rule { value, key, all: $all })
        }
    )* };
    (@cmp User, $e:expr) => { Cmp::User($e) };
    (@cmp $word:ident, $e:expr) => { Cmp::$word };
}

set_functions! {
    "pure array_diff(array $array, array ...$arrays): array" array_diff false Plain No;
    "pure array_diff_key(array $array, array ...$arrays): array" array_diff_key false No Plain;
    "pure array_diff_assoc(array $array, array ...$arrays): array" array_diff_assoc false Plain Plain;
    "array_diff_ukey(array $array, ...$rest): array" array_diff_ukey false No User;
    "array_udiff(array $array, ...$rest): array" array_udiff false User No;
    "array_diff_uassoc(array $array, ...$rest): array" array_diff_uassoc false Plain User;
    "array_udiff_assoc(array $array, ...$rest): array" array_udiff_assoc false User Plain;
    "array_udiff_uassoc(array $array, ...$rest): array" array_udiff_uassoc false User User;
    "pure array_intersect(array $array, array ...$arrays): array" array_intersect true Plain No;
    "pure array_intersect_key(array $array, array ...$arrays): array" array_intersect_key true No Plain;
    "pure array_intersect_assoc(array $array, array ...$arrays): array" array_intersect_assoc true Plain Plain;
    "array_intersect_ukey(array $array, ...$rest): array" array_intersect_ukey true No User;
    "array_uintersect(array $array, ...$rest): array" array_uintersect true User No;
    "array_intersect_uassoc(array $array, ...$rest): array" array_intersect_uassoc true Plain User;
    "array_uintersect_assoc(array $array, ...$rest): array" array_uintersect_assoc true User Plain;
    "array_uintersect_uassoc(array $array, ...$rest): array" array_uintersect_uassoc true User User;
}
