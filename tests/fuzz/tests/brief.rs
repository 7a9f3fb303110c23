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

#[test]
fn unserialize() {
    let samples = texts(&[
        "a:3:{i:0;i:1;s:1:\"k\";d:0.5;i:2;a:1:{i:0;R:2;}}",
        "O:6:\"Holder\":4:{s:1:\"a\";N;s:4:\"\0*\0b\";b:1;s:9:\"\0Holder\0c\";r:1;s:4:\"next\";O:5:\"Waker\":1:{i:0;R:3;}}",
        "C:11:\"ArrayObject\":37:{x:i:0;a:1:{i:0;i:1;};m:a:1:{i:0;R:1;}}",
        "O:16:\"SplObjectStorage\":2:{i:0;a:2:{i:0;O:8:\"stdClass\":0:{}i:1;i:2;}i:1;a:0:{}}",
        "O:8:\"DateTime\":3:{s:4:\"date\";s:26:\"2024-01-01 00:00:00.000000\";s:13:\"timezone_type\";i:3;s:8:\"timezone\";s:3:\"UTC\";}",
        "E:17:\"RoundingMode:Zero\";",
        "O:13:\"SplFixedArray\":2:{i:0;i:1;i:1;r:1;}",
        "O:19:\"SplDoublyLinkedList\":3:{i:0;i:0;i:1;a:1:{i:0;i:1;}i:2;a:0:{}}",
    ]);
    let words: [&[u8]; 12] =
        [b"a:", b"s:", b"i:", b"d:", b"O:6:\"Holder\":", b"R:1;", b"r:2;", b"{", b"}", b"N;", b"E:", b"C:"];
    mutate::run(7, 10_000, &samples, &words, targets::unserialize);
}

#[test]
fn session() {
    let samples = texts(&[
        "a|i:1;b|s:1:\"x\";!c|d|a:1:{i:0;R:1;}",
        "\u{1}ai:1;\u{81}b\u{1}cO:6:\"Holder\":1:{s:1:\"a\";i:1;}",
        "a:1:{s:1:\"a\";O:5:\"Waker\":1:{i:0;i:1;}}",
    ]);
    mutate::run(
        8,
        5_000,
        &samples,
        &[b"|", b"!", b"i:1;", b"a:", b"R:1;", b"\x81", b"O:6:\"Holder\":"],
        targets::session,
    );
}

/// Pictures of a few bytes.
fn pictures() -> Vec<Vec<u8>> {
    let mut jpeg =
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xe1\0\x4aExif\0\0II*\0\x08\0\0\0\x02\0"
            .to_vec();
    jpeg.extend_from_slice(
        b"\x0f\x01\x02\0\x08\0\0\0\x26\0\0\0\x69\x87\x04\0\x01\0\0\0\x2e\0\0\0\0\0\0\0maker xx",
    );
    jpeg.extend_from_slice(b"\x01\0\x86\x92\x07\0\x04\0\0\0abcd\0\0\0\0\xff\xc0\0\x11\x08\0\x10\0\x10\x03\x01\x22\0\x02\x11\x01\x03\x11\x01\xff\xd9");
    vec![
        jpeg,
        b"\xff\xd8\xff\xed\0\x1aPhotoshop 3.0\x008BIM\x04\x04\0\0\xff\xd9".to_vec(),
        b"GIF89a\x01\0\x02\0\x80\0\0".to_vec(),
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x02\x08\x02\0\0\0".to_vec(),
        b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\x18\0".to_vec(),
        b"II*\0\x08\0\0\0\x02\0\0\x01\x03\0\x01\0\0\0\x05\0\0\0\x01\x01\x04\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
            .to_vec(),
        b"MM\0*\0\0\0\x08\0\x02\x01\0\0\x03\0\0\0\x01\0\x05\0\0\x01\x0f\0\x02\0\0\0\x04abc\0\0\0\0\0"
            .to_vec(),
        b"FWS\x05\x20\0\0\0\x70\0\x0f\xa0\0\0\x8c\xa0\0".to_vec(),
        b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x01\0\0\x02\0\0".to_vec(),
        b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ".to_vec(),
        b"\0\0\0\x1cftypavif\0\0\0\0avifmif1\0\0\0\x20meta".to_vec(),
        b"#define x_width 16\n#define x_height 7\n".to_vec(),
    ]
}

