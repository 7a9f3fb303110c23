//! What makes a crate an extension: its descriptor, startup, globals, ini entries, and how the engine finds it.

use crate::{Ctx, R, Value, host};
use abi_stable::StableAbi;
use core::cell::Cell;
use plugin_api_abi::{ConstValue, ExtDescriptor, HostApi, InfoSink, ModuleCtx, StrSlice, ini_bind};

/// Module startup's view of the engine: it has no way to make values, which belong to threads that do not exist yet.
#[repr(transparent)]
pub struct Module(*mut ModuleCtx);

impl Module {
    /// # Safety
    /// `p` is the engine's context of a startup or shutdown.
    pub unsafe fn from_raw(p: *mut ModuleCtx) -> Module {
        Module(p)
    }
    /// A global int constant.
    pub fn int_constant(&mut self, name: &str, v: i64) {
        self.constant(name, ConstValue::scalar(plugin_api_abi::Val::int(v)));
    }
    /// A global float constant.
    pub fn float_constant(&mut self, name: &str, v: f64) {
        self.constant(name, ConstValue::scalar(plugin_api_abi::Val::dbl(v)));
    }
    /// A global bool constant.
    pub fn bool_constant(&mut self, name: &str, v: bool) {
        self.constant(name, ConstValue::scalar(plugin_api_abi::Val::bool(v)));
    }
    /// A global string constant.
    pub fn string_constant(&mut self, name: &str, v: &'static str) {
        self.constant(name, ConstValue::string(v));
    }
    fn constant(&mut self, name: &str, v: ConstValue) {
        // SAFETY: the engine's context.
        unsafe { (host::module().constant)(self.0, StrSlice::of(name.as_bytes()), v) }
    }
    /// The table of a named interface that another extension offers (`pdo.driver/1`).
    pub fn import(&mut self, name: &str) -> Option<*const u8> {
        // SAFETY: the engine's context.
        let p = unsafe { (host::module().import)(self.0, StrSlice::of(name.as_bytes())) };
        (!p.is_null()).then_some(p)
    }
    /// Value of an ini entry.
    pub fn ini(&mut self, name: &str) -> Option<Vec<u8>> {
        // SAFETY: the engine's context; copied at once.
        unsafe {
            let s = (host::module().ini)(self.0, StrSlice::of(name.as_bytes()));
            if s.is_none() { None } else { Some(s.bytes().to_vec()) }
        }
    }
    pub(crate) fn raw(&mut self) -> *mut ModuleCtx {
        self.0
    }
    pub(crate) fn fail(&mut self, msg: &str) {
        // SAFETY: the engine's context.
        unsafe { (host::module().fail)(self.0, StrSlice::of(msg.as_bytes())) }
    }
}

/// Where `minfo` writes what `php -i` and `--ri` show.
#[repr(transparent)]
pub struct Info(*mut InfoSink);

impl Info {
    /// # Safety
    /// `p` is the engine's sink.
    pub unsafe fn from_raw(p: *mut InfoSink) -> Info {
        Info(p)
    }
    fn cells(&mut self, cells: &[&str], header: bool) {
        let s: Vec<StrSlice> = cells.iter().map(|c| StrSlice::of(c.as_bytes())).collect();
        // SAFETY: the engine's sink.
        unsafe { (host::module().info_row)(self.0, s.as_ptr(), s.len(), header as u32) }
    }
    /// `name => value`
    pub fn row(&mut self, name: &str, value: &str) {
        self.cells(&[name, value], false);
    }
    /// A heading.
    pub fn header(&mut self, cells: &[&str]) {
        self.cells(cells, true);
    }
    /// The extension's ini entries.
    pub fn ini(&mut self) {
        // SAFETY: the engine's sink.
        unsafe { (host::module().info_ini)(self.0) }
    }
}

/// Per-VM globals of an extension. Implemented by [`crate::php_module`] for the type it names.
pub trait Globals: Default + crate::GcRoots + 'static {
    /// The extension's descriptor.
    fn extension() -> &'static ExtDescriptor;
}

/// A field of the globals that the engine keeps equal to an ini entry.
pub trait IniBind {
    /// Which kind of field it is, [`ini_bind`].
    const KIND: u32;
}
impl IniBind for Cell<bool> {
    const KIND: u32 = ini_bind::BOOL;
}
impl IniBind for Cell<i64> {
    const KIND: u32 = ini_bind::INT;
}
impl IniBind for Cell<f64> {
    const KIND: u32 = ini_bind::DBL;
}
impl<T> crate::GcRoots for Cell<T> {
    fn visit(&mut self, _: &mut crate::Visitor) {}
}
impl<T: crate::GcRoots> crate::GcRoots for core::cell::RefCell<T> {
    fn visit(&mut self, v: &mut crate::Visitor) {
        if let Ok(mut t) = self.try_borrow_mut() {
            t.visit(v);
        }
    }
}

/// A quantity of an ini file: digits with an optional sign, base prefix, and `K`, `M` or `G`.
pub fn ini_quantity(v: &[u8]) -> i64 {
    let t = v.trim_ascii();
    let (neg, digits) = match t.first() {
        Some(b'-') => (true, &t[1..]),
        Some(b'+') => (false, &t[1..]),
        _ => (false, t),
    };
    let (radix, digits) = match digits {
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', b'o' | b'O', rest @ ..] => (8, rest),
        [b'0', b'b' | b'B', rest @ ..] => (2, rest),
        [b'0', rest @ ..] if rest.first().is_some_and(u8::is_ascii_digit) => (8, rest),
        d => (10, d),
    };
    let mut n: i64 = 0;
    for c in digits.iter().map_while(|c| (*c as char).to_digit(radix)) {
        n = n.wrapping_mul(radix as i64).wrapping_add(c as i64);
    }
    let n = if neg { n.wrapping_neg() } else { n };
    match t.last() {
        Some(b'k' | b'K') => n.wrapping_shl(10),
        Some(b'm' | b'M') => n.wrapping_shl(20),
        Some(b'g' | b'G') => n.wrapping_shl(30),
        _ => n,
    }
}

