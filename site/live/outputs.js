// Shows what a cell gives, in the order of a notebook: a widget before a page of HTML, a picture before plain text.

import { button, plain, write } from "./words.js";

/** @typedef {{widget(id: string, box: Element): void, above?: () => void}} Host shows a widget; runs the cells above */

const FOLDER = new URL(".", import.meta.url);

/** @type {<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, className: string, words?: string) => HTMLElementTagNameMap[Tag]} */
const make = (tag, className, words = "") => Object.assign(document.createElement(tag), { className, textContent: words });

/** @type {(html: string) => DocumentFragment} */
const fragment = (html) => document.createRange().createContextualFragment(html);

const ESCAPE = "\u001b";
const COLOUR = new RegExp(`${ESCAPE}\\[[\\d;]*m`, "g");

// As the printed page shows text.
/** @type {(className: string, words: string) => HTMLElement} */
function text(className, words) {
  const box = make("div", `output ${className}`), frame = make("div", "highlight"), pre = make("pre", "");
  add(pre, words);
  frame.append(pre);
  box.append(frame);
  return box;
}

// Adds words to a text as a terminal would: without codes of colours, and what follows a carriage return stands in the
// place of its line.
/** @type {(pre: Element, words: string) => void} */
function add(pre, words) {
  const more = words.replace(COLOUR, "");
  if (more.includes("\r") || pre.lastChild?.textContent?.endsWith("\r")) {
    pre.textContent = (pre.textContent + more).replace(/[^\n]*\r(?=[^\r\n])/g, "");
  } else {
    pre.append(more);
  }
}

/** @type {(source: string, alt: string) => HTMLElement} */
function picture(source, alt) {
  const box = make("div", "output image"), image = make("img", "");
  Object.assign(image, { src: source, alt });
  box.append(image);
  return box;
}

// A library of the site that few cells need.
/** @type {(name: string) => Promise<any>} */
const library = (name) => d2lImport(new URL(name, FOLDER).href);

const FORMULA = /\$\$[^]+?\$\$|\$[^$]+\$|\\\[[^]+?\\\]|\\\([^]+?\\\)|\\begin\{(\w+\*?)\}[^]+?\\end\{\1\}/g;

// Sets the formulas in a text of LaTeX.
/** @type {(tex: string, box: Element) => Promise<void>} */
async function typeset(tex, box) {
  const { default: katex } = await library("katex.mjs");
  /** @type {(string | Node)[]} */
  const parts = [];
  let end = 0;
  for (const { 0: found, index } of tex.matchAll(FORMULA)) {
    const bare = found.replace(/^(\$\$?|\\[[(])|(\$\$?|\\[\])])$/g, "");
    const options = { output: "mathml", throwOnError: false, displayMode: /^(\$\$|\\\[|\\begin)/.test(found) };
    parts.push(tex.slice(end, index), fragment(katex.renderToString(bare, options)));
    end = index + found.length;
  }
  box.replaceChildren(...parts, tex.slice(end));
}

/** @type {(source: string, box: Element) => Promise<void>} */
async function readMarkdown(source, box) {
  const { marked } = await library("marked.mjs");
  box.replaceChildren(fragment(marked.parse(source)));
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */
  const texts = [];
  while (walker.nextNode()) {
    const node = /** @type {Text} */ (walker.currentNode);
    if (node.data.match(FORMULA)) texts.push(node);
  }
  for (const node of texts) {
    const span = make("span", "", node.data);
    node.replaceWith(span);
    await typeset(node.data, span);
  }
}

// How each form of an object is shown, the best first; `alt` is its plain text.
/** @type {Record<string, (form: any, host: Host, alt: string) => HTMLElement>} */
const SHOW = {
  "application/vnd.jupyter.widget-view+json": (view, host) => {
    const box = make("div", "output widget");
    host.widget(view.model_id, box);
    return box;
  },
  "text/html": (html) => {
    const box = make("div", "output text_html");
    box.append(fragment(html)); // its scripts run too, unless the policy of the host forbids it
    return box;
  },
  "text/markdown": (source) => {
    const box = text("text_markdown", source); // stands there if the library does not come
    readMarkdown(source, box).catch(() => {});
    return box;
  },
  "image/svg+xml": (svg, host, alt) => picture(`data:image/svg+xml,${encodeURIComponent(svg)}`, alt),
  "image/png": (data, host, alt) => picture(`data:image/png;base64,${data}`, alt),
  "image/jpeg": (data, host, alt) => picture(`data:image/jpeg;base64,${data}`, alt),
  "text/latex": (tex) => {
    const box = text("text_latex", tex); // stands there if the library does not come
    typeset(tex, box).catch(() => {});
    return box;
  },
  "text/plain": (words) => text("text_plain", words),
};

/** @type {(output: Shown, host: Host) => HTMLElement} */
function shown({ data, display_id: id }, host) {
  const kind = Object.keys(SHOW).find((mime) => mime in data);
  const box = kind ? SHOW[kind](data[kind], host, data["text/plain"] ?? "") : make("div", "output");
  if (id) box.dataset.display = id;
  return box;
}

// The name and the words first, then the reader's own lines; all the rest is folded.
/** @type {(output: Extract<Output, {output_type: "error"}>, host: Host) => HTMLElement} */
function error(output, host) {
  const box = make("div", "output error");
  const message = make("p", "d2l-error");
  message.append(make("strong", "", output.ename), output.evalue ? `: ${output.evalue}` : "");
  box.append(message);
  if (output.lines?.length) box.append(make("pre", "d2l-lines", output.lines.join("\n")));
  if (output.ename === "NameError" && host.above) box.append(button("above", host.above));
  const fold = make("details", "d2l-trace"), summary = write(make("summary", ""), "trace");
  const trace = make("pre", "", output.traceback.join("\n"));
  trace.tabIndex = 0;
  trace.setAttribute("aria-label", plain("trace"));
  fold.append(summary, trace);
  box.append(fold);
  return box;
}

// What scrolls must scroll by keyboard; looked at once a frame, however many pieces came.
/** @type {Set<Element>} */
const grown = new Set();
/** @type {(place: Element) => void} */
function settle(place) {
  if (!grown.size) requestAnimationFrame(() => {
    for (const node of grown) {
      for (const pre of node.querySelectorAll("pre")) if (pre.scrollWidth > pre.clientWidth + 1) pre.tabIndex = 0;
    }
    grown.clear();
  });
  grown.add(place);
}

// Adds an output to those of a cell.
/** @type {(place: Element, output: Exclude<Output, {output_type: "clear_output"}>, host: Host) => void} */
export function show(place, output, host) {
  if (output.output_type === "stream") {
    const stream = `stream ${output.name}`, last = place.lastElementChild;
    const pre = last?.classList.contains(output.name) ? last.querySelector("pre") : undefined;
    if (pre) add(pre, output.text);
    else place.append(text(stream, output.text));
  } else if (output.output_type === "error") {
    place.append(error(output, host));
  } else if (output.output_type === "update_display_data") {
    const earlier = document.querySelectorAll(`.d2l-output [data-display="${CSS.escape(output.display_id ?? "")}"]`);
    for (const box of earlier) box.replaceWith(shown(output, host));
  } else {
    place.append(shown(output, host));
  }
  settle(place);
}
