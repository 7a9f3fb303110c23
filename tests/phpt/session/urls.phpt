--TEST--
Session ids in the URLs and forms that are printed
--EXTENSIONS--
session
--INI--
session.use_cookies=0
session.use_only_cookies=0
session.use_trans_sid=1
session.cache_limiter=
session.save_handler=files
error_reporting=E_ALL & ~E_DEPRECATED
display_startup_errors=0
--FILE--
<?php
$dir = sys_get_temp_dir() . '/howdah-session-urls-' . getmypid();
mkdir($dir);
session_save_path($dir);
session_name('S');
session_id('abc');
ob_start(fn ($page) => str_replace($GLOBALS['id'] ?? '-', 'NEW', $page));
session_start();
echo "<a href='x?y#z'><a href=\"//other/x\"><form action=x>\n";
session_regenerate_id();
$id = session_id();
echo "<a href=x>\n";
session_write_close();
session_name('T');
session_id('def');
session_start();
echo "<a href=x>\n";
session_destroy();
array_map('unlink', glob("$dir/*"));
rmdir($dir);
?>
--EXPECT--
<a href='x?y&S=NEW&T=def#z'><a href="//other/x"><form action=x><input type="hidden" name="S" value="NEW" /><input type="hidden" name="T" value="def" />
<a href=x?S=NEW&T=def>
<a href=x?S=NEW&T=def>
