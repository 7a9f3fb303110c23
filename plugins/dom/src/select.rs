//! Selectors of CSS, over the crate `selectors`.

use crate::error::{Code, throw_text};
use crate::list::{self, Source};
use crate::place::{At, at};
use core::borrow::Borrow;
use core::cell::RefCell;
use core::fmt;
use core::ptr::NonNull;
use cssparser::{ParseError, Parser as Input, ToCss, Token};
use howdah_libxml2::{Kind, Node};
use plugin_api::{Args, Array, Ctx, Object, R, Value};
use precomputed_hash::PrecomputedHash;
use selectors::attr::{AttrSelectorOperation, CaseSensitivity, NamespaceConstraint};
use selectors::bloom::BloomFilter;
use selectors::context::{
    MatchingContext, MatchingForInvalidation, MatchingMode, NeedsSelectorFlags, QuirksMode, SelectorCaches,
};
use selectors::matching::{ElementSelectorFlags, matches_selector_list};
use selectors::parser::{
    Component, NonTSPseudoClass, ParseRelative, PseudoElement, SelectorList, SelectorParseErrorKind,
};
use selectors::{Element, OpaqueElement, SelectorImpl};

/// A name or value of a selector.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Text(Box<str>);

impl From<&str> for Text {
    fn from(s: &str) -> Text {
        Text(s.into())
    }
}
impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        &self.0
    }
}
impl ToCss for Text {
    fn to_css<W: fmt::Write>(&self, dest: &mut W) -> fmt::Result {
        dest.write_str(&self.0)
    }
}
impl PrecomputedHash for Text {
    fn precomputed_hash(&self) -> u32 {
        self.0.bytes().fold(0x811C_9DC5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
    }
}

/// Pseudo-classes that depend on more than the place in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pseudo {
    Link,
    Blank,
    Checked,
    Disabled,
    Enabled,
    Optional,
    Required,
    PlaceholderShown,
    ReadOnly,
    ReadWrite,
    /// What needs a user or time to be true.
    Never,
}

const PSEUDO: [(&str, Pseudo); 15] = [
    ("any-link", Pseudo::Link),
    ("link", Pseudo::Link),
    ("blank", Pseudo::Blank),
    ("checked", Pseudo::Checked),
    ("disabled", Pseudo::Disabled),
    ("enabled", Pseudo::Enabled),
    ("optional", Pseudo::Optional),
    ("required", Pseudo::Required),
    ("placeholder-shown", Pseudo::PlaceholderShown),
    ("read-only", Pseudo::ReadOnly),
    ("read-write", Pseudo::ReadWrite),
    ("active", Pseudo::Never),
    ("hover", Pseudo::Never),
    ("focus", Pseudo::Never),
    ("current", Pseudo::Never),
];

impl ToCss for Pseudo {
    fn to_css<W: fmt::Write>(&self, dest: &mut W) -> fmt::Result {
        write!(dest, ":{self:?}")
    }
}
impl NonTSPseudoClass for Pseudo {
    fn is_active_or_hover(&self) -> bool {
        false
    }
    fn is_user_action_state(&self) -> bool {
        false
    }
}

/// There are no pseudo-elements.
#[derive(Clone, Debug, PartialEq, Eq)]
enum NoElement {}

impl ToCss for NoElement {
    fn to_css<W: fmt::Write>(&self, _: &mut W) -> fmt::Result {
        match *self {}
    }
}
impl PseudoElement for NoElement {}

#[derive(Clone, Debug)]
struct Css;

impl SelectorImpl for Css {
    type ExtraMatchingData<'a> = ();
    type AttrValue = Text;
    type Identifier = Text;
    type LocalName = Text;
    type NamespaceUrl = Text;
    type NamespacePrefix = Text;
    type BorrowedNamespaceUrl = str;
    type BorrowedLocalName = str;
    type NonTSPseudoClass = Pseudo;
    type PseudoElement = NoElement;
}

/// Why a text is no selector.
#[derive(Debug)]
struct Wrong;

impl From<SelectorParseErrorKind> for Wrong {
    fn from(_: SelectorParseErrorKind) -> Wrong {
        Wrong
    }
}

/// Parses, and remembers what is not supported.
#[derive(Default)]
struct Reader {
    unsupported: RefCell<Option<String>>,
}

