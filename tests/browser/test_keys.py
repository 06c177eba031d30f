"""Keys on the console: the token is seen once, and can be taken with or without a clipboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewContext
from tests.browser.lead import Desk
from tests.browser.operations import Operations

NO_CLIPBOARD = "Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined })"


@pytest.mark.parametrize("plain_http", [True, False])
def test_a_token_is_selected_and_copied_only_where_the_browser_can(
    floor: Operations, new_context: NewContext, *, plain_http: bool
) -> None:
    page = new_context(viewport={"width": 1440, "height": 900}).new_page()
    desk = Desk(page, floor.url).sign_in("admin")
    expect(page.get_by_label("PIN")).to_have_count(0)
    if plain_http:
        desk.page.add_init_script(NO_CLIPBOARD)
    else:
        desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.open("people")
    desk.page.reload()
    desk.page.get_by_role("button", name="Make a key").click()
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_label("Program").fill("web shop")
    dialog.get_by_text("orders", exact=True).click()
    dialog.get_by_role("button", name="Make a key").click()
    token = dialog.get_by_test_id("token").inner_text()
    assert desk.page.evaluate("getSelection().toString().trim()") == token
    expect(dialog.get_by_role("button", name="Copy it")).to_have_count(0 if plain_http else 1)
    if not plain_http:
        dialog.get_by_role("button", name="Copy it").click()
        expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
        assert desk.page.evaluate("navigator.clipboard.readText()") == token
    assert desk.is_clean()
