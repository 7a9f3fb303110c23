//! The classes Phar and PharData: their declarations. What the methods do is in [`crate::methods`] and [`crate::statics`].

use crate::registry::Use;
use crate::{methods, statics};
use plugin_api::{
    Args, Array, Attachment, Callable, Class, Ctx, Object, R, Str, Value, php_class, php_methods,
};

/// PharException
#[php_class("class PharException extends Exception")]
pub struct PharException;

#[php_methods]
impl PharException {}

/// The archive that a Phar or PharData object is of.
pub static ARCHIVE: Attachment<Use> = Attachment::new();

/// Declares a class of archives: Phar and PharData differ in a few types.
macro_rules! archive_class {
    (
        $(#[$doc:meta])* $class:ident,
        [$($text:tt),*],
        $constructor:literal, $compress:literal, $decompress:literal, $alias:literal, $default_stub:literal, $stub:literal
    ) => {
        $(#[$doc])*
        #[php_class($($text),*)]
        pub struct $class;

        #[php_methods(
            $constructor => methods::construct,
            "public function __destruct()" => methods::destruct,
            "public function addEmptyDir(string $directory): ~void" => methods::add_empty_dir,
            "public function addFile(string $filename, ?string $localName = null): ~void" => methods::add_file,
            "public function addFromString(string $localName, string $contents): ~void" => methods::add_from_string,
            "public function buildFromDirectory(string $directory, string $pattern = \"\"): ~array" => methods::build_from_directory,
            "public function buildFromIterator(Traversable $iterator, ?string $baseDirectory = null): ~array" => methods::build_from_iterator,
            "public function compressFiles(int $compression): ~void" => methods::compress_files,
            "public function decompressFiles(): ~true" => methods::decompress_files,
            $compress => methods::compress,
            $decompress => methods::decompress,
            "public function convertToExecutable(?int $format = null, ?int $compression = null, ?string $extension = null): ~?Phar" => methods::convert_to_executable,
            "public function convertToData(?int $format = null, ?int $compression = null, ?string $extension = null): ~?PharData" => methods::convert_to_data,
            "public function copy(string $from, string $to): ~true" => methods::copy,
            "public function count(int $mode = COUNT_NORMAL): ~int" => methods::count,
            "public function delete(string $localName): ~true" => methods::delete,
            "public function delMetadata(): ~true" => methods::del_metadata,
            "public function extractTo(string $directory, array|string|null $files = null, bool $overwrite = false): ~bool" => methods::extract_to,
            "public function getAlias(): ~?string" => methods::get_alias,
            "public function getPath(): ~string" => methods::get_path,
            "public function getMetadata(array $unserializeOptions = []): ~mixed" => methods::get_metadata,
            "public function getModified(): ~bool" => methods::get_modified,
            "public function getSignature(): ~array|false" => methods::get_signature,
            "public function getStub(): ~string" => methods::get_stub,
            "public function getVersion(): ~string" => methods::get_version,
            "public function hasMetadata(): ~bool" => methods::has_metadata,
            "public function isBuffering(): ~bool" => methods::is_buffering,
            "public function isCompressed(): ~int|false" => methods::is_compressed,
            "public function isFileFormat(int $format): ~bool" => methods::is_file_format,
            "public function isWritable(): ~bool" => methods::is_writable,
            "public function offsetExists($localName): ~bool" => methods::offset_exists,
            "public function offsetGet($localName): ~SplFileInfo" => methods::offset_get,
            "public function offsetSet($localName, $value): ~void" => methods::offset_set,
            "public function offsetUnset($localName): ~void" => methods::offset_unset,
            $alias => methods::set_alias,
            $default_stub => methods::set_default_stub,
            "public function setMetadata(mixed $metadata): ~void" => methods::set_metadata,
            "public function setSignatureAlgorithm(int $algo, ?string $privateKey = null): ~void" => methods::set_signature_algorithm,
            $stub => methods::set_stub,
            "public function startBuffering(): ~void" => methods::start_buffering,
            "public function stopBuffering(): ~void" => methods::stop_buffering,
        )]
        impl $class {
            #[php("final public static function apiVersion(): string")]
            fn api_version() -> &'static str {
                crate::API_VERSION
            }
            #[php("final public static function canCompress(int $compression = 0): bool")]
            fn can_compress(ctx: &mut Ctx, compression: i64) -> bool {
                statics::can_compress(ctx, compression)
            }
            #[php("final public static function canWrite(): bool")]
            fn can_write(ctx: &mut Ctx) -> bool {
                !crate::readonly(ctx)
            }
            #[php("final public static function createDefaultStub(?string $index = null, ?string $webIndex = null): string")]
            fn create_default_stub(ctx: &mut Ctx, index: Option<&[u8]>, web: Option<&[u8]>) -> R<Vec<u8>> {
                statics::create_default_stub(ctx, index, web)
            }
            #[php("final public static function getSupportedCompression(): array")]
            fn get_supported_compression(ctx: &mut Ctx) -> Array {
                statics::supported_compression(ctx)
            }
            #[php("final public static function getSupportedSignatures(): array")]
            fn get_supported_signatures(ctx: &mut Ctx) -> Array {
                statics::supported_signatures(ctx)
            }
            #[php("final public static function interceptFileFuncs(): void")]
            fn intercept_file_funcs(ctx: &mut Ctx) {
                crate::globals(ctx).intercepts.set(true);
            }
            #[php("final public static function isValidPharFilename(string $filename, bool $executable = true): bool")]
            fn is_valid_phar_filename(ctx: &mut Ctx, filename: &[u8], executable: bool) -> R<bool> {
                statics::is_valid_filename(ctx, filename, executable)
            }
            #[php("final public static function loadPhar(string $filename, ?string $alias = null): bool")]
            fn load_phar(ctx: &mut Ctx, filename: &[u8], alias: Option<&[u8]>) -> R<bool> {
                statics::load(ctx, filename, alias)
            }
            #[php("final public static function mapPhar(?string $alias = null, int $offset = 0): bool")]
            fn map_phar(ctx: &mut Ctx, alias: Option<&[u8]>, _offset: i64) -> R<bool> {
                statics::map(ctx, alias)
            }
            #[php("final public static function running(bool $returnPhar = true): string")]
            fn running(ctx: &mut Ctx, url: bool) -> Vec<u8> {
                statics::running(ctx, url)
            }
            #[php("final public static function mount(string $pharPath, string $externalPath): void")]
            fn mount(ctx: &mut Ctx, path: &[u8], external: &[u8]) -> R<()> {
                statics::mount(ctx, path, external)
            }
            #[php("final public static function mungServer(array $variables): void")]
            fn mung_server(ctx: &mut Ctx, variables: &Array) -> R<()> {
                statics::mung_server(ctx, variables)
            }
            #[php("final public static function unlinkArchive(string $filename): true")]
            fn unlink_archive(ctx: &mut Ctx, filename: &[u8]) -> R<bool> {
                statics::unlink_archive(ctx, filename)
            }
            #[php("final public static function webPhar(?string $alias = null, ?string $index = null, ?string $fileNotFoundScript = null, array $mimeTypes = [], ?callable $rewrite = null): void")]
            fn web_phar(
                ctx: &mut Ctx,
                alias: Option<&[u8]>,
                index: Option<&[u8]>,
                missing: Option<&[u8]>,
                types: Option<&Array>,
                rewrite: Option<&Value>,
            ) -> R<()> {
                crate::web::web_phar(ctx, alias, index, missing, types, rewrite)
            }
        }
    };
}

