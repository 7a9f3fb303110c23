//! Reading XML node by node, forwards.

use crate::text::{CText, borrowed, free, optional, owned};
use crate::{Document, Node, Schema, io, sys};
use core::cell::Cell;
use plugin_api::Stream;
use std::ffi::c_int;

/// A reader that stands at one node of a document at a time.
///
/// What it reads from may run PHP code, which may come back to the reader: asking about the node it stands at is harmless
/// then, and what moves it refuses ([`Busy`]).
pub struct Reader {
    raw: *mut sys::xmlTextReader,
    /// The text it reads, which libxml2 leaves to us.
    input: *mut sys::xmlParserInputBuffer,
    schema: Cell<*mut sys::xmlRelaxNG>,
    busy: Cell<bool>,
}

/// The reader was asked to move by what it reads from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Busy;

impl Drop for Reader {
    fn drop(&mut self) {
        // SAFETY: ours, once; the reader first, which still names the others.
        unsafe {
            sys::xmlFreeTextReader(self.raw);
            sys::xmlRelaxNGFree(self.schema.get());
            if !self.input.is_null() {
                sys::xmlFreeParserInputBuffer(self.input);
            }
        }
    }
}

/// Whether libxml2 knows a character encoding.
pub fn knows_encoding(name: &[u8]) -> bool {
    // SAFETY: a live text; the handler is given back.
    unsafe {
        let handler = sys::xmlFindCharEncodingHandler(CText::new(name).c());
        if handler.is_null() {
            return false;
        }
        sys::xmlCharEncCloseFunc(handler);
        true
    }
}

