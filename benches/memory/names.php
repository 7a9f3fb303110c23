<?php
// Ten million names that exist once: dynamic properties, variables of variables, casts, look-ups of what is not there.
function work(int $n): int
{
    static $run = 0;
    ++$run;
    $sum = 0;
    for ($i = 0; $i < $n; $i += 10) {
        $o = new stdClass();
        $o->{"p{$run}_$i"} = $i;
        $sum += isset($o->{"p{$run}_$i"}) ? 1 : 0;
        $name = "v{$run}_$i";
        $$name = $i;
        unset($$name);
        $o = (object) ["k{$run}_$i" => 1];
        foreach ($o as $key => $value) {
            $sum += $value;
        }
        $sum += count((array) $o);
        $sum += function_exists("f{$run}_$i") || defined("C{$run}_$i") || class_exists("K{$run}_$i", false) ? 1 : 0;
        try {
            $o->{"m{$run}_$i"}();
        } catch (Error $e) {
            $sum += 1;
        }
    }
    return $sum;
}
