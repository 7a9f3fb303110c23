//! `Directory`, `php_user_filter` and `StreamBucket`.

use plugin_api::{Ctx, R, Reference, This, Value, php_class, php_methods};

/// What `dir()` gives.
#[php_class("class Directory", "public readonly string $path", "public readonly mixed $handle")]
pub struct Directory;

impl Directory {
    fn on_handle(this: &This<Self>, ctx: &mut Ctx, function: &str) -> R<Value> {
        match this.object().slot("handle") {
            Some(handle) if !handle.is_null() => ctx.call_function(function, &[handle]),
            _ => Err(ctx.error("Unable to find my handle property")),
        }
    }
}

#[php_methods]
impl Directory {
    #[php("public function close(): ~void")]
    fn close(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        Self::on_handle(this, ctx, "closedir").map(drop)
    }
    #[php("public function rewind(): ~void")]
    fn rewind(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        Self::on_handle(this, ctx, "rewinddir").map(drop)
    }
    #[php("public function read(): ~string|false")]
    fn read(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Self::on_handle(this, ctx, "readdir")
    }
}

/// What classes of `stream_filter_register()` derive from.
#[php_class(
    "class php_user_filter",
    "public string $filtername = \"\"",
    "public mixed $params = \"\"",
    "public $stream = null"
)]
pub struct UserFilter;

#[php_methods]
impl UserFilter {
    #[php("public function filter($in, $out, &$consumed, bool $closing): ~int")]
    fn filter(input: &Value, output: &Value, consumed: Reference, closing: bool) -> i64 {
        // A filter that does not override this passes nothing on.
        let _ = (input, output, consumed, closing);
        0
    }
    #[php("public function onCreate(): ~bool")]
    fn on_create() -> bool {
        true
    }
    #[php("public function onClose(): ~void")]
    fn on_close() {}
}

/// A bucket of a brigade.
#[php_class(
    "final class StreamBucket",
    "public $bucket = null",
    "public string $data",
    "public int $datalen",
    "public int $dataLength"
)]
pub struct StreamBucket;
