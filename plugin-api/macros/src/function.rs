//! `#[php_function]`, and the trampolines of methods.

use crate::signature::{Signature, int_literal, string_literal};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Attribute, Expr, ExprLit, FnArg, ItemFn, Lit, Meta, Pat, Result, Type};

/// The text of doc comments.
pub fn doc_of(attrs: &[Attribute]) -> String {
    let mut out = String::new();
    for a in attrs {
        if let Meta::NameValue(nv) = &a.meta
            && nv.path.is_ident("doc")
            && let Expr::Lit(ExprLit { lit: Lit::Str(s), .. }) = &nv.value
        {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(s.value().trim());
        }
    }
    out
}

/// The constant that holds a function's descriptor.
pub fn desc_name(php: &str) -> Ident {
    format_ident!("__php_fn_{}", php.replace('\\', "_"), span = Span::call_site())
}

fn last_segment(t: &Type) -> Option<&syn::PathSegment> {
    match t {
        Type::Path(p) => p.path.segments.last(),
        _ => None,
    }
}

fn generic(t: &Type) -> Option<&Type> {
    let syn::PathArguments::AngleBracketed(a) = &last_segment(t)?.arguments else { return None };
    a.args.iter().find_map(|a| if let syn::GenericArgument::Type(t) = a { Some(t) } else { None })
}

fn is(t: &Type, name: &str) -> bool {
    last_segment(t).is_some_and(|s| s.ident == name)
}

fn is_ref_to(t: &Type, name: &str) -> bool {
    matches!(t, Type::Reference(r) if is(&r.elem, name))
}

/// The type a PHP parameter has when the Rust one says it all (`#[php_function]` without a signature).
fn php_type(t: &Type) -> Option<String> {
    if is(t, "Option") {
        return generic(t).and_then(php_type).map(|t| if t == "mixed" { t } else { format!("?{t}") });
    }
    let text = match t {
        Type::Reference(r) => match r.elem.as_ref() {
            Type::Slice(_) => "string".to_owned(),
            e => last_segment(e)?.ident.to_string(),
        },
        t => last_segment(t)?.ident.to_string(),
    };
    Some(
        match text.as_str() {
            "i64" => "int",
            "f64" => "float",
            "bool" => "bool",
            "Str" | "String" | "str" | "string" | "Vec" => "string",
            "Array" => "array",
            "Object" => "object",
            "Value" | "Rest" => "mixed",
            _ => return None,
        }
        .to_owned(),
    )
}

/// A signature made from the Rust one.
fn derived(f: &ItemFn) -> Result<Signature> {
    let mut params = Vec::new();
    for a in &f.sig.inputs {
        let FnArg::Typed(p) = a else { continue };
        if is_ref_to(&p.ty, "Ctx") || is_ref_to(&p.ty, "Args") {
            continue;
        }
        let name = match p.pat.as_ref() {
            Pat::Ident(i) => i.ident.to_string(),
            other => return Err(syn::Error::new_spanned(other, "a parameter needs a plain name")),
        };
        let ty = php_type(&p.ty).ok_or_else(|| {
            syn::Error::new_spanned(&p.ty, "no PHP type for this; give the PHP signature as text")
        })?;
        let default = p.attrs.iter().find_map(|a| {
            if !a.path().is_ident("php") {
                return None;
            }
            let nv: syn::MetaNameValue = a.parse_args().ok()?;
            match nv.value {
                Expr::Lit(ExprLit { lit: Lit::Str(s), .. }) if nv.path.is_ident("default") => Some(s.value()),
                _ => None,
            }
        });
        let dots = if is(&p.ty, "Rest") { "..." } else { "" };
        let default = default.map_or(String::new(), |d| format!(" = {d}"));
        params.push(format!("{ty} {dots}${name}{default}"));
    }
    let ret = match &f.sig.output {
        syn::ReturnType::Default => Some("void".to_owned()),
        syn::ReturnType::Type(_, t) => {
            let inner = if is(t, "R") { generic(t) } else { Some(&**t) };
            match inner {
                Some(Type::Tuple(_)) => Some("void".into()),
                Some(t) if is(t, "OrFalse") => generic(t).and_then(php_type).map(|t| format!("{t}|false")),
                Some(t) => php_type(t),
                None => None,
            }
        }
    };
    let ret = ret.map_or(String::new(), |r| format!(": {r}"));
    let text = format!("{}({}){ret}", f.sig.ident, params.join(", "));
    Signature::parse(&text).map_err(|e| syn::Error::new_spanned(&f.sig, e))
}

