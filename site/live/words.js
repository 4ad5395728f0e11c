// Every word that a live page adds, in English and Korean.

const WORDS = {
  run: ["Run this page", "이 페이지 실행"],
  offer: [
    "Starts Python in your browser: about {size} MB, nothing is installed, no server is asked.",
    "브라우저 안에서 Python을 시작합니다. 약 {size} MB를 내려받으며, 설치도 서버도 필요 없습니다.",
  ],
  loading: ["Loading Python: {loaded} of {size} MB", "Python을 내려받는 중: {size} MB 중 {loaded} MB"],
  starting: ["Starting Python …", "Python을 시작하는 중 …"],
  ready: ["Ready. Change any cell; Shift+Enter runs it.", "준비됐습니다. 셀을 고치고 Shift+Enter를 누르면 실행됩니다."],
  running: ["Running …", "실행 중 …"],
  progress: ["Running cell {n} of {all} …", "셀 {all}개 중 {n}번째 실행 중 …"],
  finished: ["All {all} cells ran.", "셀 {all}개를 모두 실행했습니다."],
  halted: ["Stopped at cell {n}: see its message.", "{n}번째 셀에서 멈췄습니다. 셀의 메시지를 보세요."],
  restarted: ["Python starts afresh; its variables are gone.", "Python을 새로 시작합니다. 변수는 모두 사라졌습니다."],
  printed: ["The page is as it was printed.", "페이지를 처음 상태로 되돌렸습니다."],
  failed: ["Python did not start: {reason}", "Python을 시작하지 못했습니다: {reason}"],
  way: [
    "Try again, or open the page as a notebook. An old browser or a blocked download are the usual reasons.",
    "다시 시도하거나 이 페이지를 노트북으로 여세요. 오래된 브라우저이거나 내려받기가 막힌 경우가 많습니다.",
  ],
  file: [
    "A page opened from a file cannot start Python. Serve the folder: python -m http.server, then open localhost:8000.",
    "파일로 연 페이지에서는 Python을 시작할 수 없습니다. 폴더에서 python -m http.server를 실행하고 localhost:8000을 여세요.",
  ],
  again: ["Try again", "다시 시도"],
  runAll: ["Run all", "모두 실행"],
  stop: ["Stop", "중지"],
  restart: ["Restart", "다시 시작"],
  reset: ["Reset page", "처음 상태로"],
  runCell: ["Run", "실행"],
  check: ["Check my answer", "답 확인"],
  above: ["Run the cells above, then this one", "위쪽 셀부터 실행하고 이 셀 실행"],
  trace: ["The whole traceback", "트레이스백 전체"],
  editor: ["Code of cell {n}. Shift+Enter runs it; Escape, then Tab leaves it.", "셀 {n}의 코드. Shift+Enter로 실행하고, Escape 다음 Tab으로 빠져나갑니다."],
  stopped: ["Stopped. Python starts afresh.", "중지했습니다. Python을 새로 시작합니다."],
};

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// Words as plain text, in the language of the edition; both in the bilingual one.
export function plain(edition, key, values = {}) {
  const [english, korean] = WORDS[key].map((text) => filled(text, values));
  return edition === "en" ? english : edition === "ko" ? korean : `${english} · ${korean}`;
}

// Writes words into a node, each language marked as such.
export function write(node, edition, key, values = {}) {
  const [english, korean] = WORDS[key].map((text) => filled(text, values));
  if (edition !== "both") {
    node.textContent = edition === "en" ? english : korean;
    return node;
  }
  const part = (lang, text) => Object.assign(document.createElement("span"), { lang, textContent: text });
  node.replaceChildren(part("en", english), document.createTextNode(" "), part("ko", korean));
  return node;
}
