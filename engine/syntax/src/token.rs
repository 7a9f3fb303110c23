//! Token ids, their `T_*` names, and the words PHP's parse errors use for them.
//!
//! A token of one character has that character's code as id; all others have the number that PHP 8.4 gives the `T_*`
//! constant (they are visible to scripts through the tokenizer extension). Id 0 is the end of the source.

/// Id of a token, see the module docs.
pub type TokenId = u16;

/// End of the source.
pub const END: TokenId = 0;

/// integer
pub const T_LNUMBER: TokenId = 260;

/// floating-point number
pub const T_DNUMBER: TokenId = 261;

/// identifier
pub const T_STRING: TokenId = 262;

/// fully qualified name
pub const T_NAME_FULLY_QUALIFIED: TokenId = 263;

/// namespace-relative name
pub const T_NAME_RELATIVE: TokenId = 264;

/// namespaced name
pub const T_NAME_QUALIFIED: TokenId = 265;

/// variable
pub const T_VARIABLE: TokenId = 266;

/// text outside the PHP tags
pub const T_INLINE_HTML: TokenId = 267;

/// string content
pub const T_ENCAPSED_AND_WHITESPACE: TokenId = 268;

/// quoted string
pub const T_CONSTANT_ENCAPSED_STRING: TokenId = 269;

/// variable name
pub const T_STRING_VARNAME: TokenId = 270;

/// number
pub const T_NUM_STRING: TokenId = 271;

/// `include`
pub const T_INCLUDE: TokenId = 272;

/// `include_once`
pub const T_INCLUDE_ONCE: TokenId = 273;

/// `eval`
pub const T_EVAL: TokenId = 274;

/// `require`
pub const T_REQUIRE: TokenId = 275;

/// `require_once`
pub const T_REQUIRE_ONCE: TokenId = 276;

/// `or`
pub const T_LOGICAL_OR: TokenId = 277;

/// `xor`
pub const T_LOGICAL_XOR: TokenId = 278;

/// `and`
pub const T_LOGICAL_AND: TokenId = 279;

/// `print`
pub const T_PRINT: TokenId = 280;

/// `yield`
pub const T_YIELD: TokenId = 281;

/// `yield from`
pub const T_YIELD_FROM: TokenId = 282;

/// `instanceof`
pub const T_INSTANCEOF: TokenId = 283;

/// `new`
pub const T_NEW: TokenId = 284;

/// `clone`
pub const T_CLONE: TokenId = 285;

/// `exit`
pub const T_EXIT: TokenId = 286;

/// `if`
pub const T_IF: TokenId = 287;

/// `elseif`
pub const T_ELSEIF: TokenId = 288;

/// `else`
pub const T_ELSE: TokenId = 289;

/// `endif`
pub const T_ENDIF: TokenId = 290;

/// `echo`
pub const T_ECHO: TokenId = 291;

/// `do`
pub const T_DO: TokenId = 292;

/// `while`
pub const T_WHILE: TokenId = 293;

/// `endwhile`
pub const T_ENDWHILE: TokenId = 294;

/// `for`
pub const T_FOR: TokenId = 295;

/// `endfor`
pub const T_ENDFOR: TokenId = 296;

/// `foreach`
pub const T_FOREACH: TokenId = 297;

/// `endforeach`
pub const T_ENDFOREACH: TokenId = 298;

/// `declare`
pub const T_DECLARE: TokenId = 299;

/// `enddeclare`
pub const T_ENDDECLARE: TokenId = 300;

/// `as`
pub const T_AS: TokenId = 301;

/// `switch`
pub const T_SWITCH: TokenId = 302;

/// `endswitch`
pub const T_ENDSWITCH: TokenId = 303;

/// `case`
pub const T_CASE: TokenId = 304;

/// `default`
pub const T_DEFAULT: TokenId = 305;

/// `match`
pub const T_MATCH: TokenId = 306;

/// `break`
pub const T_BREAK: TokenId = 307;

/// `continue`
pub const T_CONTINUE: TokenId = 308;

/// `goto`
pub const T_GOTO: TokenId = 309;

/// `function`
pub const T_FUNCTION: TokenId = 310;

/// `fn`
pub const T_FN: TokenId = 311;

/// `const`
pub const T_CONST: TokenId = 312;

/// `return`
pub const T_RETURN: TokenId = 313;

