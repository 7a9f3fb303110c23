//! Keyword lookup: one probe of a table that is built at compile time.

use crate::token::*;

const KEYWORDS: [(&str, TokenId); 80] = [
    ("exit", T_EXIT),
    ("die", T_EXIT),
    ("fn", T_FN),
    ("function", T_FUNCTION),
    ("const", T_CONST),
    ("return", T_RETURN),
    ("yield", T_YIELD),
    ("try", T_TRY),
    ("catch", T_CATCH),
    ("finally", T_FINALLY),
    ("throw", T_THROW),
    ("if", T_IF),
    ("elseif", T_ELSEIF),
    ("endif", T_ENDIF),
    ("else", T_ELSE),
    ("while", T_WHILE),
    ("endwhile", T_ENDWHILE),
    ("do", T_DO),
    ("for", T_FOR),
    ("endfor", T_ENDFOR),
    ("foreach", T_FOREACH),
    ("endforeach", T_ENDFOREACH),
    ("declare", T_DECLARE),
    ("enddeclare", T_ENDDECLARE),
    ("instanceof", T_INSTANCEOF),
    ("as", T_AS),
    ("switch", T_SWITCH),
    ("match", T_MATCH),
    ("endswitch", T_ENDSWITCH),
    ("case", T_CASE),
    ("default", T_DEFAULT),
    ("break", T_BREAK),
    ("continue", T_CONTINUE),
    ("goto", T_GOTO),
    ("echo", T_ECHO),
    ("print", T_PRINT),
    ("class", T_CLASS),
    ("interface", T_INTERFACE),
    ("trait", T_TRAIT),
    ("enum", T_ENUM),
    ("extends", T_EXTENDS),
    ("implements", T_IMPLEMENTS),
    ("new", T_NEW),
    ("clone", T_CLONE),
    ("var", T_VAR),
    ("eval", T_EVAL),
    ("include", T_INCLUDE),
    ("include_once", T_INCLUDE_ONCE),
    ("require", T_REQUIRE),
    ("require_once", T_REQUIRE_ONCE),
    ("namespace", T_NAMESPACE),
    ("use", T_USE),
    ("insteadof", T_INSTEADOF),
    ("global", T_GLOBAL),
    ("isset", T_ISSET),
    ("empty", T_EMPTY),
    ("__halt_compiler", T_HALT_COMPILER),
    ("static", T_STATIC),
    ("abstract", T_ABSTRACT),
    ("final", T_FINAL),
    ("private", T_PRIVATE),
    ("protected", T_PROTECTED),
    ("public", T_PUBLIC),
    ("readonly", T_READONLY),
    ("unset", T_UNSET),
    ("list", T_LIST),
    ("array", T_ARRAY),
    ("callable", T_CALLABLE),
    ("or", T_LOGICAL_OR),
    ("and", T_LOGICAL_AND),
    ("xor", T_LOGICAL_XOR),
    ("__class__", T_CLASS_C),
    ("__trait__", T_TRAIT_C),
    ("__function__", T_FUNC_C),
    ("__property__", T_PROPERTY_C),
    ("__method__", T_METHOD_C),
    ("__line__", T_LINE),
    ("__file__", T_FILE),
    ("__dir__", T_DIR),
    ("__namespace__", T_NS_C),
];

const SLOTS: usize = 512;

const fn hash(len: usize, first: u8, second: u8, last: u8) -> usize {
    let (a, b, c) = ((first | 0x20) as usize, (second | 0x20) as usize, (last | 0x20) as usize);
    (len.wrapping_mul(41) ^ a.wrapping_mul(7) ^ b.wrapping_mul(59) ^ c.wrapping_mul(149)) % SLOTS
}

/// Index into `KEYWORDS` plus one; 0 is an empty slot. Collisions go to the next slot.
const TABLE: [u8; SLOTS] = {
    let mut table = [0u8; SLOTS];
    let mut i = 0;
    while i < KEYWORDS.len() {
        let word = KEYWORDS[i].0.as_bytes();
        let mut h = hash(word.len(), word[0], word[1], word[word.len() - 1]);
        while table[h] != 0 {
            h = (h + 1) % SLOTS;
        }
        table[h] = i as u8 + 1;
        i += 1;
    }
    table
};

/// The keyword token for an identifier, in any case; [`T_STRING`] when it is none.
#[inline]
pub(crate) fn lookup(word: &[u8]) -> TokenId {
    if word.len() < 2 || word.len() > 15 {
        return T_STRING;
    }
    let mut h = hash(word.len(), word[0], word[1], word[word.len() - 1]);
    while TABLE[h] != 0 {
        let (text, id) = KEYWORDS[usize::from(TABLE[h]) - 1];
        if text.as_bytes().eq_ignore_ascii_case(word) {
            return id;
        }
        h = (h + 1) % SLOTS;
    }
    T_STRING
}
