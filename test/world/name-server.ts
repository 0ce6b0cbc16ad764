/** dnsmasq's words for a server in the foreground that knows what it is told, and asks nobody. */
export const quietNameServer = [
  ...["--keep-in-foreground", "--no-resolv", "--no-hosts", "--conf-file=/dev/null", "--pid-file", "--user=root"],
  ...["--local=/#/", "--bind-interfaces"],
] as const;

/** A record, as `freehold dns` prints it, its name without the last dot. */
export type PrintedRecord = { readonly name: string; readonly type: string; readonly value: string };

/** The records in what `freehold dns` printed. */
export function printedRecords(printed: string): readonly PrintedRecord[] {
  return printed.split("\n").flatMap((line) => {
    const [, name, type, value] = /^(\S+)\.\s+IN\s+(\w+)\s+(.*)$/.exec(line) ?? [];
    return name === undefined || type === undefined || value === undefined ? [] : [{ name, type, value }];
  });
}
