import type { Command } from "./command.ts";
import { add } from "./commands/add.ts";
import { check } from "./commands/check.ts";
import { completeFor } from "./commands/complete.ts";
import { completion } from "./commands/completion.ts";
import { deploy } from "./commands/deploy.ts";
import { dns } from "./commands/dns.ts";
import { docs } from "./commands/docs.ts";
import { doctor } from "./commands/doctor.ts";
import { down } from "./commands/down.ts";
import { exec } from "./commands/exec.ts";
import { exportCommand } from "./commands/export.ts";
import { history } from "./commands/history.ts";
import { init } from "./commands/init.ts";
import { install } from "./commands/install.ts";
import { invite } from "./commands/invite.ts";
import { logs } from "./commands/logs.ts";
import { open } from "./commands/open.ts";
import { passwd } from "./commands/passwd.ts";
import { plan } from "./commands/plan.ts";
import { prove } from "./commands/prove.ts";
import { receive } from "./commands/receive.ts";
import { receiveCheck } from "./commands/receive-check.ts";
import { release } from "./commands/release.ts";
import { rollback } from "./commands/rollback.ts";
import { run } from "./commands/run.ts";
import { secrets } from "./commands/secrets.ts";
import { signers } from "./commands/signers.ts";
import { snapshots } from "./commands/snapshots.ts";
import { source } from "./commands/source.ts";
import { status } from "./commands/status.ts";
import { trust } from "./commands/trust.ts";
import { up } from "./commands/up.ts";
import { update } from "./commands/update.ts";
import type { CommandGroup } from "./views/help.ts";

/** Every command, in the order in which a person meets them. */
export const commandGroups: readonly CommandGroup[] = [
  { title: "Write a site", commands: [init, add, passwd, invite, secrets, check, dns] },
  { title: "Run it", commands: [plan, up, rollback, down] },
  { title: "Look after it", commands: [status, history, logs, snapshots, exec, open, prove] },
  { title: "Over the years", commands: [update, release, exportCommand] },
  { title: "This machine", commands: [install, run, doctor, trust, signers, source] },
  { title: "Learn more", commands: [docs, completion] },
];

const shown = commandGroups.flatMap(({ commands }) => commands);

/** Every command, those for programs as well. */
export const commands: readonly Command[] = [...shown, completeFor(shown), deploy, receive, receiveCheck];
