//! Who may come in: the site's people, as freehold lists them for this part.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

/// More than any site has.
const MOST_BYTES: u64 = 1 << 20;

/// A file with a line `NAME:HASH` for everybody. It is read anew each time, so that a change counts at once.
pub struct Listing {
    path: PathBuf,
}

impl Listing {
    pub fn at(path: PathBuf) -> Self {
        Listing { path }
    }

    /// The hash of somebody's password; none for somebody who is not listed.
    pub fn hash_of(&self, name: &str) -> io::Result<Option<String>> {
        if !is_name(name) {
            return Ok(None);
        }
        let mut text = String::new();
        File::open(&self.path)?.take(MOST_BYTES).read_to_string(&mut text)?;
        let found = text.lines().filter_map(|line| line.split_once(':')).find(|(listed, _)| *listed == name);
        Ok(found.map(|(_, hash)| hash.to_owned()))
    }
}

/// Whether a text is the name of a person: a DNS label, and so also the name of a directory.
pub fn is_name(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && !text.starts_with('-')
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}
