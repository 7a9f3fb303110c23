//! What the macros expand to. Not for use by hand.

pub use crate::abi;
pub use crate::args::Args;
pub use crate::handlers::{
    cast, clone, compare, count, create, do_operation, free, get_constructor, get_iterator, get_method,
    has_dim, has_prop, properties, read_dim, read_prop, roots, store_dim, unset_dim, unset_prop, write_dim,
    write_prop,
};
pub use crate::module::{BuiltIn, Root, RootRef, connect, init_plugin};
use crate::{Ctx, Info, IntoRet, Module, NativeIter, R, Throw, Value, Visitor};
pub use abi_stable::library::{__call_root_module_loader, CheckTypeLayout, LibHeader, RootModuleResult};
pub use abi_stable::prefix_type::PrefixTypeTrait;
pub use inventory;
use plugin_api_abi::{CallFrame, CtxRaw, HandlerTable, ModuleCtx, NativeIterator, Status, Val};

/// No handlers.
pub const NO_HANDLERS: HandlerTable = HandlerTable {
    size: size_of::<HandlerTable>() as u32,
    reserved: 0,
    read_prop: None,
    write_prop: None,
    has_prop: None,
    unset_prop: None,
    read_dim: None,
    write_dim: None,
    has_dim: None,
    unset_dim: None,
    compare: None,
    cast: None,
    count: None,
    properties: None,
    do_operation: None,
    get_closure: None,
    clone: None,
    get_iterator: None,
    roots: None,
    get_constructor: None,
    get_method: None,
    store_dim: None,
};

/// What a class without methods has.
pub trait HasMethods {
    /// None.
    const __PHP_METHODS: &'static [plugin_api_abi::FunctionDesc] = &[];
}
impl<T> HasMethods for T {}

#[inline(always)]
pub fn call(
    ctx: *mut CtxRaw,
    frame: *mut CallFrame,
    ret: *mut Val,
    name: &'static str,
    body: impl FnOnce(&mut Ctx, &Args<'_>) -> R<Value>,
) -> Status {
    crate::args::run(ctx, frame, ret, name, body)
}

/// PHP's TypeError for by-reference argument `i` when its tag is not in the mask.
#[inline(always)]
pub fn written_array(ctx: &mut Ctx, args: &Args<'_>, i: usize, mask: u32, text: &str) -> R<()> {
    match args.get(i) {
        Some(v) if mask >> v.tag() & 1 == 0 => Err(no_array(ctx, i, text, v)),
        _ => Ok(()),
    }
}

#[cold]
fn no_array(ctx: &mut Ctx, i: usize, text: &str, given: &Value) -> Throw {
    let given = given.value_name();
    ctx.argument_type_error(i as u32 + 1, format!("must be of type {text}, {given} given"))
}

#[inline(always)]
pub fn ret(v: impl IntoRet) -> R<Value> {
    v.into_ret()
}

/// A native iterator behind a box, as class handlers give it.
pub trait ErasedIter {
    /// As the ABI passes it.
    fn erase(self: Box<Self>) -> NativeIterator;
}
impl<I: NativeIter> ErasedIter for I {
    fn erase(self: Box<Self>) -> NativeIterator {
        crate::iter::native(*self)
    }
}

pub fn minit(m: *mut ModuleCtx, f: fn(&mut Module) -> Result<(), String>) -> Status {
    // SAFETY: the engine's startup context.
    let mut module = unsafe { Module::from_raw(m) };
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| f(&mut module))) {
        Ok(Ok(())) => Status::Ok,
        Ok(Err(why)) => {
            module.fail(&why);
            Status::Exception
        }
        Err(p) => {
            let text = p
                .downcast_ref::<&str>()
                .map(|s| (*s).to_owned())
                .or_else(|| p.downcast_ref::<String>().cloned())
                .unwrap_or_default();
            module.fail(&format!("panicked: {text}"));
            Status::Exception
        }
    }
}

pub fn hook(ctx: *mut CtxRaw, f: impl FnOnce(&mut Ctx) -> R<()>) -> Status {
    crate::handlers::guarded(ctx, f)
}

pub fn minfo(sink: *mut plugin_api_abi::InfoSink, f: fn(&mut Info)) {
    // SAFETY: the engine's sink.
    let mut info = unsafe { Info::from_raw(sink) };
    let r = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| f(&mut info)));
    if r.is_err() {
        tracing::error!("panic in minfo");
    }
}

