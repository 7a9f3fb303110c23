//! Every fuzz target for a while, with the same inputs each time.

use howdah_fuzz::{mutate, targets};
use php_fpm::fastcgi::{encode_params, kind, put_record};
use plugin_api_abi::{Manifest, PANIC_UNWIND};

fn texts(list: &[&str]) -> Vec<Vec<u8>> {
    list.iter().map(|t| t.as_bytes().to_vec()).collect()
}

#[test]
fn ini() {
    let samples = texts(&[
        "[a b]\nx = 1\ny[] = \"z ${v}\"\ny[k]='q'\nn = 1 | 2 & ~3 ^ (4)\n; c\nflag=on\n",
        "a.b = C\\D\ne = \"x\" K \"y\"\nf = ${F:-d}\ng = null\n[PATH=/x]\nh=off\n",
    ]);
    mutate::run(
        1,
        20_000,
        &samples,
        &[b"${", b"}", b"[", b"]", b"=", b"\"", b"'", b"\n", b";", b":-"],
        targets::ini,
    );
}

/// A file with a manifest section and nothing else.
fn plugin() -> Vec<u8> {
    let m = Manifest::new("demo", "1.0.0", PANIC_UNWIND);
    // SAFETY: a plain structure without padding, read as bytes.
    let manifest =
        unsafe { std::slice::from_raw_parts((&raw const m).cast::<u8>(), size_of::<Manifest>()) }.to_vec();
    // Of 32 bytes: the section headers behind it begin at a word.
    let names = b"\0.howdah.manifest\0.shstrtab\0\0\0\0\0";
    let (at, names_at) = (64, 64 + manifest.len());
    let sections_at = names_at + names.len();
    let mut out = vec![0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let machine: u16 = if cfg!(target_arch = "aarch64") { 183 } else { 62 };
    for n in [3, machine] {
        out.extend_from_slice(&n.to_le_bytes());
    }
    out.extend_from_slice(&1u32.to_le_bytes());
    for n in [0, 0, sections_at as u64] {
        out.extend_from_slice(&n.to_le_bytes());
    }
    out.extend_from_slice(&0u32.to_le_bytes());
    for n in [64u16, 56, 0, 64, 3, 2] {
        out.extend_from_slice(&n.to_le_bytes());
    }
    out.extend(manifest.iter());
    out.extend_from_slice(names);
    let sections = [(0u32, 0u32, 0, 0), (1, 1, at, manifest.len()), (18, 3, names_at, names.len())];
    for (name, kind, offset, size) in sections {
        out.extend_from_slice(&name.to_le_bytes());
        out.extend_from_slice(&kind.to_le_bytes());
        for n in [0, 0, offset as u64, size as u64] {
            out.extend_from_slice(&n.to_le_bytes());
        }
        out.extend_from_slice(&[0; 8]);
        for n in [1u64, 0] {
            out.extend_from_slice(&n.to_le_bytes());
        }
    }
    out
}

#[test]
fn manifest() {
    let sample = plugin();
    let found = howdah_host::plugins::inspect_bytes(&sample);
    assert!(matches!(found, Ok(howdah_host::plugins::Inspected::Plugin(_))), "{:?}", found.err());
    mutate::run(2, 40_000, &[sample], &[b"HOWDAHX1", b".howdah.manifest", b"\x7fELF"], targets::manifest);
}

#[test]
fn multipart() {
    let body = "multipart/form-data; boundary=\"b c\"\n--b c\r\nContent-Disposition: form-data; name=\"a[x][]\"\r\n\r\n1\r\n\
        --b c\r\nContent-Disposition: form-data; name=f; filename=\"C:\\\\x\\\"y.txt\"\r\nContent-Type: text/plain\r\n\r\n\
        hello\r\n--b\r\n\r\n--b c\r\nContent-Disposition: form-data; name=\"MAX_FILE_SIZE\"\r\n\r\n3\r\n--b c--\r\n";
    let other =
        "multipart/form-data; boundary=x\n--x\nContent-Disposition: form-data;\n name=\"q\"\n\nv\n--x--";
    let words: [&[u8]; 10] = [
        b"--b c",
        b"\r\n",
        b"--",
        b"name=",
        b"filename=",
        b"Content-Disposition: form-data;",
        b"\"",
        b"[",
        b"boundary=",
        b"\r\n\r\n",
    ];
    mutate::run(3, 5_000, &texts(&[body, other]), &words, targets::multipart);
}

#[test]
fn forms() {
    let samples = texts(&["a=1&b[]=2&b[x][y]=%41+z&c.d=;e=%zz", "k=v; k2=\"v 2\"; [=; a[[b]=1"]);
    mutate::run(4, 40_000, &samples, &[b"&", b"=", b"[", b"]", b"%", b";", b"%00"], targets::forms);
}

#[test]
fn fastcgi() {
    let mut request = Vec::new();
    put_record(&mut request, kind::BEGIN_REQUEST, 1, &[0, 1, 1, 0, 0, 0, 0, 0]);
    put_record(&mut request, kind::PARAMS, 1, &encode_params(&[(b"A", b"b"), (b"LONG", &[b'x'; 200])]));
    put_record(&mut request, kind::PARAMS, 1, &[]);
    put_record(&mut request, kind::STDIN, 1, b"hello");
    put_record(&mut request, kind::STDIN, 1, &[]);
    let mut values = Vec::new();
    put_record(&mut values, kind::GET_VALUES, 0, &encode_params(&[(b"FCGI_MAX_CONNS", b"")]));
    let both = [&request[..], &values, &request].concat();
    mutate::run(5, 40_000, &[request, values, both], &[&[1, 2, 0, 1], &[1, 4, 0, 1]], targets::fastcgi);
}

#[test]
fn syntax() {
    let samples = texts(&[
        "<?php namespace A\\B; use C as D; #[X(1)] final class E extends D implements F { use T { a as b; }\n\
         public private(set) ?int $p { get => 1; set { } } const int K = self::J . 'x'; }",
        "<?php function &f(int|string ...$a): static { return fn() => match(true) { 1, 2 => yield from $x?->y, default => throw $e }; }",
        "a <?= \"x {$a['b']} ${c} $d[0] $e->f\" ?> b <?php echo <<<EOT\n  a $b\n  EOT . <<<'N'\n  x\n  N;",
        "<?php if (1): while (2): endwhile; else: endif; for (;;) { goto x; } x: [$a, [, $b]] = list('k' => $c) = [...$d]; declare(ticks=1); __halt_compiler(); rest",
        "<?php enum S: string { case A = 'a'; } $x = new class(1) { }; $f = strlen(...); try { } catch (A|B) { } finally { }",
    ]);
    let words: [&[u8]; 16] = [
        b"<?php ", b"?>", b"<<<A\n", b"{$", b"${", b"\"", b"'", b"/*", b"#[", b"(", b")", b"{", b"}", b"->",
        b"::", b"$a",
    ];
    mutate::run(6, 15_000, &samples, &words, targets::syntax);
}
