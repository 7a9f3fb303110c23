//! Fibers.

use crate::support::unready;
use plugin_api::introspect::fiber_facts as fact;
use plugin_api::{Ctx, GcRoots, Object, R, This, Value, php_class, php_methods};

/// A fiber.
#[derive(Default, GcRoots)]
#[php_class("final class ReflectionFiber", flags(not_serializable))]
pub struct ReflectionFiber {
    fiber: Option<Object>,
}

/// `DEBUG_BACKTRACE_PROVIDE_OBJECT`
const PROVIDE_OBJECT: i64 = 1;
/// Status of a fiber that runs.
const RUNNING: i64 = 1;
/// Status of a fiber that is suspended.
const SUSPENDED: i64 = 2;
/// Status of a fiber that is over.
const DEAD: i64 = 3;

fn fiber(this: &This<ReflectionFiber>, ctx: &mut Ctx) -> R<Object> {
    let f = this.borrow(ctx)?.fiber.clone();
    f.ok_or_else(|| unready(ctx))
}

/// The fiber, which must have started and not be over.
fn alive(this: &This<ReflectionFiber>, ctx: &mut Ctx) -> R<Object> {
    let f = fiber(this, ctx)?;
    match f.fiber_fact(ctx, fact::STATUS).to_int() {
        RUNNING | SUSPENDED => Ok(f),
        _ => {
            Err(ctx.error("Cannot fetch information from a fiber that has not been started or is terminated"))
        }
    }
}

#[php_methods]
impl ReflectionFiber {
    /// Reflects a fiber.
    #[php("public function __construct(Fiber $fiber)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, fiber: &Object) -> R<()> {
        this.borrow_mut(ctx)?.fiber = Some(fiber.clone());
        Ok(())
    }
    /// The fiber.
    #[php("public function getFiber(): Fiber")]
    fn get_fiber(this: &This<Self>, ctx: &mut Ctx) -> R<Object> {
        fiber(this, ctx)
    }
    /// File that it stands in.
    #[php("public function getExecutingFile(): ?string")]
    fn get_executing_file(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(alive(this, ctx)?.fiber_fact(ctx, fact::FILE))
    }
    /// Line that it stands at.
    #[php("public function getExecutingLine(): ?int")]
    fn get_executing_line(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Ok(alive(this, ctx)?.fiber_fact(ctx, fact::LINE))
    }
    /// What it runs.
    #[php("public function getCallable(): callable")]
    fn get_callable(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let f = fiber(this, ctx)?;
        if f.fiber_fact(ctx, fact::STATUS).to_int() == DEAD {
            return Err(ctx.error("Cannot fetch the callable from a fiber that has terminated"));
        }
        Ok(f.fiber_fact(ctx, fact::CALLABLE))
    }
    /// Its backtrace.
    #[php("public function getTrace(int $options = DEBUG_BACKTRACE_PROVIDE_OBJECT): array")]
    fn get_trace(this: &This<Self>, ctx: &mut Ctx, options: Option<i64>) -> R<Value> {
        let objects = options.unwrap_or(PROVIDE_OBJECT) & PROVIDE_OBJECT != 0;
        let what = if objects { fact::TRACE_OBJECTS } else { fact::TRACE };
        Ok(alive(this, ctx)?.fiber_fact(ctx, what))
    }
}