pub unsafe extern "C" fn globals_ctor<G: Default>(p: *mut u8) {
    // SAFETY: a fresh block of this size and alignment.
    unsafe { p.cast::<G>().write(G::default()) }
}
pub unsafe extern "C" fn globals_dtor<G>(p: *mut u8) {
    // SAFETY: built by `globals_ctor`, dropped once.
    unsafe { core::ptr::drop_in_place(p.cast::<G>()) }
}
pub unsafe extern "C" fn globals_roots<G: crate::GcRoots>(
    p: *mut u8,
    visit: unsafe extern "C" fn(data: *mut u8, slot: *mut Val),
    data: *mut u8,
) {
    // SAFETY: the VM's globals of the extension.
    unsafe { (*p.cast::<G>()).visit(&mut Visitor::new(visit, data)) }
}

/// Asks an extension about a new value of its ini entry: 0 takes it. At startup there is no context.
pub fn ini_changed(
    ctx: *mut CtxRaw,
    value: plugin_api_abi::StrSlice,
    stage: u32,
    f: fn(Option<&mut Ctx>, Option<&[u8]>, u32) -> bool,
) -> i32 {
    // SAFETY: the engine passes its context or null, and live text.
    let (ctx, value) = unsafe {
        let ctx = if ctx.is_null() { None } else { Some(Ctx::from_raw(ctx)) };
        (ctx, if value.is_none() { None } else { Some(value.bytes()) })
    };
    let r = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| f(ctx, value, stage)));
    r.map_or(1, |taken| !taken as i32)
}

/// Kind of an ini binding, from the field's type.
pub const fn bind_of<G, T: crate::IniBind>(_: fn(&G) -> &T) -> u32 {
    T::KIND
}

/// Makes a crate (or a path to one whose module is `php_module!`) loadable: manifest section and root module.
#[macro_export]
macro_rules! export_plugin {
    ($($path:tt)*) => {
        const _: () = {
            use $crate::__private as p;
            use $($path)* as plugin;
            #[used]
            #[unsafe(link_section = ".howdah.manifest")]
            static MANIFEST: $crate::abi::Manifest = $crate::abi::Manifest::new(
                plugin::__PHP_NAME,
                plugin::__PHP_VERSION,
                if cfg!(panic = "abort") { $crate::abi::PANIC_ABORT } else { $crate::abi::PANIC_UNWIND },
            );
            extern "C" fn manifest() -> *const u8 {
                (&raw const MANIFEST).cast()
            }
            extern "C" fn init(args: *mut u8) -> i32 {
                p::init_plugin(args, &plugin::__PHP_MODULE)
            }
            fn root() -> $crate::RootRef {
                p::PrefixTypeTrait::leak_into_prefix($crate::Root { manifest, init })
            }
            extern "C" fn erased() -> p::RootModuleResult {
                p::__call_root_module_loader(root)
            }
            #[unsafe(export_name = "_1as_0lib_1header_0root_bmodule_bloader")]
            pub static HEADER: p::LibHeader =
                // SAFETY: `erased` gives a RootRef.
                unsafe { p::LibHeader::from_constructor::<$crate::RootRef>(erased, p::CheckTypeLayout::Yes) };
        };
    };
}

/// Lists of global constants: `constants! { pub CONSTANTS; int A = 1; float B = 2.5; string C = "x"; bool D = true; }`.
#[macro_export]
macro_rules! constants {
    (@val int $e:expr) => { $crate::abi::ConstValue::scalar($crate::abi::Val::int($e as i64)) };
    (@val float $e:expr) => { $crate::abi::ConstValue::scalar($crate::abi::Val::dbl($e)) };
    (@val bool $e:expr) => { $crate::abi::ConstValue::scalar($crate::abi::Val::bool($e)) };
    (@val string $e:expr) => { $crate::abi::ConstValue::string($e) };
    ($(#[$m:meta])* $v:vis $list:ident; $($ty:ident $name:ident = $e:expr $(, $flag:ident)?;)*) => {
        $(#[$m])*
        $v const $list: &[$crate::abi::ConstDesc] = &[ $( $crate::abi::ConstDesc {
            name: $crate::abi::StrSlice::new(stringify!($name)),
            ty: $crate::abi::TypeDesc::NONE,
            value: $crate::constants!(@val $ty $e),
            flags: 0 $( | $crate::abi::flags::$flag )?,
            is_case: 0,
            doc: $crate::abi::StrSlice::NONE,
            attributes: $crate::abi::StrSlice::NONE,
        } ),* ];
    };
}
