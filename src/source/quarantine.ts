/** Where git keeps the objects of a push until its hooks have agreed to it: variables of the hook's environment. */
export type Quarantine = Readonly<Record<string, string>>;

const names = ["GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH"];

/** What a hook must hand on to see what is being pushed; git-receive-pack(1), "QUARANTINE ENVIRONMENT". */
export function quarantineOf(env: Readonly<Record<string, string | undefined>>): Quarantine {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
