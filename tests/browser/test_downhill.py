"""The race downhill in a browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import focused, press, query, scrub, wait_for

PAGE = "downhill"


def numbers(page: Page) -> list[float]:
    return [
        float(text) for text in page.locator('[data-testid="player"]').get_attribute("data-costs").split()
    ]


def slide(page: Page, name: str, share: float) -> None:
    """Move a slider as a hand does."""
    page.locator(f'[data-testid="{name}-slider"]').evaluate(
        "(slider, share) => { slider.value = +slider.min + share * (slider.max - slider.min);"
        " slider.dispatchEvent(new Event('input', {bubbles: true})); }",
        share,
    )


def typed(page: Page, name: str, text: str) -> None:
    box = page.locator(f'[data-testid="{name}"]')
    box.fill(text)
    box.press("Enter")


def test_a_race_is_stepped_through_in_both_directions(page, server, open_playground, attrs):
    open_playground(page, server, PAGE, optimizers="sgd", rates="0.1", start="1,1")
    first = numbers(page)  # ½·(1 + 4)
    assert first == [pytest.approx(2.5)]
    press(page, "step-update")
    wait_for(page, update=1)
    assert numbers(page) == [pytest.approx(0.5 * (0.9**2 + 4 * 0.6**2), rel=1e-6)]
    press(page, "step-epoch")
    wait_for(page, update=10)
    assert numbers(page) == [pytest.approx(0.5 * (0.9**20 + 4 * 0.6**20), rel=1e-5)]
    press(page, "step-back")
    wait_for(page, update=9)
    scrub(page, 0)
    assert numbers(page) == first
    expect(page.locator('[data-testid="panel-onestep"]')).to_contain_text("step = −η·g")


def test_it_plays_to_the_end_and_once_more(page, server, open_playground, attrs):
    open_playground(page, server, PAGE, steps=30, speed="60")
    press(page, "play")
    wait_for(page, state="finished", update=30)
    press(page, "play")
    page.wait_for_function("+document.querySelector('[data-testid=player]').dataset.update < 30")
    wait_for(page, state="finished", update=30)


def test_a_click_on_the_map_is_another_start(page, server, open_playground, attrs):
    open_playground(page, server, PAGE, steps=50, speed="60")
    page.locator('[data-testid="panel-map"] .main-svg').first.wait_for()
    plane = page.locator('[data-testid="panel-map"] .nsewdrag').first.bounding_box()
    page.mouse.click(plane["x"] + 0.75 * plane["width"], plane["y"] + 0.75 * plane["height"])
    wait_for(page, state="finished")
    start = [float(text) for text in query(page)["start"].split(",")]
    assert start == [pytest.approx(2, abs=0.1), pytest.approx(-2, abs=0.1)]


def test_a_rate_shows_at_once_where_the_race_stands(page, server, open_playground, attrs):
    open_playground(page, server, PAGE, optimizers="sgd", rates="0.1", update=20)
    wait_for(page, update=20)
    before = numbers(page)
    slide(page, "rate-0", 0.85)  # beyond 2/λ
    page.wait_for_function(
        "before => document.querySelector('[data-testid=player]').dataset.costs !== before",
        arg=str(before[0]),
    )
    assert attrs(page)["update"] == 20
    assert numbers(page)[0] > before[0]
    expect(page.locator('[data-testid="panel-border"]')).to_contain_text("Too large")
    rate = float(page.locator('[data-testid="rate-0"]').input_value())
    assert float(query(page)["rates"]) == rate > 0.5


def test_a_formula_outside_the_grammar_is_told_where(page, server, open_playground):
    open_playground(page, server, PAGE, surface="formula")
    typed(page, "formula", "x^2 + 2y")
    fault = page.locator('[data-setting="formula"] .nnp-fault')
    expect(fault).to_contain_text("At column 8 there is 'y'")
    typed(page, "formula", "x^2 + 2*y^2")
    expect(fault).to_be_hidden()
    page.wait_for_function("location.search.includes('2*y%5E2') || location.search.includes('2%2Ay')")


def test_who_leaves_is_shown_leaving(page, server, open_playground):
    open_playground(page, server, PAGE, surface="rosenbrock", optimizers="sgd", rates="0.05", update=100)
    wait_for(page, update=100)
    expect(page.locator(".nnp-words")).to_contain_text(
        re.compile(r"Gradient descent left at step \d+: it is at")
    )
    expect(page.locator(".nnp-place")).to_have_class(re.compile("nnp-diverged"))


def test_a_rate_that_cannot_be_is_told_beside_it_and_holds_up_no_other(page, server, open_playground):
    open_playground(page, server, PAGE, optimizers="sgd,adam", rates="0.1,0.2")
    typed(page, "rate-0", "<b>99</b>")
    line = page.locator(".nnp-runner").first
    expect(line.locator(".nnp-fault")).to_contain_text("'<b>99</b>")
    expect(page.locator('[data-testid="rate-0"]')).to_have_attribute("aria-invalid", "true")
    typed(page, "rate-1", "0.3")
    page.wait_for_function("new URLSearchParams(location.search).get('rates') === '0.1,0.3'")
    typed(page, "rate-0", "0.05")
    page.wait_for_function("new URLSearchParams(location.search).get('rates') === '0.05,0.3'")
    expect(line.locator(".nnp-fault")).to_be_hidden()


def test_the_focus_stays_on_an_optimizer_that_is_changed(page, server, open_playground):
    open_playground(page, server, PAGE, optimizers="sgd,adam")
    page.locator('[data-testid="optimizer-1"]').focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_function("new URLSearchParams(location.search).get('optimizers') !== 'sgd,adam'")
    page.wait_for_timeout(200)
    assert focused(page) == "optimizer-1"


def test_after_one_weight_a_surface_of_two_is_in_space_again(page, server, open_playground):
    open_playground(page, server, PAGE, surface="himmelblau")
    solid = page.locator('[data-testid="panel-solid"] .js-plotly-plot canvas').first
    solid.wait_for(state="attached")
    page.locator('[data-testid="surface"]').select_option("parabola")
    expect(page.locator('[data-testid="panel-solid"]')).to_be_hidden()
    wide = page.locator('[data-testid="panel-cost"]').bounding_box()["width"]
    page.wait_for_function(
        "wide => document.querySelector('[data-testid=panel-cost] .main-svg').clientWidth > 0.9 * wide",
        arg=wide,
    )
    page.locator('[data-testid="surface"]').select_option("himmelblau")
    expect(page.locator('[data-testid="panel-solid"]')).to_be_visible()
    solid.wait_for(state="attached")


def test_optimizers_come_and_go(page, server, open_playground):
    open_playground(page, server, PAGE, optimizers="sgd,adam")
    press(page, "add-optimizer")
    expect(page.locator(".nnp-runner")).to_have_count(3)
    page.get_by_role("button", name="Take Adam out").click()
    expect(page.locator(".nnp-runner")).to_have_count(2)
    page.locator('[data-testid="optimizer-1"]').select_option("implicit")
    page.wait_for_function("new URLSearchParams(location.search).get('optimizers') === 'sgd,implicit'")


def test_an_example_plays_and_a_link_shows_the_same(page, server, open_playground, attrs):
    open_playground(page, server, PAGE)
    page.get_by_role("button", name="A narrow valley").click()
    wait_for(page, surface="Narrow valley")
    wait_for(page, state="finished")
    expect(page.get_by_role("button", name="A narrow valley")).to_have_attribute("aria-pressed", "true")
    costs = numbers(page)
    page.wait_for_function("new URLSearchParams(location.search).get('update') === '120'")
    page.goto(page.url)
    wait_for(page, update=120)
    assert numbers(page) == costs


def test_everything_is_tried(page, server, open_playground):
    open_playground(page, server, PAGE)
    expect(page.locator('[data-testid="panel-search"]')).to_contain_text("25 weights are 10⁷⁵ combinations")
    press(page, "search")
    expect(page.locator('[data-show="found"]')).to_contain_text("1,000,000 points tried", timeout=20_000)


def test_on_one_weight_there_is_a_tangent_and_no_space(page, server, open_playground):
    open_playground(page, server, PAGE, surface="parabola", optimizers="sgd", rates="1", start="3", update=1)
    wait_for(page, update=1)
    assert numbers(page) == [pytest.approx(0, abs=1e-12)]  # rate 1/λ arrives in one step
    expect(page.locator('[data-testid="panel-solid"]')).to_be_hidden()
