import { expect, test } from "vitest";
import type { Change } from "../controller/change.ts";
import type { Certificate } from "../resource/kinds/certificate.ts";
import { changeExit } from "./change-exit.ts";

const context = { signal: new AbortController().signal };

function change(renewal: "done" | "failed"): Change {
  const resource: Certificate = {
    ...{ kind: "certificate", id: "certificate/front/wildcard.example.org", service: "front", needs: [] },
    ...{ names: ["*.example.org"], issuer: "local", domains: ["example.org"], owner: 99 },
  };
  const was = { resource, amiss: "renewal due" } as const;
  const step = { action: "update", resource, was, because: { changes: [], reason: "renewal due" } } as const;
  return { outcomes: [{ step, result: renewal, milliseconds: 1 }], heldBack: {} };
}

test("a certificate that could not be renewed is no success, although its service goes on", () => {
  expect(changeExit(context, change("failed"), [])).toBe(3);
  expect(changeExit(context, change("done"), [])).toBe(0);
});
