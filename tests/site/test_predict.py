"""Predict first: if its reader wants it so, a page holds back what answers a question until one press."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe import accessible
from conftest import WIDE
from live_pages import cell, press, run
from playwright.sync_api import Page, expect
from site_pages import IN_TURN, SHIFT, arrive, drawn

from tools.project import documents
from tools.text.words import kind

ASKING = [path for path in IN_TURN if kind(path.split("/")[1].removesuffix(".html")) == "chapter"]
KEEP = "localStorage.setItem('d2l-predict', 'on')"
# What answers the questions of a page, that is seen; in a cell whose code stays, its output.
ANSWERS = """() => [...document.querySelectorAll(".d2l-wait")].flatMap((part) => {
  const whole = part.matches(".d2l-all");
  return [...part.querySelectorAll(whole ? ":scope > *" : ":scope > .cell_output:not([hidden])")];
}).filter((part) => !part.matches(".d2l-tell, .d2l-output:empty") && part.checkVisibility()).length"""
TELL = ".d2l-tell button:visible"


@pytest.fixture
def page(new_tab: Callable[..., Page]) -> Page:
    """Return a page on a wide screen in the module's context."""
    return new_tab(viewport=WIDE)


def predicting(new_tab: Callable[..., Page], address: str, path: str, **options: object) -> Page:
    """Open a page for a reader who has chosen to predict first."""
    page = new_tab(**options)
    page.add_init_script(KEEP)
    arrive(page, address + path)
    return page


@pytest.mark.parametrize("path", ASKING)
def test_all_is_shown_until_the_reader_chooses_to_predict(page: Page, address: str, path: str) -> None:
    arrive(page, address + path)
    shown = page.evaluate(ANSWERS)
    assert shown > 10 and page.locator(TELL).count() == 0
    page.locator(".d2l-predict label").click()
    assert page.evaluate(ANSWERS) == 0 and page.locator(TELL).count() > 5
    each_answer_comes_at_one_press_and_in_the_end_all_are_there(page)
    page.locator(".d2l-predict label").click()
    assert page.evaluate(ANSWERS) == shown


def each_answer_comes_at_one_press_and_in_the_end_all_are_there(page: Page) -> None:
    hidden = page.locator("article").inner_text()
    before, answers = 0, set()
    while page.locator(TELL).count():
        button = page.locator(TELL).first
        question = button.get_attribute("data-shows")
        button.scroll_into_view_if_needed()
        place = button.evaluate("(node) => node.parentElement.parentElement.getBoundingClientRect().top")
        assert question not in answers, "one press does not show all of an answer"
        answers.add(question)
        button.press("Enter")
        after = page.evaluate(ANSWERS)
        assert after > before
        before = after
        where = page.evaluate("document.activeElement.closest('.d2l-wait').getBoundingClientRect().top")
        assert page.evaluate("document.activeElement.checkVisibility()")
        assert place < 0 or abs(where - place) < 900
        expect(page.locator(".d2l-predict [role=status]")).not_to_be_empty()
    told = page.locator("article").inner_text()
    assert len(told) > 1.2 * len(hidden)
    assert not page.locator(".d2l-wait, [class*=d2l-after]").evaluate_all(
        "(parts) => parts.filter((part) => !part.checkVisibility()).length"
    )


def test_the_choice_is_made_once_by_keyboard_and_holds_on_every_page(
    new_tab: Callable[..., Page], address: str
) -> None:
    page = new_tab()
    arrive(page, f"{address}en/tree.html")
    page.get_by_role("switch", name="Predict first").press("Space")
    expect(page.get_by_role("switch")).to_be_checked()
    arrive(page, f"{address}ko/tied.html")
    expect(page.get_by_role("switch", name="먼저 예측하기")).to_be_checked()
    assert page.evaluate(ANSWERS) == 0
    page.get_by_role("switch").press("Space")
    arrive(page, f"{address}en/tree.html")
    assert page.evaluate(ANSWERS) > 0


