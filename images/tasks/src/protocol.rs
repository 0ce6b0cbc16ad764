//! TaskChampion's sync protocol (gothenburgbitfactory.org/taskchampion/http.html): what a request asks of the core, and how
//! the core's answer is said in HTTP.

use taskchampion_sync_server_core::{AddVersionResult, GetVersionResult, Server, SnapshotUrgency};
use uuid::Uuid;

use crate::histories::wait;
use crate::request::Head;
use crate::response::Response;

const HISTORY_SEGMENT: &str = "application/vnd.taskchampion.history-segment";
const SNAPSHOT: &str = "application/vnd.taskchampion.snapshot";

/// What a request wants.
#[derive(Clone, Copy)]
pub enum Wish {
    AddVersion { parent: Uuid },
    GetChildVersion { parent: Uuid },
    AddSnapshot { version: Uuid },
    GetSnapshot,
}

impl Wish {
    /// What a head asks for, if it is one of the protocol's.
    pub fn of(head: &Head) -> Option<Wish> {
        let words: Vec<&str> = head.path.strip_prefix("/v1/client/")?.split('/').collect();
        let id = |text: &str| Uuid::try_parse(text).ok();
        match (head.method.as_str(), words.as_slice()) {
            ("POST", ["add-version", parent]) => Some(Wish::AddVersion { parent: id(parent)? }),
            ("GET", ["get-child-version", parent]) => Some(Wish::GetChildVersion { parent: id(parent)? }),
            ("POST", ["add-snapshot", version]) => Some(Wish::AddSnapshot { version: id(version)? }),
            ("GET", ["snapshot"]) => Some(Wish::GetSnapshot),
            _ => None,
        }
    }

    /// For the log.
    pub fn name(self) -> &'static str {
        match self {
            Wish::AddVersion { .. } => "add-version",
            Wish::GetChildVersion { .. } => "get-child-version",
            Wish::AddSnapshot { .. } => "add-snapshot",
            Wish::GetSnapshot => "get-snapshot",
        }
    }

    /// The type that the body must have; none for what has no body.
    pub fn content_type(self) -> Option<&'static str> {
        match self {
            Wish::AddVersion { .. } => Some(HISTORY_SEGMENT),
            Wish::AddSnapshot { .. } => Some(SNAPSHOT),
            _ => None,
        }
    }

    /// Does it. The client is one that the server has.
    pub fn grant(self, server: &Server, client: Uuid, body: Vec<u8>) -> anyhow::Result<Response> {
        Ok(match self {
            Wish::AddVersion { parent } => match wait(server.add_version(client, parent, body))? {
                (AddVersionResult::Ok(version), urgency) => {
                    let response = Response::new(200).header("X-Version-Id", version.to_string());
                    match urgency {
                        SnapshotUrgency::None => response,
                        SnapshotUrgency::Low => response.header("X-Snapshot-Request", "urgency=low"),
                        SnapshotUrgency::High => response.header("X-Snapshot-Request", "urgency=high"),
                    }
                }
                (AddVersionResult::ExpectedParentVersion(parent), _) => {
                    Response::new(409).header("X-Parent-Version-Id", parent.to_string())
                }
            },
            Wish::GetChildVersion { parent } => match wait(server.get_child_version(client, parent))? {
                GetVersionResult::Success { version_id, parent_version_id, history_segment } => Response::new(200)
                    .header("Content-Type", HISTORY_SEGMENT)
                    .header("X-Version-Id", version_id.to_string())
                    .header("X-Parent-Version-Id", parent_version_id.to_string())
                    .body(history_segment),
                GetVersionResult::NotFound => Response::new(404),
                GetVersionResult::Gone => Response::new(410),
            },
            Wish::AddSnapshot { version } => {
                wait(server.add_snapshot(client, version, body))?;
                Response::new(200)
            }
            Wish::GetSnapshot => match wait(server.get_snapshot(client))? {
                Some((version, data)) => Response::new(200)
                    .header("Content-Type", SNAPSHOT)
                    .header("X-Version-Id", version.to_string())
                    .body(data),
                None => Response::new(404),
            },
        })
    }
}