impl Reader {
    fn refuse<T>(&self, name: &str) -> Result<T, ParseError<Wrong>> {
        self.unsupported.borrow_mut().get_or_insert_with(|| name.to_owned());
        Err(ParseError::custom(Wrong))
    }
}

impl<'i> selectors::Parser<'i> for Reader {
    type Impl = Css;
    type Error = Wrong;

    fn parse_nth_child_of(&self) -> bool {
        true
    }
    fn parse_is_and_where(&self) -> bool {
        true
    }
    fn parse_has(&self) -> bool {
        true
    }
    fn allow_forgiving_selectors(&self) -> bool {
        true
    }
    fn parse_non_ts_pseudo_class(&self, name: &str) -> Result<Pseudo, ParseError<Wrong>> {
        match PSEUDO.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
            Some((_, p)) => Ok(*p),
            None => self.refuse(name),
        }
    }
    fn parse_non_ts_functional_pseudo_class(
        &self,
        name: &str,
        _: &mut Input<'i>,
        _: bool,
    ) -> Result<Pseudo, ParseError<Wrong>> {
        self.refuse(name)
    }
    fn parse_pseudo_element(&self, name: &str) -> Result<NoElement, ParseError<Wrong>> {
        self.refuse(name)
    }
}

/// A node as selectors see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen(Node);

fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

impl Seen {
    fn is_html(self, names: &[&[u8]]) -> bool {
        self.0.ns().is_some_and(|n| n.uri() == crate::XHTML) && names.contains(&self.0.name())
    }
    fn has(self, attribute: &[u8]) -> bool {
        self.0.find_attribute(attribute, None).is_some()
    }
    fn value(self, attribute: &[u8]) -> Vec<u8> {
        self.0.plain_attribute(attribute).unwrap_or_default()
    }
    fn is_disabled(self) -> bool {
        const OWN: [&[u8]; 6] = [b"button", b"input", b"select", b"textarea", b"optgroup", b"fieldset"];
        if self.is_html(&OWN) && self.has(b"disabled") {
            return true;
        }
        if self.is_html(&[b"option"]) {
            return self.has(b"disabled")
                || self.parent_element().is_some_and(|p| p.is_html(&[b"optgroup"]) && p.has(b"disabled"));
        }
        if !self.is_html(&[b"button", b"input", b"select", b"textarea", b"fieldset"]) {
            return false;
        }
        let mut inner = self;
        while let Some(above) = inner.parent_element() {
            if above.is_html(&[b"fieldset"]) && above.has(b"disabled") {
                let legend = above.0.children().find(|c| Seen(*c).is_html(&[b"legend"]));
                return legend != Some(inner.0);
            }
            inner = above;
        }
        false
    }
    fn is_writable(self) -> bool {
        if self.is_html(&[b"input"]) {
            const TYPES: [&[u8]; 13] = [
                b"",
                b"text",
                b"search",
                b"url",
                b"tel",
                b"email",
                b"password",
                b"date",
                b"month",
                b"week",
                b"time",
                b"datetime-local",
                b"number",
            ];
            let kind = self.value(b"type").to_ascii_lowercase();
            return TYPES.contains(&&kind[..]) && !self.has(b"readonly") && !self.is_disabled();
        }
        if self.is_html(&[b"textarea"]) {
            return !self.has(b"readonly") && !self.is_disabled();
        }
        let editable =
            self.has(b"contenteditable") && !self.value(b"contenteditable").eq_ignore_ascii_case(b"false");
        self.0.ns().is_some_and(|n| n.uri() == crate::XHTML) && editable
    }
    fn is(self, pseudo: Pseudo) -> bool {
        const CONTROLS: [&[u8]; 3] = [b"input", b"select", b"textarea"];
        match pseudo {
            Pseudo::Link => self.is_link(),
            Pseudo::Blank => self.0.children().all(|c| match c.kind() {
                Kind::Text | Kind::CData => c.is_blank() || c.content().is_none_or(<[u8]>::is_empty),
                Kind::Element => false,
                _ => true,
            }),
            Pseudo::Checked => {
                let kind = self.value(b"type").to_ascii_lowercase();
                (self.is_html(&[b"input"])
                    && matches!(&kind[..], b"checkbox" | b"radio")
                    && self.has(b"checked"))
                    || (self.is_html(&[b"option"]) && self.has(b"selected"))
            }
            Pseudo::Disabled => self.is_disabled(),
            Pseudo::Enabled => {
                const ALL: [&[u8]; 7] =
                    [b"button", b"input", b"select", b"textarea", b"optgroup", b"option", b"fieldset"];
                self.is_html(&ALL) && !self.is_disabled()
            }
            Pseudo::Optional => self.is_html(&CONTROLS) && !self.has(b"required"),
            Pseudo::Required => self.is_html(&CONTROLS) && self.has(b"required"),
            Pseudo::PlaceholderShown => {
                self.is_html(&[b"input", b"textarea"])
                    && self.has(b"placeholder")
                    && self.value(b"value").is_empty()
            }
            Pseudo::ReadWrite => self.is_writable(),
            Pseudo::ReadOnly => !self.is_writable(),
            Pseudo::Never => false,
        }
    }
}

