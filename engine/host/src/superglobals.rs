//! `$_GET`, `$_POST`, `$_COOKIE`, `$_FILES`, `$_SERVER`, `$_ENV`, `$_REQUEST`, `$argv` and `$argc`
//! (`main/php_variables.c`).

use crate::host::SapiHost;
use crate::input::multipart::{self, Event, Form};
use crate::input::{Complaints, Key, Limits, Node, Table, query};
use crate::sapi::{RequestInfo, credentials};
use crate::state::RequestState;
use howdah_bytecode::Literal;
use howdah_runtime::layout::Arr;
use howdah_runtime::{array, interner, string};
use howdah_vm::script::Script;
use howdah_vm::vm::Vm;
use plugin_api::request::{UploadEvent, UploadTable, upload};
use plugin_api_abi::{ARR, CtxRaw, STR, StrHdr, StrSlice, Val};
use std::rc::Rc;

/// Superglobals made once a script mentions them (`auto_globals_jit`).
pub mod wait {
    /// `$_SERVER`
    pub const SERVER: u8 = 1;
    /// `$_ENV`
    pub const ENV: u8 = 2;
    /// `$_REQUEST`
    pub const REQUEST: u8 = 4;
}

/// Names that clients choose are not interned: they would stay for ever.
fn set_client(a: *mut Arr, k: &Key, v: Val) {
    // SAFETY: a fresh, unshared array; the key's string is released after the array took its share.
    unsafe {
        match k {
            Key::Int(i) => array::set(a, array::Key::Int(*i), v),
            Key::Str(s) => array::set_bytes(a, s, v),
        }
    }
}

/// A parsed tree as a PHP array.
pub fn array_of(t: &Table) -> Val {
    let a = array::new(t.entries.len());
    for (k, v) in &t.entries {
        let v = match v {
            Node::Text(s) => string::new_val(s),
            Node::Int(i) => Val::int(*i),
            Node::Table(t) => array_of(t),
        };
        set_client(a, k, v);
    }
    array::val(a)
}

fn set(a: *mut Arr, name: &[u8], v: Val) {
    set_client(a, &Key::of(name), v);
}

fn global(vm: &Vm, name: &[u8]) -> Option<Val> {
    // SAFETY: the VM's global table.
    unsafe {
        let p = array::find_bytes(vm.globals, name);
        (!p.is_null()).then(|| howdah_runtime::value::deref(*p))
    }
}

/// A share of a superglobal, or an empty array.
fn table(vm: &Vm, name: &[u8]) -> Val {
    match global(vm, name) {
        Some(v) if v.tag() == ARR => howdah_vm::rt::copy(v),
        _ => array::val(array::new(0)),
    }
}

fn ordered(order: &[u8], letter: u8) -> bool {
    order.iter().any(|c| c.eq_ignore_ascii_case(&letter))
}

/// What the settings say about input.
struct Rules {
    order: Vec<u8>,
    separators: Vec<u8>,
    limits: Limits,
    post_max: i64,
}

fn rules(h: &SapiHost) -> Rules {
    Rules {
        order: h.ini.get("variables_order").unwrap_or_default().to_vec(),
        separators: h.ini.get("arg_separator.input").unwrap_or(b"&").to_vec(),
        limits: Limits {
            vars: h.ini.int("max_input_vars"),
            nesting: h.ini.int("max_input_nesting_level"),
            display_errors: crate::ini::entries::display_errors_mode(h.ini.get("display_errors")) != 0,
        },
        post_max: h.ini.int("post_max_size"),
    }
}

fn upload_options(h: &SapiHost, limits: Limits) -> multipart::Options {
    multipart::Options {
        limits,
        file_uploads: h.ini.is_on("file_uploads"),
        max_files: h.ini.int("max_file_uploads"),
        max_size: h.ini.int("upload_max_filesize"),
        max_parts: h.ini.int("max_multipart_body_parts"),
        tmp_dir: multipart::temp_dir([h.ini.get("upload_tmp_dir"), h.ini.get("sys_temp_dir")]),
    }
}

