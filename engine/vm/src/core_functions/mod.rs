//! Functions of Core, and those of the library that the language's own tests cannot do without.

mod classes;
mod dump;
mod errors;
mod introspection;
mod values;

use crate::class::Sym;
use crate::native::{Args, Native, function};
use crate::vm::Vm;
use howdah_runtime::interner::intern;
use howdah_runtime::string;
use plugin_api_abi::{FunctionDesc, StrSlice, Val};
use std::collections::HashMap;
use std::sync::Mutex;

/// Signature and code.
pub(crate) type Entry = (&'static str, Native);

/// Registers all functions and constants.
pub fn register(vm: &mut Vm) {
    let lists: [&[Entry]; 5] = [classes::LIST, dump::LIST, errors::LIST, introspection::LIST, values::LIST];
    lists.into_iter().for_each(|l| register_list(vm, l));
    use crate::errors::level;
    let ints: &[(&str, i64)] = &[
        ("PHP_INT_MAX", i64::MAX),
        ("PHP_INT_MIN", i64::MIN),
        ("PHP_INT_SIZE", 8),
        ("PHP_FLOAT_DIG", 15),
        ("PHP_MAJOR_VERSION", 8),
        ("PHP_MINOR_VERSION", 4),
        ("PHP_RELEASE_VERSION", 24),
        ("PHP_VERSION_ID", 80424),
        ("PHP_DEBUG", 0),
        ("PHP_ZTS", 0),
        ("PHP_MAXPATHLEN", 4096),
        ("E_ERROR", level::ERROR as i64),
        ("E_WARNING", level::WARNING as i64),
        ("E_PARSE", level::PARSE as i64),
        ("E_NOTICE", level::NOTICE as i64),
        ("E_CORE_ERROR", level::CORE_ERROR as i64),
        ("E_CORE_WARNING", level::CORE_WARNING as i64),
        ("E_COMPILE_ERROR", level::COMPILE_ERROR as i64),
        ("E_COMPILE_WARNING", level::COMPILE_WARNING as i64),
        ("E_USER_ERROR", level::USER_ERROR as i64),
        ("E_USER_WARNING", level::USER_WARNING as i64),
        ("E_USER_NOTICE", level::USER_NOTICE as i64),
        ("E_RECOVERABLE_ERROR", level::RECOVERABLE_ERROR as i64),
        ("E_DEPRECATED", level::DEPRECATED as i64),
        ("E_USER_DEPRECATED", level::USER_DEPRECATED as i64),
        ("E_ALL", level::ALL as i64),
        ("E_STRICT", 2048),
        ("DEBUG_BACKTRACE_PROVIDE_OBJECT", 1),
        ("DEBUG_BACKTRACE_IGNORE_ARGS", 2),
    ];
    for &(n, v) in ints {
        vm.define(n, Val::int(v));
    }
    for (n, v) in [
        ("PHP_FLOAT_EPSILON", f64::EPSILON),
        ("PHP_FLOAT_MAX", f64::MAX),
        ("PHP_FLOAT_MIN", f64::MIN_POSITIVE),
        ("NAN", f64::NAN),
        ("INF", f64::INFINITY),
    ] {
        vm.define(n, Val::dbl(v));
    }
    for (n, v) in [
        ("PHP_EOL", "\n"),
        ("PHP_VERSION", crate::PHP_VERSION),
        ("PHP_OS", "Linux"),
        ("PHP_OS_FAMILY", "Linux"),
        ("DIRECTORY_SEPARATOR", "/"),
        ("PATH_SEPARATOR", ":"),
        ("PHP_SAPI", "cli"),
        ("PHP_EXTRA_VERSION", ""),
    ] {
        vm.define(n, string::val(intern(v.as_bytes())));
    }
}

/// Descriptors of a list of functions, made once per process: the VMs of all threads share them.
fn descriptors(list: &'static [(&'static str, Native)]) -> &'static [FunctionDesc] {
    type Made = HashMap<usize, &'static [FunctionDesc]>;
    static MADE: Mutex<Option<Made>> = Mutex::new(None);
    let mut made = MADE.lock().unwrap_or_else(|e| e.into_inner());
    made.get_or_insert_default()
        .entry(list.as_ptr() as usize)
        .or_insert_with(|| Box::leak(list.iter().map(|&(sig, code)| function(sig, Some(code))).collect()))
}

/// Registers functions by signature and code.
pub fn register_list(vm: &mut Vm, list: &'static [(&'static str, Native)]) {
    for desc in descriptors(list) {
        let f = crate::load::native_func(desc, core::ptr::null_mut(), 0);
        // SAFETY: the descriptor is static.
        let name = unsafe { StrSlice::bytes(desc.name) }.to_ascii_lowercase();
        // SAFETY: the function was just made.
        let (by_ref, rest) =
            unsafe { ((*f).by_ref, (*f).params.last().is_some_and(|p| p.variadic && p.by_ref)) };
        vm.host.declare_builtin(&name, by_ref, rest);
        vm.functions.insert(Sym(intern(&name)), f);
    }
}

/// A fresh string result.
pub(crate) fn text(out: &mut Val, b: &[u8]) -> plugin_api_abi::Status {
    *out = string::new_val(b);
    plugin_api_abi::Status::Ok
}

/// A share of an argument.
pub(crate) fn arg(a: &Args<'_>, i: usize) -> Val {
    crate::rt::copy(a.get(i))
}
