//! The C library's calls, each with its error number as error. The extension's only unsafe code.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::mem::{MaybeUninit, offset_of, size_of, zeroed};
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::ptr::{null, null_mut};

/// A result of the system's: an error number as error.
pub type Sys<T> = Result<T, i32>;

/// Bytes of a Unix socket's path.
pub const PATH_ROOM: usize = 108;
/// Where the path begins in a Unix socket's address.
const PATH_AT: usize = offset_of!(libc::sockaddr_un, sun_path);
/// Longest name of a host that is looked up.
const HOST_MAX: usize = 255;
/// `SO_MEMINFO`'s numbers.
pub const MEMORY_NUMBERS: usize = 9;
/// `INET6_ADDRSTRLEN`
const ADDRESS_TEXT: usize = 46;

unsafe extern "C" {
    fn inet_pton(family: c_int, text: *const c_char, to: *mut c_void) -> c_int;
    fn inet_ntop(family: c_int, from: *const c_void, to: *mut c_char, room: libc::socklen_t)
    -> *const c_char;
    fn sockatmark(fd: c_int) -> c_int;
    fn gethostbyname_r(
        name: *const c_char,
        entry: *mut libc::hostent,
        room: *mut c_char,
        len: usize,
        result: *mut *mut libc::hostent,
        error: *mut c_int,
    ) -> c_int;
    fn __h_errno_location() -> *mut c_int;
}

/// The error number that the C library has just set.
pub fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn done(r: c_int) -> Sys<c_int> {
    if r < 0 { Err(errno()) } else { Ok(r) }
}

fn bytes_done(r: isize) -> Sys<usize> {
    usize::try_from(r).map_err(|_| errno())
}

/// What an error number means.
pub fn error_text(n: i32) -> String {
    // SAFETY: the call gives a text for every number.
    unsafe { CStr::from_ptr(libc::strerror(n)) }.to_string_lossy().into_owned()
}

/// What a resolver's error number means.
pub fn resolver_text(n: i32) -> String {
    // SAFETY: the call gives a static text for every number.
    unsafe { CStr::from_ptr(libc::hstrerror(n)) }.to_string_lossy().into_owned()
}

/// A text as C reads it: up to its first NUL.
fn c_text(b: &[u8]) -> CString {
    let end = b.iter().position(|c| *c == 0).unwrap_or(b.len());
    CString::new(&b[..end]).unwrap_or_default()
}

/// A socket's address.
#[derive(Clone, Copy)]
pub struct Address {
    raw: libc::sockaddr_storage,
    len: libc::socklen_t,
}

