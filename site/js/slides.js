// Slides: the page itself, one thought at a time, for a room. Nothing is written twice: what a slide shows is a heading with
// the text and the cells that follow it; the next text begins the next slide. A printed result waits for a key of its own,
// so that the room can predict it. The page stays what it is: figures move, and once it is live its cells run.
(() => {
  const article = document.querySelector("article"), link = document.querySelector(".d2l-slides");
  const deck = document.querySelector(".d2l-deck");
  if (!link || !deck || !article.querySelector(".cell")) return;
  const root = document.documentElement;
  const LEAST = 0.55, CROWDED = 0.7; // of the type of an airy slide
  const count = deck.querySelector(".d2l-deck-count");
  const TYPES = ["input", "select", "textarea", "button", "summary", "a", "[contenteditable]", "[tabindex='0']", ".cm-editor"];

  const parts = (node) => [...node.children].flatMap((part) => (part.tagName === "SECTION" ? parts(part) : [part]));
  const isFigure = (part) => part.matches(".cell") && Boolean(part.querySelector("figure.d2l-figure"));

  // The parts of the page as slides, {heading, parts}, by what they say.
  function outline() {
    const slides = [];
    let heading, slide;
    const open = () => slides.push(slide = { heading, parts: [] });
    for (const part of all) {
      if (/^H\d$/.test(part.tagName)) {
        heading = part;
        open();
        continue;
      }
      const shown = slide.parts.at(-1);
      const text = !part.matches(".cell, details");
      if ((text && shown?.matches(".cell")) || (shown && (isFigure(part) || isFigure(shown)))) open();
      slide.parts.push(part);
    }
    return slides.filter((one) => one.parts.length);
  }

  // Shows these parts in the largest type with which all of them are seen; returns how large that is, from LEAST to 1.
  function fit({ heading, parts: wanted }) {
    for (const part of all) {
      const above = part !== heading && /^H\d$/.test(part.tagName) && part.parentElement.contains(heading);
      part.classList.toggle("d2l-heard", above); // the headings above, for those who listen
      part.classList.toggle("d2l-off", part !== heading && !above && !wanted.includes(part));
    }
    const whole = Math.max(16, Math.min(innerWidth / 50, innerHeight / 24));
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
  function roomy(slide) {
    const { heading, parts: whole } = slide;
    if (whole.length < 2 || fit(slide) > CROWDED) return [slide];
    const cell = whole.findIndex((part) => part.matches(".cell, details"));
    const middle = cell > 0 ? cell : Math.ceil(whole.length / 2);
    return [whole.slice(0, middle), whole.slice(middle)].flatMap((half) => roomy({ heading, parts: half }));
  }

  const all = parts(article);
  let slides = [], at = 0, told = []; // the results of this slide that are told already

  // What a slide holds back: its printed results, one after the other. A cell that has run has none.
  const results = () => slides[at].parts.filter((part) => part.matches(".cell:not(.tag_solution, .tag_check)") && !isFigure(part))
    .map((part) => part.querySelector(".cell_output:not(.d2l-output)")).filter((output) => output && !output.hidden);
  const held = () => results().filter((output) => !told.includes(output));

  function hold() {
    document.querySelectorAll(".d2l-later").forEach((output) => output.classList.remove("d2l-later"));
    held().forEach((output) => output.classList.add("d2l-later"));
  }

  function show(to, whole = false) {
    at = Math.max(0, Math.min(to, slides.length - 1));
    told = whole ? results() : [];
    fit(slides[at]); // for all of it, so that a result does not change the size of what is there
    hold();
    count.textContent = `${at + 1} / ${slides.length}`;
    scrollTo({ top: 0, behavior: "instant" });
    try { history.replaceState(null, "", `?slides=${at + 1}`); } catch { /* a page opened from a file keeps its address */ }
  }

  function next() {
    const [result] = held();
    if (!result) return show(at + 1);
    told.push(result);
    hold();
  }

  function back() {
    if (!told.length) return show(at - 1, true);
    told.pop();
    hold();
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
    try { history.replaceState(null, "", location.pathname); } catch { /* as above */ }
    heading.scrollIntoView({ behavior: "instant" });
    link.focus({ preventScroll: true });
  }

  const full = () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen());
  const ACTS = { next, back, full, leave, first: () => show(0), last: () => show(slides.length - 1, true) };
  const KEYS = {
    ArrowRight: "next", PageDown: "next", " ": "next", ArrowLeft: "back", PageUp: "back", Home: "first", End: "last",
    Escape: "leave", f: "full",
  };

  deck.addEventListener("click", ({ target }) => ACTS[target.closest("button")?.dataset.to]?.());
  addEventListener("keydown", (event) => {
    const inside = event.target.closest?.(TYPES.join()) && !(deck.contains(event.target) && event.key !== " ");
    if (!("slides" in root.dataset) || inside || event.altKey || event.ctrlKey || event.metaKey || !KEYS[event.key]) return;
    event.preventDefault();
    ACTS[KEYS[event.key]]();
  });
  // Another window, or a cell that has run: the slide is fitted anew.
  const refit = () => { if ("slides" in root.dataset && slides[at]) fit(slides[at]); };
  addEventListener("resize", refit);
  new ResizeObserver(() => requestAnimationFrame(refit)).observe(article);
  link.hidden = false;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    start();
    deck.querySelector("[data-to=next]").focus({ preventScroll: true });
  });
  const asked = new URLSearchParams(location.search).get("slides");
  if (asked !== null) document.fonts.ready.then(() => start(Number(asked) || 1)); // what fits depends on the type
  window.d2lSlides = { get all() { return slides; }, get at() { return at; } };
})();
