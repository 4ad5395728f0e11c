// The cells of a page that a reader has changed, before Python is there and after: his own code stands where the book's was
// printed, says that it is his, and can go back to the book's. A live cell puts its editor in the place of both.

/* exported d2lYours */
const d2lYours = (() => {
  const page = /** @type {HTMLElement | null} */ (document.querySelector(".d2l-live"))?.dataset.page ?? "";
  /** @type {Record<string, [string, string]>} */
  const WORDS = {
    yours: ["Yours, kept in this browser.", "직접 고친 코드이며, 이 브라우저에 보관됩니다."],
    waits: ["Until it runs, what it shows is still the book's.", "실행하기 전까지 아래 결과는 책의 것입니다."],
    changed: ["This cell was changed in the book; yours is kept.", "책에서 이 셀이 바뀌었습니다. 직접 고친 코드는 그대로 보관되어 있습니다."],
    refused: [
      "Yours, but this browser does not keep it: download “My notebook” before you leave the page.",
      "직접 고친 코드이지만 이 브라우저에 보관되지 않습니다. 페이지를 떠나기 전에 ‘내 노트북’을 내려받으세요.",
    ],
    aside: ["The book's version. Yours is there until you leave the page.", "책의 코드입니다. 직접 고친 코드는 페이지를 떠날 때까지 남아 있습니다."],
    reset: ["Back to the book's", "책의 코드로"],
    take: ["Take the book's", "책의 코드 쓰기"],
    keep: ["Keep mine", "내 코드 유지"],
    bring: ["Bring mine back", "내 코드 되살리기"],
  };

  /** @type {<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, className: string) => HTMLElementTagNameMap[Tag]} */
  const make = (tag, className) => Object.assign(document.createElement(tag), { className });

  class Yours {
    aside = ""; // the reader's code, after a reset
    mine = make("div", "highlight d2l-mine");
    code = make("pre", "");
    note = make("p", "d2l-yours");
    said = "";
    /** @type {((code: string) => void) | undefined} of a live cell: shows this code */ editor;

    /**
     * @param {HTMLElement} node
     * @param {number} number
     */
    constructor(node, number) {
      this.number = number;
      this.id = node.id.replace(/^cell-/, "");
      this.node = node;
      const input = /** @type {HTMLElement} */ (node.querySelector(".cell_input"));
      this.fold = input.closest("details");
      this.printed = /** @type {HTMLElement} */ (input.firstElementChild);
      // The theme puts a button into the frame of the code, but not into its text.
      this.book = this.printed.querySelector("pre")?.textContent.replace(/\n$/, "") ?? "";
      this.hash = d2lKept.hash(this.book);
      this.results = node.querySelector(".cell_output") !== null;
      this.note.setAttribute("role", "status");
      this.mine.append(this.code);
      input.append(this.note);
    }

    get kept() { return d2lKept.get("code", page, this.id); }

    // What the cell holds.
    get text() { return this.kept?.code ?? this.book; }

    // Takes what the reader has made of the cell. What it holds already is not written again: it may be another tab's.
    /** @type {(code: string) => void} */
    edit(code) {
      if (code === this.text) return;
      this.aside = "";
      if (code === this.book) d2lKept.drop("code", page, this.id);
      else d2lKept.put("code", page, this.id, { book: this.kept?.book ?? this.hash, code });
    }

    // Back to the book's code.
    reset() {
      const { kept } = this;
      if (!kept) return;
      this.aside = kept.code;
      d2lKept.drop("code", page, this.id);
    }

    // A reset is taken back.
    bring() { this.edit(this.aside); }

    // The reader has seen that the book's code is another one.
    keep() { d2lKept.put("code", page, this.id, { book: this.hash, code: this.text }); }

    // The check that this cell is has passed the reader's answer.
    solve() { d2lKept.put("solved", page, this.id, { book: this.hash, code: "" }); }

    get state() {
      const { kept } = this;
      if (!kept) return this.aside ? "aside" : "";
      if (d2lKept.refuses("code", page, this.id)) return "refused";
      return kept.book === this.hash ? "yours" : "changed";
    }

    // A cell that comes alive shows by `editor` what it holds, and the words about it in a place of its own.
    /** @type {(place: Element, editor: (code: string) => void) => void} */
    live(place, editor) {
      this.editor = editor;
      this.mine.remove();
      this.printed.hidden = true;
      place.prepend(this.note);
      this.said = "";
      this.show();
    }

    show() {
      const { state, text } = this, own = this.kept !== undefined;
      if (this.editor) {
        this.editor(text);
      } else {
        this.code.textContent = text;
        this.printed.hidden = own;
        if (own) this.printed.after(this.mine);
        else this.mine.remove();
      }
      this.node.toggleAttribute("data-yours", own);
      if (state === this.said) return;
      if (own && this.fold) this.fold.open = true; // what is his is seen
      this.said = state;
      this.say(state);
    }

    // The words about the cell; a button that was pressed hands its focus on.
    /** @type {(state: string) => void} */
    say(state) {
      const focused = this.note.contains(document.activeElement);
      const { yours, waits } = WORDS, stale = state === "yours" && this.results && !this.editor;
      this.note.dataset.state = state;
      this.note.replaceChildren();
      if (!state) return;
      this.note.append(d2lWrite(make("span", ""), stale ? [`${yours[0]} ${waits[0]}`, `${yours[1]} ${waits[1]}`] : WORDS[state]));
      if (state === "aside") this.offer("bring", () => this.bring());
      else this.offer(state === "changed" ? "take" : "reset", () => this.reset());
      if (state === "changed") this.offer("keep", () => this.keep());
      if (focused) this.note.querySelector("button")?.focus();
    }

    /** @type {(words: string, act: () => void) => void} */
    offer(words, act) {
      const button = d2lWrite(make("button", ""), WORDS[words]);
      button.type = "button";
      button.ariaLabel = `${button.textContent} ${this.number}`;
      button.addEventListener("click", act);
      this.note.append(button);
    }
  }

  /** @type {NodeListOf<HTMLElement>} */
  const nodes = document.querySelectorAll("article .cell");
  const cells = page ? [...nodes].map((node, i) => new Yours(node, i + 1)) : [];
  const hashes = new Map(cells.map(({ id, hash }) => [id, hash]));
  d2lKept.settle("solved", page, hashes);
  const homeless = new Set(d2lKept.settle("code", page, hashes));
  for (const cell of cells) cell.show();
  d2lKept.watch((change) => {
    if ((change.page ?? page) !== page || change.kind === "solved") return;
    for (const cell of cells) if (change.cell === undefined || change.cell === cell.id) cell.show();
  });

  return {
    page,
    cells,
    // What the reader has made of cells that the book no longer has, by their names.
    get homeless() { return new Map([...d2lKept.all("code", page)].filter(([cell]) => homeless.has(cell))); },
  };
})();
