//! Addresses from what scripts give: figures, hosts' names, interfaces.

use crate::socket::{Socket, failed};
use crate::sys::{self, Address};
use plugin_api::{Ctx, Kind, R, This, Value};

const LOOKUP: &str = "Host lookup failed";
/// Below this the error numbers are the resolver's.
const RESOLVER: i32 = -10000;

/// The IPv4 address of a host; `None` after a warning.
pub fn v4(ctx: &mut Ctx, s: &This<Socket>, host: &[u8]) -> R<Option<[u8; 4]>> {
    if let Some(a) = sys::parse_v4(host) {
        return Ok(Some(a));
    }
    match sys::host_v4(host) {
        Ok(Some(a)) => return Ok(Some(a)),
        Ok(None) => ctx.warning("Host lookup failed: Non AF_INET domain returned on AF_INET socket")?,
        Err(n) => failed(ctx, s, LOOKUP, RESOLVER.saturating_sub(n))?,
    }
    Ok(None)
}

/// The IPv6 address of a host and its scope, which is an interface's number or name behind `%`; `None` after a warning.
pub fn v6(ctx: &mut Ctx, s: &This<Socket>, host: &[u8]) -> R<Option<([u8; 16], u32)>> {
    let address = match sys::parse_v6(host) {
        Some(a) => a,
        None => match sys::host_v6(host) {
            Ok(Some(a)) => a,
            Ok(None) => {
                ctx.warning("Host lookup failed: Non AF_INET6 domain returned on AF_INET6 socket")?;
                return Ok(None);
            }
            Err(n) => {
                failed(ctx, s, LOOKUP, RESOLVER.saturating_sub(n))?;
                return Ok(None);
            }
        },
    };
    let Some(at) = host.iter().position(|c| *c == b'%') else { return Ok(Some((address, 0))) };
    let scope = c_part(&host[at + 1..]);
    let scope = match Value::numeric(scope) {
        Some((n, false)) if n.as_int().is_some() => {
            n.as_int().and_then(|n| u32::try_from(n).ok()).unwrap_or(0)
        }
        _ => interface_named(ctx, scope)?.unwrap_or(0),
    };
    Ok(Some((address, scope)))
}

/// A text as C reads it: up to its first NUL.
pub fn c_part(b: &[u8]) -> &[u8] {
    &b[..b.iter().position(|c| *c == 0).unwrap_or(b.len())]
}

/// The address of a host and port for a socket's family; `None` after a warning.
pub fn ip(ctx: &mut Ctx, s: &This<Socket>, family: i32, host: &[u8], port: i64) -> R<Option<Address>> {
    let port = port as u16;
    if family == libc::AF_INET {
        return Ok(v4(ctx, s, host)?.map(|a| Address::v4(a, port)));
    }
    Ok(v6(ctx, s, host)?.map(|(a, scope)| Address::v6(a, port, 0, scope)))
}

/// The number of an interface; `None` after a warning.
pub fn interface_named(ctx: &mut Ctx, name: &[u8]) -> R<Option<u32>> {
    let n = sys::interface_number(name);
    if n == 0 {
        let name = String::from_utf8_lossy(c_part(name)).into_owned();
        ctx.warning(format!("No interface with name \"{name}\" could be found"))?;
        return Ok(None);
    }
    Ok(Some(n))
}

/// The number of an interface that a script names by name or number; `None` after a warning.
pub fn interface(ctx: &mut Ctx, v: &Value) -> R<Option<u32>> {
    if let Kind::Int(n) = v.kind() {
        return match u32::try_from(n) {
            Ok(n) => Ok(Some(n)),
            Err(_) => Err(ctx.value_error(format!("Index must be between 0 and {}", u32::MAX))),
        };
    }
    let name = v.to_str(ctx)?;
    interface_named(ctx, name.as_bytes())
}
