// Who has passed what: a lecturer gives this page the notebooks of students, and sees it in a table.
(() => {
  /** @type {Record<string, [string, string]>} */
  const WORDS = {
    reading: ["Reading: {n} …", "읽는 중: {n}개 …"],
    read: ["Files read: {n}; rows of the table: {rows}; files to look at: {lessons}.", "읽은 파일 {n}개, 표 {rows}줄, 살펴볼 파일 {lessons}개."],
    emptied: ["The table is empty.", "표를 비웠습니다."],
    large: ["Too large for a notebook of this book: not read.", "이 책의 노트북이라고 하기에는 너무 커서 읽지 않았습니다."],
    unread: ["Could not be read: it is damaged, encrypted or gone.", "읽지 못했습니다. 손상되었거나 암호가 걸렸거나 없어진 파일입니다."],
    zip: ["This zip file could not be unpacked. Unpack it yourself and drop the folder.", "이 zip 파일의 압축을 풀지 못했습니다. 직접 푼 뒤 그 폴더를 끌어다 놓으세요."],
    other: ["Not a notebook: passed over.", "노트북이 아니어서 건너뛰었습니다."],
    damaged: ["A damaged notebook: ask the student for it again.", "손상된 노트북입니다. 학생에게 다시 받으세요."],
    foreign: ["A notebook without an exercise of this book.", "이 책의 연습 문제가 없는 노트북입니다."],
    strange: [
      "Checks that are not this book's: {n}. They were changed, or are of another version of the book, and are not counted.",
      "이 책의 것이 아닌 확인 셀이 {n}개 있습니다. 누가 고쳤거나 다른 판의 책에서 나온 것이어서 세지 않았습니다.",
    ],
    same: ["The same file as {other}: counted once.", "{other} 파일과 똑같아서 한 번만 세었습니다."],
    twice: [
      "The same name and chapter as {other}, but another file: it has a row of its own.",
      "{other} 파일과 이름도 장도 같지만 내용이 다릅니다. 따로 한 줄에 두었습니다.",
    ],
  };
  const place = /** @type {HTMLElement} */ (document.getElementById("collect"));
  /** @type {(selector: string) => HTMLElement} */
  const find = (selector) => /** @type {HTMLElement} */ (place.querySelector(selector));
  const lessons = find("#collect-lessons ul"), told = find("[role=status]"), zone = find(".d2l-own");
  /** @type {Map<string, string>} paths of the files by what is in them and whose they are */
  const known = new Map();
  /** @type {Student[]} */
  const rows = [];
  let sorted = "student", read = 0;

  // ---- what is read

  /** @type {(path: string, key: string, values?: Record<string, string | number>) => void} */
  const teach = (path, key, values) => {
    const item = document.createElement("li"), name = Object.assign(document.createElement("bdi"), { textContent: path });
    item.append(name, " ", d2lWrite(document.createElement("span"), WORDS[key], values));
    lessons.append(item);
  };

  // Adds what a file says to the row of its student, unless that has the chapter already.
  /** @type {(path: string, text: string, says: Says) => void} */
  const add = (path, text, { page, states, strange }) => {
    const student = d2lSays.student(path, page), key = `${d2lKept.hash(text)} ${text.length} ${student}`;
    const other = known.get(key), row = rows.find((one) => one.student === student);
    if (other) return teach(path, "same", { other });
    known.set(key, path);
    if (strange) teach(path, "strange", { n: strange });
    if (row && ![...states.keys()].some((exercise) => row.states.has(exercise))) {
      row.files.push(path);
      states.forEach((state, exercise) => row.states.set(exercise, state));
      return undefined;
    }
    if (row) teach(path, "twice", { other: row.files[0] });
    rows.push({ student: row ? path : student, files: [path], states });
    return undefined;
  };

  /** @type {(found: Found) => void} */
  const take = ({ path: given, text = "", fault }) => {
    const path = given.normalize("NFC").slice(-300); // whatever length a zip file gives it
    let notebook;
    if (fault) return teach(path, fault);
    try { notebook = JSON.parse(text); } catch { return teach(path, /\.ipynb/i.test(path) ? "damaged" : "other"); }
    if (!Array.isArray(notebook?.cells)) return teach(path, "other");
    const says = d2lSays.read(notebook);
    if (says.page) return add(path, text, says);
    return says.ours && says.strange ? teach(path, "strange", { n: says.strange }) : teach(path, "foreign");
  };

  /** @type {(files: Map<File, string>) => Promise<void>} */
  const collect = async (files) => {
    for await (const found of d2lFiles.read(files)) {
      take(found);
      read += 1;
      if (read % 20 === 1) d2lWrite(told, WORDS.reading, { n: read });
    }
    show();
    d2lWrite(told, WORDS.read, { n: read, rows: rows.length, lessons: lessons.childElementCount });
  };

  const show = () => {
    d2lTable.draw(find("table"), rows, sorted);
    find("#collect-shown").hidden = !rows.length;
    find("#collect-lessons").hidden = !lessons.childElementCount;
  };

  const empty = () => {
    known.clear();
    rows.length = read = 0;
    lessons.replaceChildren();
    show();
    d2lWrite(told, WORDS.emptied);
    find("input").focus();
  };

  let turn = Promise.resolve(); // what comes while files are read waits for its turn
  /** @type {(files: Map<File, string> | Promise<Map<File, string>>) => void} */
  const queue = (files) => { turn = turn.then(async () => collect(await files)).catch(console.warn); };

  place.addEventListener("click", ({ target }) => {
    const { sort, do: act } = /** @type {HTMLElement} */ (target).closest("button")?.dataset ?? {};
    if (act === "csv") d2lSave(d2lTable.csv(rows), "exercises.csv", "text/csv");
    if (act === "empty") empty();
    if (!sort) return;
    sorted = sort;
    show();
    find(`[data-sort=${sort}]`).focus();
  });
  place.addEventListener("change", ({ target }) => {
    const input = /** @type {HTMLInputElement} */ (target);
    queue(new Map([...input.files ?? []].map((file) => [file, file.webkitRelativePath || file.name])));
    input.value = ""; // so that the same file can be chosen again
  });
  addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.dataset.over = "";
  });
  addEventListener("dragleave", () => { delete zone.dataset.over; });
  addEventListener("drop", (event) => {
    event.preventDefault();
    delete zone.dataset.over;
    if (event.dataTransfer) queue(d2lFiles.dropped(event.dataTransfer));
  });
  /** @type {HTMLInputElement} */ (find("#collect-folder")).webkitdirectory = true; // the HTML standard has no attribute for it
  zone.hidden = false;
})();
