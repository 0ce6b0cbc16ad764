import type { Clock } from "../../lib/clock.ts";
import type { HttpClient } from "../../lib/http.ts";
import { ProblemError, problem } from "../../lib/problem.ts";
import { type Launched, launch } from "./launch.ts";
import type { PodmanCall } from "./prepare.ts";

/** Podman's API service, this process' own: started when first needed, ended when nobody has needed it for a while. */
export type PodmanService = {
  /** A client of the running service, which lives at least until `release`. Problems: those of {@link launch}. */
  hold(): Promise<Held>;
  close(): Promise<void>;
};

/** Whoever asks the service something; `release` must be called once. */
export type Held = { readonly client: HttpClient; release(): void };

/** Milliseconds without a request after which the service ends: it takes 35 MB while it lives and 60 ms to start. */
const idle = 5000;

/** A service of the Podman that `prepare` tells how to call. */
export function podmanService(prepare: () => Promise<PodmanCall>, clock: Clock): PodmanService {
  let launched: Promise<Launched> | undefined;
  let users = 0;
  let timer: NodeJS.Timeout | undefined;

  function current(): Promise<Launched> {
    if (launched !== undefined) return launched;
    const forget = (): void => {
      if (launched === mine) launched = undefined;
    };
    const mine = prepare().then((call) => launch(call, clock, forget));
    mine.catch(forget);
    launched = mine;
    return mine;
  }

  async function end(): Promise<void> {
    const ending = launched;
    launched = undefined;
    if (ending === undefined) return;
    const [settled] = await Promise.allSettled([ending]);
    if (settled.status === "fulfilled") await settled.value.end();
  }

  function release(): void {
    users -= 1;
    if (users === 0) timer = setTimeout(() => void end(), idle).unref();
  }

  return {
    hold: async () => {
      users += 1;
      clearTimeout(timer);
      try {
        const { client } = await current();
        return { client, release };
      } catch (thrown) {
        release();
        throw thrown;
      }
    },
    close: async () => {
      clearTimeout(timer);
      await end();
    },
  };
}

/** Throws what was thrown while the service was asked, as `RUNTIME_DIED` (transient) when it went away meanwhile. */
export function died(thrown: unknown): never {
  if (!(thrown instanceof ProblemError) || thrown.problem.code !== "HTTP_UNREACHABLE") throw thrown;
  throw new ProblemError(
    problem("RUNTIME_DIED", "Podman's service went away while it was asked something", {
      kind: "transient",
      hint: "run the same command again: what was done is kept",
    }),
    { cause: thrown },
  );
}
