//! The wire formats of providers. Vendor JSON is read and written here and nowhere else.

pub mod openai;
pub mod sse;