/// The media type of a Content-Type, lower-cased.
fn media_type(content_type: &[u8]) -> Vec<u8> {
    let end = content_type.iter().position(|c| matches!(c, b';' | b',' | b' ')).unwrap_or(content_type.len());
    content_type[..end].to_ascii_lowercase()
}

/// What `request_parse_body()` takes instead of settings.
#[derive(Clone, Copy, Debug, Default)]
pub struct BodyOptions {
    /// `max_file_uploads`
    pub max_file_uploads: Option<i64>,
    /// `max_input_vars`
    pub max_input_vars: Option<i64>,
    /// `max_multipart_body_parts`
    pub max_multipart_body_parts: Option<i64>,
    /// `post_max_size`, in bytes.
    pub post_max_size: Option<i64>,
    /// `upload_max_filesize`, in bytes.
    pub upload_max_filesize: Option<i64>,
}

/// Reads the request's body as PHP reads that of a POST: variables and files. The reason why not, which is thrown.
pub fn parse_body(vm: &mut Vm, o: &BodyOptions) -> Result<(Val, Val), String> {
    let Some(h) = SapiHost::of(vm) else { return Err("Request does not provide a content type".into()) };
    let state = h.state.clone();
    let mut r = rules(h);
    r.limits.vars = o.max_input_vars.unwrap_or(r.limits.vars);
    r.post_max = o.post_max_size.unwrap_or(r.post_max);
    let mut options = upload_options(h, r.limits);
    options.max_files = o.max_file_uploads.unwrap_or(options.max_files);
    options.max_parts = o.max_multipart_body_parts.unwrap_or(options.max_parts);
    options.max_size = o.upload_max_filesize.unwrap_or(options.max_size);
    let info = state.info.borrow();
    let Some(kind) = info.content_type.as_deref() else {
        return Err("Request does not provide a content type".into());
    };
    let media = media_type(kind);
    let mut form = Form::default();
    if media == b"multipart/form-data" {
        if r.post_max > 0 && info.content_length > r.post_max {
            return Err(format!(
                "POST Content-Length of {} bytes exceeds the limit of {} bytes",
                info.content_length, r.post_max
            ));
        }
        let mut source = |buf: &mut [u8]| {
            let n = state.sapi.borrow_mut().read_body(buf);
            if n == 0 {
                state.body_read.set(true);
            }
            n
        };
        form = multipart::parse(kind, &options, &mut source, &mut |_, _| true);
    } else if media == b"application/x-www-form-urlencoded" {
        if !state.read_body(r.post_max) {
            form.complaints.push(format!(
                "Actual POST length does not match Content-Length, and exceeds {} bytes",
                r.post_max
            ));
        }
        form.post = query::parse_body(&state.body.borrow(), &r.limits, &mut form.complaints);
    } else {
        return Err(format!("Content-Type \"{}\" is not supported", String::from_utf8_lossy(kind)));
    }
    state.uploaded.borrow_mut().extend(form.uploaded);
    match form.complaints.into_iter().next() {
        Some(why) => Err(why),
        None => Ok((array_of(&form.post), array_of(&form.files))),
    }
}

/// Tells an extension of what a form with files brings; it may refuse.
fn tell(vm: *mut Vm, table: &UploadTable, total: i64, event: Event<'_>, read: i64) -> bool {
    let mut e = UploadEvent {
        size: size_of::<UploadEvent>() as u32,
        kind: upload::START,
        total,
        read,
        name: StrSlice::NONE,
        value: StrSlice::NONE,
        offset: 0,
        length: 0,
        error: 0,
    };
    match event {
        Event::Start => {}
        Event::Variable { name, value } => {
            (e.kind, e.name, e.value) = (upload::VARIABLE, StrSlice::of(name), StrSlice::of(value));
        }
        Event::FileStart { name, file } => {
            (e.kind, e.name, e.value) = (upload::FILE_START, StrSlice::of(name), StrSlice::of(file));
        }
        Event::FileData { offset, length } => {
            (e.kind, e.offset, e.length) = (upload::FILE_DATA, offset, length)
        }
        Event::FileEnd { path, error } => {
            (e.kind, e.error) = (upload::FILE_END, error);
            e.value = path.map_or(StrSlice::NONE, StrSlice::of);
        }
        Event::End => e.kind = upload::END,
    }
    // SAFETY: the request's VM, of which nothing is borrowed here; the interface's name stands for this table.
    unsafe { (table.event)(vm.cast::<CtxRaw>(), &e) != 0 }
}

