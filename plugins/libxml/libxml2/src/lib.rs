//! libxml2 as PHP's XML extensions share it.
//!
//! [`Document`] and [`NodeShare`] count who uses a document and its nodes: a document is freed when nobody uses it or any of
//! its nodes, a node that hangs in no tree when nobody uses it. [`Node`] is a plain handle of a node, good for as long as
//! somebody holds a share of the node or of the document it hangs in; extensions keep one over each use. [`messages`] turns
//! what libxml2 tells into PHP's messages, [`io`] reads and writes through PHP's streams. The library itself is mapped when a
//! function of it is first called.

pub mod canonical;
pub mod io;
mod lazy;
pub mod messages;
mod node;
mod parse;
mod reader;
mod save;
pub mod sax;
mod share;
mod text;
mod tree;
pub mod validate;
mod writer;
mod xpath;

pub use lazy::version_text;
pub use libxml::bindings as sys;
pub use node::{Kind, Namespace, Node};
pub use parse::{Loading, Manner, NotParsed, load, parse, parse_html, parse_quietly};
pub use reader::{Busy, Reader, knows_encoding};
pub use save::{encode, without_empty_tags, write_file};
pub use share::{Document, Dom, Generation, NodeShare, dom, export_node, register_dom, register_export};
pub use text::{CText, is_name, owned, split_name};
pub use tree::{Declared, floating_namespace, is_encoding, names};
pub use validate::Schema;
pub use writer::Writer;
pub use xpath::{Found, Invocation, Item, XPath};

/// The version of libxml2, as a number.
pub fn version() -> i64 {
    let text = version_text();
    text.split(|c: char| !c.is_ascii_digit()).next().and_then(|n| n.parse().ok()).unwrap_or(0)
}
