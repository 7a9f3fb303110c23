//! Other programs: `exec()` and its like, `proc_open()` (ext/standard's exec.c and proc_open.c).

use crate::functions::support::{
    Res, bad_value, bytes_of, give, natives, no_resource, path, streams, text, warn, yes,
};
use crate::streams::{stream_of, stream_resource};
use howdah_runtime::layout::Arr;
use howdah_runtime::{array, value};
use howdah_streams::process::{Descriptor, Process, ProcessCommand, ProcessSpec};
use howdah_vm::api::res::{TABLE, close_resource, new_resource, register_type};
use howdah_vm::native::Args;
use howdah_vm::vm::Vm;
use plugin_api_abi::{ARR, INT, RES, STR, Status, Val};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};

/// Starts a shell for argument 0 with its output in a pipe. `Ok(None)` after the warning.
fn start(vm: &mut Vm, a: &Args<'_>) -> Result<Option<Child>, Status> {
    let line = path(vm, a, 0)?;
    if line.is_empty() {
        return Err(bad_value(vm, 0, "must not be empty"));
    }
    vm.host.flush();
    let mut c = Command::new("/bin/sh");
    c.arg("-c").arg(std::ffi::OsStr::from_bytes(line)).stdout(Stdio::piped());
    if let Some(s) = super::state(vm)
        && !s.changed_environment.borrow().is_empty()
    {
        c.env_clear();
        s.environment_variables(&mut |k, v| {
            c.env(std::ffi::OsStr::from_bytes(k), std::ffi::OsStr::from_bytes(v));
        });
    }
    match c.spawn() {
        Ok(child) => Ok(Some(child)),
        Err(_) => {
            let shown = String::from_utf8_lossy(line).into_owned();
            warn(vm, format!("Unable to fork [{shown}]"))?;
            Ok(None)
        }
    }
}

/// What `exit()` of a program gave; a signal's number with -1 where it had no chance to.
fn exit_code(child: &mut Child) -> i64 {
    match child.wait() {
        Ok(s) => s.code().map_or_else(|| s.into_raw() as i64, i64::from),
        Err(_) => -1,
    }
}

fn without_space(line: &[u8]) -> &[u8] {
    line.trim_ascii_end().strip_suffix(b"\x0b").map_or(line.trim_ascii_end(), without_space)
}

/// `exec()` and `system()`: line by line; gives the last one.
fn run_lines(vm: &mut Vm, a: &Args<'_>, show: bool, code: usize) -> Res {
    let Some(mut child) = start(vm, a)? else { return yes(false) };
    let mut last = Vec::new();
    let mut lines = Vec::new();
    if let Some(out) = child.stdout.take() {
        let mut out = BufReader::new(out);
        let mut line = Vec::new();
        while out.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            if show {
                vm.host.write(&line);
                vm.host.flush();
            }
            last = without_space(&line).to_vec();
            if !show {
                lines.push(last.clone());
            }
            line.clear();
        }
    }
    let status = exit_code(&mut child);
    if !show && a.len() > 1 {
        let old = a.get(1);
        let t = if old.tag() == ARR {
            // SAFETY: a live array, which the argument holds.
            unsafe { array::dup(old.as_ptr::<Arr>()) }
        } else {
            array::new(lines.len())
        };
        for l in &lines {
            // SAFETY: an array of ours.
            if unsafe { array::push(t, text(l)) }.is_err() {
                break;
            }
        }
        give(vm, a, 1, array::val(t))?;
    }
    give(vm, a, code, Val::int(status))?;
    Ok(text(&last))
}

fn passthru(vm: &mut Vm, a: &Args<'_>) -> Res {
    let Some(mut child) = start(vm, a)? else { return yes(false) };
    if let Some(mut out) = child.stdout.take() {
        let mut buf = [0u8; 8192];
        while let Ok(n @ 1..) = out.read(&mut buf) {
            vm.host.write(&buf[..n]);
        }
    }
    let status = exit_code(&mut child);
    give(vm, a, 1, Val::int(status))?;
    Ok(Val::NULL)
}

fn shell_exec(vm: &mut Vm, a: &Args<'_>) -> Res {
    let Some(mut child) = start(vm, a)? else { return yes(false) };
    let mut all = Vec::new();
    if let Some(mut out) = child.stdout.take() {
        // What was read before a failure is the output.
        drop(out.read_to_end(&mut all));
    }
    exit_code(&mut child);
    Ok(if all.is_empty() { Val::NULL } else { text(&all) })
}

