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

/** One of the codes. */
export type SecretCode = keyof typeof sealedProblemCodes;
