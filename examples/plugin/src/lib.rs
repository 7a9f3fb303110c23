//! An extension: a function, a class with a native payload, a constant, an ini entry, a stream wrapper.

use plugin_api::wrapper::{
    Chunk, Failed, Handle, NativeStream, OpenFailure, OpenRequest, Opened, Sought, Stat, Whence, Wrapper,
};
use plugin_api::{
    Comparison, Ctx, GcRoots, Handlers, Module, R, This, Value, constants, php_class, php_function,
    php_methods, php_module,
};
use std::cell::Cell;

/// What a VM keeps for the extension.
#[derive(Default, GcRoots)]
struct Settings {
    loud: Cell<bool>,
}

/// Greets somebody, so many times.
#[php_function("greet(string $name, int $times = 1): string")]
fn greet(ctx: &mut Ctx, name: &[u8], times: i64) -> R<Vec<u8>> {
    if times < 1 {
        return Err(ctx.argument_value_error(2, "must be greater than 0"));
    }
    if times > 1000 {
        plugin_api::tracing::warn!(times, "that is a lot of greetings");
    }
    let mut text = [b"Hello, ", name, b"! "].concat().repeat(times as usize);
    text.pop();
    if ctx.globals::<Settings>().loud.get() {
        text.make_ascii_uppercase();
    }
    Ok(text)
}

/// Adds two numbers.
#[php_function]
fn greeting_add(a: i64, b: i64) -> i64 {
    a.wrapping_add(b)
}

/// Panics, to show that the process lives on.
#[php_function]
fn greeting_panic() {
    panic!("somebody asked for it");
}

/// Counts greetings.
#[derive(Default, GcRoots)]
#[php_class("final class GreetingCounter implements Countable", handlers(compare, count))]
struct GreetingCounter {
    n: i64,
    last: Option<Value>,
}

#[php_methods]
impl GreetingCounter {
    #[php("public function add(mixed $greeting): static")]
    fn add(this: &This<Self>, ctx: &mut Ctx, greeting: &Value) -> R<Value> {
        let mut p = this.borrow_mut(ctx)?;
        p.n += 1;
        p.last = Some(greeting.clone());
        Ok(this.object().into())
    }
    #[php("public function last(): mixed")]
    fn last(this: &This<Self>, ctx: &mut Ctx) -> R<Option<Value>> {
        Ok(this.borrow(ctx)?.last.clone())
    }
    #[php("public function count(): int")]
    fn count(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(this.borrow(ctx)?.n)
    }
}

impl Handlers for GreetingCounter {
    fn count(this: &This<Self>, ctx: &mut Ctx) -> R<Option<i64>> {
        Ok(Some(this.borrow(ctx)?.n))
    }
    fn compare(ctx: &mut Ctx, a: &Value, b: &Value) -> R<Comparison> {
        let n = |v: &Value, ctx: &mut Ctx| match v.as_object().and_then(This::<GreetingCounter>::of) {
            Some(t) => t.borrow(ctx).map(|p| Some(p.n)),
            None => Ok(None),
        };
        Ok(match (n(a, ctx)?, n(b, ctx)?) {
            (Some(x), Some(y)) => x.cmp(&y).into(),
            _ => Comparison::Uncomparable,
        })
    }
}

/// A greeting that is being read.
struct Greeting {
    text: Vec<u8>,
    at: usize,
}

impl NativeStream for Greeting {
    const LABEL: &'static str = "greeting";
    const SEEKS: bool = true;

    fn read(&mut self, _: &mut Ctx, _: &Handle, out: &mut [u8]) -> Result<Chunk, Failed> {
        let rest = &self.text[self.at..];
        let len = rest.len().min(out.len());
        out[..len].copy_from_slice(&rest[..len]);
        self.at += len;
        Ok(Chunk { len, end: self.at == self.text.len() })
    }
    fn seek(&mut self, _: &mut Ctx, _: &Handle, offset: i64, whence: Whence) -> Sought {
        let from = match whence {
            Whence::Start => 0,
            Whence::Current => self.at as i64,
            Whence::End => self.text.len() as i64,
        };
        match usize::try_from(from.saturating_add(offset)) {
            Ok(to) if to <= self.text.len() => {
                self.at = to;
                Sought { ok: true, position: Some(to as i64) }
            }
            _ => Sought { ok: false, position: None },
        }
    }
}

/// `greeting://NAME`
struct Greetings;

impl Greetings {
    fn text(url: &[u8]) -> Vec<u8> {
        let name = url.splitn(2, |c| *c == b':').nth(1).and_then(|r| r.strip_prefix(b"//"));
        [b"Hello, ", name.unwrap_or_default(), b"!"].concat()
    }
}

impl Wrapper for Greetings {
    const LABEL: &'static str = "greetings";
    const STATS: bool = true;

    fn open(&self, ctx: &mut Ctx, request: &OpenRequest<'_>) -> Result<Opened, OpenFailure> {
        if !request.mode.starts_with(b"r") {
            return Err(OpenFailure(Some("greetings are read-only".into())));
        }
        let greeting = Greeting { text: Greetings::text(request.path), at: 0 };
        let stream = Handle::new(ctx, greeting, request.mode, true).ok_or_else(OpenFailure::default)?;
        Ok(Opened { stream, path: None })
    }
    fn url_stat(&self, _: &mut Ctx, url: &[u8], _: u32) -> Option<Stat> {
        Some(Stat { mode: 0o100_444, size: Greetings::text(url).len() as i64, ..Stat::default() })
    }
}

fn startup(m: &mut Module) -> Result<(), String> {
    m.wrapper("greeting", &Greetings);
    Ok(())
}

constants! {
    CONSTANTS;
    string GREETING_VERSION = env!("CARGO_PKG_VERSION");
}

php_module! {
    name: "greeting",
    functions: [greet, greeting_add, greeting_panic],
    classes: [GreetingCounter],
    constants: [CONSTANTS],
    ini: ["greeting.loud" = "0" => (ALL, bind: loud, boolean)],
    globals: Settings,
    minit: startup,
}

plugin_api::export_plugin!(crate);
