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
