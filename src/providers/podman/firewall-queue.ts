/**
 * Gathers edits that are asked for while earlier ones are carried out, and commits them together: one after another, in
 * order, never two commits at a time. Everyone whose edit is in a commit that fails hears of it.
 */
export function gathered<Edit>(commit: (edits: readonly Edit[]) => Promise<void>): (edit: Edit) => Promise<void> {
  let before: Promise<void> = Promise.resolve();
  let next: { readonly edits: Edit[]; readonly done: Promise<void> } | undefined;
  return (edit) => {
    if (next !== undefined) {
      next.edits.push(edit);
      return next.done;
    }
    const edits = [edit];
    const done = before.then(() => {
      next = undefined;
      return commit(edits);
    });
    next = { edits, done };
    // Those who asked hear of a failure; the commit after it starts all the same.
    before = done.then(
      () => {},
      () => {},
    );
    return done;
  };
}
