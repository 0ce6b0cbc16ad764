import { describe, expect, test } from "vitest";
import { judgeAddresses, judgeIpv6 } from "./addresses.ts";

const head = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

describe("the addresses of services", () => {
  test("are free beside a default route and a home network", () => {
    expect(
      judgeAddresses(head + route("eth0", "00000000", "00000000") + route("eth0", "0001A8C0", "00FFFFFF")).state,
    ).toBe("fine");
  });

  test("may be used by bridges of freehold", () => {
    expect(judgeAddresses(head + route("fh1a2b-5", "0005E00A", "00FFFFFF")).state).toBe("fine");
  });

  test("that somebody else uses are named with who it is", () => {
    expect(judgeAddresses(head + route("tun0", "0008E80A", "00FFFFFF"))).toMatchObject({
      state: "wrong",
      found: "10.232.8.0/24 is used by tun0",
    });
  });

  test("that lie in a larger network are a warning", () => {
    expect(judgeAddresses(head + route("wg0", "0000000A", "000000FF"))).toMatchObject({
      state: "warning",
      found: "10.0.0.0/8, which includes them, leads to wg0",
    });
  });
});

function route(device: string, destination: string, mask: string): string {
  return `${device}\t${destination}\t00000000\t0001\t0\t0\t0\t${mask}\t0\t0\t0\n`;
}

describe("IPv6", () => {
  test("is missed only where the front door is to listen on it, and the fix is a line of the site", () => {
    expect(judgeIpv6(false, ["0.0.0.0", "::"])[0]?.fix).toBe("set front: {addresses: [0.0.0.0]} in site.yaml");
    expect(judgeIpv6(false, ["::1"])[0]?.fix).toBe("set front: {addresses: [0.0.0.0]} in site.yaml");
    expect(judgeIpv6(false, ["127.0.0.1"])).toEqual([]);
    expect(judgeIpv6(true, ["::"])).toEqual([]);
  });
});
