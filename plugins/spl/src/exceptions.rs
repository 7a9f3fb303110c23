//! SPL's exceptions.

use plugin_api::php_class;

/// `LogicException`
#[php_class("class LogicException extends Exception")]
pub struct LogicException;
/// `BadFunctionCallException`
#[php_class("class BadFunctionCallException extends LogicException")]
pub struct BadFunctionCallException;
/// `BadMethodCallException`
#[php_class("class BadMethodCallException extends BadFunctionCallException")]
pub struct BadMethodCallException;
/// `DomainException`
#[php_class("class DomainException extends LogicException")]
pub struct DomainException;
/// `InvalidArgumentException`
#[php_class("class InvalidArgumentException extends LogicException")]
pub struct InvalidArgumentException;
/// `LengthException`
#[php_class("class LengthException extends LogicException")]
pub struct LengthException;
/// `OutOfRangeException`
#[php_class("class OutOfRangeException extends LogicException")]
pub struct OutOfRangeException;
/// `RuntimeException`
#[php_class("class RuntimeException extends Exception")]
pub struct RuntimeException;
/// `OutOfBoundsException`
#[php_class("class OutOfBoundsException extends RuntimeException")]
pub struct OutOfBoundsException;
/// `OverflowException`
#[php_class("class OverflowException extends RuntimeException")]
pub struct OverflowException;
/// `RangeException`
#[php_class("class RangeException extends RuntimeException")]
pub struct RangeException;
/// `UnderflowException`
#[php_class("class UnderflowException extends RuntimeException")]
pub struct UnderflowException;
/// `UnexpectedValueException`
#[php_class("class UnexpectedValueException extends RuntimeException")]
pub struct UnexpectedValueException;
