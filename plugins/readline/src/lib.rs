//! The readline extension: lines edited at a terminal, by libedit.

mod edit;

use edit::{Edit, Reader, version};
use plugin_api::{Array, Ctx, GcRoots, Info, OrFalse, R, Value, constants, php_function, php_module};
use std::cell::RefCell;
use std::ffi::CString;

constants! {
    CONSTANTS;
    string READLINE_LIB = "libedit";
}

/// What the extension keeps for a VM.
#[derive(Default, GcRoots)]
pub struct Globals {
    /// Who says what a word may become.
    completer: RefCell<Option<Value>>,
    /// Who gets the lines that are read character by character.
    handler: RefCell<Option<Value>>,
}

/// The running script.
struct Script;

impl Reader for Script {
    fn complete(word: &[u8], start: i32, end: i32) -> Option<Vec<CString>> {
        guarded(|ctx| {
            let f = ctx.globals::<Globals>().completer.borrow().clone()?;
            let args = [Value::str(word), Value::int(start.into()), Value::int(end.into())];
            // What is thrown stays pending for the function that runs libedit.
            let found = f.call(ctx, &args).ok()?;
            let mut out = Vec::new();
            for (_, v) in found.as_array()?.iter() {
                let text = v.to_str(ctx).ok()?;
                let text = text.split(|&c| c == 0).next().unwrap_or_default();
                out.push(CString::new(text).unwrap_or_default());
            }
            Some(out)
        })
    }
    fn line(line: Option<&[u8]>) {
        guarded(|ctx| {
            let f = ctx.globals::<Globals>().handler.borrow().clone()?;
            f.call(ctx, &[line.map_or(Value::NULL, Value::str)]).ok()
        });
    }
}

/// Runs code that libedit calls, unless an exception waits; a panic ends nothing but this call.
fn guarded<T>(f: impl FnOnce(&mut Ctx) -> Option<T>) -> Option<T> {
    let run = || Ctx::current(|ctx| ctx.pending().ok().and_then(|()| f(ctx)));
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).ok().flatten().flatten()
}

/// libedit, or the reason why it cannot be used.
fn edit(ctx: &mut Ctx) -> R<Edit> {
    Edit::get().ok_or_else(|| ctx.error("libedit.so.2 cannot be loaded"))
}

/// Reads a line.
#[php_function("readline(?string $prompt = null): string|false")]
fn readline(ctx: &mut Ctx, prompt: Option<&[u8]>) -> R<OrFalse<Vec<u8>>> {
    let line = edit(ctx)?.read(prompt);
    ctx.pending()?;
    Ok(OrFalse(line))
}

/// What libedit knows, all or by name; changes it.
#[php_function("readline_info(?string $var_name = null, $value = null): mixed")]
fn readline_info(ctx: &mut Ctx, var_name: Option<&[u8]>, value: Option<&Value>) -> R<Value> {
    let value = value.filter(|v| !v.is_null());
    let e = edit(ctx)?;
    let Some(name) = var_name else {
        let mut out = Array::new();
        out.set("line_buffer", e.line_buffer());
        out.set("point", i64::from(e.point()));
        out.set("end", i64::from(e.end()));
        out.set("erase_empty_line", i64::from(e.erases()));
        out.set("library_version", version());
        out.set("readline_name", e.name());
        out.set("attempted_completion_over", i64::from(e.over()));
        return Ok(out.into());
    };
    let text = |ctx: &mut Ctx| value.map(|v| v.to_str(ctx)).transpose();
    Ok(match &name.to_ascii_lowercase()[..] {
        b"line_buffer" => {
            let before = e.line_buffer();
            if let Some(t) = text(ctx)? {
                e.set_line_buffer(&t);
            }
            Value::str(before)
        }
        b"point" => Value::int(e.point().into()),
        b"end" => Value::int(e.end().into()),
        b"erase_empty_line" => {
            let before = e.erases();
            if let Some(v) = value {
                e.set_erases(v.to_int() as i32);
            }
            Value::int(before.into())
        }
        b"library_version" => Value::str(version()),
        b"readline_name" => {
            let before = e.name();
            if let Some(t) = text(ctx)? {
                e.set_name(&t);
            }
            Value::str(before)
        }
        b"attempted_completion_over" => {
            let before = e.over();
            if let Some(v) = value {
                e.set_over(v.to_int() as i32);
            }
            Value::int(before.into())
        }
        _ => Value::NULL,
    })
}

/// Adds a line to the history.
#[php_function("readline_add_history(string $prompt): bool")]
fn readline_add_history(ctx: &mut Ctx, prompt: &[u8]) -> R<bool> {
    edit(ctx)?.add_history(prompt);
    Ok(true)
}

