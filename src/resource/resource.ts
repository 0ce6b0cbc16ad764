import type { Certificate } from "./kinds/certificate.ts";
import type { Container } from "./kinds/container.ts";
import type { File } from "./kinds/file.ts";
import type { Image } from "./kinds/image.ts";
import type { Link } from "./kinds/link.ts";
import type { Network } from "./kinds/network.ts";
import type { Volume } from "./kinds/volume.ts";

/** Names a resource within its site: `container/blog/blog`, `network/blog`, `volume/calendar/calendar/data`. */
export type ResourceId = string;

/** What every resource has. Resources are plain JSON data; equal data means an equal thing in the world. */
export type ResourceBase = {
  readonly id: ResourceId;
  /** The service that it belongs to; `front` for the front door (no service may be called so). */
  readonly service: string;
  /** What must exist, and where it is a container be healthy, before this is made. */
  readonly needs: readonly ResourceId[];
};

/** The machine's vocabulary. A closed union: features emit these, providers make them. */
export type Resource = Image | Network | Volume | File | Certificate | Link | Container;

/** One word per resource kind. */
export type Kind = Resource["kind"];
