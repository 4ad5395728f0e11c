// The lecturer's window, in step with the projected one: notes, the next slide, a clock. It is an empty page that this page fills, so
// it works from a file as well. Another chapter or language that is opened in the projected window finds it by its name.
(() => {
  const slides = window.d2lSlides, root = document.documentElement, deck = document.querySelector(".d2l-deck");
  if (!slides || !deck) return;
  const NAME = "d2l-presenter", BEGAN = "d2l-began";
  /** @type {<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, className?: string, textContent?: string) => HTMLElementTagNameMap[Tag]} */
  const make = (tag, className = "", textContent = "") => Object.assign(document.createElement(tag), { className, textContent });

  /** @type {(key: string, value?: string | null) => string | null} */
  const kept = (key, value) => {
    try {
      if (value === null) sessionStorage.removeItem(key);
      else if (value) sessionStorage.setItem(key, value);
      return sessionStorage.getItem(key);
    } catch {
      return null; // a page from a file may keep nothing
    }
  };

  /** @type {Window | null} */
  let other = null;
  let began = Number(kept(BEGAN)) || Date.now();
  const open = () => Boolean(other && !other.closed);
  const time = make("time", "d2l-clock"), spent = make("button", "d2l-spent"), count = make("p"), held = make("p", "d2l-held");
  const notes = make("section", "d2l-notes"), after = make("section", "d2l-after");
  spent.title = d2lSay("Count from now", "지금부터 재기");
  spent.addEventListener("click", () => {
    began = Date.now();
    kept(BEGAN, String(began));
    tick();
  });

  const tick = () => {
    const now = new Date(), seconds = Math.max(0, Math.floor((now.getTime() - began) / 1000));
    time.textContent = now.toTimeString().slice(0, 5);
    spent.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (open()) setTimeout(tick, 1000 - now.getMilliseconds());
  };

  // What is said to a slide: the notes written for it, then the paragraphs of which it shows a part.
  /** @type {(slide: Slide) => Node[]} */
  const said = (slide) => {
    const cut = [...slide.leaves].filter((leaf) => leaf.querySelector(".d2l-more"));
    // What was asked about a figure is said to the figure too.
    const before = slide.kind === "figure" && !slide.notes.length ? slides.all[slides.at - 1]?.notes ?? [] : [];
    return [...slide.notes, ...before, ...cut].map((node) => {
      const copy = /** @type {Element} */ (node.cloneNode(true));
      for (const one of [copy, ...copy.querySelectorAll("*")]) {
        one.removeAttribute("id");
        one.removeAttribute("hidden");
        one.classList.remove("d2l-off");
      }
      return copy;
    });
  };

  const show = () => {
    if (!open() || !("slides" in root.dataset)) return;
    const slide = slides.all[slides.at], next = slides.all[slides.at + 1], waits = slides.held;
    count.textContent = `${slides.at + 1} / ${slides.all.length}`;
    held.textContent = waits ? d2lSay(`Waits: ${waits}`, `가려 둔 결과: ${waits}`) : "";
    notes.replaceChildren(make("h1", "", slide.heading.textContent ?? ""), ...said(slide));
    after.replaceChildren(make("h2", "", d2lSay("Next", "다음")), ...(next ? [window.d2lSlideCopy(next)] : []));
  };

  /** @type {(name: string, words: string, act: () => void) => HTMLButtonElement} */
  const button = (name, words, act) => {
    const node = make("button", name, words);
    node.addEventListener("click", act);
    return node;
  };

  /** @type {(page: Window) => void} */
  const furnish = (page) => {
    const { document: paper } = page, { edition = "both", theme = "light" } = root.dataset;
    const tongue = make("select");
    for (const [value, words] of [["en", "English"], ["ko", "한국어"], ["both", "English · 한국어"]]) tongue.append(new Option(words, value));
    tongue.value = edition;
    tongue.setAttribute("aria-label", d2lSay("Language of the notes", "노트의 언어"));
    tongue.addEventListener("change", () => { paper.documentElement.dataset.notes = tongue.value; });
    Object.assign(paper.documentElement.dataset, { edition, theme, notes: edition });
    paper.documentElement.lang = root.lang;
    const styles = /** @type {HTMLLinkElement[]} */ ([...document.querySelectorAll("link[rel=stylesheet]")])
      .map(({ href }) => Object.assign(make("link"), { rel: "stylesheet", href }));
    paper.head.replaceChildren(make("title", "", `${d2lSay("Notes", "노트")}: ${document.title}`), ...styles);
    const bar = make("header");
    bar.append(time, spent, count, held, tongue, button("", "←", slides.back), button("", "→", slides.next),
      button("", d2lSay("Dark", "화면 끄기"), window.d2lDark));
    paper.body.className = "d2l-speaker";
    paper.body.replaceChildren(bar, notes, after);
    page.onkeydown = (event) => {
      if (event.target instanceof page.Element && event.target.closest("select")) return;
      if (event.key === " " && event.target instanceof page.Element && event.target.closest("button")) return;
      event.preventDefault();
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: event.key, bubbles: true, cancelable: true }));
    };
  };

  // A window of that name that is there is found without being asked for; a new one opens only for a key or a press.
  const speak = () => {
    other = window.open("", NAME, "popup,width=1100,height=720");
    if (!other) {
      /** @type {Element} */ (deck.querySelector(".d2l-deck-count")).textContent = d2lSay("Allow pop-ups for the second window", "팝업을 허용해야 발표자 창이 열립니다");
      return;
    }
    kept(NAME, "open");
    kept(BEGAN, String(began));
    furnish(other);
    tick();
    show();
    other.focus();
  };

  slides.whenShown(() => {
    if (!other && kept(NAME) === "open") {
      kept(NAME, null);
      speak();
    }
    show();
  });
  addEventListener("pagehide", () => { if (!open()) kept(NAME, null); });
  addEventListener("keydown", ({ key, target, altKey, ctrlKey, metaKey }) => {
    const typing = target instanceof Element && target.closest("input, select, textarea, [contenteditable], .cm-editor, dialog");
    if (key === "s" && "slides" in root.dataset && !typing && !altKey && !ctrlKey && !metaKey) speak();
  });
  deck.querySelector("[data-to=speak]")?.addEventListener("click", speak);
})();
