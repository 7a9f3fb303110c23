//! Names and addresses of the network, the system log.

use plugin_api::{Array, Ctx, OrFalse, R, Reference, Value, php_function};
use std::ffi::{CStr, CString};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};

/// Longest name that is looked up.
const LONGEST: usize = 255;

#[php_function("ip2long(string $ip): int|false")]
fn ip2long(ip: &[u8]) -> OrFalse<i64> {
    let address = std::str::from_utf8(ip).ok().and_then(|t| t.parse::<Ipv4Addr>().ok());
    address.map(|a| u32::from(a) as i64).into()
}
#[php_function("long2ip(int $ip): string")]
fn long2ip(ip: i64) -> String {
    Ipv4Addr::from(ip as u32).to_string()
}
#[php_function("inet_pton(string $ip): string|false")]
fn inet_pton(ip: &[u8]) -> OrFalse<Vec<u8>> {
    match std::str::from_utf8(ip).ok().and_then(|t| t.parse::<IpAddr>().ok()) {
        Some(IpAddr::V4(a)) => a.octets().to_vec().into(),
        Some(IpAddr::V6(a)) => a.octets().to_vec().into(),
        None => OrFalse::FALSE,
    }
}
#[php_function("inet_ntop(string $ip): string|false")]
fn inet_ntop(ip: &[u8]) -> OrFalse<String> {
    if let Ok(b) = <[u8; 4]>::try_from(ip) {
        return Ipv4Addr::from(b).to_string().into();
    }
    OrFalse(<[u8; 16]>::try_from(ip).ok().map(|b| Ipv6Addr::from(b).to_string()))
}

/// A name with a NUL byte is PHP's ValueError.
fn plain_name(ctx: &mut Ctx, name: &[u8]) -> R<()> {
    if name.contains(&0) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    Ok(())
}

fn resolve(name: &[u8]) -> Vec<Ipv4Addr> {
    let Ok(name) = std::str::from_utf8(name) else { return Vec::new() };
    let found = (name, 0).to_socket_addrs().map_or_else(|_| Vec::new(), Iterator::collect::<Vec<_>>);
    let mut out = Vec::new();
    for a in found {
        if let SocketAddr::V4(a) = a
            && !out.contains(a.ip())
        {
            out.push(*a.ip());
        }
    }
    out
}

#[php_function("gethostbyname(string $hostname): string")]
fn gethostbyname(ctx: &mut Ctx, hostname: &[u8]) -> R<Vec<u8>> {
    plain_name(ctx, hostname)?;
    if hostname.len() > LONGEST {
        ctx.warning(format!("Host name cannot be longer than {LONGEST} characters"))?;
        return Ok(hostname.to_vec());
    }
    Ok(resolve(hostname).first().map_or_else(|| hostname.to_vec(), |a| a.to_string().into_bytes()))
}
#[php_function("gethostbynamel(string $hostname): array|false")]
fn gethostbynamel(ctx: &mut Ctx, hostname: &[u8]) -> R<OrFalse<Array>> {
    plain_name(ctx, hostname)?;
    if hostname.len() > LONGEST {
        ctx.warning(format!("Host name cannot be longer than {LONGEST} characters"))?;
        return Ok(OrFalse::FALSE);
    }
    let found = resolve(hostname);
    if found.is_empty() {
        return Ok(OrFalse::FALSE);
    }
    Ok(found.into_iter().map(|a| Value::str(a.to_string())).collect::<Array>().into())
}
#[php_function("gethostbyaddr(string $ip): string|false")]
fn gethostbyaddr(ctx: &mut Ctx, ip: &[u8]) -> R<OrFalse<Vec<u8>>> {
    let Some(address) = std::str::from_utf8(ip).ok().and_then(|t| t.parse::<IpAddr>().ok()) else {
        ctx.warning("Address is not a valid IPv4 or IPv6 address")?;
        return Ok(OrFalse::FALSE);
    };
    let mut name = [0u8; 1025];
    // SAFETY: the address is of the size said, and so is the buffer.
    let rc = unsafe {
        match address {
            IpAddr::V4(a) => {
                let mut s: libc::sockaddr_in = std::mem::zeroed();
                s.sin_family = libc::AF_INET as libc::sa_family_t;
                s.sin_addr.s_addr = u32::from_ne_bytes(a.octets());
                libc::getnameinfo(
                    (&raw const s).cast(),
                    size_of_val(&s) as u32,
                    name.as_mut_ptr().cast(),
                    name.len() as u32,
                    std::ptr::null_mut(),
                    0,
                    libc::NI_NAMEREQD,
                )
            }
            IpAddr::V6(a) => {
                let mut s: libc::sockaddr_in6 = std::mem::zeroed();
                s.sin6_family = libc::AF_INET6 as libc::sa_family_t;
                s.sin6_addr.s6_addr = a.octets();
                libc::getnameinfo(
                    (&raw const s).cast(),
                    size_of_val(&s) as u32,
                    name.as_mut_ptr().cast(),
                    name.len() as u32,
                    std::ptr::null_mut(),
                    0,
                    libc::NI_NAMEREQD,
                )
            }
        }
    };
    if rc != 0 {
        return Ok(ip.to_vec().into());
    }
    let end = name.iter().position(|c| *c == 0).unwrap_or(0);
    Ok(name[..end].to_vec().into())
}

