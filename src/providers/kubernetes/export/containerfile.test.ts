import { expect, test } from "vitest";
import { factsIn } from "./containerfile.ts";

test("labels and the user are those of the last stage", () => {
  const text = `FROM a AS build
LABEL freehold.read-only="false" other=1
USER 0
FROM b
# LABEL not=this
LABEL freehold.read-only="true" \\
  freehold.capabilities="SETGID SETUID"
USER 1000:1000
`;
  expect(factsIn(text, "localhost/x:1")).toEqual({
    reference: "localhost/x:1",
    labels: { "freehold.read-only": "true", "freehold.capabilities": "SETGID SETUID" },
    user: "1000:1000",
  });
});

test("an image that says nothing is root", () => {
  expect(factsIn("FROM a\nRUN echo USER 5\n", "a")).toEqual({ reference: "a", labels: {}, user: "" });
});
