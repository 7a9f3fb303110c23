//! Interned names and engine classes that the VM looks up all the time.

use crate::class::Class;
use howdah_runtime::interner::intern;
use plugin_api_abi::StrHdr;

macro_rules! names {
    ($( $field:ident = $text:literal ),* $(,)?) => {
        /// Interned names.
        #[expect(missing_docs, reason = "each is the name it spells")]
        pub struct Names { $( pub $field: *mut StrHdr ),* }
        impl Names {
            /// Interns them.
            pub fn new() -> Names { Names { $( $field: intern($text.as_bytes()) ),* } }
        }
        impl Default for Names { fn default() -> Self { Self::new() } }
    };
}

names! {
    this = "this", construct = "__construct", destruct = "__destruct", clone = "__clone", get = "__get", set = "__set",
    isset = "__isset", unset = "__unset", call = "__call", call_static = "__callstatic", to_string = "__tostring",
    debug_info = "__debuginfo", serialize = "__serialize", unserialize = "__unserialize", invoke = "__invoke",
    sleep = "__sleep", wakeup = "__wakeup", set_state = "__set_state",
    offset_get = "offsetget", offset_set = "offsetset", offset_exists = "offsetexists", offset_unset = "offsetunset",
    current = "current", key = "key", next = "next", rewind = "rewind", valid = "valid", get_iterator = "getiterator",
    count = "count", message = "message", string = "string", code = "code", file = "file", line = "line",
    trace = "trace", previous = "previous", function = "function", class = "class", type_ = "type", args = "args",
    object = "object", name = "name", value = "value", self_ = "self", parent = "parent", static_ = "static",
    globals = "GLOBALS", include = "include", include_once = "include_once", require = "require",
    require_once = "require_once", eval = "eval", severity = "severity",
    arrow = "->", colons = "::",
}

macro_rules! core_classes {
    ($( $field:ident ),* $(,)?) => {
        /// Engine classes, null until registered.
        #[expect(missing_docs, reason = "each is the class of its name")]
        #[derive(Clone, Copy)]
        pub struct CoreClasses { $( pub $field: *mut Class ),* }
        impl CoreClasses {
            /// None registered.
            pub const NONE: CoreClasses = CoreClasses { $( $field: core::ptr::null_mut() ),* };
        }
    };
}

core_classes! {
    std_class, traversable, iterator, iterator_aggregate, array_access, countable, stringable, serializable, unit_enum,
    backed_enum, throwable, exception, error_exception, error, compile_error, parse_error, type_error, value_error,
    argument_count_error, arithmetic_error, division_by_zero_error, unhandled_match_error, request_parse_body_exception,
    closure, generator, closed_generator_exception, weak_reference, weak_map, fiber, fiber_error, attribute,
    return_type_will_change, allow_dynamic_properties, sensitive_parameter, sensitive_parameter_value, override_,
    deprecated, internal_iterator, incomplete_class,
}
