import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exec, execOrFail, start } from "../../src/lib/exec.ts";
import { makeAuthority } from "./authority.ts";
import type { Machine } from "./machine.ts";
import { eventually } from "./wait.ts";

/** Debian's docker-registry on a loopback port, with a certificate. */
export type TestRegistry = {
  /** `localhost:PORT`. */
  readonly host: string;
  /** What a program's environment needs so that it believes the registry's certificate. */
  readonly env: NodeJS.ProcessEnv;
  /**
   * Makes an image and pushes it; another `content`, another digest. In it are `/www/index.html` with that content and a static busybox,
   * which can serve it.
   */
  push(image: string, content: string): Promise<void>;
  end(): Promise<void>;
};

/** Starts a registry that is empty, here or on a machine. */
export async function createRegistry(machine?: Machine): Promise<TestRegistry> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-registry-"));
  const port = machine === undefined ? await freePort() : 5000;
  const authority = await makeAuthority(directory);
  const issued = await authority.issue(["localhost"]);
  const file = (name: string): string => join(directory, name);
  const [config, certificate, key] = [file("config.yml"), file("server.pem"), file("server.key")];
  await writeFile(certificate, issued.certificate);
  await writeFile(key, issued.key, { mode: 0o600 });
  await writeFile(config, configuration({ directory, port, certificate, key }));
  const inside = machine === undefined ? [] : ["nsenter", "-t", `${machine.pid()}`, "-n"];
  const env = { PATH: process.env.PATH, HOME: directory, TMPDIR: directory, SSL_CERT_FILE: authority.path };
  const child = start(["setpriv", "--pdeathsig", "KILL", ...inside, "docker-registry", "serve", config], {
    env,
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const answers = async (): Promise<true | undefined> => {
    const words = ["setpriv", ...inside, "curl", "--silent", "--fail", "--cacert", authority.path] as const;
    return (await exec([...words, `https://localhost:${port}/v2/`])).code === 0 ? true : undefined;
  };
  await eventually("the registry to answer", answers);
  const host = `localhost:${port}`;
  return {
    host,
    env,
    push: async (image, content) => {
      const root = join(directory, "root");
      await mkdir(join(root, "www"), { recursive: true });
      await cp("/bin/busybox", join(root, "bin/busybox"));
      await writeFile(join(root, "www/index.html"), content);
      await execOrFail(["tar", "-C", root, "-cf", join(directory, "layer.tar"), "bin", "www"]);
      const words = ["setpriv", ...inside, "skopeo", "--insecure-policy", "copy", "--quiet"] as const;
      await execOrFail([...words, `tarball:${join(directory, "layer.tar")}`, `docker://${host}/${image}`], { env });
    },
    end: async () => {
      child.kill("SIGKILL");
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

type Configured = {
  readonly directory: string;
  readonly port: number;
  readonly certificate: string;
  readonly key: string;
};

function configuration({ directory, port, certificate, key }: Configured): string {
  return JSON.stringify({
    version: "0.1",
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: join(directory, "images") } },
    http: { addr: `127.0.0.1:${port}`, tls: { certificate, key } },
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
