//! `UConverter`: texts from one encoding into another.

use crate::error::{self, Errors};
use crate::icu::converter::{self, Callbacks, Converter, Failure, Target};
use crate::icu::{self, BUFFER_OVERFLOW_ERROR, Code, ILLEGAL_ARGUMENT_ERROR, INVALID_STATE_ERROR};
use plugin_api::{
    Array, Class, Ctx, GcRoots, Handlers, Kind, Object, OrFalse, R, Reference, This, Throw, Value, php_class,
    php_methods,
};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The payload of `UConverter`.
#[derive(Default, GcRoots)]
#[php_class(
    "class UConverter",
    "public const int REASON_UNASSIGNED = 0",
    "public const int REASON_ILLEGAL = 1",
    "public const int REASON_IRREGULAR = 2",
    "public const int REASON_RESET = 3",
    "public const int REASON_CLOSE = 4",
    "public const int REASON_CLONE = 5",
    "public const int UNSUPPORTED_CONVERTER = -1",
    "public const int SBCS = 0",
    "public const int DBCS = 1",
    "public const int MBCS = 2",
    "public const int LATIN_1 = 3",
    "public const int UTF8 = 4",
    "public const int UTF16_BigEndian = 5",
    "public const int UTF16_LittleEndian = 6",
    "public const int UTF32_BigEndian = 7",
    "public const int UTF32_LittleEndian = 8",
    "public const int EBCDIC_STATEFUL = 9",
    "public const int ISO_2022 = 10",
    "public const int LMBCS_1 = 11",
    "public const int LMBCS_2 = 12",
    "public const int LMBCS_3 = 13",
    "public const int LMBCS_4 = 14",
    "public const int LMBCS_5 = 15",
    "public const int LMBCS_6 = 16",
    "public const int LMBCS_8 = 17",
    "public const int LMBCS_11 = 18",
    "public const int LMBCS_16 = 19",
    "public const int LMBCS_17 = 20",
    "public const int LMBCS_18 = 21",
    "public const int LMBCS_19 = 22",
    "public const int LMBCS_LAST = 22",
    "public const int HZ = 23",
    "public const int SCSU = 24",
    "public const int ISCII = 25",
    "public const int US_ASCII = 26",
    "public const int UTF7 = 27",
    "public const int BOCU1 = 28",
    "public const int UTF16 = 29",
    "public const int UTF32 = 30",
    "public const int CESU8 = 31",
    "public const int IMAP_MAILBOX = 32",
    handlers(clone),
    flags(not_serializable)
)]
pub struct UConverter {
    #[gc(skip)]
    errors: Rc<Errors>,
    #[gc(skip)]
    source: RefCell<Option<Rc<Converter>>>,
    #[gc(skip)]
    destination: RefCell<Option<Rc<Converter>>>,
    /// A conversion runs.
    busy: Cell<bool>,
}

/// `U_AMBIGUOUS_ALIAS_WARNING`
const AMBIGUOUS_ALIAS_WARNING: Code = -122;

impl Handlers for UConverter {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let (from, to) = (from.borrow(ctx)?, to.borrow(ctx)?);
        for (from, to) in [(&from.source, &to.source), (&from.destination, &to.destination)] {
            let copy = from.borrow().as_ref().map(|c| c.copy());
            match copy {
                Some(Ok(copy)) => drop(to.replace(Some(Rc::new(copy)))),
                _ => return Err(ctx.error("Failed to clone UConverter")),
            }
        }
        Ok(())
    }
}

/// Tells that a function of ICU's failed.
fn told(ctx: &mut Ctx, own: Option<&Errors>, function: &str, code: Code) -> R<()> {
    let message = format!("{function}() returned error {code}: {}", icu::error_name(code));
    error::fail(ctx, own, code, &message)
}

/// Opens the converter of an encoding; `None` after the error was told.
fn open(ctx: &mut Ctx, own: Option<&Errors>, name: &[u8]) -> R<Option<Rc<Converter>>> {
    let (opened, code) = Converter::open(name);
    if code == AMBIGUOUS_ALIAS_WARNING {
        let name = opened.as_ref().and_then(|c| c.name().ok()).unwrap_or_else(|| "(unknown)".into());
        ctx.warning(format!("Ambiguous encoding specified, using {name}"))?;
    }
    if opened.is_none() {
        match own {
            Some(own) => told(ctx, Some(own), "ucnv_open", code)?,
            None => {
                let message = format!("Error setting encoding: {code} - {}", icu::error_name(code));
                error::fail(ctx, None, code, &message)?;
            }
        }
    }
    Ok(opened.map(Rc::new))
}

