//! The macros of Howdah's plugin API. Their input is PHP's own declaration syntax, so one text is the source of arginfo,
//! reflection, stubs and error messages.

mod class;
mod function;
mod module;
mod signature;

use proc_macro::TokenStream;

fn done(r: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    r.unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes a Rust function callable from PHP.
///
/// `#[php_function("str_repeat(string $string, int $times): string")]`, or without text where the Rust types say it all
/// (`i64` int, `f64` float, `bool`, `&Str`/`&[u8]`/`String` string, `&Array` array, `Option<T>` `?T`, `&Value` mixed,
/// `Rest` variadic; `#[php(default = "1")]` before a parameter gives a default). `ctx: &mut Ctx` and `args: &Args` may stand anywhere.
#[proc_macro_attribute]
pub fn php_function(attr: TokenStream, item: TokenStream) -> TokenStream {
    done(syn::parse(item).and_then(|f| function::expand(attr.into(), f)))
}

/// Makes a Rust struct the native payload of a PHP class; a unit struct is a class without payload.
///
/// `#[php_class("final class Counter implements Countable", "const int STEP = 1", "public readonly int $start", handlers(clone, count), flags(not_serializable))]`
#[proc_macro_attribute]
pub fn php_class(attr: TokenStream, item: TokenStream) -> TokenStream {
    done(syn::parse(item).and_then(|s| class::expand(attr.into(), s)))
}

/// The methods of a class: functions marked `#[php("public function add(int $n): int")]`, with `this: &This<Self>` first
/// unless static. Abstract methods are named by the attribute itself: `#[php_methods("abstract public function accept(): bool")]`.
#[proc_macro_attribute]
pub fn php_methods(attr: TokenStream, item: TokenStream) -> TokenStream {
    done(syn::parse(item).and_then(|i| class::methods(attr.into(), i)))
}

/// Declares the extension: `php_module! { name: "demo", functions: [demo_add], classes: [Counter] }`.
#[proc_macro]
pub fn php_module(item: TokenStream) -> TokenStream {
    done(syn::parse::<module::Module>(item).and_then(module::Module::expand))
}

/// Shows every field to the cycle collector; `#[gc(skip)]` leaves out one that owns no PHP values.
#[proc_macro_derive(GcRoots, attributes(gc))]
pub fn derive_roots(item: TokenStream) -> TokenStream {
    done(syn::parse(item).and_then(class::derive_roots))
}
