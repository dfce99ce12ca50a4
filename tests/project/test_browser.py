"""The browser fixtures themselves."""

from playwright.sync_api import Browser, Page

INLINE_SCRIPT = """<!doctype html><meta http-equiv="Content-Security-Policy"
content="script-src 'none'"><script>document.title = "ran"</script>"""


def test_it_drives_a_real_chromium(browser: Browser) -> None:
    assert browser.browser_type.name == "chromium"
    assert int(browser.version.split(".")[0]) >= 100


def test_it_hears_a_page_that_breaks_its_own_policy(
    page: Page, policy_breaches: list[str]
) -> None:
    with page.expect_console_message():
        page.set_content(INLINE_SCRIPT)
    assert len(policy_breaches) == 1
    policy_breaches.clear()


def test_it_hears_contexts_that_a_test_opens_itself(
    browser: Browser, policy_breaches: list[str]
) -> None:
    page = browser.new_context().new_page()
    with page.expect_console_message():
        page.set_content(INLINE_SCRIPT)
    page.context.close()
    assert len(policy_breaches) == 1
    policy_breaches.clear()
