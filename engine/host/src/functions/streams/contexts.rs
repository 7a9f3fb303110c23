//! `stream_context_*()`.

use crate::functions::support::{Res, bad_value, bytes_of, natives, no_resource, streams, yes};
use crate::streams::{ArrayOptions, CallableNotifier, Held, context_of, context_share, stream_of};
use howdah_runtime::layout::Arr;
use howdah_runtime::{array, value};
use howdah_streams::Context;
use howdah_vm::native::Args;
use howdah_vm::rt;
use howdah_vm::vm::Vm;
use plugin_api_abi::{ARR, RES, Status, StrHdr, Val};
use std::rc::Rc;

/// A context without options.
fn fresh() -> Rc<Context> {
    Context::new(Box::new(ArrayOptions::new(Val::NULL)))
}

/// The context used where none is given.
pub(in crate::functions) fn default_context(vm: &mut Vm) -> Result<Rc<Context>, Status> {
    let s = streams(vm)?;
    let mut made = None;
    let c = s.default_context(|| {
        let c = fresh();
        made = Some(Held::owned(context_share(&c)));
        c
    });
    if made.is_some()
        && let Some(h) = crate::host::SapiHost::of(vm)
    {
        // It is a resource with a number like any other, for the whole request.
        h.state.default_context.replace(made);
    }
    Ok(c)
}

fn options(c: &Context) -> Option<&ArrayOptions> {
    c.options().as_any().downcast_ref()
}

/// String keys and elements of an array that `hold` keeps.
fn pairs(v: Val) -> Vec<(Option<Vec<u8>>, Val)> {
    if v.tag() != ARR {
        return Vec::new();
    }
    // SAFETY: a live array, which nothing changes while it is walked.
    unsafe {
        array::iter(v.as_ptr::<Arr>())
            .map(|(k, p)| {
                let key = match k {
                    array::Key::Str(s) => Some(StrHdr::bytes(s).to_vec()),
                    array::Key::Int(_) => None,
                };
                (key, value::deref(*p))
            })
            .collect()
    }
}

/// Takes over an array of arrays of options.
fn set_options(vm: &mut Vm, c: &Context, v: Val) -> Result<(), Status> {
    for (wrapper, list) in pairs(v) {
        let (Some(wrapper), true) = (wrapper, list.tag() == ARR) else {
            return Err(
                vm.throw_value("Options should have the form [\"wrappername\"][\"optionname\"] = $value")
            );
        };
        let Some(o) = options(c) else { continue };
        for (name, v) in pairs(list) {
            if let Some(name) = name {
                o.put(&wrapper, &name, v);
            }
        }
    }
    Ok(())
}

/// Takes over `notification` and `options` of an array of parameters.
fn set_params(vm: &mut Vm, c: &Context, v: Val) -> Result<(), Status> {
    for (name, v) in pairs(v) {
        match name.as_deref() {
            Some(b"notification") => c.set_notifier(Some(Rc::new(CallableNotifier::new(v)))),
            Some(b"options") => {
                if v.tag() != ARR {
                    return Err(vm.throw_type("Invalid stream/context parameter"));
                }
                set_options(vm, c, v)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The context of argument 0, itself or of a stream; a stream without one gets one.
fn context(vm: &mut Vm, a: &Args<'_>) -> Result<Rc<Context>, Status> {
    let v = a.get(0);
    if let Some(c) = context_of(v) {
        return Ok(c);
    }
    if let Some(s) = stream_of(v) {
        let c = fresh();
        s.set_context(Some(c.clone()));
        return Ok(c);
    }
    if v.tag() == RES {
        return Err(crate::functions::support::bad_type(vm, 0, "must be a valid stream/context"));
    }
    Err(no_resource(vm, v, 0, "stream/context"))
}

fn create(vm: &mut Vm, a: &Args<'_>) -> Res {
    let c = fresh();
    set_options(vm, &c, a.get(0))?;
    set_params(vm, &c, a.get(1))?;
    Ok(context_share(&c))
}

fn set_option(vm: &mut Vm, a: &Args<'_>) -> Res {
    let c = context(vm, a)?;
    let wrapper = a.get(1);
    if a.len() == 2 {
        let f = crate::functions::support::running(vm);
        crate::functions::support::step(vm.deprecated(&format!(
            "Calling {f}() with 2 arguments is deprecated, use stream_context_set_options() instead"
        )))?;
    }
    if wrapper.tag() == ARR {
        if !a.get(2).is_nullish() {
            return Err(bad_value(vm, 2, "must be null when argument #2 ($wrapper_or_options) is an array"));
        }
        if a.len() > 3 {
            return Err(bad_value(
                vm,
                3,
                "cannot be provided when argument #2 ($wrapper_or_options) is an array",
            ));
        }
        set_options(vm, &c, wrapper)?;
        return yes(true);
    }
    if a.get(2).is_nullish() {
        return Err(bad_value(vm, 2, "cannot be null when argument #2 ($wrapper_or_options) is a string"));
    }
    if a.len() < 4 {
        return Err(bad_value(vm, 3, "must be provided when argument #2 ($wrapper_or_options) is a string"));
    }
    if let Some(o) = options(&c) {
        o.put(&bytes_of(wrapper)?, a.bytes(2), a.get(3));
    }
    yes(true)
}

fn params(vm: &mut Vm, a: &Args<'_>) -> Res {
    let c = context(vm, a)?;
    let t = array::new(2);
    if let Some(n) = c.notifier()
        && let Some(n) = n.as_any().downcast_ref::<CallableNotifier>()
    {
        // SAFETY: a fresh array.
        unsafe { array::set_bytes(t, b"notification", rt::copy(n.callable())) };
    }
    let all = options(&c).map_or_else(|| array::val(array::new(0)), ArrayOptions::array);
    // SAFETY: a fresh array.
    unsafe { array::set_bytes(t, b"options", all) };
    Ok(array::val(t))
}

natives! {
    /// Functions of contexts.
    LIST;
    "stream_context_create(?array $options = null, ?array $params = null)" => create,
    "stream_context_set_params($context, array $params): true" => |vm, a| {
        let c = context(vm, a)?;
        set_params(vm, &c, a.get(1))?;
        yes(true)
    },
    "stream_context_get_params($context): array" => params,
    "stream_context_set_option($context, array|string $wrapper_or_options, ?string $option_name = null, mixed $value = UNKNOWN): true" => set_option,
    "stream_context_set_options($context, array $options): true" => |vm, a| {
        let c = context(vm, a)?;
        set_options(vm, &c, a.get(1))?;
        yes(true)
    },
    "stream_context_get_options($stream_or_context): array" => |vm, a| {
        let c = context(vm, a)?;
        Ok(options(&c).map_or_else(|| array::val(array::new(0)), ArrayOptions::array))
    },
    "stream_context_get_default(?array $options = null)" => |vm, a| {
        let c = default_context(vm)?;
        set_options(vm, &c, a.get(0))?;
        Ok(context_share(&c))
    },
    "stream_context_set_default(array $options)" => |vm, a| {
        let c = default_context(vm)?;
        set_options(vm, &c, a.get(0))?;
        Ok(context_share(&c))
    },
}
