--TEST--
"yield from" is one token at the end of the text as well
--EXTENSIONS--
tokenizer
--FILE--
<?php
foreach (['yield from', "yield\r\nfrom", 'yield /* */ from', 'yield fro', 'yield fromage', 'yieldfrom'] as $code) {
    echo json_encode(array_map(fn($t) => $t->getTokenName() . ' ' . $t->text, array_slice(PhpToken::tokenize("<?php $code"), 1))), "\n";
}
?>
--EXPECT--
["T_YIELD_FROM yield from"]
["T_YIELD_FROM yield\r\nfrom"]
["T_YIELD_FROM yield \/* *\/ from"]
["T_YIELD yield","T_WHITESPACE  ","T_STRING fro"]
["T_YIELD yield","T_WHITESPACE  ","T_STRING fromage"]
["T_STRING yieldfrom"]
