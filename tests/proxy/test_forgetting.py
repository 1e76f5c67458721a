import json
from pathlib import Path
from typing import Any

from louver.proxy.forgetting import Forget, forget_memory, forget_what_waits


def thread(mark: str, last: float, *sites: str) -> dict[str, Any]:
    told = [["ads.example", list(sites)]]
    return {"id": mark, "first": 0, "last": last, "own_sites": list(sites), "knows": [["ads.example", None, 0]],
            "sites": told, "forms": []}  # fmt: skip


def keep(folder: Path) -> None:
    memory = {
        "format": 1,
        "threads": [thread("old", 10, "news.example"), thread("new", 90, "news.example", "shop.example")],
        "cookies": [{"host": host, "set_here": [], "set_below": [], "sent": [], "at_first": [], "is_met": True,
                     "is_full": False} for host in ("www.news.example", "othernews.example")],
        "values": [["a", 0, 10, ["news.example"]], ["b", 0, 90, ["news.example", "shop.example"]]],
        "used": [["digest", 90]],
    }  # fmt: skip
    (folder / "memory.json").write_text(json.dumps(memory))


def kept(folder: Path) -> dict[str, list[Any]]:
    told = json.loads((folder / "memory.json").read_text())
    return {
        "threads": [one["id"] for one in told["threads"]],
        "cookies": [one["host"] for one in told["cookies"]],
        "values": [one[0] for one in told["values"]],
        "used": [one[0] for one in told["used"]],
    }


def test_a_site_goes_with_its_threads_cookies_and_digests_and_others_stay(tmp_path: Path) -> None:
    keep(tmp_path)
    forget_memory(tmp_path, Forget(site="news.example"), later=False)
    assert kept(tmp_path) == {"threads": ["new"], "cookies": ["othernews.example"], "values": ["b"], "used": []}
    assert "www.news.example" not in (tmp_path / "memory.json").read_text()
    assert '"news.example"' not in (tmp_path / "memory.json").read_text()
    assert not (tmp_path / "forget.json").exists()


def test_what_was_last_met_before_a_moment_goes(tmp_path: Path) -> None:
    keep(tmp_path)
    forget_memory(tmp_path, Forget(before=50), later=False)
    assert kept(tmp_path)["threads"] == ["new"]
    assert kept(tmp_path)["values"] == ["b"]
    assert kept(tmp_path)["used"] == ["digest"]


def test_what_a_running_proxy_writes_when_it_stops_is_forgotten_then(tmp_path: Path) -> None:
    forget_memory(tmp_path, Forget(), later=True)
    forget_memory(tmp_path, Forget(site="shop.example"), later=True)
    keep(tmp_path)
    forget_what_waits(tmp_path)
    assert kept(tmp_path) == {"threads": [], "cookies": [], "values": [], "used": []}
    keep(tmp_path)
    forget_what_waits(tmp_path)
    assert kept(tmp_path)["threads"] == ["old", "new"]


def test_memory_that_nobody_can_read_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "memory.json").write_text("{")
    forget_memory(tmp_path, Forget(site="news.example"), later=False)
    assert not (tmp_path / "memory.json").exists()
    forget_what_waits(tmp_path)
