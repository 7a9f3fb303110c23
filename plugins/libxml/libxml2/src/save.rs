//! Writing trees as text.

use crate::text::{CText, borrowed};
use crate::{Document, Node, sys};
use std::ffi::{c_char, c_int, c_void};

unsafe extern "C" fn append(out: *mut c_void, bytes: *const c_char, len: c_int) -> c_int {
    // SAFETY: libxml2 passes the vector it was given, and live bytes.
    unsafe {
        let len = usize::try_from(len).unwrap_or(0);
        (*out.cast::<Vec<u8>>()).extend_from_slice(core::slice::from_raw_parts(bytes.cast(), len));
    }
    len
}

impl Document {
    /// The encoding it says it has.
    pub fn encoding(&self) -> Option<&[u8]> {
        // SAFETY: null or a live document, whose text lives as long.
        unsafe {
            let e = self.raw().as_ref()?.encoding;
            (!e.is_null()).then(|| borrowed(e))
        }
    }
    /// The document as text, in its encoding; libxml2's options of saving.
    pub fn save(&self, options: i32) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        // SAFETY: a live document; the vector outlives the context.
        let status = unsafe {
            let encoding = (*self.raw()).encoding.cast();
            let to = core::ptr::from_mut(&mut out).cast();
            let context = sys::xmlSaveToIO(Some(append), None, to, encoding, options);
            if context.is_null() {
                return None;
            }
            let status = sys::xmlSaveDoc(context, self.raw());
            status | i64::from(sys::xmlSaveClose(context))
        };
        (status >= 0).then_some(out)
    }
    /// Writes the document to a file; whether that went well.
    pub fn save_file(&self, file: &[u8], format: bool) -> Option<i64> {
        let file = CText::new(file);
        // SAFETY: a live document and text.
        let n = unsafe {
            sys::xmlSaveFormatFileEnc(file.c(), self.raw(), (*self.raw()).encoding.cast(), format.into())
        };
        (n >= 0).then_some(n.into())
    }
    /// A node as text.
    pub fn save_node(&self, node: Node, format: bool, in_encoding: bool) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        // SAFETY: a live document and node; the vector outlives the buffer.
        let status = unsafe {
            let to = core::ptr::from_mut(&mut out).cast();
            let buffer = sys::xmlOutputBufferCreateIO(Some(append), None, to, core::ptr::null_mut());
            if buffer.is_null() {
                return None;
            }
            let encoding = if in_encoding { (*self.raw()).encoding.cast() } else { core::ptr::null() };
            sys::xmlNodeDumpOutput(buffer, self.raw(), node.raw(), 0, format.into(), encoding);
            let status = sys::xmlOutputBufferFlush(buffer);
            sys::xmlOutputBufferClose(buffer);
            status
        };
        (status >= 0).then_some(out)
    }
    /// Writes a node to a file; whether that went well.
    pub fn save_node_file(&self, node: Node, file: &[u8], format: bool) -> Option<i64> {
        let file = CText::new(file);
        // SAFETY: a live document, node and text.
        let n = unsafe {
            let buffer = sys::xmlOutputBufferCreateFilename(file.c(), core::ptr::null_mut(), 0);
            if buffer.is_null() {
                return None;
            }
            sys::xmlNodeDumpOutput(buffer, self.raw(), node.raw(), 0, format.into(), core::ptr::null());
            sys::xmlOutputBufferClose(buffer)
        };
        (n >= 0).then_some(n.into())
    }
    /// The document as HTML, as libxml2 knows it.
    pub fn save_html(&self, format: bool) -> Option<Vec<u8>> {
        let (mut text, mut len) = (core::ptr::null_mut(), 0);
        // SAFETY: a live document; the text is ours.
        let text = unsafe {
            sys::htmlDocDumpMemoryFormat(self.raw(), &mut text, &mut len, format.into());
            crate::text::owned(text)?
        };
        (!text.is_empty()).then_some(text)
    }
    /// A node as HTML; of a fragment what is in it.
    pub fn save_node_html(&self, node: Node, format: bool) -> Option<Vec<u8>> {
        let nodes: Vec<Node> =
            if node.kind() == crate::Kind::Fragment { node.children().collect() } else { vec![node] };
        let mut out = Vec::new();
        // SAFETY: a live document and nodes; the vector outlives the buffer.
        let status = unsafe {
            let to = core::ptr::from_mut(&mut out).cast();
            let buffer = sys::xmlOutputBufferCreateIO(Some(append), None, to, core::ptr::null_mut());
            if buffer.is_null() {
                return None;
            }
            for n in nodes {
                let encoding = core::ptr::null();
                sys::htmlNodeDumpFormatOutput(buffer, self.raw(), n.raw(), encoding, format.into());
                if (*buffer).error != 0 {
                    break;
                }
            }
            let error = (*buffer).error;
            sys::xmlOutputBufferFlush(buffer);
            sys::xmlOutputBufferClose(buffer);
            error
        };
        (status == 0).then_some(out)
    }
    /// Writes the document as HTML to a file; how many bytes.
    pub fn save_html_file(&self, file: &[u8], format: bool) -> Option<i64> {
        let file = CText::new(file);
        // SAFETY: a live document and text.
        let n = unsafe {
            let encoding = sys::htmlGetMetaEncoding(self.raw());
            sys::htmlSaveFileFormat(file.c(), self.raw(), encoding.cast(), format.into())
        };
        (n >= 0).then_some(n.into())
    }
}

/// Runs `f` while elements without content are written with an end tag of their own.
pub fn without_empty_tags<T>(on: bool, f: impl FnOnce() -> T) -> T {
    // SAFETY: libxml2's setting of this thread, put back below.
    unsafe {
        let setting = sys::__xmlSaveNoEmptyTags();
        let before = core::mem::replace(&mut *setting, on.into());
        let out = f();
        *setting = before;
        out
    }
}

/// A text of UTF-8 in another encoding; what that does not have is a reference to a character.
pub fn encode(text: &[u8], encoding: &[u8]) -> Option<Vec<u8>> {
    let encoding = CText::new(encoding);
    let mut out = Vec::new();
    // SAFETY: live texts; the vector outlives the buffer, which owns the encoder.
    let status = unsafe {
        let encoder = sys::xmlFindCharEncodingHandler(encoding.c());
        let to = core::ptr::from_mut(&mut out).cast();
        let buffer = sys::xmlOutputBufferCreateIO(Some(append), None, to, encoder);
        if buffer.is_null() {
            sys::xmlCharEncCloseFunc(encoder);
            return None;
        }
        let mut written = 0;
        for part in text.chunks(1 << 30) {
            let len = c_int::try_from(part.len()).unwrap_or(0);
            written = sys::xmlOutputBufferWrite(buffer, len, part.as_ptr().cast());
        }
        written.min(sys::xmlOutputBufferClose(buffer))
    };
    (status >= 0).then_some(out)
}

/// Writes bytes to a file; how many.
pub fn write_file(file: &[u8], text: &[u8]) -> Option<i64> {
    let file = CText::new(file);
    // SAFETY: live texts; the buffer is closed here.
    let n = unsafe {
        let buffer = sys::xmlOutputBufferCreateFilename(file.c(), core::ptr::null_mut(), 0);
        if buffer.is_null() {
            return None;
        }
        for part in text.chunks(1 << 30) {
            let len = c_int::try_from(part.len()).unwrap_or(0);
            sys::xmlOutputBufferWrite(buffer, len, part.as_ptr().cast());
        }
        sys::xmlOutputBufferClose(buffer)
    };
    (n >= 0).then_some(n.into())
}