#[test]
fn image() {
    let words: [&[u8]; 6] = [b"\xff\xc0", b"\xff\xed", b"VP8L", b"VP8 ", b"\xff\x4f\xff\x51", b"CWS"];
    mutate::run(9, 10_000, &pictures(), &words, targets::image);
}

#[test]
fn iptc() {
    let samples = [b"\x1c\x02\x05\0\x03abc\x1c\x02\x19\0\x01x\x1c\x01\x5a\x80\x04\0\0\0\x02yz".to_vec()];
    mutate::run(10, 20_000, &samples, &[b"\x1c\x02", b"\x80\x04"], targets::iptc);
}

#[test]
fn exif() {
    let words: [&[u8]; 8] =
        [b"II*\0", b"MM\0*", b"Exif\0\0", b"\x69\x87", b"\x25\x88", b"\x01\x02", b"Nikon\0", b"\x7c\x92"];
    mutate::run(11, 10_000, &pictures(), &words, targets::exif);
}

#[test]
fn url() {
    let samples = texts(&[
        "http://u:p@h.example:80/a/b;c?d[]=1&e[f][g]=%41+#h",
        "//[::1]:0/x",
        "mailto:a.b+c@d.example",
        "x:/y:65536",
        "/a?b://c",
        "file:///c:/d",
        "1.2.3.4",
        "::ffff:1.2.3.4",
        "\"q\"@[IPv6:::1]",
    ]);
    let words: [&[u8]; 11] = [b":", b"/", b"//", b"?", b"#", b"@", b"[", b"]", b"%", b"&", b"="];
    mutate::run(12, 20_000, &samples, &words, targets::url);
}

#[test]
fn date() {
    let samples = texts(&[
        "last monday of february 2024 noon +3 days 2 weeks ago",
        "2024-W09-4T12:34:56.789+01:30",
        "@-1234567890.5",
        "10/Oct/2000:13:55:36 -0700",
        "D, d M Y H:i:s O|!e\nMon, 05 Feb 2024 01:02:03 +0200",
        "P1Y2M3DT4H5M6.5S",
        "R5/2008-03-01T13:00:00Z/P1Y2M10DT2H30M",
        "Europe/Berlin",
        "first sat of next month midnight",
        "U.u\n-1.000001",
        "-9999999999999 years",
        "P00021231T000000",
    ]);
    let words: [&[u8]; 14] = [
        b"+",
        b"-",
        b"T",
        b" of ",
        b"last ",
        b"next ",
        b" days",
        b" ago",
        b"W",
        b":",
        b".",
        b"weekdays",
        b"99999999999999999999",
        b"\n",
    ];
    mutate::run(13, 3_000, &samples, &words, targets::date);
}

#[test]
fn text() {
    let samples = texts(&[
        "{\"a\":[1,-2.5e3,\"\\u00e9\\ud83d\\ude00\",null,{\"\":true}]}",
        "a,\"b \"\"c\"\"\",,d\n",
        "#86%B8P``\n`\n",
        "a=3D=\r\nb=C3=A9",
        "&lt;&eacute;&#x41;&#65;&NotEqualTilde;&amp",
        "%05.2f|%-10s|%'*10s|%2$s|%b",
        "%d %[a-z] %n%c",
        "Nlen/a4b/x2/Z*c",
        "[s]\na[]=\"${x}\"\nb=1|2",
        "<?php echo <<<A\n {$b['c']}\nA; ?>",
        "/(?<n>a+)\\k<n>|[^\\d]{2,3}/iu",
        "=?UTF-8?B?w6k=?= =?ISO-8859-1?Q?=E9?=",
    ]);
    let words: [&[u8]; 12] =
        [b"\\", b"\"", b"%", b"&", b"=?", b"?=", b"{", b"[", b"(", b"\xc3", b"999999999999", b"\0"];
    mutate::run(14, 3_000, &samples, &words, targets::text);
}

