// Runs Python beside the pages: starts Pyodide from the site's own files, hands cells to live_session.py, sends back what
// they show. As a SharedWorker it serves every page of a visit; where the browser has none, each page has it for itself.

import { interruptBy, lend, whenEnded } from "./internals.js";
import { loadPyodide } from "./pyodide/pyodide.mjs";

/**
 * @typedef {{id: number, page: string, language: string, blob: string}} Asked
 * @typedef {Asked & {cell: string, code: string}} Execute
 * @typedef {Asked & {place: string, file: File}} Give
 * @typedef {Asked & {kind: string, content: string, buffers: Uint8Array[]}} Comm
 */

const here = new URL(".", import.meta.url).href;
const HOME = "/home/reader";
const LOOK = 200; // milliseconds between looks for a signal
const SIGINT = 2, SIGTERM = 15; // the first raises KeyboardInterrupt, the second ends this Python
// Milliseconds that a page that stops is asked to wait: until an interruption has come through, until a package is there.
const INTERRUPTED = 6000, LOADED = 20_000;
const MODULES = ["live_terminal.py", "live_shell.py", "live_session.py"];
const scope = /** @type {SharedWorkerGlobalScope | DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const shared = "onconnect" in scope;
/** @type {Map<number, MessagePort | DedicatedWorkerGlobalScope>} */
const clients = new Map(); // number of a page -> its port
/** @type {Set<number>} */
const admitted = new Set(); // the pages that are told of Python
/** @type {Set<number>} */
const stoppable = new Set(); // the pages whose blobs are seen from here, and seen to go
/** @type {FromWorker} */
let state = { type: "state", state: "loading", loaded: 0 };
/** @type {Promise<{pyodide: Pyodide, session: Session}> | undefined} */
let starting;
/** @type {number | undefined} */
let working; // the page whose code runs
let joined = 0, seeing = false; // a page was seen once
let lent = 0; // files of readers

/** @type {(client: number, message: FromWorker) => void} */
const tell = (client, message) => clients.get(client)?.postMessage(message);

// Of a traceback the line that says what went wrong; of other words the first.
/** @type {(error: unknown) => string} */
const said = (error) => {
  const lines = String(error instanceof Error ? error.message : error).trim().split("\n");
  return lines.findLast((line) => /^[\w.]*(Error|Exception|Interrupt|Exit)\b/.test(line)) ?? lines[0];
};

/** @type {(news: {state: "loading" | "starting" | "ready" | "failed" | "ended", loaded?: number, reason?: string}) => void} */
function become(news) {
  state = { type: "state", ...news };
  for (const client of admitted) tell(client, state);
}

// Tells how much has come, so that a reader on a slow line sees it move.
function countBytes() {
  const plain = self.fetch.bind(self);
  let loaded = 0;
  self.fetch = async (...request) => {
    const answer = await plain(...request);
    if (!answer.ok || !answer.body) return answer;
    const counted = answer.body.pipeThrough(new TransformStream({
      transform(chunk, out) {
        loaded += chunk.byteLength;
        if (state.type === "state" && state.state === "loading") become({ state: "loading", loaded });
        out.enqueue(chunk);
      },
    }));
    return new Response(counted, { status: answer.status, headers: answer.headers });
  };
}

/** @type {(name: string) => Promise<string>} */
async function source(name) {
  const answer = await fetch(here + name);
  if (!answer.ok) throw new Error(`${name} did not load: ${answer.status}`);
  return answer.text();
}

async function start() {
  countBytes();
  const sources = Promise.all(MODULES.map(source));
  sources.catch(() => {}); // told below, when it is awaited
  const indexURL = `${here}pyodide/`, lockFileURL = `${indexURL}page-lock.json`, env = { HOME };
  const pyodide = await loadPyodide({ indexURL, lockFileURL, packages: ["d2lparams"], env });
  whenEnded(pyodide, (error) => {
    become({ state: "ended", reason: said(error) });
    self.close();
  });
  become({ state: "starting" });
  const folder = pyodide.runPython("import site; site.getsitepackages()[0]");
  for (const [i, text] of (await sources).entries()) pyodide.FS.writeFile(`${folder}/${MODULES[i]}`, text);
  pyodide.pyimport("live_terminal"); // before IPython
  const session = await pyodide.pyimport("live_session").boot((client, text, buffers) => {
    tell(client, { ...JSON.parse(text), buffers });
  });
  become({ state: "ready" });
  return { pyodide, session };
}

// Resolves to Python once a page has asked for it.
function python() {
  if (!starting) {
    starting = start();
    starting.catch((error) => become({ state: "failed", reason: said(error) }));
  }
  return starting;
}

/** @type {(blob: string) => boolean} */
function exists(blob) {
  const request = new XMLHttpRequest();
  try {
    request.open("GET", blob, false);
    request.send();
    return true;
  } catch {
    return false;
  }
}

// A busy Python hears no message. But while it runs it looks for a signal, and that looks for a blob of the page: it is gone
// when the page revokes it, and when the page itself is gone.
/** @type {(client: number, blob: string) => () => number} */
function signals(client, blob) {
  let next = performance.now() + LOOK;
  /** @type {number | undefined} */
  let heeded;
  return () => {
    const now = performance.now();
    if (now < next) return 0;
    next = now + LOOK;
    if (exists(blob)) return 0;
    next += 4000; // once is enough: a second would interrupt a clean-up, and what tells of the interruption
    if (!heeded) tell(client, { type: "heeded", patience: INTERRUPTED });
    heeded ??= now;
    return now < heeded + INTERRUPTED + 1000 ? SIGINT : SIGTERM; // its page has left it behind, or is gone
  };
}

