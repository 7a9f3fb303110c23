//! The sockets extension as a loadable plugin.

plugin_api::export_plugin!(howdah_sockets);
