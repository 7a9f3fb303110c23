<?php
$row = ["id" => $i, "list" => [1, 2, 3]];
$text = "row $i";
return strlen($text) + count($row["list"]);
