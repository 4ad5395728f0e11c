// What a reader has made of a page, at its end: how much it is, where it is kept, and what can be done with it.
(() => {
  const place = document.getElementById("your-work"), { page, cells } = d2lYours;
  if (!place || !page) return;
  /** @type {(selector: string) => HTMLElement} */
  const find = (selector) => /** @type {HTMLElement} */ (place.querySelector(selector));
  const link = /** @type {HTMLElement} */ (document.querySelector(".d2l-to-work"));
  const sum = find(".d2l-sum"), told = find(".d2l-told"), gone = find(".d2l-gone"), sure = find(".d2l-sure");
  const checks = cells.filter(({ id }) => document.getElementById(`cell-${id}`)?.matches(".tag_check"));

  /** @type {Record<string, [string, string]>} */
  const WORDS = {
    nothing: ["Nothing of this page is yours yet.", "이 페이지에서 고친 것이 아직 없습니다."],
    sum: ["On this page: cells changed: {n}; exercises solved: {solved} of {all}.", "이 페이지에서 셀 {n}개를 고쳤고, 연습 문제 {all}개 중 {solved}개를 풀었습니다."],
    saved: [
      "My notebook is among your downloads: this page with your code in it, for any Jupyter. It says which checks passed here.",
      "내려받은 파일에 내 노트북이 있습니다. 이 페이지에 직접 고친 코드를 넣은 것으로, 어느 Jupyter에서나 열립니다. 여기서 통과한 확인도 적혀 있습니다.",
    ],
    failed: ["The notebook did not load. Try again when the site can be reached.", "노트북을 불러오지 못했습니다. 사이트에 연결될 때 다시 시도하세요."],
    file: [
      "A page opened from a file cannot make your notebook. In the folder of the site run python -m http.server, open http://localhost:8000 and press this there.",
      "파일로 연 페이지에서는 내 노트북을 만들 수 없습니다. 사이트 폴더에서 python -m http.server를 실행하고 http://localhost:8000을 열어 거기서 누르세요.",
    ],
    reset: [
      "Every cell has the book's code. Until you leave the page, each one that you had changed can bring yours back.",
      "모든 셀이 책의 코드로 돌아갔습니다. 페이지를 떠나기 전까지는 고쳤던 셀마다 내 코드를 되살릴 수 있습니다.",
    ],
    cleared: ["Nothing is kept any more, of this page and of all others.", "이 페이지와 다른 모든 페이지에 보관된 것을 지웠습니다."],
    remove: ["Remove", "지우기"],
  };

  // Cells that the book has no more: their code is shown until the reader removes it.
  /** @type {(entries: ReturnType<typeof d2lKept.all>) => void} */
  const showHomeless = (entries) => {
    gone.hidden = !entries.size;
    const list = /** @type {HTMLElement} */ (gone.lastElementChild);
    list.replaceChildren(...[...entries].map(([cell, { code }]) => {
      const item = document.createElement("li"), pre = document.createElement("pre"), button = document.createElement("button");
      pre.textContent = code;
      pre.tabIndex = 0;
      button.type = "button";
      d2lWrite(button, WORDS.remove).ariaLabel = `${button.textContent} ${cell}`;
      button.addEventListener("click", () => {
        d2lKept.drop("code", page, cell);
        link.focus();
      });
      item.append(pre, button);
      return item;
    }));
  };

  const show = () => {
    const homeless = d2lYours.homeless, n = cells.filter(({ kept }) => kept).length + homeless.size;
    const solved = checks.filter(({ id }) => d2lKept.get("solved", page, id)).length;
    d2lWrite(sum, n || solved ? WORDS.sum : WORDS.nothing, { n, solved, all: checks.length });
    /** @type {HTMLElement} */ (link.lastElementChild).textContent = n ? ` (${n})` : "";
    showHomeless(homeless);
  };

  const download = async () => {
    if (location.protocol === "file:") return WORDS.file;
    const { live } = /** @type {HTMLElement} */ (document.querySelector(".d2l-live")).dataset;
    const whole = /** @type {HTMLAnchorElement} */ (document.querySelector(".d2l-elsewhere a[download]"));
    try {
      /** @type {typeof import("../live/mine.js")} */
      const { save } = await d2lImport(new URL(`${live}mine.js`, document.baseURI).href);
      const codes = new Map(cells.flatMap(({ id, kept }) => (kept ? [[id, kept.code]] : [])));
      const homeless = new Map([...d2lYours.homeless].map(([cell, { code }]) => [cell, code]));
      const solved = new Map([...d2lKept.all("solved", page)].map(([cell, { book }]) => [cell, book]));
      await save(whole, page, codes, homeless, solved);
      return WORDS.saved;
    } catch (error) {
      console.warn(error);
      return WORDS.failed;
    }
  };

  const reset = () => {
    for (const cell of cells) cell.reset();
    if (window.d2lPage?.state === "ready") window.d2lPage.reset();
    return WORDS.reset;
  };

  /** @type {(asked: boolean) => void} */
  const ask = (asked) => {
    sure.hidden = !asked;
    find(asked ? ".d2l-sure button" : "[data-do=ask]").focus();
  };

  /** @type {Record<string, () => undefined | [string, string] | Promise<[string, string]>>} */
  const ACTS = {
    save: download,
    reset,
    ask() {
      ask(true);
      return undefined;
    },
    clear() {
      d2lKept.clear();
      ask(false);
      return WORDS.cleared;
    },
    leave() {
      ask(false);
      return undefined;
    },
  };

  place.addEventListener("click", async ({ target }) => {
    const act = ACTS[/** @type {HTMLElement} */ (target).closest("button")?.dataset.do ?? ""];
    if (!act) return;
    told.replaceChildren();
    const words = await act();
    if (words) d2lWrite(told, words);
  });
  place.hidden = link.hidden = false;
  find(".d2l-refused").hidden = d2lKept.works;
  show();
  d2lKept.watch(show);
})();
