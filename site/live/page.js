// A live page: its cells, its Python, and the bar that tells how they are. `start` is called by the page's button.

import { Cell } from "./cell.js";
import { Kernel } from "./kernel.js";
import { Panel } from "./panel.js";
import { managers } from "./widgets.js";

const MB = 1e6;
const GRACE = 2000; // milliseconds: what does not heed a stop by then is left behind
const COMING = ["loading", "starting"];
const OFFERS = { failed: ["again"], ended: ["restart"], silent: ["restart"], loading: ["restart"], starting: ["restart"] };

class Page {
  constructor(place, { edition, name, bytes }) {
    Object.assign(this, { edition, bytes, way: place.querySelector(".d2l-way") });
    this.cells = [...document.querySelectorAll("article .cell")].map((node, i) => new Cell(node, i + 1, this));
    this.panel = new Panel(place, edition, {
      runAll: () => this.runAll(),
      stop: () => this.stop(),
      restart: () => this.restart("restarted"),
      reset: () => this.reset(),
      again: () => this.restart(),
    });
    this.cells.forEach((cell) => cell.enliven());
    this.renew();
    this.become({ state: "loading" });
    this.kernel = new Kernel(name, edition);
    this.kernel.addEventListener("state", ({ detail }) => this.become(detail));
    this.kernel.addEventListener("output", ({ detail }) => this.cell(detail.cell)?.take(detail.output));
    this.kernel.addEventListener("heeded", ({ detail }) => this.wait(detail.patience));
    this.kernel.addEventListener("talk", ({ detail }) => this.talk(detail));
    for (const type of ["comm_open", "comm_msg", "comm_close"]) {
      this.kernel.addEventListener(type, ({ detail }) => this.hear(detail));
    }
  }

  cell(id) { return this.cells.find((cell) => cell.id === id); }

  // Python is loading, starting, ready, failed or ended; or nothing is heard of it.
  become({ state, loaded = 0, reason }) {
    this.state = state;
    this.way.hidden = state !== "failed";
    if (!COMING.includes(state)) this.news = undefined;
    if (state === "ready") {
      this.settle("ready");
      return;
    }
    if (state === "failed" || state === "ended") this.renew();
    this.panel.say(this.news ?? state, { reason });
    if (state === "loading") {
      const [come, size] = [loaded, this.bytes].map((bytes) => Math.round(bytes / MB));
      this.panel.progress(Math.min(come, size), size, " MB");
    }
    this.panel.offer(...OFFERS[state]);
  }

  // Tells that something runs, and the button to stop it; when nothing does, how it went, and the buttons to go on.
  settle(news, values) {
    if (this.state !== "ready") return;
    const busy = this.turn.busy || this.talking;
    this.panel.say(...(busy ? ["running"] : [news, values]));
    this.panel.offer(...(busy ? ["stop"] : ["runAll", "restart", "reset"]));
  }

  // A callback of a widget runs for long, or has come to its end.
  talk(long) {
    if (long === this.talking) return;
    this.talking = long;
    if (long && !this.turn.busy) this.turn.stopped = false; // it was another that was stopped
    this.settle(this.turn.stopped ? "interrupted" : "ready");
  }

  // What belongs to one Python: cells that wait their turn, and widgets, whose messages wait in order for their manager.
  // A live figure of a Python that is gone gives its place back to the printed one.
  renew() {
    this.turn = { last: Promise.resolve(), busy: 0, stopped: false };
    this.talking = false;
    for (const cell of this.cells) {
      // A live figure, or a cell that has shown nothing yet.
      if (this.forget(cell) || (cell.state === "running" && !cell.outputs.length)) cell.unshow();
      cell.state = cell.state === "running" ? "stopped" : "";
    }
    this.manager = managers().then((Manager) => new Manager());
    this.manager.catch(() => {}); // a page without widgets needs none
    this.heard = this.manager;
  }

