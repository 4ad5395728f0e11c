"""Words in figures: large enough, whole, inside what they name, and none on another, in every state."""

from __future__ import annotations

from playwright.sync_api import Page

SMALLEST = 11.9  # pixels
# How wide a text is: a letter of code takes 0.6 of its height in nearly every font for code, whichever a system has.
WIDTH = """(text, size) => {
  const code = /code|monospace/.test(`${text.getAttribute("class")} ${text.getAttribute("font-family")}`);
  if (!code) return text.getBBox().width;
  const lines = text.children.length ? [...text.children] : [text];
  return size * Math.max(...lines.map((line) => [...line.textContent].reduce(
    (sum, letter) => sum + (/[가-힣]/.test(letter) ? 1 : 0.602), 0)));
}"""
# The texts of a drawing: words, box in its units, where they are anchored, height of letters in pixels.
TEXTS = """(svg, width) => {
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  return [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim()).map((text) => {
    const { fontSize, textAnchor } = getComputedStyle(text), x = Number(text.getAttribute("x") ?? 0);
    const size = parseFloat(fontSize), wide = width(text, size), own = text.getBBox();
    const back = { middle: 0.5, end: 1 }[textAnchor] ?? 0;
    const box = new DOMRect(x - back * wide, own.y + 0.18 * own.height, wide, 0.64 * own.height); // of its letters
    const matrix = svg.getScreenCTM().inverse().multiply(text.getScreenCTM());
    const corners = [[box.left, box.top], [box.right, box.top], [box.left, box.bottom], [box.right, box.bottom]]
      .map(([x, y]) => new DOMPoint(x, y).matrixTransform(matrix));
    const xs = corners.map((at) => at.x), ys = corners.map((at) => at.y);
    return { words: text.textContent, size: size * scale, anchor: new DOMPoint(x, 0).matrixTransform(matrix).x,
      left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  });
}"""
# What is wrong with a drawing. A box is named by a text that is anchored in it, if it has room for some letters.
FAULTS = f"""(svg) => {{
  const texts = ({TEXTS})(svg, {WIDTH}), found = [];
  const {{ x, y, width, height }} = svg.viewBox.baseVal;
  const edge = 6 * width / svg.getBoundingClientRect().width; // pixels around a drawing that are its own
  const shapes = [...svg.querySelectorAll(":scope > :is(.box:not(.paper), circle)")]
    .map((shape) => DOMRect.fromRect(shape.getBBox())).filter((box) => box.width > 24 && box.height > 11);
  texts.forEach((text, i) => {{
    const slack = 2 + 0.03 * (text.right - text.left), amid = (text.top + text.bottom) / 2;
    const leaves = (box, room) => text.left < box.left - room || text.right > box.right + room
      || text.top < box.top - room || text.bottom > box.bottom + room;
    const [box] = shapes.filter((one) => one.left <= text.anchor && text.anchor <= one.right && one.top <= amid
      && amid <= one.bottom).sort((a, b) => a.width * a.height - b.width * b.height);
    if (text.size < {SMALLEST}) found.push(`small, ${{text.size.toFixed(1)}} px: ${{text.words}}`);
    if (leaves(new DOMRect(x, y, width, height), edge + slack)) found.push(`leaves the drawing: ${{text.words}}`);
    if (box && leaves(box, slack)) found.push(`leaves its box: ${{text.words}}`);
    for (const other of texts.slice(0, i)) {{
      const same = text.words === other.words && text.anchor === other.anchor && text.top === other.top; // drawn anew
      if (!same && Math.min(text.right, other.right) - Math.max(text.left, other.left) > slack
        && Math.min(text.bottom, other.bottom) - Math.max(text.top, other.top) > 1) {{
        found.push(`on each other: ${{text.words}} / ${{other.words}}`);
      }}
    }}
  }});
  return found;
}}"""
MOST = 100  # settings of a figure that are looked at: of more, every so many
# The faults of all figures of a page, in all their states, each with the first setting that has it. Tables are folded
# meanwhile: a table that is open is written and measured anew with every setting, and takes most of the time.
ALL = f"""async () => {{
  const faults = {FAULTS}, found = new Map(), tables = document.querySelectorAll("details.d2l-data[open]");
  tables.forEach((table) => {{ table.open = false; }});
  const every = (lists) => lists.reduce((all, list) => all.flatMap((row) => list.map((one) => [...row, one])), [[]]);
  for (const figure of document.querySelectorAll("figure.d2l-figure")) {{
    const {{ controls }} = JSON.parse(figure.querySelector("script.d2l-spec").textContent);
    const values = controls.map(({{ kind, values, start }}) => (kind === "text" ? [values[start]] : values));
    const rows = every(values), stride = Math.ceil(rows.length / {MOST}) | 1; // odd, to meet both of two
    for (const row of rows.filter((_, i) => i % stride === 0)) {{
      const detail = row.map((value, i) => `${{controls[i].name}}=${{encodeURIComponent(value)}}`).join("&");
      figure.dispatchEvent(new CustomEvent("d2l-set", {{ detail }}));
      while (figure.hasAttribute("aria-busy")) await new Promise(requestAnimationFrame);
      for (const fault of faults(figure.querySelector("svg.d2l-scene"))) {{
        if (!found.has(`${{figure.id}}: ${{fault}}`)) found.set(`${{figure.id}}: ${{fault}}`, detail);
      }}
    }}
  }}
  document.querySelectorAll("svg.d2l-chart").forEach((svg, i) => {{
    for (const fault of faults(svg)) found.set(`plot ${{i}}: ${{fault}}`, "");
  }});
  await Promise.all([...tables].map((table) => new Promise((filled) => {{
    table.addEventListener("toggle", filled, {{ once: true }});
    table.open = true;
  }})));
  return [...found].map(([fault, detail]) => `${{fault}} (${{detail}})`);
}}"""


def faults(page: Page) -> list[str]:
    """Return what is wrong with the words of the figures of a page, each with a setting that shows it."""
    return list(page.evaluate(ALL))
