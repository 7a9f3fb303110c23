//! Lazy objects.

use crate::support::{class_shown, throw, throw_argument};
use plugin_api::{Class, Ctx, Object, R, Value};

const SKIP_DESTRUCTOR: i64 = 16;
const OPTIONS: i64 = 8 | SKIP_DESTRUCTOR;

/// The TypeError of an object that is not of the class that was asked.
pub fn of_class(ctx: &mut Ctx, o: &Object, c: Class) -> R<()> {
    if o.instance_of(c) {
        return Ok(());
    }
    let msg = format!("must be of type {}, {} given", class_shown(c), class_shown(o.class()));
    Err(ctx.argument_type_error(1, msg))
}

fn refused(ctx: &mut Ctx, n: u32, msg: &str) -> plugin_api::Throw {
    let function = format!("ReflectionClass::{}", ctx.function_name());
    throw_argument(ctx, &function, n, "options", msg)
}

/// A fresh lazy object.
pub fn fresh(ctx: &mut Ctx, c: Class, initializer: &Value, proxy: bool, options: i64) -> R<Value> {
    if options & !OPTIONS != 0 {
        return Err(refused(ctx, 2, "contains invalid flags"));
    }
    if options & SKIP_DESTRUCTOR != 0 {
        return Err(refused(ctx, 2, "does not accept ReflectionClass::SKIP_DESTRUCTOR"));
    }
    c.make_lazy(ctx, None, initializer, proxy, options as u32)
}

/// Makes an object lazy again.
pub fn again(ctx: &mut Ctx, c: Class, o: &Object, initializer: &Value, proxy: bool, options: i64) -> R<()> {
    of_class(ctx, o, c)?;
    if options & !OPTIONS != 0 {
        return Err(refused(ctx, 3, "contains invalid flags"));
    }
    if o.lazy_initializer(ctx).is_some() {
        return Err(throw(ctx, "Object is already lazy"));
    }
    c.make_lazy(ctx, Some(o), initializer, proxy, options as u32)?;
    Ok(())
}
