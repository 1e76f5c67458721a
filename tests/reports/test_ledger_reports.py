import io

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from louver.ledger.rows import Coverage, Logged, LoggedSignal, Recipient, Rule, SignalCount, Site, SiteDetail
from louver.reports.coverage import coverage_line
from louver.reports.log import log_line
from louver.reports.site import organisations, site_report
from louver.reports.sites import sites_report
from louver.reports.terminal import Look, ago, as_json, bar, counted, number, percent, size

NOW = 1_760_000_000.0
HOSTILE = "\x1b[2J\x1b]0;owned\x07[red]evil[/red]\u202egnp.exe\x9b31m"
FULL = Coverage(share=1.0, inspected=10, streamed=0, websocket=0, failed=0, passthroughs=0, passthrough_bytes=0)


def site(name: str = "news.example", **changes: object) -> Site:
    fields: dict[str, object] = {
        "site": name, "policy": "balanced", "pages": 3, "exchanges": 120, "refused": 20, "recipients": 9,
        "third_parties": 5, "third_parties_told": 4, "third_parties_identifying": 2, "shared": 40, "identifying": 6,
        "blocked": 60, "rewritten": 20, "third_shared": 12, "third_blocked": 60, "third_rewritten": 20,
        "first_at": NOW - 200_000, "last_at": NOW - 120, "coverage": FULL,
    }  # fmt: skip
    return msgspec.convert(fields | changes, Site)


def recipient(host: str, owner: str | None, kinds: dict[tuple[str, str], int], **changes: object) -> Recipient:
    counts = {
        end: sum(n for (_, outcome), n in kinds.items() if outcome == end) for end in ("shared", "blocked", "rewritten")
    }
    signals = [SignalCount(kind, outcome, n, NOW - 7_200, NOW - 60, ["x"]) for (kind, outcome), n in kinds.items()]
    fields: dict[str, object] = {
        "host": host, "owner": owner, "category": "advertising" if owner else None, "party": "third", "exchanges": 7,
        "refused": 0, "identifying": 0, **counts, "first_at": NOW - 7_200, "last_at": NOW - 60, "signals": signals,
    }  # fmt: skip
    return Recipient(**(fields | changes))  # type: ignore[arg-type]  # fields of many types


def logged(**changes: object) -> Logged:
    signal = LoggedSignal("click-id", "query", "xclid", "confirmed", "strip", "blocked", "row", "ab", None, None, None)
    fields: dict[str, object] = {
        "id": 1, "at": NOW, "time": "2025-10-09T08:53:20.000Z", "site": "news.example", "page": 1, "confidence": 0.9,
        "action": "pass", "location": None, "method": "GET", "url": "https://px.ads.example/collect",
        "host": "px.ads.example", "type": "image", "party": "third", "status": 200, "owner": "Ads Inc",
        "category": "advertising", "policy": "balanced",
        "reason": "why", "rule": None, "changed": True, "coverage": "full", "sent_bytes": 0,
        "received_bytes": 43, "consent": "",
        "opted_out": "",
        "signals": [signal],
    }  # fmt: skip
    return Logged(**(fields | changes))  # type: ignore[arg-type]  # fields of many types


def text(shown: RenderableType, width: int = 120) -> str:
    out = io.StringIO()
    Console(file=out, width=width, highlight=False, markup=False).print(shown, soft_wrap=False)
    return out.getvalue()


def look(width: int = 120, *, plain: bool = False) -> Look:
    return Look(width, plain, NOW)


def test_the_overview_tells_for_each_site_who_could_recognise_the_person() -> None:
    shown = text(sites_report([site(), site("quiet.example", third_parties_identifying=0)], FULL, 0, look()))
    news, quiet = (next(line for line in shown.splitlines() if name in line) for name in ("news.ex", "quiet.ex"))
    assert news.split() == [
        "news.example",
        "███▒▒▒▒░░░░░░░░░░░░░",
        "12",
        "20",
        "60",
        "2",
        "of",
        "5",
        "balanced",
        "3",
        "2",
        "min",
        "ago",
    ]
    assert "none of 5" in quiet
    assert "100 % of the traffic fully inspected" in shown


def test_faults_and_sites_without_a_page_are_not_hidden() -> None:
    shown = text(sites_report([site(), site("updates.example", pages=0)], FULL, 3, look()))
    assert "1 site\n" in shown
    assert "3 faults of Louver's own" in shown
    assert shown.index("outside of any page") < shown.index("updates.example")


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    shown = text(sites_report([site("a-rather-long-name-of-a-site.example.co.uk")], FULL, 1, look(width)), width)
    assert max(map(len, shown.splitlines())) <= width
    assert "long-name" in shown.replace("\n", "")


def test_an_empty_ledger_says_so() -> None:
    assert text(sites_report([], FULL, 0, look())).strip() == "Nothing was recorded in that time."


def detail(*recipients: Recipient, **changes: object) -> SiteDetail:
    return SiteDetail(totals=site(**changes), recipients=list(recipients), faults=0)  # type: ignore[arg-type]  # as above


def test_one_site_names_owner_category_kind_outcome_count_and_times() -> None:
    shown = text(
        site_report(
            detail(
                recipient("px.ads.example", "Ads Inc", {("click-id", "shared"): 3, ("language", "rewritten"): 2}),
                recipient("cdn.ads.example", "Ads Inc", {("click-id", "blocked"): 4}),
                recipient("www.news.example", None, {("language", "shared"): 9}, party="first"),
            ),
            look(),
        )
    )
    lines = [line.split() for line in shown.splitlines()]
    assert ["Ads", "Inc", "advertising"] in lines
    assert ["px.ads.example,", "cdn.ads.example"] in lines
    assert ["click-id", "3", "4", "2", "h", "ago", "1", "min", "ago"] in lines
    assert ["language", "2", "2", "h", "ago", "1", "min", "ago"] in lines
    assert shown.index("the site itself") > shown.index("Ads Inc")
    assert "policy balanced" in shown
    assert "5 others were there: 2 could recognise you, 4 learned anything at all." in shown


