import type { Leaving } from "../../observe/leaving.ts";
import type { HeldService, Origin } from "../../observe/origin.ts";
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
      : wrapped(
          "bad",
          `${short(refused.commit)} was refused ${ago(now - refused.at)}: ${refused.problem.message}`,
          columns,
        )),
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

/** What to do about what did not come through; undefined: nothing. */
export function originRemedy({ refused, held: [held] }: Origin): string | undefined {
  if (held !== undefined) return held.problem.hint ?? `freehold history ${held.service}`;
  return refused?.problem.hint;
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
