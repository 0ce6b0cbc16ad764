import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { apiServer, apiTo } from "../../../../test/kubernetes/api-server.ts";
import { objectKinds } from "./object-kinds.ts";
import { applyObject } from "./write.ts";

const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "page", namespace: "home-blog" } };
const changedMeanwhile = { kind: "Status", code: 409, reason: "Conflict", message: "the object has been modified" };

test("what may only be new is asked for at a version that nothing has, and what is there is a problem of its own", async () => {
  const bodies: unknown[] = [];
  const { access } = await apiServer(async (request, response) => {
    bodies.push(JSON.parse(await text(request)));
    response.writeHead(409).end(JSON.stringify(changedMeanwhile));
  });
  const apply = (onlyNew: boolean) =>
    applyObject(apiTo(access), objectKinds.configMap, object, { force: false, onlyNew });
  await expect(apply(true)).rejects.toMatchObject({
    problem: { code: "OBJECT_EXISTS", message: "ConfigMap page in home-blog is there already" },
  });
  await expect(apply(false)).rejects.toMatchObject({ problem: { code: "OBJECT_CONFLICT" } });
  expect(bodies).toEqual([{ ...object, metadata: { ...object.metadata, resourceVersion: "1" } }, object]);
});
