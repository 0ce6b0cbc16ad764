import { createHash } from "node:crypto";
import type { Answer } from "./answer.ts";

/** A text that is safe between tags and in quoted attributes. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** What stands on every page: one column, readable on a phone and on paper, in the light that the system asks for. */
const style = `
:root { color-scheme: light dark; --ground: #fbfaf7; --card: #ffffff; --ink: #22211f; --soft: #5d5a55; --line: #e3dfd7;
  --rule: #b4552d; --link: #9a4220; --good: #2c6e3f; --warn: #8a5a00; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ground: #191817; --card: #22211f; --ink: #e9e6e0; --soft: #a9a49b;
  --line: #393632; --rule: #e08a5f; --link: #eda27c; --good: #7fc796; --warn: #e0b45c; --bad: #f2958c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
header { border-top: 4px solid var(--rule); padding-top: 1rem; margin-bottom: 2rem; }
h1 { margin: 0; font-size: 1.875rem; line-height: 1.2; letter-spacing: -.01em; }
header p { margin: .25rem 0 0; color: var(--soft); }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem; margin: 0 0 1rem; }
h2 { margin: 0; font-size: 1.1875rem; line-height: 1.3; }
.top { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; justify-content: space-between; }
.state { font-size: .9375rem; white-space: nowrap; }
.healthy { color: var(--good); } .starting { color: var(--warn); } .unhealthy, .stopped { color: var(--bad); }
section p { margin: .25rem 0 0; overflow-wrap: anywhere; }
.soft { color: var(--soft); font-size: .9375rem; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible, input:focus-visible, button:focus-visible { outline: 3px solid var(--rule); outline-offset: 3px; border-radius: .2rem; }
details { margin-top: .75rem; border-top: 1px solid var(--line); padding-top: .75rem; }
summary { cursor: pointer; color: var(--link); }
h3 { margin: 1rem 0 .25rem; font-size: 1rem; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .2rem 1rem; margin: .25rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
pre { margin: .5rem 0; padding: .75rem; overflow-x: auto; background: var(--ground); border: 1px solid var(--line); border-radius: .5rem;
  font: .875rem/1.5 ui-monospace, monospace; }
form { display: grid; gap: .75rem; max-width: 24rem; } label { display: grid; gap: .25rem; }
input { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--soft); border-radius: .4rem; padding: .5rem .6rem; }
button { font: inherit; color: var(--ground); background: var(--link); border: 0; border-radius: .4rem; padding: .6rem 1rem; cursor: pointer; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } }
@media print { body { background: none; } section { break-inside: avoid; } details::details-content { content-visibility: visible; block-size: auto; } }
`;

const styleDigest = createHash("sha256").update(style).digest("base64");

/** Nothing from elsewhere, no script, nobody's frame; forms only to ourselves. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${styleDigest}'`,
  "img-src data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** A whole page out of what stands in its column. `title` is text, `body` is HTML. */
export function page(title: string, body: string, status = 200): Answer {
  return {
    status,
    type: "text/html; charset=utf-8",
    headers: {
      "content-security-policy": policy,
      "cache-control": "no-store",
      // a form must be able to say that it is ours; services learn nothing
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
    },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`,
  };
}
