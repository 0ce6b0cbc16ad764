import { createServer } from "node:net";
import { expect, test } from "vitest";
import { ProblemError } from "../../lib/problem.ts";
import { failPortTaken, portIn, saysPortTaken } from "./port-taken.ts";

const said =
  "[ALERT] (1) : Binding [/etc/front/haproxy.cfg:60] for frontend https: cannot bind socket (Address already in use) for [0.0.0.0:443].";

test("finds the port that could not be had, not the line of the configuration", () => {
  expect(portIn(said)).toBe(443);
  expect(portIn("socket for [:::8443]")).toBe(8443);
  expect(portIn("nothing of that sort")).toBeUndefined();
});

test("tells such a line from others", () => {
  expect(saysPortTaken(said)).toBe(true);
  expect(saysPortTaken("[ALERT] (1) : config : Cannot open configuration file: Permission denied")).toBe(false);
  expect(saysPortTaken("New worker (8) forked")).toBe(false);
});

test("names the program that has the port", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const problem = await failPortTaken([`cannot bind socket for [127.0.0.1:${port}]`]).catch((thrown: unknown) =>
    thrown instanceof ProblemError ? thrown.problem : undefined,
  );
  server.close();
  expect(problem?.code).toBe("PORT_TAKEN");
  expect(problem?.message).toContain(`port ${port}`);
  expect(problem?.got).toContain(`(pid ${process.pid})`);
});