/// A name for the C library; one with a NUL byte is none.
fn c(b: &[u8]) -> Option<CString> {
    CString::new(b).ok()
}

#[php_function("getservbyname(string $service, string $protocol): int|false")]
fn getservbyname(service: &[u8], protocol: &[u8]) -> OrFalse<i64> {
    let (Some(s), Some(p)) = (c(service), c(protocol)) else { return OrFalse::FALSE };
    // SAFETY: terminated texts; the entry is read at once.
    unsafe { libc::getservbyname(s.as_ptr(), p.as_ptr()).as_ref() }
        .map(|e| u16::from_be(e.s_port as u16) as i64)
        .into()
}
#[php_function("getservbyport(int $port, string $protocol): string|false")]
fn getservbyport(port: i64, protocol: &[u8]) -> OrFalse<Vec<u8>> {
    let Some(p) = c(protocol) else { return OrFalse::FALSE };
    // SAFETY: a terminated text; the entry is read at once.
    unsafe {
        libc::getservbyport((port as u16).to_be() as i32, p.as_ptr())
            .as_ref()
            .map(|e| CStr::from_ptr(e.s_name).to_bytes().to_vec())
            .into()
    }
}
#[php_function("getprotobyname(string $protocol): int|false")]
fn getprotobyname(protocol: &[u8]) -> OrFalse<i64> {
    let Some(p) = c(protocol) else { return OrFalse::FALSE };
    // SAFETY: a terminated text; the entry is read at once.
    unsafe { libc::getprotobyname(p.as_ptr()).as_ref() }.map(|e| e.p_proto as i64).into()
}
#[php_function("getprotobynumber(int $protocol): string|false")]
fn getprotobynumber(protocol: i64) -> OrFalse<Vec<u8>> {
    // SAFETY: the entry is read at once.
    unsafe {
        libc::getprotobynumber(protocol as i32)
            .as_ref()
            .map(|e| CStr::from_ptr(e.p_name).to_bytes().to_vec())
            .into()
    }
}

#[php_function("openlog(string $prefix, int $flags, int $facility): true")]
fn openlog(ctx: &mut Ctx, prefix: &[u8], flags: i64, facility: i64) -> bool {
    // The C library keeps the pointer: the prefix lives until the next one.
    let kept = c(prefix).unwrap_or_default();
    // SAFETY: a terminated text that the globals keep.
    unsafe { libc::openlog(kept.as_ptr(), flags as i32, facility as i32) };
    ctx.globals::<crate::Globals>().log_prefix.replace(Some(kept));
    true
}
#[php_function("closelog(): true")]
fn closelog(ctx: &mut Ctx) -> bool {
    // SAFETY: a call without arguments; the prefix is not used behind it.
    unsafe { libc::closelog() };
    ctx.globals::<crate::Globals>().log_prefix.replace(None);
    true
}
#[php_function("syslog(int $priority, string $message): true")]
fn syslog(priority: i64, message: &[u8]) -> bool {
    for line in message.split(|c| *c == b'\n').filter_map(c) {
        // SAFETY: terminated texts, and a format for one of them.
        unsafe { libc::syslog(priority as i32, c"%s".as_ptr(), line.as_ptr()) };
    }
    true
}

