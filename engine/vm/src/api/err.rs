//! Errors and exceptions.

use super::{bytes, class, text, vm};
use crate::frame::frame;
use crate::vm::{BailoutKind, Vm};
use howdah_runtime::array;
use howdah_runtime::layout::Obj;
use howdah_runtime::string;
use plugin_api_abi::{ClassRaw, CtxRaw, ErrTable, Status, StrSlice, Val, error_kind};

fn by_kind(vm: &Vm, kind: u32) -> *mut crate::class::Class {
    match kind {
        error_kind::TYPE_ERROR => vm.ce.type_error,
        error_kind::VALUE_ERROR => vm.ce.value_error,
        error_kind::ARITHMETIC_ERROR => vm.ce.arithmetic_error,
        error_kind::DIVISION_BY_ZERO_ERROR => vm.ce.division_by_zero_error,
        error_kind::ARGUMENT_COUNT_ERROR => vm.ce.argument_count_error,
        error_kind::EXCEPTION => vm.ce.exception,
        _ => vm.ce.error,
    }
}

unsafe extern "C" fn throw_kind(ctx: *mut CtxRaw, kind: u32, msg: StrSlice) -> Status {
    // SAFETY: the engine's context.
    unsafe {
        let vm = vm(ctx);
        vm.throw_error(by_kind(vm, kind), &text(msg))
    }
}
unsafe extern "C" fn throw_class(ctx: *mut CtxRaw, c: *mut ClassRaw, msg: StrSlice, code: i64) -> Status {
    // SAFETY: the engine's context; live class of throwables.
    unsafe {
        let vm = vm(ctx);
        let st = vm.throw_error(class(c), &text(msg));
        if code != 0 && st == Status::Exception {
            let e = vm.exception.as_ptr::<Obj>();
            array::store(Obj::slot(e, crate::errors::slots::CODE), Val::int(code));
        }
        st
    }
}
unsafe extern "C" fn throw_object(ctx: *mut CtxRaw, o: Val) -> Status {
    // SAFETY: the engine's context; the share is ours.
    unsafe { vm(ctx).throw_object(o) }
}

/// `f` or `A::f` of the running native function.
fn function_text(vm: &Vm) -> String {
    if vm.fp.is_null() {
        return String::new();
    }
    // SAFETY: the current frame is complete.
    unsafe { (*(*frame(vm.fp)).func).display() }
}