/// Reads a form body where the request has one that PHP reads by itself.
fn read_form(vm: &mut Vm, state: &RequestState, r: &Rules, complaints: &mut Complaints) -> Form {
    let info = state.info.borrow();
    let mut form = Form::default();
    let Some(kind) = info.content_type.as_deref() else { return form };
    let Some(h) = SapiHost::of(vm) else { return form };
    if info.method.as_deref() != Some(b"POST") || !h.ini.is_on("enable_post_data_reading") {
        return form;
    }
    let too_long = r.post_max > 0 && info.content_length > r.post_max;
    let media = media_type(kind);
    if too_long {
        complaints.push(format!(
            "POST Content-Length of {} bytes exceeds the limit of {} bytes",
            info.content_length, r.post_max
        ));
        return form;
    }
    if media == b"multipart/form-data" {
        if ordered(&r.order, b'P') {
            let options = upload_options(h, r.limits);
            let mut source = |buf: &mut [u8]| {
                let n = state.sapi.borrow_mut().read_body(buf);
                if n == 0 {
                    state.body_read.set(true);
                }
                n
            };
            let table = crate::plugins::interface(vm, plugin_api::request::UPLOAD).cast::<UploadTable>();
            // SAFETY: null, or the table that the interface's name stands for; it lives as long as the process.
            let table = unsafe { table.as_ref() };
            let (vm, total) = (std::ptr::from_mut(vm), info.content_length);
            let mut watcher =
                |event: Event<'_>, read: i64| table.is_none_or(|t| tell(vm, t, total, event, read));
            form = multipart::parse(kind, &options, &mut source, &mut watcher);
            complaints.append(&mut form.complaints);
        }
        return form;
    }
    if !state.read_body(r.post_max) {
        complaints.push(format!(
            "Actual POST length does not match Content-Length, and exceeds {} bytes",
            r.post_max
        ));
    }
    if media == b"application/x-www-form-urlencoded" && ordered(&r.order, b'P') {
        form.post = query::parse_body(&state.body.borrow(), &r.limits, complaints);
    }
    form
}

/// The superglobal of a source of variables ([`plugin_api::request::Source`]).
pub fn name_of(source: u32) -> Option<&'static [u8]> {
    Some(match source {
        0 => b"_POST",
        1 => b"_GET",
        2 => b"_COOKIE",
        4 => b"_ENV",
        5 => b"_SERVER",
        _ => return None,
    })
}

/// The variables of a source: what the superglobals of client data hold now; the others are made afresh. UNDEF for none at all.
pub fn variables(vm: &mut Vm, source: u32) -> Val {
    let Some(state) = SapiHost::of(vm).map(|h| h.state.clone()) else { return Val::UNDEF };
    match (source, name_of(source)) {
        (4, _) => env(vm, &state),
        (5, _) => server(vm, &state),
        (_, Some(name)) => match global(vm, name) {
            // SAFETY: the global table holds the array. An empty one is left alone: a share that is given back would make it a
            // possible root of garbage.
            Some(v) if v.tag() == ARR && unsafe { array::count(v.as_ptr()) } > 0 => howdah_vm::rt::copy(v),
            _ => Val::UNDEF,
        },
        _ => Val::UNDEF,
    }
}

/// A text of `$_SERVER` as the script sees it now.
pub fn server_variable(name: &[u8]) -> Option<Vec<u8>> {
    let vm = howdah_vm::vm::current();
    if vm.is_null() {
        return None;
    }
    // SAFETY: the thread's VM; a live array and element, copied at once.
    unsafe {
        let server = global(&*vm, b"_SERVER").filter(|v| v.tag() == ARR)?;
        let p = array::find_bytes(server.as_ptr(), name);
        let v = if p.is_null() { return None } else { howdah_runtime::value::deref(*p) };
        (v.tag() == STR).then(|| StrHdr::bytes(v.as_ptr()).to_vec())
    }
}

