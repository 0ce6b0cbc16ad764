//! Stands for a crate that nothing here calls.
