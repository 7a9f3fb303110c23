//! Messages from what scripts give: arrays to the system's structures.

use crate::address::{self, c_part};
use crate::messages::Ancillary;
use crate::socket::Socket;
use crate::sys::{self, Address, PATH_ROOM};
use plugin_api::{Array, Ctx, Kind, R, Stream, This, Throw, Value, descriptor_use};
use std::borrow::Cow;

/// Why a value makes no message.
enum Refused {
    /// What is wrong with it.
    Said(String),
    /// Code of the script's threw.
    Thrown(Throw),
}

impl From<Throw> for Refused {
    fn from(t: Throw) -> Refused {
        Refused::Thrown(t)
    }
}

type Read<T> = Result<T, Refused>;

/// A message to send.
pub struct Outgoing {
    /// To whom, if that is given.
    pub name: Option<Address>,
    /// The data, in parts.
    pub parts: Vec<Vec<u8>>,
    /// Control messages, as the system has them.
    pub control: Vec<u8>,
}

/// Room for a message to receive.
pub struct Wanted {
    /// For the sender's address, if that is wanted.
    pub name: Option<Address>,
    /// Bytes for the data.
    pub room: usize,
    /// Bytes for control messages.
    pub control: usize,
}

/// Reads a value, and keeps in mind where in it.
struct Reader<'a> {
    ctx: &'a mut Ctx,
    socket: &'a This<Socket>,
    /// The socket's family.
    family: i32,
    path: Vec<Cow<'static, str>>,
}

