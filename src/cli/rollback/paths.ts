import { referredPaths } from "../../site/referred.ts";

/** A service's file now and then; undefined where it was not there. */
export type ServiceTexts = {
  readonly name: string;
  readonly now: string | undefined;
  readonly before: string | undefined;
};

/**
 * The paths of the site that come back with services: all that they named then, and what they name now unless somebody else needs it as
 * it is. And those others who use what comes back: they get it as well.
 */
export function pathsOf(
  services: readonly ServiceTexts[],
  others: readonly ServiceTexts[],
): { readonly paths: readonly string[]; readonly alsoUsedBy: readonly string[] } {
  const before = new Set(services.flatMap((service) => namedBy(service, "before")));
  const used = others.map((service) => ({ name: service.name, paths: namedBy(service, "now") }));
  const free = services
    .flatMap((service) => namedBy(service, "now"))
    .filter((path) => !used.some(({ paths }) => paths.some((other) => overlap(path, other))));
  return {
    paths: [...new Set([...before, ...free])].sort(),
    alsoUsedBy: used
      .filter(({ paths }) => paths.some((path) => [...before].some((own) => overlap(path, own))))
      .map(({ name }) => name),
  };
}

function namedBy({ name, ...texts }: ServiceTexts, when: "now" | "before"): readonly string[] {
  const text = texts[when];
  return text === undefined ? [] : referredPaths(`services/${name}.yaml`, text);
}

/** Whether one path is the other, or lies below it. */
function overlap(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}
