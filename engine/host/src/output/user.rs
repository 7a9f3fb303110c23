//! PHP callables as output handlers, and the end of a request's output.

use super::{Handled, Handler, Output, OutputHandler, Refusal};
use howdah_runtime::{memory, string, value};
use howdah_vm::call::Target;
use howdah_vm::func::RT_TRAMPOLINE;
use howdah_vm::rt;
use howdah_vm::vm::{BailoutKind, Vm, current};
use plugin_api_abi::{FALSE, Status, StrHdr, TRUE, Val};

/// A PHP callable on the output stack. It is resolved once, where `ob_start()` is called, as what may be called is a
/// matter of that scope.
pub struct UserHandler {
    callable: Val,
    /// `None`: made for each call (`__call`, `__callStatic`).
    target: Option<Target>,
}

impl UserHandler {
    /// Keeps `callable` (a share of it is taken); `Err` says why it is none.
    pub fn new(vm: &mut Vm, callable: Val) -> Result<UserHandler, String> {
        let target = match vm.resolve_callable(callable, true) {
            Ok(Some(t)) => t,
            _ => return Err(vm.why_not_callable(callable)),
        };
        // SAFETY: the target was just resolved; a trampoline is ours to free.
        let target = unsafe {
            if (*target.func).rt & RT_TRAMPOLINE != 0 {
                drop(Box::from_raw(target.func));
                target.release();
                None
            } else {
                Some(target)
            }
        };
        Ok(UserHandler { callable: rt::copy(callable), target })
    }

    fn call(&self, vm: &mut Vm, args: &[Val], out: &mut Val) -> Status {
        match &self.target {
            Some(t) => {
                vm.call_func_closure(t.func, t.this, t.called, t.closure, args, core::ptr::null_mut(), out)
            }
            None => vm.call_callable(self.callable, args, out),
        }
    }
}

impl Drop for UserHandler {
    fn drop(&mut self) {
        // SAFETY: shares taken in `new`.
        unsafe {
            if let Some(t) = &self.target {
                t.release();
            }
            memory::val_release(self.callable);
        }
    }
}

impl OutputHandler for UserHandler {
    fn handle(&mut self, buffer: &[u8], mode: u32) -> Handled {
        let vm = current();
        if vm.is_null() {
            return Handled::Failed;
        }
        // SAFETY: the thread's VM; handlers run within its requests.
        let vm = unsafe { &mut *vm };
        if vm.has_exception() {
            return Handled::Failed;
        }
        let args = [string::new_val(buffer), Val::int(mode as i64)];
        let mut out = Val::NULL;
        let mut st = self.call(vm, &args, &mut out);
        let mut text = Val::UNDEF;
        let kind = value::deref(out).tag();
        if st == Status::Ok && kind != TRUE && kind != FALSE {
            st = rt::to_str(value::deref(out), &mut text);
            if st == Status::Exception {
                // The callable itself succeeded: its input is gone.
                st = Status::Ok;
                text = Val::UNDEF;
            }
        }
        let handled = match st {
            Status::Ok if kind == FALSE => Handled::Failed,
            Status::Ok if text.is_undef() => Handled::Nothing,
            // SAFETY: an owned string.
            Status::Ok => Handled::Output(unsafe { StrHdr::bytes(text.as_ptr()) }.to_vec()),
            Status::Bailout if vm.bailout == Some(BailoutKind::Fatal) => Handled::Aborted,
            _ if vm.fp.is_null() => uncaught_at_end(vm, st),
            _ => Handled::Failed,
        };
        // SAFETY: ours.
        unsafe {
            args.iter().for_each(|a| memory::val_release(*a));
            memory::val_release(out);
            memory::val_release(text);
        }
        handled
    }
}

/// An exception or `exit` in a handler after the script's end: nothing can catch it, and its message would go into the
/// buffer that is being torn down.
fn uncaught_at_end(vm: &mut Vm, st: Status) -> Handled {
    if st == Status::Exception {
        vm.exit_status = 255;
        let e = std::mem::replace(&mut vm.exception, Val::UNDEF);
        // SAFETY: ours.
        unsafe { memory::val_release(e) };
    }
    vm.bailout = None;
    Handled::Aborted
}

/// Builds the handler that `ob_start($callback, $chunk_size, $flags)` names and puts it on the stack. `Err` holds what
/// to raise, in order.
pub fn start_user(
    vm: &mut Vm,
    output: &Output,
    callback: Val,
    chunk_size: usize,
    abilities: u32,
) -> Result<(), Vec<Refusal>> {
    let handler = if callback.is_nullish() {
        Handler::plain(chunk_size, abilities)
    } else if let Some(build) = alias_of(output, callback) {
        build(chunk_size, abilities)
    } else {
        match UserHandler::new(vm, callback) {
            Ok(h) => {
                let name = vm.callable_name(callback);
                Handler::user(name.as_bytes(), Box::new(h), chunk_size, abilities)
            }
            Err(why) => {
                return Err(vec![Refusal::Warning(why), Refusal::Notice("Failed to create buffer".into())]);
            }
        }
    };
    output.start(handler)
}

fn alias_of(output: &Output, callback: Val) -> Option<super::AliasBuilder> {
    if callback.tag() != plugin_api_abi::STR {
        return None;
    }
    // SAFETY: a live string.
    output.alias(unsafe { StrHdr::bytes(callback.as_ptr()) })
}

/// The beginning of a request's output: what `output_handler` and `output_buffering` ask for.
pub fn begin_request(vm: &mut Vm, output: &Output) {
    output.activate();
    let handler = vm.host.ini("output_handler").unwrap_or(b"").to_vec();
    let size = vm.host.ini("output_buffering").map_or(0, |v| match &v.to_ascii_lowercase()[..] {
        b"on" | b"yes" | b"true" => 1,
        v => crate::ini::quantity::signed(v).value,
    });
    let started = if !handler.is_empty() {
        let name = string::new_val(&handler);
        let r = start_user(vm, output, name, 0, super::flags::STANDARD);
        // SAFETY: ours.
        unsafe { memory::val_release(name) };
        r
    } else if size != 0 {
        let chunk = if size > 1 { size as usize } else { 0 };
        output.start(Handler::plain(chunk, super::flags::STANDARD))
    } else {
        Ok(())
    };
    for r in started.err().unwrap_or_default() {
        let msg = format!("PHP Request Startup: {}", r.message());
        vm.raise_at(r.level(), msg.as_bytes(), b"Unknown", 0);
    }
}

/// The end of a request's buffers, after shutdown functions and destructors: each is passed on. What is printed from then on
/// goes straight to the client, until [`Output::deactivate`].
pub fn end_buffers(vm: &mut Vm, output: &Output) {
    vm.fp = core::ptr::null_mut();
    if let Err(r) = output.end_all() {
        let msg = format!("PHP Request Shutdown: {}", r.message());
        vm.raise_at(r.level(), msg.as_bytes(), b"Unknown", 0);
        vm.bailout = None;
    }
}

/// File and line of the PHP code that runs on this thread.
pub(crate) fn position() -> Option<(Vec<u8>, u32)> {
    let vm = current();
    if vm.is_null() {
        return None;
    }
    // SAFETY: the thread's VM; file names are interned.
    unsafe { (*vm).position().map(|(f, l)| (StrHdr::bytes(f).to_vec(), l)) }
}
