//! `#[php_class]` and `#[php_methods]`.

use crate::function::{doc_of, trampoline};
use crate::signature::{Signature, constant, header, property};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Fields, ImplItem, ItemImpl, ItemStruct, Lit, LitStr, Result, Token, Type};

enum Part {
    Text(LitStr),
    Payload(Type),
    Handlers(Vec<syn::Ident>),
    Flags(Vec<syn::Ident>),
    Implemented(Expr),
}

impl Parse for Part {
    fn parse(input: ParseStream<'_>) -> Result<Part> {
        if input.peek(LitStr) {
            return Ok(Part::Text(input.parse()?));
        }
        let word: syn::Ident = input.parse()?;
        let list = |input: ParseStream<'_>| -> Result<Vec<syn::Ident>> {
            let inner;
            syn::parenthesized!(inner in input);
            Ok(Punctuated::<syn::Ident, Token![,]>::parse_terminated(&inner)?.into_iter().collect())
        };
        Ok(match word.to_string().as_str() {
            "payload" => {
                input.parse::<Token![=]>()?;
                Part::Payload(input.parse()?)
            }
            "implemented" => {
                input.parse::<Token![=]>()?;
                Part::Implemented(input.parse()?)
            }
            "handlers" => Part::Handlers(list(input)?),
            "flags" => Part::Flags(list(input)?),
            _ => {
                return Err(syn::Error::new(
                    word.span(),
                    "payload, handlers, flags, implemented or a PHP declaration",
                ));
            }
        })
    }
}

fn flag(word: &syn::Ident) -> Result<u32> {
    Ok(match word.to_string().as_str() {
        "secret" => 1 << 9,
        "no_dynamic" => 1 << 19,
        "not_serializable" => 1 << 20,
        "allow_dynamic" => 1 << 21,
        "uncloneable" => 1 << 22,
        "not_instantiable" => 1 << 23,
        _ => return Err(syn::Error::new(word.span(), "no such flag")),
    })
}

