--TEST--
output_add_rewrite_var(): variables in the URLs and forms that are printed
--FILE--
<?php
ob_start();
output_add_rewrite_var('a b', 'x&"y');
echo "<a href='foo'><form action=''><p>text <A HREF=bar.php?x#f><form method='post' /><a href='mailto:x'><form action='http://other/'><form><a href=\"http://u:p@h/\"> <a href";
ob_flush(); echo "=x>";
ini_set('url_rewriter.tags', 'a=href,form=,fieldset=');
ini_set('url_rewriter.hosts', 'H,k');
echo "<a href='foo'><a  href = 'http://h'><a href=\"http://u:p@h:80/\"><area href=x><form a='>'>";
print_r(ob_list_handlers());
output_add_rewrite_var('c', 'd');
ob_flush();
echo "<a href=/x?q#f><a href=#f><a href=?x>";
output_reset_rewrite_vars();
echo "<a href=/x?q#f>";
?>
--EXPECT--
<a href='foo'><form action=''><input type="hidden" name="a b" value="x&amp;&quot;y" /><p>text <A HREF=bar.php?x#f><form method='post' /><input type="hidden" name="a b" value="x&amp;&quot;y" /><a href='mailto:x'><form action='http://other/'><form><a href="http://u:p@h/"> <a href=x><a href='foo?a%20b=x%26%22y&c=d'><a  href = 'http://h/?a%20b=x%26%22y&c=d'><a href="http://up:@h:80/?a%20b=x%26%22y&c=d"><area href=x><form a='><input type="hidden" name="a b" value="x&amp;&quot;y" /><input type="hidden" name="c" value="d" />'>Array
(
    [0] => default output handler
    [1] => URL-Rewriter
)
<a href=/x?q#f><a href=#f><a href=?x><a href=/x?q#f>