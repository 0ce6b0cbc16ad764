import type { Draft } from "../assemble/draft.ts";
import type { Mistake } from "../mistake.ts";

/** A mistake that shows only when services are compared, and whose file it is in. */
export type Found = { readonly draft: Draft; readonly mistake: Mistake };