@pytest.mark.parametrize("path", ["en/tree.html", "both/initializers.html"])
def test_what_waits_is_never_painted_and_nothing_moves(new_tab: Callable[..., Page], address: str, path: str) -> None:
    page = predicting(new_tab, address, path, viewport={"width": 390, "height": 800})
    assert page.evaluate(SHIFT) < 0.05
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    button = page.locator(TELL).nth(2)
    button.scroll_into_view_if_needed()
    above = page.locator("article h2:visible").first
    before = above.evaluate("(node) => node.getBoundingClientRect().top + scrollY")
    button.click()
    assert above.evaluate("(node) => node.getBoundingClientRect().top + scrollY") == before


def test_a_question_within_an_answer_comes_after_it(new_tab: Callable[..., Page], address: str) -> None:
    page = predicting(new_tab, address, "en/initializers.html")
    figure = page.locator("#figure-precedence")
    expect(figure).to_be_hidden()  # it belongs to a question that the answer to another asks
    page.locator("#initializers-bias .d2l-tell button").first.click()
    expect(figure).to_be_visible()
    expect(page.locator("#initializers-bias .d2l-tell button:visible")).to_have_count(1)
    assert "the last call wins" not in page.locator("#initializers-bias").inner_text()


@pytest.mark.parametrize("link", ["figure-product?output=y-1", "figure-units?step=96", "figure-moments"])
def test_a_link_to_a_figure_that_waits_shows_it(new_tab: Callable[..., Page], address: str, link: str) -> None:
    name = {"product": "tree", "units": "why", "moments": "access"}[link.split("-")[1].split("?")[0]]
    page = predicting(new_tab, address, f"en/{name}.html#{link}")
    expect(page.locator(f"#{link.split('?')[0]}")).to_be_in_viewport()


def test_the_output_of_a_live_cell_waits_too(new_tab: Callable[..., Page], address: str) -> None:
    page = predicting(new_tab, address, "en/tree.html")
    press(page)
    numbers = {
        name: page.locator("article .cell").evaluate_all(
            "(cells, words) => cells.findIndex((cell) => cell.textContent.includes(words)) + 1", words
        )
        for name, words in {
            "imports": "nd.random.seed(7)",
            "net": "net.add(nn.Dense(256",
            "asks": "net.summary(x)",
        }.items()
    }
    for number in numbers.values():
        run(page, number)
    asks = cell(page, numbers["asks"])
    expect(asks.locator(".d2l-output pre").first).to_contain_text("0.weight")
    expect(asks.locator(".d2l-output")).to_be_hidden()
    asks.locator(".d2l-tell button").click()
    expect(asks.locator(".d2l-output")).to_be_visible()
    expect(asks.locator(".cell_output:not(.d2l-output)")).to_be_hidden()


def test_paper_has_all_answers_and_no_buttons(new_tab: Callable[..., Page], address: str) -> None:
    page = predicting(new_tab, address, "ko/deferred.html")
    page.emulate_media(media="print")
    assert page.evaluate(ANSWERS) > 10
    assert page.locator(TELL).count() == 0


def test_without_scripts_all_is_there_and_no_button(new_tab: Callable[..., Page], address: str) -> None:
    page = new_tab(java_script_enabled=False)
    page.goto(f"{address}en/access.html")
    for part in page.locator(".d2l-wait").all():
        expect(part).to_be_visible()
    assert page.locator(f"{TELL}, .d2l-predict:visible").count() == 0


def test_on_slides_a_figure_that_answers_waits_for_a_key(new_tab: Callable[..., Page], address: str) -> None:
    page = new_tab(viewport={"width": 1280, "height": 720})
    arrive(page, f"{address}en/access.html?slides=1")
    page.wait_for_function("() => window.d2lSlides?.all.length > 5")
    figure = page.locator("#figure-moments .d2l-say")
    number = page.evaluate(
        "window.d2lSlides.all.findIndex(({parts}) => parts.some((part) => part.querySelector('#figure-moments')))"
    )
    while page.evaluate("window.d2lSlides.at") < number:
        page.keyboard.press("PageDown")
    expect(figure).to_be_hidden()
    page.keyboard.press("PageDown")
    expect(figure).to_be_visible()
    assert page.evaluate("window.d2lSlides.at") == number


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_answers_wait(new_tab: Callable[..., Page], address: str, scheme: str) -> None:
    page = predicting(new_tab, address, f"both/{documents()[1]}.html", color_scheme=scheme, reduced_motion="reduce")
    page.locator(TELL).first.click()
    drawn(page)
    accessible(page)
