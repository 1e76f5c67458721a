from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from louver.browser import BROWSERS
from louver.demo.account import Tour, told_others
from louver.demo.journey import SITES, WORKS, walk
from louver.demo.tour import go, louver_in_front_of, visitor_behind
from louver.ledger.reader import Reader

if TYPE_CHECKING:
    from louver.demo.internet import Internet

pytestmark = pytest.mark.live


async def make(browser: str | None, keep: Path | None = None) -> tuple[Tour, Tour]:
    observe, balanced = await go(browser, lambda _: None, keep)
    return observe, balanced


def check(observe: Tour, balanced: Tour) -> None:
    """What must hold of every pair of tours, whoever made them."""
    # The sites work, with and without.
    assert observe.works == balanced.works == {name: True for name, _, _ in WORKS}
    # Observing changes nothing and hides nothing.
    assert observe.total("blocked") == observe.total("rewritten") == 0
    assert observe.learnt.followed == ("Ad Bazaar", "Chirper", "Data Swap")
    assert "Typecase" in observe.learnt.known_again
    assert observe.learnt.clicks == 2
    assert observe.learnt.mail == ("Mouse Trail",)
    # What the origin received says that the identifiers stayed at home.
    left = balanced.learnt
    assert (left.followed, left.known_again, left.search, left.mail, left.clicks) == ((), (), (), (), 0)
    # And the ledger says the same.
    advertiser = balanced.account["daily-news.test", "adbazaar.test"]
    assert advertiser.requests == advertiser.refused > 0
    assert told_others(balanced, "corner-shop.test", "corner-shop.test").kinds("blocked") == ["click-id"]
    social = balanced.account["daily-news.test", "chirper.test"]
    assert social.refused == 0
    assert "third-party-id-cookie" in social.kinds("blocked")
    assert "third-party-id-cookie" not in social.kinds("shared")


async def test_in_a_real_browser_identifiers_stay_at_home_and_the_sites_work(chromium: str, tmp_path: Path) -> None:
    observe, balanced = await make(chromium, tmp_path)
    check(observe, balanced)
    assert observe.visitor.startswith("headless ")
    # Both ledgers were kept, whole, and hold no identifier.
    assert sorted(path.name for path in tmp_path.iterdir()) == ["louver-demo-balanced.db", "louver-demo-observe.db"]
    for path in tmp_path.iterdir():
        assert b"sam@inbox.test" not in path.read_bytes()


async def test_what_balanced_takes_away_never_reaches_the_origin(
    internet: Internet, chromium: str, tmp_path: Path
) -> None:
    async with louver_in_front_of(internet, "balanced", tmp_path) as ready:
        async with visitor_behind(chromium, ready, tmp_path) as visitor:
            works = await walk(visitor, lambda _: None)
        ledger = ready.ledger
    assert all(works.values())

    arrivals = internet.received()
    hosts = {arrival.host for arrival in arrivals}
    # Who only tracks was not asked at all; who does something useful was.
    assert not hosts & {"adbazaar.test", "dataswap.test", "footprint-metrics.test", "mousetrail.test"}
    assert {*SITES, "chirper.test", "typecase.test", "consentio.test", "fastshelf.test", "tillpay.test"} <= hosts
    # Identifiers, full addresses and preferences stayed behind.
    assert not [arrival.cookies for arrival in internet.received("chirper.test") if arrival.cookies]
    assert not [arrival for arrival in internet.received("typecase.test") if arrival.header("if-none-match")]
    assert not [arrival.target for arrival in arrivals if {"gclid", "fbclid"} & set(arrival.query)]
    third = [arrival for arrival in arrivals if arrival.host in {"typecase.test", "consentio.test", "tagdepot.test"}]
    assert {arrival.header("referer") for arrival in third} <= {f"https://{site}/" for site in SITES}
    assert not [arrival for arrival in third if "," in (arrival.header("accept-language") or "")]
    assert not [arrival for arrival in third if arrival.header("sec-ch-ua-full-version-list")]
    # What the sites need came through, and the opt-out was sent to everybody.
    assert internet.received("corner-shop.test", "/order")[0].cookies["cart_session"]
    assert internet.received("corner-shop.test", "/callback")[0].query.keys() == {"code", "state"}
    assert internet.received("corner-shop.test", "/offer")[0].query["utm_source"] == "daily-news"
    assert {arrival.header("sec-gpc") for arrival in arrivals} == {"1"}

    async with await Reader.open(ledger) as reader:
        log = await reader.log(1000)
    refused = {row.host for row in log if row.action == "block"}
    assert {"adbazaar.test", "footprint-metrics.test", "mousetrail.test"} <= refused
    assert {row.action for row in log if row.host == "adbazaar.test"} == {"block"}
    redirected = [row.host for row in log if row.action == "redirect"]
    assert sorted(redirected) == ["corner-shop.test", "travel-diary.test"]
    assert {row.policy for row in log} == {"balanced"}


async def test_the_built_in_client_shows_the_same_without_a_browser() -> None:
    check(*await make(None))


async def test_a_browser_that_fails_is_replaced_by_the_client(tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    told: list[str] = []
    tours = await go(str(broken), told.append)
    assert [tour.visitor for tour in tours] == ["built-in client, no browser"] * 2
    assert any("going on with the built-in client" in words for words in told)


def louver(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    source = str(Path(__file__).resolve().parents[2] / "src")
    return subprocess.run(
        [sys.executable, "-m", "louver.cli.main", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | {"PYTHONPATH": source} | environment,
    )


def test_the_command_prints_the_picture_and_touches_nothing_of_the_users(tmp_path: Path) -> None:
    homes = {name: str(tmp_path / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "HOME")}
    done = louver("demo", "--browser", "none", COLUMNS="80", **homes)
    assert done.returncode == 0, done.stderr
    assert "What you gain" in done.stdout
    assert "never contacted" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "the visitor pays" in done.stderr
    assert not list(tmp_path.rglob("*"))


def test_the_command_tells_a_program_the_same() -> None:
    done = louver("demo", "--browser", "none", "--json")
    told = json.loads(done.stdout)
    assert told["tours"]["observe"]["learnt"]["followed"] == ["Ad Bazaar", "Chirper", "Data Swap"]
    assert told["tours"]["balanced"]["learnt"]["followed"] == []
    assert [site["site"] for site in told["sites"]] == ["daily-news.test", "travel-diary.test", "corner-shop.test"]


def test_a_browser_that_is_not_there_is_said_in_one_line() -> None:
    done = louver("demo", "--browser", list(BROWSERS)[-1], PATH="")
    assert done.returncode == 2
    assert "is not installed here" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for option in (("--keep", str(file / "folder")), ("--svg", str(tmp_path / "none" / "x.svg"))):
        done = louver("demo", "--browser", "none", *option)
        assert done.returncode == 1
        assert option[1] in done.stderr
        assert "Traceback" not in done.stderr
