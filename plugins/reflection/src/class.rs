//! Classes and objects.

use crate::attribute::Attributed;
use crate::enums::ReflectionEnum;
use crate::method::Found;
use crate::property::{self, Of};
use crate::support::{
    IS_READONLY_CLASS, class_of_argument, class_shown, no_clone, or_false, split_namespace, throw,
    throw_code, unready, write_refused,
};
use crate::{constant, extension, instantiate, lazy, method, support, text};
use plugin_api::introspect::{Function, Owner};
use plugin_api::{
    Args, Array, Class, Ctx, GcRoots, Handlers, NativeClass, Object, R, Rest, Str, This, Value, flags,
    php_class, php_methods,
};

/// A class, interface, trait or enum.
#[derive(Default, GcRoots)]
#[php_class(
    "class ReflectionClass implements Reflector",
    "public const int IS_IMPLICIT_ABSTRACT = 16",
    "public const int IS_EXPLICIT_ABSTRACT = 64",
    "public const int IS_FINAL = 32",
    "public const int IS_READONLY = 65536",
    "public const int SKIP_INITIALIZATION_ON_SERIALIZE = 8",
    "public const int SKIP_DESTRUCTOR = 16",
    "public string $name",
    handlers(write_prop),
    flags(not_serializable)
)]
pub struct ReflectionClass {
    #[gc(skip)]
    class: Option<Class>,
    /// The object that a ReflectionObject is of.
    object: Option<Object>,
}

impl Handlers for ReflectionClass {
    fn write_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, _: &Value) -> R<bool> {
        write_refused(ctx, this, name)
    }
}

/// An object.
#[php_class("class ReflectionObject extends ReflectionClass", payload = ReflectionClass)]
pub struct ReflectionObject;

#[php_methods]
impl ReflectionObject {
    /// Reflects an object.
    #[php("public function __construct(object $object)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, object: &Object) -> R<()> {
        let c = object.class();
        *this.borrow_mut(ctx)? = ReflectionClass { class: Some(c), object: Some(object.clone()) };
        this.set_slot("name", c.name());
        Ok(())
    }
}

/// The class that a reflection is of.
pub fn class<T: NativeClass<Payload = ReflectionClass>>(this: &This<T>, ctx: &mut Ctx) -> R<Class> {
    let c = this.borrow(ctx)?.class;
    c.ok_or_else(|| unready(ctx))
}

/// Sets a reflection up from its constructor's argument.
pub fn construct<T>(this: &This<T>, ctx: &mut Ctx, of: &Value) -> R<()>
where
    T: NativeClass<Payload = ReflectionClass>,
{
    let c = class_of_argument(ctx, of, -1)?;
    *this.borrow_mut(ctx)? = ReflectionClass { class: Some(c), object: None };
    this.set_slot("name", c.name());
    Ok(())
}

/// A reflection of a class; of an enum as such.
pub fn reflect(ctx: &mut Ctx, c: Class) -> R<Value> {
    let p = ReflectionClass { class: Some(c), object: None };
    let o = if c.flags() & flags::ENUM != 0 {
        This::<ReflectionEnum>::create(ctx, p)?
    } else {
        This::<ReflectionClass>::create(ctx, p)?
    };
    o.set_slot("name", c.name());
    Ok(o.into())
}

fn object(this: &This<ReflectionClass>, ctx: &mut Ctx) -> R<Option<Object>> {
    Ok(this.borrow(ctx)?.object.clone())
}

/// The object that `__invoke` is looked for in: a Closure stands in where Closure itself is reflected.
fn invokable(this: &This<ReflectionClass>, ctx: &mut Ctx, c: Class) -> R<Option<Object>> {
    if let Some(o) = object(this, ctx)? {
        return Ok(Some(o));
    }
    if &c.name()[..] != b"Closure" {
        return Ok(None);
    }
    Ok(Object::try_from(ctx.eval_const("static function () {}", None)?).ok())
}

fn has(this: &This<ReflectionClass>, ctx: &mut Ctx, bit: u32) -> R<bool> {
    Ok(class(this, ctx)?.flags() & bit != 0)
}

/// Whether a class is abstract, by word or by its methods.
pub fn is_abstract(c: Class) -> bool {
    c.is_explicitly_abstract() || c.has_abstract_methods()
}

