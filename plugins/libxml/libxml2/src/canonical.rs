//! Canonical XML.

use crate::text::{CText, borrowed};
use crate::{Document, Node, XPath, sys};
use std::ffi::{c_int, c_void};

/// Which nodes are written.
pub enum Choice<'a> {
    /// A node and what is below; of a document all.
    Below(Node),
    /// Those that an expression finds from a node.
    Found(&'a XPath, &'a [u8], Node),
}

/// How they are written.
#[derive(Clone, Default)]
pub struct Form {
    /// Exclusive canonical XML.
    pub exclusive: bool,
    /// Whether comments are written.
    pub comments: bool,
    /// Prefixes that are taken in all the same.
    pub prefixes: Option<Vec<Vec<u8>>>,
}

/// Why nothing was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// The expression finds no nodes but something else, or is wrong.
    NoNodeSet,
    /// Whatever libxml2 told.
    Told,
}

unsafe extern "C" fn below(root: *mut c_void, node: sys::xmlNodePtr, parent: sys::xmlNodePtr) -> c_int {
    let root = root.cast::<sys::xmlNode>();
    if node == root {
        return 1;
    }
    // Namespaces are no nodes: where they hang is told beside.
    let mut at = parent;
    while !at.is_null() {
        if at == root {
            return 1;
        }
        // SAFETY: a live node.
        at = unsafe { (*at).parent };
    }
    0
}

/// Writes nodes of a document to a file, or gives them as text.
pub fn write(
    doc: &Document,
    choice: &Choice<'_>,
    form: &Form,
    file: Option<&[u8]>,
) -> Result<(Vec<u8>, i64), Failure> {
    let file = file.map(CText::new);
    // SAFETY: null or a live text; the buffer is closed below.
    let buffer = unsafe {
        match &file {
            Some(f) => sys::xmlOutputBufferCreateFilename(f.c(), core::ptr::null_mut(), 0),
            None => sys::xmlAllocOutputBuffer(core::ptr::null_mut()),
        }
    };
    let prefixes: Option<Vec<CText>> = form.prefixes.as_ref().map(|p| p.iter().map(CText::new).collect());
    let mut list: Option<Vec<*mut sys::xmlChar>> = prefixes.as_ref().map(|p| {
        p.iter().map(|t| t.xml().cast_mut()).chain(core::iter::once(core::ptr::null_mut())).collect()
    });
    let list = list.as_mut().map_or(core::ptr::null_mut(), Vec::as_mut_ptr);
    let all = |set: *mut sys::xmlNodeSet| {
        if buffer.is_null() {
            return -1;
        }
        // SAFETY: a live document, set, list and buffer.
        unsafe {
            sys::xmlC14NDocSaveTo(doc.raw(), set, form.exclusive.into(), list, form.comments.into(), buffer)
        }
    };
    let status = match choice {
        Choice::Found(xpath, expression, at) => xpath.with_set(expression, *at, all),
        Choice::Below(node) if node.is_document() => Some(all(core::ptr::null_mut())),
        Choice::Below(_) if buffer.is_null() => Some(-1),
        // SAFETY: as above; the callback is given the node.
        Choice::Below(node) => Some(unsafe {
            let root = node.raw().cast();
            let comments = form.comments.into();
            sys::xmlC14NExecute(doc.raw(), Some(below), root, form.exclusive.into(), list, comments, buffer)
        }),
    };
    if buffer.is_null() {
        return Err(if status.is_none() { Failure::NoNodeSet } else { Failure::Told });
    }
    // SAFETY: a live buffer, closed once.
    let (text, bytes) = unsafe {
        let len = sys::xmlOutputBufferGetSize(buffer);
        let content = sys::xmlOutputBufferGetContent(buffer);
        let text = if file.is_none() && len > 0 { borrowed(content).to_vec() } else { Vec::new() };
        (text, sys::xmlOutputBufferClose(buffer))
    };
    match status {
        None => Err(Failure::NoNodeSet),
        Some(s) if s < 0 => Err(Failure::Told),
        Some(_) => Ok((text, bytes.into())),
    }
}