archive_class!(
    /// An archive that runs.
    Phar,
    [
        "class Phar extends RecursiveDirectoryIterator implements Countable, ArrayAccess",
        "const int BZ2 = 8192",
        "const int GZ = 4096",
        "const int NONE = 0",
        "const int PHAR = 1",
        "const int TAR = 2",
        "const int ZIP = 3",
        "const int COMPRESSED = 61440",
        "const int PHP = 0",
        "const int PHPS = 1",
        "const int MD5 = 1",
        "const int OPENSSL = 16",
        "const int OPENSSL_SHA256 = 17",
        "const int OPENSSL_SHA512 = 18",
        "const int SHA1 = 2",
        "const int SHA256 = 3",
        "const int SHA512 = 4"
    ],
    "public function __construct(string $filename, int $flags = FilesystemIterator::SKIP_DOTS | FilesystemIterator::UNIX_PATHS, ?string $alias = null)",
    "public function compress(int $compression, ?string $extension = null): ~?Phar",
    "public function decompress(?string $extension = null): ~?Phar",
    "public function setAlias(string $alias): ~true",
    "public function setDefaultStub(?string $index = null, ?string $webIndex = null): ~true",
    "public function setStub($stub, int $length = UNKNOWN): ~true"
);

archive_class!(
    /// An archive of data.
    PharData,
    ["class PharData extends RecursiveDirectoryIterator implements Countable, ArrayAccess"],
    "public function __construct(string $filename, int $flags = FilesystemIterator::SKIP_DOTS | FilesystemIterator::UNIX_PATHS, ?string $alias = null, int $format = 0)",
    "public function compress(int $compression, ?string $extension = null): ~?PharData",
    "public function decompress(?string $extension = null): ~?PharData",
    "public function setAlias(string $alias): ~bool",
    "public function setDefaultStub(?string $index = null, ?string $webIndex = null): ~bool",
    "public function setStub($stub, int $length = UNKNOWN): true"
);

