//! Native functions and classes declared by their PHP signature text: one source for arginfo and messages.

use crate::vm::Vm;
use plugin_api_abi::{
    CallFrame, ClassDesc, ConstValue, CtxRaw, FunctionDesc, HandlerTable, NativeFn, ParamDesc, PropDesc,
    Slice, Status, StrSlice, TypeDesc, Val, flags, param_flags, type_mask,
};

use std::collections::HashMap;
use std::sync::Mutex;

/// A native function's view of its call.
pub struct Args<'f> {
    frame: &'f CallFrame,
}

impl Args<'_> {
    /// Arguments passed.
    #[inline]
    pub fn len(&self) -> usize {
        self.frame.argc as usize
    }
    /// Whether none was passed.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Argument `i` dereferenced, borrowed; UNDEF when absent.
    #[inline]
    pub fn get(&self, i: usize) -> Val {
        if i >= self.len() {
            return Val::UNDEF;
        }
        // SAFETY: the engine passes `argc` arguments.
        howdah_runtime::value::deref(unsafe { *self.frame.args.add(i) })
    }
    /// Named arguments that a variadic parameter takes, or null.
    #[inline]
    pub fn named(&self) -> *mut howdah_runtime::layout::Arr {
        let v = self.frame.named_extra;
        if v.tag() == plugin_api_abi::ARR { v.as_ptr() } else { core::ptr::null_mut() }
    }
    /// Argument `i` as it is in the frame (a reference for by-reference parameters).
    #[inline]
    pub fn slot(&self, i: usize) -> *mut Val {
        // SAFETY: callers ask only for arguments that are there.
        unsafe { self.frame.args.add(i) }
    }
    /// Argument `i` as bytes; empty when absent.
    #[inline]
    pub fn bytes(&self, i: usize) -> &[u8] {
        let v = self.get(i);
        // SAFETY: the frame holds the string for the call.
        if v.tag() == plugin_api_abi::STR {
            unsafe { plugin_api_abi::StrHdr::bytes(v.as_ptr()) }
        } else {
            b""
        }
    }
    /// Argument `i` as an integer, or `default` when absent or null.
    #[inline]
    pub fn int(&self, i: usize, default: i64) -> i64 {
        let v = self.get(i);
        if v.tag() == plugin_api_abi::INT { v.as_int() } else { default }
    }
    /// Argument `i` as a bool.
    #[inline]
    pub fn bool(&self, i: usize, default: bool) -> bool {
        let v = self.get(i);
        if v.is_nullish() { default } else { howdah_runtime::value::is_true(v) }
    }
    /// `$this`
    #[inline]
    pub fn this(&self) -> Val {
        self.frame.this
    }
    /// Class for `static`.
    #[inline]
    pub fn called(&self) -> *mut crate::class::Class {
        self.frame.called_class.cast()
    }
}

/// What natives are written as.
pub type Native = fn(&mut Vm, &Args<'_>, &mut Val) -> Status;

unsafe extern "C" fn call(ctx: *mut CtxRaw, frame: *mut CallFrame, ret: *mut Val) -> Status {
    // SAFETY: the engine calls with its own context, frame and result slot; `data` is the function's own code.
    unsafe {
        let f: Native = core::mem::transmute::<*const u8, Native>((*frame).data);
        let vm = ctx.cast::<Vm>();
        let run = || f(&mut *vm, &Args { frame: &*frame }, &mut *ret);
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) {
            Ok(status) => status,
            Err(payload) => (*vm).panicked(&*payload),
        }
    }
}

fn leak(s: &str) -> StrSlice {
    StrSlice::new(Box::leak(s.to_owned().into_boxed_str()))
}

fn slice<T: 'static>(v: Vec<T>) -> Slice<T> {
    Slice::new(Box::leak(v.into_boxed_slice()))
}

fn parse_type(t: &str) -> TypeDesc {
    if t.is_empty() {
        return TypeDesc::NONE;
    }
    let (mut mask, mut classes) = (0, Vec::new());
    let body = t.strip_prefix('?').inspect(|_| mask |= type_mask::NULL).unwrap_or(t);
    for part in body.split('|') {
        mask |= match part {
            "null" => type_mask::NULL,
            "false" => type_mask::FALSE,
            "true" => type_mask::TRUE,
            "bool" => type_mask::BOOL,
            "int" => type_mask::INT,
            "float" => type_mask::FLOAT,
            "string" => type_mask::STRING,
            "array" => type_mask::ARRAY,
            "object" => type_mask::OBJECT,
            "callable" => type_mask::CALLABLE,
            "iterable" => type_mask::ITERABLE,
            "void" => type_mask::VOID,
            "never" => type_mask::NEVER,
            "static" => type_mask::STATIC,
            "mixed" => type_mask::MIXED,
            class => {
                classes.push(leak(class));
                0
            }
        };
    }
    TypeDesc { text: leak(t), mask, tentative: 0, classes: slice(classes) }
}

/// A return type; `~` before it makes it tentative.
fn return_type(t: &str) -> TypeDesc {
    match t.strip_prefix('~') {
        Some(t) => TypeDesc { tentative: 1, ..parse_type(t) },
        None => parse_type(t),
    }
}

