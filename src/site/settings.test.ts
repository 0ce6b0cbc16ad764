import { expect, test } from "vitest";
import { settingsOf } from "./settings.ts";

const file = "services/mail.yaml";

test("each leaf is a setting, with the line that it stands on", () => {
  const text = `# Mail
title: Mail
limits: {memory: 256M, cpu: 0.50}
files:
  /etc/app.conf: files/app.conf
parts:
  imap:
    port: 993
`;
  expect(settingsOf(file, text)).toEqual([
    { path: "title", value: "Mail", line: 2 },
    { path: "limits.memory", value: "256M", line: 3 },
    { path: "limits.cpu", value: "0.50", line: 3 },
    { path: 'files["/etc/app.conf"]', value: "files/app.conf", line: 5 },
    { path: "parts.imap.port", value: "993", line: 8 },
  ]);
});

test("a list is one setting, an empty map too, and a value on the next line is found there", () => {
  const text = `reach: [mail:587, internet]
expose:
  - {host: a, to: public}
env: {}
title:
  Long
health:
`;
  expect(settingsOf(file, text)).toEqual([
    { path: "reach", value: "[mail:587, internet]", line: 1 },
    { path: "expose", value: "[{host: a, to: public}]", line: 3 },
    { path: "env", value: "{}", line: 4 },
    { path: "title", value: "Long", line: 6 },
    { path: "health", value: "", line: 7 },
  ]);
});

test("how a value is quoted is not part of it", () => {
  expect(settingsOf(file, 'a: "x"\nb: 010\n')?.map(({ value }) => value)).toEqual(["x", "010"]);
});

test("a file that cannot be read says nothing, which is not the same as an empty one", () => {
  expect(settingsOf(file, "a: [")).toBeUndefined();
  expect(settingsOf(file, "")).toEqual([]);
});
