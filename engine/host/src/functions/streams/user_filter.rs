//! Filters that scripts write: classes derived from `php_user_filter`, and the buckets they work on.

use crate::functions::support::{Res, bytes_of, natives, no_resource, running, step, streams, text, yes};
use crate::streams::{Held, stream_of, stream_resource};
use howdah_runtime::value;
use howdah_streams::filter::{Brigade, Filter, FilterFactory, FilterParams, FilterStatus, Flow};
use howdah_streams::{Environment, Stream};
use howdah_vm::api;
use howdah_vm::api::res::{new_resource, register_type};
use howdah_vm::native::Args;
use howdah_vm::vm::{Vm, current};
use plugin_api_abi::{ClassRaw, CtxRaw, INT, OBJ, RES, Status, StrSlice, Val};
use std::cell::RefCell;
use std::rc::Rc;

/// The buckets behind a brigade resource.
#[derive(Default)]
struct Buckets {
    list: Brigade,
    /// The bucket that was put last at the end, by its resource: putting it there again does nothing.
    last: u64,
}

type Shared = Rc<RefCell<Buckets>>;

unsafe extern "C" fn drop_brigade(p: *mut u8) {
    // SAFETY: boxed by `brigade_resource`, dropped once.
    drop(unsafe { Box::from_raw(p.cast::<Shared>()) });
}

fn brigade_type() -> i32 {
    register_type("userfilter.bucket brigade", Some(drop_brigade))
}

/// Buckets hold their bytes as properties of the object; the resource marks them as buckets.
fn bucket_type() -> i32 {
    register_type("userfilter.bucket", None)
}

fn brigade_resource(b: &Shared) -> Held {
    Held::owned(new_resource(brigade_type(), Box::into_raw(Box::new(b.clone())).cast()))
}

fn raw(vm: &mut Vm) -> *mut CtxRaw {
    core::ptr::from_mut(vm).cast()
}

/// A public property of an object.
fn property(vm: &mut Vm, o: Val, name: &str) -> Result<Held, Status> {
    let mut out = Val::NULL;
    let name = StrSlice::of(name.as_bytes());
    // SAFETY: the VM's own context, a live object.
    step(unsafe { (api::obj::TABLE.read_prop)(raw(vm), o, core::ptr::null_mut(), name, 0, &mut out) })?;
    Ok(Held::owned(out))
}

/// Sets a public property; the share of `v` stays the caller's.
fn set_property(vm: &mut Vm, o: Val, name: &str, v: Val) -> Status {
    set_as(vm, core::ptr::null_mut(), o, name, v)
}

/// Sets a property as code of a class; the share of `v` stays the caller's.
fn set_as(vm: &mut Vm, scope: *mut ClassRaw, o: Val, name: &str, v: Val) -> Status {
    let name = StrSlice::of(name.as_bytes());
    // SAFETY: the VM's own context, live values.
    unsafe { (api::obj::TABLE.write_prop)(raw(vm), o, scope, name, v) }
}

/// Calls a method by its lower-case name.
fn call(vm: &mut Vm, o: Val, method: &str, args: &[Val]) -> Result<Held, Status> {
    let mut out = Val::NULL;
    // SAFETY: the VM's own context, live values.
    let st = unsafe {
        (api::obj::TABLE.call_method)(
            raw(vm),
            o,
            method.as_ptr(),
            method.len(),
            args.as_ptr(),
            args.len(),
            &mut out,
        )
    };
    if st == Status::Exception && vm.fp.is_null() {
        vm.uncaught();
    }
    step(st)?;
    Ok(Held::owned(out))
}

/// Whether an object has a method of that lower-case name.
fn has_method(o: Val, name: &str) -> bool {
    // SAFETY: a live object.
    unsafe { (api::obj::TABLE.has_method)(o, name.as_ptr(), name.len()) != 0 }
}

/// This thread's VM, when PHP code may run.
fn ready<'a>() -> Option<&'a mut Vm> {
    let vm = current();
    if vm.is_null() {
        return None;
    }
    // SAFETY: the thread's VM lives while its streams do.
    let vm = unsafe { &mut *vm };
    (!vm.has_exception() && vm.bailout.is_none()).then_some(vm)
}

