// Words in a PNG file: iTXt chunks, which viewers and search engines read. https://www.w3.org/TR/png-3/#11iTXt

const HEAD = 33; // bytes: the signature and the first chunk, which must stay the first

// The file's bytes with a text under each keyword.
export function withWords(bytes, words) {
  const chunks = Object.entries(words).map(([keyword, text]) => chunk("iTXt", `${keyword}\0\0\0\0\0${text}`));
  return new Blob([bytes.slice(0, HEAD), ...chunks, bytes.slice(HEAD)], { type: "image/png" });
}

function chunk(type, text) {
  const body = new TextEncoder().encode(type + text);
  const framed = new Uint8Array(body.length + 8);
  const view = new DataView(framed.buffer);
  view.setUint32(0, body.length - 4);
  framed.set(body, 4);
  view.setUint32(body.length + 4, checksum(body));
  return framed;
}

// CRC-32 as PNG wants it.
function checksum(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return ~rest >>> 0;
}
