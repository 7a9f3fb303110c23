//! The size-prefixed tables of engine functions.

/// Module startup's context, opaque to extensions: constants and interfaces can be registered, values cannot be made.
#[repr(C)]
pub struct ModuleCtx {
    _private: [u8; 0],
}

/// Where `minfo` writes its rows, opaque to extensions.
#[repr(C)]
pub struct InfoSink {
    _private: [u8; 0],
}
