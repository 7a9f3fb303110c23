//! Waiting for several sockets.

use crate::socket::{self, Socket};
use crate::sys::{self, FdSet};
use plugin_api::{Array, Ctx, OrFalse, R, Reference, This, php_function};
use std::os::fd::RawFd;

/// An array of sockets, and their descriptors.
struct Asked(Array, Vec<RawFd>);

fn asked(ctx: &mut Ctx, n: u32, set: Array) -> R<Asked> {
    let mut fds = Vec::with_capacity(set.len());
    for v in set.values() {
        let Some(this) = v.as_object().and_then(This::<Socket>::of) else {
            let given = v.value_name();
            let message = format!("must only have elements of type Socket, {given} given");
            return Err(ctx.argument_type_error(n, message));
        };
        let fd = this.borrow(ctx)?.fd;
        if fd < 0 {
            return Err(ctx.argument_type_error(n, "contains a closed socket"));
        }
        fds.push(fd);
    }
    Ok(Asked(set, fds))
}

impl Asked {
    /// The sockets that are in a set, by their keys.
    fn within(&self, set: &FdSet) -> Array {
        let mut out = Array::new();
        for ((k, v), fd) in self.0.iter().zip(&self.1) {
            if set.has(*fd) {
                out.set(k, v.clone());
            }
        }
        out
    }
}

/// Waits until sockets can be read, written, or have something urgent; of the arrays those remain.
#[php_function(
    "socket_select(?array &$read, ?array &$write, ?array &$except, ?int $seconds, int $microseconds = 0): int|false"
)]
fn socket_select(
    ctx: &mut Ctx,
    read: Reference<'_>,
    write: Reference<'_>,
    except: Reference<'_>,
    seconds: Option<i64>,
    microseconds: i64,
) -> R<OrFalse<i64>> {
    const SECOND: i64 = 1_000_000;
    let mut sets = [FdSet::new(), FdSet::new(), FdSet::new()];
    let mut all = Vec::with_capacity(3);
    for (n, r) in (1..).zip([read, write, except]) {
        let set = r.get().as_array().cloned();
        all.push(match set {
            Some(set) => Some(asked(ctx, n, set)?),
            None => None,
        });
    }
    if all.iter().flatten().all(|a| a.1.is_empty()) {
        return Err(ctx.value_error("socket_select(): At least one array argument must be passed"));
    }
    let mut greatest = 0;
    for (set, asked) in sets.iter_mut().zip(&all) {
        for fd in asked.iter().flat_map(|a| &a.1) {
            set.add(*fd);
            greatest = greatest.max(*fd);
        }
    }
    if greatest >= FdSet::ROOM {
        let room = FdSet::ROOM;
        // Rounded up as PHP advises it.
        let wanted = (greatest.saturating_add(1024)) & !1023;
        ctx.warning(format!(
            "You MUST recompile PHP with a larger value of FD_SETSIZE.\nIt is set to {room}, but you have descriptors \
             numbered at least as high as {greatest}.\n --enable-fd-setsize={wanted} is recommended, but you may want to \
             set it\nto equal the maximum number of open files supported by your system,\nin order to avoid seeing this \
             error again at a later date."
        ))?;
        return Ok(OrFalse::FALSE);
    }
    let limit = seconds.map(|s| match microseconds {
        m if m >= SECOND => (s.saturating_add(m / SECOND), m % SECOND),
        m => (s, m),
    });
    let n = match sys::select(greatest + 1, &mut sets, limit) {
        Ok(n) => n,
        Err(e) => {
            socket::warn(ctx, "Unable to select", e)?;
            return Ok(OrFalse::FALSE);
        }
    };
    for ((r, asked), set) in [read, write, except].into_iter().zip(&all).zip(&sets) {
        if let Some(asked) = asked {
            r.set(ctx, asked.within(set))?;
        }
    }
    Ok(OrFalse(Some(n.into())))
}
