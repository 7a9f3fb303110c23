//! Extensions.

use crate::support::{no_clone, throw, unready, write_refused};
use crate::{class, function, text};
use plugin_api::abi::{DepDesc, ExtDescriptor, StrSlice, dep_kind};
use plugin_api::introspect::{Function, constant_facts};
use plugin_api::{Array, Class, Ctx, GcRoots, Handlers, R, Str, This, Value, php_class, php_methods};

/// An extension.
#[derive(Default, GcRoots)]
#[php_class(
    "class ReflectionExtension implements Reflector",
    "public string $name",
    handlers(write_prop),
    flags(not_serializable)
)]
pub struct ReflectionExtension {
    name: Option<String>,
}

impl Handlers for ReflectionExtension {
    fn write_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, _: &Value) -> R<bool> {
        write_refused(ctx, this, name)
    }
}

/// An extension of the engine itself, of which there are none.
#[derive(Default, GcRoots)]
#[php_class(
    "class ReflectionZendExtension implements Reflector",
    "public string $name",
    handlers(write_prop),
    flags(not_serializable)
)]
pub struct ReflectionZendExtension {
    name: Option<String>,
}

impl Handlers for ReflectionZendExtension {
    fn write_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, _: &Value) -> R<bool> {
        write_refused(ctx, this, name)
    }
}

/// Name of the extension that the engine itself is.
const CORE: &str = "Core";

/// Text of a descriptor.
pub fn desc_text(s: StrSlice) -> Option<String> {
    // SAFETY: descriptors are static.
    (!s.is_none()).then(|| String::from_utf8_lossy(unsafe { s.bytes() }).into_owned())
}

/// An extension by name in any case; the engine's own part has no descriptor.
pub fn find(ctx: &mut Ctx, name: &str) -> Option<(String, Option<&'static ExtDescriptor>)> {
    let all = ctx.extensions();
    let hit = all.into_iter().find_map(|d| {
        let n = desc_text(d.name)?;
        n.eq_ignore_ascii_case(name).then_some((n, Some(d)))
    });
    hit.or_else(|| name.eq_ignore_ascii_case(CORE).then(|| (CORE.to_owned(), None)))
}

/// A reflection of an extension.
pub fn reflect(ctx: &mut Ctx, name: &Str) -> R<Value> {
    let n = name.lossy().into_owned();
    let o = This::<ReflectionExtension>::create(ctx, ReflectionExtension { name: Some(n) })?;
    o.set_slot("name", name.clone());
    Ok(o.into())
}

fn of(this: &This<ReflectionExtension>, ctx: &mut Ctx) -> R<(String, Option<&'static ExtDescriptor>)> {
    let n = this.borrow(ctx)?.name.clone();
    match n.and_then(|n| find(ctx, &n)) {
        Some(e) => Ok(e),
        None => Err(unready(ctx)),
    }
}

/// An extension's version, PHP's where it has none of its own.
pub fn version(ctx: &mut Ctx, d: Option<&'static ExtDescriptor>) -> Option<String> {
    match d {
        Some(d) => desc_text(d.version),
        None => ctx.constant("PHP_VERSION").and_then(|v| v.as_str().map(|s| s.lossy().into_owned())),
    }
}

fn is(name: Option<Str>, ext: &str) -> bool {
    name.is_some_and(|n| n.lossy() == ext)
}

/// The functions of an extension.
pub fn functions(ctx: &mut Ctx, ext: &str) -> Vec<Function> {
    let all = ctx.functions();
    all.into_iter().filter(|f| is(f.extension(ctx), ext)).collect()
}

/// The classes of an extension, by the names that they are found by.
pub fn classes(ctx: &mut Ctx, ext: &str) -> Vec<(Str, Class)> {
    let all = ctx.classes();
    all.into_iter().filter(|(_, c)| is(c.extension(ctx), ext)).collect()
}

/// Names and values of the global constants of an extension.
pub fn constants(ctx: &mut Ctx, ext: &str) -> Vec<(Str, Value)> {
    let mut out = Vec::new();
    for n in ctx.global_constants() {
        let of = ctx.constant_fact(&n, constant_facts::EXTENSION);
        if of.is_some_and(|v| v.as_str().is_some_and(|s| s.lossy() == ext)) {
            let v = ctx.constant_fact(&n, constant_facts::VALUE).unwrap_or(Value::NULL);
            out.push((n, v));
        }
    }
    out
}

/// The dependencies of an extension and how they are meant.
pub fn dependencies(d: Option<&'static ExtDescriptor>) -> Vec<(String, String)> {
    let Some(d) = d else { return Vec::new() };
    let word = |d: &DepDesc| match d.kind {
        dep_kind::REQUIRED => "Required",
        dep_kind::CONFLICTS => "Conflicts",
        _ => "Optional",
    };
    // SAFETY: descriptors are static.
    let deps = unsafe { d.deps.get() };
    deps.iter()
        .map(|d| {
            let how = match desc_text(d.req) {
                Some(r) => format!("{} {r}", word(d)),
                None => word(d).to_owned(),
            };
            (desc_text(d.name).unwrap_or_default(), how)
        })
        .collect()
}

/// The name to list a class by: its own, or that of an alias.
fn listed(found_by: &Str, c: Class) -> Str {
    if c.name().eq_ignore_ascii_case(found_by) { c.name() } else { found_by.clone() }
}

