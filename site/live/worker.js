// Runs Python beside the pages: starts Pyodide from the site's own files, hands cells to session.py, sends back what they
// show.  As a SharedWorker it serves every page of a visit; where the browser has none, each page has it for itself.

import { loadPyodide } from "./pyodide/pyodide.mjs";

const here = new URL(".", import.meta.url).href;
const clients = new Map(); // number of a page -> its port
let state = { type: "state", state: "loading", loaded: 0 };
let session, starting, joined = 0;

const tell = (client, message, transfer) => clients.get(client)?.postMessage(message, transfer);

// Of a traceback its last line, which says what went wrong.
const said = (error) => String(error.message ?? error).trim().split("\n").filter((line) => /^\w/.test(line)).at(-1) ?? "";

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

async function start(packages) {
  countBytes();
  const source = fetch(`${here}session.py`).then((answer) => answer.text());
  const indexURL = `${here}pyodide/`, lockFileURL = `${indexURL}page-lock.json`, env = { HOME: "/home/reader" };
  const pyodide = await loadPyodide({ indexURL, lockFileURL, packages, env });
  become({ state: "starting" });
  pyodide.FS.writeFile(`${pyodide.runPython("import site; site.getsitepackages()[0]")}/live_session.py`, await source);
  const post = (client, text, buffers) => tell(client, { ...JSON.parse(text), buffers });
  session = await pyodide.pyimport("live_session").boot(post);
  become({ state: "ready" });
  return pyodide;
}

const tasks = {
  async execute(client, { id, page, language, cell, code }) {
    const pyodide = await starting;
    // Another package of the site, if the cell imports one; the package draws with matplotlib where it says so.
    await pyodide.loadPackagesFromImports(/\bplot_/.test(code) ? `${code}\nimport matplotlib` : code);
    tell(client, { type: "done", id, ok: await session.execute(client, page, language, cell, code) });
  },
  async comm(client, { id, kind, content, buffers }) {
    const pyodide = await starting;
    session.hear(client, kind, content, pyodide.toPy(buffers));
    tell(client, { type: "heard", id });
  },
  // A page that starts anew leaves; nobody needs this Python any more when it was the last.
  leave(client) {
    clients.delete(client);
    if (!clients.size) self.close();
  },
};

// One after the other, in the order in which they came.
let last = Promise.resolve();

function join(port) {
  const client = (joined += 1);
  clients.set(client, port);
  port.addEventListener?.("close", () => clients.delete(client));
  port.onmessage = ({ data }) => {
    if (data.task === "start") {
      starting ??= start(data.packages);
      starting.catch((error) => become({ state: "failed", reason: said(error) }));
      tell(client, state);
      return;
    }
    last = last.then(() => tasks[data.task](client, data)).catch((error) => {
      tell(client, { type: "done", id: data.id, ok: false, reason: said(error) });
    });
  };
}

if ("onconnect" in self) self.onconnect = ({ ports }) => join(ports[0]);
else join(self);
