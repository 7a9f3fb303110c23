//! The host's part of the plugin API's tables: settings, output, module startup.

use super::Startup;
use crate::info::InfoPage;
use howdah_vm::api;
use howdah_vm::vm::Vm;
use plugin_api_abi::{
    API_MAJOR, API_MINOR, ConstValue, CtxRaw, ExtDescriptor, HostApi, InfoSink, ModuleCtx, ModuleTable,
    SapiTable, Status, StrSlice, Val,
};

/// The engine's tables.
pub static HOST_API: HostApi = HostApi {
    size: size_of::<HostApi>() as u32,
    major: API_MAJOR,
    minor: API_MINOR,
    val: &api::val::TABLE,
    arr: &api::arr::TABLE,
    obj: &api::obj::TABLE,
    call: &api::call::TABLE,
    err: &api::err::TABLE,
    res: &api::res::TABLE,
    sapi: &SAPI,
    module: &MODULE,
    reflect: &api::reflect::TABLE,
    wrapper: &super::wrappers::TABLE,
    stream: &super::stream::TABLE,
};

/// Connects the tables for the extensions linked into this binary.
pub fn connect() {
    // SAFETY: static tables.
    unsafe { plugin_api::__private::connect(&HOST_API) }
}

unsafe fn vm<'a>(ctx: *mut CtxRaw) -> &'a mut Vm {
    // SAFETY: by the caller's promise.
    unsafe { api::vm(ctx) }
}
unsafe fn text<'a>(s: StrSlice) -> std::borrow::Cow<'a, str> {
    // SAFETY: live for the call, by the ABI's rules.
    String::from_utf8_lossy(unsafe { s.bytes() })
}

unsafe extern "C" fn write(ctx: *mut CtxRaw, p: *const u8, len: usize) -> Status {
    // SAFETY: the engine's context; live bytes.
    unsafe {
        let vm = vm(ctx);
        vm.host.write(StrSlice { ptr: p, len }.bytes());
        vm.pending()
    }
}
unsafe extern "C" fn ini_get(ctx: *mut CtxRaw, name: StrSlice) -> StrSlice {
    // SAFETY: the engine's context.
    unsafe {
        // Names are text.
        let name = core::str::from_utf8(name.bytes()).unwrap_or_default();
        vm(ctx).host.ini(name).map_or(StrSlice::NONE, StrSlice::of)
    }
}
unsafe extern "C" fn ini_set(ctx: *mut CtxRaw, name: StrSlice, value: StrSlice) -> u32 {
    // SAFETY: the engine's context.
    unsafe { matches!(crate::worker::set_ini(vm(ctx), &text(name), value.bytes()), Ok(Some(_))) as u32 }
}
unsafe extern "C" fn ini_changes(ctx: *mut CtxRaw) -> u64 {
    // SAFETY: the engine's context.
    unsafe { vm(ctx).host.ini_changes() }
}
unsafe extern "C" fn sapi_name(ctx: *mut CtxRaw) -> StrSlice {
    // SAFETY: the engine's context.
    unsafe { StrSlice::of(vm(ctx).host.sapi_name().as_bytes()) }
}
unsafe extern "C" fn gc(_: *mut CtxRaw, what: u32) -> i64 {
    use howdah_runtime::gc;
    match what {
        0 => gc::collect() as i64,
        1 => gc::enable(true) as i64,
        2 => gc::enable(false) as i64,
        _ => gc::enabled() as i64,
    }
}
unsafe extern "C" fn info(ctx: *mut CtxRaw, what: u32, arg: StrSlice, out: *mut Val) {
    use howdah_runtime::{array, string};
    // SAFETY: the engine's context; descriptors are static; the result slot is the caller's.
    unsafe {
        let vm = vm(ctx);
        let wanted = text(arg);
        let found = vm
            .extensions
            .iter()
            .map(|e| e.desc)
            .find(|d| howdah_vm::extension::name(d).eq_ignore_ascii_case(&wanted));
        *out = match (what, found) {
            (0, _) => {
                let core = std::iter::once(string::new_val(b"Core"));
                let names = vm.extensions.iter().map(|e| string::new_val(e.desc.name.bytes()));
                array::val(array::from_vals(core.chain(names).collect::<Vec<_>>()))
            }
            (1, Some(d)) => array::val(array::from_vals(
                d.functions
                    .get()
                    .iter()
                    .map(|f| string::new_val(&f.name.bytes().to_ascii_lowercase()))
                    .collect::<Vec<_>>(),
            )),
            (2, Some(d)) if !d.version.is_none() => string::new_val(d.version.bytes()),
            _ => Val::FALSE,
        };
    }
}
unsafe extern "C" fn time_limit(ctx: *mut CtxRaw, seconds: i64) {
    // SAFETY: the engine's context.
    unsafe { vm(ctx).set_time_limit(seconds) }
}
unsafe extern "C" fn context() -> *mut CtxRaw {
    let vm = howdah_vm::vm::current();
    // SAFETY: the thread's VM.
    if vm.is_null() || !unsafe { (*vm).may_run() } { core::ptr::null_mut() } else { vm.cast() }
}

