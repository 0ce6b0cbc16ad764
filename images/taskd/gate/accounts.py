"""Accounts as taskd keeps them: a directory for each key, which says whose it is."""

import hmac
import os
import re
import shutil
import uuid
from pathlib import Path

ORGANISATION = "freehold"
USERS = Path("/var/lib/taskd/orgs") / ORGANISATION / "users"
LISTING = Path("/run/people/current/names")

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_listed(name: str) -> bool:
    """Whether somebody is one of the site's people now: the listing is read anew each time."""
    if NAME.fullmatch(name) is None:
        return False
    with LISTING.open(encoding="utf-8") as lines:
        return any(line.split(maxsplit=1)[:1] == [name] for line in lines)


def key_of(name: str) -> str | None:
    """Somebody's key, if they have had one made."""
    for directory in USERS.iterdir():
        if KEY.fullmatch(directory.name) and owner(directory) == name:
            return directory.name
    return None


def admits(organisation: str, name: str, key: str) -> bool:
    """Whether these three words open an account of somebody who is listed."""
    if organisation != ORGANISATION or not is_listed(name):
        return False
    right = key_of(name)
    return right is not None and hmac.compare_digest(right.encode(), key.encode())


def make(name: str) -> str:
    """A new account with a key of its own."""
    key = str(uuid.uuid4())
    begun = USERS / f"new-{key}"
    begun.mkdir(mode=0o700)
    write(begun / "config", f"user={name}\n")
    return _settle(begun, key)


def renew(name: str) -> str:
    """Another key for the same tasks; the old one opens nothing more."""
    old = key_of(name)
    return make(name) if old is None else _settle(USERS / old, str(uuid.uuid4()))


def prepare() -> None:
    """Makes the directories that taskd expects, and takes away what was begun and not finished when the power went."""
    for directory in (USERS, USERS.parent / "groups"):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for begun in USERS.glob("new-*"):
        shutil.rmtree(begun)


def owner(directory: Path) -> str | None:
    """Whose account a directory is."""
    try:
        lines = (directory / "config").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    return next((line.removeprefix("user=").strip() for line in lines if line.startswith("user=")), None)


def _settle(directory: Path, key: str) -> str:
    directory.rename(USERS / key)
    flush(USERS)
    return key


def write(path: Path, text: str) -> None:
    """Writes a new file for ourselves alone, and returns when it is on the disk."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    flush(path.parent)


def flush(path: Path) -> None:
    """Returns when a file, or the names in a directory, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