/// Truth of an ini value: `1`, `on`, `yes`, `true`, or a number other than 0.
pub fn ini_truth(v: &[u8]) -> bool {
    match &v.to_ascii_lowercase()[..] {
        b"on" | b"yes" | b"true" => true,
        t => ini_quantity(t) != 0,
    }
}

/// Tells something of the value that an `on_modify` function is asked about without a `Ctx`: shown when the process has
/// started. An engine that is older than this drops it.
pub fn ini_notice(level: crate::Level, msg: &str) {
    let table = host::module();
    if table.size as usize >= size_of::<plugin_api_abi::ModuleTable>() {
        // SAFETY: a live text.
        unsafe { (table.ini_notice)(level as u32, StrSlice::of(msg.as_bytes())) }
    }
}

/// An extension linked into the engine's binary.
pub struct BuiltIn(pub &'static ExtDescriptor);
inventory::collect!(BuiltIn);

/// The extensions linked into this binary.
pub fn builtins() -> impl Iterator<Item = &'static ExtDescriptor> {
    inventory::iter::<BuiltIn>.into_iter().map(|b| b.0)
}

/// The symbol under which [`crate::export_plugin`] exports abi_stable's header.
#[cfg(test)]
pub(crate) const ROOT_SYMBOL: &str = "_1as_0lib_1header_0root_bmodule_bloader";

/// The frozen root of a loaded plugin: two functions that never change. Everything that grows lies behind them.
#[repr(C)]
#[derive(StableAbi)]
#[sabi(kind(Prefix(prefix_ref = RootRef)))]
#[sabi(missing_field(panic))]
pub struct Root {
    /// The plugin's [`plugin_api_abi::Manifest`].
    pub manifest: extern "C" fn() -> *const u8,
    /// Takes a [`plugin_api_abi::InitArgs`]: connects the engine's tables, gives the descriptor; 0 is good.
    #[sabi(last_prefix_field)]
    pub init: extern "C" fn(*mut u8) -> i32,
}

impl abi_stable::library::RootModule for RootRef {
    abi_stable::declare_root_module_statics! {RootRef}
    const BASE_NAME: &'static str = "howdah_plugin";
    const NAME: &'static str = "howdah_plugin";
    const VERSION_STRINGS: abi_stable::sabi_types::VersionStrings =
        abi_stable::sabi_types::VersionStrings::new("1.0.0");
}

/// Connects the engine's tables and gives the descriptor, inside a loaded plugin.
#[doc(hidden)]
pub fn init_plugin(args: *mut u8, desc: &'static ExtDescriptor) -> i32 {
    let args = args.cast::<plugin_api_abi::InitArgs>();
    // SAFETY: the engine passes its own block, whose size it states.
    unsafe {
        if args.is_null() || ((*args).size as usize) < size_of::<plugin_api_abi::InitArgs>() {
            return 1;
        }
        host::connect((*args).api);
        (*args).descriptor = desc;
    }
    crate::log::install_panic_hook();
    crate::log::forward_tracing();
    0
}

/// Connects the engine's tables for the extensions linked into its own binary.
///
/// # Safety
/// `api` follows the ABI and lives as long as the process.
#[doc(hidden)]
pub unsafe fn connect(api: *const HostApi) {
    // SAFETY: by the caller's promise.
    unsafe { host::connect(api) };
    crate::log::install_panic_hook();
}

impl Ctx {
    /// Reads a table-level value: what `info` tells of the running engine (see [`plugin_api_abi::SapiTable::info`]).
    pub fn info(&mut self, what: u32, arg: &str) -> R<Value> {
        let mut out = plugin_api_abi::Val::NULL;
        // SAFETY: our context.
        unsafe { (host::sapi().info)(self.raw(), what, StrSlice::of(arg.as_bytes()), &mut out) };
        // SAFETY: the result is ours.
        Ok(unsafe { Value::from_raw(out) })
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_exported_symbol_is_abi_stables() {
        assert_eq!(abi_stable::library::ROOT_MODULE_LOADER_NAME, super::ROOT_SYMBOL);
    }

    /// The root that every plugin ever built exports is never to change.
    #[test]
    fn the_root_is_frozen() {
        use abi_stable::StableAbi;
        use abi_stable::abi_stability::PrefixStableAbi;
        use abi_stable::prefix_type::PrefixTypeTrait;
        let l = <super::RootRef as StableAbi>::LAYOUT;
        let root = <<super::Root as PrefixTypeTrait>::PrefixFields as PrefixStableAbi>::LAYOUT;
        let fields: Vec<String> = root
            .get_fields()
            .into_iter()
            .flat_map(|f| f.iter())
            .map(|f| format!("{} {} {}", f.name(), f.layout().size(), f.layout().alignment()))
            .collect();
        assert_eq!((l.size(), l.alignment(), l.name()), (8, 8, "PrefixRef"));
        assert_eq!((root.name(), root.size(), root.alignment()), ("Root", 16, 8));
        assert_eq!(fields, ["manifest 8 8", "init 8 8"]);
        assert_eq!(core::mem::offset_of!(super::Root, manifest), 0);
        assert_eq!(core::mem::offset_of!(super::Root, init), 8);
        let version = <super::RootRef as abi_stable::library::RootModule>::VERSION_STRINGS;
        assert_eq!(version.version.as_str(), "1.0.0");
    }
}
