import { numberAt, parseJson, textAt } from "../../lib/json.ts";
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
  let rest = "";
  let error = "";
  let id = "";
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const event = parseJson(line);
      error = textAt(event, "error") || textAt(event, "message") || error; // a stream that began well has status 200
      id = textAt(event, "id") || id;
      const words = textAt(event, "stream").trim();
      if (words !== "") context.report(shortPhrase(words));
    }
  }
  const last = parseJson(rest);
  error = textAt(last, "error") || textAt(last, "message") || error;
  if (id !== "" || textAt(last, "id") !== "" || (status < 400 && error === "" && numberAt(last, "status") === 0)) {
    if (error === "") return;
  }
  notPulled(reference, error || `status ${status}`);
}

function notPulled(reference: string, words: string): never {
  const said = words.replaceAll(/\s+/g, " ").slice(0, 400);
  const isUnknown = /manifest unknown|not found|name unknown|repository does not exist|denied|unauthorized/i.test(said);
  fail("IMAGE_PULL", `expected to fetch ${reference}, got "${said}"`, {
    kind: isUnknown ? "user" : "transient",
    got: said,
    hint: isUnknown ? "look at its name and tag" : "look at the network, then run the same command again",
  });
}

/** Podman tells of blobs by their digests; people want to know that it goes on. */
function shortPhrase(words: string): string {
  const blob = /^Copying blob sha256:([0-9a-f]{6})/.exec(words);
  return blob === null ? words.slice(0, 60).toLowerCase() : `layer ${blob[1]}`;
}
