use crate::context::Context;
use crate::testing;
use crate::value::Value;
use crate::wrapper::options;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

/// A server that gives each answer to one request, and the requests in the end.
fn server(answers: Vec<&'static str>) -> (u16, JoinHandle<Vec<String>>) {
    let l = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = l.local_addr().unwrap().port();
    let t = std::thread::spawn(move || {
        let serve = |a: &str| {
            let (mut c, _) = l.accept().unwrap();
            let mut seen = Vec::new();
            let mut b = [0; 1024];
            while !seen.windows(4).any(|w| w == b"\r\n\r\n") {
                let n = c.read(&mut b).unwrap();
                seen.extend_from_slice(&b[..n]);
            }
            c.write_all(a.as_bytes()).unwrap();
            String::from_utf8(seen).unwrap()
        };
        answers.into_iter().map(serve).collect()
    });
    (port, t)
}

#[test]
fn bodies_are_read() {
    let (port, t) = server(vec![
        "HTTP/1.1 302 Found\r\nLocation: there\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
    ]);
    let (streams, env) = testing::streams();
    let c = Context::empty();
    c.options().set("http", "method", Value::Text(b"POST".to_vec()));
    let url = format!("http://me:pw@127.0.0.1:{port}/a/b?q#f");
    let s = streams.open(url.as_bytes(), b"r", options::REPORT_ERRORS, Some(c)).unwrap().stream;
    assert_eq!(s.read_all(None), b"abcde");
    assert!(env.taken().is_empty());
    let requests = t.join().unwrap();
    let host = format!("Host: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    assert_eq!(requests[0], format!("POST /a/b?q HTTP/1.1\r\nAuthorization: Basic bWU6cHc=\r\n{host}"));
    assert_eq!(requests[1], format!("GET /a//there HTTP/1.1\r\n{host}"));
}

#[test]
fn failures_are_told() {
    let (port, t) = server(vec!["HTTP/1.0 404 Not Found\r\n\r\nno"]);
    let (streams, env) = testing::streams();
    let url = format!("http://127.0.0.1:{port}");
    assert!(streams.open(url.as_bytes(), b"r", options::REPORT_ERRORS, None).is_none());
    t.join().unwrap();
    let why = "HTTP request failed! HTTP/1.0 404 Not Found\r\n";
    assert_eq!(env.taken(), [format!("Warning({url}): Failed to open stream: {why}")]);
    assert!(streams.open(url.as_bytes(), b"w", options::REPORT_ERRORS, None).is_none());
    let why = "HTTP wrapper does not support writeable connections";
    assert_eq!(env.taken(), [format!("Warning({url}): Failed to open stream: {why}")]);
}
