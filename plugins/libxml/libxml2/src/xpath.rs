//! XPath expressions.

use crate::text::{CText, free};
use crate::{Document, Node, sys};

/// A context that expressions are evaluated in. It keeps the document.
pub struct XPath {
    context: *mut sys::xmlXPathContext,
    doc: Document,
}

impl Drop for XPath {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { sys::xmlXPathFreeContext(self.context) }
    }
}

impl XPath {
    /// A context for a document.
    pub fn new(doc: &Document) -> Option<XPath> {
        // SAFETY: a live document.
        let context = unsafe { sys::xmlXPathNewContext(doc.raw()) };
        (!context.is_null()).then(|| XPath { context, doc: doc.clone() })
    }
    /// The document.
    pub fn document(&self) -> &Document {
        &self.doc
    }
    /// Names a namespace for expressions; whether it could be.
    pub fn register(&mut self, prefix: &[u8], uri: &[u8]) -> bool {
        let (prefix, uri) = (CText::new(prefix), CText::new(uri));
        // SAFETY: live texts.
        unsafe { sys::xmlXPathRegisterNs(self.context, prefix.xml(), uri.xml()) == 0 }
    }
    /// The nodes that an expression finds from a node, with the prefixes in force there; `None` when the expression is wrong,
    /// which is told. Values other than node sets are no nodes at all.
    pub fn nodes(&mut self, expression: &[u8], at: Node) -> Option<Option<Vec<Node>>> {
        let expression = CText::new(expression);
        // SAFETY: a live context and node; what libxml2 makes is freed here.
        unsafe {
            let context = &mut *self.context;
            context.node = at.raw();
            let ns = sys::xmlGetNsList(self.doc.raw(), at.raw());
            let mut n = 0;
            if !ns.is_null() {
                while !(*ns.add(n)).is_null() {
                    n += 1;
                }
            }
            context.namespaces = ns;
            context.nsNr = i32::try_from(n).unwrap_or(0);
            let result = sys::xmlXPathEval(expression.xml(), self.context);
            let context = &mut *self.context;
            context.namespaces = core::ptr::null_mut();
            context.nsNr = 0;
            if !ns.is_null() {
                free(ns.cast());
            }
            let object = result.as_ref()?;
            let nodes = object.nodesetval.as_ref().map(|set| {
                let len = usize::try_from(set.nodeNr).unwrap_or(0);
                (0..len).filter_map(|i| Node::from_raw(*set.nodeTab.add(i))).collect()
            });
            sys::xmlXPathFreeObject(result);
            Some(nodes)
        }
    }
}
