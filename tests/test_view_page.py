"""The page in a browser without network: load, play, levers, compare, own table, advice, sweeps, replay; phone, keyboard, dark."""

import re
import time

import pytest

import coalsim as cs
from coalsim.view import record, replay
from coalsim.view.desk import Desk
from coalsim.view.typical import MOST
from view_browser import CHROMIUM, DRIVER, browser, complaints, requested, served, until

pytest.importorskip("starlette", reason="the extra view is not installed")
pytest.importorskip("selenium", reason="selenium is not installed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="there is no chromium with chromedriver here (Debian: chromium chromium-driver)"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

P = cs.Parameters.model1().replace(organizations=30, months=48)


@pytest.fixture(scope="module")
def address():
    with served(Desk(P, "test")) as at:
        yield at


@pytest.fixture(scope="module")
def driver():
    with browser() as opened:
        yield opened


@pytest.fixture
def page(driver, address):
    """Open the page anew, with the run of the tab Watch there."""
    driver.get("about:blank")
    driver.get(address)
    until(lambda: driver.execute_script("return window.CS && CS.stage && CS.stage.run && CS.stage.run.whole"), what="the run")
    yield driver
    assert complaints(driver) == []
    assert [url for url in requested(driver) if not url.startswith("http://127.0.0.1:")] == []


def tab(driver, name):
    driver.find_element("id", f"tab-{name}").click()
    return driver.find_element("id", f"panel-{name}")


def button(within, text):
    return within.find_element("xpath", f".//button[normalize-space(.)='{text}']")


def month(driver):
    return driver.execute_script("return CS.stage.clock.month")


def slide(driver, element, value):
    driver.execute_script(
        "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))",
        element,
        value,
    )


def ink(driver, canvas="canvas"):
    """Return how many dots of a canvas are drawn on."""
    return driver.execute_script(
        "const c = document.querySelector(arguments[0]), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        "let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n",
        canvas,
    )


def test_it_loads_plays_pauses_and_steps(page):
    assert page.title == "test – coalsim"
    assert ink(page) > 500
    play = page.find_element("css selector", "button.play")
    play.click()
    until(lambda: month(page) > 2, what="months passing")
    assert play.get_attribute("aria-label") == "Pause"
    play.click()
    now = month(page)
    assert now == round(now)
    page.find_element("css selector", "button[aria-label='A month back']").click()
    assert month(page) == now - 1
    page.find_element("css selector", "button[aria-label='A month on']").click()
    assert month(page) == now


def test_the_keyboard_does_it_too(page):
    from selenium.webdriver.common.keys import Keys

    canvas = page.find_element("css selector", "canvas")
    canvas.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
    assert month(page) == 2
    canvas.send_keys(Keys.END)
    assert month(page) == 47
    canvas.send_keys(Keys.HOME, Keys.SPACE)
    until(lambda: month(page) > 1, what="months passing")
    canvas.send_keys(Keys.SPACE)
    assert "Month " in canvas.get_attribute("aria-label")
    watch = page.find_element("id", "tab-watch")
    watch.send_keys(Keys.ARROW_RIGHT)
    assert page.switch_to.active_element.get_attribute("id") == "tab-compare"
    page.switch_to.active_element.send_keys(Keys.ARROW_LEFT)


def test_a_lever_changes_the_run_and_keeps_the_month(page):
    page.execute_script("CS.stage.clock.go(20)")
    before = page.execute_script("return CS.stage.run.series.members")
    changed = page.execute_script("return CS.stage.run.header.changed")
    slide(page, page.find_element("name", "join_threshold"), 0.2)
    until(
        lambda: page.execute_script("return CS.stage.run.whole && CS.stage.run.header.changed.join_threshold === 0.2"), what="the new run"
    )
    assert page.execute_script("return CS.stage.run.series.members") != before
    assert month(page) == 20
    button(page.find_element("id", "panel-watch"), "All levers back").click()
    until(lambda: page.execute_script("return CS.stage.run.whole && CS.stage.run.header.changed") == changed, what="the old run")
    assert page.execute_script("return CS.stage.run.series.members") == before


def test_it_says_which_replicate_it_shows_and_any_other_is_a_click_away(page):
    panel = page.find_element("id", "panel-watch")
    number = panel.find_element("css selector", "input[type=number]")
    first = number.get_attribute("value")
    assert f"replicate {first} is " in panel.text
    panel.find_element("css selector", ".chosen summary").click()
    assert f"of the first {MOST} replicates" in panel.text
    before = page.execute_script("return CS.stage.run.series.members")
    button(panel, "Another replicate").click()
    assert f"replicate {int(first) + 1} is one that you chose" in panel.text
    until(lambda: page.execute_script("return CS.stage.run.whole && CS.stage.run.series.members") != before, what="another run")
    button(panel, "The first one again").click()
    assert f"replicate {first} is " in panel.text
    until(lambda: page.execute_script("return CS.stage.run.whole && CS.stage.run.series.members") == before, what="the first run")


def test_a_click_shows_a_card_with_the_story(page):
    from selenium.webdriver import ActionChains

    page.execute_script("CS.stage.clock.go(47)")
    kind, x, y = page.execute_script("const t = CS.stage.space.targets.find((t) => t.kind === 'coalition'); return [t.kind, t.x, t.y]")
    canvas = page.find_element("css selector", "canvas")
    page.execute_script("arguments[0].scrollIntoView({block: 'center'})", canvas)
    middle = canvas.size["width"] / 2
    ActionChains(page).move_to_element_with_offset(canvas, x - middle, y - middle).click().perform()
    card = page.find_element("css selector", "#panel-watch .card")
    assert kind == "coalition"
    assert "Coalition of organization" in card.text
    assert "is launched" in card.text
    card.find_element("css selector", "dd button").click()
    assert "Readiness" in page.find_element("css selector", "#panel-watch .card").text


def test_an_error_is_a_sentence_on_the_page(page):
    page.execute_script("CS.listen('run', {values: {openness: 7}}, () => {})")
    error = page.find_element("id", "error")
    until(lambda: "out of range" in error.text, what="the error")
    assert "Traceback" not in error.text
    page.get_log("browser")


def test_two_worlds_are_compared(page):
    panel = tab(page, "compare")
    many = panel.find_element("css selector", "input[type=number]")
    assert many.get_attribute("value") == "200"
    until(lambda: "95 % interval" in panel.text, 60, "the first replicates")
    assert ink(page, "#panel-compare .a canvas") > 500
    assert ink(page, "#panel-compare .b canvas") > 500
    assert "95 % interval" in panel.text
    sliders = panel.find_elements("css selector", "input[type=range][name=openness]")
    many.clear()
    many.send_keys("30")
    slide(page, sliders[1], 0.0)
    until(lambda: "World B: openness to others' views 0" in panel.text and "over 30 replicates" in panel.text, 60, "the second difference")
    said = panel.find_element("css selector", ".conclusion").text
    assert re.match("With “openness to others' views” 0 instead of 0.5, (it is not clear whether|the share of the need .* is )", said)


def test_a_comparison_is_said_in_one_sentence(page):
    say = "return CS.differs(arguments[0], {label: 'openness', of: '0.5', against: '0.8'}, ...arguments[1])"
    initiatives, share = {"things": "initiatives succeed", "unit": "-"}, {"thing": "trust", "unit": "share"}
    change = "With “openness” 0.8 instead of 0.5"
    for about, numbers, said in [
        (initiatives, [0.12, 0.08, 0.16, 100], f"{change}, 12 more initiatives succeed in 100 runs (between 8 and 16)."),
        (initiatives, [-0.12, -0.16, -0.08, 100], f"{change}, 12 fewer initiatives succeed in 100 runs (between 8 and 16)."),
        (share, [0.031, 0.011, 0.051, 50], f"{change}, trust is 3.1 points of 100 higher (between 1.1 and 5.1)."),
        (
            initiatives,
            [0.02, -0.02, 0.06, 100],
            f"{change}, it is not clear whether more or fewer initiatives succeed: 100 pairs of runs allow for anything between 2 fewer "
            "and 6 more in 100 runs. More replicates would narrow that down.",
        ),
        (initiatives, [0, 0, 0, 100], f"{change}, nothing of this differs in any of 100 pairs of runs."),
    ]:
        assert page.execute_script(say, about, numbers) == said


def test_a_table_is_dropped_mended_downloaded_and_watched(page, tmp_path):
    table = tmp_path / "county.csv"
    table.write_text("Name,capacity,readiness\nFood Bank,3,0.5\nThe Shelter,2,lots\nClinic,4,\n")
    panel = tab(page, "field")
    assert "The least that is needed is the names of two or more organizations" in panel.text
    panel.find_element("css selector", "input[type=file]").send_keys(str(table))
    until(lambda: "This cannot be used yet" in panel.text, what="what was understood")
    assert "county.csv:3: column 'readiness'" in panel.text
    assert panel.find_element("css selector", "tr.wrong input").get_attribute("value") == "The Shelter"
    page.execute_script("const c = document.querySelector('[data-cell=\"0-1-2\"]'); c.value = '0.6'; c.dispatchEvent(new Event('change'))")
    until(lambda: "What was understood" in panel.text, what="the mended table")
    button(panel, "Download organizations.csv").click()
    kept = until(lambda: [path for path in page.downloads.iterdir() if path.suffix == ".csv"], what="the download")
    assert kept[0].read_text().splitlines()[1:3] == ["food-bank,Food Bank,3,0.5", "the-shelter,The Shelter,2,0.6"]
    button(panel, "Watch this field").click()
    until(lambda: page.execute_script("return CS.stage.run && CS.stage.run.count === 3 && CS.stage.run.whole"), what="the own field")
    assert page.title == "county – coalsim"


def test_advice_is_asked_for_and_downloaded(driver):
    with served(Desk(cs.Parameters.model1().replace(organizations=10, months=24), "small")) as at:
        driver.get(f"{at}#advise")
        panel = until(lambda: driver.find_elements("id", "panel-advise"), what="the tab")[0]
        few, draws = panel.find_elements("css selector", "input[placeholder=usual]")
        few.send_keys("4")
        draws.send_keys("2")
        button(panel, "Ask for advice").click()
        until(lambda: "What follows" in panel.text, 120, "the advice")
        said = panel.find_element("css selector", ".first").text
        assert said.startswith("No step stands out: none of the")  # four runs cannot show anything
        shown = [row for row in panel.find_elements("css selector", ".forest li") if row.is_displayed()]
        assert len(shown) == 3
        panel.find_element("xpath", ".//summary[starts-with(., 'All ')]").click()
        assert len([row for row in panel.find_elements("css selector", ".forest li") if row.is_displayed()]) > 15
        button(panel, "Download this advice as a page").click()
        kept = until(lambda: [path for path in driver.downloads.iterdir() if path.name == "advice.html"], what="the download")
        text = kept[0].read_text(encoding="utf-8")
        assert text.index("As planned") < text.index("What you could do otherwise") < text.index("What it rests on")
        assert complaints(driver) == []


def test_a_sweep_is_opened_and_filtered(page, tmp_path):
    base = cs.Parameters.model1().replace(organizations=12, months=24, convene_hazard=0.2)
    cs.Sweep(base, {"openness": [0.1, 0.5, 0.9], "effort": [4.0, 40.0]}, replicates=5, seed=1).run(tmp_path / "sweep")
    panel = tab(page, "sweeps")
    panel.find_element("css selector", "input[type=text]").send_keys(str(tmp_path / "sweep"))
    button(panel, "Open").click()
    until(lambda: "How long coalitions last" in panel.text, what="the results")
    assert len(panel.find_elements("css selector", ".cell")) == 6
    choices = {
        box.text.split("\n")[0]: box.find_element("tag name", "select") for box in panel.find_elements("css selector", ".form .choice")
    }
    page.execute_script("arguments[0].value = '4'; arguments[0].dispatchEvent(new Event('change'))", choices["effort (FTE-month)"])
    until(lambda: "3 of 6 scenarios" in panel.text, what="the filter")


def test_a_thousand_organizations_are_drawn_fast(driver, tmp_path):
    target = tmp_path / "replay.html"
    target.write_text(replay.page(record(cs.Parameters.model1().replace(organizations=1000, issues=16, months=60, convene_hazard=0.05))))
    driver.get(target.as_uri())
    until(lambda: driver.execute_script("return window.CS && CS.stage && CS.stage.run.whole"), what="the replay")
    driver.execute_script(
        "CS.stage.clock.speed = 20; CS.stage.clock.play(); window.began = performance.now(); window.drawn = CS.stage.space.drawn"
    )
    time.sleep(2)
    months, pictures = driver.execute_script(
        "const s = (performance.now() - began) / 1000; return [CS.stage.clock.month / s, (CS.stage.space.drawn - drawn) / s]"
    )
    assert months > 15
    assert pictures > 5
    assert complaints(driver) == []


def test_a_replay_asks_for_nothing(driver, tmp_path):
    target = tmp_path / "replay.html"
    target.write_text(replay.page(record(P, title="A replay")))
    driver.get("about:blank")
    requested(driver)
    driver.get(target.as_uri())
    until(lambda: driver.execute_script("return window.CS && CS.stage && CS.stage.run.whole"), what="the replay")
    driver.execute_script("CS.stage.clock.go(30)")
    assert ink(driver) > 500
    assert requested(driver) == []
    assert complaints(driver) == []


def test_an_empty_table_is_downloaded_and_understood(page, tmp_path):
    panel = tab(page, "field")
    button(panel, "Download an empty table").click()
    (kept,) = until(lambda: list(page.downloads.glob("my-organizations.csv")), what="the download")
    filled = tmp_path / "county.csv"
    head, example = kept.read_text().splitlines()
    kept.unlink()
    filled.write_text(f"{head}\n{example}\n{example.replace('Example', 'Other')}\n")
    panel.find_element("css selector", "input[type=file]").send_keys(str(filled))
    until(lambda: "What was understood" in panel.text, what="what was understood")
    assert not panel.find_elements("css selector", ".questions")
    assert "is chosen at random for each replicate, as the defaults say" in panel.text
    assert "drawn" not in panel.text


TABS = ["watch", "compare", "field", "advise", "sweeps"]
TOO_SMALL = """return [...document.querySelectorAll('button, select, input, summary')].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width && getComputedStyle(one).visibility !== 'hidden' && (box.width < 40 || box.height < 40);
}).map((one) => one.outerHTML)"""


@pytest.mark.parametrize("width", [320, 360, 390])
def test_on_a_phone_no_tab_scrolls_sideways_and_controls_can_be_touched(address, phone, tmp_path, width):
    size = {"width": width, "height": 780, "deviceScaleFactor": 1, "mobile": True}
    phone.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    table = tmp_path / "county.csv"
    table.write_text("Name,What they do,Size\nFood Bank,quilting and other neighbourliness of many kinds,3\nThe Shelter,shelter,\n")
    phone.get("about:blank")
    phone.get(address)
    until(lambda: phone.execute_script("return window.CS && CS.stage && CS.stage.run && CS.stage.run.whole"), 120, "the run")
    for name in TABS:
        panel = tab(phone, name)
        if name == "field":
            panel.find_element("css selector", "input[type=file]").send_keys(str(table))
            until(lambda panel=panel: panel.find_elements("css selector", ".questions select"), 120, "a question")
        assert phone.execute_script("return document.documentElement.scrollWidth <= innerWidth"), name
        assert phone.execute_script(TOO_SMALL) == [], name
    phone.get("about:blank")


def test_on_a_phone_a_replay_does_not_scroll_sideways(phone, tmp_path):
    size = {"width": 360, "height": 780, "deviceScaleFactor": 1, "mobile": True}
    phone.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    target = tmp_path / "replay.html"
    target.write_text(replay.page(record(P, title="A replay")))
    phone.get(target.as_uri())
    until(lambda: phone.execute_script("return window.CS && CS.stage && CS.stage.run.whole"), what="the replay")
    assert phone.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    assert phone.execute_script(TOO_SMALL) == []


def reached(driver, panel, most=80):
    """Press Tab from the tab of a panel; return the elements of the panel that got the keyboard, each with its outline."""
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.keys import Keys

    found = []
    driver.execute_script("document.querySelector('[role=tab][aria-selected=true]').focus()")
    for _ in range(most):
        ActionChains(driver).send_keys(Keys.TAB).perform()
        within = driver.execute_script("return arguments[0].contains(document.activeElement) ? document.activeElement : null", panel)
        if within is None and found:
            break
        if within is not None:
            found.append((within, driver.execute_script("return getComputedStyle(arguments[0]).outlineStyle", within)))
    return found


@pytest.mark.parametrize("name", ["compare", "field", "advise", "sweeps"])
def test_every_control_is_reached_with_the_keyboard_and_seen_to_be(page, name):
    panel = tab(page, name)
    found = reached(page, panel)
    assert {style for _, style in found} == {"solid"}
    controls = page.execute_script(
        "return [...arguments[0].querySelectorAll('button, select, input, summary')]"
        ".filter((one) => !one.disabled && one.checkVisibility({visibilityProperty: true}))",
        panel,
    )
    elements = [element for element, _ in found]
    assert [one.get_attribute("outerHTML") for one in controls if one not in elements] == []


def test_the_keyboard_operates_what_it_reaches(page):
    from selenium.webdriver.common.keys import Keys

    panel = page.find_element("id", "panel-watch")
    fold = panel.find_elements("css selector", ".levers summary")[1]
    fold.send_keys(Keys.ENTER)
    assert fold.find_element("xpath", "..").get_attribute("open") is not None
    page.execute_script("window.first = CS.stage.run")
    lever = panel.find_element("name", "contribution_rate")
    before = lever.get_attribute("value")
    lever.send_keys(Keys.ARROW_RIGHT)
    assert lever.get_attribute("value") > before
    until(lambda: page.execute_script("return CS.stage.run !== first && CS.stage.run.whole"), what="the other run")
    panel.find_element("css selector", ".card [data-key='funder 0']").send_keys(Keys.ENTER)
    card, label = "return document.querySelector('.card').innerText", "return document.activeElement.getAttribute('aria-label')"
    assert "Budget" in page.execute_script(card)
    assert page.execute_script(label) == "Close the card"  # the keyboard stays in the card
    page.switch_to.active_element.send_keys(Keys.SPACE)
    assert "What happens" in page.execute_script(card)
    page.find_element("id", "tab-watch").send_keys(Keys.END)
    assert page.switch_to.active_element.get_attribute("id") == "tab-sweeps"


def test_a_card_of_the_field_stays_open_when_a_lever_moves(page):
    run = "return CS.stage.run !== first && CS.stage.run.whole"
    for kind, kept in (("organization", True), ("issue", True), ("funder", True), ("coalition", False)):
        page.execute_script("window.first = CS.stage.run; CS.stage.pick({kind: arguments[0], number: 0})", kind)
        lever = page.find_element("name", "readiness_mean")
        slide(page, lever, float(lever.get_attribute("value")) + 0.01)
        until(lambda: page.execute_script(run), what="the other run")
        assert bool(page.execute_script("return CS.stage.selected")) == kept, kind


def test_charts_say_what_they_show(page):
    tab(page, "compare")
    panel = page.find_element("id", "panel-compare")
    until(lambda: panel.find_elements("css selector", "section .chart"), 60, "the differences")
    said = page.execute_script(  # in one go: the page draws them again while it computes
        "return [...document.querySelectorAll('.chart, canvas')].map((one) => [one.getAttribute('role'), one.getAttribute('aria-label')])"
    )
    assert {role for role, _ in said} == {"img"}
    assert min(len(label or "") for _, label in said) > 15
    assert any("World A. Month" in label for _, label in said)


@pytest.fixture(scope="module")
def phone():
    with browser(390, 844, dark=True) as opened:
        yield opened


def test_it_is_dark_where_the_reader_wants_it_dark(address, phone):
    phone.get(address)
    paper = until(lambda: phone.execute_script("return getComputedStyle(document.body).backgroundColor"))
    assert max(int(part) for part in paper[4:-1].split(",")) < 60
    phone.find_element("id", "scheme").click()
    paper = phone.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert min(int(part) for part in paper[4:-1].split(",")) > 200
