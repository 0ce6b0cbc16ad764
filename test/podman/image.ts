import { chmod, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exec, execOrFail } from "../../src/lib/exec.ts";
import type { ContractCommands, ContractWorld } from "../../src/providers/contract.ts";

/** The few programs of the image, all of them essential on every Debian: nothing has to be fetched. */
const programs = ["/usr/bin/perl", "/bin/sh", "/bin/cat", "/bin/sleep", "/bin/ls", "/usr/bin/id", "/bin/rm"] as const;

/** Writes a build context of an image with Perl and a shell from this machine, and returns its directory. */
export async function perlContext(parent: string, tail = ""): Promise<string> {
  const context = await mkdtemp(join(parent, "image-"));
  const root = join(context, "root");
  for (const directory of ["etc", "tmp", "run", "data", "www"]) await mkdir(join(root, directory), { recursive: true });
  const files = new Set<string>(programs);
  for (const program of programs) {
    for (const [, path] of (await exec(["ldd", program])).stdout.matchAll(/(\/\S+) \(0x/g)) files.add(path ?? "");
  }
  const modules = (await execOrFail(["dpkg", "-L", "perl-base"]))
    .split("\n")
    .filter((path) => /\.(pm|pl|so)$/.test(path));
  await execOrFail(["cp", "-L", "--parents", ...files, ...modules, root]);
  await writeFile(join(root, "etc/passwd"), "root:x:0:0::/:/bin/sh\nweb:x:1000:1000::/:/bin/sh\n");
  await writeFile(join(root, "etc/group"), "root:x:0:\nweb:x:1000:\n");
  await chmod(join(root, "tmp"), 0o1777);
  await writeFile(
    join(context, "Containerfile"),
    `FROM scratch\nCOPY root /\nLABEL freehold.read-only="true" freehold.capabilities=""\nSTOPSIGNAL SIGKILL\n${tail}\n`,
  );
  return context;
}

const serving = `
  $| = 1; $SIG{PIPE} = "IGNORE"; $SIG{TERM} = sub { exit 0 };
  use IO::Socket::INET; use IO::Socket::UNIX;
  my $s = IO::Socket::INET->new(LocalPort => 8080, Listen => 16, ReuseAddr => 1) or die $!;
  print "serving\\n";
`;

const answering = `
  while (1) {
    my $c = $s->accept or next; sysread $c, my $b, 4096;
    print $c "HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\nConnection: close\\r\\n\\r\\nok\\n"; close $c;
  }
`;

/** Perl that serves HTTP on 8080 until it is ended. */
export const serve = ["/usr/bin/perl", "-e", serving + answering] as const;

/** The same, which also answers a line on /run/freehold/socket with `Taken` and the line. */
export const serveAndReload = [
  "/usr/bin/perl",
  "-e",
  `${serving}
  if (!fork) {
    unlink "/run/freehold/socket";
    my $u = IO::Socket::UNIX->new(Local => "/run/freehold/socket", Listen => 4) or die $!;
    while (1) { my $c = $u->accept or next; my $line = <$c>; print $c "Taken $line"; close $c }
  }
  ${answering}`,
] as const;

/** What the runtime contract has containers of this image do. */
export const commands: ContractCommands = {
  serve,
  ends: (code) => ["/bin/sh", "-c", `exit ${code}`],
  writes: (path, text) => [
    "/usr/bin/perl",
    "-e",
    "open F, '>', shift or die; print F shift; close F or die",
    path,
    text,
  ],
  holds: (path, text) => ["/bin/sh", "-c", 'test "$(/bin/cat "$1"; echo x)" = "$2"x', "sh", path, text],
  hasVariable: (name, text) => ["/usr/bin/perl", "-e", "exit($ENV{$ARGV[0]} ne $ARGV[1])", name, text],
};

/** The same of one that is told of what is live. */
export const reloading: NonNullable<ContractWorld["reloading"]> = {
  command: serveAndReload,
  reload: { socket: "/run/freehold/socket", send: "reload", expect: "Taken reload" },
};
