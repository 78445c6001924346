"""Forward and back as a person uses it: steps to and fro, inputs, the run, and links."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import press, query, wait_for

LENGTH = 34  # steps of an update row by row, without biases


@pytest.fixture
def steps(page: Page, server: str, open_playground):
    def open_(**settings: object) -> Page:
        open_playground(page, server, "forward_back", **settings)
        return page

    return open_


def numbers(page: Page):
    return page.locator('[data-testid="numbers"]')


def enter(page: Page, name: str, text: str) -> None:
    box = page.locator(f'[data-testid="{name}"]')
    box.fill(text)
    box.press("Enter")


def to_step(page: Page, step: int) -> None:
    while (at := int(page.locator('[data-testid="player"]').get_attribute("data-update") or 0)) != step:
        press(page, "step-update" if at < step else "step-back")
        wait_for(page, update=at + 1 if at < step else at - 1)


def test_the_numbers_of_the_example_stand_on_the_screen(steps):
    page = steps()
    said = []
    for step in range(1, 11):
        to_step(page, step)
        said.append(numbers(page).inner_text().replace("\n", ""))
    assert [text.rsplit(" ", 1)[1] for text in said[2:]] == [
        "1", "0.7311", "1.3", "0.7858", "0.8", "0.6900", "1.2332", "0.7744",
    ]  # fmt: skip
    wait_for(page, step="output", stage=3)


def test_a_person_goes_over_the_border_of_an_update_and_back(steps):
    page = steps()
    press(page, "step-epoch")
    wait_for(page, update=LENGTH, stage=7)
    expect(page.locator('[data-testid="panel-formula"]')).to_contain_text("Reinforcement")
    to_step(page, LENGTH + 3)
    expect(numbers(page)).to_have_text("z₁ = 0.7960·0 + 0.1960·0 = 0")
    expect(page.locator('[data-testid="panel-network"]')).to_contain_text("update 2, (0, 0) with target 0")
    to_step(page, LENGTH - 1)
    expect(numbers(page)).to_have_text("v₃ ← 0.9 − 0.5·0.09335 ≈ 0.8533")
    to_step(page, LENGTH + 3)
    expect(numbers(page)).to_have_text("z₁ = 0.7960·0 + 0.1960·0 = 0")


def test_stages_can_be_pressed_to_and_fro(steps):
    page = steps()
    press(page, "stage-6")
    wait_for(page, stage=6, update=25)
    rows = page.locator('[data-testid="panel-gradients"] tbody tr')
    expect(rows).to_have_count(9)
    expect(rows.nth(0)).to_contain_text("0.007980")
    expect(page.locator('[data-testid="panel-gradients"]')).to_contain_text(re.compile("the same (to|in)"))
    press(page, "stage-4")
    wait_for(page, stage=4, update=11)
    press(page, "stage-1")
    wait_for(page, stage=1, update=0)


def test_a_typed_weight_shows_at_the_step_that_is_shown(steps):
    page = steps()
    to_step(page, 3)
    enter(page, "weights_in-1", "0.5")
    expect(numbers(page)).to_have_text("z₁ = 0.5·1 + 0.2·1 = 0.7")
    wait_for(page, update=3)
    page.wait_for_url(re.compile("weights_in=0.5%2C0.2"))
    press(page, "preset-1")
    wait_for(page, update=0)
    expect(page.locator('[data-testid="weights_in-1"]')).to_have_value("0.8")


def test_a_value_that_is_not_allowed_is_refused_beside_its_input(steps):
    page = steps()
    to_step(page, 3)
    enter(page, "learning_rate", "500")
    fault = page.locator('[data-setting="learning_rate"] .nnp-fault')
    expect(fault).to_contain_text("from 0.001 to 100")
    assert query(page)["learning_rate"] == "0.5"
    enter(page, "learning_rate", "2")
    expect(fault).to_be_hidden()


def test_it_runs_until_exclusive_or_is_learned(steps, attrs):
    page = steps()
    press(page, "show-run")
    wait_for(page, show="run")
    press(page, "preset-3")
    page.wait_for_url(re.compile("mode=batch"))
    press(page, "play")
    wait_for(page, state="finished")
    assert attrs(page)["update"] == 714
    assert attrs(page)["train_loss"] < 0.12
    expect(page.locator(".nnp-notice")).to_contain_text("537")
    expect(page.locator('[data-testid="panel-answers"] .nnp-yes')).to_have_count(4)
    assert page.locator('[data-testid="panel-boundary"] .js-plotly-plot').count() == 1
    press(page, "play")
    page.wait_for_function("+document.querySelector('[data-testid=player]').dataset.update > 800")
    press(page, "show-steps")
    wait_for(page, show="steps", update=0, state="idle")


@pytest.mark.parametrize(
    "settings",
    [{"update": 40, "use_bias": 1}, {"update": 900, "show": "run", "mode": "batch", "learning_rate": 1}],
)
def test_a_link_reproduces_the_screen(steps, page, attrs, settings):  # fmt: skip
    steps(**settings)
    wait_for(page, update=settings["update"])
    first, text = attrs(page), page.locator('[data-testid="panel-answers"]').inner_text()
    page.goto(page.url)
    page.wait_for_selector('[data-testid="player"][data-frame]')
    wait_for(page, update=settings["update"])
    again = attrs(page)
    assert {**again, "run": 0, "frame": 0} == {**first, "run": 0, "frame": 0}
    assert page.locator('[data-testid="panel-answers"]').inner_text() == text


def test_keys_reach_everything(steps):
    page = steps()
    page.locator('[data-testid="stage-1"]').focus()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wait_for(page, stage=4)
    page.locator('[data-testid="show-run"]').focus()
    page.keyboard.press("Enter")
    wait_for(page, show="run")


def test_nothing_is_wider_than_a_phone(steps, page):
    page.set_viewport_size({"width": 390, "height": 844})
    steps(update=13)
    assert page.evaluate("(box => box.scrollWidth <= box.clientWidth)(document.querySelector('.nnp-fb'))")


def test_the_weights_of_a_run_can_be_stepped_on_from(steps, attrs):
    page = steps(show="run", mode="batch", learning_rate=1)
    press(page, "step-update")
    wait_for(page, update=1)
    loss = attrs(page)["train_loss"]
    press(page, "follow")
    wait_for(page, show="steps", update=0)
    assert attrs(page)["train_loss"] == pytest.approx(loss, rel=1e-5)
    expect(page.locator('[data-testid="weights_in-1"]')).not_to_have_value("0.8")


def test_weights_beyond_what_can_be_typed_are_not_stepped_on_from(steps):
    page = steps(
        show="run",
        mode="batch",
        learning_rate=100,
        output="linear",
        activation="linear",
        weights_out="90,90,90",
    )
    press(page, "step-update")
    wait_for(page, update=1)
    press(page, "follow")
    expect(page.locator(".nnp-notice")).to_contain_text("the range from -100 to 100")
    wait_for(page, show="run", update=1)
    assert query(page)["show"] == "run"
    expect(page.locator('[data-testid="weights_out-1"]')).to_have_value("90")


def test_the_colours_of_a_neuron_tell_the_sign_of_its_answers(steps):
    """Hidden tangents answer 0 to (0, 0): its corner, at the lower left of each square, has no colour."""
    page = steps(show="run", activation="tanh")
    colours = page.evaluate(
        """() => {
          const canvas = document.querySelector('[data-testid="panel-network"] canvas');
          const {width, height} = canvas;
          const {data} = canvas.getContext("2d").getImageData(0, 0, width, height);
          let orange = 0;
          for (let at = 0; at < data.length; at += 4) orange += data[at + 3] > 200 && data[at] > data[at + 2] + 25;
          return orange;
        }"""
    )
    assert colours == 0


@pytest.mark.parametrize(
    ("shuffle", "said"), [(1, "drawn anew each epoch; the steps keep"), (0, "as the steps do")]
)
def test_it_is_told_in_which_order_the_rows_come(steps, shuffle, said):
    page = steps(show="run", shuffle=shuffle)
    expect(page.locator(".nnp-words")).to_contain_text(said)


@pytest.mark.parametrize("show", ["steps", "run"])
def test_the_page_fits_a_small_screen(steps, page, show):
    steps(show=show)
    heading = page.get_by_role("heading", level=5)
    assert heading.bounding_box()["height"] < 50  # one line
    for panel in ("inputs", "network", "answers"):
        box = page.locator(f'[data-testid="panel-{panel}"]').bounding_box()
        assert box["y"] + box["height"] <= 900
    outside = "element => !element.closest('.nnp') && /auto|scroll/.test(getComputedStyle(element).overflowY)"
    assert not page.evaluate(
        f"[...document.querySelectorAll('*')].filter({outside}).some(e => e.scrollHeight > e.clientHeight + 2)"
    )
