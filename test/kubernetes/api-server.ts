import type { RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { systemClock } from "../../src/lib/clock.ts";
import { issueAuthority, issueLeaf } from "../../src/providers/authority/issue.ts";
import type { Access, Credentials } from "../../src/providers/kubernetes/client/access.ts";
import { type Api, apiOver } from "../../src/providers/kubernetes/client/api.ts";
import { transportTo } from "../../src/providers/kubernetes/client/transport.ts";

/** A server in place of a cluster's, which can be made to misbehave. */
export type ApiServer = {
  readonly server: Server;
  readonly access: Access;
  /** `GET /path?query` of each request so far. */
  readonly asked: readonly string[];
};

const name = "cluster.test";

const pair = (async () => {
  const validity = { from: Date.now() - 60_000, to: Date.now() + 3_600_000 };
  const authority = await issueAuthority({ site: "test", name: "test" }, [name], validity);
  return { authority: authority.certificate, leaf: await issueLeaf(authority, [name], validity) };
})();

/** Starts one for this test, on loopback, with a certificate of an authority that only its `access` knows. */
export async function apiServer(listener: RequestListener, change: Partial<Access> = {}): Promise<ApiServer> {
  const { authority, leaf } = await pair;
  const asked: string[] = [];
  const server = createServer({ cert: leaf.certificate, key: leaf.key }, (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const access: Access = {
    context: "test",
    server: `https://127.0.0.1:${portOf(server.address())}`,
    namespace: "default",
    authority,
    serverName: name,
    verify: true,
    impersonation: {},
    credentials: async () => ({ token: "abc" }),
    forget: () => {},
    ...change,
  };
  return { server, access, asked };
}

/** The API over an access, for this test. What is waited for with a clock that nobody waits for: see lib/fake-clock.ts. */
export function apiTo(
  access: Access,
  clock = systemClock,
  limits = { connect: 5_000, answer: 10_000, body: 100_000 },
): Api {
  const transport = transportTo(access, limits);
  onTestFinished(() => transport.connections.close());
  return apiOver(access, transport, clock);
}

/** A certificate with its key that a client can show. */
export async function clientPair(): Promise<Credentials> {
  return (await pair).leaf;
}

/** The port of a server on TCP. */
export function portOf(address: AddressInfo | string | null): number {
  return typeof address === "object" && address !== null ? address.port : 0;
}
