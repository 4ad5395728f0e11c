// A live page: its cells, its Python, and the bar that tells how they are. `start` is called by the page's button.

import { Cell } from "./cell.js";
import { Kernel } from "./kernel.js";
import { Panel } from "./panel.js";
import { managers } from "./widgets.js";

const MB = 1e6;

class Page {
  constructor(place, { edition, name, bytes }) {
    Object.assign(this, { edition, bytes, way: place.querySelector(".d2l-way") });
    this.cells = [...document.querySelectorAll("article .cell")].map((node, i) => new Cell(node, i + 1, this));
    this.panel = new Panel(place, edition, {
      runAll: () => this.runAll(),
      stop: () => this.restart("stopped"),
      restart: () => this.restart("restarted"),
      reset: () => this.reset(),
      again: () => this.restart("starting"),
    });
    this.cells.forEach((cell) => cell.enliven());
    this.renew();
    this.kernel = new Kernel(name, edition);
    this.kernel.addEventListener("state", ({ detail }) => this.become(detail));
    this.kernel.addEventListener("output", ({ detail }) => this.cell(detail.cell)?.take(detail.output));
    for (const type of ["comm_open", "comm_msg", "comm_close"]) {
      this.kernel.addEventListener(type, ({ detail }) => this.hear(detail));
    }
  }

  cell(id) { return this.cells.find((cell) => cell.id === id); }

  // Python is loading, starting, ready or failed.
  become({ state, loaded = 0, reason }) {
    this.state = state;
    this.way.hidden = state !== "failed";
    const [come, size] = [loaded, this.bytes].map((bytes) => Math.round(bytes / MB));
    this.panel.progress(state === "loading" ? loaded / this.bytes : undefined);
    this.panel.say(state, { loaded: Math.min(come, size), size, reason });
    this.panel.offer(...(state === "failed" ? ["again"] : []));
    if (state === "ready") this.turn.busy ? this.work() : this.rest("ready");
  }

  rest(news, values) {
    this.panel.say(news, values);
    this.panel.offer("runAll", "restart", "reset");
  }

  work() {
    this.panel.say("running");
    this.panel.offer("stop");
  }

  // What belongs to one Python: cells that wait their turn, and widgets, whose messages wait in order for their manager.
  renew() {
    this.turn = { last: Promise.resolve(), busy: 0 };
    this.cells.forEach((cell) => this.forget(cell));
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
      above: earlier ? () => this.runSeries(this.cells.slice(0, cell.number)) : undefined,
    };
  }

  forget(cell) {
    // A widget takes leave of its place before the place goes; its Python half stays, as in a notebook.
    for (const box of cell.place.querySelectorAll(".widget")) box.remover?.();
  }

  // Runs one cell after all that wait; resolves to whether it went well.
  run(cell, { next = false, quiet = false } = {}) {
    // On to the next cell whose code is not folded away.
    if (next) this.cells.slice(cell.number).find(({ frame }) => frame.checkVisibility())?.editor.focus();
    cell.node.dataset.state = "waiting";
    this.turn.busy += 1;
    if (this.state === "ready" && !quiet) this.work();
    const turn = this.turn;
    const task = turn.last.then(async () => {
      if (turn !== this.turn) return false;
      cell.begin();
      const { ok, gone, reason } = await this.kernel.execute(cell.id, cell.wanted);
      if (gone) return false;
      if (reason) cell.take({ output_type: "stream", name: "stderr", text: reason });
      cell.end(ok ? "done" : "failed");
      return ok;
    });
    turn.last = task.finally(() => {
      turn.busy -= 1;
      if (!turn.busy && turn === this.turn && this.state === "ready" && !quiet) this.rest("ready");
    });
    return task;
  }

  // Runs cells in order; a failure that the book did not mean to show stops it.
  async runSeries(cells) {
    const all = cells.length;
    const turn = this.turn;
    for (const [i, cell] of cells.entries()) {
      this.panel.say("progress", { n: i + 1, all });
      this.panel.offer("stop");
      const ok = await this.run(cell, { quiet: true });
      if (turn !== this.turn) return;
      if (!ok && !cell.tags.has("raises-exception")) {
        if (this.state === "ready") this.rest("halted", { n: cell.number });
        return;
      }
    }
    this.rest("finished", { all });
  }

  runAll() { return this.runSeries(this.cells); }

  // Runs the answer that stands above a check, then the check.
  check(cell) {
    const answers = this.cells.slice(0, cell.number).filter((other) => other.tags.has("answer"));
    return this.runSeries([...answers.slice(-1), cell]);
  }

  restart(news) {
    for (const cell of this.cells) cell.end(cell.node.dataset.state === "running" ? "stopped" : "");
    this.kernel.restart();
    this.renew();
    this.panel.say(news);
  }

  reset() {
    for (const cell of this.cells) {
      this.forget(cell);
      cell.reset();
    }
    this.rest("printed");
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
