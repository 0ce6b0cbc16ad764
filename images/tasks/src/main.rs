//! A sync server for Taskwarrior 3: TaskChampion's protocol over HTTP, for the people of a site. TLS is the front door's.

mod connection;
mod histories;
mod listing;
mod passwords;
mod protocol;
mod request;
mod response;
mod server;

use std::path::PathBuf;
use std::process::ExitCode;

use histories::Histories;
use listing::Listing;
use passwords::Passwords;
use server::Server;

fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> anyhow::Result<()> {
    Server {
        listing: Listing::at(PathBuf::from("/run/people/current/passwords")),
        passwords: Passwords::new()?,
        histories: Histories::below(PathBuf::from("/var/lib/tasks")),
    }
    .listen("0.0.0.0:8080")
}
