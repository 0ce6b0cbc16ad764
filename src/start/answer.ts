/** What a visitor asks for. */
export type Asked = {
  readonly method: string;
  /** Without the query, as it was sent. */
  readonly path: string;
  readonly query: string;
  readonly body: string;
  /** The headers of these names; empty when absent. */
  readonly host: string;
  readonly origin: string;
  /** `Sec-Fetch-Site`, by which a browser says where a form came from. */
  readonly fetchSite: string;
};

/** What they get. */
export type Answer = {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A line of text as an answer. */
export function plainAnswer(status: number, body: string): Answer {
  return { status, type: "text/plain; charset=utf-8", body };
}
