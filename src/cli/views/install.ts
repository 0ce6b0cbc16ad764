import { join } from "node:path";
import type { Connected } from "../push/connect-checkout.ts";
import type { SetUp } from "../push/set-up.ts";
import type { Line, Text } from "../span.ts";
import type { UnitInstalled } from "../systemd.ts";
import { wrap } from "../width.ts";
import { connectedText } from "./connected.ts";

/** What `install` made. */
export type InstallView = {
  readonly site: string;
  readonly host: string;
  /** Where freehold lies. */
  readonly home: string;
  readonly repository: SetUp;
  readonly unit: UnitInstalled;
  /** Absent: there was no checkout. */
  readonly connected?: Connected;
};

/** What takes changes now, how one pushes from here or from elsewhere, and what keeps it running. */
export function installText(view: InstallView, columns: number): Text {
  const { site, repository, connected } = view;
  return [
    `${site} follows the branch ${repository.branch} of ${repository.repository}.`,
    ...(connected === undefined ? elsewhereText(view, columns) : connectedText(connected)),
    "",
    ...unitText(view, columns),
  ];
}

/** From another machine one pushes over SSH, by a key that may do nothing but that. sshd(8), "AUTHORIZED_KEYS FILE FORMAT". */
function elsewhereText({ site, host, home, repository }: InstallView, columns: number): Text {
  const command = `${join(home, "bin/freehold")} receive --site-name ${site}`;
  return [
    "",
    ...wrap("On the machine with the checkout:", columns),
    `  git remote add ${site} root@${host}:${site}`,
    `  git push ${site} ${repository.branch}`,
    ...wrap("Here, a line in /root/.ssh/authorized_keys, with the key of whoever pushes at its end:", columns),
    `  restrict,command="${command}" ssh-ed25519 AAAA…`,
    ...wrap("and the key that signs their commits:", columns),
    "  freehold signers add ssh-ed25519 AAAA… NAME",
  ];
}

function unitText({ site, unit }: InstallView, columns: number): Line[] {
  if (unit.state === "started") return wrap(`The unit freehold@${site} keeps it running, from boot on.`, columns);
  if (unit.state === "failed") return wrap(`The unit freehold@${site} was not started: ${unit.why}.`, columns);
  return wrap(`No unit was installed, since ${unit.why}: freehold run --site-name ${site} keeps it running.`, columns);
}
