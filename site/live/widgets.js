// ipywidgets in a live page: Jupyter's own manager, fetched when a page goes live, talking to the page's Python.

const FOLDER = new URL("widgets/", import.meta.url).href;

function script(name) {
  return new Promise((resolve, reject) => {
    const node = Object.assign(document.createElement("script"), { src: FOLDER + name });
    node.addEventListener("load", resolve);
    node.addEventListener("error", () => reject(new Error(`${name} did not load`)));
    document.head.append(node);
  });
}

const load = (name) => new Promise((resolve, reject) => window.requirejs([name], resolve, reject));

// The bytes of a buffer, or of the part of one that a view shows.
function copied(source) {
  const { buffer, byteOffset, byteLength } = ArrayBuffer.isView(source) ? source : new Uint8Array(source);
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
}

// One line between a widget and its Python half, in the form the manager expects.
class Comm {
  constructor(kernel, id) { Object.assign(this, { kernel, comm_id: id, target_name: "jupyter.widget", sent: 0 }); }
  on_msg(callback) { this.heard = callback; }
  on_close(callback) { this.closed = callback; }
  open() { return ""; }
  close() { return this.say("comm_close", {}); }

  send(data, callbacks, metadata, buffers = []) { return this.say("comm_msg", data, callbacks, buffers); }

  say(kind, data, callbacks, buffers = []) {
    const bytes = buffers.map(copied);
    this.kernel.comm(kind, { comm_id: this.comm_id, data }, bytes).then(() => {
      // The manager holds back the next change of a slider until Python is idle again.
      callbacks?.iopub?.status?.({ content: { execution_state: "idle" } });
    });
    return `${this.comm_id}-${this.sent += 1}`;
  }
}

// Resolves when all the parts of a view are there.
async function whole(view) {
  const parts = await Promise.all(view.children_views?.views ?? []);
  await Promise.all(parts.map(whole));
}

async function build() {
  await script("require.js");
  window.requirejs.config({ baseUrl: FOLDER, waitSeconds: 60 });
  const { HTMLManager } = await load("@jupyter-widgets/html-manager");

  return class Manager extends HTMLManager {
    constructor() {
      super({ loader: load });
      // Formulas in a widget's label: none is fetched from elsewhere, the source stands there.
      this.renderMime.latexTypesetter = { typeset() {} };
      this.comms = new Map();
    }

    // Takes a message of Python's half; resolves when the next one may come.
    take(kernel, { type, content, metadata, buffers }) {
      const id = content.comm_id;
      const message = { content, metadata, buffers: (buffers ?? []).map((part) => new DataView(part.buffer)) };
      if (type === "comm_open") {
        const comm = new Comm(kernel, id);
        this.comms.set(id, comm);
        return this.handle_comm_open(comm, message); // its module may have to load first
      } else if (type === "comm_msg") {
        return this.comms.get(id)?.heard?.(message);
      } else {
        this.comms.get(id)?.closed?.(message);
        this.comms.delete(id);
      }
    }

    async show(id, box) {
      const view = await this.create_view(await this.get_model(id));
      await whole(view); // one whose parts still come cannot be removed
      if (!box.isConnected) return view.remove(); // the cell ran again meanwhile
      box.remover = () => view.luminoWidget.dispose();
      await this.display_view(view, box);
    }
  };
}

let manager;

// The class of managers; what it needs is fetched once.
export const managers = () => (manager ??= build().catch((error) => {
  manager = undefined; // so that the next Python of this page tries again
  throw error;
}));
