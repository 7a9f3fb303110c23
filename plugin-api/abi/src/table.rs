//! The size-prefixed tables of engine functions.