impl Element for Seen {
    type Impl = Css;

    fn opaque(&self) -> OpaqueElement {
        match NonNull::new(self.0.raw()) {
            Some(p) => OpaqueElement::from_ptr(p.cast()),
            None => OpaqueElement::new(self),
        }
    }
    fn parent_element(&self) -> Option<Seen> {
        self.0.parent().filter(|p| p.is_element()).map(Seen)
    }
    fn parent_node_is_shadow_root(&self) -> bool {
        false
    }
    fn containing_shadow_host(&self) -> Option<Seen> {
        None
    }
    fn is_pseudo_element(&self) -> bool {
        false
    }
    fn prev_sibling_element(&self) -> Option<Seen> {
        core::iter::successors(self.0.prev(), |n| n.prev()).find(|n| n.is_element()).map(Seen)
    }
    fn next_sibling_element(&self) -> Option<Seen> {
        core::iter::successors(self.0.next(), |n| n.next()).find(|n| n.is_element()).map(Seen)
    }
    fn first_element_child(&self) -> Option<Seen> {
        self.0.children().find(|n| n.is_element()).map(Seen)
    }
    fn is_html_element_in_html_document(&self) -> bool {
        crate::node::is_html(self.0)
    }
    fn has_local_name(&self, name: &str) -> bool {
        self.0.name() == name.as_bytes()
    }
    fn has_namespace(&self, ns: &str) -> bool {
        self.0.ns().map_or(ns.is_empty(), |n| n.uri() == ns.as_bytes())
    }
    fn is_same_type(&self, other: &Seen) -> bool {
        self.0.name() == other.0.name()
            && self.0.ns().map(|n| n.uri().to_vec()) == other.0.ns().map(|n| n.uri().to_vec())
    }
    fn attr_matches(
        &self,
        ns: &NamespaceConstraint<&Text>,
        name: &Text,
        operation: &AttrSelectorOperation<&Text>,
    ) -> bool {
        self.0.attributes().any(|a| {
            let fits = match ns {
                NamespaceConstraint::Any => true,
                NamespaceConstraint::Specific(uri) => {
                    a.ns().map_or(uri.0.is_empty(), |n| n.uri() == uri.0.as_bytes())
                }
            };
            fits && a.name() == name.0.as_bytes()
                && operation.eval_str(&text(&a.whole_content().unwrap_or_default()))
        })
    }
    fn match_non_ts_pseudo_class(&self, pseudo: &Pseudo, _: &mut MatchingContext<'_, Css>) -> bool {
        self.is(*pseudo)
    }
    fn match_pseudo_element(&self, element: &NoElement, _: &mut MatchingContext<'_, Css>) -> bool {
        match *element {}
    }
    fn apply_selector_flags(&self, _: ElementSelectorFlags) {}
    fn is_link(&self) -> bool {
        self.is_html(&[b"a", b"area", b"map"]) && self.has(b"href")
    }
    fn is_html_slot_element(&self) -> bool {
        false
    }
    fn has_id(&self, id: &Text, case: CaseSensitivity) -> bool {
        self.0.plain_attribute(b"id").is_some_and(|v| case.eq(&v, id.0.as_bytes()))
    }
    fn has_class(&self, name: &Text, case: CaseSensitivity) -> bool {
        let value = self.value(b"class");
        value.split(crate::tokens::is_space).any(|c| case.eq(c, name.0.as_bytes()))
    }
    fn has_custom_state(&self, _: &Text) -> bool {
        false
    }
    fn imported_part(&self, _: &Text) -> Option<Text> {
        None
    }
    fn is_part(&self, _: &Text) -> bool {
        false
    }
    fn is_empty(&self) -> bool {
        self.0.children().all(|c| match c.kind() {
            Kind::Element => false,
            Kind::Text | Kind::CData => c.content().is_none_or(<[u8]>::is_empty),
            _ => true,
        })
    }
    fn is_root(&self) -> bool {
        self.0.parent().is_some_and(Node::is_document)
    }
    fn add_element_unique_hashes(&self, _: &mut BloomFilter) -> bool {
        false
    }
}