/// Whether no object of a class can exist.
fn is_abstraction(c: Class) -> bool {
    c.flags() & (flags::INTERFACE | flags::TRAIT | flags::ENUM) != 0 || is_abstract(c)
}

/// The class that an argument of isSubclassOf and the like names.
fn other_class(ctx: &mut Ctx, v: &Value, word: &str) -> R<Class> {
    if let Some(o) = v.as_object() {
        let c = match This::<ReflectionClass>::of(o) {
            Some(t) => t.borrow(ctx)?.class,
            None => None,
        };
        return c
            .ok_or_else(|| ctx.error("Internal error: Failed to retrieve the argument's reflection object"));
    }
    let name = v.to_str(ctx)?;
    match ctx.find_class(&*name, true)? {
        Some(c) => Ok(c),
        None => Err(throw(ctx, format!("{word} \"{}\" does not exist", support::shown(&name)))),
    }
}

/// The method that a class shows: not those private to its parents.
fn shows(c: Class, f: Function) -> bool {
    f.flags() & flags::PRIVATE == 0 || f.class() == Some(c)
}

/// Whether a class says so. Enums of extensions cannot be extended either, but PHP does not mark them.
fn is_marked_final(c: Class) -> bool {
    c.flags() & flags::FINAL != 0 && !(c.flags() & flags::ENUM != 0 && c.is_internal())
}

fn prop_bits(f: u32) -> i64 {
    const SAME: u32 = flags::PUBLIC
        | flags::PROTECTED
        | flags::PRIVATE
        | flags::STATIC
        | flags::READONLY
        | flags::ABSTRACT
        | flags::FINAL;
    let moved = |bit: u32, to: i64| if f & bit != 0 { to } else { 0 };
    (f & SAME) as i64
        | moved(flags::PROTECTED_SET, 2048)
        | moved(flags::PRIVATE_SET, 4096)
        | moved(flags::VIRTUAL, support::IS_VIRTUAL)
}

fn classes_by_name(ctx: &mut Ctx, all: Vec<Class>) -> R<Array> {
    let mut out = Array::new();
    for c in all {
        let r = reflect(ctx, c)?;
        out.set(&c.name(), r);
    }
    Ok(out)
}

/// Names of the dynamic properties of an object.
pub fn dynamic_names(ctx: &mut Ctx, o: &Object) -> R<Vec<Str>> {
    let c = o.class();
    let all = o.properties(ctx)?;
    let mut names = Vec::new();
    for k in all.keys() {
        let n = k.to_value().to_str(ctx)?;
        if n.first() != Some(&0) && property::declared(c, &n).is_none() {
            names.push(n);
        }
    }
    Ok(names)
}

