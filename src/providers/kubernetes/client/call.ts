/** One request of the API. */
export type Call = {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With its query, encoded. */
  readonly path: string;
  readonly body?: string;
  /** Of the body; JSON unless said. */
  readonly type?: string;
  readonly signal?: AbortSignal | undefined;
};

/** Limits of requests, in milliseconds and bytes; tests shorten them. */
export type Limits = { readonly connect: number; readonly answer: number; readonly body: number };

/** What the API of a cluster gets. */
export const usualLimits: Limits = { connect: 5_000, answer: 30_000, body: 64 * 1024 * 1024 };
