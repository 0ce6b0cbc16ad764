/** The maps of the language that have keys of their own. */
export type SectionName =
  | "site"
  | "front"
  | "engine"
  | "kubernetes"
  | "sources"
  | "person"
  | "invitation"
  | "service"
  | "part"
  | "port"
  | "exposure"
  | "health"
  | "limits"
  | "people"
  | "certificate";
