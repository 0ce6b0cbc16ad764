/** The keys and indexes that lead to a value inside a file. */
export type Path = readonly (string | number)[];

/** `expose[0].host`, `files["/etc/app.conf"]`. Empty for the file itself. */
export function pathText(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (!/^[A-Za-z_][\w-]*$/.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}
