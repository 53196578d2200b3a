"""A term's definition in Chromium: for a mouse, a keyboard, a touch, and without scripts."""

import re

import pytest
from browsing import PHONE
from test_browser import axe, playwright

pytestmark = pytest.mark.browser
PAGE = "convolutions/"
TOOLTIP = "#term-tooltip:popover-open"


def shown(page, link):
    """The tooltip of a link, once it is there; it says what the glossary says, and only once."""
    tooltip = page.locator(TOOLTIP)
    # not tooltip.wait_for(): a neighbour's may still be there, where the pointer rests
    playwright.expect(link).to_have_attribute("aria-describedby", "term-tooltip")
    assert tooltip.is_visible()
    assert not link.get_attribute("title")
    box, view = tooltip.bounding_box(), page.viewport_size
    assert 0 <= box["x"] <= box["x"] + box["width"] <= view["width"]
    assert 0 <= box["y"] <= box["y"] + box["height"] <= view["height"]
    return tooltip


def test_a_mouse_that_rests_on_a_term_sees_what_it_means(visit):
    page = visit(PAGE)
    link = page.locator("a.term:visible").nth(3)
    meaning = link.get_attribute("title")
    link.hover()
    tooltip = shown(page, link)
    assert tooltip.inner_text() == meaning
    tooltip.hover()
    page.wait_for_timeout(400)
    assert tooltip.is_visible(), "it went before the pointer could reach it"
    page.locator("h1").hover()
    tooltip.wait_for(state="detached")
    assert link.get_attribute("title") == meaning and not link.get_attribute("aria-describedby")


def test_a_keyboard_reaches_it_and_sends_it_away(visit):
    page = visit(PAGE)
    link = page.locator("a.term:visible").first
    page.locator("h1 a").focus()
    for _ in range(12):  # the notebooks' links stand before
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    shown(page, link)
    page.keyboard.press("Escape")
    page.locator(TOOLTIP).wait_for(state="detached")
    assert link.evaluate("link => link === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/glossary/#term-"))
    page.locator(f"dt#{page.url.partition('#')[2]}").wait_for()


def test_a_touch_shows_it_and_a_second_one_follows(visit):
    page = visit(PAGE, viewport=PHONE, has_touch=True, is_mobile=True)
    first, second = (page.locator("a.term:visible").nth(index) for index in (0, 4))
    first.tap()
    shown(page, first)
    second.tap()
    shown(page, second)
    page.locator("h1").tap()
    page.locator(TOOLTIP).wait_for(state="detached")
    assert page.url.endswith(PAGE)
    second.tap()
    shown(page, second)
    second.tap()
    page.wait_for_url(re.compile(r"/glossary/#term-"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_it_is_shown(visit, scheme):
    page = visit(PAGE, color_scheme=scheme)
    link = page.locator("a.term:visible").first
    link.hover()
    shown(page, link)
    assert not axe(page)


def test_another_page_starts_without_it(visit):
    page = visit(PAGE)
    title = page.locator("h1").inner_text()
    page.locator("a.term:visible").first.hover()
    page.locator(TOOLTIP).wait_for()
    page.locator(".md-footer__link--next").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: PAGE not in url)
    page.locator(TOOLTIP).wait_for(state="detached")
    page.locator("h1").hover()  # where the first term was, its tooltip would be back with the page
    page.go_back()
    page.locator("h1", has_text=title).wait_for()  # the address alone changes before the page
    link = page.locator("a.term:visible").nth(2)
    assert link.get_attribute("title")
    link.hover()
    shown(page, link)


def test_without_scripts_the_link_leads_to_the_definition(visit):
    page = visit(PAGE, java_script_enabled=False)
    link = page.locator("a.term:visible").first
    assert link.get_attribute("title")
    link.click()
    page.wait_for_url(re.compile(r"/glossary/#term-"))


def test_a_citation_leads_to_its_source_and_back(visit):
    page = visit(PAGE)
    citation = page.locator("a.citation").first
    name = citation.get_attribute("id")
    citation.click()
    page.wait_for_url(re.compile("#source-"))
    back = page.locator(f".sources a[href$='#{name}']")
    assert back.is_visible()
    back.click()
    page.wait_for_url(re.compile(f"#{name}$"))
    assert citation.is_visible()
