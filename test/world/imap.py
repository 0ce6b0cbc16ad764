#!/usr/bin/python3
"""Reads a mailbox over IMAP with TLS, as a mail program does. Words: HOST AUTHORITY USER HEADER. The password is the only line on
standard input. Prints a line of JSON: the values of that header of all messages, the newest message's size, and how long each step
took, in milliseconds."""
import imaplib
import json
import re
import ssl
import sys
import time

host, authority, user, header = sys.argv[1:5]
password = sys.stdin.readline().strip()
took = {}


def timed(name, action):
    began = time.monotonic()
    status, data = action()
    took[name] = round((time.monotonic() - began) * 1000)
    if status != "OK":
        raise SystemExit(f"{name}: {status} {data}")
    return data


def connect():
    global server
    server = imaplib.IMAP4_SSL(host, ssl_context=ssl.create_default_context(cafile=authority), timeout=60)
    return server.login(user, password)


timed("login", connect)
count = int(timed("select", lambda: server.select("INBOX", readonly=True))[0])
newest = timed("newest", lambda: server.fetch(str(count), "(BODY.PEEK[])")) if count else []
found = timed("headers", lambda: server.fetch("1:*", f"(BODY.PEEK[HEADER.FIELDS ({header})])")) if count and header else []
server.logout()
texts = [part[1].decode(errors="replace") for part in found if isinstance(part, tuple)]
values = [match.group(1) for text in texts if (match := re.search(rf"(?i){header}:\s*(\S+)", text))]
size = max((len(part[1]) for part in newest if isinstance(part, tuple)), default=0)
print(json.dumps({"count": count, "values": values, "size": size, "took": took}))
