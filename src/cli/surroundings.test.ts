import { expect, test } from "vitest";
import { defaultGateway } from "./surroundings.ts";

const head = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n";

test("the router is read from the kernel's table, where bytes stand in reverse", () => {
  expect(defaultGateway(`${head}eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\n`)).toBe("192.168.1.1");
});

test("a router with a public address is none of the network at home", () => {
  expect(defaultGateway(`${head}eth0\t00000000\t010071CB\t0003\t0\t0\t0\t00000000\n`)).toBeUndefined();
  expect(defaultGateway(head)).toBeUndefined();
});
