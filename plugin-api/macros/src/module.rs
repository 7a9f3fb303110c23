//! `php_module!`

use crate::function::desc_name;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, LitStr, Path, Result, Token, Type, UseTree};

struct Ini {
    name: LitStr,
    default: Option<Expr>,
    access: Ident,
    bind: Option<Ident>,
    on_modify: Option<Path>,
    display: u32,
}

impl Parse for Ini {
    fn parse(input: ParseStream<'_>) -> Result<Ini> {
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        let default: Expr = input.parse()?;
        let default = match &default {
            Expr::Path(p) if p.path.is_ident("none") => None,
            _ => Some(default),
        };
        input.parse::<Token![=>]>()?;
        let inner;
        syn::parenthesized!(inner in input);
        let mut ini = Ini { name, default, access: inner.parse()?, bind: None, on_modify: None, display: 0 };
        while inner.parse::<Option<Token![,]>>()?.is_some() && !inner.is_empty() {
            let word: Ident = inner.parse()?;
            match word.to_string().as_str() {
                "boolean" => ini.display = 1,
                "color" => ini.display = 2,
                "bind" => {
                    inner.parse::<Token![:]>()?;
                    ini.bind = Some(inner.parse()?);
                }
                "on_modify" => {
                    inner.parse::<Token![:]>()?;
                    ini.on_modify = Some(inner.parse()?);
                }
                _ => {
                    return Err(syn::Error::new(word.span(), "boolean, color, bind: FIELD or on_modify: FN"));
                }
            }
        }
        Ok(ini)
    }
}

struct Export {
    name: LitStr,
    table: Expr,
}
impl Parse for Export {
    fn parse(input: ParseStream<'_>) -> Result<Export> {
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Export { name, table: input.parse()? })
    }
}

/// `"Second\\Name" = "First"`
struct Alias {
    alias: LitStr,
    class: LitStr,
}
impl Parse for Alias {
    fn parse(input: ParseStream<'_>) -> Result<Alias> {
        let alias = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Alias { alias, class: input.parse()? })
    }
}

#[derive(Default)]
pub struct Module {
    name: Option<Expr>,
    version: Option<Expr>,
    requires: Vec<LitStr>,
    optional: Vec<LitStr>,
    conflicts: Vec<LitStr>,
    functions: Vec<UseTree>,
    classes: Vec<UseTree>,
    aliases: Vec<Alias>,
    constants: Vec<Path>,
    ini: Vec<Ini>,
    exports: Vec<Export>,
    globals: Option<Type>,
    hooks: Vec<(Ident, Path)>,
}

fn list<T: Parse>(input: ParseStream<'_>) -> Result<Vec<T>> {
    let inner;
    syn::bracketed!(inner in input);
    Ok(Punctuated::<T, Token![,]>::parse_terminated(&inner)?.into_iter().collect())
}

impl Parse for Module {
    fn parse(input: ParseStream<'_>) -> Result<Module> {
        let mut m = Module::default();
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            input.parse::<Token![:]>()?;
            match key.to_string().as_str() {
                "name" => m.name = Some(input.parse()?),
                "version" => m.version = Some(input.parse()?),
                "requires" => m.requires = list(input)?,
                "optional" => m.optional = list(input)?,
                "conflicts" => m.conflicts = list(input)?,
                "functions" => m.functions = list(input)?,
                "classes" => m.classes = list(input)?,
                "aliases" => m.aliases = list(input)?,
                "constants" => m.constants = list(input)?,
                "ini" => m.ini = list(input)?,
                "exports" => m.exports = list(input)?,
                "globals" => m.globals = Some(input.parse()?),
                "minit" | "mshutdown" | "rinit" | "rshutdown" | "post_deactivate" | "minfo" => {
                    m.hooks.push((key, input.parse()?));
                }
                _ => return Err(syn::Error::new(key.span(), "php_module! has no such part")),
            }
            if input.parse::<Option<Token![,]>>()?.is_none() {
                break;
            }
        }
        Ok(m)
    }
}

