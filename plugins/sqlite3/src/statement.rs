//! `SQLite3Stmt`: a prepared statement.

use crate::class::{SQLite3, database};
use crate::database::{Statement, Step, borrowed, text};
use crate::result;
use libsqlite3_sys as sys;
use plugin_api::abi::{DBL, INT};
use plugin_api::{
    Args, Ctx, GcRoots, Kind, Object, OrFalse, R, Stream, This, Value, Visitor, php_class, php_methods,
};
use std::ffi::c_int;
use std::rc::Rc;

/// How a parameter was named.
#[derive(PartialEq, Eq)]
enum Name {
    Text(Vec<u8>),
    Number(i64),
}

/// A parameter that has a value.
struct Bound {
    name: Name,
    number: i64,
    kind: i64,
    /// A reference when a variable is bound.
    value: Value,
}

/// The payload of `SQLite3Stmt`.
#[derive(Default)]
#[php_class("class SQLite3Stmt", flags(uncloneable, not_serializable))]
pub struct SQLite3Stmt {
    statement: Option<Rc<Statement>>,
    /// The object of the connection, which lives as long as this one.
    owner: Option<Value>,
    bound: Vec<Bound>,
}

impl GcRoots for SQLite3Stmt {
    fn visit(&mut self, v: &mut Visitor) {
        self.owner.visit(v);
        for b in &mut self.bound {
            b.value.visit(v);
        }
    }
}

const CLOSED: &str = "The SQLite3 object has not been correctly initialised or is already closed";
const BUSY: &str = "The SQLite3Stmt object is running";

/// The statement of an object, while it can be used.
fn statement(this: &This<SQLite3Stmt>, ctx: &mut Ctx) -> R<Rc<Statement>> {
    let s = this.borrow(ctx)?.statement.clone();
    s.filter(|s| s.is_alive()).ok_or_else(|| ctx.error(CLOSED))
}

/// As [`statement`], to change what it does: not while it runs.
fn idle(this: &This<SQLite3Stmt>, ctx: &mut Ctx) -> R<Rc<Statement>> {
    let s = statement(this, ctx)?;
    if s.is_running() { Err(ctx.error(BUSY)) } else { Ok(s) }
}

fn told(s: &Statement, ctx: &mut Ctx, code: c_int, number: i64) -> R<()> {
    if code == sys::SQLITE_OK {
        return Ok(());
    }
    let message = format!("Unable to bind parameter number {number}");
    s.db.error(ctx, code.into(), message.as_bytes())
}

/// Gives one parameter its value; whether the others are to get theirs.
fn bind_one(s: &Statement, ctx: &mut Ctx, number: i64, kind: i64, value: &Value) -> R<bool> {
    let (raw, at) = (s.raw(), number as c_int);
    let v = value.deref();
    if v.is_null() || kind == i64::from(sys::SQLITE_NULL) {
        // SAFETY: a live statement.
        told(s, ctx, unsafe { sys::sqlite3_bind_null(raw, at) }, number)?;
        return Ok(true);
    }
    match kind as c_int {
        sys::SQLITE_INTEGER => {
            let v = v.cast(ctx, INT)?;
            // A bound variable becomes what is read from it.
            if value.is_reference() {
                value.assign(ctx, v.clone())?;
            }
            // SAFETY: a live statement.
            told(s, ctx, unsafe { sys::sqlite3_bind_int64(raw, at, v.to_int()) }, number)?;
        }
        sys::SQLITE_FLOAT => {
            let v = v.cast(ctx, DBL)?;
            if value.is_reference() {
                value.assign(ctx, v.clone())?;
            }
            // SAFETY: a live statement.
            told(s, ctx, unsafe { sys::sqlite3_bind_double(raw, at, v.to_float()) }, number)?;
        }
        sys::SQLITE_BLOB => {
            let bytes = match v.kind() {
                Kind::Resource(_) => match Stream::of(v) {
                    Some(stream) => stream.read_all(ctx, None)?,
                    None => {
                        let message = format!("Unable to read stream for parameter {number}");
                        s.db.error(ctx, 0, message.as_bytes())?;
                        return Ok(false);
                    }
                },
                _ => v.to_str(ctx)?,
            };
            let len = c_int::try_from(bytes.len()).unwrap_or(c_int::MAX);
            // SAFETY: a live statement and bytes, which SQLite copies.
            let code = unsafe {
                sys::sqlite3_bind_blob(raw, at, bytes.as_ptr().cast(), len, sys::SQLITE_TRANSIENT())
            };
            told(s, ctx, code, number)?;
        }
        sys::SQLITE_TEXT => {
            let t = v.to_str(ctx)?;
            let len = c_int::try_from(t.len()).unwrap_or(c_int::MAX);
            // SAFETY: as above.
            let code =
                unsafe { sys::sqlite3_bind_text(raw, at, t.as_ptr().cast(), len, sys::SQLITE_TRANSIENT()) };
            told(s, ctx, code, number)?;
        }
        _ => {
            let message = format!("Unknown parameter type: {kind} for parameter {number}");
            s.db.error(ctx, 0, message.as_bytes())?;
            return Ok(false);
        }
    }
    Ok(true)
}