unsafe extern "C" fn drop_process(p: *mut u8) {
    // SAFETY: boxed by `open`, dropped once.
    let p = unsafe { Box::from_raw(p.cast::<Process>()) };
    p.close(false);
}

fn process_type() -> i32 {
    register_type("process", Some(drop_process))
}

/// The process of argument 0.
fn process<'a>(vm: &mut Vm, a: &'a Args<'_>) -> Result<&'a Process, Status> {
    let v = a.get(0);
    // SAFETY: a live value.
    let p = if v.tag() == RES { unsafe { (TABLE.get)(v, process_type()) } } else { core::ptr::null_mut() };
    if p.is_null() {
        return Err(no_resource(vm, v, 0, "process"));
    }
    // SAFETY: resources of this type hold such a box, and the argument holds the resource.
    Ok(unsafe { &*p.cast::<Process>() })
}

/// Elements of an array with their keys.
fn elements(v: Val) -> Vec<(array::Key, Val)> {
    if v.tag() != ARR {
        return Vec::new();
    }
    // SAFETY: a live array; elements are dereferenced at once.
    unsafe { array::iter(v.as_ptr::<Arr>()).map(|(k, p)| (k, value::deref(*p))).collect() }
}

fn element(list: &[(array::Key, Val)], i: i64) -> Option<Val> {
    list.iter().find(|(k, _)| matches!(k, array::Key::Int(n) if *n == i)).map(|(_, v)| *v)
}

/// One item of `$descriptor_spec`. `Ok(None)` after the warning.
fn descriptor(vm: &mut Vm, v: Val) -> Result<Option<Descriptor>, Status> {
    if v.tag() == RES {
        return match stream_of(v) {
            Some(s) => Ok(Some(Descriptor::Stream(s))),
            None => Err(vm.throw_type("proc_open(): supplied resource is not a valid stream resource")),
        };
    }
    if v.tag() != ARR {
        return Err(bad_value(vm, 1, "must only contain arrays and streams"));
    }
    let list = elements(v);
    let Some(kind) = element(&list, 0) else {
        return Err(vm.throw_value("Missing handle qualifier in array"));
    };
    let kind = bytes_of(kind)?;
    let part = |vm: &mut Vm, i: i64, missing: &str| match element(&list, i) {
        Some(v) => bytes_of(v),
        None => Err(vm.throw_value(missing)),
    };
    Ok(Some(match &kind[..] {
        b"pipe" => Descriptor::Pipe(part(vm, 1, "Missing mode parameter for 'pipe'")?),
        b"file" => {
            let name = part(vm, 1, "Missing file name parameter for 'file'")?;
            Descriptor::File(name, part(vm, 2, "Missing mode parameter for 'file'")?)
        }
        b"socket" => Descriptor::Socket,
        b"pty" => Descriptor::Terminal,
        b"null" => Descriptor::Null,
        b"redirect" => match element(&list, 1) {
            Some(v) if v.tag() == INT => Descriptor::Redirect(v.as_int()),
            Some(v) => {
                let given = value::value_name(v);
                return Err(vm.throw_value(&format!("Redirection target must be of type int, {given} given")));
            }
            None => return Err(vm.throw_value("Missing redirection target")),
        },
        other => {
            let shown = String::from_utf8_lossy(other).into_owned();
            warn(vm, format!("{shown} is not a valid descriptor spec/mode"))?;
            return Ok(None);
        }
    }))
}

