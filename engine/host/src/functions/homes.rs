//! Which extension a function of the engine's own is counted to: what `get_extension_funcs()` and reflection tell.

use howdah_runtime::interner;
use howdah_vm::class::Sym;
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

/// Constants of Core.
const CORE_CONSTANTS: &[&str] = &[
    "DEBUG_BACKTRACE_IGNORE_ARGS",
    "DEBUG_BACKTRACE_PROVIDE_OBJECT",
    "DEFAULT_INCLUDE_PATH",
    "E_ALL",
    "E_COMPILE_ERROR",
    "E_COMPILE_WARNING",
    "E_CORE_ERROR",
    "E_CORE_WARNING",
    "E_DEPRECATED",
    "E_ERROR",
    "E_NOTICE",
    "E_PARSE",
    "E_RECOVERABLE_ERROR",
    "E_STRICT",
    "E_USER_DEPRECATED",
    "E_USER_ERROR",
    "E_USER_NOTICE",
    "E_USER_WARNING",
    "E_WARNING",
    "FALSE",
    "NULL",
    "PEAR_EXTENSION_DIR",
    "PEAR_INSTALL_DIR",
    "PHP_BINARY",
    "PHP_BINDIR",
    "PHP_CLI_PROCESS_TITLE",
    "PHP_CONFIG_FILE_PATH",
    "PHP_CONFIG_FILE_SCAN_DIR",
    "PHP_DATADIR",
    "PHP_DEBUG",
    "PHP_EOL",
    "PHP_EXTENSION_DIR",
    "PHP_EXTRA_VERSION",
    "PHP_FD_SETSIZE",
    "PHP_FLOAT_DIG",
    "PHP_FLOAT_EPSILON",
    "PHP_FLOAT_MAX",
    "PHP_FLOAT_MIN",
    "PHP_INT_MAX",
    "PHP_INT_MIN",
    "PHP_INT_SIZE",
    "PHP_LIBDIR",
    "PHP_LOCALSTATEDIR",
    "PHP_MAJOR_VERSION",
    "PHP_MANDIR",
    "PHP_MAXPATHLEN",
    "PHP_MINOR_VERSION",
    "PHP_OS",
    "PHP_OS_FAMILY",
    "PHP_OUTPUT_HANDLER_CLEAN",
    "PHP_OUTPUT_HANDLER_CLEANABLE",
    "PHP_OUTPUT_HANDLER_CONT",
    "PHP_OUTPUT_HANDLER_DISABLED",
    "PHP_OUTPUT_HANDLER_END",
    "PHP_OUTPUT_HANDLER_FINAL",
    "PHP_OUTPUT_HANDLER_FLUSH",
    "PHP_OUTPUT_HANDLER_FLUSHABLE",
    "PHP_OUTPUT_HANDLER_PROCESSED",
    "PHP_OUTPUT_HANDLER_REMOVABLE",
    "PHP_OUTPUT_HANDLER_START",
    "PHP_OUTPUT_HANDLER_STARTED",
    "PHP_OUTPUT_HANDLER_STDFLAGS",
    "PHP_OUTPUT_HANDLER_WRITE",
    "PHP_PREFIX",
    "PHP_RELEASE_VERSION",
    "PHP_SAPI",
    "PHP_SBINDIR",
    "PHP_SHLIB_SUFFIX",
    "PHP_SYSCONFDIR",
    "PHP_VERSION",
    "PHP_VERSION_ID",
    "PHP_ZTS",
    "STDERR",
    "STDIN",
    "STDOUT",
    "TRUE",
    "UPLOAD_ERR_CANT_WRITE",
    "UPLOAD_ERR_EXTENSION",
    "UPLOAD_ERR_FORM_SIZE",
    "UPLOAD_ERR_INI_SIZE",
    "UPLOAD_ERR_NO_FILE",
    "UPLOAD_ERR_NO_TMP_DIR",
    "UPLOAD_ERR_OK",
    "UPLOAD_ERR_PARTIAL",
    "ZEND_DEBUG_BUILD",
    "ZEND_THREAD_SAFE",
];

/// Functions of SPL that the engine brings.
const SPL: &[&str] =
    &["class_implements", "iterator_to_array", "spl_autoload_register", "spl_object_hash", "spl_object_id"];

/// Counts the functions and constants that the engine brings to Core, SPL and standard, as PHP does. Called once all are
/// registered.
pub fn settle(vm: &mut Vm) {
    let index = |name: &str| {
        let at = vm.extensions.iter().position(|e| {
            // SAFETY: descriptors are static.
            unsafe { e.desc.name.bytes() }.eq_ignore_ascii_case(name.as_bytes())
        });
        at.and_then(|i| u32::try_from(i).ok())
    };
    let Some(standard) = index("standard") else { return };
    // What the engine registers itself carries the number of the first extension.
    let core = 0;
    let spl = index("SPL").unwrap_or(standard);
    // What the engine registers itself is counted to Core, but for these lists it is standard's.
    let own: Vec<Vec<u8>> = vm.extensions.first().map_or_else(Vec::new, |e| {
        // SAFETY: descriptors are static.
        unsafe { e.desc.functions.get().iter().map(|f| f.name.bytes().to_ascii_lowercase()).collect() }
    });
    for (name, f) in vm.functions.iter_mut().filter(|(_, f)| f.is_native() && f.ext() == core) {
        // SAFETY: interned.
        if !own.iter().any(|o| **o == *unsafe { plugin_api_abi::StrHdr::bytes(name.0) }) {
            f.set_ext(standard);
        }
    }
    let own_constant = |name: &[u8]| CORE_CONSTANTS.binary_search_by(|c| c.as_bytes().cmp(name)).is_ok();
    for (name, c) in vm.constants.iter_mut().filter(|(_, c)| c.ext == core) {
        // SAFETY: interned.
        if !own_constant(unsafe { plugin_api_abi::StrHdr::bytes(name.0) }) {
            c.ext = standard;
        }
    }
    for (list, ext) in [(CORE, core), (SPL, spl)] {
        for name in list {
            let known = interner::lookup(name.as_bytes());
            if let Some(f) = known.and_then(|n| vm.functions.get_mut(&Sym(n)))
                && (f.ext() == core || f.ext() == standard)
            {
                f.set_ext(ext);
            }
        }
    }
}
