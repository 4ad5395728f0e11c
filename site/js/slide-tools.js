// What a lecturer has beside the slides: a dark screen, an overview, a way to a number, a pen, the other language, help.
(() => {
  const slides = window.d2lSlides, deck = document.querySelector(".d2l-deck"), root = document.documentElement;
  if (!slides || !deck) return;
  const count = /** @type {Element} */ (deck.querySelector(".d2l-deck-count"));
  /** @type {<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, className?: string, textContent?: string) => HTMLElementTagNameMap[Tag]} */
  const make = (tag, className = "", textContent = "") => Object.assign(document.createElement(tag), { className, textContent });

  // ---- lists in a window of their own

  const dialog = make("dialog", "d2l-lists");
  document.body.append(dialog);
  /** @type {(title: string, ...nodes: Element[]) => void} */
  const list = (title, ...nodes) => {
    const close = make("button", "d2l-close", d2lSay("Close", "닫기"));
    close.addEventListener("click", () => dialog.close());
    dialog.setAttribute("aria-label", title);
    dialog.replaceChildren(close, make("h2", "", title), ...nodes);
    dialog.showModal();
  };

  /** @type {(slide: Slide) => string} */
  const begin = ({ parts, heading }) => {
    const part = parts.find((one) => !one.matches(".d2l-setup")) ?? parts[0];
    const copy = /** @type {Element} */ ((part?.querySelector("figcaption, pre") ?? part ?? heading).cloneNode(true));
    for (const source of copy.querySelectorAll("annotation")) source.remove(); // TeX, which stands in a formula unseen
    return (copy.textContent ?? "").trim().slice(0, 70);
  };
  const overview = () => {
    const places = make("ol", "d2l-overview");
    slides.all.forEach((slide, i) => {
      const entry = make("li"), go = make("button"), heading = slide.heading.cloneNode(true);
      const title = heading instanceof Element ? heading.textContent ?? "" : "";
      go.append(make("b", "", `${i + 1}`), make("span", "", title), make("small", "", begin(slide)));
      if (i === slides.at) go.setAttribute("aria-current", "true");
      go.addEventListener("click", () => {
        dialog.close();
        slides.go(i);
      });
      entry.append(go);
      places.append(entry);
    });
    list(d2lSay("All slides", "슬라이드 모두 보기"), places);
    places.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
  };

  /** @type {[keys: string, english: string, korean: string][]} */
  const KEYS = [
    ["→  PageDown  Space", "on, or the result that waits", "다음, 또는 가려 둔 결과"],
    ["←  PageUp", "back", "이전"],
    ["Home  End", "the first, the last", "처음, 끝"],
    ["12 Enter", "to slide 12", "12번 슬라이드로"],
    ["o", "all slides", "슬라이드 모두 보기"],
    ["b  .", "dark screen", "화면 끄기"],
    ["d", "draw; x wipes it off", "그리기, x로 지우기"],
    ["s", "your window: notes, the next slide, a clock", "발표자 창: 노트, 다음 슬라이드, 시계"],
    ["l", "the same slide in the next language", "같은 슬라이드를 다른 언어로"],
    ["f", "full screen", "전체 화면"],
    ["Esc", "leave", "끝내기"],
  ];
  const help = () => {
    const table = make("table");
    for (const [keys, english, korean] of KEYS) {
      const row = table.insertRow(), cell = row.insertCell();
      cell.append(...keys.split("  ").flatMap((key) => [make("kbd", "", key), " "]));
      row.insertCell().textContent = d2lSay(english, korean);
    }
    list(d2lSay("Keys of the slides", "슬라이드 단축키"), table);
  };

  // ---- dark, and drawn upon

  const dark = make("div", "d2l-dark");
  dark.hidden = true;
  dark.addEventListener("click", () => { dark.hidden = true; });
  const black = () => { dark.hidden = !dark.hidden; };

  const NS = "http://www.w3.org/2000/svg", board = document.createElementNS(NS, "svg");
  board.setAttribute("class", "d2l-board");
  board.setAttribute("aria-hidden", "true");
  document.body.append(board, dark);
  /** @type {WeakMap<Slide, Element>} */
  const drawings = new WeakMap();
  const drawing = () => {
    const slide = slides.all[slides.at], made = drawings.get(slide) ?? document.createElementNS(NS, "g");
    drawings.set(slide, made);
    return made;
  };
  /** @type {Element | undefined} */
  let line;
  board.addEventListener("pointerdown", ({ clientX, clientY, pointerId }) => {
    line = document.createElementNS(NS, "path");
    line.setAttribute("d", `M${clientX} ${clientY}`);
    drawing().append(line);
    board.setPointerCapture(pointerId);
  });
  board.addEventListener("pointermove", ({ clientX, clientY }) => {
    line?.setAttribute("d", `${line.getAttribute("d")}L${clientX} ${clientY}`);
  });
  board.addEventListener("pointerup", () => { line = undefined; });
  const draw = () => { root.toggleAttribute("data-draws"); };
  const wipe = () => drawing().replaceChildren();
  slides.whenShown(() => {
    if ("slides" in root.dataset) board.replaceChildren(drawing());
    else root.removeAttribute("data-draws");
  });

  // ---- elsewhere

  const language = () => {
    const links = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll("a[data-edition]")]);
    const here = links.findIndex((link) => link.hasAttribute("aria-current")), to = links[(here + 1) % links.length];
    if (to) location.assign(`${to.href.split(/[?#]/, 1)[0]}?slides=${slides.all[slides.at].key}`);
  };

  let typed = "";
  /** @type {(key: string) => boolean} */
  const number = (key) => {
    if (key === "Enter" && typed) slides.go(Number(typed) - 1);
    else if (/^\d$/.test(key)) count.textContent = `${typed + key} / ${slides.all.length}`;
    else if (key === "Escape" && typed) count.textContent = `${slides.at + 1} / ${slides.all.length}`;
    else {
      typed = "";
      return false;
    }
    typed = /^\d$/.test(key) ? typed + key : "";
    return true;
  };

  /** @type {Record<string, () => void>} */
  const ACTS = { b: black, ".": black, o: overview, "?": help, d: draw, x: wipe, l: language };
  addEventListener("keydown", (event) => {
    const { key, target, altKey, ctrlKey, metaKey } = event;
    const typing = target instanceof Element && target.closest("input, select, textarea, [contenteditable], .cm-editor");
    if (!("slides" in root.dataset) || altKey || ctrlKey || metaKey || typing || dialog.open) return;
    const lit = dark.hidden;
    if (!lit) black(); // any key: nothing else is done, so that the room sees what it saw
    else if (key === "Escape" && root.hasAttribute("data-draws")) draw();
    else if (!number(key)) {
      if (!ACTS[key]) return;
      ACTS[key]();
    }
    event.preventDefault();
  }, true);
  deck.querySelector("[data-to=help]")?.addEventListener("click", help);
  deck.querySelector("[data-to=language]")?.addEventListener("click", language);
  window.d2lDark = black;
})();
