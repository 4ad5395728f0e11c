// Draw figures from their spec: the same marks as d2lparams/view/svg.py, plus the controls that move them.
//
// hydrate(root) brings the static figures of a page to life over their precomputed states; render({model, el}) draws in
// a notebook, where Python computes every state. Nothing is computed here but one thing: on a static page, the names that
// a typed pattern selects.

const NS = "http://www.w3.org/2000/svg";
const pick = (words, language) =>
  typeof words === "string" ? words
    : language !== "both" ? words[language]
      : words.en === words.ko ? words.en : `${words.en} · ${words.ko}`;

const make = (tag, attributes = {}, text) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
};

// Puts words into a node; where both languages stand, each is marked as what it is.
function write(node, words, language) {
  if (language !== "both" || typeof words === "string" || words.en === words.ko) {
    node.textContent = pick(words, language);
  } else {
    const dot = make("span", { class: "d2l-dot", "aria-hidden": "true" }, " · ");
    node.replaceChildren(make("span", { lang: "en" }, words.en), dot, make("span", { lang: "ko" }, words.ko));
  }
  return node;
}

const ATTRIBUTES = {
  r: ["rect", "x", "y", "width", "height"],
  l: ["line", "x1", "y1", "x2", "y2"],
  c: ["circle", "cx", "cy", "r"],
};

export function element(mark, language) {
  const [kind] = mark;
  const [tag, ...names] = ATTRIBUTES[kind] ?? [kind === "p" ? "polyline" : "text"];
  const node = document.createElementNS(NS, tag);
  names.forEach((name, i) => node.setAttribute(name, mark[i + 1]));
  if (kind === "p") node.setAttribute("points", mark[1].join(" "));
  if (kind === "t") {
    node.setAttribute("x", mark[1]);
    node.setAttribute("y", mark[2]);
    node.setAttribute("text-anchor", mark[3]);
    node.textContent = pick(mark[4], language);
  }
  node.setAttribute("class", mark[mark.length - 1]);
  return node;
}

function drawTable(place, rows, language) {
  const line = (row, tag) => {
    const tr = make("tr");
    // A corner without words heads nothing.
    row.forEach((cell) => tr.append(write(make(pick(cell, language) ? tag : "td"), cell, language)));
    return tr;
  };
  const wrap = make("div", { class: "d2l-table" });
  if (rows.length) {
    const table = make("table"), head = make("thead"), body = make("tbody");
    head.append(line(rows[0], "th"));
    rows.slice(1).forEach((row) => body.append(line(row, "td")));
    table.append(head, body);
    wrap.append(table);
  }
  place.querySelector(".d2l-table")?.replaceWith(wrap);
  // A table that scrolls must scroll by keyboard too.
  if (wrap.scrollHeight > wrap.clientHeight + 1 || wrap.scrollWidth > wrap.clientWidth + 1) wrap.tabIndex = 0;
}

// A static spec writes each mark once, in parts; a scene from a kernel holds its marks itself.
const marksOf = (spec, state) => state.marks.map((mark) => (typeof mark === "number" ? spec.parts[mark] : mark));

function draw(figure, spec, state, language) {
  const svg = figure.querySelector(".d2l-stage svg");
  svg.replaceChildren(...[...spec.base, ...marksOf(spec, state)].map((mark) => element(mark, language)));
  svg.setAttribute("aria-label", pick(state.say, language));
  write(figure.querySelector(".d2l-say"), state.say, language);
  const data = figure.querySelector(".d2l-data");
  const show = () => data.open && drawTable(data, state.table, language);
  data.ontoggle = show;
  show();
}

