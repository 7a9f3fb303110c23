//! Functions of Core, and those of the library that the language's own tests cannot do without.

mod classes;
mod dump;
mod errors;
mod introspection;
mod values;

use crate::native::{Args, Native, function};
use crate::vm::Vm;
use howdah_runtime::interner::intern;
use howdah_runtime::string;
use plugin_api_abi::{FunctionDesc, Val};
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
        ("TRUE", Val::TRUE),
        ("FALSE", Val::FALSE),
        ("NULL", Val::NULL),
        ("PHP_DEBUG", Val::FALSE),
        ("PHP_ZTS", Val::FALSE),
        ("ZEND_DEBUG_BUILD", Val::FALSE),
        ("ZEND_THREAD_SAFE", Val::FALSE),
    ] {
        vm.define(n, v);
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

/// The descriptor of a function that is declared by its signature. Made once per process, as those of extensions are: the VMs
/// of all threads share it.
pub(crate) fn descriptor(signature: &'static str, code: Native) -> &'static FunctionDesc {
    type Made = HashMap<usize, &'static FunctionDesc>;
    static MADE: Mutex<Option<Made>> = Mutex::new(None);
    let mut made = MADE.lock().unwrap_or_else(|e| e.into_inner());
    made.get_or_insert_default()
        .entry(signature.as_ptr() as usize)
        .or_insert_with(|| Box::leak(Box::new(function(signature, Some(code)))))
}

/// Registers functions by signature and code.
pub fn register_list(vm: &mut Vm, list: &'static [(&'static str, Native)]) {
    for &(signature, code) in list {
        if signature.contains('&') {
            vm.add_native(descriptor(signature, code), 0);
            continue;
        }
        let head = signature.split('(').next().unwrap_or(signature).trim();
        let (pure, name) = head.strip_prefix("pure ").map_or((false, head), |name| (true, name));
        vm.add_function(name.as_bytes(), 0, false, pure, crate::func::Entry::signature(signature, code));
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
