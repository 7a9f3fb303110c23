//! Trees, seen through their export.

use super::{export, expr};

/// Export of the code equals the code.
#[track_caller]
fn same(code: &str) {
    assert_eq!(export(code), code);
}

#[test]
fn precedence() {
    assert_eq!(expr("1 + 2 * 3 - 4"), "1 + 2 * 3 - 4");
    assert_eq!(expr("(1 + 2) * 3"), "(1 + 2) * 3");
    assert_eq!(expr("1 - (2 - 3)"), "1 - (2 - 3)");
    assert_eq!(expr("-$a ** 2"), "-$a ** 2");
    assert_eq!(expr("2 ** 3 ** 2"), "2 ** 3 ** 2");
    assert_eq!(expr("(2 ** 3) ** 2"), "(2 ** 3) ** 2");
    assert_eq!(expr("!$a instanceof B"), "!$a instanceof B");
    assert_eq!(expr("$a . $b + $c"), "$a . $b + $c");
    assert_eq!(expr("$a ?? $b ?? $c"), "$a ?? $b ?? $c");
    assert_eq!(expr("!$a = $b && $c"), "!($a = $b && $c)");
    assert_eq!(expr("$a and $b or $c"), "$a && $b || $c");
    assert_eq!(expr("print $a . 'x' and $b"), "(print $a . 'x') && $b");
    assert_eq!(expr("$a = $b += $c"), "$a = $b += $c");
    assert_eq!(expr("($a ? $b : $c) ? $d : $e"), "$a ? $b : $c ? $d : $e");
    assert_eq!(expr("fn($x) => $x + 1"), "fn($x) => $x + 1");
    assert_eq!(expr("@$a['b']->c++"), "@($a['b']->c++)");
}

#[test]
fn chains() {
    assert_eq!(expr("A::b()::C::$d->e?->f(...)[0] ?? 1"), "A::b()::C::$d->e?->f(...)[0] ?? 1");
    assert_eq!(expr("$a->b['c']->d(1, ...$e)::F"), "$a->b['c']->d(1, ...$e)::F");
    assert_eq!(expr("new A()->b()"), "new A()->b()");
    assert_eq!(expr("(new A)->b"), "new A()->b");
    assert_eq!(expr("new $a->b['c']($d)"), "new $a->b['c']($d)");
    assert_eq!(expr("new class(1) extends B {}"), "new class(1) extends B {\n}");
    assert_eq!(expr("\"abc\"[0]"), "'abc'[0]");
    assert_eq!(expr("[1, 2][0]"), "[1, 2][0]");
    assert_eq!(expr("$$a['b']"), "$$a['b']");
    assert_eq!(expr("${'a' . $b}"), "${'a' . $b}");
    assert_eq!(expr("$a->{'b' . $c}"), "$a->{'b' . $c}");
    assert_eq!(expr("A::{$b}()"), "A::$b()");
    assert_eq!(expr("static::$a::class"), "static::$a::class");
    assert_eq!(expr("namespace\\a\\b(\\C, d\\e)"), "namespace\\a\\b(\\C, d\\e)");
    assert_eq!(expr("f(a: 1, array: 2)"), "f(a: 1, array: 2)");
    assert_eq!(expr("exit"), "\\exit()");
    assert_eq!(expr("die(1)"), "\\exit(1)");
}

