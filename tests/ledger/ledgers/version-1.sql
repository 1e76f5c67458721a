-- A ledger of version 1 as Louver 0.1.0 left it: three exchanges on two sites. Written by `sqlite3 .dump`; kept as it is.

PRAGMA application_id = 0x4C6F7576;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE days (
    day INTEGER NOT NULL,
    site TEXT NOT NULL,
    host TEXT NOT NULL,
    owner TEXT,
    category TEXT,
    party TEXT NOT NULL,
    policy TEXT NOT NULL,
    first_at REAL NOT NULL,
    last_at REAL NOT NULL,
    exchanges INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    shared INTEGER NOT NULL,
    identifying INTEGER NOT NULL,
    blocked INTEGER NOT NULL,
    rewritten INTEGER NOT NULL,
    inspected INTEGER NOT NULL,
    streamed INTEGER NOT NULL,
    websocket INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    sent_bytes INTEGER NOT NULL,
    received_bytes INTEGER NOT NULL,
    could INTEGER NOT NULL,
    got INTEGER NOT NULL,
    partly INTEGER NOT NULL,
    cookies INTEGER NOT NULL,
    cookies_kept INTEGER NOT NULL,
    functions INTEGER NOT NULL,
    functions_kept INTEGER NOT NULL,
    PRIMARY KEY (day, site, host)
) STRICT, WITHOUT ROWID;
INSERT INTO "days" VALUES(20717,'news.example','px.tracker.example','Tracker Inc','advertising','third','balanced',1790000000.0,1790000001.0,2,0,0,2,1,1,0,2,0,0,0,0,0,524289,524289,0,0,0,0,0);
INSERT INTO "days" VALUES(20717,'shop.example','px.tracker.example','Tracker Inc','advertising','third','balanced',1790000002.0,1790000002.0,1,0,0,1,1,0,0,1,0,0,0,0,0,1,1,0,0,0,0,0);
CREATE TABLE exchanges (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    ruleset INTEGER REFERENCES rulesets (id),
    page INTEGER,
    attribution TEXT,
    confidence REAL,
    at REAL NOT NULL,
    duration REAL,
    client TEXT NOT NULL,
    site TEXT NOT NULL,
    method TEXT NOT NULL,
    scheme TEXT NOT NULL,
    host TEXT NOT NULL,
    path TEXT NOT NULL,
    type TEXT NOT NULL,
    recipient_site TEXT NOT NULL,
    owner TEXT,
    category TEXT,
    tracker TEXT,
    party_site TEXT NOT NULL,
    party_owner TEXT NOT NULL,
    party_cname TEXT NOT NULL,
    party TEXT NOT NULL,
    policy_party TEXT NOT NULL,
    mixed INTEGER NOT NULL,
    listed INTEGER NOT NULL,
    protected INTEGER NOT NULL,
    action TEXT NOT NULL,
    location TEXT,
    reason TEXT NOT NULL,
    policy TEXT NOT NULL,
    rule INTEGER REFERENCES rules (id),
    exception INTEGER REFERENCES rules (id),
    status INTEGER,
    changed INTEGER NOT NULL,
    sent_bytes INTEGER NOT NULL,
    received_bytes INTEGER NOT NULL,
    coverage TEXT NOT NULL,
    shared INTEGER NOT NULL,
    identifying INTEGER NOT NULL,
    blocked INTEGER NOT NULL,
    rewritten INTEGER NOT NULL,
    consent TEXT NOT NULL,
    opted_out TEXT NOT NULL,
    signals TEXT NOT NULL
) STRICT;
INSERT INTO "exchanges" VALUES(1,1,4320028752942889754,1,'referer',0.95,1790000000.0,NULL,'','news.example','GET','https','px.tracker.example','/collect/1/*.gif','image','tracker.example','Tracker Inc','advertising','tracker.example','third','third','third','third','third',0,0,0,'pass',NULL,'nothing asks for a block','balanced',6029744223394356186,NULL,200,0,0,0,'full',1,0,1,0,'','','[["third-party-id-cookie","cookie","_xid","likely","strip","blocked",225361211313267,"9200e0384525b7b62719956c","advertising",null,null,"","",""],["language","cookie","_xid","likely","allow","shared",225361211313267,"fa7be09507d892f63f71a714","advertising",null,null,"","",""]]');
INSERT INTO "exchanges" VALUES(2,1,4320028752942889754,1,'referer',0.95,1790000001.0,NULL,'','news.example','GET','https','px.tracker.example','/collect/2/*.gif','image','tracker.example','Tracker Inc','advertising','tracker.example','third','third','third','third','third',0,0,0,'pass',NULL,'nothing asks for a block','balanced',NULL,NULL,200,0,0,0,'full',1,1,0,0,'','','[["third-party-id-cookie","cookie","_xid","likely","allow","shared",225361211313267,"9200e0384525b7b62719956c","advertising",null,null,"","",""]]');
INSERT INTO "exchanges" VALUES(3,1,4320028752942889754,1,'referer',0.95,1790000002.0,NULL,'','shop.example','GET','https','px.tracker.example','/collect/3/*.gif','image','tracker.example','Tracker Inc','advertising','tracker.example','third','third','third','third','third',0,0,0,'pass',NULL,'nothing asks for a block','balanced',NULL,NULL,200,0,0,0,'full',1,1,0,0,'','','[["third-party-id-cookie","cookie","_xid","likely","allow","shared",225361211313267,"9200e0384525b7b62719956c","advertising",null,null,"","",""]]');
CREATE TABLE faults (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    at REAL NOT NULL,
    site TEXT NOT NULL,
    host TEXT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    answer TEXT NOT NULL,
    times INTEGER NOT NULL
) STRICT;
INSERT INTO "faults" VALUES(1,1,1790000004.0,'news.example','','engine','broken','',1);
CREATE TABLE identifiers (
    site TEXT NOT NULL,
    host TEXT NOT NULL,
    digest TEXT NOT NULL,
    thread TEXT NOT NULL,
    recipient_site TEXT NOT NULL,
    owner TEXT,
    party TEXT NOT NULL,
    kind TEXT NOT NULL,
    place TEXT NOT NULL,
    name TEXT NOT NULL,
    links TEXT NOT NULL,
    lifetime REAL,
    shared INTEGER NOT NULL,
    withheld INTEGER NOT NULL,
    first_at REAL NOT NULL,
    last_at REAL NOT NULL,
    PRIMARY KEY (site, host, digest)
) STRICT, WITHOUT ROWID;
INSERT INTO "identifiers" VALUES('news.example','px.tracker.example','9200e0384525b7b62719956c','','tracker.example','Tracker Inc','third','third-party-id-cookie','cookie','_xid','',NULL,1,1,1790000000.0,1790000001.0);
INSERT INTO "identifiers" VALUES('shop.example','px.tracker.example','9200e0384525b7b62719956c','','tracker.example','Tracker Inc','third','third-party-id-cookie','cookie','_xid','',NULL,1,0,1790000002.0,1790000002.0);
CREATE TABLE kinds (
    bit INTEGER PRIMARY KEY,
    kind TEXT NOT NULL
) STRICT;
INSERT INTO "kinds" VALUES(0,'third-party-id-cookie');
INSERT INTO "kinds" VALUES(1,'ghost-cookie');
INSERT INTO "kinds" VALUES(2,'first-party-cookie');
INSERT INTO "kinds" VALUES(3,'security-cookie');
INSERT INTO "kinds" VALUES(4,'click-id');
INSERT INTO "kinds" VALUES(5,'campaign-tag');
INSERT INTO "kinds" VALUES(6,'linker');
INSERT INTO "kinds" VALUES(7,'sync-id');
INSERT INTO "kinds" VALUES(8,'bounce');
INSERT INTO "kinds" VALUES(9,'email');
INSERT INTO "kinds" VALUES(10,'personal-data');
INSERT INTO "kinds" VALUES(11,'account-id');
INSERT INTO "kinds" VALUES(12,'device-id');
INSERT INTO "kinds" VALUES(13,'universal-id');
INSERT INTO "kinds" VALUES(14,'referrer');
INSERT INTO "kinds" VALUES(15,'page-url');
INSERT INTO "kinds" VALUES(16,'content');
INSERT INTO "kinds" VALUES(17,'commerce');
INSERT INTO "kinds" VALUES(18,'user-agent');
INSERT INTO "kinds" VALUES(19,'language');
INSERT INTO "kinds" VALUES(20,'geolocation');
INSERT INTO "kinds" VALUES(21,'ip-location');
INSERT INTO "kinds" VALUES(22,'screen');
INSERT INTO "kinds" VALUES(23,'time-zone');
INSERT INTO "kinds" VALUES(24,'hardware');
INSERT INTO "kinds" VALUES(25,'fingerprint');
INSERT INTO "kinds" VALUES(26,'behaviour');
INSERT INTO "kinds" VALUES(27,'form-input');
INSERT INTO "kinds" VALUES(28,'cache-id');
INSERT INTO "kinds" VALUES(29,'consent');
INSERT INTO "kinds" VALUES(30,'interest');
INSERT INTO "kinds" VALUES(31,'auth-token');
INSERT INTO "kinds" VALUES(32,'beacon');
INSERT INTO "kinds" VALUES(33,'experiment');
INSERT INTO "kinds" VALUES(34,'connection');
INSERT INTO "kinds" VALUES(35,'local-network');
CREATE TABLE pages (
    run INTEGER NOT NULL REFERENCES runs (id),
    id INTEGER NOT NULL,
    at REAL NOT NULL,
    site TEXT NOT NULL,
    host TEXT NOT NULL,
    path TEXT NOT NULL,
    PRIMARY KEY (run, id)
) STRICT, WITHOUT ROWID;
INSERT INTO "pages" VALUES(1,1,1790000000.0,'news.example','www.news.example','/world/story');
INSERT INTO "pages" VALUES(1,2,1790000002.0,'shop.example','www.shop.example','/world/story');
CREATE TABLE passthroughs (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    at REAL NOT NULL,
    site TEXT NOT NULL,
    host TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;
INSERT INTO "passthroughs" VALUES(1,1,1790000003.0,'bank.example','bank.example',700,'pinned certificate');
CREATE TABLE policy_rows (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;
INSERT INTO "policy_rows" VALUES(225361211313267,'{kind: third-party-id-cookie, treatment: strip}');
CREATE TABLE rules (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    list TEXT NOT NULL,
    line INTEGER NOT NULL,
    version TEXT NOT NULL
) STRICT;
INSERT INTO "rules" VALUES(6029744223394356186,'||tracker.example^','louver',7,'2026-01-01');
CREATE TABLE rulesets (
    id INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    policy TEXT NOT NULL,
    policy_hash TEXT NOT NULL,
    lists TEXT NOT NULL
) STRICT;
INSERT INTO "rulesets" VALUES(4320028752942889754,1790000000.0,'balanced','abcdef012345','[]');
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    version TEXT NOT NULL,
    started_at REAL NOT NULL,
    ended_at REAL,
    dropped INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO "runs" VALUES(1,'0.1.0',1790000000.0,1790000000.0,0);
CREATE TABLE signal_days (
    site TEXT NOT NULL,
    day INTEGER NOT NULL,
    host TEXT NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL,
    place TEXT NOT NULL,
    name TEXT NOT NULL,
    treatment TEXT NOT NULL,
    purpose TEXT,
    value_owner TEXT,
    lifetime REAL,
    sure INTEGER NOT NULL,
    count INTEGER NOT NULL,
    first_at REAL NOT NULL,
    last_at REAL NOT NULL,
    PRIMARY KEY (site, day, host, kind, outcome, place, name)
) STRICT, WITHOUT ROWID;
INSERT INTO "signal_days" VALUES('news.example',20717,'px.tracker.example','language','shared','cookie','_xid','allow','advertising',NULL,NULL,1,1,1790000000.0,1790000000.0);
INSERT INTO "signal_days" VALUES('news.example',20717,'px.tracker.example','third-party-id-cookie','blocked','cookie','_xid','strip','advertising',NULL,NULL,1,1,1790000000.0,1790000000.0);
INSERT INTO "signal_days" VALUES('news.example',20717,'px.tracker.example','third-party-id-cookie','shared','cookie','_xid','allow','advertising',NULL,NULL,1,1,1790000001.0,1790000001.0);
INSERT INTO "signal_days" VALUES('shop.example',20717,'px.tracker.example','third-party-id-cookie','shared','cookie','_xid','allow','advertising',NULL,NULL,1,1,1790000002.0,1790000002.0);
ANALYZE "sqlite_master";
INSERT INTO "sqlite_stat1" VALUES('exchanges','exchanges_by_time','3 1');
INSERT INTO "sqlite_stat1" VALUES('exchanges','exchanges_by_site','3 2');
INSERT INTO "sqlite_stat1" VALUES('days','days','2 2 1 1');
CREATE TABLE totals (
    site TEXT NOT NULL,
    host TEXT NOT NULL,
    owner TEXT,
    category TEXT,
    party TEXT NOT NULL,
    policy TEXT NOT NULL,
    first_at REAL NOT NULL,
    last_at REAL NOT NULL,
    exchanges INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    shared INTEGER NOT NULL,
    identifying INTEGER NOT NULL,
    blocked INTEGER NOT NULL,
    rewritten INTEGER NOT NULL,
    inspected INTEGER NOT NULL,
    streamed INTEGER NOT NULL,
    websocket INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    sent_bytes INTEGER NOT NULL,
    received_bytes INTEGER NOT NULL,
    could INTEGER NOT NULL,
    got INTEGER NOT NULL,
    partly INTEGER NOT NULL,
    cookies INTEGER NOT NULL,
    cookies_kept INTEGER NOT NULL,
    functions INTEGER NOT NULL,
    functions_kept INTEGER NOT NULL,
    PRIMARY KEY (site, host)
) STRICT, WITHOUT ROWID;
INSERT INTO "totals" VALUES('news.example','px.tracker.example','Tracker Inc','advertising','third','balanced',1790000000.0,1790000001.0,2,0,0,2,1,1,0,2,0,0,0,0,0,524289,524289,0,0,0,0,0);
INSERT INTO "totals" VALUES('shop.example','px.tracker.example','Tracker Inc','advertising','third','balanced',1790000002.0,1790000002.0,1,0,0,1,1,0,0,1,0,0,0,0,0,1,1,0,0,0,0,0);
CREATE TABLE type_days (
    site TEXT NOT NULL,
    day INTEGER NOT NULL,
    type TEXT NOT NULL,
    exchanges INTEGER NOT NULL,
    needed INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    altered INTEGER NOT NULL,
    troubled INTEGER NOT NULL,
    PRIMARY KEY (site, day, type)
) STRICT, WITHOUT ROWID;
INSERT INTO "type_days" VALUES('news.example',20717,'image',2,0,0,0,0);
INSERT INTO "type_days" VALUES('shop.example',20717,'image',1,0,0,0,0);
CREATE INDEX exchanges_by_site ON exchanges (site);
CREATE INDEX exchanges_by_time ON exchanges (at);
CREATE VIEW signals AS
SELECT
    e.id AS exchange,
    e.at AS at,
    e.site AS site,
    e.host AS host,
    e.owner AS owner,
    e.category AS category,
    json_extract(s.value, '$[0]') AS kind,
    json_extract(s.value, '$[1]') AS place,
    json_extract(s.value, '$[2]') AS name,
    json_extract(s.value, '$[3]') AS grade,
    json_extract(s.value, '$[4]') AS treatment,
    json_extract(s.value, '$[5]') AS outcome,
    p.text AS policy_row,
    json_extract(s.value, '$[7]') AS digest,
    json_extract(s.value, '$[8]') AS purpose,
    json_extract(s.value, '$[9]') AS value_owner,
    json_extract(s.value, '$[10]') AS lifetime,
    json_extract(s.value, '$[11]') AS thread,
    json_extract(s.value, '$[12]') AS links,
    json_extract(s.value, '$[13]') AS party,
    e.opted_out AS opted_out
FROM exchanges AS e, json_each(e.signals) AS s
LEFT JOIN policy_rows AS p ON p.id = json_extract(s.value, '$[6]');
CREATE VIEW recipients AS
SELECT
    site AS site,
    host AS host,
    owner AS owner,
    category AS category,
    party AS party,
    exchanges AS exchanges,
    refused AS refused,
    shared AS shared,
    identifying AS identifying,
    blocked AS blocked,
    rewritten AS rewritten,
    first_at AS first_at,
    last_at AS last_at
FROM totals;
CREATE VIEW site_totals AS
SELECT
    site AS site,
    count(*) AS recipients,
    count(DISTINCT CASE party WHEN 'third' THEN coalesce(owner, host) END) AS third_parties,
    sum(exchanges) AS exchanges,
    sum(refused) AS refused,
    sum(shared) AS shared,
    sum(identifying) AS identifying,
    sum(blocked) AS blocked,
    sum(rewritten) AS rewritten,
    sum(inspected) AS inspected,
    min(first_at) AS first_at,
    max(last_at) AS last_at
FROM totals
GROUP BY site;
CREATE VIEW owners AS
SELECT
    coalesce(owner, host) AS owner,
    max(category) AS category,
    count(DISTINCT site) AS sites,
    count(DISTINCT CASE WHEN shared > 0 THEN site END) AS sites_shared,
    count(DISTINCT CASE WHEN identifying > 0 THEN site END) AS sites_identified,
    sum(shared) AS shared,
    sum(identifying) AS identifying,
    sum(blocked) AS blocked,
    sum(rewritten) AS rewritten
FROM totals
WHERE party = 'third'
GROUP BY coalesce(owner, host);
CREATE VIEW log AS
SELECT
    e.id AS id,
    strftime('%Y-%m-%dT%H:%M:%fZ', e.at, 'unixepoch') AS time,
    e.site AS site,
    e.action AS action,
    e.method AS method,
    e.scheme || '://' || e.host || e.path AS url,
    e.type AS type,
    e.status AS status,
    e.owner AS owner,
    e.category AS category,
    e.shared AS shared,
    e.blocked AS blocked,
    e.rewritten AS rewritten,
    e.policy AS policy,
    e.reason AS reason,
    r.text AS rule,
    r.list AS list,
    r.line AS line
FROM exchanges AS e LEFT JOIN rules AS r ON r.id = e.rule;
COMMIT;
