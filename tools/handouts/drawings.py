"""Figures whose colours no longer lean on a style sheet, for readers of EPUBs that know little of these.

The drawings of a page have classes, and the page's style sheets say by variables and mixed colours what these look
like. The browser knows the outcome: it is written into the drawing as plain attributes, which every reader understands.
"""

from xml.etree.ElementTree import Element

from playwright.sync_api import Page

# What a drawing takes from around it, and what each part has of its own, with the value that need not be written.
OUTCOME = """() => {
  const paint = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const colours = new Map();
  const plain = (value) => {  // a colour as #rrggbb and its opacity
    if (!colours.has(value)) {
      paint.clearRect(0, 0, 1, 1);
      paint.fillStyle = value;
      paint.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = paint.getImageData(0, 0, 1, 1).data;
      colours.set(value, [`#${[r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("")}`, a / 255]);
    }
    return colours.get(value);
  };
  const TAKEN = { fill: "#000000", "fill-opacity": "1", stroke: "none", "stroke-opacity": "1", "stroke-width": "1",
    "stroke-dasharray": "none", "stroke-linejoin": "miter", "stroke-linecap": "butt", "font-size": "",
    "font-weight": "400", "text-anchor": "start", "paint-order": "normal", "shape-rendering": "auto",
    visibility: "visible" };
  const OWN = { opacity: "1", "vector-effect": "none", rx: "auto" };
  const look = (node) => {
    const style = getComputedStyle(node), found = {};
    for (const name of [...Object.keys(TAKEN), ...Object.keys(OWN)]) found[name] = style.getPropertyValue(name);
    for (const name of ["fill", "stroke"]) {
      if (found[name] === "none") continue;
      const [colour, opacity] = plain(found[name]);
      found[name] = colour;
      if (opacity < 1) found[`${name}-opacity`] = String(+(opacity * found[`${name}-opacity`]).toFixed(3));
    }
    for (const name of ["font-size", "stroke-width", "rx"]) found[name] = found[name].replace("px", "");
    found["stroke-dasharray"] = found["stroke-dasharray"].replaceAll("px", "");
    found["font-family"] = /mono/i.test(style.fontFamily) ? "monospace" : "sans-serif";
    return found;
  };
  return [...document.querySelectorAll("svg")].map((svg) => {
    const looks = new Map();
    return [svg, ...svg.querySelectorAll("*")].map((node) => {
      if (node.closest("defs")) return null;  // what is used elsewhere takes its colours there
      const own = look(node);
      looks.set(node, own);
      const above = looks.get(node.parentNode) ?? TAKEN;
      const said = {};
      for (const [name, value] of Object.entries(own))
        if (value !== (name in OWN ? OWN[name] : above[name])) said[name] = value;
      return said;
    });
  });
}"""
FREED = ("class", "style", "fill", "stroke", "font-family", "font-size")  # said anew where they differ from above


def settle(page: Page, trees: list[Element]) -> None:
    """Write into the drawings of trees what they look like on a page that shows these trees and nothing else.

    Raises
    ------
    ValueError
        Where the page does not show the drawings of these trees.
    """
    drawings: list[list[dict[str, str] | None]] = page.evaluate(OUTCOME)
    own = [svg for tree in trees for svg in tree.iter("svg")]
    for svg, looks in zip(own, drawings, strict=True):
        for node, look in zip(svg.iter(), looks, strict=True):
            if look is None:
                continue
            for name in [name for name in node.attrib if name in FREED or name in look]:
                del node.attrib[name]
            node.attrib.update(look)


def linked(tree: Element) -> None:
    """Let drawings name what they use as older readers want it too."""
    for svg in tree.iter("svg"):
        uses = [node for node in svg.iter("use") if "href" in node.attrib]
        for node in uses:
            node.set("xlink:href", node.attrib.pop("href"))
        if uses:
            svg.set("xmlns:xlink", "http://www.w3.org/1999/xlink")
