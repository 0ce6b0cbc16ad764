//! The server: a thread for each connection, and the order in which a request is looked at. Nothing is read of a body, and
//! nothing of the disk, before it is known who asks.

use std::io;
use std::net::{IpAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::connection::Connection;
use crate::histories::Histories;
use crate::listing::{Listing, is_name};
use crate::passwords::{Passwords, Verdict};
use crate::protocol::Wish;
use crate::request::{Fault, Head};
use crate::response::Response;

const MOST_CONNECTIONS: usize = 64;
const STACK: usize = 512 * 1024;

/// Bytes that a body may have; those of more than the second come one at a time.
const MOST_BODY: usize = 16 << 20;
const LARGE_BODY: usize = 1 << 20;

/// How long a wrong password takes.
const REFUSAL: Duration = Duration::from_secs(1);

/// What all connections share.
pub struct Server {
    pub listing: Listing,
    pub passwords: Passwords,
    pub histories: Histories,
}

/// A request that a person may make.
struct Visit {
    person: String,
    client: Uuid,
    wish: Wish,
}

/// Holds the bodies that are large, and counts the connections.
#[derive(Default)]
struct Room {
    connections: AtomicUsize,
    large: Mutex<()>,
}

impl Server {
    /// Answers until the process ends.
    pub fn listen(self, address: &str) -> anyhow::Result<()> {
        let listener = TcpListener::bind(address)?;
        println!("listening on {address}");
        let server = Arc::new(self);
        let room = Arc::new(Room::default());
        for stream in listener.incoming() {
            let Ok(stream) = stream else {
                thread::sleep(Duration::from_millis(50)); // out of descriptors: some will come back
                continue;
            };
            if room.connections.load(Ordering::SeqCst) >= MOST_CONNECTIONS {
                continue;
            }
            let place = Place::take(&room);
            let server = Arc::clone(&server);
            let talk = move || {
                if let Err(error) = server.talk(stream, &place.0) {
                    if error.kind() == io::ErrorKind::TimedOut || error.kind() == io::ErrorKind::WouldBlock {
                        println!("a visitor was too slow");
                    }
                }
            };
            if let Err(error) = thread::Builder::new().stack_size(STACK).spawn(talk) {
                eprintln!("a visitor was turned away: {error}");
            }
        }
        Ok(())
    }

    fn talk(&self, stream: TcpStream, room: &Room) -> io::Result<()> {
        let mut connection = Connection::new(stream);
        let head = match connection.head()? {
            Ok(head) => head,
            Err(fault) => return connection.answer(&refusal(fault)),
        };
        if head.path == "/" && head.method == "GET" {
            return connection.answer(&Response::text(200, "A sync server for Taskwarrior 3."));
        }
        let begin = Instant::now();
        let visitor = visitor(&head);
        let (who, response) = match self.visit(&head, &visitor) {
            Err(response) => {
                if response.status == 401 && head.login().is_some() {
                    thread::sleep(REFUSAL.saturating_sub(begin.elapsed()));
                }
                let login = head.login().map(|login| login.name).filter(|name| is_name(name));
                (format!("{} refused", login.as_deref().unwrap_or("somebody")), response)
            }
            Ok(visit) => {
                let response = self.receive(&visit, &head, &mut connection, room)?;
                (format!("{} {}", visit.person, visit.wish.name()), response)
            }
        };
        println!("{visitor} {who} {} {} bytes", response.status, response.body.len());
        connection.answer(&response)
    }

    /// Who asks for what, or the answer to those who may not.
    fn visit(&self, head: &Head, visitor: &str) -> Result<Visit, Response> {
        let person = self.person(head, visitor)?;
        let wish = Wish::of(head).ok_or_else(|| Response::text(404, "There is nothing at this address."))?;
        let client = head.header("x-client-id").and_then(|text| Uuid::try_parse(text).ok());
        let client = client.ok_or_else(|| Response::text(400, "Expected a UUID in X-Client-Id."))?;
        if wish.content_type().is_some_and(|expected| head.header("content-type") != Some(expected)) {
            return Err(Response::text(400, "Expected the protocol's type in Content-Type."));
        }
        Ok(Visit { person, client, wish })
    }

    fn person(&self, head: &Head, visitor: &str) -> Result<String, Response> {
        let refused = || {
            Response::text(401, "Expected the name and the password of a person of this site.")
                .header("WWW-Authenticate", "Basic realm=\"Tasks\", charset=\"UTF-8\"")
        };
        let login = head.login().ok_or_else(refused)?;
        let hash = self.listing.hash_of(&login.name).map_err(|error| {
            eprintln!("the listing of people cannot be read: {error}");
            Response::text(503, "It is not known who may come in.")
        })?;
        match self.passwords.check(visitor, &login.name, &hash.ok_or_else(refused)?, &login.password) {
            Verdict::Right => Ok(login.name),
            Verdict::Wrong => Err(refused()),
            Verdict::Busy => Err(Response::text(503, "Too many are waiting.").header("Retry-After", "5")),
        }
    }

    /// Reads the body and does what is asked.
    fn receive(&self, visit: &Visit, head: &Head, connection: &mut Connection, room: &Room) -> io::Result<Response> {
        let length = match head.length() {
            Ok(length) if length > MOST_BODY => return Ok(Response::text(413, "Expected at most 16 MiB.")),
            Ok(0) if visit.wish.content_type().is_some() => return Ok(Response::text(400, "Expected a body.")),
            Ok(length) => length,
            Err(fault) => return Ok(refusal(fault)),
        };
        let _large = (length > LARGE_BODY).then(|| room.large.lock().unwrap_or_else(PoisonError::into_inner));
        let body = connection.body(head, length)?;
        Ok(self.grant(visit, body).unwrap_or_else(|error| {
            eprintln!("{} {}: {error:#}", visit.person, visit.wish.name());
            Response::text(500, "It could not be done; the server's log says why.")
        }))
    }

    fn grant(&self, visit: &Visit, body: Vec<u8>) -> anyhow::Result<Response> {
        match self.histories.of(&visit.person, visit.client)? {
            Some(server) => visit.wish.grant(&server, visit.client, body),
            None => Ok(Response::text(403, "This client id is another person's.")),
        }
    }
}

/// A place among the connections, given back when it is dropped.
struct Place(Arc<Room>);

impl Place {
    fn take(room: &Arc<Room>) -> Self {
        room.connections.fetch_add(1, Ordering::SeqCst);
        Place(Arc::clone(room))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The visitor's address, as the front door names it.
fn visitor(head: &Head) -> String {
    let named = head.header("x-forwarded-for").and_then(|text| text.parse::<IpAddr>().ok());
    named.map_or_else(|| "-".to_owned(), |address| address.to_string())
}

fn refusal(fault: Fault) -> Response {
    match fault {
        Fault::Malformed => Response::text(400, "Expected a request of HTTP/1.1."),
        Fault::LengthRequired => Response::text(411, "Expected a Content-Length."),
    }
}
