#!/usr/bin/python3
"""Sends numbered messages as a mail server does: each again and again until the other side says that it has it. Words: HOST PORT
COUNT PREFIX TO [SENDERS AT ONCE]. Prints the number of each message as soon as it was taken over; ends when all are."""
import smtplib
import sys
import threading
import time
from email.message import EmailMessage

host, port, count, prefix, to = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5]
senders = int(sys.argv[6]) if len(sys.argv) > 6 else 4
saying = threading.Lock()
source = ("198.51.100.7", 0)


def letter(number):
    message = EmailMessage()
    message["From"] = "Joe <joe@elsewhere.example>"
    message["To"] = to
    message["Subject"] = "A letter"
    message["Date"] = "Sat, 21 Nov 2026 07:00:00 +0000"
    message["Message-ID"] = f"<{prefix}.{number}@elsewhere.example>"
    message["X-Number"] = f"{prefix}-{number}-"
    message.set_content("Some words to read.\n" * 20)
    return message


def deliver(number):
    while True:
        try:
            with smtplib.SMTP(host, port, "mx.elsewhere.example", timeout=30, source_address=source) as server:
                server.send_message(letter(number), "joe@elsewhere.example", [to])
                with saying:
                    print(number, flush=True)
                return
        except (OSError, smtplib.SMTPException) as trouble:
            print(f"{number}: {trouble}", file=sys.stderr, flush=True)
            time.sleep(0.5)


def work(first):
    for number in range(first, count, senders):
        deliver(number)


threads = [threading.Thread(target=work, args=(first,)) for first in range(senders)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
