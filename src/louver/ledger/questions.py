"""Knows the SQL of the questions that readers ask; knows nothing of who asks or what is done with the answers.

Each takes `:site`, `:since` and others by name, where null means any. Totals of all time come from the table `totals`;
those of a span come from `days`, and for the day that the span begins in from the exchanges themselves, so that they
are exact to the second and no more than one day of exchanges is ever read.
"""

from __future__ import annotations

from typing import Final

from louver.ledger.days import SECONDS_A_DAY

IN_SPAN: Final = """(
    SELECT site, host, owner, category, party, policy, first_at, last_at, exchanges, refused, shared, identifying,
        blocked, rewritten, inspected, streamed, websocket, failed
    FROM days WHERE day > :edge
    UNION ALL
    SELECT site, host, owner, category, party, policy, at, at, 1, action <> 'pass', shared, identifying,
        blocked, rewritten, coverage = 'full', coverage = 'streamed', coverage = 'websocket', coverage = 'failed'
    FROM exchanges WHERE at >= :since AND at < :until
        AND id >= (SELECT min(id) FROM exchanges WHERE at >= :since AND at < :until)
)"""
"""The last condition says nothing new; it lets one site's exchanges be found without going through all of them."""

SIGNALS_IN_SPAN: Final = """(
    SELECT host, kind, outcome, place, name, treatment, purpose, value_owner, lifetime, count, first_at, last_at
    FROM signal_days WHERE site = :site AND day > :edge
    UNION ALL
    SELECT host, kind, outcome, place, name, treatment, purpose, value_owner, lifetime, 1, at, at
    FROM signals WHERE site = :site AND at >= :since AND at < :until
        AND exchange >= (SELECT min(id) FROM exchanges WHERE at >= :since AND at < :until)
)"""

OLDEST: Final = "SELECT min(at) AS oldest FROM exchanges"

SITES: Final = """
SELECT site, count(DISTINCT host) AS recipients,
    count(DISTINCT CASE party WHEN 'third' THEN coalesce(owner, host) END) AS third_parties,
    count(DISTINCT CASE WHEN party = 'third' AND shared + rewritten > 0 THEN coalesce(owner, host) END)
        AS third_parties_told,
    count(DISTINCT CASE WHEN party = 'third' AND identifying > 0 THEN coalesce(owner, host) END)
        AS third_parties_identifying, sum(identifying) AS identifying,
    sum(exchanges) AS exchanges, sum(refused) AS refused, sum(shared) AS shared, sum(blocked) AS blocked,
    sum(rewritten) AS rewritten, sum(shared * (party = 'third')) AS third_shared,
    sum(blocked * (party = 'third')) AS third_blocked, sum(rewritten * (party = 'third')) AS third_rewritten,
    sum(inspected) AS inspected, sum(streamed) AS streamed, sum(websocket) AS websocket,
    sum(failed) AS failed, min(first_at) AS first_at, max(last_at) AS last_at
FROM {source} WHERE :site IS NULL OR site = :site GROUP BY site ORDER BY last_at DESC
"""

POLICIES: Final = """
SELECT site, policy, max(last_at) AS last_at FROM totals WHERE :site IS NULL OR site = :site GROUP BY site
"""

PAGES: Final = """
SELECT site, count(*) AS pages FROM pages
WHERE (:site IS NULL OR site = :site) AND (:since IS NULL OR at >= :since) GROUP BY site
"""

PASSTHROUGHS: Final = """
SELECT site, count(*) AS passthroughs, sum(bytes) AS passthrough_bytes FROM passthroughs
WHERE (:site IS NULL OR site = :site) AND (:since IS NULL OR at >= :since) GROUP BY site
"""

FAULTS: Final = """
SELECT coalesce(sum(times), 0) AS faults FROM faults
WHERE kind NOT IN ('bounce', 'hint') AND (:site IS NULL OR site = :site) AND (:since IS NULL OR at >= :since)
"""
"""Sites that people are only led through, and invitations taken out, stand in the same table: no failures of ours."""

RECIPIENTS: Final = """
SELECT host, max(owner) AS owner, max(category) AS category, max(party) AS party, sum(exchanges) AS exchanges,
    sum(refused) AS refused, sum(shared) AS shared, sum(identifying) AS identifying, sum(blocked) AS blocked,
    sum(rewritten) AS rewritten, min(first_at) AS first_at, max(last_at) AS last_at
FROM {source} WHERE site = :site GROUP BY host
ORDER BY identifying DESC, shared DESC, rewritten DESC, blocked DESC, host
"""

SIGNALS: Final = """
SELECT host, kind, outcome, sum(count) AS count, min(first_at) AS first_at, max(last_at) AS last_at,
    json_group_array(DISTINCT name) AS names
FROM {signals} WHERE :site IS NOT NULL {only} GROUP BY host, kind, outcome ORDER BY host, 4 DESC, kind
"""

NAMES: Final = """
SELECT host, kind, outcome, place, name, treatment, purpose, value_owner AS owner, max(lifetime) AS lifetime,
    sum(count) AS count, min(first_at) AS first_at, max(last_at) AS last_at
FROM {signals} WHERE :site IS NOT NULL {only} GROUP BY host, kind, outcome, place, name ORDER BY host, kind, name
"""

LOG: Final = """
SELECT e.*, strftime('%Y-%m-%dT%H:%M:%fZ', e.at, 'unixepoch') AS time, e.scheme || '://' || e.host || e.path AS url,
    r.text AS rule_text, r.list AS rule_list, r.line AS rule_line, r.version AS rule_version
FROM exchanges AS e LEFT JOIN rules AS r ON r.id = coalesce(e.rule, e.exception)
WHERE e.id > :after AND e.id < :before
    AND (:site IS NULL OR e.site = :site) AND (:since IS NULL OR e.at >= :since)
    AND (:page IS NULL OR (e.run = :run AND e.page = :page))
    AND (:host IS NULL OR e.host = :host) AND (:action IS NULL OR e.action = :action)
ORDER BY e.id DESC LIMIT :limit
"""
LOG_FORWARD: Final = LOG.replace("e.id DESC", "e.id")

NEWEST: Final = "SELECT coalesce(max(id), 0) AS newest FROM exchanges"
KNOWN_SITES: Final = "SELECT DISTINCT site FROM totals"
SITES_OF_RECIPIENT: Final = "SELECT site FROM totals WHERE host = :host ORDER BY site"
POLICY_ROWS: Final = "SELECT id, text FROM policy_rows"


def over(question: str, since: float | None) -> str:
    """Return a question about totals, asked of all time or of the span since then."""
    if since is None:
        return question.format(source="totals", signals="signal_days", only="AND site = :site")
    return question.format(source=IN_SPAN, signals=SIGNALS_IN_SPAN, only="")


def span(since: float | None, oldest: float | None) -> dict[str, float | None]:
    """Return how a span is divided: after day `edge` by days, before that until `until` by exchanges.

    `oldest` is when the first exchange that is kept was seen. A span that began before counts its first day whole.
    """
    if since is None:
        return {"since": None, "edge": None, "until": None}
    edge = int(since // SECONDS_A_DAY)
    if oldest is None or since < oldest:
        return {"since": since, "edge": edge - 1, "until": since}
    return {"since": since, "edge": edge, "until": (edge + 1) * SECONDS_A_DAY}
