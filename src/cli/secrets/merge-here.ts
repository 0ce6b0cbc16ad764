import { join } from "node:path";
import { readSecretsFile } from "../../secrets/document.ts";
import { identitiesOf } from "../../secrets/keeper.ts";
import { mergeSecrets } from "../../secrets/merge.ts";
import { readText, writeBeside } from "../../secrets/store.ts";
import type { Context, Input } from "../command.ts";
import { mergedText } from "../views/merge.ts";
import { mustAgree } from "./agree.ts";
import { keeperOf } from "./keeper.ts";
import { installMergeDriver } from "./merge-driver.ts";
import { stages } from "./stages.ts";

/**
 * Merges the secrets.yaml in which git left both sides, and has git ask freehold the next time. One that is whole stays as it is: somebody has
 * settled it. Problems: `SECRETS_DISAGREE`, those of merging.
 */
export async function mergeHere(context: Context, input: Input): Promise<void> {
  const keeper = await keeperOf(context, input);
  await installMergeDriver(keeper.directory, context);
  const versions = await stages(keeper.directory);
  if (versions === undefined) return context.terminal.print(mergedText.nothing);
  const path = join(keeper.directory, "secrets.yaml");
  if (readSecretsFile((await readText(path)) ?? "").file !== undefined) return context.terminal.print(mergedText.whole);
  const { text, conflicts } = await mergeSecrets(versions, {
    identities: await identitiesOf(keeper),
    now: keeper.now,
  });
  await writeBeside(keeper.directory, path, text);
  mustAgree(conflicts);
  context.terminal.print(mergedText.merged);
}
