import type { Leaving } from "../../observe/leaving.ts";
import type { HeldService, Origin } from "../../observe/origin.ts";
import type { Volume } from "../../resource/kinds/volume.ts";
import { type Line, type Text, type Tone, tone } from "../span.ts";
import { clip, wrap } from "../width.ts";
import { dateOf, duration, listed } from "../words.ts";

/** Where what runs came from, and what did not come through: a line each, or a few. `now` in milliseconds since the epoch. */
export function originText({ revision, refused, unreachable, held }: Origin, now: number, columns: number): Text {
  return [
    ...(revision === undefined
      ? []
      : [
          clip(
            `${short(revision.commit)} by ${revision.author.name}, ${ago(now - revision.authoredAt)}: ${revision.subject}`,
            columns,
          ),
        ]),
    ...(refused === undefined
      ? []
      : [
          ...wrapped(
            "bad",
            `${short(refused.commit)} was refused ${ago(now - refused.at)}: ${refused.problem.message}`,
            columns,
          ),
          ...(refused.problem.hint === undefined ? [] : wrap(`hint: ${refused.problem.hint}`, columns)),
        ]),
    ...(unreachable === undefined
      ? []
      : wrapped("warn", `The remote could not be asked ${ago(now - unreachable.at)}: ${unreachable.failure}`, columns)),
    ...held.flatMap((one) => wrapped("bad", heldWords(one, now), columns)),
  ];
}

/** State that is on its way out: a sentence for each service. */
export function leavingText(leaving: readonly Leaving[], now: number, columns: number): Text {
  return leaving.flatMap(({ service, state, until }) => {
    const what = `The state of ${service} (${listed(state, 3)}) is in nobody's use`;
    const end = until === undefined ? "and kept" : `and is deleted on ${dateOf(until)}, in ${duration(until - now)}`;
    return wrapped("warn", `${what} ${end}.`, columns);
  });
}

/** State that was there and is not any more. */
export function lostText({ service, part, name }: Volume, columns: number): Text {
  const whose = part === service ? service : `${service}/${part}`;
  return wrapped(
    "bad",
    `The state ${name} of ${whose} is gone. Nothing is started without it: bring it back (is a disk not mounted?), or freehold up makes it anew, empty.`,
    columns,
  );
}

/** The command that tells more of what did not come through; undefined: all did. */
export function originRemedy({ refused, held: [held] }: Origin): string | undefined {
  if (held === undefined) return refused === undefined ? undefined : "freehold source";
  if (held.isKept) return `freehold logs ${held.service} --failed`;
  return `freehold ${held.runs === "new" ? "logs" : "history"} ${held.service}`;
}

/** The same for programs. What a problem quotes of a log is left out. */
export function originJson({ revision, refused, unreachable, held }: Origin): object {
  return {
    ...(revision === undefined
      ? {}
      : {
          revision: {
            commit: revision.commit,
            author: revision.author,
            authoredAt: revision.authoredAt,
            subject: revision.subject,
            signer: revision.signer,
          },
        }),
    ...(refused === undefined ? {} : { refused: { ...refused, problem: { ...refused.problem, detail: undefined } } }),
    ...(unreachable === undefined ? {} : { unreachable }),
    heldBack: held.map((one) => ({ ...one, problem: { ...one.problem, detail: undefined } })),
  };
}

function heldWords({ service, since, revision, problem, runs }: HeldService, now: number): string {
  const name = service === "front" ? "the front door" : service;
  const when = ago(now - since);
  if (runs === "new") return `${name} went wrong ${when}, and has no version before to go back to: ${problem.message}`;
  const which = revision === undefined ? "its last change" : short(revision);
  return `${name} runs as before, since ${which} went wrong ${when}: ${problem.message}`;
}

function wrapped(name: Tone, words: string, columns: number): Line[] {
  return wrap(words, columns).map((line) => tone(name, line));
}

function ago(milliseconds: number): string {
  return milliseconds < 1000 ? "just now" : `${duration(milliseconds)} ago`;
}

function short(commit: string): string {
  return commit.slice(0, 7);
}