/// A DNS record type by name.
fn record_type(name: &[u8]) -> Option<i64> {
    Some(match &name.to_ascii_uppercase()[..] {
        b"A" => 1,
        b"NS" => 2,
        b"CNAME" => 5,
        b"SOA" => 6,
        b"PTR" => 12,
        b"HINFO" => 13,
        b"MX" => 15,
        b"TXT" => 16,
        b"AAAA" => 28,
        b"SRV" => 33,
        b"NAPTR" => 35,
        b"A6" => 38,
        b"CAA" => 257,
        b"ANY" => 255,
        _ => return None,
    })
}

#[link(name = "resolv")]
unsafe extern "C" {
    fn res_search(
        name: *const libc::c_char,
        class: libc::c_int,
        kind: libc::c_int,
        answer: *mut u8,
        len: libc::c_int,
    ) -> libc::c_int;
}

/// The answer of a name server to a question; `None` when there is none.
fn ask(name: &[u8], kind: i64) -> Option<Vec<u8>> {
    let name = c(name)?;
    let mut answer = vec![0u8; 65536];
    // SAFETY: a terminated name and a buffer of the length said.
    let n = unsafe { res_search(name.as_ptr(), 1, kind as i32, answer.as_mut_ptr(), answer.len() as i32) };
    answer.truncate(usize::try_from(n).ok()?);
    Some(answer)
}

fn check(ctx: &mut Ctx, hostname: &[u8], kind: &[u8]) -> R<bool> {
    plain_name(ctx, hostname)?;
    if hostname.is_empty() {
        return Err(ctx.argument_value_error(1, "must not be empty"));
    }
    match record_type(kind) {
        Some(k) => Ok(ask(hostname, k).is_some()),
        None => Err(ctx.argument_value_error(2, "must be a valid DNS record type")),
    }
}

#[php_function("dns_check_record(string $hostname, string $type = \"MX\"): bool")]
fn dns_check_record(ctx: &mut Ctx, hostname: &[u8], kind: &[u8]) -> R<bool> {
    check(ctx, hostname, kind)
}
#[php_function("checkdnsrr(string $hostname, string $type = \"MX\"): bool")]
fn checkdnsrr(ctx: &mut Ctx, hostname: &[u8], kind: &[u8]) -> R<bool> {
    check(ctx, hostname, kind)
}

/// A resource record of an answer.
struct Record {
    name: String,
    kind: u16,
    ttl: u32,
    data: std::ops::Range<usize>,
}

fn u16_at(b: &[u8], i: usize) -> Option<u16> {
    Some(u16::from_be_bytes(b.get(i..i + 2)?.try_into().ok()?))
}
fn u32_at(b: &[u8], i: usize) -> Option<u32> {
    Some(u32::from_be_bytes(b.get(i..i + 4)?.try_into().ok()?))
}

/// A name at `i`, and where what follows it begins.
fn name_at(b: &[u8], mut i: usize) -> Option<(String, usize)> {
    let (mut out, mut end, mut jumps) = (Vec::new(), None, 0);
    loop {
        let n = *b.get(i)? as usize;
        if n & 0xc0 == 0xc0 {
            end = end.or(Some(i + 2));
            i = (u16_at(b, i)? & 0x3fff) as usize;
            jumps += 1;
            if jumps > 64 {
                return None;
            }
            continue;
        }
        if n == 0 {
            return Some((out.join("."), end.unwrap_or(i + 1)));
        }
        out.push(String::from_utf8_lossy(b.get(i + 1..i + 1 + n)?).into_owned());
        i += n + 1;
    }
}

/// Answer, authority and additional records.
fn records(b: &[u8]) -> Option<[Vec<Record>; 3]> {
    let mut i = 12;
    for _ in 0..u16_at(b, 4)? {
        i = name_at(b, i)?.1 + 4;
    }
    let mut all = [Vec::new(), Vec::new(), Vec::new()];
    for (section, list) in all.iter_mut().enumerate() {
        for _ in 0..u16_at(b, 6 + section * 2)? {
            let (name, at) = name_at(b, i)?;
            let (kind, ttl, n) = (u16_at(b, at)?, u32_at(b, at + 4)?, u16_at(b, at + 8)? as usize);
            list.push(Record { name, kind, ttl, data: at + 10..at + 10 + n });
            i = at + 10 + n;
        }
    }
    Some(all)
}

