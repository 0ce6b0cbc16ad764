/** One ref that a push is to change, as git tells its hooks (githooks(5), pre-receive). */
export type Received = {
  /** Absent: the ref is new. */
  readonly from?: string;
  /** Absent: the ref is deleted. */
  readonly to?: string;
  readonly ref: string;
};

/** Reads what git writes to its hooks, a line `OLD NEW REF` each. What is no such line is passed over: git alone writes there. */
export function receivedRefs(text: string): readonly Received[] {
  return text.split("\n").flatMap((line) => {
    const [, from = "", to = "", ref = ""] = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (refs\/.+)$/.exec(line) ?? [];
    if (ref === "") return [];
    return [{ ref, ...(isThere(from) && { from }), ...(isThere(to) && { to }) }];
  });
}

/** Git writes zeros for nothing. */
function isThere(id: string): boolean {
  return !/^0+$/.test(id);
}
