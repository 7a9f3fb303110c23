//! `--rf`, `--rc`, `--re` and `--rz`: a reflection's text.

use howdah_runtime::{array, string};
use howdah_vm::rt;
use howdah_vm::vm::Vm;
use plugin_api_abi::{STR, Status, StrHdr, Val};

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A function, or `CLASS::METHOD`.
    Function,
    /// A class.
    Class,
    /// An extension.
    Extension,
    /// A Zend extension.
    ZendExtension,
}

fn call(vm: &mut Vm, object: Val, method: &[u8], args: &[Val], out: &mut Val) -> Status {
    let callable = array::val(array::from_vals([rt::copy(object), string::new_val(method)]));
    let st = vm.call_callable(callable, args, out);
    // SAFETY: the pair is ours.
    unsafe { rt::release(callable) };
    st
}

/// Bytes of a string value that the caller owns, which is released.
fn take_bytes(v: Val) -> Vec<u8> {
    // SAFETY: a live string, ours.
    unsafe {
        let b = if v.tag() == STR { StrHdr::bytes(v.as_ptr()).to_vec() } else { Vec::new() };
        rt::release(v);
        b
    }
}

/// The text of a reflection.
///
/// # Errors
/// The message of the exception that making it threw.
pub fn text(vm: &mut Vm, what: Subject, name: &[u8]) -> Result<Vec<u8>, Vec<u8>> {
    let method = memchr::memmem::find(name, b"::").filter(|_| what == Subject::Function);
    let class: &[u8] = match what {
        Subject::Function if method.is_some() => b"ReflectionMethod",
        Subject::Function => b"ReflectionFunction",
        Subject::Class => b"ReflectionClass",
        Subject::Extension => b"ReflectionExtension",
        Subject::ZendExtension => b"ReflectionZendExtension",
    };
    let Some(class) = vm.find_class(class) else {
        return Err(b"The Reflection extension is not loaded".to_vec());
    };
    let args = match method {
        Some(i) => vec![string::new_val(&name[..i]), string::new_val(&name[i + 2..])],
        None => vec![string::new_val(name)],
    };
    let mut object = Val::NULL;
    let mut out = Val::NULL;
    let mut st = vm.instantiate(class, &mut object);
    if st == Status::Ok {
        st = call(vm, object, b"__construct", &args, &mut out);
    }
    if st == Status::Ok {
        st = call(vm, object, b"__toString", &[], &mut out);
    }
    let message = if st == Status::Exception { thrown(vm) } else { Vec::new() };
    // SAFETY: ours.
    unsafe {
        rt::release(object);
        args.into_iter().for_each(|a| rt::release(a));
    }
    if st == Status::Ok { Ok(take_bytes(out)) } else { Err(message) }
}

/// Takes the pending exception; its message.
fn thrown(vm: &mut Vm) -> Vec<u8> {
    let e = std::mem::replace(&mut vm.exception, Val::UNDEF);
    let mut message = Val::NULL;
    let st = call(vm, e, b"getMessage", &[], &mut message);
    // SAFETY: ours.
    unsafe { rt::release(e) };
    if st == Status::Ok { take_bytes(message) } else { Vec::new() }
}
