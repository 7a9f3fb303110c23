//! Global constants.

use plugin_api::abi::{ConstDesc, ConstValue, StrSlice, TypeDesc, Val};
use plugin_api::{constants, flags};

constants! {
    /// The formats that standards prescribe.
    pub FORMATS;
    string DATE_ATOM = "Y-m-d\\TH:i:sP";
    string DATE_COOKIE = "l, d-M-Y H:i:s T";
    string DATE_ISO8601 = "Y-m-d\\TH:i:sO";
    string DATE_ISO8601_EXPANDED = "X-m-d\\TH:i:sP";
    string DATE_RFC822 = "D, d M y H:i:s O";
    string DATE_RFC850 = "l, d-M-y H:i:s T";
    string DATE_RFC1036 = "D, d M y H:i:s O";
    string DATE_RFC1123 = "D, d M Y H:i:s O";
    string DATE_RFC7231 = "D, d M Y H:i:s \\G\\M\\T";
    string DATE_RFC2822 = "D, d M Y H:i:s O";
    string DATE_RFC3339 = "Y-m-d\\TH:i:sP";
    string DATE_RFC3339_EXTENDED = "Y-m-d\\TH:i:s.vP";
    string DATE_RSS = "D, d M Y H:i:s O";
    string DATE_W3C = "Y-m-d\\TH:i:sP";
}

/// What `date_sunrise()` and `date_sunset()` give; deprecated with them.
pub const SUN_FORMATS: &[ConstDesc] = &[
    deprecated("SUNFUNCS_RET_TIMESTAMP", 0),
    deprecated("SUNFUNCS_RET_STRING", 1),
    deprecated("SUNFUNCS_RET_DOUBLE", 2),
];

const fn deprecated(name: &'static str, value: i64) -> ConstDesc {
    ConstDesc {
        name: StrSlice::new(name),
        ty: TypeDesc::NONE,
        value: ConstValue::scalar(Val::int(value)),
        flags: flags::DEPRECATED,
        is_case: 0,
        doc: StrSlice::NONE,
        attributes: StrSlice::NONE,
    }
}
