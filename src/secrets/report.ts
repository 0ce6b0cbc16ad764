import type { ProblemRest } from "../lib/problem.ts";
import type { Range } from "./nodes.ts";
import type { SecretCode } from "./problem-codes.ts";

/** Notes one problem of secrets.yaml, where it stands. */
export type Report = (code: SecretCode, range: Range, message: string, rest?: ProblemRest) => void;
