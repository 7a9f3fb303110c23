//! Reflections as text: what `__toString()` gives.

use crate::extension as ext;
use crate::support::shown;
use plugin_api::abi::{ExtDescriptor, ini_access};
use plugin_api::introspect::{ClassConstant, Function, Property, constant_facts};
use plugin_api::{Array, Class, Ctx, Kind, Object, R, Value, flags};

fn put(out: &mut Vec<u8>, parts: &[&[u8]]) {
    for p in parts {
        out.extend_from_slice(p);
    }
}

/// A line with a doc comment before what it belongs to.
fn doc(out: &mut Vec<u8>, indent: &str, text: Option<plugin_api::Str>) {
    if let Some(t) = text {
        put(out, &[indent.as_bytes(), &t, b"\n"]);
    }
}

/// A name as C's `%s` has it.
fn name(c: Class) -> Vec<u8> {
    shown(&c.name()).into_bytes()
}

fn visibility(f: u32) -> &'static str {
    match f & 7 {
        flags::PRIVATE => "private",
        flags::PROTECTED => "protected",
        _ => "public",
    }
}

/// Escapes as PHP prints strings in defaults.
fn escaped(out: &mut Vec<u8>, s: &[u8]) {
    for &b in s {
        match b {
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x0c => out.extend_from_slice(b"\\f"),
            0x0b => out.extend_from_slice(b"\\v"),
            b'\\' => out.extend_from_slice(b"\\\\"),
            0x1b => out.extend_from_slice(b"\\e"),
            b if !(32..=126).contains(&b) => out.extend_from_slice(format!("\\x{b:02X}").as_bytes()),
            b => out.push(b),
        }
    }
}

/// A value as a default is printed.
pub fn value(ctx: &mut Ctx, out: &mut Vec<u8>, v: &Value) -> R<()> {
    match v.kind() {
        Kind::Null => out.extend_from_slice(b"NULL"),
        Kind::Bool(b) => out.extend_from_slice(if b { b"true" } else { b"false" }),
        Kind::Str(s) => {
            out.push(b'\'');
            escaped(out, s);
            out.push(b'\'');
        }
        Kind::Array(a) => array(ctx, out, a)?,
        Kind::Float(d) => out.extend_from_slice(float(d).as_bytes()),
        Kind::Object(o) if o.is_enum() => {
            let case = o.slot("name").unwrap_or(Value::NULL).to_str(ctx)?;
            put(out, &[b"\\", &o.class().name(), b"::", &case]);
        }
        Kind::Object(o) => put(out, &[b"object(", &o.class().name(), b")"]),
        _ => out.extend_from_slice(&v.to_str(ctx)?),
    }
    Ok(())
}

/// A float with a point where it would look like an int.
fn float(d: f64) -> String {
    let t = Ctx::format_float(d, 17);
    if t.bytes().all(|b| b == b'-' || b.is_ascii_digit()) { format!("{t}.0") } else { t }
}

fn array(ctx: &mut Ctx, out: &mut Vec<u8>, a: &Array) -> R<()> {
    out.push(b'[');
    let list = a.is_list();
    for (i, (k, v)) in a.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        if !list {
            let k = k.to_value();
            match k.as_str() {
                Some(s) => {
                    out.push(b'\'');
                    escaped(out, s);
                    out.push(b'\'');
                }
                None => out.extend_from_slice(&k.to_str(ctx)?),
            }
            out.extend_from_slice(b" => ");
        }
        value(ctx, out, v)?;
    }
    out.push(b']');
    Ok(())
}

/// `Parameter #0 [ <required> $a ]`
pub fn parameter(ctx: &mut Ctx, out: &mut Vec<u8>, f: Function, i: u32, invoke: bool) -> R<()> {
    let required = i < f.required();
    let word = if required { "required" } else { "optional" };
    out.extend_from_slice(format!("Parameter #{i} [ <{word}> ").as_bytes());
    if let Some(t) = f.param_type(i) {
        put(out, &[&t, b" "]);
    }
    if f.param_by_ref(i) {
        out.push(b'&');
    }
    if f.param_variadic(i) {
        out.extend_from_slice(b"...");
    }
    put(out, &[b"$", &f.param_name(i)]);
    if !required && !f.param_variadic(i) {
        if invoke {
            out.extend_from_slice(b" = <default>");
        } else if f.param_default_is_value(i) {
            out.extend_from_slice(b" = ");
            if let Some(v) = f.param_default(ctx, i)? {
                value(ctx, out, &v)?;
            }
        } else if let Some(t) = f.param_default_text(i) {
            put(out, &[b" = ", &t]);
        } else if !f.is_user() {
            out.extend_from_slice(b" = <default>");
        }
    }
    out.extend_from_slice(b" ]");
    Ok(())
}

