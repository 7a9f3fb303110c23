//! SplFileObject and SplTempFileObject.

use super::info::{Entry, Kind, SplFileInfo, UNINITIALIZED, path_argument};
use super::path::{folder_len, is_directory, stat};
use crate::support::{is_overridden, throw};
use plugin_api::{
    Args, Array, Ctx, GcRoots, Kind as ValueKind, R, Str, Stream, Value, php_class, php_methods,
};

const DROP_NEW_LINE: i64 = 1;
const READ_AHEAD: i64 = 2;
const SKIP_EMPTY: i64 = 4;
const READ_CSV: i64 = 8;
const FLAGS: i64 = 15;

/// How lines are read and written as CSV.
#[derive(Clone, Copy)]
pub struct Csv {
    /// Between fields.
    pub delimiter: u8,
    /// Around fields.
    pub enclosure: u8,
    /// Before an enclosure that is part of a field.
    escape: Option<u8>,
    /// The escape was never chosen.
    is_default: bool,
}

/// An open file.
#[derive(GcRoots)]
pub struct File {
    /// The stream.
    pub stream: Stream,
    /// How it was opened.
    pub mode: Str,
    /// What it was opened as.
    pub path: Str,
    /// The current line.
    line: Option<Str>,
    /// The current line's fields.
    fields: Option<Value>,
    number: i64,
    max_length: i64,
    /// CSV controls.
    #[gc(skip)]
    pub csv: Csv,
}

/// An open file, whose lines are walked.
#[php_class(
    "class SplFileObject extends SplFileInfo implements RecursiveIterator, SeekableIterator",
    "public const int DROP_NEW_LINE = 1",
    "public const int READ_AHEAD = 2",
    "public const int SKIP_EMPTY = 4",
    "public const int READ_CSV = 8",
    payload = SplFileInfo,
    flags(uncloneable)
)]
pub struct SplFileObject;

/// An open file that goes with the object.
#[php_class("class SplTempFileObject extends SplFileObject", payload = SplFileInfo)]
pub struct SplTempFileObject;

/// Works on the open file; an Error when there is none.
fn with<T>(this: &Entry, ctx: &mut Ctx, f: impl FnOnce(&mut File) -> T) -> R<T> {
    if let Kind::File(file) = &mut this.borrow_mut(ctx)?.kind {
        return Ok(f(file));
    }
    Err(ctx.error(UNINITIALIZED))
}

fn stream(this: &Entry, ctx: &mut Ctx) -> R<Stream> {
    with(this, ctx, |f| f.stream.clone())
}

fn has_flag(this: &Entry, ctx: &mut Ctx, flag: i64) -> R<bool> {
    Ok(this.borrow(ctx)?.flags & flag != 0)
}

/// Opens a file.
pub fn open(
    this: &Entry,
    ctx: &mut Ctx,
    name: &Str,
    mode: &Str,
    use_path: bool,
    context: Option<&Value>,
) -> R<()> {
    if stat(ctx, name, false).is_some_and(|s| is_directory(&s)) {
        return Err(throw(ctx, "LogicException", "Cannot use SplFileObject with directories"));
    }
    let open = |ctx: &mut Ctx| Stream::open_with(ctx, name, mode, use_path, context);
    let opened = match ctx.find_class("RuntimeException", false)? {
        Some(class) => ctx.warnings_as(class, open)?,
        None => open(ctx)?,
    };
    let Some(stream) = opened.filter(|_| !name.is_empty()) else {
        return Err(throw(ctx, "RuntimeException", format!("Cannot open file '{}'", name.lossy())));
    };
    let path = stream.path().unwrap_or_else(|| name.clone());
    let csv = Csv { delimiter: b',', enclosure: b'"', escape: Some(b'\\'), is_default: true };
    let file =
        File { stream, mode: mode.clone(), path, line: None, fields: None, number: 0, max_length: 0, csv };
    let shown = if name.len() > 1 { name.strip_suffix(b"/").unwrap_or(name) } else { name };
    let mut p = this.borrow_mut(ctx)?;
    (p.name, p.kind) = (Some(Str::from(shown)), Kind::File(Box::new(file)));
    Ok(())
}