#[test]
fn literals() {
    assert_eq!(
        expr("[0x1F, 0b11, 0o17, 017, 1_000, 0x7FFF_FFFF_FFFF_FFFF]"),
        "[31, 3, 15, 15, 1000, 9223372036854775807]"
    );
    assert_eq!(expr("9223372036854775808"), "9.2233720368548E+18");
    assert_eq!(expr("0xFFFFFFFFFFFFFFFF"), "1.844674407371E+19");
    assert_eq!(expr("[1.5, .5, 6., 1e3, 1E-10, 1e100]"), "[1.5, 0.5, 6.0, 1000.0, 1.0E-10, 1.0E+100]");
    assert_eq!(expr(r#""a\n\x41\101\u{1F600}\e\q\\""#), "\"a\\nAA\u{1F600}\\e\\\\q\\\\\"");
    assert_eq!(expr(r"'it\'s \n'"), r"'it\'s \\n'");
    assert_eq!(expr("b'x'"), "'x'");
    assert_eq!(expr("array('a' => 1, &$b, ...$c)"), "['a' => 1, &$b, ...$c]");
    assert_eq!(expr("[, $a, [$b, 'k' => $c]] = $d"), "[, $a, [$b, 'k' => $c]] = $d");
    assert_eq!(expr("list($a, list(, $b)) = $c"), "[$a, [, $b]] = $c");
    assert_eq!(expr("isset($a, $b)"), "isset($a) && isset($b)");
    assert_eq!(expr("(integer)$a . (binary)$b"), "(int)$a . (string)$b");
}

#[test]
fn interpolation() {
    assert_eq!(expr(r#""a $b c""#), r#""a $b c""#);
    assert_eq!(
        expr(r#""${a}b $c[0] $c[-1] $c[x] $c[$d] $e->f $e?->g {$h['i']}""#),
        r#""{$a}b {$c[0]} {$c[-1]} {$c['x']} {$c[$d]} {$e->f} {$e?->g} {$h['i']}""#
    );
    assert_eq!(expr("`ls $a`"), "`ls $a`");
    assert_eq!(expr("<<<A\n    x\n      $y\n    z\n    A"), "\"x\\n  $y\\nz\"");
    assert_eq!(expr("<<<'A'\n  $x\n\n  \\n\n  A"), "\"\\$x\\n\\n\\\\n\"");
    assert_eq!(expr("<<<A\nA"), "''");
    assert_eq!(
        expr("\"$a[00] $a[0x1] $a[9999999999999999999]\""),
        "\"{$a['00']} {$a['0x1']} {$a['9999999999999999999']}\""
    );
}

#[test]
fn statements() {
    same("if ($a) {\n    b();\n} elseif ($c) {\n    d();\n} else {\n    e();\n}\n");
    same("for ($i = 0, $j = 1; $i < 3; $i++) {\n    continue 2;\n}\n");
    same("foreach ($a as $k => &$v) {\n}\n");
    same("switch ($a) {\n    case 1:\n        break;\n    default:\n        return $x;\n}\n");
    same("try {\n    a();\n} catch (A|B $e) {\n} finally {\n}\n");
    same("declare(ticks = 1);\nnamespace A\\B;\nuse C\\D as E;\nconst F = 1, G = 2;\n");
    same("L0:\ngoto L0;\n");
    assert_eq!(export("while (1): echo 1, 2; endwhile;"), "while (1) {\n    echo 1;\n    echo 2;\n}\n");
    assert_eq!(
        export("if ($a): elseif ($b): else: f(); endif;"),
        "if ($a) {\n} elseif ($b) {\n} else {\n    f();\n}\n"
    );
    assert_eq!(export("do $a--; while ($a);"), "do {\n    $a--;\n} while ($a);\n");
    assert_eq!(
        export("global $a, $$b; static $c, $d = 1; unset($e, $f);"),
        "global $a;\nglobal $$b;\nstatic $c;\nstatic $d = 1;\nunset($e);\nunset($f);\n"
    );
    assert_eq!(export("?>a\n<?= 1 ?>\nb"), "echo \"a\\n\";\necho 1;\necho 'b';\n");
}

#[test]
fn functions() {
    same("function &f(array &$a, ?int $b = null, A|B ...$c): static {\n    yield 1 => 2;\n}\n\n");
    assert_eq!(
        expr("static function () use ($a, &$b): never { }"),
        "static function () use($a, &$b): never {\n}"
    );
    assert_eq!(expr("#[A(1), B] #[C] fn &($x) => yield from $x"), "#[A(1), B] #[C] fn&($x) => yield from $x");
    assert_eq!(
        expr("match (true) { 1, 2 => 'a', default => throw $e, }"),
        "match (true) {\n    1, 2 => 'a',\n    default => throw $e,\n}"
    );
    same("function readonly() {\n}\n\n");
    assert_eq!(expr("readonly(1)"), "readonly(1)");
}

#[test]
fn classes() {
    same(
        "abstract class A extends \\B implements C, D {\n    public const int X = 1, Y = 2;\n    private static $a = 1, $b;\n    public private(set) readonly ?int $c;\n    public abstract function foo();\n\n}\n\n",
    );
    same("enum A: int implements B {\n    case X = 1;\n    public const Y = self::X;\n}\n\n");
    same(
        "trait T {\n    use A, B {\n        A::x insteadof B;\n        B::x as protected y;\n        z as list;\n    }\n    use C;\n}\n\n",
    );
    assert_eq!(
        export(
            "class A { public int $x = 1 { get => $this->x; final set(int $v) { f(); } } public $y { get; } }"
        ),
        "class A {\n    public int $x = 1 {\n        get => $this->x;\n        final set {\n            f();\n        }\n    }\n    public $y {\n        get;\n    }\n}\n\n"
    );
    assert_eq!(
        export("class A { function __construct(public private(set) int $x = 1 { get => 2; }, #[B] $y) {} }"),
        "class A {\n    public function __construct(public private(set) int $x = 1 {\n        get => 2;\n    }, #[B] $y) {\n    }\n\n}\n\n"
    );
    assert_eq!(
        export(
            "class A { const array = 1; const array LIST = []; function list() {} const class_ = A::class; }"
        ),
        "class A {\n    public const array = 1;\n    public const array LIST = [];\n    public function list() {\n    }\n\n    public const class_ = A::class;\n}\n\n"
    );
    assert_eq!(
        export("class enum {} class A { var $b; } new enum;"),
        "class enum {\n}\n\nclass A {\n    public $b;\n}\n\nnew enum();\n"
    );
}

#[test]
fn names() {
    same("namespace A {\n    use B\\{C, D as E};\n}\n\n");
    assert_eq!(export("use function a\\b; use a\\{function c, const D};"), "use a\\b;\nuse a\\{c, D};\n");
    assert_eq!(expr("enum::from(1)"), "enum::from(1)");
    assert_eq!(expr("$a->class->fn->LIST()"), "$a->class->fn->LIST()");
}

#[test]
fn long_chains_parse() {
    for op in ["+", ".", "&&", "??"] {
        let code = format!("$a = 1{}", format!(" {op} 1").repeat(9000));
        assert!(expr(&code).ends_with(" 1"), "{op}");
    }
    let elseifs = format!("if (1) {{}}{}", " elseif (2) {}".repeat(10_000));
    assert!(export(&elseifs).starts_with("if (1)"));
}
