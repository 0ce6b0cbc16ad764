// Runs on a test machine: takes the lock of a site's ledger, says so, and holds it until standard input ends. Word: LEDGER.
import { lock } from "../../src/ledger/lock.ts";

const held = await lock(process.argv[2] ?? "", "freehold up", { waitMilliseconds: 60_000 });
process.stdout.write("held\n");
process.stdin.resume().on("end", () => void held.release().then(() => process.exit(0)));
