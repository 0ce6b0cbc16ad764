import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { addressOf as containerAddress, runningContainer } from "./containers.ts";
import type { TestSite } from "./site.ts";

/** A part of a service, where it keeps something, and a port that it listens on. */
export type Post = {
  readonly service: string;
  readonly part: string;
  /** A directory that its user may write to. */
  readonly directory: string;
  readonly port: number;
  /** Whether its program must change users, so that root inside, who is nobody outside, is to be had. */
  readonly becomesRoot?: true;
};

/** What is left in a part for others to find: a file, and a process with words, a variable and a socket. */
export async function plant(site: TestSite, post: Post): Promise<void> {
  const name = nameOf(post);
  const listen = `use Socket; socket(S,AF_UNIX,SOCK_STREAM,0); bind(S,pack_sockaddr_un("\\0marker-socket-${name}")) or die; listen(S,9); sleep`;
  const script = [
    `echo marker-file-${name} > ${post.directory}/.marker || exit 1`,
    `MARKER=marker-environ-${name} perl -e 'print STDERR "ready"; ${listen}' marker-words-${name} >/dev/null 2>&1 </dev/null &`,
    "sleep 0.3; kill -0 $!",
  ];
  await site.must(["exec", wordOf(post), "--", "sh", "-c", script.join("\n")]);
}

/** Looks around in a part, as its user and under its constraints; a line for each thing found, sorted. */
export async function spy(site: TestSite, post: Post, targets: readonly string[]): Promise<readonly string[]> {
  const script = await readFile(join(import.meta.dirname, "spy.pl"), "utf8");
  const input = `${script}__END__\n${targets.join("\n")}\n`;
  const { code, stdout, stderr } = await site.machine.freehold(["exec", wordOf(post), "--", "perl", "-"], { input });
  const lines = stdout.trimEnd().split("\n");
  if (code !== 0 || lines.pop() !== "done") throw new Error(`the spy in ${wordOf(post)} ended with ${code}: ${stderr}`);
  return lines.sort();
}

/** What the spy finds of the part's own: all that was planted, and its service's secret. */
export function ownThings(post: Post, secret: boolean, address: string): readonly string[] {
  const name = nameOf(post);
  const own = [
    `file marker-file-${name}`,
    ...["environ", "words", "socket"].map((kind) => `process marker-${kind}-${name}`),
    ...[
      `listed marker-socket-${name}`,
      `socket marker-socket-${name}`,
      `address ${address}:${post.port}`,
      "wrote /tmp",
    ],
  ];
  return [
    ...own,
    ...(secret ? [`file marker-secret-${post.service}-`] : []),
    ...(post.becomesRoot ? ["became root"] : []),
  ].sort();
}

/** The name of its abstract socket, as the spy takes it. */
export function socketOf(post: Post): string {
  return `@marker-socket-${nameOf(post)}`;
}

/** The address of its container, read from its network namespace. */
export async function addressOf(site: TestSite, { service, part }: Post): Promise<string> {
  return containerAddress(await runningContainer(site.machine, containerOf(service, part)));
}

function containerOf(service: string, part: string): string {
  return service === part ? `home.${service}` : `home.${service}.${part}`;
}

function nameOf({ service, part }: Post): string {
  return `${service}-${part}`;
}

function wordOf({ service, part }: Post): string {
  return service === part ? service : `${service}/${part}`;
}
