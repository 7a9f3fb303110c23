//! XPath expressions.

use crate::text::{CText, borrowed, free, owned};
use crate::{Document, Node, sys};
use std::ffi::c_int;

/// A node that an expression found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Item {
    /// A node of the tree.
    Node(Node),
    /// A namespace that is in force at an element.
    Namespace {
        /// The element.
        element: Node,
        /// Its prefix.
        prefix: Option<Vec<u8>>,
        /// Its URI.
        uri: Vec<u8>,
    },
}

/// What an expression comes to.
#[derive(Clone, PartialEq, Debug)]
pub enum Found {
    /// Nodes.
    Nodes(Vec<Item>),
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(Vec<u8>),
    /// None of these.
    Other,
}

/// A call of a function that an expression makes.
pub struct Invocation {
    /// The namespace of the function.
    pub uri: Vec<u8>,
    /// Its name.
    pub name: Vec<u8>,
    /// What it is given.
    pub args: Vec<Found>,
}

/// Who serves functions of expressions; `None` for a call that failed.
pub type Functions = dyn Fn(Invocation) -> Option<Found>;

/// A context that expressions are evaluated in. It keeps the document.
pub struct XPath {
    context: *mut sys::xmlXPathContext,
    functions: Option<Box<Box<Functions>>>,
    doc: Document,
}

impl Drop for XPath {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { sys::xmlXPathFreeContext(self.context) }
    }
}

unsafe fn items(set: *const sys::xmlNodeSet) -> Vec<Item> {
    // SAFETY: null or a live set.
    let Some(set) = (unsafe { set.as_ref() }) else { return Vec::new() };
    let len = usize::try_from(set.nodeNr).unwrap_or(0);
    let item = |i: usize| {
        // SAFETY: the set has that many; namespaces are not laid out as nodes, and name their element as the next one.
        unsafe {
            let p = *set.nodeTab.add(i);
            let node = Node::from_raw(p)?;
            if node.kind() != crate::Kind::Namespace {
                return Some(Item::Node(node));
            }
            let ns = &*p.cast::<sys::xmlNs>();
            let prefix = (!ns.prefix.is_null()).then(|| borrowed(ns.prefix).to_vec());
            let element = Node::from_raw(ns.next.cast())?;
            Some(Item::Namespace { element, prefix, uri: borrowed(ns.href).to_vec() })
        }
    };
    (0..len).filter_map(item).collect()
}

/// Takes over an object of libxml2.
unsafe fn found(object: *mut sys::xmlXPathObject, as_text: bool) -> Option<Found> {
    // SAFETY: null or a live object, freed here.
    unsafe {
        let o = object.as_ref()?;
        let out = match o.type_ {
            sys::xmlXPathObjectType_XPATH_NODESET if !as_text => Found::Nodes(items(o.nodesetval)),
            sys::xmlXPathObjectType_XPATH_BOOLEAN => Found::Bool(o.boolval != 0),
            sys::xmlXPathObjectType_XPATH_NUMBER => Found::Number(o.floatval),
            sys::xmlXPathObjectType_XPATH_STRING => Found::Text(borrowed(o.stringval).to_vec()),
            sys::xmlXPathObjectType_XPATH_NODESET => {
                Found::Text(owned(sys::xmlXPathCastToString(object)).unwrap_or_default())
            }
            _ => Found::Other,
        };
        sys::xmlXPathFreeObject(object);
        Some(out)
    }
}

unsafe extern "C" fn call(parser: sys::xmlXPathParserContextPtr, count: c_int) {
    // SAFETY: libxml2 passes a live parser of a context that `XPath::serve` was called on.
    let (context, functions) = unsafe {
        let context = &*(*parser).context;
        (context, &*context.userData.cast_const().cast::<Box<Functions>>())
    };
    // SAFETY: live texts.
    let (uri, name) = unsafe { (borrowed(context.functionURI), borrowed(context.function)) };
    let as_text = name == b"functionString";
    // SAFETY: the stack holds that many arguments, the last one on top.
    let mut args: Vec<Found> =
        (0..count).filter_map(|_| unsafe { found(sys::valuePop(parser), as_text) }).collect();
    args.reverse();
    let invocation = Invocation { uri: uri.to_vec(), name: name.to_vec(), args };
    let run = std::panic::AssertUnwindSafe(|| functions(invocation));
    let answer = std::panic::catch_unwind(run).ok().flatten().unwrap_or_else(|| Found::Text(Vec::new()));
    // SAFETY: a live parser takes the object over.
    unsafe {
        let object = match answer {
            Found::Nodes(nodes) => {
                let first = nodes.into_iter().find_map(|n| match n {
                    Item::Node(n) => Some(n.raw()),
                    Item::Namespace { .. } => None,
                });
                sys::xmlXPathNewNodeSet(first.unwrap_or(core::ptr::null_mut()))
            }
            Found::Bool(b) => sys::xmlXPathNewBoolean(b.into()),
            Found::Number(n) => sys::xmlXPathNewFloat(n),
            Found::Text(t) => sys::xmlXPathNewString(CText::new(t).xml()),
            Found::Other => sys::xmlXPathNewString(c"".as_ptr().cast()),
        };
        sys::valuePush(parser, object);
    }
}

