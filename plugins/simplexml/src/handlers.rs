//! How objects of SimpleXML are read, compared and cast.

use crate::element::{Member, SimpleXMLElement, View, place};
use crate::write::{Access, exists, remove, write};
use howdah_libxml2::{Kind, Node, NodeShare};
use plugin_api::abi::{DBL, FALSE, INT, STR, prop_purpose};
use plugin_api::{Array, Class, Comparison, Ctx, Handlers, Object, PropMode, R, Str, This, Value};

/// The text that an object stands for.
pub fn text(this: &This<SimpleXMLElement>, ctx: &mut Ctx) -> R<Option<Vec<u8>>> {
    let Some(p) = this.borrow(ctx)?.place() else { return Ok(None) };
    let node = p.share.as_ref().and_then(NodeShare::node);
    if p.view != View::Node {
        return Ok(p.first_of(node).and_then(Node::own_text));
    }
    let Some(node) = node.or_else(|| p.doc.root()) else { return Ok(None) };
    Ok(match node.kind() {
        Kind::Comment | Kind::ProcessingInstruction => node.content().map(<[u8]>::to_vec),
        _ => node.own_text(),
    })
}

/// Reads an element or attribute.
fn read(
    this: &This<SimpleXMLElement>,
    ctx: &mut Ctx,
    key: Option<&Value>,
    access: Access,
    mode: PropMode,
) -> R<Value> {
    let class = this.object().class();
    let view = this.borrow(ctx)?.view;
    if key.is_none() && view == View::Attributes {
        return Err(ctx.error("Cannot create unnamed attribute"));
    }
    let member = key.map(|k| Member::of(ctx, k)).transpose()?;
    let p = place(this, ctx)?;
    let number = !matches!(member, Some(Member::Name(_)));
    let given = p.node(ctx)?;
    if view == View::Attributes {
        let first = p.first(given);
        let Some(member) = &member else { return Ok(Value::NULL) };
        let found = p.attribute(first, p.name.is_some(), member).0;
        return match found {
            Some(a) => Ok(p.object(ctx, class, a, View::Node, None)?.into()),
            None => Ok(Value::NULL),
        };
    }
    let node = if view == View::Children { given } else { p.first(given) };
    let in_document = node.and_then(Node::parent).is_some_and(|n| n.kind() == Kind::Document);
    if member.is_none() && view != View::Children && in_document {
        return Err(ctx.error("Cannot create unnamed attribute"));
    }
    let Some(node) = node else { return Ok(Value::NULL) };
    match member {
        Some(Member::Name(name)) if access == Access::Attribute => {
            let first = if view == View::Children { None } else { node.first_attribute() };
            match p.attribute(first, false, &Member::Name(name)).0 {
                Some(a) => Ok(p.object(ctx, class, a, View::Node, None)?.into()),
                None => Ok(Value::NULL),
            }
        }
        Some(Member::Name(name)) => {
            if mode == PropMode::Isset && p.element_named(node.first_child(), &name).is_none() {
                return Ok(Value::NULL);
            }
            Ok(p.object(ctx, class, node, View::Named, Some(name))?.into())
        }
        _ => {
            debug_assert!(number);
            let number = match member {
                Some(Member::Number(n)) => Some(n),
                _ => None,
            };
            let shown = |n: Node| String::from_utf8_lossy(n.name()).into_owned();
            let first = if view == View::Children { p.first(Some(node)) } else { Some(node) };
            let (found, before) = match (view, number) {
                (View::Node, n) => {
                    if let Some(n) = n.filter(|n| *n > 0) {
                        let name = shown(node);
                        ctx.warning(format!(
                            "Cannot add element {name} number {n} when only 0 such elements exist"
                        ))?;
                    }
                    (first, 0)
                }
                (_, Some(n)) => p.element_at(n, first),
                _ => (None, 0),
            };
            if let Some(e) = found {
                return Ok(p.object(ctx, class, e, View::Node, None)?.into());
            }
            if !matches!(mode, PropMode::Write | PropMode::ReadWrite) {
                return Ok(Value::NULL);
            }
            if let Some(n) = number.filter(|n| before < *n) {
                let name = shown(node);
                ctx.warning(format!(
                    "Cannot add element {name} number {n} when only {before} such elements exist"
                ))?;
            }
            let made = node.parent().and_then(|above| above.add_text_child(node.ns(), node.name(), None));
            match made {
                Some(e) => Ok(p.object(ctx, class, e, View::Node, None)?.into()),
                None => Ok(Value::NULL),
            }
        }
    }
}

