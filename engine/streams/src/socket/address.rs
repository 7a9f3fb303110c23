//! Socket addresses and their texts.

use crate::transport::SocketError;
use rustix::net::{SocketAddrAny, SocketAddrUnix};
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};

/// An address as PHP writes it: `1.2.3.4:80`, `[::1]:80`, a path.
pub(super) fn text(a: &SocketAddrAny) -> Vec<u8> {
    if let Ok(ip) = SocketAddr::try_from(a.clone()) {
        return ip.to_string().into_bytes();
    }
    let Ok(unix) = SocketAddrUnix::try_from(a.clone()) else { return Vec::new() };
    match (unix.path_bytes(), unix.abstract_name()) {
        (Some(p), _) => p.to_vec(),
        (None, Some(n)) => [b"\0", n].concat(),
        _ => Vec::new(),
    }
}

/// Host and port of `host:port` or `[v6]:port`.
pub(super) fn host_port(address: &[u8]) -> Result<(String, u16), SocketError> {
    if address.contains(&0) {
        return Err(SocketError::of("The hostname must not contain null bytes"));
    }
    let shown = String::from_utf8_lossy(address).into_owned();
    let port = |t: &str| crate::value::Value::Text(t.as_bytes().to_vec()).to_int() as u16;
    if let Some(rest) = shown.strip_prefix('[') {
        return match rest.split_once("]:") {
            Some((host, p)) => Ok((host.to_owned(), port(p))),
            None => Err(SocketError::of(format!("Failed to parse IPv6 address \"{shown}\""))),
        };
    }
    match shown.split_once(':') {
        Some((host, p)) => Ok((host.to_owned(), port(p))),
        None => Err(SocketError::of(format!("Failed to parse address \"{shown}\""))),
    }
}

/// The addresses of a host. The error's words are the C library's.
pub(super) fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    (host, port).to_socket_addrs().map(Iterator::collect).map_err(|e| {
        let words = e.to_string();
        words.strip_prefix("failed to lookup address information: ").unwrap_or(&words).to_owned()
    })
}

/// An address given as text to `stream_socket_sendto()`.
pub(super) fn parse(target: &[u8]) -> Result<SocketAddr, SocketError> {
    let t = target
        .iter()
        .position(|&c| c == b'/')
        .map_or(target, |_| memchr::memmem::find(target, b"://").map_or(target, |i| &target[i + 3..]));
    let (host, port) = host_port(t)?;
    resolve(&host, port)
        .ok()
        .and_then(|a| a.into_iter().next())
        .ok_or_else(|| SocketError::of("Failed to resolve the address"))
}
