import { stat } from "node:fs/promises";
import { exec } from "../../lib/exec.ts";
import { isErrno } from "../../lib/fs.ts";
import { fail } from "../../lib/problem.ts";
import { visible } from "../../lib/text.ts";
import type { Image } from "../../resource/kinds/image.ts";
import type { ApplyContext } from "../provider.ts";
import { needBase } from "./base.ts";
import { labels } from "./names.ts";
import type { Builder } from "./session.ts";
import { trustedAuthorities } from "./trusted-authorities.ts";

/** Milliseconds that a build may take. */
const patience = 60 * 60_000;

/** Builds an image from the Containerfile of a directory. Problem: `IMAGE_BUILD` with the last lines; those of {@link needBase}. */
export async function buildImage(
  session: Builder,
  image: Image,
  source: { readonly context: string; readonly digest: string },
  context: ApplyContext,
): Promise<void> {
  await mustExist(image, source.context);
  await needBase(session, source.context, context);
  context.report("building");
  const { argv, env } = await session.call();
  const command = buildCommand(argv, image.reference, source, await trustedAuthorities());
  const { code, stdout, stderr } = await exec(command, {
    env,
    signal: context.signal,
    timeout: patience,
    onLine: (line) => {
      const step = /^STEP (\d+)\/(\d+):/.exec(line);
      if (step !== null) context.report(`step ${step[1]} of ${step[2]}`);
    },
  });
  if (code === 0) return;
  const lines = `${stdout}\n${stderr}`
    .split("\n")
    .map(visible)
    .filter((line) => line.trim() !== "");
  const said =
    stderr
      .trim()
      .split("\n")
      .findLast((line) => /error/i.test(line)) ??
    lines.at(-1) ??
    `code ${code}`;
  fail("IMAGE_BUILD", `the image of ${image.service} cannot be built: ${visible(said).replace(/^Error: /, "")}`, {
    kind: /no such host|temporary failure|timeout|connection refused|unreachable/i.test(stderr) ? "transient" : "user",
    detail: lines.slice(-15),
    hint: `look at ${source.context}/Containerfile`,
  });
}

/**
 * The words of the command. The docker format keeps HEALTHCHECK, which the other one has no place for. `authorities` is the path of
 * the certificates that the machine believes: a line `RUN --mount=type=secret,id=authorities` finds them.
 */
export function buildCommand(
  podman: readonly [string, ...string[]],
  reference: string,
  source: { readonly context: string; readonly digest: string },
  authorities?: string,
): readonly [string, ...string[]] {
  return [
    ...podman,
    "build",
    "--network=host",
    "--format=docker",
    "--pull=missing",
    "--force-rm",
    ...(authorities === undefined ? [] : [`--secret=id=authorities,src=${authorities}`]),
    `--label=${labels.digest}=${source.digest}`,
    `--tag=${reference}`,
    source.context,
  ];
}

async function mustExist(image: Image, context: string): Promise<void> {
  try {
    await stat(context);
  } catch (cause) {
    if (!isErrno(cause, "ENOENT", "ENOTDIR")) throw cause;
    fail("IMAGE_BUILD", `expected a directory with a Containerfile at ${context}, got nothing`, {
      hint: `look at build in the file of ${image.service}`,
      cause,
    });
  }
}
