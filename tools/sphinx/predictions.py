"""The Sphinx extension that lets answers wait: it puts the button that a reader presses where they will appear.

`tools.text.editions` has marked what waits. The page holds it back while its reader wants to predict first
(`site/js/predict.js` keeps that choice); without JavaScript and on paper there is no button, and nothing is hidden.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from d2lparams.view.spec import both
from tools.text.words import html

MARK = "d2l-wait"
SHOW = both("Decide, then show the answer", "예측한 뒤에 답 보기")


class Buttons(SphinxTransform):
    """Put a button before the first thing that waits for a question, and before each output that does."""

    default_priority = 400

    def apply(self, **kwargs: Any) -> None:
        """Let code cells have the classes of texts, and put the buttons in their places."""
        begun = set()
        for node in list(self.document.findall(nodes.container)):
            node["classes"] = [name.removeprefix("tag_") if "_d2l-" in name else name for name in node["classes"]]
            question = next((name for name in node["classes"] if name.startswith(f"{MARK}-")), "")
            if not question:
                continue
            outputs = [part for part in node.findall(nodes.container) if "cell_output" in part["classes"]]
            first = question not in begun and (outputs or "cell" not in node["classes"])
            if first or (outputs and "d2l-all" not in node["classes"]):
                node.insert(node.index(outputs[0]) if outputs else 0, self.button(question))
                begun.add(question)

    def button(self, question: str) -> nodes.raw:
        """Return the button that shows the answer to a question."""
        number, words = question.removeprefix(f"{MARK}-"), html(SHOW, self.env.config.edition)
        markup = f'<button type="button" data-shows="{number}">{words}</button>'
        return nodes.raw("", f'<div class="d2l-tell">{markup}</div>', format="html")


def load(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Load the script on the pages where something waits, and let the template offer the choice."""
    context["predicts"] = "d2l-tell" in context.get("body", "")
    if context["predicts"]:
        app.add_js_file("predict.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks."""
    app.add_transform(Buttons)
    app.connect("html-page-context", load)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