/// Refuses a stream context that is no resource.
pub fn context_argument(ctx: &mut Ctx, context: Option<&Value>, n: u32) -> R<()> {
    match context.filter(|c| !c.is_null() && !matches!(c.kind(), ValueKind::Resource(_))) {
        Some(c) => {
            let given = c.value_name();
            Err(ctx.argument_type_error(n, format!("must be of type resource or null, {given} given")))
        }
        None => Ok(()),
    }
}

fn not_twice(this: &Entry, ctx: &mut Ctx) -> R<()> {
    if matches!(this.borrow(ctx)?.kind, Kind::File(_)) {
        return Err(ctx.error("Cannot call constructor twice"));
    }
    Ok(())
}

fn name(this: &Entry, ctx: &mut Ctx) -> R<String> {
    Ok(this.borrow(ctx)?.name.as_ref().map_or(String::new(), |n| n.lossy().into_owned()))
}

fn forget_line(this: &Entry, ctx: &mut Ctx) -> R<()> {
    let old = with(this, ctx, |f| (f.line.take(), f.fields.take()))?;
    drop(old);
    Ok(())
}

/// Whether the end is reached; unless `silent` it is an exception.
fn at_end(this: &Entry, ctx: &mut Ctx, silent: bool) -> R<bool> {
    if !stream(this, ctx)?.at_end(ctx) {
        return Ok(false);
    }
    if silent {
        return Ok(true);
    }
    let message = format!("Cannot read from file {}", name(this, ctx)?);
    Err(throw(ctx, "RuntimeException", message))
}

/// Reads a line; false at the end.
fn read(this: &Entry, ctx: &mut Ctx, silent: bool, add: Option<i64>) -> R<bool> {
    let add = match add {
        Some(n) => n,
        None => with(this, ctx, |f| f.line.is_some() as i64)?,
    };
    forget_line(this, ctx)?;
    if at_end(this, ctx, silent)? {
        return Ok(false);
    }
    let (s, max) = with(this, ctx, |f| (f.stream.clone(), f.max_length))?;
    let line = s.read_line(ctx, usize::try_from(max).ok().filter(|&n| n > 0))?;
    let drops = has_flag(this, ctx, DROP_NEW_LINE)?;
    let line = match line {
        Some(l) if drops && l.last() == Some(&b'\n') => {
            let l = &l[..l.len() - 1];
            Str::from(l.strip_suffix(b"\r").unwrap_or(l))
        }
        Some(l) => l,
        None => Str::empty(),
    };
    with(this, ctx, |f| {
        f.line = Some(line);
        f.number += add;
    })?;
    Ok(true)
}

/// A byte as a string argument, nothing as the empty string.
fn byte(b: Option<u8>) -> Value {
    b.map_or_else(|| Str::empty().into(), |b| Value::str([b]))
}

/// Reads a record; false at the end.
fn read_csv(this: &Entry, ctx: &mut Ctx, csv: Csv, silent: bool) -> R<bool> {
    loop {
        let add = with(this, ctx, |f| f.line.is_some() as i64)?;
        forget_line(this, ctx)?;
        if at_end(this, ctx, silent)? {
            return Ok(false);
        }
        let s = stream(this, ctx)?;
        // The object's text is the line that the record begins with; where it can go back, it reads that one by itself.
        let begin = s.tell();
        let mut line = Str::empty();
        if s.seek(ctx, 0, 1) {
            line = s.read_line(ctx, None)?.unwrap_or(line);
            s.seek(ctx, begin, 0);
        }
        let args = [
            s.value().clone(),
            Value::NULL,
            byte(Some(csv.delimiter)),
            byte(Some(csv.enclosure)),
            byte(csv.escape),
        ];
        let v = ctx.call_function("fgetcsv", &args)?;
        let nothing = v.as_array().is_none();
        let blank = nothing
            || v.as_array().is_some_and(|a| a.len() == 1 && a.get_index(0).is_some_and(Value::is_null));
        let v = if nothing { Array::list([Value::NULL]).into() } else { v };
        with(this, ctx, |f| {
            f.line = Some(line);
            f.fields = Some(v);
            f.number += add;
        })?;
        // Without DROP_NEW_LINE a line of nothing but its end counts as one with something in it.
        let empty = nothing || blank && has_flag(this, ctx, DROP_NEW_LINE)?;
        if !(empty && has_flag(this, ctx, SKIP_EMPTY)?) {
            return Ok(true);
        }
    }
}

