//! The frozen, no_std ABI between the Howdah engine and its extensions.
