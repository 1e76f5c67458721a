-- Version 1: exchanges with their signals, pages, totals by day, and what was not inspected.

-- Times are Unix seconds (UTC) with a fraction. Sizes are bytes. No column holds an identifier's value: a value is kept
-- only as a digest keyed with this installation's own key, queries and fragments are never kept, and whatever looks
-- like an identifier in a path or a name is stored as `*`.

-- Each start of a program that writes this ledger.
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,                 -- The run's number, counted up in this ledger.
    version TEXT NOT NULL,                  -- The version of Louver that ran.
    started_at REAL NOT NULL,               -- When the ledger was opened.
    ended_at REAL,                          -- When it was closed in order; null while running, or after a kill.
    dropped INTEGER NOT NULL DEFAULT 0      -- How many records this run had to give up because they could not be written.
) STRICT;

-- Each combination of a policy and list versions that has decided exchanges.
CREATE TABLE rulesets (
    id INTEGER PRIMARY KEY,                 -- A number made from the contents, so that the same rules are the same row.
    at REAL NOT NULL,                       -- When it was first in force.
    policy TEXT NOT NULL,                   -- The name of the policy for sites without an override.
    policy_hash TEXT NOT NULL,              -- A hash over the text of the policy and everything that it extends.
    lists TEXT NOT NULL                     -- The lists in force: JSON rows of id, version, sha256 and rule count.
) STRICT;

-- Each filter rule that has decided an exchange.
CREATE TABLE rules (
    id INTEGER PRIMARY KEY,                 -- A number made from the contents, so that the same rule is the same row.
    text TEXT NOT NULL,                     -- The rule as its list writes it.
    list TEXT NOT NULL,                     -- The list that it stands in.
    line INTEGER NOT NULL,                  -- The line in that list.
    version TEXT NOT NULL                   -- The version of that list.
) STRICT;

-- Each row of a policy that has decided over a signal.
CREATE TABLE policy_rows (
    id INTEGER PRIMARY KEY,                 -- A number made from the text, so that the same row has the same number.
    text TEXT NOT NULL                      -- The row as the policy writes it.
) STRICT;

-- Each top-level document that a browser loaded.
CREATE TABLE pages (
    run INTEGER NOT NULL REFERENCES runs (id),  -- The run that saw the page.
    id INTEGER NOT NULL,                    -- The page's number within its run.
    at REAL NOT NULL,                       -- When the page was first seen.
    site TEXT NOT NULL,                     -- The page's site (registrable domain).
    host TEXT NOT NULL,                     -- The page's host.
    path TEXT NOT NULL,                     -- The page's path without query, identifiers masked.
    PRIMARY KEY (run, id)
) STRICT, WITHOUT ROWID;

