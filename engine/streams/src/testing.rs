//! An environment for tests: it keeps what is raised.

use crate::env::{Environment, Level, Thrown};
use crate::wrapper::Streams;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

#[derive(Default)]
pub(crate) struct TestEnv {
    raised: RefCell<Vec<String>>,
    pub(crate) printed: RefCell<Vec<u8>>,
    pub(crate) ini: RefCell<HashMap<&'static str, &'static str>>,
}

impl TestEnv {
    pub(crate) fn taken(&self) -> Vec<String> {
        self.raised.take()
    }
}

impl Environment for TestEnv {
    fn raise(&self, level: Level, params: &[&[u8]], message: &str) {
        let ps: Vec<_> = params.iter().map(|p| String::from_utf8_lossy(p).into_owned()).collect();
        let ps = if ps.is_empty() { String::new() } else { format!("({})", ps.join(",")) };
        self.raised.borrow_mut().push(format!("{level:?}{ps}: {message}"));
    }
    fn throw(&self, class: Thrown, message: &str) {
        self.raised.borrow_mut().push(format!("{class:?}: {message}"));
    }
    fn ini(&self, name: &str) -> Vec<u8> {
        self.ini.borrow().get(name).map_or(Vec::new(), |v| v.as_bytes().to_vec())
    }
    fn print(&self, bytes: &[u8]) {
        self.printed.borrow_mut().extend_from_slice(bytes);
    }
}

/// Streams with `allow_url_fopen` on, and the environment to look into.
pub(crate) fn streams() -> (Rc<Streams>, Rc<TestEnv>) {
    let env = Rc::new(TestEnv::default());
    env.ini.borrow_mut().insert("allow_url_fopen", "1");
    (Streams::new(env.clone()), env)
}
