//! Lines and doc comments, which warnings and reflection show.

use bumpalo::Bump;

use super::PHP;
use crate::ast::*;
use crate::parse;

#[test]
fn expressions_take_the_line_of_their_first_child() {
    let arena = Bump::new();
    let code = "\n$a\n->b(\n1)\n+ f(\n2);\nreturn\n;\n$x = [\n\n1];\n\"\n$a\";";
    let program = parse(&arena, code.as_bytes(), &PHP).expect("parses");
    let lines: Vec<u32> = program.stmts.iter().map(|s| s.line).collect();
    assert_eq!(lines, [2, 8, 9, 12]);
    let StmtKind::Expr(Expr { kind: ExprKind::Binary(_, left, right), .. }) = program.stmts[0].kind else {
        panic!("binary")
    };
    assert_eq!((left.line, right.line), (2, 5));
    let ExprKind::MethodCall(call) = left.kind else { panic!("call") };
    let MemberName::Ident(name) = call.name else { panic!("name") };
    assert_eq!(name.line, 3);
}

#[test]
fn declarations_know_their_extent() {
    let arena = Bump::new();
    let code = "/** doc f */\nfunction\nf()\n{\n}\n/** doc C */\nclass C\n{\n/** doc c */\nconst X = 1;\n/** doc p */\npublic $p;\n/** doc m */\nfunction m();\n}";
    let program = parse(&arena, code.as_bytes(), &PHP).expect("parses");
    let StmtKind::Function(f) = program.stmts[0].kind else { panic!("function") };
    assert_eq!((f.start_line, f.end_line, f.doc), (2, 5, Some(&b"/** doc f */"[..])));
    let StmtKind::Class(c) = program.stmts[1].kind else { panic!("class") };
    assert_eq!((c.start_line, c.end_line, c.doc), (7, 15, Some(&b"/** doc C */"[..])));
    let [Member::Consts(consts), Member::Properties(props), Member::Method(m)] = c.members else {
        panic!("members")
    };
    assert_eq!(consts.consts[0].doc, Some(&b"/** doc c */"[..]));
    assert_eq!(props.props[0].doc, Some(&b"/** doc p */"[..]));
    assert_eq!(m.doc, Some(&b"/** doc m */"[..]));
}

#[test]
fn generators_are_marked() {
    let arena = Bump::new();
    let code = "function f() { yield; } function g() { fn() => yield 1; } function h() { return function () { yield; }; }";
    let program = parse(&arena, code.as_bytes(), &PHP).expect("parses");
    let marks: Vec<bool> = program
        .stmts
        .iter()
        .filter_map(|s| if let StmtKind::Function(f) = s.kind { Some(f.is_generator) } else { None })
        .collect();
    assert_eq!(marks, [true, false, false]);
}

#[test]
fn halt_compiler_offset_and_diagnostics() {
    let arena = Bump::new();
    let code = "declare(encoding='UTF-8');\n\"\\777\";\n__halt_compiler();data";
    let program = parse(&arena, code.as_bytes(), &PHP).expect("parses");
    assert_eq!(program.halt_offset, Some(code.len() as u32 - 4));
    let found: Vec<(u32, &str)> = program.diagnostics.iter().map(|d| (d.line, d.message)).collect();
    assert_eq!(
        found,
        [
            (1, "declare(encoding=...) ignored because Zend multibyte feature is turned off by settings"),
            (2, "Octal escape sequence overflow \\777 is greater than \\377"),
        ]
    );
}
