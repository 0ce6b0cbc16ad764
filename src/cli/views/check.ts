import type { Loaded } from "../../site/load.ts";
import { type Text, tone } from "../span.ts";
import { wrap } from "../width.ts";
import { count, listed } from "../words.ts";
import { problemsText } from "./problems.ts";

/** So many problems are shown in full. */
const most = 50;

/** What `check` prints: the problems, then a line that says how the whole is. */
export function checkText(loaded: Loaded, columns: number): Text {
  const { problems } = loaded;
  const left = problems.length - most;
  return [
    ...problemsText(problems.slice(0, most), columns),
    ...(left > 0 ? ["", `… and ${count(left, "more problem")}: freehold check --json lists all.`] : []),
    ...(problems.length === 0 ? [] : [""]),
    ...verdict(loaded, columns),
  ];
}

function verdict({ site, problems, broken, files }: Loaded, columns: number): Text {
  if (site === undefined) {
    const heads = new Set(
      problems.flatMap(({ severity, place }) => (severity === "error" && place ? [place.file] : [])),
    );
    const wrong = ["site.yaml", "people.yaml"].filter((file) => heads.has(file));
    const until = wrong.length === 0 ? "that is" : `${listed(wrong)} ${wrong.length === 1 ? "is" : "are"}`;
    return wrap(`${tally(problems, files)} Nothing of this site can be applied until ${until} mended.`, columns);
  }
  const affected = new Set(problems.map(({ place }) => place?.file));
  const fine = site.services.map(({ name }) => name).filter((name) => !affected.has(`services/${name}.yaml`));
  if (problems.length === 0) {
    return [
      [tone("good", "✔"), ` ${count(files.length, "file")}, ${count(site.services.length, "service")}: no problems.`],
    ];
  }
  const good = fine.length === 0 ? "" : ` ${listed(fine)} ${fine.length === 1 ? "is" : "are"} fine.`;
  const held =
    broken.length === 0 ? "" : ` ${listed(broken)} ${broken.length === 1 ? "stays" : "stay"} as before until mended.`;
  return wrap(`${tally(problems, files)}${good}${held}`, columns);
}

/** `2 problems in 2 of 7 files.` */
function tally(problems: Loaded["problems"], files: readonly string[]): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  const what = [
    ...(errors > 0 ? [count(errors, "problem")] : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
  ].join(" and ");
  const where = new Set(problems.flatMap(({ place }) => (place === undefined ? [] : [place.file])));
  return `${what} in ${where.size} of ${count(new Set([...files, ...where]).size, "file")}.`;
}