-- Each request with its answer: who got what for which site, what was done about it, and why.
CREATE TABLE exchanges (
    id INTEGER PRIMARY KEY,                 -- The exchange's number, in the order of writing.
    run INTEGER NOT NULL REFERENCES runs (id),  -- The run that saw it.
    ruleset INTEGER REFERENCES rulesets (id),   -- The policy and lists that were in force.
    page INTEGER,                           -- The page that it belongs to, within the run; null where that cannot be told.
    attribution TEXT,                       -- How the page was told.
    confidence REAL,                        -- How sure that is, from 0 to 1.
    at REAL NOT NULL,                       -- When the request was seen.
    duration REAL,                          -- Seconds until the answer was complete; null if there was none.
    client TEXT NOT NULL,                   -- The address of the device that asked, without port.
    site TEXT NOT NULL,                     -- The site of the page, or of the request where there is no page.
    method TEXT NOT NULL,                   -- The request's method.
    scheme TEXT NOT NULL,                   -- The scheme of the URL.
    host TEXT NOT NULL,                     -- The recipient: the host that was asked.
    path TEXT NOT NULL,                     -- The path without query, identifiers masked.
    type TEXT NOT NULL,                     -- What the answer was wanted for, in the names of filter lists.
    recipient_site TEXT NOT NULL,           -- The recipient's own site.
    owner TEXT,                             -- The organisation behind the recipient, if known.
    category TEXT,                          -- What the recipient is known for, if it is a known tracker.
    tracker TEXT,                           -- The domain that it is known as a tracker by.
    party_site TEXT NOT NULL,               -- Party by site: first, third or unknown.
    party_owner TEXT NOT NULL,              -- Party by owner: first, third or unknown.
    party_cname TEXT NOT NULL,              -- Party by the chain of DNS aliases: first, third or unknown.
    party TEXT NOT NULL,                    -- Whose side the recipient is on, all three ways considered.
    policy_party TEXT NOT NULL,             -- Whose side the rows of the policy took it to be on.
    mixed INTEGER NOT NULL,                 -- 1 if it tracks and also does what pages need, else 0.
    listed INTEGER NOT NULL,                -- 1 if a filter rule wants the request blocked, else 0.
    protected INTEGER NOT NULL,             -- 1 if pages are known to break without it, else 0.
    action TEXT NOT NULL,                   -- What happened to the request: pass, block, redirect or surrogate.
    location TEXT,                          -- Where a redirect led (without query, masked), or the surrogate's name.
    reason TEXT NOT NULL,                   -- Why, in words.
    policy TEXT NOT NULL,                   -- The policy that decided, site overrides considered.
    rule INTEGER REFERENCES rules (id),     -- The filter rule that decided, if one did.
    exception INTEGER REFERENCES rules (id),    -- The exception rule that spared it, if one did.
    status INTEGER,                         -- The status that the recipient answered with; null if it was not asked.
    changed INTEGER NOT NULL,               -- 1 if the request or its answer was altered on the way, else 0.
    sent_bytes INTEGER NOT NULL,            -- The size of the request's body.
    received_bytes INTEGER NOT NULL,        -- The size of the answer's body.
    coverage TEXT NOT NULL,                 -- How far it was inspected: full, streamed, websocket or failed.
    shared INTEGER NOT NULL,                -- How many signals reached the recipient as they were.
    identifying INTEGER NOT NULL,           -- How many of those single a person out, for sure or very likely.
    blocked INTEGER NOT NULL,               -- How many signals were withheld.
    rewritten INTEGER NOT NULL,             -- How many signals reached the recipient altered.
    consent TEXT NOT NULL,                  -- What the person had agreed to or refused on the site by then, in words.
    opted_out TEXT NOT NULL,                -- What of that was refused: storage, advertising, analytics, sale.
    signals TEXT NOT NULL                   -- The signals as JSON rows; the view `signals` spells them out.
) STRICT;

CREATE INDEX exchanges_by_site ON exchanges (site);
CREATE INDEX exchanges_by_time ON exchanges (at);

-- The kinds of signals with the bits that stand for them: `SELECT kind FROM kinds WHERE got >> bit & 1`.
CREATE TABLE kinds (
    bit INTEGER PRIMARY KEY,                -- The bit, counted from 0.
    kind TEXT NOT NULL                      -- The kind; one that can single a person out counts where it is no mere guess.
) STRICT;

INSERT INTO kinds (bit, kind) VALUES
    (0, 'third-party-id-cookie'),
    (1, 'ghost-cookie'),
    (2, 'first-party-cookie'),
    (3, 'security-cookie'),
    (4, 'click-id'),
    (5, 'campaign-tag'),
    (6, 'linker'),
    (7, 'sync-id'),
    (8, 'bounce'),
    (9, 'email'),
    (10, 'personal-data'),
    (11, 'account-id'),
    (12, 'device-id'),
    (13, 'universal-id'),
    (14, 'referrer'),
    (15, 'page-url'),
    (16, 'content'),
    (17, 'commerce'),
    (18, 'user-agent'),
    (19, 'language'),
    (20, 'geolocation'),
    (21, 'ip-location'),
    (22, 'screen'),
    (23, 'time-zone'),
    (24, 'hardware'),
    (25, 'fingerprint'),
    (26, 'behaviour'),
    (27, 'form-input'),
    (28, 'cache-id'),
    (29, 'consent'),
    (30, 'interest'),
    (31, 'auth-token'),
    (32, 'beacon'),
    (33, 'experiment'),
    (34, 'connection'),
    (35, 'local-network');

