//! `stream_wrapper_*()`: schemes served by classes of scripts.

use crate::functions::support::{Res, bad_type, natives, notice, running, streams, warn, yes};
use crate::streams::PhpClass;
use howdah_streams::Streams;
use howdah_streams::user::UserWrapper;
use howdah_vm::native::Args;
use howdah_vm::vm::Vm;
use std::rc::Rc;

fn register(vm: &mut Vm, a: &Args<'_>) -> Res {
    let (scheme, name) = (a.bytes(0), a.bytes(1));
    let Some(class) = vm.lookup_class(name, true)? else {
        let shown = String::from_utf8_lossy(name).into_owned();
        return Err(bad_type(vm, 1, format!("must be a valid class name, {shown} given")));
    };
    let s = streams(vm)?;
    let wrapper = UserWrapper::new(Rc::new(PhpClass::new(class)), a.int(2, 0) & 1 != 0);
    let taken = s.find(scheme).is_some();
    if !taken && Streams::is_scheme(scheme) && s.register(scheme, Rc::new(wrapper)) {
        return yes(true);
    }
    let shown = String::from_utf8_lossy(scheme).into_owned();
    if taken {
        warn(vm, format!("Protocol {shown}:// is already defined."))?;
    } else {
        // SAFETY: classes live as long as the request.
        let class = unsafe { String::from_utf8_lossy((*class).name()).into_owned() };
        warn(
            vm,
            format!(
                "Invalid protocol scheme specified. Unable to register wrapper class {class} to {shown}://"
            ),
        )?;
    }
    yes(false)
}

fn unregister(vm: &mut Vm, a: &Args<'_>) -> Res {
    if streams(vm)?.unregister(a.bytes(0)) {
        return yes(true);
    }
    let shown = String::from_utf8_lossy(a.bytes(0)).into_owned();
    warn(vm, format!("Unable to unregister {shown}://"))?;
    yes(false)
}

fn restore(vm: &mut Vm, a: &Args<'_>) -> Res {
    let scheme = a.bytes(0);
    let shown = String::from_utf8_lossy(scheme).into_owned();
    let s = streams(vm)?;
    match s.original(scheme) {
        None => {
            warn(vm, format!("{shown}:// never existed, nothing to restore"))?;
            yes(false)
        }
        Some((_, true)) => {
            notice(vm, format!("{shown}:// was never changed, nothing to restore"))?;
            yes(true)
        }
        Some((w, false)) => {
            s.unregister(scheme);
            if s.register(scheme, w) {
                return yes(true);
            }
            let f = running(vm);
            crate::functions::support::step(
                vm.warning(&format!("{f}(): Unable to restore original {shown}:// wrapper")),
            )?;
            yes(false)
        }
    }
}

natives! {
    /// Functions of wrappers.
    LIST;
    "stream_wrapper_register(string $protocol, string $class, int $flags = 0): bool" => register,
    "stream_register_wrapper(string $protocol, string $class, int $flags = 0): bool" => register,
    "stream_wrapper_unregister(string $protocol): bool" => unregister,
    "stream_wrapper_restore(string $protocol): bool" => restore,
}