/// `try`
pub const T_TRY: TokenId = 314;

/// `catch`
pub const T_CATCH: TokenId = 315;

/// `finally`
pub const T_FINALLY: TokenId = 316;

/// `throw`
pub const T_THROW: TokenId = 317;

/// `use`
pub const T_USE: TokenId = 318;

/// `insteadof`
pub const T_INSTEADOF: TokenId = 319;

/// `global`
pub const T_GLOBAL: TokenId = 320;

/// `static`
pub const T_STATIC: TokenId = 321;

/// `abstract`
pub const T_ABSTRACT: TokenId = 322;

/// `final`
pub const T_FINAL: TokenId = 323;

/// `private`
pub const T_PRIVATE: TokenId = 324;

/// `protected`
pub const T_PROTECTED: TokenId = 325;

/// `public`
pub const T_PUBLIC: TokenId = 326;

/// `private(set)`
pub const T_PRIVATE_SET: TokenId = 327;

/// `protected(set)`
pub const T_PROTECTED_SET: TokenId = 328;

/// `public(set)`
pub const T_PUBLIC_SET: TokenId = 329;

/// `readonly`
pub const T_READONLY: TokenId = 330;

/// `var`
pub const T_VAR: TokenId = 331;

/// `unset`
pub const T_UNSET: TokenId = 332;

/// `isset`
pub const T_ISSET: TokenId = 333;

/// `empty`
pub const T_EMPTY: TokenId = 334;

/// `__halt_compiler`
pub const T_HALT_COMPILER: TokenId = 335;

/// `class`
pub const T_CLASS: TokenId = 336;

/// `trait`
pub const T_TRAIT: TokenId = 337;

/// `interface`
pub const T_INTERFACE: TokenId = 338;

/// `enum`
pub const T_ENUM: TokenId = 339;

/// `extends`
pub const T_EXTENDS: TokenId = 340;

/// `implements`
pub const T_IMPLEMENTS: TokenId = 341;

/// `namespace`
pub const T_NAMESPACE: TokenId = 342;

/// `list`
pub const T_LIST: TokenId = 343;

/// `array`
pub const T_ARRAY: TokenId = 344;

/// `callable`
pub const T_CALLABLE: TokenId = 345;

/// `__LINE__`
pub const T_LINE: TokenId = 346;

/// `__FILE__`
pub const T_FILE: TokenId = 347;

/// `__DIR__`
pub const T_DIR: TokenId = 348;

/// `__CLASS__`
pub const T_CLASS_C: TokenId = 349;

/// `__TRAIT__`
pub const T_TRAIT_C: TokenId = 350;

/// `__METHOD__`
pub const T_METHOD_C: TokenId = 351;

/// `__FUNCTION__`
pub const T_FUNC_C: TokenId = 352;

/// `__PROPERTY__`
pub const T_PROPERTY_C: TokenId = 353;

/// `__NAMESPACE__`
pub const T_NS_C: TokenId = 354;

/// `#[`
pub const T_ATTRIBUTE: TokenId = 355;

/// `+=`
pub const T_PLUS_EQUAL: TokenId = 356;

/// `-=`
pub const T_MINUS_EQUAL: TokenId = 357;

/// `*=`
pub const T_MUL_EQUAL: TokenId = 358;

/// `/=`
pub const T_DIV_EQUAL: TokenId = 359;

/// `.=`
pub const T_CONCAT_EQUAL: TokenId = 360;

/// `%=`
pub const T_MOD_EQUAL: TokenId = 361;

/// `&=`
pub const T_AND_EQUAL: TokenId = 362;

/// `|=`
pub const T_OR_EQUAL: TokenId = 363;

/// `^=`
pub const T_XOR_EQUAL: TokenId = 364;

/// `<<=`
pub const T_SL_EQUAL: TokenId = 365;

/// `>>=`
pub const T_SR_EQUAL: TokenId = 366;

/// `??=`
pub const T_COALESCE_EQUAL: TokenId = 367;

/// `||`
pub const T_BOOLEAN_OR: TokenId = 368;

/// `&&`
pub const T_BOOLEAN_AND: TokenId = 369;

/// `==`
pub const T_IS_EQUAL: TokenId = 370;

/// `!=`
pub const T_IS_NOT_EQUAL: TokenId = 371;