/// Sets a superglobal; takes over the share.
pub fn define(vm: &Vm, name: &[u8], v: Val) {
    // SAFETY: the VM's global table; names of superglobals are interned.
    unsafe { array::set(vm.globals, array::Key::Str(interner::intern(name)), v) };
}

/// Makes what a request begins with. Gives the warnings to raise.
pub fn install(vm: &mut Vm) -> Complaints {
    let mut complaints = Vec::new();
    let Some(h) = SapiHost::of(vm) else { return complaints };
    let (state, r) = (h.state.clone(), rules(h));
    let jit = h.ini.is_on("auto_globals_jit");
    let args = h.ini.is_on("register_argc_argv");
    let mut of_head = Vec::new();
    let (get, cookies) = {
        let info = state.info.borrow();
        let get = if ordered(&r.order, b'G') {
            query::parse(&info.query, &r.separators, &r.limits, &mut of_head)
        } else {
            Table::default()
        };
        let cookies = if ordered(&r.order, b'C') {
            query::parse_cookies(&info.cookies, &r.limits, &mut of_head)
        } else {
            Table::default()
        };
        (get, cookies)
    };
    define(vm, b"_GET", array_of(&get));
    define(vm, b"_POST", array::val(array::new(0)));
    define(vm, b"_COOKIE", array_of(&cookies));
    let form = read_form(vm, &state, &r, &mut complaints);
    complaints.append(&mut of_head);
    define(vm, b"_POST", array_of(&form.post));
    define(vm, b"_FILES", array_of(&form.files));
    state.uploaded.borrow_mut().extend(form.uploaded);
    if args && let Some(argv) = &state.info.borrow().argv {
        let list = array::from_vals(argv.iter().map(|a| string::new_val(a)));
        define(vm, b"argv", array::val(list));
        define(vm, b"argc", Val::int(argv.len() as i64));
    }
    state.waiting.set(wait::SERVER | wait::ENV | wait::REQUEST);
    if !jit {
        make(vm, &state, wait::SERVER | wait::ENV | wait::REQUEST);
    }
    complaints
}

/// Makes the waiting superglobals that a script mentions; told of every script before it runs.
pub fn mentioned(vm: &mut Vm, script: &Script) {
    let Some(state) = SapiHost::of(vm).map(|h| h.state.clone()) else { return };
    let waiting = state.waiting.get();
    if waiting == 0 {
        return;
    }
    let mut wanted = 0;
    for l in script.unit.functions.iter().flat_map(|f| f.literals.iter()) {
        if let Literal::Str(s) = l {
            wanted |= match &s[..] {
                b"_SERVER" => wait::SERVER,
                b"_ENV" => wait::ENV,
                b"_REQUEST" => wait::REQUEST,
                _ => 0,
            };
        }
    }
    make(vm, &state, wanted);
}

/// Makes those of the given superglobals that are still waiting.
pub fn make(vm: &mut Vm, state: &Rc<RequestState>, which: u8) {
    let which = which & state.waiting.get();
    state.waiting.set(state.waiting.get() & !which);
    if which & wait::SERVER != 0 {
        let v = server(vm, state);
        define(vm, b"_SERVER", v);
    }
    if which & wait::ENV != 0 {
        let v = env(vm, state);
        define(vm, b"_ENV", v);
    }
    if which & wait::REQUEST != 0 {
        let v = request(vm);
        define(vm, b"_REQUEST", v);
    }
}

/// A script must not learn a proxy's name from a client's `Proxy` header.
fn guard_proxy(a: *mut Arr) {
    // SAFETY: a fresh array.
    unsafe {
        if array::find_bytes(a, b"HTTP_PROXY").is_null() {
            return;
        }
        match crate::ini::config::environment(b"HTTP_PROXY") {
            Some(v) => set(a, b"HTTP_PROXY", string::new_val(&v)),
            None => {
                if let Some(v) = array::remove(a, array::Key::Str(interner::intern(b"HTTP_PROXY"))) {
                    howdah_vm::rt::release(v);
                }
            }
        }
    }
}

fn argv_of_query(query: &[u8]) -> Vec<&[u8]> {
    if query.is_empty() { Vec::new() } else { query.split(|&c| c == b'+').collect() }
}