/// Makes filters of a class.
struct UserFilters {
    class: Vec<u8>,
}

impl FilterFactory for UserFilters {
    fn create(
        &self,
        env: &Rc<dyn Environment>,
        name: &[u8],
        params: &FilterParams,
    ) -> Option<Box<dyn Filter>> {
        let vm = ready()?;
        let Ok(Some(class)) = vm.lookup_class(&self.class, true) else {
            let (n, c) = (String::from_utf8_lossy(name), String::from_utf8_lossy(&self.class));
            env.raise(
                howdah_streams::Level::Warning,
                &[],
                &format!("User-filter \"{n}\" requires class \"{c}\", but that class is not defined"),
            );
            return None;
        };
        let mut o = Val::NULL;
        if vm.instantiate_raw(class, &mut o) != Status::Ok || o.tag() != OBJ {
            return None;
        }
        let object = Held::owned(o);
        let named = Held::owned(text(name));
        set_property(vm, o, "filtername", named.get());
        let given =
            params.original.as_ref().and_then(|p| p.downcast_ref::<Held>()).map_or(Val::NULL, Held::get);
        set_property(vm, o, "params", given);
        if has_method(o, "oncreate") {
            let made = call(vm, o, "oncreate", &[]).ok()?;
            if value::deref(made.get()).tag() == plugin_api_abi::FALSE {
                return None;
            }
        }
        Some(Box::new(UserFilter { object }))
    }
}

/// An object of such a class at work.
struct UserFilter {
    object: Held,
}

impl UserFilter {
    fn step(
        &self,
        vm: &mut Vm,
        stream: &Stream,
        brigades: (&Shared, &Shared),
        consumed: &mut usize,
        flow: Flow,
    ) -> Result<i64, Status> {
        let o = self.object.get();
        let mut shown = 0;
        let name = StrSlice::of(b"stream");
        // SAFETY: the VM's own context, a live object.
        let scope = unsafe { (api::obj::TABLE.class_of)(o) };
        // SAFETY: as above.
        step(unsafe { (api::obj::TABLE.has_prop)(raw(vm), o, scope, name, 2, &mut shown) })?;
        if shown != 0
            && let Some(handle) = stream.handle()
        {
            let shown = Held::owned(stream_resource(&handle));
            step(set_as(vm, scope, o, "stream", shown.get()))?;
        }
        let (input, output) = (brigade_resource(brigades.0), brigade_resource(brigades.1));
        let count = Held::owned(value::ref_val(value::new_ref(Val::int(*consumed as i64))));
        let args = [input.get(), output.get(), count.get(), Val::bool(flow == Flow::Close)];
        let r = call(vm, o, "filter", &args);
        let taken = value::deref(count.get());
        if taken.tag() == INT {
            *consumed = usize::try_from(taken.as_int()).unwrap_or(0);
        }
        for b in [&input, &output] {
            // SAFETY: a live resource, closed so that nothing keeps it beyond the call.
            unsafe { api::res::close_resource(b.get().as_ptr()) };
        }
        if vm.pending() == Status::Ok && shown != 0 {
            set_as(vm, scope, o, "stream", Val::NULL);
        }
        Ok(howdah_runtime::convert::to_int(value::deref(r?.get())))
    }
}

impl Filter for UserFilter {
    fn run(
        &mut self,
        stream: &Stream,
        input: &mut Brigade,
        output: &mut Brigade,
        consumed: &mut usize,
        flow: Flow,
    ) -> FilterStatus {
        let Some(vm) = ready() else { return FilterStatus::Fatal };
        let (from, to) = (Shared::default(), Shared::default());
        from.borrow_mut().list.append(input);
        let r = self.step(vm, stream, (&from, &to), consumed, flow);
        if !from.borrow().list.is_empty() {
            let what = "Unprocessed filter buckets remaining on input brigade";
            stream.env().raise(howdah_streams::Level::Warning, &[], what);
        }
        match r {
            Ok(2) => {
                output.append(&mut to.borrow_mut().list);
                FilterStatus::PassOn
            }
            Ok(1) => FilterStatus::FeedMe,
            _ => FilterStatus::Fatal,
        }
    }
}