/// What failed of a conversion.
struct Failed(&'static str, Code);

/// Converts through UTF-16.
fn converted(from: &Converter, to: &Converter, bytes: &[u8]) -> Result<Vec<u8>, Failed> {
    let units = from.decode(bytes).map_err(|code| Failed("ucnv_toUChars", code))?;
    to.encode(&units).map_err(|code| Failed("ucnv_fromUChars", code))
}

/// The result of a conversion; `None` after the error was told.
fn result(ctx: &mut Ctx, own: Option<&Errors>, found: Result<Vec<u8>, Failed>) -> R<Option<Vec<u8>>> {
    match found {
        Ok(bytes) => Ok(Some(bytes)),
        Err(Failed(function, code)) => {
            told(ctx, own, function, code)?;
            Ok(None)
        }
    }
}

/// The methods of a subclass, asked in a conversion.
struct Methods<'a> {
    ctx: &'a mut Ctx,
    object: &'a Object,
    errors: &'a Errors,
    /// What a method threw: nothing is asked any more.
    thrown: Option<Throw>,
}

impl Methods<'_> {
    /// Calls a method; its result is put by `put`.
    fn ask(
        &mut self,
        method: &str,
        args: [Value; 3],
        code: &mut Code,
        put: impl FnOnce(&mut Self, &Value) -> R<()>,
    ) {
        if self.thrown.is_some() {
            return;
        }
        let [a, b, c] = args;
        let reference = Value::new_reference(i64::from(*code).into());
        let answer = self.object.call(self.ctx, method, &[a, b, c, reference.clone()]);
        if let Err(throw) = answer.and_then(|answer| put(self, &answer)) {
            self.thrown = Some(throw);
        }
        if let Some(n) = reference.deref().as_int() {
            *code = n as Code;
        }
    }
    /// Puts elements, if they fit.
    fn put<T: Copy>(&mut self, items: &[T], target: &mut Target<'_, T>) -> R<()> {
        let (needed, left) = (items.len(), target.left());
        if left < needed {
            let message = format!("Buffer overrun {needed} bytes needed, {left} available");
            return error::fail(self.ctx, Some(self.errors), BUFFER_OVERFLOW_ERROR, &message);
        }
        target.put(items);
        Ok(())
    }
    fn illegal(&mut self, method: &str) -> R<()> {
        let message = format!("{method}() specified illegal type for substitution character");
        error::fail(self.ctx, Some(self.errors), ILLEGAL_ARGUMENT_ERROR, &message)
    }
    /// Puts characters: a code point, UTF-8, or a list of such.
    fn put_units(&mut self, v: &Value, target: &mut Target<'_, u16>) -> R<()> {
        match v.kind() {
            Kind::Null => Ok(()),
            Kind::Int(n) => match u32::try_from(n).ok().filter(|n| *n <= 0x10_ffff) {
                None => {
                    let message = format!("Invalid codepoint U+{n:04x}");
                    error::fail(self.ctx, Some(self.errors), ILLEGAL_ARGUMENT_ERROR, &message)
                }
                Some(n) => match char::from_u32(n) {
                    Some(c) => self.put(c.encode_utf16(&mut [0; 2]), target),
                    None => self.put(&[n as u16], target),
                },
            },
            Kind::Str(s) => {
                let mut rest: &[u8] = s;
                while !rest.is_empty() && target.left() > 0 {
                    let (len, c) = icu::first_char(rest);
                    // One unit each, as PHP has it.
                    self.put(&[c.map_or(u16::MAX, |c| u32::from(c) as u16)], target)?;
                    rest = rest.get(len..).unwrap_or_default();
                }
                if rest.is_empty() { Ok(()) } else { self.put(&[0], target) }
            }
            Kind::Array(list) => list.values().try_for_each(|v| self.put_units(v, target)),
            _ => self.illegal("toUCallback"),
        }
    }
    /// Puts bytes: one, several, or a list of such.
    fn put_bytes(&mut self, v: &Value, target: &mut Target<'_, u8>) -> R<()> {
        match v.kind() {
            Kind::Null => Ok(()),
            Kind::Int(n) => self.put(&[n as u8], target),
            Kind::Str(s) => self.put(s, target),
            Kind::Array(list) => list.values().try_for_each(|v| self.put_bytes(v, target)),
            _ => self.illegal("fromUCallback"),
        }
    }
}

