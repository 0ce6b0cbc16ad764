import { beforeAll, describe, expect, test } from "vitest";
import { secretsFile } from "../../test/secrets/sealed.ts";
import { loadFiles, problemLine } from "./cases/case.ts";
import type { Loaded } from "./load.ts";

const image = "image: docker.io/library/nginx:1.29\n";
const recipient = "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z";

let sealed = "";
beforeAll(async () => {
  sealed = await secretsFile([recipient], { "vault-token": "hunter2", "mail-dkim": "-----\n", empty: "" });
});

function loadApp(service: string, secrets = sealed): Promise<Loaded> {
  return loadFiles({ "services/app.yaml": service, "services/other.yaml": image, "secrets.yaml": secrets });
}

async function lines(service: string, secrets?: string): Promise<string[]> {
  return (await loadApp(service, secrets)).problems.map(problemLine);
}

describe("a service's secrets", () => {
  test("are variables and files, sorted, beside what secrets.yaml has sealed", async () => {
    const { site, problems, files } = await loadApp(
      `${image}secrets: {TOKEN: vault-token, /run/secrets/dkim.key: mail-dkim, AGAIN: vault-token}\n`,
    );
    expect(problems).toEqual([]);
    expect(files).toContain("secrets.yaml");
    expect(site?.services[0]?.parts[0]?.secrets).toEqual([
      { secret: "mail-dkim", as: "file", path: "/run/secrets/dkim.key" },
      { secret: "vault-token", as: "variable", variable: "AGAIN" },
      { secret: "vault-token", as: "variable", variable: "TOKEN" },
    ]);
    expect(Object.keys(site?.secrets.values ?? {})).toEqual(["empty", "mail-dkim", "vault-token"]);
    expect(site?.secrets.values["vault-token"]).toMatch(/^ENC\[AES256_GCM,/);
    expect(site?.secrets.keys.map((key) => key.recipient)).toEqual([recipient]);
    expect(JSON.stringify(site)).not.toContain("hunter2");
  });

  test("belong to a part where there are several", async () => {
    const parts = "parts:\n  server:\n    image: docker.io/library/nginx:1.29\n    secrets: {TOKEN: vault-tokn}\n";
    expect(await lines(parts)).toEqual(["services/app.yaml:4:22 SECRET_UNKNOWN"]);
    expect(await lines(`${parts}secrets: {TOKEN: vault-token}\n`)).toContain("services/app.yaml:5:1 KEY_MISPLACED");
  });

  test.each([
    ["are in secrets.yaml", "{TOKEN: nothing}", "2:18 SECRET_UNKNOWN"],
    ["are no values", "{TOKEN: Hunter2!}", "2:18 NAME_INVALID"],
    ["have variables that programs can read", "{MY-TOKEN: vault-token}", "2:11 ENV_NAME_INVALID"],
    ["have plain paths", "{/run/../x: vault-token}", "2:11 PATH_INVALID"],
    ["stay out of what is the kernel's", "{/proc/x: vault-token}", "2:11 PATH_INVALID"],
    ["are a map", "[vault-token]", "2:10 TYPE_WRONG"],
    ["have names as text", "{TOKEN: [a]}", "2:18 TYPE_WRONG"],
  ])("%s", async (_rule, secrets, expected) => {
    expect(await lines(`${image}secrets: ${secrets}\n`)).toEqual([`services/app.yaml:${expected}`]);
  });

  test("are not in env as well, nor where something else is", async () => {
    expect(await lines(`${image}env: {TOKEN: x}\nsecrets: {TOKEN: vault-token}\n`)).toEqual([
      "services/app.yaml:3:11 ENV_TWICE",
    ]);
    expect(await lines(`${image}state: {data: /data}\nsecrets: {/data: vault-token}\n`)).toEqual([
      "services/app.yaml:3:11 MOUNT_TWICE",
    ]);
  });

  test("that are not there are told with the nearest one and the command that makes it", async () => {
    const hints = async (name: string) => (await loadApp(`${image}secrets: {TOKEN: ${name}}\n`)).problems[0]?.hint;
    expect(await hints("vault-tokne")).toBe("did you mean vault-token? otherwise: freehold secrets set vault-tokne");
    expect(await hints("entirely-different")).toBe("freehold secrets set entirely-different");
  });

  test("that were written out by mistake are not shown", async () => {
    for (const value of ["Hunter2!", "hunter2-", "[hunter2]", "hunter2 hunter2", "{a: hunter2}"]) {
      const { problems } = await loadApp(`${image}secrets:\n  TOKEN: ${value}\n`);
      expect(problems).toHaveLength(1);
      expect(JSON.stringify(problems)).not.toMatch(/hunter2/i);
    }
  });

  test("are not missed by a service that is retired", async () => {
    expect(await lines(`${image}secrets: {TOKEN: nothing}\nstage: retired\n`)).toEqual([]);
  });

  test("need a secrets.yaml", async () => {
    const { problems } = await loadFiles({ "services/app.yaml": `${image}secrets: {TOKEN: vault-token}\n` });
    expect(problems).toMatchObject([{ code: "SECRET_UNKNOWN", hint: "freehold secrets set vault-token" }]);
  });
});

describe("a broken secrets.yaml", () => {
  test.each([
    ["cut", (text: string) => text.slice(0, text.indexOf("sops:")), "SECRETS_CUT"],
    ["in the middle of a merge", (text: string) => `<<<<<<< HEAD\n${text}`, "SECRETS_CONFLICT"],
    ["open", () => "vault-token: hunter2\n", "SECRET_UNSEALED"],
  ])("(%s) stops the services that ask for secrets, and no others", async (_what, mend, code) => {
    const loaded = await loadApp(`${image}secrets: {TOKEN: vault-token}\n`, mend(sealed));
    expect(loaded.problems.map((problem) => problem.code)).toContain(code);
    expect(loaded.problems.every(({ place }) => place?.file === "secrets.yaml")).toBe(true);
    expect([loaded.broken, loaded.site?.services.map(({ name }) => name)]).toEqual([["app"], ["other"]]);
    expect(JSON.stringify(loaded)).not.toContain("hunter2");
  });
});

test("the webhook's secret must be there, and a site without it runs all the same", async () => {
  const webhook = (name: string) => ({ "site.yaml": `name: home\ndomain: example.org\nsources: {webhook: ${name}}\n` });
  const good = await loadFiles({ ...webhook("vault-token"), "secrets.yaml": sealed });
  expect({ problems: good.problems, sources: good.site?.sources }).toEqual({
    problems: [],
    sources: { webhook: "vault-token" },
  });
  const bad = await loadFiles({ ...webhook("vault-tokn"), "secrets.yaml": sealed });
  expect(bad.problems.map(problemLine)).toEqual([expect.stringContaining("SECRET_UNKNOWN")]);
  expect(bad.site?.name).toBe("home");
});

test("a service cannot have the webhook's host, unless there is no webhook", async () => {
  const service = { "services/hooks.yaml": `${image}port: 8080\nexpose: public\n` };
  const webhook = "name: home\ndomain: example.org\nsources: {webhook: vault-token}\n";
  expect((await loadFiles(service)).problems).toEqual([]);
  const taken = await loadFiles({ ...service, "site.yaml": webhook, "secrets.yaml": sealed });
  expect(taken.problems.map(({ code }) => code)).toEqual(["EXPOSE_TAKEN"]);
  expect(taken.broken).toEqual(["hooks"]);
});