/// Functions that ask about the node, or move to another that is known.
macro_rules! numbers {
    ($($(#[$m:meta])* $f:ident = $c:ident;)*) => { $(
        $(#[$m])*
        pub fn $f(&self) -> i32 {
            // SAFETY: a live reader.
            unsafe { sys::$c(self.raw) }
        }
    )* };
}

/// Functions that give a text of the node.
macro_rules! texts {
    ($($(#[$m:meta])* $f:ident = $c:ident;)*) => { $(
        $(#[$m])*
        pub fn $f(&self) -> Vec<u8> {
            // SAFETY: a live reader; the text is copied before anything else is asked.
            unsafe { borrowed(sys::$c(self.raw)).to_vec() }
        }
    )* };
}

/// Functions that read on, and give a text.
macro_rules! contents {
    ($($(#[$m:meta])* $f:ident = $c:ident;)*) => { $(
        $(#[$m])*
        pub fn $f(&self) -> Result<Option<Vec<u8>>, Busy> {
            // SAFETY: a live reader; the text is ours.
            self.moving(|r| unsafe { owned(sys::$c(r)) })
        }
    )* };
}

impl Reader {
    fn of(raw: *mut sys::xmlTextReader, input: *mut sys::xmlParserInputBuffer) -> Reader {
        Reader { raw, input, schema: Cell::new(core::ptr::null_mut()), busy: Cell::new(false) }
    }

    /// Of a file or URL.
    pub fn file(name: &[u8], encoding: Option<&[u8]>, options: i32) -> Option<Reader> {
        let (name, encoding) = (CText::new(name), encoding.map(CText::new));
        // SAFETY: live texts.
        let raw = unsafe { sys::xmlReaderForFile(name.c(), optional(encoding.as_ref()).cast(), options) };
        (!raw.is_null()).then(|| Reader::of(raw, core::ptr::null_mut()))
    }

    /// Of a stream, which is not closed; `uri` is what relative names are relative to.
    pub fn stream(
        stream: Stream,
        uri: Option<&[u8]>,
        encoding: Option<&[u8]>,
        options: i32,
    ) -> Option<Reader> {
        let (uri, encoding) = (uri.map(CText::new), encoding.map(CText::new));
        let (read, close, context) = io::shared_input(stream);
        // SAFETY: the functions fit the context, which libxml2 closes in any case.
        let raw = unsafe {
            let (uri, encoding) = (optional(uri.as_ref()), optional(encoding.as_ref()));
            sys::xmlReaderForIO(read, close, context, uri.cast(), encoding.cast(), options)
        };
        (!raw.is_null()).then(|| Reader::of(raw, core::ptr::null_mut()))
    }

    /// Of a text; `directory` is what relative names are relative to, and ends with a slash.
    pub fn text(
        text: &[u8],
        directory: Option<&[u8]>,
        encoding: Option<&[u8]>,
        options: i32,
    ) -> Option<Reader> {
        let encoding = encoding.map(CText::new);
        let len = c_int::try_from(text.len()).ok()?;
        // SAFETY: a live text, which the buffer copies; what is made is the reader's or freed here.
        unsafe {
            let none = sys::xmlCharEncoding_XML_CHAR_ENCODING_NONE;
            let input = sys::xmlParserInputBufferCreateMem(text.as_ptr().cast(), len, none);
            if input.is_null() {
                return None;
            }
            let uri = match directory {
                Some(d) => sys::xmlCanonicPath(CText::new(d).xml()),
                None => core::ptr::null_mut(),
            };
            let raw = sys::xmlNewTextReader(input, uri.cast());
            let mut made = None;
            if raw.is_null() {
                sys::xmlFreeParserInputBuffer(input);
            } else {
                let reader = Reader::of(raw, input);
                let (none, encoding) = (core::ptr::null_mut(), optional(encoding.as_ref()));
                if sys::xmlTextReaderSetup(raw, none, uri.cast(), encoding.cast(), options) == 0 {
                    made = Some(reader);
                }
            }
            if !uri.is_null() {
                free(uri.cast());
            }
            made
        }
    }

    fn moving<T>(&self, f: impl FnOnce(*mut sys::xmlTextReader) -> T) -> Result<T, Busy> {
        if self.busy.replace(true) {
            return Err(Busy);
        }
        let result = f(self.raw);
        self.busy.set(false);
        Ok(result)
    }

    /// To the next node; 0 at the end, -1 when it failed.
    pub fn read(&self) -> Result<i32, Busy> {
        // SAFETY: a live reader.
        self.moving(|r| unsafe { sys::xmlTextReaderRead(r) })
    }
    /// To the next node, past what is below this one; with a name, to the next element of that local name.
    pub fn next(&self, name: Option<&[u8]>) -> Result<i32, Busy> {
        let name = name.map(CText::new);
        // SAFETY: a live reader; the name it gives is compared before it moves on.
        self.moving(|r| unsafe {
            loop {
                let status = sys::xmlTextReaderNext(r);
                let found = match &name {
                    Some(n) if status == 1 => borrowed(sys::xmlTextReaderConstLocalName(r)) == n.bytes(),
                    _ => true,
                };
                if found {
                    return status;
                }
            }
        })
    }
    /// A copy of the node and all below it, for a document or for none; `None` within when the node cannot be read, then when
    /// it cannot be copied. Nobody has a share of the copy yet.
    pub fn expand(&self, doc: Option<&Document>) -> Result<Option<Option<Node>>, Busy> {
        let doc = doc.map_or(core::ptr::null_mut(), Document::raw);
        // SAFETY: a live reader and document.
        self.moving(|r| unsafe {
            let node = sys::xmlTextReaderExpand(r);
            (!node.is_null()).then(|| Node::from_raw(sys::xmlDocCopyNode(node, doc, 1)))
        })
    }
    contents! {
        /// What is inside the node, as XML.
        inner_xml = xmlTextReaderReadInnerXml;
        /// The node, as XML.
        outer_xml = xmlTextReaderReadOuterXml;
        /// The text inside the node.
        string = xmlTextReaderReadString;
    }
    numbers! {
        /// How many attributes the node has.
        attribute_count = xmlTextReaderAttributeCount;
        /// How deep the node is.
        depth = xmlTextReaderDepth;
        /// Whether the node has attributes.
        has_attributes = xmlTextReaderHasAttributes;
        /// Whether the node can have a value.
        has_value = xmlTextReaderHasValue;
        /// Whether the attribute comes from the DTD.
        is_default = xmlTextReaderIsDefault;
        /// Whether the element is written as an empty one; -1 before anything is read.
        is_empty_element = xmlTextReaderIsEmptyElement;
        /// The kind of the node.
        node_type = xmlTextReaderNodeType;
        /// Whether what was read is valid.
        is_valid = xmlTextReaderIsValid;
        /// From an attribute to its element.
        to_element = xmlTextReaderMoveToElement;
        /// To the first attribute.
        to_first_attribute = xmlTextReaderMoveToFirstAttribute;
        /// To the next attribute.
        to_next_attribute = xmlTextReaderMoveToNextAttribute;
    }
    texts! {
        /// What relative names are relative to.
        base_uri = xmlTextReaderConstBaseUri;
        /// The name without its prefix.
        local_name = xmlTextReaderConstLocalName;
        /// The name.
        name = xmlTextReaderConstName;
        /// The namespace.
        namespace_uri = xmlTextReaderConstNamespaceUri;
        /// The prefix.
        prefix = xmlTextReaderConstPrefix;
        /// The value.
        value = xmlTextReaderConstValue;
        /// The language.
        lang = xmlTextReaderConstXmlLang;
    }
    /// An attribute of the element.
    pub fn attribute(&self, name: &[u8]) -> Option<Vec<u8>> {
        // SAFETY: a live reader and text; the result is ours.
        unsafe { owned(sys::xmlTextReaderGetAttribute(self.raw, CText::new(name).xml())) }
    }
    /// An attribute of the element by its place.
    pub fn attribute_at(&self, index: i32) -> Option<Vec<u8>> {
        // SAFETY: a live reader; the result is ours.
        unsafe { owned(sys::xmlTextReaderGetAttributeNo(self.raw, index)) }
    }
    /// An attribute of the element in a namespace.
    pub fn attribute_ns(&self, name: &[u8], uri: &[u8]) -> Option<Vec<u8>> {
        let (name, uri) = (CText::new(name), CText::new(uri));
        // SAFETY: a live reader and texts; the result is ours.
        unsafe { owned(sys::xmlTextReaderGetAttributeNs(self.raw, name.xml(), uri.xml())) }
    }
    /// The namespace that a prefix stands for.
    pub fn lookup_namespace(&self, prefix: &[u8]) -> Option<Vec<u8>> {
        // SAFETY: a live reader and text; the result is ours.
        unsafe { owned(sys::xmlTextReaderLookupNamespace(self.raw, CText::new(prefix).xml())) }
    }
    /// To an attribute.
    pub fn to_attribute(&self, name: &[u8]) -> i32 {
        // SAFETY: a live reader and text.
        unsafe { sys::xmlTextReaderMoveToAttribute(self.raw, CText::new(name).xml()) }
    }
    /// To an attribute by its place.
    pub fn to_attribute_at(&self, index: i32) -> i32 {
        // SAFETY: a live reader.
        unsafe { sys::xmlTextReaderMoveToAttributeNo(self.raw, index) }
    }
    /// To an attribute in a namespace.
    pub fn to_attribute_ns(&self, name: &[u8], uri: &[u8]) -> i32 {
        let (name, uri) = (CText::new(name), CText::new(uri));
        // SAFETY: a live reader and texts.
        unsafe { sys::xmlTextReaderMoveToAttributeNs(self.raw, name.xml(), uri.xml()) }
    }
    /// A property of the parser; -1 when there is no such property.
    pub fn property(&self, which: i32) -> i32 {
        // SAFETY: a live reader.
        unsafe { sys::xmlTextReaderGetParserProp(self.raw, which) }
    }
    /// Sets a property of the parser; -1 when there is no such property.
    pub fn set_property(&self, which: i32, on: bool) -> i32 {
        // SAFETY: a live reader.
        unsafe { sys::xmlTextReaderSetParserProp(self.raw, which, on.into()) }
    }
    /// Validates by the XML Schema in a file from here on, or by none; whether there is such a schema.
    pub fn set_schema(&self, file: Option<&[u8]>) -> Result<bool, Busy> {
        let file = file.map(CText::new);
        // SAFETY: a live reader and text.
        self.moving(|r| unsafe { sys::xmlTextReaderSchemaValidate(r, optional(file.as_ref()).cast()) == 0 })
    }
    /// Validates by a schema of RELAX NG from here on, or by none; whether there is such a schema.
    pub fn set_relax_ng(&self, schema: Option<Schema<'_>>) -> Result<bool, Busy> {
        // SAFETY: a live reader and texts; the schema lives as long as the reader names it.
        self.moving(|r| unsafe {
            let mut parsed = core::ptr::null_mut();
            if let Some(schema) = schema {
                parsed = crate::validate::parse_relax_ng(schema, false);
                if parsed.is_null() {
                    return false;
                }
            }
            if sys::xmlTextReaderRelaxNGSetSchema(r, parsed) != 0 {
                sys::xmlRelaxNGFree(parsed);
                return false;
            }
            sys::xmlRelaxNGFree(self.schema.replace(parsed));
            true
        })
    }
}
