//! Parsing whole documents.

use crate::text::{CText, free};
use crate::{Document, messages, sys};

/// What a document is read from.
#[derive(Clone, Copy)]
pub enum Loading<'a> {
    /// A file or URL.
    File(&'a [u8]),
    /// A text.
    Text(&'a [u8]),
}

/// Parses a document, with libxml2's options; `None` when it cannot be parsed, which is told.
pub fn load(from: Loading<'_>, options: i32) -> Option<Document> {
    // SAFETY: live texts; the document is ours.
    unsafe {
        let doc = match from {
            Loading::File(name) => sys::xmlReadFile(CText::new(name).c(), core::ptr::null(), options),
            Loading::Text(text) => {
                let len = i32::try_from(text.len()).ok()?;
                let null = core::ptr::null();
                sys::xmlReadMemory(text.as_ptr().cast(), len, null, null, options)
            }
        };
        (!doc.is_null()).then(|| Document::from_raw(doc))
    }
}

/// How DOM parses.
#[derive(Clone, Copy, Default)]
pub struct Manner<'a> {
    /// libxml2's options.
    pub options: i32,
    /// Whether what is not well-formed is taken all the same.
    pub recover: bool,
    /// What relative URIs in a text are relative to; ends with a slash.
    pub directory: Option<&'a [u8]>,
    /// The encoding, whatever the document says.
    pub encoding: Option<&'a [u8]>,
}

/// Why a document was not parsed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotParsed {
    /// There is nothing to read.
    Unreadable,
    /// It is not well-formed.
    Malformed,
}

/// Puts a parser to what the process's defaults do not change.
pub(crate) unsafe fn sanitize(parser: *mut sys::xmlParserCtxt) {
    // SAFETY: a live parser.
    unsafe {
        (*parser).loadsubset = 0;
        (*parser).validate = 0;
        (*parser).pedantic = 0;
        (*parser).replaceEntities = 0;
        (*parser).linenumbers = 0;
        (*parser).keepBlanks = 1;
        (*parser).options = 0;
    }
}

/// Parses a document of XML, telling errors with file and line.
///
/// # Errors
/// What is not well-formed, or not there; that is told.
pub fn parse(from: Loading<'_>, manner: &Manner<'_>) -> Result<Document, NotParsed> {
    // SAFETY: live texts; the parser is freed here, the document is ours.
    unsafe {
        let parser = match from {
            Loading::File(name) => sys::xmlCreateFileParserCtxt(CText::new(name).c()),
            Loading::Text(text) => {
                let len = i32::try_from(text.len()).map_err(|_| NotParsed::Unreadable)?;
                sys::xmlCreateMemoryParserCtxt(text.as_ptr().cast(), len)
            }
        };
        if parser.is_null() {
            return Err(NotParsed::Unreadable);
        }
        if let Some(encoding) = manner.encoding {
            let handler = sys::xmlFindCharEncodingHandler(CText::new(encoding).c());
            sys::xmlSwitchToEncoding(parser, handler);
        }
        if let Some(directory) = manner.directory {
            free((*parser).directory.cast());
            (*parser).directory = sys::xmlCanonicPath(CText::new(directory).xml()).cast();
        }
        messages::tell_with_place(parser, false);
        sanitize(parser);
        sys::xmlCtxtUseOptions(parser, manner.options);
        sys::xmlParseDocument(parser);
        let doc = (*parser).myDoc;
        (*parser).myDoc = core::ptr::null_mut();
        let good = (*parser).wellFormed != 0 || manner.recover;
        if good && !doc.is_null() && (*doc).URL.is_null() && !(*parser).directory.is_null() {
            (*doc).URL = sys::xmlStrdup((*parser).directory.cast());
        }
        sys::xmlFreeParserCtxt(parser);
        if !good {
            sys::xmlFreeDoc(doc);
            return Err(NotParsed::Malformed);
        }
        if doc.is_null() { Err(NotParsed::Malformed) } else { Ok(Document::from_raw(doc)) }
    }
}

/// Parses a document of HTML as libxml2 knows it.
pub fn parse_html(from: Loading<'_>, options: i32) -> Option<Document> {
    // SAFETY: as in `parse`.
    unsafe {
        let parser = match from {
            Loading::File(name) => sys::htmlCreateFileParserCtxt(CText::new(name).c(), core::ptr::null()),
            Loading::Text(text) => {
                let len = i32::try_from(text.len()).ok()?;
                sys::htmlCreateMemoryParserCtxt(text.as_ptr().cast(), len)
            }
        };
        if parser.is_null() {
            return None;
        }
        messages::tell_with_place(parser, false);
        sanitize(parser);
        if options != 0 {
            sys::htmlCtxtUseOptions(parser, options);
        }
        sys::htmlParseDocument(parser);
        let doc = (*parser).myDoc;
        (*parser).myDoc = core::ptr::null_mut();
        sys::htmlFreeParserCtxt(parser);
        (!doc.is_null()).then(|| Document::from_raw(doc))
    }
}

/// Parses a text of XML in UTF-8 without a word; `None` when it is not well-formed, namespaces included.
pub fn parse_quietly(text: &[u8]) -> Option<Document> {
    const IGNORE_ENCODING: i32 = 1 << 21;
    const NO_ERROR: i32 = 32;
    const NO_WARNING: i32 = 64;
    // SAFETY: as in `parse`.
    unsafe {
        let len = i32::try_from(text.len()).ok()?;
        let parser = sys::xmlCreateMemoryParserCtxt(text.as_ptr().cast(), len);
        if parser.is_null() {
            return None;
        }
        sanitize(parser);
        sys::xmlCtxtUseOptions(parser, IGNORE_ENCODING | NO_ERROR | NO_WARNING);
        sys::xmlSwitchToEncoding(parser, sys::xmlFindCharEncodingHandler(c"UTF-8".as_ptr()));
        sys::xmlParseDocument(parser);
        let doc = (*parser).myDoc;
        (*parser).myDoc = core::ptr::null_mut();
        let good = (*parser).wellFormed != 0 && (*parser).nsWellFormed != 0;
        sys::xmlFreeParserCtxt(parser);
        if doc.is_null() {
            return None;
        }
        if !good {
            sys::xmlFreeDoc(doc);
            return None;
        }
        Some(Document::from_raw(doc))
    }
}
