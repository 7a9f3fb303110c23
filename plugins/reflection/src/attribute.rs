//! Attributes.

use crate::support::{no_clone, throw, unready, write_refused};
use crate::text;
use plugin_api::introspect::Owner;
use plugin_api::{
    Array, Class, Ctx, GcRoots, Handlers, Kind, Object, R, Str, This, Value, php_class, php_methods,
};

/// What carries attributes, for lists of them.
pub struct Attributed {
    /// What it is.
    pub owner: Owner,
    /// `Attribute::TARGET_*`
    pub target: u32,
    /// The Closure that keeps the owner alive.
    pub closure: Option<Object>,
}

/// An attribute.
#[derive(Default, GcRoots)]
#[php_class(
    "class ReflectionAttribute implements Reflector",
    "public const int IS_INSTANCEOF = 2",
    "public string $name",
    handlers(write_prop),
    flags(not_serializable)
)]
pub struct ReflectionAttribute {
    #[gc(skip)]
    of: Option<Place>,
    closure: Option<Object>,
}

impl Handlers for ReflectionAttribute {
    fn write_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, _: &Value) -> R<bool> {
        write_refused(ctx, this, name)
    }
}

/// Where an attribute stands.
#[derive(Clone, Copy)]
struct Place {
    owner: Owner,
    index: u32,
    target: u32,
}

const IS_INSTANCEOF: i64 = 2;
const IS_REPEATABLE: i64 = 64;

/// Words of `Attribute::TARGET_*`, lowest bit first.
const TARGETS: [&str; 6] = ["class", "function", "method", "property", "class constant", "parameter"];

fn target_names(bits: i64) -> String {
    let words = TARGETS.iter().enumerate().filter(|(i, _)| bits >> i & 1 != 0).map(|(_, w)| *w);
    words.collect::<Vec<_>>().join(", ")
}

/// The attributes of something: all, those of a name, or those of a class and its descendants.
pub fn list(ctx: &mut Ctx, of: Attributed, name: Option<&Str>, filter: i64) -> R<Array> {
    if filter & !IS_INSTANCEOF != 0 {
        return Err(ctx.argument_value_error(2, "must be a valid attribute filter flag"));
    }
    let base = match name {
        Some(n) if filter & IS_INSTANCEOF != 0 => match ctx.find_class(&**n, true)? {
            Some(c) => Some(c),
            None => return Err(ctx.error(format!("Class \"{}\" not found", n.lossy()))),
        },
        _ => None,
    };
    let mut out = Array::new();
    for (i, n) in of.owner.attributes(ctx).into_iter().enumerate() {
        match (base, name) {
            (Some(base), _) => match ctx.find_class(&*n, true)? {
                Some(c) if c.is_a(base) => {}
                _ => continue,
            },
            (None, Some(wanted)) if !wanted.eq_ignore_ascii_case(&n) => continue,
            _ => {}
        }
        let place = Place { owner: of.owner, index: i as u32, target: of.target };
        let p = ReflectionAttribute { of: Some(place), closure: of.closure.clone() };
        let o = This::<ReflectionAttribute>::create(ctx, p)?;
        o.set_slot("name", n);
        out.push(o);
    }
    Ok(out)
}

fn of(this: &This<ReflectionAttribute>, ctx: &mut Ctx) -> R<Place> {
    let p = this.borrow(ctx)?.of;
    p.ok_or_else(|| unready(ctx))
}

fn name_of(p: Place, ctx: &mut Ctx) -> Str {
    let mut all = p.owner.attributes(ctx);
    if (p.index as usize) < all.len() { all.swap_remove(p.index as usize) } else { Str::empty() }
}

fn is_repeated(p: Place, ctx: &mut Ctx) -> bool {
    let all = p.owner.attributes(ctx);
    let own = all.get(p.index as usize);
    own.is_some_and(|n| all.iter().filter(|m| m.eq_ignore_ascii_case(n)).count() > 1)
}

