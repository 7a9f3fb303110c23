--TEST--
Defaults that are constants of classes, as reflection shows them; a namespace's end leaves the doc comment that follows
--FILE--
<?php
/** of the file */
namespace N;
/** of the interface */
interface I { const X = 1; }
enum S { case A; }
function f($a = S::A, $b = \N\S::A, $c = I::X, $d = new P, $e = self::X) {}
class P {}
echo preg_replace("/@@.*/", "", new \ReflectionFunction("N\\f"));
var_dump((new \ReflectionClass('N\I'))->getDocComment());
eval('enum S { case A; } function f($a = S::A, $b = \S::A, $c = [S::A => 1], $d = new P) {} class P { public $p = S::A, $q = [\S::A]; }');
echo preg_replace('/@@.*/', '', new \ReflectionFunction('f')), new \ReflectionProperty('P', 'p'), new \ReflectionProperty('P', 'q');
?>
--EXPECT--
Function [ <user> function N\f ] {
  

  - Parameters [5] {
    Parameter #0 [ <optional> $a = \N\S::A ]
    Parameter #1 [ <optional> $b = \N\S::A ]
    Parameter #2 [ <optional> $c = \N\I::X ]
    Parameter #3 [ <optional> $d = new \N\P() ]
    Parameter #4 [ <optional> $e = self::X ]
  }
}
string(23) "/** of the interface */"
Function [ <user> function f ] {
  

  - Parameters [4] {
    Parameter #0 [ <optional> $a = S::A ]
    Parameter #1 [ <optional> $b = \S::A ]
    Parameter #2 [ <optional> $c = [S::A => 1] ]
    Parameter #3 [ <optional> $d = new \P() ]
  }
}
Property [ public $p = S::A ]
Property [ public $q = [\S::A] ]
