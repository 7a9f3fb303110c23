//! Descriptors: what an extension registers.