impl Address {
    fn empty() -> Address {
        // SAFETY: zeros are a value of this plain structure.
        let raw = unsafe { zeroed() };
        Address { raw, len: size_of::<libc::sockaddr_storage>() as libc::socklen_t }
    }
    fn of<T: Copy>(a: &T) -> Address {
        const { assert!(size_of::<T>() <= size_of::<libc::sockaddr_storage>()) }
        let mut to = Address::empty();
        // SAFETY: a plain structure of the family of addresses, and there is room for it.
        unsafe {
            std::ptr::copy_nonoverlapping(
                std::ptr::from_ref(a).cast::<u8>(),
                (&raw mut to.raw).cast::<u8>(),
                size_of::<T>(),
            )
        };
        to.len = size_of::<T>() as libc::socklen_t;
        to
    }
    fn read<T: Copy>(&self) -> T {
        const { assert!(size_of::<T>() <= size_of::<libc::sockaddr_storage>()) }
        // SAFETY: a plain structure, for which any bytes are a value, within the storage.
        unsafe { (&raw const self.raw).cast::<T>().read_unaligned() }
    }
    /// An IPv4 address.
    pub fn v4(host: [u8; 4], port: u16) -> Address {
        // SAFETY: zeros are a value of this plain structure.
        let mut a: libc::sockaddr_in = unsafe { zeroed() };
        a.sin_family = libc::AF_INET as u16;
        a.sin_addr.s_addr = u32::from_ne_bytes(host);
        a.sin_port = port.to_be();
        Address::of(&a)
    }
    /// An IPv6 address.
    pub fn v6(host: [u8; 16], port: u16, flow: u32, scope: u32) -> Address {
        // SAFETY: zeros are a value of this plain structure.
        let mut a: libc::sockaddr_in6 = unsafe { zeroed() };
        a.sin6_family = libc::AF_INET6 as u16;
        a.sin6_addr.s6_addr = host;
        a.sin6_port = port.to_be();
        a.sin6_flowinfo = flow;
        a.sin6_scope_id = scope;
        Address::of(&a)
    }
    /// A Unix socket's, of so many bytes of the path, which is cut to the room there is.
    pub fn unix(path: &[u8], len: usize) -> Address {
        // SAFETY: zeros are a value of this plain structure.
        let mut a: libc::sockaddr_un = unsafe { zeroed() };
        a.sun_family = libc::AF_UNIX as u16;
        for (to, from) in a.sun_path.iter_mut().zip(path) {
            *to = *from as c_char;
        }
        let mut out = Address::of(&a);
        out.len = (PATH_AT + len.min(PATH_ROOM)) as libc::socklen_t;
        out
    }
    /// Room for an address of a family.
    pub fn room(family: i32) -> Address {
        let mut a = Address::empty();
        a.len = match family {
            libc::AF_INET => size_of::<libc::sockaddr_in>(),
            libc::AF_INET6 => size_of::<libc::sockaddr_in6>(),
            _ => size_of::<libc::sockaddr_un>(),
        } as libc::socklen_t;
        a
    }
    /// Its family.
    pub fn family(&self) -> i32 {
        self.raw.ss_family.into()
    }
    /// Host and port of an IPv4 address.
    pub fn as_v4(&self) -> ([u8; 4], u16) {
        let a: libc::sockaddr_in = self.read();
        (a.sin_addr.s_addr.to_ne_bytes(), u16::from_be(a.sin_port))
    }
    /// Host, port, flow information and scope of an IPv6 address.
    pub fn as_v6(&self) -> ([u8; 16], u16, u32, u32) {
        let a: libc::sockaddr_in6 = self.read();
        (a.sin6_addr.s6_addr, u16::from_be(a.sin6_port), a.sin6_flowinfo, a.sin6_scope_id)
    }
    /// The path of a Unix socket's, all bytes there are.
    pub fn path(&self) -> [u8; PATH_ROOM] {
        let a: libc::sockaddr_un = self.read();
        a.sun_path.map(|c| c as u8)
    }
    /// Host and port of an IP address, as text and number.
    pub fn host_port(&self) -> Option<(String, u16)> {
        match self.family() {
            libc::AF_INET => {
                let (host, port) = self.as_v4();
                Some((text_v4(host), port))
            }
            libc::AF_INET6 => {
                let (host, port, ..) = self.as_v6();
                Some((text_v6(host), port))
            }
            _ => None,
        }
    }
    fn ptr(&self) -> *const libc::sockaddr {
        (&raw const self.raw).cast()
    }
}

fn parse<const N: usize>(family: c_int, text: &[u8]) -> Option<[u8; N]> {
    let mut to = [0u8; N];
    // SAFETY: room for an address of the family, whose size the callers below give.
    (unsafe { inet_pton(family, c_text(text).as_ptr(), to.as_mut_ptr().cast()) } == 1).then_some(to)
}

/// An IPv4 address in figures.
pub fn parse_v4(text: &[u8]) -> Option<[u8; 4]> {
    parse(libc::AF_INET, text)
}

/// An IPv6 address in figures.
pub fn parse_v6(text: &[u8]) -> Option<[u8; 16]> {
    parse(libc::AF_INET6, text)
}

fn text<const N: usize>(family: c_int, host: [u8; N]) -> String {
    let mut to = [0u8; ADDRESS_TEXT];
    // SAFETY: an address of the family, whose size the callers below give, and the room that is told.
    unsafe {
        inet_ntop(family, host.as_ptr().cast(), to.as_mut_ptr().cast(), ADDRESS_TEXT as libc::socklen_t)
    };
    CStr::from_bytes_until_nul(&to).map_or_else(|_| String::new(), |t| t.to_string_lossy().into_owned())
}

