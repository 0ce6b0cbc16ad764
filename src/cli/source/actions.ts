/** What `freehold source` can do. */
export const sourceActions = ["accept", "forget", "set", "show"] as const;
