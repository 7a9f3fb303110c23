//! Data structures: lists, heaps, fixed arrays, sets of objects.

pub mod dllist;
pub mod fixed_array;
pub mod heap;
pub mod multiple;
pub mod object_storage;
pub mod priority_queue;
