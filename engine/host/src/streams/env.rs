//! What streams ask of the engine, answered by this thread's VM.

use super::values::Held;
use crate::state::RequestState;
use howdah_runtime::{array, string};
use howdah_streams::{Environment, Level, Thrown};
use howdah_vm::errors::level;
use howdah_vm::rt;
use howdah_vm::vm::{Vm, current};
use plugin_api_abi::StrHdr;
use std::any::Any;
use std::rc::Rc;

/// The engine as streams see it.
pub struct VmEnvironment {
    state: Rc<RequestState>,
    cli: bool,
}

/// Runs `f` with this thread's VM; `None` outside any.
fn with<R>(f: impl FnOnce(&mut Vm) -> R) -> Option<R> {
    let vm = current();
    // SAFETY: the thread's VM lives while its streams do.
    (!vm.is_null()).then(|| f(unsafe { &mut *vm }))
}

impl VmEnvironment {
    /// The environment of a VM that serves a SAPI's requests. On the command line the process's standard descriptors are
    /// the script's.
    pub fn new(state: Rc<RequestState>) -> VmEnvironment {
        let cli = state.sapi.borrow().name() == "cli";
        VmEnvironment { state, cli }
    }
}

impl Environment for VmEnvironment {
    fn raise(&self, lvl: Level, params: &[&[u8]], message: &str) {
        let number = match lvl {
            Level::Warning => level::WARNING,
            Level::Notice => level::NOTICE,
            Level::Deprecated => level::DEPRECATED,
        };
        with(|vm| {
            let mut text = match vm.active_function() {
                Some(f) => [f.as_bytes(), b"(", &params.join(&b","[..]), b")"].concat(),
                None if vm.scripts.is_empty() => b"Unknown".to_vec(),
                None => b"PHP Request Shutdown".to_vec(),
            };
            text.extend_from_slice(b": ");
            text.extend_from_slice(message.as_bytes());
            // Some constructors throw what streams warn of.
            if number == level::WARNING && !vm.error_to_exception.is_null() {
                if !vm.has_exception() {
                    vm.throw_error(vm.error_to_exception, &String::from_utf8_lossy(&text));
                }
                return;
            }
            // An exception of the handler is pending in the VM.
            vm.raise(number, &text);
        });
    }

    fn throw(&self, class: Thrown, message: &str) {
        with(|vm| match class {
            Thrown::Error => vm.throw(message),
            Thrown::TypeError => vm.throw_type(message),
            Thrown::ValueError => vm.throw_value(message),
        });
    }

    fn room_for(&self, bytes: usize) -> bool {
        with(|vm| vm.room_for(bytes)).unwrap_or(true)
    }

    fn exception_pending(&self) -> bool {
        with(|vm| vm.has_exception() || vm.bailout.is_some()).unwrap_or(false)
    }

    fn ini(&self, name: &str) -> Vec<u8> {
        with(|vm| vm.host.ini(name).map(<[u8]>::to_vec)).flatten().unwrap_or_default()
    }

    fn print(&self, bytes: &[u8]) {
        with(|vm| vm.host.write(bytes));
    }

    fn script(&self) -> Option<Vec<u8>> {
        // SAFETY: file names are interned.
        with(|vm| vm.position().map(|(f, _)| unsafe { StrHdr::bytes(f) }.to_vec())).flatten()
    }

    fn is_cli(&self) -> bool {
        self.cli
    }

    fn next_number(&self) -> i64 {
        howdah_vm::api::res::next_number()
    }

    fn request_body(&self) -> Vec<u8> {
        self.state.read_body(0);
        self.state.body.borrow().clone()
    }

    fn response_headers(&self, lines: Option<&[Vec<u8>]>) -> Option<Rc<dyn Any>> {
        let list = |lines: &[Vec<u8>]| {
            array::val(array::from_vals(lines.iter().map(|l| string::new_val(l)).collect::<Vec<_>>()))
        };
        let held = lines.map(|l| Held::owned(list(l)));
        let share = |h: &Held| Held::share(h.get());
        if let Some(h) = &held {
            with(|vm| vm.set_known_local(b"http_response_header", rt::copy(h.get())));
        }
        let data = held.as_ref().map(share);
        drop(self.state.last_response.replace(held));
        data.map(|h| Rc::new(h) as Rc<dyn Any>)
    }

    fn settle(&self) {
        with(|vm| vm.host.flush());
    }
}
