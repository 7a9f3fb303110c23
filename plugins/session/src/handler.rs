//! The interfaces of save handlers, and the class that hands over to the built-in store.

use crate::state::{Session, session};
use crate::store::Store;
use plugin_api::{Ctx, OrFalse, R, Str, php_class, php_methods};

/// What a save handler does.
#[php_class(
    "interface SessionHandlerInterface",
    "public function open(string $path, string $name): ~bool",
    "public function close(): ~bool",
    "public function read(string $id): ~string|false",
    "public function write(string $id, string $data): ~bool",
    "public function destroy(string $id): ~bool",
    "public function gc(int $max_lifetime): ~int|false"
)]
pub struct SessionHandlerInterface;

/// A save handler that makes ids.
#[php_class("interface SessionIdInterface", "public function create_sid(): ~string")]
pub struct SessionIdInterface;

/// A save handler that knows its ids and how old its sessions are.
#[php_class(
    "interface SessionUpdateTimestampHandlerInterface",
    "public function validateId(string $id): ~bool",
    "public function updateTimestamp(string $id, string $data): ~bool"
)]
pub struct SessionUpdateTimestampHandlerInterface;

/// The built-in store as an object.
#[php_class("class SessionHandler implements SessionHandlerInterface, SessionIdInterface")]
pub struct SessionHandler;

/// The store behind the object.
fn parent(ctx: &mut Ctx) -> R<(&'static Session, Store)> {
    let s = session(ctx);
    if !s.is_active() {
        return Err(ctx.error("Session is not active"));
    }
    match s.parent.get() {
        Some(p) => Ok((s, p)),
        None => Err(ctx.error("Cannot call default session handler")),
    }
}

/// As [`parent`] of one that is open; `None` after a warning.
fn open_parent(ctx: &mut Ctx) -> R<Option<(&'static Session, Store)>> {
    let (s, p) = parent(ctx)?;
    if !s.parent_open.get() {
        ctx.warning("Parent session handler is not open")?;
        return Ok(None);
    }
    Ok(Some((s, p)))
}

#[php_methods]
impl SessionHandler {
    #[php("public function open(string $path, string $name): ~bool")]
    fn open(ctx: &mut Ctx, path: &[u8], name: &[u8]) -> R<bool> {
        let (s, p) = parent(ctx)?;
        let opened = p.open(ctx, path, name)?;
        if opened {
            s.parent_open.set(true);
        }
        Ok(opened)
    }
    #[php("public function close(): ~bool")]
    fn close(ctx: &mut Ctx) -> R<bool> {
        let Some((s, p)) = open_parent(ctx)? else { return Ok(false) };
        s.parent_open.set(false);
        p.close(ctx)
    }
    #[php("public function read(string $id): ~string|false")]
    fn read(ctx: &mut Ctx, id: &[u8]) -> R<OrFalse<Str>> {
        let Some((_, p)) = open_parent(ctx)? else { return Ok(OrFalse::FALSE) };
        p.read(ctx, id).map(OrFalse)
    }
    #[php("public function write(string $id, string $data): ~bool")]
    fn write(ctx: &mut Ctx, id: &[u8], data: &[u8]) -> R<bool> {
        let Some((_, p)) = open_parent(ctx)? else { return Ok(false) };
        p.write(ctx, id, data)
    }
    #[php("public function destroy(string $id): ~bool")]
    fn destroy(ctx: &mut Ctx, id: &[u8]) -> R<bool> {
        let Some((_, p)) = open_parent(ctx)? else { return Ok(false) };
        p.destroy(ctx, id)
    }
    #[php("public function gc(int $max_lifetime): ~int|false")]
    fn gc(ctx: &mut Ctx, max_lifetime: i64) -> R<OrFalse<i64>> {
        let Some((_, p)) = open_parent(ctx)? else { return Ok(OrFalse::FALSE) };
        let n = p.collect(ctx, max_lifetime)?;
        Ok(OrFalse((n >= 0).then_some(n)))
    }
    #[php("public function create_sid(): ~string")]
    fn create_sid(ctx: &mut Ctx) -> R<Option<Vec<u8>>> {
        let (_, p) = parent(ctx)?;
        p.create_id(ctx)
    }
}
