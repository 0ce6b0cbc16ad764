/** How tasks are run by {@link runInOrder}. */
export type Schedule<T> = {
  /** What a task waits for; only tasks of the same run count, and there must be no ring. */
  readonly waitsFor: (task: T) => readonly T[];
  /** Does a task; resolves with whether it succeeded. Must not reject. */
  readonly run: (task: T) => Promise<boolean>;
  /** Told of each task that is never run: something that it waits for did not succeed, or the signal came first. */
  readonly skip: (task: T) => void;
  /** So many run side by side. */
  readonly limit: number;
  readonly signal: AbortSignal;
};

/**
 * Runs tasks side by side, each after those that it waits for; among those that may run, in the order given. A task that does
 * not succeed takes those that wait for it down; all others go on. Resolves when every task was run or skipped.
 */
export function runInOrder<T>(tasks: readonly T[], { waitsFor, run, skip, limit, signal }: Schedule<T>): Promise<void> {
  const known = new Set(tasks);
  const blockers = new Map<T, number>();
  const followers = new Map<T, T[]>();
  for (const task of tasks) {
    const before = new Set(waitsFor(task).filter((other) => known.has(other) && other !== task));
    blockers.set(task, before.size);
    for (const other of before) {
      const list = followers.get(other) ?? [];
      list.push(task);
      followers.set(other, list);
    }
  }
  const lost = new Set<T>();
  const ready = tasks.filter((task) => blockers.get(task) === 0);
  let running = 0;

  return new Promise((resolve) => {
    const settle = (task: T, succeeded: boolean): void => {
      for (const next of followers.get(task) ?? []) {
        if (!succeeded) lost.add(next);
        const left = (blockers.get(next) ?? 1) - 1;
        blockers.set(next, left);
        if (left === 0) ready.push(next);
      }
    };
    const advance = (): void => {
      while (ready.length > 0 && running < limit) {
        const task = ready.shift();
        if (task === undefined) break;
        if (lost.has(task) || signal.aborted) {
          skip(task);
          settle(task, false);
          continue;
        }
        running += 1;
        void run(task).then((succeeded) => {
          running -= 1;
          settle(task, succeeded);
          advance();
        });
      }
      if (running === 0 && ready.length === 0) resolve();
    };
    advance();
  });
}
