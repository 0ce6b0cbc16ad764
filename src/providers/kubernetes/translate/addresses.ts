/** Whether what a name stands for is an IPv4 address rather than another name. */
export function isAddress(target: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(target);
}
