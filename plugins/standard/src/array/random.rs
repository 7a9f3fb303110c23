//! Chance: `shuffle()`, `array_rand()`, `str_shuffle()`.

use howdah_random_api::Generator;
use plugin_api::{Array, Ctx, R, Reference, Value, php_function};

#[php_function("shuffle(array &$array): true")]
fn shuffle(ctx: &mut Ctx, array: Reference) -> R<bool> {
    let g = Generator::of(ctx)?;
    let mut items: Vec<Value> = match array.get().as_array() {
        Some(a) => a.entries().map(|(_, v)| v.clone()).collect(),
        None => return Ok(true),
    };
    for i in (1..items.len()).rev() {
        let j = g.range(ctx, 0, i as i64) as usize;
        items.swap(i, j);
    }
    ctx.pending()?;
    array.set(ctx, Array::list(items))?;
    Ok(true)
}

#[php_function("str_shuffle(string $string): string")]
fn str_shuffle(ctx: &mut Ctx, string: &[u8]) -> R<Vec<u8>> {
    let mut out = string.to_vec();
    if out.len() > 1 {
        let g = Generator::of(ctx)?;
        for i in (1..out.len()).rev() {
            let j = g.range(ctx, 0, i as i64) as usize;
            out.swap(i, j);
        }
        ctx.pending()?;
    }
    Ok(out)
}

#[php_function("array_rand(array $array, int $num = 1): array|string|int")]
fn array_rand(ctx: &mut Ctx, array: &Array, num: i64) -> R<Value> {
    let n = array.len();
    if n == 0 {
        return Err(ctx.argument_value_error(1, "must not be empty"));
    }
    let g = Generator::of(ctx)?;
    if num == 1 {
        let used = array.end();
        if (n as u64) * 2 < used as u64 {
            // Full of holes: by rank.
            let i = g.range(ctx, 0, n as i64 - 1) as usize;
            ctx.pending()?;
            return Ok(array.keys().nth(i).map_or(Value::NULL, |k| k.to_value()));
        }
        loop {
            let i = g.range(ctx, 0, used as i64 - 1);
            ctx.pending()?;
            if let Some((k, _)) = array.at(i as u32) {
                return Ok(k.to_value());
            }
        }
    }
    if num <= 0 || num as u64 > n as u64 {
        return Err(ctx.argument_value_error(
            2,
            "must be between 1 and the number of elements in argument #1 ($array)",
        ));
    }
    let mut wanted = num as usize;
    // Where more than half are wanted, those left out are drawn.
    let negative = wanted > n >> 1;
    if negative {
        wanted = n - wanted;
    }
    let mut drawn = vec![false; n];
    while wanted > 0 {
        let i = g.range(ctx, 0, n as i64 - 1) as usize;
        ctx.pending()?;
        if !drawn[i] {
            drawn[i] = true;
            wanted -= 1;
        }
    }
    let keys = array.keys().zip(drawn).filter(|(_, d)| d ^ negative).map(|(k, _)| k.to_value());
    Ok(Array::list(keys).into())
}
