import type { Clock } from "../../lib/clock.ts";
import type { Image } from "../../resource/kinds/image.ts";
import type { SealedSecrets } from "../../secrets/sealed.ts";
import type { ApplyContext } from "../apply-context.ts";
import type { KubeClient } from "./client/client.ts";

/** What every part of this runtime works with, for one site. */
export type Session = {
  readonly site: string;
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly images: ClusterImages;
  /** Opens secrets, with keys that are looked up anew each time. Problems: `SECRETS_LOCKED`, `SECRET_DAMAGED`. */
  readonly open: (sealed: SealedSecrets) => Promise<ReadonlyMap<string, string>>;
  /** The storage class of new state; absent: the cluster's default. */
  readonly storageClass?: string;
  /** Milliseconds of silence after which the controller declares a node lost; absent: a person does. */
  readonly nodeLostAfter?: number;
  /**
   * Brings an image with Node and the usual small programs, once, and tells it as nodes pull it: what looks into pods and copies state runs
   * it. Absent: there is none.
   */
  readonly helperImage?: () => Promise<string>;
};

/** What sessions of all sites share. */
export type SessionParts = Omit<Session, "site">;

/** What an image tells about itself, as far as a cluster must know before it runs it. Plain JSON: it is kept with the site. */
export type ImageFacts = {
  /** What nodes are told to pull, which may differ from {@link Image.reference}: `registry.example/git@sha256:…`. */
  readonly reference: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The user that it starts as: a number, a name, both with a group, or "" for root. */
  readonly user: string;
};

/** How images come to where the cluster's nodes find them. */
export type ClusterImages = {
  /** Whether nodes would find what these facts were told of. Cheap: it may be asked for every image at every look. */
  present(facts: ImageFacts): Promise<boolean>;
  /** Builds, pushes or only looks up an image. Problems: `IMAGE_BUILD`, `IMAGE_BASE`, `IMAGE_PULL`, `IMAGE_PUSH`. */
  bring(image: Image, context: ApplyContext): Promise<ImageFacts>;
};
