// The table of who has passed what, and the same as a file for spreadsheets.

/** @typedef {{student: string, files: string[], states: Map<Exercise, State>}} Student */

/* exported d2lTable */
const d2lTable = (() => {
  /** @type {Record<string, [string, string]>} */
  const WORDS = {
    caption: ["Exercises by student", "학생별 연습 문제"],
    student: ["Student", "학생"],
    exercise: ["Exercise", "연습 문제"],
    files: ["Files", "파일"],
    of: ["Of", "전체"],
    passed: ["Passed", "통과"],
    tried: ["Tried", "시도"],
    untouched: ["Untouched", "손대지 않음"],
  };
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll(".chapters a[data-checks]");
  const chapters = new Map([...links].map((link) => [link.dataset.page ?? "", link]));
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const MANY = 20; // exercises, with which a sheet of paper has room for no titles

  /** @type {<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, ...inside: (Node | string)[]) => HTMLElementTagNameMap[Tag]} */
  const make = (tag, ...inside) => {
    const made = document.createElement(tag);
    made.append(...inside);
    return made;
  };

  /** @type {<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, key: string) => HTMLElementTagNameMap[Tag]} */
  const said = (tag, key) => d2lWrite(make(tag), WORDS[key]);

  /** @type {(key: string) => HTMLElement} */
  const unseen = (key) => Object.assign(said("span", key), { className: "d2l-unseen" });

  /** @type {(row: Student, state: string) => number} */
  const count = ({ states }, state) => [...states.values()].filter((one) => one === state).length;

  // The head of a column by which the table can be sorted.
  /** @type {(key: string, sorted: string) => HTMLElement} */
  const sorter = (key, sorted) => {
    const button = Object.assign(said("button", key), { type: "button" }), head = make("th", button);
    button.dataset.sort = key;
    if (key === sorted) head.ariaSort = key === "student" ? "ascending" : "descending";
    return Object.assign(head, { scope: "col", rowSpan: 2 });
  };

  /** @type {(exercise: Exercise) => number} */
  const numberOf = ({ page, cell }) => (chapters.get(page)?.dataset.checks ?? "").split(" ").indexOf(cell) + 1;

  // The title of a chapter as the list at the side has it.
  /** @type {(page: string) => HTMLAnchorElement} */
  const titled = (page) => {
    const link = make("a", ...(chapters.get(page)?.cloneNode(true).childNodes ?? [page]));
    link.href = `${page}.html`;
    link.querySelector(".d2l-tally")?.remove();
    return link;
  };

  /** @type {(shown: Exercise[], sorted: string) => HTMLElement} */
  const head = (shown, sorted) => {
    const above = make("tr", ...["student", "passed", "tried"].map((key) => sorter(key, sorted))), below = make("tr");
    for (const page of new Set(shown.map((exercise) => exercise.page))) {
      const own = shown.filter((exercise) => exercise.page === page);
      above.append(Object.assign(make("th", titled(page)), { scope: "colgroup", colSpan: own.length }));
      for (const exercise of own) {
        const link = Object.assign(make("a", unseen("exercise"), ` ${numberOf(exercise)}`), { href: `${page}.html#cell-${exercise.cell}` });
        below.append(Object.assign(make("th", link), { scope: "col" }));
      }
    }
    return make("thead", above, below);
  };

  /** @type {(state?: State) => HTMLElement} */
  const mark = (state) => {
    const made = make("td"), sign = document.querySelector(`.collect-key [data-state="${state}"] svg`)?.cloneNode(true);
    if (!state || !sign) return made;
    made.append(sign, unseen(state));
    made.dataset.state = state;
    return made;
  };

  /** @type {(row: Student, shown: Exercise[]) => HTMLElement} */
  const line = (row, shown) => {
    const name = make("th", make("bdi", row.student), make("small", make("bdi", row.files.join(", "))));
    const sums = [`${count(row, "passed")} / ${row.states.size}`, `${count(row, "tried")}`].map((sum) => make("td", sum));
    return make("tr", Object.assign(name, { scope: "row" }), ...sums, ...shown.map((exercise) => mark(row.states.get(exercise))));
  };

  // How many have passed, or tried, each exercise.
  /** @type {(key: string, rows: Student[], shown: Exercise[]) => HTMLElement} */
  const sum = (key, rows, shown) => {
    const cells = shown.map((exercise) => rows.filter(({ states }) => states.get(exercise) === key).length);
    const all = cells.reduce((total, one) => total + one, 0), totals = key === "passed" ? [all, ""] : ["", all];
    return make("tr", Object.assign(said("th", key), { scope: "row" }), ...[...totals, ...cells].map((one) => make("td", `${one}`)));
  };

  // The exercises of the chapters that somebody has handed in.
  /** @type {(rows: Student[]) => Exercise[]} */
  const exercisesOf = (rows) => {
    const pages = new Set(rows.flatMap(({ states }) => [...states.keys()].map(({ page }) => page)));
    return d2lSays.exercises.filter(({ page }) => pages.has(page));
  };

  // A text in quotes that no spreadsheet takes for a formula.
  /** @type {(text: string | number) => string} */
  const quoted = (text) => `"${`${text}`.replace(/^[\s=+\-@＝＋－＠]/, "'$&").replaceAll('"', '""')}"`;

  return {
    // Sorts the rows by `sorted`, the student or a sum, and draws the table.
    /** @type {(table: Element, rows: Student[], sorted: string) => void} */
    draw(table, rows, sorted) {
      const shown = exercisesOf(rows), caption = Object.assign(said("caption", "caption"), { id: "collect-caption" });
      rows.sort((one, other) => (count(other, sorted) - count(one, sorted)) || order.compare(one.student, other.student));
      const body = make("tbody", ...rows.map((row) => line(row, shown)));
      table.replaceChildren(caption, head(shown, sorted), body, make("tfoot", sum("passed", rows, shown), sum("tried", rows, shown)));
      table.toggleAttribute("data-many", shown.length > MANY);
    },

    /** @type {(rows: Student[]) => string} */
    csv(rows) {
      const shown = exercisesOf(rows), word = (/** @type {string} */ key) => d2lSay(...WORDS[key]);
      const heads = ["student", "files", "passed", "tried", "of"].map(word);
      const titles = shown.map((exercise) => `${titled(exercise.page).textContent}: ${numberOf(exercise)}`);
      const lines = rows.map((row) => {
        const states = shown.map((exercise) => row.states.get(exercise));
        const sums = [count(row, "passed"), count(row, "tried"), row.states.size];
        return [row.student, row.files.join("; "), ...sums, ...states.map((state) => (state ? word(state) : ""))];
      });
      const all = [[...heads, ...titles], ...lines].map((one) => one.map(quoted).join(","));
      return `\uFEFF${all.join("\r\n")}\r\n`; // the mark tells a spreadsheet that this is UTF-8
    },
  };
})();
