/** The page for a name or path that leads nowhere. Static: it repeats nothing of the request. */
export function unknownPage(): string {
  return page("Nothing at this address", [
    "No service here has this name.",
    "Look for a typing mistake in the address. If it worked before, ask whoever runs this cloud.",
  ]);
}

/** The page for a service that does not answer. The browser asks again by itself. */
export function unavailablePage(): string {
  return page(
    "Not answering right now",
    [
      "The service is there, but it does not answer. It may be starting.",
      "This page asks again every 10 seconds. If it stays like this, tell whoever runs this cloud.",
    ],
    '<meta http-equiv="refresh" content="10">\n',
  );
}

function page(title: string, sentences: readonly string[], head = ""): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
${head}<title>${title}</title>
<style>
:root { color-scheme: light dark; --ground: #fbfaf7; --ink: #22211f; --rule: #b4552d; }
@media (prefers-color-scheme: dark) { :root { --ground: #191817; --ink: #e9e6e0; --rule: #e08a5f; } }
body { margin: 0; min-height: 100vh; display: grid; align-items: center; background: var(--ground); color: var(--ink);
  font: 1.125rem/1.6 system-ui, sans-serif; }
main { max-width: 32rem; margin: 0 auto; padding: 1.5rem; }
h1 { margin: 0 0 1rem; padding-top: 1rem; border-top: 4px solid var(--rule); font-size: 1.75rem; line-height: 1.25; }
p { margin: 0 0 .75rem; }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
${sentences.map((sentence) => `<p>${sentence}</p>`).join("\n")}
</main>
</body>
</html>
`;
}
