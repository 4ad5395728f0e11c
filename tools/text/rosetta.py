"""The Rosetta appendix from `rosetta.toml`: five libraries beside ours, task by task, and their traps.

Every block of code stands once for both languages, under the name of its library in bold, so that any editor shows
it; `tools.sphinx.rosetta` lets a page show ours beside one other. `python -m tools.rosetta` executes the snippets.
"""

import re
from typing import Any

from d2lparams.view.spec import Text, both
from tools.rosetta import CLAIM, NEEDS, data
from tools.text.places import about, prose

WIDTH = 79


def shown(code: str) -> str:
    """Return a snippet as it is read: what it claims is a comment, on a line of its own where the line grows too long.

    >>> shown("net(x).shape  #> (2, 10)")
    'net(x).shape  # (2, 10)'
    """
    lines = []
    for line in code.strip("\n").splitlines():
        said = CLAIM.sub(lambda found: f"# {found[2]}", line)
        if len(said) > WIDTH and (found := CLAIM.search(line)):
            lines += [line[: found.start()].rstrip(), *wrapped(found[2])]
        else:
            lines.append(said)
    return "\n".join(lines)


def wrapped(value: str) -> list[str]:
    """Return a long list as comments, broken between its entries."""
    lines = ["#"]
    for part in re.split(r"(?<=,) ", value):
        if len(lines[-1]) + len(part) + 1 > WIDTH:
            lines.append("# ")
        lines[-1] += f" {part}"
    return lines


def block(library: str, code: str) -> str:
    """Return a snippet under the name of its library."""
    name = data()["library"][library]["name"]
    return f"**{name}**\n\n```python\n{shown(code)}\n```"


def lead() -> Text:
    """Return the beginning of the page, which names the versions and links to the documentation."""
    known = data()["library"]
    others = [library for library in known if library in NEEDS and library != "d2lparams"]
    links = {name: f"[{said['name']}]({said['url']})" for name, said in known.items() if "url" in said}
    words = {
        "en": (
            ", ".join(links[name] for name in others[:-1]) + f" and {links[others[-1]]}",
            f"{links['gluon']} (MXNet",
        ),
        "ko": (", ".join(links[name] for name in others), f"{links['gluon']}(MXNet"),
    }
    versions = ", ".join(f"{known[name]['name']} {known[name]['version']}" for name in others)
    return {
        tongue: prose("rosetta")["lead"][tongue].format(
            executed=executed, versions=versions, documented=f"{documented} {known['gluon']['version']})"
        )
        for tongue, (executed, documented) in words.items()
    }


def page() -> tuple[dict[str, Any], list[Text | str]]:
    """Return what the notebook of the appendix says of itself, and its texts: pairs, and code for both languages."""
    words = prose("rosetta")
    known = data()
    texts: list[Text | str] = [lead()]
    for task in known["task"]:
        label = f"rosetta-{task['id']}"
        texts.append(both(*(f"({label})=\n## {task['title'][t]}\n\n{task['text'][t]}" for t in ("en", "ko"))))
        texts.append("\n\n".join(block(library, code) for library, code in task["code"].items()))
    texts.append(words["traps"])
    for at, trap in enumerate(known["trap"], start=1):
        label = f"rosetta-trap-{at}"
        texts.append(both(*(f"({label})=\n### {trap['title'][t]}\n\n{trap['text'][t]}" for t in ("en", "ko"))))
        texts.append(block(trap["library"], trap["code"]))
    return about("rosetta"), texts