fn parameters(ctx: &mut Ctx, out: &mut Vec<u8>, f: Function, invoke: bool, indent: &str) -> R<()> {
    let n = f.parameters();
    if n == 0 && f.is_user() && f.return_type(ctx).is_none() {
        return Ok(());
    }
    out.extend_from_slice(format!("\n{indent}- Parameters [{n}] {{\n").as_bytes());
    for i in 0..n {
        put(out, &[indent.as_bytes(), b"  "]);
        parameter(ctx, out, f, i, invoke)?;
        out.push(b'\n');
    }
    put(out, &[indent.as_bytes(), b"}\n"]);
    Ok(())
}

/// How a method relates to its class's parents: `, inherits A`, `, overwrites A, prototype B`.
fn relations(ctx: &mut Ctx, out: &mut Vec<u8>, f: Function, asked: Option<Class>) {
    if let (Some(asked), Some(own)) = (asked, f.class()) {
        if own != asked {
            put(out, &[b", inherits ", &name(own)]);
        } else if let Some(above) = own.parent().and_then(|p| p.method(&f.name(ctx)))
            && let Some(c) = above.class()
            && c != own
            && above.flags() & flags::PRIVATE == 0
        {
            put(out, &[b", overwrites ", &name(c)]);
        }
    }
    if let Some(c) = f.prototype().and_then(Function::class) {
        put(out, &[b", prototype ", &name(c)]);
    }
}

/// A function, method or closure.
pub fn function(
    ctx: &mut Ctx,
    f: Function,
    closure: Option<&Object>,
    asked: Option<Class>,
    indent: &str,
) -> R<Vec<u8>> {
    let mut out = Vec::new();
    doc(&mut out, indent, f.doc(ctx));
    let closure_like = f.is_closure();
    let word = match (closure_like, f.class()) {
        (true, _) => "Closure",
        (false, Some(_)) => "Method",
        (false, None) => "Function",
    };
    let origin = if f.is_user() { "user" } else { "internal" };
    out.extend_from_slice(format!("{indent}{word} [ <{origin}").as_bytes());
    if f.flags() & flags::DEPRECATED != 0 {
        out.extend_from_slice(b", deprecated");
    }
    if let Some(e) = f.extension(ctx) {
        put(&mut out, &[b":", &e]);
    }
    relations(ctx, &mut out, f, asked);
    if f.is_constructor() {
        out.extend_from_slice(b", ctor");
    }
    out.extend_from_slice(b"> ");
    let fl = f.flags();
    for (bit, word) in [(flags::ABSTRACT, "abstract "), (flags::FINAL, "final "), (flags::STATIC, "static ")]
    {
        if fl & bit != 0 {
            out.extend_from_slice(word.as_bytes());
        }
    }
    if f.class().is_some() {
        out.extend_from_slice(format!("{} method ", visibility(fl)).as_bytes());
    } else {
        out.extend_from_slice(b"function ");
    }
    if fl & flags::RETURNS_REF != 0 {
        out.push(b'&');
    }
    put(&mut out, &[&f.name(ctx), b" ] {\n"]);
    if let (Some(file), Some((from, to))) = (f.file(ctx), f.lines()) {
        put(&mut out, &[indent.as_bytes(), b"  @@ ", &file, format!(" {from} - {to}\n").as_bytes()]);
    }
    let inner = format!("{indent}  ");
    if closure_like && let Some(c) = closure {
        bound(ctx, &mut out, f, c, &inner)?;
    }
    parameters(ctx, &mut out, f, false, &inner)?;
    if let Some(t) = f.return_type(ctx) {
        let word = if f.is_tentative() { "Tentative return" } else { "Return" };
        put(&mut out, &[b"  ", indent.as_bytes(), b"- ", word.as_bytes(), b" [ ", &t, b" ]\n"]);
    }
    put(&mut out, &[indent.as_bytes(), b"}\n"]);
    Ok(out)
}

