import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExecResult } from "../src/lib/exec.ts";
import { endMachines } from "../test/world/machine.ts";
import { makePerson, type TestPerson } from "../test/world/person.ts";
import { eventually } from "../test/world/wait.ts";
import { type Bench, createBench, switchVersion } from "./running-image.ts";

const subnet = "10.230.9";
const standing = { smtp: `${subnet}.2`, imap: `${subnet}.3`, filter: `${subnet}.4`, store: `${subnet}.5` } as const;
const needed = { smtp: ["SETGID", "SETUID"], imap: [], filter: [], store: [] } as const;
type Part = keyof typeof standing;

let bench: Bench;
let ada: TestPerson;
let people: string;
let tls: string;

beforeAll(async () => {
  bench = await createBench();
  ada = await makePerson("ada", join(bench.machine.disk, "devices"));
  people = await bench.directory("people");
  tls = await bench.directory("tls");
  await switchVersion(people, "1", { passwords: `ada:${ada.hash}\n`, addresses: "ada@example.org ada\n" });
  await switchVersion(tls, "1", await certificate("first"));
  const network = [
    "network",
    "create",
    "--disable-dns",
    "--subnet",
    `${subnet}.0/24`,
    "--gateway",
    `${subnet}.1`,
    "mail",
  ];
  await bench.podman(network);
  for (const part of ["store", "filter", "imap", "smtp"] as const) await run(part);
  await eventually("everything to listen", async () => {
    const ports = { smtp: 10025, imap: 10993, filter: 11332, store: 6379 };
    const knocks = Object.entries(ports).map(([part, port]) => knock(part, port));
    return (await Promise.all(knocks)).every((answered) => answered) ? true : undefined;
  });
});
afterAll(endMachines);

/** Starts a part as freehold does, with these capabilities instead of those that it needs. */
async function run(
  part: Part,
  capabilities: readonly string[] = needed[part],
  name: string = part,
): Promise<ExecResult> {
  const state = await bench.directory(`state-${name}`);
  const mounts = {
    smtp: [`${people}:/run/people:ro`, `${tls}:/run/tls:ro`, `${state}:/var/spool/postfix`],
    imap: [`${people}:/run/people:ro`, `${tls}:/run/tls:ro`, `${state}:/var/lib/mail`],
    filter: [],
    store: [],
  }[part];
  return bench.podman([
    ...["run", "--detach", `--name=${name}`, "--network=mail", ...(name === part ? [`--ip=${standing[part]}`] : [])],
    ...[
      "--read-only",
      "--cap-drop=all",
      "--security-opt=no-new-privileges",
      "--uidmap=0:268435456:65536",
      "--gidmap=0:268435456:65536",
    ],
    ...Object.entries(standing).map(([host, address]) => `--add-host=${host}:${address}`),
    ...[
      "--env=FREEHOLD_DOMAIN=example.org",
      "--env=FREEHOLD_DOMAINS=example.org",
      "--env=FREEHOLD_HOST=mail.example.org",
    ],
    ...mounts.map((mount) => `--volume=${mount}`),
    ...capabilities.map((capability) => `--cap-add=${capability}`),
    await bench.reference(`mail-${part}`),
  ]);
}

async function knock(part: string, port: number): Promise<boolean> {
  const { stdout } = await bench.podman(["inspect", part, "--format={{.NetworkSettings.Networks.mail.IPAddress}}"]);
  return (await bench.machine.exec(["bash", "-c", `exec 3<>/dev/tcp/${stdout.trim()}/${port}`])).code === 0;
}

async function inside(part: string, script: string): Promise<string> {
  const { stdout, stderr } = await bench.podman(["exec", part, "sh", "-c", script]);
  return stdout + stderr;
}

/** A certificate for a name that says which one it is. */
async function certificate(name: string): Promise<Record<string, string>> {
  const directory = join(bench.machine.disk, `certificate-${name}`);
  await mkdir(directory);
  const words = [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "2",
    "-subj",
    `/CN=${name}`,
  ];
  const files = ["-keyout", join(directory, "key.pem"), "-out", join(directory, "certificate.pem")];
  await bench.machine.exec(["openssl", "req", "-x509", ...words, ...files]);
  const text = async (file: string): Promise<string> =>
    (await bench.machine.exec(["cat", join(directory, file)])).stdout;
  return { "key.pem": await text("key.pem"), "certificate.pem": await text("certificate.pem") };
}

