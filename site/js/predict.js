// Predict first: where the text asks, the answer waits under one press, if the reader wants it so. He says it once, for all
// pages; theme.js has read it before the page was painted, and theme.css hides what waits. Slides hold back by themselves,
// and on paper all is there.
(() => {
  const KEY = "d2l-predict", root = document.documentElement;
  const choice = /** @type {HTMLInputElement | null} */ (document.querySelector(".d2l-predict input"));
  const told = /** @type {HTMLElement} */ (document.querySelector(".d2l-predict [role=status]"));
  if (!choice) return;

  /** @type {(names: string, found: string) => void} */
  const mark = (names, found) => document.querySelectorAll(names).forEach((part) => part.classList.add(found));

  // Shows the answer to a question, and what comes after it.
  /** @type {(question: string) => void} */
  const tell = (question) => {
    mark(`.d2l-wait-${question}`, "d2l-told");
    mark(`.d2l-after-${question}`, "d2l-reached");
  };

  /** @type {(part: Element, name: string) => string | undefined} */
  const numberOf = (part, name) => [...part.classList].find((each) => each.startsWith(name) && /\d$/.test(each))?.slice(name.length);

  // Shows a part of the page, whatever it waits for: a link may lead there.
  /** @type {(node: Element | null) => void} */
  const reveal = (node) => {
    const part = node?.closest(".d2l-wait, [class*=d2l-after-]");
    if (!part) return;
    const before = numberOf(part, "d2l-after-"), question = numberOf(part, "d2l-wait-");
    if (before) {
      tell(before);
      reveal(document.querySelector(`.d2l-wait-${before}[class*=d2l-after-]`)); // what comes before may come after too
    }
    if (question) tell(question);
  };

  // The button goes; what it has shown takes its place and the focus, and nothing above it moves.
  /** @type {(button: HTMLElement) => void} */
  const press = (button) => {
    const row = /** @type {HTMLElement} */ (button.parentElement), part = /** @type {HTMLElement} */ (row.parentElement);
    const { top } = part.getBoundingClientRect();
    tell(button.dataset.shows ?? "");
    scrollBy({ top: part.getBoundingClientRect().top - top, behavior: "instant" }); // there may be a part above it
    const shown = /** @type {HTMLElement} */ ([...part.children].findLast((child) => child.checkVisibility() && row !== child) ?? part);
    shown.tabIndex = -1;
    shown.focus({ preventScroll: true });
    told.textContent = d2lSay("The answer is shown.", "답을 열었습니다.");
  };

  const apply = () => {
    if (choice.checked) root.dataset.predict = "";
    else delete root.dataset.predict;
  };

  choice.checked = "predict" in root.dataset;
  choice.addEventListener("change", () => {
    try { localStorage.setItem(KEY, choice.checked ? "on" : "off"); } catch { /* a page from a file may keep nothing */ }
    for (const name of ["d2l-told", "d2l-reached"]) {
      document.querySelectorAll(`.${name}`).forEach((part) => part.classList.remove(name));
    }
    apply();
    told.textContent = choice.checked
      ? d2lSay("Answers wait now.", "이제 답을 가려 둡니다.")
      : d2lSay("All answers are shown.", "답을 모두 보여 줍니다.");
  });
  addEventListener("storage", ({ key, newValue }) => { // the choice of another page
    if (key !== KEY) return;
    choice.checked = newValue === "on";
    apply();
  });
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest(".d2l-tell button");
    if (button) press(/** @type {HTMLElement} */ (button));
  });
  const arrive = () => {
    const name = decodeURIComponent(location.hash.slice(1).split("?")[0]);
    if (name) reveal(document.getElementById(name)); // Firefox warns of an empty one
  };
  addEventListener("hashchange", arrive);
  arrive();
  window.d2lPredict = { reveal };
})();
