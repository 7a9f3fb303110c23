//! Interfaces of iteration and of observers; the iterator over nothing.

use crate::support::throw;
use plugin_api::{Ctx, R, php_class, php_methods};

/// `OuterIterator`
#[php_class("interface OuterIterator extends Iterator", "public function getInnerIterator(): ~?Iterator")]
pub struct OuterIterator;

/// `RecursiveIterator`
#[php_class(
    "interface RecursiveIterator extends Iterator",
    "public function hasChildren(): ~bool",
    "public function getChildren(): ~?RecursiveIterator"
)]
pub struct RecursiveIterator;

/// `SeekableIterator`
#[php_class("interface SeekableIterator extends Iterator", "public function seek(int $offset): ~void")]
pub struct SeekableIterator;

/// `SplObserver`
#[php_class("interface SplObserver", "public function update(SplSubject $subject): ~void")]
pub struct SplObserver;

/// `SplSubject`
#[php_class(
    "interface SplSubject",
    "public function attach(SplObserver $observer): ~void",
    "public function detach(SplObserver $observer): ~void",
    "public function notify(): ~void"
)]
pub struct SplSubject;

/// Iterates over nothing.
#[php_class("class EmptyIterator implements Iterator")]
pub struct EmptyIterator;

#[php_methods]
impl EmptyIterator {
    #[php("public function current(): ~never")]
    fn current(ctx: &mut Ctx) -> R<()> {
        Err(throw(ctx, "BadMethodCallException", "Accessing the value of an EmptyIterator"))
    }
    #[php("public function next(): ~void")]
    fn next() {}
    #[php("public function key(): ~never")]
    fn key(ctx: &mut Ctx) -> R<()> {
        Err(throw(ctx, "BadMethodCallException", "Accessing the key of an EmptyIterator"))
    }
    #[php("public function valid(): ~false")]
    fn valid() -> bool {
        false
    }
    #[php("public function rewind(): ~void")]
    fn rewind() {}
}