/// A PHP default as an expression of the Rust parameter's type.
fn default_expr(t: &Type, text: &str) -> Option<TokenStream> {
    let text = text.trim();
    if is(t, "bool") {
        return match text.to_ascii_lowercase().as_str() {
            "true" => Some(quote!(true)),
            "false" => Some(quote!(false)),
            _ => None,
        };
    }
    if is(t, "i64") {
        return int_literal(text).map(|i| quote!(#i));
    }
    if is(t, "f64") {
        return text.parse::<f64>().ok().map(|d| quote!(#d));
    }
    let s = string_literal(text)?;
    let bytes = syn::LitByteStr::new(s.as_bytes(), Span::call_site());
    match t {
        Type::Reference(r) if matches!(r.elem.as_ref(), Type::Slice(_)) => Some(quote!(&#bytes[..])),
        t if is(t, "String") => Some(quote!(#s.to_owned())),
        _ => None,
    }
}

/// The trampoline around a Rust function: reads parameters, calls `target`, converts the result.
pub fn trampoline(
    name: &Ident,
    php: &str,
    sig: &Signature,
    inputs: &syn::punctuated::Punctuated<FnArg, syn::Token![,]>,
    target: &TokenStream,
) -> Result<TokenStream> {
    let (mut reads, mut call, mut n) = (Vec::new(), Vec::new(), 0usize);
    for a in inputs {
        let FnArg::Typed(p) = a else {
            return Err(syn::Error::new_spanned(a, "take `this: &This<Self>` instead of self"));
        };
        let t = &*p.ty;
        if is_ref_to(t, "Ctx") {
            call.push(quote!(ctx));
            continue;
        }
        if is_ref_to(t, "Args") {
            call.push(quote!(args));
            continue;
        }
        let is_this = matches!(p.pat.as_ref(), Pat::Ident(i) if i.ident == "this");
        let var = format_ident!("a{}", reads.len());
        call.push(quote!(#var));
        if is_this && is(t, "Option") {
            // SAFETY of the generated code: as below.
            reads.push(quote!(let #var = args.this().map(|o| unsafe { ::plugin_api::This::assume(o) });));
            continue;
        }
        if is_this {
            let object = quote!(match args.this() {
                Some(o) => o,
                None => return Err(ctx.error("method called without an object")),
            });
            reads.push(if is_ref_to(t, "Object") {
                quote!(let #var = #object;)
            } else {
                // SAFETY of the generated code: the engine calls a class's methods on its objects alone.
                quote!(let #var = unsafe { ::plugin_api::This::assume(#object) };)
            });
            continue;
        }
        if is(t, "Class") {
            reads.push(quote!(let #var = match args.called_class() {
                Some(c) => c,
                None => return Err(ctx.error("method called without a class")),
            };));
            continue;
        }
        let i = n;
        n += 1;
        let default = sig.params.get(i).and_then(|p| p.default.as_deref());
        if let Some((text, mask)) = sig.params.get(i).and_then(|p| p.written_array()) {
            reads.push(quote!(::plugin_api::__private::written_array(ctx, args, #i, #mask, #text)?;));
        }
        reads.push(if is(t, "Rest") {
            quote!(let #var = ::plugin_api::Rest(args.rest(#i));)
        } else if is(t, "Option") {
            match generic(t) {
                Some(g) if is(g, "Reference") => {
                    quote!(let #var = args.get(#i).and_then(<::plugin_api::Reference as ::plugin_api::FromArg>::from_arg);)
                }
                Some(g) if is_ref_to(g, "Value") => {
                    // Where null is the default, who passes it passes nothing.
                    let null = if default.is_some_and(|d| d.eq_ignore_ascii_case("null")) {
                        quote!(.filter(|v| !v.is_null()))
                    } else {
                        quote!()
                    };
                    quote!(let #var = args.get(#i).map(::plugin_api::Value::deref) #null;)
                }
                _ => quote!(let #var = args.arg::<#t>(ctx, #i)?;),
            }
        } else {
            match default {
                None => quote!(let #var = args.arg::<#t>(ctx, #i)?;),
                Some(d) => match default_expr(t, d) {
                    Some(e) => quote!(let #var = args.arg_or::<#t>(ctx, #i, #e)?;),
                    None => {
                        let msg = format!("take Option<…>: the default `{d}` has no Rust form");
                        return Err(syn::Error::new_spanned(t, msg));
                    }
                },
            }
        });
    }
    if n > sig.params.len() {
        return Err(syn::Error::new_spanned(inputs, "more parameters than the PHP signature has"));
    }
    Ok(quote!(
        #[allow(non_snake_case, unused_variables)]
        unsafe extern "C" fn #name(
            ctx: *mut ::plugin_api::abi::CtxRaw,
            frame: *mut ::plugin_api::abi::CallFrame,
            ret: *mut ::plugin_api::abi::Val,
        ) -> ::plugin_api::abi::Status {
            ::plugin_api::__private::call(ctx, frame, ret, #php, |ctx, args| {
                #(#reads)*
                ::plugin_api::__private::ret(#target(#(#call),*))
            })
        }
    ))
}

/// `#[php_function]`
pub fn expand(attr: TokenStream, mut f: ItemFn) -> Result<TokenStream> {
    let mut deprecated = None;
    let sig = if attr.is_empty() {
        derived(&f)?
    } else {
        let parts = syn::parse::Parser::parse2(
            syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated,
            attr,
        )?;
        let mut sig = None;
        for e in parts {
            // What a macro_rules passes on arrives in an invisible group.
            let e = if let Expr::Group(g) = e { *g.expr } else { e };
            match e {
                Expr::Lit(ExprLit { lit: Lit::Str(s), .. }) => {
                    sig = Some(Signature::parse(&s.value()).map_err(|m| syn::Error::new_spanned(&s, m))?);
                }
                Expr::Assign(a) if a.left.to_token_stream().to_string() == "deprecated" => {
                    if let Expr::Lit(ExprLit { lit: Lit::Str(s), .. }) = *a.right {
                        deprecated = Some(s.value());
                    }
                }
                other => {
                    return Err(syn::Error::new_spanned(other, "a PHP signature, or deprecated = \"…\""));
                }
            }
        }
        match sig {
            Some(s) => s,
            None => derived(&f)?,
        }
    };
    let ident = f.sig.ident.clone();
    let tramp = format_ident!("__php_call_{}", sig.name.replace('\\', "_"), span = Span::call_site());
    let code = trampoline(&tramp, &sig.name, &sig, &f.sig.inputs, &quote!(#ident))?;
    let desc = desc_name(&sig.name);
    let tokens = sig.tokens(Some(quote!(#tramp)), &doc_of(&f.attrs), false, deprecated.as_deref());
    for a in &mut f.sig.inputs {
        if let FnArg::Typed(p) = a {
            p.attrs.retain(|a| !a.path().is_ident("php"));
        }
    }
    Ok(quote!(
        #f
        #code
        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        pub const #desc: ::plugin_api::abi::FunctionDesc = #tokens;
    ))
}
