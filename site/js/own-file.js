// A place for a file of the reader's, above each cell that reads one: it is chosen or dropped, Python starts if it has not,
// and the cell runs. The file stays where it is: Python runs in this browser, and reads of it what the cell looks at.
(() => {
  const WORDS = /** @type {const} */ ({
    choose: ["Choose a file", "파일 고르기"],
    second: ["Choose a second file", "둘째 파일 고르기"],
    drop: [
      "or drop it here: .safetensors or .npz, of any size. It does not leave this machine.",
      "또는 여기에 끌어다 놓으세요. .safetensors나 .npz, 크기는 상관없습니다. 파일은 이 컴퓨터를 떠나지 않습니다.",
    ],
    opening: ["Opening {name} …", "{name} 여는 중 …"],
    opened: ["{name}, {size}, is shown below.", "{name}, {size}: 아래에 보입니다."],
    failed: ["{name} could not be shown: see the message below.", "{name}: 열지 못했습니다. 아래의 메시지를 보세요."],
    none: ["Python did not start, so {name} was not opened.", "파이썬이 시작되지 않아 열지 못했습니다: {name}"],
  });

  /** @type {<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, className: string) => HTMLElementTagNameMap[Tag]} */
  const make = (tag, className) => Object.assign(document.createElement(tag), { className });

  /** @type {(bytes: number) => string} */
  const measured = (bytes) => {
    const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), 3);
    return `${(bytes / 1000 ** power).toFixed(power ? 1 : 0)} ${["B", "kB", "MB", "GB"][power]}`;
  };

  /** @type {(cell: Element, number: number) => void} */
  const add = (cell, number) => {
    const place = number ? "second" : "first", zone = make("div", "d2l-own"), told = make("p", "d2l-own-told");
    const input = Object.assign(make("input", "d2l-unseen"), { type: "file", id: `d2l-own-${place}` });
    const label = d2lWrite(make("label", ""), [...WORDS[number ? "second" : "choose"]]);
    label.htmlFor = input.id;
    told.setAttribute("role", "status");
    zone.append(input, label, d2lWrite(make("p", ""), [...WORDS.drop]), told);
    cell.prepend(zone);

    /** @type {(key: keyof typeof WORDS, file: File) => void} */
    const say = (key, { name, size }) => { d2lWrite(told, [...WORDS[key]], { name, size: measured(size) }); };
    let latest = 0;
    /** @type {(file?: File) => Promise<void>} */
    const take = async (file) => {
      if (!file) return;
      const turn = latest += 1;
      say("opening", file);
      const page = await window.d2lRun?.();
      const shown = await page?.open(cell, place, file).catch(console.warn);
      if (turn === latest) say(shown ? "opened" : page ? "failed" : "none", file);
    };
    input.addEventListener("change", () => {
      take(input.files?.[0]);
      input.value = ""; // so that the same file can be chosen again
    });
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      zone.dataset.over = "";
    });
    zone.addEventListener("dragleave", () => { delete zone.dataset.over; });
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      delete zone.dataset.over;
      take(event.dataTransfer?.files[0]);
    });
  };

  if (document.querySelector(".d2l-live[data-live]")) document.querySelectorAll("article .cell.tag_own-file").forEach(add);
})();
