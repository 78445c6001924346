"""The page about one neuron, driven as a person would."""

import json
import math

import pytest
from playwright.sync_api import expect

from playground.nn.activations import ACTIVATIONS
from tests.browser.driving import PLAYER, query, wait_for

MEASURED = "document.querySelector('[data-testid=player]').dataset.measured === '20'"


def shown(page, name):
    return float(page.locator(PLAYER).get_attribute(f"data-{name}"))


def wait_near(page, name, value):
    """Wait until an attribute is this number, up to what computing in binary leaves behind."""
    page.wait_for_function(
        "([player, name, value]) => Math.abs(document.querySelector(player).dataset[name] - value) < 1e-9",
        arg=[PLAYER, name, value],
    )


def test_a_slider_moves_the_sum_and_the_output(page, server, open_playground):
    open_playground(page, server, "neuron")
    assert (shown(page, "sum"), round(shown(page, "output"), 4)) == (1, 0.7311)
    slider = page.get_by_test_id("bias-slider").first
    slider.focus()
    for _ in range(10):
        slider.press("ArrowRight")
    wait_for(page, sum=2)
    assert shown(page, "output") == pytest.approx(1 / (1 + math.exp(-2)))
    assert shown(page, "slope") == pytest.approx(shown(page, "output") * (1 - shown(page, "output")))
    expect(page.get_by_test_id("panel-formulas")).to_contain_text("z = 0.8·1 + 0.2·1 + 1 = 2")
    page.wait_for_url("**bias=1&**")
    weight = page.get_by_test_id("weights-2")
    weight.fill("-3")
    weight.press("Enter")
    wait_near(page, "sum", -1.2)
    expect(page.get_by_test_id("panel-cell")).to_contain_text("−3 · 1 = −3")
    page.get_by_test_id("pick-step").first.click()
    wait_for(page, output=0, slope=0)
    page.get_by_test_id("inputs").fill("1")
    page.get_by_test_id("inputs").press("Enter")
    wait_near(page, "sum", 1.8)
    assert shown(page, "output") == 1
    expect(page.get_by_test_id("weights-2")).to_be_hidden()


def test_a_value_that_is_not_allowed_is_refused_beside_its_input(page, server, open_playground):
    open_playground(page, server, "neuron")
    box = page.get_by_test_id("bias").first
    box.fill("99")
    box.press("Enter")
    fault = page.locator("[data-setting=bias] .nnp-fault").first
    expect(fault).to_contain_text("must be a number from -10 to 10")
    expect(box).to_have_attribute("aria-invalid", "true")
    assert shown(page, "sum") == 1
    box.fill("2,5")
    box.press("Enter")
    wait_for(page, sum=3.5)
    expect(fault).to_be_hidden()


@pytest.mark.parametrize(
    ("topic", "panels"),
    [
        ("activations", ["gallery", "alone", "facts"]),
        ("softmax", ["shares", "temperature"]),
        ("depth", ["products", "layers", "seen"]),
        ("perceptron", ["plane", "correction", "stairs"]),
        ("biology", ["biology", "ends"]),
        ("neuron", ["cell", "curve", "formulas"]),
    ],
)
def test_every_topic_opens(page, server, open_playground, topic, panels):
    open_playground(page, server, "neuron", topic="biology" if topic == "neuron" else "neuron")
    page.get_by_test_id(f"tab-{topic}").click()
    wait_for(page, topic=topic, frame=0)
    for name in panels:
        expect(page.get_by_test_id(f"panel-{name}")).to_be_visible()
    expect(page.get_by_test_id("play")).to_be_visible(visible=topic == "perceptron")
    assert query(page)["topic"] == topic
    page.keyboard.press("ArrowLeft")  # the tabs are one stop of the Tab key
    assert page.evaluate("document.activeElement.getAttribute('role')") == "tab"


def test_an_activation_is_chosen_from_all(page, server, open_playground):
    open_playground(page, server, "neuron", topic="activations", bias="-2")
    gallery = page.get_by_test_id("panel-gallery")
    # Each has its own axes, inside its own cell, with a curve and its slope on them.
    for at, name in enumerate(ACTIVATIONS):
        number = at + 1 if at else ""
        lines = gallery.locator(f".subplot.x{number}y{number} .scatterlayer .trace")
        expect(lines).to_have_count(2)
        cell = gallery.get_by_test_id(f"cell-{name}").bounding_box()
        area = gallery.locator(f".draglayer .x{number}y{number} .nsewdrag").bounding_box()
        assert area["width"] > cell["width"] / 2 and area["height"] > cell["height"] / 2
        for corner, size in (("x", "width"), ("y", "height")):
            assert cell[corner] <= area[corner] <= cell[corner] + cell[size] - area[size]
        for line in lines.all():
            assert line.bounding_box()["width"] > area["width"] / 2
    silu = page.get_by_test_id("cell-silu")
    expect(silu).to_have_attribute("aria-pressed", "false")
    silu.click()
    wait_for(page, activation="silu")
    expect(silu).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_test_id("panel-alone").get_by_role("heading")).to_have_text(ACTIVATIONS["silu"].label)
    assert shown(page, "output") == pytest.approx(-1 / (1 + math.e))
    expect(page.get_by_test_id("panel-facts")).to_contain_text("[−0.278, ∞)")
    page.get_by_test_id("cell-softmax").click()
    wait_for(page, topic="softmax")


