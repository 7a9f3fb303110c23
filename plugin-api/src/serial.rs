//! Serialized values of the standard extension for other extensions: the interface `standard.serial/1`.
//!
//! A class whose serialized text is of its own kind (`C:`, of before PHP 7.4) writes and reads values within it. They are
//! numbered on with those around the text, so that `r:` and `R:` reach across.

use crate::error::check;
use crate::{Array, Ctx, R, Str, Value};
use plugin_api_abi::{CtxRaw, Status, StrSlice, Val};

/// Name of the interface.
pub const SERIAL: &str = "standard.serial/1";

/// The table of [`SERIAL`].
#[repr(C)]
pub struct SerialTable {
    /// `size_of::<SerialTable>()` of the extension that offers it.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// Begins a text, within that of a `serialize()` that runs or by itself; to be ended with what it gives.
    pub write_begin: unsafe extern "C" fn(ctx: *mut CtxRaw) -> u32,
    /// A value's text: `out` a string.
    pub write: unsafe extern "C" fn(ctx: *mut CtxRaw, v: Val, out: *mut Val) -> Status,
    /// Ends what [`SerialTable::write_begin`] began.
    pub write_end: unsafe extern "C" fn(ctx: *mut CtxRaw, begun: u32),
    /// Begins to read a text, within that of an `unserialize()` that runs or by itself; to be ended with what it gives.
    pub read_begin: unsafe extern "C" fn(ctx: *mut CtxRaw) -> u32,
    /// Reads the value that a text begins with: `out` its value, UNDEF when there is none; `used` where it ended.
    pub read:
        unsafe extern "C" fn(ctx: *mut CtxRaw, text: StrSlice, used: *mut usize, out: *mut Val) -> Status,
    /// Ends what [`SerialTable::read_begin`] began: `__wakeup` and `__unserialize` of what was read run.
    pub read_end: unsafe extern "C" fn(ctx: *mut CtxRaw, begun: u32) -> Status,
    /// As `read`, of a value that later ones may point to: a PHP reference where the text has pointers.
    pub read_element:
        unsafe extern "C" fn(ctx: *mut CtxRaw, text: StrSlice, used: *mut usize, out: *mut Val) -> Status,
    /// An array of what `read_element` gave, whose references that nothing else holds are plain values: owned.
    pub settle: unsafe extern "C" fn(elements: Val) -> Val,
    /// As `unserialize()`, with its options in an array or null: `out` the value, UNDEF when there is none, which was told.
    pub from_text:
        unsafe extern "C" fn(ctx: *mut CtxRaw, text: StrSlice, options: Val, out: *mut Val) -> Status,
}

fn table(ctx: &mut Ctx) -> R<&'static SerialTable> {
    match ctx.interface(SERIAL) {
        // SAFETY: the interface's name stands for this table, which lives as long as the process.
        Some(p) => Ok(unsafe { &*p.cast::<SerialTable>() }),
        None => Err(ctx.error("There is no serialization")),
    }
}

/// As `unserialize()`, with its options; what is wrong is told as by the function that runs. `None` when there is no value.
pub fn from_text(ctx: &mut Ctx, text: &[u8], options: Option<&Value>) -> R<Option<Value>> {
    let t = table(ctx)?;
    let mut out = Val::UNDEF;
    let options = options.map_or(Val::NULL, Value::raw);
    // SAFETY: our context, a live text, value and result slot.
    check(unsafe { (t.from_text)(ctx.raw(), StrSlice::of(text), options, &mut out) })?;
    // SAFETY: the share is ours.
    Ok((!out.is_undef()).then(|| unsafe { Value::from_raw(out) }))
}

/// Writes values.
pub struct Writer(&'static SerialTable);

impl Writer {
    /// Runs `f` with a writer.
    pub fn run<T>(ctx: &mut Ctx, f: impl FnOnce(&mut Ctx, &Writer) -> R<T>) -> R<T> {
        let t = table(ctx)?;
        // SAFETY: our context.
        let begun = unsafe { (t.write_begin)(ctx.raw()) };
        let r = f(ctx, &Writer(t));
        // SAFETY: as above; what began, once.
        unsafe { (t.write_end)(ctx.raw(), begun) };
        r
    }
    /// A value's text.
    pub fn value(&self, ctx: &mut Ctx, v: &Value) -> R<Str> {
        let mut out = Val::NULL;
        // SAFETY: our context, a live value and result slot.
        check(unsafe { (self.0.write)(ctx.raw(), v.raw(), &mut out) })?;
        // SAFETY: the share is ours.
        Ok(Str::try_from(unsafe { Value::from_raw(out) }).unwrap_or_else(|_| Str::empty()))
    }
}

/// Reads values.
pub struct Reader(&'static SerialTable);

impl Reader {
    /// Runs `f` with a reader.
    pub fn run<T>(ctx: &mut Ctx, f: impl FnOnce(&mut Ctx, &Reader) -> R<T>) -> R<T> {
        let t = table(ctx)?;
        // SAFETY: our context.
        let begun = unsafe { (t.read_begin)(ctx.raw()) };
        let r = f(ctx, &Reader(t));
        // SAFETY: as above; what began, once.
        let end = check(unsafe { (t.read_end)(ctx.raw(), begun) });
        let r = r?;
        end.map(|()| r)
    }
    /// Reads the value that `text` begins with; `None` when there is none. Also gives where it ended, or where reading failed.
    pub fn value(&self, ctx: &mut Ctx, text: &[u8]) -> R<(Option<Value>, usize)> {
        Reader::read(ctx, self.0.read, text)
    }
    /// As [`Reader::value`], of an element that later ones may point to: a PHP reference where the text has pointers. When
    /// all are read, [`Reader::settled`] makes plain values of those that none points to.
    pub fn element(&self, ctx: &mut Ctx, text: &[u8]) -> R<(Option<Value>, usize)> {
        Reader::read(ctx, self.0.read_element, text)
    }
    /// What [`Reader::element`] gave, with references only where something else holds them too.
    pub fn settled(ctx: &mut Ctx, elements: Array) -> R<Array> {
        let t = table(ctx)?;
        // SAFETY: a live array; the share is ours.
        Ok(Array::try_from(unsafe { Value::from_raw((t.settle)(elements.raw())) }).unwrap_or_default())
    }
    fn read(
        ctx: &mut Ctx,
        f: unsafe extern "C" fn(*mut CtxRaw, StrSlice, *mut usize, *mut Val) -> Status,
        text: &[u8],
    ) -> R<(Option<Value>, usize)> {
        let (mut out, mut used) = (Val::UNDEF, 0);
        // SAFETY: our context, a live text and result slots.
        check(unsafe { f(ctx.raw(), StrSlice::of(text), &mut used, &mut out) })?;
        // SAFETY: the share is ours.
        Ok(((!out.is_undef()).then(|| unsafe { Value::from_raw(out) }), used))
    }
}