/**
 * @template Result
 * @param {number} client
 * @param {string} blob
 * @param {() => Result} work
 */
async function interruptible(client, blob, work) {
  const { pyodide } = await python();
  if (stoppable.has(client)) interruptBy(pyodide, signals(client, blob));
  working = client;
  try { return await work(); } finally {
    interruptBy(pyodide);
    working = undefined;
  }
}

// A page is heard only when no code computes: what runs then awaits something, and is told by other means than a signal.
/** @type {(client: number) => Promise<void>} */
async function stop(client) {
  tell(client, { type: "heeded", patience: LOADED });
  if (working !== client) return;
  const { pyodide, session } = await python();
  interruptBy(pyodide);
  session.stop();
}

const tasks = {
  /** @type {(client: number, asked: Execute) => Promise<void>} */
  async execute(client, { id, page, language, cell, code, blob }) {
    const { pyodide, session } = await python();
    await pyodide.loadPackagesFromImports(session.imports(code)); // other packages of the site
    const stopped = stoppable.has(client) && !exists(blob); // while it waited for that
    const run = () => session.execute(client, page, language, cell, code);
    const ok = !stopped && (await interruptible(client, blob, run));
    tell(client, { type: "done", id, ok });
  },
  /** @type {(client: number, asked: Comm) => Promise<void>} */
  async comm(client, { id, page, language, kind, content, buffers, blob }) {
    const { pyodide, session } = await python();
    await interruptible(client, blob, () => session.hear(client, page, language, kind, content, pyodide.toPy(buffers)));
    tell(client, { type: "done", id, ok: true });
  },
  // A reader's file is there for Python, as the only one in a folder of its own in the working directory. What was there
  // before can still be read by whoever has opened it.
  /** @type {(client: number, asked: Give) => Promise<void>} */
  async give(client, { id, place, file }) {
    const { pyodide } = await python(), folder = `/lent/${lent += 1}`, yours = `${HOME}/yours`;
    lend(pyodide, new FileReaderSync(), folder, file.name.replace(/^\.+|[/\0]/g, "_").slice(-200) || "file", file);
    pyodide.FS.mkdirTree(yours);
    if (pyodide.FS.analyzePath(`${yours}/${place}`, true).exists) pyodide.FS.unlink(`${yours}/${place}`);
    pyodide.FS.symlink(folder, `${yours}/${place}`);
    tell(client, { type: "done", id, ok: true });
  },
  // A page is left: another may come.
  /** @type {(client: number) => Promise<void>} */
  async gone(client) {
    clients.delete(client);
    if (starting) (await starting).session.left(client);
  },
  // A page starts anew: nobody needs this Python any more when it was the last.
  /** @type {(client: number) => Promise<void>} */
  async leave(client) {
    clients.delete(client);
    if (!clients.size) self.close();
    else if (starting) (await starting).session.left(client);
  },
};

// One after the other, in the order in which they came.
let last = Promise.resolve();

/** @type {(client: number, work: () => Promise<void>, id: number) => void} */
function queue(client, work, id) {
  last = last.then(work).catch((error) => tell(client, { type: "done", id, ok: false, reason: said(error) }));
}

// Whether a page can be stopped shows before it asks for anything: a first blob of it has to be seen, and seen to go. Some
// browsers hide the blobs of a tab from a worker that another tab has started, some show them for ever: such a page has to
// have a worker of its own. Where no blob is seen at all, since a host's policy forbids it, all share this one.
/** @type {(client: number, blob: string) => void} */
function welcome(client, blob) {
  python().catch(() => {}); // told to all pages
  if (exists(blob)) tell(client, { type: "seen" });
  else admit(client, !seeing);
}

// A browser may take a moment to forget a blob, the longer the busier the machine is.
/** @type {(client: number, blob: string) => Promise<void>} */
async function prove(client, blob) {
  for (let tries = 0; tries < 30 && exists(blob); tries += 1) await new Promise((go) => { setTimeout(go, 100); });
  const gone = !exists(blob);
  if (gone) {
    stoppable.add(client);
    seeing = true;
  }
  admit(client, gone || !shared);
}

/** @type {(client: number, stays: boolean) => void} */
function admit(client, stays) {
  tell(client, stays ? state : { type: "apart" });
  if (stays) admitted.add(client);
  else clients.delete(client);
}

/** @type {(port: MessagePort | DedicatedWorkerGlobalScope) => void} */
function join(port) {
  const client = (joined += 1);
  clients.set(client, port);
  /** @type {(event: MessageEvent) => void} */
  port.onmessage = ({ data }) => {
    if (data.task === "start") welcome(client, data.blob);
    else if (data.task === "dropped") prove(client, data.blob);
    else if (data.task === "stop") stop(client).catch(console.warn);
    else queue(client, () => tasks[/** @type {keyof typeof tasks} */ (data.task)](client, data), data.id);
  };
}

if ("onconnect" in scope) scope.onconnect = ({ ports }) => join(ports[0]);
else join(scope);