/// Gives all parameters their values; whether that went well.
fn bind_all(this: &This<SQLite3Stmt>, s: &Statement, ctx: &mut Ctx) -> R<bool> {
    let mut all = Vec::new();
    for b in &this.borrow(ctx)?.bound {
        all.push((b.number, b.kind, b.value.clone()));
    }
    for (number, kind, value) in all {
        if !bind_one(s, ctx, number, kind, &value)? {
            return Ok(false);
        }
        s.db.settle(ctx)?;
    }
    Ok(true)
}

/// Binds what argument 2 has, or is.
fn bind(this: &This<SQLite3Stmt>, ctx: &mut Ctx, args: &Args<'_>, value: Value) -> R<bool> {
    let given = args.get(2).map(Value::to_int);
    let param = args.get(0).map(Value::dereferenced).unwrap_or_default();
    let s = statement(this, ctx)?;
    let kind = given.unwrap_or(match value.kind() {
        _ if value.is_reference() => sys::SQLITE_TEXT,
        Kind::Int(_) | Kind::Bool(_) => sys::SQLITE_INTEGER,
        Kind::Float(_) => sys::SQLITE_FLOAT,
        Kind::Null => sys::SQLITE_NULL,
        _ => sys::SQLITE_TEXT,
    } as i64);
    let (name, number) = match param.kind() {
        Kind::Str(t) => {
            let mut name = t.to_vec();
            if !matches!(name.first(), Some(b':' | b'@')) {
                name.insert(0, b':');
            }
            // SAFETY: a live statement and text.
            let number = unsafe { sys::sqlite3_bind_parameter_index(s.raw(), text(&name).as_ptr()) };
            (Name::Text(name), number.into())
        }
        _ => (Name::Number(param.to_int()), param.to_int()),
    };
    if number < 1 {
        return Ok(false);
    }
    let mut gone = Vec::new();
    let mut p = this.borrow_mut(ctx)?;
    if let Name::Text(_) = name
        && let Some(i) = p.bound.iter().position(|b| b.name == Name::Number(number))
    {
        gone.push(p.bound.remove(i));
    }
    if let Name::Number(_) = name
        && let Some(i) = p.bound.iter().position(|b| b.name == name)
    {
        gone.push(p.bound.remove(i));
    }
    let fresh = Bound { name, number, kind, value };
    match p.bound.iter_mut().find(|b| b.name == fresh.name) {
        Some(b) => gone.push(core::mem::replace(b, fresh)),
        None => p.bound.push(fresh),
    }
    drop(p);
    // Destructors run when the object can be used again.
    drop(gone);
    Ok(true)
}

impl SQLite3Stmt {
    /// An object of a statement.
    pub fn fresh(ctx: &mut Ctx, owner: &This<SQLite3>, s: Rc<Statement>) -> R<Object> {
        let owner = Some(Value::from(owner.object().clone()));
        This::<SQLite3Stmt>::create(ctx, SQLite3Stmt { statement: Some(s), owner, bound: Vec::new() })
    }
}

