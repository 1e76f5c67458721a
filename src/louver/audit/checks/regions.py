"""Knows platforms by the region that they are from: where the owner sits, not where the server stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from louver.audit.finding import TRANSFER, Check, Found, Severity, counted, found, row
from louver.audit.visit import group

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from louver.audit.visit import Visit

OWNERS: Final[Mapping[str, str]] = {
    "China": (
        "Alibaba|AdMaster|Baidu|Bilibili|ByteDance|CNZZ|GrowingIO|Gridsum|Huawei|iQiyi|JD|Kuaishou|Linezing|Meituan|"
        "Miaozhen|NetEase|Pinduoduo|Qihoo 360|Sensors Data|Shein|Sina|Sogou|Sohu|Tencent|TikTok|"
        "Umeng|Weibo|Xiaomi|Zhihu"
    ),
    "Russia": "LiveInternet|Mail.ru|Ozon|Rambler|Sape|Sber|VK|Wildberries|Yandex",
    "South Korea": "Kakao|Naver|Coupang",
    "Japan": "Rakuten|LINE|LY Corporation|Yahoo Japan|Userlocal|CyberAgent",
    "India": "Zoho|Flipkart|InMobi|WebEngage|MoEngage|CleverTap",
    "Israel": "Taboola|Outbrain|Similarweb|Glassbox|AppsFlyer",
}
"""Region to its platforms, as our tables of owners spell them."""

SUFFIXES: Final[Mapping[str, str]] = {".cn": "China", ".ru": "Russia", ".su": "Russia", ".by": "Belarus", ".ir": "Iran"}
"""What a recipient's name says where no owner is known."""

REGION: Final = {owner: region for region, owners in OWNERS.items() for owner in owners.split("|")}
NOTED: Final = frozenset({"China", "Russia", "Belarus", "Iran"})
"""Regions for which the European Union has no adequacy decision and whose laws give authorities wide access."""


def regional(visit: Visit) -> Iterator[Found]:
    """Name the platforms of each region that were contacted."""
    pairs = [(each, region) for each in visit.third() if (region := region_of(each.owner, each.recipient))]
    for region, rows in group(pairs, lambda pair: pair[1]).items():
        names = sorted({each.who for each, _ in rows})
        identified = any(one.identifies for each, _ in rows for one in each.signals)
        severity = (
            Severity.MEDIUM if region in NOTED and identified else Severity.LOW if region in NOTED else Severity.INFO
        )
        title = f"{counted(len(names), 'platform')} from {region}: {', '.join(names[:6])}"
        yield found(region, title, severity, (row(each, f"{each.who}, {each.host}") for each, _ in rows))


def region_of(owner: str | None, site: str) -> str | None:
    """Return the region that an owner is from, else the one that the site's name ends in."""
    if owner is not None and owner in REGION:
        return REGION[owner]
    return next((region for suffix, region in SUFFIXES.items() if site.endswith(suffix)), None)


REGIONAL: Final = Check(
    "regional-platform",
    "Platforms from other regions are contacted",
    "Check on which basis data goes there, and name the country in the privacy notice.",
    regional,
    (TRANSFER,),
)