// Python's re.match on a static page: JavaScript's own expressions, anchored at the start, for the syntax both share.
const PYTHON_ONLY = /\(\?P|\(\?#|\\[AZ]|\(\?\(|\(\?[aiLmsux]+[-:)]|[*+?}]\+/;

export function selected(pattern, names) {
  if (PYTHON_ONLY.test(pattern)) return null;
  try {
    const start = new RegExp(`^(?:${pattern})`, "u");
    return names.map((name) => start.test(name));
  } catch {
    return undefined;
  }
}

function typedState(spec, pattern) {
  const { names, hit, miss, messages } = spec.match;
  const found = selected(pattern, names);
  const fill = (words) => Object.fromEntries(Object.entries(words).map(([language, text]) => [
    language, text.replace("{n}", () => found?.filter(Boolean).length).replace("{pattern}", () => pattern)]));
  const first = Object.values(spec.states)[0];
  const marks = marksOf(spec, first).map((mark, i) => (i < names.length ? [...mark.slice(0, -1), found?.[i] ? hit : miss] : mark));
  const say = fill(found ? messages.count : found === null ? messages.python : messages.wrong);
  const rows = names.map((name, i) => [name, found?.[i] ? "✓" : ""]);
  return { marks, say, table: [first.table[0], ...rows] };
}

function control(spec, index, language, changed) {
  const { name, kind, label, options, start } = spec.controls[index];
  const id = `${spec.id}-${name}`;
  const row = make("div", { class: `d2l-control d2l-${kind}` });
  const title = write(make("label", { for: id }), label, language);
  if (kind === "slider") {
    const input = make("input", { type: "range", id, min: 0, max: options.length - 1, value: start });
    const shown = make("output", { for: id });
    const update = () => {
      shown.textContent = pick(options[input.value], language);
      input.setAttribute("aria-valuetext", shown.textContent);
    };
    input.addEventListener("input", () => { update(); changed(index, Number(input.value)); });
    update();
    row.append(title, input, shown);
  } else if (kind === "toggle") {
    const input = make("input", { type: "checkbox", id });
    input.checked = start === 1;
    input.addEventListener("change", () => changed(index, Number(input.checked)));
    row.append(input, title);
  } else if (kind === "select") {
    const input = make("select", { id });
    options.forEach((option, i) => input.append(make("option", { value: i }, pick(option, language))));
    input.value = start;
    input.addEventListener("change", () => changed(index, Number(input.value)));
    row.append(title, input);
  } else {
    const input = make("input", { type: "text", id, value: options[start], spellcheck: "false", autocomplete: "off" });
    input.addEventListener("input", () => changed(index, input.value));
    row.append(title, input);
    const chips = make("div", { class: "d2l-chips", role: "group", "aria-label": pick(label, language) });
    options.forEach((option) => {
      const chip = make("button", { type: "button" }, option);
      chip.addEventListener("click", () => { input.value = option; changed(index, option); });
      chips.append(chip);
    });
    row.append(chips);
  }
  return row;
}

export function hydrate(root = document) {
  for (const figure of root.querySelectorAll("figure.d2l-figure:not([data-ready])")) {
    const spec = JSON.parse(figure.querySelector("script.d2l-spec").textContent);
    const language = figure.dataset.language;
    const values = spec.controls.map(({ kind, start, options }) => (kind === "text" ? options[start] : start));
    const show = () => {
      const typed = spec.controls.findIndex(({ kind }) => kind === "text");
      const key = values.filter((_, i) => i !== typed).join(",");
      draw(figure, spec, typed < 0 ? spec.states[key] : typedState(spec, values[typed]), language);
    };
    const place = figure.querySelector(".d2l-controls");
    spec.controls.forEach((_, i) => place.append(control(spec, i, language, (at, value) => {
      values[at] = value;
      show();
    })));
    figure.dataset.ready = "";
    show();
  }
}

// A notebook: the controls are ipywidgets, the scene comes from Python with every change.
function render({ model, el }) {
  const svg = document.createElementNS(NS, "svg");
  const say = make("p", { class: "d2l-say", role: "status" });
  const data = make("details", { class: "d2l-data" });
  data.append(make("summary", {}, "…"), make("div", { class: "d2l-table" }));
  const figure = make("figure", { class: "d2l-figure" }), stage = make("div", { class: "d2l-stage" });
  stage.append(svg);
  figure.append(make("figcaption", { class: "d2l-title" }), stage, say, data);
  el.append(figure);
  const show = () => {
    const scene = model.get("scene"), language = model.get("language");
    svg.setAttribute("class", "d2l-scene");
    svg.setAttribute("role", "img");
    svg.setAttribute("viewBox", `0 0 ${scene.size.join(" ")}`);
    figure.className = `d2l-figure d2l-${scene.kind}`;
    write(figure.firstChild, scene.title, language);
    write(data.firstChild, scene.summary, language);
    draw(figure, scene, scene.state, language);
  };
  model.on("change:scene", show);
  show();
  return () => model.off("change:scene", show);
}

export default { render };
