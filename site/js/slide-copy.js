// A slide as a thing of its own, for paper and for the lecturer's window: copies of what it shows, without ids and controls.
(() => {
  const AWAY = ".d2l-more, .d2l-tell, .d2l-talk, .d2l-controls, .d2l-data, .d2l-cell-bar, .d2l-own, .d2l-setup, .headerlink, .copy, script";

  /** @type {(slide: Slide, part: Element, leaves: Set<Element>) => Element} */
  const copied = (slide, part, leaves) => {
    const copy = /** @type {Element} */ (part.cloneNode(true));
    const nodes = [...part.querySelectorAll("*")], copies = [...copy.querySelectorAll("*")];
    nodes.forEach((node, i) => { if (leaves.has(node) && !slide.leaves.has(node)) copies[i].remove(); });
    copy.querySelectorAll(AWAY).forEach((node) => node.remove());
    copy.querySelectorAll("details:not([open])").forEach((node) => node.remove());
    for (const node of [copy, ...copy.querySelectorAll("*")]) {
      node.removeAttribute("id");
      node.classList.remove("d2l-off", "d2l-later", "d2l-heard", "d2l-fill", "d2l-beside", "d2l-cut");
      if (node.matches("figure, svg")) node.removeAttribute("style");
    }
    return copy;
  };

  /** @type {(slide: Slide) => HTMLElement} */
  window.d2lSlideCopy = (slide) => {
    const leaves = new Set((window.d2lSlides?.all ?? []).flatMap((one) => [...one.leaves]));
    const sheet = Object.assign(document.createElement("section"), { className: "d2l-sheet" });
    const parts = [slide.heading, ...slide.parts].filter((part) => !part.matches(".d2l-setup"));
    sheet.append(...parts.map((part) => copied(slide, part, leaves)));
    return sheet;
  };

  /** @type {Element | undefined} */
  let sheets;
  addEventListener("beforeprint", () => {
    if (!window.d2lSlides || !("slides" in document.documentElement.dataset)) return;
    sheets = Object.assign(document.createElement("div"), { className: "d2l-sheets" });
    sheets.append(...window.d2lSlides.all.map(window.d2lSlideCopy));
    document.body.append(sheets);
  });
  addEventListener("afterprint", () => sheets?.remove());
})();
