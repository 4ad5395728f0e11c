// The colour scheme and the typeface, before anything is painted; the button of the former, copying code, and lists that
// are scrolled by keyboard.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const choices = ["auto", "light", "dark"];
  const read = () => { try { return localStorage.getItem("d2l-theme") || "auto"; } catch { return "auto"; } };
  let choice = choices.includes(read()) ? read() : "auto";
  const apply = () => { root.dataset.theme = choice === "auto" ? (system.matches ? "dark" : "light") : choice; };
  apply();
  system.addEventListener("change", apply);

  // Asked for at once, not when a line is laid out. Not in HTML: from a file, where fonts load but may not be asked for ahead,
  // that would be an error on the console.
  const fonts = location.protocol === "file:" ? "" : root.dataset.fonts ?? "";
  for (const name of fonts.split(" ").filter(Boolean)) {
    const link = document.createElement("link");
    const href = new URL(`../../fonts/${name}.woff2`, document.currentScript.src);
    Object.assign(link, { rel: "preload", as: "font", type: "font/woff2", crossOrigin: "anonymous", href });
    document.head.append(link);
  }

  addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector(".theme-switch");
    if (button) { // the page above the editions has none
      const label = () => { button.ariaLabel = button.title = button.dataset[choice]; };
      button.hidden = false;
      label();
      button.addEventListener("click", () => {
        choice = choices[(choices.indexOf(choice) + 1) % choices.length];
        try { localStorage.setItem("d2l-theme", choice); } catch { /* a page from a file may keep nothing */ }
        apply();
        label();
      });
    }

    const korean = root.lang === "ko";
    for (const block of document.querySelectorAll(".cell_input div.highlight, article > .highlight-python div.highlight")) {
      const copy = document.createElement("button");
      copy.type = "button";
      copy.className = "copy";
      copy.textContent = korean ? "복사" : "Copy";
      copy.addEventListener("click", async () => {
        await navigator.clipboard.writeText(block.querySelector("pre").textContent);
        copy.textContent = korean ? "복사됨" : "Copied";
        setTimeout(() => { copy.textContent = korean ? "복사" : "Copy"; }, 1500);
      });
      block.append(copy);
    }

    // What is wider than its frame must be reachable by keyboard; how wide it is may change with the fonts and the window.
    const reach = () => {
      for (const wide of document.querySelectorAll("article :is(pre, table), .d2l-math-block, .d2l-table, .output")) {
        if (wide.scrollWidth > wide.clientWidth + 1) wide.tabIndex = 0;
      }
    };
    reach();
    document.fonts.ready.then(reach);
    addEventListener("resize", reach);
  });
})();
