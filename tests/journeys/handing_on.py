"""A file that is prepared in the export dialog, and taken."""

from pathlib import Path

from playwright.sync_api import Download, Page, expect

PATIENT_MS = 90_000


def taken(page: Page, to: Path, *, begins: str = "EXERCISE · TLP:") -> tuple[Download, str]:
    """Prepare what the open dialog says and download it; the download, and the marking that was shown before.

    begins: how the marking does.
    """
    page.get_by_role("button", name="Prepare").click()
    marking = page.locator(".wfx-marking")
    expect(marking).to_contain_text(begins, timeout=PATIENT_MS)
    shown = marking.inner_text()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download").click()
    downloading.value.save_as(to)
    return downloading.value, shown
