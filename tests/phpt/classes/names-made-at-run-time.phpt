--TEST--
Methods and functions by names that are made at run time
--FILE--
<?php
class Base {
    private function secret() { return "Base's"; }
    protected function guarded() { return static::class . "'s guarded"; }
    public function both() { return 'both of Base'; }
    public function ask(string $method) {
        try {
            return $this->$method();
        } catch (Error $e) {
            return $e->getMessage();
        }
    }
}
class Derived extends Base {
    public function secret() { return "Derived's"; }
    public function askHere(string $method) {
        try {
            return $this->$method();
        } catch (Error $e) {
            return $e->getMessage();
        }
    }
    public static function still() { return isset($this) ? 'this' : static::class; }
}
class Magic extends Base {
    public function __call($name, $args) { return "__call($name)"; }
}
function ask(object $o, string $method) {
    try {
        return $o->$method();
    } catch (Error $e) {
        return $e->getMessage();
    }
}
function askPair(object $o, string $method) {
    try {
        return [$o, $method]();
    } catch (Error $e) {
        return $e->getMessage();
    }
}
$objects = [new Base, new Derived, new Magic];
$ways = ['ask', 'askPair', fn($o, $m) => $o->ask($m), fn($o, $m) => $o instanceof Derived ? $o->askHere($m) : '-'];
foreach (['secret', 'guarded', 'both', 'still', 'none'] as $name) {
    foreach ($objects as $o) {
        $line = [];
        // Each way twice, in two spellings that are made at run time.
        foreach ($ways as $way) {
            foreach ([1, 2] as $_) {
                $line[] = $way($o, strrev(strrev($name)));
            }
            $line[] = $way($o, strtoupper($name));
        }
        echo $name, ' of ', $o::class, ': ', implode(' | ', $line), "\n";
    }
}
// Names of the same length and ends, and one that is too long to be worth remembering.
$o = new class {
    public function aXb() { return 'aXb'; }
    public function aYb() { return 'aYb'; }
    public function aMethodWhoseNameIsLongerThanFortySevenLettersAltogether() { return 'long'; }
};
for ($i = 0; $i < 4; $i++) {
    $letter = $i % 2 ? 'X' : 'Y';
    echo $o->{"a{$letter}b"}(), ' ', $o->{"aMethod" . "WhoseNameIsLongerThanFortySevenLettersAltogether"}(), "\n";
}
// Many classes, the same name.
$made = [];
for ($i = 0; $i < 300; $i++) {
    eval("class Many$i { function get() { return $i; } }");
    $class = "Many$i";
    $made[] = new $class;
}
$sum = 0;
for ($round = 0; $round < 3; $round++) {
    foreach ($made as $i => $o) {
        $name = $i % 2 ? 'g' . 'et' : 'G' . 'ET';
        $sum += $o->$name() === $i ? 1 : 0;
    }
}
echo $sum, "\n";
// Functions by names made at run time.
foreach (['STRLEN', '\strlen', '\StrLen', 'nowhere'] as $f) {
    try {
        echo $f("four"), "\n";
    } catch (Error $e) {
        echo $e->getMessage(), "\n";
    }
}
--EXPECT--
secret of Base: Call to private method Base::secret() from global scope | Call to private method Base::secret() from global scope | Call to private method Base::SECRET() from global scope | Call to private method Base::secret() from global scope | Call to private method Base::secret() from global scope | Call to private method Base::SECRET() from global scope | Base's | Base's | Base's | - | - | -
secret of Derived: Derived's | Derived's | Derived's | Derived's | Derived's | Derived's | Base's | Base's | Base's | Derived's | Derived's | Derived's
secret of Magic: __call(secret) | __call(secret) | __call(SECRET) | __call(secret) | __call(secret) | __call(SECRET) | Base's | Base's | Base's | - | - | -
guarded of Base: Call to protected method Base::guarded() from global scope | Call to protected method Base::guarded() from global scope | Call to protected method Base::GUARDED() from global scope | Call to protected method Base::guarded() from global scope | Call to protected method Base::guarded() from global scope | Call to protected method Base::GUARDED() from global scope | Base's guarded | Base's guarded | Base's guarded | - | - | -
guarded of Derived: Call to protected method Base::guarded() from global scope | Call to protected method Base::guarded() from global scope | Call to protected method Base::GUARDED() from global scope | Call to protected method Base::guarded() from global scope | Call to protected method Base::guarded() from global scope | Call to protected method Base::GUARDED() from global scope | Derived's guarded | Derived's guarded | Derived's guarded | Derived's guarded | Derived's guarded | Derived's guarded
guarded of Magic: __call(guarded) | __call(guarded) | __call(GUARDED) | __call(guarded) | __call(guarded) | __call(GUARDED) | Magic's guarded | Magic's guarded | Magic's guarded | - | - | -
both of Base: both of Base | both of Base | both of Base | both of Base | both of Base | both of Base | both of Base | both of Base | both of Base | - | - | -
both of Derived: both of Base | both of Base | both of Base | both of Base | both of Base | both of Base | both of Base | both of Base | both of Base | both of Base | both of Base | both of Base
both of Magic: both of Base | both of Base | both of Base | both of Base | both of Base | both of Base | both of Base | both of Base | both of Base | - | - | -
still of Base: Call to undefined method Base::still() | Call to undefined method Base::still() | Call to undefined method Base::STILL() | Call to undefined method Base::still() | Call to undefined method Base::still() | Call to undefined method Base::STILL() | Call to undefined method Base::still() | Call to undefined method Base::still() | Call to undefined method Base::STILL() | - | - | -
still of Derived: Derived | Derived | Derived | Derived | Derived | Derived | Derived | Derived | Derived | Derived | Derived | Derived
still of Magic: __call(still) | __call(still) | __call(STILL) | __call(still) | __call(still) | __call(STILL) | __call(still) | __call(still) | __call(STILL) | - | - | -
none of Base: Call to undefined method Base::none() | Call to undefined method Base::none() | Call to undefined method Base::NONE() | Call to undefined method Base::none() | Call to undefined method Base::none() | Call to undefined method Base::NONE() | Call to undefined method Base::none() | Call to undefined method Base::none() | Call to undefined method Base::NONE() | - | - | -
none of Derived: Call to undefined method Derived::none() | Call to undefined method Derived::none() | Call to undefined method Derived::NONE() | Call to undefined method Derived::none() | Call to undefined method Derived::none() | Call to undefined method Derived::NONE() | Call to undefined method Derived::none() | Call to undefined method Derived::none() | Call to undefined method Derived::NONE() | Call to undefined method Derived::none() | Call to undefined method Derived::none() | Call to undefined method Derived::NONE()
none of Magic: __call(none) | __call(none) | __call(NONE) | __call(none) | __call(none) | __call(NONE) | __call(none) | __call(none) | __call(NONE) | - | - | -
aYb long
aXb long
aYb long
aXb long
900
4
4
4
Call to undefined function nowhere()
