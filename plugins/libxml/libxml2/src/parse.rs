//! Parsing whole documents.

use crate::text::CText;
use crate::{Document, sys};

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