/// Forgets the history.
#[php_function("readline_clear_history(): bool")]
fn readline_clear_history(ctx: &mut Ctx) -> R<bool> {
    edit(ctx)?.clear_history();
    Ok(true)
}

/// The lines of the history.
#[php_function("readline_list_history(): array")]
fn readline_list_history(ctx: &mut Ctx) -> R<Array> {
    Ok(Array::list(edit(ctx)?.history().into_iter().map(Value::str)))
}

/// Whether a file may be used; throws when it is no path.
fn allowed(ctx: &mut Ctx, file: Option<&[u8]>) -> R<bool> {
    let Some(f) = file else { return Ok(true) };
    if f.contains(&0) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    let allowed = ctx.path_allowed(f);
    ctx.pending()?;
    Ok(allowed)
}

/// Adds the lines of a file to the history.
#[php_function("readline_read_history(?string $filename = null): bool")]
fn readline_read_history(ctx: &mut Ctx, filename: Option<&[u8]>) -> R<bool> {
    Ok(allowed(ctx, filename)? && edit(ctx)?.read_history(filename))
}

/// Writes the history into a file.
#[php_function("readline_write_history(?string $filename = null): bool")]
fn readline_write_history(ctx: &mut Ctx, filename: Option<&[u8]>) -> R<bool> {
    Ok(allowed(ctx, filename)? && edit(ctx)?.write_history(filename))
}

/// Sets who says what a word may become.
#[php_function("readline_completion_function(callable $callback): bool")]
fn readline_completion_function(ctx: &mut Ctx, callback: &Value) -> R<bool> {
    let before = ctx.globals::<Globals>().completer.replace(Some(callback.clone()));
    drop(before);
    edit(ctx)?.set_completer::<Script>();
    Ok(true)
}

/// Forgets who gets the lines; whether there was one.
fn remove(ctx: &mut Ctx) -> R<bool> {
    let before = ctx.globals::<Globals>().handler.take();
    if before.is_some() {
        edit(ctx)?.remove();
    }
    Ok(before.is_some())
}

/// Shows a prompt and sets who gets the lines that are read character by character.
#[php_function("readline_callback_handler_install(string $prompt, callable $callback): bool")]
fn readline_callback_handler_install(ctx: &mut Ctx, prompt: &[u8], callback: &Value) -> R<bool> {
    remove(ctx)?;
    ctx.globals::<Globals>().handler.replace(Some(callback.clone()));
    edit(ctx)?.install::<Script>(prompt);
    ctx.pending()?;
    Ok(true)
}

/// Reads a character.
#[php_function("readline_callback_read_char(): void")]
fn readline_callback_read_char(ctx: &mut Ctx) -> R<()> {
    if ctx.globals::<Globals>().handler.borrow().is_some() {
        edit(ctx)?.read_char();
    }
    ctx.pending()
}

/// Forgets who gets the lines.
#[php_function("readline_callback_handler_remove(): bool")]
fn readline_callback_handler_remove(ctx: &mut Ctx) -> R<bool> {
    remove(ctx)
}

/// Shows the line anew.
#[php_function("readline_redisplay(): void")]
fn readline_redisplay(ctx: &mut Ctx) -> R<()> {
    edit(ctx)?.redisplay();
    Ok(())
}

/// Tells that the cursor is on a new line.
#[php_function("readline_on_new_line(): void")]
fn readline_on_new_line(ctx: &mut Ctx) -> R<()> {
    edit(ctx)?.on_new_line();
    Ok(())
}

fn request_end(ctx: &mut Ctx) -> R<()> {
    remove(ctx)?;
    let before = ctx.globals::<Globals>().completer.take();
    drop(before);
    Ok(())
}

fn info(t: &mut Info) {
    t.row("Readline Support", "enabled");
    t.row("Readline library", &String::from_utf8_lossy(version()));
    t.ini();
}

php_module! {
    name: "readline",
    version: "8.4.24",
    functions: [
        readline, readline_info, readline_add_history, readline_clear_history, readline_list_history,
        readline_read_history, readline_write_history, readline_completion_function,
        readline_callback_handler_install, readline_callback_read_char, readline_callback_handler_remove,
        readline_redisplay, readline_on_new_line,
    ],
    constants: [CONSTANTS],
    ini: [
        "cli.pager" = "" => (ALL),
        "cli.prompt" = "\\b \\> " => (ALL),
    ],
    globals: Globals,
    rshutdown: request_end,
    minfo: info,
}
