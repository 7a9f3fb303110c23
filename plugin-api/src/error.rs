//! How a native function ends early.

use plugin_api_abi::Status;

/// What a function that may throw gives.
pub type R<T> = Result<T, Throw>;

/// An exception is pending in the context, or the request ends. Pass it up with `?`. As wide as a value's parts, so that a result
/// is copied by whole parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
#[repr(u64)]
pub enum Throw {
    /// An exception is pending.
    Exception,
    /// The request ends: exit, time-out, fatal error. Nothing more of it may run.
    Bailout,
}

impl Throw {
    /// As the ABI says it.
    #[inline]
    pub fn status(self) -> Status {
        match self {
            Throw::Exception => Status::Exception,
            Throw::Bailout => Status::Bailout,
        }
    }
}

/// A status as a result.
#[inline(always)]
pub(crate) fn check(s: Status) -> R<()> {
    match s {
        Status::Ok => Ok(()),
        Status::Exception => Err(Throw::Exception),
        Status::Bailout => Err(Throw::Bailout),
    }
}

/// The error behind a status that is not Ok.
pub(crate) fn thrown(s: Status) -> Throw {
    if s == Status::Bailout { Throw::Bailout } else { Throw::Exception }
}