-- Totals by day, site and recipient, kept up with every write, so that overviews need not read every exchange.
CREATE TABLE days (
    day INTEGER NOT NULL,                   -- The day (UTC), counted from 1970-01-01.
    site TEXT NOT NULL,                     -- The site that was visited.
    host TEXT NOT NULL,                     -- The recipient.
    owner TEXT,                             -- The organisation behind the recipient, if known.
    category TEXT,                          -- What the recipient is known for, if it is a known tracker.
    party TEXT NOT NULL,                    -- Whose side the recipient is on, all three ways considered.
    policy TEXT NOT NULL,                   -- The policy that decided last.
    first_at REAL NOT NULL,                 -- When the recipient was first asked on that day.
    last_at REAL NOT NULL,                  -- When it was last asked on that day.
    exchanges INTEGER NOT NULL,             -- How many exchanges there were.
    refused INTEGER NOT NULL,               -- How many of them never reached the recipient.
    changed INTEGER NOT NULL,               -- How many of them were altered on the way.
    shared INTEGER NOT NULL,                -- How many signals reached the recipient as they were.
    identifying INTEGER NOT NULL,           -- How many of those single a person out, for sure or very likely.
    blocked INTEGER NOT NULL,               -- How many signals were withheld.
    rewritten INTEGER NOT NULL,             -- How many signals reached the recipient altered.
    inspected INTEGER NOT NULL,             -- How many exchanges were fully inspected.
    streamed INTEGER NOT NULL,              -- How many had a body go by unread that should have been read.
    websocket INTEGER NOT NULL,             -- How many became a WebSocket, whose binary messages are not read.
    failed INTEGER NOT NULL,                -- How many an error kept from being inspected.
    sent_bytes INTEGER NOT NULL,            -- The size of all requests' bodies.
    received_bytes INTEGER NOT NULL,        -- The size of all answers' bodies.
    could INTEGER NOT NULL,                 -- The kinds of signals that it would have got, as bits: those of the table `kinds`.
    got INTEGER NOT NULL,                   -- The kinds that it got as they were, as bits.
    partly INTEGER NOT NULL,                -- The kinds that it got altered, as bits.
    cookies INTEGER NOT NULL,               -- How many cookies of the site itself there were.
    cookies_kept INTEGER NOT NULL,          -- How many of them passed.
    functions INTEGER NOT NULL,             -- How many signals that serve the visitor there were.
    functions_kept INTEGER NOT NULL,        -- How many of them passed.
    PRIMARY KEY (day, site, host)
) STRICT, WITHOUT ROWID;

-- Totals by site and recipient over all days kept: what `days` adds up to, so that overviews are quick.
CREATE TABLE totals (
    site TEXT NOT NULL,                     -- The site that was visited.
    host TEXT NOT NULL,                     -- The recipient.
    owner TEXT,                             -- The organisation behind the recipient, if known.
    category TEXT,                          -- What the recipient is known for, if it is a known tracker.
    party TEXT NOT NULL,                    -- Whose side the recipient is on, all three ways considered.
    policy TEXT NOT NULL,                   -- The policy that decided last.
    first_at REAL NOT NULL,                 -- When the recipient was first asked.
    last_at REAL NOT NULL,                  -- When it was last asked.
    exchanges INTEGER NOT NULL,             -- How many exchanges there were.
    refused INTEGER NOT NULL,               -- How many of them never reached the recipient.
    changed INTEGER NOT NULL,               -- How many of them were altered on the way.
    shared INTEGER NOT NULL,                -- How many signals reached the recipient as they were.
    identifying INTEGER NOT NULL,           -- How many of those single a person out, for sure or very likely.
    blocked INTEGER NOT NULL,               -- How many signals were withheld.
    rewritten INTEGER NOT NULL,             -- How many signals reached the recipient altered.
    inspected INTEGER NOT NULL,             -- How many exchanges were fully inspected.
    streamed INTEGER NOT NULL,              -- How many had a body go by unread that should have been read.
    websocket INTEGER NOT NULL,             -- How many became a WebSocket, whose binary messages are not read.
    failed INTEGER NOT NULL,                -- How many an error kept from being inspected.
    sent_bytes INTEGER NOT NULL,            -- The size of all requests' bodies.
    received_bytes INTEGER NOT NULL,        -- The size of all answers' bodies.
    could INTEGER NOT NULL,                 -- The kinds of signals that it would have got, as bits: those of the table `kinds`.
    got INTEGER NOT NULL,                   -- The kinds that it got as they were, as bits.
    partly INTEGER NOT NULL,                -- The kinds that it got altered, as bits.
    cookies INTEGER NOT NULL,               -- How many cookies of the site itself there were.
    cookies_kept INTEGER NOT NULL,          -- How many of them passed.
    functions INTEGER NOT NULL,             -- How many signals that serve the visitor there were.
    functions_kept INTEGER NOT NULL,        -- How many of them passed.
    PRIMARY KEY (site, host)
) STRICT, WITHOUT ROWID;