fn server(vm: &mut Vm, state: &Rc<RequestState>) -> Val {
    let a = array::new(32);
    let Some(h) = SapiHost::of(vm) else { return array::val(a) };
    let args = h.ini.is_on("register_argc_argv");
    if ordered(h.ini.get("variables_order").unwrap_or_default(), b'S') {
        let info = state.info.borrow();
        state.sapi.borrow().server_variables(&info, &mut |k, v| {
            if !k.is_empty() {
                set(a, k, string::new_val(v));
            }
        });
        let c = credentials(&info.authorization);
        for (k, v) in
            [(&b"PHP_AUTH_USER"[..], c.user), (b"PHP_AUTH_PW", c.password), (b"PHP_AUTH_DIGEST", c.digest)]
        {
            if let Some(v) = v {
                set(a, k, string::new_val(&v));
            }
        }
        set(a, b"REQUEST_TIME_FLOAT", Val::dbl(info.time));
        set(a, b"REQUEST_TIME", Val::int(info.time as i64));
        if args {
            add_argv(vm, a, &info);
        }
    }
    guard_proxy(a);
    array::val(a)
}

fn add_argv(vm: &Vm, a: *mut Arr, info: &RequestInfo) {
    if info.argv.is_some() {
        if let (Some(v), Some(c)) = (global(vm, b"argv"), global(vm, b"argc")) {
            set(a, b"argv", howdah_vm::rt::copy(v));
            set(a, b"argc", howdah_vm::rt::copy(c));
        }
        return;
    }
    let list = argv_of_query(&info.query);
    let count = list.len() as i64;
    set(a, b"argv", array::val(array::from_vals(list.into_iter().map(string::new_val))));
    set(a, b"argc", Val::int(count));
}

fn env(vm: &mut Vm, state: &Rc<RequestState>) -> Val {
    let fpm = SapiHost::of(vm).is_some_and(|h| h.sapi_name == "fpm-fcgi");
    if fpm && state.waiting.get() & wait::SERVER == 0 {
        // There the environment is what the web server sent, and made once.
        let v = table(vm, b"_SERVER");
        // SAFETY: a share of the table, which is copied.
        unsafe {
            let own = array::dup(v.as_ptr());
            howdah_vm::rt::release(v);
            return array::val(own);
        }
    }
    let a = array::new(0);
    let wanted =
        SapiHost::of(vm).is_some_and(|h| ordered(h.ini.get("variables_order").unwrap_or_default(), b'E'));
    if wanted {
        state.sapi.borrow().environment_variables(&mut |k, v| set(a, k, string::new_val(v)));
    }
    guard_proxy(a);
    array::val(a)
}

fn request(vm: &mut Vm) -> Val {
    let order = SapiHost::of(vm).map_or(Vec::new(), |h| {
        h.ini.get("request_order").or_else(|| h.ini.get("variables_order")).unwrap_or_default().to_vec()
    });
    let dest = array::new(0);
    let mut seen = Vec::new();
    for c in order {
        let name: &[u8] = match c.to_ascii_lowercase() {
            b'g' => b"_GET",
            b'p' => b"_POST",
            b'c' => b"_COOKIE",
            _ => continue,
        };
        if !seen.contains(&name) {
            seen.push(name);
            let from = table(vm, name);
            merge(dest, from.as_ptr());
            // SAFETY: the share taken above.
            unsafe { howdah_vm::rt::release(from) };
        }
    }
    array::val(dest)
}

/// Adds one table's entries to another, tables within both entry by entry.
fn merge(dest: *mut Arr, from: *const Arr) {
    // SAFETY: `dest` is not shared; `from` is held by the caller.
    unsafe {
        let entries: Vec<(array::Key, Val)> = array::iter(from).map(|(k, v)| (k, *v)).collect();
        for (k, v) in entries {
            let old = array::find(dest, k);
            if v.tag() == ARR && !old.is_null() && (*old).tag() == ARR {
                let inner = array::separate(old);
                merge(inner, v.as_ptr());
            } else {
                array::set(dest, k, howdah_vm::rt::copy(v));
            }
        }
    }
}