/// A record as PHP shows it.
fn shown(b: &[u8], r: &Record) -> Option<Array> {
    let data = b.get(r.data.clone())?;
    let from = r.data.start;
    let mut a = Array::new();
    a.set("host", r.name.as_str());
    a.set("class", "IN");
    a.set("ttl", r.ttl as i64);
    let text = |n: usize| -> Option<(String, usize)> {
        let len = *data.get(n)? as usize;
        Some((String::from_utf8_lossy(data.get(n + 1..n + 1 + len)?).into_owned(), n + 1 + len))
    };
    match r.kind {
        1 => {
            a.set("type", "A");
            a.set("ip", Ipv4Addr::from(<[u8; 4]>::try_from(data).ok()?).to_string());
        }
        28 => {
            a.set("type", "AAAA");
            a.set("ipv6", Ipv6Addr::from(<[u8; 16]>::try_from(data).ok()?).to_string());
        }
        2 | 5 | 12 => {
            a.set("type", ["NS", "CNAME", "PTR"][[2, 5, 12].iter().position(|k| *k == r.kind)?]);
            a.set("target", name_at(b, from)?.0);
        }
        15 => {
            a.set("type", "MX");
            a.set("pri", u16_at(b, from)? as i64);
            a.set("target", name_at(b, from + 2)?.0);
        }
        16 => {
            a.set("type", "TXT");
            let (mut parts, mut n) = (Vec::new(), 0);
            while n < data.len() {
                let (t, next) = text(n)?;
                parts.push(t);
                n = next;
            }
            a.set("txt", parts.concat());
            a.set("entries", parts.into_iter().map(Value::from).collect::<Array>());
        }
        13 => {
            a.set("type", "HINFO");
            let (cpu, n) = text(0)?;
            a.set("cpu", cpu);
            a.set("os", text(n)?.0);
        }
        6 => {
            a.set("type", "SOA");
            let (mname, at) = name_at(b, from)?;
            let (rname, at) = name_at(b, at)?;
            a.set("mname", mname);
            a.set("rname", rname);
            for (k, name) in ["serial", "refresh", "retry", "expire", "minimum-ttl"].into_iter().enumerate() {
                a.set(name, u32_at(b, at + k * 4)? as i64);
            }
        }
        33 => {
            a.set("type", "SRV");
            for (k, name) in ["pri", "weight", "port"].into_iter().enumerate() {
                a.set(name, u16_at(b, from + k * 2)? as i64);
            }
            a.set("target", name_at(b, from + 6)?.0);
        }
        35 => {
            a.set("type", "NAPTR");
            a.set("order", u16_at(b, from)? as i64);
            a.set("pref", u16_at(b, from + 2)? as i64);
            let (flags, n) = text(4)?;
            let (services, n) = text(n)?;
            let (regex, n) = text(n)?;
            a.set("flags", flags);
            a.set("services", services);
            a.set("regex", regex);
            a.set("replacement", name_at(b, from + n)?.0);
        }
        257 => {
            a.set("type", "CAA");
            a.set("flags", *data.first()? as i64);
            let (tag, n) = text(1)?;
            a.set("tag", tag);
            a.set("value", String::from_utf8_lossy(data.get(n..)?).into_owned());
        }
        _ => return None,
    }
    Some(a)
}

/// Bits of `DNS_*` and the record types they ask for.
const KINDS: [(i64, i64); 12] = [
    (1, 1),
    (2, 2),
    (16, 5),
    (32, 6),
    (2048, 12),
    (4096, 13),
    (8192, 257),
    (16384, 15),
    (32768, 16),
    (33_554_432, 33),
    (67_108_864, 35),
    (134_217_728, 28),
];

