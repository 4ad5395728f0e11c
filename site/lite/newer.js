// A notebook that a reader has saved hides what the book has changed since: JupyterLite opens his copy for ever. This tells him
// when he opens such a copy, and opens the book's version if he wants it; his own stays beside it under another name.
(() => {
  /** @typedef {{path: string, ready: Promise<void>, model: {dirty: boolean, setMetadata(name: string, value: object): void}, save(): Promise<void>}} Context of an open document */
  /** @typedef {{content?: any, path: string}} File as Jupyter's contents service knows it */
  /**
   * @typedef {{
   *   restored: Promise<void>,
   *   serviceManager: {contents: {get(path: string, options: {content: boolean}): Promise<File>, rename(path: string, name: string): Promise<File>}},
   *   shell: {currentWidget?: {context?: Context}, currentChanged?: {connect(hear: () => void): void}},
   * }} App
   */
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  /** @type {Record<string, [english: string, korean: string]>} */
  const WORDS = {
    told: [
      "This is your saved copy, and the book has changed this chapter since.",
      "이 노트북은 저장해 둔 사본이며, 그 뒤 책에서 이 장이 바뀌었습니다.",
    ],
    open: ["Open the book's version, keep mine as “{name}”", "책의 새 판을 열고 내 사본은 ‘{name}’(으)로 두기"],
    stay: ["Go on with mine", "내 사본 계속 쓰기"],
    mine: ["mine", "내 것"],
  };

  // The application tells itself to the window as soon as it is there.
  /** @type {Promise<App>} */
  const opened = new Promise((resolve) => {
    Object.defineProperty(window, "jupyterapp", {
      configurable: true,
      set(app) {
        Object.defineProperty(window, "jupyterapp", { value: app, writable: true });
        resolve(app);
      },
    });
  });

  /** @type {(words: string, path: string) => string} */
  const say = (words, path) => {
    const [english, korean] = WORDS[words], hangul = /[가-힣]/.test(path), latin = /^English/.test(path);
    return hangul && latin ? `${english} · ${korean}` : hangul ? korean : english;
  };

  // A name beside that of the book that nothing in the folder has.
  /** @type {(app: App, path: string) => Promise<string>} */
  const free = async (app, path) => {
    const folder = path.slice(0, path.lastIndexOf("/")), stem = `${path.replace(/\.ipynb$/, "")} – ${say("mine", path)}`;
    const { content } = await app.serviceManager.contents.get(folder, { content: true });
    const taken = new Set(content.map((/** @type {File} */ file) => file.path));
    let name = `${stem}.ipynb`;
    for (let n = 2; taken.has(name); n += 1) name = `${stem} ${n}.ipynb`;
    return name;
  };

  /** @type {(app: App, context: Context, path: string, name: string) => Promise<void>} */
  const openBook = async (app, context, path, name) => {
    if (context.model.dirty) await context.save();
    await app.serviceManager.contents.rename(path, name);
    const address = new URL(location.href);
    address.searchParams.set("path", path);
    location.replace(address);
  };

  /** @type {(context: Context, version: string) => Promise<void>} */
  const stay = async (context, version) => {
    context.model.setMetadata("d2l", { book: version });
    await context.save();
  };

  /** @type {(path: string, words: string, acts: [string, () => Promise<void>][]) => void} */
  const show = (path, words, acts) => {
    const bar = document.createElement("section"), text = document.createElement("p");
    bar.className = "d2l-newer";
    bar.setAttribute("role", "alert");
    text.textContent = words;
    bar.append(text, ...acts.map(([label, act]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.addEventListener("click", () => {
        bar.remove();
        act().catch(console.warn);
      });
      return button;
    }));
    document.body.append(bar);
  };

  /** @type {(app: App, versions: Record<string, string>, seen: Set<string>) => Promise<void>} */
  const look = async (app, versions, seen) => {
    const context = app.shell.currentWidget?.context;
    await context?.ready;
    const path = context?.path ?? "", version = versions[path];
    if (!context || !version || seen.has(path)) return;
    seen.add(path);
    const { content } = await app.serviceManager.contents.get(path, { content: true });
    if (content?.metadata?.d2l?.book === version) return;
    const name = await free(app, path), file = name.slice(name.lastIndexOf("/") + 1);
    show(path, say("told", path), [
      [say("open", path).replaceAll("{name}", file), () => openBook(app, context, path, name)],
      [say("stay", path), () => stay(context, version)],
    ]);
  };

  const start = async () => {
    const answer = await fetch(new URL("versions.json", script.src), { cache: "no-cache" });
    const versions = await answer.json(), app = await opened, seen = new Set();
    await app.restored;
    const again = () => void look(app, versions, seen).catch(console.warn);
    app.shell.currentChanged?.connect(again);
    again();
  };
  start().catch(console.warn);
})();
