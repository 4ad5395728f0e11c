// Runs Python beside the pages: starts Pyodide from the site's own files, hands cells to live_session.py, sends back what
// they show.  As a SharedWorker it serves every page of a visit; where the browser has none, each page has it for itself.

import { loadPyodide } from "./pyodide/pyodide.mjs";

const here = new URL(".", import.meta.url).href;
const LOOK = 200; // milliseconds between looks for a signal
const SIGINT = 2, SIGTERM = 15; // the first raises KeyboardInterrupt, the second ends this Python
// Milliseconds that a page that stops is asked to wait: until an interruption has come through, until a package is there.
const INTERRUPTED = 6000, LOADED = 20_000;
const MODULES = ["live_shell.py", "live_session.py"];
const clients = new Map(); // number of a page -> its port
const stoppable = new Set(); // the pages whose blobs can be seen from here
let state = { type: "state", state: "loading", loaded: 0 };
let session, starting, working, joined = 0; // `working` is the page whose code runs

const tell = (client, message, transfer) => clients.get(client)?.postMessage(message, transfer);

// Of a traceback the line that says what went wrong; of other words the first.
const said = (error) => {
  const lines = String(error?.message ?? error).trim().split("\n");
  return lines.findLast((line) => /^[\w.]*(Error|Exception|Interrupt|Exit)\b/.test(line)) ?? lines[0];
};

function become(news) {
  state = { type: "state", ...news };
  for (const client of clients.keys()) tell(client, state);
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
        if (state.state === "loading") become({ state: "loading", loaded });
        out.enqueue(chunk);
      },
    }));
    return new Response(counted, { status: answer.status, headers: answer.headers });
  };
}

async function source(name) {
  const answer = await fetch(here + name);
  if (!answer.ok) throw new Error(`${name} did not load: ${answer.status}`);
  return answer.text();
}

async function start(packages) {
  countBytes();
  const sources = Promise.all(MODULES.map(source));
  sources.catch(() => {}); // told below, when it is awaited
  const indexURL = `${here}pyodide/`, lockFileURL = `${indexURL}page-lock.json`, env = { HOME: "/home/reader" };
  const pyodide = await loadPyodide({ indexURL, lockFileURL, packages, env });
  // Too deep a recursion, or os._exit: this Python does nothing any more.
  pyodide._api.on_fatal = (error) => {
    become({ state: "ended", reason: said(error) });
    self.close();
  };
  become({ state: "starting" });
  const folder = pyodide.runPython("import site; site.getsitepackages()[0]");
  for (const [i, text] of (await sources).entries()) pyodide.FS.writeFile(`${folder}/${MODULES[i]}`, text);
  const post = (client, text, buffers) => tell(client, { ...JSON.parse(text), buffers });
  session = await pyodide.pyimport("live_session").boot(post);
  become({ state: "ready" });
  return pyodide;
}

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

// A busy Python hears no message.  But while it runs it looks at this "buffer" for a signal, and that looks for a blob of
// the page: it is gone when the page revokes it, and when the page itself is gone.
function signals(client, blob) {
  let next = performance.now() + LOOK, heeded;
  const look = () => {
    const now = performance.now();
    if (now < next) return 0;
    next = now + LOOK;
    if (exists(blob)) return 0;
    next += 4000; // once is enough: a second would interrupt a clean-up, and what tells of the interruption
    if (!heeded) tell(client, { type: "heeded", patience: INTERRUPTED });
    heeded ??= now;
    return now < heeded + INTERRUPTED + 1000 ? SIGINT : SIGTERM; // its page has left it behind, or is gone
  };
  return Object.defineProperty({}, 0, { get: look, set() {} });
}

async function interruptible(client, blob, work) {
  const pyodide = await starting;
  if (stoppable.has(client)) pyodide.setInterruptBuffer(signals(client, blob));
  working = client;
  try { return await work(); } finally {
    pyodide.setInterruptBuffer(undefined);
    working = undefined;
  }
}

// A page is heard only when no code computes: what runs then awaits something, and is told by other means than a signal.
async function stop(client) {
  tell(client, { type: "heeded", patience: LOADED });
  if (working !== client) return;
  (await starting).setInterruptBuffer(undefined);
  session.stop();
}

const tasks = {
  async execute(client, { id, page, language, cell, code, blob }) {
    const pyodide = await starting;
    // Another package of the site, if the cell imports one; the package draws with matplotlib where it says so.
    const plain = session.python(code);
    await pyodide.loadPackagesFromImports(/\bplot_/.test(code) ? `${plain}\nimport matplotlib` : plain);
    const stopped = stoppable.has(client) && !exists(blob); // while it waited for that
    const run = () => session.execute(client, page, language, cell, code);
    const ok = !stopped && (await interruptible(client, blob, run));
    tell(client, { type: "done", id, ok });
  },
  async comm(client, { id, page, language, kind, content, buffers, blob }) {
    const pyodide = await starting;
    await interruptible(client, blob, () => session.hear(client, page, language, kind, content, pyodide.toPy(buffers)));
    tell(client, { type: "heard", id });
  },
  // A page is left: another may come.
  gone(client) {
    clients.delete(client);
    session?.left(client);
  },
  // A page starts anew: nobody needs this Python any more when it was the last.
  leave(client) {
    clients.delete(client);
    if (!clients.size) self.close();
    else session?.left(client);
  },
};

// One after the other, in the order in which they came.
let last = Promise.resolve();

function queue(client, data) {
  last = last.then(() => tasks[data.task](client, data)).catch((error) => {
    tell(client, { type: "done", id: data.id, ok: false, reason: said(error) });
  });
}

function join(port) {
  const client = (joined += 1);
  clients.set(client, port);
  port.onmessage = ({ data }) => {
    if (data.task === "start") {
      if (!starting) {
        starting = start(data.packages);
        starting.catch((error) => become({ state: "failed", reason: said(error) }));
      }
      if (exists(data.blob)) stoppable.add(client); // not where a host's policy forbids it
      tell(client, state);
    } else if (data.task === "stop") {
      stop(client).catch(console.warn);
    } else {
      queue(client, data);
    }
  };
}

if ("onconnect" in self) self.onconnect = ({ ports }) => join(ports[0]);
else join(self);
