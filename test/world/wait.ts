import { setTimeout as delay } from "node:timers/promises";

/** Asks again until the answer is not undefined; fails with this sentence after so many milliseconds. */
export async function eventually<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined>,
  milliseconds = 20_000,
): Promise<Answer> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`expected ${what} within ${milliseconds / 1000} s`);
    await delay(100);
  }
}
