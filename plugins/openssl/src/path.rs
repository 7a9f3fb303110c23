//! Paths in arguments: made absolute, and asked of `open_basedir`.

use crate::own::c_text;
use plugin_api::{Ctx, Level, R};
use std::ffi::CString;

/// Where a path stands.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// Number of the argument; 0: an option of a stream context.
    pub argument: u32,
    /// In an array.
    pub in_array: bool,
    /// Name of the option.
    pub option: Option<&'a str>,
}

impl Place<'_> {
    /// An argument itself.
    pub const fn argument(n: u32) -> Place<'static> {
        Place { argument: n, in_array: false, option: None }
    }
    /// An element of an array argument.
    pub const fn element(n: u32) -> Place<'static> {
        Place { argument: n, in_array: true, option: None }
    }
    /// An option of a stream context.
    pub const fn option(name: &str) -> Place<'_> {
        Place { argument: 0, in_array: false, option: Some(name) }
    }
}

/// The path to use, or `None` after what there was to say.
pub fn checked(ctx: &mut Ctx, path: &[u8], at: Place<'_>) -> R<Option<CString>> {
    if path.is_empty() {
        return Ok(Some(CString::default()));
    }
    let nul = path.contains(&0);
    let expanded = if nul { None } else { ctx.expand_path(path) };
    if let Some(p) = expanded {
        return Ok(ctx.path_allowed(&p).then(|| c_text(&p)));
    }
    let what = if nul { "must not contain any null bytes" } else { "must be a valid file path" };
    if at.argument == 0 {
        let kind = if at.in_array { "array item" } else { "option" };
        ctx.warning(format!("Path for {} {kind} {what}", at.option.unwrap_or("unknown")))?;
        return Ok(None);
    }
    let words = match (at.option, at.in_array) {
        (Some(o), true) => format!("option {o} array item {what}"),
        (Some(o), false) => format!("option {o} {what}"),
        (None, true) => format!("array item {what}"),
        (None, false) => what.to_owned(),
    };
    if nul {
        return Err(ctx.argument_value_error(at.argument, words));
    }
    let (function, parameter) = (ctx.function_name(), parameter(ctx, at.argument));
    ctx.raise_plain(Level::Warning, format!("{function}({parameter}): {words}"))?;
    Ok(None)
}

/// The name of parameter `n` of the function that runs, which PHP's own message about it tells.
fn parameter(ctx: &mut Ctx, n: u32) -> String {
    // The exception is only looked at.
    let _thrown = ctx.argument_value_error(n, "");
    let told = ctx.take_exception().and_then(|e| e.slot("message"));
    let told = told.and_then(|m| m.as_str().map(|s| s.lossy().into_owned())).unwrap_or_default();
    told.split_once("($")
        .and_then(|(_, rest)| rest.split_once(')'))
        .map_or_else(String::new, |(n, _)| n.to_owned())
}

/// A path argument that may hold no NUL byte whatever happens with it.
pub fn plain(ctx: &mut Ctx, n: u32, path: &[u8]) -> R<()> {
    if path.contains(&0) {
        return Err(ctx.argument_value_error(n, "must not contain any null bytes"));
    }
    Ok(())
}

/// The path of `file://…`; `None` for other texts.
pub fn of_url(text: &[u8]) -> Option<&[u8]> {
    text.strip_prefix(b"file://").filter(|p| !p.is_empty())
}
