// Text and figures talk to each other. Words set a figure: the link `#figure-designer?scale=0.01` tells what it is to show. The
// address keeps what a figure shows, so that it is there after a reload and can be sent to somebody; and a figure opens
// alone and large. What a figure and its page say to each other stands in figure.js; here nothing is drawn.
(() => {
  /** @typedef {HTMLElement} Figure a printed one or a live one */
  const FIGURE = "figure.d2l-figure", PRINTED = `.cell_output:not(.d2l-output) ${FIGURE}`, LIVE = `.d2l-output ${FIGURE}`;
  const SETTLED = 400; // milliseconds without a change, before the address tells of it
  const { edition = "both" } = document.documentElement.dataset;
  const { make, write } = d2lFigure;
  /** @type {(selector: string, place?: Element | null) => HTMLElement[]} */
  const all = (selector, place) => [...(place ?? document).querySelectorAll(selector)].map((node) => /** @type {HTMLElement} */ (node));

  // ---- a figure, its anchor and its links

  // The figure that stands where a printed one was: itself, or the live one that took its place.
  /** @type {(printed: Figure) => Figure} */
  const standing = (printed) => document.querySelector(`[data-anchor="${CSS.escape(printed.id)}"]`) ?? printed;

  /** @type {(figure: Figure) => string} */
  const anchorOf = ({ id, dataset }) => id || (dataset.anchor ?? "");

  // What an address leads to: a figure, and a setting if it names one.
  /** @type {(hash: string) => {figure?: Figure, setting?: string}} */
  const target = (hash) => {
    const [anchor, ...said] = hash.slice(1).split("?");
    const printed = anchor ? document.getElementById(anchor) : null; // Firefox warns of an empty name
    if (!printed?.matches(FIGURE)) return {};
    return { figure: standing(printed), setting: said.length ? said.join("?") : undefined };
  };

  // The address of a figure as it is now, for this page or for another.
  /** @type {(figure: Figure, page?: string) => string} */
  const addressOf = (figure, page = location.search) => `${page}#${anchorOf(figure)}?${figure.dataset.setting}`;

  let kept = "";
  /** @type {(address: string) => void} */
  const keep = (address) => {
    try { history.replaceState(history.state, "", address); } catch { /* some pages from files keep their address */ }
    kept = location.hash;
  };

  // ---- words that set a figure

  /** @type {(figure: Figure, setting: string) => void} */
  const set = (figure, setting) => { figure.dispatchEvent(new CustomEvent("d2l-set", { detail: setting })); };

  // Brings a figure into view, with as little scrolling as that takes.
  /** @type {(figure: Figure, block: ScrollLogicalPosition) => void} */
  const reveal = (figure, block) => {
    for (let fold = figure.closest("details"); fold; fold = fold.parentElement?.closest("details") ?? null) fold.open = true;
    window.d2lPredict?.reveal(figure);
    window.d2lSlides?.reveal(figure);
    figure.scrollIntoView({ block, behavior: block === "start" ? "instant" : "auto" });
  };

  // Marks the words that say what a figure shows now.
  /** @type {(figure: Figure) => void} */
  const mark = (figure) => {
    const anchor = anchorOf(figure), { setting, start } = figure.dataset;
    for (const words of all(`a.d2l-set[href^="#${CSS.escape(anchor)}?"]`)) {
      const whole = new URLSearchParams(start);
      for (const [name, value] of new URLSearchParams(words.dataset.setting)) if (whole.has(name)) whole.set(name, value);
      if (String(whole) === String(new URLSearchParams(setting))) words.setAttribute("aria-current", "true");
      else words.removeAttribute("aria-current");
    }
  };

  /** @type {number | undefined} */
  let timer;
  const watch = new MutationObserver((changes) => {
    const figures = changes.map(({ target: node }) => /** @type {Figure} */ (node));
    figures.forEach(mark);
    const last = figures[figures.length - 1];
    clearTimeout(timer);
    timer = setTimeout(() => { if (anchorOf(last)) keep(addressOf(last)); }, SETTLED);
  });

  /** @type {(event: MouseEvent) => void} */
  const press = (event) => {
    const { button, altKey, ctrlKey, metaKey, shiftKey } = event;
    const words = /** @type {Element} */ (event.target).closest?.("a");
    const { figure, setting } = words?.getAttribute("href")?.startsWith("#") ? target(words.hash) : {};
    if (!words || !figure || button || altKey || ctrlKey || metaKey || shiftKey) return;
    if (setting !== undefined) {
      event.preventDefault(); // a jump would take the reader away from the words
      set(figure, setting);
      keep(location.search + words.hash);
    }
    reveal(figure, "nearest");
  };

  // ---- alone and large

  const dialog = make("dialog", { class: "d2l-large" });
  const close = write(make("button", { type: "button", class: "d2l-close" }), { en: "Close", ko: "닫기" }, edition);
  /** @type {{figure: Figure, place: HTMLElement, back: HTMLElement} | undefined} */
  let away;

  // The figure itself goes into the window, with all it is set to; what keeps its place is as high as it was.
  /** @type {(figure: Figure, back: HTMLElement) => void} */
  const enlarge = (figure, back) => {
    const place = /** @type {HTMLElement} */ (figure.cloneNode());
    place.removeAttribute("id");
    place.dataset.anchor = ""; // nothing leads to it
    place.style.height = `${figure.offsetHeight}px`;
    away = { figure, place, back };
    figure.replaceWith(place);
    dialog.append(figure);
    dialog.setAttribute("aria-label", figure.querySelector(".d2l-title")?.textContent ?? "");
    dialog.showModal();
    const stage = /** @type {HTMLElement} */ (figure.querySelector(".d2l-stage"));
    if (stage.scrollWidth > stage.clientWidth + 1) stage.tabIndex = 0; // what scrolls must scroll by keyboard too
  };

  const putBack = () => {
    away?.figure.remove(); // there may be no place any more: its cell may have run again
    away?.place.replaceWith(away.figure);
    away?.back.focus({ preventScroll: true });
    away = undefined;
  };

  // ---- the row under a figure

  /** @type {(figure: Figure, told: Element) => Promise<void>} */
  const copy = async (figure, told) => {
    keep(addressOf(figure));
    const link = addressOf(figure, location.href.split(/[?#]/, 1)[0]);
    const copied = await navigator.clipboard?.writeText(link).then(() => true, () => false);
    write(told, copied ? { en: "Copied", ko: "복사됨" } : { en: "It is in the address bar", ko: "링크가 주소창에 있습니다" }, edition);
    setTimeout(() => told.replaceChildren(), 2500);
  };

  // ---- words of a reader's own, which Python answers

  const SAYS = {
    coming: { en: "Python is on its way …", ko: "파이썬을 준비하는 중입니다 …" },
    lost: {
      en: "Python did not answer: the top of the page or the message below says why.",
      ko: "파이썬이 답하지 못했습니다. 이유는 페이지 맨 위나 아래의 메시지에 있습니다.",
    },
  };
  const FIELD = ".d2l-words input";
  const place = /** @type {HTMLElement | null} */ (document.querySelector(".d2l-live[data-live]"));
  /** @type {Figure | undefined} the printed figure whose field the reader has left by asking */
  let left;

  // Starts Python if it has not, and runs the cell of a figure; the live one then takes over what it was asked.
  /** @type {(figure: Figure) => Promise<void>} */
  const ask = async (figure) => {
    if (!("waits" in figure.dataset)) return;
    if (away?.figure === figure) putBack();
    dialog.close();
    const note = /** @type {Element} */ (figure.querySelector(".d2l-waits")), cell = figure.closest(".cell");
    write(note, SAYS.coming, edition);
    left = figure;
    const shown = cell && await (await window.d2lRun?.())?.show(cell);
    if (!shown) write(note, SAYS.lost, edition);
  };

  /** @type {(figure: Figure) => void} */
  const letAsk = (figure) => {
    const field = figure.querySelector(FIELD), size = Math.round(Number(place?.dataset.bytes) / 1e6);
    if (!field || !place) return;
    const words = { en: "Ask Python", ko: "파이썬에 묻기" }, price = { en: ` (${size} MB, once)`, ko: `(처음 한 번 ${size} MB)` };
    const button = write(make("button", { type: "button", class: "d2l-to-python" }), words, edition);
    button.append(write(make("span", { class: "d2l-price" }), price, edition));
    button.addEventListener("click", () => void ask(figure));
    field.addEventListener("keydown", (event) => {
      const { key, isComposing } = /** @type {KeyboardEvent} */ (event);
      if (key === "Enter" && !isComposing) setTimeout(() => void ask(figure)); // when the field has told what is in it
    });
    field.after(button);
  };

  // Lets a live figure go on with what was asked of the printed one in its place.
  /** @type {(figure: Figure, printed?: Figure) => void} */
  const takeOver = (figure, printed) => {
    if (!printed || !("waits" in printed.dataset)) return;
    set(figure, printed.dataset.setting ?? "");
    const field = /** @type {HTMLInputElement | null} */ (figure.querySelector(FIELD));
    if (left !== printed || !field) return;
    left = undefined;
    if (document.activeElement !== document.body) return; // the reader is elsewhere by now
    field.focus({ preventScroll: true });
    field.setSelectionRange(field.value.length, field.value.length);
  };

  /** @type {(figure: Figure) => void} */
  const dress = (figure) => {
    const cell = figure.closest(".cell");
    // A live figure has the anchor of the printed one whose place it took.
    const printed = figure.id ? undefined : all(PRINTED, cell)[all(LIVE, cell).indexOf(figure)];
    if (!figure.id) figure.dataset.anchor = printed?.id ?? "";
    const row = make("p", { class: "d2l-talk" }), told = make("span", { role: "status" });
    /** @type {(name: string, en: string, ko: string, act: (button: HTMLElement) => void) => void} */
    const offer = (name, en, ko, act) => {
      const button = write(make("button", { type: "button", class: name }), { en, ko }, edition);
      button.addEventListener("click", () => act(button));
      row.append(button);
    };
    row.append(told);
    if (anchorOf(figure)) offer("d2l-copy", "Copy link", "링크 복사", () => void copy(figure, told));
    offer("d2l-open", "Open large", "크게 보기", (button) => enlarge(figure, button));
    figure.querySelector(".d2l-data")?.before(row);
    watch.observe(figure, { attributeFilter: ["data-setting"] });
    mark(figure);
    if (figure.id) letAsk(figure);
    else takeOver(figure, printed);
  };

  // ---- a page that opens

  // A link to a figure leads there as one to a heading does; a page that comes back is where it was.
  const arrive = () => {
    const { hash } = location, { figure, setting } = target(hash);
    if (!figure || setting === undefined) return;
    set(figure, setting);
    const [{ type }] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
    if (type !== "navigate") return;
    addEventListener("load", async () => { // when the browser has looked for the place itself
      await document.fonts.ready; // what is above may be higher with its letters
      location.replace(`#${figure.id}`);
      keep(location.search + hash);
      reveal(figure, "start");
    });
  };

  for (const words of all("a[data-setting]")) words.setAttribute("href", `${words.getAttribute("href")}?${words.dataset.setting}`);
  all(FIGURE).forEach(dress);
  // A live figure comes when its module has come, long after its cell has run.
  new MutationObserver(() => all(`${LIVE}:not([data-anchor])`).forEach(dress))
    .observe(/** @type {Element} */ (document.querySelector("article")), { childList: true, subtree: true });
  document.addEventListener("click", press);
  addEventListener("hashchange", () => {
    const { figure, setting } = target(location.hash);
    if (!figure || setting === undefined || location.hash === kept) return;
    set(figure, setting);
    reveal(figure, "start");
  });
  dialog.append(close);
  document.body.append(dialog);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", putBack);
  addEventListener("beforeprint", () => dialog.close());
  arrive();
})();
