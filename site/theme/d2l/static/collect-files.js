// Files that somebody has chosen or dropped, folders and zip files among them, one after the other as text: for collect.js.
// Nothing is sent, and of what is too large nothing is read.

/** @typedef {"large" | "zip" | "unread"} Fault */
/** @typedef {{path: string, text?: string, fault?: Fault}} Found */

/* exported d2lFiles */
const d2lFiles = (() => {
  const LARGE = 50e6, LARGE_ZIP = 2e9; // bytes of a notebook, and of a zip file
  const END = 0x06054b50, ENTRY = 0x02014b50, TAIL = 22 + 0xffff; // of a zip file: its end, with the longest comment
  const MARKS = ["PK\x03\x04", "PK\x05\x06"]; // how a zip file begins, and one with nothing in it
  const JUNK = /(^|\/)(__MACOSX\/|\.[^/]*$)/; // what systems put beside files

  // A name in a zip file: UTF-8, or what Windows writes in Korea.
  /** @type {(bytes: Uint8Array) => string} */
  const nameOf = (bytes) => {
    try { return new TextDecoder("utf-8", { fatal: true }).decode(bytes); } catch { return new TextDecoder("euc-kr").decode(bytes); }
  };

  /** @type {(blob: Blob, from: number, length: number) => Promise<DataView>} */
  const view = async (blob, from, length) => new DataView(await blob.slice(from, from + length).arrayBuffer());

  // The text of a blob, packed or not; what is longer than it should be is not read to its end.
  /** @type {(blob: Blob, packed: boolean) => Promise<{text?: string, fault?: Fault}>} */
  const read = async (blob, packed) => {
    const stream = packed ? blob.stream().pipeThrough(new DecompressionStream("deflate-raw")) : blob.stream();
    const reader = stream.getReader(), decoder = new TextDecoder();
    let text = "", size = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { text: text + decoder.decode() };
      size += value.length;
      if (size > LARGE) {
        await reader.cancel();
        return { fault: "large" };
      }
      text += decoder.decode(value, { stream: true });
    }
  };

  // What an entry of the list at the end of a zip file says, and where the next one begins.
  /** @type {(list: DataView, at: number) => {name: string, packed: boolean, readable: boolean, size: number, from: number, next: number}} */
  const entry = (list, at) => {
    if (list.getUint32(at, true) !== ENTRY) throw new Error("no entry");
    const [flags, method] = [8, 10].map((place) => list.getUint16(at + place, true));
    const [length, extra, comment] = [28, 30, 32].map((place) => list.getUint16(at + place, true));
    return {
      name: nameOf(new Uint8Array(list.buffer, at + 46, length)),
      packed: method === 8,
      readable: (method === 0 || method === 8) && !(flags & 1), // not encrypted
      size: list.getUint32(at + 20, true),
      from: list.getUint32(at + 42, true),
      next: at + 46 + length + extra + comment,
    };
  };

  /** @type {(path: string, file: Blob) => AsyncGenerator<Found>} */
  async function* unzip(path, file) {
    const tail = await view(file, Math.max(0, file.size - TAIL), TAIL);
    let end = tail.byteLength - 22;
    while (tail.getUint32(end, true) !== END) end -= 1; // before the first byte it throws
    const list = await view(file, tail.getUint32(end + 16, true), tail.getUint32(end + 12, true));
    for (let at = 0, left = tail.getUint16(end + 10, true); left; left -= 1) {
      const { name, packed, readable, size, from, next } = entry(list, at);
      at = next;
      if (name.endsWith("/") || JUNK.test(name)) continue;
      const head = await view(file, from, 30), begin = from + 30 + head.getUint16(26, true) + head.getUint16(28, true);
      /** @type {{text?: string, fault?: Fault}} */
      const failed = { fault: "unread" };
      const found = readable ? await read(file.slice(begin, begin + size), packed).catch(() => failed) : failed;
      yield { path: name || path, ...found };
    }
  }

  // The files of what was dropped, with their paths; a folder hands out a hundred at a time.
  /** @type {(entry: any, found: Map<File, string>) => Promise<void>} */
  const walk = async (item, found) => {
    if (item.isFile) {
      found.set(await new Promise((done, failed) => { item.file(done, failed); }), item.fullPath.slice(1));
      return;
    }
    const reader = item.createReader();
    for (;;) {
      const some = await new Promise((done, failed) => { reader.readEntries(done, failed); });
      if (!some.length) return;
      for (const one of some) await walk(one, found);
    }
  };

  return {
    /** @type {(transfer: DataTransfer) => Promise<Map<File, string>>} */
    async dropped({ items, files }) {
      /** @type {Map<File, string>} */
      const found = new Map(), entries = [...items].map((item) => item.webkitGetAsEntry());
      if (!entries.length || entries.includes(null)) return new Map([...files].map((file) => [file, file.name]));
      for (const item of entries) await walk(item, found);
      return found;
    },

    /** @type {(files: Map<File, string>) => AsyncGenerator<Found>} */
    async* read(files) {
      for (const [file, path] of files) {
        if (JUNK.test(path)) continue;
        try {
          const zip = MARKS.includes(await file.slice(0, 4).text());
          if (file.size > (zip ? LARGE_ZIP : LARGE)) yield { path, fault: "large" };
          else if (zip) yield* unzip(path, file);
          else yield { path, ...await read(file, false) };
        } catch (error) {
          console.warn(error);
          yield { path, fault: /\.zip$/i.test(path) ? "zip" : "unread" };
        }
      }
    },
  };
})();
