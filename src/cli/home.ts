import { join } from "node:path";

/** The Containerfiles that freehold maintains. */
export function imagesIn(home: string): string {
  return join(home, "images");
}

/** The services ready to use. */
export function catalogIn(home: string): string {
  return join(home, "catalog");
}

/** What can be read about freehold. */
export function docsIn(home: string): string {
  return join(home, "docs");
}
