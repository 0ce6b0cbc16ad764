import { createHash } from "node:crypto";
import type { Answer } from "./answer.ts";

/** A text that is safe between tags and in quoted attributes. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** What stands on every page: one column, readable on a phone and on paper, in the light that the system asks for. */
const style = `
:root { color-scheme: light dark; --ground: #fbfaf7; --card: #ffffff; --ink: #22211f; --soft: #5d5a55; --line: #e5e1d9;
  --edge: #8c877e; --rule: #b4552d; --link: #9a4220; --good: #2c6e3f; --warn: #8a5a00; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ground: #191817; --card: #22211f; --ink: #e9e6e0; --soft: #aca79e;
  --line: #393632; --edge: #7d786f; --rule: #e08a5f; --link: #eda27c; --good: #7fc796; --warn: #e0b45c; --bad: #f2958c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: clamp(1.25rem, 6vw, 3.5rem) 1.25rem 4rem; }
header { border-top: 4px solid var(--rule); padding-top: 1rem; margin-bottom: 1.75rem; }
h1 { margin: 0; font-size: 2rem; line-height: 1.2; letter-spacing: -.015em; overflow-wrap: anywhere; }
header p { margin: .25rem 0 0; color: var(--soft); }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: .9rem 1.25rem 1rem; margin: 0 0 .75rem; }
section p { margin: .15rem 0 0; overflow-wrap: anywhere; }
h2 { margin: 0; font-size: 1.1875rem; line-height: 1.35; }
h3 { margin: .9rem 0 .35rem; font-size: 1rem; }
.top { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; justify-content: space-between; }
.state { font-size: .9375rem; white-space: nowrap; }
.healthy { color: var(--good); } .starting { color: var(--warn); } .unhealthy, .stopped, .fault { color: var(--bad); }
.soft { color: var(--soft); font-size: .9375rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--rule); outline-offset: 3px; border-radius: .2rem; }
details { margin-top: .4rem; }
summary { cursor: pointer; color: var(--link); width: fit-content; padding: .2rem 0; }
details[open] { border-bottom: 0; } details[open] summary { margin-bottom: .25rem; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .3rem 1.25rem; margin: .35rem 0 .6rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
pre { margin: .5rem 0; padding: .75rem .9rem; overflow-x: auto; background: var(--ground); border: 1px solid var(--line); border-radius: .5rem;
  font: .875rem/1.6 ui-monospace, monospace; }
.wrap { white-space: pre-wrap; overflow-wrap: anywhere; }
form { display: grid; gap: 1rem; max-width: 24rem; margin-bottom: 1.25rem; } form p { margin: 0; } label { display: grid; gap: .3rem; }
input { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: .5rem; padding: .55rem .7rem; width: 100%; }
input:focus-visible { outline-offset: 1px; border-radius: .5rem; }
input[readonly] { border-color: transparent; background: none; padding-left: 0; font-weight: 600; }
button { font: inherit; font-weight: 600; color: var(--ground); background: var(--link); border: 0; border-radius: .5rem; padding: .65rem 1rem; cursor: pointer; }
button:focus-visible { border-radius: .5rem; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .45rem; } dt { font-size: .9375rem; } section { padding: .8rem 1rem .9rem; } }
@media print { :root { --ground: #fff; --card: #fff; --ink: #000; --soft: #333; --link: #000; } section { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; } summary { display: none; } }
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
