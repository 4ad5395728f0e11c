// Shows what a cell gives, in the order of a notebook: a widget before a page of HTML, a picture before plain text.

import { plain, write } from "./words.js";

const FOLDER = new URL(".", import.meta.url);

const make = (tag, className, text) => {
  const node = Object.assign(document.createElement(tag), { className });
  if (text !== undefined) node.textContent = text;
  return node;
};
const fragment = (html) => document.createRange().createContextualFragment(html);

// As the printed page shows text.
function text(className, words) {
  const box = make("div", `output ${className}`), frame = make("div", "highlight"), pre = make("pre", "");
  add(pre, words);
  frame.append(pre);
  box.append(frame);
  return box;
}

// Adds words to a text as a terminal would: without codes of colours, and what follows a carriage return stands in the
// place of its line.
function add(pre, words) {
  const more = words.replace(/\x1b\[[\d;]*m/g, "");
  if (more.includes("\r") || pre.lastChild?.data.endsWith("\r")) {
    pre.textContent = (pre.textContent + more).replace(/[^\n]*\r(?=[^\r\n])/g, "");
  } else {
    pre.append(more);
  }
}

function picture(source, alt) {
  const box = make("div", "output image"), image = make("img");
  Object.assign(image, { src: source, alt });
  box.append(image);
  return box;
}

// A library of the site that few cells need.
const libraries = {};
const library = (name) => (libraries[name] ??= import(new URL(name, FOLDER).href));

const FORMULA = /\$\$[^]+?\$\$|\$[^$]+\$|\\\[[^]+?\\\]|\\\([^]+?\\\)|\\begin\{(\w+\*?)\}[^]+?\\end\{\1\}/g;

// Sets the formulas in a text of LaTeX.
async function typeset(tex, box) {
  const { default: katex } = await library("katex.mjs");
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

async function readMarkdown(source, box) {
  const { marked } = await library("marked.mjs");
  box.replaceChildren(fragment(marked.parse(source)));
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT), texts = [];
  while (walker.nextNode()) if (walker.currentNode.data.match(FORMULA)) texts.push(walker.currentNode);
  for (const node of texts) {
    const span = make("span", "", node.data);
    node.replaceWith(span);
    await typeset(node.data, span);
  }
}

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

function shown({ data, display_id: id }, host) {
  const kind = Object.keys(SHOW).find((mime) => mime in data);
  const box = kind ? SHOW[kind](data[kind], host, data["text/plain"] ?? "") : make("div", "output");
  if (id) box.dataset.display = id;
  return box;
}

// The name and the words first, then the reader's own lines; all the rest is folded.
function error(output, host) {
  const box = make("div", "output error");
  const message = make("p", "d2l-error");
  message.append(make("strong", "", output.ename), document.createTextNode(output.evalue ? `: ${output.evalue}` : ""));
  box.append(message);
  if (output.lines?.length) box.append(make("pre", "d2l-lines", output.lines.join("\n")));
  if (output.ename === "NameError" && host.above) {
    const button = write(make("button", "d2l-button"), host.edition, "above");
    button.type = "button";
    button.addEventListener("click", host.above);
    box.append(button);
  }
  const fold = make("details", "d2l-trace"), summary = write(make("summary", ""), host.edition, "trace");
  const trace = make("pre", "", output.traceback.join("\n"));
  trace.tabIndex = 0;
  trace.setAttribute("aria-label", plain(host.edition, "trace"));
  fold.append(summary, trace);
  box.append(fold);
  return box;
}

// What scrolls must scroll by keyboard; looked at once a frame, however many pieces came.
const grown = new Set();
function settle(place) {
  if (!grown.size) requestAnimationFrame(() => {
    for (const pre of [...grown].flatMap((node) => [...node.querySelectorAll("pre:not([tabindex])")])) {
      if (pre.scrollWidth > pre.clientWidth + 1) pre.tabIndex = 0;
    }
    grown.clear();
  });
  grown.add(place);
}

// Adds an output to those of a cell. `host` has the edition, `widget(id, box)`, and `above()` where cells above wait.
export function show(place, output, host) {
  const last = place.lastElementChild;
  if (output.output_type === "stream" && last?.matches(`.stream.${output.name}`)) {
    add(last.querySelector("pre"), output.text);
  } else if (output.output_type === "stream") {
    place.append(text(`stream ${output.name}`, output.text));
  } else if (output.output_type === "error") {
    place.append(error(output, host));
  } else if (output.output_type === "update_display_data") {
    const earlier = document.querySelectorAll(`.d2l-output [data-display="${CSS.escape(output.display_id)}"]`);
    for (const box of earlier) box.replaceWith(shown(output, host));
  } else {
    place.append(shown(output, host));
  }
  settle(place);
}