/// The variables that a closure holds.
fn bound(ctx: &mut Ctx, out: &mut Vec<u8>, f: Function, closure: &Object, indent: &str) -> R<()> {
    let all = f.variables(ctx, Some(closure), false)?;
    if all.is_empty() {
        return Ok(());
    }
    out.extend_from_slice(format!("\n{indent}- Bound Variables [{}] {{\n", all.len()).as_bytes());
    for (i, k) in all.keys().enumerate() {
        out.extend_from_slice(format!("{indent}    Variable #{i} [ $").as_bytes());
        let k = k.to_value().to_str(ctx)?;
        put(out, &[&k, b" ]\n"]);
    }
    put(out, &[indent.as_bytes(), b"}\n"]);
    Ok(())
}

/// A Closure's `__invoke`.
pub fn invoke(ctx: &mut Ctx, f: Function, indent: &str) -> R<Vec<u8>> {
    let mut out = format!("{indent}Method [ <internal> public method __invoke ] {{\n").into_bytes();
    parameters(ctx, &mut out, f, true, &format!("{indent}  "))?;
    if let Some(t) = f.return_type(ctx) {
        put(&mut out, &[b"  ", indent.as_bytes(), b"- Return [ ", &t, b" ]\n"]);
    }
    put(&mut out, &[indent.as_bytes(), b"}\n"]);
    Ok(out)
}

/// A property; one that is not declared is dynamic.
pub fn property(
    ctx: &mut Ctx,
    out: &mut Vec<u8>,
    prop: Option<Property>,
    name: &[u8],
    indent: &str,
) -> R<()> {
    let Some(p) = prop else {
        put(out, &[indent.as_bytes(), b"Property [ <dynamic> public $", name, b" ]\n"]);
        return Ok(());
    };
    doc(out, indent, p.doc());
    put(out, &[indent.as_bytes(), b"Property [ "]);
    let f = p.flags();
    let on = |bit: u32, word: &'static str| if f & bit != 0 { word } else { "" };
    for word in [
        on(flags::ABSTRACT, "abstract "),
        on(flags::FINAL, "final "),
        visibility(f),
        " ",
        on(flags::PRIVATE_SET, "private(set) "),
        on(flags::PROTECTED_SET, "protected(set) "),
        on(flags::STATIC, "static "),
        on(flags::READONLY, "readonly "),
    ] {
        out.extend_from_slice(word.as_bytes());
    }
    if let Some(t) = p.ty() {
        put(out, &[&t, b" "]);
    }
    put(out, &[b"$", name]);
    if p.default_is_value() {
        out.extend_from_slice(b" = ");
        let v = p.default_value(ctx)?.unwrap_or(Value::NULL);
        value(ctx, out, &v)?;
    } else if let Some(t) = p.default_text() {
        put(out, &[b" = ", &t]);
    }
    out.extend_from_slice(b" ]\n");
    Ok(())
}

/// A class constant.
pub fn class_constant(
    ctx: &mut Ctx,
    out: &mut Vec<u8>,
    k: ClassConstant,
    name: &[u8],
    indent: &str,
) -> R<()> {
    let v = k.value(ctx, name)?;
    doc(out, indent, k.doc());
    let ty = match k.ty() {
        Some(t) => t.to_vec(),
        None => v.type_name().into_bytes(),
    };
    let last = if k.flags() & flags::FINAL != 0 { "final " } else { "" };
    out.extend_from_slice(format!("{indent}Constant [ {last}{} ", visibility(k.flags())).as_bytes());
    put(out, &[&ty, b" ", name, b" ] { "]);
    match v.kind() {
        Kind::Array(_) => out.extend_from_slice(b"Array"),
        Kind::Object(_) => out.extend_from_slice(b"Object"),
        _ => out.extend_from_slice(&v.to_str(ctx)?),
    }
    out.extend_from_slice(b" }\n");
    Ok(())
}

/// A global constant.
pub fn global_constant(ctx: &mut Ctx, out: &mut Vec<u8>, name: &[u8], indent: &str) -> R<()> {
    let v = ctx.constant_fact(name, constant_facts::VALUE).unwrap_or(Value::NULL);
    let of = |ctx: &mut Ctx, what| ctx.constant_fact(name, what).unwrap_or(Value::NULL);
    let mut words = Vec::new();
    if !of(ctx, constant_facts::EXTENSION).is_null() {
        words.push("persistent");
    }
    if of(ctx, constant_facts::DEPRECATED).to_bool() {
        words.push("deprecated");
    }
    let marks = if words.is_empty() { String::new() } else { format!("<{}> ", words.join(", ")) };
    put(
        out,
        &[
            indent.as_bytes(),
            b"Constant [ ",
            marks.as_bytes(),
            v.type_name().as_bytes(),
            b" ",
            name,
            b" ] { ",
        ],
    );
    match v.kind() {
        Kind::Array(_) => out.extend_from_slice(b"Array"),
        _ => out.extend_from_slice(&v.to_str(ctx)?),
    }
    out.extend_from_slice(b" }\n");
    Ok(())
}