  hear(message) {
    const manager = this.manager;
    this.heard = this.heard.then(() => manager).then((ready) => ready.take(this.kernel, message)).catch(console.warn);
  }

  host(cell) {
    const earlier = this.cells.slice(0, cell.number - 1).some((other) => !other.ran);
    return {
      edition: this.edition,
      widget: (id, box) => this.heard.then(() => this.manager).then((manager) => manager.show(id, box))
        .catch((error) => { box.textContent = error.message; }),
      above: earlier ? () => {
        cell.button.focus(); // the button that was pressed goes with the output
        this.runSeries(this.cells.slice(0, cell.number));
      } : undefined,
    };
  }

  // A widget takes leave of its place before the place goes; its Python half stays, as in a notebook. Returns how many.
  forget(cell) {
    const boxes = cell.place.querySelectorAll(".widget");
    for (const box of boxes) box.remover?.();
    return boxes.length;
  }

  // Runs one cell after all that wait; resolves to whether it went well.
  run(cell, { next = false, quiet = false } = {}) {
    // On to the next cell whose code is not folded away.
    if (next) this.cells.slice(cell.number).find(({ frame }) => frame.checkVisibility())?.editor.focus();
    const { turn } = this;
    cell.state = "waiting";
    if (!turn.busy) turn.stopped = false;
    turn.busy += 1;
    if (!quiet) this.settle();
    const task = turn.last.then(() => this.execute(cell, turn));
    const over = (ok) => {
      turn.busy -= 1;
      if (turn.busy || turn !== this.turn) return;
      if (turn.stopped) this.settle("interrupted");
      else if (!quiet) this.settle(ok ? "ran" : "halted", { n: cell.number });
    };
    turn.last = task.then(over, () => over(false)); // before whoever awaits the task goes on
    return task;
  }

  async execute(cell, turn) {
    if (turn !== this.turn) return false;
    if (turn.stopped) {
      cell.state = "";
      return false;
    }
    cell.begin();
    const { ok, gone, reason } = await this.kernel.execute(cell.id, cell.wanted);
    if (gone) return false;
    if (reason) cell.take({ output_type: "stream", name: "stderr", text: reason });
    cell.state = ok ? "done" : turn.stopped ? "stopped" : "failed";
    return ok;
  }

  // Runs cells in order; a failure that the book did not mean to show stops it.
  async runSeries(cells) {
    const all = cells.length;
    const { turn } = this;
    for (const [i, cell] of cells.entries()) {
      const task = this.run(cell, { quiet: true });
      this.settle();
      if (this.state === "ready") this.panel.progress(i + 1, all);
      const ok = await task;
      if (turn !== this.turn || turn.stopped || this.state !== "ready") return;
      if (!ok && !cell.tags.has("raises-exception")) {
        this.settle("halted", { n: cell.number });
        return;
      }
    }
    this.settle("finished", { all });
  }

  runAll() { return this.runSeries(this.cells); }

  // Runs the answer that stands above a check, then the check.
  check(cell) {
    const answers = this.cells.slice(0, cell.number).filter((other) => other.tags.has("answer"));
    return this.runSeries([...answers.slice(-1), cell]);
  }

  // Interrupts the cell that runs and lets go those that wait. What does not listen is left behind with its Python.
  stop() {
    const { turn } = this;
    turn.stopped = true;
    this.panel.say("stopping");
    this.kernel.stop();
    this.wait(GRACE);
  }

  // Starts afresh if what was to stop has not done so by then.
  wait(milliseconds) {
    const { turn } = this;
    clearTimeout(this.grace);
    this.grace = setTimeout(() => {
      if (turn === this.turn && turn.stopped && (turn.busy || this.talking)) this.restart("stopped");
    }, milliseconds);
  }

  restart(news) {
    this.news = news; // stays to be read until Python is there
    this.renew();
    this.become({ state: "loading" });
    this.kernel.restart();
  }

  reset() {
    for (const cell of this.cells) cell.reset();
    this.settle("printed");
  }
}

// Resolves to the live page, dressed.
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
