/** What `freehold signers` can do. */
export const signerActions = ["add", "list", "remove"] as const;
