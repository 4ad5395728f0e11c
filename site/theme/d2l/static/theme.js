// The colour scheme and the typeface, before anything is painted; the button of the former, copying code, and lists that
// are scrolled by keyboard.

// Returns words in the language of the edition; both in the bilingual one. The one place of the site's scripts that joins them.
/** @type {(english: string, korean: string) => string} */
function d2lSay(english, korean) {
  const { edition } = document.documentElement.dataset;
  return edition === "en" ? english : edition === "ko" ? korean : `${english} · ${korean}`;
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

  function offerCopies() {
    for (const block of document.querySelectorAll(".cell_input div.highlight, article > .highlight-python div.highlight")) {
      const copy = document.createElement("button");
      const label = () => { copy.textContent = d2lSay("Copy", "복사"); };
      copy.type = "button";
      copy.className = "copy";
      label();
      copy.addEventListener("click", async () => {
        await navigator.clipboard.writeText(block.querySelector("pre")?.textContent ?? "");
        copy.textContent = d2lSay("Copied", "복사됨");
        setTimeout(label, 1500);
      });
      block.append(copy);
    }
  }

  // What is wider than its frame must be reachable by keyboard; how wide it is may change with the window.
  function reach() {
    /** @type {NodeListOf<HTMLElement>} */
    const wides = document.querySelectorAll("article :is(pre, table), .d2l-math-block, .d2l-table, .output");
    for (const wide of wides) if (wide.scrollWidth > wide.clientWidth + 1) wide.tabIndex = 0;
  }

  addEventListener("DOMContentLoaded", () => {
    offerSchemes();
    offerCopies();
    reach();
    document.fonts.ready.then(reach);
    addEventListener("resize", reach);
  });
})();
