//! PHP values as streams read them, and arrays as contexts' options.

use howdah_runtime::layout::Arr;
use howdah_runtime::{array, memory, number, string, value};
use howdah_streams::Value;
use howdah_streams::context::{Notice, Notifier, Options};
use howdah_vm::rt;
use howdah_vm::vm::current;
use plugin_api_abi::{ARR, DBL, FALSE, INT, NULL, STR, Status, StrHdr, TRUE, UNDEF, Val};
use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

/// An owned share of a PHP value.
pub struct Held(Val);

impl Held {
    /// Takes a share of `v`.
    pub fn share(v: Val) -> Held {
        Held(rt::copy(value::deref(v)))
    }
    /// Takes over a share.
    pub fn owned(v: Val) -> Held {
        Held(v)
    }
    /// The value, borrowed.
    pub fn get(&self) -> Val {
        self.0
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // SAFETY: our share.
        unsafe { memory::val_release(self.0) };
    }
}

/// Arrays deeper than this stay what they are to the host: they may contain themselves.
const DEPTH: usize = 16;

/// A PHP value for streams.
pub fn value_of(v: Val) -> Value {
    convert(v, DEPTH)
}

fn convert(v: Val, depth: usize) -> Value {
    let v = value::deref(v);
    match v.tag() {
        UNDEF | NULL => Value::Null,
        FALSE => Value::Bool(false),
        TRUE => Value::Bool(true),
        INT => Value::Int(v.as_int()),
        DBL => Value::Float(v.as_dbl()),
        // SAFETY: a live string.
        STR => Value::Text(unsafe { StrHdr::bytes(v.as_ptr()) }.to_vec()),
        ARR if depth > 0 => {
            let mut entries = Vec::new();
            // SAFETY: a live array, which nothing changes meanwhile.
            for (k, p) in unsafe { array::iter(v.as_ptr::<Arr>()) } {
                let key = match k {
                    array::Key::Int(i) => i.to_string().into_bytes(),
                    // SAFETY: a live key.
                    array::Key::Str(s) => unsafe { StrHdr::bytes(s) }.to_vec(),
                };
                // SAFETY: a live element.
                entries.push((key, convert(unsafe { *p }, depth - 1)));
            }
            Value::Array(entries)
        }
        _ => Value::Opaque(Rc::new(Held::share(v))),
    }
}

/// A streams' value for PHP: an owned share.
pub fn val_of(v: &Value) -> Val {
    match v {
        Value::Null => Val::NULL,
        Value::Bool(b) => Val::bool(*b),
        Value::Int(i) => Val::int(*i),
        Value::Float(f) => Val::dbl(*f),
        Value::Text(t) => string::new_val(t),
        Value::Array(entries) => {
            let a = array::new(entries.len());
            for (k, v) in entries {
                // SAFETY: a fresh array.
                unsafe {
                    match number::int_key(k) {
                        Some(i) => array::set(a, array::Key::Int(i), val_of(v)),
                        None => array::set_bytes(a, k, val_of(v)),
                    }
                }
            }
            array::val(a)
        }
        Value::Opaque(any) => any.downcast_ref::<Held>().map_or(Val::NULL, |h| rt::copy(h.get())),
    }
}

/// A context's options in the PHP array that `stream_context_get_options()` gives.
pub struct ArrayOptions(RefCell<Held>);

impl ArrayOptions {
    /// Options from an array of arrays, of which a share is taken.
    pub fn new(options: Val) -> ArrayOptions {
        let v = value::deref(options);
        let held = if v.tag() == ARR { Held::share(v) } else { Held::owned(array::val(array::new(0))) };
        ArrayOptions(RefCell::new(held))
    }

    /// The array: an owned share.
    pub fn array(&self) -> Val {
        rt::copy(self.0.borrow().get())
    }

    /// One option as PHP has it: an owned share.
    pub fn element(&self, wrapper: &[u8], name: &[u8]) -> Option<Val> {
        let all = self.0.borrow();
        // SAFETY: a live array.
        unsafe {
            let w = array::find_bytes(all.get().as_ptr(), wrapper);
            if w.is_null() || value::deref(*w).tag() != ARR {
                return None;
            }
            let o = array::find_bytes(value::deref(*w).as_ptr(), name);
            (!o.is_null()).then(|| rt::copy(value::deref(*o)))
        }
    }

    /// Sets one option to a PHP value, of which a share is taken.
    pub fn put(&self, wrapper: &[u8], name: &[u8], v: Val) {
        let mut all = self.0.borrow_mut();
        // SAFETY: our arrays, separated before they are written.
        unsafe {
            let outer = array::separate(&mut all.0);
            let slot = array::find_bytes(outer, wrapper);
            if slot.is_null() || value::deref(*slot).tag() != ARR {
                array::set_bytes(outer, wrapper, array::val(array::new(0)));
            }
            let slot = value::deref_ptr(array::find_bytes(outer, wrapper));
            let inner = array::separate(slot);
            array::set_bytes(inner, name, rt::copy(value::deref(v)));
        }
    }
}

impl Options for ArrayOptions {
    fn get(&self, wrapper: &str, name: &str) -> Option<Value> {
        let v = Held::owned(self.element(wrapper.as_bytes(), name.as_bytes())?);
        Some(value_of(v.get()))
    }

    fn set(&self, wrapper: &str, name: &str, value: Value) {
        let v = Held::owned(val_of(&value));
        self.put(wrapper.as_bytes(), name.as_bytes(), v.get());
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A `notification` callback.
pub struct CallableNotifier(Held);

impl CallableNotifier {
    /// Takes a share of a callable.
    pub fn new(callable: Val) -> CallableNotifier {
        CallableNotifier(Held::share(callable))
    }

    /// The callable, borrowed.
    pub fn callable(&self) -> Val {
        self.0.get()
    }
}

impl Notifier for CallableNotifier {
    fn notify(&self, n: &Notice) {
        let vm = current();
        if vm.is_null() {
            return;
        }
        let args = [
            Val::int(n.code),
            Val::int(n.severity),
            n.message.as_ref().map_or(Val::NULL, |m| string::new_val(m)),
            Val::int(n.message_code),
            Val::int(n.transferred as i64),
            Val::int(n.total as i64),
        ];
        let mut out = Val::NULL;
        // SAFETY: the thread's VM, within a request.
        let st = unsafe { (*vm).call_callable(self.0.get(), &args, &mut out) };
        let failed = st == Status::Exception && unsafe { (*vm).fp.is_null() };
        if failed {
            // SAFETY: as above.
            unsafe { (*vm).uncaught() };
        }
        drop(Held::owned(out));
        args.into_iter().for_each(|a| drop(Held::owned(a)));
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