/// `===`
pub const T_IS_IDENTICAL: TokenId = 372;

/// `!==`
pub const T_IS_NOT_IDENTICAL: TokenId = 373;

/// `<=`
pub const T_IS_SMALLER_OR_EQUAL: TokenId = 374;

/// `>=`
pub const T_IS_GREATER_OR_EQUAL: TokenId = 375;

/// `<=>`
pub const T_SPACESHIP: TokenId = 376;

/// `<<`
pub const T_SL: TokenId = 377;

/// `>>`
pub const T_SR: TokenId = 378;

/// `++`
pub const T_INC: TokenId = 379;

/// `--`
pub const T_DEC: TokenId = 380;

/// `(int)`
pub const T_INT_CAST: TokenId = 381;

/// `(double)`
pub const T_DOUBLE_CAST: TokenId = 382;

/// `(string)`
pub const T_STRING_CAST: TokenId = 383;

/// `(array)`
pub const T_ARRAY_CAST: TokenId = 384;

/// `(object)`
pub const T_OBJECT_CAST: TokenId = 385;

/// `(bool)`
pub const T_BOOL_CAST: TokenId = 386;

/// `(unset)`
pub const T_UNSET_CAST: TokenId = 387;

/// `->`
pub const T_OBJECT_OPERATOR: TokenId = 388;

/// `?->`
pub const T_NULLSAFE_OBJECT_OPERATOR: TokenId = 389;

/// `=>`
pub const T_DOUBLE_ARROW: TokenId = 390;

/// comment
pub const T_COMMENT: TokenId = 391;

/// doc comment
pub const T_DOC_COMMENT: TokenId = 392;

/// open tag
pub const T_OPEN_TAG: TokenId = 393;

/// `<?=`
pub const T_OPEN_TAG_WITH_ECHO: TokenId = 394;

/// `?>`
pub const T_CLOSE_TAG: TokenId = 395;

/// whitespace
pub const T_WHITESPACE: TokenId = 396;

/// heredoc start
pub const T_START_HEREDOC: TokenId = 397;

/// heredoc end
pub const T_END_HEREDOC: TokenId = 398;

/// `${`
pub const T_DOLLAR_OPEN_CURLY_BRACES: TokenId = 399;

/// `{$`
pub const T_CURLY_OPEN: TokenId = 400;

/// `::`
pub const T_PAAMAYIM_NEKUDOTAYIM: TokenId = 401;

/// `\`
pub const T_NS_SEPARATOR: TokenId = 402;

/// `...`
pub const T_ELLIPSIS: TokenId = 403;

/// `??`
pub const T_COALESCE: TokenId = 404;

/// `**`
pub const T_POW: TokenId = 405;

/// `**=`
pub const T_POW_EQUAL: TokenId = 406;

/// `&`
pub const T_AMPERSAND_FOLLOWED_BY_VAR_OR_VARARG: TokenId = 407;

/// `&`
pub const T_AMPERSAND_NOT_FOLLOWED_BY_VAR_OR_VARARG: TokenId = 408;

/// invalid character
pub const T_BAD_CHARACTER: TokenId = 409;

/// The scanner met an error, which it keeps.
pub const T_ERROR: TokenId = 410;

/// Id of the first multi-character token.
pub const FIRST_ID: TokenId = 260;
/// One more than the largest id.
pub const ID_LIMIT: usize = 411;

