-- A credit names its order's customer, so that one index tells whether a rep has a credit with a customer. SQLite adds
-- no column that must not be null and has no default, so the table is made anew; no other table refers to it.

CREATE TABLE order_credit_before AS
    SELECT c.*, o.customer_id FROM order_credit c JOIN sales_order o ON o.id = c.order_id;
CREATE TABLE order_credit_last AS SELECT seq FROM sqlite_sequence WHERE name = 'order_credit';
DROP TABLE order_credit;
CREATE TABLE order_credit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    order_id INTEGER NOT NULL REFERENCES sales_order (id) ON DELETE CASCADE,
    rep_id INTEGER NOT NULL REFERENCES sales_rep (id) ON DELETE RESTRICT,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE RESTRICT,
    order_date TEXT NOT NULL CHECK (date(order_date, '+0 days') IS order_date),
    share_bps INTEGER NOT NULL CHECK (share_bps BETWEEN -2147483648 AND 2147483647),
    currency TEXT NOT NULL CHECK (length(currency) <= 3),
    amount_minor INTEGER NOT NULL,
    base_amount_minor INTEGER,
    CONSTRAINT order_credit_order_id_rep_id_key UNIQUE (order_id, rep_id),
    CONSTRAINT currency_code CHECK (length(currency) = 3),
    CONSTRAINT share_bps_range CHECK (share_bps BETWEEN 1 AND 10000),
    CONSTRAINT amount_minor_range CHECK (amount_minor BETWEEN 0 AND 100000000000000),
    CONSTRAINT base_amount_minor_range CHECK (base_amount_minor BETWEEN 0 AND 100000000000000)
) STRICT;
CREATE INDEX order_credit_rep_id_order_date_order_id_idx ON order_credit (rep_id, order_date, order_id);
CREATE INDEX order_credit_rep_id_customer_id_idx ON order_credit (rep_id, customer_id);
CREATE INDEX order_credit_customer_id_rep_id_idx ON order_credit (customer_id, rep_id);
INSERT INTO order_credit (id, version, created_at, updated_at, order_id, rep_id, order_date, share_bps, currency, amount_minor, base_amount_minor, customer_id)
    SELECT id, version, created_at, updated_at, order_id, rep_id, order_date, share_bps, currency, amount_minor, base_amount_minor, customer_id FROM order_credit_before;
-- No id is given out a second time.
DELETE FROM sqlite_sequence WHERE name = 'order_credit';
INSERT INTO sqlite_sequence (name, seq) SELECT 'order_credit', seq FROM order_credit_last;
DROP TABLE order_credit_before;
DROP TABLE order_credit_last;
