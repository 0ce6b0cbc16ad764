import { join } from "node:path";
import type { TestPerson } from "./person.ts";
import type { SiteOfClients } from "./site.ts";

/** What a mail program saw of an inbox. */
export type Inbox = {
  /** How many messages there are. */
  readonly count: number;
  /** The values of the header that was asked for, of all messages. */
  readonly values: readonly string[];
  /** Bytes of the newest message. */
  readonly size: number;
  /** How long each step took, in milliseconds; `headers` only when there was something to read. */
  readonly took: {
    readonly login: number;
    readonly select: number;
    readonly newest: number;
    readonly headers?: number;
  };
};

/** Reads a person's inbox over IMAP with TLS, on the machine itself. With `header`, that header of all messages. */
export async function readInbox(site: SiteOfClients, person: TestPerson, header = ""): Promise<Inbox> {
  const words = ["mail.example.org", site.authority, person.name, header];
  const { code, stdout, stderr } = await site.machine.exec(
    ["/usr/bin/python3", join(import.meta.dirname, "imap.py"), ...words],
    { input: `${person.password}\n` },
  );
  if (code !== 0) throw new Error(`IMAP ended with ${code}: ${stderr.slice(-500)}`);
  const inbox: Inbox = JSON.parse(stdout);
  return inbox;
}
