//! The sqlite3 extension as a loadable plugin.

plugin_api::export_plugin!(howdah_sqlite3);
