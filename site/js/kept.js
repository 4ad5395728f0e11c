// What a reader makes is kept in the browser's own storage: the cells he has changed, by page and cell, and the exercises he
// has solved. Nothing is sent anywhere. The editions of a page share what is kept for it.
//
// An entry is one cell, and is written whole: tabs that are open at once take turns, the later edit of a cell stays, and
// none spoils another's. Where the browser refuses, an entry lives as long as its page.

/* exported d2lKept */
const d2lKept = (() => {
  /** @typedef {"code" | "solved"} Kind the reader's code of a cell; a check that his answer has passed */
  /**
   * @typedef {{book: string, code: string}} Entry `book` is the hash of the printed code that it began with
   * @typedef {{kind?: Kind, page?: string, cell?: string}} Change what has changed; nothing says that everything may have
   */
  const NAME = "d2l-kept.", FORMAT = `${NAME}1`; // another format takes another number, and moves what it finds of this one
  /** @type {Map<string, string>} what the browser has refused to keep */
  const refused = new Map();
  /** @type {Set<(change: Change) => void>} */
  const watchers = new Set();

  /** @type {(kind: Kind, page: string, cell?: string) => string} */
  const keyOf = (kind, page, cell = "") => [FORMAT, kind, page, cell].join("/");

  /** @type {(key: string) => Change} */
  const changeOf = (key) => {
    const [, kind, ...rest] = key.split("/"), cell = rest.pop();
    return { kind: /** @type {Kind} */ (kind), page: rest.join("/"), cell };
  };

  /** @type {(change: Change) => void} */
  const tell = (change) => { for (const hear of watchers) hear(change); };

  // The keys that begin so; the storage of a page that may keep nothing has none.
  /** @type {(start: string) => string[]} */
  const keys = (start) => {
    let stored = /** @type {string[]} */ ([]);
    try { stored = Object.keys(localStorage); } catch { /* blocked */ }
    return [...new Set([...stored, ...refused.keys()])].filter((key) => key.startsWith(start));
  };

  // What is no entry, whoever wrote it, is passed over and stays.
  /** @type {(key: string) => Entry | undefined} */
  const read = (key) => {
    try {
      const { book, code } = JSON.parse(refused.get(key) ?? localStorage.getItem(key) ?? "");
      if (typeof book === "string" && typeof code === "string") return { book, code };
    } catch { /* absent, unreadable or blocked */ }
    return undefined;
  };

  /** @type {(key: string, text: string) => void} */
  const write = (key, text) => {
    try {
      localStorage.setItem(key, text);
      refused.delete(key);
    } catch { // blocked or full
      refused.set(key, text);
    }
  };

  /** @type {(key: string) => void} */
  const remove = (key) => {
    refused.delete(key);
    try { localStorage.removeItem(key); } catch { /* blocked: nothing is there */ }
  };

  // Where entries belong on a page: where the code that they began with is printed, else in the cell of their name, which has
  // changed since.
  /** @type {(entries: Map<string, Entry>, hashes: Map<string, string>) => Map<string, string>} */
  const homesOf = (entries, hashes) => {
    /** @type {Map<string, string>} */
    const homes = new Map(), taken = new Set();
    /** @type {(find: (cell: string, book: string) => string | undefined) => void} */
    const place = (find) => {
      for (const [cell, { book }] of entries) {
        const home = homes.has(cell) ? undefined : find(cell, book);
        if (home === undefined || taken.has(home)) continue;
        homes.set(cell, home);
        taken.add(home);
      }
    };
    /** @type {(book: string) => string[]} */
    const printing = (book) => [...hashes].filter(([, hash]) => hash === book).map(([cell]) => cell);
    place((cell, book) => (hashes.get(cell) === book ? cell : undefined));
    place((cell, book) => (printing(book).length === 1 ? printing(book)[0] : undefined));
    place((cell) => (hashes.has(cell) ? cell : undefined));
    return homes;
  };

  addEventListener("storage", ({ key, storageArea }) => {
    let here = false;
    try { here = storageArea === localStorage; } catch { /* blocked */ }
    if (here && (key === null || key.startsWith(`${FORMAT}/`))) tell(key === null ? {} : changeOf(key));
  });
  addEventListener("pageshow", ({ persisted }) => { if (persisted) tell({}); }); // it has heard of nothing while it was away

  return {
    /** @type {(kind: Kind, page: string, cell: string) => Entry | undefined} */
    get: (kind, page, cell) => read(keyOf(kind, page, cell)),

    /** @type {(kind: Kind, page: string) => Map<string, Entry>} */
    all(kind, page) {
      const start = keyOf(kind, page);
      const found = keys(start).map((key) => /** @type {[string, Entry | undefined]} */ ([key.slice(start.length), read(key)]));
      return new Map(found.flatMap(([cell, entry]) => (entry && !cell.includes("/") ? [[cell, entry]] : [])));
    },

    /** @type {(kind: Kind, page: string, cell: string, entry: Entry) => void} */
    put(kind, page, cell, { book, code }) {
      write(keyOf(kind, page, cell), JSON.stringify({ book, code }));
      tell({ kind, page, cell });
    },

    /** @type {(kind: Kind, page: string, cell: string) => void} */
    drop(kind, page, cell) {
      remove(keyOf(kind, page, cell));
      tell({ kind, page, cell });
    },

    // All of it, of every page and every format.
    clear() {
      keys(NAME).forEach(remove);
      tell({});
    },

    // Whether the browser has refused to keep this.
    /** @type {(kind: Kind, page: string, cell: string) => boolean} */
    refuses: (kind, page, cell) => refused.has(keyOf(kind, page, cell)),

    // Whether the browser keeps anything for this page.
    get works() {
      const key = `${NAME}try`;
      try {
        localStorage.setItem(key, "");
        localStorage.removeItem(key);
        return true;
      } catch { return false; }
    },

    /** @type {(hear: (change: Change) => void) => void} */
    watch(hear) { watchers.add(hear); },

    // A few letters that tell one code from another: FNV-1a in 32 bits.
    /** @type {(text: string) => string} */
    hash(text) {
      let hash = 0x811c9dc5;
      for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
      return (hash >>> 0).toString(36);
    },

    // Finds the entries of a page their cells, given the hashes of the codes that it prints now: a chapter that has won a cell
    // counts on from there. Returns the names of those whose cells are gone.
    /** @type {(kind: Kind, page: string, hashes: Map<string, string>) => string[]} */
    settle(kind, page, hashes) {
      const entries = this.all(kind, page), homes = homesOf(entries, hashes);
      const homeless = [...entries.keys()].filter((cell) => !homes.has(cell));
      const names = new Set([...homes.values(), ...hashes.keys()]);
      for (const cell of homeless) {
        let name = cell;
        while (names.has(name)) name += "-"; // another has taken its name
        names.add(name);
        homes.set(cell, name);
      }
      const moved = [...homes].filter(([from, to]) => from !== to);
      for (const [from] of moved) remove(keyOf(kind, page, from));
      for (const [from, to] of moved) write(keyOf(kind, page, to), JSON.stringify(entries.get(from)));
      if (moved.length) tell({ kind, page });
      return homeless.map((cell) => homes.get(cell) ?? cell);
    },
  };
})();
