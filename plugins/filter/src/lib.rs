//! The filter extension: values and what requests bring, checked and cleaned.

mod address;
mod constants;
mod email;
mod functions;
mod sanitize;
mod validate;

use constants::{CONSTANTS, flag, id};
use plugin_api::request::{Source, replace, variables};
use plugin_api::{Array, Ctx, GcRoots, Level, R, php_module};
use std::cell::{Cell, RefCell};

/// What the extension keeps for a VM.
#[derive(GcRoots)]
pub struct Globals {
    /// What the client sent as form, query and cookies, before scripts could touch it.
    raw: [RefCell<Option<Array>>; 3],
    /// `filter.default`
    #[gc(skip)]
    default: Cell<i64>,
    /// `filter.default_flags`
    #[gc(skip)]
    default_flags: Cell<i64>,
}

impl Default for Globals {
    fn default() -> Globals {
        Globals {
            raw: Default::default(),
            default: Cell::new(id::UNSAFE_RAW),
            default_flags: Cell::new(flag::NO_ENCODE_QUOTES),
        }
    }
}

const CLIENT: [Source; 3] = [Source::Post, Source::Get, Source::Cookie];

/// Keeps what the client sent; `filter.default` then changes what scripts see of it.
fn begin(ctx: &mut Ctx) -> R<()> {
    let g = ctx.globals::<Globals>();
    settings(ctx, g);
    for (source, kept) in CLIENT.into_iter().zip(&g.raw) {
        let sent = variables(ctx, source).filter(|a| !a.is_empty());
        kept.replace(sent.clone());
        if let Some(sent) = sent
            && g.default.get() != id::UNSAFE_RAW
        {
            let rules =
                functions::Rules { filter: g.default.get(), flags: g.default_flags.get(), options: None };
            let shown = functions::filter_all(ctx, &sent.into(), &rules)?;
            if let Ok(shown) = Array::try_from(shown) {
                replace(ctx, source, shown);
            }
        }
    }
    if g.default.get() != id::UNSAFE_RAW {
        ctx.raise_plain(Level::Deprecated, "The filter.default ini setting is deprecated")?;
    }
    Ok(())
}

fn settings(ctx: &mut Ctx, g: &Globals) {
    let name = ctx.ini("filter.default").unwrap_or_default();
    let filter = functions::named(&name.to_ascii_lowercase()).unwrap_or(id::UNSAFE_RAW);
    g.default.set(filter);
    let flags = ctx.ini("filter.default_flags").filter(|f| !f.is_empty());
    g.default_flags.set(flags.map_or(flag::NO_ENCODE_QUOTES, |f| plugin_api::Value::str(f).to_int()));
}

fn finish(ctx: &mut Ctx) -> R<()> {
    ctx.globals::<Globals>().raw.iter().for_each(|kept| drop(kept.take()));
    Ok(())
}

php_module! {
    name: "filter",
    version: "8.4.24",
    functions: [functions::{filter_has_var, filter_input, filter_var, filter_input_array, filter_var_array, filter_list, filter_id}],
    constants: [CONSTANTS],
    ini: ["filter.default" = "unsafe_raw" => (PERDIR_SYSTEM), "filter.default_flags" = none => (PERDIR_SYSTEM)],
    globals: Globals,
    rinit: begin,
    rshutdown: finish,
    minfo: info,
}

fn info(t: &mut plugin_api::Info) {
    t.row("Input Validation and Filtering", "enabled");
    t.ini();
}
