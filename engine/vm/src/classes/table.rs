//! Views of an object's properties as arrays: casts, foreach, get_object_vars, var_dump, serialize, json.

use super::class_of;
use crate::class::{Class, PropInfo, class_flags};
use crate::errors::level;
use crate::rt::{copy_ref, release};
use crate::vm::Vm;
use howdah_bytecode::fetch;
use howdah_runtime::array::{self, Key};
use howdah_runtime::layout::{Arr, HDR_LAZY, HDR_PROXY, Obj};
use howdah_runtime::memory::obj_val;
use howdah_runtime::{interner, number, value};
use plugin_api_abi::flags::{PRIVATE, PROTECTED, STATIC};
use plugin_api_abi::{ARR, Status, StrHdr, UNDEF, Val, prop_purpose};

/// A property's key in such arrays: `name`, `\0*\0name` or `\0Class\0name`.
#[inline]
pub fn mangled(p: &PropInfo) -> *mut StrHdr {
    if p.key.get().is_null() {
        p.key.set(make_mangled(p));
    }
    p.key.get()
}

#[cold]
fn make_mangled(p: &PropInfo) -> *mut StrHdr {
    // SAFETY: interned names, live class.
    let name = unsafe { StrHdr::bytes(p.name) };
    if p.flags & PRIVATE != 0 {
        // SAFETY: as above.
        joined([b"\0", unsafe { (*p.class).name() }, b"\0", name])
    } else if p.flags & PROTECTED != 0 {
        joined([b"\0*\0", b"", b"", name])
    } else {
        p.name
    }
}

/// The interned string of these pieces; short ones take no memory from the system.
fn joined(pieces: [&[u8]; 4]) -> *mut StrHdr {
    let mut short = [0; 128];
    let mut at = 0;
    for piece in pieces {
        match short.get_mut(at..at + piece.len()) {
            Some(place) => place.copy_from_slice(piece),
            None => return interner::intern(&pieces.concat()),
        }
        at += piece.len();
    }
    interner::intern(&short[..at])
}

/// The bare name within a mangled one, and the class part: `*`, a class, or none.
pub fn unmangle(key: &[u8]) -> (Option<&[u8]>, &[u8]) {
    if key.first() != Some(&0) {
        return (None, key);
    }
    match memchr::memchr(0, &key[1..]) {
        Some(i) => (Some(&key[1..=i]), &key[i + 2..]),
        None => (None, key),
    }
}

fn normal_key(k: Key) -> Key {
    match k {
        // SAFETY: keys are live strings.
        Key::Str(s) => number::int_key(unsafe { StrHdr::bytes(s) }).map_or(k, Key::Int),
        k => k,
    }
}

impl Vm {
    /// All properties of an object under their mangled names, hooks not run: a fresh array.
    pub fn properties(&mut self, o: *mut Obj) -> *mut Arr {
        let c = class_of(o);
        let n = c.head.num_slots;
        let t = if n == 0 { array::new(0) } else { array::new_hash(n) };
        // SAFETY: live object; no two slots have one key.
        unsafe {
            for (i, info) in c.slot_infos.iter().enumerate().take(n as usize) {
                let v = (*Obj::slot(o, i)).by_parts();
                if !v.is_undef() && !info.is_null() {
                    array::add_new(t, mangled(&**info), copy_ref(v));
                }
            }
            if !(*o).props.is_null() {
                for (k, p) in array::iter((*o).props) {
                    array::set(t, k, copy_ref(*p));
                }
            }
        }
        t
    }

