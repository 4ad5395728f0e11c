// Draws figures from their spec: the same marks as d2lparams/view/svg.py, plus the controls that move them.
//
// One plain script for every host. On a page it makes the figures respond that stand there, over their precomputed states;
// a page opened from a file may load no modules. In a notebook widget.py makes it a module, whose render({model, el}) draws
// what Python computes. Nothing is computed here but one thing: on a static page, the names that a typed pattern selects.

/**
 * @typedef {string | {en: string, ko: string}} Words
 * @typedef {["r", number, number, number, number, string] | ["l", number, number, number, number, string]
 *   | ["c", number, number, number, string] | ["p" | "g", number[], string] | ["t", number, number, string, Words, string]
 *   | ["h", number, number, number, number, number, string, string]} Mark
 * @typedef {{marks: Mark[], say: Words, table: Words[][]}} Scene
 * @typedef {{name: string, kind: string, label: Words, options: Words[], start: number, values: string[]}} Control
 * @typedef {{names: string[], hit: string, miss: string, messages: Record<string, Record<string, string>>}} Match
 * @typedef {{id: string, controls: Control[], base: Mark[], parts: Mark[], match?: Match,
 *   states: Record<string, {marks: number[], say: Words, table: Words[][]}>}} Spec
 * @typedef {{kind: string, title: Words, size: number[], summary: Words, base: Mark[], state: Scene, setting: string,
 *   start: string}} Live
 * @typedef {{get(name: "scene"): Live, get(name: "language"): string, on(name: string, call: () => void): void,
 *   off(name: string, call: () => void): void, send(message: object): void}} Model
 */

