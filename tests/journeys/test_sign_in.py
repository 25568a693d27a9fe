"""Sign in, see who I am, lock, sign out."""

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey


def test_a_person_signs_in_and_sees_what_the_server_holds_of_them(desk: Any) -> None:
    page = desk.sign_in("ntf.analyst", "/whoami", anew=True)

    expect(page.get_by_role("heading", name="Alba Norrfjäll")).to_be_visible()
    expect(page.get_by_role("note")).to_contain_text("EXERCISE")
    expect(page.get_by_text("TLP:AMBER+STRICT").first).to_be_visible()
    assert (desk.complaints, desk.outside) == ([], [])


def test_a_wrong_password_is_told_and_the_account_kept(desk: Any) -> None:
    desk.page.goto(desk.url)
    desk.page.get_by_label("Account").fill("ntf.analyst")
    desk.page.get_by_label("Password").fill("wrong")
    desk.page.get_by_role("button", name="Sign in").click()

    expect(desk.page.get_by_role("alert")).to_have_text("Account and password do not match.")
    expect(desk.page.get_by_label("Account")).to_have_value("ntf.analyst")
    expect(desk.page.get_by_label("Password")).to_be_focused()


def test_signing_out_in_one_window_ends_the_others(desk: Any) -> None:
    first = desk.sign_in(anew=True)
    second = desk.window()
    second.goto(desk.url + "/whoami")
    expect(second.get_by_text("Labels you may see")).to_be_visible()

    first.get_by_role("button", name="Sign out").click()
    first.wait_for_url("**/sign-in")
    second.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    second.wait_for_url("**/sign-in?next=*")
    first.go_back()
    expect(first.get_by_label("Password")).to_be_visible()


def test_a_page_without_a_hand_locks_and_opens_again_where_it_was(desk: Any) -> None:
    desk.page.clock.install()
    page = desk.sign_in("ntf.analyst", "/whoami?here=1", anew=True)
    expect(page.get_by_text("Labels you may see")).to_be_visible()

    page.clock.fast_forward("16:00")

    expect(page.get_by_text("Locked after 15 minutes")).to_be_visible()
    expect(page.get_by_label("Account")).to_have_value("ntf.analyst")
    page.get_by_label("Password").fill("exercise")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(desk.url + "/whoami?here=1")
