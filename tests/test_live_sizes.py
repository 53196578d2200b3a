"""The demo of sizes: its counts are both frameworks', and a mouse, a finger and keys move it."""

import json
from importlib import import_module

import frameworks
import pytest
from browsing import PHONE, until
from demos import ROOT

from tools import live_sizes

PLACE = ("imagenet/", "sizes")


@pytest.fixture(scope="module")
def golden():
    return json.loads((ROOT / "tests" / "live" / "sizes.json").read_text("utf-8"))


@pytest.mark.parametrize("name", ["alexnet", "googlenet", "resnet50", "mobilenet", "efficientnet"])
def test_the_golden_counts_are_tensorflows(golden, name):
    """At the paper's size; tests/test_imagenet.py compares a scaled one of each."""
    (counting,) = frameworks.need("tensorflow", "lessons.imagenet.counting_{}")
    build = getattr(
        import_module(f"lessons.imagenet.{live_sizes.FAMILIES[name][0]}_tensorflow"), name
    )
    first = next(each for each in golden if each["network"] == name)
    assert (first["width"], first["depth"]) == (1.0, 1.0)
    found = counting.count_by_stage(build, first["size"])
    assert {stage: list(both) for stage, both in found.items()} == first["stages"]


def test_every_network_of_the_lesson_is_there(golden):
    from lessons.imagenet.record import NETWORKS

    assert {name: (row[0], row[1]) for name, row in NETWORKS.items()} == live_sizes.FAMILIES
    assert len(golden) == len(live_sizes.FAMILIES) * len(live_sizes.SCALES)


# The reader ----------------------------------------------------------------------------------


def counts(page):
    found = page.evaluate("document.querySelector('live-demo[name=sizes]').demo.counts()")
    return {each["name"]: [each["parameters"], each["work"]] for each in found}


def answer(page):
    return page.locator("live-demo .live-answer").inner_text()


def put(page, label, value):
    """Drag a slider by its value, as an input event tells it."""
    slider = page.get_by_role("slider", name=label)
    slider.evaluate(
        "(e, v) => { e.value = v; e.dispatchEvent(new Event('input', { bubbles: true })); }",
        value,
    )


@pytest.mark.browser
def test_every_architecture_counts_as_in_python(demo, golden):
    page = demo(*PLACE)
    names = page.locator("live-demo .live-choice label").all_inner_texts()
    assert len(names) == len(live_sizes.FAMILIES)
    for label, name in zip(names, live_sizes.FAMILIES, strict=True):
        page.get_by_label(label, exact=True).check(force=True)
        first = next(each for each in golden if each["network"] == name)
        assert counts(page) == first["stages"], name
        assert "as published" in answer(page)
        assert f"{sum(both[0] for both in first['stages'].values()):,} parameters" in answer(page)


@pytest.mark.browser
def test_sliders_scale_it_as_in_python(demo, golden):
    page = demo(*PLACE)
    page.get_by_label("EfficientNet-B0", exact=True).check(force=True)
    for each in [each for each in golden if each["network"] == "efficientnet"]:
        put(page, "Width", round(20 * each["width"]))
        put(page, "Depth", round(10 * each["depth"]))
        put(page, "Resolution", each["size"])
        assert counts(page) == each["stages"]
    assert "×" in answer(page)
    page.get_by_role("button", name="As published").click()
    assert "as published: 5,288,548 parameters and 386 million" in answer(page)


@pytest.mark.browser
def test_keys_and_mouse_move_a_slider_and_the_pause_is_read_out(demo):
    page = demo(*PLACE)
    assert page.locator("live-demo .live-status").inner_text() == ""
    start = counts(page)
    slider = page.get_by_role("slider", name="Width")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "times 1.05"
    assert counts(page)["head"][0] > start["head"][0]
    box = page.get_by_role("slider", name="Resolution").bounding_box()
    page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
    assert counts(page)["head"][0] > 2 * start["head"][0]
    status = page.locator("live-demo .live-status")
    until(page, lambda: status.inner_text().startswith("AlexNet: "))


@pytest.mark.browser
def test_a_finger_moves_it_and_nothing_is_wider_than_the_phone(demo):
    page = demo(*PLACE, viewport=PHONE, has_touch=True)
    slider = page.get_by_role("slider", name="Depth")
    slider.scroll_into_view_if_needed()
    start, box = counts(page), slider.bounding_box()
    page.touchscreen.tap(box["x"] + 0.95 * box["width"], box["y"] + box["height"] / 2)
    assert counts(page)["stage3"][0] > start["stage3"][0]
    for label in page.locator("live-demo .live-choice label").all_inner_texts():
        page.get_by_label(label, exact=True).check(force=True)
        put(page, "Width", 40)
        put(page, "Resolution", 600)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], label