impl XPath {
    /// A context for a document.
    pub fn new(doc: &Document) -> Option<XPath> {
        // SAFETY: a live document.
        let context = unsafe { sys::xmlXPathNewContext(doc.raw()) };
        (!context.is_null()).then(|| XPath { context, functions: None, doc: doc.clone() })
    }
    /// The document.
    pub fn document(&self) -> &Document {
        &self.doc
    }
    /// Names a namespace for expressions; whether it could be.
    pub fn register(&self, prefix: &[u8], uri: &[u8]) -> bool {
        let (prefix, uri) = (CText::new(prefix), CText::new(uri));
        // SAFETY: live texts.
        unsafe { sys::xmlXPathRegisterNs(self.context, prefix.xml(), uri.xml()) == 0 }
    }
    /// Says who serves the functions that are added.
    pub fn serve(&mut self, functions: Box<Functions>) {
        let boxed = self.functions.insert(Box::new(functions));
        // SAFETY: a live context; the box stays where it is as long as the context.
        unsafe { (*self.context).userData = core::ptr::from_ref(&**boxed).cast_mut().cast() }
    }
    /// Adds a function.
    pub fn add_function(&self, uri: &[u8], name: &[u8]) {
        if self.functions.is_none() {
            return;
        }
        let (uri, name) = (CText::new(uri), CText::new(name));
        // SAFETY: a live context and texts; somebody serves functions.
        unsafe { sys::xmlXPathRegisterFuncNS(self.context, name.xml(), uri.xml(), Some(call)) };
    }
    /// What an expression comes to at a node, with the prefixes in force there if `prefixes`; `None` when the expression is
    /// wrong, which is told.
    pub fn evaluate(&self, expression: &[u8], at: Option<Node>, prefixes: bool) -> Option<Found> {
        let expression = CText::new(expression);
        let raw = at.map_or(core::ptr::null_mut(), Node::raw);
        // SAFETY: a live context and node; what libxml2 makes is freed here.
        unsafe {
            let ns = match at {
                Some(at) if prefixes => sys::xmlGetNsList(self.doc.raw(), at.raw()),
                _ => core::ptr::null_mut(),
            };
            self.evaluate_with(&expression, raw, ns)
        }
    }
    /// As [`XPath::evaluate`], with namespaces that are given.
    pub fn evaluate_in(
        &self,
        expression: &[u8],
        at: Option<Node>,
        list: &[crate::Namespace],
    ) -> Option<Found> {
        let expression = CText::new(expression);
        let raw = at.map_or(core::ptr::null_mut(), Node::raw);
        // SAFETY: a live context, node and namespaces; the list is freed by `evaluate_with`.
        unsafe {
            let bytes = size_of::<*mut sys::xmlNs>() * (list.len() + 1);
            let ns = sys::xmlMalloc?(bytes).cast::<*mut sys::xmlNs>();
            if ns.is_null() {
                return None;
            }
            for (i, n) in list.iter().enumerate() {
                *ns.add(i) = n.raw();
            }
            *ns.add(list.len()) = core::ptr::null_mut();
            self.evaluate_with(&expression, raw, ns)
        }
    }
    unsafe fn evaluate_with(
        &self,
        expression: &CText,
        at: *mut sys::xmlNode,
        ns: *mut *mut sys::xmlNs,
    ) -> Option<Found> {
        // SAFETY: by the callers. Functions may come back here, so what was set is put back.
        unsafe {
            let context = &mut *self.context;
            let before = (context.node, context.namespaces, context.nsNr);
            context.node = at;
            let mut n = 0;
            if !ns.is_null() {
                while !(*ns.add(n)).is_null() {
                    n += 1;
                }
            }
            context.namespaces = ns;
            context.nsNr = i32::try_from(n).unwrap_or(0);
            let result = sys::xmlXPathEvalExpression(expression.xml(), self.context);
            let context = &mut *self.context;
            (context.node, context.namespaces, context.nsNr) = before;
            if !ns.is_null() {
                free(ns.cast());
            }
            found(result, false)
        }
    }
    /// The nodes that an expression finds from a node, with the prefixes in force there; `None` when the expression is wrong,
    /// which is told. Values other than node sets are no nodes at all.
    pub fn nodes(&self, expression: &[u8], at: Node) -> Option<Option<Vec<Node>>> {
        let found = self.evaluate(expression, Some(at), true)?;
        let Found::Nodes(all) = found else { return Some(None) };
        let nodes = all.into_iter().filter_map(|i| match i {
            Item::Node(n) => Some(n),
            Item::Namespace { .. } => None,
        });
        Some(Some(nodes.collect()))
    }
    /// Writes the nodes that an expression finds in canonical form; see [`crate::canonical::write`]. `None` when it finds no
    /// node set.
    pub(crate) fn with_set<T>(
        &self,
        expression: &[u8],
        at: Node,
        f: impl FnOnce(*mut sys::xmlNodeSet) -> T,
    ) -> Option<T> {
        let expression = CText::new(expression);
        // SAFETY: a live context and node; the result is freed here.
        unsafe {
            (*self.context).node = at.raw();
            let result = sys::xmlXPathEvalExpression(expression.xml(), self.context);
            (*self.context).node = core::ptr::null_mut();
            let object = result.as_ref()?;
            let out = (object.type_ == sys::xmlXPathObjectType_XPATH_NODESET).then(|| f(object.nodesetval));
            sys::xmlXPathFreeObject(result);
            out
        }
    }
}
