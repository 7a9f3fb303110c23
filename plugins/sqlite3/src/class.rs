//! `SQLite3`: a connection.

use crate::database::{Database, Step, borrowed, text};
use crate::statement::SQLite3Stmt;
use crate::{Globals, blob, result};
use core::cell::Cell;
use libsqlite3_sys as sys;
use plugin_api::{
    Args, Array, Callable, Ctx, GcRoots, OrFalse, R, This, Value, Visitor, php_class, php_methods,
};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::rc::Rc;

/// Errors, once they are to be exceptions.
#[php_class("class SQLite3Exception extends Exception", flags(no_dynamic))]
pub struct SQLite3Exception;

/// The payload of `SQLite3`.
#[derive(Default)]
#[php_class(
    "class SQLite3",
    "public const int OK = 0",
    "public const int DENY = 1",
    "public const int IGNORE = 2",
    "public const int CREATE_INDEX = 1",
    "public const int CREATE_TABLE = 2",
    "public const int CREATE_TEMP_INDEX = 3",
    "public const int CREATE_TEMP_TABLE = 4",
    "public const int CREATE_TEMP_TRIGGER = 5",
    "public const int CREATE_TEMP_VIEW = 6",
    "public const int CREATE_TRIGGER = 7",
    "public const int CREATE_VIEW = 8",
    "public const int DELETE = 9",
    "public const int DROP_INDEX = 10",
    "public const int DROP_TABLE = 11",
    "public const int DROP_TEMP_INDEX = 12",
    "public const int DROP_TEMP_TABLE = 13",
    "public const int DROP_TEMP_TRIGGER = 14",
    "public const int DROP_TEMP_VIEW = 15",
    "public const int DROP_TRIGGER = 16",
    "public const int DROP_VIEW = 17",
    "public const int INSERT = 18",
    "public const int PRAGMA = 19",
    "public const int READ = 20",
    "public const int SELECT = 21",
    "public const int TRANSACTION = 22",
    "public const int UPDATE = 23",
    "public const int ATTACH = 24",
    "public const int DETACH = 25",
    "public const int ALTER_TABLE = 26",
    "public const int REINDEX = 27",
    "public const int ANALYZE = 28",
    "public const int CREATE_VTABLE = 29",
    "public const int DROP_VTABLE = 30",
    "public const int FUNCTION = 31",
    "public const int SAVEPOINT = 32",
    "public const int COPY = 0",
    "public const int RECURSIVE = 33",
    flags(uncloneable, not_serializable)
)]
pub struct SQLite3 {
    db: Option<Rc<Database>>,
    exceptions: Rc<Cell<bool>>,
    /// An attempt to open failed: there is no connection, but there was to be one.
    failed: bool,
}

impl GcRoots for SQLite3 {
    fn visit(&mut self, v: &mut Visitor) {
        if let Some(db) = &self.db {
            db.callbacks.visit(v);
        }
    }
}

impl Drop for SQLite3 {
    fn drop(&mut self) {
        if let Some(db) = &self.db {
            db.abandon();
        }
    }
}

const CLOSED: &str = "The SQLite3 object has not been correctly initialised or is already closed";

/// The open connection of an object.
pub fn database(this: &This<SQLite3>, ctx: &mut Ctx) -> R<Rc<Database>> {
    let db = this.borrow(ctx)?.db.clone();
    db.filter(|db| db.is_open()).ok_or_else(|| ctx.error(CLOSED))
}

/// The connection of an object that was opened once; `None` when it is closed.
fn opened(this: &This<SQLite3>, ctx: &mut Ctx) -> R<Option<Rc<Database>>> {
    let p = this.borrow(ctx)?;
    let (db, failed) = (p.db.clone(), p.failed);
    drop(p);
    match db {
        Some(db) => Ok(Some(db).filter(|db| db.is_open())),
        None if failed => Ok(None),
        None => Err(ctx.error(CLOSED)),
    }
}

fn no_nul(ctx: &mut Ctx, n: u32, t: &[u8]) -> R<()> {
    if t.contains(&0) {
        return Err(ctx.argument_value_error(n, "must not contain any null bytes"));
    }
    Ok(())
}

