//! Requests: the head of HTTP/1.1 and a body of a length that is said before (RFC 9112).

use std::str;

use base64ct::{Base64, Encoding};

/// Bytes of a head, first line and all.
pub const MOST_HEAD: usize = 16 * 1024;

const MOST_HEADERS: usize = 64;

/// The head of a request.
pub struct Head {
    pub method: String,
    /// Without a query.
    pub path: String,
    /// Lower-case names.
    headers: Vec<(String, Vec<u8>)>,
    /// Where the body begins in what was read.
    pub end: usize,
}

/// Who somebody says to be.
pub struct Login {
    pub name: String,
    pub password: Vec<u8>,
}

/// What is wrong with a request; the status that says so (RFC 9110, section 15.5).
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    Malformed,
    LengthRequired,
}

impl Head {
    /// The head at the start of what was read; none while it has not all come.
    pub fn parse(bytes: &[u8]) -> Result<Option<Head>, Fault> {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        let end = match request.parse(bytes).map_err(|_| Fault::Malformed)? {
            httparse::Status::Partial => return Ok(None),
            httparse::Status::Complete(end) => end,
        };
        let target = request.path.unwrap_or_default();
        let path = target.split('?').next().unwrap_or_default();
        Ok(Some(Head {
            method: request.method.unwrap_or_default().to_owned(),
            path: path.to_owned(),
            headers: request
                .headers
                .iter()
                .map(|header| (header.name.to_ascii_lowercase(), header.value.to_vec()))
                .collect(),
            end,
        }))
    }

    /// The one header of a name (lower case); none when it is missing, not text, or there twice.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(listed, _)| listed == name);
        let (_, value) = found.next()?;
        if found.next().is_some() {
            return None;
        }
        str::from_utf8(value).ok().map(str::trim)
    }

    /// How many bytes the body has. One in pieces is refused: whoever knows its length must say it.
    pub fn length(&self) -> Result<usize, Fault> {
        let named = |name: &str| self.headers.iter().any(|(listed, _)| listed == name);
        if named("transfer-encoding") {
            return Err(Fault::LengthRequired);
        }
        if !named("content-length") {
            return Ok(0);
        }
        let value = self.header("content-length").filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        value.and_then(|text| text.parse().ok()).ok_or(Fault::Malformed)
    }

    /// What stands in `Authorization: Basic` (RFC 7617).
    pub fn login(&self) -> Option<Login> {
        let (scheme, encoded) = self.header("authorization")?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let bytes = Base64::decode_vec(encoded.trim()).ok()?;
        let colon = bytes.iter().position(|byte| *byte == b':')?;
        let name = str::from_utf8(&bytes[..colon]).ok()?.to_owned();
        Some(Login { name, password: bytes[colon + 1..].to_vec() })
    }
}
