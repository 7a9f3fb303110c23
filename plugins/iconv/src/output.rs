//! `ob_iconv_handler`: output in another encoding than the script's.

use crate::converter::convert;
use crate::settings::encoding;
use plugin_api::output::{Handled, OutputHandler, mode, status};
use plugin_api::{Array, Ctx, R};

/// The handler.
pub struct Handler;

/// The media type that the response is to name with a charset.
fn media_type(ctx: &mut Ctx) -> R<Option<Vec<u8>>> {
    if let Ok(list) = Array::try_from(ctx.call_function("headers_list", &[])?) {
        for line in list.values() {
            let line = line.to_str(ctx)?;
            let (name, value) = line.split_at(line.iter().position(|c| *c == b':').unwrap_or(0));
            if name.eq_ignore_ascii_case(b"content-type") {
                let media = value[1..].split(|c| *c == b';').next().unwrap_or_default().trim_ascii();
                let text = media.len() >= 5 && media[..5].eq_ignore_ascii_case(b"text/");
                return Ok(text.then(|| media.to_vec()));
            }
        }
    }
    let default = ctx.ini("default_mimetype").unwrap_or_else(|| b"text/html".to_vec());
    Ok(Some(default))
}

impl OutputHandler for Handler {
    fn create(_: &mut Ctx) -> Handler {
        Handler
    }
    fn handle(&mut self, ctx: &mut Ctx, input: &[u8], bits: u32) -> Handled {
        let to = encoding(ctx, "output");
        let mut immutable = false;
        if bits & mode::START != 0 {
            if ctx.output_status() & status::SENT != 0 {
                return Handled { output: None, immutable };
            }
            let wanted = bits & mode::CLEAN == 0 || bits & mode::FINAL == 0;
            if let (true, Ok(Some(media))) = (wanted, media_type(ctx)) {
                let end = to.windows(2).position(|w| w == b"//").unwrap_or(to.len());
                let line = [b"Content-Type:", &media[..], b"; charset=", &to[..end]].concat();
                ctx.response_header(&line, true);
                immutable = true;
            }
        }
        if input.is_empty() {
            return Handled { output: Some(Vec::new()), immutable };
        }
        let from = encoding(ctx, "internal");
        let (output, failed) = match convert(input, &to, &from) {
            Ok((out, failed)) => (out, failed),
            Err(f) => (Vec::new(), Some(f)),
        };
        if let Some(f) = failed {
            // Nothing is there to catch what a handler of messages throws here.
            f.tell(ctx, &to, &from).ok();
        }
        Handled { output: Some(output), immutable }
    }
}
