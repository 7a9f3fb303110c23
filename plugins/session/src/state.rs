//! What is known of the request's session.

use crate::serializer::Serializer;
use crate::store::{Files, Store};
use crate::upload::Progress;
use plugin_api::{Array, Ctx, FromArg, GcRoots, Reference, Str, Value};
use std::cell::{Cell, RefCell};

/// `PHP_SESSION_DISABLED`
pub const DISABLED: i64 = 0;
/// `PHP_SESSION_NONE`
pub const NONE: i64 = 1;
/// `PHP_SESSION_ACTIVE`
pub const ACTIVE: i64 = 2;

/// Callables of `session_set_save_handler()`; null where there is none.
#[derive(Default, GcRoots)]
pub struct Handlers {
    pub open: Value,
    pub close: Value,
    pub read: Value,
    pub write: Value,
    pub destroy: Value,
    pub gc: Value,
    pub create_sid: Value,
    pub validate_sid: Value,
    pub update_timestamp: Value,
}

/// The request's session.
#[derive(Default, GcRoots)]
pub struct Session {
    /// `PHP_SESSION_*`
    #[gc(skip)]
    pub status: Cell<i64>,
    /// Its id.
    #[gc(skip)]
    pub id: RefCell<Option<Vec<u8>>>,
    /// The PHP reference that `$_SESSION` is; null when there is none.
    pub vars: RefCell<Value>,
    /// The store in use.
    #[gc(skip)]
    pub store: Cell<Option<Store>>,
    /// The store that `SessionHandler` hands over to.
    #[gc(skip)]
    pub parent: Cell<Option<Store>>,
    /// How values are written.
    #[gc(skip)]
    pub serializer: Cell<Option<Serializer>>,
    /// What the `files` store has open.
    #[gc(skip)]
    pub files: RefCell<Option<Files>>,
    /// Whether the callables' store is open.
    #[gc(skip)]
    pub user_open: Cell<bool>,
    /// Whether `SessionHandler`'s parent store is open.
    #[gc(skip)]
    pub parent_open: Cell<bool>,
    /// The callables.
    pub handlers: RefCell<Handlers>,
    /// Class of the object that they are methods of.
    #[gc(skip)]
    pub handler_class: RefCell<Option<String>>,
    /// One of the callables runs.
    #[gc(skip)]
    pub in_handler: Cell<bool>,
    /// `session.save_handler` may become `user` now.
    #[gc(skip)]
    pub setting_handler: Cell<bool>,
    /// `SID` is to hold the id.
    #[gc(skip)]
    pub define_sid: Cell<bool>,
    /// The client is to be sent the cookie.
    #[gc(skip)]
    pub send_cookie: Cell<bool>,
    /// What the store gave, for `session.lazy_write`.
    #[gc(skip)]
    pub read: RefCell<Option<Str>>,
    /// File and line of the code that started it.
    #[gc(skip)]
    pub started: RefCell<Option<(Vec<u8>, u32)>>,
    /// The upload that runs.
    pub progress: RefCell<Option<Progress>>,
}

/// The session of the request.
pub fn session(ctx: &mut Ctx) -> &'static Session {
    ctx.globals::<Session>()
}

impl Session {
    /// Whether it is active.
    pub fn is_active(&self) -> bool {
        self.status.get() == ACTIVE
    }
    /// Whether its store is open.
    pub fn is_open(&self) -> bool {
        self.user_open.get() || self.files.borrow().is_some()
    }
    /// Forgets what belongs to a session, not to the request.
    pub fn reset(&self) {
        self.status.set(NONE);
        self.id.take();
        self.in_handler.set(false);
        self.setting_handler.set(false);
        self.files.take();
        self.parent_open.set(false);
        self.define_sid.set(true);
        self.read.take();
        self.started.take();
    }
    /// The values; `None` when `$_SESSION` is none of this session's, or no array.
    pub fn values(&self) -> Option<Array> {
        let vars = self.vars.borrow();
        if !vars.is_reference() { None } else { vars.as_array().cloned() }
    }
    /// Changes the values, if there are any.
    pub fn change(&self, f: impl FnOnce(&mut Array)) {
        let vars = self.vars.borrow().clone();
        if !vars.is_reference() {
            return;
        }
        let Some(r) = Reference::from_arg(&vars) else { return };
        if let Some(mut a) = r.take_array() {
            f(&mut a);
            r.put_array(a);
        }
    }
    /// Makes `$_SESSION` a fresh variable.
    pub fn publish(&self, ctx: &mut Ctx, values: Value) {
        let r = Value::new_reference(values);
        drop(self.vars.replace(r.clone()));
        ctx.set_global("_SESSION", r);
    }
}