/// An IPv4 address as text.
pub fn text_v4(host: [u8; 4]) -> String {
    text(libc::AF_INET, host)
}

/// An IPv6 address as text.
pub fn text_v6(host: [u8; 16]) -> String {
    text(libc::AF_INET6, host)
}

/// The resolver's last error number.
fn resolver_error() -> i32 {
    // SAFETY: this thread's number.
    unsafe { *__h_errno_location() }
}

/// What the resolver has for a host of IPv4; `None`: an address of another family. Its own error number as error.
pub fn host_v4(name: &[u8]) -> Sys<Option<[u8; 4]>> {
    /// More than any answer of a resolver takes.
    const MOST: usize = 1 << 22;
    let name = c_text(name);
    if name.as_bytes().len() > HOST_MAX {
        return Err(resolver_error());
    }
    // The answer's own number tells less than the resolver's last one, which is what PHP tells.
    let mut ignored = 0;
    let mut room = vec![0u64; 256];
    loop {
        let mut entry = MaybeUninit::<libc::hostent>::uninit();
        let mut found = null_mut();
        // SAFETY: live text, structure and room of the size that is told.
        let r = unsafe {
            gethostbyname_r(
                name.as_ptr(),
                entry.as_mut_ptr(),
                room.as_mut_ptr().cast(),
                room.len() * 8,
                &mut found,
                &mut ignored,
            )
        };
        if r == libc::ERANGE && room.len() < MOST {
            let twice = room.len() * 2;
            room.resize(twice, 0);
            continue;
        }
        // SAFETY: null, or the entry, whose parts lie in the room, which is alive.
        return unsafe {
            match found.as_ref() {
                None => Err(resolver_error()),
                Some(e) if e.h_addrtype != libc::AF_INET || e.h_length != 4 => Ok(None),
                Some(e) => {
                    let first = *e.h_addr_list;
                    if first.is_null() {
                        return Err(resolver_error());
                    }
                    Ok(Some(first.cast::<[u8; 4]>().read_unaligned()))
                }
            }
        };
    }
}

/// What the resolver has for a host of IPv6; `None`: an address of another family. The resolver's error number as error.
pub fn host_v6(name: &[u8]) -> Sys<Option<[u8; 16]>> {
    let hints = Hints {
        flags: libc::AI_V4MAPPED | libc::AI_ADDRCONFIG,
        family: libc::AF_INET6,
        kind: 0,
        protocol: 0,
    };
    match lookup(name, None, &hints) {
        Some(all) => match all.first() {
            Some(f) if f.address.family() == libc::AF_INET6 => Ok(Some(f.address.as_v6().0)),
            Some(_) => Ok(None),
            None => Err(resolver_error()),
        },
        None => Err(resolver_error()),
    }
}

/// What is asked for, in `getaddrinfo()`'s numbers.
#[derive(Clone, Copy, Default)]
pub struct Hints {
    /// `ai_flags`
    pub flags: i32,
    /// `ai_family`
    pub family: i32,
    /// `ai_socktype`
    pub kind: i32,
    /// `ai_protocol`
    pub protocol: i32,
}

/// One answer of `getaddrinfo()`.
#[derive(Clone)]
pub struct Found {
    /// Flags, family, type and protocol.
    pub of: Hints,
    /// The address.
    pub address: Address,
    /// The host's name in full.
    pub name: Option<Vec<u8>>,
}

