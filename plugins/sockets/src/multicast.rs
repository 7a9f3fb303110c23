//! Options for sending to many, and for receiving what others send to many.

use crate::address;
use crate::options::UNSET;
use crate::socket::{Open, Socket, went};
use crate::sys::{self, Address, NoInterface};
use plugin_api::{Array, Ctx, R, This, Value};

/// Whether an option is one of these.
pub enum Handled {
    /// It is, and whether it was set.
    Yes(bool),
    /// It is not.
    No,
}

/// The address that an array has under a key; `None` after a warning.
fn address_in(ctx: &mut Ctx, socket: &This<Socket>, s: Open, of: &Array, key: &str) -> R<Option<Address>> {
    let Some(v) = of.get(key).cloned() else {
        return Err(ctx.value_error(format!("No key \"{key}\" passed in optval")));
    };
    let host = v.to_str(ctx)?;
    if !matches!(s.family, libc::AF_INET | libc::AF_INET6) {
        ctx.warning("IP address used in the context of an unexpected type of socket")?;
        return Ok(None);
    }
    address::ip(ctx, socket, s.family, host.as_bytes(), 0)
}

/// The interface that an array names, 0 (any) when it names none; `None` after a warning.
fn interface_in(ctx: &mut Ctx, of: &Array) -> R<Option<u32>> {
    match of.get("interface").cloned() {
        Some(v) => address::interface(ctx, &v),
        None => Ok(Some(0)),
    }
}

fn membership(
    ctx: &mut Ctx,
    socket: &This<Socket>,
    s: Open,
    level: i32,
    name: i32,
    value: &Value,
) -> R<bool> {
    let of = value.to_array(ctx)?;
    let Some(group) = address_in(ctx, socket, s, &of, "group")? else { return Ok(false) };
    let source = match name {
        libc::MCAST_JOIN_GROUP | libc::MCAST_LEAVE_GROUP => None,
        _ => match address_in(ctx, socket, s, &of, "source")? {
            None => return Ok(false),
            source => source,
        },
    };
    let Some(interface) = interface_in(ctx, &of)? else { return Ok(false) };
    let r = match source {
        None => sys::set_group(s.fd, level, name, interface, &group),
        Some(source) => sys::set_source(s.fd, level, name, interface, &group, &source),
    };
    went(ctx, socket, UNSET, r)
}

/// Sets an option of IPv4's or IPv6's level, if it is one of multicasting.
pub fn set(
    ctx: &mut Ctx,
    socket: &This<Socket>,
    s: Open,
    level: i32,
    name: i32,
    value: &Value,
) -> R<Handled> {
    if matches!(
        name,
        libc::MCAST_JOIN_GROUP
            | libc::MCAST_LEAVE_GROUP
            | libc::MCAST_BLOCK_SOURCE
            | libc::MCAST_UNBLOCK_SOURCE
            | libc::MCAST_JOIN_SOURCE_GROUP
            | libc::MCAST_LEAVE_SOURCE_GROUP
    ) {
        return membership(ctx, socket, s, level, name, value).map(Handled::Yes);
    }
    let r = match (level, name) {
        (libc::IPPROTO_IP, libc::IP_MULTICAST_IF) => {
            let Some(n) = address::interface(ctx, value)? else { return Ok(Handled::Yes(false)) };
            let address = match n {
                0 => [0; 4],
                n => match sys::interface_address(s.fd, n) {
                    Ok(a) => a,
                    Err(e) => {
                        ctx.warning(format!("Failed obtaining address for interface {n}: error {e}"))?;
                        return Ok(Handled::Yes(false));
                    }
                },
            };
            sys::set_option(s.fd, level, name, &address)
        }
        (libc::IPPROTO_IP, libc::IP_MULTICAST_LOOP) => {
            sys::set_option(s.fd, level, name, &[value.to_bool().into()])
        }
        (libc::IPPROTO_IP, libc::IP_MULTICAST_TTL) => {
            let n = value.to_int();
            ctx.pending()?;
            let Ok(n) = u8::try_from(n) else {
                return Err(ctx.argument_value_error(4, "must be between 0 and 255"));
            };
            sys::set_option(s.fd, level, name, &[n])
        }
        (libc::IPPROTO_IPV6, libc::IPV6_MULTICAST_IF) => {
            let Some(n) = address::interface(ctx, value)? else { return Ok(Handled::Yes(false)) };
            sys::set_option(s.fd, level, name, &n.to_ne_bytes())
        }
        (libc::IPPROTO_IPV6, libc::IPV6_MULTICAST_LOOP) => {
            sys::set_option(s.fd, level, name, &i32::from(value.to_bool()).to_ne_bytes())
        }
        (libc::IPPROTO_IPV6, libc::IPV6_MULTICAST_HOPS) => {
            let n = value.to_int();
            ctx.pending()?;
            if !(-1..=255).contains(&n) {
                return Err(ctx.argument_value_error(4, "must be between -1 and 255"));
            }
            sys::set_option(s.fd, level, name, &(n as i32).to_ne_bytes())
        }
        _ => return Ok(Handled::No),
    };
    went(ctx, socket, UNSET, r).map(Handled::Yes)
}

/// The number of the interface with an address, 0 for no address; `None` after a warning.
pub fn interface_of(ctx: &mut Ctx, s: Open, address: [u8; 4]) -> R<Option<u32>> {
    if address == [0; 4] {
        return Ok(Some(0));
    }
    let why = match sys::interface_of(s.fd, address) {
        Ok(n) => return Ok(Some(n)),
        Err(NoInterface::List(e)) => format!("Failed obtaining interfaces list: error {e}"),
        Err(NoInterface::Number(e)) => format!("Error converting interface name to index: error {e}"),
        Err(NoInterface::None) => {
            format!("The interface with IP address {} was not found", sys::text_v4(address))
        }
    };
    ctx.warning(why).map(|()| None)
}
