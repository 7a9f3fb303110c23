//! `CURLFile` and `CURLStringFile`: what a form sends as files.

use plugin_api::{Class, Ctx, Object, R, Str, This, Value, php_class, php_function, php_methods};

/// A file.
#[php_class(
    "class CURLFile",
    "public string $name = \"\"",
    "public string $mime = \"\"",
    "public string $postname = \"\"",
    flags(not_serializable)
)]
pub struct CurlFile;

fn fill(
    ctx: &mut Ctx,
    o: &Object,
    filename: &[u8],
    mime_type: Option<&[u8]>,
    posted_filename: Option<&[u8]>,
) -> R<()> {
    if filename.contains(&0) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    let class = Some(Class::of::<CurlFile>(ctx)?);
    for (prop, v) in [("name", Some(filename)), ("mime", mime_type), ("postname", posted_filename)] {
        if let Some(v) = v {
            o.set(ctx, prop, v, class)?;
        }
    }
    Ok(())
}

fn get(ctx: &mut Ctx, o: &Object, prop: &str) -> R<Value> {
    let class = Class::of::<CurlFile>(ctx)?;
    o.get(ctx, prop, Some(class))
}

#[php_methods]
impl CurlFile {
    #[php(
        "public function __construct(string $filename, ?string $mime_type = null, ?string $posted_filename = null)"
    )]
    fn construct(
        this: &This<Self>,
        ctx: &mut Ctx,
        filename: &[u8],
        mime_type: Option<&[u8]>,
        posted_filename: Option<&[u8]>,
    ) -> R<()> {
        fill(ctx, this.object(), filename, mime_type, posted_filename)
    }
    #[php("public function getFilename(): ~string")]
    fn filename(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        get(ctx, this.object(), "name")
    }
    #[php("public function getMimeType(): ~string")]
    fn mime_type(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        get(ctx, this.object(), "mime")
    }
    #[php("public function getPostFilename(): ~string")]
    fn post_filename(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        get(ctx, this.object(), "postname")
    }
    #[php("public function setMimeType(string $mime_type): ~void")]
    fn set_mime_type(this: &This<Self>, ctx: &mut Ctx, mime_type: &Str) -> R<()> {
        let class = Class::of::<CurlFile>(ctx)?;
        this.object().set(ctx, "mime", mime_type.clone(), Some(class))
    }
    #[php("public function setPostFilename(string $posted_filename): ~void")]
    fn set_post_filename(this: &This<Self>, ctx: &mut Ctx, posted_filename: &Str) -> R<()> {
        let class = Class::of::<CurlFile>(ctx)?;
        this.object().set(ctx, "postname", posted_filename.clone(), Some(class))
    }
}

/// Makes a `CURLFile`.
#[php_function(
    "curl_file_create(string $filename, ?string $mime_type = null, ?string $posted_filename = null): CURLFile"
)]
fn curl_file_create(
    ctx: &mut Ctx,
    filename: &[u8],
    mime_type: Option<&[u8]>,
    posted_filename: Option<&[u8]>,
) -> R<Object> {
    let o = Class::of::<CurlFile>(ctx)?.instantiate_raw(ctx)?;
    fill(ctx, &o, filename, mime_type, posted_filename)?;
    Ok(o)
}

/// A string that is sent as a file.
#[php_class("class CURLStringFile", "public string $data", "public string $postname", "public string $mime")]
pub struct CurlStringFile;

#[php_methods]
impl CurlStringFile {
    #[php(
        "public function __construct(string $data, string $postname, string $mime = \"application/octet-stream\")"
    )]
    fn construct(this: &This<Self>, ctx: &mut Ctx, data: &Str, postname: &Str, mime: &[u8]) -> R<()> {
        let class = Some(Class::of::<CurlStringFile>(ctx)?);
        let o = this.object();
        o.set(ctx, "data", data.clone(), class)?;
        o.set(ctx, "postname", postname.clone(), class)?;
        o.set(ctx, "mime", mime, class)
    }
}
