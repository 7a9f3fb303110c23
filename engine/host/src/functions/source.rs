//! Source text shown: `highlight_file()`, `highlight_string()`, `php_strip_whitespace()`.

use crate::functions::support::{Res, natives, path, step, streams, text, yes};
use crate::highlight::{Colors, highlight, strip};
use crate::host::SapiHost;
use howdah_streams::options;
use howdah_vm::native::Args;
use howdah_vm::vm::Vm;
use plugin_api_abi::Status;

/// The file of argument 0 with its opening line, as includes read it.
fn source(vm: &mut Vm, a: &Args<'_>) -> Result<Option<Vec<u8>>, Status> {
    let p = path(vm, a, 0)?;
    let opts = options::REPORT_ERRORS | options::USE_PATH;
    let Some(o) = streams(vm)?.open(p, b"rb", opts, None) else {
        step(vm.pending())?;
        return Ok(None);
    };
    let all = o.stream.read_all(None);
    o.stream.close();
    Ok(Some(all))
}

/// Output, or what the call gives with `$return`.
fn shown(vm: &mut Vm, html: &[u8], give: bool) -> Res {
    if give {
        return Ok(text(html));
    }
    vm.host.write(html);
    yes(true)
}

fn colors(vm: &mut Vm) -> Result<Colors, Status> {
    SapiHost::of(vm).map(|h| Colors::of(&h.ini)).ok_or(Status::Ok)
}

/// What a source that could not be opened is: only said, as a second line.
fn failed(vm: &mut Vm, a: &Args<'_>, what: &str) -> Result<(), Status> {
    let f = crate::functions::support::running(vm);
    let shown = String::from_utf8_lossy(a.bytes(0)).into_owned();
    step(vm.warning(&format!("{f}(): Failed opening \'{shown}\' for {what}")))
}

fn highlight_file(vm: &mut Vm, a: &Args<'_>) -> Res {
    let Some(s) = source(vm, a)? else {
        failed(vm, a, "highlighting")?;
        return yes(false);
    };
    let html = highlight(&s, &colors(vm)?);
    shown(vm, &html, a.bool(1, false))
}

natives! {
    /// Functions of source text.
    LIST;
    "highlight_file(string $filename, bool $return = false): string|bool" => highlight_file,
    "show_source(string $filename, bool $return = false): string|bool" => highlight_file,
    "highlight_string(string $string, bool $return = false): string|true" => |vm, a| {
        let html = highlight(a.bytes(0), &colors(vm)?);
        shown(vm, &html, a.bool(1, false))
    },
    "php_strip_whitespace(string $filename): string" => |vm, a| {
        let Some(s) = source(vm, a)? else {
            return Ok(text(b""));
        };
        Ok(text(&strip(&s)))
    },
}
