//! The SPL extension: data structures, iterators, files and folders as objects, autoloading.

pub mod array;
pub mod exceptions;
pub mod files;
pub mod functions;
pub mod iterators;
pub mod serial;
pub mod structures;
pub mod support;

use plugin_api::{Info, php_module};

/// Classes and interfaces as `spl_classes()` lists them.
pub const CLASSES: [&str; 55] = [
    "AppendIterator",
    "ArrayIterator",
    "ArrayObject",
    "BadFunctionCallException",
    "BadMethodCallException",
    "CachingIterator",
    "CallbackFilterIterator",
    "DirectoryIterator",
    "DomainException",
    "EmptyIterator",
    "FilesystemIterator",
    "FilterIterator",
    "GlobIterator",
    "InfiniteIterator",
    "InvalidArgumentException",
    "IteratorIterator",
    "LengthException",
    "LimitIterator",
    "LogicException",
    "MultipleIterator",
    "NoRewindIterator",
    "OuterIterator",
    "OutOfBoundsException",
    "OutOfRangeException",
    "OverflowException",
    "ParentIterator",
    "RangeException",
    "RecursiveArrayIterator",
    "RecursiveCachingIterator",
    "RecursiveCallbackFilterIterator",
    "RecursiveDirectoryIterator",
    "RecursiveFilterIterator",
    "RecursiveIterator",
    "RecursiveIteratorIterator",
    "RecursiveRegexIterator",
    "RecursiveTreeIterator",
    "RegexIterator",
    "RuntimeException",
    "SeekableIterator",
    "SplDoublyLinkedList",
    "SplFileInfo",
    "SplFileObject",
    "SplFixedArray",
    "SplHeap",
    "SplMinHeap",
    "SplMaxHeap",
    "SplObjectStorage",
    "SplObserver",
    "SplPriorityQueue",
    "SplQueue",
    "SplStack",
    "SplSubject",
    "SplTempFileObject",
    "UnderflowException",
    "UnexpectedValueException",
];

fn info(t: &mut Info) {
    let of = |interface: bool| {
        let mut list: Vec<&str> = CLASSES.into_iter().filter(|c| is_interface(c) == interface).collect();
        list.dedup();
        list.join(", ")
    };
    t.row("SPL support", "enabled");
    t.row("Interfaces", &of(true));
    t.row("Classes", &of(false));
}

fn is_interface(name: &str) -> bool {
    ["OuterIterator", "RecursiveIterator", "SeekableIterator", "SplObserver", "SplSubject"].contains(&name)
}

php_module! {
    name: "SPL",
    version: "8.4.24",
    requires: ["json"],
    functions: [
        functions::{
            class_implements,
            class_parents,
            class_uses,
            spl_autoload,
            spl_autoload_call,
            spl_autoload_extensions,
            spl_autoload_functions,
            spl_autoload_register,
            spl_autoload_unregister,
            spl_classes,
            spl_object_hash,
            spl_object_id,
            iterator_apply,
            iterator_count,
            iterator_to_array,
        },
    ],
    classes: [
        exceptions::{
            LogicException,
            BadFunctionCallException,
            BadMethodCallException,
            DomainException,
            InvalidArgumentException,
            LengthException,
            OutOfRangeException,
            RuntimeException,
            OutOfBoundsException,
            OverflowException,
            RangeException,
            UnderflowException,
            UnexpectedValueException,
        },
        iterators::interfaces::{RecursiveIterator, OuterIterator},
        iterators::recursive::RecursiveIteratorIterator,
        iterators::outer::IteratorIterator,
        iterators::filter::{
            FilterIterator,
            RecursiveFilterIterator,
            CallbackFilterIterator,
            RecursiveCallbackFilterIterator,
            ParentIterator,
        },
        iterators::interfaces::SeekableIterator,
        iterators::plain::LimitIterator,
        iterators::caching::{CachingIterator, RecursiveCachingIterator},
        iterators::plain::NoRewindIterator,
        iterators::append::AppendIterator,
        iterators::plain::InfiniteIterator,
        iterators::regex::{RegexIterator, RecursiveRegexIterator},
        iterators::interfaces::EmptyIterator,
        iterators::tree::RecursiveTreeIterator,
        array::{ArrayObject, ArrayIterator, RecursiveArrayIterator},
        files::info::SplFileInfo,
        files::directory::{DirectoryIterator, FilesystemIterator, RecursiveDirectoryIterator, GlobIterator},
        files::object::{SplFileObject, SplTempFileObject},
        structures::dllist::{SplDoublyLinkedList, SplQueue, SplStack},
        structures::heap::{SplHeap, SplMinHeap, SplMaxHeap},
        structures::priority_queue::SplPriorityQueue,
        structures::fixed_array::SplFixedArray,
        iterators::interfaces::{SplObserver, SplSubject},
        structures::object_storage::SplObjectStorage,
        structures::multiple::MultipleIterator,
    ],
    exports: ["spl.files/1" = &files::interface::TABLE],
    globals: functions::Globals,
    rshutdown: functions::request_end,
    minfo: info,
}
