//! Generators.

use crate::function;
use crate::method::Found;
use crate::support::throw;
use plugin_api::introspect::generator_facts as fact;
use plugin_api::{Ctx, GcRoots, Object, R, This, Value, php_class, php_methods};

/// A generator that has not ended.
#[derive(Default, GcRoots)]
#[php_class("final class ReflectionGenerator", flags(not_serializable))]
pub struct ReflectionGenerator {
    generator: Option<Object>,
}

/// `DEBUG_BACKTRACE_PROVIDE_OBJECT`
const PROVIDE_OBJECT: i64 = 1;

fn generator(this: &This<ReflectionGenerator>, ctx: &mut Ctx) -> R<Object> {
    let g = this.borrow(ctx)?.generator.clone();
    g.ok_or_else(|| crate::support::unready(ctx))
}

/// The generator, which must not have ended.
fn open(this: &This<ReflectionGenerator>, ctx: &mut Ctx) -> R<Object> {
    let g = generator(this, ctx)?;
    if g.generator_fact(ctx, fact::CLOSED).to_bool() {
        return Err(throw(ctx, "Cannot fetch information from a closed Generator"));
    }
    Ok(g)
}

#[php_methods]
impl ReflectionGenerator {
    /// Reflects a generator.
    #[php("public function __construct(Generator $generator)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, generator: &Object) -> R<()> {
        this.borrow_mut(ctx)?.generator = Some(generator.clone());
        Ok(())
    }
    /// Line that it stands at.
    #[php("public function getExecutingLine(): ~int")]
    fn get_executing_line(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(open(this, ctx)?.generator_fact(ctx, fact::LINE))
    }
    /// File that it stands in.
    #[php("public function getExecutingFile(): ~string")]
    fn get_executing_file(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(open(this, ctx)?.generator_fact(ctx, fact::FILE))
    }
    /// Backtrace from within.
    #[php("public function getTrace(int $options = DEBUG_BACKTRACE_PROVIDE_OBJECT): ~array")]
    fn get_trace(this: &This<Self>, ctx: &mut Ctx, options: Option<i64>) -> R<Value> {
        let objects = options.unwrap_or(PROVIDE_OBJECT) & PROVIDE_OBJECT != 0;
        let what = if objects { fact::TRACE_OBJECTS } else { fact::TRACE };
        Ok(open(this, ctx)?.generator_fact(ctx, what))
    }
    /// The function that it runs.
    #[php("public function getFunction(): ~ReflectionFunctionAbstract")]
    fn get_function(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let g = generator(this, ctx)?;
        let Some(f) = g.generator_function() else { return Err(crate::support::unready(ctx)) };
        if f.is_closure() {
            let closure = g.generator_fact(ctx, fact::CLOSURE);
            return function::reflect(ctx, f, closure.as_object());
        }
        match f.class() {
            Some(c) => Found::of(c, f).reflect(ctx),
            None => function::reflect(ctx, f, None),
        }
    }
    /// `$this` within.
    #[php("public function getThis(): ~?object")]
    fn get_this(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(open(this, ctx)?.generator_fact(ctx, fact::THIS))
    }
    /// The generator that runs for it.
    #[php("public function getExecutingGenerator(): ~Generator")]
    fn get_executing_generator(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(open(this, ctx)?.generator_fact(ctx, fact::EXECUTING))
    }
    /// Whether it has ended.
    #[php("public function isClosed(): bool")]
    fn is_closed(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(generator(this, ctx)?.generator_fact(ctx, fact::CLOSED).to_bool())
    }
}
