//! The `php-fpm` command.

use howdah_builtin as _;
use std::os::unix::ffi::OsStringExt;

#[global_allocator]
static ALLOCATOR: howdah_host::allocator::Allocator = howdah_host::allocator::Allocator;

fn main() {
    howdah_host::allocator::keep_idle_memory();
    let args: Vec<Vec<u8>> = std::env::args_os().map(OsStringExt::into_vec).collect();
    std::process::exit(php_fpm::master::run(&args));
}
