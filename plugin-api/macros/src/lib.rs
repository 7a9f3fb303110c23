//! The macros that declare functions, classes and modules of a Howdah extension.