/// Reads a value by `f`; `None` after the warning that says what is wrong with it.
fn run<T>(
    ctx: &mut Ctx,
    socket: &This<Socket>,
    name: &'static str,
    f: impl FnOnce(&mut Reader<'_>) -> Read<T>,
) -> R<Option<T>> {
    let family = socket.borrow(ctx)?.family;
    match f(&mut Reader { ctx, socket, family, path: vec![name.into()] }) {
        Ok(v) => Ok(Some(v)),
        Err(Refused::Said(why)) => ctx.warning(why).map(|()| None),
        Err(Refused::Thrown(t)) => Err(t),
    }
}

/// The message of `socket_sendmsg()`.
pub fn outgoing(ctx: &mut Ctx, socket: &This<Socket>, message: &Array) -> R<Option<Outgoing>> {
    run(ctx, socket, "msghdr", |r| {
        let name = r.field(message, "name", |r, v| r.address(v, true))?;
        let parts = r.field(message, "iov", Reader::parts)?.unwrap_or_default();
        let control = r.field(message, "control", Reader::control)?.unwrap_or_default();
        Ok(Outgoing { name, parts, control })
    })
}

/// The room of `socket_recvmsg()`.
pub fn wanted(ctx: &mut Ctx, socket: &This<Socket>, message: &Array) -> R<Option<Wanted>> {
    /// Room where nothing is said of it.
    const ROOM: usize = 8192;
    run(ctx, socket, "msghdr", |r| {
        let name = r.field(message, "name", |r, v| r.address(v, false))?;
        let room = r.field(message, "buffer_size", Reader::room)?.unwrap_or(ROOM);
        let control = r.required(message, "controllen", |r, v| match r.unsigned(v)? {
            0 => Err(r.refuse("controllen cannot be 0")),
            n => Ok(n as usize),
        })?;
        Ok(Wanted { name, room, control })
    })
}

/// The bytes of `struct in6_pktinfo`.
pub fn packet_info(ctx: &mut Ctx, socket: &This<Socket>, value: &Value) -> R<Option<[u8; sys::PACKET_INFO]>> {
    run(ctx, socket, "in6_pktinfo", |r| r.packet_info(value))
}

impl Reader<'_> {
    fn refuse(&self, why: impl AsRef<str>) -> Refused {
        Refused::Said(format!(
            "error converting user data (path: {}): {}",
            self.path.join(" > "),
            why.as_ref()
        ))
    }

    fn within<T>(
        &mut self,
        key: impl Into<Cow<'static, str>>,
        f: impl FnOnce(&mut Self) -> Read<T>,
    ) -> Read<T> {
        self.path.push(key.into());
        let r = f(self);
        self.path.pop();
        r
    }

    fn field<T>(
        &mut self,
        of: &Array,
        key: &'static str,
        f: impl FnOnce(&mut Self, &Value) -> Read<T>,
    ) -> Read<Option<T>> {
        of.get(key).map(|v| self.within(key, |r| f(r, v))).transpose()
    }

    fn required<T>(
        &mut self,
        of: &Array,
        key: &'static str,
        f: impl FnOnce(&mut Self, &Value) -> Read<T>,
    ) -> Read<T> {
        match self.field(of, key, f)? {
            Some(v) => Ok(v),
            None => Err(self.refuse(format!("The key '{key}' is required"))),
        }
    }

    fn array(&self, v: &Value) -> Read<Array> {
        v.as_array().cloned().ok_or_else(|| self.refuse("expected an array here"))
    }

    fn integer(&mut self, v: &Value) -> Read<i64> {
        match v.kind() {
            Kind::Int(n) => Ok(n),
            Kind::Float(_) => Ok(v.to_int()),
            Kind::Str(_) | Kind::Object(_) => {
                let text = v.to_str(self.ctx)?;
                match Value::numeric(text.as_bytes()) {
                    Some((n, false)) => Ok(n.to_int()),
                    _ => {
                        let text = String::from_utf8_lossy(c_part(text.as_bytes())).into_owned();
                        Err(self.refuse(format!(
                            "expected an integer, but got a non numeric string (possibly from a converted object): '{text}'"
                        )))
                    }
                }
            }
            _ => {
                Err(self.refuse("expected an integer, either of a PHP integer type or of a convertible type"))
            }
        }
    }

    /// An integer of another type, which messages name by `what`.
    fn fitting<T: TryFrom<i64>>(&mut self, v: &Value, what: &str) -> Read<T> {
        let n = self.integer(v)?;
        T::try_from(n).map_err(|_| self.refuse(format!("given PHP integer is out of bounds for {what}")))
    }

    fn int(&mut self, v: &Value) -> Read<i32> {
        self.fitting(v, "a native int")
    }

    fn unsigned(&mut self, v: &Value) -> Read<u32> {
        self.fitting(v, "an unsigned 32-bit integer")
    }

    fn v4(&mut self, v: &Value) -> Read<[u8; 4]> {
        let host = v.to_str(self.ctx)?;
        match address::v4(self.ctx, self.socket, host.as_bytes())? {
            Some(a) => Ok(a),
            None => Err(self.unresolved(host.as_bytes(), "AF_INET")),
        }
    }

    fn v6(&mut self, v: &Value) -> Read<[u8; 16]> {
        let host = v.to_str(self.ctx)?;
        match address::v6(self.ctx, self.socket, host.as_bytes())? {
            Some((a, _)) => Ok(a),
            None => Err(self.unresolved(host.as_bytes(), "AF_INET6")),
        }
    }

    fn unresolved(&self, host: &[u8], family: &str) -> Refused {
        let host = String::from_utf8_lossy(c_part(host));
        self.refuse(format!("could not resolve address '{host}' to get an {family} address"))
    }

    /// An address, or only the room for one.
    fn address(&mut self, v: &Value, fill: bool) -> Read<Address> {
        let of = self.array(v)?;
        let family = match of.get("family").filter(|f| !f.is_null()) {
            Some(f) => self.within("family", |r| r.int(f))?,
            None => self.family,
        };
        match family {
            libc::AF_INET if !matches!(self.family, libc::AF_INET | libc::AF_INET6) => {
                let why = format!("the specified family (number {family}) is not supported on this socket");
                return Err(self.refuse(why));
            }
            libc::AF_INET6 if self.family != libc::AF_INET6 => {
                return Err(self.refuse("the specified family (AF_INET6) is not supported on this socket"));
            }
            libc::AF_UNIX if self.family != libc::AF_UNIX => {
                return Err(self.refuse("the specified family (AF_UNIX) is not supported on this socket"));
            }
            libc::AF_INET | libc::AF_INET6 | libc::AF_UNIX => {}
            _ => {
                return Err(
                    self.refuse("the only families currently supported are AF_INET, AF_INET6 and AF_UNIX")
                );
            }
        }
        if !fill {
            return Ok(Address::room(family));
        }
        self.field(&of, "family", |r, v| r.fitting::<u16>(v, "a sa_family_t value"))?;
        if family == libc::AF_UNIX {
            let path = self.field(&of, "path", Reader::path)?.unwrap_or_default();
            // An abstract name begins with NUL; both kinds end at the next one.
            let len = match path.split_first() {
                Some((0, rest)) => 1 + c_part(rest).len(),
                Some(_) => c_part(&path).len(),
                None => 1,
            };
            return Ok(Address::unix(&path, len));
        }
        if family == libc::AF_INET {
            let host = self.field(&of, "addr", Reader::v4)?.unwrap_or_default();
            let port = self.field(&of, "port", Reader::port)?.unwrap_or_default();
            return Ok(Address::v4(host, port));
        }
        let host = self.field(&of, "addr", Reader::v6)?.unwrap_or_default();
        let port = self.field(&of, "port", Reader::port)?.unwrap_or_default();
        let flow = self.field(&of, "flowinfo", Reader::unsigned)?.unwrap_or_default();
        let scope = self.field(&of, "scope_id", Reader::unsigned)?.unwrap_or_default();
        Ok(Address::v6(host, port, flow, scope))
    }

    fn port(&mut self, v: &Value) -> Read<u16> {
        self.fitting(v, "an unsigned 16-bit integer")
    }

    fn path(&mut self, v: &Value) -> Read<Vec<u8>> {
        let path = v.to_str(self.ctx)?;
        let path = path.as_bytes();
        if path.is_empty() {
            return Err(self.refuse("the path is must not be empty"));
        }
        if path.len() >= PATH_ROOM {
            let most = PATH_ROOM - 1;
            return Err(self.refuse(format!("the path is too long, the maximum permitted length is {most}")));
        }
        Ok(path.to_vec())
    }

    fn room(&mut self, v: &Value) -> Read<usize> {
        const MOST: usize = 100 * 1024 * 1024;
        let n = self.integer(v)?;
        match usize::try_from(n) {
            Ok(n) if n <= MOST => Ok(n),
            _ => Err(self.refuse(format!("the buffer size must be between 1 and {MOST}; given {n}"))),
        }
    }

    fn parts(&mut self, v: &Value) -> Read<Vec<Vec<u8>>> {
        let of = self.array(v)?;
        let mut out = Vec::with_capacity(of.len());
        for v in of.values() {
            out.push(v.to_str(self.ctx)?.to_vec());
        }
        Ok(out)
    }

    fn control(&mut self, v: &Value) -> Read<Vec<u8>> {
        let of = self.array(v)?;
        let mut out = Vec::new();
        for (i, v) in of.values().enumerate() {
            self.within(format!("element #{i}"), |r| r.control_message(v, &mut out))?;
        }
        Ok(out)
    }

    fn control_message(&mut self, v: &Value, out: &mut Vec<u8>) -> Read<()> {
        let of = self.array(v)?;
        let level = self.field(&of, "level", Reader::int)?.unwrap_or_default();
        let kind = self.field(&of, "type", Reader::int)?.unwrap_or_default();
        let Some(what) = Ancillary::of(level, kind) else {
            return Err(self.refuse(format!("cmsghdr with level {level} and type {kind} not supported")));
        };
        if what == Ancillary::Descriptors {
            let Some(data) = of.get("data") else {
                return Err(self.refuse("cmsghdr should have a 'data' element here"));
            };
            if self.array(data)?.is_empty() {
                return Err(self.refuse("expected at least one element in this array"));
            }
        }
        let data = self.field(&of, "data", |r, v| match what {
            Ancillary::PacketInfo => r.packet_info(v).map(|b| b.to_vec()),
            Ancillary::Number => r.int(v).map(|n| n.to_ne_bytes().to_vec()),
            Ancillary::Credentials => r.credentials(v),
            Ancillary::Descriptors => r.descriptors(v),
        })?;
        sys::push_control(out, level, kind, &data.unwrap_or_else(|| vec![0; what.size()]));
        Ok(())
    }

    fn packet_info(&mut self, v: &Value) -> Read<[u8; sys::PACKET_INFO]> {
        let of = self.array(v)?;
        let host = self.required(&of, "addr", Reader::v6)?;
        let interface = self.required(&of, "ifindex", Reader::interface)?;
        let mut out = [0; sys::PACKET_INFO];
        out[..16].copy_from_slice(&host);
        out[16..].copy_from_slice(&interface.to_ne_bytes());
        Ok(out)
    }

    fn interface(&mut self, v: &Value) -> Read<u32> {
        if let Kind::Int(n) = v.kind() {
            return u32::try_from(n).map_err(|_| {
                let most = u32::MAX;
                self.refuse(format!(
                    "the interface index cannot be negative or larger than {most}; given {n}"
                ))
            });
        }
        let name = v.to_str(self.ctx)?;
        match sys::interface_number(name.as_bytes()) {
            0 => {
                let name = String::from_utf8_lossy(c_part(name.as_bytes())).into_owned();
                Err(self.refuse(format!("no interface with name \"{name}\" could be found")))
            }
            n => Ok(n),
        }
    }

    fn credentials(&mut self, v: &Value) -> Read<Vec<u8>> {
        let of = self.array(v)?;
        let process = self.required(&of, "pid", |r, v| match r.fitting::<i32>(v, "a pid_t value")? {
            n if n < 0 => Err(r.refuse("given PHP integer is out of bounds for a pid_t value")),
            n => Ok(n),
        })?;
        let user: u32 = self.required(&of, "uid", |r, v| r.fitting(v, "a uid_t value"))?;
        let group: u32 = self.required(&of, "gid", |r, v| r.fitting(v, "a uid_t value"))?;
        Ok([process.to_ne_bytes(), user.to_ne_bytes(), group.to_ne_bytes()].concat())
    }

    fn descriptors(&mut self, v: &Value) -> Read<Vec<u8>> {
        let of = self.array(v)?;
        let mut out = Vec::with_capacity(of.len() * 4);
        for (i, v) in (1..).zip(of.values()) {
            let fd = self.within(format!("element #{i}"), |r| r.descriptor(v))?;
            out.extend_from_slice(&fd.to_ne_bytes());
        }
        Ok(out)
    }

    fn descriptor(&mut self, v: &Value) -> Read<i32> {
        if let Some(s) = v.as_object().and_then(This::<Socket>::of) {
            let fd = s.borrow(self.ctx)?.fd;
            return if fd < 0 { Err(self.refuse("socket is already closed")) } else { Ok(fd) };
        }
        if !matches!(v.kind(), Kind::Resource(_)) {
            return Err(self.refuse("expected a Socket object or a stream resource"));
        }
        let Some(stream) = Stream::of(v) else { return Err(self.refuse("resource is not a stream")) };
        match stream.cast(self.ctx, descriptor_use::FILE)? {
            Some(fd) => Ok(fd),
            None => Err(self.refuse("cast stream to file descriptor failed")),
        }
    }
}
