use super::*;
use crate::testing::{TestEnv, streams};
use crate::wrapper::Streams;
use std::cell::Cell;

/// A class whose stream is a string, with the methods that are named.
struct Class {
    methods: &'static [&'static str],
    text: &'static [u8],
}

struct Object {
    methods: &'static [&'static str],
    text: &'static [u8],
    at: Cell<usize>,
}

impl UserClass for Class {
    fn name(&self) -> String {
        "My".into()
    }
    fn create(&self, _: Option<&Rc<Context>>) -> Option<Rc<dyn UserObject>> {
        Some(Rc::new(Object { methods: self.methods, text: self.text, at: Cell::new(0) }))
    }
}

impl UserObject for Object {
    fn call(&self, method: &str, args: &[Arg<'_>], _: Want) -> Called {
        if !self.has(method) {
            return Called::Missing;
        }
        let value = match (method, args) {
            ("stream_read", [Arg::Int(n)]) => {
                let rest = &self.text[self.at.get()..];
                let n = rest.len().min(*n as usize);
                self.at.set(self.at.get() + n);
                Value::Text(rest[..n].to_vec())
            }
            ("stream_eof", _) => Value::Bool(self.at.get() >= self.text.len()),
            ("stream_write", [Arg::Text(t)]) => Value::Int(t.len() as i64 + 1),
            ("url_stat", _) => Value::Array(vec![(b"size".to_vec(), Value::Int(7))]),
            ("dir_readdir", _) if self.at.replace(1) == 0 => Value::Text(b"entry".to_vec()),
            ("dir_readdir", _) => Value::Bool(false),
            _ => Value::Bool(true),
        };
        Called::Returned(Returned { value, out: None, stream: None })
    }
    fn has(&self, method: &str) -> bool {
        self.methods.contains(&method)
    }
    fn data(&self) -> Rc<dyn Any> {
        Rc::new(())
    }
}

fn with(methods: &'static [&'static str]) -> (Rc<Streams>, Rc<TestEnv>) {
    let (s, env) = streams();
    let class = Class { methods, text: b"line one\nline two" };
    assert!(s.register(b"my", Rc::new(UserWrapper::new(Rc::new(class), false))));
    (s, env)
}

#[test]
fn a_class_serves_streams() {
    let (s, env) = with(&["stream_open", "stream_read", "stream_eof", "stream_write", "url_stat", "unlink"]);
    let f = s.open(b"my://x", b"r+", options::REPORT_ERRORS, None).unwrap().stream;
    assert_eq!(f.read_line(None).as_deref(), Some(&b"line one\n"[..]));
    assert_eq!(f.read_all(None), b"line two");
    assert!(f.at_end());
    assert_eq!(f.write(b"abc"), Ok(3));
    assert_eq!(s.stat(b"my://x", 0, None).unwrap().size, 7);
    assert!(s.unlink(b"my://x", None) && !s.rmdir(b"my://x", None));
    assert!(f.stat().is_none());
    assert_eq!(
        env.taken(),
        [
            "Warning: My::stream_stat is not implemented!",
            "Warning: My::stream_write wrote 1 bytes more data than requested (4 written, 3 max)",
            "Warning: My::rmdir is not implemented!",
            "Warning: My::stream_stat is not implemented!",
        ]
    );
}

#[test]
fn what_a_class_lacks_is_said() {
    let (s, env) = with(&["stream_read", "dir_opendir", "dir_readdir"]);
    assert!(s.open(b"my://x", b"r", options::REPORT_ERRORS, None).is_none());
    assert_eq!(s.scan_dir(b"my://x", None), Some(vec![b"entry".to_vec()]));
    assert_eq!(env.taken(), ["Warning(my://x): Failed to open stream: \"My::stream_open\" call failed"]);
}
