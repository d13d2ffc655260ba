"""Draw the screenshots of docs/view.md and docs/advise.md again: python scripts/screenshots.py (needs chromium and chromedriver).

Each tab on a desk and one on a telephone, small enough to be kept in the repository.
"""

from __future__ import annotations

import os
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))  # the browser that tests use

import coalsim as cs  # noqa: E402
import view_browser as b  # noqa: E402
from coalsim.field import template  # noqa: E402
from coalsim.view.desk import Desk  # noqa: E402

TARGET = ROOT / "docs" / "view"
LARGEST = 150_000
WIDE, TALL = 1280, 800
PATIENCE = 3600
"""Seconds that advice or a comparison may take on a machine that has much else to do."""


def save(driver: Any, name: str, height: int = TALL, width: int = WIDE) -> None:
    """Keep what is seen as a PNG of few colours."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    driver.execute_async_script("setTimeout(arguments[0], 400)")
    image = Image.open(BytesIO(driver.get_screenshot_as_png())).convert("RGB")
    path = TARGET / f"{name}.png"
    for colours in (256, 128, 64):
        image.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")
            return
    raise SystemExit(f"{path}: more than {LARGEST} bytes")


def shown(driver: Any, address: str, tab: str) -> Any:
    """Open a tab anew."""
    driver.get("about:blank")
    driver.get(f"{address}#{tab}")
    return b.until(lambda: driver.find_elements("id", f"panel-{tab}"), what=tab)[0]


def press(panel: Any, text: str) -> None:
    """Press a button."""
    panel.find_element("xpath", f".//button[normalize-space(.)='{text}']").click()


def ran(driver: Any) -> bool:
    """Say whether the run of the tab Watch is there."""
    return bool(driver.execute_script("return window.CS && CS.stage && CS.stage.run && CS.stage.run.whole"))


def advice_page(folder: Path) -> None:
    """Draw the page of advice for a made-up county, from its table."""
    from coalsim.advice import advise
    from coalsim.advice.page import page
    from coalsim.importing import bring

    bring(folder / "county", [ROOT / "examples" / "county.csv"], convener="Bridge Street Shelter")
    path = folder / "advice.html"
    advice = advise(cs.load(folder / "county" / "field.toml"), replicates=20, draws=4)
    path.write_text(page(advice, "the county"), encoding="utf-8")
    for name, width in (("advice-page", 1000), ("advice-phone", 390)):
        with b.browser(width, TALL) as driver:
            driver.get(path.as_uri())
            save(driver, name, 1100, width)


def main() -> None:
    """Draw them all, or the page of advice only."""
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        advice_page(Path(scratch))
    if sys.argv[1:] == ["advice-page"]:
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        template.new_field(folder / "city")
        os.chdir(folder)
        field = cs.load(folder / "city" / "field.toml")
        base = cs.Parameters()
        cs.Sweep(base, {"openness": [0.0, 0.25, 0.5, 0.75, 1.0], "research_months": [0, 6, 12]}, replicates=20, seed=1).run(
            folder / "sweep"
        )
        with b.served(Desk(base)) as address, b.browser(WIDE, TALL) as driver:
            shown(driver, address, "watch")
            b.until(lambda: ran(driver), what="the run")
            driver.execute_script("CS.stage.clock.go(80)")
            save(driver, "watch", 900)
            panel = shown(driver, address, "compare")
            b.until(lambda: "200 replicates" in panel.text, PATIENCE, "the difference")
            driver.execute_script("CS.tab('compare').clock.go(80)")
            save(driver, "compare", 1780)
            panel = shown(driver, address, "sweeps")
            panel.find_element("css selector", "input[type=text]").send_keys("sweep")
            press(panel, "Open")
            b.until(lambda: "How long coalitions last" in panel.text, what="the sweep")
            save(driver, "sweeps", 1860)
        with b.served(Desk(field, "city")) as address, b.browser(WIDE, TALL) as driver:
            panel = shown(driver, address, "field")
            files = "\n".join(str(folder / "city" / f"{name}.csv") for name in ("organizations", "ties"))
            panel.find_element("css selector", "input[type=file]").send_keys(files)
            b.until(lambda: "What was understood" in panel.text, what="the tables")
            save(driver, "field", 1000)
            panel = shown(driver, address, "advise")
            few, draws = panel.find_elements("css selector", "input[placeholder=usual]")
            few.send_keys("60")
            draws.send_keys("10")
            press(panel, "Ask for advice")
            b.until(lambda: "What follows" in panel.text, PATIENCE, "the advice")
            save(driver, "advise", 1500)
        with b.served(Desk(field, "city")) as address, b.browser(390, 844, dark=True) as driver:
            shown(driver, address, "watch")
            b.until(lambda: ran(driver), what="the run")
            driver.execute_script("CS.stage.clock.go(80); CS.stage.pick({kind: 'coalition', number: 0})")
            save(driver, "phone", 1500, 390)


if __name__ == "__main__":
    main()
