/** One DER value (X.690): its tag byte and its content. */
export type DerValue = { readonly tag: number; readonly content: Buffer };

/** Writes a value whose content is these values, or bytes, one after another. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(content.length)]), content]);
}

/** Reads the values that stand one after another; stops where the bytes are none. */
export function derValues(bytes: Buffer): readonly DerValue[] {
  const values: DerValue[] = [];
  let rest = bytes;
  while (rest.length >= 2) {
    const short = rest.readUInt8(1);
    const more = short < 0x80 ? 0 : short - 0x80;
    if (more > 4 || rest.length < 2 + more) break;
    const length = more === 0 ? short : rest.readUIntBE(2, more);
    values.push({ tag: rest.readUInt8(0), content: rest.subarray(2 + more, 2 + more + length) });
    rest = rest.subarray(2 + more + length);
  }
  return values;
}

function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length];
  if (length < 0x100) return [0x81, length];
  return [0x82, length >> 8, length & 0xff];
}
