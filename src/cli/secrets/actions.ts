/** What `freehold secrets` can do. */
export const secretActions = ["edit", "merge", "recipients", "rotate", "set", "show", "take"] as const;