/// The token that cannot stand where it does, as well as can be told: the first one of a kind that begins no selector.
fn unexpected(source: &str) -> String {
    let mut input = Input::new(source);
    let mut last = String::new();
    while let Ok(token) = input.next() {
        let strange = matches!(
            token,
            Token::AtKeyword(_)
                | Token::BadString(_)
                | Token::BadUrl(_)
                | Token::Semicolon
                | Token::Delim('@')
        );
        last = token.to_css_string();
        if strange {
            return last;
        }
    }
    last
}

fn parse(ctx: &mut Ctx, source: &[u8]) -> R<SelectorList<Css>> {
    let source = text(source);
    let reader = Reader::default();
    let mut input = Input::new(&source);
    let parsed = SelectorList::parse(&reader, &mut input, ParseRelative::No);
    let scoped = |list: &SelectorList<Css>| {
        list.slice().iter().any(|s| s.iter_raw_match_order().any(|c| matches!(c, Component::Scope)))
    };
    match parsed {
        Ok(list) if !scoped(&list) => Ok(list),
        Ok(_) => Err(refuse(ctx, "Not supported: scope")),
        Err(_) => {
            let unsupported = reader.unsupported.borrow_mut().take();
            let why = match unsupported {
                Some(name) => format!("Not supported: {name}"),
                None => format!("Unexpected token: {}", unexpected(&source)),
            };
            Err(refuse(ctx, &why))
        }
    }
}

fn refuse(ctx: &mut Ctx, why: &str) -> plugin_api::Throw {
    throw_text(ctx, Code::Syntax, &format!("Invalid selector (Selectors. {why})"))
}

/// Runs `f` with what says whether a node matches.
fn with_matcher<T>(
    at: &At,
    list: &SelectorList<Css>,
    f: impl FnOnce(&mut dyn FnMut(Node) -> bool) -> T,
) -> T {
    let mut caches = SelectorCaches::default();
    let quirks =
        if at.settings().is_some_and(|s| s.quirks.get()) { QuirksMode::Quirks } else { QuirksMode::NoQuirks };
    let mut context = MatchingContext::new(
        MatchingMode::Normal,
        None,
        &mut caches,
        quirks,
        NeedsSelectorFlags::No,
        MatchingForInvalidation::No,
    );
    f(&mut |n| n.is_element() && matches_selector_list(list, Seen(n), &mut context))
}

/// `querySelector()`
pub fn query_selector(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let selectors: &[u8] = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    let list = parse(ctx, selectors)?;
    let found = with_matcher(&at, &list, |matches| at.node.descendants().find(|n| matches(*n)));
    at.maybe(ctx, found)
}

/// `querySelectorAll()`
pub fn query_selector_all(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let selectors: &[u8] = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    let list = parse(ctx, selectors)?;
    let found: Vec<Node> =
        with_matcher(&at, &list, |matches| at.node.descendants().filter(|n| matches(*n)).collect());
    let mut out = Array::new();
    for n in found {
        out.push(at.object(ctx, n)?);
    }
    list::make(ctx, Source::Set(out), true)
}

/// `matches()`
pub fn matches(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let selectors: &[u8] = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    let list = parse(ctx, selectors)?;
    Ok(Value::bool(with_matcher(&at, &list, |matches| matches(at.node))))
}

/// `closest()`
pub fn closest(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let selectors: &[u8] = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    let list = parse(ctx, selectors)?;
    let found = with_matcher(&at, &list, |matches| {
        core::iter::successors(Some(at.node), |n| n.parent()).find(|n| matches(*n))
    });
    at.maybe(ctx, found)
}