fn open(vm: &mut Vm, a: &Args<'_>) -> Res {
    let mut program = Vec::new();
    if a.get(0).tag() == ARR {
        let parts = elements(a.get(0));
        if parts.is_empty() {
            return Err(bad_value(vm, 0, "must have at least one element"));
        }
        for (i, (_, v)) in parts.into_iter().enumerate() {
            let t = bytes_of(v)?;
            if t.contains(&0) {
                return Err(vm.throw_value(&format!("Command array element {} contains a null byte", i + 1)));
            }
            if i == 0 && t.is_empty() {
                return Err(vm.throw_value("First element must contain a non-empty program name"));
            }
            program.push(t);
        }
    } else {
        path(vm, a, 0)?;
    }
    let mut descriptors = Vec::new();
    for (k, v) in elements(a.get(1)) {
        let array::Key::Int(n) = k else {
            return Err(bad_value(vm, 1, "must be an integer indexed array only"));
        };
        match descriptor(vm, v)? {
            Some(d) => descriptors.push((n, d)),
            None => return yes(false),
        }
    }
    let mut environment = None;
    if a.get(4).tag() == ARR {
        let mut list = Vec::new();
        for (k, v) in elements(a.get(4)) {
            let t = bytes_of(v)?;
            match k {
                array::Key::Str(s) => {
                    // SAFETY: a live key.
                    list.push((unsafe { plugin_api_abi::StrHdr::bytes(s) }.to_vec(), t));
                }
                array::Key::Int(_) => {
                    if let Some(i) = t.iter().position(|c| *c == b'=') {
                        list.push((t[..i].to_vec(), t[i + 1..].to_vec()));
                    }
                }
            }
        }
        environment = Some(list);
    } else if let Some(s) = super::state(vm)
        && !s.changed_environment.borrow().is_empty()
    {
        let mut list = Vec::new();
        s.environment_variables(&mut |k, v| list.push((k.to_vec(), v.to_vec())));
        environment = Some(list);
    }
    let directory = a.get(3);
    let command = if program.is_empty() {
        ProcessCommand::Shell(a.bytes(0))
    } else {
        ProcessCommand::Program(&program)
    };
    let spec = ProcessSpec {
        command,
        descriptors,
        directory: (directory.tag() == STR).then(|| a.bytes(3)).filter(|d| !d.is_empty()),
        environment,
    };
    let Some(p) = streams(vm)?.open_process(spec) else { return yes(false) };
    let pipes = array::new(p.pipes().len());
    for (n, s) in p.pipes() {
        // SAFETY: a fresh array.
        unsafe { array::set(pipes, array::Key::Int(*n), stream_resource(s)) };
    }
    let v = new_resource(process_type(), Box::into_raw(Box::new(p)).cast());
    let held = crate::streams::Held::owned(v);
    give(vm, a, 2, array::val(pipes))?;
    Ok(howdah_vm::rt::copy(held.get()))
}

fn status(vm: &mut Vm, a: &Args<'_>) -> Res {
    let s = process(vm, a)?.status();
    let t = array::new(9);
    let all = [
        ("command", text(&s.command)),
        ("pid", Val::int(s.pid as i64)),
        ("cached", Val::bool(s.cached)),
        ("running", Val::bool(s.running)),
        ("signaled", Val::bool(s.signaled)),
        ("stopped", Val::bool(s.stopped)),
        ("exitcode", Val::int(s.exit_code as i64)),
        ("termsig", Val::int(s.term_signal as i64)),
        ("stopsig", Val::int(s.stop_signal as i64)),
    ];
    for (name, v) in all {
        // SAFETY: a fresh array.
        unsafe { array::set_bytes(t, name.as_bytes(), v) };
    }
    Ok(array::val(t))
}

fn nice(vm: &mut Vm, a: &Args<'_>) -> Res {
    // SAFETY: plain numbers; -1 is a result too, so the error number is what tells.
    let failed = unsafe {
        *libc::__errno_location() = 0;
        libc::nice(a.int(0, 0) as i32) == -1 && *libc::__errno_location() != 0
    };
    if failed {
        warn(vm, "Only a super user may attempt to increase the priority of a process")?;
    }
    yes(!failed)
}

natives! {
    /// Functions of processes.
    LIST;
    "exec(string $command, &$output = null, &$result_code = null): string|false" => |vm, a| run_lines(vm, a, false, 2),
    "system(string $command, &$result_code = null): string|false" => |vm, a| run_lines(vm, a, true, 1),
    "passthru(string $command, &$result_code = null): ?false" => passthru,
    "shell_exec(string $command): string|false|null" => shell_exec,
    "proc_open(array|string $command, array $descriptor_spec, &$pipes, ?string $cwd = null, ?array $env_vars = null, ?array $options = null)" => open,
    "proc_close($process): int" => |vm, a| {
        let code = process(vm, a)?.close(true);
        // SAFETY: a live resource; closing again finds the process ended.
        unsafe { close_resource(a.get(0).as_ptr()) };
        Ok(Val::int(code as i64))
    },
    "proc_terminate($process, int $signal = 15): bool" => |vm, a| {
        let p = process(vm, a)?;
        yes(p.signal(a.int(1, 15) as i32))
    },
    "proc_get_status($process): array" => status,
    "proc_nice(int $priority): bool" => nice,
}
