import type { Draft, Written } from "../assemble/draft.ts";
import type { Front, Port } from "../site.ts";
import type { Found } from "./found.ts";

type Claim = { readonly draft: Draft; readonly port: Written<Port> };

/** Ports at the front door that two services want, or that the front door has itself: a problem in each service. */
export function publishedMistakes(drafts: readonly Draft[], front: Front | undefined): Found[] {
  const claims = new Map<number, Claim[]>();
  for (const draft of drafts) {
    for (const port of draft.published) {
      const others = claims.get(port.value.published);
      if (others === undefined) claims.set(port.value.published, [{ draft, port }]);
      else others.push({ draft, port });
    }
  }
  return [...claims.values()].flatMap((same) => [...shared(same), ...onFrontDoor(same, front)]);
}

function shared(claims: readonly Claim[]): Found[] {
  if (claims.length < 2) return [];
  return claims.map(({ draft, port }) => {
    const holder = claims.find((one) => one.draft !== draft)?.draft.service.name ?? "this service itself";
    const { published } = port.value;
    return {
      draft,
      mistake: {
        code: "PUBLISHED_TAKEN",
        path: pathOf(port),
        message: `expected a port of its own at the front door, got ${published}, which ${holder} publishes as well`,
        hint: `write published: with another port, such as ${free(published)}`,
      },
    };
  });
}

function onFrontDoor(claims: readonly Claim[], front: Front | undefined): Found[] {
  return claims.flatMap(({ draft, port }): Found[] => {
    const { published } = port.value;
    if (front === undefined || (published !== front.http && published !== front.https)) return [];
    const protocol = published === front.http ? "HTTP" : "HTTPS";
    return [
      {
        draft,
        mistake: {
          code: "PUBLISHED_FRONT_DOOR",
          path: pathOf(port),
          message: `expected a port that is free at the front door, got ${published}, where it listens for ${protocol} itself`,
          hint: `write published: with another port, such as ${free(published)}`,
        },
      },
    ];
  });
}

/** The line with `published`, or else with `port`. */
function pathOf({ value, path }: Written<Port>): (string | number)[] {
  return [...path, value.published === value.port ? "port" : "published"];
}

function free(port: number): number {
  return port + 10_000 <= 65_535 ? port + 10_000 : port - 10_000;
}
