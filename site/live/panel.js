// The bar of a live page: what state Python is in, and what can be done to the whole page.

import { write } from "./words.js";

const make = (tag, className) => Object.assign(document.createElement(tag), { className });

export class Panel {
  // `actions` maps the names of words to what their buttons do.
  constructor(place, edition, actions) {
    Object.assign(this, { edition, buttons: {} });
    this.bar = make("div", "d2l-panel");
    this.bar.setAttribute("role", "group");
    this.status = make("p", "d2l-status");
    this.status.setAttribute("role", "status");
    this.meter = make("progress", "d2l-meter");
    this.meter.setAttribute("aria-hidden", "true"); // the words beside it say the same
    this.tools = make("div", "d2l-tools");
    for (const [name, act] of Object.entries(actions)) {
      const button = write(make("button", "d2l-button"), edition, name);
      Object.assign(button, { type: "button", hidden: true });
      button.addEventListener("click", act);
      this.buttons[name] = button;
      this.tools.append(button);
    }
    this.bar.append(this.status, this.meter, this.tools);
    place.append(this.bar);
    document.documentElement.dataset.live = "";
  }

  say(key, values) {
    this.bar.dataset.state = key;
    write(this.status, this.edition, key, values);
  }

  // How much of a download has come; nothing hides the meter.
  progress(part) {
    this.meter.hidden = part === undefined;
    if (part !== undefined) this.meter.value = part;
  }

  // Shows these buttons and no others.
  offer(...names) {
    for (const [name, button] of Object.entries(this.buttons)) button.hidden = !names.includes(name);
  }
}
