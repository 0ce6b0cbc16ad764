/** Where Debian keeps programs, for whoever is nobody's shell. */
const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What the supervisor needs to know of the surroundings: places, language, the way out for images, and whom it believes there. */
const needed = [
  /^FREEHOLD_(ROOT|RUN|IMAGE_STORE)$/,
  /^(HOME|XDG_CACHE_HOME|NODE_COMPILE_CACHE)$/,
  /^(LANG|LC_[A-Z]+|TZ)$/,
  /^(https?|all|no)_proxy$/i,
  /^(SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS|REGISTRY_AUTH_FILE)$/,
];

/**
 * The environment of the supervisor's process, from that of the person who starts it: it lives for months and starts Podman and
 * all that follows, so it takes along neither the person's tokens nor the person's own programs.
 */
export function supervisorEnvironment(env: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => needed.some((rule) => rule.test(name)));
  return { ...Object.fromEntries(kept), PATH: path };
}
