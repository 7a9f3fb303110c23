//! Options of sockets.

use crate::multicast::{self, Handled};
use crate::send;
use crate::socket::{Open, Socket, failed, open, went};
use crate::sys::{self, Plain};
use plugin_api::abi::prop_purpose;
use plugin_api::{Array, Ctx, Kind, R, Str, This, Value, php_function};

const UNREADABLE: &str = "Unable to retrieve socket option";
/// The warning for an option that the system refuses.
pub const UNSET: &str = "Unable to set socket option";
/// `SO_DETACH_BPF`
const STOP_SPREADING: i32 = 27;
/// Bytes of a congestion algorithm's name.
const NAME_ROOM: usize = 16;

fn read<T: Plain>(
    ctx: &mut Ctx,
    socket: &This<Socket>,
    s: Open,
    level: i32,
    name: i32,
) -> R<Option<(T, usize)>> {
    match sys::option(s.fd, level, name) {
        Ok(v) => Ok(Some(v)),
        Err(e) => failed(ctx, socket, UNREADABLE, e).map(|()| None),
    }
}

fn record<const N: usize>(pairs: [(&str, i64); N]) -> Value {
    let mut out = Array::with_capacity(N);
    for (k, v) in pairs {
        out.set(k, v);
    }
    out.into()
}

fn get(ctx: &mut Ctx, socket: &This<Socket>, level: i64, option: i64) -> R<Value> {
    let s = open(ctx, socket)?;
    let (level, name) = (level as i32, option as i32);
    let no = Value::bool(false);
    match (level, name) {
        (libc::IPPROTO_IP, libc::IP_MULTICAST_IF) => {
            let Some((address, _)) = read::<[u8; 4]>(ctx, socket, s, level, name)? else { return Ok(no) };
            let number = multicast::interface_of(ctx, s, address)?;
            Ok(number.map_or(no, |n| Value::int(n.into())))
        }
        (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO) => {
            match sys::option::<[u8; sys::PACKET_INFO]>(s.fd, level, name) {
                Ok((v, _)) => Ok(crate::receive::packet_info(&v).into()),
                Err(e) => failed(ctx, socket, "unable to get socket option", e).map(|()| no),
            }
        }
        (libc::IPPROTO_TCP, libc::TCP_CONGESTION) => {
            let Some((text, len)) = read::<[u8; NAME_ROOM]>(ctx, socket, s, level, name)? else {
                return Ok(no);
            };
            let mut out = Array::new();
            let text = text.get(..len).unwrap_or(&text);
            out.set("name", Value::str(crate::address::c_part(text)));
            Ok(out.into())
        }
        (libc::SOL_SOCKET, libc::SO_LINGER) => {
            let Some(([on, seconds], _)) = read::<[i32; 2]>(ctx, socket, s, level, name)? else {
                return Ok(no);
            };
            Ok(record([("l_onoff", on.into()), ("l_linger", seconds.into())]))
        }
        (libc::SOL_SOCKET, libc::SO_RCVTIMEO | libc::SO_SNDTIMEO) => {
            let Some(([sec, usec], _)) = read::<[i64; 2]>(ctx, socket, s, level, name)? else {
                return Ok(no);
            };
            Ok(record([("sec", sec), ("usec", usec)]))
        }
        (libc::SOL_SOCKET, libc::SO_MEMINFO) => {
            const NAMES: [&str; sys::MEMORY_NUMBERS] = [
                "rmem_alloc",
                "rcvbuf",
                "wmem_alloc",
                "sndbuf",
                "fwd_alloc",
                "wmem_queued",
                "optmem",
                "backlog",
                "drops",
            ];
            let Some((numbers, len)) = read::<[u32; sys::MEMORY_NUMBERS]>(ctx, socket, s, level, name)?
            else {
                return Ok(no);
            };
            if len != size_of_val(&numbers) {
                ctx.warning("Unable to retrieve all socket meminfo data")?;
                return Ok(no);
            }
            let mut out = Array::with_capacity(NAMES.len());
            for (k, v) in NAMES.into_iter().zip(numbers) {
                out.set(k, i64::from(v));
            }
            Ok(out.into())
        }
        _ => {
            let Some((v, len)) = read::<i32>(ctx, socket, s, level, name)? else { return Ok(no) };
            // Some options of IPv4 are a byte.
            Ok(Value::int(if len == 1 { v.to_ne_bytes()[0].into() } else { v.into() }))
        }
    }
}

/// What an array or an object's properties say under a key, as a number; PHP's ValueError where they say nothing.
fn number(ctx: &mut Ctx, of: &Array, key: &str) -> R<i64> {
    let Some(v) = of.get(key) else {
        return Err(ctx.argument_value_error(4, format!("must have key \"{key}\"")));
    };
    let n = v.to_int();
    ctx.pending()?;
    Ok(n)
}

/// The array, or an object's properties, that an option's value is.
fn fields(ctx: &mut Ctx, option: &str, value: &Value) -> R<Array> {
    match value.kind() {
        Kind::Array(a) => Ok(a.clone()),
        Kind::Object(o) => o.properties_for(ctx, prop_purpose::ARRAY_CAST),
        _ => {
            let given = value.value_name();
            let message =
                format!("must be of type array when argument #3 ($option) is {option}, {given} given");
            Err(ctx.argument_type_error(4, message))
        }
    }
}

