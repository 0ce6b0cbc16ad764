import { chmod } from "node:fs/promises";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Checkout, checkouts } from "./world/checkout.ts";

const before = "20261121T100000Z-aaaaaaa";

/** Dozens of processes of git each: a busy machine takes its time. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let site: Checkout;
let first: string;
let second: string;

/** Two pushes: everything, then more memory for mail and another blog. */
const all = checkouts(async (made) => {
  const one = await made.commit("Blog and mail", 5);
  await made.write("services/mail.yaml", (await made.read("services/mail.yaml")).replace("256M", "512M"));
  await made.write("static/blog/index.html", "two\n");
  await made.write("static/blog/new.html", "new\n");
  const two = await made.commit("More memory for mail\n\nIt was slow.", 2);
  await made.git("push", "--quiet", "home", "main");
  await made.tell(
    [
      { commit: two, hoursAgo: 2, services: { mail: { snapshot: before, what: ["memory 256M → 512M"] }, blog: {} } },
      { commit: one, hoursAgo: 5, services: { mail: {}, blog: {} } },
    ],
    { mail: [before] },
  );
  return { one, two };
});

beforeEach(async () => {
  ({ site, one: first, two: second } = await all.next());
});

afterEach(() => site.end());
afterAll(() => all.end());

async function message(): Promise<string> {
  return site.git("log", "-1", "--format=%B", "home/main");
}

