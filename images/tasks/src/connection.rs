//! A connection: one request comes, within a time and a size, and one response goes.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use crate::request::{Fault, Head, MOST_HEAD};
use crate::response::Response;

const READ: usize = 16 * 1024;
const HEAD_WITHIN: Duration = Duration::from_secs(10);
const BODY_WITHIN: Duration = Duration::from_secs(120);
const WRITE_WITHIN: Duration = Duration::from_secs(30);

/// How often something is still read, and for how long, of what nobody wants: closing at once could take the response away.
const LEFT_OVER_READS: usize = 64;
const LEFT_OVER_WITHIN: Duration = Duration::from_secs(1);

/// A connection, and what was read of it beyond the head.
pub struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    pub fn new(stream: TcpStream) -> Self {
        Connection { stream, read: Vec::new() }
    }

    /// The head of the request. The error inside is one that the visitor is told of; the one outside ends everything.
    pub fn head(&mut self) -> io::Result<Result<Head, Fault>> {
        let end = Instant::now() + HEAD_WITHIN;
        loop {
            match Head::parse(&self.read) {
                Err(fault) => return Ok(Err(fault)),
                Ok(Some(head)) => {
                    self.read.drain(..head.end);
                    return Ok(Ok(head));
                }
                Ok(None) if self.read.len() >= MOST_HEAD => return Ok(Err(Fault::Malformed)),
                Ok(None) => self.read_some(end)?,
            }
        }
    }

    /// The body, of a length that was said.
    pub fn body(&mut self, head: &Head, length: usize) -> io::Result<Vec<u8>> {
        let end = Instant::now() + BODY_WITHIN;
        if head.header("expect").is_some() {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        while self.read.len() < length {
            self.read_some(end)?;
        }
        self.read.truncate(length);
        Ok(std::mem::take(&mut self.read))
    }

    /// Answers, and ends the connection so that the answer arrives.
    pub fn answer(mut self, response: &Response) -> io::Result<()> {
        self.stream.set_write_timeout(Some(WRITE_WITHIN))?;
        response.write(&mut self.stream)?;
        self.stream.shutdown(Shutdown::Write)?;
        let end = Instant::now() + LEFT_OVER_WITHIN;
        let mut left = LEFT_OVER_READS;
        while left > 0 && self.read_some(end).is_ok() {
            self.read.clear();
            left -= 1;
        }
        Ok(())
    }

    fn read_some(&mut self, end: Instant) -> io::Result<()> {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        let mut bytes = [0; READ];
        let count = self.stream.read(&mut bytes)?;
        if count == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.read.extend_from_slice(&bytes[..count]);
        Ok(())
    }
}
