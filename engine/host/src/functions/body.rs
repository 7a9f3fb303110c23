//! `request_parse_body()` (RFC: <https://wiki.php.net/rfc/rfc1867-non-post>).

use super::Entry;
use crate::ini::quantity;
use crate::superglobals::{BodyOptions, parse_body};
use howdah_runtime::array::{self, Key};
use howdah_runtime::value;
use howdah_vm::native::Args;
use howdah_vm::vm::Vm;
use plugin_api_abi::{INT, STR, Status, StrHdr, Val};

/// Reads the options, or throws.
fn options(vm: &mut Vm, given: Val) -> Result<BodyOptions, Status> {
    let mut o = BodyOptions::default();
    if given.is_nullish() {
        return Ok(o);
    }
    // SAFETY: the argument's array, which the frame holds.
    let entries: Vec<(Key, Val)> = unsafe { array::iter(given.as_ptr()) }
        // SAFETY: live elements.
        .map(|(k, v)| (k, unsafe { value::deref(*v) }))
        .collect();
    for (k, v) in entries {
        let Key::Str(k) = k else {
            return Err(vm.throw_value("Invalid integer key in $options argument"));
        };
        // SAFETY: a live key.
        let name = unsafe { StrHdr::bytes(k) };
        let slot = match &name.to_ascii_lowercase()[..] {
            b"" => return Err(vm.throw_value("Invalid empty string key in $options argument")),
            b"max_file_uploads" => &mut o.max_file_uploads,
            b"max_input_vars" => &mut o.max_input_vars,
            b"max_multipart_body_parts" => &mut o.max_multipart_body_parts,
            b"post_max_size" => &mut o.post_max_size,
            b"upload_max_filesize" => &mut o.upload_max_filesize,
            _ => {
                let name = String::from_utf8_lossy(name).into_owned();
                return Err(vm.throw_value(&format!("Invalid key \"{name}\" in $options argument")));
            }
        };
        *slot = Some(match v.tag() {
            INT => v.as_int(),
            STR => {
                // SAFETY: a live string.
                let q = quantity::signed(unsafe { StrHdr::bytes(v.as_ptr()) });
                if let Some(c) = q.complaint {
                    match vm.raise(howdah_vm::errors::level::WARNING, c.as_bytes()) {
                        Status::Ok => {}
                        st => return Err(st),
                    }
                }
                q.value
            }
            _ => {
                let kind = value::value_name(v);
                return Err(vm.throw_value(&format!("Invalid {kind} value in $options argument")));
            }
        });
    }
    Ok(o)
}

fn request_parse_body(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let o = match options(vm, a.get(0)) {
        Ok(o) => o,
        Err(st) => return st,
    };
    match parse_body(vm, &o) {
        Ok((post, files)) => {
            *out = array::val(array::from_vals([post, files]));
            Status::Ok
        }
        Err(why) => vm.throw_error(vm.ce.request_parse_body_exception, &why),
    }
}

pub(super) const LIST: &[Entry] =
    &[("request_parse_body(?array $options = null): array", request_parse_body)];
