// The page's end of Python: executes cells, carries what widgets say, tells what state Python is in.

const FOLDER = new URL(".", import.meta.url);
const { packages: PACKAGES } = await (await fetch(new URL("start.json", FOLDER))).json(); // see tools/site/pyodide.py
const PATIENCE = 5000; // milliseconds without a word, until a page says that it waits
const LATE = 500; // milliseconds after which a callback is said to run

// The name of the Python that a page joins, the same in all tabs. A restart takes a new one that was never used: no page
// joins a Python that is stuck or has ended, nor one that another tab has restarted for itself.
const KEY = "d2l-live";
const visit = {
  get name() { try { return localStorage.getItem(KEY) ?? ""; } catch { return this.kept ?? ""; } },
  renew() {
    this.kept = Date.now().toString(36) + Math.random().toString(36).slice(2, 6);
    try { localStorage.setItem(KEY, this.kept); } catch { /* kept for this page */ }
  },
};

export class Kernel extends EventTarget {
  // `page` names the notebook: its variables are its own, whatever other pages run.
  constructor(page, language) {
    super();
    Object.assign(this, { page, language, waiting: new Map(), count: 0, talks: 0 });
    this.connect();
    addEventListener("pagehide", ({ persisted }) => this.leave(persisted));
  }

  connect() {
    const url = new URL("worker.js", FOLDER);
    if (globalThis.SharedWorker) {
      // extendedLifetime lets Chromium keep the worker on the way from one page to the next.
      const options = { type: "module", name: `d2l-${visit.name}`, extendedLifetime: true };
      this.worker = new SharedWorker(url, options);
      this.port = this.worker.port;
    } else {
      this.worker = this.port = new Worker(url, { type: "module" });
    }
    const port = this.port;
    let heard = false;
    const hear = (message) => { if (port === this.port) this.take(message); };
    // It did not load; what fails later in it is told as a message.
    const fail = (reason) => { if (!heard) hear({ type: "state", state: "failed", reason: reason || "worker.js did not load" }); };
    this.worker.onerror = ({ message }) => fail(message);
    port.onmessage = ({ data }) => {
      heard = true;
      hear(data);
    };
    this.hold();
    port.postMessage({ task: "start", packages: PACKAGES, blob: this.blob });
    this.silence = setTimeout(async () => {
      // Busy with another page; or lost, and the browser did not tell, as Chromium once in a while does not.
      const there = await fetch(url, { cache: "no-store" }).then(({ ok }) => ok, () => false);
      if (port !== this.port || heard) return;
      if (there) this.tell("state", { state: "silent" });
      else fail();
    }, PATIENCE);
  }

  tell(type, detail) { this.dispatchEvent(new CustomEvent(type, { detail })); }

  take(message) {
    clearTimeout(this.silence);
    if (message.type === "done" || message.type === "heard") {
      this.waiting.get(message.id)?.(message);
      this.waiting.delete(message.id);
      return;
    }
    if (["failed", "ended"].includes(message.state)) {
      visit.renew();
      this.release();
    }
    this.tell(message.type, message);
  }

  ask(task, transfer) {
    const id = ++this.count;
    const { page, language, blob } = this;
    this.port.postMessage({ ...task, id, page, language, blob }, transfer);
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }

  // Nothing that was asked will be answered any more.
  release() {
    for (const answer of this.waiting.values()) answer({ ok: false, gone: true });
    this.waiting.clear();
  }

  // Resolves to {ok}, after all that the cell shows has come as "output" events.
  execute(cell, code) {
    return this.ask({ task: "execute", cell, code });
  }

  // Says what a widget says; resolves when Python has heard it. A callback that takes long is told of, and its end.
  comm(kind, content, buffers = []) {
    const late = setTimeout(() => this.tell("talk", true), LATE);
    this.talks += 1;
    return this.ask({ task: "comm", kind, content: JSON.stringify(content), buffers }).finally(() => {
      clearTimeout(late);
      this.talks -= 1;
      if (!this.talks) this.tell("talk", false);
    });
  }

  // Python works for this page as long as this blob is there.
  hold() { this.blob = URL.createObjectURL(new Blob(["."])); }

  // Interrupts what was asked so far; variables stay.
  stop() {
    URL.revokeObjectURL(this.blob);
    this.port.postMessage({ task: "stop" });
    this.hold();
  }

  // The next page of the visit wants the same Python: nothing of this one goes on, and its widgets are closed, unless the
  // browser keeps the page for the way back.
  leave(kept) {
    this.stop();
    if (!kept) this.port.postMessage({ task: "gone" });
  }

  // Starts a fresh Python, and waits for nothing of the old one.
  restart() {
    this.stop();
    this.port.postMessage({ task: "leave" });
    if (this.worker instanceof Worker) this.worker.terminate();
    visit.renew();
    this.release();
    clearTimeout(this.silence);
    this.connect();
  }
}
