//! `cases()`, `from()`, `tryFrom()` of enums.

use crate::classes::{class_text, name_text};
use crate::func::RtType;
use crate::native::{Args, Native, function};
use crate::rt::copy;
use crate::vm::Vm;
use howdah_runtime::array;
use plugin_api_abi::{FunctionDesc, STR, Status, StrHdr, Val, type_mask};
use std::sync::OnceLock;

fn cases(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let c = a.called();
    let t = array::new(0);
    *out = array::val(t);
    // SAFETY: live class; the array is fresh.
    unsafe {
        let names: Vec<*mut StrHdr> =
            (*c).consts.iter().filter(|(_, k)| k.is_case).map(|(n, _)| n.0).collect();
        for n in names {
            let Some(k) = (*c).consts.get_mut(&crate::class::Sym(n)) else { continue };
            let k: *mut crate::class::ClassConstant = k;
            match vm.const_value(k, n) {
                Ok(v) => {
                    let _ = array::push(t, copy(*v));
                }
                Err(st) => return st,
            }
        }
    }
    Status::Ok
}

/// Whether the code that called the running native function has strict types.
fn strict(vm: &Vm) -> bool {
    // SAFETY: frames on the stack are complete.
    unsafe {
        let prev = (*crate::frame::frame(vm.fp)).prev;
        !prev.is_null() && (*(*crate::frame::frame(prev)).func).flags & howdah_bytecode::fn_flags::STRICT != 0
    }
}

fn find(vm: &mut Vm, a: &Args<'_>, name: &str, out: &mut Val) -> Result<bool, Status> {
    let c = a.called();
    let mut v = copy(a.get(0));
    // SAFETY: live class.
    let text = unsafe { (*c).enum_backing } == STR;
    let (mask, word) = if text { (type_mask::STRING, "string") } else { (type_mask::INT, "int") };
    let ty = RtType::new(mask, Box::default(), word.into());
    let strict = strict(vm);
    // SAFETY: a local.
    match unsafe { vm.coerce(&ty, &mut v, core::ptr::null_mut(), strict) } {
        Ok(true) => {}
        Ok(false) => {
            let msg = format!(
                "{}::{name}(): Argument #1 ($value) must be of type {word}, {} given",
                class_text(c),
                howdah_runtime::value::value_name(v)
            );
            // SAFETY: ours.
            unsafe { crate::rt::release(v) };
            return Err(vm.throw_type(&msg));
        }
        Err(st) => return Err(st),
    }
    let r = vm.enum_case(c, v);
    // SAFETY: ours.
    unsafe { crate::rt::release(v) };
    match r? {
        Some(o) => {
            *out = copy(o);
            Ok(true)
        }
        None => Ok(false),
    }
}

fn from(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    match find(vm, a, "from", out) {
        Ok(true) => Status::Ok,
        Ok(false) => {
            let v = a.get(0);
            // SAFETY: live class.
            let text = unsafe { (*a.called()).enum_backing } == STR;
            let shown = match v.tag() {
                STR => format!("\"{}\"", name_text(v.as_ptr())),
                _ if text => format!("\"{}\"", v.as_int()),
                _ => v.as_int().to_string(),
            };
            vm.throw_value(&format!(
                "{shown} is not a valid backing value for enum {}",
                class_text(a.called())
            ))
        }
        Err(st) => st,
    }
}

fn try_from(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    match find(vm, a, "tryFrom", out) {
        Ok(_) => Status::Ok,
        Err(st) => st,
    }
}

/// Made once and kept: functions point to them.
static ALL: OnceLock<&[FunctionDesc; 3]> = OnceLock::new();

/// The methods that an enum with this backing type (0: none) gets.
pub(crate) fn methods(backing: u8) -> impl Iterator<Item = &'static FunctionDesc> {
    let all = ALL.get_or_init(|| {
        Box::leak(Box::new([
            function("public static cases(): array", Some(cases as Native)),
            function("public static from(int|string $value): static", Some(from)),
            function("public static tryFrom(int|string $value): ?static", Some(try_from)),
        ]))
    });
    all.iter().take(if backing == 0 { 1 } else { 3 })
}