-- Signals by day, site, recipient and name, kept up with every write: who got what under which name.
CREATE TABLE signal_days (
    site TEXT NOT NULL,                     -- The site that was visited.
    day INTEGER NOT NULL,                   -- The day (UTC), counted from 1970-01-01.
    host TEXT NOT NULL,                     -- The recipient.
    kind TEXT NOT NULL,                     -- What the signal is.
    outcome TEXT NOT NULL,                  -- What happened to it: shared, blocked or rewritten.
    place TEXT NOT NULL,                    -- The part of the exchange that it stood in.
    name TEXT NOT NULL,                     -- Its name: of the cookie, parameter or header; identifiers masked.
    treatment TEXT NOT NULL,                -- What policy wanted for it last.
    purpose TEXT,                           -- A cookie's purpose, if known.
    value_owner TEXT,                       -- The organisation that the identifier belongs to, if known.
    lifetime REAL,                          -- The longest life of such a cookie being set, in seconds; null if none was told.
    sure INTEGER NOT NULL,                  -- How many of them are confirmed or likely.
    count INTEGER NOT NULL,                 -- How many there were.
    first_at REAL NOT NULL,                 -- When the first was seen on that day.
    last_at REAL NOT NULL,                  -- When the last was seen.
    PRIMARY KEY (site, day, host, kind, outcome, place, name)
) STRICT, WITHOUT ROWID;

-- Where each identifier was met, by its digest: what lets a recipient link visits to several sites.
CREATE TABLE identifiers (
    site TEXT NOT NULL,                     -- The site that was visited.
    host TEXT NOT NULL,                     -- The recipient.
    digest TEXT NOT NULL,                   -- The keyed digest of the identifier's value.
    thread TEXT NOT NULL,                   -- The digest of the identifier that it is a form of, or empty.
    recipient_site TEXT NOT NULL,           -- The recipient's own site.
    owner TEXT,                             -- The organisation behind the recipient, if known.
    party TEXT NOT NULL,                    -- Whose side the recipient is on.
    kind TEXT NOT NULL,                     -- What the identifier is.
    place TEXT NOT NULL,                    -- The part of the exchange that it stood in.
    name TEXT NOT NULL,                     -- Its name there; identifiers masked.
    links TEXT NOT NULL,                    -- What meeting it there showed: sync, copy, referrer, redirect, cross-site.
    lifetime REAL,                          -- The longest life that was set and let through, in seconds.
    shared INTEGER NOT NULL,                -- How often the recipient got it as it was.
    withheld INTEGER NOT NULL,              -- How often it would have got it, but for the policy.
    first_at REAL NOT NULL,                 -- When it was first met.
    last_at REAL NOT NULL,                  -- When it was last met.
    PRIMARY KEY (site, host, digest)
) STRICT, WITHOUT ROWID;

