//! What people have synchronised: everybody has a directory with a database of their own.

use std::collections::HashMap;
use std::fs::{self, File};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use taskchampion_sync_server_core::{NIL_VERSION_ID, Server, ServerConfig};
use taskchampion_sync_server_storage_sqlite::SqliteStorage;
use uuid::Uuid;

use crate::listing::is_name;

/// All histories, opened as they are needed. A client id belongs to whoever used it first.
pub struct Histories {
    root: PathBuf,
    open: Mutex<HashMap<String, Arc<Server>>>,
    joining: Mutex<()>,
}

impl Histories {
    pub fn below(root: PathBuf) -> Self {
        Histories { root, open: Mutex::default(), joining: Mutex::default() }
    }

    /// Somebody's histories, for a client id that is theirs or nobody's; none when it is somebody else's.
    pub fn of(&self, person: &str, client: Uuid) -> anyhow::Result<Option<Arc<Server>>> {
        let own = self.open(person)?;
        if has(&own, client)? {
            return Ok(Some(own));
        }
        let _joining = self.joining.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in fs::read_dir(&self.root)? {
            let entry = entry?;
            let name = entry.file_name();
            let Some(other) = name.to_str().filter(|name| is_name(name) && *name != person) else {
                continue;
            };
            if !entry.path().is_dir() {
                continue; // a file that somebody left here is nobody's history
            }
            if has(&*self.open(other)?, client)? {
                return Ok(None);
            }
        }
        if !has(&own, client)? {
            wait(async {
                let mut transaction = own.txn(client).await?;
                transaction.new_client(NIL_VERSION_ID).await?;
                transaction.commit().await
            })?;
        }
        Ok(Some(own))
    }

    fn open(&self, person: &str) -> anyhow::Result<Arc<Server>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = open.get(person) {
            return Ok(Arc::clone(server));
        }
        let storage = SqliteStorage::new(self.root.join(person))?;
        File::open(&self.root)?.sync_all()?; // the new directory's name outlives a power cut, as what is in it does
        let server = Arc::new(Server::new(ServerConfig::default(), storage));
        open.insert(person.to_owned(), Arc::clone(&server));
        Ok(server)
    }
}

fn has(server: &Server, client: Uuid) -> anyhow::Result<bool> {
    wait(async { Ok(server.txn(client).await?.get_client().await?.is_some()) })
}

/// Runs to its end what the core writes as asynchronous. Its storage here is a file: nothing ever waits for an event.
pub fn wait<Output>(future: impl Future<Output = Output>) -> Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        std::thread::yield_now();
    }
}
