// What stands on which slide: the same on every screen, since words and lines decide, never a window. A paragraph too long to be
// read off a wall shows how it begins, and how it ends where that asks or leads on; the rest is for the lecturer to say.
(() => {
  const WORDS = 55, LONG = 30, LINES = 14; // of a slide; of a paragraph among others
  const ABBREVIATED = /\b(?:e\.g|i\.e|cf|vs|al|Fig|Eq|sec|[A-Z])\.$/;
  const SETUP = /^(?:import |from |[\w.]*random\.seed\(|nn\.fresh_names\(|view\.plot_style\(|\)|\s|#|$)/;
  const HEADING = /^H\d$/;

  // ---- words and sentences

  /** @type {(node: Node) => string} */
  const text = (node) => {
    if (node instanceof Element && node.matches(".d2l-math")) return "x"; // a formula is a word
    if (node instanceof Element && node.matches(".headerlink, .d2l-tell, script")) return "";
    const apart = node instanceof Element && node.matches("p, li, td, th") ? " " : "";
    return node.hasChildNodes() ? [...node.childNodes].map(text).join("") + apart : node.textContent ?? "";
  };
  /** @type {(node: Node) => number} */
  const words = (node) => (text(node).match(/\S*[\p{L}\p{N}]\S*/gu) ?? []).length;

  // Where a sentence that ends in a piece of text ends, with the blank behind it; 0 where none does.
  /** @type {(piece: Text) => number} */
  const end = (piece) => {
    for (const { 0: { length }, index } of piece.data.matchAll(/[.!?…][”"’)\]]*\s+/g)) {
      const before = piece.data.slice(0, index + 1).match(/\S+$/)?.[0] ?? "", after = piece.data.slice(index + length);
      if (!ABBREVIATED.test(before) && !/^\p{Ll}/u.test(after) && (after || piece.nextSibling)) return index + length;
    }
    return 0;
  };

  // Puts every sentence of a paragraph into an element of its own.
  /** @type {(paragraph: Element) => Element[]} */
  const sentences = (paragraph) => {
    /** @type {Node[][]} */
    const groups = [[]];
    for (const node of [...paragraph.childNodes]) {
      groups[groups.length - 1].push(node);
      if (!(node instanceof Text)) continue;
      let piece = node;
      for (let at = end(piece); at; at = end(piece)) {
        piece = piece.splitText(at);
        groups.push([piece]);
      }
    }
    const parted = groups.map((nodes) => {
      const span = Object.assign(document.createElement("span"), { className: "d2l-sentence" });
      span.append(...nodes);
      return span;
    });
    paragraph.replaceChildren(...parted);
    return parted;
  };

  // Leaves of a long paragraph how it begins, and its end if that is wanted. What is left out is still there, for the page.
  /** @type {(paragraph: Element, wanted: boolean) => void} */
  const shorten = (paragraph, wanted) => {
    if (words(paragraph) <= LONG || !paragraph.matches("p, li")) return;
    const inner = paragraph.matches("li") && paragraph.children.length === 1 ? paragraph.children[0] : paragraph;
    const parted = sentences(inner), last = parted[parted.length - 1], shown = new Set(wanted ? [last] : []);
    let left = LONG - (wanted ? words(last) : 0);
    for (const sentence of parted) {
      left -= words(sentence);
      if (left < 0 && shown.size) break;
      shown.add(sentence);
    }
    for (const sentence of parted) sentence.classList.toggle("d2l-more", !shown.has(sentence));
    inner.classList.add("d2l-cut");
  };

  // What of a text is seen of it on a slide.
  /** @type {(leaf: Element) => number} */
  const seen = (leaf) => words(leaf) - [...leaf.querySelectorAll(".d2l-more")].reduce((sum, one) => sum + words(one), 0);

  // ---- the pieces of a page

  /** @type {(node: Element) => Element[]} */
  const parts = (node) => [...node.children].filter((part) => !part.matches(".d2l-tell"))
    .flatMap((part) => (part.matches("section, div.d2l-wait:not(.cell)") ? parts(part) : [part]));

  // The leaves of a text: paragraphs, entries, rows; of a pair, those of both languages that belong together.
  /** @type {(part: Element) => Element[][]} */
  const leaves = (part) => {
    if (part.matches(".d2l-short")) return [...part.children].flatMap(leaves);
    if (part.matches(".d2l-pair")) {
      const [first, ...others] = [...part.children].map((side) => [...side.children].flatMap(leaves));
      if (others.some(({ length }) => length !== first.length)) return [[part]];
      return (first ?? []).map((leaf, i) => [leaf, ...others.map((side) => side[i])].flat());
    }
    if (part.matches("ul, ol")) return [...part.children].map((entry) => [entry]);
    const rows = part.matches(".cell, details") ? [] : part.querySelectorAll("tbody > tr");
    return rows.length ? [...rows].map((row) => [row]) : [[part]];
  };

  /** @type {(cell: Element, selector: string) => number} */
  const lines = (cell, selector) => [...cell.querySelectorAll(`${selector} pre`)]
    .reduce((sum, { textContent }) => sum + (textContent ?? "").trimEnd().split("\n").length, 0);

  /** @type {(part: Element) => Piece} */
  const cellOf = (part) => {
    const code = part.querySelector(".cell_input pre")?.textContent ?? "", folded = part.matches(".tag_check, .tag_solution, .tag_hide-input");
    const figure = part.querySelector("figure.d2l-figure") && part.matches(".tag_hide-input");
    const setup = !part.querySelector(".cell_output") && code.split("\n").every((line) => SETUP.test(line));
    part.classList.toggle("d2l-setup", setup);
    const cost = part.matches(".tag_solution") ? 1.2
      : (folded ? 1.2 : lines(part, ".cell_input") * 0.75 + 0.8) + lines(part, ".cell_output") * 0.75
      + (part.querySelector(".cell_output :is(figure, img)") ? 1.6 : 0);
    const said = [...part.querySelectorAll(".d2l-own")].reduce((sum, one) => sum + words(one), 0);
    return { part, leaves: [part], words: said, lines: setup ? 1 : cost, kind: figure ? "figure" : setup ? "setup" : "cell" };
  };

  /** @type {(part: Element) => Piece[]} */
  const pieces = (part) => {
    if (part.matches(".cell")) return [cellOf(part)];
    if (part.matches("details")) return [{ part, leaves: [part], words: 0, lines: 1.2, kind: "fold" }];
    const kind = part.matches(".d2l-ask") ? "ask" : "text";
    return leaves(part).map((found) => ({ part, leaves: found, words: 0, lines: 2, kind }));
  };

  // A formula stays with the sentence that leads to it.
  /** @type {(found: Piece[]) => Piece[]} */
  const glued = (found) => found.reduce((/** @type {Piece[]} */ list, piece) => {
    const before = list[list.length - 1], formula = piece.leaves.every((leaf) => leaf.matches(".d2l-math-block"));
    if (formula && before?.kind === "text") {
      before.also = [...before.also ?? [], piece.part];
      before.leaves.push(...piece.leaves);
      return list;
    }
    return [...list, piece];
  }, []);

  // Weighs the texts between two cells, and shortens them where they are too many words for one slide.
  /** @type {(run: Piece[], leads: boolean) => void} */
  const weigh = (run, leads) => {
    const whole = run.map((piece) => Math.max(...piece.leaves.map(words))).reduce((sum, one) => sum + one, 0);
    run.forEach((piece, i) => {
      const paragraphs = piece.leaves.filter((leaf) => !leaf.matches(".d2l-math-block"));
      const last = i === run.length - 1, introduces = paragraphs.length < piece.leaves.length || (last && leads)
        || run[i + 1]?.leaves[0].matches("li, tr, blockquote") === true;
      if (whole > WORDS) paragraphs.forEach((leaf) => shorten(leaf, introduces));
      piece.words = Math.max(0, ...paragraphs.map(seen));
      piece.head = words(piece.leaves[0].closest("table")?.tHead ?? new Text());
      const pair = piece.part.matches(".d2l-pair, .d2l-short:has(> .d2l-pair)"), row = piece.leaves[0].matches("tr");
      piece.lines = (row && pair ? 2.8 : 1) * (Math.ceil(piece.words / (pair && !row ? 6 : 12)) + (row ? 0.8 : 0.4)) + (piece.leaves.length > paragraphs.length ? 2 : 0);
    });
  };

  // ---- slides

  /** @type {(part: Element, offset: number) => string} */
  const name = (part, offset) => {
    const anchor = part.id.replace(/^cell-/, "") || part.closest("section")?.id || "";
    return offset ? `${anchor}.${offset}` : anchor;
  };

  class Deck {
    /** @type {Slide[]} */
    slides = [];
    /** @type {Piece | undefined} what the first cell of a slide needs, and no room wants to read */
    setup;
    heading;

    /** @param {Element} heading */
    constructor(heading) { this.heading = heading; }

    /** @type {(piece: Piece) => void} */
    open({ key = "" }) {
      this.slides.push({ key, heading: this.heading, keys: [], parts: [], leaves: new Set(), notes: [], words: 0, lines: 0, kind: "" });
    }

    /** @type {(piece: Piece) => void} */
    put(piece) {
      const slide = this.slides[this.slides.length - 1];
      slide.keys.push(piece.key ?? "");
      for (const part of [piece.part, ...piece.also ?? []]) if (!slide.parts.includes(part)) slide.parts.push(part);
      for (const leaf of piece.leaves) slide.leaves.add(leaf);
      slide.words += piece.words;
      slide.lines += piece.lines;
      slide.kind = piece.kind;
    }

    // Whether a piece has to begin a slide.
    /** @type {(piece: Piece) => boolean} */
    begins({ kind, words: more, lines: high, head = 0 }) {
      const slide = this.slides[this.slides.length - 1];
      if (!slide || slide.heading !== this.heading || kind === "figure" || slide.kind === "figure") return true;
      if (kind === "text" && slide.kind !== "text") return true;
      return slide.words + more + head > WORDS || slide.lines + high > LINES;
    }

    /** @type {(piece: Piece) => void} */
    take(piece) {
      if (piece.kind === "setup" && !this.setup) this.setup = piece;
      else {
        if (this.begins(piece)) this.open(piece);
        if (this.setup && piece.kind === "cell") this.put(this.setup);
        if (piece.kind === "cell") this.setup = undefined;
        this.put(piece);
      }
    }
  }

  // Gives every piece of a page a name of its own, made of the heading or the cell before it: the same in all languages.
  /** @type {(found: Piece[], heading: Element) => void} */
  const call = (found, heading) => {
    let anchor = heading, offset = 0;
    for (const piece of found) {
      if (piece.kind !== "text" && piece.part.id) [anchor, offset] = [piece.part, 0];
      piece.key = name(anchor, offset);
      offset += 1;
    }
  };

  // The pieces below each heading; a short form stands for all the text before it, and a note belongs to what is before it.
  /** @type {(all: Element[]) => {heading: Element, found: Piece[], notes: Map<Piece, Element[]>}[]} */
  const chapters = (all) => {
    /** @type {{heading: Element, found: Piece[], notes: Map<Piece, Element[]>}[]} */
    const made = [];
    for (const part of all) {
      if (HEADING.test(part.tagName)) made.push({ heading: part, found: [], notes: new Map() });
      const { found, notes } = made[made.length - 1];
      if (HEADING.test(part.tagName)) continue;
      const last = found[found.length - 1];
      if (part.matches(".d2l-note")) {
        if (last) notes.set(last, [...notes.get(last) ?? [], part]);
        continue;
      }
      const from = part.matches(".d2l-short") ? found.findLastIndex(({ kind }) => kind !== "text") + 1 : found.length;
      const whole = found.splice(from);
      const instead = new Set([...whole.flatMap((piece) => notes.get(piece) ?? []), ...whole.map((piece) => piece.part)]);
      const [first, ...others] = pieces(part);
      found.push(first, ...others);
      if (instead.size) notes.set(first, [...instead]);
    }
    return made;
  };

  /** @type {(found: Piece[]) => void} */
  const weighAll = (found) => {
    /** @type {Piece[]} */
    let run = [];
    for (const piece of [...found, undefined]) {
      if (piece?.kind === "text") run.push(piece);
      else {
        weigh(run, piece?.kind === "cell" || piece?.kind === "figure");
        run = [];
      }
    }
  };

  // The slides of a page. The first has its title, its question and its first figure, which stands at its own place again.
  /** @type {(article: Element) => Slide[]} */
  const make = (article) => {
    const all = parts(article), deck = new Deck(all[0]);
    const made = chapters(all).map(({ heading, found, notes }) => ({ heading, found: glued(found), notes }));
    for (const { heading, found, notes } of made) {
      call(found, heading);
      weighAll(found);
      deck.heading = heading;
      for (const piece of found) {
        // What is looked at and said between the goals and the next heading is the chapter's opening.
        if (piece.kind !== "text" && heading.closest('[id$="-goals"]')) [deck.heading] = all;
        deck.take(piece);
        for (const note of notes.get(piece) ?? []) deck.slides[deck.slides.length - 1]?.notes.push(note);
      }
    }
    const first = made.slice(0, 2).flatMap(({ found }) => found).find(({ kind }) => kind === "figure");
    const asked = deck.slides[0];
    if (first && asked?.parts[0]?.matches(".d2l-ask") && asked.parts.length === 1) {
      asked.parts.push(first.part);
      asked.leaves.add(first.part);
    }
    return deck.slides;
  };

  window.d2lOutline = { make, parts };
})();
