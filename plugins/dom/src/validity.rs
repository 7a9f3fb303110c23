//! Whether documents are valid, and XInclude.

use crate::error::{Code, throw};
use crate::place::{At, at};
use crate::storage::file_name;
use crate::{args, tree};
use howdah_libxml2::validate::{self, Failure, Schema};
use howdah_libxml2::{Node, NodeShare};
use plugin_api::{Args, Ctx, Object, R, Value};

const KEEP_NO_MARKS: i64 = 32768;
const INCLUDE: [&[u8]; 2] = [b"http://www.w3.org/2003/XInclude", b"http://www.w3.org/2001/XInclude"];

/// Takes from their objects what XInclude replaces: libxml2 puts copies in its place.
fn forget_includes(doc: Node) {
    let forget = |n: Node| {
        if n.is_shared()
            && let Some(o) = NodeShare::of(n).object()
        {
            crate::place::unsettle(&o);
        }
    };
    let is_include = |n: &Node| {
        n.is_element() && n.name() == b"include" && n.ns().is_some_and(|ns| INCLUDE.contains(&ns.uri()))
    };
    let includes: Vec<Node> = doc.descendants().filter(is_include).collect();
    for top in includes {
        let all: Vec<Node> = core::iter::once(top).chain(top.descendants()).collect();
        for n in all {
            for a in n.attributes() {
                forget(a);
                a.children().for_each(forget);
            }
            forget(n);
        }
    }
}

/// `xinclude()`
pub fn xinclude(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let options = args::int(args, 0, 0);
    let at = at(ctx, this)?;
    let Ok(options) = i32::try_from(options | KEEP_NO_MARKS) else {
        if at.modern {
            return Err(ctx.argument_value_error(1, "is too large"));
        }
        ctx.warning("Invalid flags")?;
        return Ok(Value::bool(false));
    };
    let Some(doc) = &at.doc else { return Ok(Value::bool(false)) };
    forget_includes(at.node);
    let n = validate::include(doc, options);
    at.changed();
    ctx.pending()?;
    match n {
        n if at.modern && n < 0 => Err(throw(ctx, Code::InvalidModification)),
        0 if !at.modern => Ok(Value::bool(false)),
        n => Ok(Value::int(n)),
    }
}

/// `validate()`
pub fn validate(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let at = at(ctx, this)?;
    let Some(doc) = &at.doc else { return Ok(Value::bool(false)) };
    let valid = tree::with_declarations(&at, || validate::by_dtd(doc));
    ctx.pending()?;
    Ok(Value::bool(valid))
}

fn by_schema(
    this: &Object,
    ctx: &mut Ctx,
    args: &Args<'_>,
    file: bool,
    what: &str,
    run: fn(&At, Schema<'_>, i64) -> Result<bool, Failure>,
) -> R<Value> {
    let source: &[u8] = args.arg(ctx, 0)?;
    if source.is_empty() {
        return Err(args::empty(ctx, 1));
    }
    let flags = args::int(args, 1, 0);
    let at = at(ctx, this)?;
    let name;
    let schema = if file {
        let path = args::path(ctx, args, 0)?;
        match file_name(ctx, path) {
            Some(full) => name = full,
            None => {
                ctx.warning(format!("Invalid {what} file source"))?;
                return Ok(Value::bool(false));
            }
        }
        Schema::File(&name)
    } else {
        Schema::Text(source)
    };
    let result = tree::with_declarations(&at, || run(&at, schema, flags));
    ctx.pending()?;
    match result {
        Ok(valid) => Ok(Value::bool(valid)),
        Err(Failure::Schema) => {
            ctx.warning(format!("Invalid {what}"))?;
            Ok(Value::bool(false))
        }
        Err(Failure::Context) => Err(ctx.error(format!("Invalid {what} Validation Context"))),
    }
}

fn xsd(at: &At, schema: Schema<'_>, flags: i64) -> Result<bool, Failure> {
    at.doc.as_ref().map_or(Ok(false), |d| validate::by_schema(d, schema, flags & 1 != 0))
}

fn rng(at: &At, schema: Schema<'_>, _: i64) -> Result<bool, Failure> {
    at.doc.as_ref().map_or(Ok(false), |d| validate::by_relax_ng(d, schema))
}

/// `schemaValidate()`
pub fn schema_validate(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    by_schema(this, ctx, args, true, "Schema", xsd)
}

/// `schemaValidateSource()`
pub fn schema_validate_source(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    by_schema(this, ctx, args, false, "Schema", xsd)
}

/// `relaxNGValidate()`
pub fn relax_ng_validate(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    by_schema(this, ctx, args, true, "RelaxNG", rng)
}

/// `relaxNGValidateSource()`
pub fn relax_ng_validate_source(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    by_schema(this, ctx, args, false, "RelaxNG", rng)
}