/// Every path of a use tree, its last name changed by `f`.
fn paths(t: &UseTree, prefix: &TokenStream, f: &dyn Fn(&Ident) -> Ident, out: &mut Vec<TokenStream>) {
    match t {
        UseTree::Path(p) => {
            let i = &p.ident;
            paths(&p.tree, &quote!(#prefix #i ::), f, out);
        }
        UseTree::Name(n) => {
            let i = f(&n.ident);
            out.push(quote!(#prefix #i));
        }
        // `_` is no name of Rust's: the function of that name is listed as `gettext as _`.
        UseTree::Rename(n) => {
            let i = f(if n.rename == "_" { &n.rename } else { &n.ident });
            out.push(quote!(#prefix #i));
        }
        UseTree::Group(g) => g.items.iter().for_each(|t| paths(t, prefix, f, out)),
        UseTree::Glob(_) => {}
    }
}

impl Module {
    /// The descriptor and its registration.
    pub fn expand(self) -> Result<TokenStream> {
        let name =
            self.name.ok_or_else(|| syn::Error::new(proc_macro2::Span::call_site(), "name is missing"))?;
        let version = self.version.map_or(quote!(env!("CARGO_PKG_VERSION")), |v| quote!(#v));
        let mut functions = Vec::new();
        for t in &self.functions {
            paths(t, &quote!(), &|i| desc_name(&i.to_string()), &mut functions);
        }
        let mut classes = Vec::new();
        for t in &self.classes {
            paths(t, &quote!(), &|i| format_ident!("__PHP_CLASS_{i}"), &mut classes);
        }
        let constants = &self.constants;
        let dep = |s: &LitStr, kind: u32| {
            let t = s.value();
            let (name, req) = t.split_once(' ').unwrap_or((&t, ""));
            let req = if req.is_empty() {
                quote!(::plugin_api::abi::StrSlice::NONE)
            } else {
                quote!(::plugin_api::abi::StrSlice::new(#req))
            };
            quote!(::plugin_api::abi::DepDesc {
                name: ::plugin_api::abi::StrSlice::new(#name), req: #req, kind: #kind, reserved: 0,
            })
        };
        let deps: Vec<_> = self
            .requires
            .iter()
            .map(|s| dep(s, 1))
            .chain(self.conflicts.iter().map(|s| dep(s, 2)))
            .chain(self.optional.iter().map(|s| dep(s, 3)))
            .collect();
        let globals = self.globals.as_ref();
        let ini: Vec<_> = self
            .ini
            .iter()
            .map(|i| {
                let Ini { name, access, display, .. } = i;
                let default = match &i.default {
                    Some(d) => quote!(::plugin_api::abi::StrSlice::new(#d)),
                    None => quote!(::plugin_api::abi::StrSlice::NONE),
                };
                let (bind, offset) = match (&i.bind, globals) {
                    (Some(f), Some(g)) => (
                        quote!(::plugin_api::__private::bind_of::<#g, _>(|g| &g.#f)),
                        quote!(::core::mem::offset_of!(#g, #f) as u32),
                    ),
                    _ => (quote!(0), quote!(0)),
                };
                let on_modify = match &i.on_modify {
                    Some(f) => quote!(Some({
                        unsafe extern "C" fn changed(
                            ctx: *mut ::plugin_api::abi::CtxRaw,
                            _: *mut u8,
                            value: ::plugin_api::abi::StrSlice,
                            stage: u32,
                        ) -> i32 {
                            ::plugin_api::__private::ini_changed(ctx, value, stage, #f)
                        }
                        changed
                    })),
                    None => quote!(None),
                };
                quote!(::plugin_api::abi::IniDesc {
                    name: ::plugin_api::abi::StrSlice::new(#name),
                    default: #default,
                    access: ::plugin_api::abi::ini_access::#access,
                    bind: #bind,
                    bind_offset: #offset,
                    display: #display,
                    on_modify: #on_modify,
                })
            })
            .collect();
        let exports = self.exports.iter().map(|e| {
            let Export { name, table } = e;
            quote!(::plugin_api::abi::ExportDesc {
                name: ::plugin_api::abi::StrSlice::new(#name),
                table: (#table as *const _) as *const u8,
            })
        });
        let aliases = self.aliases.iter().map(|a| {
            let Alias { alias, class } = a;
            quote!(::plugin_api::abi::AliasDesc {
                alias: ::plugin_api::abi::StrSlice::new(#alias),
                class: ::plugin_api::abi::StrSlice::new(#class),
            })
        });
        let (mut minit, mut mshutdown, mut rinit, mut rshutdown, mut post, mut minfo) =
            (quote!(None), quote!(None), quote!(None), quote!(None), quote!(None), quote!(None));
        for (key, f) in &self.hooks {
            let module_hook = || {
                quote!(Some({
                    unsafe extern "C" fn hook(m: *mut ::plugin_api::abi::ModuleCtx) -> ::plugin_api::abi::Status {
                        ::plugin_api::__private::minit(m, #f)
                    }
                    hook
                }))
            };
            let request_hook = || {
                quote!(Some({
                    unsafe extern "C" fn hook(
                        ctx: *mut ::plugin_api::abi::CtxRaw,
                        _: *mut u8,
                    ) -> ::plugin_api::abi::Status {
                        ::plugin_api::__private::hook(ctx, |ctx| #f(ctx))
                    }
                    hook
                }))
            };
            match key.to_string().as_str() {
                "minit" => minit = module_hook(),
                "mshutdown" => mshutdown = module_hook(),
                "rinit" => rinit = request_hook(),
                "rshutdown" => rshutdown = request_hook(),
                "post_deactivate" => post = request_hook(),
                _ => {
                    minfo = quote!(Some({
                        unsafe extern "C" fn hook(sink: *mut ::plugin_api::abi::InfoSink) {
                            ::plugin_api::__private::minfo(sink, #f)
                        }
                        hook
                    }))
                }
            }
        }
        let (gsize, galign, gctor, gdtor, groots, gimpl) = match globals {
            Some(g) => (
                quote!(::core::mem::size_of::<#g>() as u32),
                quote!(::core::mem::align_of::<#g>() as u32),
                quote!(Some(::plugin_api::__private::globals_ctor::<#g>)),
                quote!(Some(::plugin_api::__private::globals_dtor::<#g>)),
                quote!(Some(::plugin_api::__private::globals_roots::<#g>)),
                quote!(impl ::plugin_api::Globals for #g {
                    fn extension() -> &'static ::plugin_api::abi::ExtDescriptor {
                        &__PHP_MODULE
                    }
                }),
            ),
            None => (quote!(0), quote!(8), quote!(None), quote!(None), quote!(None), quote!()),
        };
        Ok(quote!(
            #[doc(hidden)]
            pub const __PHP_NAME: &str = #name;
            #[doc(hidden)]
            pub const __PHP_VERSION: &str = #version;
            /// The extension's descriptor.
            pub static __PHP_MODULE: ::plugin_api::abi::ExtDescriptor = ::plugin_api::abi::ExtDescriptor {
                size: ::core::mem::size_of::<::plugin_api::abi::ExtDescriptor>() as u32,
                api_major: ::plugin_api::abi::API_MAJOR,
                api_minor: ::plugin_api::abi::API_MINOR,
                name: ::plugin_api::abi::StrSlice::new(__PHP_NAME),
                version: ::plugin_api::abi::StrSlice::new(__PHP_VERSION),
                functions: ::plugin_api::abi::Slice::new(&[#(#functions),*]),
                classes: ::plugin_api::abi::Slice::new(&[#(&#classes),*]),
                constants: ::plugin_api::abi::Slice::new(&[#(::plugin_api::abi::Slice::new(#constants)),*]),
                ini: ::plugin_api::abi::Slice::new(&[#(#ini),*]),
                deps: ::plugin_api::abi::Slice::new(&[#(#deps),*]),
                exports: ::plugin_api::abi::Slice::new(&[#(#exports),*]),
                globals_size: #gsize,
                globals_align: #galign,
                globals_ctor: #gctor,
                globals_dtor: #gdtor,
                minit: #minit,
                mshutdown: #mshutdown,
                rinit: #rinit,
                rshutdown: #rshutdown,
                post_deactivate: #post,
                minfo: #minfo,
                roots: #groots,
                aliases: ::plugin_api::abi::Slice::new(&[#(#aliases),*]),
            };
            #gimpl
            ::plugin_api::__private::inventory::submit! {
                ::plugin_api::__private::BuiltIn(&__PHP_MODULE)
            }
        ))
    }
}
