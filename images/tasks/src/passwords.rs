//! Whether a password is the right one. A check takes the memory that its hash asks for, so there is one at a time.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use argon2::password_hash::{PasswordHash, PasswordVerifier};
use argon2::{Argon2, Params};
use blake2::Blake2bMac512;
use blake2::digest::Mac;

/// How long a password that was right is known without asking argon2 again.
const KNOWN_FOR: Duration = Duration::from_secs(300);

/// What a hash may ask for, in KiB.
const MOST_MEMORY: u32 = 128 * 1024;

/// How many may wait for a check, and how many of one visitor.
const MOST_WAITING: usize = 8;
const MOST_OF_ONE: usize = 3;

/// What became of a check.
pub enum Verdict {
    Right,
    Wrong,
    /// Too many are waiting already.
    Busy,
}

/// Checks passwords, and remembers for a while which ones were right: as a digest under a key that this process alone has.
/// The digest is of the listed hash, too, so a new password in the listing makes the old one forgotten.
pub struct Passwords {
    key: [u8; 64],
    known: Mutex<HashMap<String, (Vec<u8>, Instant)>>,
    checking: Mutex<()>,
    waiting: Mutex<Vec<String>>,
}

impl Passwords {
    pub fn new() -> io::Result<Self> {
        let mut key = [0; 64];
        File::open("/dev/urandom")?.read_exact(&mut key)?;
        Ok(Passwords { key, known: Mutex::default(), checking: Mutex::default(), waiting: Mutex::default() })
    }

    /// Whether this is the password behind the hash that is listed for a name.
    pub fn check(&self, visitor: &str, name: &str, hash: &str, password: &[u8]) -> Verdict {
        let digest = self.digest(name, hash, password);
        if self.knows(name, &digest) {
            return Verdict::Right;
        }
        let verdict = self.check_slowly(visitor, name, hash, password);
        if matches!(verdict, Verdict::Right) {
            let known = (digest.finalize().into_bytes().to_vec(), Instant::now());
            lock(&self.known).insert(name.to_owned(), known);
        }
        verdict
    }

    fn check_slowly(&self, visitor: &str, name: &str, hash: &str, password: &[u8]) -> Verdict {
        let mut waiting = lock(&self.waiting);
        let own = waiting.iter().filter(|other| *other == visitor).count();
        if waiting.len() >= MOST_WAITING || own >= MOST_OF_ONE {
            return Verdict::Busy;
        }
        waiting.push(visitor.to_owned());
        drop(waiting);
        let checking = lock(&self.checking);
        let right = matches(name, hash, password);
        drop(checking);
        let mut waiting = lock(&self.waiting);
        if let Some(place) = waiting.iter().position(|other| other == visitor) {
            waiting.swap_remove(place);
        }
        if right { Verdict::Right } else { Verdict::Wrong }
    }

    fn knows(&self, name: &str, digest: &Blake2bMac512) -> bool {
        let known = lock(&self.known);
        known
            .get(name)
            .is_some_and(|(right, since)| since.elapsed() < KNOWN_FOR && digest.clone().verify_slice(right).is_ok())
    }

    fn digest(&self, name: &str, hash: &str, password: &[u8]) -> Blake2bMac512 {
        let mut digest: Blake2bMac512 = Mac::new(&self.key.into());
        for part in [name.as_bytes(), hash.as_bytes(), password] {
            digest.update(&(part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        digest
    }
}

fn lock<Kept>(mutex: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn matches(name: &str, hash: &str, password: &[u8]) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else {
        eprintln!("the hash of {name} in the listing is not one of argon2");
        return false;
    };
    if Params::try_from(&hash).map_or(true, |params| params.m_cost() > MOST_MEMORY) {
        eprintln!("the hash of {name} asks for more than {} MiB", MOST_MEMORY / 1024);
        return false;
    }
    Argon2::default().verify_password(password, &hash).is_ok()
}
