//! What the resolver knows of a host: the class AddressInfo.

use crate::socket::{Socket, failed_apart, unknown_family, warn};
use crate::sys::{self, Address, Found, Hints};
use plugin_api::{
    Array, Comparison, Ctx, GcRoots, Handlers, Key, Object, OrFalse, R, This, Throw, Value, php_class,
    php_function, php_methods,
};

/// One address of a host.
#[derive(Default, GcRoots)]
#[php_class(
    "final class AddressInfo",
    handlers(get_constructor, compare),
    flags(uncloneable, not_serializable, no_dynamic)
)]
pub struct AddressInfo {
    #[gc(skip)]
    found: Option<Found>,
}

impl Handlers for AddressInfo {
    fn get_constructor(_: &This<Self>, ctx: &mut Ctx) -> R<()> {
        Err(ctx.error("Cannot directly construct AddressInfo, use socket_addrinfo_lookup() instead"))
    }
    fn compare(_: &mut Ctx, _: &Value, _: &Value) -> R<Comparison> {
        Ok(Comparison::Uncomparable)
    }
}

#[php_methods]
impl AddressInfo {}

fn of(ctx: &mut Ctx, this: &This<AddressInfo>) -> R<Found> {
    let found = this.borrow(ctx)?.found.clone();
    found.ok_or_else(|| missing(ctx))
}

#[cold]
fn missing(ctx: &mut Ctx) -> Throw {
    ctx.error("AddressInfo is not initialized")
}

fn hints(ctx: &mut Ctx, given: &Array) -> R<Hints> {
    let mut out = Hints::default();
    for (k, v) in given.iter() {
        let Key::Str(k) = k else { continue };
        let to = match k.as_bytes() {
            b"ai_flags" => &mut out.flags,
            b"ai_socktype" => &mut out.kind,
            b"ai_protocol" => &mut out.protocol,
            b"ai_family" => &mut out.family,
            _ => {
                return Err(ctx.argument_value_error(
                    3,
                    "must only contain array keys \"ai_flags\", \"ai_socktype\", \"ai_protocol\", or \"ai_family\"",
                ));
            }
        };
        *to = v.to_int() as i32;
        ctx.pending()?;
    }
    Ok(out)
}

/// The addresses of a host.
#[php_function(
    "socket_addrinfo_lookup(string $host, ?string $service = null, array $hints = []): array|false"
)]
fn socket_addrinfo_lookup(
    ctx: &mut Ctx,
    host: &[u8],
    service: Option<&[u8]>,
    hints: Option<&Array>,
) -> R<OrFalse<Array>> {
    let hints = match hints {
        Some(given) => self::hints(ctx, given)?,
        None => Hints::default(),
    };
    let Some(all) = sys::lookup(host, service, &hints) else { return Ok(OrFalse::FALSE) };
    let mut out = Array::with_capacity(all.len());
    for found in all {
        if found.of.family != libc::AF_UNSPEC {
            out.push(This::<AddressInfo>::create(ctx, AddressInfo { found: Some(found) })?);
        }
    }
    Ok(OrFalse(Some(out)))
}

/// A socket for an address, with which `call` does something.
fn made(
    ctx: &mut Ctx,
    address: &This<AddressInfo>,
    call: fn(i32, &Address) -> sys::Sys<()>,
    failure: &str,
) -> R<OrFalse<Object>> {
    let a = of(ctx, address)?;
    let made = match sys::socket(a.of.family, a.of.kind, a.of.protocol) {
        Ok(fd) => Socket::new(fd, a.of.family),
        Err(e) => {
            warn(ctx, "Unable to create socket", e)?;
            return Ok(OrFalse::FALSE);
        }
    };
    match a.of.family {
        libc::AF_INET | libc::AF_INET6 => {}
        libc::AF_UNIX => return Ok(OrFalse::FALSE),
        _ => return Err(unknown_family(ctx)),
    }
    if let Err(e) = call(made.fd, &a.address) {
        failed_apart(ctx, failure, e)?;
        return Ok(OrFalse::FALSE);
    }
    made.object(ctx).map(OrFalse::from)
}

/// A socket that is connected to an address.
#[php_function("socket_addrinfo_connect(AddressInfo $address): Socket|false")]
fn socket_addrinfo_connect(ctx: &mut Ctx, address: &This<AddressInfo>) -> R<OrFalse<Object>> {
    made(ctx, address, sys::connect, "Unable to connect address")
}

/// A socket that is bound to an address.
#[php_function("socket_addrinfo_bind(AddressInfo $address): Socket|false")]
fn socket_addrinfo_bind(ctx: &mut Ctx, address: &This<AddressInfo>) -> R<OrFalse<Object>> {
    made(ctx, address, sys::bind, "Unable to bind address")
}

/// What is known of an address.
#[php_function("socket_addrinfo_explain(AddressInfo $address): array")]
fn socket_addrinfo_explain(ctx: &mut Ctx, address: &This<AddressInfo>) -> R<Array> {
    let a = of(ctx, address)?;
    let mut out = Array::new();
    out.set("ai_flags", i64::from(a.of.flags));
    out.set("ai_family", i64::from(a.of.family));
    out.set("ai_socktype", i64::from(a.of.kind));
    out.set("ai_protocol", i64::from(a.of.protocol));
    if let Some(name) = a.name {
        out.set("ai_canonname", Value::str(name));
    }
    let mut of = Array::new();
    if let Some((host, port)) = a.address.host_port() {
        let (port_key, host_key) = match a.address.family() {
            libc::AF_INET => ("sin_port", "sin_addr"),
            _ => ("sin6_port", "sin6_addr"),
        };
        of.set(port_key, i64::from(port));
        of.set(host_key, host);
    }
    out.set("ai_addr", of);
    Ok(out)
}
