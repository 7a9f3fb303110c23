--TEST--
Sessions: read, written, shared references, ids, forms of text, handlers
--EXTENSIONS--
session
--INI--
session.use_cookies=0
session.cache_limiter=
session.save_handler=files
session.serialize_handler=php
--FILE--
<?php
ob_start();
$dir = sys_get_temp_dir() . '/howdah-sessions-' . getmypid();
mkdir($dir);
session_save_path($dir);
session_id('abc');
var_dump(session_start(), session_status() === PHP_SESSION_ACTIVE, session_id());
$_SESSION['list'] = [1, 2];
$_SESSION['same'] = &$_SESSION['list'];
$_SESSION['o'] = new ArrayObject([3]);
echo session_encode(), "\n";
session_write_close();
echo file_get_contents("$dir/sess_abc"), "\n";
$_SESSION = [];
session_start(['read_and_close' => true]);
$_SESSION['same'][] = 5;
echo json_encode($_SESSION), "\n";

foreach (['php_binary', 'php_serialize'] as $form) {
    ini_set('session.serialize_handler', $form);
    session_id("of-" . strlen($form));
    session_start();
    $_SESSION['n'] = 1.5;
    echo addcslashes(session_encode(), "\0..\37"), "\n";
    session_write_close();
    session_start();
    var_dump($_SESSION);
    session_destroy();
}
var_dump(glob("$dir/sess_of*"));

class Handler extends SessionHandler implements SessionUpdateTimestampHandlerInterface
{
    public function read(string $id): string|false
    {
        echo "read $id\n";
        return parent::read($id);
    }
    public function create_sid(): string
    {
        return 'made-' . strlen(parent::create_sid());
    }
    public function validateId(string $id): bool
    {
        return $id !== 'wrong';
    }
    public function updateTimestamp(string $id, string $data): bool
    {
        echo "touch $id\n";
        return true;
    }
}
ini_set('session.serialize_handler', 'php');
session_set_save_handler(new Handler, false);
session_id('wrong');
session_start(['use_strict_mode' => true]);
echo session_id(), "\n";
session_write_close();
session_start();
session_write_close();
array_map('unlink', glob("$dir/*"));
rmdir($dir);
?>
--EXPECT--
bool(true)
bool(true)
string(3) "abc"
list|a:2:{i:0;i:1;i:1;i:2;}same|R:1;o|O:11:"ArrayObject":4:{i:0;i:0;i:1;a:1:{i:0;i:3;}i:2;a:0:{}i:3;N;}
list|a:2:{i:0;i:1;i:1;i:2;}same|R:1;o|O:11:"ArrayObject":4:{i:0;i:0;i:1;a:1:{i:0;i:3;}i:2;a:0:{}i:3;N;}
{"list":[1,2,5],"same":[1,2,5],"o":{"0":3}}
\001nd:1.5;
array(1) {
  ["n"]=>
  float(1.5)
}
a:1:{s:1:"n";d:1.5;}
array(1) {
  ["n"]=>
  float(1.5)
}
array(0) {
}
read made-32
made-32
read made-32
