// The page's end of Python: executes cells, carries what widgets say, tells what state Python is in.

/**
 * @typedef {{
 *   state(told: {state: import("./states.js").State, loaded?: number, reason?: string}): void,
 *   output(cell: string, output: Output): void,
 *   verdict(cell: string, passed: boolean): void,
 *   widget(message: WidgetMessage): void,
 *   heeded(patience: number): void,
 *   late(answer: Promise<Answer>): void,
 * }} Host what a page does with what Python tells: `verdict`, a check has decided; `heeded`, a stop was seen and may take so many milliseconds to come
 *   through; `late`, a callback of a widget runs for long
 * @typedef {{ok: boolean, gone?: boolean, reason?: string}} Answer
 */

const FOLDER = new URL(".", import.meta.url);
const PATIENCE = 5000; // milliseconds without a word, until a page says that it waits
const LATE = 500; // milliseconds after which a callback is said to run

// The name of the Python that a page joins, the same in all tabs. A restart takes a new one that was never used: no page
// joins a Python that is stuck or has ended, nor one that another tab has restarted for itself.
const KEY = "d2l-live";
const visit = {
  kept: "",
  get name() { try { return localStorage.getItem(KEY) ?? ""; } catch { return this.kept; } },
  renew() {
    this.kept = Date.now().toString(36) + Math.random().toString(36).slice(2, 6);
    try { localStorage.setItem(KEY, this.kept); } catch { /* kept for this page */ }
  },
};

// Returns the worker of the visit, or nothing where a browser has no such workers, or gives none to a page that may keep
// nothing. extendedLifetime lets Chromium keep it on the way from one page to the next.
/** @type {(url: URL) => SharedWorker | undefined} */
function shared(url) {
  const options = { type: /** @type {const} */ ("module"), name: `d2l-${visit.name}`, extendedLifetime: true };
  try { return new SharedWorker(url, options); } catch { return undefined; }
}

// Python works for this page as long as the blob of this address is there. (With a type, or Firefox reads it as XML.)
const hold = () => URL.createObjectURL(new Blob(["."], { type: "text/plain" }));

export class Kernel {
  /** @type {Map<number, (answer: Answer) => void>} */ waiting = new Map();
  /** @type {object[]} */ held = []; // what was asked before Python has taken this page in
  count = 0;

  // `page` names the notebook: its variables are its own, whatever other pages run.
  /**
   * @param {string} page
   * @param {string} language
   * @param {Host} host
   */
  constructor(page, language, host) {
    this.page = page;
    this.language = language;
    this.host = host;
    this.blob = hold();
    this.port = this.connect();
    addEventListener("pagehide", ({ persisted }) => this.leave(persisted));
  }

  // Returns the line to the Python of the visit, or to one of this page's own.
  connect(own = false) {
    const url = new URL("worker.js", FOLDER);
    const worker = (own ? undefined : shared(url)) ?? new Worker(url, { type: "module" });
    const port = worker instanceof Worker ? worker : worker.port;
    const current = () => port === this.port;
    let heard = false;
    const probe = hold();
    // It did not load; what fails later in it is told as a message.
    const fail = (reason = "worker.js did not load") => {
      if (!heard && current()) this.take({ type: "state", state: "failed", reason });
    };
    worker.onerror = (event) => fail((event instanceof ErrorEvent && event.message) || undefined);
    port.onmessage = ({ data }) => {
      heard = true;
      if (data.type === "seen") {
        URL.revokeObjectURL(probe);
        port.postMessage({ task: "dropped", blob: probe });
      } else if (current()) {
        this.take(data);
      }
    };
    this.joined = false;
    port.postMessage({ task: "start", blob: probe });
    this.silence = setTimeout(async () => {
      // Busy with another page; or lost, and the browser did not tell, as Chromium once in a while does not.
      const there = await fetch(url, { cache: "no-store" }).then(({ ok }) => ok, () => false);
      if (!current() || heard) return;
      if (there) this.host.state({ state: "silent" });
      else fail();
    }, PATIENCE);
    return port;
  }

  /** @type {(message: Exclude<FromWorker, {type: "seen"}>) => void} */
  take(message) {
    clearTimeout(this.silence);
    if (message.type === "done") {
      this.waiting.get(message.id)?.(message);
      this.waiting.delete(message.id);
    } else if (message.type === "state") {
      if (message.state === "failed" || message.state === "ended") {
        visit.renew();
        this.release();
      }
      this.joined = true;
      for (const asked of this.held.splice(0)) this.port.postMessage(asked);
      this.host.state(message);
    } else if (message.type === "output") {
      this.host.output(message.cell, message.output);
    } else if (message.type === "verdict") {
      this.host.verdict(message.cell, message.passed);
    } else if (message.type === "heeded") {
      this.host.heeded(message.patience);
    } else if (message.type === "apart") {
      this.port = this.connect(true);
    } else {
      this.host.widget(message);
    }
  }

  /** @type {(task: {task: "execute", cell: string, code: string} | {task: "give", place: string, file: File} | {task: "comm", kind: string, content: string, buffers: Uint8Array[]}) => Promise<Answer>} */
  ask(task) {
    const id = this.count += 1;
    const { page, language, blob } = this;
    const asked = { ...task, id, page, language, blob };
    if (this.joined) this.port.postMessage(asked);
    else this.held.push(asked);
    return new Promise((resolve) => { this.waiting.set(id, resolve); });
  }

  // Nothing that was asked will be answered any more.
  release() {
    for (const answer of this.waiting.values()) answer({ ok: false, gone: true });
    this.waiting.clear();
    this.held = [];
  }

  // Resolves to {ok}, after all that the cell shows has come.
  /** @type {(cell: string, code: string) => Promise<Answer>} */
  execute(cell, code) { return this.ask({ task: "execute", cell, code }); }

  // Lends a file of the reader's to Python, under the name of its place; resolves when it can be read there.
  /** @type {(place: string, file: File) => Promise<Answer>} */
  give(place, file) { return this.ask({ task: "give", place, file }); }

  // Says what a widget says; resolves when Python has heard it and its callbacks are through.
  /** @type {(kind: string, content: object, buffers: Uint8Array[]) => Promise<Answer>} */
  comm(kind, content, buffers) {
    const answer = this.ask({ task: "comm", kind, content: JSON.stringify(content), buffers });
    const late = setTimeout(() => this.host.late(answer), LATE);
    return answer.finally(() => clearTimeout(late));
  }

  // Interrupts what was asked so far; variables stay.
  stop() {
    URL.revokeObjectURL(this.blob);
    this.port.postMessage({ task: "stop" });
    this.blob = hold();
  }

  // The next page of the visit wants the same Python: nothing of this one goes on, and its widgets are closed, unless the
  // browser keeps the page for the way back.
  /** @type {(kept: boolean) => void} */
  leave(kept) {
    this.stop();
    if (!kept) this.port.postMessage({ task: "gone" });
  }

  // Starts a fresh Python, and waits for nothing of the old one.
  restart() {
    this.stop();
    this.port.postMessage({ task: "leave" });
    if (this.port instanceof Worker) this.port.terminate();
    visit.renew();
    this.release();
    clearTimeout(this.silence);
    this.port = this.connect();
  }
}