def test_each_host_can_have_its_own_block() -> None:
    hosts = [recipient("a.example", "Ads Inc", {("click-id", "shared"): 1}), recipient("b.example", "Ads Inc", {})]
    assert [one.name for one in organisations(hosts, by_host=True)] == ["a.example", "b.example"]
    assert [one.name for one in organisations(hosts, by_host=False)] == ["Ads Inc"]


def test_who_got_most_comes_first_and_unknown_owners_stand_for_themselves() -> None:
    hosts = [
        recipient("blocked.example", "Blocked Inc", {("click-id", "blocked"): 900}),
        recipient("much.example", None, {("language", "shared"): 50}),
        recipient("knows.example", "Knows Inc", {("click-id", "shared"): 1}, identifying=1),
    ]
    names = [one.name for one in organisations(hosts, by_host=False)]
    assert names == ["Knows Inc", "much.example", "Blocked Inc"]


def test_a_site_alone_says_so() -> None:
    shown = text(site_report(detail(recipient("news.example", None, {}, party="first"), third_parties=0), look()))
    assert "Nobody but the site itself" in shown
    assert "nothing about you" in shown


def test_the_log_says_what_was_shared_with_whom() -> None:
    line = log_line(logged(), NOW, crop=False).plain
    assert "pass     px.ads.example  on news.example  blocked: click-id  image /collect  Ads Inc, advertising" in line


def test_a_stopped_request_is_told_with_its_rule() -> None:
    line = log_line(logged(action="block", rule=Rule("||ads.example^", "louver", 7)), NOW, crop=False).plain
    assert line.endswith("1 withheld  image /collect  Ads Inc, advertising · ||ads.example^ (louver:7) · why")


def test_on_a_terminal_hosts_line_up() -> None:
    lines = [log_line(logged(host=host), NOW, crop=True).plain for host in ("a.example", f"{'x' * 60}.example")]
    assert lines[0].index("  on ") == lines[1].index("  on ")


@pytest.mark.parametrize(
    "shown",
    [
        sites_report([site(HOSTILE, policy=HOSTILE)], FULL, 1, look()),
        site_report(detail(recipient(HOSTILE, HOSTILE, {(HOSTILE, "shared"): 1}, category=HOSTILE)), look()),
        site_report(detail(recipient(HOSTILE, None, {}), name=HOSTILE, policy=HOSTILE), look()),
        log_line(
            logged(
                site=HOSTILE, host=HOSTILE, url=HOSTILE, owner=HOSTILE, reason=HOSTILE, action="block",
                rule=Rule(HOSTILE, HOSTILE, 1),
            ),
            NOW, crop=False,
        ),
    ],
)  # fmt: skip
def test_names_made_by_a_server_cannot_steer_the_terminal(shown: RenderableType) -> None:
    plain = text(shown, 1_000)
    assert all(char.isprintable() or char == "\n" for char in plain)
    assert "[red]evil[/red]" in plain


def test_json_cannot_steer_the_terminal_either_and_stays_the_same_data() -> None:
    shown = as_json({"host": HOSTILE})
    assert all(char.isprintable() or char == "\n" for char in shown)
    assert msgspec.json.decode(shown) == {"host": HOSTILE}


@given(st.text())
def test_json_is_always_the_same_data(value: str) -> None:
    assert msgspec.json.decode(as_json([value], indent=0)) == [value]


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3), st.integers(10, 60))
def test_a_bar_is_as_wide_as_asked_and_hides_nothing(counts: list[int], width: int) -> None:
    shown = bar(counts, width, plain=True).plain
    assert len(shown) == (width if any(counts) else 0)
    assert [glyph in shown for glyph in "#+."] == [count > 0 for count in counts]


def test_without_unicode_the_output_is_ascii() -> None:
    shown = text(sites_report([site()], FULL, 0, look(plain=True)))
    assert "###" in shown
    assert "█" not in shown
    assert "─" not in shown


def test_what_was_not_inspected_is_named() -> None:
    missed = Coverage(
        share=0.99951, inspected=1, streamed=2, websocket=1, failed=3, passthroughs=2, passthrough_bytes=4_096
    )
    assert coverage_line(missed) == (
        "99.9 % of the traffic fully inspected "
        "(not: 2 connections passed through, 4.0 KiB, 2 streamed, 1 WebSocket, 3 errors)"
    )


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (percent(None), "no traffic"),
        (percent(1.0), "100 %"),
        (percent(0.99999), "99.9 %"),
        (percent(0), "0.0 %"),
        (ago(NOW, NOW), "just now"),
        (ago(NOW - 61, NOW), "1 min ago"),
        (ago(NOW - 7_300, NOW), "2 h ago"),
        (ago(NOW - 200_000, NOW), "2 d ago"),
        (number(0), ""),
        (number(12_345), "12,345"),
        (counted(1, "page"), "1 page"),
        (counted(2, "page"), "2 pages"),
        (size(900), "900 B"),
        (size(5 * 1024**3), "5.0 GiB"),
    ],
)
def test_numbers_are_told_in_words(shown: str, words: str) -> None:
    assert shown == words
