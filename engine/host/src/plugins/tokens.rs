//! The engine's own interface `engine.tokens/1`: the scanner for extensions.

use crate::host::SapiHost;
use howdah_bytecode::unit::CompileError;
use howdah_syntax::ErrorKind;
use howdah_syntax::token::{TokenId, token_name};
use howdah_syntax::tokens::{scan as scan_source, scan_parsed};
use plugin_api::tokens::{Token, TokensTable};
use plugin_api_abi::{CtxRaw, Status, StrSlice};

unsafe extern "C" fn scan(
    ctx: *mut CtxRaw,
    source: StrSlice,
    parse: u32,
    data: *mut u8,
    visit: unsafe extern "C" fn(data: *mut u8, token: Token),
) -> Status {
    // SAFETY: the engine's context; a live text.
    let (vm, source) = unsafe { (howdah_vm::api::vm(ctx), source.bytes()) };
    let short = SapiHost::of(vm).is_some_and(|h| h.ini.is_on("short_open_tag"));
    let tokens = if parse != 0 {
        match scan_parsed(source, short) {
            Ok(t) => t,
            Err(e) => {
                let e = CompileError {
                    message: e.message.into_boxed_slice(),
                    line: e.line,
                    parse: e.kind == ErrorKind::Parse,
                    thrown: e.kind == ErrorKind::Compile,
                    diagnostics: Vec::new(),
                };
                return vm.compile_error(b"", &e);
            }
        }
    } else {
        scan_source(source, short)
    };
    for t in tokens {
        // SAFETY: the caller's function and data.
        unsafe { visit(data, Token { id: t.id.into(), start: t.start, end: t.end, line: t.line }) };
    }
    Status::Ok
}

unsafe extern "C" fn name(id: u32) -> StrSlice {
    TokenId::try_from(id).ok().and_then(token_name).map_or(StrSlice::NONE, StrSlice::new)
}

/// The interface.
pub static TABLE: TokensTable =
    TokensTable { size: size_of::<TokensTable>() as u32, reserved: 0, scan, name };