/// `#[php_class]`
pub fn expand(attr: TokenStream, item: ItemStruct) -> Result<TokenStream> {
    let parts = syn::parse::Parser::parse2(Punctuated::<Part, Token![,]>::parse_terminated, attr)?;
    let ident = &item.ident;
    let (mut head, mut consts, mut props, mut methods) = (None, Vec::new(), Vec::new(), Vec::new());
    let (mut payload, mut handlers, mut extra, mut implemented) = (None, Vec::new(), 0, None);
    for p in parts {
        match p {
            Part::Payload(t) => payload = Some(t),
            Part::Handlers(h) => handlers = h,
            Part::Implemented(e) => implemented = Some(e),
            Part::Flags(f) => {
                for w in &f {
                    extra |= flag(w)?;
                }
            }
            Part::Text(s) => {
                let t = s.value();
                let err = |e: String| syn::Error::new(s.span(), e);
                let words: Vec<&str> = t.split_whitespace().collect();
                let before = t.split(['(', '=']).next().unwrap_or("");
                if before.split_whitespace().any(|w| w == "function") {
                    let sig = Signature::parse(&t).map_err(err)?;
                    methods.push(sig.tokens(None, "", true, None));
                } else if words.iter().any(|w| *w == "const" || *w == "case") && !before.contains('$') {
                    consts.push(constant(&t).map_err(err)?);
                } else if t.contains('$') {
                    props.push(property(&t).map_err(err)?);
                } else {
                    head = Some(header(&t).map_err(err)?);
                }
            }
        }
    }
    let head =
        head.ok_or_else(|| syn::Error::new(Span::call_site(), "the class's head as text is missing"))?;
    let name = &head.name;
    let flags = head.flags | extra;
    let backing = head.backing;
    let parent = match &head.parent {
        Some(p) => quote!(::plugin_api::abi::StrSlice::new(#p)),
        None => quote!(::plugin_api::abi::StrSlice::NONE),
    };
    let interfaces = &head.interfaces;
    let class_static = format_ident!("__PHP_CLASS_{}", ident);
    let table_static = format_ident!("__PHP_HANDLERS_{}", ident);
    let unit = matches!(item.fields, Fields::Unit);
    let own = payload.is_none();
    let payload_ty = payload.map_or(quote!(#ident), |t| t.to_token_stream());
    let payload_desc =
        if own { quote!(&#class_static) } else { quote!(<#payload_ty as ::plugin_api::NativeClass>::desc()) };
    let standard = if unit {
        quote!(
            impl ::core::default::Default for #ident {
                fn default() -> Self { #ident }
            }
            impl ::plugin_api::GcRoots for #ident {
                fn visit(&mut self, _: &mut ::plugin_api::Visitor) {}
            }
        )
    } else {
        quote!()
    };
    let roots = if own && !unit {
        quote!(table.roots = Some(::plugin_api::__private::roots::<#ident>);)
    } else if !own {
        quote!(table.roots = Some(::plugin_api::__private::roots::<#payload_ty>);)
    } else {
        quote!()
    };
    let (size, align, create, free) = if own && !unit {
        (
            quote!(::core::mem::size_of::<::core::cell::RefCell<#ident>>() as u32),
            quote!(::core::mem::align_of::<::core::cell::RefCell<#ident>>() as u32),
            quote!(Some(::plugin_api::__private::create::<#ident>)),
            quote!(Some(::plugin_api::__private::free::<#ident>)),
        )
    } else {
        (quote!(0), quote!(8), quote!(None), quote!(None))
    };
    if handlers.iter().any(|h| h == "write_dim") {
        handlers.push(format_ident!("store_dim"));
    }
    let has_table = !handlers.is_empty() || own && !unit;
    let table = if has_table {
        quote!(
            static #table_static: ::plugin_api::abi::HandlerTable = {
                let mut table = ::plugin_api::__private::NO_HANDLERS;
                #roots
                #(table.#handlers = Some(::plugin_api::__private::#handlers::<#ident>);)*
                table
            };
        )
    } else {
        quote!()
    };
    let table_ptr = if has_table { quote!(&raw const #table_static) } else { quote!(::core::ptr::null()) };
    let methods = if methods.is_empty() {
        quote!({
            use ::plugin_api::__private::HasMethods as _;
            ::plugin_api::abi::Slice::new(<#ident>::__PHP_METHODS)
        })
    } else {
        quote!(::plugin_api::abi::Slice::new(&[#(#methods),*]))
    };
    let implemented = implemented.map_or(quote!(None), |e| quote!(Some(#e)));
    let doc = doc_of(&item.attrs);
    let doc = if doc.is_empty() {
        quote!(::plugin_api::abi::StrSlice::NONE)
    } else {
        quote!(::plugin_api::abi::StrSlice::new(#doc))
    };
    Ok(quote!(
        #item
        #standard
        #[allow(non_upper_case_globals)]
        #table
        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        pub static #class_static: ::plugin_api::abi::ClassDesc = ::plugin_api::abi::ClassDesc {
            size: ::core::mem::size_of::<::plugin_api::abi::ClassDesc>() as u32,
            flags: #flags,
            name: ::plugin_api::abi::StrSlice::new(#name),
            parent: #parent,
            interfaces: ::plugin_api::abi::Slice::new(&[#(::plugin_api::abi::StrSlice::new(#interfaces)),*]),
            methods: #methods,
            props: ::plugin_api::abi::Slice::new(&[#(#props),*]),
            consts: ::plugin_api::abi::Slice::new(&[#(#consts),*]),
            enum_backing: #backing,
            native_size: #size,
            native_align: #align,
            reserved: 0,
            create: #create,
            free: #free,
            handlers: #table_ptr,
            interface_gets_implemented: #implemented,
            doc: #doc,
            attributes: ::plugin_api::abi::StrSlice::NONE,
        };
        impl ::plugin_api::NativeClass for #ident {
            type Payload = #payload_ty;
            #[inline(always)]
            fn desc() -> &'static ::plugin_api::abi::ClassDesc {
                &#class_static
            }
            #[inline(always)]
            fn payload_desc() -> &'static ::plugin_api::abi::ClassDesc {
                #payload_desc
            }
        }
    ))
}

/// A method in the attribute's list: abstract, or served by a function of several classes.
struct Listed {
    text: LitStr,
    code: Option<syn::Path>,
}

impl Parse for Listed {
    fn parse(input: ParseStream<'_>) -> Result<Listed> {
        let text = input.parse()?;
        let code = match input.parse::<Option<Token![=>]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok(Listed { text, code })
    }
}

/// `#[php_methods]`
pub fn methods(attr: TokenStream, mut item: ItemImpl) -> Result<TokenStream> {
    let self_ty = item.self_ty.clone();
    let (mut descs, mut tramps, mut n) = (Vec::new(), Vec::new(), 0);
    for m in syn::parse::Parser::parse2(Punctuated::<Listed, Token![,]>::parse_terminated, attr)? {
        let sig = Signature::parse(&m.text.value()).map_err(|e| syn::Error::new(m.text.span(), e))?;
        let Some(path) = m.code else {
            descs.push(sig.tokens(None, "", true, None));
            continue;
        };
        let tramp = format_ident!("__php_method_{n}_{}", sig.name);
        n += 1;
        let inputs = syn::parse_quote!(this: &Object, ctx: &mut Ctx, args: &Args<'_>);
        tramps.push(trampoline(&tramp, &sig.name, &sig, &inputs, &path.to_token_stream())?);
        descs.push(sig.tokens(Some(quote!(#tramp)), "", true, None));
    }
    for i in &mut item.items {
        let ImplItem::Fn(f) = i else { continue };
        let mut sigs = Vec::new();
        f.attrs.retain(|a| {
            let php = a.path().is_ident("php");
            if php {
                sigs.push(a.clone());
            }
            !php
        });
        for a in sigs {
            let parts = a.parse_args_with(Punctuated::<Expr, Token![,]>::parse_terminated)?;
            let (mut text, mut deprecated) = (None, None);
            for e in parts {
                match e {
                    Expr::Lit(ExprLit { lit: Lit::Str(s), .. }) => text = Some(s),
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
            let text = text.ok_or_else(|| syn::Error::new_spanned(&a, "a PHP signature is missing"))?;
            let sig = Signature::parse(&text.value()).map_err(|e| syn::Error::new(text.span(), e))?;
            let ident = &f.sig.ident;
            let tramp = format_ident!("__php_method_{n}_{}", sig.name);
            n += 1;
            let code = trampoline(&tramp, &sig.name, &sig, &f.sig.inputs, &quote!(<#self_ty>::#ident))?;
            // Method trampolines live beside the class, so `Self` in parameter types is spelled out.
            tramps.push(replace_self(code, &self_ty));
            descs.push(sig.tokens(Some(quote!(#tramp)), &doc_of(&f.attrs), true, deprecated.as_deref()));
        }
    }
    Ok(quote!(
        #item
        const _: () = {
            #(#tramps)*
            impl #self_ty {
                #[doc(hidden)]
                pub const __PHP_METHODS: &'static [::plugin_api::abi::FunctionDesc] = &[#(#descs),*];
            }
        };
    ))
}

fn replace_self(tokens: TokenStream, ty: &Type) -> TokenStream {
    use proc_macro2::{Group, TokenTree};
    tokens
        .into_iter()
        .flat_map(|t| match t {
            TokenTree::Ident(i) if i == "Self" => ty.to_token_stream().into_iter().collect::<Vec<_>>(),
            TokenTree::Group(g) => {
                let mut n = Group::new(g.delimiter(), replace_self(g.stream(), ty));
                n.set_span(g.span());
                vec![TokenTree::Group(n)]
            }
            t => vec![t],
        })
        .collect()
}

/// `#[derive(GcRoots)]`
pub fn derive_roots(item: syn::DeriveInput) -> Result<TokenStream> {
    let ident = &item.ident;
    let (ig, tg, wc) = item.generics.split_for_impl();
    let skip = |f: &syn::Field| {
        f.attrs
            .iter()
            .any(|a| a.path().is_ident("gc") && a.meta.to_token_stream().to_string().contains("skip"))
    };
    let body = match &item.data {
        syn::Data::Struct(s) => {
            let fields = s.fields.iter().enumerate().filter(|(_, f)| !skip(f)).map(|(i, f)| match &f.ident {
                Some(n) => quote!(::plugin_api::GcRoots::visit(&mut self.#n, v);),
                None => {
                    let i = syn::Index::from(i);
                    quote!(::plugin_api::GcRoots::visit(&mut self.#i, v);)
                }
            });
            quote!(#(#fields)*)
        }
        syn::Data::Enum(e) => {
            let arms = e.variants.iter().map(|var| {
                let name = &var.ident;
                let binds: Vec<_> = (0..var.fields.len()).map(|i| format_ident!("f{i}")).collect();
                let visits = var
                    .fields
                    .iter()
                    .zip(&binds)
                    .filter(|(f, _)| !skip(f))
                    .map(|(_, b)| quote!(::plugin_api::GcRoots::visit(#b, v);));
                match &var.fields {
                    Fields::Named(n) => {
                        let names = n.named.iter().map(|f| &f.ident);
                        quote!(#ident::#name { #(#names: #binds),* } => { #(#visits)* })
                    }
                    Fields::Unnamed(_) => quote!(#ident::#name(#(#binds),*) => { #(#visits)* }),
                    Fields::Unit => quote!(#ident::#name => {}),
                }
            });
            quote!(match self { #(#arms)* })
        }
        syn::Data::Union(u) => return Err(syn::Error::new_spanned(u.union_token, "no unions")),
    };
    Ok(quote!(
        #[allow(unused_variables)]
        impl #ig ::plugin_api::GcRoots for #ident #tg #wc {
            fn visit(&mut self, v: &mut ::plugin_api::Visitor) {
                #body
            }
        }
    ))
}
