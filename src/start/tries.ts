/** Counts wrong codes of everybody together, so that guessing stays slow. */
export type Tries = {
  areUsedUp(): boolean;
  count(): void;
};

/** At most so many wrong codes in each minute. */
const perMinute = 20;

/** None so far. `now` gives milliseconds. */
export function createTries(now: () => number): Tries {
  let wrong: readonly number[] = [];
  const recent = (): readonly number[] => wrong.filter((time) => time > now() - 60_000 && time <= now());
  return {
    areUsedUp: () => recent().length >= perMinute,
    count: () => {
      wrong = [...recent(), now()];
    },
  };
}
