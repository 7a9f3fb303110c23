//! The progress of uploads, kept in the session of the client that sends them, for its other requests to look at.

use crate::course;
use crate::ini::leading_int;
use crate::response::now;
use crate::state::{ACTIVE, session};
use plugin_api::abi::{CtxRaw, StrSlice};
use plugin_api::request::{Source, UploadEvent, UploadTable, upload, variables};
use plugin_api::{Array, Ctx, GcRoots, R, Str, Value};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// An upload that is on its way.
#[derive(Default, GcRoots)]
pub struct Progress {
    /// Id of the session; `None` while the form has not named it.
    #[gc(skip)]
    id: Option<Vec<u8>>,
    /// Name of the session's value; `None` while the form has not asked for one.
    #[gc(skip)]
    key: Option<Vec<u8>>,
    /// The value; null before the first file.
    data: Value,
    /// The files of the value, but the last one.
    files: Array,
    /// The file that is being read.
    file: Option<Array>,
    /// Bytes and time at which the session is written next, and how far on the next ones are.
    #[gc(skip)]
    next: i64,
    #[gc(skip)]
    next_time: f64,
    #[gc(skip)]
    step: i64,
    #[gc(skip)]
    read: i64,
    #[gc(skip)]
    cancelled: bool,
}

/// The table that the engine tells of uploads.
pub static TABLE: UploadTable =
    UploadTable { size: size_of::<UploadTable>() as u32, reserved: 0, event: told };

unsafe extern "C" fn told(ctx: *mut CtxRaw, event: *const UploadEvent) -> u32 {
    // SAFETY: the engine's context and event.
    let (ctx, event) = unsafe { (Ctx::from_raw(ctx), &*event) };
    let r = catch_unwind(AssertUnwindSafe(|| happened(ctx, event)));
    if ctx.pending().is_err() {
        drop(ctx.take_exception());
    }
    !matches!(r, Ok(Ok(false))) as u32
}

fn text(s: StrSlice) -> Vec<u8> {
    // SAFETY: the engine's event holds live texts.
    unsafe { s.bytes() }.to_vec()
}

/// What the event means; false cancels the upload.
fn happened(ctx: &mut Ctx, e: &UploadEvent) -> R<bool> {
    if !ctx.ini_bool("session.upload_progress.enabled") {
        return Ok(true);
    }
    let s = session(ctx);
    if e.kind == upload::START {
        s.progress.replace(Some(Progress::default()));
        return Ok(true);
    }
    let Some(mut p) = s.progress.take() else { return Ok(true) };
    let r = match e.kind {
        upload::VARIABLE => variable(ctx, &mut p, text(e.name), text(e.value)),
        upload::FILE_START => p.file_start(ctx, e),
        upload::FILE_DATA => p.file_data(ctx, e),
        upload::FILE_END => p.file_end(ctx, e),
        _ => {
            let ended = p.end(ctx, e);
            let forgotten = if p.is_watched() { course::forget(ctx) } else { Ok(()) };
            return ended.and(forgotten).map(|()| true);
        }
    };
    let go_on = !p.cancelled;
    s.progress.replace(Some(p));
    r.map(|()| go_on)
}

fn variable(ctx: &mut Ctx, p: &mut Progress, name: Vec<u8>, value: Vec<u8>) -> R<()> {
    if p.is_watched() || value.is_empty() {
        return Ok(());
    }
    if Some(&name) == ctx.ini("session.name").as_ref() {
        p.id = Some(value);
    } else if Some(&name) == ctx.ini("session.upload_progress.name").as_ref() {
        let mut key = ctx.ini("session.upload_progress.prefix").unwrap_or_default();
        key.extend(value);
        p.key = Some(key);
        p.find_id(ctx);
    }
    Ok(())
}

impl Progress {
    /// Whether the form has named the session and asked for its progress.
    fn is_watched(&self) -> bool {
        self.id.is_some() && self.key.is_some()
    }

    /// Looks for the id that the request's head has.
    fn find_id(&mut self, ctx: &mut Ctx) {
        let name = ctx.ini("session.name").unwrap_or_default();
        let mut look = |ctx: &mut Ctx, source| {
            let found = variables(ctx, source)?.get(&name)?.as_str()?.as_bytes().to_vec();
            self.id = Some(found);
            Some(())
        };
        if ctx.ini_bool("session.use_cookies") && look(ctx, Source::Cookie).is_some() {
            return;
        }
        if !ctx.ini_bool("session.use_only_cookies") {
            look(ctx, Source::Get);
        }
    }