fn callable(ctx: &mut Ctx, v: &Value) -> R<Callable> {
    match ctx.callable(v)? {
        Some(f) => Ok(f),
        None => Err(ctx.error("not callable")),
    }
}

/// Runs statements without results, telling errors.
fn exec(db: &Database, ctx: &mut Ctx, sql: &[u8]) -> R<bool> {
    let done = db.exec(sql);
    if let Err((code, why)) = &done {
        db.error(ctx, *code, why)?;
    }
    db.settle(ctx)?;
    Ok(done.is_ok())
}

fn open(this: &This<SQLite3>, ctx: &mut Ctx, filename: &[u8], flags: i64) -> R<()> {
    no_nul(ctx, 1, filename)?;
    if this.borrow(ctx)?.db.as_ref().is_some_and(|db| db.is_open()) {
        return Err(ctx.exception("Already initialised DB Object"));
    }
    let mut full = filename.to_vec();
    if !filename.is_empty() && filename != b":memory:" {
        match ctx.expand_path(filename) {
            Some(f) => full = f.to_vec(),
            None => return Err(ctx.exception("Unable to expand filepath")),
        }
        if !ctx.path_allowed(&full) {
            ctx.pending()?;
            let shown = String::from_utf8_lossy(&full);
            return Err(ctx.exception(format!("open_basedir prohibits opening {shown}")));
        }
    }
    let defensive = ctx.globals::<Globals>().defensive.get();
    let exceptions = this.borrow(ctx)?.exceptions.clone();
    match Database::open(&full, flags, defensive, exceptions) {
        Ok(db) => {
            let before = this.borrow_mut(ctx)?.db.replace(db);
            if let Some(before) = before {
                before.abandon();
            }
            Ok(())
        }
        Err(why) => {
            this.borrow_mut(ctx)?.failed = true;
            let why = String::from_utf8_lossy(&why);
            Err(ctx.exception(format!("Unable to open database: {why}")))
        }
    }
}

/// Loads a library of SQLite's from the folder that the settings name.
fn load(db: &Database, ctx: &mut Ctx, name: &[u8]) -> R<bool> {
    let Some(folder) = ctx.ini("sqlite3.extension_dir") else {
        db.error(ctx, 0, b"SQLite Extensions are disabled")?;
        return Ok(false);
    };
    if name.is_empty() {
        return Err(ctx.argument_value_error(1, "must not be empty"));
    }
    let slash: &[u8] = if folder.ends_with(b"/") { b"" } else { b"/" };
    let path = [&folder[..], slash, name].concat();
    let real = std::fs::canonicalize(std::ffi::OsStr::from_bytes(&path));
    let Ok(real) = real.map(|p| p.into_os_string().into_vec()) else {
        db.error(ctx, 0, &[b"Unable to load extension at '", &path[..], b"'"].concat())?;
        return Ok(false);
    };
    if !real.starts_with(&folder) {
        db.error(ctx, 0, b"Unable to open extensions outside the defined directory")?;
        return Ok(false);
    }
    let file = text(&real);
    let mut why = core::ptr::null_mut();
    // SAFETY: a live connection and text; the words are ours.
    let (loaded, words) = unsafe {
        sys::sqlite3_enable_load_extension(db.raw(), 1);
        let code = sys::sqlite3_load_extension(db.raw(), file.as_ptr(), core::ptr::null(), &mut why);
        sys::sqlite3_enable_load_extension(db.raw(), 0);
        let words = borrowed(why).to_vec();
        sys::sqlite3_free(why.cast());
        (code == sys::SQLITE_OK, words)
    };
    if !loaded {
        db.error(ctx, 0, &words)?;
    }
    Ok(loaded)
}

/// Copies a database; SQLite's number.
fn copy(from: &Database, from_name: &[u8], to: &Database, to_name: &[u8]) -> i32 {
    let (from_name, to_name) = (text(from_name), text(to_name));
    // SAFETY: live connections and texts.
    unsafe {
        let backup = sys::sqlite3_backup_init(to.raw(), to_name.as_ptr(), from.raw(), from_name.as_ptr());
        if backup.is_null() {
            return sys::sqlite3_errcode(from.raw());
        }
        while sys::sqlite3_backup_step(backup, -1) == sys::SQLITE_OK {}
        sys::sqlite3_backup_finish(backup)
    }
}

