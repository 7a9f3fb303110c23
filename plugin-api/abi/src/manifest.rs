//! The manifest that the engine reads before it loads a library.