#[php_methods]
impl SQLite3Stmt {
    #[php("private function __construct(SQLite3 $sqlite3, string $query)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, sqlite3: &This<SQLite3>, query: &[u8]) -> R<()> {
        let db = database(sqlite3, ctx)?;
        if query.is_empty() {
            return Ok(());
        }
        let Ok(s) = db.prepare(query) else {
            db.last_error(ctx, "Unable to prepare statement: ")?;
            return db.settle(ctx);
        };
        db.settle(ctx)?;
        let mut p = this.borrow_mut(ctx)?;
        let before = (p.statement.replace(s), p.owner.replace(sqlite3.object().clone().into()));
        drop(p);
        drop(before);
        Ok(())
    }
    #[php("public function bindParam(string|int $param, mixed &$var, int $type = SQLITE3_TEXT): ~bool")]
    fn bind_param(this: &This<Self>, ctx: &mut Ctx, args: &Args<'_>) -> R<bool> {
        let value = args.get(1).cloned().unwrap_or_default();
        bind(this, ctx, args, value)
    }
    #[php("public function bindValue(string|int $param, mixed $value, int $type = SQLITE3_TEXT): ~bool")]
    fn bind_value(this: &This<Self>, ctx: &mut Ctx, args: &Args<'_>) -> R<bool> {
        let value = args.get(1).map(Value::dereferenced).unwrap_or_default();
        bind(this, ctx, args, value)
    }
    #[php("public function clear(): ~bool")]
    fn clear(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let s = idle(this, ctx)?;
        // SAFETY: a live statement.
        if unsafe { sys::sqlite3_clear_bindings(s.raw()) } != sys::SQLITE_OK {
            s.db.last_error(ctx, "Unable to clear statement: ")?;
            return Ok(false);
        }
        let before = core::mem::take(&mut this.borrow_mut(ctx)?.bound);
        drop(before);
        Ok(true)
    }
    #[php("public function close(): ~true")]
    fn close(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        idle(this, ctx)?.finalize();
        Ok(true)
    }
    #[php("public function execute(): ~SQLite3Result|false")]
    fn execute(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<Object>> {
        let s = idle(this, ctx)?;
        s.reset();
        if !bind_all(this, &s, ctx)? {
            return Ok(OrFalse::FALSE);
        }
        let step = s.step();
        if let Step::Error(plain) = step {
            if plain {
                s.reset();
            }
            s.db.settle(ctx)?;
            s.db.last_error(ctx, "Unable to execute statement: ")?;
            return Ok(OrFalse::FALSE);
        }
        s.reset();
        s.db.settle(ctx)?;
        result::fresh(ctx, this.object().clone(), s, true).map(OrFalse::from)
    }
    #[php("public function getSQL(bool $expand = false): ~string|false")]
    fn get_sql(this: &This<Self>, ctx: &mut Ctx, expand: bool) -> R<OrFalse<Vec<u8>>> {
        let s = statement(this, ctx)?;
        if !bind_all(this, &s, ctx)? {
            return Ok(OrFalse::FALSE);
        }
        // SAFETY: a live statement; texts are copied, and ours when expanded.
        Ok(OrFalse(Some(unsafe {
            if expand {
                let sql = sys::sqlite3_expanded_sql(s.raw());
                let copy = borrowed(sql).to_vec();
                sys::sqlite3_free(sql.cast());
                copy
            } else {
                borrowed(sys::sqlite3_sql(s.raw())).to_vec()
            }
        })))
    }
    #[php("public function paramCount(): ~int")]
    fn param_count(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        let s = statement(this, ctx)?;
        // SAFETY: a live statement.
        Ok(unsafe { sys::sqlite3_bind_parameter_count(s.raw()) }.into())
    }
    #[php("public function readOnly(): ~bool")]
    fn read_only(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let s = statement(this, ctx)?;
        // SAFETY: a live statement.
        Ok(unsafe { sys::sqlite3_stmt_readonly(s.raw()) } != 0)
    }
    #[php("public function reset(): ~bool")]
    fn reset(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let s = idle(this, ctx)?;
        if !s.reset() {
            s.db.settle(ctx)?;
            s.db.last_error(ctx, "Unable to reset statement: ")?;
            return Ok(false);
        }
        Ok(true)
    }
}
