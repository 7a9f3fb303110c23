--TEST--
Texts of tokens that come again, and tokens of a class of one's own
--FILE--
<?php
// Texts that come again, also after many others.
$code = "<?php\n";
for ($i = 0; $i < 3000; $i++) {
    $code .= "\$name$i = name$i(\$name" . ($i % 7) . ") . 'text $i' . \"\$name$i\"; // note $i\n";
}
$joined = '';
$ids = [];
foreach (PhpToken::tokenize($code) as $t) {
    $joined .= $t->text;
    $ids[$t->id] = ($ids[$t->id] ?? 0) + 1;
}
var_dump($joined === $code);
ksort($ids);
foreach ($ids as $id => $n) {
    echo $id < 256 ? chr($id) : token_name($id), ' ', $n, "\n";
}
var_dump(implode('', array_map(fn($t) => is_array($t) ? $t[1] : $t, token_get_all($code))) === $code);
// A class of one's own, with properties of its own.
class Token extends PhpToken {
    public $extra = 'extra';
    private array $list = [1];
    protected ?string $pro = null;
}
foreach (Token::tokenize('<?php $ab + 12;') as $t) {
    echo $t::class, ' ', $t->id, ' ', json_encode($t->text), ' ', $t->line, ' ', $t->pos, ' ', $t->extra, ' ', $t->getTokenName(), "\n";
}
var_dump($t);
--EXPECT--
bool(true)
" 6000
( 3000
) 3000
. 6000
; 3000
= 3000
T_STRING 3000
T_VARIABLE 9000
T_CONSTANT_ENCAPSED_STRING 3000
T_COMMENT 3000
T_OPEN_TAG 1
T_WHITESPACE 24000
bool(true)
Token 393 "<?php " 1 0 extra T_OPEN_TAG
Token 266 "$ab" 1 6 extra T_VARIABLE
Token 396 " " 1 9 extra T_WHITESPACE
Token 43 "+" 1 10 extra +
Token 396 " " 1 11 extra T_WHITESPACE
Token 260 "12" 1 12 extra T_LNUMBER
Token 59 ";" 1 14 extra ;
object(Token)#65994 (7) {
  ["id"]=>
  int(59)
  ["text"]=>
  string(1) ";"
  ["line"]=>
  int(1)
  ["pos"]=>
  int(14)
  ["extra"]=>
  string(5) "extra"
  ["list":"Token":private]=>
  array(1) {
    [0]=>
    int(1)
  }
  ["pro":protected]=>
  NULL
}
