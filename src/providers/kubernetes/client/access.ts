/** What proves who we are. PEM texts; never in a problem, a log or an argument. */
export type Credentials = { readonly token?: string; readonly certificate?: string; readonly key?: string };

/** A cluster's address and how it is spoken to. Made by {@link accessFrom} in access-from.ts. */
export type Access = {
  /** The context's name, for sentences; `in-cluster` inside a pod. */
  readonly context: string;
  /** `https://10.0.0.1:6443`, with a path where the API lies below one, without a slash at its end. */
  readonly server: string;
  readonly namespace: string;
  /** Certificates (PEM) that the server's must lead to; the system's unless said. */
  readonly authority?: string;
  /** The name that the server's certificate must bear, where it is not that of its address. */
  readonly serverName?: string;
  /** False only when the kubeconfig says `insecure-skip-tls-verify: true`. */
  readonly verify: boolean;
  /** Who else to act as, as headers. */
  readonly impersonation: Readonly<Record<string, string | readonly string[]>>;
  /** As they are now: files are read again, programs asked again, when it is time. Problems: `KUBECONFIG_BROKEN`, `CREDENTIALS_FAILED`. */
  credentials(): Promise<Credentials>;
  /** The cluster did not know them (401): the next ones are got anew. */
  forget(): void;
};