#[php_methods]
impl ReflectionExtension {
    #[php("private function __clone(): void")]
    fn clone(ctx: &mut Ctx) -> R<()> {
        Err(no_clone(ctx))
    }
    /// Reflects an extension by name.
    #[php("public function __construct(string $name)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, name: &Str) -> R<()> {
        let Some((n, _)) = find(ctx, &name.lossy()) else {
            return Err(throw(ctx, format!("Extension \"{}\" does not exist", name.lossy())));
        };
        this.set_slot("name", &*n);
        this.borrow_mut(ctx)?.name = Some(n);
        Ok(())
    }
    /// The extension as text.
    #[php("public function __toString(): string")]
    fn to_string(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        let (name, d) = of(this, ctx)?;
        text::extension(ctx, &name, d)
    }
    /// Name.
    #[php("public function getName(): ~string")]
    fn get_name(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        Ok(of(this, ctx)?.0)
    }
    /// Version.
    #[php("public function getVersion(): ~?string")]
    fn get_version(this: &This<Self>, ctx: &mut Ctx) -> R<Option<String>> {
        let d = of(this, ctx)?.1;
        Ok(version(ctx, d))
    }
    /// Its functions by name.
    #[php("public function getFunctions(): ~array")]
    fn get_functions(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let (name, _) = of(this, ctx)?;
        let mut out = Array::new();
        for f in functions(ctx, &name) {
            let r = function::reflect(ctx, f, None)?;
            out.set(&f.name(ctx), r);
        }
        Ok(out)
    }
    /// Names and values of its constants.
    #[php("public function getConstants(): ~array")]
    fn get_constants(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let (name, _) = of(this, ctx)?;
        let mut out = Array::new();
        for (n, v) in constants(ctx, &name) {
            out.set(&n, v);
        }
        Ok(out)
    }
    /// Names and values of its ini entries.
    #[php("public function getINIEntries(): ~array")]
    fn get_ini_entries(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let mut out = Array::new();
        let (name, d) = of(this, ctx)?;
        if matches!(&*name, "Core" | "standard") {
            // The engine's own settings are in no descriptor.
            let own =
                ctx.call_function("ini_get_all", &[Value::str(name.to_ascii_lowercase()), false.into()])?;
            return own.to_array(ctx);
        }
        let Some(d) = d else { return Ok(out) };
        // SAFETY: descriptors are static.
        for i in unsafe { d.ini.get() } {
            let Some(n) = desc_text(i.name) else { continue };
            let none = i.default.is_none();
            let v = ctx.ini(&n).filter(|v| !none || !v.is_empty());
            out.set(n.as_bytes(), v);
        }
        Ok(out)
    }
    /// Its classes by name.
    #[php("public function getClasses(): ~array")]
    fn get_classes(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let (name, _) = of(this, ctx)?;
        let mut out = Array::new();
        for (n, c) in classes(ctx, &name) {
            let r = class::reflect(ctx, c)?;
            out.set(&listed(&n, c), r);
        }
        Ok(out)
    }
    /// Names of its classes.
    #[php("public function getClassNames(): ~array")]
    fn get_class_names(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let (name, _) = of(this, ctx)?;
        Ok(Array::list(classes(ctx, &name).into_iter().map(|(n, c)| listed(&n, c).into())))
    }
    /// What it depends on.
    #[php("public function getDependencies(): ~array")]
    fn get_dependencies(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let d = of(this, ctx)?.1;
        let mut out = Array::new();
        for (name, how) in dependencies(d) {
            out.set(name.as_bytes(), how);
        }
        Ok(out)
    }
    /// Prints what phpinfo() has about it.
    #[php("public function info(): ~void")]
    fn info(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let (name, _) = of(this, ctx)?;
        ctx.write(format!("\n{name}\n\n"))
    }
    /// Whether it stays for the process.
    #[php("public function isPersistent(): ~bool")]
    fn is_persistent(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        of(this, ctx).map(|_| true)
    }
    /// Whether it stays for the request alone.
    #[php("public function isTemporary(): ~bool")]
    fn is_temporary(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        of(this, ctx).map(|_| false)
    }
}

fn zend(this: &This<ReflectionZendExtension>, ctx: &mut Ctx) -> R<String> {
    let n = this.borrow(ctx)?.name.clone();
    n.ok_or_else(|| unready(ctx))
}

#[php_methods]
impl ReflectionZendExtension {
    #[php("private function __clone(): void")]
    fn clone(ctx: &mut Ctx) -> R<()> {
        Err(no_clone(ctx))
    }
    /// Reflects an extension of the engine by name.
    #[php("public function __construct(string $name)")]
    fn construct(ctx: &mut Ctx, name: &Str) -> R<()> {
        Err(throw(ctx, format!("Zend Extension \"{}\" does not exist", name.lossy())))
    }
    /// The extension as text.
    #[php("public function __toString(): string")]
    fn to_string(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        Ok(format!("Zend Extension [ {} ]\n", zend(this, ctx)?))
    }
    /// Name.
    #[php("public function getName(): ~string")]
    fn get_name(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        zend(this, ctx)
    }
    /// Version.
    #[php("public function getVersion(): ~string")]
    fn get_version(this: &This<Self>, ctx: &mut Ctx) -> R<&'static str> {
        zend(this, ctx).map(|_| "")
    }
    /// Author.
    #[php("public function getAuthor(): ~string")]
    fn get_author(this: &This<Self>, ctx: &mut Ctx) -> R<&'static str> {
        zend(this, ctx).map(|_| "")
    }
    /// Address.
    #[php("public function getURL(): ~string")]
    fn get_url(this: &This<Self>, ctx: &mut Ctx) -> R<&'static str> {
        zend(this, ctx).map(|_| "")
    }
    /// Copyright.
    #[php("public function getCopyright(): ~string")]
    fn get_copyright(this: &This<Self>, ctx: &mut Ctx) -> R<&'static str> {
        zend(this, ctx).map(|_| "")
    }
}
