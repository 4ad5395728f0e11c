// The page's end of Python: executes cells, carries what widgets say, tells what state Python is in.

const FOLDER = new URL(".", import.meta.url);
const PACKAGES = ["d2lparams", "ipython", "matplotlib-inline", "comm"];

// The number of restarts in this tab: a new name is a new worker, even when a cell of the old one never ends.
const KEY = "d2l-live";
const visit = {
  get number() { try { return Number(sessionStorage.getItem(KEY)) || 0; } catch { return this.kept ?? 0; } },
  set number(value) { this.kept = value; try { sessionStorage.setItem(KEY, value); } catch { /* kept for this page */ } },
};

export class Kernel extends EventTarget {
  // `page` names the notebook: its variables are its own, whatever other pages run.
  constructor(page, language) {
    super();
    Object.assign(this, { page, language, waiting: new Map(), count: 0 });
    this.connect();
  }

  connect() {
    const url = new URL("worker.js", FOLDER);
    if (globalThis.SharedWorker) {
      // extendedLifetime lets Chromium keep the worker on the way from one page to the next.
      const options = { type: "module", name: `d2l-${visit.number}`, extendedLifetime: true };
      this.worker = new SharedWorker(url, options);
      this.port = this.worker.port;
    } else {
      this.worker = this.port = new Worker(url, { type: "module" });
    }
    const port = this.port;
    this.worker.onerror = (event) => {
      if (port === this.port) this.tell("state", { state: "failed", reason: event.message || "worker.js did not load" });
    };
    port.onmessage = ({ data }) => { if (port === this.port) this.take(data); };
    port.postMessage({ task: "start", packages: PACKAGES });
  }

  tell(type, detail) { this.dispatchEvent(new CustomEvent(type, { detail })); }

  take(message) {
    if (message.type === "done" || message.type === "heard") {
      this.waiting.get(message.id)?.(message);
      this.waiting.delete(message.id);
    } else {
      this.tell(message.type, message);
    }
  }

  ask(task, transfer) {
    const id = ++this.count;
    this.port.postMessage({ ...task, id }, transfer);
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }

  // Resolves to {ok}, after all that the cell shows has come as "output" events.
  execute(cell, code) {
    return this.ask({ task: "execute", page: this.page, language: this.language, cell, code });
  }

  // Says what a widget says; resolves when Python has heard it.
  comm(kind, content, buffers = []) {
    return this.ask({ task: "comm", kind, content: JSON.stringify(content), buffers });
  }

  // Starts a fresh Python, and waits for nothing of the old one.
  restart() {
    this.port.postMessage({ task: "leave" });
    if (this.worker instanceof Worker) this.worker.terminate();
    visit.number += 1;
    for (const answer of this.waiting.values()) answer({ ok: false, gone: true });
    this.waiting.clear();
    this.connect();
  }
}
