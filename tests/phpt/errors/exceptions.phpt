--TEST--
Exceptions, finally, chaining, error handlers
--FILE--
<?php
function f($n) { try { if ($n) throw new RuntimeError2("boom $n", 3); return "returned"; } catch (LogicError2 $e) { return "wrong"; } finally { echo "[f]"; } }
class RuntimeError2 extends Exception {} class LogicError2 extends Exception {}
echo f(0), "\n"; try { f(1); } catch (RuntimeError2 | LogicError2 $e) { echo get_class($e), $e->getMessage(), $e->getCode(), $e->getLine(), "\n"; }
try { try { throw new Exception("a"); } finally { throw new Exception("b"); } } catch (Exception $e) { echo $e->getMessage(), $e->getPrevious()->getMessage(), "\n"; }
set_error_handler(function ($no, $msg) { echo "handled: $msg\n"; return true; });
echo $undefined; echo [1][5] ?? "quiet", "\n"; "abc"[10]; $arr = []; $arr["x"];
restore_error_handler();
try { echo 1 % 0; } catch (DivisionByZeroError $e) { echo $e->getMessage(), "\n"; }
try { [] > 1; "a" * 1; } catch (TypeError $e) { echo $e->getMessage(), "\n"; }
try { null->x(); } catch (Error $e) { echo $e->getMessage(), "\n"; }
--EXPECT--
[f]returned
[f]RuntimeError2boom 132
ba
handled: Undefined variable $undefined
quiet
handled: Uninitialized string offset 10
handled: Undefined array key "x"
Modulo by zero
Unsupported operand types: string * int
Call to a member function x() on null

