// The bar of a live page: what state Python is in, and what can be done to the whole page.

import { plain, write } from "./words.js";

const make = (tag, className) => Object.assign(document.createElement(tag), { className });

export class Panel {
  // `actions` maps the names of words to what their buttons do.
  constructor(place, edition, actions) {
    Object.assign(this, { edition, buttons: {} });
    this.bar = make("div", "d2l-panel");
    this.bar.setAttribute("role", "group");
    this.bar.setAttribute("aria-label", plain(edition, "panel"));
    this.bar.tabIndex = -1; // it takes the focus of a button that goes
    this.status = make("p", "d2l-status");
    this.status.setAttribute("role", "status");
    // How far it is: seen, but not read out at every step.
    this.count = make("span", "d2l-count");
    this.meter = make("progress", "d2l-meter");
    for (const node of [this.count, this.meter]) node.setAttribute("aria-hidden", "true");
    this.tools = make("div", "d2l-tools");
    for (const [name, act] of Object.entries(actions)) {
      const button = write(make("button", "d2l-button"), edition, name);
      Object.assign(button, { type: "button", hidden: true });
      button.addEventListener("click", act);
      this.buttons[name] = button;
      this.tools.append(button);
    }
    this.bar.append(this.status, this.count, this.meter, this.tools);
    place.append(this.bar);
    document.documentElement.dataset.live = "";
    // The end of the page is never behind the bar, however high it is.
    const measure = () => document.documentElement.style.setProperty("--bar", `${this.bar.offsetHeight}px`);
    new ResizeObserver(measure).observe(this.bar);
  }

  // Says something new; what was said already is not read out again.
  say(key, values) {
    this.bar.dataset.state = key;
    const words = plain(this.edition, key, values);
    if (words !== this.said) write(this.status, this.edition, key, values);
    this.said = words;
    this.progress();
  }

  // How far it is, in numbers; nothing hides them.
  progress(come, all, unit = "") {
    this.meter.hidden = this.count.hidden = come === undefined;
    if (come === undefined) return;
    Object.assign(this.meter, { value: come, max: all });
    this.count.textContent = `${come} / ${all}${unit}`;
  }

  // Shows these buttons and no others. The focus stays in the bar when its button goes.
  offer(...names) {
    const focused = this.tools.contains(document.activeElement);
    for (const [name, button] of Object.entries(this.buttons)) button.hidden = !names.includes(name);
    if (focused && !this.tools.querySelector(":focus:not([hidden])")) this.bar.focus();
  }
}
