import { readFileSync } from "node:fs";
import { listAt, parseJson, textAt, textsAt } from "../lib/json.ts";
import { problemOf } from "../lib/problem.ts";
import { identities } from "./identities.ts";
import { openValues } from "./open.ts";

/** The process behind `openValuesApart`: sealed values come in by standard input; open ones, or the problem, go out by standard output. */
async function main(): Promise<unknown> {
  try {
    const order = parseJson(readFileSync(0, "utf8"));
    const keys = listAt(order, "sealed", "keys").map((key) => ({
      recipient: textAt(key, "recipient"),
      sealed: textAt(key, "sealed"),
    }));
    const own = await identities({}, textAt(order, "root"));
    return {
      values: Object.fromEntries(
        await openValues({ values: Object.fromEntries(textsAt(order, "sealed", "values")), keys }, own),
      ),
    };
  } catch (thrown) {
    return { problem: problemOf(thrown) };
  }
}

process.stdout.write(JSON.stringify(await main()));
