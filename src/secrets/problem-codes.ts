/** Every problem of secrets.yaml that can be seen without a key, with what it means. */
export const sealedProblemCodes = {
  SECRETS_TOO_LARGE: "secrets.yaml has more than 1 MiB",
  SECRETS_SYNTAX: "secrets.yaml is not YAML, or not a map of names to sealed texts",
  SECRETS_CONFLICT: "secrets.yaml holds both sides of a merge that git could not do",
  SECRETS_CUT: "secrets.yaml has no part sops at its end, or an incomplete one: it was cut off, or never sealed",
  SECRETS_KEYS: "secrets.yaml is sealed for keys that are not age's, or in a way that needs several of them at once",
  SECRETS_RULE: "a rule of sops leaves some values of secrets.yaml unsealed",
  SECRET_NAME: "a secret's name is not a DNS label",
  SECRET_TWICE: "two secrets have one name",
  SECRET_FORM: "a secret is a map, a list or nothing, instead of a sealed text",
  SECRET_UNSEALED: "a secret stands open in secrets.yaml",
  SECRET_CIPHER: "a secret is sealed with another cipher than AES256_GCM",
  SECRET_DAMAGED: "a sealed text is cut, changed, or not for the name it stands behind",
} as const;

/** Every problem that opening secrets can give, with what it means. */
export const openingProblemCodes = {
  SECRETS_LOCKED: "none of the keys that were found opens the secrets",
  SECRETS_TAMPERED: "values of secrets.yaml were added, removed or moved by hand",
} as const;

/** Every problem that changing secrets can give, with what it means. */
export const changingProblemCodes = {
  SECRETS_MOVED: "somebody else changed secrets.yaml meanwhile, and nothing was written",
  SECRETS_MISSING: "the site has no secrets.yaml",
  SECRETS_KEY_NEEDED: "no key of age is here for which a new secrets.yaml could be sealed, and none can be made",
  SECRETS_OTHER_KEYS: "keys that are not age's can open secrets.yaml, so that only sops can give it a new data key",
  SECRET_UNKNOWN: "secrets.yaml has no secret of that name",
  SECRET_EMPTY: "a secret would get an empty value",
  SECRET_NOT_TEXT: "a secret would get a value that is not UTF-8 text",
  SECRET_NOT_PASSWORD: "a secret of several lines is not a password that could be generated anew",
  KEY_FILE: "a file of age keys holds none",
  RECIPIENT_INVALID: "a public key that is not one of age's",
  RECIPIENT_THERE: "a key that can open secrets.yaml already",
  RECIPIENT_UNKNOWN: "a key that cannot open secrets.yaml anyway",
  RECIPIENT_LAST: "the last key that is here and opens secrets.yaml would be taken away",
} as const;

/** One of the codes of a file that was read. */
export type SecretCode = keyof typeof sealedProblemCodes;
