// The colour scheme and the typeface, before anything is painted; the button of the former, and what
// is scrolled by keyboard.

// Returns words in the language of the edition; both in the bilingual one. The one place of the site's scripts that joins them.
/* exported d2lSay */
/** @type {(english: string, korean: string) => string} */
function d2lSay(english, korean) {
  const { edition } = document.documentElement.dataset;
  return edition === "en" ? english : edition === "ko" ? korean : `${english} · ${korean}`;
}

/* exported d2lWrite */
// Writes words into a node, in the bilingual edition each language marked as such. {name} in them is a value.
/** @type {<Kind extends Element>(node: Kind, words: [english: string, korean: string], values?: Record<string, string | number>) => Kind} */
function d2lWrite(node, words, values = {}) {
  const [en, ko] = words.map((text) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name])));
  if (document.documentElement.dataset.edition === "both") {
    /** @type {(lang: string, textContent: string) => Element} */
    const part = (lang, textContent) => Object.assign(document.createElement("span"), { lang, textContent });
    node.replaceChildren(part("en", en), " ", part("ko", ko));
  } else {
    node.textContent = d2lSay(en, ko);
  }
  return node;
}

(() => {
  const KEY = "d2l-theme";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const choices = ["auto", "light", "dark"];
  const read = () => { try { return localStorage.getItem(KEY) ?? "auto"; } catch { return "auto"; } };
  let choice = choices.includes(read()) ? read() : "auto";
  const apply = () => { root.dataset.theme = choice === "auto" ? (system.matches ? "dark" : "light") : choice; };
  apply();
  system.addEventListener("change", apply);

  // What waits for a prediction is hidden before it is painted (predict.js).
  try { if (localStorage.getItem("d2l-predict") === "on") root.dataset.predict = ""; } catch { /* all is shown */ }

  // The style sheets above hold the fonts, but a browser opens one when a line asks for it, and paints that line once without.
  for (const face of document.fonts) face.load();

  function offerSchemes() {
    /** @type {HTMLElement | null} */
    const button = document.querySelector(".theme-switch");
    if (!button) return; // the page above the editions has none
    const label = () => { button.ariaLabel = button.title = button.dataset[choice] ?? ""; };
    button.hidden = false;
    label();
    button.addEventListener("click", () => {
      choice = choices[(choices.indexOf(choice) + 1) % choices.length];
      try { localStorage.setItem(KEY, choice); } catch { /* a page from a file may keep nothing */ }
      apply();
      label();
    });
  }

  // What is wider than its frame must be reachable by keyboard; how wide it is may change with the window.
  const WIDE = "article :is(pre, table), .d2l-math-block, .d2l-table, .output";
  function reach() {
    /** @type {NodeListOf<HTMLElement>} */
    const wides = document.querySelectorAll(WIDE);
    for (const wide of wides) if (wide.scrollWidth > wide.clientWidth + 1) wide.tabIndex = 0;
  }

  // A list of chapters longer than the window shows the one that is open.
  function showChapter() {
    const list = document.querySelector(".chapters"), open = list?.querySelector("[aria-current]");
    if (!list || !open) return;
    const { top, bottom } = list.getBoundingClientRect(), place = open.getBoundingClientRect();
    if (place.bottom > bottom) list.scrollTop += place.bottom - (top + bottom) / 2;
  }

  addEventListener("DOMContentLoaded", () => {
    offerSchemes();
    showChapter();
    reach();
    document.fonts.ready.then(reach);
    const seen = new ResizeObserver(reach); // of the window, and of the larger letters of a slide
    for (const wide of document.querySelectorAll(WIDE)) seen.observe(wide);
  });
})();
