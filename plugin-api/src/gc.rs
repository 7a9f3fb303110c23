//! What native payloads own, for the cycle collector.

use crate::{Array, Callable, Object, Resource, Str, Value};
use plugin_api_abi::Val;

/// Shows the collector the values that something owns.
pub struct Visitor {
    visit: unsafe extern "C" fn(data: *mut u8, slot: *mut Val),
    data: *mut u8,
}

impl Visitor {
    pub(crate) fn new(visit: unsafe extern "C" fn(data: *mut u8, slot: *mut Val), data: *mut u8) -> Visitor {
        Visitor { visit, data }
    }
    pub(crate) fn parts(&self) -> (unsafe extern "C" fn(data: *mut u8, slot: *mut Val), *mut u8) {
        (self.visit, self.data)
    }
    /// Shows one value.
    pub fn value(&mut self, v: &mut Value) {
        // SAFETY: a live value that its holder owns.
        unsafe { (self.visit)(self.data, &mut v.0) }
    }
}

/// Names every value that a payload or the globals own. Usually derived; a field that owns values and is left out keeps
/// cycles through it alive for ever.
pub trait GcRoots {
    /// Shows each owned value to `v`.
    fn visit(&mut self, v: &mut Visitor);
}

impl GcRoots for Value {
    fn visit(&mut self, v: &mut Visitor) {
        v.value(self);
    }
}
macro_rules! handles {
    ($($t:ty),*) => { $( impl GcRoots for $t {
        fn visit(&mut self, v: &mut Visitor) {
            // SAFETY: the handle is transparent over Val.
            unsafe { (v.visit)(v.data, &mut self.0) }
        }
    } )* };
}
handles!(Array, Object);
macro_rules! nothing {
    ($($t:ty),*) => { $( impl GcRoots for $t { fn visit(&mut self, _: &mut Visitor) {} } )* };
}
nothing!(
    (),
    bool,
    i8,
    i16,
    i32,
    i64,
    isize,
    u8,
    u16,
    u32,
    u64,
    usize,
    f32,
    f64,
    char,
    String,
    &'static str,
    Str,
    Resource,
    std::path::PathBuf
);
impl GcRoots for Callable {
    fn visit(&mut self, v: &mut Visitor) {
        // The resolved target borrows from the value, which alone holds a share.
        self.value_mut().visit(v);
    }
}
impl<T: GcRoots> GcRoots for Option<T> {
    fn visit(&mut self, v: &mut Visitor) {
        if let Some(x) = self {
            x.visit(v);
        }
    }
}
impl<T: GcRoots> GcRoots for Vec<T> {
    fn visit(&mut self, v: &mut Visitor) {
        self.iter_mut().for_each(|x| x.visit(v));
    }
}
impl<T: GcRoots> GcRoots for std::collections::VecDeque<T> {
    fn visit(&mut self, v: &mut Visitor) {
        self.iter_mut().for_each(|x| x.visit(v));
    }
}
impl<T: GcRoots> GcRoots for std::rc::Rc<T> {
    /// While there are several holders, what it owns is kept alive.
    fn visit(&mut self, v: &mut Visitor) {
        if let Some(x) = std::rc::Rc::get_mut(self) {
            x.visit(v);
        }
    }
}
impl<T: GcRoots> GcRoots for Box<T> {
    fn visit(&mut self, v: &mut Visitor) {
        (**self).visit(v);
    }
}
impl<A: GcRoots, B: GcRoots> GcRoots for (A, B) {
    fn visit(&mut self, v: &mut Visitor) {
        self.0.visit(v);
        self.1.visit(v);
    }
}
impl<T: GcRoots, const N: usize> GcRoots for [T; N] {
    fn visit(&mut self, v: &mut Visitor) {
        self.iter_mut().for_each(|x| x.visit(v));
    }
}
impl<K, T: GcRoots, S> GcRoots for std::collections::HashMap<K, T, S> {
    fn visit(&mut self, v: &mut Visitor) {
        self.values_mut().for_each(|x| x.visit(v));
    }
}
impl<K, T: GcRoots> GcRoots for std::collections::BTreeMap<K, T> {
    fn visit(&mut self, v: &mut Visitor) {
        self.values_mut().for_each(|x| x.visit(v));
    }
}
