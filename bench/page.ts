/** The tables of docs/performance.md. What needs a cluster has one for itself: it is measured where there is one, mostly at another time. */
export type TableName = "machine" | "cluster";

const marks: Readonly<Record<TableName, RegExp>> = {
  machine: /(<!-- measured -->\n)[\s\S]*?(<!-- end -->)/,
  cluster: /(<!-- measured on a cluster -->\n)[\s\S]*?(<!-- end -->)/,
};

/** The page with another text in place of a table; all else stays. Fails where the page has no marks for it. */
export function withTable(page: string, table: TableName, text: string): string {
  if (!marks[table].test(page)) throw new Error(`expected ${marks[table]} in the page, got none`);
  return page.replace(marks[table], (_whole, begin: string, end: string) => begin + text + end);
}
