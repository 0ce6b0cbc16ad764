import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { get } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execOrFail, start } from "../../src/lib/exec.ts";
import { makeAuthority } from "./authority.ts";
import { eventually } from "./wait.ts";

/** Debian's docker-registry on a loopback port, with a certificate. */
export type TestRegistry = {
  /** `localhost:PORT`. */
  readonly host: string;
  /** What a program's environment needs so that it believes the registry's certificate. */
  readonly env: NodeJS.ProcessEnv;
  /** Makes an image and pushes it; another `content`, another digest. */
  push(image: string, content: string): Promise<void>;
  end(): Promise<void>;
};

/** Starts a registry that is empty. */
export async function createRegistry(): Promise<TestRegistry> {
  const directory = await mkdtemp(join(tmpdir(), "freehold-registry-"));
  const port = await freePort();
  const authority = await makeAuthority(directory);
  const issued = await authority.issue(["localhost"]);
  const file = (name: string): string => join(directory, name);
  const [config, certificate, key] = [file("config.yml"), file("server.pem"), file("server.key")];
  await writeFile(certificate, issued.certificate);
  await writeFile(key, issued.key, { mode: 0o600 });
  await writeFile(config, configuration({ directory, port, certificate, key }));
  const env = { PATH: process.env.PATH, HOME: directory, TMPDIR: directory, SSL_CERT_FILE: authority.path };
  const child = start(["setpriv", "--pdeathsig", "KILL", "docker-registry", "serve", config], { env, stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await eventually("the registry to answer", () => answers(port));
  const host = `localhost:${port}`;
  return {
    host,
    env,
    push: async (image, content) => {
      const root = join(directory, "root");
      await mkdir(root, { recursive: true });
      await writeFile(join(root, "content"), content);
      await execOrFail(["tar", "-C", root, "-cf", join(directory, "layer.tar"), "content"]);
      const words = ["skopeo", "--insecure-policy", "copy", "--quiet"] as const;
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

function answers(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path: "/v2/", rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? true : undefined);
    });
    request.on("error", () => resolve(undefined));
  });
}