/// `getaddrinfo()`; `None`: nothing was found.
pub fn lookup(host: &[u8], service: Option<&[u8]>, hints: &Hints) -> Option<Vec<Found>> {
    // SAFETY: zeros are a value of this plain structure.
    let mut h: libc::addrinfo = unsafe { zeroed() };
    (h.ai_flags, h.ai_family, h.ai_socktype, h.ai_protocol) =
        (hints.flags, hints.family, hints.kind, hints.protocol);
    let (host, service) = (c_text(host), service.map(c_text));
    let mut list = null_mut();
    // SAFETY: live texts and structures.
    let r = unsafe {
        libc::getaddrinfo(host.as_ptr(), service.as_ref().map_or(null(), |s| s.as_ptr()), &h, &mut list)
    };
    if r != 0 {
        return None;
    }
    let mut out = Vec::new();
    // SAFETY: the list is alive until it is freed below; its addresses are of the length that is told.
    unsafe {
        let mut at = list;
        while let Some(i) = at.as_ref() {
            let mut address = Address::empty();
            let len = i.ai_addrlen.min(address.len);
            if !i.ai_addr.is_null() {
                std::ptr::copy_nonoverlapping(
                    i.ai_addr.cast::<u8>(),
                    (&raw mut address.raw).cast::<u8>(),
                    len as usize,
                );
            }
            address.len = len;
            let of = Hints {
                flags: i.ai_flags,
                family: i.ai_family,
                kind: i.ai_socktype,
                protocol: i.ai_protocol,
            };
            let name =
                (!i.ai_canonname.is_null()).then(|| CStr::from_ptr(i.ai_canonname).to_bytes().to_vec());
            out.push(Found { of, address, name });
            at = i.ai_next;
        }
        libc::freeaddrinfo(list);
    }
    Some(out)
}

/// `socket()`
pub fn socket(family: i32, kind: i32, protocol: i32) -> Sys<RawFd> {
    // SAFETY: plain numbers.
    done(unsafe { libc::socket(family, kind, protocol) })
}

/// `socketpair()`
pub fn pair(family: i32, kind: i32, protocol: i32) -> Sys<[RawFd; 2]> {
    let mut fds = [0; 2];
    // SAFETY: room for two descriptors.
    done(unsafe { libc::socketpair(family, kind, protocol, fds.as_mut_ptr()) }).map(|_| fds)
}

/// `close()`
pub fn close(fd: RawFd) {
    // SAFETY: a plain number, of a descriptor that the caller owns.
    unsafe { libc::close(fd) };
}

