//! Writing XML piece by piece.

use crate::text::{CText, borrowed, optional};
use crate::{io, sys};
use plugin_api::Stream;

/// A writer of XML, to memory, a file or a stream.
pub struct Writer {
    raw: *mut sys::xmlTextWriter,
    buffer: *mut sys::xmlBuffer,
}

impl Drop for Writer {
    fn drop(&mut self) {
        // SAFETY: ours, once; the writer first, which still writes to the buffer.
        unsafe {
            sys::xmlFreeTextWriter(self.raw);
            if !self.buffer.is_null() {
                sys::xmlBufferFree(self.buffer);
            }
        }
    }
}

/// Functions of libxml2 that take texts, some of which may be absent.
macro_rules! texts {
    ($($(#[$m:meta])* $f:ident($($a:ident),*) = $c:ident;)*) => { $(
        $(#[$m])*
        pub fn $f(&mut self $(, $a: Option<&[u8]>)*) -> bool {
            $(let $a = $a.map(CText::new);)*
            // SAFETY: a live writer and texts.
            unsafe { sys::$c(self.raw $(, optional($a.as_ref()))*) != -1 }
        }
    )* };
}

impl Writer {
    fn of(raw: *mut sys::xmlTextWriter, buffer: *mut sys::xmlBuffer) -> Option<Writer> {
        if raw.is_null() {
            if !buffer.is_null() {
                // SAFETY: ours, and nobody writes to it.
                unsafe { sys::xmlBufferFree(buffer) }
            }
            return None;
        }
        Some(Writer { raw, buffer })
    }
    /// To memory.
    pub fn memory() -> Option<Writer> {
        // SAFETY: the buffer outlives the writer.
        unsafe {
            let buffer = sys::xmlBufferCreate();
            if buffer.is_null() {
                return None;
            }
            Writer::of(sys::xmlNewTextWriterMemory(buffer, 0), buffer)
        }
    }
    /// To a file or URL.
    pub fn file(name: &[u8]) -> Option<Writer> {
        let name = CText::new(name);
        // SAFETY: a live text.
        Writer::of(unsafe { sys::xmlNewTextWriterFilename(name.c(), 0) }, core::ptr::null_mut())
    }
    /// To a stream, which is not closed.
    pub fn stream(stream: Stream) -> Option<Writer> {
        let out = io::shared_output(stream);
        if out.is_null() {
            return None;
        }
        // SAFETY: the writer owns the output; without a writer it is closed here.
        unsafe {
            let raw = sys::xmlNewTextWriter(out);
            if raw.is_null() {
                sys::xmlOutputBufferClose(out);
            }
            Writer::of(raw, core::ptr::null_mut())
        }
    }
    /// Whether it writes to memory.
    pub fn is_memory(&self) -> bool {
        !self.buffer.is_null()
    }
    /// Writes out what is held back; how many bytes, -1 when it failed.
    pub fn flush(&mut self) -> i64 {
        // SAFETY: a live writer.
        unsafe { sys::xmlTextWriterFlush(self.raw).into() }
    }
    /// What was written to memory; `empty` forgets it.
    pub fn written(&mut self, empty: bool) -> Vec<u8> {
        if self.buffer.is_null() {
            return Vec::new();
        }
        // SAFETY: a live buffer.
        unsafe {
            let text = borrowed(sys::xmlBufferContent(self.buffer)).to_vec();
            if empty {
                sys::xmlBufferEmpty(self.buffer);
            }
            text
        }
    }
    /// Whether it indents.
    pub fn set_indent(&mut self, on: bool) -> bool {
        // SAFETY: a live writer.
        unsafe { sys::xmlTextWriterSetIndent(self.raw, on.into()) == 0 }
    }
    /// The XML declaration.
    pub fn start_document(
        &mut self,
        version: Option<&[u8]>,
        encoding: Option<&[u8]>,
        standalone: Option<&[u8]>,
    ) -> bool {
        let [version, encoding, standalone] = [version, encoding, standalone].map(|t| t.map(CText::new));
        let [v, e, s] = [&version, &encoding, &standalone].map(|t| optional(t.as_ref()).cast());
        // SAFETY: a live writer and texts.
        unsafe { sys::xmlTextWriterStartDocument(self.raw, v, e, s) != -1 }
    }
    /// Begins an entity declaration.
    pub fn start_dtd_entity(&mut self, parameter: bool, name: &[u8]) -> bool {
        let name = CText::new(name);
        // SAFETY: a live writer and text.
        unsafe { sys::xmlTextWriterStartDTDEntity(self.raw, parameter.into(), name.xml()) != -1 }
    }
    /// An entity declaration: name, content, public and system identifier, notation.
    pub fn write_dtd_entity(
        &mut self,
        parameter: bool,
        name: &[u8],
        content: &[u8],
        about: [Option<&[u8]>; 3],
    ) -> bool {
        let (name, content) = (CText::new(name), CText::new(content));
        let [public, system, notation] = about.map(|t| t.map(CText::new));
        // SAFETY: a live writer and texts.
        unsafe {
            sys::xmlTextWriterWriteDTDEntity(
                self.raw,
                parameter.into(),
                name.xml(),
                optional(public.as_ref()),
                optional(system.as_ref()),
                optional(notation.as_ref()),
                content.xml(),
            ) != -1
        }
    }
    texts! {
        /// The text to indent by.
        set_indent_string(text) = xmlTextWriterSetIndentString;
        /// Ends the document and all that is open.
        end_document() = xmlTextWriterEndDocument;
        /// Begins a comment.
        start_comment() = xmlTextWriterStartComment;
        /// Ends it.
        end_comment() = xmlTextWriterEndComment;
        /// A comment.
        write_comment(text) = xmlTextWriterWriteComment;
        /// Begins an attribute.
        start_attribute(name) = xmlTextWriterStartAttribute;
        /// Ends it.
        end_attribute() = xmlTextWriterEndAttribute;
        /// An attribute.
        write_attribute(name, value) = xmlTextWriterWriteAttribute;
        /// Begins an attribute of a namespace.
        start_attribute_ns(prefix, name, uri) = xmlTextWriterStartAttributeNS;
        /// An attribute of a namespace.
        write_attribute_ns(prefix, name, uri, value) = xmlTextWriterWriteAttributeNS;
        /// Begins an element.
        start_element(name) = xmlTextWriterStartElement;
        /// Ends it, `<a/>` when it is empty.
        end_element() = xmlTextWriterEndElement;
        /// Ends it, always with an end tag.
        full_end_element() = xmlTextWriterFullEndElement;
        /// Begins an element of a namespace.
        start_element_ns(prefix, name, uri) = xmlTextWriterStartElementNS;
        /// An element.
        write_element(name, text) = xmlTextWriterWriteElement;
        /// An element of a namespace.
        write_element_ns(prefix, name, uri, text) = xmlTextWriterWriteElementNS;
        /// Begins a processing instruction.
        start_pi(target) = xmlTextWriterStartPI;
        /// Ends it.
        end_pi() = xmlTextWriterEndPI;
        /// A processing instruction.
        write_pi(target, text) = xmlTextWriterWritePI;
        /// Begins a CDATA section.
        start_cdata() = xmlTextWriterStartCDATA;
        /// Ends it.
        end_cdata() = xmlTextWriterEndCDATA;
        /// A CDATA section.
        write_cdata(text) = xmlTextWriterWriteCDATA;
        /// Text.
        write_text(text) = xmlTextWriterWriteString;
        /// Text as it is.
        write_raw(text) = xmlTextWriterWriteRaw;
        /// Begins a DTD.
        start_dtd(name, public, system) = xmlTextWriterStartDTD;
        /// Ends it.
        end_dtd() = xmlTextWriterEndDTD;
        /// A DTD.
        write_dtd(name, public, system, subset) = xmlTextWriterWriteDTD;
        /// Begins an element declaration.
        start_dtd_element(name) = xmlTextWriterStartDTDElement;
        /// Ends it.
        end_dtd_element() = xmlTextWriterEndDTDElement;
        /// An element declaration.
        write_dtd_element(name, text) = xmlTextWriterWriteDTDElement;
        /// Begins a declaration of attributes.
        start_dtd_attlist(name) = xmlTextWriterStartDTDAttlist;
        /// Ends it.
        end_dtd_attlist() = xmlTextWriterEndDTDAttlist;
        /// A declaration of attributes.
        write_dtd_attlist(name, text) = xmlTextWriterWriteDTDAttlist;
        /// Ends an entity declaration.
        end_dtd_entity() = xmlTextWriterEndDTDEntity;
    }
}