/// A descriptor from `[modifiers] name(type $param = default, …): type`.
pub fn function(sig: &str, code: Option<Native>) -> FunctionDesc {
    let (head, rest) = sig.split_once('(').unwrap_or((sig, ")"));
    let (params, ret) = rest.rsplit_once(')').unwrap_or((rest, ""));
    let mut fl = 0;
    let mut name = "";
    for word in head.split_whitespace() {
        match word {
            "public" => fl |= flags::PUBLIC,
            "protected" => fl |= flags::PROTECTED,
            "private" => fl |= flags::PRIVATE,
            "static" => fl |= flags::STATIC,
            "final" => fl |= flags::FINAL,
            "abstract" => fl |= flags::ABSTRACT,
            "pure" => fl |= flags::PURE,
            "function" => {}
            w => name = w,
        }
    }
    let (mut descs, mut required) = (Vec::new(), 0);
    for (i, p) in split_params(params).into_iter().enumerate() {
        let (decl, default) = match p.split_once('=') {
            Some((d, v)) => (d.trim(), Some(v.trim())),
            None => (p.trim(), None),
        };
        // The function checks such an argument itself.
        let (decl, unchecked) = decl.strip_prefix("@unchecked ").map_or((decl, false), |d| (d, true));
        let (ty, var) = decl.rsplit_once(' ').unwrap_or(("", decl));
        let mut pf = 0;
        let var = var.strip_prefix('&').inspect(|_| pf |= param_flags::BY_REF).unwrap_or(var);
        let var = var.strip_prefix("...").inspect(|_| pf |= param_flags::VARIADIC).unwrap_or(var);
        if default.is_none() && pf & param_flags::VARIADIC == 0 {
            required = i as u32 + 1;
        }
        descs.push(ParamDesc {
            name: leak(var.trim_start_matches('$')),
            ty: match parse_type(ty.trim()) {
                ty if unchecked => TypeDesc { mask: type_mask::MIXED, classes: Slice::EMPTY, ..ty },
                ty => ty,
            },
            default: default.filter(|d| *d != "UNKNOWN").map_or(StrSlice::NONE, leak),
            flags: pf,
            reserved: 0,
        });
    }
    FunctionDesc {
        size: size_of::<FunctionDesc>() as u32,
        flags: fl,
        name: leak(name),
        func: code.map(|_| call as NativeFn),
        params: slice(descs),
        required,
        reserved: 0,
        ret: return_type(ret.trim_start_matches(':').trim()),
        doc: StrSlice::NONE,
        attributes: StrSlice::NONE,
        data: code.map_or(core::ptr::null(), |f| f as *const u8),
    }
}

/// Commas outside brackets and quotes.
fn split_params(s: &str) -> Vec<&str> {
    let (mut out, mut depth, mut start, mut quoted) = (Vec::new(), 0, 0, false);
    for (i, c) in s.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '[' | '(' if !quoted => depth += 1,
            ']' | ')' if !quoted => depth -= 1,
            ',' if depth == 0 && !quoted => {
                out.push(&s[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    if !s[start..].trim().is_empty() {
        out.push(&s[start..]);
    }
    out
}

/// A class to register.
#[derive(Default)]
pub struct NativeClass {
    /// Name.
    pub name: &'static str,
    /// Parent.
    pub parent: Option<&'static str>,
    /// Interfaces.
    pub interfaces: &'static [&'static str],
    /// Modifier bits.
    pub flags: u32,
    /// Methods: signature and code (none: abstract).
    pub methods: Vec<(&'static str, Option<Native>)>,
    /// Properties: name, with a type before it perhaps, modifier bits, default.
    pub props: Vec<(&'static str, u32, ConstValue)>,
    /// Pointer-sized payload and its destructor.
    pub free: Option<unsafe extern "C" fn(payload: *mut u8)>,
    /// Handlers.
    pub handlers: Option<&'static HandlerTable>,
}

/// The descriptor of a class, made once per process: the VMs of all threads share it.
pub fn class(c: NativeClass) -> &'static ClassDesc {
    static MADE: Mutex<Option<HashMap<&'static str, &'static ClassDesc>>> = Mutex::new(None);
    let mut made = MADE.lock().unwrap_or_else(|e| e.into_inner());
    made.get_or_insert_default().entry(c.name).or_insert_with(|| describe(c))
}

fn describe(c: NativeClass) -> &'static ClassDesc {
    let methods = c
        .methods
        .into_iter()
        .map(|(sig, code)| {
            let mut f = function(sig, code);
            if code.is_none() {
                f.flags |= flags::ABSTRACT;
            }
            if f.flags & 7 == 0 {
                f.flags |= flags::PUBLIC;
            }
            f
        })
        .collect();
    let props = c
        .props
        .into_iter()
        .map(|(n, f, v)| {
            let (ty, n) = n.rsplit_once(' ').unwrap_or(("", n));
            let name = leak(n);
            PropDesc { name, ty: parse_type(ty), default: v, flags: f, reserved: 0, doc: StrSlice::NONE }
        })
        .collect();
    Box::leak(Box::new(ClassDesc {
        size: size_of::<ClassDesc>() as u32,
        flags: c.flags,
        name: leak(c.name),
        parent: c.parent.map_or(StrSlice::NONE, leak),
        interfaces: slice(c.interfaces.iter().map(|s| leak(s)).collect()),
        methods: slice(methods),
        props: slice(props),
        consts: Slice::EMPTY,
        enum_backing: 0,
        native_size: if c.free.is_some() { 8 } else { 0 },
        native_align: 8,
        reserved: 0,
        create: None,
        free: c.free,
        handlers: c.handlers.map_or(core::ptr::null(), |h| h),
        interface_gets_implemented: None,
        doc: StrSlice::NONE,
        attributes: StrSlice::NONE,
    }))
}
