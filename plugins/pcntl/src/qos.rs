//! Qualities of service, which only other systems have.

use plugin_api::php_class;

/// A quality of service.
#[php_class(
    "enum Pcntl\\QosClass",
    "case UserInteractive",
    "case UserInitiated",
    "case Default",
    "case Utility",
    "case Background"
)]
pub struct QosClass;
