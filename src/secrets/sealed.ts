/**
 * The secrets of one file as it has them: sealed. Nothing here is secret to those who have none of the keys, so it can be stored
 * and shown.
 */
export type SealedSecrets = {
  /** Sealed texts (`ENC[AES256_GCM,…]`, or `""` for the empty text) by the secret's name, sorted. */
  readonly values: Readonly<Record<string, string>>;
  /** The data key, sealed for each recipient, in the order of the file. */
  readonly keys: readonly SealedKey[];
};

/** A data key that one age recipient can open: an armored age file. */
export type SealedKey = { readonly recipient: string; readonly sealed: string };
