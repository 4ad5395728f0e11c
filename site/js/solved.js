// Quiet marks of the exercises that a reader has solved: at their headings, and counted beside the chapters. A mark takes no
// room that was not kept for it.
(() => {
  const NS = "http://www.w3.org/2000/svg";
  const { page } = d2lYours;

  // A tick is drawn, since few fonts have one.
  const tick = () => {
    const svg = document.createElementNS(NS, "svg"), path = document.createElementNS(NS, "path");
    for (const [name, value] of [["viewBox", "0 0 16 16"], ["aria-hidden", "true"]]) svg.setAttribute(name, value);
    path.setAttribute("d", "M3 8.5 6.5 12 13 4.5");
    svg.append(path);
    return svg;
  };

  /** @type {(className: string, words: [string, string], values?: Record<string, number>) => HTMLElement} */
  const heard = (className, words, values) => d2lWrite(Object.assign(document.createElement("span"), { className }), words, values);

  // A heading says that its exercise is solved, and whether it is the exercise that stands here now.
  /** @type {(cell: {id: string, hash: string}) => void} */
  const mark = ({ id, hash }) => {
    const heading = document.getElementById(`cell-${id}`)?.closest("section")?.querySelector("h2, h3, h4");
    heading?.querySelector(".d2l-solved")?.remove();
    const entry = d2lKept.get("solved", page, id);
    if (!heading || !entry) return;
    /** @type {[string, string]} */
    const words = entry.book === hash ? ["Solved", "풀었음"] : ["Solved, before its check was changed", "확인 코드가 바뀌기 전에 풀었음"];
    const sign = heard("d2l-solved", words), said = heard("d2l-unseen", words);
    sign.title = d2lSay(...words);
    sign.replaceChildren(tick(), said);
    heading.append(" ", sign);
  };

  // A chapter in the list says how many of its exercises are.
  /** @type {(link: HTMLElement) => void} */
  const count = (link) => {
    const place = /** @type {HTMLElement} */ (link.querySelector(".d2l-tally")), checks = (link.dataset.checks ?? "").split(" ");
    const entries = d2lKept.all("solved", link.dataset.page ?? "");
    const n = checks.filter((id) => entries.has(id)).length, all = checks.length;
    place.replaceChildren();
    if (!n) return;
    /** @type {[string, string]} */
    const words = ["{n} of {all} exercises solved", "연습 문제 {all}개 중 {n}개를 풀었음"];
    const sign = Object.assign(document.createElement("span"), { textContent: `${n}/${all}` });
    sign.setAttribute("aria-hidden", "true");
    place.append(sign, heard("d2l-unseen", words, { n, all }));
    place.title = place.lastElementChild?.textContent ?? "";
    place.toggleAttribute("data-all", n === all);
  };

  const checks = d2lYours.cells.filter(({ id }) => document.getElementById(`cell-${id}`)?.matches(".tag_check"));
  /** @type {NodeListOf<HTMLElement>} */
  const links = document.querySelectorAll(".chapters a[data-checks]");
  const show = () => {
    checks.forEach(mark);
    links.forEach(count);
  };
  show();
  d2lKept.watch(({ kind }) => { if (kind !== "code") show(); });
})();