    /// The properties for a purpose ([`prop_purpose`]), as an owned array.
    pub fn properties_for(&mut self, o: *mut Obj, purpose: u32, out: &mut Val) -> Status {
        let c = class_of(o);
        *out = Val::NULL;
        // SAFETY: live object; handlers are never null.
        unsafe {
            if let Some(f) = (*c.head.handlers).properties {
                let ctx: *mut Vm = self;
                let mut v = Val::UNDEF;
                crate::tri!(f(ctx.cast(), obj_val(o), purpose, &mut v));
                if v.tag() == ARR {
                    *out = v;
                    return Status::Ok;
                }
            }
            if purpose == prop_purpose::DEBUG && !c.magic.debug_info.is_null() {
                let mut v = Val::NULL;
                crate::tri!(self.call_func(c.magic.debug_info, obj_val(o), c, &[], &mut v));
                let d = value::deref(v);
                match d.tag() {
                    ARR => *out = crate::rt::copy(d),
                    plugin_api_abi::NULL | UNDEF => *out = array::val(array::new(0)),
                    _ => {
                        release(v);
                        return self.fatal(level::ERROR, "__debuginfo() must return an array", None);
                    }
                }
                release(v);
                return Status::Ok;
            }
            if purpose == prop_purpose::DEBUG && (*o).hdr.info & HDR_PROXY != 0 {
                let t = array::new(1);
                array::set_bytes(t, b"instance", crate::rt::copy(obj_val(self.lazy_instance(o))));
                *out = array::val(t);
                return Status::Ok;
            }
            let mut o = o;
            let init = matches!(
                purpose,
                prop_purpose::JSON
                    | prop_purpose::OBJECT_VARS
                    | prop_purpose::VAR_EXPORT
                    | prop_purpose::SERIALIZE
            );
            if (*o).hdr.info & (HDR_LAZY | HDR_PROXY) != 0 && (init || (*o).hdr.info & HDR_LAZY == 0) {
                match self.lazy_real(o) {
                    Ok(real) => o = real,
                    Err(st) => return st,
                }
            }
            let hooked = class_of(o).flags & class_flags::HAS_HOOKS != 0
                && matches!(
                    purpose,
                    prop_purpose::JSON | prop_purpose::OBJECT_VARS | prop_purpose::VAR_EXPORT
                );
            if hooked {
                return self.hooked_properties(o, out);
            }
            let t = self.properties(o);
            *out = array::val(t);
        }
        Status::Ok
    }

    /// Properties with `get` hooks run, virtual ones too.
    unsafe fn hooked_properties(&mut self, o: *mut Obj, out: &mut Val) -> Status {
        let t = array::new(0);
        *out = array::val(t);
        let c = class_of(o);
        // SAFETY: live object; property infos live as long as their classes.
        unsafe {
            for p in ordered(c) {
                let info = &*p;
                let v = if !info.get.is_null() {
                    let mut v = Val::NULL;
                    crate::tri!(self.call_func(info.get, obj_val(o), c, &[], &mut v));
                    v
                } else if info.slot == u32::MAX || (*Obj::slot(o, info.slot as usize)).is_undef() {
                    continue;
                } else {
                    copy_ref(*Obj::slot(o, info.slot as usize))
                };
                array::set(t, Key::Str(mangled(info)), v);
            }
            if !(*o).props.is_null() {
                for (k, p) in array::iter((*o).props) {
                    array::set(t, k, copy_ref(*p));
                }
            }
        }
        Status::Ok
    }

    /// `(array)$o`: mangled names, numeric names as integers.
    pub fn object_to_array(&mut self, o: *mut Obj, out: &mut Val) -> Status {
        // SAFETY: live object.
        unsafe {
            if std::ptr::eq(class_of(o), self.ce.closure) {
                *out = array::val(array::from_vals([crate::rt::copy(obj_val(o))]));
                return Status::Ok;
            }
            crate::tri!(self.properties_for(o, prop_purpose::ARRAY_CAST, out));
            let a = out.as_ptr::<Arr>();
            if array::iter(a).all(|(k, _)| matches!(normal_key(k), Key::Str(_))) {
                return Status::Ok;
            }
            let t = array::new(0);
            for (k, p) in array::iter(a) {
                array::set(t, normal_key(k), copy_ref(*p));
            }
            release(*out);
            *out = array::val(t);
        }
        Status::Ok
    }

    /// Whether the running code may see a property of an object of class `c` at all.
    fn seen(&self, c: &Class, p: &PropInfo, scope: *mut Class) -> bool {
        if p.flags & (PRIVATE | PROTECTED) == 0 {
            // A public property may be hidden by the scope's own private one.
            return true;
        }
        if p.class == scope {
            return true;
        }
        let _ = c;
        // SAFETY: prototypes live as long as their classes.
        p.flags & PROTECTED != 0 && Vm::protected_ok(unsafe { (*p.prototype).class }, scope)
    }

    /// The properties that the running code may see, under their plain names, hooks not run (those are null here): a fresh
    /// array. A virtual or hooked one is in it when it can be read.
    pub fn visible_properties(&mut self, o: *mut Obj, _by_ref: bool) -> *mut Arr {
        let t = array::new(0);
        let scope = self.scope();
        // SAFETY: live object.
        unsafe {
            let mut o = o;
            if (*o).hdr.info & (HDR_LAZY | HDR_PROXY) != 0 {
                match self.lazy_real(o) {
                    Ok(real) => o = real,
                    Err(_) => return t,
                }
            }
            let c = class_of(o);
            for p in ordered(c) {
                let info = &*p;
                if !self.seen(c, info, scope) {
                    continue;
                }
                // Of two with one name (a private one further up) the one that the scope means counts.
                let k = Key::Str(info.name);
                if !array::find(t, k).is_null() && info.class != scope {
                    continue;
                }
                if !info.get.is_null() {
                    array::set(t, k, Val::NULL);
                } else if info.slot != u32::MAX {
                    let v = *Obj::slot(o, info.slot as usize);
                    if !v.is_undef() {
                        array::set(t, k, copy_ref(v));
                    }
                }
            }
            if !(*o).props.is_null() {
                for (k, p) in array::iter((*o).props) {
                    if let Key::Str(s) = k
                        && StrHdr::bytes(s).first() == Some(&0)
                    {
                        continue;
                    }
                    array::set(t, normal_key(k), copy_ref(*p));
                }
            }
            self.with_native_vars(o, t)
        }
    }

