//! The functions.

use crate::algorithm::{ALGORITHMS, Algorithm, Hasher, LONGEST, Options};
use crate::context::{HMAC, HashContext, Running};
use crate::hmac::{Hmac, inner_key, outer_key};
use plugin_api::{Args, Array, Ctx, Object, OrFalse, R, Str, Stream, This, Value, php_function};

/// Writes the hexadecimal digits of bytes, two of each.
fn put_hex(digest: &[u8], out: &mut [u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (pair, b) in out.as_chunks_mut::<2>().0.iter_mut().zip(digest) {
        *pair = [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]];
    }
}
fn hex(digest: &[u8]) -> Vec<u8> {
    let mut out = vec![0; digest.len() * 2];
    put_hex(digest, &mut out);
    out
}
/// A digest as a string.
fn text(digest: &[u8], binary: bool) -> Str {
    let mut room = [0; 2 * LONGEST];
    match room.get_mut(..digest.len() * 2) {
        Some(out) if !binary => {
            put_hex(digest, out);
            Str::new(out)
        }
        _ => Str::from(shown(digest.to_vec(), binary)),
    }
}
fn shown(digest: Vec<u8>, binary: bool) -> Vec<u8> {
    if binary { digest } else { hex(&digest) }
}

/// The algorithm in argument 1.
fn algorithm(ctx: &mut Ctx, name: &[u8]) -> R<&'static Algorithm> {
    Algorithm::find(name).ok_or_else(|| ctx.argument_value_error(1, "must be a valid hashing algorithm"))
}
/// The algorithm for HMAC in argument 1.
pub(crate) fn crypto(ctx: &mut Ctx, name: &[u8]) -> R<&'static Algorithm> {
    Algorithm::find(name)
        .filter(|a| a.crypto)
        .ok_or_else(|| ctx.argument_value_error(1, "must be a valid cryptographic hashing algorithm"))
}
/// The options in argument `i` (from 0), if any were passed.
fn options<'a>(args: &Args<'a>, i: usize) -> Options<'a> {
    args.get(i).and_then(Value::as_array)
}

/// Feeds what is left of a stream, or at most `max` bytes of it: how many bytes, and whether reading did not fail.
fn pump(
    ctx: &mut Ctx,
    s: &Stream,
    max: Option<u64>,
    mut take: impl FnMut(&mut Ctx, &[u8]) -> R<()>,
) -> R<(u64, bool)> {
    let mut done = 0;
    while max.is_none_or(|m| done < m) {
        let wanted = max.map_or(8192, |m| (m - done).min(8192));
        match s.read(ctx, wanted as usize)? {
            None => return Ok((done, false)),
            Some(b) if b.is_empty() => break,
            Some(b) => {
                take(ctx, &b)?;
                done += b.len() as u64;
            }
        }
    }
    Ok((done, true))
}

/// Feeds a file; `None` when it could not be opened or read.
fn pump_file(ctx: &mut Ctx, path: &[u8], hasher: &mut dyn Hasher) -> R<Option<()>> {
    let Some(s) = Stream::open(ctx, path, "rb", false)? else { return Ok(None) };
    let (_, good) = pump(ctx, &s, None, |_, b| {
        hasher.update(b);
        Ok(())
    })?;
    s.close(ctx);
    Ok(good.then_some(()))
}

/// Digest of a string.
#[php_function("hash(string $algo, string $data, bool $binary = false, array $options = []): string")]
fn hash(ctx: &mut Ctx, args: &Args) -> R<Str> {
    let (name, data): (&[u8], &[u8]) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let binary = args.arg_or(ctx, 2, false)?;
    let algorithm = algorithm(ctx, name)?;
    let options = options(args, 3);
    if let (Some(once), None) = (algorithm.once, options) {
        return Ok(once(data, &mut |digest| text(digest, binary)));
    }
    let mut h = (algorithm.make)(ctx, options)?;
    h.update(data);
    Ok(text(&h.finish(), binary))
}

/// Digest of a file.
#[php_function(
    "hash_file(string $algo, string $filename, bool $binary = false, array $options = []): string|false"
)]
fn hash_file(ctx: &mut Ctx, args: &Args) -> R<OrFalse<Vec<u8>>> {
    let (name, path): (&[u8], &[u8]) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let binary = args.arg_or(ctx, 2, false)?;
    let algorithm = algorithm(ctx, name)?;
    if path.contains(&0) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    let Some(s) = Stream::open(ctx, path, "rb", false)? else { return Ok(OrFalse::FALSE) };
    let mut h = (algorithm.make)(ctx, options(args, 3))?;
    let (_, good) = pump(ctx, &s, None, |_, b| {
        h.update(b);
        Ok(())
    })?;
    s.close(ctx);
    Ok(OrFalse(good.then(|| shown(h.finish(), binary))))
}

/// Keyed digest of a string.
#[php_function(
    "hash_hmac(string $algo, string $data, #[\\SensitiveParameter] string $key, bool $binary = false): string"
)]
fn hash_hmac(ctx: &mut Ctx, algo: &[u8], data: &[u8], key: &[u8], binary: bool) -> R<Vec<u8>> {
    let algorithm = crypto(ctx, algo)?;
    Ok(shown(Hmac::new(ctx, algorithm, key)?.code(&[data]), binary))
}

