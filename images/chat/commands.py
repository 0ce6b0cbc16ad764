"""ejabberd's commands, at the port that only this container has."""

import http.client
import json


class Refused(Exception):
    """ejabberd answered, and did not do it."""


def command(name, words):
    """Runs one command; what it gave, parsed. Raises Refused, or OSError while nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", 5281, timeout=20)
    try:
        connection.request("POST", f"/api/{name}", json.dumps(words), {"Host": words["host"]} if "host" in words else {})
        response = connection.getresponse()
        text = response.read()
    except http.client.HTTPException as cause:
        raise OSError(f"{name}: {cause!r}") from cause
    finally:
        connection.close()
    if response.status != 200:
        raise Refused(f"{name}: {response.status} {text.decode('utf-8', 'replace')}")
    return json.loads(text)
