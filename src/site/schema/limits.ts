import { section } from "./form.ts";
import { optionalKey } from "./key.ts";
import { cores, count, size } from "./unit.ts";

/** What a part may use when nothing is written. */
export const limitDefaults = { memory: 512 * 1024 ** 2, cpu: 2, processes: 512 } as const;

const memory = size({ least: 4 * 1024 ** 2, most: 64 * 1024 ** 4, words: "from 4M" });
const processes = count({ least: 1, most: 4_194_304, what: "a number" });

/** `limits`: what a part may use at most, enforced by the kernel. */
export const limits = section(
  "limits",
  { expected: "a map with memory, cpu and processes" },
  {
    memory: optionalKey(memory, {
      description: "Memory. K, M, G and T are powers of 1,024. What asks for more is ended and started again.",
      unless: "512M",
      example: "256M",
    }),
    cpu: optionalKey(cores, {
      description: "Processor time, as a number of cores.",
      unless: 2,
      example: 0.5,
    }),
    processes: optionalKey(processes, {
      description: "Processes and threads at one time.",
      unless: 512,
      example: 200,
    }),
  },
);