impl Callbacks for Methods<'_> {
    fn decoding(
        &mut self,
        reason: i32,
        source: &[u8],
        units: &[u8],
        target: &mut Target<'_, u16>,
        code: &mut Code,
    ) {
        let args = [i64::from(reason).into(), Value::str(source), Value::str(units)];
        self.ask("toUCallback", args, code, |this, answer| this.put_units(answer, target));
    }
    fn encoding(&mut self, reason: i32, units: &[u16], c: i32, target: &mut Target<'_, u8>, code: &mut Code) {
        let points = char::decode_utf16(units.iter().copied())
            .map(|c| c.map_or_else(|e| i64::from(e.unpaired_surrogate()), |c| u32::from(c).into()));
        let args = [i64::from(reason).into(), points.collect::<Array>().into(), i64::from(c).into()];
        self.ask("fromUCallback", args, code, |this, answer| this.put_bytes(answer, target));
    }
}

/// Converts with an object's converters, whose class may have callbacks of its own.
fn convert(ctx: &mut Ctx, this: &This<UConverter>, bytes: &[u8], reverse: bool) -> R<OrFalse<Vec<u8>>> {
    let payload = this.borrow(ctx)?;
    let errors = &*payload.errors;
    error::begin(ctx, Some(errors));
    let (from, to) = (payload.source.borrow().clone(), payload.destination.borrow().clone());
    let (Some(from), Some(to)) = (if reverse { (to, from) } else { (from, to) }) else {
        error::fail(ctx, Some(errors), INVALID_STATE_ERROR, "Internal converters not initialized")?;
        return Ok(OrFalse::FALSE);
    };
    if Class::of::<UConverter>(ctx)?.raw() == this.object().class().raw() {
        let found = converted(&from, &to, bytes);
        return Ok(result(ctx, Some(errors), found)?.into());
    }
    if payload.busy.replace(true) {
        return Err(ctx.error("Object is in use by a call that has not returned"));
    }
    let mut methods = Methods { ctx, object: this.object(), errors, thrown: None };
    let units = from.with_callbacks(&mut methods, || from.decode(bytes));
    let found = match units {
        Ok(_) if methods.thrown.is_some() => Ok(Vec::new()),
        Ok(units) => to
            .with_callbacks(&mut methods, || to.encode(&units))
            .map_err(|code| Failed("ucnv_fromUChars", code)),
        Err(code) => Err(Failed("ucnv_toUChars", code)),
    };
    payload.busy.set(false);
    match methods.thrown.take() {
        Some(throw) => Err(throw),
        None => Ok(result(ctx, Some(errors), found)?.into()),
    }
}

/// `UConverter::REASON_*`
const REASONS: [&str; 6] = [
    "REASON_UNASSIGNED",
    "REASON_ILLEGAL",
    "REASON_IRREGULAR",
    "REASON_RESET",
    "REASON_CLOSE",
    "REASON_CLONE",
];

/// What both callbacks do when no subclass has its own: what cannot be converted is substituted.
fn substituted(
    ctx: &mut Ctx,
    this: &This<UConverter>,
    reason: i64,
    out: Reference<'_>,
) -> R<Option<Vec<u8>>> {
    /// `REASON_IRREGULAR`, the last of those that are about a character.
    const LAST: i64 = 2;
    if !(0..=LAST).contains(&reason) {
        return Ok(None);
    }
    let payload = this.borrow(ctx)?;
    let errors = Some(&*payload.errors);
    let found = payload.source.borrow().as_ref().map(|c| c.substitute());
    let (chars, code) = match found {
        None => {
            let message = "Source Converter has not been initialized yet";
            error::fail(ctx, errors, INVALID_STATE_ERROR, message)?;
            (vec![0x1a], INVALID_STATE_ERROR)
        }
        Some(Err(code)) => {
            told(ctx, errors, "ucnv_getSubstChars", code)?;
            (vec![0x1a], code)
        }
        Some(Ok(chars)) => (chars, icu::OK),
    };
    out.set(ctx, i64::from(code))?;
    Ok(Some(chars))
}

/// One of an object's two converters.
type Side = fn(&UConverter) -> &RefCell<Option<Rc<Converter>>>;

fn source(p: &UConverter) -> &RefCell<Option<Rc<Converter>>> {
    &p.source
}

fn destination(p: &UConverter) -> &RefCell<Option<Rc<Converter>>> {
    &p.destination
}