/// Reads a line in the way that the flags say.
fn read_once(this: &Entry, ctx: &mut Ctx, silent: bool) -> R<bool> {
    if has_flag(this, ctx, READ_CSV)? {
        let csv = with(this, ctx, |f| f.csv)?;
        return read_csv(this, ctx, csv, silent);
    }
    if !is_overridden(this.class(), "getcurrentline") {
        return read(this, ctx, silent, None);
    }
    forget_line(this, ctx)?;
    if at_end(this, ctx, silent)? {
        return Ok(false);
    }
    let v = this.call(ctx, "getCurrentLine", &[])?;
    let Some(line) = v.as_str().cloned() else {
        let (class, given) = (this.class().name(), v.value_name());
        return Err(ctx.type_error(format!(
            "{}::getCurrentLine(): Return value must be of type string, {given} returned",
            class.lossy()
        )));
    };
    let old = with(this, ctx, |f| {
        f.number += (f.line.is_some() || f.fields.is_some()) as i64;
        (f.line.replace(line), f.fields.take())
    })?;
    drop(old);
    Ok(true)
}

/// Whether the line that was read counts as empty.
fn is_empty(this: &Entry, ctx: &mut Ctx) -> R<bool> {
    with(this, ctx, |f| f.fields.is_none() && f.line.as_ref().is_none_or(|l| l.is_empty()))
}

fn read_line(this: &Entry, ctx: &mut Ctx, silent: bool) -> R<bool> {
    let mut more = read_once(this, ctx, silent)?;
    while more && has_flag(this, ctx, SKIP_EMPTY)? && is_empty(this, ctx)? {
        forget_line(this, ctx)?;
        more = read_once(this, ctx, silent)?;
    }
    Ok(more)
}

fn rewind(this: &Entry, ctx: &mut Ctx) -> R<()> {
    let s = stream(this, ctx)?;
    if !s.seek(ctx, 0, 0) {
        let message = format!("Cannot rewind file {}", name(this, ctx)?);
        return Err(throw(ctx, "RuntimeException", message));
    }
    forget_line(this, ctx)?;
    with(this, ctx, |f| f.number = 0)?;
    if has_flag(this, ctx, READ_AHEAD)? {
        read_line(this, ctx, true)?;
    }
    Ok(())
}

fn single(ctx: &mut Ctx, n: u32, s: Option<&[u8]>, default: u8) -> R<u8> {
    match s {
        None => Ok(default),
        Some(&[b]) => Ok(b),
        Some(_) => Err(ctx.argument_value_error(n, "must be a single character")),
    }
}

fn escape_of(ctx: &mut Ctx, n: u32, s: &[u8]) -> R<Option<u8>> {
    match s {
        [] => Ok(None),
        &[b] => Ok(Some(b)),
        _ => Err(ctx.argument_value_error(n, "must be empty or a single character")),
    }
}

/// The controls of a call: its arguments from the `first` on, else the object's own.
fn controls(this: &Entry, ctx: &mut Ctx, args: &Args<'_>, first: usize) -> R<Csv> {
    let own = with(this, ctx, |f| f.csv)?;
    let text = |i: usize| args.get(i).and_then(Value::as_str).map(Str::as_bytes);
    let n = first as u32 + 1;
    let delimiter = single(ctx, n, text(first), own.delimiter)?;
    let enclosure = single(ctx, n + 1, text(first + 1), own.enclosure)?;
    let escape = match text(first + 2) {
        Some(s) => escape_of(ctx, n + 2, s)?,
        None => {
            if own.is_default {
                ctx.deprecated(
                    "the $escape parameter must be provided, as its default value will change, either explicitly or \
                     via SplFileObject::setCsvControl()",
                )?;
            }
            own.escape
        }
    };
    Ok(Csv { delimiter, enclosure, escape, is_default: own.is_default })
}

fn false_or<T: Into<Value>>(v: Option<T>) -> Value {
    v.map_or(Value::bool(false), Into::into)
}

