//! The sqlite3 extension: databases of SQLite, over the system's library.

mod blob;
mod callback;
mod class;
mod database;
mod result;
mod statement;

use core::cell::Cell;
use plugin_api::{GcRoots, Info, constants, php_module};

constants! {
    CONSTANTS;
    int SQLITE3_ASSOC = 1;
    int SQLITE3_NUM = 2;
    int SQLITE3_BOTH = 3;
    int SQLITE3_INTEGER = 1;
    int SQLITE3_FLOAT = 2;
    int SQLITE3_TEXT = 3;
    int SQLITE3_BLOB = 4;
    int SQLITE3_NULL = 5;
    int SQLITE3_OPEN_READONLY = 1;
    int SQLITE3_OPEN_READWRITE = 2;
    int SQLITE3_OPEN_CREATE = 4;
    int SQLITE3_DETERMINISTIC = 2048;
}

/// The settings.
#[derive(Default, GcRoots)]
pub struct Globals {
    /// `sqlite3.defensive`
    pub defensive: Cell<bool>,
}

/// SQLite's own version.
fn version() -> String {
    // SAFETY: SQLite's static text.
    unsafe { String::from_utf8_lossy(database::borrowed(libsqlite3_sys::sqlite3_libversion())).into_owned() }
}

fn info(t: &mut Info) {
    t.row("SQLite3 support", "enabled");
    t.row("SQLite Library", &version());
    t.ini();
}

php_module! {
    name: "sqlite3",
    version: "8.4.24",
    classes: [class::{SQLite3Exception, SQLite3}, statement::SQLite3Stmt, result::SQLite3Result],
    constants: [CONSTANTS],
    ini: [
        "sqlite3.extension_dir" = none => (SYSTEM),
        "sqlite3.defensive" = "1" => (USER, bind: defensive, boolean),
    ],
    globals: Globals,
    minfo: info,
}
