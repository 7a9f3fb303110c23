//! Load for a FastCGI application: `load SOCKET SCRIPT [-c CONNECTIONS] [-n REQUESTS] [-q QUERY] [--close]`.
//!
//! Each connection has a thread, and is kept unless `--close` says otherwise. Every answer must be complete and the same as
//! the first one. Prints `REQUESTS requests, RATE/s, p50 N us, p99 N us, N errors`.

use php_fpm::fastcgi::{HEADER, encode_params, kind, put_record};
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

struct Load {
    socket: String,
    request: Vec<u8>,
    close: bool,
    left: AtomicUsize,
    errors: AtomicUsize,
    first: OnceLock<Vec<u8>>,
    times: Mutex<Vec<Duration>>,
}

fn request(script: &str, query: &str, close: bool) -> Vec<u8> {
    let length = "0".to_owned();
    let params: [(&[u8], &[u8]); 8] = [
        (b"SCRIPT_FILENAME", script.as_bytes()),
        (b"SCRIPT_NAME", b"/index.php"),
        (b"REQUEST_URI", b"/index.php"),
        (b"REQUEST_METHOD", b"GET"),
        (b"QUERY_STRING", query.as_bytes()),
        (b"SERVER_PROTOCOL", b"HTTP/1.1"),
        (b"SERVER_NAME", b"localhost"),
        (b"CONTENT_LENGTH", length.as_bytes()),
    ];
    let mut out = Vec::new();
    put_record(&mut out, kind::BEGIN_REQUEST, 1, &[0, 1, !close as u8, 0, 0, 0, 0, 0]);
    put_record(&mut out, kind::PARAMS, 1, &encode_params(&params));
    put_record(&mut out, kind::PARAMS, 1, &[]);
    put_record(&mut out, kind::STDIN, 1, &[]);
    out
}

/// Reads an answer: its output, without headers.
fn answer(s: &mut UnixStream) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        let mut head = [0; HEADER];
        s.read_exact(&mut head)?;
        let mut contents = vec![0; u16::from_be_bytes([head[4], head[5]]) as usize + head[6] as usize];
        s.read_exact(&mut contents)?;
        contents.truncate(u16::from_be_bytes([head[4], head[5]]) as usize);
        match head[1] {
            kind::STDOUT => out.extend(contents),
            kind::END_REQUEST => break,
            _ => {}
        }
    }
    let body = out.windows(4).position(|w| w == b"\r\n\r\n").map_or(0, |i| i + 4);
    Ok(out.split_off(body))
}

impl Load {
    fn take(&self) -> bool {
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_ok()
    }

    fn run(&self) {
        let mut stream = None;
        let mut times = Vec::new();
        while self.take() {
            let start = Instant::now();
            let mut s = match stream.take().map_or_else(|| UnixStream::connect(&self.socket), Ok) {
                Ok(s) => s,
                Err(_) => {
                    self.errors.fetch_add(1, Ordering::Relaxed);
                    continue;
                }
            };
            let body = s.write_all(&self.request).and_then(|()| answer(&mut s));
            times.push(start.elapsed());
            match body {
                Ok(b) if self.first.get_or_init(|| b.clone()) == &b => {
                    stream = Some(s).filter(|_| !self.close);
                }
                _ => {
                    self.errors.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        self.times.lock().unwrap_or_else(|e| e.into_inner()).extend(times);
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let option = |name: &str| args.iter().position(|a| a == name).and_then(|i| args.get(i + 1));
    let number = |name: &str, default| option(name).and_then(|v| v.parse().ok()).unwrap_or(default);
    let (Some(socket), Some(script)) = (args.get(1), args.get(2)) else {
        eprintln!("usage: load SOCKET SCRIPT [-c CONNECTIONS] [-n REQUESTS] [-q QUERY] [--close]");
        std::process::exit(2);
    };
    let (connections, requests) = (number("-c", 2), number("-n", 10_000));
    let close = args.iter().any(|a| a == "--close");
    let load = Load {
        socket: socket.clone(),
        request: request(script, option("-q").map_or("", |q| q), close),
        close,
        left: AtomicUsize::new(requests),
        errors: AtomicUsize::new(0),
        first: OnceLock::new(),
        times: Mutex::default(),
    };
    let start = Instant::now();
    std::thread::scope(|s| (0..connections).for_each(|_| drop(s.spawn(|| load.run()))));
    let taken = start.elapsed().as_secs_f64();
    let mut times = load.times.into_inner().unwrap_or_else(|e| e.into_inner());
    times.sort_unstable();
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).map_or(0, Duration::as_micros);
    let errors = load.errors.into_inner();
    println!(
        "{requests} requests, {:.0}/s, p50 {} us, p99 {} us, {errors} errors",
        requests as f64 / taken,
        at(0.5),
        at(0.99)
    );
    std::process::exit((errors > 0) as i32);
}
