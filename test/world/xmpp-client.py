#!/usr/bin/python3
"""An XMPP client for tests: slixmpp, driven by lines of JSON. Words: one JSON object with jid, password, host, port, and perhaps
direct (TLS from the first byte), authority (a PEM file) and anyName (whom the certificate is for does not matter).
Each line on standard input is {"do": NAME, …}; each line on standard output is {"event": NAME, …}. Ends with its input."""

import asyncio
import json
import logging
import sys

import slixmpp
from slixmpp.exceptions import IqError, IqTimeout


def tell(event, **facts):
    print(json.dumps({"event": event, **facts}), flush=True)


class Client(slixmpp.ClientXMPP):
    def __init__(self, options):
        super().__init__(options["jid"], options["password"])
        for plugin in ("0030", "0045", "0059", "0198", "0280", "0313", "0363"):
            self.register_plugin(f"xep_{plugin}")
        self.ca_certs = options.get("authority")
        if options.get("anyName"):
            self.add_event_handler("ssl_invalid_cert", lambda _: None)
            self.ssl_context.check_hostname = False
        self.managed = asyncio.get_event_loop().create_future()
        self.add_event_handler("sm_enabled", lambda _: self.managed.done() or self.managed.set_result(True))
        self.add_event_handler("session_start", self.begin)
        self.add_event_handler("message", self.heard)
        self.add_event_handler("stanza_acked", self.acknowledged)
        self.add_event_handler("failed_auth", lambda stanza: tell("refused", condition=stanza["condition"]))
        self.add_event_handler("stream_error", lambda error: tell("stream-error", condition=error["condition"]))
        self.add_event_handler("connection_failed", lambda error: tell("unreachable", reason=str(error)))
        self.add_event_handler("ssl_invalid_chain", lambda error: tell("untrusted", reason=str(error)))
        self.add_event_handler("disconnected", lambda _: tell("disconnected"))
        self.add_event_handler("roster_update", self.list_contacts)
        self.add_event_handler("changed_status", lambda stanza: tell("presence", who=stanza["from"].full, type=stanza["type"]))

    async def _pick_dns_answer(self, domain, service=None):
        """The address was given: no name server is asked."""
        return None

    async def begin(self, _):
        self.send_presence()
        await self.get_roster()
        await self["xep_0280"].enable()
        await asyncio.wait_for(self.managed, 10)
        tell("session", jid=self.boundjid.full, mechanism=self["feature_mechanisms"].mech.name)

    def heard(self, message):
        carbon = any(message.get_plugin(name, check=True) for name in ("carbon_received", "carbon_sent"))
        if carbon or message["body"] == "" and message["type"] != "error":
            return
        delayed = message.xml.find("{urn:xmpp:delay}delay") is not None
        facts = {"from": message["from"].full, "body": message["body"], "type": message["type"], "delayed": delayed}
        tell("message", **facts, condition=message["error"]["condition"] if message["type"] == "error" else "")

    def acknowledged(self, stanza):
        if stanza.name == "message":
            tell("acknowledged", body=stanza["body"])

    def list_contacts(self, _):
        contacts = {jid: item["name"] for jid, item in self.client_roster._jids.items() if jid != self.boundjid.bare}
        tell("contacts", contacts={jid: self.client_roster[jid]["name"] for jid in contacts})

    async def message(self, to, body, type="chat"):
        self.send_message(mto=to, mbody=body, mtype=type)
        await asyncio.sleep(0.02)  # by itself it asks before the message has gone
        self["xep_0198"].request_ack()

    async def archive(self, of=None):
        found = []
        async for stanza in self["xep_0313"].iterate(jid=of, total=None):
            forwarded = stanza["mam_result"]["forwarded"]["stanza"]
            found.append({"from": forwarded["from"].bare, "body": forwarded["body"]})
        tell("archive", messages=found)

    async def join(self, room, nick):
        await self["xep_0045"].join_muc_wait(room, nick, maxstanzas=0, timeout=15)
        form = self["xep_0004"].make_form(ftype="submit")
        try:
            await self["xep_0045"].set_room_config(room, form)
        except IqError:
            pass  # only who made the room may set it up
        tell("joined", room=room)

    async def slot(self, name, size):
        """A link to put a file at, and one to get it from (XEP-0363)."""
        service = f"upload.{self.boundjid.domain}"
        found = await self["xep_0363"].request_slot(service, name, size, "text/plain")
        slot = found["http_upload_slot"]
        tell("slot", put=slot["put"]["url"], get=slot["get"]["url"])

    async def register(self):
        query = self.make_iq_set()
        query["to"] = self.boundjid.domain
        query.set_payload(slixmpp.ET.XML('<query xmlns="jabber:iq:register"><username>eve</username><password>x</password></query>'))
        await query.send()
        tell("registered")


async def obey(client, line):
    order = json.loads(line)
    name = order.pop("do")
    try:
        await getattr(client, name)(**order)
    except (IqError, IqTimeout) as error:
        tell("error", of=name, condition=getattr(error, "condition", "timeout"))
    except Exception as error:
        tell("error", of=name, condition=f"{type(error).__name__}: {error}")


async def main():
    options = json.loads(sys.argv[1])
    logging.basicConfig(level=options.get("log", "CRITICAL"))
    client = Client(options)
    address = (options["host"], options["port"])
    client.connect(address, use_ssl=bool(options.get("direct")))
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        asyncio.ensure_future(obey(client, line))
    if client.is_connected():  # says goodbye, so that nobody waits for it to come back
        client.disconnect(wait=1)
        await asyncio.wait_for(client.disconnected, 3)


asyncio.get_event_loop().run_until_complete(main())
