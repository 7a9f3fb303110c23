--TEST--
Tokens with and without parsing
--FILE--
<?php
$code = '<?php
namespace a\list;
class C { const class_ = 1; function print() { return static::class . $this?->list; } } // end
enum E: string { case Default = <<<X
  a {$b["c"]} ${d}
  X; }
__halt_compiler(); rest <?php';
foreach ([0, TOKEN_PARSE] as $flags) {
    foreach (PhpToken::tokenize($code, $flags) as $token) {
        if (!$token->isIgnorable()) {
            echo $token->line, ':', $token->pos, ' ', $token->getTokenName(), ' ', json_encode($token->text), "\n";
        }
    }
}
try {
    token_get_all('<?php if (', TOKEN_PARSE);
} catch (ParseError $e) {
    echo $e->getMessage(), ' on line ', $e->getLine(), "\n";
}
echo count(token_get_all('<?php if (')), token_name(T_STRING), token_name(5), "\n";
--EXPECT--
2:6 T_NAMESPACE "namespace"
2:16 T_NAME_QUALIFIED "a\\list"
2:22 ; ";"
3:24 T_CLASS "class"
3:30 T_STRING "C"
3:32 { "{"
3:34 T_CONST "const"
3:40 T_STRING "class_"
3:47 = "="
3:49 T_LNUMBER "1"
3:50 ; ";"
3:52 T_FUNCTION "function"
3:61 T_PRINT "print"
3:66 ( "("
3:67 ) ")"
3:69 { "{"
3:71 T_RETURN "return"
3:78 T_STATIC "static"
3:84 T_DOUBLE_COLON "::"
3:86 T_CLASS "class"
3:92 . "."
3:94 T_VARIABLE "$this"
3:99 T_NULLSAFE_OBJECT_OPERATOR "?->"
3:102 T_STRING "list"
3:106 ; ";"
3:108 } "}"
3:110 } "}"
4:119 T_ENUM "enum"
4:124 T_STRING "E"
4:125 : ":"
4:127 T_STRING "string"
4:134 { "{"
4:136 T_CASE "case"
4:141 T_DEFAULT "Default"
4:149 = "="
4:151 T_START_HEREDOC "<<<X\n"
5:156 T_ENCAPSED_AND_WHITESPACE "  a "
5:160 T_CURLY_OPEN "{"
5:161 T_VARIABLE "$b"
5:163 [ "["
5:164 T_CONSTANT_ENCAPSED_STRING "\"c\""
5:167 ] "]"
5:168 } "}"
5:169 T_ENCAPSED_AND_WHITESPACE " "
5:170 T_DOLLAR_OPEN_CURLY_BRACES "${"
5:172 T_STRING_VARNAME "d"
5:173 } "}"
5:174 T_ENCAPSED_AND_WHITESPACE "\n"
6:175 T_END_HEREDOC "  X"
6:178 ; ";"
6:180 } "}"
7:182 T_HALT_COMPILER "__halt_compiler"
7:197 ( "("
7:198 ) ")"
7:199 ; ";"
7:200 T_INLINE_HTML " rest <?php"
2:6 T_NAMESPACE "namespace"
2:16 T_NAME_QUALIFIED "a\\list"
2:22 ; ";"
3:24 T_CLASS "class"
3:30 T_STRING "C"
3:32 { "{"
3:34 T_CONST "const"
3:40 T_STRING "class_"
3:47 = "="
3:49 T_LNUMBER "1"
3:50 ; ";"
3:52 T_FUNCTION "function"
3:61 T_STRING "print"
3:66 ( "("
3:67 ) ")"
3:69 { "{"
3:71 T_RETURN "return"
3:78 T_STATIC "static"
3:84 T_DOUBLE_COLON "::"
3:86 T_STRING "class"
3:92 . "."
3:94 T_VARIABLE "$this"
3:99 T_NULLSAFE_OBJECT_OPERATOR "?->"
3:102 T_STRING "list"
3:106 ; ";"
3:108 } "}"
3:110 } "}"
4:119 T_ENUM "enum"
4:124 T_STRING "E"
4:125 : ":"
4:127 T_STRING "string"
4:134 { "{"
4:136 T_CASE "case"
4:141 T_STRING "Default"
4:149 = "="
4:151 T_START_HEREDOC "<<<X\n"
5:156 T_ENCAPSED_AND_WHITESPACE "  a "
5:160 T_CURLY_OPEN "{"
5:161 T_VARIABLE "$b"
5:163 [ "["
5:164 T_CONSTANT_ENCAPSED_STRING "\"c\""
5:167 ] "]"
5:168 } "}"
5:169 T_ENCAPSED_AND_WHITESPACE " "
5:170 T_DOLLAR_OPEN_CURLY_BRACES "${"
5:172 T_STRING_VARNAME "d"
5:173 } "}"
5:174 T_ENCAPSED_AND_WHITESPACE "\n"
6:175 T_END_HEREDOC "  X"
6:178 ; ";"
6:180 } "}"
7:182 T_HALT_COMPILER "__halt_compiler"
7:197 ( "("
7:198 ) ")"
7:199 ; ";"
7:200 T_INLINE_HTML " rest <?php"
Unclosed '(' on line 1
4T_STRINGUNKNOWN
