//! The interpreter: calls, classes, exceptions, generators, fibers, inline caches.
