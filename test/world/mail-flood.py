#!/usr/bin/python3
"""Sends many messages as another mail server does that has much to hand over: several connections, each kept for a hundred messages.
Words: HOST PORT COUNT TO. Each is sent again until the other side says that it has it. Ends when all were taken over; prints how
many and in how many seconds."""
import smtplib
import sys
import threading
import time

host, port, count, to = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
connections = 6
per_connection = 100


def letter(number):
    head = f"From: Joe <joe@elsewhere.example>\r\nTo: {to}\r\nSubject: Letter {number}\r\n"
    more = f"Date: Sat, 21 Nov 2026 07:00:00 +0000\r\nMessage-ID: <flood.{number}@elsewhere.example>\r\nX-Label: {number}\r\n"
    return f"{head}{more}\r\nSome words to read.\r\n"


def work(first):
    waiting = list(range(first, count, connections))
    while waiting:
        try:
            with smtplib.SMTP(host, port, "mx.elsewhere.example", timeout=60, source_address=("198.51.100.7", 0)) as server:
                for _ in range(min(per_connection, len(waiting))):
                    server.sendmail("joe@elsewhere.example", [to], letter(waiting[-1]))
                    waiting.pop()
        except (OSError, smtplib.SMTPException) as trouble:
            print(trouble, file=sys.stderr, flush=True)
            time.sleep(0.5)


began = time.monotonic()
threads = [threading.Thread(target=work, args=(first,)) for first in range(connections)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"{count} in {time.monotonic() - began:.0f} s")
