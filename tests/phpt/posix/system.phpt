--TEST--
Processes, users, files and limits of the system
--FILE--
<?php
var_dump(posix_getpid() === getmypid(), posix_getuid() === posix_geteuid(), posix_getpgid(posix_getpid()) === posix_getpgrp());
var_dump(array_keys(posix_uname()), array_keys(posix_times()));
var_dump(posix_getpwuid(0)['name'], posix_getpwnam('root')['uid'], posix_getgrgid(0)['name'], posix_getpwnam('no such user'));
var_dump(posix_kill(-2147483648, 0), posix_errno() === posix_get_last_error(), posix_strerror(2));
$path = tempnam(sys_get_temp_dir(), 'posix');
unlink($path);
var_dump(posix_access($path), posix_get_last_error(), posix_mkfifo($path, 0600), filetype($path), posix_access($path, POSIX_R_OK));
unlink($path);
var_dump(posix_isatty(fopen('php://memory', 'r')), posix_isatty('x'), posix_ttyname(-1));
var_dump(count(posix_getrlimit(POSIX_RLIMIT_NOFILE)), posix_sysconf(POSIX_SC_PAGESIZE) > 0, posix_pathconf('/', POSIX_PC_NAME_MAX));
try {
    posix_eaccess('');
} catch (ValueError $e) {
    echo $e->getMessage(), "\n";
}
--EXPECTF--
bool(true)
bool(true)
bool(true)
array(6) {
  [0]=>
  string(7) "sysname"
  [1]=>
  string(8) "nodename"
  [2]=>
  string(7) "release"
  [3]=>
  string(7) "version"
  [4]=>
  string(7) "machine"
  [5]=>
  string(10) "domainname"
}
array(5) {
  [0]=>
  string(5) "ticks"
  [1]=>
  string(5) "utime"
  [2]=>
  string(5) "stime"
  [3]=>
  string(6) "cutime"
  [4]=>
  string(6) "cstime"
}
string(4) "root"
int(0)
string(4) "root"
bool(false)
bool(false)
bool(true)
string(25) "No such file or directory"
bool(false)
int(2)
bool(true)
string(4) "fifo"
bool(true)

Warning: posix_isatty(): Could not use stream of type 'MEMORY' in %s on line %d

Warning: posix_isatty(): Argument #1 ($file_descriptor) must be of type int|resource, string given in %s on line %d

Warning: posix_ttyname(): Argument #1 ($file_descriptor) must be between 0 and 2147483647 in %s on line %d
bool(false)
bool(false)
bool(false)
int(2)
bool(true)
int(255)
posix_eaccess(): Argument #1 ($filename) must not be empty
