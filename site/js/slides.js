// Slides: the page itself, one thought at a time, for a room. Nothing is written twice: outline.js says what of the page is on
// which slide. A result waits for a key of its own, and so do a figure that answers and the sentence below one that was asked
// about. The page stays what it is: figures move, and once it is live its cells run.
(() => {
  /** @type {(selector: string) => HTMLElement} */
  const find = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));
  const article = find("article"), link = find(".d2l-slides"), deck = find(".d2l-deck");
  const root = document.documentElement;
  const LINE = 90; // pixels from the top, below the header that stays
  const LEAST = 0.7, PICTURES = 0.75; // of the type of an airy slide: any slide's, that of one with a picture
  const HEADING = /^H\d$/, PICTURE = "figure.d2l-figure, figure.d2l-plot", PLOT = "figure.d2l-plot, img", DRAWN = `${PICTURE}, img`, SCENE = ".d2l-scene, .d2l-chart";

  const all = window.d2lOutline.parts(article);
  /** @type {Slide[]} */
  let slides = [];
  /** @type {Set<Element>} what is on some slide, down to entries of lists and rows of tables */
  let leaves = new Set();
  /** @type {Element[]} */
  let told = []; // the results of this slide that are told already
  let at = 0, left = { at: 0, y: NaN }; // the slide that is shown, the one that was left, and where
  /** @type {(() => void)[]} */
  const shown = [];

  // What a slide holds back, one after the other: its printed results, figures that answer, and the sentence of a figure that was
  // asked about. A cell that has run holds nothing. The first slide has its figure to look at.
  /** @type {(slide: Slide) => Element[]} */
  const results = ({ parts }) => parts.filter((part) => part.matches(".cell:not(.tag_solution, .tag_check)")).flatMap((part) => {
    const output = part.querySelector(".cell_output:not(.d2l-output, [hidden])");
    const asks = output?.querySelector("figure.d2l-figure") && part.matches(".tag_hide-input:not(.d2l-wait)");
    if (!output || (asks && !part.matches(".tag_predict"))) return [];
    return asks ? [...output.querySelectorAll(".d2l-say")] : [output];
  });
  const held = () => (slides[at].key === slides[0].key ? [] : results(slides[at])).filter((output) => !told.includes(output));

  // ---- one slide

  // Shows of the page what is on a slide; the headings above it are for those who listen.
  /** @type {(slide: Slide) => void} */
  function lay({ heading, parts, leaves: mine }) {
    for (const part of all) {
      const above = part !== heading && HEADING.test(part.tagName) && part.parentElement?.contains(heading) === true;
      part.classList.toggle("d2l-heard", above);
      part.classList.toggle("d2l-off", part !== heading && !above && !parts.includes(part));
    }
    for (const leaf of leaves) if (!parts.includes(leaf)) leaf.classList.toggle("d2l-off", !mine.has(leaf));
    root.toggleAttribute("data-first", at === 0);
  }

  /** @type {(slide: Slide) => HTMLElement[]} */
  const pictures = ({ parts }) => parts.flatMap((part) => [...part.querySelectorAll(PICTURE)])
    .map((picture) => /** @type {HTMLElement} */ (picture)).filter((picture) => picture.checkVisibility());

  // Gives the pictures of a slide all the room that is left below the rest of it, and their words the size that a room can read.
  /** @type {(slide: Slide) => void} */
  function fill(slide) {
    const fields = pictures(slide);
    for (const field of fields) {
      const [, , wide = 3, high = 2] = field.querySelector(SCENE)?.getAttribute("viewBox")?.split(" ").map(Number) ?? [];
      field.classList.toggle("d2l-beside", field.matches(".d2l-figure") && high / wide > 0.42 && innerWidth > innerHeight * 1.3
        && !field.querySelector(".d2l-pinned"));
      field.classList.add("d2l-fill");
      if (at) field.classList.remove("d2l-still");
      field.style.height = "0px";
    }
    if (!fields.length) return;
    const below = parseFloat(getComputedStyle(document.body).paddingBottom);
    const room = innerHeight - below - article.getBoundingClientRect().bottom - scrollY;
    const [{ top }] = fields.map((field) => field.getBoundingClientRect()), beside = at === 0 && fields[0].matches(".d2l-beside");
    const most = beside ? innerHeight - below - top - scrollY - 14 : room; // beside the title, which stands above it elsewhere
    for (const field of fields) {
      field.style.height = `${Math.max(innerHeight * 0.3, Math.floor(most / fields.length))}px`;
      const svg = /** @type {SVGSVGElement | null} */ (field.querySelector(SCENE)), scale = svg?.getScreenCTM()?.a ?? 1, wanted = innerHeight / 40 / 12.3 / scale;
      svg?.style.setProperty("--large", String(Math.min(1.5, Math.max(1, wanted))));
      if (wanted > 1.5 && at === 0) field.classList.add("d2l-still"); // its controls are for the slide of its own
      if (wanted > 1.5 && slide.kind === "figure") slide.heading.classList.add("d2l-heard"); // the picture has a title of its own
    }
  }

  // What decides how large the type of a slide can be.
  const view = () => [innerWidth, innerHeight, root.scrollWidth, article.offsetHeight, root.dataset.turn, told.length].join();

  // Sets a slide in the largest type with which all of it is seen; returns whether it is. A slide that looks as it did when it was
  // last set keeps its type: each try lays out the page anew.
  /** @type {(slide: Slide) => boolean} */
  function set(slide) {
    const whole = Math.max(16, Math.min(innerWidth / 50, innerHeight / 24)), most = pictures(slide).length ? PICTURES : 1;
    /** @type {(scale: number) => boolean} */
    const fits = (scale) => {
      root.style.fontSize = `${whole * scale}px`;
      fill(slide);
      return root.scrollHeight <= innerHeight && root.scrollWidth <= innerWidth;
    };
    let [low, high] = fits(most) ? [most, most] : [LEAST, most];
    while (high - low > 0.03) {
      const middle = (low + high) / 2;
      if (fits(middle)) low = middle;
      else high = middle;
    }
    fits(low); // where the heading has gone, there is more room
    const fitted = fits(low);
    [slide.scale, slide.seen] = [low, view()];
    return fitted;
  }

  // A plot takes the place of its code when it is told, and so does a result that has no room beside it.
  /** @type {(slide: Slide) => void} */
  function fit(slide) {
    const outputs = at ? results(slide) : [];
    const plots = outputs.some((output) => output.querySelector(output.matches(".tag_hide-input *") ? PLOT : DRAWN));
    const turn = () => { root.dataset.turn = told.length ? "after" : "before"; };
    delete root.dataset.turn;
    lay(slide);
    if (plots) turn();
    if (set(slide) || plots || !outputs.some((output) => output.matches(".cell_output"))) return;
    turn();
    set(slide);
  }

  function hold(anew = "turn" in root.dataset) {
    document.querySelectorAll(".d2l-later").forEach((output) => output.classList.remove("d2l-later"));
    held().forEach((output) => output.classList.add("d2l-later"));
    if (anew) fit(slides[at]);
    shown.forEach((call) => call());
  }

  // ---- from slide to slide

  /** @type {(to: number, whole?: boolean) => void} */
  function show(to, whole = false) {
    at = Math.max(0, Math.min(to, slides.length - 1));
    told = whole ? results(slides[at]) : [];
    for (const part of slides[at].parts) if (part instanceof HTMLDetailsElement) part.open = false;
    hold(true);
    find(".d2l-deck-count").textContent = `${at + 1} / ${slides.length}`;
    scrollTo({ top: 0, behavior: "instant" });
    readdress(`?slides=${slides[at].key}`);
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

  // The slide of an address: of a piece of the page, which another language may have on another slide, or of a part of the page.
  /** @type {(key: string) => number} */
  function placed(key) {
    if (/^\d+$/.test(key)) return Number(key) - 1;
    const exact = slides.findIndex(({ keys }) => keys.includes(key)), [anchor, offset = "0"] = key.split(".");
    if (exact >= 0) return exact;
    const near = slides.findLastIndex(({ keys }) => keys.some((one) => one.split(".")[0] === anchor
      && Number(one.split(".")[1] ?? 0) <= Number(offset)));
    const node = document.getElementById(anchor);
    return Math.max(0, near >= 0 ? near : node ? slides.findIndex((slide) => holds(slide, node) || node.contains(slide.heading)) : 0);
  }

  /** @type {(slide: Slide, node: Element) => boolean} */
  const holds = ({ parts, leaves: mine }, node) => parts.some((part) => part.contains(node)
    && (mine.has(part) || [...mine].some((leaf) => leaf.contains(node))));

  // The slide of what is in view on the page.
  function inView() {
    if (Math.abs(scrollY - left.y) < 4) return left.at;
    const top = scrollY < 80 ? undefined : slides.slice(1).flatMap(({ leaves: mine }) => [...mine])
      .find((leaf) => leaf.checkVisibility() && leaf.getBoundingClientRect().bottom > LINE + 10);
    return top ? slides.findIndex((slide, i) => i > 0 && slide.leaves.has(top)) : 0;
  }

  // ---- the page and its slides

  function prepare() {
    if (slides.length) return;
    const ask = deck.querySelector(".d2l-ask"), title = article.querySelector("h1");
    if (ask && title) {
      title.after(ask);
      ask.removeAttribute("hidden");
      all.splice(1, 0, ask);
    }
    slides = window.d2lOutline.make(article);
    leaves = new Set(slides.flatMap((slide) => [...slide.leaves]));
  }

  /** @type {(key?: string) => void} */
  function start(key) {
    prepare();
    const to = key === undefined ? inView() : placed(key);
    root.dataset.slides = "";
    deck.hidden = false;
    show(to);
  }

  function leave() {
    const { heading, parts, key } = slides[at];
    delete root.dataset.slides;
    delete root.dataset.turn;
    deck.hidden = true;
    root.style.fontSize = "";
    for (const picture of document.querySelectorAll(".d2l-fill")) /** @type {HTMLElement} */ (picture).style.height = "";
    for (const name of ["d2l-off", "d2l-heard", "d2l-later", "d2l-fill", "d2l-beside", "d2l-still"]) {
      document.querySelectorAll(`.${name}`).forEach((part) => part.classList.remove(name));
    }
    for (const svg of article.querySelectorAll("svg")) svg.style.removeProperty("--large");
    if (document.fullscreenElement) document.exitFullscreen();
    readdress(location.pathname);
    (key.includes(".") || heading.tagName === "H1" ? parts[0] : heading).scrollIntoView({ behavior: "instant" });
    if (at) scrollBy({ top: -LINE, behavior: "instant" }); // below the header
    else scrollTo({ top: 0, behavior: "instant" });
    left = { at, y: scrollY };
    link.focus({ preventScroll: true });
    shown.forEach((call) => call());
  }

  // Another window, or a cell that has run: the slide is set anew, unless nothing but the slide itself has changed.
  const refit = () => { if ("slides" in root.dataset && slides[at] && slides[at].seen !== view()) fit(slides[at]); };
  addEventListener("resize", refit);
  new ResizeObserver(() => requestAnimationFrame(refit)).observe(article);
  // The sentence of a figure is told by moving it; and of several folds one is open.
  article.addEventListener("input", ({ target }) => {
    if (!("slides" in root.dataset)) return;
    const say = /** @type {Element} */ (target).closest("figure")?.querySelector(".d2l-say.d2l-later");
    if (say) told.push(say);
    if (say) hold();
  });
  article.addEventListener("click", ({ target }) => { // a second picture stands beside the first, or does not any more
    if ("slides" in root.dataset && /** @type {Element} */ (target).closest(".d2l-pin")) fit(slides[at]);
  });
  article.addEventListener("toggle", ({ target }) => {
    if (!("slides" in root.dataset) || !(target instanceof HTMLDetailsElement) || !target.open) return;
    for (const fold of article.querySelectorAll("details[open]")) {
      if (fold !== target && !fold.contains(target)) /** @type {HTMLDetailsElement} */ (fold).open = false;
    }
  }, true);
  // Shows the slide that a part of the page is on, while slides are shown.
  /** @type {(node: Element) => void} */
  const reveal = (node) => {
    if (!("slides" in root.dataset) || holds(slides[at], node)) return;
    const to = slides.findIndex((slide, i) => i > 0 && holds(slide, node));
    if (to >= 0) show(to, true);
  };
  window.d2lSlides = {
    get all() { return slides; }, get at() { return at; }, get held() { return held().length; },
    start, next, back, go: show, leave, reveal, whenShown: (call) => { shown.push(call); },
  };
})();
