/** Runs what it is given one after another, in the order in which it was asked; a failure is its asker's alone. */
export function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let before: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = before.then(work, work);
    before = done;
    return done;
  };
}
