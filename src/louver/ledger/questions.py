"""Knows the SQL of the questions that readers ask; knows nothing of who asks or what is done with the answers.

Each takes `:site`, `:since` and others by name, where null means any. Totals of all time come from the table `days`;
those of a span come from the exchanges themselves, so that they are exact to the second.
"""

from __future__ import annotations

from typing import Final

IN_SPAN: Final = """(
    SELECT site, host, owner, category, party, policy, at AS first_at, at AS last_at, 1 AS exchanges,
        action <> 'pass' AS refused, shared, identifying, blocked, rewritten,
        coverage = 'full' AS inspected,
        coverage = 'streamed' AS streamed, coverage = 'websocket' AS websocket, coverage = 'failed' AS failed
    FROM exchanges WHERE at >= :since
)"""

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
SELECT site, policy, max(last_at) AS last_at FROM days WHERE :site IS NULL OR site = :site GROUP BY site
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
WHERE kind <> 'bounce' AND (:site IS NULL OR site = :site) AND (:since IS NULL OR at >= :since)
"""
"""A site that people are only led through stands in the same table, and is no failure of ours."""

RECIPIENTS: Final = """
SELECT host, max(owner) AS owner, max(category) AS category, max(party) AS party, sum(exchanges) AS exchanges,
    sum(refused) AS refused, sum(shared) AS shared, sum(identifying) AS identifying, sum(blocked) AS blocked,
    sum(rewritten) AS rewritten, min(first_at) AS first_at, max(last_at) AS last_at
FROM {source} WHERE site = :site GROUP BY host
ORDER BY identifying DESC, shared DESC, rewritten DESC, blocked DESC, host
"""

SIGNALS: Final = """
SELECT host, kind, outcome, count(*) AS count, min(at) AS first_at, max(at) AS last_at,
    json_group_array(DISTINCT name) AS names
FROM signals WHERE site = :site AND (:since IS NULL OR at >= :since)
GROUP BY host, kind, outcome ORDER BY host, count(*) DESC, kind
"""

LOG: Final = """
SELECT e.*, strftime('%Y-%m-%dT%H:%M:%fZ', e.at, 'unixepoch') AS time, e.scheme || '://' || e.host || e.path AS url,
    r.text AS rule_text, r.list AS rule_list, r.line AS rule_line
FROM exchanges AS e LEFT JOIN rules AS r ON r.id = coalesce(e.rule, e.exception)
WHERE e.id > :after AND (:site IS NULL OR e.site = :site) AND (:since IS NULL OR e.at >= :since)
    AND (:host IS NULL OR e.host = :host) AND (:action IS NULL OR e.action = :action)
ORDER BY e.id DESC LIMIT :limit
"""

NEWEST: Final = "SELECT coalesce(max(id), 0) AS newest FROM exchanges"
KNOWN_SITES: Final = "SELECT DISTINCT site FROM days"
SITES_OF_RECIPIENT: Final = "SELECT DISTINCT site FROM days WHERE host = :host ORDER BY site"
POLICY_ROWS: Final = "SELECT id, text FROM policy_rows"


def over(question: str, since: float | None) -> str:
    """Return a question about totals, asked of all time or of the span since then."""
    return question.format(source="days" if since is None else IN_SPAN)