#[php_methods]
impl SQLite3 {
    #[php(
        "public function __construct(string $filename, int $flags = SQLITE3_OPEN_READWRITE | SQLITE3_OPEN_CREATE, string $encryptionKey = \"\")"
    )]
    fn construct(
        this: &This<Self>,
        ctx: &mut Ctx,
        filename: &[u8],
        flags: Option<i64>,
        _encryption_key: &[u8],
    ) -> R<()> {
        open(this, ctx, filename, flags.unwrap_or(6))
    }
    #[php(
        "public function open(string $filename, int $flags = SQLITE3_OPEN_READWRITE | SQLITE3_OPEN_CREATE, string $encryptionKey = \"\"): ~void"
    )]
    fn open(
        this: &This<Self>,
        ctx: &mut Ctx,
        filename: &[u8],
        flags: Option<i64>,
        _encryption_key: &[u8],
    ) -> R<()> {
        open(this, ctx, filename, flags.unwrap_or(6))
    }
    #[php("public function close(): ~bool")]
    fn close(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let db = this.borrow(ctx)?.db.clone();
        let Some(db) = db.filter(|db| db.is_open()) else { return Ok(true) };
        if db.is_running() {
            let why = b"Unable to close database: a statement is running";
            db.error(ctx, sys::SQLITE_BUSY.into(), why)?;
            return Ok(false);
        }
        let closed = db.close();
        if let Err((code, why)) = &closed {
            db.error(ctx, *code, &[b"Unable to close database: ", &why[..]].concat())?;
        }
        Ok(closed.is_ok())
    }
    #[php("public static function version(): ~array")]
    fn version() -> Array {
        let mut out = Array::new();
        out.set("versionString", crate::version());
        // SAFETY: no arguments.
        out.set("versionNumber", i64::from(unsafe { sys::sqlite3_libversion_number() }));
        out
    }
    #[php("public function lastInsertRowID(): ~int")]
    fn last_insert_row_id(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        let db = database(this, ctx)?;
        // SAFETY: a live connection.
        Ok(unsafe { sys::sqlite3_last_insert_rowid(db.raw()) })
    }
    #[php("public function lastErrorCode(): ~int")]
    fn last_error_code(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(opened(this, ctx)?.map_or(0, |db| db.code()))
    }
    #[php("public function lastExtendedErrorCode(): ~int")]
    fn last_extended_error_code(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        // SAFETY: a live connection.
        Ok(opened(this, ctx)?.map_or(0, |db| unsafe { sys::sqlite3_extended_errcode(db.raw()) }.into()))
    }
    #[php("public function lastErrorMsg(): ~string")]
    fn last_error_msg(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        Ok(opened(this, ctx)?.map_or_else(Vec::new, |db| db.message()))
    }
    #[php("public function changes(): ~int")]
    fn changes(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        let db = database(this, ctx)?;
        // SAFETY: a live connection.
        Ok(unsafe { sys::sqlite3_changes(db.raw()) }.into())
    }
    #[php("public function busyTimeout(int $milliseconds): ~bool")]
    fn busy_timeout(this: &This<Self>, ctx: &mut Ctx, milliseconds: i64) -> R<bool> {
        let db = database(this, ctx)?;
        // SAFETY: a live connection.
        if unsafe { sys::sqlite3_busy_timeout(db.raw(), milliseconds as i32) } != sys::SQLITE_OK {
            db.last_error(ctx, "Unable to set busy timeout: ")?;
            return Ok(false);
        }
        Ok(true)
    }
    #[php("public function loadExtension(string $name): ~bool")]
    fn load_extension(this: &This<Self>, ctx: &mut Ctx, name: &[u8]) -> R<bool> {
        let db = database(this, ctx)?;
        load(&db, ctx, name)
    }
    #[php(
        "public function backup(SQLite3 $destination, string $sourceDatabase = \"main\", string $destinationDatabase = \"main\"): ~bool"
    )]
    fn backup(
        this: &This<Self>,
        ctx: &mut Ctx,
        destination: &This<SQLite3>,
        source_database: &[u8],
        destination_database: &[u8],
    ) -> R<bool> {
        no_nul(ctx, 2, source_database)?;
        no_nul(ctx, 3, destination_database)?;
        let (from, to) = (database(this, ctx)?, database(destination, ctx)?);
        let code = copy(&from, source_database, &to, destination_database);
        from.settle(ctx)?;
        let why = match code {
            sys::SQLITE_OK => return Ok(true),
            sys::SQLITE_BUSY => b"source database is busy".to_vec(),
            sys::SQLITE_LOCKED => b"source database is locked".to_vec(),
            _ => from.message(),
        };
        from.error(ctx, code.into(), &[b"Backup failed: ", &why[..]].concat())?;
        Ok(false)
    }
    #[php("public static function escapeString(string $string): ~string")]
    fn escape_string(string: &[u8]) -> Vec<u8> {
        // SQLite takes a text up to its first NUL byte.
        let end = string.iter().position(|&c| c == 0).unwrap_or(string.len());
        let mut out = Vec::with_capacity(end);
        for &c in &string[..end] {
            out.push(c);
            if c == b'\'' {
                out.push(c);
            }
        }
        out
    }
    #[php("public function prepare(string $query): ~SQLite3Stmt|false")]
    fn prepare(this: &This<Self>, ctx: &mut Ctx, query: &[u8]) -> R<OrFalse<plugin_api::Object>> {
        let db = database(this, ctx)?;
        if query.is_empty() {
            return Ok(OrFalse::FALSE);
        }
        let made = db.prepare(query);
        match made {
            Ok(s) => {
                db.settle(ctx)?;
                SQLite3Stmt::fresh(ctx, this, s).map(OrFalse::from)
            }
            Err(_) => {
                db.last_error(ctx, "Unable to prepare statement: ")?;
                db.settle(ctx)?;
                Ok(OrFalse::FALSE)
            }
        }
    }
    #[php("public function exec(string $query): ~bool")]
    fn exec(this: &This<Self>, ctx: &mut Ctx, query: &[u8]) -> R<bool> {
        let db = database(this, ctx)?;
        exec(&db, ctx, query)
    }
    #[php("public function query(string $query): ~SQLite3Result|false")]
    fn query(
        this: &This<Self>,
        ctx: &mut Ctx,
        args: &Args<'_>,
        query: &[u8],
    ) -> R<OrFalse<plugin_api::Object>> {
        let db = database(this, ctx)?;
        if query.is_empty() {
            return Ok(OrFalse::FALSE);
        }
        if args.unused() {
            exec(&db, ctx, query)?;
            return Ok(OrFalse::FALSE);
        }
        let Ok(s) = db.prepare(query) else {
            db.last_error(ctx, "Unable to prepare statement: ")?;
            db.settle(ctx)?;
            return Ok(OrFalse::FALSE);
        };
        db.settle(ctx)?;
        if let Step::Error(_) = s.step() {
            db.settle(ctx)?;
            db.last_error(ctx, "Unable to execute statement: ")?;
            return Ok(OrFalse::FALSE);
        }
        s.reset();
        db.settle(ctx)?;
        let statement = SQLite3Stmt::fresh(ctx, this, s.clone())?;
        result::fresh(ctx, statement, s, false).map(OrFalse::from)
    }
    #[php("public function querySingle(string $query, bool $entireRow = false): ~mixed")]
    fn query_single(
        this: &This<Self>,
        ctx: &mut Ctx,
        args: &Args<'_>,
        query: &[u8],
        entire_row: bool,
    ) -> R<Value> {
        const FALSE: Value = Value::bool(false);
        let db = database(this, ctx)?;
        if query.is_empty() {
            return Ok(FALSE);
        }
        if args.unused() {
            exec(&db, ctx, query)?;
            return Ok(FALSE);
        }
        let Ok(s) = db.prepare(query) else {
            db.last_error(ctx, "Unable to prepare statement: ")?;
            db.settle(ctx)?;
            return Ok(FALSE);
        };
        db.settle(ctx)?;
        let step = s.step();
        let found = match step {
            Step::Row if entire_row => s.named_row(ctx)?.into(),
            Step::Row => s.column(ctx, 0)?,
            Step::Done if entire_row => Array::new().into(),
            Step::Done => Value::NULL,
            Step::Error(_) => {
                db.settle(ctx)?;
                db.last_error(ctx, "Unable to execute statement: ")?;
                FALSE
            }
        };
        db.settle(ctx)?;
        Ok(found)
    }
    #[php(
        "public function createFunction(string $name, callable $callback, int $argCount = -1, int $flags = 0): ~bool"
    )]
    fn create_function(
        this: &This<Self>,
        ctx: &mut Ctx,
        name: &[u8],
        callback: &Value,
        arg_count: i64,
        flags: i64,
    ) -> R<bool> {
        let db = database(this, ctx)?;
        if name.is_empty() {
            return Ok(false);
        }
        let f = callable(ctx, callback)?;
        Ok(db.create_function(name, f, arg_count, flags))
    }
    #[php(
        "public function createAggregate(string $name, callable $stepCallback, callable $finalCallback, int $argCount = -1): ~bool"
    )]
    fn create_aggregate(
        this: &This<Self>,
        ctx: &mut Ctx,
        name: &[u8],
        step_callback: &Value,
        final_callback: &Value,
        arg_count: i64,
    ) -> R<bool> {
        let db = database(this, ctx)?;
        if name.is_empty() {
            return Ok(false);
        }
        let (each, last) = (callable(ctx, step_callback)?, callable(ctx, final_callback)?);
        Ok(db.create_aggregate(name, each, last, arg_count))
    }
    #[php("public function createCollation(string $name, callable $callback): ~bool")]
    fn create_collation(this: &This<Self>, ctx: &mut Ctx, name: &[u8], callback: &Value) -> R<bool> {
        let db = database(this, ctx)?;
        if name.is_empty() {
            return Ok(false);
        }
        let f = callable(ctx, callback)?;
        Ok(db.create_collation(name, f))
    }
    #[php(
        "public function openBlob(string $table, string $column, int $rowid, string $database = \"main\", int $flags = SQLITE3_OPEN_READONLY)"
    )]
    fn open_blob(
        this: &This<Self>,
        ctx: &mut Ctx,
        table: &[u8],
        column: &[u8],
        rowid: i64,
        database_name: &[u8],
        flags: Option<i64>,
    ) -> R<Value> {
        no_nul(ctx, 4, database_name)?;
        let db = database(this, ctx)?;
        let place = [database_name, table, column];
        let opened = blob::open(ctx, &db, place, rowid, flags.unwrap_or(1))?;
        Ok(opened.unwrap_or(Value::bool(false)))
    }
    #[php("public function enableExceptions(bool $enable = false): ~bool")]
    fn enable_exceptions(this: &This<Self>, ctx: &mut Ctx, enable: bool) -> R<bool> {
        let exceptions = this.borrow(ctx)?.exceptions.clone();
        if !enable {
            ctx.deprecated("Use of warnings for SQLite3 is deprecated")?;
        }
        Ok(exceptions.replace(enable))
    }
    #[php("public function enableExtendedResultCodes(bool $enable = true): ~bool")]
    fn enable_extended_result_codes(this: &This<Self>, ctx: &mut Ctx, enable: bool) -> R<bool> {
        let Some(db) = opened(this, ctx)? else { return Ok(false) };
        // SAFETY: a live connection.
        Ok(unsafe { sys::sqlite3_extended_result_codes(db.raw(), enable.into()) } == sys::SQLITE_OK)
    }
    #[php("public function setAuthorizer(?callable $callback): ~bool")]
    fn set_authorizer(this: &This<Self>, ctx: &mut Ctx, callback: Option<&Value>) -> R<bool> {
        let db = database(this, ctx)?;
        let f = match callback.filter(|c| !c.is_null()) {
            Some(c) => Some(callable(ctx, c)?),
            None => None,
        };
        db.callbacks.set_authorizer(&db, f);
        Ok(true)
    }
}
