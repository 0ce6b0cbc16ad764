import { askedSecrets } from "./assemble/secrets.ts";
import { parse } from "./parse.ts";
import { serviceSchema } from "./schema/service.ts";

/** The names of the secrets that the text of a service's file asks for, each once; none for a text with problems. */
export function secretsAskedIn(text: string): readonly string[] {
  const checked = serviceSchema.safeParse(parse("services/entry.yaml", text).value);
  return checked.success ? [...new Set(askedSecrets(checked.data).map(({ value }) => value))] : [];
}
