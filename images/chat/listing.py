"""The people of the site, as freehold lists them."""

PEOPLE = "/run/people/current"


def passwords():
    """Password hashes by name, as they are now. Nobody may log in who is not in it."""
    return dict(line.split(":", 1) for line in _lines("passwords") if ":" in line)


def titles():
    """What people are called, by name."""
    return {name: title for name, _, title in (line.partition(" ") for line in _lines("names"))}


def _lines(listing):
    try:
        with open(f"{PEOPLE}/{listing}", encoding="utf-8") as file:
            return [line for line in file.read().split("\n") if line]
    except FileNotFoundError:
        return []
