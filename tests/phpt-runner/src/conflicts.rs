//! Tests that must not run beside each other: those that name a common word in a CONFLICTS section, or in a file CONFLICTS
//! of their folder. The word `all` stands for every test.

use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard};

/// What runs now.
#[derive(Default)]
pub struct Running {
    words: Mutex<Vec<Vec<String>>>,
    ended: Condvar,
}

/// A test that runs; it has ended when this is dropped.
pub struct Turn<'r> {
    running: &'r Running,
    words: Vec<String>,
}

const ALL: &str = "all";

/// The words of a test.
fn words(test: &Path) -> Vec<String> {
    let text = std::fs::read(test).unwrap_or_default();
    let sections = crate::sections(&text);
    let own = sections.iter().find(|(name, _)| name == "CONFLICTS").map(|(_, t)| t.clone());
    let folder = test.parent().and_then(|d| std::fs::read(d.join("CONFLICTS")).ok());
    let text = [own.unwrap_or_default(), folder.unwrap_or_default()].join(&b'\n');
    let lines = String::from_utf8_lossy(&text).into_owned();
    lines.lines().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty() && !l.starts_with('#')).collect()
}

impl Running {
    /// Waits until nothing runs that the test conflicts with.
    pub fn turn(&self, test: &Path) -> Turn<'_> {
        let words = words(test);
        let is_all = |w: &[String]| w.iter().any(|w| w == ALL);
        let clash =
            |other: &Vec<String>| is_all(&words) || is_all(other) || words.iter().any(|w| other.contains(w));
        let mut now = self.lock();
        while now.iter().any(clash) {
            now = self.ended.wait(now).unwrap_or_else(|e| e.into_inner());
        }
        now.push(words.clone());
        Turn { running: self, words }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Vec<String>>> {
        self.words.lock().unwrap_or_else(|e| e.into_inner())
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut now = self.running.lock();
        if let Some(at) = now.iter().position(|w| *w == self.words) {
            now.swap_remove(at);
        }
        self.running.ended.notify_all();
    }
}
