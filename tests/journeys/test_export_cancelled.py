"""A file that is being made is taken back: nothing of it is left, and nothing of it has left."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import Desk
from .handing_on import PATIENT_MS

pytestmark = [pytest.mark.journey, pytest.mark.full]

# a whole sheet of dense layers takes some seconds
DENSE = "/explore?layers=hexagons:55,density:60,seizures:90,overdoses:50&since=2022-01-01&until=2026-06-01"


def test_a_running_export_is_cancelled_and_too_many_at_once_are_refused(desk: Desk) -> None:
    page = desk.sign_in("sbi.lead", path="/whoami")
    page.goto(desk.url + DENSE)
    page.get_by_role("button", name="Export", exact=True).click(timeout=PATIENT_MS)
    dialog = page.get_by_role("dialog", name="Export")
    page.get_by_label("Form", exact=True).select_option("png")
    page.get_by_label("Size", exact=True).select_option("a4")
    prepare = dialog.get_by_role("button", name="Prepare")
    files = page.get_by_role("list", name="Files").get_by_role("listitem")
    prepare.click()
    expect(files).to_have_count(1)
    prepare.click()
    expect(files).to_have_count(2)
    expect(files.get_by_role("progressbar")).to_have_count(2)

    # a third would take the hands of others
    prepare.click()
    expect(dialog.get_by_role("alert")).to_have_text(re.compile("files of yours are being made"))

    cancel = files.get_by_role("button", name="Cancel")
    cancel.first.click()
    expect(cancel).to_have_count(1)
    # progress goes on while one stands at the other's button, and the key still finds it there
    cancel.focus()
    page.wait_for_timeout(1_200)
    expect(cancel).to_be_focused()
    page.keyboard.press("Enter")
    expect(files.get_by_role("progressbar")).to_have_count(0)
    expect(page.get_by_role("button", name="Download")).to_have_count(0)

    # nothing is written down as handed on, and another file may be made
    page.goto(f"{desk.url}/handed-on")
    expect(page.locator("main h1").first).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("PNG")
    page.goto(desk.url + DENSE)
    page.get_by_role("button", name="Export", exact=True).click(timeout=PATIENT_MS)
    expect(files.get_by_role("button")).to_have_count(0)
    # the browser itself tells of the refusal
    assert [one for one in desk.complaints if "403 (Forbidden)" not in one] == []
    assert desk.outside == []
