//! Folders: `opendir()` and its like, `scandir()`, `dir()`.

use crate::functions::support::{
    Res, bad_value, natives, no_resource, opening_context, path, redirected, running, streams, text, warn,
    yes,
};
use crate::streams::{Held, close_stream, stream_of, stream_resource};
use howdah_runtime::memory;
use howdah_streams::stream::flags;
use howdah_streams::{Stream, options};
use howdah_vm::native::Args;
use howdah_vm::rt;
use howdah_vm::vm::Vm;
use plugin_api_abi::{Status, StrSlice, Val};
use std::rc::Rc;

/// Opens the folder of argument 0 and makes it the one that `readdir()` and the others take without an argument.
fn open(vm: &mut Vm, a: &Args<'_>) -> Result<Option<Val>, Status> {
    let p = path(vm, a, 0)?;
    let context = opening_context(vm, a, 1)?;
    let p = redirected(vm, p, plugin_api::files::purpose::DIRECTORY);
    let opened = streams(vm)?.open_dir(&p, options::REPORT_ERRORS, context);
    let Some(s) = opened else { return Ok(None) };
    let v = stream_resource(&s);
    set_default(vm, Some(Held::share(v)));
    Ok(Some(v))
}

fn set_default(vm: &mut Vm, v: Option<Held>) {
    if let Some(h) = crate::host::SapiHost::of(vm) {
        let old = h.state.last_directory.replace(v);
        drop(old);
    }
}

/// The folder of argument 0, or the one opened last.
fn folder(vm: &mut Vm, a: &Args<'_>) -> Result<(Val, Rc<Stream>), Status> {
    let v = a.get(0);
    let v = if v.is_nullish() {
        let last = crate::host::SapiHost::of(vm)
            .and_then(|h| h.state.last_directory.borrow().as_ref().map(Held::get));
        match last {
            Some(v) => v,
            None => return Err(vm.throw_type("No resource supplied")),
        }
    } else {
        v
    };
    let Some(s) = stream_of(v) else {
        return Err(if a.get(0).is_nullish() {
            let f = running(vm);
            vm.throw_type(&format!("{f}(): supplied resource is not a valid Directory resource"))
        } else {
            no_resource(vm, v, 0, "Directory")
        });
    };
    if !s.has(flags::IS_DIR) {
        return Err(if a.get(0).is_nullish() {
            vm.throw_type("No resource supplied")
        } else {
            let f = running(vm);
            vm.throw_type(&format!("{f}(): Argument #1 ($dir_handle) must be a valid Directory resource"))
        });
    }
    Ok((v, s))
}

fn closedir(vm: &mut Vm, a: &Args<'_>) -> Res {
    let (v, s) = folder(vm, a)?;
    let is_last = crate::host::SapiHost::of(vm)
        .and_then(|h| h.state.last_directory.borrow().as_ref().map(|l| l.get().payload == v.payload))
        .unwrap_or(false);
    drop(s);
    close_stream(v);
    if is_last {
        set_default(vm, None);
    }
    Ok(Val::NULL)
}

fn dir(vm: &mut Vm, a: &Args<'_>) -> Res {
    let Some(handle) = open(vm, a)? else { return yes(false) };
    let handle = Held::owned(handle);
    let class = match vm.lookup_class(b"Directory", false)? {
        Some(c) => c,
        None => return yes(false),
    };
    let mut o = Val::NULL;
    crate::functions::support::step(vm.instantiate_raw(class, &mut o))?;
    for (name, v) in [("path", rt::copy(a.get(0))), ("handle", rt::copy(handle.get()))] {
        // SAFETY: a fresh object of ours; the share moves into its slot.
        unsafe {
            let p = (howdah_vm::api::obj::TABLE.prop_slot)(o, StrSlice::of(name.as_bytes()));
            let old = if p.is_null() { v } else { core::mem::replace(&mut *p, v) };
            memory::val_release(old);
        }
    }
    Ok(o)
}

fn scandir(vm: &mut Vm, a: &Args<'_>) -> Res {
    let p = path(vm, a, 0)?;
    if p.is_empty() {
        return Err(bad_value(vm, 0, "must not be empty"));
    }
    let context = opening_context(vm, a, 2)?;
    let Some(mut names) = streams(vm)?.scan_dir(p, context) else {
        if vm.pending() != Status::Ok {
            return Err(vm.pending());
        }
        let s = streams(vm)?;
        let refused = s
            .locate(p, 0)
            .is_some_and(|(w, local)| w.is_plain() && !howdah_streams::path::allowed(s.env(), local, false));
        let code = if refused {
            libc::EPERM
        } else {
            std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::ENOENT)
        };
        warn(vm, format!("(errno {code}): {}", howdah_streams::errno::text(code)))?;
        return yes(false);
    };
    match a.int(1, 0) {
        0 => names.sort(),
        2 => {}
        // Any other number is descending, as PHP takes it.
        _ => names.sort_by(|x, y| y.cmp(x)),
    }
    Ok(crate::functions::support::texts(names))
}

natives! {
    /// Functions of folders.
    LIST;
    "opendir(string $directory, $context = null)" => |vm, a| Ok(open(vm, a)?.unwrap_or(Val::FALSE)),
    "dir(string $directory, $context = null): Directory|false" => dir,
    "readdir($dir_handle = null): string|false" => |vm, a| {
        let (_, s) = folder(vm, a)?;
        Ok(s.read_dir().map_or(Val::FALSE, |n| text(&n)))
    },
    "rewinddir($dir_handle = null): void" => |vm, a| {
        folder(vm, a)?.1.rewind_dir();
        Ok(Val::NULL)
    },
    "closedir($dir_handle = null): void" => closedir,
    "scandir(string $directory, int $sorting_order = SCANDIR_SORT_ASCENDING, $context = null): array|false" => scandir,
}
