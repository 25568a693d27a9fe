"""What people write beside a case: people, tasks, notes, files; hostile text is text, and others see nothing."""

import hashlib
import re
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Desk
from .map_shown import LONGEST_MS
from .test_accessible import CASE

pytestmark = [pytest.mark.journey, pytest.mark.full]

MARKUP = "<img src=x onerror=\"document.title='taken'\"><b>bold</b>"
# as another machine may send it: a path, markup and a sign that turns writing round
HOSTILE = "../../<b>plan & 'quay'\u202e.html"
CONTENT = b"<script>document.title = 'taken'</script>"
MOST_BYTES = 20 << 20


@pytest.fixture
def case(owner: psycopg.Connection) -> str:
    """Id of the case of NTF with the most records."""
    found = owner.execute(CASE).fetchone()
    assert found is not None
    return str(found[0])


def begun(page: Page, button: str) -> Locator:
    """The form behind that button."""
    page.get_by_role("button", name=button, exact=True).click(timeout=LONGEST_MS)
    form = page.get_by_role("form")
    expect(form).to_be_visible(timeout=LONGEST_MS)
    return form


def kept(form: Locator) -> None:
    """Keep it; the form goes."""
    form.get_by_role("button", name=re.compile("^(Keep|Attach)")).click()
    expect(form).to_have_count(0, timeout=LONGEST_MS)


def test_a_case_is_worked_on_by_people_tasks_and_notes(desk: Desk, case: str) -> None:
    page = desk.sign_in("ntf.lead", path="/whoami")
    page.goto(f"{desk.url}/case?id={case}")
    # the walks of all sizes keep in one store
    size = page.evaluate("innerWidth")
    name, task, note = f"Ida <i>{size}</i>", f"Call the harbour {size}", f"{MARKUP} {size}"

    form = begun(page, "Add somebody")
    form.get_by_label("Name").fill(name)
    form.get_by_label("Telephone").fill("+1 202-555-0134")
    kept(form)
    people = page.get_by_role("list", name="Who works on it")
    expect(people).to_contain_text(name)
    expect(people).to_contain_text("+1 202-555-0134")

    form = begun(page, "Add a task")
    form.get_by_label("Text").fill(task)
    form.get_by_label("Who does it").select_option(label=name)
    form.get_by_label("Until").fill("2027-01-31")
    kept(form)
    row = page.get_by_role("list", name="Tasks").get_by_role("listitem").filter(has_text=task)
    expect(row).to_contain_text(f"{name} · until 2027-01-31")
    row.get_by_role("checkbox").check()
    expect(row.get_by_role("checkbox")).to_be_checked(timeout=LONGEST_MS)

    form = begun(page, "Write a note")
    form.get_by_label("Text").fill(note)
    kept(form)
    notes = page.get_by_role("list", name="Notes")
    expect(notes).to_contain_text(note)
    expect(notes.locator("img, b b, i")).to_have_count(0)

    # all of it is there on another day, done and as it was written, with who wrote it and its marking
    page.reload()
    expect(row.get_by_role("checkbox")).to_be_checked(timeout=LONGEST_MS)
    for words in (note, "TLP:AMBER+STRICT", "Óscar Vellamonte"):
        expect(notes.get_by_role("listitem").filter(has_text=note)).to_contain_text(words)
    assert "taken" not in page.title()

    # another agency's people do not hear of the case itself
    page.get_by_role("button", name="Sign out").click()
    other = desk.sign_in("cgd.lead", path="/whoami", anew=True)
    other.goto(f"{desk.url}/case?id={case}")
    expect(other.locator("main")).to_contain_text("There is no such record for you", timeout=LONGEST_MS)
    assert [one for one in (task, str(note), "555-0134") if one in other.content()] == []
    assert (desk.complaints, desk.outside) == ([], [])


def test_a_file_is_attached_with_its_hash_and_hostile_ones_do_nothing(desk: Desk, case: str, tmp_path: Path) -> None:
    page = desk.sign_in("ntf.lead", path="/whoami")
    page.goto(f"{desk.url}/case?id={case}")
    content = CONTENT + str(page.evaluate("innerWidth")).encode()

    form = begun(page, "Attach a file")
    form.get_by_label("File").set_input_files({"name": HOSTILE, "mimeType": "text/html", "buffer": content})
    kept(form)
    files = page.get_by_role("list", name="Attachments")
    row = files.get_by_role("listitem").filter(has_text=hashlib.sha256(content).hexdigest())
    expect(row.get_by_role("link").first).to_have_text(re.compile(r"^<b>plan & 'quay' ?\.html$"), timeout=LONGEST_MS)
    expect(row).to_contain_text("TLP:AMBER+STRICT")
    expect(row.locator("b b")).to_have_count(0)
    # it comes back byte for byte, as a file and never as a page
    with page.expect_download() as downloading:
        row.get_by_role("link").first.click()
    downloading.value.save_as(tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == content
    assert "taken" not in page.title()

    # one that is too large is refused before it is sent, and nothing, too
    form = begun(page, "Attach a file")
    form.get_by_role("button", name=re.compile("^(Keep|Attach)")).click()
    expect(form).to_contain_text("Choose a file.")
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    form.get_by_label("File").set_input_files(large)
    form.get_by_role("button", name=re.compile("^(Keep|Attach)")).click()
    expect(form).to_contain_text("The file is larger than 20 MB.")
    form.get_by_role("button", name="Cancel").click()
    expect(form).to_have_count(0)
    expect(files).not_to_contain_text("large.bin")
    assert (desk.complaints, desk.outside) == ([], [])
