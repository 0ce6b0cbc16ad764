import type { TestSite } from "../test/world/site.ts";

/** What wrk found in two seconds: it asks as fast as it gets answers, with so many connections kept. It must get nothing but good ones. */
export async function wrk(
  { machine }: TestSite,
  url: string,
  { connections, headers = [] }: { readonly connections: number; readonly headers?: readonly string[] },
): Promise<{ readonly requests: number; readonly perSecond: number }> {
  const more = headers.flatMap((header) => ["-H", header]);
  const { stdout, stderr } = await machine.exec(["wrk", "-t1", `-c${connections}`, "-d2s", ...more, url]);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  if (!(perSecond > 0) || /Non-2xx|Socket errors/.test(stdout)) throw new Error(`wrk: ${stdout}${stderr}`);
  return { requests, perSecond };
}
