// A binary message of the stream: 4 bytes of length, big-endian, that many
// bytes of JSON, and the payload.
export function parseBinary(buffer) {
  if (buffer.byteLength < 4) throw new RangeError(`a binary message has at least 4 bytes, this has ${buffer.byteLength}`);
  const length = new DataView(buffer).getUint32(0);
  if (length > buffer.byteLength - 4) throw new RangeError(`the header of ${length} bytes does not fit into ${buffer.byteLength} bytes`);
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  return { header: JSON.parse(text), payload: new Uint8Array(buffer, 4 + length) };
}