#[php_methods]
impl SplFileObject {
    #[php(
        "public function __construct(string $filename, string $mode = \"r\", bool $useIncludePath = false, $context = null)"
    )]
    fn construct(
        this: &Entry,
        ctx: &mut Ctx,
        filename: &Str,
        mode: Option<&Str>,
        use_include_path: Option<bool>,
        context: Option<&Value>,
    ) -> R<()> {
        path_argument(ctx, filename, 1)?;
        not_twice(this, ctx)?;
        context_argument(ctx, context, 4)?;
        let mode = mode.cloned().unwrap_or_else(|| Str::from("r"));
        open(this, ctx, filename, &mode, use_include_path.unwrap_or(false), context)?;
        let path = with(this, ctx, |f| f.path.clone())?;
        let mut n = path.len();
        if n > 1 && path[n - 1] == b'/' {
            n -= 1;
        }
        this.borrow_mut(ctx)?.path = Some(Str::from(&path[..folder_len(&path[..n])]));
        Ok(())
    }
    #[php("public function rewind(): ~void")]
    fn rewind(this: &Entry, ctx: &mut Ctx) -> R<()> {
        rewind(this, ctx)
    }
    #[php("public function eof(): ~bool")]
    fn eof(this: &Entry, ctx: &mut Ctx) -> R<bool> {
        Ok(stream(this, ctx)?.at_end(ctx))
    }
    #[php("public function valid(): ~bool")]
    fn valid(this: &Entry, ctx: &mut Ctx) -> R<bool> {
        if !matches!(this.borrow(ctx)?.kind, Kind::File(_)) {
            return Ok(false);
        }
        if has_flag(this, ctx, READ_AHEAD)? {
            return with(this, ctx, |f| f.line.is_some() || f.fields.is_some());
        }
        Ok(!stream(this, ctx)?.at_end(ctx))
    }
    #[php("public function fgets(): ~string")]
    fn fgets(this: &Entry, ctx: &mut Ctx) -> R<Str> {
        read(this, ctx, false, Some(1))?;
        with(this, ctx, |f| f.line.clone().unwrap_or_else(Str::empty))
    }
    #[php("public function fread(int $length): ~string|false")]
    fn fread(this: &Entry, ctx: &mut Ctx, length: i64) -> R<Value> {
        let s = stream(this, ctx)?;
        if length <= 0 {
            return Err(ctx.argument_value_error(1, "must be greater than 0"));
        }
        Ok(false_or(s.read(ctx, length as usize)?))
    }
    #[php(
        "public function fgetcsv(string $separator = \",\", string $enclosure = \"\\\"\", string $escape = \"\\\\\"): ~array|false"
    )]
    fn fgetcsv(this: &Entry, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
        let csv = controls(this, ctx, args, 0)?;
        if !read_csv(this, ctx, csv, true)? {
            return Ok(Value::bool(false));
        }
        with(this, ctx, |f| f.fields.clone().unwrap_or_default())
    }
    #[php(
        "public function fputcsv(array $fields, string $separator = \",\", string $enclosure = \"\\\"\", string $escape = \"\\\\\", string $eol = \"\\n\"): ~int|false"
    )]
    fn fputcsv(this: &Entry, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
        let csv = controls(this, ctx, args, 1)?;
        let s = stream(this, ctx)?;
        let mut list = vec![
            s.value().clone(),
            args.get(0).cloned().unwrap_or_default(),
            byte(Some(csv.delimiter)),
            byte(Some(csv.enclosure)),
            byte(csv.escape),
        ];
        if let Some(eol) = args.get(4) {
            list.push(eol.clone());
        }
        ctx.call_function("fputcsv", &list)
    }
    #[php(
        "public function setCsvControl(string $separator = \",\", string $enclosure = \"\\\"\", string $escape = \"\\\\\"): ~void"
    )]
    fn set_csv_control(this: &Entry, ctx: &mut Ctx, args: &Args<'_>) -> R<()> {
        let text = |i: usize| args.get(i).and_then(Value::as_str).map(Str::as_bytes);
        let delimiter = single(ctx, 1, text(0), b',')?;
        let enclosure = single(ctx, 2, text(1), b'"')?;
        let escape = match text(2) {
            Some(s) => Some(escape_of(ctx, 3, s)?),
            None => {
                ctx.deprecated("the $escape parameter must be provided as its default value will change")?;
                None
            }
        };
        with(this, ctx, |f| {
            (f.csv.delimiter, f.csv.enclosure) = (delimiter, enclosure);
            f.csv.is_default &= escape.is_none();
            f.csv.escape = escape.unwrap_or(Some(b'\\'));
        })
    }
    #[php("public function getCsvControl(): ~array")]
    fn get_csv_control(this: &Entry, ctx: &mut Ctx) -> R<Array> {
        let csv = with(this, ctx, |f| f.csv)?;
        Ok(Array::list([byte(Some(csv.delimiter)), byte(Some(csv.enclosure)), byte(csv.escape)]))
    }
    #[php("public function flock(int $operation, &$wouldBlock = null): ~bool")]
    fn flock(this: &Entry, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
        let s = stream(this, ctx)?;
        let operation = args.get(0).cloned().unwrap_or_default();
        if !(1..=3).contains(&(operation.to_int() & 3)) {
            return Err(ctx.argument_value_error(1, "must be one of LOCK_SH, LOCK_EX, or LOCK_UN"));
        }
        let mut list = vec![s.value().clone(), operation];
        list.extend(args.get(1).cloned());
        ctx.call_function("flock", &list)
    }
    #[php("public function fflush(): ~bool")]
    fn fflush(this: &Entry, ctx: &mut Ctx) -> R<bool> {
        stream(this, ctx)?.flush(ctx)
    }
    #[php("public function ftell(): ~int|false")]
    fn ftell(this: &Entry, ctx: &mut Ctx) -> R<Value> {
        Ok(false_or(Some(stream(this, ctx)?.tell()).filter(|&n| n >= 0)))
    }
    #[php("public function fseek(int $offset, int $whence = SEEK_SET): ~int")]
    fn fseek(this: &Entry, ctx: &mut Ctx, offset: i64, whence: Option<i64>) -> R<i64> {
        let s = stream(this, ctx)?;
        forget_line(this, ctx)?;
        Ok(if s.seek(ctx, offset, whence.unwrap_or(0)) { 0 } else { -1 })
    }
    #[php("public function fgetc(): ~string|false")]
    fn fgetc(this: &Entry, ctx: &mut Ctx) -> R<Value> {
        let s = stream(this, ctx)?;
        forget_line(this, ctx)?;
        let c = s.read(ctx, 1)?.filter(|c| !c.is_empty());
        if c.as_ref().is_some_and(|c| c[0] == b'\n') {
            with(this, ctx, |f| f.number += 1)?;
        }
        Ok(false_or(c))
    }
    #[php("public function fpassthru(): ~int")]
    fn fpassthru(this: &Entry, ctx: &mut Ctx) -> R<i64> {
        stream(this, ctx)?.pass_through(ctx)
    }
    #[php("public function fscanf(string $format, mixed &...$vars): ~array|int|null")]
    fn fscanf(this: &Entry, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
        read(this, ctx, false, None)?;
        let line = with(this, ctx, |f| f.line.clone().unwrap_or_else(Str::empty))?;
        let mut list = vec![line.into()];
        list.extend(args.rest(0).iter().cloned());
        ctx.call_function("sscanf", &list)
    }
    #[php("public function fwrite(string $data, int $length = 0): ~int|false")]
    fn fwrite(this: &Entry, ctx: &mut Ctx, data: &[u8], length: Option<i64>) -> R<Value> {
        let s = stream(this, ctx)?;
        let n = match length {
            Some(n) => usize::try_from(n).unwrap_or(0).min(data.len()),
            None => data.len(),
        };
        if n == 0 {
            return Ok(Value::int(0));
        }
        Ok(false_or(s.write(ctx, &data[..n])?.map(|n| n as i64)))
    }
    #[php("public function fstat(): ~array")]
    fn fstat(this: &Entry, ctx: &mut Ctx) -> R<Value> {
        let s = stream(this, ctx)?;
        ctx.call_function("fstat", &[s.value().clone()])
    }
    #[php("public function ftruncate(int $size): ~bool")]
    fn ftruncate(this: &Entry, ctx: &mut Ctx, size: i64) -> R<bool> {
        let s = stream(this, ctx)?;
        let Ok(size) = u64::try_from(size) else {
            return Err(ctx.argument_value_error(1, "must be greater than or equal to 0"));
        };
        match s.truncate(ctx, size)? {
            Some(done) => Ok(done),
            None => {
                let message = format!("Can't truncate file {}", name(this, ctx)?);
                Err(throw(ctx, "LogicException", message))
            }
        }
    }
    #[php("public function current(): ~string|array|false")]
    fn current(this: &Entry, ctx: &mut Ctx) -> R<Value> {
        let nothing = with(this, ctx, |f| f.line.is_none() && f.fields.is_none())?;
        if nothing {
            read_line(this, ctx, true)?;
        }
        with(this, ctx, |f| match (&f.fields, &f.line) {
            (Some(v), _) => v.clone(),
            (None, Some(l)) => l.into(),
            _ => Value::bool(false),
        })
    }
    #[php("public function key(): ~int")]
    fn key(this: &Entry, ctx: &mut Ctx) -> R<i64> {
        Ok(match &this.borrow(ctx)?.kind {
            Kind::File(f) => f.number,
            _ => 0,
        })
    }
    #[php("public function next(): ~void")]
    fn next(this: &Entry, ctx: &mut Ctx) -> R<()> {
        forget_line(this, ctx)?;
        if has_flag(this, ctx, READ_AHEAD)? {
            read_line(this, ctx, true)?;
        }
        with(this, ctx, |f| f.number += 1)
    }
    #[php("public function setFlags(int $flags): ~void")]
    fn set_flags(this: &Entry, ctx: &mut Ctx, flags: i64) -> R<()> {
        this.borrow_mut(ctx)?.flags = flags;
        Ok(())
    }
    #[php("public function getFlags(): ~int")]
    fn get_flags(this: &Entry, ctx: &mut Ctx) -> R<i64> {
        Ok(this.borrow(ctx)?.flags & FLAGS)
    }
    #[php("public function setMaxLineLen(int $maxLength): ~void")]
    fn set_max_line_len(this: &Entry, ctx: &mut Ctx, max_length: i64) -> R<()> {
        if max_length < 0 {
            return Err(ctx.argument_value_error(1, "must be greater than or equal to 0"));
        }
        with(this, ctx, |f| f.max_length = max_length)
    }
    #[php("public function getMaxLineLen(): ~int")]
    fn get_max_line_len(this: &Entry, ctx: &mut Ctx) -> R<i64> {
        with(this, ctx, |f| f.max_length)
    }
    #[php("public function hasChildren(): ~false")]
    fn has_children() -> bool {
        false
    }
    #[php("public function getChildren(): ~null")]
    fn get_children() {}
    #[php("public function seek(int $line): ~void")]
    fn seek(this: &Entry, ctx: &mut Ctx, line: i64) -> R<()> {
        stream(this, ctx)?;
        if line < 0 {
            return Err(ctx.argument_value_error(1, "must be greater than or equal to 0"));
        }
        rewind(this, ctx)?;
        for _ in 0..line {
            if !read_line(this, ctx, true)? {
                return Ok(());
            }
        }
        if line > 0 && !has_flag(this, ctx, READ_AHEAD)? {
            with(this, ctx, |f| f.number += 1)?;
            forget_line(this, ctx)?;
        }
        Ok(())
    }
    #[php("public function getCurrentLine(): ~string")]
    fn get_current_line(this: &Entry, ctx: &mut Ctx) -> R<Str> {
        read(this, ctx, false, Some(1))?;
        with(this, ctx, |f| f.line.clone().unwrap_or_else(Str::empty))
    }
    #[php("public function __toString(): string")]
    fn to_string(this: &Entry, ctx: &mut Ctx) -> R<Str> {
        if with(this, ctx, |f| f.line.is_none())? {
            read_line(this, ctx, false)?;
        }
        with(this, ctx, |f| f.line.clone().unwrap_or_else(Str::empty))
    }
}

#[php_methods]
impl SplTempFileObject {
    #[php("public function __construct(int $maxMemory = 2 * 1024 * 1024)")]
    fn construct(this: &Entry, ctx: &mut Ctx, max_memory: Option<i64>) -> R<()> {
        not_twice(this, ctx)?;
        let name = match max_memory {
            Some(n) if n < 0 => "php://memory".to_owned(),
            Some(n) => format!("php://temp/maxmemory:{n}"),
            None => "php://temp".to_owned(),
        };
        open(this, ctx, &Str::from(name), &Str::from("wb"), false, None)?;
        this.borrow_mut(ctx)?.path = Some(Str::empty());
        Ok(())
    }
}
