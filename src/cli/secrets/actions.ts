/** What `freehold secrets` can do. */
export const secretActions = ["edit", "recipients", "rotate", "set", "show"] as const;
