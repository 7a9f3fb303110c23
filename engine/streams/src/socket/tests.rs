use super::*;
use crate::testing;
use std::io::{Read, Write};

#[test]
fn a_client_talks_to_a_server() {
    let (streams, _) = testing::streams();
    let server = streams.listen(b"tcp://127.0.0.1:0", true, None).unwrap();
    let at = name(&server, false).unwrap();
    let client = streams.connect(&[b"tcp://", &at[..]].concat(), None, false, None).unwrap();
    let (peer, from) = accept(&server, Some(Duration::from_secs(5))).unwrap();
    assert_eq!(Some(from), name(&client, false));
    client.write(b"hello\nrest").unwrap();
    assert_eq!(peer.read_line(None).as_deref(), Some(&b"hello\n"[..]));
    client.close();
    assert_eq!(peer.read_all(None), b"rest");
    assert!(peer.at_end());
    assert_eq!(peer.ops().label(), "tcp_socket");
}

#[test]
fn reads_time_out() {
    let (streams, _) = testing::streams();
    let (a, _b) = pair(streams.env(), libc::AF_UNIX, libc::SOCK_STREAM, 0).unwrap();
    a.ops().set_timeout(&a, Some(Duration::from_millis(20)));
    assert_eq!(a.read_vec(10), Err(Failed));
    assert_eq!(a.metadata()[0], (b"timed_out".to_vec(), MetaValue::Bool(true)));
}

#[test]
fn nobody_listens() {
    let (streams, _) = testing::streams();
    let e = streams.connect(b"tcp://127.0.0.1:1", None, false, None).err().unwrap();
    assert_eq!((e.code, e.message.as_str()), (libc::ECONNREFUSED, "Connection refused"));
    let e = streams.connect(b"nope://x:1", None, false, None).err().unwrap();
    assert!(e.message.starts_with("Unable to find the socket transport \"nope\""));
}

#[test]
fn unix_sockets_have_paths() {
    let (streams, _) = testing::streams();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s");
    let url = format!("unix://{}", path.display());
    let server = streams.listen(url.as_bytes(), true, None).unwrap();
    let mut c = std::os::unix::net::UnixStream::connect(&path).unwrap();
    let (peer, _) = accept(&server, None).unwrap();
    c.write_all(b"ping").unwrap();
    assert_eq!(peer.read_vec(100).unwrap(), b"ping");
    peer.write(b"pong").unwrap();
    let mut b = [0; 4];
    c.read_exact(&mut b).unwrap();
    assert_eq!(&b, b"pong");
    assert_eq!(name(&server, false), Some(crate::path::bytes(path)));
}