    /// Adds the public properties that only a native class's handler knows of, all in the order that it gives.
    unsafe fn with_native_vars(&mut self, o: *mut Obj, t: *mut Arr) -> *mut Arr {
        let ctx: *mut Vm = self;
        let mut v = Val::UNDEF;
        // SAFETY: live object and array; handlers are never null and follow the ABI.
        unsafe {
            let Some(f) = (*class_of(o).head.handlers).properties else { return t };
            // What the handler throws is pending.
            if f(ctx.cast(), obj_val(o), prop_purpose::OBJECT_VARS, &mut v) != Status::Ok || v.tag() != ARR {
                release(v);
                return t;
            }
            let all = array::new((*t).count as usize);
            for (k, p) in array::iter(v.as_ptr::<Arr>()) {
                let (mangled, plain) = match k {
                    Key::Str(s) if StrHdr::bytes(s).first() == Some(&0) => {
                        (true, Key::Str(interner::intern(unmangle(StrHdr::bytes(s)).1)))
                    }
                    k => (false, normal_key(k)),
                };
                let seen = array::find(t, plain);
                if !seen.is_null() {
                    array::set(all, plain, copy_ref(*seen));
                } else if !mangled {
                    array::set(all, plain, copy_ref(*p));
                }
            }
            for (k, p) in array::iter(t) {
                if array::find(all, k).is_null() {
                    array::set(all, k, copy_ref(*p));
                }
            }
            release(v);
            array::release_arr(t);
            all
        }
    }

    /// `get_object_vars`: what the running code may see, hooks run.
    pub fn object_vars(&mut self, o: *mut Obj, out: &mut Val) -> Status {
        let t = self.visible_properties(o, false);
        *out = array::val(t);
        crate::tri!(self.pending());
        if class_of(o).flags & class_flags::HAS_HOOKS == 0 {
            return Status::Ok;
        }
        // SAFETY: the array is ours.
        unsafe {
            let keys: Vec<Key> = array::iter(t).map(|(k, _)| k).collect();
            for k in keys {
                let Key::Str(s) = k else { continue };
                let name = interner::known(s).unwrap_or(s);
                let hooked =
                    class_of(o).props.get(&crate::class::Sym(name)).is_some_and(|&p| !(*p).get.is_null());
                if hooked {
                    let mut v = Val::NULL;
                    crate::tri!(self.read_prop(o, name, fetch::R, core::ptr::null_mut(), &mut v));
                    array::set(t, k, v);
                }
            }
        }
        Status::Ok
    }

    /// The current value of a property that foreach walks, by its key; `None` when it is gone.
    pub fn property_by_key(&mut self, o: *mut Obj, key: Key, _seen: Val) -> Option<Result<Val, Status>> {
        // SAFETY: live object and key.
        unsafe {
            let name = match key {
                Key::Str(s) => interner::Name::new(StrHdr::bytes(s)),
                Key::Int(i) => interner::Name::new(itoa::Buffer::new().format(i).as_bytes()),
            };
            let name = name.get();
            match self.has_prop(o, name, 2) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(st) => return Some(Err(st)),
            }
            let mut out = Val::NULL;
            let st = self.read_prop(o, name, fetch::R, core::ptr::null_mut(), &mut out);
            Some(if st == Status::Ok { Ok(out) } else { Err(st) })
        }
    }
}

/// Non-static properties in the order in which PHP lists them: by slot, then virtual ones in order of declaration.
fn ordered(c: &Class) -> Vec<*mut PropInfo> {
    let mut list: Vec<*mut PropInfo> = c.slot_infos.iter().copied().filter(|p| !p.is_null()).collect();
    for &p in c.props.values() {
        // SAFETY: property infos live as long as their classes.
        if unsafe { (*p).slot == u32::MAX && (*p).flags & STATIC == 0 } {
            list.push(p);
        }
    }
    list
}
