//! The libxml extension: what the XML extensions have in common.

use howdah_libxml2::{io, messages, version, version_text};
use plugin_api::{
    Array, Ctx, Info, Kind, Module, Object, OrFalse, R, Value, constants, php_class, php_function, php_module,
};

/// An error of libxml2.
#[php_class(
    "class LibXMLError",
    "public int $level",
    "public int $code",
    "public int $column",
    "public string $message",
    "public string $file",
    "public int $line"
)]
pub struct LibXMLError;

fn object(ctx: &mut Ctx, e: &messages::Error) -> R<Object> {
    let o = plugin_api::Class::of::<LibXMLError>(ctx)?.instantiate_raw(ctx)?;
    for (name, v) in e.properties() {
        o.set_slot(name, v);
    }
    Ok(o)
}

/// Sets the context for streams that the XML extensions open.
#[php_function("libxml_set_streams_context($context): void")]
fn libxml_set_streams_context(ctx: &mut Ctx, context: &Value) -> R<()> {
    let Kind::Resource(r) = context.kind() else {
        let given = context.value_name();
        return Err(ctx.argument_type_error(1, format!("must be of type resource, {given} given")));
    };
    if r.type_name() != "stream-context" {
        return Err(ctx.type_error(
            "libxml_set_streams_context(): supplied resource is not a valid Stream-Context resource",
        ));
    }
    io::set_context(context.clone());
    Ok(())
}

/// Collects errors instead of raising warnings.
#[php_function("libxml_use_internal_errors(?bool $use_errors = null): bool")]
fn libxml_use_internal_errors(use_errors: Option<bool>) -> bool {
    let before = messages::collecting();
    if let Some(on) = use_errors {
        messages::collect(on);
    }
    before
}

/// The last error.
#[php_function("libxml_get_last_error(): LibXMLError|false")]
fn libxml_get_last_error(ctx: &mut Ctx) -> R<OrFalse<Object>> {
    match messages::last() {
        Some(e) => Ok(OrFalse(Some(object(ctx, &e)?))),
        None => Ok(OrFalse(None)),
    }
}

/// The errors collected.
#[php_function("libxml_get_errors(): array")]
fn libxml_get_errors(ctx: &mut Ctx) -> R<Array> {
    let mut all = Array::new();
    for e in messages::collected().unwrap_or_default() {
        all.push(object(ctx, &e)?);
    }
    Ok(all)
}

/// Forgets the errors collected.
#[php_function("libxml_clear_errors(): void")]
fn libxml_clear_errors() {
    messages::clear();
}

/// Says whether external entities may be loaded.
#[php_function(
    "libxml_disable_entity_loader(bool $disable = true): bool",
    deprecated = "#[\\Deprecated(since: '8.0', message: 'as external entity loading is disabled by default')]"
)]
fn libxml_disable_entity_loader(disable: bool) -> bool {
    io::close(disable)
}

/// Sets who loads external entities.
#[php_function("libxml_set_external_entity_loader(?callable $resolver_function): bool")]
fn libxml_set_external_entity_loader(ctx: &mut Ctx, resolver_function: Option<&Value>) -> R<bool> {
    let loader = match resolver_function {
        Some(f) => ctx.callable(f)?,
        None => None,
    };
    io::set_loader(loader);
    Ok(true)
}

/// Who loads external entities.
#[php_function("libxml_get_external_entity_loader(): ?callable")]
fn libxml_get_external_entity_loader() -> Option<Value> {
    io::loader()
}

constants! {
    CONSTANTS;
    int LIBXML_RECOVER = 1;
    int LIBXML_NOENT = 2;
    int LIBXML_DTDLOAD = 4;
    int LIBXML_DTDATTR = 8;
    int LIBXML_DTDVALID = 16;
    int LIBXML_NOERROR = 32;
    int LIBXML_NOWARNING = 64;
    int LIBXML_NOBLANKS = 256;
    int LIBXML_XINCLUDE = 1024;
    int LIBXML_NSCLEAN = 8192;
    int LIBXML_NOCDATA = 16384;
    int LIBXML_NONET = 2048;
    int LIBXML_PEDANTIC = 128;
    int LIBXML_COMPACT = 65536;
    int LIBXML_NOXMLDECL = 2;
    int LIBXML_PARSEHUGE = 524288;
    int LIBXML_BIGLINES = 4194304;
    int LIBXML_NOEMPTYTAG = 4;
    int LIBXML_SCHEMA_CREATE = 1;
    int LIBXML_HTML_NOIMPLIED = 8192;
    int LIBXML_HTML_NODEFDTD = 4;
    int LIBXML_ERR_NONE = 0;
    int LIBXML_ERR_WARNING = 1;
    int LIBXML_ERR_ERROR = 2;
    int LIBXML_ERR_FATAL = 3;
}

fn startup(m: &mut Module) -> Result<(), String> {
    m.int_constant("LIBXML_VERSION", version());
    // The texts live as long as the process, as the library does.
    let dotted = format!("{}.{}.{}", version() / 10000, version() / 100 % 100, version() % 100);
    m.string_constant("LIBXML_DOTTED_VERSION", dotted.leak());
    m.string_constant("LIBXML_LOADED_VERSION", version_text().leak());
    Ok(())
}

fn begin(_: &mut Ctx) -> R<()> {
    messages::begin();
    Ok(())
}

fn end(_: &mut Ctx) -> R<()> {
    messages::end();
    Ok(())
}

fn info(t: &mut Info) {
    let v = version();
    t.row("libXML support", "active");
    t.row("libXML Compiled Version", &format!("{}.{}.{}", v / 10000, v / 100 % 100, v % 100));
    t.row("libXML Loaded Version", &version_text());
    t.row("libXML streams", "enabled");
}

php_module! {
    name: "libxml",
    version: "8.4.24",
    functions: [
        libxml_set_streams_context, libxml_use_internal_errors, libxml_get_last_error, libxml_get_errors,
        libxml_clear_errors, libxml_disable_entity_loader, libxml_set_external_entity_loader,
        libxml_get_external_entity_loader,
    ],
    classes: [LibXMLError],
    constants: [CONSTANTS],
    minit: startup,
    rinit: begin,
    rshutdown: end,
    minfo: info,
}
