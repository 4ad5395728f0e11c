// A live page: its cells, its Python, and the bar that tells how they are. `start` is called by the page's button.

import { Cell } from "./cell.js";
import { Kernel } from "./kernel.js";
import { Panel } from "./panel.js";
import { STATES, Status } from "./states.js";
import { managers } from "./widgets.js";

/**
 * @typedef {import("./states.js").Word} Word
 * @typedef {import("./words.js").Values} Values
 * @typedef {[Word, Values?]} News
 */

const MB = 1e6;
const GRACE = 2000; // milliseconds: what does not heed a stop by then is left behind

export class Page {
  status = new Status();
  /** @type {number | undefined} */ grace;
  /** @type {Map<string, File>} */ files = new Map(); // of the reader, by their places

  /**
   * @param {HTMLElement} place
   * @param {{edition: string, name: string, bytes: number}} options
   */
  constructor(place, { edition, name, bytes }) {
    this.bytes = bytes;
    this.way = /** @type {HTMLElement} */ (place.querySelector(".d2l-way"));
    this.panel = new Panel(place, [
      ["runAll", () => this.runAll()],
      ["stop", () => this.stop()],
      ["restart", () => this.restart()],
      ["reset", () => this.reset()],
      ["again", () => this.restart()],
    ]);
    /** @type {NodeListOf<HTMLElement>} */
    const cells = document.querySelectorAll("article .cell");
    this.cells = [...cells].map((node, i) => new Cell(node, i + 1, this));
    this.turn = this.renew();
    this.kernel = new Kernel(name, edition, {
      state: (told) => this.become(told),
      output: (id, output) => this.cells.find((cell) => cell.id === id)?.take(output),
      verdict: (id, passed) => this.cells.filter((cell) => cell.id === id).forEach((cell) => { cell.passed = passed; }),
      widget: (message) => this.hear(message),
      heeded: (patience) => this.wait(patience),
      late: (answer) => void this.during(() => answer, () => ["ready"]),
    });
    this.become({ state: "loading" });
  }

  get state() { return this.status.state; }

  get stopping() { return this.state === "stopping"; }

  // Lets something happen, of which `word` tells more; returns whether it means anything now. The bar says what it led to.
  /** @type {(what: import("./states.js").Happening, word?: Word, values?: Values) => boolean} */
  happen(what, word, values) {
    if (!this.status.happen(what, word)) return false;
    if (!this.stopping) clearTimeout(this.grace);
    this.way.hidden = this.state !== "failed";
    this.panel.say(this.status.said, values);
    this.panel.offer(STATES[this.state].offers);
    if (this.state === "ready" && this.turn.busy) this.happen("work"); // asked for while Python was on its way
    return true;
  }

  // Takes what Python tells of itself.
  /** @type {import("./kernel.js").Host["state"]} */
  become({ state, loaded = 0, reason }) {
    if (state === "failed" || state === "ended") this.turn = this.renew();
    this.happen(state, undefined, { reason });
    if (this.state !== "loading") return;
    const [come, size] = [loaded, this.bytes].map((number) => Math.round(number / MB));
    this.panel.progress(Math.min(come, size), size, " MB");
  }

  // Lets a piece of work for this page's Python run; when nothing of it is left, the bar tells how the last one went.
  /**
   * @template Result
   * @param {() => Promise<Result>} work
   * @param {(result?: Result) => News} news
   */
  async during(work, news) {
    const { turn } = this;
    let result;
    turn.busy += 1;
    this.happen("work");
    try {
      result = await work();
      return result;
    } finally {
      turn.busy -= 1;
      if (!turn.busy && turn === this.turn) this.happen("rest", ...news(result));
    }
  }

  // Returns what belongs to one Python: the cells that wait their turn, and the widgets, whose messages wait in order for
  // their manager.
  renew() {
    for (const cell of this.cells) cell.lose();
    const manager = managers().then((Manager) => new Manager());
    manager.catch(() => {}); // a page without widgets needs none
    return { last: Promise.resolve(true), busy: 0, manager, heard: Promise.resolve() };
  }

  /** @type {(message: WidgetMessage) => void} */
  hear(message) {
    const { turn } = this;
    turn.heard = turn.heard.then(() => turn.manager).then((ready) => ready.take(this.kernel, message)).catch(console.warn);
  }

  /** @type {(cell: Cell) => import("./outputs.js").Host} */
  host(cell) {
    const earlier = this.cells.slice(0, cell.number - 1).some((other) => !other.ran);
    const { turn } = this;
    return {
      widget: (id, box) => void turn.heard.then(() => turn.manager).then((manager) => manager.show(id, box))
        .catch((error) => { box.textContent = error.message; }),
      above: earlier ? () => {
        cell.button.focus(); // the button that was pressed goes with the output
        this.runSeries(this.cells.slice(0, cell.number));
      } : undefined,
    };
  }

