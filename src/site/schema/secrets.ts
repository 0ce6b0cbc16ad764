import { envName } from "./env.ts";
import { namedMap } from "./form.ts";
import { textLeaf } from "./leaf.ts";
import { mountPath } from "./location.ts";
import { label, labelExpected, labelHint } from "./name.ts";

/** Where a part finds a secret: a variable of its environment, or a file. */
const target = textLeaf<string>({
  code: "ENV_NAME_INVALID",
  expected: "a name of the environment or an absolute path",
  json: { pattern: "^(?:[A-Za-z_][A-Za-z0-9_]*$|/[^/])" },
  read: (text, refuse) => {
    const checked = (text.startsWith("/") ? mountPath : envName).safeParse(text);
    if (checked.success) return text;
    const [issue] = checked.error.issues;
    return refuse(issue?.code === "custom" ? issue.params : {});
  },
});

/** The name of a secret of secrets.yaml. Whatever else stands there may be the secret itself, and is not shown. */
export const secretName = textLeaf<string>({
  code: "NAME_INVALID",
  expected: labelExpected.replace("a name", "the name of a secret"),
  hint: "freehold secrets set NAME keeps a value in secrets.yaml; write that name here",
  secret: true,
  json: { pattern: label.source },
  read: (text, refuse) => {
    if (label.test(text)) return text;
    const hint = /^[A-Za-z][A-Za-z_.-]*$/.test(text) ? labelHint(text) : undefined;
    return refuse(hint === undefined ? {} : { hint });
  },
});

/** `secrets` of a part: where it finds which secret of secrets.yaml. */
export const secrets = namedMap(target, secretName, {
  expected: "a map of variables and paths to names of secrets",
  hint: "write secrets: {ADMIN_TOKEN: vault-admin-token}",
});
