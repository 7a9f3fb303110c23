//! Oplines, literals and immutable compiled units, and their disassembler.
