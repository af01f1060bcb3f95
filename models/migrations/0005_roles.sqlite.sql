-- A user may have several roles, and acts in one at a time: each session and each key says in which. SQLite
-- adds no column that must not be null and has no default, so these tables are made anew; no other table refers to them.

CREATE TABLE user_role (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    CONSTRAINT user_role_user_id_role_key UNIQUE (user_id, role),
    CONSTRAINT role_choice CHECK (role IN ('ADMIN', 'MANAGER', 'REP', 'AGENT', 'MARKETING', 'READONLY'))
) STRICT;

CREATE TABLE session_before AS SELECT c.*, u.role FROM session c JOIN app_user u ON u.id = c.user_id;
CREATE TABLE session_last AS SELECT seq FROM sqlite_sequence WHERE name = 'session';
DROP TABLE session;
CREATE TABLE session (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    token_hash TEXT NOT NULL CHECK (length(token_hash) <= 64),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    expires_at TEXT NOT NULL CHECK (expires_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', expires_at, '+0 days') IS substr(expires_at, 1, 19)),
    revoked_at TEXT CHECK (revoked_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', revoked_at, '+0 days') IS substr(revoked_at, 1, 19)),
    last_used_at TEXT CHECK (last_used_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', last_used_at, '+0 days') IS substr(last_used_at, 1, 19)),
    CONSTRAINT session_token_hash_key UNIQUE (token_hash),
    CONSTRAINT role_choice CHECK (role IN ('ADMIN', 'MANAGER', 'REP', 'AGENT', 'MARKETING', 'READONLY')),
    CONSTRAINT session_token_is_hashed CHECK (length(token_hash) = 64),
    CONSTRAINT session_ends_after_it_starts CHECK (expires_at > created_at)
) STRICT;
CREATE INDEX session_user_id_id_idx ON session (user_id, id);
INSERT INTO session (id, user_id, role, token_hash, created_at, expires_at, revoked_at, last_used_at)
    SELECT id, user_id, role, token_hash, created_at, expires_at, revoked_at, last_used_at FROM session_before;
-- No id is given out a second time.
DELETE FROM sqlite_sequence WHERE name = 'session';
INSERT INTO sqlite_sequence (name, seq) SELECT 'session', seq FROM session_last;
DROP TABLE session_before;
DROP TABLE session_last;

CREATE TABLE api_key_before AS SELECT c.*, u.role FROM api_key c JOIN app_user u ON u.id = c.user_id;
CREATE TABLE api_key_last AS SELECT seq FROM sqlite_sequence WHERE name = 'api_key';
DROP TABLE api_key;
CREATE TABLE api_key (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) <= 60),
    token_hash TEXT NOT NULL CHECK (length(token_hash) <= 64),
    scopes TEXT NOT NULL,
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    expires_at TEXT CHECK (expires_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', expires_at, '+0 days') IS substr(expires_at, 1, 19)),
    revoked_at TEXT CHECK (revoked_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', revoked_at, '+0 days') IS substr(revoked_at, 1, 19)),
    last_used_at TEXT CHECK (last_used_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', last_used_at, '+0 days') IS substr(last_used_at, 1, 19)),
    CONSTRAINT api_key_token_hash_key UNIQUE (token_hash),
    CONSTRAINT api_key_user_id_name_key UNIQUE (user_id, name),
    CONSTRAINT role_choice CHECK (role IN ('ADMIN', 'MANAGER', 'REP', 'AGENT', 'MARKETING', 'READONLY')),
    CONSTRAINT api_key_is_named CHECK (name <> ''),
    CONSTRAINT api_key_token_is_hashed CHECK (length(token_hash) = 64),
    CONSTRAINT api_key_ends_after_it_starts CHECK (expires_at IS NULL OR expires_at > created_at)
) STRICT;
INSERT INTO api_key (id, user_id, role, name, token_hash, scopes, created_at, expires_at, revoked_at, last_used_at)
    SELECT id, user_id, role, name, token_hash, scopes, created_at, expires_at, revoked_at, last_used_at FROM api_key_before;
-- No id is given out a second time.
DELETE FROM sqlite_sequence WHERE name = 'api_key';
INSERT INTO sqlite_sequence (name, seq) SELECT 'api_key', seq FROM api_key_last;
DROP TABLE api_key_before;
DROP TABLE api_key_last;
