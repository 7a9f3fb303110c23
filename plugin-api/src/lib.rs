//! Safe wrappers over the Howdah extension ABI.
