"""How the page looks on small screens, and whether everybody can use it."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import expect

from tests.browser.building import Building
from tests.browser.conftest import NewContext
from tests.browser.hand import Hand
from tests.browser.site import code_of

FIRST_LOAD_MAX: Final = 60_000
SIZES: Final = ((320, 480), (360, 640))
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
TOUCH_MIN_PX: Final = 40
CONTRAST_MIN: Final = 4.5
TOO_WIDE: Final = """() => [...document.querySelectorAll("body *")]
    .filter(each => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest("select"))
    .map(each => each.outerHTML.slice(0, 120))"""
OVERLAPS: Final = """() => {
    const all = [...document.querySelectorAll("button, h1, h2, .target, .qty, .name, output")]
        .filter(each => each.checkVisibility());
    const box = each => each.getBoundingClientRect();
    const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
        && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    return all.flatMap((one, at) => all.slice(at + 1)
        .filter(other => !one.contains(other) && !other.contains(one))
        .filter(other => meet(box(one), box(other)))
        .map(other => [one.outerHTML.slice(0, 80), other.outerHTML.slice(0, 80)]));
}"""
CONTRASTS: Final = """() => {
    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const rgba = colour => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => [r, g, b].map(part => part / 255)
        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const ground = each => {
        for (let at = each; at; at = at.parentElement) {
            const colour = rgba(getComputedStyle(at).backgroundColor);
            if (colour[3] > 250) return colour;
        }
        return [255, 255, 255, 255];
    };
    return [...document.querySelectorAll("body *")]
        .filter(each => each.checkVisibility() && !each.closest(":disabled, .unseen, svg"))
        .filter(each => [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
        .map(each => {
            const [a, b] = [light(rgba(getComputedStyle(each).color)), light(ground(each))];
            return {text: each.textContent.trim().slice(0, 40),
                ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)};
        });
}"""
NAMELESS: Final = """() => [...document.querySelectorAll("button, a, input, progress, img")]
    .filter(each => each.tagName === "IMG" ? !each.hasAttribute("alt")
        : !(each.textContent.trim() || each.getAttribute("aria-label") || each.labels?.length))
    .map(each => each.outerHTML.slice(0, 120))"""
SMALL: Final = """least => [...document.querySelectorAll("button")]
    .filter(each => each.checkVisibility())
    .filter(each => each.getBoundingClientRect().height < least)
    .map(each => each.outerHTML.slice(0, 120))"""


def check(hand: Hand, where: str) -> None:
    page = hand.page
    assert page.evaluate(TOO_WIDE) == [], where
    assert page.evaluate(OVERLAPS) == [], where
    assert page.evaluate(NAMELESS) == [], where
    assert page.evaluate(SMALL, TOUCH_MIN_PX) == [], where
    faint = [each for each in page.evaluate(CONTRASTS) if each["ratio"] < CONTRAST_MIN]
    assert faint == [], where


def check_all(hand: Hand, where: str) -> None:
    """On every size of screen, by day and by night."""
    for width, height in SIZES:
        hand.page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            hand.page.emulate_media(color_scheme=scheme)
            check(hand, f"{where}, {width} x {height}, {scheme}")


def walk(house: Building, hand: Hand, look: Callable[[Hand, str], None]) -> list[str]:
    """Looks at every kind of screen from the badge to the end of a tour."""
    seen: list[str] = []
    look(hand, "badge")
    hand.sign_in()
    look(hand, "home")
    hand.scan("CART-1", "scan_tote")
    while (screen := house.screen("PICKER-001")).workflow == "picking":
        hand.at(f"picking.{screen.step}")
        if screen.step not in seen:
            look(hand, screen.step)
            seen.append(screen.step)
        before = hand.seen()
        if screen.step == "count":
            hand.page.keyboard.type(screen.target, delay=130)
            hand.page.keyboard.press("Enter")
        else:
            hand.wedge(code_of(screen.target))
        expect(hand.page.locator("p[data-count]")).not_to_have_attribute("data-count", before)
    return seen


def test_no_screen_is_too_wide_overlaps_is_faint_or_has_nameless_controls(
    house: Building, new_context: NewContext
) -> None:
    house.tour()
    seen = walk(house, Hand(new_context(), house.url), check_all)
    assert {"tote", "place", "item", "count", "drop", "hand_over"} <= set(seen)


def test_the_page_is_usable_at_twice_the_size_of_text(
    house: Building, new_context: NewContext
) -> None:
    house.tour()
    hand = Hand(new_context(), house.url)
    hand.page.evaluate("document.documentElement.style.fontSize = '200%'")
    walk(house, hand, check)


def test_the_count_fits_on_a_four_inch_screen_without_scrolling(
    house: Building, new_context: NewContext
) -> None:
    house.order("1", {"SOAP-22": 12})
    house.plan()
    hand = Hand(new_context(viewport={"width": 320, "height": 480}), house.url).sign_in()
    hand.scan("CART-1", "scan_tote")
    for raw, step in (("TOTE-01", "place"), ("B05-02-1", "item"), ("5901234123457", "count")):
        hand.wedge(raw)
        hand.at(f"picking.{step}")
    assert hand.page.evaluate("document.documentElement.scrollHeight") <= 480


def test_the_first_load_is_small(pages: Path) -> None:
    """What the page needs before it is shown, as a server with compression would send it."""
    page = (pages / "handheld.html").read_text()
    names = re.findall(r'(?:src|href)="/web/(assets/[^"]+)"', page)
    assert any(name.endswith(".js") for name in names)
    icons = [file.relative_to(pages).as_posix() for file in pages.glob("assets/icons-*.svg")]
    files = ["handheld.html", "handheld-worker.js", *names, *icons]
    packed = sum(len(gzip.compress((pages / name).read_bytes(), 9)) for name in files)
    assert packed <= FIRST_LOAD_MAX


def test_nothing_is_loaded_from_elsewhere(house: Building, new_context: NewContext) -> None:
    context = new_context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    Hand(context, house.url).sign_in()
    assert asked
    assert [url for url in asked if not url.startswith(house.url)] == []
