import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runningContainers } from "../world/containers.ts";
import { type Inbox, readInbox } from "../world/imap.ts";
import { endMachines } from "../world/machine.ts";
import { createMail, type MailWorld } from "../world/mail.ts";
import { addresses } from "../world/network.ts";
import { eventually } from "../world/wait.ts";

let mail: MailWorld;

beforeAll(async () => {
  mail = await createMail();
  await mail.machine.exec(["sh", "-c", "echo 127.0.0.1 localhost mail.example.org > /etc/hosts"]);
});
afterAll(endMachines);

/** As a person waits for it, on a machine that does other work as well; milliseconds. */
function expectQuick({ took }: Inbox): void {
  expect(took).toMatchObject({ login: expect.any(Number), select: expect.any(Number), newest: expect.any(Number) });
  expect(took.login + took.select + took.newest).toBeLessThan(3000);
}

/** Bytes that mail's parts use together, as the kernel counts. */
async function memoryOfMail(): Promise<number> {
  const { services }: { services: readonly { name: string; memory: number }[] } = JSON.parse(
    await mail.site.must(["status", "--json"]),
  );
  return services.find(({ name }) => name === "mail")?.memory ?? 0;
}

test("10,000 messages, as fast as they come, all arrive in one mailbox, which stays quick", async () => {
  const before = await runningContainers(mail.machine);
  const flood = join(import.meta.dirname, "../world/mail-flood.py");
  const words = [addresses.machine, "25", "10000", "ada@example.org"];
  const sent = await mail.machine.outside(["/usr/bin/python3", flood, ...words], { timeout: 400_000 });
  expect(sent).toMatchObject({ code: 0 });
  await eventually(
    "all to have arrived",
    async () => ((await readInbox(mail.site, mail.site.ada)).count >= 10_000 ? true : undefined),
    200_000,
  );
  const inbox = await readInbox(mail.site, mail.site.ada, "X-Label");
  expect(new Set(inbox.values).size).toBe(10_000);
  expectQuick(inbox);
  expect(await memoryOfMail()).toBeLessThan(512 * 1024 ** 2);
  expect(await runningContainers(mail.machine)).toEqual(before);
});

describe("a mailbox of 2 GB", () => {
  test("that was put there by other means is indexed, and then quick, within the parts' memory", async () => {
    const before = await runningContainers(mail.machine);
    const maildir = join(mail.machine.root, "sites/lab/state/mail/imap/mailboxes/ben/Maildir");
    const script = `set -e; umask 077; mkdir -p "$0/cur" "$0/new" "$0/tmp"
      head -c 525000 /dev/urandom | base64 -w 76 > "$0/../body"
      for n in $(seq 3000); do { printf 'From: joe@elsewhere.example\\nSubject: Letter %s\\nX-Label: %s\\n\\n' $n $n; cat "$0/../body"; } > "$0/new/1795000000.M$n.old"; done
      rm "$0/../body"; chown -R --reference="$0/../.." "$0/.."; du -sm "$0"`;
    const made = await mail.machine.exec(["sh", "-c", script, maildir], { timeout: 200_000 });
    expect(made).toMatchObject({ code: 0 });
    expect((await readInbox(mail.site, mail.site.ben)).count).toBe(3000);
    const again = await readInbox(mail.site, mail.site.ben, "X-Label");
    expect(again.count).toBe(3000);
    expect(again.size).toBeGreaterThan(700_000);
    expect(new Set(again.values).size).toBe(3000);
    expectQuick(again);
    await mail.swaks(25, ["--from", "joe@elsewhere.example", "--to", "ben@example.org", "--body", "one more"]);
    await eventually("one more", async () =>
      (await readInbox(mail.site, mail.site.ben)).count === 3001 ? true : undefined,
    );
    expect(await memoryOfMail()).toBeLessThan(512 * 1024 ** 2);
    expect(await runningContainers(mail.machine)).toEqual(before);
  });
});