/// `T_*` name and error word of each token from [`FIRST_ID`] on. Words in single quotes are the token's only spelling.
const NAMES: [(&str, &str); 150] = [
    ("T_LNUMBER", "integer"),
    ("T_DNUMBER", "floating-point number"),
    ("T_STRING", "identifier"),
    ("T_NAME_FULLY_QUALIFIED", "fully qualified name"),
    ("T_NAME_RELATIVE", "namespace-relative name"),
    ("T_NAME_QUALIFIED", "namespaced name"),
    ("T_VARIABLE", "variable"),
    ("T_INLINE_HTML", "T_INLINE_HTML"),
    ("T_ENCAPSED_AND_WHITESPACE", "string content"),
    ("T_CONSTANT_ENCAPSED_STRING", "quoted string"),
    ("T_STRING_VARNAME", "variable name"),
    ("T_NUM_STRING", "number"),
    ("T_INCLUDE", "'include'"),
    ("T_INCLUDE_ONCE", "'include_once'"),
    ("T_EVAL", "'eval'"),
    ("T_REQUIRE", "'require'"),
    ("T_REQUIRE_ONCE", "'require_once'"),
    ("T_LOGICAL_OR", "'or'"),
    ("T_LOGICAL_XOR", "'xor'"),
    ("T_LOGICAL_AND", "'and'"),
    ("T_PRINT", "'print'"),
    ("T_YIELD", "'yield'"),
    ("T_YIELD_FROM", "'yield from'"),
    ("T_INSTANCEOF", "'instanceof'"),
    ("T_NEW", "'new'"),
    ("T_CLONE", "'clone'"),
    ("T_EXIT", "'exit'"),
    ("T_IF", "'if'"),
    ("T_ELSEIF", "'elseif'"),
    ("T_ELSE", "'else'"),
    ("T_ENDIF", "'endif'"),
    ("T_ECHO", "'echo'"),
    ("T_DO", "'do'"),
    ("T_WHILE", "'while'"),
    ("T_ENDWHILE", "'endwhile'"),
    ("T_FOR", "'for'"),
    ("T_ENDFOR", "'endfor'"),
    ("T_FOREACH", "'foreach'"),
    ("T_ENDFOREACH", "'endforeach'"),
    ("T_DECLARE", "'declare'"),
    ("T_ENDDECLARE", "'enddeclare'"),
    ("T_AS", "'as'"),
    ("T_SWITCH", "'switch'"),
    ("T_ENDSWITCH", "'endswitch'"),
    ("T_CASE", "'case'"),
    ("T_DEFAULT", "'default'"),
    ("T_MATCH", "'match'"),
    ("T_BREAK", "'break'"),
    ("T_CONTINUE", "'continue'"),
    ("T_GOTO", "'goto'"),
    ("T_FUNCTION", "'function'"),
    ("T_FN", "'fn'"),
    ("T_CONST", "'const'"),
    ("T_RETURN", "'return'"),
    ("T_TRY", "'try'"),
    ("T_CATCH", "'catch'"),
    ("T_FINALLY", "'finally'"),
    ("T_THROW", "'throw'"),
    ("T_USE", "'use'"),
    ("T_INSTEADOF", "'insteadof'"),
    ("T_GLOBAL", "'global'"),
    ("T_STATIC", "'static'"),
    ("T_ABSTRACT", "'abstract'"),
    ("T_FINAL", "'final'"),
    ("T_PRIVATE", "'private'"),
    ("T_PROTECTED", "'protected'"),
    ("T_PUBLIC", "'public'"),
    ("T_PRIVATE_SET", "'private(set)'"),
    ("T_PROTECTED_SET", "'protected(set)'"),
    ("T_PUBLIC_SET", "'public(set)'"),
    ("T_READONLY", "'readonly'"),
    ("T_VAR", "'var'"),
    ("T_UNSET", "'unset'"),
    ("T_ISSET", "'isset'"),
    ("T_EMPTY", "'empty'"),
    ("T_HALT_COMPILER", "'__halt_compiler'"),
    ("T_CLASS", "'class'"),
    ("T_TRAIT", "'trait'"),
    ("T_INTERFACE", "'interface'"),
    ("T_ENUM", "'enum'"),
    ("T_EXTENDS", "'extends'"),
    ("T_IMPLEMENTS", "'implements'"),
    ("T_NAMESPACE", "'namespace'"),
    ("T_LIST", "'list'"),
    ("T_ARRAY", "'array'"),
    ("T_CALLABLE", "'callable'"),
    ("T_LINE", "'__LINE__'"),
    ("T_FILE", "'__FILE__'"),
    ("T_DIR", "'__DIR__'"),
    ("T_CLASS_C", "'__CLASS__'"),
    ("T_TRAIT_C", "'__TRAIT__'"),
    ("T_METHOD_C", "'__METHOD__'"),
    ("T_FUNC_C", "'__FUNCTION__'"),
    ("T_PROPERTY_C", "'__PROPERTY__'"),
    ("T_NS_C", "'__NAMESPACE__'"),
    ("T_ATTRIBUTE", "'#['"),
    ("T_PLUS_EQUAL", "'+='"),
    ("T_MINUS_EQUAL", "'-='"),
    ("T_MUL_EQUAL", "'*='"),
    ("T_DIV_EQUAL", "'/='"),
    ("T_CONCAT_EQUAL", "'.='"),
    ("T_MOD_EQUAL", "'%='"),
    ("T_AND_EQUAL", "'&='"),
    ("T_OR_EQUAL", "'|='"),
    ("T_XOR_EQUAL", "'^='"),
    ("T_SL_EQUAL", "'<<='"),
    ("T_SR_EQUAL", "'>>='"),
    ("T_COALESCE_EQUAL", "'??='"),
    ("T_BOOLEAN_OR", "'||'"),
    ("T_BOOLEAN_AND", "'&&'"),
    ("T_IS_EQUAL", "'=='"),
    ("T_IS_NOT_EQUAL", "'!='"),
    ("T_IS_IDENTICAL", "'==='"),
    ("T_IS_NOT_IDENTICAL", "'!=='"),
    ("T_IS_SMALLER_OR_EQUAL", "'<='"),
    ("T_IS_GREATER_OR_EQUAL", "'>='"),
    ("T_SPACESHIP", "'<=>'"),
    ("T_SL", "'<<'"),
    ("T_SR", "'>>'"),
    ("T_INC", "'++'"),
    ("T_DEC", "'--'"),
    ("T_INT_CAST", "'(int)'"),
    ("T_DOUBLE_CAST", "'(double)'"),
    ("T_STRING_CAST", "'(string)'"),
    ("T_ARRAY_CAST", "'(array)'"),
    ("T_OBJECT_CAST", "'(object)'"),
    ("T_BOOL_CAST", "'(bool)'"),
    ("T_UNSET_CAST", "'(unset)'"),
    ("T_OBJECT_OPERATOR", "'->'"),
    ("T_NULLSAFE_OBJECT_OPERATOR", "'?->'"),
    ("T_DOUBLE_ARROW", "'=>'"),
    ("T_COMMENT", "comment"),
    ("T_DOC_COMMENT", "doc comment"),
    ("T_OPEN_TAG", "open tag"),
    ("T_OPEN_TAG_WITH_ECHO", "'<?='"),
    ("T_CLOSE_TAG", "'?>'"),
    ("T_WHITESPACE", "whitespace"),
    ("T_START_HEREDOC", "heredoc start"),
    ("T_END_HEREDOC", "heredoc end"),
    ("T_DOLLAR_OPEN_CURLY_BRACES", "'${'"),
    ("T_CURLY_OPEN", "'{$'"),
    ("T_PAAMAYIM_NEKUDOTAYIM", "'::'"),
    ("T_NS_SEPARATOR", "'\\'"),
    ("T_ELLIPSIS", "'...'"),
    ("T_COALESCE", "'??'"),
    ("T_POW", "'**'"),
    ("T_POW_EQUAL", "'**='"),
    ("T_AMPERSAND_FOLLOWED_BY_VAR_OR_VARARG", "'&'"),
    ("T_AMPERSAND_NOT_FOLLOWED_BY_VAR_OR_VARARG", "'&'"),
    ("T_BAD_CHARACTER", "invalid character"),
];

/// The `T_*` name of a token id, as `token_name()` gives it; `None` for single characters and unknown ids.
/// `T_DOUBLE_COLON` is the name for `::`.
pub fn token_name(id: TokenId) -> Option<&'static str> {
    if id == T_PAAMAYIM_NEKUDOTAYIM {
        return Some("T_DOUBLE_COLON");
    }
    NAMES.get(usize::from(id.checked_sub(FIRST_ID)?)).map(|n| n.0)
}

/// The word for a token in parse errors: `'x'` in single quotes when it has one spelling, else a description.
pub(crate) fn error_word(id: TokenId) -> std::borrow::Cow<'static, str> {
    if id == END {
        return "end of file".into();
    }
    match id.checked_sub(FIRST_ID).and_then(|i| NAMES.get(usize::from(i))) {
        Some(n) => n.1.into(),
        None => format!("'{}'", char::from(id as u8)).into(),
    }
}

/// All `(T_* name, id)` pairs in the order of their ids.
pub fn all_tokens() -> impl Iterator<Item = (&'static str, TokenId)> {
    NAMES.iter().zip(FIRST_ID..).map(|(n, id)| (n.0, id))
}
