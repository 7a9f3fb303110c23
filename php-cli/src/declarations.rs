//! `--stubs` and `--reference`: what the loaded extensions declare, as PHP files and as pages. Both are PHP programs over
//! reflection, so they tell what every script is told; what the sources say of a function comes from its descriptor.

use howdah_host::Worker;
use howdah_runtime::interner;
use howdah_runtime::{array, string};
use howdah_vm::class::Sym;
use howdah_vm::native::{Args, Native};
use howdah_vm::vm::Vm;
use plugin_api_abi::{Status, StrSlice, Val};

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A PHP file an extension.
    Stubs,
    /// A page of Markdown an extension.
    Reference,
}

const COMMON: &str = include_str!("declarations/common.php");

impl Form {
    /// The program and the folder that it writes to where none is named.
    fn program(self) -> (&'static str, &'static str) {
        match self {
            Form::Stubs => (include_str!("declarations/stubs.php"), "stubs"),
            Form::Reference => (include_str!("declarations/reference.php"), "reference"),
        }
    }
}

/// Documentation of a function (`$class` null), of a class (`$class` empty) or of a method.
const LIST: &[(&str, Native)] =
    &[("Howdah\\documentation(string $name, ?string $class): ?string", documentation)];

fn documentation(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let name = a.bytes(0).to_vec();
    let class = (!a.get(1).is_nullish()).then(|| a.bytes(1).to_vec());
    // SAFETY: the engine's functions and classes live as long as the VM, their descriptors for ever.
    let text = unsafe {
        let function = match class.as_deref() {
            None => vm.functions.get(&Sym(interner::lower(&name))).map(|e| e.get()),
            Some(b"") => None,
            Some(c) => {
                let methods = vm.find_class(c).map(|c| &(*c).methods);
                methods.and_then(|m| m.get(&Sym(interner::lower(&name))).copied())
            }
        };
        let class = class.filter(|c| c.is_empty()).and_then(|_| vm.find_class(&name));
        let of_class = class.and_then(|c| (*c).desc.as_ref()).map(|d| d.doc);
        let of_function = function.and_then(|f| (*f).desc.as_ref()).map(|d| d.doc);
        of_function.or(of_class).filter(|d| !d.is_none()).map(|d| StrSlice::bytes(d).to_vec())
    };
    *out = text.map_or(Val::NULL, |t| string::new_val(&t));
    Status::Ok
}

/// Writes the files into a folder.
pub fn write(w: &mut Worker, form: Form, folder: Option<&[u8]>) {
    let (program, usual) = form.program();
    howdah_vm::core_functions::register_list(&mut w.vm, LIST);
    let folder = string::new_val(folder.unwrap_or(usual.as_bytes()));
    // SAFETY: the VM's global table; no code runs.
    unsafe { array::set(w.vm.globals, array::Key::Str(interner::intern(b"folder")), folder) };
    for text in [COMMON, program] {
        let code = text.strip_prefix("<?php").unwrap_or(text);
        if !w.run_code(code.as_bytes(), b"declarations") {
            return;
        }
    }
}
