"""Knows how to carry out edits on the text of a request or response, leaving every other byte as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from louver.core.decision import Add, AddCookies, Drop, Edit, Replace
from louver.core.facts import Request, Response, header
from louver.core.signals.decode import decode_held
from louver.core.signals.leaves import rewrite
from louver.core.signals.signal import Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from louver.core.facts import Headers

type PieceEdit = Drop | Replace
type LineEdit = PieceEdit | AddCookies

URL_PARTS = frozenset({Where.QUERY, Where.FRAGMENT, Where.PATH})


def apply_to_request(request: Request, edits: Sequence[Edit]) -> Request:
    """Return the request as it leaves; the same object where there is nothing to do."""
    if not edits:
        return request
    pieces = [edit for edit in edits if isinstance(edit, Drop | Replace)]
    in_url = [edit for edit in pieces if edit.where in URL_PARTS]
    in_body = [edit for edit in pieces if edit.where is Where.BODY]
    return Request(  # spelled out: `replace` costs more than all the rest of this function
        edit_url(request.url, in_url) if in_url else request.url,
        request.method,
        edit_headers(request.headers, edits),
        request.type,
        request.page,
        edit_body(request, in_body) if in_body else request.body,
        request.cnames,
        request.initiator,
        request.client,
    )


def apply_to_response(response: Response, edits: Sequence[Edit]) -> Response:
    """Return the response as it reaches the browser; the same object where there is nothing to do."""
    return Response(response.status, edit_headers(response.headers, edits)) if edits else response


def split_url(url: str) -> tuple[str, str | None, str | None]:
    """Split a URL into what precedes the query, the query and the fragment; None says that its mark is absent."""
    head, hash_mark, fragment = url.partition("#")
    head, question_mark, query = head.partition("?")
    return head, query if question_mark else None, fragment if hash_mark else None


def join_url(head: str, query: str | None, fragment: str | None) -> str:
    """Undo `split_url`."""
    with_query = head if query is None else f"{head}?{query}"
    return with_query if fragment is None else f"{with_query}#{fragment}"


def edit_url(url: str, edits: Sequence[PieceEdit]) -> str:
    """Edit pieces of the query and of the fragment, and spans of the path."""
    head, query, fragment = split_url(url)
    by_part: dict[Where, list[PieceEdit]] = {part: [] for part in URL_PARTS}
    for edit in edits:
        by_part[edit.where].append(edit)
    if query is not None and by_part[Where.QUERY]:
        query = _edit_pieces(query, "&", by_part[Where.QUERY])
    if fragment is not None and by_part[Where.FRAGMENT]:
        fragment = _edit_pieces(fragment, "&", by_part[Where.FRAGMENT])
    return join_url(_edit_spans(head, by_part[Where.PATH]), query, fragment)


def edit_body(request: Request, edits: Iterable[Edit]) -> str | None:
    """Give values of a body other text, however deep they are wrapped; a value that is dropped becomes empty."""
    body = request.body
    if body is None:
        return None
    leaves = decode_held(body, header(request.headers, "content-type")).leaves
    pieces = [edit for edit in edits if isinstance(edit, Drop | Replace)]
    texts = {edit.place.piece: edit.text if isinstance(edit, Replace) else "" for edit in pieces}
    spans = rewrite((leaves[piece], text) for piece, text in texts.items() if 0 <= piece < len(leaves))
    for span in reversed(spans):
        body = body[: span.start] + span.text + body[span.end :]
    return body


def edit_headers(headers: Headers, edits: Iterable[Edit]) -> Headers:
    """Edit header lines; the lines that no edit names stay as they are, in their order."""
    by_line: dict[int, list[LineEdit]] = {}
    added: list[tuple[str, str]] = []
    for edit in edits:
        match edit:
            case Add(name, text):
                added.append((name, text))
            case AddCookies(text):
                line = _last_line(headers, "cookie")
                if line is None:
                    added.append((_in_case_of(headers, "Cookie"), text))
                else:
                    by_line.setdefault(line, []).append(edit)
            case Drop() | Replace():
                if edit.place.line >= 0:
                    by_line.setdefault(edit.place.line, []).append(edit)
            case _:  # pragma: no cover
                assert_never(edit)
    if not by_line:
        return headers + tuple(added)
    return (*_edited_lines(headers, by_line), *added)


def _last_line(headers: Headers, name: str) -> int | None:
    return max((line for line, (key, _) in enumerate(headers) if key.lower() == name), default=None)


def _in_case_of(headers: Headers, name: str) -> str:
    """HTTP/2 knows lower case only; who writes the first name so writes all of them so."""
    return name.lower() if headers and headers[0][0].islower() else name


def _edited_lines(headers: Headers, by_line: Mapping[int, Sequence[LineEdit]]) -> Iterable[tuple[str, str]]:
    for index, (name, value) in enumerate(headers):
        edits = by_line.get(index)
        if edits is None:
            yield name, value
            continue
        edited = _edit_line(value, edits)
        if edited is not None:
            yield name, edited


def _edit_line(value: str, edits: Sequence[LineEdit]) -> str | None:
    more = [edit.text for edit in edits if isinstance(edit, AddCookies)]
    edited = _edit_in_line(value, [edit for edit in edits if not isinstance(edit, AddCookies)])
    return "; ".join((*filter(None, [edited]), *more)) if more else edited


def _edit_in_line(value: str, edits: Sequence[PieceEdit]) -> str | None:
    pieces = [edit for edit in edits if edit.place.piece >= 0]
    if not edits:
        return value
    if pieces:
        edited = _edit_pieces(value, ";", pieces)
        return edited.lstrip(" \t") if edited is not None and edited != value else edited
    last = edits[-1]
    return last.text if isinstance(last, Replace) else None


def _edit_pieces(text: str, separator: str, edits: Sequence[PieceEdit]) -> str | None:
    """Drop or replace pieces by their count; None when a drop leaves nothing at all."""
    pieces: list[str | None] = list(text.split(separator))
    for edit in edits:
        if 0 <= edit.place.piece < len(pieces):
            pieces[edit.place.piece] = edit.text if isinstance(edit, Replace) else None
    kept = [piece for piece in pieces if piece is not None]
    return separator.join(kept) if kept else None


def _edit_spans(text: str, edits: Sequence[PieceEdit]) -> str:
    for edit in sorted(edits, key=lambda edit: edit.place.start, reverse=True):
        put = edit.text if isinstance(edit, Replace) else ""
        text = text[: edit.place.start] + put + text[edit.place.end :]
    return text
