/** Members by which items of a list are told apart, in the order in which they are tried. */
const keys = ["name", "mountPath", "containerPort", "port", "key", "path", "topologyKey"] as const;

/**
 * Whether a live object has all that a wanted one says. What the cluster and others add does not count: further members, further items
 * of lists whose items have names. Quantities are compared by what they mean; what is empty, zero or false is as good as absent, since
 * the API leaves it out.
 */
export function contains(live: unknown, wanted: unknown): boolean {
  if (live === wanted) return true;
  if (isBlank(wanted)) return live === undefined || live === null || isBlank(live) || isEmptyObject(wanted, live);
  if (typeof wanted === "string") return isSameText(live, wanted);
  if (Array.isArray(wanted)) return Array.isArray(live) && containsItems(live, wanted);
  if (!isRecord(wanted) || !isRecord(live)) return false;
  for (const key of Object.keys(wanted)) if (!contains(live[key], wanted[key])) return false;
  return true;
}

type Members = Readonly<Record<string, unknown>>;

function containsItems(live: readonly unknown[], wanted: readonly unknown[]): boolean {
  const key = keys.find((each) => wanted.every((item) => isRecord(item) && item[each] !== undefined));
  if (key === undefined || !areDistinct(wanted, key))
    return live.length === wanted.length && wanted.every((item, index) => contains(live[index], item));
  return wanted.every((item) =>
    live.some((other) => isRecord(other) && isRecord(item) && other[key] === item[key] && contains(other, item)),
  );
}

function areDistinct(items: readonly unknown[], key: string): boolean {
  return new Set(items.map((item) => (isRecord(item) ? item[key] : undefined))).size === items.length;
}

function isRecord(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isBlank(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.values(value).every((each) => each === undefined);
}

/** An empty object asks for nothing more: `emptyDir: {}` is there with whatever the cluster filled in. */
function isEmptyObject(wanted: unknown, live: unknown): boolean {
  return isRecord(wanted) && isRecord(live);
}

function isSameText(live: unknown, wanted: string): boolean {
  if (typeof live === "number") return String(live) === wanted;
  if (typeof live !== "string") return false;
  const quantity = quantityOf(wanted);
  return quantity !== undefined && quantityOf(live) === quantity;
}

const scales: Readonly<Record<string, number>> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** What a quantity of Kubernetes means (`500m`, `128Mi`); undefined for other texts. */
function quantityOf(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,18}(?:\.\d{1,9})?)([numkMGTPE]|[KMGTPE]i)?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return Math.round(Number(digits) * (scales[unit ?? ""] ?? 1) * 1e9) / 1e9;
}
