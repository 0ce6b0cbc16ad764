import { passwordLength } from "../lib/password-rule.ts";
import { type Answer, type Asked, plainAnswer } from "./answer.ts";
import { choiceFault } from "./choice-fault.ts";
import { escaped, page } from "./html.ts";

import type { Tries } from "./tries.ts";

/** Somebody who may set a password. */
export type Invited = {
  readonly name: string;
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
};

/** Finds and uses invitations. A code that is wrong, used or too old is one and the same: undefined, `refused`. */
export type Invitations = {
  find(code: string): Promise<Invited | undefined>;
  use(code: string, password: string): Promise<"set" | "refused">;
};

/** The pages with which somebody who was invited sets a password: once, with a code that stands in no path, since paths are logged. */
export async function invitePage(invitations: Invitations, tries: Tries, asked: Asked): Promise<Answer> {
  const post = asked.method === "POST";
  const given = new URLSearchParams(post ? asked.body : asked.query);
  const code = given.get("code");
  if (post && !isFromHere(asked)) return plainAnswer(403, "A password is set on its own page only.\n");
  if (code === null) return codeForm();
  if (tries.areUsedUp()) return tooMany();
  const invited = await invitations.find(code);
  if (invited === undefined) return refused(tries);
  if (!post) return passwordForm(invited, code);
  const password = given.get("password") ?? "";
  const fault = choiceFault(password, given.get("again") ?? "", invited.name);
  if (fault !== undefined) return passwordForm(invited, code, fault);
  if ((await invitations.use(code, password)) === "refused") return refused(tries);
  return { ...plainAnswer(303, ""), headers: { location: "/invite/done", "cache-control": "no-store" } };
}

/** What stands there when it is done. */
export function donePage(): Answer {
  return page(
    "Your password is set",
    [
      "<header><h1>Your password is set</h1></header>",
      "<p>It works for every service in a few seconds. Nobody else knows it, so nobody can tell you if you forget it.</p>",
      '<p><a href="/">Set up your devices</a></p>',
    ].join("\n"),
  );
}

/** Whether a form was sent by a page of ours: by what the browser says, where it says it. */
function isFromHere({ host, origin, fetchSite }: Asked): boolean {
  return (fetchSite === "" || fetchSite === "same-origin") && (origin === "" || origin === `https://${host}`);
}

function refused(tries: Tries): Answer {
  tries.count();
  return page(
    "This invitation does not work",
    [
      "<header><h1>This invitation does not work</h1></header>",
      "<p>It may have been used, be too old, or be mistyped. Whoever invited you can make a new one.</p>",
      '<p><a href="/invite">Type the code again</a></p>',
    ].join("\n"),
    404,
  );
}

function tooMany(): Answer {
  const answer = page(
    "Too many tries",
    "<header><h1>Too many tries</h1></header>\n<p>Many wrong codes came in. Wait for a minute, then open your link again.</p>",
    429,
  );
  return { ...answer, headers: { ...answer.headers, "retry-after": "60" } };
}

function codeForm(): Answer {
  return page(
    "Your invitation",
    [
      "<header><h1>Your invitation</h1>\n<p>With its code you set your password.</p></header>",
      '<form action="/invite" method="get">',
      '<label>Code<input name="code" required autofocus autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="56"></label>',
      "<button>Go on</button>",
      "</form>",
    ].join("\n"),
  );
}

function passwordForm({ name, title, until }: Invited, code: string, fault?: string): Answer {
  const { least, most } = passwordLength;
  const described =
    fault === undefined ? 'aria-describedby="rule"' : 'aria-describedby="fault rule" aria-invalid="true"';
  const field = (label: string, key: string, more: string): string =>
    `<label>${label}<input type="password" name="${key}" required minlength="${least}" maxlength="${most}" autocomplete="new-password" ${more}></label>`;
  return page(
    "Set your password",
    [
      `<header><h1>Set your password</h1>\n<p>Welcome, ${escaped(title)}. It is one password for every service here.</p></header>`,
      '<form action="/invite" method="post">',
      `<input type="hidden" name="code" value="${escaped(code)}">`,
      `<label>User name<input name="name" value="${escaped(name)}" readonly autocomplete="username"></label>`,
      ...(fault === undefined ? [] : [`<p id="fault" class="fault" role="alert">${escaped(fault)}</p>`]),
      field("Password", "password", `autofocus ${described}`),
      `<p id="rule" class="soft">At least ${least} characters. A few words in a row are good, and easy to remember.</p>`,
      field("Once more", "again", ""),
      "<button>Set password</button>",
      "</form>",
      `<p class="soft">This page works once, until ${moment(until)}.</p>`,
    ].join("\n"),
    fault === undefined ? 200 : 422,
  );
}

/** `Tue, 01 Dec 2026 09:30 UTC` */
function moment(time: number): string {
  return new Date(time).toUTCString().replace(/:\d\d GMT$/, " UTC");
}
