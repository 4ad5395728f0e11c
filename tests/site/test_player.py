"""A player: still until it is asked to move, and again at its end, out of sight, and where motion is not wished."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from d2lparams.view import spec, static
from d2lparams.view.widget import HERE, Scene

FRAMES = 20
LONGEST = 8000  # milliseconds
MODEL = """(source) => import("data:text/javascript," + encodeURIComponent(source)).then(({ default: { render } }) => {
  const heard = {}, state = window.state;
  const model = { get: (name) => state[name], on: (name, call) => { heard[name] = call; }, off() {}, save_changes() {},
    set(name, value) {
      state[name] = value;
      const marks = [["c", value[0], 5, 5, "a"]], say = { en: `step ${value[0]}`, ko: `${value[0]}단계` };
      state.scene = { ...state.scene, state: { marks, say, table: [["step"]] } };
      heard["change:scene"]();
    } };
  render({ model, el: document.body });
})"""


def figure() -> spec.Figure:
    """Return a circle that moves to the right."""

    def compute(step: int) -> spec.State:
        return spec.State([["c", step, 5, 5, "a"]], spec.both(f"step {step}", f"{step}단계"), [["step"], [str(step)]])

    control = spec.Control("step", "player", spec.both("step", "단계"), [str(k) for k in range(FRAMES)])
    return spec.Figure("circle", spec.both("A circle", "원"), (100, 100), [control], compute)


def on_a_page(page: Page, language: str) -> None:
    """Show the figure over precomputed states."""
    style, script = ((HERE / name).read_text(encoding="utf-8") for name in ("figure.css", "figure.js"))
    body = static.html(figure().spec(), language)
    page.set_content(f"<style>{style}</style>{body}<div style='height: 3000px'></div><script>{script}</script>")


def in_a_kernel(page: Page, language: str) -> None:
    """Show the figure as a kernel does, with a model that answers at once."""
    drawn = figure()
    frame = {**drawn.frame(), "summary": spec.TABLE, "state": drawn.state(0)}
    controls = drawn.spec()["controls"]
    page.set_content(f"<style>{Scene._css}</style>")
    state = {"scene": frame, "controls": controls, "values": [0], "language": language}
    page.evaluate("(state) => { window.state = state; }", state)
    page.evaluate(MODEL, Scene._esm)
    page.evaluate("document.body.append(Object.assign(document.createElement('div'), {style: 'height: 3000px'}))")


@pytest.fixture(params=[on_a_page, in_a_kernel])
def show(request: pytest.FixtureRequest, page: Page) -> Callable[..., Locator]:
    """Return a function that shows the figure in a page whose clock stands still, and returns it."""

    def shown(language: str = "en", to: Page = page) -> Locator:
        to.goto("about:blank")
        to.clock.install()
        request.param(to, language)
        to.clock.pause_at("2100-01-01")
        return to.locator("figure")

    return shown


def press(figure: Locator, name: str) -> None:
    """Press a button by key."""
    figure.get_by_role("button", name=name).focus()
    figure.page.keyboard.press("Enter")


def test_it_starts_still_plays_to_its_end_and_from_the_start_again(show: Callable[..., Locator]) -> None:
    player = show()
    player.page.clock.run_for(2 * LONGEST)
    expect(player.locator(".d2l-say")).to_have_text("step 0")
    press(player, "play")
    expect(player.locator(".d2l-say")).to_have_text("step 1")
    expect(player.get_by_role("slider")).to_have_attribute("aria-valuetext", "1")
    player.page.clock.run_for(LONGEST)
    expect(player.locator(".d2l-say")).to_have_text(f"step {FRAMES - 1}")
    press(player, "play")
    expect(player.locator(".d2l-say")).to_have_text("step 0")
    expect(player.locator("circle")).to_have_attribute("cx", "0")


def test_a_pause_a_step_and_the_slider_stop_it_where_they_lead(show: Callable[..., Locator]) -> None:
    player = show()
    for name, step in (("pause", 1), ("one step on", 3), ("one step back", 3)):
        press(player, "play")
        press(player, name)
        player.page.clock.run_for(2 * LONGEST)
        expect(player.locator(".d2l-say")).to_have_text(f"step {step}")
    press(player, "play")
    player.get_by_role("slider").press("Home")
    player.page.clock.run_for(2 * LONGEST)
    expect(player.locator(".d2l-say")).to_have_text("step 0")
    press(player, "one step back")
    expect(player.locator(".d2l-say")).to_have_text("step 0")


def test_twice_the_speed_takes_half_the_time(show: Callable[..., Locator]) -> None:
    player = show()
    player.get_by_role("combobox").select_option("2×")
    press(player, "play")
    player.page.clock.run_for(LONGEST // 2)
    expect(player.locator(".d2l-say")).to_have_text(f"step {FRAMES - 1}")


def test_its_sentence_is_not_read_out_while_it_plays(show: Callable[..., Locator]) -> None:
    player = show()
    press(player, "play")
    expect(player.locator(".d2l-say")).to_have_attribute("aria-live", "off")
    press(player, "pause")
    expect(player.locator(".d2l-say[aria-live]")).to_have_count(0)


def test_it_stops_out_of_sight(show: Callable[..., Locator]) -> None:
    player = show()
    press(player, "play")
    player.page.evaluate("window.scrollTo(0, 2900)")
    expect(player.locator("[aria-label=play]")).to_have_count(1)


def test_where_less_motion_is_wished_it_steps_and_nothing_plays(
    new_page: Callable[..., Page], show: Callable[..., Locator]
) -> None:
    player = show(to=new_page(reduced_motion="reduce"))
    expect(player.get_by_role("button", name="play")).to_have_count(0)
    expect(player.get_by_role("combobox")).to_have_count(0)
    press(player, "one step on")
    expect(player.locator(".d2l-say")).to_have_text("step 1")


def test_a_page_sets_it_and_it_says_what_it_shows(show: Callable[..., Locator]) -> None:
    player = show()
    press(player, "play")
    player.evaluate("(node) => node.dispatchEvent(new CustomEvent('d2l-set', { detail: 'step=7' }))")
    player.page.clock.run_for(2 * LONGEST)
    expect(player.locator(".d2l-say")).to_have_text("step 7")
    expect(player.get_by_role("slider")).to_have_attribute("aria-valuetext", "7")
    assert player.evaluate("(node) => [node.dataset.start, node.dataset.setting]") == ["step=0", "step=7"]


def test_its_buttons_are_large_and_named_in_both_languages(show: Callable[..., Locator]) -> None:
    player = show("both")
    names = ["one step back · 이전 단계", "play · 재생", "one step on · 다음 단계"]
    buttons = player.get_by_role("button").all()
    assert [button.get_attribute("aria-label") for button in buttons] == names
    for control in [*buttons, player.get_by_role("slider"), player.get_by_role("combobox")]:
        box = control.bounding_box()
        assert box and min(box["width"], box["height"]) >= 24
