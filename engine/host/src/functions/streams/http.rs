//! Header lines of HTTP answers: `get_headers()`, `http_*_last_response_headers()`.

use crate::functions::support::{Res, natives, opening_context, path, streams, text, yes};
use crate::host::SapiHost;
use crate::streams::Held;
use howdah_runtime::layout::Arr;
use howdah_runtime::{array, value};
use howdah_streams::options;
use howdah_vm::native::Args;
use howdah_vm::rt;
use howdah_vm::vm::Vm;
use plugin_api_abi::{ARR, STR, StrHdr, Val};

/// The lines of a list.
fn lines(v: Val) -> Vec<Vec<u8>> {
    // SAFETY: a live array of strings, which nothing changes meanwhile.
    unsafe {
        let all = array::iter(v.as_ptr::<Arr>()).map(|(_, p)| value::deref(*p));
        all.filter(|v| v.tag() == STR).map(|v| StrHdr::bytes(v.as_ptr()).to_vec()).collect()
    }
}

/// `get_headers()`
fn get_headers(vm: &mut Vm, a: &Args<'_>) -> Res {
    let url = path(vm, a, 0)?;
    let named = a.bool(1, false);
    let context = opening_context(vm, a, 2)?;
    let how = options::REPORT_ERRORS | options::USE_URL | options::ONLY_GET_HEADERS;
    let Some(opened) = streams(vm)?.open(url, b"r", how, context) else { return yes(false) };
    let s = opened.stream;
    let data = s.wrapper_data();
    let list = data.as_ref().and_then(|d| d.downcast_ref::<Held>()).map(Held::get);
    let Some(list) = list.filter(|v| v.tag() == ARR) else {
        s.close();
        return yes(false);
    };
    let mut plain = Vec::new();
    // Values by name, or a line without one, in order.
    let mut groups: Vec<(Option<Vec<u8>>, Vec<Vec<u8>>)> = Vec::new();
    for line in lines(list) {
        if !named {
            plain.push(line);
            continue;
        }
        let Some(colon) = line.iter().position(|c| *c == b':') else {
            groups.push((None, vec![line]));
            continue;
        };
        let value = line[colon + 1..].trim_ascii_start().to_vec();
        let name = Some(line[..colon].to_vec());
        match groups.iter_mut().find(|g| g.0 == name) {
            Some(g) => g.1.push(value),
            None => groups.push((name, vec![value])),
        }
    }
    s.close();
    if !named {
        return Ok(crate::functions::support::texts(plain));
    }
    let t = array::new(groups.len());
    let mut next = 0;
    for (name, values) in groups {
        let v = match &values[..] {
            [one] => text(one),
            _ => crate::functions::support::texts(&values),
        };
        // SAFETY: a fresh array.
        unsafe {
            match name {
                Some(n) => array::set_bytes(t, &n, v),
                None => {
                    array::set(t, array::Key::Int(next), v);
                    next += 1;
                }
            }
        }
    }
    Ok(array::val(t))
}

natives! {
    /// Functions of HTTP answers.
    LIST;
    "get_headers(string $url, bool $associative = false, $context = null): array|false" => get_headers,
    "http_get_last_response_headers(): ?array" => |vm, _| {
        let h = SapiHost::of(vm).map(|h| h.state.clone());
        let last = h.and_then(|s| s.last_response.borrow().as_ref().map(|h| rt::copy(h.get())));
        Ok(last.unwrap_or(Val::NULL))
    },
    "http_clear_last_response_headers(): void" => |vm, _| {
        if let Some(h) = SapiHost::of(vm) {
            drop(h.state.last_response.take());
        }
        Ok(Val::NULL)
    },
}
