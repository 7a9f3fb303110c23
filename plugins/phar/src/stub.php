<?php

if (in_array('phar', stream_get_wrappers()) && class_exists('Phar', false)) {
    Phar::interceptFileFuncs();
    set_include_path('phar://' . __FILE__ . PATH_SEPARATOR . get_include_path());
    Phar::webPhar(null, {WEB});
    include 'phar://' . __FILE__ . '/' . {INDEX};
    return;
}

// {FILL}
// Without the phar extension the files are unpacked to a folder, once, and run from there.
final class Phar_Unpacker
{
    const MANIFEST = __COMPILER_HALT_OFFSET__ + 5;

    static function folder()
    {
        $folder = sys_get_temp_dir() . '/phar-' . md5(__FILE__ . ' ' . filemtime(__FILE__) . ' ' . filesize(__FILE__));
        if (!is_file("$folder.done")) {
            is_dir($folder) || mkdir($folder, 0700) || die("Cannot make the folder $folder\n");
            self::unpack($folder);
            touch("$folder.done");
        }
        return $folder;
    }

    private static function unpack($folder)
    {
        $file = fopen(__FILE__, 'rb');
        fseek($file, self::MANIFEST);
        $length = self::number(fread($file, 4), 0);
        $manifest = stream_get_contents($file, $length);
        if (strlen($manifest) < $length) {
            die("The archive is cut off\n");
        }
        $count = self::number($manifest, 0);
        $at = 14 + self::number($manifest, 10);
        $at += 4 + self::number($manifest, $at);
        $data = self::MANIFEST + 4 + $length;
        for (; $count > 0; $count--) {
            $size = self::number($manifest, $at);
            $name = substr($manifest, $at + 4, $size);
            $at += 4 + $size;
            $packed = self::number($manifest, $at + 8);
            $flags = self::number($manifest, $at + 16);
            $at += 24 + self::number($manifest, $at + 20);
            fseek($file, $data);
            $bytes = $packed ? stream_get_contents($file, $packed) : '';
            $data += $packed;
            if (in_array('..', explode('/', $name))) {
                continue;
            }
            $path = "$folder/$name";
            $parent = substr($name, -1) === '/' ? $path : dirname($path);
            is_dir($parent) || mkdir($parent, 0700, true) || die("Cannot make the folder $parent\n");
            if ($parent === $path) {
                continue;
            }
            if ($flags & 0x1000) {
                $bytes = $packed ? gzinflate($bytes) : '';
            } elseif ($flags & 0x2000) {
                $bytes = $packed ? bzdecompress($bytes) : '';
            }
            file_put_contents($path, $bytes);
            chmod($path, $flags & 0777);
        }
    }

    private static function number($bytes, $at)
    {
        return unpack('V', substr($bytes, $at, 4))[1];
    }
}

chdir(Phar_Unpacker::folder());
set_include_path(getcwd() . PATH_SEPARATOR . get_include_path());
include getcwd() . '/' . (PHP_SAPI === 'cli' ? {INDEX} : {WEB});

__HALT_COMPILER(); ?>
