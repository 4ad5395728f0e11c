// Slides: the page itself, one thought at a time, for a room. Nothing is written twice: what a slide shows is a heading with
// the text and the cells that follow it; the next text begins the next slide. A printed result waits for a key of its own,
// so that the room can predict it. The page stays what it is: figures move, and once it is live its cells run.
(() => {
  /** @typedef {{heading: Element, parts: Element[]}} Slide */
  /** @type {(selector: string) => HTMLElement} */
  const find = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));
  const article = find("article"), link = find(".d2l-slides"), deck = find(".d2l-deck");
  if (!link || !article.querySelector(".cell")) return; // a page with the link has the deck
  const root = document.documentElement;
  const LEAST = 0.55, CROWDED = 0.7; // of the type of an airy slide
  const TYPES = ["input", "select", "textarea", "button", "summary", "a", "[contenteditable]", "[tabindex='0']", ".cm-editor", "dialog"];

  /** @type {(node: Element) => Element[]} */
  const parts = (node) => [...node.children].flatMap((part) => (part.tagName === "SECTION" ? parts(part) : [part]));
  /** @type {(part: Element) => boolean} */
  const isFigure = (part) => part.matches(".cell") && Boolean(part.querySelector("figure.d2l-figure"));

  // The parts of the page as slides, by what they say. The first part is a heading, and so has one.
  function outline() {
    /** @type {Slide} */
    let slide = { heading: all[0], parts: [] };
    const outlined = [slide];
    const open = (heading = slide.heading) => { outlined.push(slide = { heading, parts: [] }); };
    for (const part of all) {
      if (/^H\d$/.test(part.tagName)) {
        open(part);
        continue;
      }
      const shown = slide.parts.at(-1);
      const text = !part.matches(".cell, details");
      if ((text && shown?.matches(".cell")) || (shown && (isFigure(part) || isFigure(shown)))) open();
      slide.parts.push(part);
    }
    return outlined.filter((one) => one.parts.length);
  }

  // Shows these parts in the largest type with which all of them are seen; returns how large that is, from LEAST to 1.
  /** @type {(slide: Slide) => number} */
  function fit({ heading, parts: wanted }) {
    for (const part of all) {
      const above = part !== heading && /^H\d$/.test(part.tagName) && part.parentElement?.contains(heading) === true;
      part.classList.toggle("d2l-heard", above); // the headings above, for those who listen
      part.classList.toggle("d2l-off", part !== heading && !above && !wanted.includes(part));
    }
    const whole = Math.max(16, Math.min(innerWidth / 50, innerHeight / 24));
    /** @type {(scale: number) => boolean} */
    const fits = (scale) => {
      root.style.fontSize = `${whole * scale}px`;
      return root.scrollHeight <= innerHeight && root.scrollWidth <= innerWidth;
    };
    if (fits(1)) return 1;
    let [low, high] = [LEAST, 1];
    while (high - low > 0.02) {
      const middle = (low + high) / 2;
      if (fits(middle)) low = middle;
      else high = middle;
    }
    fits(low);
    return low;
  }

  // A crowded slide becomes two: first the text, then its cells.
  /** @type {(slide: Slide) => Slide[]} */
  function roomy(slide) {
    const { heading, parts: whole } = slide;
    if (whole.length < 2 || fit(slide) > CROWDED) return [slide];
    const cell = whole.findIndex((part) => part.matches(".cell, details"));
    const middle = cell > 0 ? cell : Math.ceil(whole.length / 2);
    return [whole.slice(0, middle), whole.slice(middle)].flatMap((half) => roomy({ heading, parts: half }));
  }

  const all = parts(article);
  /** @type {Slide[]} */
  let slides = [];
  /** @type {Element[]} */
  let told = []; // the results of this slide that are told already
  let at = 0;

  // What a slide holds back: its printed results, one after the other. A cell that has run has none.
  const results = () => slides[at].parts.filter((part) => part.matches(".cell:not(.tag_solution, .tag_check)") && !isFigure(part))
    .flatMap((part) => part.querySelector(".cell_output:not(.d2l-output, [hidden])") ?? []);
  const held = () => results().filter((output) => !told.includes(output));

  function hold() {
    document.querySelectorAll(".d2l-later").forEach((output) => output.classList.remove("d2l-later"));
    held().forEach((output) => output.classList.add("d2l-later"));
  }

  /** @type {(to: number, whole?: boolean) => void} */
  function show(to, whole = false) {
    at = Math.max(0, Math.min(to, slides.length - 1));
    told = whole ? results() : [];
    fit(slides[at]); // for all of it, so that a result does not change the size of what is there
    hold();
    find(".d2l-deck-count").textContent = `${at + 1} / ${slides.length}`;
    scrollTo({ top: 0, behavior: "instant" });
    readdress(`?slides=${at + 1}`);
  }

  function next() {
    const [result] = held();
    if (!result) return show(at + 1);
    told.push(result);
    hold();
  }

  function back() {
    if (!told.pop()) return show(at - 1, true);
    hold();
  }

  /** @type {(address: string) => void} */
  function readdress(address) {
    try { history.replaceState(null, "", address); } catch { /* a page opened from a file keeps its address */ }
  }

  // By the link, the focus goes to the buttons, since the link is hidden then.
  function start(number = 1) {
    root.dataset.slides = "";
    deck.hidden = false;
    slides = outline().flatMap(roomy);
    show(number - 1);
  }

  function leave() {
    const { heading } = slides[at];
    delete root.dataset.slides;
    deck.hidden = true;
    root.style.fontSize = "";
    for (const name of ["d2l-off", "d2l-heard", "d2l-later"]) {
      document.querySelectorAll(`.${name}`).forEach((part) => part.classList.remove(name));
    }
    if (document.fullscreenElement) document.exitFullscreen();
    readdress(location.pathname);
    heading.scrollIntoView({ behavior: "instant" });
    link.focus({ preventScroll: true });
  }

  const full = () => void (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen());
  /** @type {Record<string, () => void>} */
  const ACTS = { next, back, full, leave, first: () => show(0), last: () => show(slides.length - 1, true) };
  /** @type {Record<string, string>} */
  const KEYS = {
    ArrowRight: "next", PageDown: "next", " ": "next", ArrowLeft: "back", PageUp: "back", Home: "first", End: "last",
    Escape: "leave", f: "full",
  };

  for (const button of deck.querySelectorAll("button")) button.addEventListener("click", ACTS[button.dataset.to ?? ""]);
  addEventListener("keydown", (event) => {
    const { key, target, altKey, ctrlKey, metaKey } = event, act = ACTS[KEYS[key]];
    const inside = target instanceof Element && target.closest(TYPES.join()) && !(deck.contains(target) && key !== " ");
    if (!("slides" in root.dataset) || inside || altKey || ctrlKey || metaKey || !act) return;
    event.preventDefault();
    act();
  });
  // Another window, or a cell that has run: the slide is fitted anew.
  const refit = () => { if ("slides" in root.dataset && slides[at]) fit(slides[at]); };
  addEventListener("resize", refit);
  new ResizeObserver(() => requestAnimationFrame(refit)).observe(article);
  link.hidden = false;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    start();
    find(".d2l-deck [data-to=next]").focus({ preventScroll: true });
  });
  const asked = new URLSearchParams(location.search).get("slides");
  if (asked !== null) document.fonts.ready.then(() => start(Number(asked) || 1)); // what fits depends on the type

  // Shows the slide that a part of the page is on, while slides are shown.
  /** @type {(node: Element) => void} */
  const reveal = (node) => {
    const to = slides.findIndex((slide) => slide.parts.some((part) => part.contains(node)));
    if ("slides" in root.dataset && to >= 0 && to !== at) show(to, true);
  };
  window.d2lSlides = { get all() { return slides; }, get at() { return at; }, reveal };
})();
