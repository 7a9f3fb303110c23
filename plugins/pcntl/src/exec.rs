//! Becoming another program.

use crate::{errno, error_text, keep_error};
use plugin_api::{Array, Ctx, R, php_function, process};
use std::ffi::CString;

/// A text as the C library takes it: up to its first NUL.
fn c_text(text: &[u8]) -> CString {
    let end = text.iter().position(|c| *c == 0).unwrap_or(text.len());
    CString::new(&text[..end]).unwrap_or_default()
}

/// Becomes another program.
#[php_function("pcntl_exec(string $path, array $args = [], array $env_vars = []): bool")]
fn pcntl_exec(ctx: &mut Ctx, path: &[u8], args: Option<&Array>, env_vars: Option<&Array>) -> R<bool> {
    if path.contains(&0) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    let mut argv = vec![c_text(path)];
    for v in args.into_iter().flat_map(Array::values) {
        argv.push(c_text(&v.to_str(ctx)?));
    }
    let mut environment = Vec::new();
    for (k, v) in env_vars.into_iter().flat_map(Array::iter) {
        let (name, value) = (k.to_value().to_str(ctx)?, v.to_str(ctx)?);
        environment.push(c_text(&[c_text(&name).as_bytes(), b"=", &value[..]].concat()));
    }
    process::release_output(ctx)?;
    let pointers = |list: &[CString]| -> Vec<*const libc::c_char> {
        list.iter().map(|t| t.as_ptr()).chain([std::ptr::null()]).collect()
    };
    let (arguments, variables) = (pointers(&argv), pointers(&environment));
    // SAFETY: live texts in lists that end with null.
    unsafe {
        match env_vars {
            Some(_) => libc::execve(argv[0].as_ptr(), arguments.as_ptr(), variables.as_ptr()),
            None => libc::execv(argv[0].as_ptr(), arguments.as_ptr()),
        };
    }
    let error = errno();
    keep_error(ctx, error);
    ctx.warning(format!("Error has occurred: (errno {error}) {}", error_text(error)))?;
    Ok(false)
}
