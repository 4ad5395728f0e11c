// Shows what a cell gives, in the order of a notebook: a widget before a page of HTML, a picture before plain text.

import { plain, write } from "./words.js";

const FOLDER = new URL(".", import.meta.url);

const make = (tag, className, text) => {
  const node = Object.assign(document.createElement(tag), { className });
  if (text !== undefined) node.textContent = text;
  return node;
};

// As the printed page shows text.
function text(className, words) {
  const box = make("div", `output ${className}`), frame = make("div", "highlight"), pre = make("pre", "", words);
  frame.append(pre);
  box.append(frame);
  return box;
}

function picture(source, alt) {
  const box = make("div", "output image"), image = make("img");
  Object.assign(image, { src: source, alt });
  box.append(image);
  return box;
}

let katex;

async function formula(tex, box) {
  katex ??= import(new URL("katex.mjs", FOLDER).href);
  const display = /^\s*(\$\$|\\\[|\\begin)/.test(tex);
  const bare = tex.trim().replace(/^\$+|\$+$/g, "").replace(/^\\[[(]|\\[\])]$/g, "");
  const markup = (await katex).default.renderToString(bare, { output: "mathml", throwOnError: false, displayMode: display });
  box.replaceChildren(document.createRange().createContextualFragment(markup));
}

const SHOW = {
  "application/vnd.jupyter.widget-view+json": (view, host) => {
    const box = make("div", "output widget");
    host.widget(view.model_id, box);
    return box;
  },
  "text/html": (html) => {
    const box = make("div", "output text_html");
    // A fragment made so runs its scripts, as a notebook does.
    box.append(document.createRange().createContextualFragment(html));
    return box;
  },
  "image/svg+xml": (svg, host, alt) => picture(`data:image/svg+xml,${encodeURIComponent(svg)}`, alt),
  "image/png": (data, host, alt) => picture(`data:image/png;base64,${data}`, alt),
  "image/jpeg": (data, host, alt) => picture(`data:image/jpeg;base64,${data}`, alt),
  "text/latex": (tex) => {
    const box = text("text_latex", tex);
    formula(tex, box).catch(() => {}); // then the source stands there
    return box;
  },
  "text/plain": (words) => text("text_plain", words),
};

function bundle(data, host) {
  const kind = Object.keys(SHOW).find((mime) => mime in data);
  return kind ? SHOW[kind](data[kind], host, data["text/plain"] ?? "") : make("div", "output");
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

// Adds an output to those of a cell. `host` has the edition, `widget(id, box)`, and `above()` where cells above wait.
export function show(place, output, host) {
  if (output.output_type === "stream") {
    const last = place.lastElementChild;
    const className = `stream ${output.name}`;
    if (last?.classList.contains("stream") && last.classList.contains(output.name)) {
      last.querySelector("pre").textContent += output.text;
    } else {
      place.append(text(className, output.text));
    }
  } else if (output.output_type === "error") {
    place.append(error(output, host));
  } else {
    place.append(bundle(output.data, host));
  }
  for (const pre of place.querySelectorAll("pre:not([tabindex])")) {
    if (pre.scrollWidth > pre.clientWidth + 1) pre.tabIndex = 0; // what scrolls must scroll by keyboard
  }
}
