"""Axe looks at a page: WCAG 2.2 AA and what it holds for best practice."""

from __future__ import annotations

from playwright.sync_api import Page

from tools.site.assets import member

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (rules) => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return {checked: found.passes.length, violations: found.violations.flatMap(({id, help, nodes}) =>
    nodes.map(({target, failureSummary}) => `${id} (${help}) at ${target}: ${failureSummary}`))};
}"""


def accessible(page: Page, what: str = "") -> None:
    """Let axe look at a page as it stands; it finds nothing. Say `what` it looked at if it does."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(member("axe-core", "axe.min.js").decode())
    result = page.evaluate(RUN, RULES)
    assert result["checked"] > 10, what
    assert not result["violations"], "\n".join([what, *result["violations"][:8]])
