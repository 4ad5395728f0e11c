// The bar of a live page: what state Python is in, and what can be done to the whole page.

import { button, plain, write } from "./words.js";

/** @typedef {import("./words.js").Word} Word */

/** @type {<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, className: string) => HTMLElementTagNameMap[Tag]} */
const make = (tag, className) => Object.assign(document.createElement(tag), { className });

export class Panel {
  bar = make("div", "d2l-panel");
  status = make("p", "d2l-status");
  // How far it is: seen, but not read out at every step.
  count = make("span", "d2l-count");
  meter = make("progress", "d2l-meter");
  tools = make("div", "d2l-tools");
  /** @type {Map<Word, HTMLElement>} */ buttons = new Map();
  said = "";

  // `actions` are what the buttons do, by the names of their words.
  /**
   * @param {Element} place
   * @param {[Word, () => void][]} actions
   */
  constructor(place, actions) {
    this.bar.setAttribute("role", "group");
    this.bar.setAttribute("aria-label", plain("panel"));
    this.bar.tabIndex = -1; // it takes the focus of a button that goes
    this.status.setAttribute("role", "status");
    for (const node of [this.count, this.meter]) node.setAttribute("aria-hidden", "true");
    for (const [name, act] of actions) this.buttons.set(name, button(name, act));
    this.tools.append(...this.buttons.values());
    this.bar.append(this.status, this.count, this.meter, this.tools);
    place.append(this.bar);
    document.documentElement.dataset.live = "";
    // The end of the page is never behind the bar, however high it is.
    const measure = () => document.documentElement.style.setProperty("--bar", `${this.bar.offsetHeight}px`);
    new ResizeObserver(measure).observe(this.bar);
  }

  // Says something new; what was said already is not read out again.
  /** @type {(key: Word, values?: import("./words.js").Values) => void} */
  say(key, values) {
    this.bar.dataset.state = key;
    const words = plain(key, values);
    if (words !== this.said) write(this.status, key, values);
    this.said = words;
    this.meter.hidden = this.count.hidden = true;
  }

  // How far it is, in numbers; nothing hides them.
  /** @type {(come: number, all: number, unit?: string) => void} */
  progress(come, all, unit = "") {
    this.meter.hidden = this.count.hidden = false;
    Object.assign(this.meter, { value: come, max: all });
    this.count.textContent = `${come} / ${all}${unit}`;
  }

  // Shows these buttons and no others. The focus stays in the bar when its button goes.
  /** @type {(names: Word[]) => void} */
  offer(names) {
    const focused = this.tools.contains(document.activeElement);
    for (const [name, node] of this.buttons) node.hidden = !names.includes(name);
    if (focused && !this.tools.querySelector(":focus:not([hidden])")) this.bar.focus();
  }
}
