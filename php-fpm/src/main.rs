//! The php-fpm FastCGI process manager.
fn main() {}