impl Drop for UserFilter {
    fn drop(&mut self) {
        if let Some(vm) = ready()
            && has_method(self.object.get(), "onclose")
        {
            // What it throws is reported where nothing can catch it.
            drop(call(vm, self.object.get(), "onclose", &[]));
        }
    }
}

fn register(vm: &mut Vm, a: &Args<'_>) -> Res {
    let (name, class) = (a.bytes(0), a.bytes(1));
    for (i, v) in [name, class].iter().enumerate() {
        if v.is_empty() {
            return Err(crate::functions::support::bad_value(vm, i, "must be a non-empty string"));
        }
    }
    let factory = Rc::new(UserFilters { class: class.to_vec() });
    yes(streams(vm)?.filters.register_for_request(name, factory))
}

/// The brigade of argument 0.
fn brigade(vm: &mut Vm, a: &Args<'_>) -> Result<Shared, Status> {
    let v = a.get(0);
    if v.tag() == RES {
        // SAFETY: resources of this type hold such a box.
        let p = unsafe { (api::res::TABLE.get)(v, brigade_type()) };
        if !p.is_null() {
            // SAFETY: as above.
            return Ok(unsafe { &*p.cast::<Shared>() }.clone());
        }
    }
    Err(no_resource(vm, v, 0, "userfilter.bucket brigade"))
}

/// A bucket's object.
fn bucket_object(vm: &mut Vm, bytes: &[u8]) -> Res {
    let Some(class) = vm.lookup_class(b"StreamBucket", false)? else { return Ok(Val::NULL) };
    let mut o = Val::NULL;
    step(vm.instantiate_raw(class, &mut o))?;
    let resource = Held::owned(new_resource(bucket_type(), core::ptr::null_mut()));
    let data = Held::owned(text(bytes));
    let length = Val::int(bytes.len() as i64);
    for (n, v) in
        [("bucket", resource.get()), ("data", data.get()), ("datalen", length), ("dataLength", length)]
    {
        set_property(vm, o, n, v);
    }
    Ok(o)
}

fn make_writeable(vm: &mut Vm, a: &Args<'_>) -> Res {
    let b = brigade(vm, a)?;
    let first = b.borrow_mut().list.pop_front();
    match first {
        Some(bytes) => bucket_object(vm, &bytes),
        None => Ok(Val::NULL),
    }
}

/// The resource of a bucket object, as a number, and its bytes.
fn bucket_bytes(vm: &mut Vm, o: Val) -> Result<(u64, Vec<u8>), Status> {
    let resource = property(vm, o, "bucket")?;
    let v = value::deref(resource.get());
    // SAFETY: a live value.
    if v.tag() != RES || unsafe { (api::res::TABLE.type_of)(v) } != bucket_type() {
        let f = running(vm);
        return Err(
            vm.throw_type(&format!("{f}(): supplied resource is not a valid userfilter.bucket resource"))
        );
    }
    let data = property(vm, o, "data")?;
    Ok((v.payload, bytes_of(data.get())?))
}

fn attach(vm: &mut Vm, a: &Args<'_>, front: bool) -> Res {
    let b = brigade(vm, a)?;
    let (bucket, bytes) = bucket_bytes(vm, a.get(1))?;
    let mut b = b.borrow_mut();
    if front {
        b.list.push_front(bytes);
        return Ok(Val::NULL);
    }
    if b.last == bucket && !b.list.is_empty() {
        b.list.pop_back();
    }
    b.list.push_back(bytes);
    b.last = bucket;
    Ok(Val::NULL)
}

natives! {
    /// Functions of user filters.
    LIST;
    "stream_filter_register(string $filter_name, string $class): bool" => register,
    "stream_bucket_make_writeable($brigade): ?StreamBucket" => make_writeable,
    "stream_bucket_append($brigade, StreamBucket $bucket): void" => |vm, a| attach(vm, a, false),
    "stream_bucket_prepend($brigade, StreamBucket $bucket): void" => |vm, a| attach(vm, a, true),
    "stream_bucket_new($stream, string $buffer): StreamBucket" => |vm, a| {
        if stream_of(a.get(0)).is_none() {
            return Err(no_resource(vm, a.get(0), 0, "stream"));
        }
        bucket_object(vm, a.bytes(1))
    },
}