  // Runs one cell after all that wait; resolves to whether it went well. Then on to the next whose code is not folded away.
  // A check never runs without the answer above it: what stands in the variables may be the solution's.
  /** @type {(cell: Cell, next?: boolean) => Promise<unknown>} */
  run(cell, next = false) {
    if (next) this.cells.slice(cell.number).find(({ frame }) => frame.checkVisibility())?.editor.focus();
    if (cell.tags.has("check")) return this.check(cell);
    return this.during(() => this.queue(cell), (ok) => [ok ? "ran" : "halted", { n: cell.number }]);
  }

  /** @type {(cell: Cell) => Promise<boolean>} */
  queue(cell) {
    const { turn } = this;
    cell.state = "waiting";
    const task = turn.last.then(() => this.execute(cell, turn));
    turn.last = task.catch(() => false);
    return task;
  }

  /** @type {(cell: Cell, turn: Page["turn"]) => Promise<boolean>} */
  async execute(cell, turn) {
    if (turn !== this.turn) return false;
    if (this.stopping) {
      cell.state = "";
      return false;
    }
    cell.begin();
    const { ok, gone, reason } = await this.kernel.execute(cell.id, cell.wanted);
    if (gone) return false;
    if (reason) cell.take({ output_type: "stream", name: "stderr", text: reason });
    cell.state = ok ? "done" : this.stopping ? "stopped" : "failed";
    if (ok && cell.passed && cell.tags.has("check")) cell.yours.solve();
    return ok;
  }

  // Runs cells in order; a failure that the book did not mean to show stops it.
  /** @type {(cells: Cell[]) => Promise<News>} */
  runSeries(cells) { return this.during(() => this.inOrder(cells), (news = ["ready"]) => news); }

  /** @type {(cells: Cell[]) => Promise<News>} */
  async inOrder(cells) {
    const { turn } = this, all = cells.length;
    for (const [i, cell] of cells.entries()) {
      const task = this.queue(cell);
      if (this.state === "running") this.panel.progress(i + 1, all);
      const ok = await task;
      if (turn !== this.turn || this.stopping) return ["interrupted"];
      if (!ok && !cell.tags.has("raises-exception")) return ["halted", { n: cell.number }];
    }
    return ["finished", { all }];
  }

  // Lends a file of the reader's to Python and runs the cell that reads it, after those above it that have not run.
  /** @type {(node: Element, place: string, file: File) => Promise<boolean>} */
  async open(node, place, file) {
    this.files.set(place, file);
    const { reason } = await this.kernel.give(place, file);
    if (reason) throw new Error(reason);
    const at = this.cells.findIndex((cell) => cell.node === node), last = this.cells[at];
    await this.runSeries(this.cells.slice(0, at + 1).filter((cell) => cell === last || !cell.ran));
    return last.state === "done";
  }

  // Runs a cell for what it shows, after the first one, which imports; where it needs more, after all above it.
  /** @type {(node: Element) => Promise<boolean>} */
  async show(node) {
    const at = this.cells.findIndex((cell) => cell.node === node), last = this.cells[at];
    for (const most of [1, at]) {
      await this.runSeries([...this.cells.slice(0, Math.min(most, at)).filter((cell) => !cell.ran), last]);
      if (last.state !== "failed") break;
    }
    return last.state === "done";
  }

  runAll() { return this.runSeries(this.cells); }

  // Runs the answer that stands above a check, then the check.
  /** @type {(cell: Cell) => Promise<News>} */
  check(cell) {
    const answers = this.cells.slice(0, cell.number).filter((other) => other.tags.has("answer"));
    return this.runSeries([...answers.slice(-1), cell]);
  }

  // Interrupts the cell that runs and lets go those that wait.
  stop() {
    if (!this.happen("stop")) return;
    this.kernel.stop();
    this.wait(GRACE);
  }

  // What has not stopped by then is left behind with its Python.
  /** @type {(milliseconds: number) => void} */
  wait(milliseconds) {
    if (!this.stopping) return;
    clearTimeout(this.grace);
    this.grace = setTimeout(() => this.restart("late"), milliseconds);
  }

  /** @type {(why?: "restart" | "late") => void} */
  restart(why = "restart") {
    if (!this.happen(why)) return;
    this.turn = this.renew();
    this.kernel.restart();
    for (const [place, file] of this.files) this.kernel.give(place, file); // a fresh Python has none
    this.become({ state: "loading" });
  }

  // As it was printed: hints, solutions and code that were unfolded, by the reader or for him, are folded again.
  reset() {
    for (const cell of this.cells) cell.reset();
    for (const fold of document.querySelectorAll("article details")) fold.removeAttribute("open");
    this.happen("reset");
  }
}

// Resolves to the live page, dressed.
/** @type {(place: HTMLElement, options: {edition: string, name: string, bytes: number}) => Promise<Page>} */
export async function start(place, options) {
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet" });
  await new Promise((resolve, reject) => {
    style.addEventListener("load", resolve);
    style.addEventListener("error", () => reject(new Error("live.css did not load")));
    style.href = new URL("live.css", import.meta.url).href;
    document.head.append(style);
  });
  return new Page(place, options);
}
