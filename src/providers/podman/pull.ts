import { parseJson, textAt } from "../../lib/json.ts";
import { fail } from "../../lib/problem.ts";
import type { ApplyContext } from "../provider.ts";
import type { PodmanClient } from "./client.ts";
import { storeName } from "./image-facts.ts";

/** Milliseconds until a registry must have begun to answer. */
const patience = 120_000;

/** Fetches an image from its registry. Problem: `IMAGE_PULL`; a name that the registry does not know is the person's. */
export async function pullImage(client: PodmanClient, reference: string, context: ApplyContext): Promise<void> {
  context.report("pulling");
  const { status, chunks } = await client.stream("POST", "/images/pull", {
    query: { reference: storeName(reference), policy: "missing" },
    signal: context.signal,
    timeout: patience,
  });
  let error = "";
  for await (const line of linesOf(chunks)) {
    const event = parseJson(line);
    error = textAt(event, "error") || textAt(event, "cause") || error; // also in a stream of status 200 that began well
    const words = textAt(event, "stream").trim();
    if (words !== "") context.report(shortPhrase(words));
  }
  if (status >= 400 || error !== "") notPulled(reference, error || `status ${status}`);
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest;
}

function notPulled(reference: string, words: string): never {
  const said = words.replaceAll(/\s+/g, " ").split(": ").slice(-2).join(": ").slice(0, 300);
  const isUnknown = /manifest unknown|not found|name unknown|does not exist|denied|unauthorized|reading manifest/i.test(
    words,
  );
  fail("IMAGE_PULL", `expected to fetch ${reference}, got "${said}"`, {
    kind: isUnknown ? "user" : "transient",
    got: said,
    detail: [words.slice(0, 1000)],
    hint: isUnknown
      ? "look at its name and tag"
      : "look at the network and the registry's name, then run the same command again",
  });
}

/** Podman tells of blobs by their digests; people want to know that it goes on. */
function shortPhrase(words: string): string {
  const blob = /^Copying blob sha256:([0-9a-f]{6})/.exec(words);
  return blob === null ? words.slice(0, 60).toLowerCase() : `layer ${blob[1]}`;
}