describe("a rollback of a service", () => {
  test("is a signed commit forward that makes its file as it was before its last change, and nothing else", async () => {
    const { code, out } = await site.freehold(["rollback", "mail", "--yes", "-m", "It swapped."]);
    expect(out).toContain("services/mail.yaml  changes");
    expect(code).toBe(0);
    expect(await site.git("diff", "--name-only", second, "home/main")).toBe("services/mail.yaml\n");
    expect(await site.git("diff", "--name-only", first, "home/main", "--", "services/mail.yaml")).toBe("");
    expect(await site.git("rev-parse", "home/main^")).toBe(`${second}\n`);
    expect(await site.git("log", "-1", "--format=%G?%GS", "home/main")).toBe("Gada\n");
    expect(await message()).toBe(
      `Roll back mail to ${first.slice(0, 7)}\n\nIt swapped.\n\nThe files of mail are as they were in ${first}:\n"Blog and mail"\n\n`,
    );
  });

  test("brings the files that it names along: changed ones, and without those that came later", async () => {
    await site.freehold(["rollback", "blog", "--yes"]);
    expect(await site.git("diff", "--name-status", second, "home/main")).toBe(
      "M\tstatic/blog/index.html\nD\tstatic/blog/new.html\n",
    );
  });

  test("leaves a path that the other version did not name where somebody else needs it", async () => {
    await site.write("services/blog.yaml", "static: static/other\n");
    await site.write("static/other/index.html", "other\n");
    await site.write("services/pages.yaml", "static: static/other\n");
    const third = await site.commit("Another directory, for two", 1);
    await site.git("push", "--quiet", "home", "main");
    await site.freehold(["rollback", "blog", "--to", second, "--yes"]);
    expect(await site.git("diff", "--name-status", third, "home/main")).toBe("M\tservices/blog.yaml\n");
  });

  test("says who else uses what comes back", async () => {
    await site.write("services/pages.yaml", "static: static/blog\n");
    await site.commit("Two of one", 1);
    await site.git("push", "--quiet", "home", "main");
    expect((await site.freehold(["rollback", "blog", "--to", first, "--yes"])).out).toContain(
      "pages also uses files that come back.",
    );
  });

  test("that was not there then takes it out, and says that its data stays for a while", async () => {
    await site.write("services/wiki.yaml", "image: docker.io/library/wiki:1.0\n");
    await site.commit("A wiki", 1);
    await site.git("push", "--quiet", "home", "main");
    const { out } = await site.freehold(["rollback", "wiki", "--to", second, "--yes"]);
    expect(out).toContain("wiki was not there then: it goes");
    expect(await site.git("ls-tree", "--name-only", "home/main", "services/")).not.toContain("wiki");
  });

  test("brings back what the lock of images said of its image, and of no other", async () => {
    const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
    const lock = (mail: string, other: string) =>
      `docker.io/library/mail:1.0: ${digest(mail)}\ndocker.io/library/other:1.0: ${digest(other)}\n`;
    await site.write("images.lock.yaml", lock("a", "a"));
    const third = await site.commit("Images", 1);
    await site.write("images.lock.yaml", lock("b", "b"));
    await site.commit("Newer images", 0.5);
    await site.git("push", "--quiet", "home", "main");
    expect((await site.freehold(["rollback", "mail", "--to", third, "--yes"])).code).toBe(0);
    const text = await site.git("show", "home/main:images.lock.yaml");
    expect(text).toContain(lock("a", "b"));
  });

  test("without a difference makes no commit", async () => {
    const { code, out } = await site.freehold(["rollback", "mail", "--to", second, "--yes"]);
    expect([code, out]).toEqual([0, expect.stringContaining("the files are as they were in")]);
    expect(await site.git("rev-parse", "home/main")).toBe(`${second}\n`);
  });

  test("done twice comes back to where it began", async () => {
    await site.freehold(["rollback", "mail", "--yes"]);
    const back = (await site.git("rev-parse", "HEAD")).trim();
    await site.tell([
      { commit: back, hoursAgo: 1, services: { mail: {} } },
      { commit: second, hoursAgo: 2, services: { mail: {}, blog: {} } },
      { commit: first, hoursAgo: 5, services: { mail: {}, blog: {} } },
    ]);
    await site.freehold(["rollback", "mail", "--yes"]);
    expect(await site.git("diff", "--name-only", second, "home/main")).toBe("");
  });

  test("is asked for: without a terminal and --yes nothing happens", async () => {
    const { code, err } = await site.freehold(["rollback", "mail"]);
    expect([code, err]).toEqual([2, expect.stringContaining("--yes does it without asking")]);
    expect(await site.git("ls-remote", "home", "main")).toContain(second);
  });

  test("that would not fit the rest of now is refused before anything is sent", async () => {
    await site.write("services/mail.yaml", "image: docker.io/library/mail:2.0\nreach: [blog]\n");
    const third = await site.commit("Mail talks to the blog", 1);
    await site.write("services/mail.yaml", "image: docker.io/library/mail:2.0\n");
    await site.git("rm", "--quiet", "services/blog.yaml");
    await site.commit("No blog", 0.5);
    await site.git("push", "--quiet", "home", "main");
    const { code, err } = await site.freehold(["rollback", "mail", "--to", third, "--yes"]);
    expect(code).toBe(10);
    expect(err).toContain("REACH_UNKNOWN_SERVICE");
    expect(err).toContain("Nothing was changed");
    expect(await site.git("log", "-1", "--format=%s", "home/main")).toBe("No blog\n");
  });

  test.each([
    [["rollback", "mial", "--yes"], "did you mean mail?"],
    [["rollback", "mail", "--to", "nowhere", "--yes"], 'expected a branch, a tag or a commit, got "nowhere"'],
    [["rollback", "mail", "--to", "30d", "--yes"], "expected a time at which the site ran"],
    [["rollback", "mail", "--to", "2027-01-01", "--yes"], "expected a time that is over"],
  ])("that cannot be meant is explained: %j", async (words, sentence) => {
    const { code, err } = await site.freehold(words);
    expect(code).not.toBe(0);
    expect(err.replaceAll(/\s+/g, " ")).toContain(sentence);
  });

  test("leads to no commit that never was on the site's branch", async () => {
    await site.git("checkout", "--quiet", "-b", "trial");
    const trial = await site.commit("A trial");
    expect((await site.freehold(["rollback", "mail", "--to", trial, "--yes"])).err).toContain("never was on it");
  });
});