-- Requests by day, site and type: how much of what a page needs was delivered.
CREATE TABLE type_days (
    site TEXT NOT NULL,                     -- The site that was visited.
    day INTEGER NOT NULL,                   -- The day (UTC), counted from 1970-01-01.
    type TEXT NOT NULL,                     -- What the answers were wanted for.
    exchanges INTEGER NOT NULL,             -- How many exchanges there were.
    needed INTEGER NOT NULL,                -- How many of them went to somebody who does not only track.
    kept INTEGER NOT NULL,                  -- How many of those reached their recipient.
    altered INTEGER NOT NULL,               -- How many of those were altered on the way.
    troubled INTEGER NOT NULL,              -- How many of those were then answered with an error (400 and up).
    PRIMARY KEY (site, day, type)
) STRICT, WITHOUT ROWID;

-- Each connection that went through Louver without being opened.
CREATE TABLE passthroughs (
    id INTEGER PRIMARY KEY,                 -- The row's number.
    run INTEGER NOT NULL REFERENCES runs (id),  -- The run that saw it.
    at REAL NOT NULL,                       -- When the connection ended.
    site TEXT NOT NULL,                     -- The site of the host, as no page can be told.
    host TEXT NOT NULL,                     -- The host that was connected to.
    bytes INTEGER NOT NULL,                 -- How much went through in both directions.
    reason TEXT NOT NULL                    -- Why it was not opened.
) STRICT;

-- Each failure of Louver's own, so that nothing goes wrong in silence.
CREATE TABLE faults (
    id INTEGER PRIMARY KEY,                 -- The row's number.
    run INTEGER NOT NULL REFERENCES runs (id),  -- The run that saw it.
    at REAL NOT NULL,                       -- When it happened.
    site TEXT NOT NULL,                     -- The site that was being visited, or empty.
    host TEXT NOT NULL,                     -- The recipient of the exchange, or empty.
    kind TEXT NOT NULL,                     -- What failed, in a word or two.
    detail TEXT NOT NULL,                   -- What is known of it: an error's type and place, never the data it failed on.
    answer TEXT NOT NULL,                   -- What was done about it.
    times INTEGER NOT NULL                  -- How often it happened, where one row stands for several.
) STRICT;

-- One row for each signal of each exchange.
CREATE VIEW signals AS
SELECT
    e.id AS exchange,                       -- The exchange.
    e.at AS at,                             -- When the request was seen.
    e.site AS site,                         -- The site that was visited.
    e.host AS host,                         -- The recipient.
    e.owner AS owner,                       -- The organisation behind the recipient, if known.
    e.category AS category,                 -- What the recipient is known for, if it is a known tracker.
    json_extract(s.value, '$[0]') AS kind,  -- What the signal is.
    json_extract(s.value, '$[1]') AS place, -- The part of the exchange that it stood in.
    json_extract(s.value, '$[2]') AS name,  -- Its name: of the cookie, parameter or header; identifiers masked.
    json_extract(s.value, '$[3]') AS grade, -- How sure that is: confirmed, likely or possible.
    json_extract(s.value, '$[4]') AS treatment, -- What policy wanted for it.
    json_extract(s.value, '$[5]') AS outcome,   -- What happened to it: shared, blocked or rewritten.
    p.text AS policy_row,                   -- The row of the policy that said so.
    json_extract(s.value, '$[7]') AS digest,    -- The keyed digest of its value: the same value, the same digest.
    json_extract(s.value, '$[8]') AS purpose,   -- A cookie's purpose, if known.
    json_extract(s.value, '$[9]') AS value_owner,   -- The organisation that the identifier belongs to, if known.
    json_extract(s.value, '$[10]') AS lifetime, -- Seconds that a cookie being set would stay; null for the session.
    json_extract(s.value, '$[11]') AS thread,   -- The digest of the identifier that its value is a form of, or empty.
    json_extract(s.value, '$[12]') AS links,    -- What that shows: sync, copy, referrer, redirect, cross-site.
    json_extract(s.value, '$[13]') AS party,    -- Whose side it tells on, where that is not the recipient's; else empty.
    e.opted_out AS opted_out                    -- What the person had refused on the site by then.
FROM exchanges AS e, json_each(e.signals) AS s
LEFT JOIN policy_rows AS p ON p.id = json_extract(s.value, '$[6]');

