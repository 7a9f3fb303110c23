//! What is set for a document and holds for all its nodes.

use core::cell::{Cell, RefCell};
use howdah_libxml2::{Document, Namespace, NodeShare};
use plugin_api::Class;
use std::collections::HashMap;
use std::rc::Rc;

/// The settings of a document.
pub struct Settings {
    /// `formatOutput`
    pub format: Cell<bool>,
    /// `validateOnParse`
    pub validate: Cell<bool>,
    /// `resolveExternals`
    pub externals: Cell<bool>,
    /// `preserveWhiteSpace`
    pub blanks: Cell<bool>,
    /// `substituteEntities`
    pub substitute: Cell<bool>,
    /// `strictErrorChecking`
    pub strict: Cell<bool>,
    /// `recover`
    pub recover: Cell<bool>,
    /// Classes that take the place of others, by name; classes live as long as the request, as documents do.
    pub classes: RefCell<HashMap<Vec<u8>, Class>>,
    /// Namespaces that nodes of the modern classes name, by URI and prefix.
    pub namespaces: RefCell<HashMap<(Vec<u8>, Option<Vec<u8>>), Namespace>>,
    /// What is in templates of HTML.
    pub templates: RefCell<Vec<(NodeShare, NodeShare)>>,
    /// Whether a document of HTML is in quirks mode.
    pub quirks: Cell<bool>,
    /// Whether libxml2's memory of IDs may be stale.
    pub ids_changed: Cell<bool>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            format: Cell::new(false),
            validate: Cell::new(false),
            externals: Cell::new(false),
            blanks: Cell::new(true),
            substitute: Cell::new(false),
            strict: Cell::new(true),
            recover: Cell::new(false),
            classes: RefCell::default(),
            namespaces: RefCell::default(),
            quirks: Cell::new(false),
            templates: RefCell::default(),
            ids_changed: Cell::new(false),
        }
    }
}

impl Settings {
    /// Those of a document.
    pub fn of(doc: &Document) -> Rc<Settings> {
        if let Some(there) = doc.extra().and_then(|e| e.downcast::<Settings>().ok()) {
            return there;
        }
        let made = Rc::new(Settings::default());
        doc.set_extra(made.clone());
        made
    }
    /// Takes over what is set for another document.
    pub fn copy(&self, from: &Settings) {
        self.format.set(from.format.get());
        self.validate.set(from.validate.get());
        self.externals.set(from.externals.get());
        self.blanks.set(from.blanks.get());
        self.substitute.set(from.substitute.get());
        self.strict.set(from.strict.get());
        self.recover.set(from.recover.get());
        self.classes.borrow_mut().clone_from(&from.classes.borrow());
    }
}
