/** Words that come at any time, for one reader who takes them when there is time. */
export type Mailbox<T> = {
  /** Leaves a word. The same word that nobody has taken yet is left once. */
  post(word: T): void;
  /** Makes the reader's next step throw, after what was left. */
  break(cause: unknown): void;
  /** The words as they come, until the signal ends it. */
  read(signal: AbortSignal): AsyncGenerator<T>;
};

/** A mailbox that holds each word at most once, so that a storm of them costs no memory. */
export function mailbox<T>(): Mailbox<T> {
  const words = new Set<T>();
  let broken: { readonly cause: unknown } | undefined;
  let wake = (): void => {};
  return {
    post: (word) => {
      words.add(word);
      wake();
    },
    break: (cause) => {
      broken ??= { cause };
      wake();
    },
    read: async function* (signal) {
      while (!signal.aborted) {
        const [word] = words;
        if (word !== undefined) {
          words.delete(word);
          yield word;
        } else if (broken !== undefined) {
          throw broken.cause;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
            signal.addEventListener("abort", () => resolve(), { once: true });
          });
        }
      }
    },
  };
}