-- One row for each recipient of each site, over all time kept.
CREATE VIEW recipients AS
SELECT
    site AS site,                           -- The site that was visited.
    host AS host,                           -- The recipient.
    owner AS owner,                         -- The organisation behind it, if known.
    category AS category,                   -- What it is known for, if it is a known tracker.
    party AS party,                         -- Whose side it is on.
    exchanges AS exchanges,                 -- How many exchanges there were.
    refused AS refused,                     -- How many of them never reached it.
    shared AS shared,                       -- How many signals it got as they were.
    identifying AS identifying,             -- How many of those single a person out.
    blocked AS blocked,                     -- How many signals were withheld from it.
    rewritten AS rewritten,                 -- How many signals it got altered.
    first_at AS first_at,                   -- When it was first asked.
    last_at AS last_at                      -- When it was last asked.
FROM totals;

-- One row for each site, over all time kept.
CREATE VIEW site_totals AS
SELECT
    site AS site,                           -- The site that was visited.
    count(*) AS recipients,                 -- How many hosts were asked.
    count(DISTINCT CASE party WHEN 'third' THEN coalesce(owner, host) END) AS third_parties, -- How many other organisations.
    sum(exchanges) AS exchanges,            -- How many exchanges there were.
    sum(refused) AS refused,                -- How many of them never reached their recipient.
    sum(shared) AS shared,                  -- How many signals were shared.
    sum(identifying) AS identifying,        -- How many of those single a person out.
    sum(blocked) AS blocked,                -- How many signals were withheld.
    sum(rewritten) AS rewritten,            -- How many signals were altered.
    sum(inspected) AS inspected,            -- How many exchanges were fully inspected.
    min(first_at) AS first_at,              -- When the site was first seen.
    max(last_at) AS last_at                 -- When it was last seen.
FROM totals
GROUP BY site;

-- One row for each organisation: on how many sites it was met, and how much it got.
CREATE VIEW owners AS
SELECT
    coalesce(owner, host) AS owner,         -- The organisation, or the host where none is known.
    max(category) AS category,              -- What it is known for, if it is a known tracker.
    count(DISTINCT site) AS sites,          -- On how many sites it was met.
    count(DISTINCT CASE WHEN shared > 0 THEN site END) AS sites_shared, -- On how many of them it got something.
    count(DISTINCT CASE WHEN identifying > 0 THEN site END) AS sites_identified,    -- On how many it could recognise the person.
    sum(shared) AS shared,                  -- How many signals it got as they were.
    sum(identifying) AS identifying,        -- How many of those single a person out.
    sum(blocked) AS blocked,                -- How many signals were withheld from it.
    sum(rewritten) AS rewritten             -- How many signals it got altered.
FROM totals
WHERE party = 'third'
GROUP BY coalesce(owner, host);

-- One row for each exchange as a person would want to read it.
CREATE VIEW log AS
SELECT
    e.id AS id,                             -- The exchange's number.
    strftime('%Y-%m-%dT%H:%M:%fZ', e.at, 'unixepoch') AS time,  -- When the request was seen (UTC).
    e.site AS site,                         -- The site that was visited.
    e.action AS action,                     -- What happened to the request.
    e.method AS method,                     -- The request's method.
    e.scheme || '://' || e.host || e.path AS url,   -- The URL without query, identifiers masked.
    e.type AS type,                         -- What the answer was wanted for.
    e.status AS status,                     -- The status that the recipient answered with.
    e.owner AS owner,                       -- The organisation behind the recipient, if known.
    e.category AS category,                 -- What the recipient is known for, if it is a known tracker.
    e.shared AS shared,                     -- How many signals it got as they were.
    e.blocked AS blocked,                   -- How many signals were withheld.
    e.rewritten AS rewritten,               -- How many signals it got altered.
    e.policy AS policy,                     -- The policy that decided.
    e.reason AS reason,                     -- Why, in words.
    r.text AS rule,                         -- The filter rule that decided, if one did.
    r.list AS list,                         -- The list that this rule stands in.
    r.line AS line                          -- The line in that list.
FROM exchanges AS e LEFT JOIN rules AS r ON r.id = e.rule;
