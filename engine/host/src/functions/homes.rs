//! Which extension a function of the engine's own is counted to: what `get_extension_funcs()` and reflection tell.

use howdah_vm::vm::Vm;

/// Functions of Core.
const CORE: &[&str] = &[
    "class_alias",
    "class_exists",
    "debug_backtrace",
    "debug_print_backtrace",
    "define",
    "defined",
    "die",
    "enum_exists",
    "error_reporting",
    "exit",
    "extension_loaded",
    "func_get_arg",
    "func_get_args",
    "func_num_args",
    "function_exists",
    "gc_collect_cycles",
    "gc_disable",
    "gc_enable",
    "gc_enabled",
    "gc_mem_caches",
    "gc_status",
    "get_called_class",
    "get_class",
    "get_class_methods",
    "get_class_vars",
    "get_declared_classes",
    "get_declared_interfaces",
    "get_declared_traits",
    "get_defined_constants",
    "get_defined_functions",
    "get_defined_vars",
    "get_extension_funcs",
    "get_included_files",
    "get_loaded_extensions",
    "get_mangled_object_vars",
    "get_object_vars",
    "get_parent_class",
    "get_required_files",
    "get_resource_id",
    "get_resource_type",
    "get_resources",
    "interface_exists",
    "is_a",
    "is_subclass_of",
    "method_exists",
    "property_exists",
    "restore_error_handler",
    "restore_exception_handler",
    "set_error_handler",
    "set_exception_handler",
    "strcasecmp",
    "strcmp",
    "strlen",
    "strncasecmp",
    "strncmp",
    "trait_exists",
    "trigger_error",
    "user_error",
    "zend_version",
];

/// Functions of SPL that the engine brings.
const SPL: &[&str] =
    &["class_implements", "iterator_to_array", "spl_autoload_register", "spl_object_hash", "spl_object_id"];

/// Counts the functions that the engine brings to Core, SPL and standard, as PHP does. Called once all are registered.
pub fn settle(vm: &mut Vm) {
    let index = |name: &str| {
        let at = vm.extensions.iter().position(|e| {
            // SAFETY: descriptors are static.
            unsafe { e.desc.name.bytes() }.eq_ignore_ascii_case(name.as_bytes())
        });
        at.and_then(|i| u32::try_from(i).ok())
    };
    let Some(standard) = index("standard") else { return };
    // The first extension of every VM is Core.
    let core = 0;
    let spl = index("SPL").unwrap_or(standard);
    for (name, f) in &vm.functions {
        // SAFETY: names are interned, and functions live as long as the VM.
        let (name, f) = unsafe { (plugin_api_abi::StrHdr::bytes(name.0), &mut **f) };
        let is = |list: &[&str]| list.iter().any(|n| n.as_bytes() == name);
        if f.ext != core && f.ext != standard {
            continue;
        }
        f.ext = if is(CORE) {
            core
        } else if is(SPL) {
            spl
        } else {
            standard
        };
    }
}