/// `Class [ <user> class A extends B implements C ] {`
fn class_head(ctx: &mut Ctx, out: &mut Vec<u8>, c: Class, of_object: bool, indent: &str) -> R<()> {
    doc(out, indent, c.doc(ctx));
    let f = c.flags();
    let interface = f & flags::INTERFACE != 0;
    let kind = match (of_object, interface, f & flags::TRAIT != 0) {
        (true, ..) => "Object of class",
        (_, true, _) => "Interface",
        (_, _, true) => "Trait",
        _ => "Class",
    };
    let origin = if c.is_internal() { "<internal" } else { "<user" };
    out.extend_from_slice(format!("{indent}{kind} [ {origin}").as_bytes());
    if let Some(e) = c.extension(ctx) {
        put(out, &[b":", &e]);
    }
    out.extend_from_slice(b"> ");
    let traversable = ctx.find_class("Traversable", false)?;
    let hooks = c.properties(ctx).iter().any(|(_, p)| p.get_hook().is_some() || p.set_hook().is_some());
    if hooks || c.has_native_iterator() || !interface && traversable.is_some_and(|t| c.is_a(t)) {
        out.extend_from_slice(b"<iterateable> ");
    }
    let words: &[(bool, &str)] = if interface {
        &[(true, "interface ")]
    } else if f & flags::TRAIT != 0 {
        &[(true, "trait ")]
    } else {
        &[
            (crate::class::is_abstract(c), "abstract "),
            (f & flags::FINAL != 0, "final "),
            (f & flags::READONLY != 0, "readonly "),
            (true, "class "),
        ]
    };
    for (_, word) in words.iter().filter(|w| w.0) {
        out.extend_from_slice(word.as_bytes());
    }
    out.extend_from_slice(&name(c));
    if let Some(p) = c.parent() {
        put(out, &[b" extends ", &name(p)]);
    }
    for (i, k) in c.interfaces(ctx).into_iter().enumerate() {
        let before: &[u8] = match (i, interface) {
            (0, true) => b" extends ",
            (0, false) => b" implements ",
            _ => b", ",
        };
        put(out, &[before, &name(k)]);
    }
    out.extend_from_slice(b" ] {\n");
    if let (Some(file), Some((from, to))) = (c.file(ctx), c.lines()) {
        put(out, &[indent.as_bytes(), b"  @@ ", &file, format!(" {from}-{to}\n").as_bytes()]);
    }
    Ok(())
}

/// A class, or (`object`) an object.
pub fn class(ctx: &mut Ctx, out: &mut Vec<u8>, c: Class, object: Option<&Object>, indent: &str) -> R<()> {
    let inner = format!("{indent}    ");
    class_head(ctx, out, c, object.is_some(), indent)?;
    let consts = c.class_constants(ctx);
    out.extend_from_slice(format!("\n{indent}  - Constants [{}] {{\n", consts.len()).as_bytes());
    for (n, k) in consts {
        class_constant(ctx, out, k, &n, &inner)?;
    }
    put(out, &[indent.as_bytes(), b"  }\n"]);

    let props: Vec<_> = c
        .properties(ctx)
        .into_iter()
        .filter(|(_, p)| p.flags() & flags::PRIVATE == 0 || p.class() == Some(c))
        .collect();
    let methods: Vec<_> = c
        .methods(ctx)
        .into_iter()
        .filter(|f| f.flags() & flags::PRIVATE == 0 || f.class() == Some(c))
        .collect();
    for (word, statics) in [("Static ", true), ("", false)] {
        let some: Vec<_> =
            props.iter().filter(|(_, p)| (p.flags() & flags::STATIC != 0) == statics).collect();
        let word = if statics { format!("{word}properties") } else { "Properties".into() };
        out.extend_from_slice(format!("\n{indent}  - {word} [{}] {{\n", some.len()).as_bytes());
        for (n, p) in some {
            property(ctx, out, Some(*p), n, &inner)?;
        }
        put(out, &[indent.as_bytes(), b"  }\n"]);
        if !statics && let Some(o) = object {
            let names = crate::class::dynamic_names(ctx, o)?;
            out.extend_from_slice(
                format!("\n{indent}  - Dynamic properties [{}] {{\n", names.len()).as_bytes(),
            );
            for n in names {
                property(ctx, out, None, &n, &inner)?;
            }
            put(out, &[indent.as_bytes(), b"  }\n"]);
        }
        let some: Vec<_> = methods.iter().filter(|f| (f.flags() & flags::STATIC != 0) == statics).collect();
        let invoke = object.filter(|o| !statics && o.is_closure()).and_then(|o| o.closure_function(ctx));
        let n = some.len() + invoke.is_some() as usize;
        let word = if statics { "Static methods" } else { "Methods" };
        out.extend_from_slice(format!("\n{indent}  - {word} [{n}] {{").as_bytes());
        for f in some {
            out.push(b'\n');
            let text = function(ctx, *f, None, Some(c), &inner)?;
            out.extend_from_slice(&text);
        }
        if let Some(f) = invoke {
            out.push(b'\n');
            let text = self::invoke(ctx, f, &inner)?;
            out.extend_from_slice(&text);
        }
        if n == 0 {
            out.push(b'\n');
        }
        put(out, &[indent.as_bytes(), b"  }\n"]);
    }
    put(out, &[indent.as_bytes(), b"}\n"]);
    Ok(())
}