fn set_encoding(ctx: &mut Ctx, this: &This<UConverter>, side: Side, name: &[u8]) -> R<bool> {
    let payload = this.borrow(ctx)?;
    error::begin(ctx, Some(&payload.errors));
    match open(ctx, Some(&payload.errors), name)? {
        Some(opened) => {
            side(&payload).replace(Some(opened));
            Ok(true)
        }
        None => Ok(false),
    }
}

fn encoding(ctx: &mut Ctx, this: &This<UConverter>, side: Side) -> R<Value> {
    let payload = this.borrow(ctx)?;
    error::begin(ctx, Some(&payload.errors));
    let name = side(&payload).borrow().as_ref().map(|c| c.name());
    match name {
        None => Ok(Value::NULL),
        Some(Ok(name)) => Ok(name.into()),
        Some(Err(code)) => {
            told(ctx, Some(&payload.errors), "ucnv_getName()", code)?;
            Ok(false.into())
        }
    }
}

fn kind(ctx: &mut Ctx, this: &This<UConverter>, side: Side) -> R<Option<i64>> {
    let payload = this.borrow(ctx)?;
    error::begin(ctx, Some(&payload.errors));
    let kind = side(&payload).borrow().as_ref().map(|c| c.kind());
    Ok(kind.map(i64::from))
}