#[php_methods]
impl ReflectionClass {
    #[php("private function __clone(): void")]
    fn clone(ctx: &mut Ctx) -> R<()> {
        Err(no_clone(ctx))
    }
    /// Reflects a class by name, or the class of an object.
    #[php("public function __construct(object|string $objectOrClass)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, of: &Value) -> R<()> {
        construct(this, ctx, of)
    }
    /// The class as text.
    #[php("public function __toString(): string")]
    fn to_string(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        let c = class(this, ctx)?;
        let o = object(this, ctx)?;
        let mut out = Vec::new();
        text::class(ctx, &mut out, c, o.as_ref(), "")?;
        Ok(out)
    }
    /// Name.
    #[php("public function getName(): ~string")]
    fn get_name(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        Ok(class(this, ctx)?.name())
    }
    /// Whether it is native.
    #[php("public function isInternal(): ~bool")]
    fn is_internal(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(class(this, ctx)?.is_internal())
    }
    /// Whether it is written in PHP.
    #[php("public function isUserDefined(): ~bool")]
    fn is_user_defined(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(!class(this, ctx)?.is_internal())
    }
    /// Whether it has no name of its own.
    #[php("public function isAnonymous(): ~bool")]
    fn is_anonymous(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(class(this, ctx)?.is_anonymous())
    }
    /// Whether `new` would do.
    #[php("public function isInstantiable(): ~bool")]
    fn is_instantiable(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let c = class(this, ctx)?;
        let public = c.constructor().is_none_or(|f| f.flags() & flags::PUBLIC != 0);
        Ok(!is_abstraction(c) && public)
    }
    /// Whether `clone` would do.
    #[php("public function isCloneable(): ~bool")]
    fn is_cloneable(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let c = class(this, ctx)?;
        if is_abstraction(c) {
            return Ok(false);
        }
        Ok(match c.clone_method() {
            Some(f) => f.flags() & flags::PUBLIC != 0,
            None => c.is_cloneable(),
        })
    }
    /// File.
    #[php("public function getFileName(): ~string|false")]
    fn get_file_name(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(or_false(class(this, ctx)?.file(ctx)))
    }
    /// First line.
    #[php("public function getStartLine(): ~int|false")]
    fn get_start_line(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(or_false(class(this, ctx)?.lines().map(|l| l.0)))
    }
    /// Last line.
    #[php("public function getEndLine(): ~int|false")]
    fn get_end_line(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(or_false(class(this, ctx)?.lines().map(|l| l.1)))
    }
    /// Doc comment.
    #[php("public function getDocComment(): ~string|false")]
    fn get_doc_comment(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(or_false(class(this, ctx)?.doc(ctx)))
    }
    /// Constructor.
    #[php("public function getConstructor(): ~?ReflectionMethod")]
    fn get_constructor(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let c = class(this, ctx)?;
        match c.constructor() {
            Some(f) => Found::of(c, f).reflect(ctx),
            None => Ok(Value::NULL),
        }
    }
    /// Whether it has that method.
    #[php("public function hasMethod(string $name): ~bool")]
    fn has_method(this: &This<Self>, ctx: &mut Ctx, name: &[u8]) -> R<bool> {
        let c = class(this, ctx)?;
        let invoke = &c.name()[..] == b"Closure" && name.eq_ignore_ascii_case(b"__invoke");
        Ok(invoke || c.method(name).is_some())
    }
    /// A method.
    #[php("public function getMethod(string $name): ~ReflectionMethod")]
    fn get_method(this: &This<Self>, ctx: &mut Ctx, name: &[u8]) -> R<Value> {
        let c = class(this, ctx)?;
        let o = invokable(this, ctx, c)?;
        method::find(ctx, c, o.as_ref(), name)?.reflect(ctx)
    }
    /// All methods, of those modifiers.
    #[php("public function getMethods(?int $filter = null): ~array")]
    fn get_methods(this: &This<Self>, ctx: &mut Ctx, filter: Option<i64>) -> R<Array> {
        let c = class(this, ctx)?;
        let wanted = filter.unwrap_or(7 | 64 | 32 | 16);
        let mut out = Array::new();
        for f in c.methods(ctx) {
            if shows(c, f) && f.flags() as i64 & wanted != 0 {
                out.push(Found::of(c, f).reflect(ctx)?);
            }
        }
        let o = invokable(this, ctx, c)?;
        if let Some(f) = Found::invoke(ctx, c, o.as_ref(), b"__invoke")
            && wanted & flags::PUBLIC as i64 != 0
        {
            out.push(f.reflect(ctx)?);
        }
        Ok(out)
    }
    /// Whether it has that property.
    #[php("public function hasProperty(string $name): ~bool")]
    fn has_property(this: &This<Self>, ctx: &mut Ctx, name: &Str) -> R<bool> {
        let c = class(this, ctx)?;
        if property::declared(c, name).is_some() {
            return Ok(true);
        }
        match object(this, ctx)? {
            Some(o) if c.property(name).is_none() => o.has(ctx, &**name, 2, None),
            Some(o) => property::is_dynamic(ctx, &o, name),
            None => Ok(false),
        }
    }
    /// A property; `Parent::name` for one private to a parent.
    #[php("public function getProperty(string $name): ~ReflectionProperty")]
    fn get_property(this: &This<Self>, ctx: &mut Ctx, name: &Str) -> R<Value> {
        let mut c = class(this, ctx)?;
        if let Some(p) = property::declared(c, name) {
            return Of { name: name.clone(), class: c, prop: Some(p) }.reflect(ctx);
        }
        if let Some(o) = object(this, ctx)?
            && property::is_dynamic(ctx, &o, name)?
        {
            return Of { name: name.clone(), class: c, prop: None }.reflect(ctx);
        }
        let mut short = name.clone();
        if let Some(at) = name.windows(2).position(|w| w == b"::") {
            let named = class_of_argument(ctx, &Value::str(&name[..at]), -1)?;
            short = Str::new(&name[at + 2..]);
            if !c.is_a(named) {
                let msg = format!(
                    "Fully qualified property name {}::${} does not specify a base class of {}",
                    class_shown(named),
                    short.lossy(),
                    class_shown(c)
                );
                return Err(throw_code(ctx, msg, -1));
            }
            c = named;
            if let Some(p) = property::declared(c, &short) {
                return Of { name: short, class: c, prop: Some(p) }.reflect(ctx);
            }
        }
        Err(throw(ctx, format!("Property {}::${} does not exist", class_shown(c), short.lossy())))
    }
    /// All properties, of those modifiers.
    #[php("public function getProperties(?int $filter = null): ~array")]
    fn get_properties(this: &This<Self>, ctx: &mut Ctx, filter: Option<i64>) -> R<Array> {
        let c = class(this, ctx)?;
        let wanted = filter.unwrap_or(7 | 16);
        let mut out = Array::new();
        for (name, p) in c.properties(ctx) {
            if property::declared(c, &name).is_some() && prop_bits(p.flags()) & wanted != 0 {
                out.push(Of { name, class: c, prop: Some(p) }.reflect(ctx)?);
            }
        }
        if let Some(o) = object(this, ctx)?
            && wanted & flags::PUBLIC as i64 != 0
        {
            for name in dynamic_names(ctx, &o)? {
                out.push(Of { name, class: c, prop: None }.reflect(ctx)?);
            }
        }
        Ok(out)
    }
    /// Whether it has that constant.
    #[php("public function hasConstant(string $name): ~bool")]
    fn has_constant(this: &This<Self>, ctx: &mut Ctx, name: &[u8]) -> R<bool> {
        Ok(class(this, ctx)?.class_constant(name).is_some())
    }
    /// Names and values of all constants, of those modifiers.
    #[php("public function getConstants(?int $filter = null): ~array")]
    fn get_constants(this: &This<Self>, ctx: &mut Ctx, filter: Option<i64>) -> R<Array> {
        let mut out = Array::new();
        for (name, k) in class(this, ctx)?.class_constants(ctx) {
            let v = k.value(ctx, &name)?;
            if k.flags() as i64 & filter.unwrap_or(7) != 0 {
                out.set(&name, v);
            }
        }
        Ok(out)
    }
    /// All constants, of those modifiers.
    #[php("public function getReflectionConstants(?int $filter = null): ~array")]
    fn get_reflection_constants(this: &This<Self>, ctx: &mut Ctx, filter: Option<i64>) -> R<Array> {
        let mut out = Array::new();
        for (name, k) in class(this, ctx)?.class_constants(ctx) {
            if k.flags() as i64 & filter.unwrap_or(7) != 0 {
                out.push(constant::reflect(ctx, k, &name)?);
            }
        }
        Ok(out)
    }
    /// Value of a constant, or false.
    #[php("public function getConstant(string $name): ~mixed")]
    fn get_constant(this: &This<Self>, ctx: &mut Ctx, name: &[u8]) -> R<Value> {
        let c = class(this, ctx)?;
        for (n, k) in c.class_constants(ctx) {
            k.value(ctx, &n)?;
        }
        match c.class_constant(name) {
            Some(k) => k.value(ctx, name),
            None => Ok(Value::bool(false)),
        }
    }
    /// A constant, or false.
    #[php("public function getReflectionConstant(string $name): ~ReflectionClassConstant|false")]
    fn get_reflection_constant(this: &This<Self>, ctx: &mut Ctx, name: &Str) -> R<Value> {
        match class(this, ctx)?.class_constant(name) {
            Some(k) => constant::reflect(ctx, k, name),
            None => Ok(Value::bool(false)),
        }
    }
    /// Its interfaces by name.
    #[php("public function getInterfaces(): ~array")]
    fn get_interfaces(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let all = class(this, ctx)?.interfaces(ctx);
        classes_by_name(ctx, all)
    }
    /// Names of its interfaces.
    #[php("public function getInterfaceNames(): ~array")]
    fn get_interface_names(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let all = class(this, ctx)?.interfaces(ctx);
        Ok(Array::list(all.into_iter().map(|c| c.name().into())))
    }
    /// Whether it is an interface.
    #[php("public function isInterface(): ~bool")]
    fn is_interface(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        has(this, ctx, flags::INTERFACE)
    }
    /// The traits that it uses, by name.
    #[php("public function getTraits(): ~array")]
    fn get_traits(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let all = class(this, ctx)?.traits(ctx);
        classes_by_name(ctx, all)
    }
    /// Names of the traits that it uses.
    #[php("public function getTraitNames(): ~array")]
    fn get_trait_names(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let all = class(this, ctx)?.traits(ctx);
        Ok(Array::list(all.into_iter().map(|c| c.name().into())))
    }
    /// New names of trait methods.
    #[php("public function getTraitAliases(): ~array")]
    fn get_trait_aliases(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        Ok(class(this, ctx)?.trait_aliases())
    }
    /// Whether it is a trait.
    #[php("public function isTrait(): ~bool")]
    fn is_trait(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        has(this, ctx, flags::TRAIT)
    }
    /// Whether it is an enum.
    #[php("public function isEnum(): bool")]
    fn is_enum(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        has(this, ctx, flags::ENUM)
    }
    /// Whether it is abstract.
    #[php("public function isAbstract(): ~bool")]
    fn is_abstract(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let c = class(this, ctx)?;
        let methods = c.methods(ctx).into_iter().any(|f| f.flags() & flags::ABSTRACT != 0);
        Ok(c.is_explicitly_abstract() || methods)
    }
    /// Whether it is final.
    #[php("public function isFinal(): ~bool")]
    fn is_final(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(is_marked_final(class(this, ctx)?))
    }
    /// Whether it is readonly.
    #[php("public function isReadOnly(): bool")]
    fn is_read_only(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        has(this, ctx, flags::READONLY)
    }
    /// Modifier bits.
    #[php("public function getModifiers(): ~int")]
    fn get_modifiers(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        let c = class(this, ctx)?;
        let on = |yes: bool, bit: i64| if yes { bit } else { 0 };
        Ok(on(is_marked_final(c), 32)
            | on(c.is_explicitly_abstract(), 64)
            | on(c.flags() & flags::READONLY != 0, IS_READONLY_CLASS))
    }
    /// Whether an object is of it.
    #[php("public function isInstance(object $object): ~bool")]
    fn is_instance(this: &This<Self>, ctx: &mut Ctx, object: &Object) -> R<bool> {
        Ok(object.instance_of(class(this, ctx)?))
    }
    /// `new` with arguments.
    #[php("public function newInstance(mixed ...$args): ~object")]
    fn new_instance(this: &This<Self>, ctx: &mut Ctx, rest: Rest, raw: &Args) -> R<Value> {
        let c = class(this, ctx)?;
        instantiate::with(ctx, c, &crate::function::all_arguments(&rest, raw.named()))
    }
    /// An object whose constructor has not run.
    #[php("public function newInstanceWithoutConstructor(): ~object")]
    fn new_instance_without_constructor(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let c = class(this, ctx)?;
        instantiate::without(ctx, c)
    }
    /// `new` with an array of arguments.
    #[php("public function newInstanceArgs(array $args = []): ~?object")]
    fn new_instance_args(this: &This<Self>, ctx: &mut Ctx, args: Option<&Array>) -> R<Value> {
        let c = class(this, ctx)?;
        instantiate::with(ctx, c, &args.cloned().unwrap_or_default())
    }
    /// A lazy object that fills itself in.
    #[php("public function newLazyGhost(callable $initializer, int $options = 0): object")]
    fn new_lazy_ghost(this: &This<Self>, ctx: &mut Ctx, initializer: &Value, options: i64) -> R<Value> {
        let c = class(this, ctx)?;
        lazy::fresh(ctx, c, initializer, false, options)
    }
    /// A lazy object that stands for another.
    #[php("public function newLazyProxy(callable $factory, int $options = 0): object")]
    fn new_lazy_proxy(this: &This<Self>, ctx: &mut Ctx, factory: &Value, options: i64) -> R<Value> {
        let c = class(this, ctx)?;
        lazy::fresh(ctx, c, factory, true, options)
    }
    /// Makes an object a lazy ghost again.
    #[php("public function resetAsLazyGhost(object $object, callable $initializer, int $options = 0): void")]
    fn reset_as_lazy_ghost(
        this: &This<Self>,
        ctx: &mut Ctx,
        object: &Object,
        initializer: &Value,
        options: i64,
    ) -> R<()> {
        let c = class(this, ctx)?;
        lazy::again(ctx, c, object, initializer, false, options)
    }
    /// Makes an object a lazy proxy again.
    #[php("public function resetAsLazyProxy(object $object, callable $factory, int $options = 0): void")]
    fn reset_as_lazy_proxy(
        this: &This<Self>,
        ctx: &mut Ctx,
        object: &Object,
        factory: &Value,
        options: i64,
    ) -> R<()> {
        let c = class(this, ctx)?;
        lazy::again(ctx, c, object, factory, true, options)
    }
    /// Initializes a lazy object; what stands for it.
    #[php("public function initializeLazyObject(object $object): object")]
    fn initialize_lazy_object(this: &This<Self>, ctx: &mut Ctx, object: &Object) -> R<Value> {
        let c = class(this, ctx)?;
        lazy::of_class(ctx, object, c)?;
        object.lazy_init(ctx, true)
    }
    /// Whether an object waits for its initialization.
    #[php("public function isUninitializedLazyObject(object $object): bool")]
    fn is_uninitialized_lazy_object(this: &This<Self>, ctx: &mut Ctx, object: &Object) -> R<bool> {
        let c = class(this, ctx)?;
        lazy::of_class(ctx, object, c)?;
        Ok(object.lazy_initializer(ctx).is_some())
    }
    /// Ends an object's laziness without its initializer.
    #[php("public function markLazyObjectAsInitialized(object $object): object")]
    fn mark_lazy_object_as_initialized(this: &This<Self>, ctx: &mut Ctx, object: &Object) -> R<Value> {
        let c = class(this, ctx)?;
        lazy::of_class(ctx, object, c)?;
        object.lazy_init(ctx, false)
    }
    /// What will initialize a lazy object.
    #[php("public function getLazyInitializer(object $object): ?callable")]
    fn get_lazy_initializer(this: &This<Self>, ctx: &mut Ctx, object: &Object) -> R<Option<Value>> {
        let c = class(this, ctx)?;
        lazy::of_class(ctx, object, c)?;
        Ok(object.lazy_initializer(ctx))
    }
    /// Parent, or false.
    #[php("public function getParentClass(): ~ReflectionClass|false")]
    fn get_parent_class(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        match class(this, ctx)?.parent() {
            Some(p) => reflect(ctx, p),
            None => Ok(Value::bool(false)),
        }
    }
    /// Whether it descends from or implements another.
    #[php("public function isSubclassOf(ReflectionClass|string $class): ~bool")]
    fn is_subclass_of(this: &This<Self>, ctx: &mut Ctx, other: &Value) -> R<bool> {
        let other = other_class(ctx, other, "Class")?;
        let c = class(this, ctx)?;
        Ok(c != other && c.is_a(other))
    }
    /// Names and values of its static properties.
    #[php("public function getStaticProperties(): ~array")]
    fn get_static_properties(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let c = class(this, ctx)?;
        c.prepare(ctx)?;
        let mut out = Array::new();
        for (name, p) in c.properties(ctx) {
            if p.flags() & flags::STATIC == 0 || property::declared(c, &name).is_none() {
                continue;
            }
            if let Some(v) = c.static_value(ctx, &name, true)? {
                out.set(&name, v);
            }
        }
        Ok(out)
    }
    /// Value of a static property.
    #[php("public function getStaticPropertyValue(string $name, mixed $default = UNKNOWN): ~mixed")]
    fn get_static_property_value(
        this: &This<Self>,
        ctx: &mut Ctx,
        name: &Str,
        default: Option<&Value>,
    ) -> R<Value> {
        let c = class(this, ctx)?;
        c.prepare(ctx)?;
        if c.property(name).is_some_and(|p| p.flags() & flags::STATIC != 0) {
            let quiet = property::declared(c, name).is_none();
            if let Some(v) = c.static_value(ctx, name, quiet)? {
                return Ok(v);
            }
        }
        match default {
            Some(v) => Ok(v.clone()),
            None => {
                let msg = format!("Property {}::${} does not exist", class_shown(c), name.lossy());
                Err(throw(ctx, msg))
            }
        }
    }
    /// Sets a static property.
    #[php("public function setStaticPropertyValue(string $name, mixed $value): ~void")]
    fn set_static_property_value(this: &This<Self>, ctx: &mut Ctx, name: &Str, value: &Value) -> R<()> {
        let c = class(this, ctx)?;
        c.prepare(ctx)?;
        if property::declared(c, name).is_none_or(|p| p.flags() & flags::STATIC == 0) {
            let msg = format!("Class {} does not have a property named {}", class_shown(c), name.lossy());
            return Err(throw(ctx, msg));
        }
        c.set_static_value(ctx, name, value)
    }
    /// Names and defaults of its properties, static ones first.
    #[php("public function getDefaultProperties(): ~array")]
    fn get_default_properties(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let c = class(this, ctx)?;
        c.prepare(ctx)?;
        let mut out = Array::new();
        for statics in [true, false] {
            for (name, p) in c.properties(ctx) {
                if (p.flags() & flags::STATIC != 0) != statics || property::declared(c, &name).is_none() {
                    continue;
                }
                if let Some(v) = p.default_value(ctx)? {
                    out.set(&name, v);
                }
            }
        }
        Ok(out)
    }
    /// Whether foreach walks more than its objects' properties.
    #[php("public function isIterable(): ~bool")]
    fn is_iterable(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let c = class(this, ctx)?;
        iterable(ctx, c)
    }
    /// As isIterable.
    #[php("public function isIterateable(): ~bool")]
    fn is_iterateable(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let c = class(this, ctx)?;
        iterable(ctx, c)
    }
    /// Whether it implements an interface.
    #[php("public function implementsInterface(ReflectionClass|string $interface): ~bool")]
    fn implements_interface(this: &This<Self>, ctx: &mut Ctx, other: &Value) -> R<bool> {
        let other = other_class(ctx, other, "Interface")?;
        if other.flags() & flags::INTERFACE == 0 {
            return Err(throw(ctx, format!("{} is not an interface", class_shown(other))));
        }
        Ok(class(this, ctx)?.is_a(other))
    }
    /// Extension of a native class.
    #[php("public function getExtension(): ~?ReflectionExtension")]
    fn get_extension(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        match class(this, ctx)?.extension(ctx) {
            Some(name) => extension::reflect(ctx, &name),
            None => Ok(Value::NULL),
        }
    }
    /// Name of the extension of a native class.
    #[php("public function getExtensionName(): ~string|false")]
    fn get_extension_name(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(or_false(class(this, ctx)?.extension(ctx)))
    }
    /// Whether its name has a namespace.
    #[php("public function inNamespace(): ~bool")]
    fn in_namespace(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(class(this, ctx)?.name().contains(&b'\\'))
    }
    /// Namespace.
    #[php("public function getNamespaceName(): ~string")]
    fn get_namespace_name(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        let n = class(this, ctx)?.name();
        Ok(split_namespace(&n).0.map_or(Vec::new(), <[u8]>::to_vec))
    }
    /// Name without namespace.
    #[php("public function getShortName(): ~string")]
    fn get_short_name(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        let n = class(this, ctx)?.name();
        Ok(split_namespace(&n).1.to_vec())
    }
    /// Attributes.
    #[php("public function getAttributes(?string $name = null, int $flags = 0): array")]
    fn get_attributes(this: &This<Self>, ctx: &mut Ctx, name: Option<&Str>, flags: i64) -> R<Array> {
        let c = class(this, ctx)?;
        let of = Attributed { owner: Owner::Class(c), target: 1, closure: None };
        support::attributes(ctx, of, name, flags)
    }
}

fn iterable(ctx: &mut Ctx, c: Class) -> R<bool> {
    if c.flags() & (flags::INTERFACE | flags::TRAIT) != 0 || is_abstract(c) {
        return Ok(false);
    }
    let traversable = ctx.find_class("Traversable", false)?;
    Ok(c.has_native_iterator() || traversable.is_some_and(|t| c.is_a(t)))
}
