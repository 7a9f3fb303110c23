//! Compiled scripts, kept from request to request and shared by the threads of a server.

use howdah_vm::script::Script;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

/// What a compiled script depends on.
#[derive(Clone, PartialEq, Eq)]
pub struct Stamp {
    /// `short_open_tag`
    pub short_open_tag: bool,
    /// `zend.assertions` is -1.
    pub no_assertions: bool,
    /// The source text.
    pub bytes: Vec<u8>,
}

/// Scripts by path. A changed text is compiled anew; requests that run the old one keep it until they end.
#[derive(Default)]
pub struct ScriptCache {
    scripts: RwLock<HashMap<Vec<u8>, (Stamp, Arc<Script>)>>,
}

impl ScriptCache {
    /// The script of a path, if it is what the text compiles to.
    pub fn get(&self, path: &[u8], stamp: &Stamp) -> Option<Arc<Script>> {
        let map = self.scripts.read().unwrap_or_else(|e| e.into_inner());
        map.get(path).filter(|(s, _)| s == stamp).map(|(_, script)| script.clone())
    }

    /// Keeps a script.
    pub fn put(&self, path: &[u8], stamp: Stamp, script: &Arc<Script>) {
        let mut map = self.scripts.write().unwrap_or_else(|e| e.into_inner());
        map.insert(path.to_vec(), (stamp, script.clone()));
    }

    /// Scripts kept.
    pub fn len(&self) -> usize {
        self.scripts.read().unwrap_or_else(|e| e.into_inner()).len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