/// Where a property is written into: an element that is not there yet is made.
fn read_for_writing(this: &This<SimpleXMLElement>, ctx: &mut Ctx, name: &Str) -> R<Value> {
    let key = Value::from(name);
    let p = place(this, ctx)?;
    let Some(given) = p.node(ctx)? else { return Ok(Value::NULL) };
    let mut lister = p.clone();
    let mut first = Some(given);
    if p.view != View::Attributes {
        if p.view == View::Node {
            lister.view = View::Children;
        }
        first = lister.first(Some(given));
    }
    if p.view == View::Named {
        let named = p.name.as_ref().and_then(|n| p.element_named(first, n));
        first = named.and_then(Node::first_child);
    }
    if p.element_named(first, name).is_some() {
        return read(this, ctx, Some(&key), Access::Element, PropMode::Write);
    }
    let class = this.object().class();
    match write(this, ctx, Some(&key), None, Access::Element)? {
        Some(made) => Ok(p.object(ctx, class, made, View::Node, None)?.into()),
        None => Ok(Value::NULL),
    }
}

/// `<=>` of an object, cast to the type of what is no object, and that.
fn against(ctx: &mut Ctx, o: &Object, other: &Value) -> R<i32> {
    // SAFETY: the comparison of this class is asked.
    let this = unsafe { This::<SimpleXMLElement>::assume(o) };
    let cast = |ctx: &mut Ctx, to| SimpleXMLElement::cast(this, ctx, to);
    let own = match other.tag() {
        STR => cast(ctx, STR)?,
        INT | DBL => {
            cast(ctx, STR)?.and_then(|v| Some(Value::numeric(v.as_str()?).map_or(Value::int(0), |(n, _)| n)))
        }
        _ => cast(ctx, FALSE)?,
    };
    let order = match other.tag() {
        STR | INT | DBL => own.unwrap_or_default().compare(other),
        _ => own.unwrap_or_default().compare(&Value::bool(other.to_bool())),
    };
    ctx.pending()?;
    Ok(order)
}

