import type { Path } from "../path.ts";
import type { PartFile } from "../schema/service.ts";
import type { Port } from "../site.ts";
import type { Report } from "./draft.ts";

/** The ports of a part beside HTTP, as written. */
export function assemblePorts(file: PartFile, path: Path, report: Report): Port[] {
  const taken = new Map<string, string>();
  if (file.port !== undefined) taken.set(`tcp ${file.port}`, "port");
  const ports: Port[] = [];
  for (const [name, written] of Object.entries(file.ports ?? {})) {
    const { port, published = port, protocol = "tcp", "client-address": clientAddress = "none" } = written;
    const here = [...path, "ports", name];
    const holder = taken.get(`${protocol} ${port}`);
    if (holder !== undefined)
      report({
        code: "PORT_TWICE",
        path: [...here, "port"],
        message: `expected each port once, got ${port} for ${holder} and ${name}`,
        hint: "remove one of the two",
      });
    taken.set(`${protocol} ${port}`, name);
    if (protocol === "udp" && clientAddress === "proxy-v2")
      report({
        code: "KEY_MISPLACED",
        path: [...here, "client-address"],
        message: "expected client-address: proxy-v2 only with tcp",
        hint: "remove the line",
      });
    ports.push({ name, port, published, protocol, clientAddress });
  }
  return ports;
}
