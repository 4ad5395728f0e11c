// A cell of the page, first as printed, then alive: its editor, its button, its state, what it shows.

import { edit, replace, text } from "./editor.js";
import { show } from "./outputs.js";
import { plain, write } from "./words.js";

const make = (tag, className) => Object.assign(document.createElement(tag), { className });
const STATES = {
  waiting: "cellWaiting", running: "cellRunning", done: "cellDone", failed: "cellFailed", stopped: "cellStopped",
};

export class Cell {
  // `page` runs cells and knows their neighbours.
  constructor(node, number, page) {
    Object.assign(this, { node, number, page, id: String(number), ran: false, outputs: [] });
    this.tags = new Set([...node.classList].filter((name) => name.startsWith("tag_")).map((name) => name.slice(4)));
    this.input = node.querySelector(".cell_input");
    this.source = this.input.firstElementChild;
    this.printed = node.querySelector(".cell_output");
    // The theme may have put a button into the frame of the code, but not into its text.
    this.code = this.source.querySelector("pre").textContent.replace(/\n$/, "");
    node.liveCell = this;
  }

  get wanted() { return text(this.editor); }

  // Puts an editor in the place of the printed code, and buttons below.
  enliven() {
    const { edition } = this.page;
    const label = plain(edition, "editor", { n: this.number });
    const run = (next) => this.page.run(this, { next });
    this.frame = make("div", "d2l-editor");
    this.source.hidden = true;
    this.input.append(this.frame);
    this.editor = edit(this.frame, this.code, { label, run });
    this.bar = make("div", "d2l-cell-bar");
    this.mark = make("span", "d2l-mark");
    const check = this.tags.has("check");
    this.button = write(make("button", "d2l-button"), edition, check ? "check" : "runCell");
    this.button.type = "button";
    if (!check) this.button.setAttribute("aria-label", `${this.button.textContent} ${this.number}`);
    this.button.addEventListener("click", () => (check ? this.page.check(this) : this.page.run(this)));
    this.bar.append(this.mark, this.button);
    // A check is folded but its button is not; a solution is folded with all it has.
    const fold = this.input.closest("details");
    (fold && !this.tags.has("solution") ? fold : this.input).after(this.bar);
    this.place = make("div", "cell_output d2l-output");
    this.place.setAttribute("aria-live", "polite");
    (this.printed ?? this.bar).after(this.place);
  }

  get state() { return this.node.dataset.state ?? ""; }

  // waiting, running, done, failed, stopped, or none of them
  set state(state) {
    this.ran = state === "done";
    if (state) this.node.dataset.state = state;
    else delete this.node.dataset.state;
    if (state) write(this.mark, this.page.edition, STATES[state]);
    else this.mark.replaceChildren();
  }

  // What the cell showed goes; what it will show comes in its place.
  begin() {
    this.clear();
    if (this.printed) this.printed.hidden = true;
    this.state = "running";
  }

  clear() {
    this.page.forget(this);
    this.outputs = [];
    this.clearing = false;
    this.place.replaceChildren();
  }

  take(output) {
    if (output.output_type === "clear_output" && output.wait) {
      this.clearing = true;
      return;
    }
    const update = output.output_type === "update_display_data"; // of what stands there already
    if (output.output_type === "clear_output" || (this.clearing && !update)) this.clear();
    if (output.output_type === "clear_output") return;
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

  // As it was printed.
  reset() {
    replace(this.editor, this.code);
    this.unshow();
    this.state = "";
  }
}
