//! PHP's messages for what does not parse.

use super::error;
use crate::ErrorKind;

#[track_caller]
fn check(code: &str, message: &str) {
    assert_eq!(String::from_utf8_lossy(&error(code).message), message, "{code}");
}

#[track_caller]
fn unexpected(code: &str, rest: &str) {
    check(code, &format!("syntax error, unexpected {rest}"));
}

#[test]
fn unexpected_tokens() {
    unexpected("echo 1", "end of file, expecting \",\" or \";\"");
    unexpected("$a = [1, 2;", "token \";\", expecting \"]\"");
    unexpected("$a $b;", "variable \"$b\"");
    unexpected("return 1 2;", "integer \"2\", expecting \";\"");
    unexpected("$a foo;", "identifier \"foo\"");
    unexpected("$a \\A;", "fully qualified name \"\\A\"");
    unexpected("$a \"x y\";", "double-quoted string \"x y\"");
    unexpected("$a 'x';", "single-quoted string \"x\"");
    unexpected("f(1 2);", "integer \"2\", expecting \")\"");
    unexpected("new;", "token \";\", expecting \"class\"");
    unexpected("f(new;", "token \";\", expecting \":\"");
    unexpected("1 == 2 == 3;", "token \"==\"");
    unexpected("endif;", "token \"endif\", expecting end of file");
    unexpected("$a->1;", "integer \"1\", expecting identifier or variable or \"{\" or \"$\"");
    unexpected("'", "string content \"\", expecting end of file");
    unexpected("\x01", "character 0x01, expecting end of file");
    unexpected("\"$a[ ]\"", "string content \"\", expecting \"-\" or identifier or variable or number");
    unexpected("if (1) class A {}", "token \"class\"");
}

#[test]
fn declarations() {
    unexpected("class A { foo }", "identifier \"foo\", expecting \"function\"");
    unexpected("class A { public }", "token \"}\", expecting variable");
    unexpected("class A { public $a $b; }", "variable \"$b\", expecting \",\" or \";\"");
    unexpected("class A { function f() = 1; }", "token \"=\", expecting \";\" or \"{\"");
    unexpected("class list {}", "token \"list\", expecting identifier");
    unexpected("function f(int) {}", "token \"(int)\", expecting \"(\"");
    unexpected("function 1() {}", "integer \"1\", expecting \"(\"");
    unexpected("class A { use B { a::b 1 } }", "integer \"1\", expecting \"as\"");
    unexpected("switch (1) { foo(); }", "identifier \"foo\", expecting \"case\" or \"default\" or \"}\"");
    unexpected(
        "use A\\{1};",
        "integer \"1\", expecting identifier or namespaced name or \"function\" or \"const\"",
    );
}

#[test]
fn nesting() {
    check("f(1;\n", "syntax error, unexpected token \";\", expecting \")\"");
    check("f(1", "Unclosed '('");
    check("{\n\n", "Unclosed '{' on line 1");
    check("{\n(]", "Unclosed '(' does not match ']'");
    check("}", "Unmatched '}'");
    check("/* x", "Unterminated comment starting line 1");
}

#[test]
fn literals() {
    check("089;", "Invalid numeric literal");
    check("\"\\u{zz}\";", "Invalid UTF-8 codepoint escape sequence");
    check("\"\\u{110000}\";", "Invalid UTF-8 codepoint escape sequence: Codepoint too large");
    check("(real)1;", "The (real) cast has been removed, use (float) instead");
    check(
        "<<<A\n  x\n y\n  A;",
        "Invalid body indentation level (expecting an indentation level of at least 2)",
    );
    check("<<<A\n\tx\n  A;", "Invalid indentation - tabs and spaces cannot be mixed");
    check("<<<A\n$x\n A;", "Invalid body indentation level (expecting an indentation level of at least 1)");
    assert_eq!(error("<<<A\n  x\n y\n  A;").line, 3);
}

#[test]
fn compile_errors() {
    let cases = [
        ("class A { public public $a; }", "Multiple access type modifiers are not allowed"),
        ("class A { readonly function f() {} }", "Cannot use the readonly modifier on a method"),
        ("abstract final class A {}", "Cannot use the final modifier on an abstract class"),
        ("new final class {};", "Cannot use the final modifier on an anonymous class"),
        ("{ __halt_compiler(); }", "__HALT_COMPILER() can only be used from the outermost scope"),
        ("declare(encoding=A);", "Encoding must be a literal"),
    ];
    for (code, message) in cases {
        let error = error(code);
        assert_eq!(String::from_utf8_lossy(&error.message), message);
        assert_eq!(error.kind, ErrorKind::Compile, "{code}");
    }
}

#[test]
fn deep_nesting_is_an_error() {
    for (open, count) in
        [("(", 20_000), ("[", 20_000), ("!", 20_000), ("{", 6_000), ("$", 20_000), ("f(", 20_000)]
    {
        check(&open.repeat(count), "memory exhausted");
    }
    check(&"fn() => ".repeat(20_000), "memory exhausted");
    check(&"if (1) ".repeat(20_000), "memory exhausted");
}