#[php_methods]
impl UConverter {
    #[php(
        "public function __construct(?string $destination_encoding = null, ?string $source_encoding = null)"
    )]
    fn construct(
        this: &This<Self>,
        ctx: &mut Ctx,
        destination_encoding: Option<&[u8]>,
        source_encoding: Option<&[u8]>,
    ) -> R<()> {
        error::begin(ctx, None);
        let payload = this.borrow(ctx)?;
        for (side, name) in [(&payload.source, source_encoding), (&payload.destination, destination_encoding)]
        {
            if let Some(opened) = open(ctx, Some(&payload.errors), name.unwrap_or(b"utf-8"))? {
                side.replace(Some(opened));
            }
        }
        Ok(())
    }
    #[php("public function convert(string $str, bool $reverse = false): ~string|false")]
    fn convert(this: &This<Self>, ctx: &mut Ctx, str: &[u8], reverse: bool) -> R<OrFalse<Vec<u8>>> {
        convert(ctx, this, str, reverse)
    }
    #[php(
        "public function fromUCallback(int $reason, array $source, int $codePoint, &$error): ~string|int|array|null"
    )]
    fn from_u_callback(
        this: &This<Self>,
        ctx: &mut Ctx,
        reason: i64,
        source: &Array,
        code_point: i64,
        error: Reference<'_>,
    ) -> R<Option<Vec<u8>>> {
        let _ = (source, code_point);
        substituted(ctx, this, reason, error)
    }
    #[php("public static function getAliases(string $name): ~array|false|null")]
    fn get_aliases(ctx: &mut Ctx, name: &[u8]) -> R<Value> {
        error::begin(ctx, None);
        match converter::aliases(name) {
            Ok(names) => Ok(names.into_iter().collect::<Array>().into()),
            Err(Failure::Count(code)) => {
                told(ctx, None, "ucnv_countAliases", code)?;
                Ok(false.into())
            }
            Err(Failure::Element(code)) => {
                told(ctx, None, "ucnv_getAlias", code)?;
                Ok(Value::NULL)
            }
        }
    }
    #[php("public static function getAvailable(): ~array")]
    fn get_available(ctx: &mut Ctx) -> Array {
        error::begin(ctx, None);
        converter::available().into_iter().collect()
    }
    #[php("public function getDestinationEncoding(): ~string|false|null")]
    fn get_destination_encoding(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        encoding(ctx, this, destination)
    }
    #[php("public function getDestinationType(): ~int|false|null")]
    fn get_destination_type(this: &This<Self>, ctx: &mut Ctx) -> R<Option<i64>> {
        kind(ctx, this, destination)
    }
    #[php("public function getErrorCode(): ~int")]
    fn get_error_code(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(this.borrow(ctx)?.errors.code().into())
    }
    #[php("public function getErrorMessage(): ~?string")]
    fn get_error_message(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        Ok(this.borrow(ctx)?.errors.text())
    }
    #[php("public function getSourceEncoding(): ~string|false|null")]
    fn get_source_encoding(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        encoding(ctx, this, source)
    }
    #[php("public function getSourceType(): ~int|false|null")]
    fn get_source_type(this: &This<Self>, ctx: &mut Ctx) -> R<Option<i64>> {
        kind(ctx, this, source)
    }
    #[php("public static function getStandards(): ~?array")]
    fn get_standards(ctx: &mut Ctx) -> R<Option<Array>> {
        error::begin(ctx, None);
        match converter::standards() {
            Ok(names) => Ok(Some(names.into_iter().collect())),
            Err(Failure::Count(code) | Failure::Element(code)) => {
                told(ctx, None, "ucnv_getStandard", code)?;
                Ok(None)
            }
        }
    }
    #[php("public function getSubstChars(): ~string|false|null")]
    fn get_subst_chars(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let payload = this.borrow(ctx)?;
        error::begin(ctx, Some(&payload.errors));
        let found = payload.source.borrow().as_ref().map(|c| c.substitute());
        match found {
            None => Ok(Value::NULL),
            Some(Ok(chars)) => Ok(chars.into()),
            Some(Err(code)) => {
                told(ctx, Some(&payload.errors), "ucnv_getSubstChars", code)?;
                Ok(false.into())
            }
        }
    }
    #[php("public static function reasonText(int $reason): ~string")]
    fn reason_text(ctx: &mut Ctx, reason: i64) -> R<&'static str> {
        error::begin(ctx, None);
        match usize::try_from(reason).ok().and_then(|i| REASONS.get(i)) {
            Some(name) => Ok(name),
            None => Err(ctx.argument_value_error(1, "must be a UConverter::REASON_* constant")),
        }
    }
    #[php("public function setDestinationEncoding(string $encoding): ~bool")]
    fn set_destination_encoding(this: &This<Self>, ctx: &mut Ctx, encoding: &[u8]) -> R<bool> {
        set_encoding(ctx, this, destination, encoding)
    }
    #[php("public function setSourceEncoding(string $encoding): ~bool")]
    fn set_source_encoding(this: &This<Self>, ctx: &mut Ctx, encoding: &[u8]) -> R<bool> {
        set_encoding(ctx, this, source, encoding)
    }
    #[php("public function setSubstChars(string $chars): ~bool")]
    fn set_subst_chars(this: &This<Self>, ctx: &mut Ctx, chars: &[u8]) -> R<bool> {
        let payload = this.borrow(ctx)?;
        let errors = Some(&*payload.errors);
        error::begin(ctx, errors);
        let mut done = true;
        for (side, name) in [(&payload.source, "Source"), (&payload.destination, "Destination")] {
            let set = side.borrow().as_ref().map(|c| c.set_substitute(chars));
            match set {
                Some(Ok(())) => continue,
                Some(Err(code)) => told(ctx, errors, "ucnv_setSubstChars", code)?,
                None => {
                    let message = format!("{name} Converter has not been initialized yet");
                    error::fail(ctx, errors, INVALID_STATE_ERROR, &message)?;
                }
            }
            done = false;
        }
        Ok(done)
    }
    #[php(
        "public function toUCallback(int $reason, string $source, string $codeUnits, &$error): ~string|int|array|null"
    )]
    fn to_u_callback(
        this: &This<Self>,
        ctx: &mut Ctx,
        reason: i64,
        source: &[u8],
        code_units: &[u8],
        error: Reference<'_>,
    ) -> R<Option<Vec<u8>>> {
        let _ = (source, code_units);
        substituted(ctx, this, reason, error)
    }
    #[php(
        "public static function transcode(string $str, string $toEncoding, string $fromEncoding, ?array $options = null): ~string|false"
    )]
    fn transcode(
        ctx: &mut Ctx,
        str: &[u8],
        to_encoding: &[u8],
        from_encoding: &[u8],
        options: Option<&Array>,
    ) -> R<Value> {
        /// Bytes of substitutes that are taken: the length is cut to so many bits.
        const LENGTH: usize = 0x7f;
        error::begin(ctx, None);
        let Some(from) = open(ctx, None, from_encoding)? else { return Ok(false.into()) };
        let Some(to) = open(ctx, None, to_encoding)? else { return Ok(false.into()) };
        for (side, key) in [(&from, "from_subst"), (&to, "to_subst")] {
            let Some(chars) = options.and_then(|o| o.get(key)).and_then(Value::as_str) else { continue };
            let chars = chars.get(..chars.len() & LENGTH).unwrap_or_default();
            if let Err(code) = side.set_substitute(chars) {
                told(ctx, None, "transcode", code)?;
                return Ok(false.into());
            }
        }
        let found = converted(&from, &to, str);
        // A conversion that fails gives null.
        Ok(result(ctx, None, found)?.into())
    }
}
