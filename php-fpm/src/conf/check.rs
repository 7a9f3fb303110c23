//! What a configuration must have, and what follows from it.

use super::{Conf, Pool, ProcessManager};
use crate::Logged;
use crate::access;
use crate::zlog;
use std::path::Path;

type Checked = Result<(), Logged>;

fn refuse(p: &Pool, why: &str) -> Checked {
    zlog::alert(&format!("[pool {}] {why}", p.name));
    Err(Logged)
}

fn refuse_error(p: &Pool, why: &str) -> Checked {
    zlog::error(&format!("[pool {}] {why}", p.name));
    Err(Logged)
}

fn is_root() -> bool {
    // SAFETY: the call has no preconditions.
    unsafe { libc::geteuid() == 0 }
}

/// Checks all pools and fills in what is not set.
pub fn check(c: &mut Conf) -> Checked {
    all(c).inspect_err(|_| zlog::error("failed to post process the configuration"))
}

fn all(c: &mut Conf) -> Checked {
    if c.pools.is_empty() {
        zlog::error("No pool defined. at least one pool section must be specified in config file");
        return Err(Logged);
    }
    for p in &mut c.pools {
        pool(p)?;
    }
    for (i, a) in c.pools.iter().enumerate() {
        for b in &c.pools[i + 1..] {
            if a.listen == b.listen {
                let why =
                    format!("unable to set listen address as it's already used in another pool '{}'", a.name);
                return refuse_error(b, &why);
            }
        }
    }
    Ok(())
}

fn pool(p: &mut Pool) -> Checked {
    if let Some(dir) = &p.prefix
        && !Path::new(dir).is_dir()
    {
        return refuse_error(p, &format!("the prefix '{dir}' does not exist or is not a directory"));
    }
    if p.user.is_none() && is_root() && !crate::options::run_as_root() {
        return refuse(p, "user has not been defined");
    }
    if p.listen.is_empty() {
        return refuse(p, "no listen address have been defined!");
    }
    let Some(pm) = p.pm else {
        return refuse(p, "the process manager is missing (static, dynamic or ondemand)");
    };
    if p.max_children < 1 {
        return refuse(p, "pm.max_children must be a positive value");
    }
    match pm {
        ProcessManager::Dynamic => dynamic(p)?,
        ProcessManager::OnDemand if p.idle_timeout < 1 => {
            return refuse(
                p,
                &format!("pm.process_idle_timeout({}s) must be greater than 0s", p.idle_timeout),
            );
        }
        _ => {}
    }
    if p.max_spawn_rate < 1 && pm != ProcessManager::Static {
        return refuse(p, "pm.max_spawn_rate must be a positive value");
    }
    for (what, path) in [("status", &p.status_path), ("ping", &p.ping_path)] {
        if let Some(path) = path.as_deref().filter(|s| !s.is_empty()) {
            url_path(p, what, path)?;
        }
    }
    p.ping_response.get_or_insert_with(|| "pong".into());
    if p.access_log.is_some() {
        let format = p.access_format.get_or_insert_with(|| access::DEFAULT_FORMAT.into());
        if let Err(why) = access::Format::parse(format) {
            zlog::warning(&why);
            return Err(Logged);
        }
    }
    slowlog(p)?;
    folders(p)
}

fn slowlog(p: &mut Pool) -> Checked {
    let path = p.slowlog.clone().filter(|s| !s.is_empty());
    if p.slowlog_timeout > 0 {
        let Some(path) = &path else {
            return refuse_error(p, "'slowlog' must be specified for use with 'request_slowlog_timeout'");
        };
        if let Err(e) = crate::slow::open(path) {
            zlog::error(&format!("Unable to create or open slowlog({path}): {}", crate::conf_reason(&e)));
            return Err(Logged);
        }
        if p.terminate_timeout > 0 && p.slowlog_timeout > p.terminate_timeout {
            return refuse_error(
                p,
                &format!(
                    "'request_slowlog_timeout' ({}) can't be greater than 'request_terminate_timeout' ({})",
                    p.slowlog_timeout, p.terminate_timeout
                ),
            );
        }
    }
    if p.slowlog_depth == 0 {
        p.slowlog_depth = 20;
    } else if path.is_none() {
        return refuse_error(p, "'slowlog' must be specified for use with 'request_slowlog_trace_depth'");
    } else if p.slowlog_depth < 0 {
        let why = format!("'request_slowlog_trace_depth' ({}) must be a positive value", p.slowlog_depth);
        return refuse_error(p, &why);
    }
    Ok(())
}

