// A cell of the page, first as printed, then alive: its editor, its button, its state, what it shows.

import { edit, replace, text } from "./editor.js";
import { show } from "./outputs.js";
import { forget } from "./widgets.js";
import { button, plain, write } from "./words.js";

/** @typedef {"waiting" | "running" | "done" | "failed" | "stopped" | ""} CellState */

/** @type {(tag: string, className: string) => HTMLElement} */
const make = (tag, className) => Object.assign(document.createElement(tag), { className });

// The words of a state; a cell that has not run since the page or Python was there has none.
const STATES = /** @type {const} */ ({
  waiting: "cellWaiting", running: "cellRunning", done: "cellDone", failed: "cellFailed", stopped: "cellStopped",
});

export class Cell {
  /** @type {Output[]} */ outputs = [];
  ran = false;
  clearing = false;
  passed = false; // what its check said last, if it is one

  // Puts an editor in the place of the printed code, and buttons below. `page` runs cells and knows their neighbours.
  /**
   * @param {HTMLElement} node
   * @param {number} number
   * @param {import("./page.js").Page} page
   */
  constructor(node, number, page) {
    this.node = node;
    this.number = number;
    this.page = page;
    this.id = String(number);
    this.tags = new Set([...node.classList].filter((name) => name.startsWith("tag_")).map((name) => name.slice(4)));
    /** @type {HTMLElement | null} */
    this.printed = node.querySelector(".cell_output");
    this.frame = make("div", "d2l-editor");
    this.mark = make("span", "d2l-mark");
    this.place = make("div", "cell_output d2l-output");
    this.place.setAttribute("aria-live", "polite");
    const check = this.tags.has("check");
    this.button = button(check ? "check" : "runCell", () => (check ? page.check(this) : page.run(this)));
    if (!check) this.button.setAttribute("aria-label", `${this.button.textContent} ${number}`);
    const bar = make("div", "d2l-cell-bar");
    bar.append(this.mark, this.button);

    const input = /** @type {HTMLElement} */ (node.querySelector(".cell_input"));
    this.yours = d2lYours.cells[number - 1];
    this.code = this.yours.book;
    input.append(this.frame);
    const run = (/** @type {boolean} */ next) => page.run(this, next);
    const changed = (/** @type {string} */ code) => this.yours.edit(code);
    this.editor = edit(this.frame, this.yours.text, { label: plain("editor", { n: number }), run, changed });
    this.yours.live(bar, (code) => replace(this.editor, code));
    // A check is folded but its button is not; a solution is folded with all it has.
    const fold = input.closest("details");
    (fold && !this.tags.has("solution") ? fold : input).after(bar);
    (this.printed ?? bar).after(this.place);
  }

  get wanted() { return text(this.editor); }

  get state() { return /** @type {CellState} */ (this.node.dataset.state ?? ""); }

  set state(state) {
    this.ran = state === "done";
    if (state) {
      this.node.dataset.state = state;
      write(this.mark, STATES[state]);
    } else {
      delete this.node.dataset.state;
      this.mark.replaceChildren();
    }
  }

  // What the cell showed goes; what it will show comes in its place.
  begin() {
    this.clear();
    this.passed = false;
    if (this.printed) this.printed.hidden = true;
    this.state = "running";
  }

  // Widgets take leave of their places before those go; their Python halves stay, as in a notebook.
  clear() {
    this.place.querySelectorAll(".widget").forEach(forget);
    this.outputs = [];
    this.clearing = false;
    this.place.replaceChildren();
  }

  /** @type {(output: Output) => void} */
  take(output) {
    if (output.output_type === "clear_output") {
      if (output.wait) this.clearing = true;
      else this.clear();
      return;
    }
    const update = output.output_type === "update_display_data"; // of what stands there already
    if (this.clearing && !update) this.clear();
    const last = this.outputs.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      last.text += output.text;
    } else if (!update) {
      this.outputs.push({ ...output });
    }
    show(this.place, output, this.page.host(this));
  }

  // Shows what was printed in the place of what it shows now.
  unshow() {
    this.clear();
    if (this.printed) this.printed.hidden = false;
  }

  // What belonged to a Python that is gone: a live figure gives its place back to the printed one, and so does a cell that has
  // shown nothing yet; what is printed stays to be read.
  lose() {
    if (this.place.querySelector(".widget") || (this.state === "running" && !this.outputs.length)) this.unshow();
    this.state = this.state === "running" ? "stopped" : "";
  }

  // As it was printed; what the reader has made of it can come back.
  reset() {
    this.yours.reset();
    this.unshow();
    this.state = "";
  }
}
