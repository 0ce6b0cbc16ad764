import type { Certificate } from "./kinds/certificate.ts";
import type { Container } from "./kinds/container.ts";
import type { File } from "./kinds/file.ts";
import type { Image } from "./kinds/image.ts";
import type { Link } from "./kinds/link.ts";
import type { Manifest } from "./kinds/manifest.ts";
import type { Network } from "./kinds/network.ts";
import type { Secret } from "./kinds/secret.ts";
import type { Volume } from "./kinds/volume.ts";

/** The machine's vocabulary. A closed union: features emit these, providers make them. */
export type Resource = Image | Network | Volume | File | Certificate | Secret | Link | Container | Manifest;

/** One word per resource kind. */
export type Kind = Resource["kind"];
