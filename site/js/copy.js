// A button on every piece of code that copies it, from a live editor what stands in it now, without the signs of a prompt.
(() => {
  const told = document.createElement("p"); // for those who listen
  told.className = "d2l-unseen";
  told.setAttribute("role", "status");

  // Of a session at a prompt, what was typed.
  /** @type {(text: string) => string} */
  const typed = (text) => {
    const lines = text.replace(/\n$/, "").split("\n"), prompt = /^(?:>>>|\.\.\.|\$)(?: |$)/;
    return (prompt.test(lines[0]) ? lines.filter((line) => prompt.test(line)).map((line) => line.replace(prompt, "")) : lines).join("\n");
  };

  /** @type {(place: Element) => string} */
  const codeOf = (place) => {
    const cell = window.d2lPage?.cells.find(({ node }) => node === place.closest(".cell"));
    return cell ? cell.wanted : typed(place.querySelector("pre")?.textContent ?? "");
  };

  // Browsers give the clipboard to secure pages alone; in a room that is served over plain http there is the older way.
  /** @type {(text: string, back: HTMLElement) => boolean} */
  const copySelected = (text, back) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "d2l-unseen";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    back.focus({ preventScroll: true });
    return done;
  };

  /** @type {(place: Element) => void} */
  const offer = (place) => {
    const copy = document.createElement("button");
    const label = () => { copy.textContent = d2lSay("Copy", "복사"); };
    copy.type = "button";
    copy.className = "copy";
    label();
    copy.addEventListener("click", async () => {
      const text = codeOf(place);
      const done = await navigator.clipboard?.writeText(text).then(() => true, () => false) || copySelected(text, copy);
      copy.textContent = done ? d2lSay("Copied", "복사됨") : d2lSay("Not copied", "복사 안 됨");
      told.textContent = done ? d2lSay("The code is copied.", "코드를 복사했습니다.") : copy.textContent;
      setTimeout(() => { label(); told.textContent = ""; }, 2000);
    });
    place.append(copy);
  };

  document.body.append(told);
  const places = [...document.querySelectorAll("article div.highlight")].filter((block) => !block.closest(".cell_output"));
  for (const block of places) offer(block.closest(".cell_input") ?? block);
})();