describe("the whole site", () => {
  test("goes back to a time: all services and site.yaml, but not people, secrets and who may sign", async () => {
    await site.write("site.yaml", "name: home\ndomain: example.net\nsources: {webhook: hook}\n");
    await site.write("people.yaml", "ada:\n  title: Ada\nbob:\n  title: Bob\n");
    await site.write("notes.md", "Mine.\n");
    const third = await site.commit("Another domain", 1);
    await site.git("push", "--quiet", "home", "main");
    await site.tell([
      { commit: third, hoursAgo: 1, services: { mail: {}, blog: {} } },
      { commit: second, hoursAgo: 2, services: { mail: {}, blog: {} } },
      { commit: first, hoursAgo: 5, services: { mail: {}, blog: {} } },
    ]);
    await site.write("secrets.yaml", "");
    const { code, out, err } = await site.freehold(["rollback", "--to", "3h", "--yes"]);
    expect([code, err]).toEqual([10, expect.stringContaining("webhook")]); // the secret is not there: said before it is sent
    expect(out).toBe("");
  });

  test("is not all that lies in its repository: notes stay, also when there are no services at all", async () => {
    await site.git("rm", "--quiet", "-r", "services", "static");
    await site.write("notes.md", "one\n");
    const third = await site.commit("Nothing", 1);
    await site.write("notes.md", "two\n");
    await site.write("site.yaml", "name: home\ndomain: example.net\n");
    const fourth = await site.commit("Nothing at another domain", 0.5);
    await site.git("push", "--quiet", "home", "main");
    expect((await site.freehold(["rollback", "--to", third, "--yes"])).code).toBe(0);
    expect(await site.git("diff", "--name-only", fourth, "home/main")).toBe("site.yaml\n");
  });

  test("without --to goes back to what was live before the last change", async () => {
    const { code, out } = await site.freehold(["rollback", "--yes"]);
    expect(code).toBe(0);
    expect(out).toContain("people.yaml, secrets.yaml and who may sign stay as they are now.");
    expect(await site.git("diff", "--name-only", first, "home/main")).toBe("");
  });
});

describe("who people are and who may sign", () => {
  const signers = (...names: readonly string[]) =>
    `name: home\ndomain: example.org\nsources:\n  signers: [${names.join(", ")}]\n`;
  const key = (name: string) =>
    `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB2oTDvJ8jZ0mXQ4tY6s1WcF3pLr7hKxN9eUaGzVbRqM ${name}`;

  test("never goes back with the whole site: who left does not return", async () => {
    await site.write("site.yaml", signers(key("eve")));
    await site.write("people.yaml", "ada:\n  title: Ada\neve:\n  title: Eve\n");
    const with_ = await site.commit("Eve comes", 1.5);
    await site.write("site.yaml", `${signers(key("ada"))}contact: ada@example.org\n`);
    await site.write("people.yaml", "ada:\n  title: Ada\n");
    await site.write("services/blog.yaml", "static: static/blog\n");
    const without = await site.commit("Eve goes, and the blog is private", 1);
    await site.git("push", "--quiet", "home", "main");
    expect((await site.freehold(["rollback", "--to", with_, "--yes"])).code).toBe(0);
    expect(await site.git("diff", "--name-only", without, "home/main")).toBe("services/blog.yaml\nsite.yaml\n");
    const text = await site.git("show", "home/main:site.yaml");
    expect(text).toContain(key("ada"));
    expect(text).not.toContain("eve");
    expect(text).not.toContain("contact");
  });

  test("does not go back because a service names such a file", async () => {
    const names =
      "image: docker.io/library/mail:1.0\nfiles: {/people.yaml: people.yaml, /blog.yaml: services/blog.yaml}\n";
    await site.write("services/mail.yaml", names);
    const third = await site.commit("Mail reads our files", 1);
    await site.write("services/mail.yaml", "image: docker.io/library/mail:1.0\n");
    await site.write("people.yaml", "ada:\n  title: Countess\n");
    await site.write("services/blog.yaml", "static: static/blog\n");
    const fourth = await site.commit("It does not", 0.5);
    await site.git("push", "--quiet", "home", "main");
    await site.freehold(["rollback", "mail", "--to", third, "--yes"]);
    expect(await site.git("diff", "--name-only", fourth, "home/main")).toBe("services/mail.yaml\n");
  });
});

