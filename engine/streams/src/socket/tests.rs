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

/// A layer that turns every byte over.
#[derive(Default)]
struct Turned(Cell<bool>);

impl crypto::Layer for Turned {
    fn set_up(&self, _: &Stream, _: &crypto::Below, method: u32, _: Option<crypto::Session>) -> bool {
        method != 0
    }
    fn enable(&self, _: &Stream, _: &mut crypto::Below, on: bool) -> crypto::Enabled {
        self.0.set(on);
        if on { crypto::Enabled::Yes } else { crypto::Enabled::No }
    }
    fn is_active(&self) -> bool {
        self.0.get()
    }
    fn read(&self, s: &Stream, below: &mut crypto::Below, buf: &mut [u8]) -> Io {
        // SAFETY: the stream's descriptor and a live buffer.
        let n = unsafe { libc::recv(below.fd, buf.as_mut_ptr().cast(), buf.len(), 0) };
        s.set_eof(n == 0);
        let n = usize::try_from(n).map_err(|_| Failed)?;
        buf[..n].iter_mut().for_each(|b| *b = !*b);
        Ok(n)
    }
    fn write(&self, _: &Stream, below: &mut crypto::Below, bytes: &[u8]) -> Io {
        let turned: Vec<u8> = bytes.iter().map(|b| !b).collect();
        // SAFETY: as above.
        let n = unsafe { libc::send(below.fd, turned.as_ptr().cast(), turned.len(), 0) };
        usize::try_from(n).map_err(|_| Failed)
    }
    fn pending(&self) -> usize {
        0
    }
    fn is_alive(&self, _: &mut crypto::Below) -> bool {
        true
    }
    fn describe(&self) -> Option<MetaValue> {
        Some(MetaValue::Text(b"turned".to_vec()))
    }
    fn close(&self) {}
    fn as_any(&self) -> &dyn Any {
        self
    }
}

struct Turning;

impl crypto::Crypto for Turning {
    fn layer(&self, _: Option<&[u8]>) -> Rc<dyn crypto::Layer> {
        Rc::new(Turned::default())
    }
}

#[test]
fn a_layer_encrypts_later_and_from_the_beginning() {
    let (streams, _) = testing::streams();
    streams.transports.set_crypto(Rc::new(Turning));
    let transport = crypto::SecureTransport { method: crypto::ANY_TLS_CLIENT, by_context: false };
    streams.transports.register(b"turned", Rc::new(transport));
    let server = streams.listen(b"tcp://127.0.0.1:0", true, None).unwrap();
    let at = name(&server, false).unwrap();
    let client = streams.connect(&[b"tcp://", &at[..]].concat(), None, false, None).unwrap();
    let (peer, _) = accept(&server, None).unwrap();
    client.write(b"plain\n").unwrap();
    assert_eq!(peer.read_line(None).as_deref(), Some(&b"plain\n"[..]));
    assert_eq!(crypto::enable(&client, false, None), Some(crypto::Enabled::No));
    assert_eq!(crypto::enable(&client, true, Some((1, None))), Some(crypto::Enabled::Yes));
    client.write(b"abc").unwrap();
    assert_eq!(peer.read_vec(10).unwrap(), b"abc".map(|b| !b));
    assert_eq!(crypto::enable(&peer, true, Some((1, None))), Some(crypto::Enabled::Yes));
    client.write(b"def").unwrap();
    assert_eq!(peer.read_vec(10).unwrap(), b"def");
    assert_eq!(peer.metadata()[0], (b"crypto".to_vec(), MetaValue::Text(b"turned".to_vec())));
    assert_eq!(peer.ops().label(), "tcp_socket/ssl");
    let server = streams.listen(b"turned://127.0.0.1:0", true, None).unwrap();
    let at = name(&server, false).unwrap();
    let client = streams.connect(&[b"turned://", &at[..]].concat(), None, false, None).unwrap();
    let (peer, _) = accept(&server, None).unwrap();
    client.write(b"ghi").unwrap();
    assert_eq!(peer.read_vec(10).unwrap(), b"ghi");
    let (a, _b) = pair(streams.env(), libc::AF_UNIX, libc::SOCK_STREAM, 0).unwrap();
    assert_eq!(crypto::enable(&a, true, Some((1, None))), None);
}