/// The descriptor as an owned one.
pub fn own(fd: RawFd) -> OwnedFd {
    // SAFETY: the caller owns it, and gives it away.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

/// `bind()`
pub fn bind(fd: RawFd, a: &Address) -> Sys<()> {
    // SAFETY: a live address of that length.
    done(unsafe { libc::bind(fd, a.ptr(), a.len) }).map(drop)
}

/// `connect()`
pub fn connect(fd: RawFd, a: &Address) -> Sys<()> {
    // SAFETY: a live address of that length.
    done(unsafe { libc::connect(fd, a.ptr(), a.len) }).map(drop)
}

/// `listen()`
pub fn listen(fd: RawFd, backlog: i32) -> Sys<()> {
    // SAFETY: plain numbers.
    done(unsafe { libc::listen(fd, backlog) }).map(drop)
}

/// `accept()`
pub fn accept(fd: RawFd) -> Sys<(RawFd, Address)> {
    let mut a = Address::empty();
    // SAFETY: room for an address of the length that is told.
    let fd = done(unsafe { libc::accept(fd, (&raw mut a.raw).cast(), &mut a.len) })?;
    Ok((fd, a))
}

/// `fcntl()` with a command that takes a number.
pub fn control(fd: RawFd, command: i32, value: i32) -> Sys<i32> {
    // SAFETY: plain numbers; the commands used take one.
    done(unsafe { libc::fcntl(fd, command, value) })
}

/// Switches blocking.
pub fn set_blocking(fd: RawFd, on: bool) -> Sys<()> {
    let old = control(fd, libc::F_GETFL, 0)?;
    let new = if on { old & !libc::O_NONBLOCK } else { old | libc::O_NONBLOCK };
    control(fd, libc::F_SETFL, new).map(drop)
}

/// `getsockname()`
pub fn own_name(fd: RawFd) -> Sys<Address> {
    let mut a = Address::empty();
    // SAFETY: room for an address of the length that is told.
    done(unsafe { libc::getsockname(fd, (&raw mut a.raw).cast(), &mut a.len) })?;
    Ok(a)
}

/// `getpeername()`
pub fn peer_name(fd: RawFd) -> Sys<Address> {
    let mut a = Address::empty();
    // SAFETY: room for an address of the length that is told.
    done(unsafe { libc::getpeername(fd, (&raw mut a.raw).cast(), &mut a.len) })?;
    Ok(a)
}

/// `write()`
pub fn write(fd: RawFd, data: &[u8]) -> Sys<usize> {
    // SAFETY: live bytes.
    bytes_done(unsafe { libc::write(fd, data.as_ptr().cast(), data.len()) })
}

/// `send()`
pub fn send(fd: RawFd, data: &[u8], flags: i32) -> Sys<usize> {
    // SAFETY: live bytes.
    bytes_done(unsafe { libc::send(fd, data.as_ptr().cast(), data.len(), flags) })
}

/// `sendto()`
pub fn send_to(fd: RawFd, data: &[u8], flags: i32, to: &Address) -> Sys<usize> {
    // SAFETY: live bytes, and a live address of that length.
    bytes_done(unsafe { libc::sendto(fd, data.as_ptr().cast(), data.len(), flags, to.ptr(), to.len) })
}

/// `recv()`
pub fn receive(fd: RawFd, room: &mut [u8], flags: i32) -> Sys<usize> {
    // SAFETY: live room of that length.
    bytes_done(unsafe { libc::recv(fd, room.as_mut_ptr().cast(), room.len(), flags) })
}

/// `recvfrom()`
pub fn receive_from(fd: RawFd, room: &mut [u8], flags: i32, family: i32) -> Sys<(usize, Address)> {
    let mut a = Address::room(family);
    // SAFETY: live room of that length, and room for an address of the length that is told.
    let n = bytes_done(unsafe {
        libc::recvfrom(fd, room.as_mut_ptr().cast(), room.len(), flags, (&raw mut a.raw).cast(), &mut a.len)
    })?;
    Ok((n, a))
}

/// Waits until there is something to read.
pub fn wait_readable(fd: RawFd) {
    let mut p = libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
    // SAFETY: one live entry.
    unsafe { libc::poll(&mut p, 1, -1) };
}

/// `shutdown()`
pub fn shutdown(fd: RawFd, how: i32) -> Sys<()> {
    // SAFETY: plain numbers.
    done(unsafe { libc::shutdown(fd, how) }).map(drop)
}

/// `sockatmark()`
pub fn at_mark(fd: RawFd) -> Sys<bool> {
    // SAFETY: a plain number.
    done(unsafe { sockatmark(fd) }).map(|r| r != 0)
}

/// What an option's value may be: numbers without padding between them.
pub trait Plain: Copy + Default {}
impl Plain for i32 {}
impl Plain for [u8; 4] {}
impl Plain for [u8; 16] {}
impl Plain for [u8; PACKET_INFO] {}
impl Plain for [i32; 2] {}
impl Plain for [i64; 2] {}
impl Plain for [u32; MEMORY_NUMBERS] {}

/// `getsockopt()`: the value, and how many bytes of it there are.
pub fn option<T: Plain>(fd: RawFd, level: i32, name: i32) -> Sys<(T, usize)> {
    let mut v = T::default();
    let mut len = size_of::<T>() as libc::socklen_t;
    // SAFETY: room of the size that is told, for which any bytes are a value.
    done(unsafe { libc::getsockopt(fd, level, name, (&raw mut v).cast(), &mut len) })?;
    Ok((v, len as usize))
}

/// `setsockopt()` with bytes.
pub fn set_option(fd: RawFd, level: i32, name: i32, value: &[u8]) -> Sys<()> {
    // SAFETY: live bytes of that length.
    done(unsafe { libc::setsockopt(fd, level, name, value.as_ptr().cast(), value.len() as libc::socklen_t) })
        .map(drop)
}

fn set_structure<T>(fd: RawFd, level: i32, name: i32, value: &T) -> Sys<()> {
    let len = size_of::<T>() as libc::socklen_t;
    // SAFETY: a live structure of the kind that the option takes.
    done(unsafe { libc::setsockopt(fd, level, name, std::ptr::from_ref(value).cast(), len) }).map(drop)
}

/// Joins or leaves a multicast group.
pub fn set_group(fd: RawFd, level: i32, name: i32, interface: u32, group: &Address) -> Sys<()> {
    // SAFETY: zeros are a value of this plain structure.
    let mut r: libc::group_req = unsafe { zeroed() };
    r.gr_interface = interface;
    r.gr_group = group.raw;
    set_structure(fd, level, name, &r)
}

/// `struct group_source_req`
#[repr(C)]
struct GroupSource {
    interface: u32,
    group: libc::sockaddr_storage,
    source: libc::sockaddr_storage,
}

/// Joins, leaves, blocks or lets through a source of a multicast group.
pub fn set_source(
    fd: RawFd,
    level: i32,
    name: i32,
    interface: u32,
    group: &Address,
    source: &Address,
) -> Sys<()> {
    let r = GroupSource { interface, group: group.raw, source: source.raw };
    set_structure(fd, level, name, &r)
}

/// Has packets spread among sockets of one port by a number that the kernel knows of a packet (`SKF_AD_*`).
pub fn set_spreading(fd: RawFd, level: i32, by: u32) -> Sys<()> {
    /// Load a word from an absolute offset.
    const LOAD: u16 = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
    /// Return the accumulator.
    const RETURN: u16 = (libc::BPF_RET | libc::BPF_A) as u16;
    let k = (libc::SKF_AD_OFF as u32).wrapping_add(by);
    let mut steps = [
        libc::sock_filter { code: LOAD, jt: 0, jf: 0, k },
        libc::sock_filter { code: RETURN, jt: 0, jf: 0, k: 0 },
    ];
    let program = libc::sock_fprog { len: steps.len() as u16, filter: steps.as_mut_ptr() };
    set_structure(fd, level, libc::SO_ATTACH_REUSEPORT_CBPF, &program)
}

/// Number of an interface, 0 when there is none of that name.
pub fn interface_number(name: &[u8]) -> u32 {
    // SAFETY: a live text.
    unsafe { libc::if_nametoindex(c_text(name).as_ptr()) }
}

fn interface_call(fd: RawFd, what: libc::Ioctl, r: &mut libc::ifreq) -> Sys<()> {
    // SAFETY: these requests read and write one such structure.
    done(unsafe { libc::ioctl(fd, what, std::ptr::from_mut(r)) }).map(drop)
}

/// The IPv4 address of an interface.
pub fn interface_address(fd: RawFd, number: u32) -> Sys<[u8; 4]> {
    // SAFETY: zeros are a value of this plain structure.
    let mut r: libc::ifreq = unsafe { zeroed() };
    r.ifr_ifru.ifru_ifindex = number as c_int;
    interface_call(fd, libc::SIOCGIFNAME, &mut r)?;
    interface_call(fd, libc::SIOCGIFADDR, &mut r)?;
    // SAFETY: the request has set the address.
    Ok(first_address(unsafe { &r.ifr_ifru.ifru_addr }))
}

fn first_address(a: &libc::sockaddr) -> [u8; 4] {
    // Behind family and port.
    let b = &a.sa_data;
    [b[2] as u8, b[3] as u8, b[4] as u8, b[5] as u8]
}

/// Why an interface was not found by its address.
pub enum NoInterface {
    /// The list of interfaces cannot be had.
    List(i32),
    /// The number of the interface cannot be had.
    Number(i32),
    /// There is none.
    None,
}

/// The number of the interface with an IPv4 address.
pub fn interface_of(fd: RawFd, address: [u8; 4]) -> Result<u32, NoInterface> {
    /// More interfaces than any machine has.
    const MOST: usize = 1 << 16;
    let mut room = 8usize;
    loop {
        // SAFETY: zeros are a value of this plain structure.
        let mut list: Vec<libc::ifreq> = (0..room).map(|_| unsafe { zeroed() }).collect();
        // SAFETY: zeros are a value of this plain structure.
        let mut all: libc::ifconf = unsafe { zeroed() };
        all.ifc_len = (room * size_of::<libc::ifreq>()) as c_int;
        all.ifc_ifcu.ifcu_req = list.as_mut_ptr();
        // SAFETY: the request writes as much as there is room for, as told.
        done(unsafe { libc::ioctl(fd, libc::SIOCGIFCONF, &raw mut all) }).map_err(NoInterface::List)?;
        let n = usize::try_from(all.ifc_len).unwrap_or(0) / size_of::<libc::ifreq>();
        if n >= room && room < MOST {
            room *= 2;
            continue;
        }
        for r in list.iter_mut().take(n) {
            // SAFETY: the request has set the address.
            let a = unsafe { r.ifr_ifru.ifru_addr };
            if i32::from(a.sa_family) == libc::AF_INET && first_address(&a) == address {
                interface_call(fd, libc::SIOCGIFINDEX, r).map_err(NoInterface::Number)?;
                // SAFETY: the request has set the number.
                return Ok(unsafe { r.ifr_ifru.ifru_ifindex } as u32);
            }
        }
        return Err(NoInterface::None);
    }
}

/// Descriptors to wait for.
pub struct FdSet(libc::fd_set);

impl FdSet {
    /// One more than the greatest descriptor that can be in a set.
    pub const ROOM: RawFd = libc::FD_SETSIZE as RawFd;

    /// The empty set.
    pub fn new() -> FdSet {
        // SAFETY: zeros are the empty set.
        FdSet(unsafe { zeroed() })
    }
    fn fits(fd: RawFd) -> bool {
        (0..FdSet::ROOM).contains(&fd)
    }
    /// Adds a descriptor that there is room for.
    pub fn add(&mut self, fd: RawFd) {
        if FdSet::fits(fd) {
            // SAFETY: within the set.
            unsafe { libc::FD_SET(fd, &mut self.0) }
        }
    }
    /// Whether a descriptor is in it.
    pub fn has(&self, fd: RawFd) -> bool {
        // SAFETY: within the set.
        FdSet::fits(fd) && unsafe { libc::FD_ISSET(fd, &self.0) }
    }
}

/// `select()`: waits for descriptors of three sets below `end`, for seconds and microseconds.
pub fn select(end: RawFd, sets: &mut [FdSet; 3], limit: Option<(i64, i64)>) -> Sys<i32> {
    let mut time = limit.map(|(tv_sec, tv_usec)| libc::timeval { tv_sec, tv_usec });
    let time = time.as_mut().map_or(null_mut(), std::ptr::from_mut);
    let [r, w, e] = sets;
    // SAFETY: live sets and time.
    done(unsafe { libc::select(end, &mut r.0, &mut w.0, &mut e.0, time) })
}

/// Whether a descriptor is a socket's.
pub fn is_socket(fd: RawFd) -> Sys<bool> {
    let mut s = MaybeUninit::<libc::stat>::uninit();
    // SAFETY: room for the structure, which is read when it was filled.
    unsafe {
        done(libc::fstat(fd, s.as_mut_ptr()))?;
        Ok(s.assume_init().st_mode & libc::S_IFMT == libc::S_IFSOCK)
    }
}

/// Bytes of a control message with data of that length (`CMSG_SPACE`).
pub fn control_space(len: usize) -> usize {
    let align = size_of::<usize>() - 1;
    let up = |n: usize| n.saturating_add(align) & !align;
    up(len).saturating_add(up(size_of::<libc::cmsghdr>()))
}

/// Bytes of a control message's head and its data of that length, without padding (`CMSG_LEN`).
pub fn control_len(len: usize) -> usize {
    // The head's size is a multiple of the alignment.
    size_of::<libc::cmsghdr>().saturating_add(len)
}

/// Bytes of `struct in6_pktinfo`: an address and an interface's number.
pub const PACKET_INFO: usize = 20;
const _: () = assert!(size_of::<libc::in6_pktinfo>() == PACKET_INFO);
/// Bytes of `struct ucred`: process, user and group.
pub const CREDENTIALS: usize = 12;
const _: () = assert!(size_of::<libc::ucred>() == CREDENTIALS);

/// Appends a control message to others.
pub fn push_control(to: &mut Vec<u8>, level: i32, kind: i32, data: &[u8]) {
    let end = to.len() + control_space(data.len());
    to.extend_from_slice(&control_len(data.len()).to_ne_bytes());
    to.extend_from_slice(&level.to_ne_bytes());
    to.extend_from_slice(&kind.to_ne_bytes());
    to.extend_from_slice(data);
    to.resize(end, 0);
}
const _: () = assert!(
    offset_of!(libc::cmsghdr, cmsg_len) == 0
        && offset_of!(libc::cmsghdr, cmsg_level) == size_of::<usize>()
        && offset_of!(libc::cmsghdr, cmsg_type) == size_of::<usize>() + 4
        && size_of::<libc::cmsghdr>() == size_of::<usize>() + 8
);

/// `sendmsg()`
pub fn send_message(
    fd: RawFd,
    name: Option<&Address>,
    parts: &[Vec<u8>],
    control: &[u8],
    flags: i32,
) -> Sys<usize> {
    let parts: Vec<libc::iovec> = parts
        .iter()
        .map(|p| libc::iovec { iov_base: p.as_ptr().cast_mut().cast(), iov_len: p.len() })
        .collect();
    // SAFETY: zeros are a value of this plain structure.
    let mut m: libc::msghdr = unsafe { zeroed() };
    if let Some(a) = name {
        m.msg_name = a.ptr().cast_mut().cast();
        m.msg_namelen = a.len;
    }
    if !parts.is_empty() {
        m.msg_iov = parts.as_ptr().cast_mut();
        m.msg_iovlen = parts.len();
    }
    if !control.is_empty() {
        m.msg_control = control.as_ptr().cast_mut().cast();
        m.msg_controllen = control.len();
    }
    // SAFETY: a message of live parts, which the call only reads.
    bytes_done(unsafe { libc::sendmsg(fd, &m, flags) })
}

/// A control message that was received.
pub struct Control {
    /// Originating protocol.
    pub level: i32,
    /// Type within the protocol.
    pub kind: i32,
    /// `cmsg_len`
    pub len: usize,
    /// What it carries.
    pub data: Vec<u8>,
    /// The descriptors that it carries: this process's from now on.
    pub fds: Vec<OwnedFd>,
}

/// A message that was received.
pub struct Received {
    /// Bytes of it in the room.
    pub len: usize,
    /// Where it came from, where that was asked for.
    pub name: Option<Address>,
    /// What came beside it.
    pub control: Vec<Control>,
    /// `MSG_*`
    pub flags: i32,
}

/// `recvmsg()`
pub fn receive_message(
    fd: RawFd,
    mut name: Option<Address>,
    room: &mut [u8],
    control: &mut [u8],
    flags: i32,
) -> Sys<Received> {
    let mut part = libc::iovec { iov_base: room.as_mut_ptr().cast(), iov_len: room.len() };
    // SAFETY: zeros are a value of this plain structure.
    let mut m: libc::msghdr = unsafe { zeroed() };
    if let Some(a) = &mut name {
        m.msg_name = (&raw mut a.raw).cast();
        m.msg_namelen = a.len;
    }
    m.msg_iov = &mut part;
    m.msg_iovlen = 1;
    m.msg_control = control.as_mut_ptr().cast();
    m.msg_controllen = control.len();
    // SAFETY: a message of live room.
    let len = bytes_done(unsafe { libc::recvmsg(fd, &mut m, flags) })?;
    let filled = control.get(..m.msg_controllen).unwrap_or_default();
    Ok(Received { len, name, control: controls(filled), flags: m.msg_flags })
}

/// Reads the control messages that the kernel wrote.
fn controls(mut left: &[u8]) -> Vec<Control> {
    const HEAD: usize = size_of::<libc::cmsghdr>();
    let number = |b: &[u8], at: usize| {
        b.get(at..).and_then(|b| b.first_chunk::<4>()).map_or(0, |b| i32::from_ne_bytes(*b))
    };
    let mut out = Vec::new();
    while let Some(len) = left.first_chunk().map(|b| usize::from_ne_bytes(*b))
        && (HEAD..=left.len()).contains(&len)
    {
        let (level, kind) = (number(left, size_of::<usize>()), number(left, size_of::<usize>() + 4));
        let data = left[HEAD..len].to_vec();
        let fds = match (level, kind) {
            (libc::SOL_SOCKET, libc::SCM_RIGHTS) => {
                let (all, _) = data.as_chunks::<4>();
                all.iter().map(|b| own(RawFd::from_ne_bytes(*b))).collect()
            }
            _ => Vec::new(),
        };
        out.push(Control { level, kind, len, data, fds });
        left = left.get(control_space(len - HEAD)..).unwrap_or_default();
    }
    out
}