#[php_function(
    "dns_get_record(string $hostname, int $type = DNS_ANY, &$authoritative_name_servers = null, &$additional_records = null, bool $raw = false): array|false"
)]
fn dns_get_record(
    ctx: &mut Ctx,
    hostname: &[u8],
    kind: Option<i64>,
    authority: Option<Reference>,
    additional: Option<Reference>,
    raw: bool,
) -> R<OrFalse<Array>> {
    plain_name(ctx, hostname)?;
    const ANY: i64 = 268_435_456;
    const ALL: i64 = 251_721_779;
    let kind = kind.unwrap_or(ANY);
    for r in [&authority, &additional].into_iter().flatten() {
        r.set(ctx, Array::new())?;
    }
    let kinds: Vec<i64> = if raw {
        if !(1..=0xffff).contains(&kind) {
            return Err(
                ctx.argument_value_error(2, "must be between 1 and 65535 when argument #5 ($raw) is true")
            );
        }
        vec![kind]
    } else if kind == ANY {
        vec![255]
    } else if kind & !ALL != 0 || kind == 0 {
        return Err(ctx.argument_value_error(2, "must be a DNS_* constant"));
    } else {
        KINDS.into_iter().filter(|(bit, _)| kind & bit != 0).map(|(_, k)| k).collect()
    };
    let mut lists = [Array::new(), Array::new(), Array::new()];
    for k in kinds {
        let Some(b) = ask(hostname, k) else { continue };
        for (list, found) in lists.iter_mut().zip(records(&b).unwrap_or_default()) {
            for r in &found {
                if let Some(a) = shown(&b, r) {
                    list.push(a);
                }
            }
        }
    }
    let [found, servers, more] = lists;
    for (r, list) in [(authority, servers), (additional, more)] {
        if let Some(r) = r {
            r.set(ctx, list)?;
        }
    }
    Ok(found.into())
}

fn mail_exchangers(ctx: &mut Ctx, hostname: &[u8], hosts: Reference, weights: Option<Reference>) -> R<bool> {
    plain_name(ctx, hostname)?;
    let (mut names, mut numbers) = (Array::new(), Array::new());
    let answer = ask(hostname, 15);
    if let Some(b) = &answer {
        for r in records(b).into_iter().flatten().flatten().filter(|r| r.kind == 15) {
            if let (Some(n), Some((t, _))) = (u16_at(b, r.data.start), name_at(b, r.data.start + 2)) {
                names.push(Value::from(t));
                numbers.push(n as i64);
            }
        }
    }
    let found = !names.is_empty();
    hosts.set(ctx, names)?;
    if let Some(w) = weights {
        w.set(ctx, numbers)?;
    }
    Ok(found)
}

#[php_function("dns_get_mx(string $hostname, &$hosts, &$weights = null): bool")]
fn dns_get_mx(ctx: &mut Ctx, hostname: &[u8], hosts: Reference, weights: Option<Reference>) -> R<bool> {
    mail_exchangers(ctx, hostname, hosts, weights)
}
#[php_function("getmxrr(string $hostname, &$hosts, &$weights = null): bool")]
fn getmxrr(ctx: &mut Ctx, hostname: &[u8], hosts: Reference, weights: Option<Reference>) -> R<bool> {
    mail_exchangers(ctx, hostname, hosts, weights)
}

plugin_api::constants! {
    /// Record types, and words of the system log.
    pub CONSTANTS;
    int DNS_A = 1;
    int DNS_A6 = 16777216;
    int DNS_AAAA = 134217728;
    int DNS_ALL = 251721779;
    int DNS_ANY = 268435456;
    int DNS_CAA = 8192;
    int DNS_CNAME = 16;
    int DNS_HINFO = 4096;
    int DNS_MX = 16384;
    int DNS_NAPTR = 67108864;
    int DNS_NS = 2;
    int DNS_PTR = 2048;
    int DNS_SOA = 32;
    int DNS_SRV = 33554432;
    int DNS_TXT = 32768;
    int LOG_ALERT = 1;
    int LOG_AUTH = 32;
    int LOG_AUTHPRIV = 80;
    int LOG_CONS = 2;
    int LOG_CRIT = 2;
    int LOG_CRON = 72;
    int LOG_DAEMON = 24;
    int LOG_DEBUG = 7;
    int LOG_EMERG = 0;
    int LOG_ERR = 3;
    int LOG_INFO = 6;
    int LOG_KERN = 0;
    int LOG_LOCAL0 = 128;
    int LOG_LOCAL1 = 136;
    int LOG_LOCAL2 = 144;
    int LOG_LOCAL3 = 152;
    int LOG_LOCAL4 = 160;
    int LOG_LOCAL5 = 168;
    int LOG_LOCAL6 = 176;
    int LOG_LOCAL7 = 184;
    int LOG_LPR = 48;
    int LOG_MAIL = 16;
    int LOG_NDELAY = 8;
    int LOG_NEWS = 56;
    int LOG_NOTICE = 5;
    int LOG_NOWAIT = 16;
    int LOG_ODELAY = 4;
    int LOG_PERROR = 32;
    int LOG_PID = 1;
    int LOG_SYSLOG = 40;
    int LOG_USER = 8;
    int LOG_UUCP = 64;
    int LOG_WARNING = 4;
}