/* exported d2lFigure */
const d2lFigure = (() => {
  "use strict";
  const NS = "http://www.w3.org/2000/svg";

  /** @type {(words: Words, language: string) => string} */
  const pick = (words, language) => {
    if (typeof words === "string") return words;
    if (language === "en" || language === "ko") return words[language];
    return words.en === words.ko ? words.en : `${words.en} · ${words.ko}`;
  };

  /**
   * @template {keyof HTMLElementTagNameMap} Tag
   * @param {Tag} tag
   * @param {Record<string, string | number>} attributes
   * @param {string} text
   */
  const make = (tag, attributes = {}, text = "") => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
    node.textContent = text;
    return node;
  };

  // What this script or static.py has put into every figure is there.
  /**
   * @template {Element} Kind
   * @param {Element} place
   * @param {string} selector
   * @returns {Kind}
   */
  const find = (place, selector) => /** @type {Kind} */ (place.querySelector(selector));

  // Puts words into a node; where both languages stand, each is marked as what it is.
  /** @type {<Kind extends Element>(node: Kind, words: Words, language: string) => Kind} */
  const write = (node, words, language) => {
    if (language !== "both" || typeof words === "string" || words.en === words.ko) {
      node.textContent = pick(words, language);
    } else {
      const dot = make("span", { class: "d2l-dot", "aria-hidden": "true" }, " · ");
      node.replaceChildren(make("span", { lang: "en" }, words.en), dot, make("span", { lang: "ko" }, words.ko));
    }
    return node;
  };

  // The element of a mark, and the attributes that its numbers are, in order.
  const SHAPES = {
    r: ["rect", "x", "y", "width", "height"],
    l: ["line", "x1", "y1", "x2", "y2"],
    c: ["circle", "cx", "cy", "r"],
    p: ["polyline"],
    g: ["polygon"],
    t: ["text", "x", "y", "text-anchor"],
    h: ["g"],
  };

  // A path for each level of a grid of cells, in units of a cell.
  /** @type {(columns: number, levels: string) => Element[]} */
  const cells = (columns, levels) => [...new Set(levels.replaceAll(".", ""))].sort().map((letter) => {
    const path = document.createElementNS(NS, "path");
    const steps = [...levels].map((level, i) => (
      level === letter ? `M${i % columns} ${Math.floor(i / columns)}h1v1h-1z` : ""));
    const level = letter.charCodeAt(0) - (letter < "a" ? 65 : 104); // from A, or from h
    path.setAttribute("d", steps.join(""));
    path.setAttribute("class", `${letter < "a" ? "more" : level < 0 ? "minus" : "plus"} k${Math.abs(level)}`);
    return path;
  });

  /** @type {(mark: Mark, language: string) => Element} */
  const element = (mark, language) => {
    const [tag, ...names] = SHAPES[mark[0]];
    const node = document.createElementNS(NS, tag);
    names.forEach((name, i) => node.setAttribute(name, String(mark[i + 1])));
    if (mark[0] === "p" || mark[0] === "g") node.setAttribute("points", mark[1].join(" "));
    if (mark[0] === "t") node.textContent = pick(mark[4], language);
    if (mark[0] === "h") {
      const [, x, y, width, height, columns, levels] = mark;
      node.setAttribute("transform", `translate(${x} ${y}) scale(${width} ${height})`);
      node.append(...cells(columns, levels));
    }
    node.setAttribute("class", String(mark.at(-1)));
    return node;
  };

  /** @type {(place: Element, rows: Words[][], language: string) => void} */
  const drawTable = (place, rows, language) => {
    /** @type {(row: Words[], tag: "td" | "th") => Element} */
    const line = (row, tag) => {
      const tr = make("tr");
      // A corner without words heads nothing.
      tr.append(...row.map((cell) => write(make(pick(cell, language) ? tag : "td"), cell, language)));
      return tr;
    };
    const wrap = make("div", { class: "d2l-table" });
    const [top, ...rest] = rows;
    if (top) {
      const table = make("table"), head = make("thead"), body = make("tbody");
      head.append(line(top, "th"));
      body.append(...rest.map((row) => line(row, "td")));
      table.append(head, body);
      wrap.append(table);
    }
    find(place, ".d2l-table").replaceWith(wrap);
    // A table that scrolls must scroll by keyboard too.
    if (wrap.scrollHeight > wrap.clientHeight + 1 || wrap.scrollWidth > wrap.clientWidth + 1) wrap.tabIndex = 0;
  };

  /** @type {(figure: Element, base: Mark[], scene: Scene, language: string) => void} */
  const draw = (figure, base, scene, language) => {
    const svg = find(figure, ".d2l-stage svg");
    svg.replaceChildren(...[...base, ...scene.marks].map((mark) => element(mark, language)));
    svg.setAttribute("aria-label", pick(scene.say, language));
    write(find(figure, ".d2l-say"), scene.say, language);
    /** @type {HTMLDetailsElement} */
    const data = find(figure, ".d2l-data");
    const show = () => { if (data.open) drawTable(data, scene.table, language); };
    data.ontoggle = show;
    show();
  };

  // A static spec writes each mark once, in parts.
  /** @type {(spec: Spec, key: string) => Scene} */
  const stateOf = (spec, key) => {
    const state = spec.states[key];
    return { ...state, marks: state.marks.map((number) => spec.parts[number]) };
  };

  // Python's re.match on a static page: JavaScript's own expressions, anchored at the start, for the syntax both share.
  const PYTHON_ONLY = /\(\?P|\(\?#|\\[AZ]|\(\?\(|\(\?[aiLmsux]+[-:)]|[*+?}]\+/;

  // Which names a pattern selects; null for Python's own syntax, undefined for none at all.
  /** @type {(pattern: string, names: string[]) => boolean[] | null | undefined} */
  const selected = (pattern, names) => {
    if (PYTHON_ONLY.test(pattern)) return null;
    try {
      const start = new RegExp(`^(?:${pattern})`, "u");
      return names.map((name) => start.test(name));
    } catch {
      return undefined;
    }
  };

  /** @type {(spec: Spec, match: Match, pattern: string) => Scene} */
  const typedState = (spec, { names, hit, miss, messages }, pattern) => {
    const found = selected(pattern, names);
    const first = stateOf(spec, Object.keys(spec.states)[0]);
    const count = found?.filter(Boolean).length;
    const said = found ? messages.count : found === null ? messages.python : messages.wrong;
    /** @type {(text: string) => string} */
    const fill = (text) => text.replace("{n}", () => String(count)).replace("{pattern}", () => pattern);
    const marks = first.marks.map((mark, i) => (
      i < names.length ? /** @type {Mark} */ ([...mark.slice(0, -1), found?.[i] ? hit : miss]) : mark));
    const rows = names.map((name, i) => [name, found?.[i] ? "✓" : ""]);
    return { marks, say: { en: fill(said.en), ko: fill(said.ko) }, table: [first.table[0], ...rows] };
  };

  /** @type {(spec: Spec, index: number, language: string, changed: (value: number | string) => void) => Element} */
  const control = (spec, index, language, changed) => {
    const { name, kind, label, options, start } = spec.controls[index];
    const words = options.map((option) => pick(option, language));
    const id = `${spec.id}-${name}`;
    const row = make("div", { class: `d2l-control d2l-${kind}` });
    const title = write(make("label", { for: id }), label, language);
    if (kind === "slider") {
      const input = make("input", { type: "range", id, min: 0, max: options.length - 1, value: start });
      const shown = make("output", { for: id });
      const update = () => {
        shown.textContent = words[input.valueAsNumber];
        input.setAttribute("aria-valuetext", shown.textContent);
      };
      input.addEventListener("input", () => { update(); changed(input.valueAsNumber); });
      update();
      row.append(title, input, shown);
    } else if (kind === "toggle") {
      const input = make("input", { type: "checkbox", id });
      input.checked = start === 1;
      input.addEventListener("change", () => changed(Number(input.checked)));
      row.append(input, title);
    } else if (kind === "select") {
      const input = make("select", { id });
      input.append(...words.map((option, i) => make("option", { value: i }, option)));
      input.selectedIndex = start;
      input.addEventListener("change", () => changed(input.selectedIndex));
      row.append(title, input);
    } else {
      const input = make("input", { type: "text", id, value: words[start], spellcheck: "false", autocomplete: "off" });
      input.addEventListener("input", () => changed(input.value));
      const chips = make("div", { class: "d2l-chips", role: "group", "aria-label": pick(label, language) });
      chips.append(...words.map((option) => {
        const chip = make("button", { type: "button" }, option);
        chip.addEventListener("click", () => { input.value = option; changed(option); });
        return chip;
      }));
      row.append(title, input, chips);
    }
    return row;
  };

  // What a page and a figure say to each other, whoever draws it: `data-setting` is what the figure shows, `data-start` what it
  // showed at first, both as setting.py writes them, and the event `d2l-set` asks for another.
  const SET = "d2l-set";

  // As in setting.py: one value for each control, the start where the text says nothing that can be followed.
  /** @type {(controls: Control[], text: string) => (number | string)[]} */
  const read = (controls, text) => {
    const said = new URLSearchParams(text.replaceAll("+", "%2B"));
    return controls.map(({ name, kind, values, start }) => {
      const word = said.get(name) ?? values[start];
      if (kind === "text") return word;
      return values.includes(word) ? values.indexOf(word) : start;
    });
  };

  /** @type {(controls: Control[], now: (number | string)[]) => string} */
  const written = (controls, now) => controls.map(({ name, values }, i) => {
    const word = String(typeof now[i] === "number" ? values[now[i]] : now[i]).toWellFormed();
    return `${name}=${encodeURIComponent(word).replaceAll("%2B", "+")}`;
  }).join("&");

  // Moves a control as a reader would.
  /** @type {(row: Element, value: number | string) => void} */
  const move = (row, value) => {
    /** @type {HTMLInputElement} */
    const input = find(row, "input, select");
    if (input.type === "checkbox") input.checked = value === 1;
    else input.value = String(value);
    for (const name of ["input", "change"]) input.dispatchEvent(new Event(name));
  };

  /** @type {(figure: HTMLElement) => void} */
  const hydrate = (figure) => {
    /** @type {Spec} */
    const spec = JSON.parse(find(figure, "script.d2l-spec").textContent ?? "");
    const { controls, match } = spec, language = figure.dataset.language ?? "both";
    const values = read(controls, "");
    const typed = controls.findIndex(({ kind }) => kind === "text");
    let together = false; // several controls are on their way to one setting
    const show = () => {
      if (together) return;
      const key = values.filter((_, i) => i !== typed).join(",");
      const scene = match && typed >= 0 ? typedState(spec, match, String(values[typed])) : stateOf(spec, key);
      draw(figure, spec.base, scene, language);
      figure.dataset.setting = written(controls, values);
    };
    const rows = controls.map((_, i) => control(spec, i, language, (value) => {
      values[i] = value;
      show();
    }));
    find(figure, ".d2l-controls").append(...rows);
    figure.addEventListener(SET, (event) => {
      together = true;
      read(controls, /** @type {CustomEvent<string>} */ (event).detail).forEach((value, i) => move(rows[i], value));
      together = false;
      show();
    });
    figure.dataset.start = written(controls, values);
    figure.dataset.ready = "";
    show();
  };

  // A notebook: the controls are ipywidgets, the scene comes from Python with every change.
  /** @type {(host: {model: Model, el: Element}) => () => void} */
  const render = ({ model, el }) => {
    const svg = document.createElementNS(NS, "svg");
    const title = make("figcaption", { class: "d2l-title" }), summary = make("summary", {}, "…");
    const say = make("p", { class: "d2l-say", role: "status" });
    const data = make("details", { class: "d2l-data" });
    data.append(summary, make("div", { class: "d2l-table" }));
    const figure = make("figure", { class: "d2l-figure" }), stage = make("div", { class: "d2l-stage" });
    stage.append(svg);
    figure.append(title, stage, say, data);
    el.append(figure);
    const show = () => {
      const scene = model.get("scene"), language = model.get("language");
      svg.setAttribute("class", "d2l-scene");
      svg.setAttribute("role", "img");
      svg.setAttribute("viewBox", `0 0 ${scene.size.join(" ")}`);
      figure.className = `d2l-figure d2l-${scene.kind}`;
      write(title, scene.title, language);
      write(summary, scene.summary, language);
      draw(figure, scene.base, scene.state, language);
      Object.assign(figure.dataset, { setting: scene.setting, start: scene.start });
    };
    figure.addEventListener(SET, (event) => model.send({ set: /** @type {CustomEvent<string>} */ (event).detail }));
    model.on("change:scene", show);
    show();
    return () => model.off("change:scene", show);
  };

  if (document.currentScript) { // which a module has not
    /** @type {NodeListOf<HTMLElement>} */
    const figures = document.querySelectorAll("figure.d2l-figure");
    figures.forEach(hydrate);
  }
  return { element, make, render, selected, write };
})();
