//! Writing and closing an archive, with the callbacks that watch it.

use crate::class::ZipArchive;
use howdah_libzip::{Archive, Watch};
use plugin_api::{Ctx, R, Throw, Value};
use std::cell::{Cell, RefCell};

/// The callbacks of an object.
pub struct Watchers {
    progress: Option<(f64, Value)>,
    cancel: Option<Value>,
}

impl Watchers {
    /// Takes an object's callbacks.
    pub fn of(p: &mut ZipArchive) -> Watchers {
        let rate = p.rate;
        Watchers { progress: p.progress.take().map(|f| (rate, f)), cancel: p.cancel.take() }
    }
    /// Gives them back.
    pub fn restore(self, p: &mut ZipArchive) {
        p.progress = self.progress.map(|(_, f)| f);
        p.cancel = self.cancel;
    }
}

/// Writes and closes an archive while its callbacks watch. No archive or object is borrowed while they run. After an
/// exception of one no other is called, and writing goes on. `Ok` holds what the callbacks threw.
///
/// # Errors
/// The archive that could not be written, with its callbacks.
pub fn close(ctx: &mut Ctx, zip: Archive, watchers: Watchers) -> Result<R<()>, (Archive, Watchers)> {
    let shared = RefCell::new(ctx);
    let thrown: Cell<Option<Throw>> = Cell::new(None);
    let call = |f: &Value, args: &[Value]| -> Option<Value> {
        let mut ctx = shared.borrow_mut();
        if thrown.get().is_some() || ctx.pending().is_err() {
            return None;
        }
        f.call(&mut ctx, args).map_err(|t| thrown.set(Some(t))).ok()
    };
    let mut on_progress = |state: f64| {
        if let Some((_, f)) = &watchers.progress {
            call(f, &[Value::float(state)]);
        }
    };
    let mut on_cancel =
        || watchers.cancel.as_ref().and_then(|f| call(f, &[])).is_some_and(|v| (v.to_int() as i32) != 0);
    let watch = Watch {
        progress: watchers
            .progress
            .as_ref()
            .map(|(rate, _)| (*rate, &mut on_progress as &mut dyn FnMut(f64))),
        cancel: watchers.cancel.as_ref().map(|_| &mut on_cancel as &mut dyn FnMut() -> bool),
    };
    match zip.close(watch) {
        Ok(()) => Ok(thrown.get().map_or(Ok(()), Err)),
        Err(zip) => Err((zip, watchers)),
    }
}
