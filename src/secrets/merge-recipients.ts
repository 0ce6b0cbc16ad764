/**
 * Who may open what two sides made of one list of recipients: whoever one side added is added, whoever one side took away is gone,
 * also when the other side kept them. First those of our side, in their order.
 */
export function mergeRecipients(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
): readonly string[] {
  const gone = new Set(base.filter((recipient) => !ours.includes(recipient) || !theirs.includes(recipient)));
  return [...new Set([...ours, ...theirs])].filter((recipient) => !gone.has(recipient));
}
