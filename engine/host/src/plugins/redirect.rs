//! What an extension says of files before they are looked for: the interface `files.redirect/1`.

use super::wrappers::take_text;
use howdah_vm::vm::Vm;
use plugin_api::files::{REDIRECT, RedirectTable};
use plugin_api_abi::StrSlice;

fn table(vm: &Vm) -> Option<&'static RedirectTable> {
    // SAFETY: the interface's name stands for this table, which lives as long as the process.
    unsafe { super::interface(vm, REDIRECT).cast::<RedirectTable>().as_ref() }
}

/// The path to take in place of one, for a [`plugin_api::files::purpose`].
pub fn path(vm: &mut Vm, path: &[u8], purpose: u32) -> Option<Vec<u8>> {
    let t = table(vm)?;
    let ctx: *mut Vm = vm;
    // SAFETY: the VM is the context; a live text. The share is ours.
    take_text(unsafe { (t.path)(ctx.cast(), StrSlice::of(path), purpose) })
}

/// Of an archive that is run, the text to compile in place of its own.
pub fn script(path: &[u8]) -> Option<Vec<u8>> {
    let vm = howdah_vm::vm::current();
    let has = |what: &[u8]| memchr::memmem::find(path, what).is_some();
    if vm.is_null() || !has(b".phar") || has(b"://") {
        return None;
    }
    // SAFETY: the thread's VM is the context; a live text. The share is ours.
    unsafe { table(&*vm).and_then(|t| take_text((t.script)(vm.cast(), StrSlice::of(path)))) }
}