/// Keyed digest of a file.
#[php_function(
    "hash_hmac_file(string $algo, string $filename, #[\\SensitiveParameter] string $key, bool $binary = false): string|false"
)]
fn hash_hmac_file(
    ctx: &mut Ctx,
    algo: &[u8],
    filename: &[u8],
    key: &[u8],
    binary: bool,
) -> R<OrFalse<Vec<u8>>> {
    let algorithm = crypto(ctx, algo)?;
    if filename.contains(&0) {
        return Err(ctx.argument_value_error(2, "must not contain any null bytes"));
    }
    let hmac = Hmac::new(ctx, algorithm, key)?;
    let mut inner = hmac.begin();
    let good = pump_file(ctx, filename, &mut *inner)?;
    Ok(OrFalse(good.map(|()| shown(hmac.finish(inner), binary))))
}

/// Begins a hash.
#[php_function(
    "hash_init(string $algo, int $flags = 0, #[\\SensitiveParameter] string $key = \"\", array $options = []): HashContext"
)]
fn hash_init(ctx: &mut Ctx, args: &Args) -> R<Object> {
    let name: &[u8] = args.arg(ctx, 0)?;
    let flags = args.arg_or(ctx, 1, 0)?;
    let key: &[u8] = args.arg_or(ctx, 2, &b""[..])?;
    let algorithm = algorithm(ctx, name)?;
    let keyed = flags & HMAC != 0;
    if keyed && !algorithm.crypto {
        return Err(
            ctx.argument_value_error(1, "must be a cryptographic hashing algorithm if HMAC is requested")
        );
    }
    if keyed && key.is_empty() {
        return Err(ctx.argument_value_error(3, "must not be empty when HMAC is requested"));
    }
    let mut hasher = (algorithm.make)(ctx, options(args, 3))?;
    let mut prepared = Vec::new();
    if keyed {
        prepared = inner_key(ctx, algorithm, key)?;
        hasher.update(&prepared);
    }
    let running = Running { algorithm, hasher: Some(hasher), flags, key: prepared };
    This::<HashContext>::create(ctx, HashContext(Some(running)))
}

/// Runs `f` on the state of the context in argument 1, which must not be finished.
fn with<T>(ctx: &mut Ctx, c: &This<HashContext>, f: impl FnOnce(&mut dyn Hasher) -> T) -> R<T> {
    let mut payload = c.borrow_mut(ctx)?;
    match &mut payload.0 {
        Some(Running { hasher: Some(h), .. }) => Ok(f(&mut **h)),
        _ => Err(finished(ctx)),
    }
}
fn finished(ctx: &mut Ctx) -> plugin_api::Throw {
    ctx.argument_type_error(1, "must be a valid, non-finalized HashContext")
}

/// Feeds a hash.
#[php_function("hash_update(HashContext $context, string $data): true")]
fn hash_update(ctx: &mut Ctx, context: &This<HashContext>, data: &[u8]) -> R<bool> {
    with(ctx, context, |h| h.update(data))?;
    Ok(true)
}

/// Feeds a hash from an open stream.
#[php_function("hash_update_stream(HashContext $context, $stream, int $length = -1): int")]
fn hash_update_stream(ctx: &mut Ctx, context: &This<HashContext>, stream: &Value, length: i64) -> R<i64> {
    with(ctx, context, |_| ())?;
    let s = Stream::argument(ctx, stream, 2)?;
    let (n, _) = pump(ctx, &s, u64::try_from(length).ok(), |ctx, b| with(ctx, context, |h| h.update(b)))?;
    Ok(n as i64)
}

/// Feeds a hash from a file.
#[php_function("hash_update_file(HashContext $context, string $filename, $stream_context = null): bool")]
fn hash_update_file(
    ctx: &mut Ctx,
    context: &This<HashContext>,
    filename: &[u8],
    stream_context: Option<&Value>,
) -> R<bool> {
    if filename.contains(&0) {
        return Err(ctx.argument_value_error(2, "must not contain any null bytes"));
    }
    with(ctx, context, |_| ())?;
    let default = Value::NULL;
    let stream_context = stream_context.unwrap_or(&default);
    let Some(s) = Stream::open_in(ctx, filename, "rb", false, stream_context)? else { return Ok(false) };
    let (_, good) = pump(ctx, &s, None, |ctx, b| with(ctx, context, |h| h.update(b)))?;
    s.close(ctx);
    Ok(good)
}

/// Ends a hash and gives its digest.
#[php_function("hash_final(HashContext $context, bool $binary = false): string")]
fn hash_final(ctx: &mut Ctx, context: &This<HashContext>, binary: bool) -> R<Vec<u8>> {
    let taken = match &mut context.borrow_mut(ctx)?.0 {
        Some(r) => r.hasher.take().map(|h| (h, r.algorithm, std::mem::take(&mut r.key), r.flags)),
        None => None,
    };
    let Some((mut hasher, algorithm, key, flags)) = taken else { return Err(finished(ctx)) };
    let mut digest = hasher.finish();
    if flags & HMAC != 0 {
        digest = algorithm.hash(ctx, &[&outer_key(&key), &digest])?;
    }
    Ok(shown(digest, binary))
}

