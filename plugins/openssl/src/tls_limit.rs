//! How often clients may negotiate again: a bucket that leaks, against those who have a server compute for nothing.

use crate::options::Options;
use crate::sys as ffi;
use crate::tls::layer;
use plugin_api::{Ctx, R, Value};
use std::ffi::c_int;
use std::time::{SystemTime, UNIX_EPOCH};

/// The bucket.
pub struct Limit {
    /// When hands were shaken last, 0: never.
    last: i64,
    /// Negotiations that are allowed …
    limit: i64,
    /// … in so many seconds.
    window: i64,
    drops: i64,
    /// It ran over: the connection is to be closed.
    pub exceeded: bool,
}

impl Limit {
    /// The limit of the options; `None`: there is none.
    pub fn new(options: &Options) -> Option<Limit> {
        let limit = options.int("reneg_limit").unwrap_or(2);
        let window = options.int("reneg_window").unwrap_or(300);
        (limit >= 0).then_some(Limit { last: 0, limit, window, drops: 0, exceeded: false })
    }

    /// Counts a negotiation. Whether the bucket ran over.
    fn count(&mut self) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64);
        let before = std::mem::replace(&mut self.last, now);
        if before == 0 {
            return false;
        }
        let leaked = (now - before).saturating_mul(self.limit.checked_div(self.window).unwrap_or(0));
        self.drops = (self.drops - leaked).max(0) + 1;
        self.drops > self.limit
    }
}

/// Told of what an `SSL` does.
pub unsafe extern "C" fn informed(ssl: *const ffi::SSL, what: c_int, _: c_int) {
    if what & ffi::SSL_CB_HANDSHAKE_START == 0 {
        return;
    }
    // SAFETY: set on the objects of layers only.
    let Some(tls) = (unsafe { layer(ssl) }) else { return };
    let over = tls.limit.borrow_mut().as_mut().is_some_and(Limit::count);
    if !over {
        return;
    }
    let goes_on = Ctx::current(|ctx| -> R<bool> {
        let Some(stream) = tls.stream() else { return Ok(false) };
        let callback = Options(stream.context(ctx)).get("reneg_limit_callback");
        let Some(callback) = callback else {
            ctx.warning("SSL: client-initiated handshake rate limit exceeded by peer")?;
            return Ok(false);
        };
        let shown = stream.resource(ctx);
        let r = callback.call(ctx, &[shown])?;
        Ok(r.identical(&Value::bool(true)))
    });
    if let Some(l) = tls.limit.borrow_mut().as_mut() {
        l.exceeded = !matches!(goes_on, Some(Ok(true)));
    }
}