/// The text of an address; nothing for those of other families.
///
/// # Safety
/// Null, or a live address whose family says how long it is.
unsafe fn address_text(a: *const libc::sockaddr) -> Option<String> {
    // SAFETY: by the caller's promise.
    unsafe {
        match i32::from((*a.as_ref().map(std::ptr::from_ref)?).sa_family) {
            libc::AF_INET => {
                let octets = (*a.cast::<libc::sockaddr_in>()).sin_addr.s_addr.to_ne_bytes();
                Some(Ipv4Addr::from(octets).to_string())
            }
            libc::AF_INET6 => {
                Some(Ipv6Addr::from((*a.cast::<libc::sockaddr_in6>()).sin6_addr.s6_addr).to_string())
            }
            _ => None,
        }
    }
}

#[php_function("net_get_interfaces(): array|false")]
fn net_get_interfaces(ctx: &mut Ctx) -> R<OrFalse<Array>> {
    let mut first = std::ptr::null_mut();
    // SAFETY: the list is the library's until it is freed below.
    if unsafe { libc::getifaddrs(&mut first) } != 0 {
        let why = std::io::Error::last_os_error();
        let text = why.to_string();
        // Rust puts the number behind the text.
        let text = text.split(" (os error").next().unwrap_or(&text);
        ctx.warning(format!("getifaddrs() failed {}: {text}", why.raw_os_error().unwrap_or(0)))?;
        return Ok(OrFalse::FALSE);
    }
    let mut names: Vec<Vec<u8>> = Vec::new();
    let mut found: Vec<(Vec<Value>, bool)> = Vec::new();
    let mut at = first;
    // SAFETY: a live list of the library's; names are terminated, addresses null or of the family they tell.
    unsafe {
        while let Some(i) = at.as_ref() {
            at = i.ifa_next;
            let name = CStr::from_ptr(i.ifa_name).to_bytes();
            let n = names.iter().position(|known| known == name).unwrap_or_else(|| {
                names.push(name.to_vec());
                found.push((Vec::new(), i.ifa_flags & libc::IFF_UP as u32 != 0));
                names.len() - 1
            });
            let mut entry = Array::new();
            entry.set("flags", i64::from(i.ifa_flags));
            if let Some(a) = i.ifa_addr.as_ref() {
                entry.set("family", i64::from(a.sa_family));
                if let Some(t) = address_text(i.ifa_addr) {
                    entry.set("address", t);
                }
            }
            if let Some(t) = address_text(i.ifa_netmask) {
                entry.set("netmask", t);
            }
            let other = if i.ifa_flags & libc::IFF_BROADCAST as u32 != 0 {
                Some("broadcast")
            } else if i.ifa_flags & libc::IFF_POINTOPOINT as u32 != 0 {
                Some("ptp")
            } else {
                None
            };
            if let Some((key, t)) = other.zip(address_text(i.ifa_ifu)) {
                entry.set(key, t);
            }
            found[n].0.push(entry.into());
        }
        libc::freeifaddrs(first);
    }
    let mut out = Array::new();
    for (name, (unicast, up)) in names.iter().zip(found) {
        let mut interface = Array::new();
        interface.set("unicast", Array::list(unicast));
        interface.set("up", up);
        out.set(&name[..], interface);
    }
    Ok(out.into())
}