fn dynamic(p: &mut Pool) -> Checked {
    let (min, max, all) = (p.min_spare, p.max_spare, p.max_children);
    if min <= 0 {
        return refuse(p, &format!("pm.min_spare_servers({min}) must be a positive value"));
    }
    if max <= 0 {
        return refuse(p, &format!("pm.max_spare_servers({max}) must be a positive value"));
    }
    if min > all || max > all {
        return refuse(
            p,
            &format!(
                "pm.min_spare_servers({min}) and pm.max_spare_servers({max}) cannot be greater than \
                 pm.max_children({all})"
            ),
        );
    }
    if max < min {
        let why = format!("pm.max_spare_servers({max}) must not be less than pm.min_spare_servers({min})");
        return refuse(p, &why);
    }
    if p.start_servers <= 0 {
        p.start_servers = min + (max - min) / 2;
        let n = p.start_servers;
        zlog::notice(&format!("[pool {}] pm.start_servers is not set. It's been set to {n}.", p.name));
    } else if !(min..=max).contains(&p.start_servers) {
        return refuse(
            p,
            &format!(
                "pm.start_servers({}) must not be less than pm.min_spare_servers({min}) and not greater than \
                 pm.max_spare_servers({max})",
                p.start_servers
            ),
        );
    }
    Ok(())
}

fn url_path(p: &Pool, what: &str, path: &str) -> Checked {
    let says = |why: &str| format!("the {what} path '{path}' {why}");
    if !path.starts_with('/') {
        return refuse_error(p, &says("must start with a '/'"));
    }
    if path.len() < 2 {
        return refuse_error(p, &says("is not long enough"));
    }
    if !path.bytes().all(|c| c.is_ascii_alphanumeric() || b"/-_.~".contains(&c)) {
        return refuse_error(p, &says("must contain only the following characters '[alphanum]/_-.~'"));
    }
    Ok(())
}

fn folders(p: &Pool) -> Checked {
    for (what, dir) in [("chroot", &p.chroot), ("chdir", &p.chdir)] {
        let Some(dir) = dir.as_deref().filter(|d| !d.is_empty()) else { continue };
        if !dir.starts_with('/') {
            return refuse_error(p, &format!("the {what} path '{dir}' must start with a '/'"));
        }
        let inside = match (&p.chroot, what) {
            (Some(root), "chdir") => format!("{root}/{dir}"),
            _ => dir.to_owned(),
        };
        if !Path::new(&inside).is_dir() {
            return refuse_error(p, &format!("the {what} path '{dir}' does not exist or is not a directory"));
        }
    }
    Ok(())
}

fn unknown(what: &str, name: &str) -> String {
    format!("cannot get {} for {what} '{name}'", if what == "user" { "uid" } else { "gid" })
}

/// Refuses owners of a Unix socket that do not exist.
fn owners(p: &Pool) -> Checked {
    if !crate::unix::is_unix(&p.listen) {
        return Ok(());
    }
    let owner = p.listen_owner.as_deref().filter(|o| !o.is_empty() && crate::unix::user(o).is_none());
    let group = p.listen_group.as_deref().filter(|g| !g.is_empty() && crate::unix::group(g).is_none());
    match (owner, group) {
        (Some(o), _) => refuse_error(p, &format!("{}: Success (0)", unknown("user", o))),
        (_, Some(g)) => refuse_error(p, &format!("{}: Success (0)", unknown("group", g))),
        _ => Ok(()),
    }
}

/// What `-t` tests beside the syntax: users and groups exist.
pub fn test(c: &Conf) -> Checked {
    for p in &c.pools {
        owners(p)?;
        if !is_root() {
            continue;
        }
        for (what, name) in [("user", &p.user), ("group", &p.group)] {
            let Some(name) = name.as_deref().filter(|n| n.parse::<u32>().is_err()) else { continue };
            let found = if what == "user" {
                crate::unix::user(name).is_some()
            } else {
                crate::unix::group(name).is_some()
            };
            if !found {
                return refuse_error(p, &unknown(what, name));
            }
        }
    }
    Ok(())
}
