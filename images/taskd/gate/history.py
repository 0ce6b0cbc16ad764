"""What taskd has of one account, and the answers that may have been lost on their way.

taskd fails for good with a client that sends again what it has stored already, and a client sends again whatever was not answered.
So each answer is kept until some others have followed, and who comes with the same words is told the same, without asking taskd.
"""

import errno
import hashlib
import json
import os
from pathlib import Path
from typing import NamedTuple

import accounts

KEPT = 8
LONGEST_KEPT = 256 * 1024


class Payload(NamedTuple):
    """Tasks, a line each, and the key of the sync up to which the sender knows everything: none at first."""

    tasks: list[str]
    key: str

    @staticmethod
    def parse(payload: bytes) -> "Payload":
        """A payload from its lines."""
        lines = [line for line in payload.decode(errors="replace").split("\n") if line]
        keys = [line for line in lines if not line.startswith("{")]
        return Payload([line for line in lines if line.startswith("{")], keys[-1] if keys else "")

    def is_sound(self) -> bool:
        """Whether every Taskwarrior can read it: taskd hands on whatever it was given, to all devices of a person."""
        return (self.key == "" or accounts.KEY.fullmatch(self.key) is not None) and all(map(_is_task, self.tasks))

    def text(self) -> bytes:
        """The payload again."""
        lines = [*self.tasks, *([self.key] if self.key else [])]
        return "\n".join(lines).encode()


class Reply(NamedTuple):
    """The answer that tasks were given that came with a key."""

    key: str
    count: int
    digest: str
    tasks: list[str]
    next: str

    def answers(self, sent: Payload) -> bool:
        """Whether somebody sends again what this was the answer to, perhaps with more behind it."""
        return self.key == sent.key and self.count <= len(sent.tasks) and self.digest == digest(sent.tasks[: self.count])

    def rest(self, sent: Payload) -> Payload:
        """What is new in what they send."""
        return Payload(sent.tasks[self.count :], self.next)

    def before(self, answer: Payload, rest: Payload) -> Payload:
        """This answer and the one to the rest as one. Of a task that was changed once more they keep what they have."""
        changed = {uuid_of(task) for task in rest.tasks}
        kept = [task for task in self.tasks if uuid_of(task) not in changed]
        return Payload([*kept, *answer.tasks], answer.key or self.next)


class History:
    """One account's file, and beside it what is known to be answered."""

    def __init__(self, key: str) -> None:
        self._directory = accounts.USERS / key
        self._data = self._directory / "tx.data"
        self._notes = self._directory / "answered"

    def settle(self) -> None:
        """Takes off what nobody was told is kept: the power went, or taskd, before there was an answer."""
        if not self._data.exists():
            return
        size, end, _ = self._known()
        length = self._data.stat().st_size
        if size is None or size > length or not self._ends_with(end, size):
            size = self._last_end()
        if length > size:
            print(f"{accounts.owner(self._directory)}: {length - size} bytes of a sync that was not answered are taken off")
            os.truncate(self._data, size)

    def lost(self, sent: Payload) -> Reply | None:
        """The answer that somebody has not received who sends this."""
        _, _, replies = self._known()
        return max((reply for reply in replies if reply.answers(sent)), key=lambda reply: reply.count, default=None)

    def keep(self, sent: Payload, answer: Payload) -> None:
        """Returns when what taskd stored, and what is answered now, is on the disk; fails when it is not."""
        accounts.flush(self._data)
        size = self._data.stat().st_size
        if not self._ends_with(answer.key, size):  # it does not look whether its writing succeeded
            raise OSError(errno.ENOSPC, "taskd has not stored what it says")
        _, _, replies = self._known()
        reply = Reply(sent.key, len(sent.tasks), digest(sent.tasks), answer.tasks, answer.key)
        if sum(map(len, reply.tasks)) <= LONGEST_KEPT:
            replies = [*replies, reply][-KEPT:]
        notes = {"size": size, "end": answer.key, "replies": replies}
        new = self._directory / "answered.new"
        new.unlink(missing_ok=True)
        accounts.write(new, json.dumps(notes))
        new.rename(self._notes)
        accounts.flush(self._directory)

    def _known(self) -> tuple[int | None, str, list[Reply]]:
        try:
            notes = json.loads(self._notes.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None, "", []
        return notes["size"], notes["end"], [Reply(*reply) for reply in notes["replies"]]

    def _ends_with(self, key: str, size: int) -> bool:
        """Whether the file up to a size ends with a sync key: else somebody has put another file there."""
        line = f"{key}\n".encode()
        with self._data.open("rb") as file:
            file.seek(max(0, size - len(line)))
            return file.read(len(line)) == line

    def _last_end(self) -> int:
        """Where the last sync key ends: each sync ends with one."""
        text = self._data.read_bytes()
        end = len(text)
        while end > 0:
            begin = text.rfind(b"\n", 0, end - 1) + 1
            line = text[begin:end].decode("latin-1")
            if line.endswith("\n") and accounts.KEY.fullmatch(line[:-1]):
                break
            end = begin
        return end


def digest(tasks: list[str]) -> str:
    """What tells some tasks from others."""
    return hashlib.sha256("\n".join(tasks).encode()).hexdigest()


def uuid_of(task: str) -> str | None:
    """Which task a line is of."""
    try:
        return str(json.loads(task, strict=False)["uuid"]).lower()
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _is_task(line: str) -> bool:
    return accounts.KEY.fullmatch(uuid_of(line) or "") is not None


def settle_all(users: Path) -> None:
    """Settles every account."""
    for data in users.glob("*/tx.data"):
        History(data.parent.name).settle()
