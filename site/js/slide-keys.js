// How slides are moved: keys, buttons, a finger. What turns pages and Escape belong to the slides wherever the focus is, except in
// an editor that is typed in; other keys belong to the control that has the focus, which it loses after the mouse was used.
(() => {
  const slides = window.d2lSlides, deck = document.querySelector(".d2l-deck"), root = document.documentElement;
  if (!slides || !deck) return;
  const TYPED = ".cm-editor, textarea, [contenteditable]";
  const CONTROLS = `input, select, button, summary, a, [tabindex='0'], dialog, ${TYPED}`;
  const FAR = 60, STILL = 10; // pixels of a swipe, of a tap
  const on = () => "slides" in root.dataset;

  const full = () => void (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen());
  const last = () => slides.go(slides.all.length - 1);
  /** @type {Record<string, () => void>} */
  const ACTS = { next: slides.next, back: slides.back, full, leave: slides.leave, first: () => slides.go(0), last };
  /** @type {Record<string, string>} */
  const KEYS = {
    ArrowRight: "next", PageDown: "next", " ": "next", ArrowLeft: "back", PageUp: "back", Home: "first", End: "last",
    Escape: "leave", f: "full",
  };

  addEventListener("keydown", (event) => {
    const { key, target, altKey, ctrlKey, metaKey } = event, node = target instanceof Element ? target : root, act = ACTS[KEYS[key]];
    if (!on() || altKey || ctrlKey || metaKey || event.defaultPrevented || !act || node.closest(TYPED)) return;
    const window_ = document.querySelector("dialog[open]"), always = ["PageDown", "PageUp", "Escape"].includes(key);
    if (window_ && (!always || key === "Escape")) return; // which closes it
    if (!always && node.closest(CONTROLS) && !(deck.contains(node) && key !== " ")) return;
    event.preventDefault();
    if (window_) /** @type {HTMLDialogElement} */ (window_).close();
    act();
  }, true);
  for (const button of deck.querySelectorAll("button")) button.addEventListener("click", () => ACTS[button.dataset.to ?? ""]?.());

  // A list of choices needs the focus as long as it is open; a text, as long as it is typed.
  let pointed = false;
  addEventListener("pointerdown", () => { pointed = true; }, true);
  addEventListener("keydown", () => { pointed = false; }, true);
  for (const kind of ["pointerup", "click", "change"]) {
    addEventListener(kind, () => {
      const node = document.activeElement, kept = kind === "change" ? TYPED : `select, input[type=text], ${TYPED}`;
      if (on() && pointed && node instanceof HTMLElement && node.matches(CONTROLS) && !node.closest(kept)) node.blur();
    });
  }

  /** @type {Touch | undefined} */
  let begun;
  addEventListener("touchstart", ({ touches, target }) => {
    const free = target instanceof Element && !target.closest(`${CONTROLS}, svg, pre, .d2l-board`);
    begun = on() && free && touches.length === 1 ? touches[0] : undefined;
  }, { passive: true });
  addEventListener("touchend", ({ changedTouches: [touch] }) => {
    if (!begun || !touch) return;
    const across = touch.clientX - begun.clientX, down = Math.abs(touch.clientY - begun.clientY), side = touch.clientX / innerWidth;
    const taps = Math.abs(across) < STILL && down < STILL;
    if ((across < -FAR && down < FAR) || (taps && side > 0.75)) slides.next();
    else if ((across > FAR && down < FAR) || (taps && side < 0.25)) slides.back();
    begun = undefined;
  }, { passive: true });
})();
