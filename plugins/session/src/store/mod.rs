//! Where sessions are kept: files, or callables of the script.
//!
//! Operations give `Ok(false)` (or `None`) where they fail, and `Err` where an exception is pending.

mod files;
mod user;

pub use files::Files;

use crate::id;
use crate::state::session;
use plugin_api::{Ctx, R, Str};

/// A kind of store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Store {
    /// A file for each session.
    Files,
    /// Callables of the script.
    User,
}

impl Store {
    /// The store of that name.
    pub fn find(name: &[u8]) -> Option<Store> {
        match &name.to_ascii_lowercase()[..] {
            b"files" => Some(Store::Files),
            b"user" => Some(Store::User),
            _ => None,
        }
    }
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Store::Files => "files",
            Store::User => "user",
        }
    }
    /// Opens it.
    pub fn open(self, ctx: &mut Ctx, path: &[u8], name: &[u8]) -> R<bool> {
        match self {
            Store::Files => files::open(ctx, path),
            Store::User => user::open(ctx, path, name),
        }
    }
    /// Closes it.
    pub fn close(self, ctx: &mut Ctx) -> R<bool> {
        match self {
            Store::Files => {
                session(ctx).files.take();
                Ok(true)
            }
            Store::User => user::close(ctx),
        }
    }
    /// The text of a session.
    pub fn read(self, ctx: &mut Ctx, id: &[u8]) -> R<Option<Str>> {
        match self {
            Store::Files => files::read(ctx, id),
            Store::User => user::read(ctx, id),
        }
    }
    /// Keeps the text of a session.
    pub fn write(self, ctx: &mut Ctx, id: &[u8], text: &[u8]) -> R<bool> {
        match self {
            Store::Files => files::write(ctx, id, text),
            Store::User => user::write(ctx, id, text),
        }
    }
    /// As [`Store::write`] of a text that did not change.
    pub fn touch(self, ctx: &mut Ctx, id: &[u8], text: &[u8]) -> R<bool> {
        match self {
            Store::Files => files::touch(ctx, id, text),
            Store::User => user::touch(ctx, id, text),
        }
    }
    /// Removes a session.
    pub fn destroy(self, ctx: &mut Ctx, id: &[u8]) -> R<bool> {
        match self {
            Store::Files => Ok(files::destroy(ctx, id)),
            Store::User => user::destroy(ctx, id),
        }
    }
    /// Removes sessions that were not written for so many seconds: how many, negative when it failed.
    pub fn collect(self, ctx: &mut Ctx, lifetime: i64) -> R<i64> {
        match self {
            Store::Files => files::collect(ctx, lifetime),
            Store::User => user::collect(ctx, lifetime),
        }
    }
    /// A new id; `None` when none can be had.
    pub fn create_id(self, ctx: &mut Ctx) -> R<Option<Vec<u8>>> {
        match self {
            Store::Files => files::create_id(ctx),
            Store::User => user::create_id(ctx),
        }
    }
    /// Whether there is a session of that id; a store that cannot tell says so of all.
    pub fn knows(self, ctx: &mut Ctx, id: &[u8]) -> R<bool> {
        match self {
            Store::Files => Ok(files::exists(ctx, id)),
            Store::User => user::knows(ctx, id),
        }
    }
    /// Whether it can tell.
    pub fn can_tell(self, ctx: &mut Ctx) -> bool {
        match self {
            Store::Files => true,
            Store::User => !session(ctx).handlers.borrow().validate_sid.is_null(),
        }
    }
}

/// A new id that no store is asked about.
pub fn plain_id(ctx: &mut Ctx) -> R<Option<Vec<u8>>> {
    id::create(ctx).map(Some)
}
