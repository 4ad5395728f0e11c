// Draws figures from their spec: the same marks as d2lparams/view/svg.py, plus the controls that move them.
//
// One plain script for every host. On a page it makes the figures respond that stand there, over their precomputed states;
// a page opened from a file may load no modules. In a notebook widget.py makes it a module, whose render({model, el}) draws
// what Python computes. Nothing is computed here but one thing: on a static page, the names that a typed pattern selects.
// What else a reader types waits there for Python.

/**
 * @typedef {string | {en: string, ko: string}} Words
 * @typedef {["r", number, number, number, number, string] | ["l", number, number, number, number, string]
 *   | ["c", number, number, number, string] | ["p" | "g", number[], string] | ["t", number, number, string, Words, string]
 *   | ["h", number, number, number, number, number, string, string]
 *   | ["s", number, number, number, number, string, string]} Mark
 * @typedef {Record<string, Record<string, string>>} Paint by tag and class, the attributes that stand for a style sheet
 * @typedef {{marks: Mark[], say: Words, table: Words[][], paint?: Paint}} Scene
 * @typedef {{name: string, kind: string, label: Words, options: Words[], start: number, values: string[]}} Control
 * @typedef {{names: string[], styles: string[], marks: Words[], messages: Record<string, Record<string, string>>}} Match
 * @typedef {{parts: Mark[], states: Record<string, {marks: number[], say: Words, table: Words[][]}>}} Chunk
 * @typedef {Chunk & {id: string, controls: Control[], base: Mark[], match?: Match, paint?: Paint, pins?: boolean,
 *   apart?: number[], chunks?: Record<string, string | Chunk>}} Spec the address of states that stand apart, or they themselves
 * @typedef {number | string} Value the position of a control, or its text
 * @typedef {(value: Value) => void} Take
 * @typedef {{id: string, words: string[], language: string, title: string}} Given
 * @typedef {(given: Given, set: Take) => {parts: Element[], show: Take, rest?: () => void}} Kind
 * @typedef {HTMLElement & {set: Take}} Row
 * @typedef {{start(): void, stop(): void, runs(): boolean}} Clock
 * @typedef {{kind: string, title: Words, size: number[], summary: Words, base: Mark[], state: Scene, pins?: boolean}} Live
 * @typedef {{get(name: "scene"): Live, get(name: "language"): string, get(name: "controls"): Control[],
 *   get(name: "values"): Value[], get(name: "place"): string, set(name: "values", values: Value[]): void, save_changes(): void,
 *   on(name: string, call: () => void): void, off(name: string, call: () => void): void}} Model
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
    s: ["path"],
  };

  /** @type {(node: Element, tag: string, style: string, paint?: Paint, more?: string) => Element} */
  const dress = (node, tag, style, paint, more = "") => {
    node.setAttribute("class", style + more);
    for (const [name, value] of Object.entries(paint?.[`${tag} ${style}`] ?? {})) node.setAttribute(name, value);
    return node;
  };

  const ROUND = 7;

  // A rectangle as a path, as svg.box says.
  /** @type {(mark: Mark & ["r", ...unknown[]]) => string} */
  const box = ([, x, y, width, height, style]) => {
    if (!style.split(" ").includes("round")) return `M${x} ${y}h${width}v${height}h${-width}z`;
    const r = Math.min(ROUND, width / 2, height / 2);
    /** @type {(value: number) => number} */
    const short = (value) => Number(value.toFixed(2));
    const [across, down] = [width, height].map((length) => short(length - 2 * r));
    /** @type {(side: string, i: number, j: number) => string} */
    const turn = (side, i, j) => `${side}a${r} ${r} 0 0 1 ${i * r} ${j * r}`;
    const sides = turn(`h${across}`, 1, 1) + turn(`v${down}`, -1, 1) + turn(`h-${across}`, -1, -1) + turn(`v-${down}`, 1, -1);
    return `M${short(x + r)} ${y}${sides}z`;
  };

  /** @type {Record<string, number>} */
  const RISE = { amid: -0.6, above: -1.2, below: 0 }; // of the first of two lines, in its height

  // Words in one line, or one line for each language where both stand and the style says so.
  /** @type {(x: number, words: Words, style: string, language: string) => (Element | string)[]} */
  const lines = (x, words, style, language) => {
    const up = style.split(" ").map((word) => RISE[word]).find((rise) => rise !== undefined);
    if (up === undefined || language !== "both" || typeof words === "string" || words.en === words.ko) {
      return [pick(words, language)];
    }
    return [words.en, words.ko].map((text, i) => {
      const line = document.createElementNS(NS, "tspan");
      line.setAttribute("x", String(x));
      line.setAttribute("dy", `${i ? 1.2 : up}em`);
      line.textContent = text;
      return line;
    });
  };

  // A path for each level of a grid of cells, in units of a cell; neighbours of one level are one, unless cells stand apart.
  /** @type {(columns: number, levels: string, style: string, paint?: Paint) => Element[]} */
  const cells = (columns, levels, style, paint) => [...new Set(levels.replaceAll(".", ""))].sort().map((letter) => {
    const path = document.createElementNS(NS, "path");
    const rows = levels.match(new RegExp(`.{1,${columns}}`, "g")) ?? [];
    const runs = new RegExp(letter + (style.split(" ").includes("tile") ? "" : "+"), "g");
    const at = rows.flatMap((row, i) => [...row.matchAll(runs)].map(({ 0: { length }, index }) => (
      `M${index} ${i}h${length}v1h-${length}z`)));
    const [hue, zero] = letter < "J" ? ["more", "A"] : letter < "a" ? ["c", "J"] : [letter < "h" ? "minus" : "plus", "h"];
    path.setAttribute("d", at.join(""));
    return dress(path, "path", `${hue} k${Math.abs(letter.charCodeAt(0) - zero.charCodeAt(0))}`, paint);
  });

  // The outline of bars, in units of a bar: a is 0, z 25, A 26.
  /** @type {(heights: string) => string} */
  const steps = (heights) => {
    const levels = [...heights].map((letter) => letter.charCodeAt(0) - (letter >= "a" ? 97 : 39));
    return `M0 0${levels.map((level, i) => `V${level}H${i + 1}`).join("")}V0z`;
  };

  /** @type {(mark: Mark, language: string, paint?: Paint) => Element} */
  const element = (mark, language, paint) => {
    const [tag, ...names] = SHAPES[mark[0]], style = String(mark.at(-1));
    if (mark[0] === "r" && paint) {
      const path = document.createElementNS(NS, "path");
      path.setAttribute("d", box(mark));
      return dress(path, tag, style, paint, " box");
    }
    const node = document.createElementNS(NS, tag);
    names.forEach((name, i) => node.setAttribute(name, String(mark[i + 1])));
    if (mark[0] === "p" || mark[0] === "g") node.setAttribute("points", mark[1].join(" "));
    if (mark[0] === "t") node.append(...lines(mark[1], mark[4], mark[5], language));
    if (mark[0] === "h") {
      const [, x, y, width, height, columns, levels] = mark;
      node.setAttribute("transform", `translate(${x} ${y}) scale(${width} ${height})`);
      node.append(...cells(columns, levels, style, paint));
    }
    if (mark[0] === "s") {
      const [, x, y, width, unit, heights] = mark;
      node.setAttribute("transform", `translate(${x} ${y}) scale(${width} -${unit})`);
      node.setAttribute("d", steps(heights));
    }
    return dress(node, tag, style, paint);
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
    svg.replaceChildren(...[...base, ...scene.marks].map((mark) => element(mark, language, scene.paint)));
    svg.setAttribute("aria-label", pick(scene.say, language));
    write(find(figure, ".d2l-say"), scene.say, language);
    /** @type {HTMLDetailsElement} */
    const data = find(figure, ".d2l-data");
    const show = () => { if (data.open) drawTable(data, scene.table, language); };
    data.ontoggle = show;
    show();
  };

  // A static spec writes each mark once, in parts.
  /** @type {(spec: Spec, key: string, chunk?: Chunk) => Scene} */
  const stateOf = (spec, key, chunk = spec) => {
    const state = chunk.states[key];
    return { ...state, marks: state.marks.map((number) => chunk.parts[number]), paint: spec.paint };
  };

  /** @type {Map<string, (chunk: Chunk) => void>} */
  const awaited = new Map();
  // A file of states calls this with its name and what it holds.
  /** @type {(name: string, chunk: Chunk) => void} */
  const takeChunk = (name, chunk) => awaited.get(name)?.(chunk);

  // Fetches states as a script: a page opened from a file may fetch nothing else.
  /** @type {(address: string) => Promise<Chunk>} */
  const fetched = (address) => new Promise((resolve, reject) => {
    awaited.set(address.replace(/^.*\/|\.js$/g, ""), resolve);
    const script = make("script", { src: address });
    script.addEventListener("error", reject);
    script.addEventListener("load", () => script.remove());
    document.head.append(script);
  });

  // Python's re.match on a static page: JavaScript's own expressions, anchored at the start, for the syntax both share.
  const PYTHON_ONLY = /\(\?P|\(\?#|\\[AZ]|\(\?\(|\(\?[aiLmsux]+[-:)]|[*+?}]\+/;

  // For every name whether a pattern matches from the start (0), only further on (1), or not at all (2); null for Python's
  // own syntax, undefined for no pattern.
  /** @type {(pattern: string, names: string[]) => number[] | null | undefined} */
  const selected = (pattern, names) => {
    if (PYTHON_ONLY.test(pattern)) return null;
    try {
      const start = new RegExp(`^(?:${pattern})`, "u"), anywhere = new RegExp(pattern, "u");
      return names.map((name) => (start.test(name) ? 0 : anywhere.test(name) ? 1 : 2));
    } catch {
      return undefined;
    }
  };

  /** @type {(spec: Spec, match: Match, pattern: string) => Scene} */
  const typedState = (spec, { names, styles, marks: signs, messages }, pattern) => {
    const kinds = selected(pattern, names);
    const found = kinds ?? names.map(() => 2);
    const first = stateOf(spec, Object.keys(spec.states)[0]);
    /** @type {(kind: number) => string} */
    const count = (kind) => String(found.filter((one) => one === kind).length);
    const said = messages[!kinds ? (kinds === null ? "python" : "wrong") : found.includes(1) ? "within" : "count"];
    /** @type {(text: string) => string} */
    const fill = (text) => text.replace("{n}", count(0)).replace("{m}", count(1)).replace("{pattern}", () => pattern);
    const marks = first.marks.map((mark, i) => (
      i < names.length ? /** @type {Mark} */ ([...mark.slice(0, -1), styles[found[i]]]) : mark));
    const rows = names.map((name, i) => [name, signs[found[i]]]);
    return { ...first, marks, say: { en: fill(said.en), ko: fill(said.ko) }, table: [first.table[0], ...rows] };
  };

  const STILL = 250, LONG = 1000; // milliseconds without a key, before what is typed is told; letters of it at most
  const OWN = { en: "your own", ko: "직접 쓴 것" }, ONE = { en: "or one of these", ko: "또는 보기에서" };
  const TYPE = { en: "type anything", ko: "직접 써 보세요" };

  const SPEEDS = [0.5, 1, 2];
  const LONGEST = 8000, SLOWEST = 600; // milliseconds: of all frames, of one

  /** @type {Record<string, {en: string, ko: string, marks: Mark[]}>} */
  const BUTTONS = {
    play: { en: "play", ko: "재생", marks: [["g", [3, 1, 14, 8, 3, 15], ""]] },
    pause: { en: "pause", ko: "일시 정지", marks: [["r", 3, 2, 3.5, 12, ""], ["r", 9.5, 2, 3.5, 12, ""]] },
    back: { en: "one step back", ko: "이전 단계", marks: [["r", 3, 2, 2, 12, ""], ["g", [14, 2, 6, 8, 14, 14], ""]] },
    on: { en: "one step on", ko: "다음 단계", marks: [["g", [2, 2, 10, 8, 2, 14], ""], ["r", 11, 2, 2, 12, ""]] },
  };

  // Gives a button its drawing and its name.
  /** @type {(node: HTMLButtonElement, name: string, language: string) => HTMLButtonElement} */
  const face = (node, name, language) => {
    const { marks, en, ko } = BUTTONS[name], svg = document.createElementNS(NS, "svg"), words = pick({ en, ko }, language);
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.append(...marks.map((mark) => element(mark, language)));
    node.replaceChildren(svg);
    node.setAttribute("aria-label", words);
    node.title = words;
    return node;
  };

  /** @type {(name: string, language: string, press: () => void) => HTMLButtonElement} */
  const button = (name, language, press) => {
    const node = make("button", { type: "button", class: `d2l-${name}` });
    node.addEventListener("click", press);
    return face(node, name, language);
  };

  // Calls again and again until it is told to stop or the figure is out of sight. The sentence is not read out meanwhile.
  /** @type {(play: HTMLButtonElement, language: string, call: () => void, wait: () => number) => Clock} */
  const ticking = (play, language, call, wait) => {
    let timer = 0;
    /** @type {Element | undefined} */
    let say;
    const watch = new IntersectionObserver(([{ isIntersecting }]) => { if (!isIntersecting) stop(); });
    const stop = () => {
      clearTimeout(timer);
      timer = 0;
      watch.disconnect();
      say?.removeAttribute("aria-live");
      face(play, "play", language);
    };
    const tick = () => {
      timer = setTimeout(tick, wait());
      if (document.hidden || !play.isConnected) stop();
      else call();
    };
    const start = () => {
      const figure = /** @type {Element} */ (play.closest("figure"));
      say = find(figure, ".d2l-say");
      say.setAttribute("aria-live", "off");
      watch.observe(figure);
      face(play, "pause", language);
      tick();
    };
    return { start, stop, runs: () => timer !== 0 };
  };

  // How each kind of control looks and how it shows a value; `set` hears what the reader chooses.
  /** @type {Record<string, Kind>} */
  const KINDS = {
    slider({ id, words }, set) {
      const input = make("input", { type: "range", id, min: 0, max: words.length - 1 }), shown = make("output", { for: id });
      const pair = make("span", { class: "d2l-range" }); // no line parts them
      input.addEventListener("input", () => set(input.valueAsNumber));
      pair.append(input, shown);
      return { parts: [pair], show(value) {
        input.value = String(value);
        shown.textContent = words[Number(value)];
        input.setAttribute("aria-valuetext", shown.textContent);
      } };
    },
    toggle({ id }, set) {
      const input = make("input", { type: "checkbox", id });
      input.addEventListener("change", () => set(Number(input.checked)));
      return { parts: [input], show(value) { input.checked = value === 1; } };
    },
    select({ id, words }, set) {
      const input = make("select", { id });
      input.append(...words.map((option, i) => make("option", { value: i }, option)));
      input.addEventListener("change", () => set(input.selectedIndex));
      return { parts: [input], show(value) { input.selectedIndex = Number(value); } };
    },
    text({ id, words, title }, set) {
      const input = make("input", { type: "text", id, spellcheck: "false", autocomplete: "off" });
      input.addEventListener("input", () => set(input.value));
      const chips = make("div", { class: "d2l-chips", role: "group", "aria-label": title });
      chips.append(...words.map((option) => {
        const chip = make("button", { type: "button" }, option);
        chip.addEventListener("click", () => set(option));
        return chip;
      }));
      return { parts: [input, chips], show(value) { if (input.value !== value) input.value = String(value); } };
    },
    // A field that a reader types into, and texts to begin with. A syllable that an input method has not finished is not told,
    // and nothing is written into a field while somebody types there: either would tear the syllable.
    words({ id, words, language }, set) {
      const input = make("input", { type: "text", id, dir: "auto", spellcheck: "false", autocomplete: "off" });
      const choice = make("select", { id: `${id}-choice` }), own = make("option", { disabled: "", hidden: "" });
      const among = make("span", { class: "d2l-among" });
      among.append(write(make("label", { for: choice.id }), ONE, language), choice);
      input.placeholder = pick(TYPE, language);
      choice.append(...words.map((option) => make("option", {}, option)), own);
      own.textContent = pick(OWN, language);
      /** @type {Value | undefined} */
      let shown;
      let timer = 0, whole = ""; // what stands in the field, but for a syllable on its way
      const short = () => [...whole].slice(0, LONG).join("");
      const tell = () => {
        clearTimeout(timer);
        const text = short(), at = words.indexOf(text), value = at < 0 ? text : at;
        if (value !== shown) set(value);
      };
      /** @type {(event: Event) => void} */
      const heard = (event) => {
        if (event instanceof InputEvent && event.isComposing) return;
        whole = input.value;
        clearTimeout(timer);
        timer = setTimeout(tell, STILL);
      };
      input.addEventListener("input", heard);
      input.addEventListener("compositionend", heard);
      input.addEventListener("change", tell); // by Enter, or when the field is left
      choice.addEventListener("change", () => set(choice.selectedIndex));
      return { parts: [input, among], rest: () => clearTimeout(timer), show(value) {
        const text = typeof value === "number" ? words[value] : value;
        if (text !== short()) input.value = whole = text;
        choice.selectedIndex = typeof value === "number" ? value : words.length;
        shown = value;
      } };
    },
    // A slider that moves by itself when it is asked to, to its end. Where less motion is wished, its style has no play.
    player(given, set) {
      const { words, language } = given, last = words.length - 1;
      let at = 0;
      /** @type {Take} */
      const step = (to) => {
        clock.stop();
        set(Math.min(Math.max(Number(to), 0), last));
      };
      const { parts, show } = KINDS.slider(given, step);
      const speed = make("select", { class: "d2l-speed", "aria-label": pick({ en: "speed", ko: "속도" }, language) });
      speed.append(...SPEEDS.map((times) => make("option", { value: times }, `${times}×`)));
      speed.value = "1";
      const play = button("play", language, () => (clock.runs() ? step(at) : clock.start()));
      const clock = ticking(play, language, () => {
        const to = at === last ? 0 : at + 1;
        if (to === last) clock.stop(); // before the last frame, so that its sentence is heard
        set(to);
      }, () => Math.min(LONGEST / words.length, SLOWEST) / Number(speed.value));
      const back = button("back", language, () => step(at - 1)), on = button("on", language, () => step(at + 1));
      return { parts: [back, play, on, speed, ...parts], rest: clock.stop, show(value) {
        show(value);
        at = Number(value);
      } };
    },
  };

  // A control of a figure, whatever its kind. `changed` hears what the reader chooses; `set` lets it show another value.
  /** @type {(spec: {id: string, controls: Control[]}, index: number, language: string, changed: Take) => Row} */
  const control = (spec, index, language, changed) => {
    const { name, kind, label: title, options, start } = spec.controls[index];
    const words = options.map((option) => pick(option, language)), id = `${spec.id}-${name}`;
    const given = { id, words, language, title: pick(title, language) };
    const { parts, show, rest } = KINDS[kind](given, (value) => {
      show(value);
      changed(value);
    });
    const row = make("div", { class: `d2l-control d2l-${kind}` });
    row.append(write(make("label", { for: id }), title, language), ...parts);
    show(kind === "text" ? words[start] : start);
    return Object.assign(row, { set: (/** @type {Value} */ value) => {
      rest?.();
      show(value);
    } });
  };

  // What a page and a figure say to each other, whoever draws it: `data-setting` is what the figure shows, `data-start` what it
  // showed at first, both as setting.py writes them, and the event `d2l-set` asks for another.
  const SET = "d2l-set";

  // As in setting.py: one value for each control, the start where the text says nothing that can be followed.
  /** @type {(controls: Control[], text: string) => Value[]} */
  const read = (controls, text) => {
    const said = new URLSearchParams(text.replaceAll("+", "%2B"));
    return controls.map(({ name, kind, values, start }) => {
      const word = said.get(name) ?? values[start];
      if (kind === "text" || (kind === "words" && !values.includes(word))) return word;
      return values.includes(word) ? values.indexOf(word) : start;
    });
  };

  /** @type {(controls: Control[], now: Value[]) => string} */
  const written = (controls, now) => controls.map(({ name, values }, i) => {
    const word = String(typeof now[i] === "number" ? values[now[i]] : now[i]).toWellFormed();
    return `${name}=${encodeURIComponent(word).replaceAll("%2B", "+")}`;
  }).join("&");

  // Puts the controls into a figure. `changed` hears all their values, also those that the page asks for.
  /** @type {(figure: HTMLElement, spec: {id: string, controls: Control[]}, language: string,
   *   changed: (values: Value[]) => void) => Row[]} */
  const conduct = (figure, spec, language, changed) => {
    let values = read(spec.controls, "");
    const rows = spec.controls.map((_, i) => control(spec, i, language, (value) => {
      values = values.with(i, value);
      changed(values);
    }));
    find(figure, ".d2l-controls").append(...rows);
    figure.addEventListener(SET, (event) => {
      values = read(spec.controls, /** @type {CustomEvent<string>} */ (event).detail);
      rows.forEach((row, i) => row.set(values[i]));
      changed(values);
    });
    figure.dataset.start = written(spec.controls, values);
    return rows;
  };

  const LOST = { en: "The page could not fetch this setting.", ko: "이 설정을 불러오지 못했습니다." };
  const PIN = { en: "Pin, to compare", ko: "고정하고 비교" }, UNPIN = { en: "Take the pin out", ko: "고정 풀기" };

  // A button that keeps what the figure shows now beside what it shows next.
  /** @type {(figure: HTMLElement, language: string) => HTMLButtonElement} */
  const pin = (figure, language) => {
    const press = make("button", { type: "button", class: "d2l-pin", "aria-pressed": "false" });
    press.addEventListener("click", () => {
      const say = find(figure, ".d2l-say"), old = figure.querySelector(".d2l-pinned");
      if (old) old.remove();
      else {
        const kept = make("div", { class: "d2l-pinned" }), words = make("p");
        words.append(...[...say.childNodes].map((node) => node.cloneNode(true)));
        kept.append(find(figure, ".d2l-stage svg").cloneNode(true), words);
        say.after(kept);
      }
      press.setAttribute("aria-pressed", String(!old));
      write(press, old ? PIN : UNPIN, language);
    });
    return write(press, PIN, language);
  };

  const WAITS = {
    en: "Python answers words of your own; until then the last picture stays.",
    ko: "직접 쓴 글에는 파이썬이 답합니다. 그때까지는 앞의 그림이 그대로 보입니다.",
  };

  // A page has no answer to words of the reader's own. It says so, `data-waits` tells the page, and the returned function
  // gives the values that there is an answer to: those that were shown last in their place.
  /** @type {(figure: HTMLElement, controls: Control[], language: string) => (values: Value[]) => Value[]} */
  const waiting = (figure, controls, language) => {
    const note = make("p", { class: "d2l-waits", role: "status" });
    figure.querySelector(".d2l-words")?.append(note);
    let last = read(controls, "");
    return (values) => {
      last = values.map((value, i) => (controls[i].kind === "words" && typeof value === "string" ? last[i] : value));
      const waits = last.some((value, i) => value !== values[i]);
      if (waits && !("waits" in figure.dataset)) write(note, WAITS, language);
      if (!waits) note.replaceChildren();
      figure.toggleAttribute("data-waits", waits);
      return last;
    };
  };

  /** @type {(figure: HTMLElement) => void} */
  const hydrate = (figure) => {
    /** @type {Spec} */
    const spec = JSON.parse(find(figure, "script.d2l-spec").textContent ?? "");
    const { controls, match } = spec, language = figure.dataset.language ?? "both";
    const typed = controls.findIndex(({ kind }) => kind === "text");
    const { apart = [], chunks = {} } = spec;
    /** @type {Value[]} */
    let asked;
    /** @type {(values: Value[]) => void} */
    const show = (values) => {
      asked = values;
      const places = answered(values).filter((_, i) => i !== typed), group = apart.map((i) => places[i]).join(",");
      const chunk = chunks[group] ?? spec;
      figure.removeAttribute("aria-busy");
      if (typeof chunk === "string") {
        figure.setAttribute("aria-busy", "true");
        fetched(chunk).then((found) => {
          chunks[group] = found;
          if (asked === values) show(values);
        }, () => {
          if (asked !== values) return; // another setting is shown by now
          write(find(figure, ".d2l-say"), LOST, language);
          figure.removeAttribute("aria-busy");
        });
        return;
      }
      const scene = match && typed >= 0 ? typedState(spec, match, String(values[typed])) : stateOf(spec, places.join(","), chunk);
      draw(figure, spec.base, scene, language);
      figure.dataset.setting = written(controls, values);
    };
    conduct(figure, spec, language, show);
    const answered = waiting(figure, controls, language);
    if (spec.pins) find(figure, ".d2l-controls").append(pin(figure, language));
    figure.dataset.ready = "";
    show(read(controls, ""));
  };

  let live = 0; // figures of kernels, to give their controls names of their own

  // A notebook: the scene comes from Python with every change.
  /** @type {(host: {model: Model, el: Element}) => () => void} */
  const render = ({ model, el }) => {
    const svg = document.createElementNS(NS, "svg");
    const title = make("figcaption", { class: "d2l-title" }), summary = make("summary", {}, "…");
    const say = make("p", { class: "d2l-say", role: "status" });
    const data = make("details", { class: "d2l-data" });
    data.append(summary, make("div", { class: "d2l-table" }));
    const figure = make("figure", { class: "d2l-figure" }), stage = make("div", { class: "d2l-stage" });
    const panel = make("div", { class: "d2l-controls" });
    stage.append(svg);
    figure.append(title, panel, stage, say, data);
    const spec = { id: `d2l-live-${live += 1}`, controls: model.get("controls") };
    conduct(figure, spec, model.get("language"), (values) => {
      model.set("values", values);
      model.save_changes();
    });
    if (model.get("scene").pins) panel.append(pin(figure, model.get("language")));
    // In JupyterLab arrow keys would go from cell to cell. It asks the element that has the focus before those around it.
    for (const part of panel.querySelectorAll("input, select, button")) {
      part.setAttribute("data-lm-suppress-shortcuts", "true");
    }
    el.append(figure);
    const show = () => {
      const scene = model.get("scene"), language = model.get("language");
      dress(svg, "svg", "d2l-scene", scene.state.paint);
      svg.setAttribute("role", "img");
      svg.setAttribute("viewBox", `0 0 ${scene.size.join(" ")}`);
      figure.className = `d2l-figure d2l-${scene.kind}`;
      write(title, scene.title, language);
      write(summary, scene.summary, language);
      draw(figure, scene.base, scene.state, language);
      figure.dataset.setting = written(spec.controls, model.get("values"));
    };
    model.on("change:scene", show);
    show();
    return () => model.off("change:scene", show);
  };

  // JupyterLab calls this for every model that Python makes, without a view that asks for it. What it shows and stores is a
  // picture in a place of that name; the live figure stands there as long as its kernel does.
  /** @type {(host: {model: Model}) => () => void} */
  const initialize = ({ model }) => {
    /** @type {Map<Element, () => void>} */
    const ends = new Map();
    const take = () => {
      for (const place of document.querySelectorAll(`[data-d2l-place="${model.get("place")}"]`)) {
        if (ends.has(place)) continue;
        const picture = [...place.childNodes];
        place.replaceChildren();
        const end = render({ model, el: place });
        ends.set(place, () => { end(); place.replaceChildren(...picture); });
      }
    };
    const watcher = new MutationObserver(take);
    if (model.get("place")) watcher.observe(document.body, { childList: true, subtree: true });
    if (model.get("place")) take();
    return () => {
      watcher.disconnect();
      for (const end of ends.values()) end();
    };
  };

  if (document.currentScript) { // which a module has not
    /** @type {NodeListOf<HTMLElement>} */
    const figures = document.querySelectorAll("figure.d2l-figure");
    figures.forEach(hydrate);
  }
  return { element, initialize, make, read, render, selected, take: takeChunk, write, written };
})();
