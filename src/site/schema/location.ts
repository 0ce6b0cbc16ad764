import { visible } from "../../lib/text.ts";
import { textLeaf } from "./leaf.ts";

/** Where the kernel has its own things. */
const kernel = /^\/(?:proc|sys|dev)(?:\/|$)/;

/** A path inside a container at which something is put. */
export const mountPath = textLeaf<string>({
  code: "PATH_INVALID",
  expected: "an absolute path such as /data",
  json: { pattern: "^/[^/]" },
  read: (text, refuse) => {
    if (text.length > 1024 || visible(text) !== text || /[:,]/.test(text)) return undefined;
    if (!text.startsWith("/")) return refuse(isPlain(`/${text}`) ? { hint: `write /${text}` } : {});
    if (text === "/") return refuse({ expected: "a path below /", hint: "name a directory, such as /data" });
    if (text.endsWith("/") && isPlain(text.slice(0, -1))) return refuse({ hint: `write ${text.slice(0, -1)}` });
    if (!isPlain(text)) return refuse({ hint: "write it without .., . and //" });
    if (kernel.test(text) && text !== "/dev/shm")
      return refuse({ expected: "a path outside /proc, /sys and /dev", hint: "choose another path" });
    return text;
  },
});

/** A path inside the site: of a file, or of a directory. */
export const sitePath = textLeaf<string>({
  code: "PATH_INVALID",
  expected: "a path inside the site, such as files/app.conf",
  json: { pattern: "^[^/]" },
  read: (text, refuse) => {
    if (text.length > 1024 || visible(text) !== text) return undefined;
    const bare = text.replace(/^\.\//, "").replace(/\/$/, "");
    if (bare === "" || bare === ".") return undefined;
    if (bare.startsWith("/")) return refuse({ code: "FILE_OUTSIDE", hint: "write it from where site.yaml is" });
    if (!isPlain(`/${bare}`)) return refuse({ code: "FILE_OUTSIDE", hint: "write it without .., . and //" });
    return bare;
  },
});

function isPlain(path: string): boolean {
  return path
    .slice(1)
    .split("/")
    .every((step) => step !== "" && step !== "." && step !== "..");
}
