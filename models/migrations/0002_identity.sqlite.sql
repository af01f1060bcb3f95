-- Who may ask: users, their sessions, their programs' keys. Of tokens only hashes are kept.

CREATE TABLE app_user (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    email TEXT NOT NULL CHECK (length(email) <= 128),
    email_fold TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) <= 200),
    role TEXT NOT NULL,
    rep_id INTEGER REFERENCES sales_rep (id) ON DELETE SET NULL,
    password_hash TEXT CHECK (length(password_hash) <= 200),
    disabled_at TEXT CHECK (disabled_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', disabled_at, '+0 days') IS substr(disabled_at, 1, 19)),
    CONSTRAINT app_user_email_fold_key UNIQUE (email_fold),
    CONSTRAINT role_choice CHECK (role IN ('ADMIN', 'MANAGER', 'REP', 'AGENT', 'MARKETING', 'READONLY')),
    CONSTRAINT user_has_email CHECK (email <> ''),
    CONSTRAINT user_is_named CHECK (name <> '')
) STRICT;
CREATE INDEX app_user_rep_id_id_idx ON app_user (rep_id, id);

CREATE TABLE session (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL CHECK (length(token_hash) <= 64),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    expires_at TEXT NOT NULL CHECK (expires_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', expires_at, '+0 days') IS substr(expires_at, 1, 19)),
    revoked_at TEXT CHECK (revoked_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', revoked_at, '+0 days') IS substr(revoked_at, 1, 19)),
    last_used_at TEXT CHECK (last_used_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', last_used_at, '+0 days') IS substr(last_used_at, 1, 19)),
    CONSTRAINT session_token_hash_key UNIQUE (token_hash),
    CONSTRAINT session_token_is_hashed CHECK (length(token_hash) = 64),
    CONSTRAINT session_ends_after_it_starts CHECK (expires_at > created_at)
) STRICT;
CREATE INDEX session_user_id_id_idx ON session (user_id, id);

CREATE TABLE api_key (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES app_user (id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (length(name) <= 60),
    token_hash TEXT NOT NULL CHECK (length(token_hash) <= 64),
    scopes TEXT NOT NULL,
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    expires_at TEXT CHECK (expires_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', expires_at, '+0 days') IS substr(expires_at, 1, 19)),
    revoked_at TEXT CHECK (revoked_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', revoked_at, '+0 days') IS substr(revoked_at, 1, 19)),
    last_used_at TEXT CHECK (last_used_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', last_used_at, '+0 days') IS substr(last_used_at, 1, 19)),
    CONSTRAINT api_key_token_hash_key UNIQUE (token_hash),
    CONSTRAINT api_key_user_id_name_key UNIQUE (user_id, name),
    CONSTRAINT api_key_is_named CHECK (name <> ''),
    CONSTRAINT api_key_token_is_hashed CHECK (length(token_hash) = 64),
    CONSTRAINT api_key_ends_after_it_starts CHECK (expires_at IS NULL OR expires_at > created_at)
) STRICT;
