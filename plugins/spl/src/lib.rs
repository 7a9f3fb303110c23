//! The SPL extension: exceptions, interfaces, ArrayIterator, iterators over nothing and over others.

pub mod array;
pub mod exceptions;
pub mod iterators;

use plugin_api::{Info, php_module};

fn info(t: &mut Info) {
    t.row("SPL support", "enabled");
}

php_module! {
    name: "SPL",
    version: "8.4.24",
    functions: [iterators::{iterator_count, iterator_apply}],
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
        iterators::{OuterIterator, RecursiveIterator, SeekableIterator, SplObserver, SplSubject, EmptyIterator, IteratorIterator},
        array::{ArrayIterator, RecursiveArrayIterator},
    ],
    minfo: info,
}
