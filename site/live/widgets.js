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

// One line between a widget and its Python half, in the form the manager expects.
class Comm {
  constructor(kernel, id) { Object.assign(this, { kernel, comm_id: id, target_name: "jupyter.widget", sent: 0 }); }
  on_msg(callback) { this.heard = callback; }
  on_close(callback) { this.closed = callback; }
  open() { return ""; }
  close() { return this.say("comm_close", {}); }

  send(data, callbacks, metadata, buffers = []) { return this.say("comm_msg", data, callbacks, buffers); }

  say(kind, data, callbacks, buffers = []) {
    const bytes = buffers.map((buffer) => new Uint8Array(buffer.buffer ?? buffer).slice());
    this.kernel.comm(kind, { comm_id: this.comm_id, data }, bytes).then(() => {
      // The manager holds back the next change of a slider until Python is idle again.
      callbacks?.iopub?.status?.({ content: { execution_state: "idle" } });
    });
    return `${this.comm_id}-${this.sent += 1}`;
  }
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

    // Takes a message of Python's half.
    take(kernel, { type, content, metadata, buffers }) {
      const id = content.comm_id;
      const message = { content, metadata, buffers: (buffers ?? []).map((part) => new DataView(part.buffer)) };
      if (type === "comm_open") {
        const comm = new Comm(kernel, id);
        this.comms.set(id, comm);
        this.handle_comm_open(comm, message);
      } else if (type === "comm_msg") {
        this.comms.get(id)?.heard?.(message);
      } else {
        this.comms.get(id)?.closed?.(message);
        this.comms.delete(id);
      }
    }

    async show(id, box) {
      const view = await this.create_view(await this.get_model(id));
      box.remover = () => view.luminoWidget.dispose();
      await this.display_view(view, box);
    }
  };
}

let manager;

// The class of managers; what it needs is fetched once.
export const managers = () => (manager ??= build());