impl Handlers for SimpleXMLElement {
    fn read_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, mode: PropMode) -> R<Option<Value>> {
        if mode == PropMode::Write {
            return read_for_writing(this, ctx, name).map(Some);
        }
        read(this, ctx, Some(name.as_value()), Access::Element, mode).map(Some)
    }
    fn write_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, value: &Value) -> R<bool> {
        write(this, ctx, Some(name.as_value()), Some(value), Access::Element)?;
        Ok(true)
    }
    fn has_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, mode: u32) -> R<Option<bool>> {
        exists(this, ctx, name.as_value(), mode == 1, Access::Element).map(Some)
    }
    fn unset_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str) -> R<bool> {
        remove(this, ctx, name.as_value(), Access::Element)?;
        Ok(true)
    }
    fn read_dim(this: &This<Self>, ctx: &mut Ctx, key: Option<&Value>, mode: PropMode) -> R<Option<Value>> {
        read(this, ctx, key, Access::Attribute, mode).map(Some)
    }
    fn write_dim(this: &This<Self>, ctx: &mut Ctx, key: Option<&Value>, value: &Value) -> R<()> {
        write(this, ctx, key, Some(value), Access::Attribute)?;
        Ok(())
    }
    fn has_dim(this: &This<Self>, ctx: &mut Ctx, key: &Value, not_empty: bool) -> R<bool> {
        exists(this, ctx, key, not_empty, Access::Attribute)
    }
    fn unset_dim(this: &This<Self>, ctx: &mut Ctx, key: &Value) -> R<()> {
        remove(this, ctx, key, Access::Attribute)
    }
    fn compare(ctx: &mut Ctx, a: &Value, b: &Value) -> R<Comparison> {
        if let (Some(o), None) = (a.as_object(), b.as_object()) {
            return Ok(against(ctx, o, b)?.cmp(&0).into());
        }
        if let (None, Some(o)) = (a.as_object(), b.as_object()) {
            return Ok(0.cmp(&against(ctx, o, a)?).into());
        }
        let of = |v: &Value| {
            let this = This::<SimpleXMLElement>::of(v.as_object()?)?;
            this.with(|p| (p.node.as_ref().and_then(NodeShare::node), p.doc.as_ref().map(|d| d.id())))
        };
        Ok(match (of(a), of(b)) {
            (Some((Some(x), _)), Some((Some(y), _))) if x == y => Comparison::Equal,
            (Some((None, x)), Some((None, y))) if x == y => Comparison::Equal,
            _ => Comparison::Uncomparable,
        })
    }
    fn cast(this: &This<Self>, ctx: &mut Ctx, to: u8) -> R<Option<Value>> {
        if to == FALSE {
            let place = this.borrow(ctx)?.place();
            let Some(p) = place else { return Ok(Some(Value::bool(false))) };
            let node = p.share.as_ref().and_then(NodeShare::node);
            let some = p.view != View::Node && p.first_of(node).is_some();
            return Ok(Some(Value::bool(some || !crate::show::is_empty(&p))));
        }
        if to == STR {
            let class = this.object().class();
            let own = Class::of::<SimpleXMLElement>(ctx)?;
            if class.method_class("__tostring") != Some(own) {
                return this.object().call(ctx, "__toString", &[]).map(Some);
            }
        }
        let text = match text(this, ctx)? {
            Some(t) => Value::str(t),
            None if to == STR => Value::str(""),
            None => Value::NULL,
        };
        Ok(match to {
            STR => Some(text),
            INT => Some(Value::int(text.to_int())),
            DBL => Some(Value::float(text.to_float())),
            _ => match text.as_str() {
                Some(s) => Some(Value::numeric(s).map_or(Value::int(0), |(n, _)| n)),
                None => Some(Value::int(0)),
            },
        })
    }
    fn count(this: &This<Self>, ctx: &mut Ctx) -> R<Option<i64>> {
        let class = this.object().class();
        let own = Class::of::<SimpleXMLElement>(ctx)?;
        if class.method_class("count") != Some(own) {
            return Ok(Some(this.object().call(ctx, "count", &[])?.to_int()));
        }
        crate::iterate::count(this, ctx).map(Some)
    }
    fn properties(this: &This<Self>, ctx: &mut Ctx, purpose: u32) -> R<Option<Array>> {
        if purpose == prop_purpose::DEBUG {
            return Ok(None);
        }
        crate::show::properties(this, ctx, false).map(Some)
    }
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let made = {
            let p = from.borrow(ctx)?;
            let node = p.node.as_ref().and_then(NodeShare::node);
            let root = node.and_then(Node::parent).is_some_and(Node::is_document);
            let doc = if root { p.doc.as_ref().map(|d| d.copy()) } else { p.doc.clone() };
            let copied = match (&doc, node) {
                (Some(d), Some(_)) if root => d.root(),
                (Some(d), Some(n)) => n.copy(d),
                _ => None,
            };
            SimpleXMLElement {
                node: copied.map(NodeShare::of),
                xpath: None,
                doc,
                view: p.view,
                name: p.name.clone(),
                ns: p.ns.clone(),
                is_prefix: p.is_prefix,
                current: None,
            }
        };
        *to.borrow_mut(ctx)? = made;
        Ok(())
    }
    fn get_iterator(
        this: &This<Self>,
        ctx: &mut Ctx,
        by_ref: bool,
    ) -> R<Box<dyn plugin_api::__private::ErasedIter>> {
        if by_ref {
            return Err(ctx.error("An iterator cannot be used with foreach by reference"));
        }
        let object: Object = this.object().clone();
        Ok(Box::new(crate::iterate::Walk { object }))
    }
}