/// What the class of an attribute may be used for, by its own `#[Attribute]`.
fn allowed(ctx: &mut Ctx, class: Class, index: u32) -> R<i64> {
    let owner = Owner::Class(class);
    if owner.attribute_arity(ctx, index) == 0 {
        return Ok(63);
    }
    let (_, v) = owner.attribute_argument(ctx, index, 0)?;
    match v.kind() {
        Kind::Int(i) if i & !127 == 0 => Ok(i),
        Kind::Int(_) => Err(ctx.error("Invalid attribute flags specified")),
        _ => {
            let msg = format!(
                "Attribute::__construct(): Argument #1 ($flags) must be of type int, {} given",
                v.value_name()
            );
            Err(ctx.type_error(msg))
        }
    }
}

#[php_methods]
impl ReflectionAttribute {
    /// Name of its class.
    #[php("public function getName(): string")]
    fn get_name(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        let p = of(this, ctx)?;
        Ok(name_of(p, ctx))
    }
    /// What carries it: `Attribute::TARGET_*`.
    #[php("public function getTarget(): int")]
    fn get_target(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(of(this, ctx)?.target as i64)
    }
    /// Whether its carrier has another of its name.
    #[php("public function isRepeated(): bool")]
    fn is_repeated(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let p = of(this, ctx)?;
        Ok(is_repeated(p, ctx))
    }
    /// Its arguments.
    #[php("public function getArguments(): array")]
    fn get_arguments(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let p = of(this, ctx)?;
        let mut out = Array::new();
        for n in 0..p.owner.attribute_arity(ctx, p.index) {
            let (name, v) = p.owner.attribute_argument(ctx, p.index, n)?;
            match name {
                Some(k) => out.set(&k, v),
                None => {
                    out.push(v);
                }
            }
        }
        Ok(out)
    }
    /// The attribute as an object of its class.
    #[php("public function newInstance(): object")]
    fn new_instance(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let p = of(this, ctx)?;
        let name = name_of(p, ctx);
        let shown = name.lossy().into_owned();
        let Some(class) = ctx.find_class(&*name, true)? else {
            return Err(ctx.error(format!("Attribute class \"{shown}\" not found")));
        };
        let marks = Owner::Class(class).attributes(ctx);
        let Some(mark) = marks.iter().position(|n| n.eq_ignore_ascii_case(b"Attribute")) else {
            return Err(ctx.error(format!("Attempting to use non-attribute class \"{shown}\" as attribute")));
        };
        if !class.is_internal() {
            let allowed = allowed(ctx, class, mark as u32)?;
            if p.target as i64 & allowed == 0 {
                let msg = format!(
                    "Attribute \"{shown}\" cannot target {} (allowed targets: {})",
                    target_names(p.target as i64),
                    target_names(allowed)
                );
                return Err(ctx.error(msg));
            }
            if allowed & IS_REPEATABLE == 0 && is_repeated(p, ctx) {
                return Err(ctx.error(format!("Attribute \"{shown}\" must not be repeated")));
            }
        }
        p.owner.attribute_object(ctx, p.index, class)
    }
    /// The attribute as text.
    #[php("public function __toString(): string")]
    fn to_string(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        let p = of(this, ctx)?;
        let mut out = [b"Attribute [ ", &name_of(p, ctx)[..], b" ]"].concat();
        let n = p.owner.attribute_arity(ctx, p.index);
        if n == 0 {
            out.push(b'\n');
            return Ok(out);
        }
        out.extend_from_slice(format!(" {{\n  - Arguments [{n}] {{\n").as_bytes());
        for i in 0..n {
            let (name, expression) = p.owner.attribute_argument_text(ctx, p.index, i)?;
            out.extend_from_slice(format!("    Argument #{i} [ ").as_bytes());
            if let Some(k) = name {
                out.extend_from_slice(&k);
                out.extend_from_slice(b" = ");
            }
            match expression {
                Some(t) => out.extend_from_slice(&t),
                None => {
                    let (_, v) = p.owner.attribute_argument(ctx, p.index, i)?;
                    text::value(ctx, &mut out, &v)?;
                }
            }
            out.extend_from_slice(b" ]\n");
        }
        out.extend_from_slice(b"  }\n}\n");
        Ok(out)
    }
    #[php("private function __clone(): void")]
    fn clone(ctx: &mut Ctx) -> R<()> {
        Err(no_clone(ctx))
    }
    #[php("private function __construct()")]
    fn construct(ctx: &mut Ctx) -> R<()> {
        Err(throw(ctx, "Cannot directly instantiate ReflectionAttribute"))
    }
}
