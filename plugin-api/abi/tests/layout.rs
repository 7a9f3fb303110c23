//! The layout that plugins were built against stays: `layout-1.txt` holds what was published of major version 1, and every
//! line of it must hold for ever. What can grow (size-prefixed structures) may have more behind it.
//!
//! `UPDATE_LAYOUT=1 cargo test -p plugin-api-abi` adds what is new to the file, when a minor version is published. A line
//! that changes means a new major version.

use plugin_api_abi::*;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Size and fields of a structure, and whether it can grow.
struct Layout {
    size: usize,
    fields: Vec<(&'static str, usize)>,
    grows: bool,
}

macro_rules! layouts {
    ($grows:expr => $( $name:ident { $($f:ident),* } )*) => {
        vec![ $( (stringify!($name), Layout {
            size: size_of::<$name>(),
            fields: vec![ $( (stringify!($f), core::mem::offset_of!($name, $f)) ),* ],
            grows: $grows,
        }) ),* ]
    };
}

macro_rules! tables {
    ($($name:ident)*) => {
        vec![ $( (stringify!($name), Layout {
            size: size_of::<$name>(),
            fields: [("size", core::mem::offset_of!($name, size))].into_iter().chain($name::FIELDS.iter().copied()).collect(),
            grows: true,
        }) ),* ]
    };
}

fn current() -> BTreeMap<&'static str, Layout> {
    let frozen = layouts! { false =>
    TypeDesc { text, mask, tentative, classes }
    ParamDesc { name, ty, default, flags, reserved }
    FunctionDesc { size, flags, name, func, params, required, reserved, ret, doc, attributes, data }
    ConstValue { val, text }
    ConstDesc { name, ty, value, flags, is_case, doc, attributes }
    PropDesc { name, ty, default, flags, reserved, doc }
    ClassDesc { size, flags, name, parent, interfaces, methods, props, consts, enum_backing, native_size, native_align, reserved, create, free, handlers, interface_gets_implemented, doc, attributes }
    IniDesc { name, default, access, bind, bind_offset, display, on_modify }
    DepDesc { name, req, kind, reserved }
    ExportDesc { name, table }
    AliasDesc { alias, class }
    NativeIterator { state, table }
    Val { payload, ty, aux }
    HeapHdr { rc, info }
    StrHdr { hdr, hash, len }
    Bucket { val, h, key }
    ArrHead { hdr, kind, flags, iterators, mask, used, count, cap, cursor, next_free, data }
    RefHead { hdr, sources, val }
    ClassTop { reserved, payload, own }
    ObjHead { hdr, handle, gc, class, props, native }
    ArrView { data, used, count, packed, reserved }
    StrSlice { ptr, len }
    CallFrame { size, argc, args, this, named_extra, called_class, data, strict, flags }
    RawKey { key, h }
    RawPair { key, val }
    };
    let growing = layouts! { true =>
    HandlerTable { size, reserved, read_prop, write_prop, has_prop, unset_prop, read_dim, write_dim, has_dim, unset_dim, compare, cast, count, properties, do_operation, get_closure, clone, get_iterator, roots, get_constructor, get_method, store_dim }
    IteratorTable { size, reserved, free, valid, current, key, next, rewind, roots, fetch }
    ExtDescriptor { size, api_major, api_minor, name, version, functions, classes, constants, ini, deps, exports, globals_size, globals_align, globals_ctor, globals_dtor, minit, mshutdown, rinit, rshutdown, post_deactivate, minfo, roots, aliases }
    HostApi { size, major, minor, val, arr, obj, call, err, res, sapi, module, reflect }
    InitArgs { size, reserved, api, descriptor }
    Manifest { magic, size, api_major, api_minor, layout_hash, panic, zend, reserved, name, version, built_with }
    };
    let tables =
        tables! { ValTable ArrTable ObjTable CallTable ErrTable ResTable SapiTable ModuleTable ReflectTable };
    frozen.into_iter().chain(growing).chain(tables).collect()
}

/// As the file has it: `Name.field offset`, and `Name size` of what is frozen.
fn text(all: &BTreeMap<&'static str, Layout>) -> String {
    let mut out = String::new();
    for (name, l) in all {
        for (f, at) in &l.fields {
            assert!(writeln!(out, "{name}.{f} {at}").is_ok());
        }
        if !l.grows {
            assert!(writeln!(out, "{name} {}", l.size).is_ok());
        }
    }
    out
}

#[test]
fn what_was_published_stays() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/layout-1.txt");
    let all = current();
    let now = text(&all);
    if std::env::var_os("UPDATE_LAYOUT").is_some() {
        std::fs::write(path, &now).unwrap_or_else(|e| panic!("{e}"));
    }
    let published = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let lines: Vec<&str> = now.lines().collect();
    for line in published.lines() {
        assert!(lines.contains(&line), "plugins that were built before rely on `{line}`");
    }
    // What is new lies behind what was published.
    for line in lines.iter().filter(|l| !published.lines().any(|p| p == **l)) {
        let (name, at) = line.rsplit_once(' ').unwrap_or_default();
        let (owner, _) = name.split_once('.').unwrap_or((name, ""));
        let last = published
            .lines()
            .filter_map(|p| {
                p.strip_prefix(owner)?.strip_prefix('.')?.rsplit_once(' ')?.1.parse::<usize>().ok()
            })
            .max();
        let at: usize = at.parse().unwrap_or(0);
        let grows = all.get(owner).is_some_and(|l| l.grows);
        assert!(
            last.is_none_or(|l| grows && at > l),
            "`{line}` is new, and not behind what {owner} had before"
        );
    }
}

#[test]
fn tables_hold_nothing_but_pointers_behind_their_size() {
    for (name, l) in current().iter().filter(|(n, _)| n.ends_with("Table")) {
        let want: Vec<usize> = (1..l.fields.len()).map(|i| i * size_of::<usize>()).collect();
        let behind: Vec<usize> =
            l.fields.iter().filter(|(f, _)| *f != "reserved").skip(1).map(|(_, at)| *at).collect();
        assert!(want.starts_with(&behind), "{name}: {behind:?}");
        assert_eq!(l.size, behind.last().map_or(8, |at| at + 8), "{name}");
    }
}
