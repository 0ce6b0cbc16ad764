import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { fail } from "../src/lib/problem.ts";
import { demoSite } from "./demo-site.ts";

/** Where a chat server is asked, by whom, and whom is believed. */
export type ChatVisit = {
  readonly domain: string;
  readonly port: number;
  readonly name: string;
  readonly password: string;
  /** The authority's certificate, PEM. */
  readonly authority: string;
};

/** Milliseconds that the server has for each answer. */
const patience = 20_000;

/**
 * Logs in to a chat server as any client does (RFC 6120, sections 4 to 6): a stream, STARTTLS, a certificate that holds for the
 * domain, the password. Resolves with what the server said to that: `success` or `failure`. Problem: `DEMO_CHECK`.
 */
export async function logIn({ domain, port, name, password, authority }: ChatVisit): Promise<"success" | "failure"> {
  const header = `<stream:stream to='${domain}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`;
  const plain = connect({ host: "localhost", port });
  try {
    await say(plain, header, /<starttls/);
    await say(plain, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", /<proceed/);
    const sealed = connectTls({ socket: plain, servername: domain, ca: authority });
    await once(sealed, "secureConnect", { signal: AbortSignal.timeout(patience) });
    await say(sealed, header, /<mechanism>PLAIN</);
    const login = Buffer.from(`\0${name}\0${password}`).toString("base64");
    const auth = `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${login}</auth>`;
    return (await say(sealed, auth, /<(?:success|failure)/)).includes("<success") ? "success" : "failure";
  } finally {
    plain.destroy();
  }
}

/** Sends words and reads until the server has answered with what matches. */
async function say(socket: Socket, words: string, expected: RegExp): Promise<string> {
  let said = "";
  socket.write(words);
  const signal = AbortSignal.timeout(patience);
  try {
    while (!expected.test(said)) {
      const [chunk] = await once(socket, "data", { signal });
      said += String(chunk);
      if (said.length > 65_536) break;
    }
  } catch (thrown) {
    fail("DEMO_CHECK", `expected ${expected.source} from chat, got ${said.slice(-200) || "nothing"}`, {
      cause: thrown,
      hint: `bin/freehold logs chat --site ${demoSite}`,
    });
  }
  return said;
}
