//! `SQLite3Result`: the rows of a statement.

use crate::database::{Statement, Step};
use plugin_api::{
    Args, Array, Ctx, GcRoots, Object, OrFalse, R, Str, This, Value, Visitor, php_class, php_methods,
};
use std::rc::Rc;

/// The payload of `SQLite3Result`.
#[derive(Default)]
#[php_class("class SQLite3Result", flags(uncloneable, not_serializable))]
pub struct SQLite3Result {
    statement: Option<Rc<Statement>>,
    /// The object of the statement, which lives as long as this one.
    owner: Option<Value>,
    /// Whether the statement is PHP code's own.
    prepared: bool,
    columns: Option<i32>,
    names: Option<Rc<[Str]>>,
}

impl GcRoots for SQLite3Result {
    fn visit(&mut self, v: &mut Visitor) {
        self.owner.visit(v);
    }
}

impl Drop for SQLite3Result {
    fn drop(&mut self) {
        if let Some(s) = self.statement.as_ref().filter(|s| s.is_alive() && !s.is_running()) {
            s.reset();
        }
    }
}

/// An object of a statement's rows.
pub fn fresh(ctx: &mut Ctx, owner: Object, s: Rc<Statement>, prepared: bool) -> R<Object> {
    let (statement, owner) = (Some(s), Some(owner.into()));
    let payload = SQLite3Result { statement, owner, prepared, columns: None, names: None };
    This::<SQLite3Result>::create(ctx, payload)
}

fn statement(this: &This<SQLite3Result>, ctx: &mut Ctx) -> R<Rc<Statement>> {
    let s = this.borrow(ctx)?.statement.clone();
    s.filter(|s| s.is_alive()).ok_or_else(|| {
        ctx.error("The SQLite3Result object has not been correctly initialised or is already closed")
    })
}

/// As [`statement`], to move it: not while it runs.
fn idle(this: &This<SQLite3Result>, ctx: &mut Ctx) -> R<Rc<Statement>> {
    let s = statement(this, ctx)?;
    if s.is_running() { Err(ctx.error("The SQLite3Result object is running")) } else { Ok(s) }
}

fn forget_columns(this: &This<SQLite3Result>, ctx: &mut Ctx) -> R<()> {
    let mut p = this.borrow_mut(ctx)?;
    p.columns = None;
    p.names = None;
    Ok(())
}

/// The names of the columns, asked for once.
fn names(this: &This<SQLite3Result>, ctx: &mut Ctx, s: &Statement, n: i32) -> R<Rc<[Str]>> {
    let mut p = this.borrow_mut(ctx)?;
    let ask = || (0..n).map(|i| s.column_name(i).unwrap_or_else(Str::empty)).collect();
    Ok(p.names.get_or_insert_with(ask).clone())
}

#[php_methods]
impl SQLite3Result {
    #[php("private function __construct()")]
    fn construct(ctx: &mut Ctx) -> R<()> {
        Err(ctx.exception("SQLite3Result cannot be directly instantiated"))
    }
    #[php("public function numColumns(): ~int")]
    fn num_columns(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(statement(this, ctx)?.columns().into())
    }
    #[php("public function columnName(int $column): ~string|false")]
    fn column_name(this: &This<Self>, ctx: &mut Ctx, column: i64) -> R<OrFalse<Str>> {
        Ok(statement(this, ctx)?.column_name(column as i32).into())
    }
    #[php("public function columnType(int $column): ~int|false")]
    fn column_type(this: &This<Self>, ctx: &mut Ctx, column: i64) -> R<OrFalse<i64>> {
        let s = statement(this, ctx)?;
        if s.row_columns() == 0 {
            return Ok(OrFalse::FALSE);
        }
        Ok(OrFalse(Some(s.column_type(column as i32).into())))
    }
    #[php("public function fetchArray(int $mode = SQLITE3_BOTH): ~array|false")]
    fn fetch_array(
        this: &This<Self>,
        ctx: &mut Ctx,
        args: &Args<'_>,
        mode: Option<i64>,
    ) -> R<OrFalse<Array>> {
        const ASSOC: i64 = 1;
        const NUM: i64 = 2;
        let mode = mode.unwrap_or(ASSOC | NUM);
        let s = idle(this, ctx)?;
        match s.step() {
            Step::Row => {}
            Step::Done => {
                s.db.settle(ctx)?;
                return Ok(OrFalse::FALSE);
            }
            Step::Error(_) => {
                s.db.last_error(ctx, "Unable to execute statement: ")?;
                s.db.settle(ctx)?;
                return Ok(OrFalse::FALSE);
            }
        }
        s.db.settle(ctx)?;
        if args.unused() {
            return Ok(OrFalse::FALSE);
        }
        let n = *this.borrow_mut(ctx)?.columns.get_or_insert_with(|| s.columns());
        let names = if mode & ASSOC != 0 { Some(names(this, ctx, &s, n)?) } else { None };
        let mut row = Array::new();
        for i in 0..n {
            let v = s.column(ctx, i)?;
            if mode & NUM != 0 {
                row.set(i64::from(i), v.clone());
            }
            if let Some(name) = names.as_ref().and_then(|n| n.get(usize::try_from(i).ok()?)) {
                row.set(name, v);
            }
        }
        Ok(OrFalse(Some(row)))
    }
    #[php("public function reset(): ~bool")]
    fn reset(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let s = idle(this, ctx)?;
        forget_columns(this, ctx)?;
        Ok(s.reset())
    }
    #[php("public function finalize(): ~true")]
    fn finalize(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let s = idle(this, ctx)?;
        forget_columns(this, ctx)?;
        if this.borrow(ctx)?.prepared {
            s.reset();
        } else {
            s.finalize();
        }
        Ok(true)
    }
}
