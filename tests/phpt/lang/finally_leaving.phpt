--TEST--
Leaving try, loops and switches through finally
--FILE--
<?php
class D {
    public $p = 1;
    function __construct(public string $n) {}
    function __destruct() { echo "free $this->n\n"; }
}
function value() {
    try {
        return str_repeat("a", 3);
    } finally {
        $x = str_repeat("b", 4) . str_repeat("c", 2);
        echo $x, "\n";
    }
}
function replaced() {
    foreach ([1, 2] as $i) {
        try {
            return new D("dropped");
        } finally {
            return "kept $i";
        }
    }
}
function nested() {
    foreach ([1, 2, 3] as $i) {
        try {
            try {
                if ($i == 1) continue;
                if ($i == 3) break;
                echo "body $i\n";
            } finally {
                echo "inner $i\n";
            }
        } finally {
            echo "outer $i\n";
        }
    }
    return "end";
}
function jumps() {
    $n = 0;
    again:
    foreach ([new D("element")] as $d) {
        try {
            if ($n++ < 2) goto again;
        } finally {
            echo "n = $n\n";
        }
    }
}
echo value(), "\n", replaced(), "\n", nested(), "\n";
jumps();
try {
    try {
        throw new Exception("first");
    } finally {
        throw new Exception("second");
    }
} catch (Exception $e) {
    echo $e->getMessage(), " <- ", $e->getPrevious()->getMessage(), "\n";
}
--EXPECT--
bbbbcc
aaa
free dropped
kept 1
inner 1
outer 1
body 2
inner 2
outer 2
inner 3
outer 3
end
n = 1
free element
n = 2
free element
n = 3
free element
second <- first