describe("data", () => {
  test("comes back by a line in the commit that somebody signed: the state in which that version was left", async () => {
    const { out } = await site.freehold(["rollback", "mail", "--data", "--yes"]);
    expect(out).toContain("mail: its data is that of 2026-11-21 10:00 again; what it has now is kept");
    expect((await message()).trimEnd().split("\n").at(-1)).toBe(`Restore-State: mail ${before}`);
    const trailers = await site.git("log", "-1", "--format=%(trailers:key=Restore-State,valueonly)", "home/main");
    expect(trailers.trim()).toBe(`mail ${before}`); // git reads it as we do
  });

  test("comes back alone, when the files are as they were already", async () => {
    await site.freehold(["rollback", "mail", "--yes"]);
    const { code } = await site.freehold(["rollback", "mail", "--to", first, "--data", "--yes"]);
    expect(code).toBe(0);
    expect(await site.git("diff", "--name-only", "home/main^", "home/main")).toBe("");
    expect(await message()).toContain(`Restore-State: mail ${before}`);
  });

  test("of a snapshot that is named", async () => {
    await site.freehold(["rollback", "mail", `--data=${before}`, "--yes"]);
    expect(await message()).toContain(`Restore-State: mail ${before}`);
  });

  test.each([
    [["blog"], "", "expected a snapshot of blog since"],
    [["mail"], "=20261121T110000Z-bbbbbbb", `expected the snapshot 20261121T110000Z-bbbbbbb of mail, got ${before}`],
    [["mail"], "=../../etc", 'expected the name of a snapshot, got "../../etc"'],
    [["mail", "blog"], `=${before}`, "expected one SERVICE with the name of a snapshot"],
  ])("that is not there is not asked for: %j --data%s", async (services, data, sentence) => {
    const { code, err } = await site.freehold(["rollback", ...services, "--to", first, `--data${data}`, "--yes"]);
    expect(code).not.toBe(0);
    expect(err.replaceAll(/\s+/g, " ")).toContain(sentence);
    expect(await site.git("log", "-1", "--format=%s", "home/main")).toBe("More memory for mail\n");
  });

  test("cannot be found where nobody tells what is kept", async () => {
    await site.git("push", "--quiet", "home", ":refs/freehold/journal");
    expect((await site.freehold(["rollback", "mail", "--data", "--yes"])).err).toContain("to tell which data is kept");
  });
});

describe("the person's checkout", () => {
  test("moves along when nothing in it is lost by that", async () => {
    await site.freehold(["rollback", "mail", "--yes"]);
    expect(await site.git("status", "--porcelain")).toBe("");
    expect(await site.git("rev-parse", "HEAD")).toBe(await site.git("rev-parse", "home/main"));
    expect(await site.read("services/mail.yaml")).toContain("256M");
  });

  test("stays as it is when there is something in it that is not committed", async () => {
    await site.write("services/blog.yaml", "half done\n");
    const { out } = await site.freehold(["rollback", "mail", "--yes"]);
    expect(out).toContain("when what you changed here is committed");
    expect(await site.read("services/blog.yaml")).toBe("half done\n");
    expect(await site.git("rev-parse", "HEAD")).toBe(`${second}\n`);
  });

  test("and commits that were not pushed stay where they are, and are not pushed along", async () => {
    await site.write("services/draft.yaml", "image: docker.io/library/draft:1.0\n");
    const mine = await site.commit("A draft");
    expect((await site.freehold(["rollback", "mail", "--yes"])).out).toContain(
      "next: git pull home main brings it into this checkout",
    );
    expect(await site.git("rev-parse", "HEAD")).toBe(`${mine}\n`);
    expect(await site.git("log", "--format=%s", "home/main")).not.toContain("A draft");
  });

  test("need not be there at all on the machine: then it is said what is needed", async () => {
    const { code, err } = await site.freehold(["rollback", "mail"], "/");
    expect(code).toBe(1);
    expect(err.replaceAll(/\s+/g, " ")).toContain("a rollback is a commit that you sign");
  });
});

test("where nobody tells what was live, the last commit that changed the service's own file is taken back", async () => {
  await site.git("push", "--quiet", "home", ":refs/freehold/journal");
  await site.freehold(["rollback", "mail", "--yes"]);
  expect(await site.git("show", "home/main:services/mail.yaml")).toContain("256M");
});

test("a push that is refused changes nothing, and says what the other side said", async () => {
  await site.write("../home.git/hooks/pre-receive", "#!/bin/sh\necho not by you\nexit 1\n");
  await chmod(`${site.remote}/hooks/pre-receive`, 0o755);
  const { code, err } = await site.freehold(["rollback", "mail", "--yes"]);
  expect(code).toBe(1);
  expect(err).toContain("not by you");
  expect(err).toContain("expected home to take the rollback, got a refusal");
  expect(await site.git("rev-parse", "HEAD")).toBe(`${second}\n`);
});