/// An extension.
pub fn extension(ctx: &mut Ctx, name: &str, d: Option<&'static ExtDescriptor>) -> R<Vec<u8>> {
    let number = ctx.extensions().iter().position(|e| d.is_some_and(|d| core::ptr::eq(*e, d)));
    let number = number.map_or(0, |i| i + 1);
    let version = ext::version(ctx, d).unwrap_or_else(|| "<no_version>".into());
    let mut out =
        format!("Extension [ <persistent> extension #{number} {name} version {version} ] {{\n").into_bytes();
    let deps = ext::dependencies(d);
    if !deps.is_empty() {
        out.extend_from_slice(b"\n  - Dependencies {\n");
        for (name, how) in deps {
            out.extend_from_slice(format!("    Dependency [ {name} ({how}) ]\n").as_bytes());
        }
        out.extend_from_slice(b"  }\n");
    }
    ini(ctx, &mut out, d);
    let constants = ext::constants(ctx, name);
    if !constants.is_empty() {
        out.extend_from_slice(format!("\n  - Constants [{}] {{\n", constants.len()).as_bytes());
        for (n, _) in constants {
            global_constant(ctx, &mut out, &n, "    ")?;
        }
        out.extend_from_slice(b"  }\n");
    }
    let functions = ext::functions(ctx, name);
    if !functions.is_empty() {
        out.extend_from_slice(b"\n  - Functions {\n");
        for f in functions {
            let text = function(ctx, f, None, None, "    ")?;
            out.extend_from_slice(&text);
        }
        out.extend_from_slice(b"  }\n");
    }
    let classes = ext::classes(ctx, name);
    let classes: Vec<_> = classes.into_iter().filter(|(n, c)| c.name().eq_ignore_ascii_case(n)).collect();
    if !classes.is_empty() {
        out.extend_from_slice(format!("\n  - Classes [{}] {{", classes.len()).as_bytes());
        for (_, c) in classes {
            out.push(b'\n');
            class(ctx, &mut out, c, None, "    ")?;
        }
        out.extend_from_slice(b"  }\n");
    }
    out.extend_from_slice(b"}\n");
    Ok(out)
}

fn ini(ctx: &mut Ctx, out: &mut Vec<u8>, d: Option<&'static ExtDescriptor>) {
    // SAFETY: descriptors are static.
    let list = d.map_or(&[][..], |d| unsafe { d.ini.get() });
    if list.is_empty() {
        return;
    }
    out.extend_from_slice(b"\n  - INI {\n");
    for i in list {
        let name = ext::desc_text(i.name).unwrap_or_default();
        let access = if i.access == ini_access::ALL {
            "ALL".to_owned()
        } else {
            let words =
                [(ini_access::USER, "USER"), (ini_access::PERDIR, "PERDIR"), (ini_access::SYSTEM, "SYSTEM")];
            words.iter().filter(|(b, _)| i.access & b != 0).map(|w| w.1).collect::<Vec<_>>().join(",")
        };
        let now = ctx.ini(&name).unwrap_or_default();
        put(out, &[format!("    Entry [ {name} <{access}> ]\n      Current = '").as_bytes(), &now, b"'\n"]);
        let default = ext::desc_text(i.default).unwrap_or_default();
        if default.as_bytes() != now {
            out.extend_from_slice(format!("      Default = '{default}'\n").as_bytes());
        }
        out.extend_from_slice(b"    }\n");
    }
    out.extend_from_slice(b"  }\n");
}