/** What certificate a port shows, asked as the front door asks, by the PROXY protocol. */
async function shown(address: string, port: number): Promise<string> {
  const script = `import socket, ssl
s = socket.create_connection(("${address}", ${port}))
s.sendall(b"PROXY TCP4 203.0.113.66 203.0.113.10 4000 ${port}\\r\\n")
c = ssl._create_unverified_context().wrap_socket(s)
print(ssl.DER_cert_to_PEM_cert(c.getpeercert(True)))
`;
  const { stdout, stderr } = await bench.machine.exec(["/usr/bin/python3", "-c", script]);
  if (stdout === "") throw new Error(stderr);
  const { stdout: subject } = await bench.machine.exec(["openssl", "x509", "-noout", "-subject"], { input: stdout });
  return subject.trim();
}

describe("the images for mail", () => {
  test("have settings that their programs find no fault with", async () => {
    expect(await inside("smtp", "postconf -n >/dev/null; postconf -M >/dev/null")).toBe("");
    expect(await inside("imap", "doveconf -n >/dev/null")).toBe("");
    const { stdout, stderr } = await bench.podman(["logs", "filter"]);
    expect(stdout + stderr).not.toMatch(/lua error|init of .* failed|cannot parse|unknown (worker|attribute)/i);
  });

  test("know nobody and no name but what comes by mounts and environment", async () => {
    const places = "/etc/postfix /etc/freehold-postfix /etc/dovecot /etc/rspamd /etc/valkey /usr/share/freehold";
    for (const part of ["smtp", "imap", "filter", "store"]) {
      const words = [
        "run",
        "--rm",
        "--network=none",
        "--entrypoint=/bin/sh",
        await bench.reference(`mail-${part}`),
        "-c",
      ];
      const { stdout } = await bench.podman([...words, `grep -rlE "BEGIN [A-Z ]*KEY|argon2id" ${places} 2>/dev/null`]);
      expect(stdout, part).toBe("");
    }
  });

  test("show a new certificate within seconds, and go on", async () => {
    expect(await shown(standing.imap, 10993)).toBe("subject=CN = first");
    expect(await shown(standing.smtp, 10465)).toBe("subject=CN = first");
    await switchVersion(tls, "2", await certificate("second"));
    for (const [address, port] of [
      [standing.imap, 10993],
      [standing.smtp, 10465],
    ] as const) {
      await eventually(`the new certificate on ${port}`, async () =>
        (await shown(address, port)) === "subject=CN = second" ? true : undefined,
      );
    }
  });

  test("take up a person who comes without a restart", async () => {
    const ben = await makePerson("ben", join(bench.machine.disk, "devices"));
    await switchVersion(people, "2", {
      passwords: `ada:${ada.hash}\nben:${ben.hash}\n`,
      addresses: "ada@example.org ada\nben@example.org ben\nboth@example.org ada\nboth@example.org ben\n",
    });
    await eventually("ben", async () =>
      (await inside("imap", "doveadm user ben")).includes("/var/lib/mail/ben") ? true : undefined,
    );
    await eventually("the aliases", async () =>
      (await inside("smtp", "postmap -q both@example.org lmdb:/tmp/postfix/maps/aliases")) ===
      "ada@example.org,ben@example.org\n"
        ? true
        : undefined,
    );
    expect(
      await inside("imap", "doveadm auth test -x service=imap -x rip=198.51.100.7 both@example.org wrong"),
    ).toMatch(/failed/);
  });

  test.each([["SETGID"], ["SETUID"]])("need %s beside the other one for Postfix", async (only) => {
    await run("smtp", [only], `without-${only.toLowerCase()}`);
    await eventually("its end", async () => {
      const { stdout } = await bench.podman(["logs", `without-${only.toLowerCase()}`]);
      const { stderr } = await bench.podman(["logs", `without-${only.toLowerCase()}`]);
      return /setpriv: .*not permitted/.test(stdout + stderr) ? true : undefined;
    });
  });
});
