"""The Sphinx extension that reads a bilingual notebook as one edition.

The config value `edition` (`en`, `ko` or `both`, the default) chooses; `jupyter-book build .` therefore gives the
bilingual edition with nothing else set. Sections take their label as their only id, so that fragments are
the same in every edition: a Hangul heading would otherwise be `id1`. Folded code has one plain summary in the
reader's language.
"""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from tools import internals
from tools.text import execute
from tools.text.editions import transform
from tools.text.words import FOLDS, html


def read_edition(app: Sphinx, docname: str, content: list[str]) -> None:
    """Replace a notebook's source by that of the edition being built, with the outputs that its code gives today."""
    path = Path(app.env.doc2path(docname))
    if path.suffix == ".ipynb":
        # A lone `jupyter-book build .` makes one edition and nothing beside it.
        made = transform(execute.executed(path), app.config.edition, app.config.figures_folder or None)
        content[0] = json.dumps(made, ensure_ascii=False)
        app.env.note_dependency(str(execute.remembered(path)))


class LabelsAsIds(SphinxTransform):
    """Let every labelled section have its label as its id, and no other."""

    # After docutils' PropagateTargets (260) has handed the label's id to the section.
    default_priority = 300

    def apply(self, **kwargs: Any) -> None:
        """Drop the ids that were made from headings, and let links name a label of another notebook."""
        names = self.document.nameids
        slugs = internals.fragments(
            self.env
        )  # for links such as `tree.ipynb#tree-goals`, which Jupyter understands too
        for section in self.document.findall(nodes.section):
            labels = [name for name in section["names"] if self.document.nametypes.get(name)]
            if not labels:
                continue
            kept = [names[name] for name in labels if names.get(name) in section["ids"]]
            if not kept:
                continue
            for name in section["names"]:
                if names.get(name) not in kept and name in names:
                    names[name] = kept[0]
            section["ids"] = list(dict.fromkeys(kept))
            for label in labels:
                slugs[label] = (section.line, section["ids"][0], section[0].astext())


def open_fold(self: Any, node: nodes.Element) -> None:
    """Begin a fold; myst-nb's own has an English label that hides its title from those who hear the page."""
    title = html(FOLDS[node["prompt_show"]], self.builder.config.edition)
    self.body.append(f'<details class="d2l-fold hide {" ".join(node["classes"])}">\n<summary>{title}</summary>\n')


def close_fold(self: Any, node: nodes.Element) -> None:
    """End a fold."""
    self.body.append("</details>\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the config value and the hooks, unless a part of Sphinx is not the one that they were written for."""
    internals.check()
    app.add_config_value("figures_folder", "", "env", str)  # where pages find states of figures that stand apart
    app.add_config_value("edition", "both", "env", str)
    app.connect("source-read", read_edition)
    app.add_transform(LabelsAsIds)
    app.setup_extension("myst_nb")
    app.add_node(internals.fold_node(), override=True, html=(open_fold, close_fold))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
