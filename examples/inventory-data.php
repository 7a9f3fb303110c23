<?php
return <<<CSV
apples,kg,120.5,240
pencils,pc,1200,35
milk,l,80,119
rope,m,30,500
flour,kg,-2,80
screws,pc,15000,2
oil,l,42.25,699
CSV;