/// A tar archive of one file.
fn tar() -> Vec<u8> {
    let mut head = vec![0; 512];
    let mut put = |at: usize, b: &[u8]| head[at..at + b.len()].copy_from_slice(b);
    put(0, b"a/b.txt");
    put(100, b"0000644\0");
    put(124, b"00000000005\0");
    put(136, b"14000000000\0");
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = head.iter().map(|b| u32::from(*b)).sum();
    head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut body = vec![0; 1536];
    body[..5].copy_from_slice(b"hello");
    [head, body].concat()
}

#[test]
fn phar() {
    let mut zip =
        b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\x86\xa6\x10\x36\x05\0\0\0\x05\0\0\0\x01\0\0\0ahello".to_vec();
    zip.extend_from_slice(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0\x86\xa6\x10\x36\x05\0\0\0\x05\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0a");
    zip.extend_from_slice(b"PK\x05\x06\0\0\0\0\x01\0\x01\0\x2f\0\0\0\x24\0\0\0\0\0");
    let mut own = b"<?php __HALT_COMPILER(); ?>\r\n".to_vec();
    let entry =
        [&b"\x01\0\0\0a\x05\0\0\0\0\0\0\0\x05\0\0\0\x86\xa6\x10\x36\xa4\x01\0\0"[..], b"\x06\0\0\0s:1:\"x"]
            .concat();
    let manifest = [&b"\x01\0\0\0\x11\0\0\0\0\0\x01\0\0\0x\0\0\0\0"[..], &entry].concat();
    own.extend_from_slice(&(manifest.len() as u32).to_le_bytes());
    own.extend_from_slice(&manifest);
    own.extend_from_slice(b"hello");
    let words: [&[u8]; 7] =
        [b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"__HALT_COMPILER(); ?>", b"ustar", b"GBMB", b"../"];
    mutate::run(15, 700, &[zip, tar(), own], &words, targets::phar);
}

#[test]
fn http() {
    let samples = texts(&[
        "?HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "?HTTP/1.0 302 Found\r\nLocation: /y\r\nContent-Length: 3\r\nSet-Cookie: a=b\r\n folded\r\n\r\nabc",
        "?HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\n\r\n",
        "?ICY 200\r\n\r\nx",
    ]);
    let words: [&[u8]; 8] =
        [b"HTTP/1.1 ", b"\r\n", b"\r\n\r\n", b": ", b"chunked", b"Content-Length: ", b"ffffffff\r\n", b"\n"];
    mutate::run(16, 300, &samples, &words, targets::http);
}

#[test]
fn ftp() {
    let samples = texts(&[
        "!220 hello\r\n331 password\r\n230-in\r\n 230 x\r\n230 in\r\n200 type\r\n213 5\r\n229 go (|||1|)\r\n150 here\r\n226 done\r\n",
        "!220-a\r\n220-b\r\n220 c\r\n230 in\r\n200 t\r\n550 no\r\n",
    ]);
    let words: [&[u8]; 6] = [b"220 ", b"230 ", b"(|||", b"|)\r\n", b"\r\n", b"99999999999"];
    mutate::run(17, 300, &samples, &words, targets::ftp);
}

#[test]
fn readers_read() {
    use howdah_fuzz::engine::answer;
    assert_eq!(answer("what_is_read", b"a:1:{i:0;i:7;}"), "7 7 x80 2024-02-29 2 a 1");
}
