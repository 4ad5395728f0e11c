// Every word that a live page adds, in English and Korean.

/** @typedef {keyof typeof WORDS} Word */
/** @typedef {Record<string, string | number | undefined>} Values */

const WORDS = {
  panel: ["Python of this page", "이 페이지의 파이썬"],
  loading: ["Loading Python …", "파이썬을 내려받는 중 …"],
  starting: ["Starting Python …", "파이썬을 시작하는 중 …"],
  silent: [
    "Waiting for Python: another page of this book may keep it busy. Restart gives this page one of its own.",
    "파이썬을 기다리는 중: 이 책의 다른 페이지가 쓰고 있을 수 있습니다. 다시 시작하면 이 페이지에서만 쓰는 파이썬을 새로 시작합니다.",
  ],
  ready: [
    "Ready: change any cell, it is kept. Shift+Enter runs it, Escape then Tab leaves it.",
    "준비됐습니다. 셀을 고치면 보관됩니다. Shift+Enter로 실행하고, Escape를 누른 다음 Tab으로 빠져나갑니다.",
  ],
  running: ["Running …", "실행 중 …"],
  ran: ["Cell {n} ran.", "{n}번째 셀을 실행했습니다."],
  finished: ["All {all} cells ran.", "셀 {all}개를 모두 실행했습니다."],
  halted: ["Stopped at cell {n}: see its message.", "{n}번째 셀에서 멈췄습니다. 셀의 메시지를 보세요."],
  stopping: ["Stopping …", "중지하는 중 …"],
  interrupted: ["Stopped. The variables are kept.", "중지했습니다. 변수는 그대로 있습니다."],
  stopped: ["It did not stop, so Python starts afresh.", "셀이 멈추지 않아 파이썬을 새로 시작합니다."],
  restarted: [
    "Python starts afresh; its variables are gone, your code stays.",
    "파이썬을 새로 시작합니다. 변수는 모두 사라졌지만 고친 코드는 그대로입니다.",
  ],
  printed: [
    "The page is as it was printed. Until you leave it, each cell that you had changed can bring yours back.",
    "페이지를 처음 상태로 되돌렸습니다. 페이지를 떠나기 전까지는, 고쳤던 셀마다 내 코드를 되살릴 수 있습니다.",
  ],
  failed: ["Python did not start: {reason}", "파이썬을 시작하지 못했습니다: {reason}"],
  ended: [
    "Python has ended, and its variables are gone: {reason}",
    "파이썬이 끝나 변수가 모두 사라졌습니다: {reason}",
  ],
  again: ["Try again", "다시 시도"],
  runAll: ["Run all", "모두 실행"],
  stop: ["Stop", "중지"],
  restart: ["Restart", "다시 시작"],
  reset: ["Reset page", "처음 상태로"],
  // what the buttons of the whole page take away, and what they leave
  runAllNote: ["Runs every cell from the top, yours as you wrote them", "맨 위부터 모든 셀을 실행합니다. 고친 셀은 고친 대로 실행합니다"],
  stopNote: ["Stops what runs; variables and code stay", "실행을 멈춥니다. 변수와 코드는 그대로입니다"],
  restartNote: ["A fresh Python: variables go, code stays", "파이썬을 새로 시작합니다. 변수는 사라지고 코드는 남습니다"],
  resetNote: ["The book's code and results in every cell; solved exercises stay marked", "모든 셀을 책의 코드와 결과로 되돌립니다. 푼 연습 문제 표시는 남습니다"],
  runCell: ["Run", "실행"],
  check: ["Check my answer", "답 확인"],
  above: ["Run the cells above, then this one", "위쪽 셀부터 실행하고 이 셀 실행"],
  trace: ["The whole traceback", "트레이스백 전체"],
  editor: [
    "Code of cell {n}. Shift+Enter runs it; Escape, then Tab leaves it.",
    "셀 {n}의 코드. Shift+Enter로 실행하고, Escape를 누른 다음 Tab으로 빠져나갑니다.",
  ],
  // the states of a cell
  cellWaiting: ["waits", "대기 중"],
  cellRunning: ["running", "실행 중"],
  cellDone: ["ran", "실행됨"],
  cellFailed: ["error", "오류"],
  cellStopped: ["stopped", "중지됨"],
};

/** @type {(key: Word, values: Values) => string[]} */
const filled = (key, values) => WORDS[key].map((text) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name])));

// Words as plain text, in the language of the edition; both in the bilingual one.
/** @type {(key: Word, values?: Values) => string} */
export function plain(key, values = {}) {
  const [english, korean] = filled(key, values);
  return d2lSay(english, korean);
}

// Writes words into a node, each language marked as such.
/** @type {<Kind extends Element>(node: Kind, key: Word, values?: Values) => Kind} */
export function write(node, key, values = {}) {
  if (document.documentElement.dataset.edition !== "both") {
    node.textContent = plain(key, values);
    return node;
  }
  const [english, korean] = filled(key, values);
  /** @type {(lang: string, text: string) => Element} */
  const part = (lang, text) => Object.assign(document.createElement("span"), { lang, textContent: text });
  node.replaceChildren(part("en", english), " ", part("ko", korean));
  return node;
}

// Returns a button with such words, and a note of what it does where there is one.
/** @type {(key: Word, act: () => void) => HTMLButtonElement} */
export function button(key, act) {
  const node = write(document.createElement("button"), key);
  Object.assign(node, { type: "button", className: "d2l-button" });
  const note = `${key}Note`;
  if (note in WORDS) node.title = plain(/** @type {Word} */ (note));
  node.addEventListener("click", act);
  return node;
}
