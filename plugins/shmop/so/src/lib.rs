//! The shmop extension as a loadable plugin.

plugin_api::export_plugin!(howdah_shmop);
