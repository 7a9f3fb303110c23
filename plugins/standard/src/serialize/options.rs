//! unserialize()'s options.

use plugin_api::{Array, Ctx, Kind, R, Value};

/// Which classes unserialize() may make.
pub enum Allowed {
    All,
    None,
    Some(Vec<Vec<u8>>),
}

impl Allowed {
    /// Whether it may make this one.
    pub fn has(&self, class: &[u8]) -> bool {
        match self {
            Allowed::All => true,
            Allowed::None => false,
            Allowed::Some(list) => list.iter().any(|c| c.eq_ignore_ascii_case(class)),
        }
    }
}

/// The classes, and how deep containers may lie in each other where that is said.
pub fn read(ctx: &mut Ctx, o: &Array) -> R<(Allowed, Option<i64>)> {
    let mut allowed = Allowed::All;
    let mut max_depth = None;
    match o.get("allowed_classes").map(Value::kind) {
        None => {}
        Some(Kind::Bool(true)) => {}
        Some(Kind::Bool(false)) => allowed = Allowed::None,
        Some(Kind::Array(list)) => {
            let mut names = Vec::new();
            for v in list.values() {
                let bad = |t: String| {
                    format!(
                        "unserialize(): Option \"allowed_classes\" must be an array of class names, {t} given"
                    )
                };
                if matches!(
                    v.kind(),
                    Kind::Array(_)
                        | Kind::Null
                        | Kind::Bool(_)
                        | Kind::Int(_)
                        | Kind::Float(_)
                        | Kind::Resource(_)
                ) {
                    let t = bad(v.value_name());
                    return Err(ctx.type_error(t));
                }
                let name = v.to_str(ctx)?;
                let fits = |c: &u8| c.is_ascii_alphanumeric() || *c == b'_' || *c == b'\\' || *c >= 0x80;
                if !name.iter().all(fits) {
                    let shown = name.split(|c| *c == 0).next().unwrap_or_default();
                    let t = bad(format!("\"{}\"", String::from_utf8_lossy(shown)));
                    return Err(ctx.value_error(t));
                }
                names.push(name.to_vec());
            }
            allowed = Allowed::Some(names);
        }
        Some(_) => {
            let t = o.get("allowed_classes").map_or(String::new(), Value::value_name);
            return Err(ctx.type_error(format!(
                "unserialize(): Option \"allowed_classes\" must be of type array|bool, {t} given"
            )));
        }
    }
    match o.get("max_depth").map(Value::kind) {
        None => {}
        Some(Kind::Int(n)) if n >= 0 => max_depth = Some(n),
        Some(Kind::Int(_)) => {
            return Err(
                ctx.value_error("unserialize(): Option \"max_depth\" must be greater than or equal to 0")
            );
        }
        Some(_) => {
            let t = o.get("max_depth").map_or(String::new(), Value::value_name);
            return Err(
                ctx.type_error(format!("unserialize(): Option \"max_depth\" must be of type int, {t} given"))
            );
        }
    }
    Ok((allowed, max_depth))
}
