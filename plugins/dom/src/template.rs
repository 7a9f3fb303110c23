//! What is in a `template` element of HTML: a fragment beside the tree, kept by the document.

use crate::settings::Settings;
use howdah_libxml2::{Document, Node, NodeShare};

/// The contents of a template, if it has any.
pub fn content(doc: &Document, template: Node) -> Option<Node> {
    let settings = Settings::of(doc);
    let templates = settings.templates.borrow();
    templates.iter().find(|(t, _)| t.node() == Some(template)).and_then(|(_, f)| f.node())
}

/// As [`content`], made if there is none.
pub fn ensure(doc: &Document, template: Node) -> Option<Node> {
    if let Some(there) = content(doc, template) {
        return Some(there);
    }
    let made = Node::new_fragment(template.document())?;
    let settings = Settings::of(doc);
    settings.templates.borrow_mut().push((NodeShare::of(template), NodeShare::of(made)));
    Some(made)
}

/// A copy of a tree has copies of the contents of its templates.
pub fn copy(from: (&Document, Node), to: (&Document, Node)) {
    let below = |n: Node| core::iter::once(n).chain(n.descendants());
    let pairs: Vec<(Node, Node)> = below(from.1).zip(below(to.1)).collect();
    for (old, new) in pairs {
        if old.is_element()
            && let Some(f) = content(from.0, old)
            && let Some(made) = ensure(to.0, new)
        {
            for c in f.children() {
                if let Some(copied) = c.copy_to(made.document(), true) {
                    made.insert(copied, None);
                    crate::spec::follow((from.0, c), (to.0, copied));
                }
            }
        }
    }
}
