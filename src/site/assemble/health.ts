import type { Mistake } from "../mistake.ts";
import type { Path } from "../path.ts";
import { healthDefaults } from "../schema/health.ts";
import type { PartFile } from "../schema/service.ts";
import type { Health, Port } from "../site.ts";
import type { Report } from "./draft.ts";

type Check = Health["check"];
type Written = NonNullable<PartFile["health"]>;

/** What a part offers, as far as its health may be asked there. */
type Asked = { readonly port: number | undefined; readonly ports: readonly Port[] };

/** The health of a part, defaults filled in. */
export function assembleHealth(health: PartFile["health"], asked: Asked, path: Path, report: Report): Health {
  if (health === undefined) return { check: defaultCheck(asked), ...healthDefaults };
  if ("by" in health) return { check: named(health, asked.port, path, report), ...healthDefaults };
  const { every = healthDefaults.every, timeout = healthDefaults.timeout, within = healthDefaults.within } = health;
  return { check: chosen(health, asked, path, report), every, timeout, within };
}

/** A TCP connection to `port`, else to the first TCP port of `ports`; without either, running is enough. */
function defaultCheck({ port, ports }: Asked): Check {
  const first = port ?? ports.find(({ protocol }) => protocol === "tcp")?.port;
  return first === undefined ? { by: "running" } : { by: "tcp", port: first };
}

function named(word: Extract<Written, { by: string }>, port: number | undefined, path: Path, report: Report): Check {
  if (word.by !== "http") return word;
  if (port === undefined) report(noPort(path));
  return { by: "http", port: port ?? 0, path: word.path };
}

function chosen(health: Exclude<Written, { by: string }>, asked: Asked, path: Path, report: Report): Check {
  const [first, second] = (["path", "tcp", "image"] as const).filter((key) => health[key] !== undefined);
  if (second !== undefined)
    report({
      code: "KEY_MISPLACED",
      path: [...path, second],
      at: "key",
      message: `expected one of path, tcp and image, got ${first} and ${second}`,
      hint: `remove ${second}`,
    });
  if (health.port !== undefined && first !== "path")
    report({
      code: "KEY_MISPLACED",
      path: [...path, "port"],
      at: "key",
      message: "expected port only beside path",
      hint: "write tcp: PORT to ask by TCP",
    });
  if (health.path !== undefined && "path" in health.path)
    return named(health.path, health.port ?? asked.port, [...path, "path"], report);
  if (health.tcp !== undefined) return { by: "tcp", port: health.tcp };
  return health.image === true ? { by: "image" } : defaultCheck(asked);
}

function noPort(path: Path): Mistake {
  return {
    code: "HEALTH_NO_PORT",
    path,
    message: "expected a port to ask for this path, got none",
    hint: "write port: with the port on which it answers HTTP",
  };
}