    fn file_start(&mut self, ctx: &mut Ctx, e: &UploadEvent) -> R<()> {
        if !self.is_watched() {
            return Ok(());
        }
        if self.data.is_null() {
            let often = ctx.ini("session.upload_progress.freq").unwrap_or_default();
            let n = leading_int(&often);
            self.step = if often.ends_with(b"%") { e.total.saturating_mul(n) / 100 } else { n };
            let mut data = Array::new();
            data.set("start_time", ctx.request_time() as i64);
            data.set("content_length", e.total);
            data.set("bytes_processed", e.read);
            data.set("done", false);
            data.set("files", Array::new());
            self.data = data.into();
            self.read = e.read;
            course::prepare(ctx);
            let s = session(ctx);
            s.id.replace(self.id.clone());
            s.send_cookie.set(false);
        }
        let mut file = Array::new();
        file.set("field_name", Str::from(text(e.name)));
        file.set("name", Str::from(text(e.value)));
        file.set("tmp_name", Value::NULL);
        file.set("error", 0);
        file.set("done", false);
        file.set("start_time", now() as i64);
        file.set("bytes_processed", e.read);
        self.file = Some(file);
        self.update(ctx, false)
    }

    fn file_data(&mut self, ctx: &mut Ctx, e: &UploadEvent) -> R<()> {
        if !self.is_watched() {
            return Ok(());
        }
        if let Some(f) = &mut self.file {
            f.set("bytes_processed", e.offset + e.length);
        }
        self.read = e.read;
        self.update(ctx, false)
    }

    fn file_end(&mut self, ctx: &mut Ctx, e: &UploadEvent) -> R<()> {
        if !self.is_watched() {
            return Ok(());
        }
        if let Some(f) = &mut self.file {
            if !e.value.is_none() {
                f.set("tmp_name", Str::from(text(e.value)));
            }
            f.set("error", e.error);
            f.set("done", true);
        }
        self.read = e.read;
        self.update(ctx, false)?;
        if let Some(f) = self.file.take() {
            self.files.push(f);
        }
        Ok(())
    }

    fn end(&mut self, ctx: &mut Ctx, e: &UploadEvent) -> R<()> {
        let Some(key) = self.key.clone().filter(|_| self.is_watched()) else { return Ok(()) };
        if ctx.ini_bool("session.upload_progress.cleanup") {
            reopen(ctx)?;
            session(ctx).change(|values| {
                values.remove(&key[..]);
            });
            return course::flush(ctx, true);
        }
        if self.data.is_null() {
            return Ok(());
        }
        self.read = e.read;
        if let Some(data) = self.data.as_array_mut() {
            data.set("done", true);
        }
        self.update(ctx, true)
    }

    /// Writes the session, unless that was done a moment ago.
    fn update(&mut self, ctx: &mut Ctx, always: bool) -> R<()> {
        if !always {
            if self.read < self.next {
                return Ok(());
            }
            let least = ctx.ini("session.upload_progress.min_freq").unwrap_or_default();
            let least: f64 = String::from_utf8_lossy(&least).trim().parse().unwrap_or(0.0);
            if least > 0.0 {
                let now = now();
                if now < self.next_time {
                    return Ok(());
                }
                self.next_time = now + least;
            }
            self.next = self.read + self.step;
        }
        let mut files = self.files.clone();
        if let Some(f) = &self.file {
            files.push(f.clone());
        }
        if let Some(data) = self.data.as_array_mut() {
            data.set("bytes_processed", self.read);
            data.set("files", files);
        }
        reopen(ctx)?;
        let key = self.key.clone().unwrap_or_default();
        let (data, mut cancelled) = (self.data.clone(), false);
        session(ctx).change(|values| {
            let old = values.get(&key[..]).and_then(Value::as_array);
            let asked = old.and_then(|a| a.get("cancel_upload"));
            cancelled = asked.is_some_and(|v| v.identical(&Value::bool(true)));
            values.set(&key[..], data);
        });
        self.cancelled |= cancelled;
        course::flush(ctx, true)
    }
}

/// Reads the session.
fn reopen(ctx: &mut Ctx) -> R<()> {
    course::initialize(ctx)?;
    session(ctx).status.set(ACTIVE);
    Ok(())
}
