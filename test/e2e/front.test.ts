import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runningContainer } from "../world/containers.ts";
import { endMachines } from "../world/machine.ts";
import { addresses } from "../world/network.ts";
import { createLab, type TestSite } from "../world/site.ts";

const echo = "https://echo.lab.test";
let lab: TestSite;

beforeAll(async () => {
  lab = await createLab({
    "services/echo.yaml": "build: images/probe\nport: 8080\nexpose: public\n",
    "services/alpha.yaml": `build: images/probe
command: [proxied, 7000]
ports: {raw: {port: 7000, client-address: proxy-v2}}
health: {tcp: 7000}
expose: public
`,
  });
  await lab.mustUp();
});
afterAll(endMachines);

type Asked = { readonly headers: Readonly<Record<string, string>>; readonly all: readonly [string, string][] };

describe("the front door", () => {
  test("tells a service who asked and how", async () => {
    const asked = await ask([]);
    expect(asked.headers).toMatchObject({
      host: "echo.lab.test",
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "https",
    });
  });

  test("does not believe a visitor who says that he is somebody else", async () => {
    const lies = [
      "X-Forwarded-For: 6.6.6.6",
      "X-Forwarded-Proto: http",
      "X-Forwarded-Host: evil.test",
      "X-Real-IP: 6.6.6.6",
      "Forwarded: for=6.6.6.6",
    ];
    const asked = await ask([...lies, ...lies].flatMap((lie) => ["-H", lie]));
    expect(JSON.stringify(asked.all)).not.toMatch(/6\.6\.6\.6|evil/);
    expect(asked.all.filter(([name]) => name === "x-forwarded-for")).toEqual([["x-forwarded-for", "127.0.0.1"]]);
  });

  test("hands on the true address of somebody in the home network", async () => {
    const { stdout } = await lab.machine.outside([
      "curl",
      "-sS",
      "--cacert",
      lab.authority,
      "--resolve",
      `echo.lab.test:443:${addresses.machineAtHome}`,
      echo,
    ]);
    const asked: Asked = JSON.parse(stdout);
    expect(asked.headers["x-forwarded-for"]).toBe(addresses.neighbour);
  });

  test("carries plain TCP on a port of its own, and hands on the true address by PROXY protocol", async () => {
    const talk = `exec 3<>/dev/tcp/${addresses.machineAtHome}/7000; cat <&3`;
    const { stdout } = await lab.machine.outside(["bash", "-c", talk]);
    expect(stdout).toBe(`you are ${addresses.neighbour}\n`);
  });

  test("carries WebSockets, and keeps them through a reload", async () => {
    const script = `
      const socket = new WebSocket("wss://echo.lab.test/websocket");
      const say = (text) => new Promise((resolve) => { socket.onmessage = ({ data }) => resolve(data); socket.send(text); });
      socket.onopen = async () => {
        console.log(await say("before"));
        process.stdin.once("data", async () => { console.log(await say("after")); process.exit(0); });
      };
      socket.onerror = () => process.exit(1);`;
    const { process: client } = await lab.machine.start([
      "env",
      `NODE_EXTRA_CA_CERTS=${lab.authority}`,
      process.execPath,
      "-e",
      script,
    ]);
    const lines = client.stdout?.setEncoding("utf8")[Symbol.asyncIterator]();
    expect((await lines?.next())?.value).toBe("before\n");
    await lab.write({ "services/later.yaml": "build: images/probe\nport: 8080\nexpose: public\n" });
    await lab.mustUp();
    client.stdin?.write("go\n");
    expect((await lines?.next())?.value).toBe("after\n");
  });

  test("drops no request while names come and go", async () => {
    const front = await runningContainer(lab.machine, "lab.front.haproxy");
    const load = lab.machine.exec([
      "sh",
      "-c",
      `for i in $(seq 400); do curl -sS --cacert ${lab.authority} -o /dev/null -w '%{http_code}\\n' ${echo}/$i; done | sort | uniq -c`,
    ]);
    await lab.write({ "services/later.yaml": undefined });
    await lab.mustUp();
    await lab.write({ "services/later.yaml": "build: images/probe\nport: 8080\nexpose: public\n" });
    await lab.mustUp();
    expect((await load).stdout.trim()).toBe("400 200");
    expect(await runningContainer(lab.machine, "lab.front.haproxy")).toEqual(front);
  });

  test("answers a name of nobody's, and no name at all, with its own page", async () => {
    for (const words of [
      ["https://nobody.lab.test/"],
      ["-k", "https://127.0.0.1/"],
      ["-k", "-H", "Host: other.example", echo],
    ]) {
      const { stdout } = await lab.curl(["-w", "\n%{http_code}", ...words]);
      expect(stdout).toMatch(/<title>[\s\S]*\n(404|421)$/);
    }
  });

  test("says in its log which service was asked by whom, and nothing of queries' secrets", async () => {
    await lab.curl([`${echo}/?token=hunter2`]);
    const { code, stdout } = await lab.machine.freehold(["logs", "echo"]);
    expect(code).toBe(0);
    expect(stdout).toContain("127.0.0.1");
  });
});

async function ask(words: readonly string[]): Promise<Asked> {
  const { stdout } = await lab.curl([...words, `${echo}/`]);
  const asked: Asked = JSON.parse(stdout);
  return asked;
}
