use crate::testing;
use crate::wrapper::options;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

/// A server of one control connection; `RETR` sends `data`, `STOR` takes it. Gives the commands and what it took.
fn server(data: &'static str) -> (u16, JoinHandle<(Vec<String>, String)>) {
    let l = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = l.local_addr().unwrap().port();
    let t = std::thread::spawn(move || {
        let passive = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = passive.local_addr().unwrap().port();
        let (c, _) = l.accept().unwrap();
        let mut out = c.try_clone().unwrap();
        out.write_all(b"220-hello\r\n220 ready\r\n").unwrap();
        let (mut seen, mut taken) = (Vec::new(), String::new());
        for line in BufReader::new(c).lines() {
            // A client that is gone when QUIT is answered resets the connection.
            let Ok(line) = line else { break };
            let answer = match line.split(' ').next().unwrap() {
                "USER" => "331 password".to_owned(),
                "EPSV" => format!("229 go on (|||{at}|)"),
                "SIZE" => "550 no such file".into(),
                "MDTM" => "213 20240229123456".into(),
                "RETR" | "NLST" => {
                    let (mut d, _) = passive.accept().unwrap();
                    d.write_all(data.as_bytes()).unwrap();
                    "150 here\r\n226 done".into()
                }
                "STOR" => {
                    let (mut d, _) = passive.accept().unwrap();
                    out.write_all(b"150 give\r\n").unwrap();
                    d.read_to_string(&mut taken).unwrap();
                    "226 done".into()
                }
                _ => "250 fine".into(),
            };
            seen.push(line);
            if out.write_all(format!("{answer}\r\n").as_bytes()).is_err() {
                break;
            }
        }
        (seen, taken)
    });
    (port, t)
}

#[test]
fn files_are_written() {
    let (port, t) = server("");
    let (streams, env) = testing::streams();
    let url = format!("ftp://me%20:p@127.0.0.1:{port}/a/b");
    let s = streams.open(url.as_bytes(), b"w", options::REPORT_ERRORS, None).unwrap().stream;
    s.write(b"text").unwrap();
    s.close();
    assert!(env.taken().is_empty());
    let (seen, taken) = t.join().unwrap();
    assert_eq!(seen, ["USER me ", "PASS p", "TYPE I", "SIZE /a/b", "EPSV", "STOR /a/b", "QUIT"]);
    assert_eq!(taken, "text");
}

#[test]
fn folders_are_listed_and_told_of() {
    let (port, t) = server("/x/one\r\ntwo\r\n");
    let (streams, _) = testing::streams();
    let url = format!("ftp://127.0.0.1:{port}/x");
    assert_eq!(streams.scan_dir(url.as_bytes(), None).unwrap(), [&b"one"[..], b"two"]);
    assert_eq!(t.join().unwrap().0, ["USER anonymous", "PASS anonymous", "TYPE A", "EPSV", "NLST /x"]);
    let (port, t) = server("");
    let s = streams.stat(format!("ftp://127.0.0.1:{port}/x").as_bytes(), 0, None).unwrap();
    assert_eq!((s.mode, s.size, s.mtime), (0o40_755, 0, 1_709_210_096));
    t.join().unwrap();
}

#[test]
fn missing_folders_are_made() {
    let (streams, env) = testing::streams();
    let (port, t) = server("");
    assert!(streams.mkdir(format!("ftp://127.0.0.1:{port}/a/b").as_bytes(), 0o755, true, None));
    assert_eq!(t.join().unwrap().0[2..], ["CWD /a", "MKD /a/b"]);
    assert!(!streams.unlink(b"ftp://127.0.0.1:1/x", None));
    let why = "Warning: Unable to connect to ftp://127.0.0.1:1/x";
    assert_eq!(env.taken(), ["Warning: connect() failed: Connection refused", why]);
}
