import { expect, test } from "vitest";
import { supervisorEnvironment } from "./supervisor-environment.ts";

test("the supervisor learns places, language and the way out, and nothing else of who started it", () => {
  const needed = {
    FREEHOLD_ROOT: "/srv/freehold",
    HOME: "/root",
    LANG: "de_DE.UTF-8",
    LC_ALL: "C.UTF-8",
    TZ: "Europe/Berlin",
    https_proxy: "http://proxy:3128",
    NO_PROXY: "localhost",
    SSL_CERT_FILE: "/etc/ssl/own.pem",
    REGISTRY_AUTH_FILE: "/root/auth.json",
  };
  const personal = {
    GITHUB_TOKEN: "t",
    SOPS_AGE_KEY: "k",
    NODE_OPTIONS: "--require /tmp/x.js",
    LD_PRELOAD: "/tmp/x.so",
    SSH_AUTH_SOCK: "/tmp/agent",
    XFREEHOLD_ROOT: "/",
    FREEHOLD_TOKEN: "t",
  };
  expect(supervisorEnvironment({ ...needed, ...personal, PATH: "/home/ada/bin:." })).toEqual({
    ...needed,
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  });
});