/// A second hash in the same state.
#[php_function("hash_copy(HashContext $context): HashContext")]
fn hash_copy(ctx: &mut Ctx, context: &This<HashContext>) -> R<Object> {
    with(ctx, context, |_| ())?;
    context.object().clone_object(ctx)
}

/// Names of the algorithms.
#[php_function("hash_algos(): array")]
fn hash_algos() -> Array {
    ALGORITHMS.iter().map(|a| a.name).collect()
}

/// Names of the algorithms for HMAC.
#[php_function("hash_hmac_algos(): array")]
fn hash_hmac_algos() -> Array {
    ALGORITHMS.iter().filter(|a| a.crypto).map(|a| a.name).collect()
}

/// PBKDF2 (RFC 8018).
#[php_function(
    "hash_pbkdf2(string $algo, #[\\SensitiveParameter] string $password, string $salt, int $iterations, int $length = 0, bool $binary = false, array $options = []): string"
)]
fn hash_pbkdf2(
    ctx: &mut Ctx,
    algo: &[u8],
    password: &[u8],
    salt: &[u8],
    iterations: i64,
    length: i64,
    binary: bool,
    _options: Option<&Array>,
) -> R<Vec<u8>> {
    let algorithm = crypto(ctx, algo)?;
    if salt.len() > i32::MAX as usize - 4 {
        return Err(ctx.argument_value_error(3, "must be less than or equal to INT_MAX - 4 bytes"));
    }
    if iterations <= 0 {
        return Err(ctx.argument_value_error(4, "must be greater than 0"));
    }
    let Ok(mut length) = usize::try_from(length) else {
        return Err(ctx.argument_value_error(5, "must be greater than or equal to 0"));
    };
    if length == 0 {
        length = if binary { algorithm.digest } else { 2 * algorithm.digest };
    }
    let bytes = if binary { length } else { length.div_ceil(2) };
    let hmac = Hmac::new(ctx, algorithm, password)?;
    let mut out = Vec::new();
    for block in 1u32.. {
        if out.len() >= bytes {
            break;
        }
        let mut digest = hmac.code(&[salt, &block.to_be_bytes()]);
        let mut sum = digest.clone();
        for _ in 1..iterations {
            digest = hmac.code(&[&digest]);
            sum.iter_mut().zip(&digest).for_each(|(s, d)| *s ^= d);
        }
        out.extend(sum);
    }
    out.truncate(bytes);
    let mut out = shown(out, binary);
    out.truncate(length);
    Ok(out)
}

/// Compares in a time that does not depend on where strings differ.
#[php_function(
    "hash_equals(#[\\SensitiveParameter] string $known_string, #[\\SensitiveParameter] string $user_string): bool"
)]
fn hash_equals(ctx: &mut Ctx, args: &Args) -> R<bool> {
    let mut texts = [&b""[..]; 2];
    let missing = Value::NULL;
    for (i, text) in texts.iter_mut().enumerate() {
        let v = args.get(i).unwrap_or(&missing);
        match v.as_str() {
            Some(s) => *text = s,
            None => {
                let given = v.value_name();
                let n = i as u32 + 1;
                return Err(ctx.argument_type_error(n, format!("must be of type string, {given} given")));
            }
        }
    }
    let [a, b] = texts;
    let differ = a.iter().zip(b).fold(0, |d, (x, y)| std::hint::black_box(d | (x ^ y)));
    Ok(a.len() == b.len() && differ == 0)
}

/// HKDF (RFC 5869).
#[php_function(
    "hash_hkdf(string $algo, #[\\SensitiveParameter] string $key, int $length = 0, string $info = \"\", string $salt = \"\"): string"
)]
fn hash_hkdf(ctx: &mut Ctx, algo: &[u8], key: &[u8], length: i64, info: &[u8], salt: &[u8]) -> R<Vec<u8>> {
    let algorithm = crypto(ctx, algo)?;
    if key.is_empty() {
        return Err(ctx.argument_value_error(2, "must not be empty"));
    }
    let Ok(mut length) = usize::try_from(length) else {
        return Err(ctx.argument_value_error(3, "must be greater than or equal to 0"));
    };
    let most = 255 * algorithm.digest;
    if length > most {
        return Err(ctx.argument_value_error(3, format!("must be less than or equal to {most}")));
    }
    if length == 0 {
        length = algorithm.digest;
    }
    let secret = Hmac::new(ctx, algorithm, salt)?.code(&[key]);
    let expand = Hmac::new(ctx, algorithm, &secret)?;
    let mut out = Vec::new();
    let mut last = Vec::new();
    for n in 1..=length.div_ceil(algorithm.digest) {
        last = expand.code(&[&last, info, &[n as u8]]);
        out.extend(&last);
    }
    out.truncate(length);
    Ok(out)
}
