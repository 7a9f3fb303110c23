//! Parsing piece by piece, with events in the manner of expat.

use crate::text::borrowed;
use crate::{parse, sys};
use core::cell::Cell;
use core::ffi::{c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Attributes by their names.
pub type Attributes = Vec<(Vec<u8>, Vec<u8>)>;

/// What is told of a document.
#[derive(Debug)]
pub enum Event<'a> {
    /// An element begins.
    Start(&'a [u8], Attributes),
    /// An element ends.
    End(&'a [u8]),
    /// Text.
    Text(&'a [u8]),
    /// A processing instruction: target and data.
    Instruction(&'a [u8], Option<&'a [u8]>),
    /// What nothing else is told of.
    Default(&'a [u8]),
    /// An unparsed entity is declared: name, system and public identifier, notation.
    Unparsed(&'a [u8], Option<&'a [u8]>, Option<&'a [u8]>, Option<&'a [u8]>),
    /// A notation is declared: name, system and public identifier.
    Notation(&'a [u8], Option<&'a [u8]>, Option<&'a [u8]>),
    /// An external entity is referred to: name, system and public identifier. Whoever refuses it stops the parser.
    External(&'a [u8], Option<&'a [u8]>, Option<&'a [u8]>),
    /// A namespace is declared: prefix and URI.
    Namespace(Option<&'a [u8]>, Option<&'a [u8]>),
}

/// The kinds of event that something may be done about; others go to [`Wanted::DEFAULT`] or nowhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wanted(u8);

impl Wanted {
    /// Beginnings and ends of elements.
    pub const ELEMENTS: Wanted = Wanted(1);
    /// Text.
    pub const TEXT: Wanted = Wanted(2);
    /// Processing instructions.
    pub const INSTRUCTIONS: Wanted = Wanted(4);
    /// What is left.
    pub const DEFAULT: Wanted = Wanted(8);
    /// Declarations of unparsed entities.
    pub const UNPARSED: Wanted = Wanted(16);
    /// Declarations of notations.
    pub const NOTATIONS: Wanted = Wanted(32);
    /// References to external entities.
    pub const EXTERNAL: Wanted = Wanted(64);
    /// Declarations of namespaces.
    pub const NAMESPACES: Wanted = Wanted(128);
}

/// Who is told; the answer counts for external entities only.
type Sink<'a> = dyn FnMut(Event<'_>) -> bool + 'a;

struct State {
    parser: Cell<*mut sys::xmlParserCtxt>,
    separator: Option<u8>,
    wanted: Cell<u8>,
    sink: Cell<Option<*mut Sink<'static>>>,
}

/// A parser that documents are pushed into.
pub struct Pushed(Box<State>);

impl Drop for Pushed {
    fn drop(&mut self) {
        let parser = self.0.parser.get();
        // SAFETY: ours, once; declarations may have made a document.
        unsafe {
            sys::xmlFreeDoc((*parser).myDoc);
            (*parser).myDoc = core::ptr::null_mut();
            sys::xmlFreeParserCtxt(parser);
        }
    }
}

unsafe fn state<'a>(user: *mut c_void) -> &'a State {
    // SAFETY: the parser's user data is its state, which lives longer.
    unsafe { &*user.cast::<State>() }
}

unsafe fn text<'a>(s: *const sys::xmlChar) -> Option<&'a [u8]> {
    // SAFETY: null or a live text, as libxml2 passes them.
    (!s.is_null()).then(|| unsafe { borrowed(s) })
}

impl State {
    fn wants(&self, kind: Wanted) -> bool {
        self.wanted.get() & kind.0 != 0
    }
    fn tell(&self, event: Event<'_>) -> bool {
        let Some(sink) = self.sink.get() else { return false };
        // SAFETY: set while `Pushed::parse` runs, which the sink outlives; libxml2 tells one event at a time, and a parser
        // that is parsing refuses to be used.
        let sink = AssertUnwindSafe(unsafe { &mut *sink });
        catch_unwind(move || {
            let AssertUnwindSafe(sink) = { sink };
            sink(event)
        })
        .unwrap_or(false)
    }
    fn rest(&self, what: &[u8]) {
        if self.wants(Wanted::DEFAULT) {
            self.tell(Event::Default(what));
        }
    }
    fn qualified(&self, name: &[u8], uri: Option<&[u8]>) -> Vec<u8> {
        let mut out = uri.unwrap_or_default().to_vec();
        if uri.is_some() {
            out.extend(self.separator);
        }
        out.extend_from_slice(name);
        out
    }
    /// The tag that was just read, as it was written.
    fn tag(&self) {
        if !self.wants(Wanted::DEFAULT) {
            return;
        }
        // SAFETY: a live parser in the middle of its input.
        let written = unsafe {
            let input = &*(*self.parser.get()).input;
            let mut from = input.cur;
            while from > input.base && *from != b'<' {
                from = from.sub(1);
            }
            let length = usize::try_from(input.cur.offset_from(from)).unwrap_or(0);
            let mut written = core::slice::from_raw_parts(from, length).to_vec();
            written.push(if *input.cur == b'/' { b'>' } else { *input.cur });
            written
        };
        self.tell(Event::Default(&written));
    }
}

unsafe extern "C" fn start(user: *mut c_void, name: *const sys::xmlChar, list: *mut *const sys::xmlChar) {
    // SAFETY: as libxml2 passes them: a list of names and values that ends with null.
    unsafe {
        let state = state(user);
        if !state.wants(Wanted::ELEMENTS) {
            return state.tag();
        }
        let mut attributes = Attributes::new();
        let mut at = list;
        while !at.is_null() && !(*at).is_null() {
            attributes.push((borrowed(*at).to_vec(), borrowed(*at.add(1)).to_vec()));
            at = at.add(2);
        }
        state.tell(Event::Start(borrowed(name), attributes));
    }
}

unsafe extern "C" fn start_ns(
    user: *mut c_void,
    name: *const sys::xmlChar,
    _: *const sys::xmlChar,
    uri: *const sys::xmlChar,
    namespaces: c_int,
    declared: *mut *const sys::xmlChar,
    count: c_int,
    _: c_int,
    list: *mut *const sys::xmlChar,
) {
    // SAFETY: as libxml2 passes them: pairs of prefix and URI; five texts for each attribute, the value from one to another.
    unsafe {
        let state = state(user);
        if state.wants(Wanted::NAMESPACES) {
            for i in 0..usize::try_from(namespaces).unwrap_or(0) {
                state.tell(Event::Namespace(text(*declared.add(2 * i)), text(*declared.add(2 * i + 1))));
            }
        }
        if !state.wants(Wanted::ELEMENTS) {
            return state.tag();
        }
        let mut attributes = Attributes::new();
        for i in 0..usize::try_from(count).unwrap_or(0) {
            let at = list.add(5 * i);
            let uri = if (*at.add(1)).is_null() { None } else { text(*at.add(2)) };
            let (from, to) = (*at.add(3), *at.add(4));
            let length = usize::try_from(to.offset_from(from)).unwrap_or(0);
            let value = core::slice::from_raw_parts(from, length).to_vec();
            attributes.push((state.qualified(borrowed(*at), uri), value));
        }
        let name = state.qualified(borrowed(name), text(uri));
        state.tell(Event::Start(&name, attributes));
    }
}

unsafe extern "C" fn end(user: *mut c_void, name: *const sys::xmlChar) {
    // SAFETY: as libxml2 passes them.
    let (state, name) = unsafe { (state(user), borrowed(name)) };
    if state.wants(Wanted::ELEMENTS) {
        state.tell(Event::End(name));
    } else {
        state.rest(&[b"</", name, b">"].concat());
    }
}

unsafe extern "C" fn end_ns(
    user: *mut c_void,
    name: *const sys::xmlChar,
    prefix: *const sys::xmlChar,
    uri: *const sys::xmlChar,
) {
    // SAFETY: as libxml2 passes them.
    let (state, name, prefix, uri) = unsafe { (state(user), borrowed(name), text(prefix), text(uri)) };
    if state.wants(Wanted::ELEMENTS) {
        state.tell(Event::End(&state.qualified(name, uri)));
        return;
    }
    let colon: &[u8] = if prefix.is_some() { b":" } else { b"" };
    state.rest(&[b"</", prefix.unwrap_or_default(), colon, name, b">"].concat());
}

unsafe extern "C" fn characters(user: *mut c_void, from: *const sys::xmlChar, length: c_int) {
    // SAFETY: as libxml2 passes them.
    let (state, text) =
        unsafe { (state(user), core::slice::from_raw_parts(from, usize::try_from(length).unwrap_or(0))) };
    if state.wants(Wanted::TEXT) {
        state.tell(Event::Text(text));
    } else {
        state.rest(text);
    }
}

unsafe extern "C" fn instruction(user: *mut c_void, target: *const sys::xmlChar, data: *const sys::xmlChar) {
    // SAFETY: as libxml2 passes them.
    let (state, target, data) = unsafe { (state(user), borrowed(target), text(data)) };
    if state.wants(Wanted::INSTRUCTIONS) {
        state.tell(Event::Instruction(target, data));
    } else {
        state.rest(&[b"<?", target, b" ", data.unwrap_or(b"(null)"), b"?>"].concat());
    }
}

unsafe extern "C" fn comment(user: *mut c_void, data: *const sys::xmlChar) {
    // SAFETY: as libxml2 passes them.
    let (state, data) = unsafe { (state(user), borrowed(data)) };
    state.rest(&[b"<!--", data, b"-->"].concat());
}

unsafe extern "C" fn unparsed(
    user: *mut c_void,
    name: *const sys::xmlChar,
    public: *const sys::xmlChar,
    system: *const sys::xmlChar,
    notation: *const sys::xmlChar,
) {
    // SAFETY: as libxml2 passes them.
    unsafe {
        let state = state(user);
        if state.wants(Wanted::UNPARSED) {
            state.tell(Event::Unparsed(borrowed(name), text(system), text(public), text(notation)));
        }
    }
}

unsafe extern "C" fn notation(
    user: *mut c_void,
    name: *const sys::xmlChar,
    public: *const sys::xmlChar,
    system: *const sys::xmlChar,
) {
    // SAFETY: as libxml2 passes them.
    unsafe {
        let state = state(user);
        if state.wants(Wanted::NOTATIONS) {
            state.tell(Event::Notation(borrowed(name), text(system), text(public)));
        }
    }
}

/// `XML_ERROR_EXTERNAL_ENTITY_HANDLING`
const REFUSED: c_int = 21;

unsafe extern "C" fn entity(user: *mut c_void, name: *const sys::xmlChar) -> sys::xmlEntityPtr {
    // SAFETY: as libxml2 passes them; the parser is live and parsing.
    unsafe {
        let state = state(user);
        let parser = state.parser.get();
        if (*parser).inSubset != 0 {
            return core::ptr::null_mut();
        }
        let mut found = sys::xmlGetPredefinedEntity(name);
        if found.is_null() {
            found = sys::xmlGetDocEntity((*parser).myDoc, name);
        }
        if !found.is_null() && (*parser).instate != sys::xmlParserInputState_XML_PARSER_CONTENT {
            return found;
        }
        let Some(known) = found.as_ref() else {
            state.rest(&[b"&", borrowed(name), b";"].concat());
            return found;
        };
        let predefined = known.etype == sys::xmlEntityType_XML_INTERNAL_PREDEFINED_ENTITY;
        let internal = known.etype == sys::xmlEntityType_XML_INTERNAL_GENERAL_ENTITY
            || known.etype == sys::xmlEntityType_XML_INTERNAL_PARAMETER_ENTITY;
        if predefined || internal {
            if state.wants(Wanted::DEFAULT) && !(predefined && state.wants(Wanted::TEXT)) {
                state.rest(&[b"&", borrowed(name), b";"].concat());
            } else if state.wants(Wanted::TEXT) {
                state.tell(Event::Text(borrowed(known.content)));
            }
        } else if known.etype == sys::xmlEntityType_XML_EXTERNAL_GENERAL_PARSED_ENTITY
            && state.wants(Wanted::EXTERNAL)
        {
            let event = Event::External(borrowed(known.name), text(known.SystemID), text(known.ExternalID));
            if !state.tell(event) {
                sys::xmlStopParser(parser);
                (*parser).errNo = REFUSED;
            }
        }
        found
    }
}

impl Pushed {
    /// A parser; with a separator, names begin with the URIs of their namespaces.
    pub fn new(separator: Option<&[u8]>) -> Option<Pushed> {
        const OLD_SAX: c_int = 1 << 20;
        const NO_ENTITIES: c_int = 2;
        let state = Box::new(State {
            parser: Cell::new(core::ptr::null_mut()),
            separator: separator.and_then(|s| s.first().copied()),
            wanted: Cell::new(0),
            sink: Cell::new(None),
        });
        // SAFETY: a table of optional functions may be zeroes; the parser copies it and keeps the state, which is boxed.
        unsafe {
            let mut table: sys::xmlSAXHandler = core::mem::zeroed();
            table.getEntity = Some(entity);
            table.notationDecl = Some(notation);
            table.unparsedEntityDecl = Some(unparsed);
            table.startElement = Some(start);
            table.endElement = Some(end);
            table.characters = Some(characters);
            table.processingInstruction = Some(instruction);
            table.comment = Some(comment);
            table.cdataBlock = Some(characters);
            table.initialized = sys::XML_SAX2_MAGIC;
            table.startElementNs = Some(start_ns);
            table.endElementNs = Some(end_ns);
            let user = core::ptr::from_ref(&*state).cast_mut().cast();
            let null = core::ptr::null();
            let parser = sys::xmlCreatePushParserCtxt(&mut table, user, null, 0, null);
            if parser.is_null() {
                return None;
            }
            parse::sanitize(parser);
            sys::xmlCtxtUseOptions(parser, OLD_SAX | NO_ENTITIES);
            (*parser).wellFormed = 0;
            if separator.is_none() {
                (*(*parser).sax).initialized = 1;
            }
            state.parser.set(parser);
        }
        Some(Pushed(state))
    }
    /// Says that something may be done about a kind of event from now on.
    pub fn want(&self, kind: Wanted) {
        self.0.wanted.set(self.0.wanted.get() | kind.0);
    }
    /// Parses a piece; whether all was well. `huge` lifts libxml2's limits. A parser that is parsing takes nothing.
    pub fn parse(&self, piece: &[u8], last: bool, huge: bool, tell: &mut Sink<'_>) -> bool {
        const HUGE: c_int = 1 << 19;
        const LIMIT: usize = 10_000_000;
        let Ok(length) = c_int::try_from(piece.len()) else { return false };
        if self.0.sink.get().is_some() {
            return false;
        }
        let parser = self.0.parser.get();
        // SAFETY: a live parser and piece; the sink is forgotten before it ends.
        unsafe {
            let sink = core::mem::transmute::<*mut Sink<'_>, *mut Sink<'static>>(core::ptr::from_mut(tell));
            self.0.sink.set(Some(sink));
            (*parser).options = if huge { (*parser).options | HUGE } else { (*parser).options & !HUGE };
            sys::xmlDictSetLimit((*parser).dict, if huge { 0 } else { LIMIT });
            let failed = sys::xmlParseChunk(parser, piece.as_ptr().cast(), length, last.into());
            self.0.sink.set(None);
            if failed != 0 {
                return false;
            }
            let last = sys::xmlCtxtGetLastError(parser.cast());
            last.as_ref().is_none_or(|e| e.level <= sys::xmlErrorLevel_XML_ERR_WARNING)
        }
    }
    /// The last error.
    pub fn error(&self) -> i32 {
        // SAFETY: a live parser.
        unsafe { (*self.0.parser.get()).errNo }
    }
    /// Line, column and offset in bytes.
    pub fn place(&self) -> (i64, i64, i64) {
        // SAFETY: a live parser; its input, if it still has one, goes from `base` to `cur`.
        unsafe {
            let Some(input) = (*self.0.parser.get()).input.as_ref() else { return (0, 0, 0) };
            let offset = i64::try_from(input.cur.offset_from(input.base)).unwrap_or(0);
            let before = i64::try_from(input.consumed).unwrap_or(0);
            (input.line.into(), input.col.into(), before + offset)
        }
    }
}
