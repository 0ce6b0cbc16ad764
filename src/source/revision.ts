/** A commit as it says itself; nobody has vouched for it yet. */
export type Commit = {
  /** The full id, hex: 40 digits, or 64 in a repository of SHA-256. */
  readonly commit: string;
  readonly parents: readonly string[];
  readonly author: { readonly name: string; readonly email: string };
  /** Milliseconds since the epoch, as the author's clock had it. */
  readonly authoredAt: number;
  /** The first paragraph of the message, in one line. */
  readonly subject: string;
  /** The rest of it, without blank lines around. */
  readonly body: string;
};

/** Who signed a commit, as the list of signers knows them. */
export type Signer = {
  /** The name in the list: what was given, or what an OpenPGP key says of itself. */
  readonly name: string;
  /** `SHA256:…` of an SSH key, or the fingerprint of an OpenPGP key's primary key, in capitals. */
  readonly key: string;
  readonly by: "ssh" | "openpgp";
};

/** A commit that somebody who may signed. */
export type Revision = Commit & { readonly signer: Signer };
