import type { Draft } from "../assemble/draft.ts";
import type { Found } from "./found.ts";

type Claim = { readonly draft: Draft; readonly index: number };

/** Two entries with one host and path, and one host that is public here and private there: a problem in each of them. */
export function hostMistakes(drafts: readonly Draft[]): Found[] {
  const hosts = new Map<string, Claim[]>();
  for (const draft of drafts) {
    if (draft.service.stage === "retired") continue;
    for (const [index, { value }] of draft.exposures.entries()) {
      const claims = hosts.get(value.host);
      if (claims === undefined) hosts.set(value.host, [{ draft, index }]);
      else claims.push({ draft, index });
    }
  }
  return [...hosts.values()].flatMap((claims) => (claims.length < 2 ? [] : [...taken(claims), ...differing(claims)]));
}

function taken(claims: readonly Claim[]): Found[] {
  const paths = new Map<string, Claim[]>();
  for (const claim of claims) {
    const path = exposureOf(claim)?.value.path ?? "/";
    const others = paths.get(path);
    if (others === undefined) paths.set(path, [claim]);
    else others.push(claim);
  }
  return [...paths.values()].flatMap((same) =>
    same.length < 2 ? [] : same.flatMap((claim) => takenBy(claim, other(same, claim))),
  );
}

function takenBy(claim: Claim, holder: Claim): Found[] {
  const exposure = exposureOf(claim);
  if (exposure === undefined) return [];
  const { host, path } = exposure.value;
  const where = path === "/" ? host : host + path;
  const who = holder.draft === claim.draft ? "this service once more" : holder.draft.service.name;
  return [
    {
      draft: claim.draft,
      mistake: {
        code: "EXPOSE_TAKEN",
        path: exposure.path,
        message: `expected a host and path of its own, got ${where}, which ${who} has as well`,
        hint: "give one of them another host or path",
      },
    },
  ];
}

function differing(claims: readonly Claim[]): Found[] {
  const first = claims[0] && exposureOf(claims[0])?.value.to;
  if (claims.every((claim) => exposureOf(claim)?.value.to === first)) return [];
  return claims.flatMap((claim): Found[] => {
    const exposure = exposureOf(claim);
    const against = claims.find((one) => exposureOf(one)?.value.to !== exposure?.value.to);
    if (exposure === undefined || against === undefined) return [];
    const { host, to } = exposure.value;
    const where = against.draft === claim.draft ? "elsewhere in this file" : `in ${against.draft.service.name}`;
    const opposite = to === "public" ? "private" : "public";
    const message = `expected one host to be public or private, got ${host} ${to} here and ${opposite} ${where}`;
    const hint = "write the same to for both, or give one of them another host";
    return [{ draft: claim.draft, mistake: { code: "EXPOSE_TO_DIFFERS", path: exposure.path, message, hint } }];
  });
}

function exposureOf({ draft, index }: Claim): Draft["exposures"][number] | undefined {
  return draft.exposures[index];
}

/** Somebody else among those with the same claim, from another file if there is one. */
function other(claims: readonly Claim[], claim: Claim): Claim {
  const elsewhere = claims.find(({ draft }) => draft !== claim.draft);
  return elsewhere ?? claims.find((one) => one !== claim) ?? claim;
}
