import pytest
from hypothesis import given
from hypothesis import strategies as st

from louver.ledger.masking import NAME_LIMIT, PATH_LIMIT, masked_host, masked_name, masked_path, masked_url

ANY_TEXT = st.text(st.characters(codec=None))
UUIDS = st.uuids().map(str)
HEX = st.binary(min_size=8, max_size=32).map(bytes.hex)
NUMBERS = st.integers(10**5, 10**18).map(str)
EMAILS = st.emails(domains=st.sampled_from(["example.com", "mail.example.org"])).filter(lambda text: "/" not in text)


@given(st.one_of(UUIDS, NUMBERS), st.sampled_from(["/u/{}", "/a/{}.gif", "/x-{}-y/z", "/p;id={}", "/b/{}/c"]))
def test_an_identifier_in_a_path_does_not_stay(value: str, path: str) -> None:
    assert value not in masked_path(path.format(value))


@given(EMAILS)
def test_an_address_in_a_path_does_not_stay(address: str) -> None:
    name = address.partition("@")[0]
    kept = masked_path(f"/unsubscribe/{address}/now")
    assert address not in kept
    assert kept.startswith("/")
    assert "@" not in kept or name not in kept


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", "/"),
        ("/pagead/id", "/pagead/id"),
        ("/2024/05/12/hello-world", "/2024/05/12/hello-world"),
        ("/npm/jquery@3.5.1/dist/jquery.min.js", "/npm/jquery@3.5.1/dist/jquery.min.js"),
        ("/static/js/app.3f4a9c1b22d0.js", "/static/js/app.*.js"),
        ("/static/getUserPreferences", "/static/getUserPreferences"),
        ("/session/530e5ff1-7b5e-4441-b4c2-31f9c84f5aba", "/session/*"),
        ("/reset/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.abc", "/reset/*.abc"),
        ("/Zm9v-YmFy_c3VwcGVy/x", "/*/x"),
        ("/cart;jsessionid=abc", "/cart;jsessionid=*"),
        ("/who/john.doe%40example.com", "/who/*"),
        ("/who/john.doe%2540example.com", "/who/*"),
        ("/call/+49301234567", "/call/+*"),
    ],
)
def test_a_path_keeps_what_a_person_recognises(path: str, kept: str) -> None:
    assert masked_path(path) == kept


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("_ga", "_ga"),
        ("_ga_1A2B3C4D5E", "_ga_*"),
        ("Hm_lvt_3eec0b7da6548cf07db3bc477ea905ee", "Hm_lvt_*"),
        ("_hjSessionUser_1234567", "_hjSessionUser_*"),
        ("KRTBCOOKIE_22", "KRTBCOOKIE_22"),
        ("ud[em]", "ud[em]"),
        ("Sec-CH-UA-Full-Version-List", "Sec-CH-UA-Full-Version-List"),
        ("someone@example.com", "*"),
        ("8f14e45fceea167a5a36dedd4bea2543", "*"),
    ],
)
def test_a_name_keeps_what_a_person_recognises(name: str, kept: str) -> None:
    assert masked_name(name) == kept


@given(HEX.filter(lambda text: any(c.isdigit() for c in text) and any(c.isalpha() for c in text)))
def test_a_name_that_is_the_identifier_does_not_stay(value: str) -> None:
    assert value not in masked_name(value)


@pytest.mark.parametrize(
    ("host", "kept"),
    [
        ("px.ads.tracker.example", "px.ads.tracker.example"),
        ("d1a2b3c4d5e6f7.cloudfront.example", "d1a2b3c4d5e6f7.cloudfront.example"),
        ("530e5ff1-7b5e-4441-b4c2-31f9c84f5aba.nel.example", "*.nel.example"),
    ],
)
def test_a_host_is_kept_unless_it_was_made_for_one_person(host: str, kept: str) -> None:
    assert masked_host(host) == kept


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/x?y=secret#z", ("https", "a.example", "/x")),
        ("https://me:secret@a.example:8443/x", ("https", "a.example", "/x")),
        ("HTTPS://A.example?secret", ("https", "a.example", "/")),
        ("http://[2001:db8::1]:80/", ("http", "[2001:db8::1]", "/")),
        ("about:blank", ("", "", "about:blank")),
    ],
)
def test_a_url_loses_query_fragment_and_credentials(url: str, kept: tuple[str, str, str]) -> None:
    assert masked_url(url) == kept


@given(ANY_TEXT)
def test_nothing_raises_and_everything_can_be_stored(text: str) -> None:
    for kept, limit in ((masked_path(text), PATH_LIMIT), (masked_name(text), NAME_LIMIT), (masked_host(text), 1 << 20)):
        kept.encode("utf-8")
        assert len(kept) <= limit
    for part in masked_url(text):
        part.encode("utf-8")
