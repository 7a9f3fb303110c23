//! Ini files, extension loading, module and request lifecycle, SAPI, output.