static SAPI: SapiTable = SapiTable {
    size: size_of::<SapiTable>() as u32,
    reserved: 0,
    write,
    ini_get,
    ini_set,
    sapi_name,
    gc,
    info,
    time_limit,
    context,
    ini_changes,
};

pub(super) unsafe fn startup<'a>(m: *mut ModuleCtx) -> &'a mut Startup<'a> {
    // SAFETY: module hooks are called with a Startup.
    unsafe { &mut *m.cast::<Startup<'a>>() }
}

unsafe extern "C" fn constant(m: *mut ModuleCtx, name: StrSlice, value: ConstValue) {
    // SAFETY: as above.
    unsafe {
        let s = startup(m);
        let c = super::StartupConstant { name: name.bytes().to_vec(), value, ext: s.ext };
        s.modules.constants.push(c);
    }
}
unsafe extern "C" fn fail(m: *mut ModuleCtx, msg: StrSlice) {
    // SAFETY: as above.
    unsafe { startup(m).failure = Some(text(msg).into_owned()) }
}

/// The table that the engine or an extension exports under that name.
fn exported(list: &[&'static ExtDescriptor], name: &[u8]) -> *const u8 {
    if name == plugin_api::tokens::TOKENS.as_bytes() {
        return (&raw const super::tokens::TABLE).cast();
    }
    if name == plugin_api::DESCRIPTORS.as_bytes() {
        return (&raw const super::stream::DESCRIPTORS).cast();
    }
    if name == plugin_api::request::REQUEST.as_bytes() {
        return (&raw const super::request::TABLE).cast();
    }
    if name == plugin_api::output::OUTPUT.as_bytes() {
        return (&raw const super::output::TABLE).cast();
    }
    if name == plugin_api::filter::FILTERS.as_bytes() {
        return (&raw const super::filters::TABLE).cast();
    }
    if name == plugin_api::transport::TRANSPORTS.as_bytes() {
        return (&raw const super::transports::TABLE).cast();
    }
    if name == plugin_api::process::PROCESS.as_bytes() {
        return (&raw const super::process::TABLE).cast();
    }
    // SAFETY: descriptors are static.
    list.iter()
        .flat_map(|d| unsafe { d.exports.get() })
        .find(|e| unsafe { e.name.bytes() } == name)
        .map_or(core::ptr::null(), |e| e.table)
}

unsafe extern "C" fn import(m: *mut ModuleCtx, name: StrSlice) -> *const u8 {
    // SAFETY: as above.
    unsafe { exported(&startup(m).modules.list, name.bytes()) }
}
unsafe extern "C" fn ini(m: *mut ModuleCtx, name: StrSlice) -> StrSlice {
    // SAFETY: as above.
    unsafe {
        match (startup(m).ini)(&text(name)) {
            // Startup reads few settings, once per process.
            Some(v) => StrSlice::of(Box::leak(v.into_boxed_slice())),
            None => StrSlice::NONE,
        }
    }
}
unsafe extern "C" fn info_row(sink: *mut InfoSink, cells: *const StrSlice, n: usize, header: u32) {
    // SAFETY: minfo is called with an InfoPage.
    unsafe {
        let page = &mut *sink.cast::<InfoPage>();
        let cells: Vec<&[u8]> = (0..n).map(|i| (*cells.add(i)).bytes()).collect();
        page.row(&cells, header != 0);
    }
}
unsafe extern "C" fn info_ini(sink: *mut InfoSink) {
    // SAFETY: as above.
    unsafe { (*sink.cast::<InfoPage>()).wants_ini = true }
}
/// The table that the engine or an extension of a VM exports under that name; null when none does.
pub fn find_interface(vm: &Vm, name: &str) -> *const u8 {
    let list: Vec<_> = vm.extensions.iter().map(|e| e.desc).collect();
    exported(&list, name.as_bytes())
}
unsafe extern "C" fn interface(ctx: *mut CtxRaw, name: StrSlice) -> *const u8 {
    // SAFETY: the engine's context; a live name.
    unsafe { find_interface(vm(ctx), &text(name)) }
}
unsafe extern "C" fn globals(ctx: *mut CtxRaw, ext: *const ExtDescriptor) -> *mut u8 {
    // SAFETY: the engine's context.
    unsafe { vm(ctx).globals_of(ext) }
}

unsafe extern "C" fn ini_notice(level: u32, msg: StrSlice) {
    // SAFETY: a live text.
    super::settings::note(level, unsafe { text(msg) }.into_owned());
}

static MODULE: ModuleTable = ModuleTable {
    size: size_of::<ModuleTable>() as u32,
    reserved: 0,
    constant,
    fail,
    import,
    ini,
    info_row,
    info_ini,
    interface,
    globals,
    ini_notice,
};

/// Lets an extension write what it says of itself.
pub fn describe(desc: &'static ExtDescriptor, page: &mut InfoPage) {
    if let Some(f) = desc.minfo {
        // SAFETY: the extension's hook gets the sink it expects.
        unsafe { f((&raw mut *page).cast()) }
    }
}