unsafe extern "C" fn argument(ctx: *mut CtxRaw, kind: u32, n: u32, msg: StrSlice) -> Status {
    // SAFETY: the engine's context; the current frame is complete.
    unsafe {
        let vm = vm(ctx);
        if vm.has_exception() {
            return Status::Exception;
        }
        let f = &*(*frame(vm.fp)).func;
        let name = f.param_name(n.wrapping_sub(1)).map_or(String::new(), |p| format!(" (${p})"));
        let variadic = f.params.last().is_some_and(|p| p.variadic) && n as usize >= f.params.len();
        let name = if variadic { String::new() } else { name };
        let full = format!("{}(): Argument #{n}{name} {}", f.display(), text(msg));
        vm.throw_error(by_kind(vm, kind), &full)
    }
}
unsafe extern "C" fn raise(ctx: *mut CtxRaw, level: u32, msg: StrSlice, docref: u32) -> Status {
    // SAFETY: the engine's context.
    unsafe {
        let vm = vm(ctx);
        let mut full = Vec::new();
        if docref != 0 && vm.fp.is_null() {
            let when =
                if vm.scripts.is_empty() { &b"PHP Request Startup: "[..] } else { b"PHP Request Shutdown: " };
            full.extend_from_slice(when);
        } else if docref != 0 {
            let f = function_text(vm);
            full.extend_from_slice(if f.is_empty() { b"main" } else { f.as_bytes() });
            full.extend_from_slice(b"(): ");
        }
        full.extend_from_slice(bytes(msg));
        // Notices and deprecations stay what they are.
        let converts = level & (crate::errors::level::WARNING | crate::errors::level::USER_WARNING) != 0;
        if converts && !vm.error_to_exception.is_null() {
            let class = vm.error_to_exception;
            return vm.throw_error(class, &String::from_utf8_lossy(&full));
        }
        vm.raise(level, &full)
    }
}
unsafe extern "C" fn pending(ctx: *mut CtxRaw) -> Val {
    // SAFETY: the engine's context.
    unsafe { vm(ctx).exception }
}
unsafe extern "C" fn take(ctx: *mut CtxRaw) -> Val {
    // SAFETY: the engine's context.
    unsafe { core::mem::replace(&mut vm(ctx).exception, Val::UNDEF) }
}
unsafe extern "C" fn fatal(ctx: *mut CtxRaw, msg: StrSlice) -> Status {
    // SAFETY: the engine's context.
    unsafe { vm(ctx).fatal(crate::errors::level::ERROR, &text(msg), None) }
}
unsafe extern "C" fn exit(ctx: *mut CtxRaw, status: i32) -> Status {
    // SAFETY: the engine's context.
    unsafe {
        let vm = vm(ctx);
        vm.exit_status = status;
        vm.bailout = Some(BailoutKind::Exit);
        Status::Bailout
    }
}
unsafe extern "C" fn reporting(ctx: *mut CtxRaw, set: u32, v: u32) -> u32 {
    // SAFETY: the engine's context.
    unsafe {
        let vm = vm(ctx);
        let old = vm.error_reporting;
        if set != 0 {
            vm.error_reporting = v;
        }
        old
    }
}
unsafe extern "C" fn convert(ctx: *mut CtxRaw, c: *mut ClassRaw) -> *mut ClassRaw {
    // SAFETY: the engine's context; live class or null.
    unsafe { core::mem::replace(&mut vm(ctx).error_to_exception, class(c)).cast() }
}
unsafe extern "C" fn last(ctx: *mut CtxRaw, clear: u32, out: *mut Val) {
    // SAFETY: the engine's context; the fresh array is ours.
    unsafe {
        let vm = vm(ctx);
        *out = Val::NULL;
        if let Some(e) = &vm.last_error {
            let t = array::new(4);
            super::obj::put(t, "type", Val::int(e.level as i64));
            super::obj::put(t, "message", string::new_val(&e.message));
            super::obj::put(t, "file", string::new_val(&e.file));
            super::obj::put(t, "line", Val::int(e.line as i64));
            *out = array::val(t);
        }
        if clear != 0 {
            vm.last_error = None;
        }
    }
}
unsafe extern "C" fn log(ctx: *mut CtxRaw, msg: StrSlice) {
    // SAFETY: the engine's context.
    unsafe { vm(ctx).host.log(bytes(msg)) }
}
unsafe extern "C" fn panicked(
    ctx: *mut CtxRaw,
    _ext: StrSlice,
    function: StrSlice,
    msg: StrSlice,
    file: StrSlice,
    line: u32,
) -> Status {
    // SAFETY: the engine's context.
    unsafe {
        let vm = vm(ctx);
        let f = if vm.fp.is_null() { None } else { Some(&*(*frame(vm.fp)).func) };
        let ext = f
            .and_then(|f| vm.extensions.get(f.ext as usize))
            .map_or("core".to_owned(), |e| text(e.desc.name).into_owned());
        let name = f.map_or_else(|| text(function).into_owned(), crate::func::Func::display);
        let place = if bytes(file).is_empty() { String::new() } else { format!(" at {}:{line}", text(file)) };
        vm.fatal(
            crate::errors::level::ERROR,
            &format!("Extension {ext} panicked in {name}(): {}{place}", text(msg)),
            None,
        )
    }
}
unsafe extern "C" fn trace(level: u32, target: StrSlice, msg: StrSlice, file: StrSlice, line: u32) {
    // SAFETY: live text.
    let (target, msg, file) = unsafe { (text(target), text(msg), text(file)) };
    match level {
        1 => tracing::error!(plugin = %target, file = %file, line, "{msg}"),
        2 => tracing::warn!(plugin = %target, file = %file, line, "{msg}"),
        3 => tracing::info!(plugin = %target, file = %file, line, "{msg}"),
        4 => tracing::debug!(plugin = %target, file = %file, line, "{msg}"),
        _ => tracing::trace!(plugin = %target, file = %file, line, "{msg}"),
    }
}
unsafe extern "C" fn trace_enabled(level: u32, _target: StrSlice) -> u32 {
    let l = match level {
        1 => tracing::Level::ERROR,
        2 => tracing::Level::WARN,
        3 => tracing::Level::INFO,
        4 => tracing::Level::DEBUG,
        _ => tracing::Level::TRACE,
    };
    (tracing::dispatcher::has_been_set() && l <= tracing::level_filters::LevelFilter::current()) as u32
}

/// The table.
pub static TABLE: ErrTable = ErrTable {
    size: size_of::<ErrTable>() as u32,
    reserved: 0,
    throw_kind,
    throw_class,
    throw_object,
    argument,
    raise,
    pending,
    take,
    fatal,
    exit,
    reporting,
    convert,
    last,
    log,
    panicked,
    trace,
    trace_enabled,
};
