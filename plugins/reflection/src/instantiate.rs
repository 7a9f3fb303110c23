//! Objects made through ReflectionClass.

use crate::support::{class_shown, throw};
use plugin_api::{Array, Class, Ctx, R, Value, flags};

/// `new` with arguments, string keys naming them.
pub fn with(ctx: &mut Ctx, c: Class, args: &Array) -> R<Value> {
    let o = c.instantiate_raw(ctx)?;
    let Some(ctor) = c.constructor() else {
        if args.is_empty() {
            return Ok(o.into());
        }
        let msg = format!(
            "Class {} does not have a constructor, so you cannot pass any constructor arguments",
            class_shown(c)
        );
        return Err(throw(ctx, msg));
    };
    let made = if ctor.flags() & flags::PUBLIC == 0 {
        Err(throw(ctx, format!("Access to non-public constructor of class {}", class_shown(c))))
    } else {
        ctor.call(ctx, Some(&o), Some(c), None, args)
    };
    match made {
        Ok(_) => Ok(o.into()),
        Err(t) => {
            o.forget_destructor();
            Err(t)
        }
    }
}

/// An object whose constructor has not run.
pub fn without(ctx: &mut Ctx, c: Class) -> R<Value> {
    if c.is_internal() && c.flags() & flags::FINAL != 0 && c.has_payload() {
        let msg = format!(
            "Class {} is an internal class marked as final that cannot be instantiated without invoking its constructor",
            class_shown(c)
        );
        return Err(throw(ctx, msg));
    }
    Ok(c.instantiate_raw(ctx)?.into())
}