/// The archive of an object, which must have one.
pub fn archive_of(this: &Object, ctx: &mut Ctx) -> R<Use> {
    let Some(a) = ARCHIVE.get(this) else {
        let why = "Cannot call method on an uninitialized Phar object";
        return Err(ctx.throw_named("BadMethodCallException", why, 0));
    };
    if !a.cached.get() {
        return Ok(a);
    }
    // Another object may have changed it meanwhile, and made a copy of it for the request.
    let own = crate::registry(ctx).paths.borrow().get(&a.path).map(Use::of);
    if let Some(own) = &own {
        ARCHIVE.set(this, own.clone());
    }
    Ok(own.unwrap_or(a))
}

/// As [`archive_of`], of one that is going to be changed.
pub fn own_archive_of(this: &Object, ctx: &mut Ctx) -> R<Use> {
    let a = archive_of(this, ctx)?;
    if !a.cached.get() {
        return Ok(a);
    }
    let own = crate::registry(ctx).writeable_copy(&a);
    let own = Use::of(&own);
    ARCHIVE.set(this, own.clone());
    Ok(own)
}

/// A path argument, which may not hold a NUL byte.
pub fn path(ctx: &mut Ctx, args: &Args<'_>, i: usize) -> R<Str> {
    let s: &Str = args.arg(ctx, i)?;
    no_nul(ctx, i, s)?;
    Ok(s.clone())
}

/// Refuses a NUL byte in argument `i`, counted from 0.
pub fn no_nul(ctx: &mut Ctx, i: usize, s: &[u8]) -> R<()> {
    if s.contains(&0) {
        return Err(ctx.argument_value_error(i as u32 + 1, "must not contain any null bytes"));
    }
    Ok(())
}

/// An optional text argument.
pub fn text_or_none(args: &Args<'_>, i: usize) -> Option<Str> {
    args.get(i).and_then(|v| v.as_str().cloned())
}

/// An optional int argument.
pub fn int_or_none(args: &Args<'_>, i: usize) -> Option<i64> {
    args.get(i).filter(|v| !v.is_null()).map(Value::to_int)
}

/// A class of another extension.
pub fn class(ctx: &mut Ctx, name: &str) -> R<Class> {
    match ctx.find_class(name, false)? {
        Some(c) => Ok(c),
        None => Err(ctx.error(format!("Class \"{name}\" not found"))),
    }
}

/// A callable argument, if there is one.
pub fn callable(ctx: &mut Ctx, v: Option<&Value>) -> R<Option<Callable>> {
    match v.filter(|v| !v.is_null()) {
        Some(v) => ctx.callable(v),
        None => Ok(None),
    }
}
