--TEST--
Seeded generators give PHP's numbers
--FILE--
<?php
mt_srand(42);
echo mt_rand(), ' ', mt_rand(1, 100), ' ', rand(5, 1), "\n";
mt_srand(3);
$a = range(1, 9);
shuffle($a);
echo implode($a), ' ', str_shuffle('abcdef'), ' ', json_encode(array_rand(['x' => 1, 'y' => 2, 'z' => 3], 2)), "\n";
foreach ([new Random\Engine\Mt19937(7), new Random\Engine\PcgOneseq128XslRr64(7), new Random\Engine\Xoshiro256StarStar(7)] as $e) {
    $r = new Random\Randomizer($e);
    echo $r->nextInt(), ' ', $r->getInt(-5, 1000000), ' ', bin2hex($r->getBytes(5)), ' ', $r->getFloat(0, 1), ' ';
    echo $r->getBytesFromString('abc', 6), ' ', implode($r->shuffleArray([1, 2, 3, 4])), ' ', json_encode($r->pickArrayKeys([5, 6, 7], 2)), "\n";
    $copy = unserialize(serialize($e));
    var_dump($copy->generate() === (clone $e)->generate());
}
try { random_int(2, 1); } catch (ValueError $e) { echo $e->getMessage(), "\n"; }
?>
--EXPECT--
804318771 68 2
326987415 dfaceb ["x","y"]
163870807 408031 19c2a8c7f6 0.59950855330981 bbcbaa 1342 [0,1]
bool(true)
1157118051638484761 779566 db8edcbe31 0.27736746385287 bacabc 1324 [1,2]
bool(true)
6461677535414237997 122145 96792c9549 0.71185916941288 aacaab 4132 [1,2]
bool(true)
random_int(): Argument #1 ($min) must be less than or equal to argument #2 ($max)