def test_softmax_follows_its_temperature(page, server, open_playground):
    open_playground(page, server, "neuron", topic="softmax", logits="1,1,0")
    box = page.get_by_test_id("temperature")
    box.fill("0.01")
    box.press("Enter")
    wait_for(page, temperature=0.01)
    shares = [float(each) for each in page.locator(PLAYER).get_attribute("data-shares").split()]
    assert shares == pytest.approx([0.5, 0.5, 0], abs=1e-9)  # two that are equal share
    expect(page.get_by_test_id("panel-formulas-softmax")).to_contain_text("(0 − 1) / 0.01 = −100")


def test_depth_is_measured(page, server, open_playground):
    open_playground(page, server, "neuron", topic="depth", depth="6")
    page.wait_for_function(MEASURED, timeout=60_000)
    assert 0 < shown(page, "ratio") < 0.01
    expect(page.get_by_test_id("panel-seen")).to_contain_text("it vanishes on the way back")
    page.get_by_test_id("pick-relu").last.click()
    box = page.get_by_test_id("start_bias")
    box.fill("-0.5")
    box.press("Enter")
    page.wait_for_function(
        "/8$/.test(document.querySelector('[data-testid=player]').dataset.dead)", timeout=60_000
    )
    expect(page.get_by_test_id("panel-seen")).to_contain_text("they are dead")


def test_a_measurement_that_failed_is_tried_again_after_any_change(page, server, open_playground):
    failing = [True]

    def answer(route):
        asked = json.loads(route.request.post_data or "{}")
        if asked["kind"] == "measure" and failing[0]:
            route.fulfill(status=200, body=b"nothing that could be read")
        else:
            route.continue_()

    page.route("**/player/ask/*", answer)
    open_playground(page, server, "neuron", topic="depth", depth="6", activation="gelu", bias="-1.6")
    seen = page.get_by_test_id("panel-seen")
    expect(seen).to_contain_text("could not be measured; change something to try again")
    expect(seen).to_contain_text("the size of the product can be at most")
    failing[0] = False
    box = page.get_by_test_id("depth").last
    box.fill("5")
    box.press("Enter")
    page.wait_for_function(MEASURED, timeout=60_000)
    expect(seen).not_to_contain_text("could not be measured")


def test_a_link_reproduces_the_page(page, server, open_playground):
    open_playground(
        page,
        server,
        "neuron",
        topic="neuron",
        activation="tanh",
        inputs="3",
        x="1,2,3",
        weights="0.5,-1,0.25",
        bias="-0.5",
    )
    told = {name: shown(page, name) for name in ("sum", "output", "slope")}
    assert told["sum"] == -1.25 and told["output"] == pytest.approx(math.tanh(-1.25))
    assert query(page)["weights"] == "0.5,-1,0.25"
    page.goto(page.url)
    page.wait_for_selector(f"{PLAYER}[data-sum]")
    assert told == {name: shown(page, name) for name in told}
    page.goto(f"{server}/neuron?topic=brains&bias=1")
    page.wait_for_selector(f"{PLAYER}[data-sum]")
    expect(page.get_by_test_id("stAlertContainer")).to_contain_text("topic='brains' is not allowed")
    assert shown(page, "sum") == 2


def test_both_neurons_light_up_together(page, server, open_playground):
    open_playground(page, server, "neuron", topic="biology")
    page.get_by_test_id("term-weight").focus()
    wait_for(page, term="weight")
    lit = page.get_by_test_id("panel-biology").locator("g.nnp-on")
    expect(lit).to_have_count(2)


@pytest.mark.parametrize("topic", ["neuron", "activations", "softmax", "depth", "perceptron", "biology"])
def test_nothing_sticks_out(page, server, open_playground, topic):
    open_playground(page, server, "neuron", topic=topic)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollHeight - main.clientHeight") <= 0  # at 1400 × 900, all in sight
    bottom = page.locator(".nnp-topic:not([hidden])").evaluate(
        "topic => topic.getBoundingClientRect().bottom"
    )
    assert bottom <= 900
    for width in (1400, 820, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)  # for what is drawn anew in another size
        out = page.evaluate(
            """() => [...document.querySelectorAll(".nnp-topic:not([hidden]) *")].filter(each => {
                const box = each.getBoundingClientRect();
                const inside = box.right <= innerWidth + 1 && box.left >= -1;
                return box.width && !inside && !each.closest("svg, .nnp-table, .nnp-help, .nnp-tip");
            }).map(each => each.outerHTML.slice(0, 120))"""
        )
        assert out == [], width