fn linger(ctx: &mut Ctx, value: &Value) -> R<[i32; 2]> {
    let of = fields(ctx, "SO_LINGER", value)?;
    for key in ["l_onoff", "l_linger"] {
        if of.get(key).is_none() {
            return Err(ctx.argument_value_error(4, format!("must have key \"{key}\"")));
        }
    }
    let mut out = [0; 2];
    let given = [("l_onoff", number(ctx, &of, "l_onoff")?), ("l_linger", number(ctx, &of, "l_linger")?)];
    for (to, (key, n)) in out.iter_mut().zip(given) {
        let Ok(n) = u16::try_from(n) else {
            let message = format!("\"{key}\" must be between 0 and {}", u16::MAX);
            return Err(ctx.argument_value_error(4, message));
        };
        *to = n.into();
    }
    Ok(out)
}

fn time(ctx: &mut Ctx, option: &str, value: &Value) -> R<[i64; 2]> {
    let of = fields(ctx, option, value)?;
    for key in ["sec", "usec"] {
        if of.get(key).is_none() {
            return Err(ctx.argument_value_error(4, format!("must have key \"{key}\"")));
        }
    }
    Ok([number(ctx, &of, "sec")?, number(ctx, &of, "usec")?])
}

/// The text that an option's value is; other values are the empty one.
fn words(value: &Value) -> &[u8] {
    value.as_str().map(Str::as_bytes).unwrap_or_default()
}

fn set_number(
    ctx: &mut Ctx,
    socket: &This<Socket>,
    s: Open,
    level: i32,
    name: i32,
    value: &Value,
) -> R<bool> {
    let n = value.to_int() as i32;
    ctx.pending()?;
    went(ctx, socket, UNSET, sys::set_option(s.fd, level, name, &n.to_ne_bytes()))
}

fn pair_bytes<const N: usize>(a: [u8; N], b: [u8; N]) -> Vec<u8> {
    [a, b].concat()
}

fn set(ctx: &mut Ctx, socket: &This<Socket>, level: i64, option: i64, value: &Value) -> R<bool> {
    let s = open(ctx, socket)?;
    let (level, name) = (level as i32, option as i32);
    if matches!(level, libc::IPPROTO_IP | libc::IPPROTO_IPV6) {
        if let Handled::Yes(done) = multicast::set(ctx, socket, s, level, name, value)? {
            return Ok(done);
        }
        if (level, name) == (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO) {
            let Some(bytes) = send::packet_info(ctx, socket, value)? else { return Ok(false) };
            return went(ctx, socket, UNSET, sys::set_option(s.fd, level, name, &bytes));
        }
        return set_number(ctx, socket, s, level, name, value);
    }
    if (level, name) == (libc::IPPROTO_TCP, libc::TCP_CONGESTION) {
        return went(ctx, socket, UNSET, sys::set_option(s.fd, level, name, words(value)));
    }
    // As PHP does, whatever the level.
    let r = match name {
        libc::SO_LINGER => {
            let [on, seconds] = linger(ctx, value)?;
            sys::set_option(s.fd, level, name, &pair_bytes(on.to_ne_bytes(), seconds.to_ne_bytes()))
        }
        libc::SO_RCVTIMEO | libc::SO_SNDTIMEO => {
            let option = if name == libc::SO_RCVTIMEO { "SO_RCVTIMEO" } else { "SO_SNDTIMEO" };
            let [sec, usec] = time(ctx, option, value)?;
            sys::set_option(s.fd, level, name, &pair_bytes(sec.to_ne_bytes(), usec.to_ne_bytes()))
        }
        libc::SO_BINDTODEVICE => sys::set_option(s.fd, level, name, words(value)),
        libc::SO_ATTACH_REUSEPORT_CBPF => {
            let by = value.to_int();
            ctx.pending()?;
            match by as u32 {
                _ if by == 0 => sys::set_option(s.fd, level, STOP_SPREADING, &1i32.to_ne_bytes()),
                by if [libc::SKF_AD_CPU as u32, libc::SKF_AD_QUEUE as u32].contains(&by) => {
                    sys::set_spreading(s.fd, level, by)
                }
                _ => {
                    ctx.warning("Unsupported CBPF filter")?;
                    return Ok(false);
                }
            }
        }
        _ => return set_number(ctx, socket, s, level, name, value),
    };
    went(ctx, socket, UNSET, r)
}

/// An option's value.
#[php_function("socket_get_option(Socket $socket, int $level, int $option): array|int|false")]
fn socket_get_option(ctx: &mut Ctx, socket: &This<Socket>, level: i64, option: i64) -> R<Value> {
    get(ctx, socket, level, option)
}

/// An option's value.
#[php_function("socket_getopt(Socket $socket, int $level, int $option): array|int|false")]
fn socket_getopt(ctx: &mut Ctx, socket: &This<Socket>, level: i64, option: i64) -> R<Value> {
    get(ctx, socket, level, option)
}

/// Sets an option.
#[php_function("socket_set_option(Socket $socket, int $level, int $option, $value): bool")]
fn socket_set_option(
    ctx: &mut Ctx,
    socket: &This<Socket>,
    level: i64,
    option: i64,
    value: &Value,
) -> R<bool> {
    set(ctx, socket, level, option, value)
}

/// Sets an option.
#[php_function("socket_setopt(Socket $socket, int $level, int $option, $value): bool")]
fn socket_setopt(ctx: &mut Ctx, socket: &This<Socket>, level: i64, option: i64, value: &Value) -> R<bool> {
    set(ctx, socket, level, option, value)
}
