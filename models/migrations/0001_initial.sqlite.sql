-- Every table of the first release: columns, keys, delete rules, checks and indexes.
-- STRICT and the checks on text refuse what PostgreSQL's types refuse. Indexes over expressions serve sorting by money
-- and by urgency: a query must spell the expression as it stands here.

CREATE TABLE organisation (
    id INTEGER PRIMARY KEY DEFAULT 1,
    name TEXT NOT NULL CHECK (length(name) <= 200),
    currency TEXT NOT NULL CHECK (length(currency) <= 3),
    time_zone TEXT NOT NULL DEFAULT 'UTC' CHECK (length(time_zone) <= 64),
    rounding TEXT NOT NULL DEFAULT 'HALF_UP',
    demo INTEGER NOT NULL DEFAULT 0 CHECK (demo IN (0, 1)),
    CONSTRAINT currency_code CHECK (length(currency) = 3),
    CONSTRAINT rounding_choice CHECK (rounding IN ('HALF_UP', 'HALF_EVEN')),
    CONSTRAINT organisation_is_one CHECK (id = 1)
) STRICT;

CREATE TABLE team (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    deleted_at TEXT CHECK (deleted_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', deleted_at, '+0 days') IS substr(deleted_at, 1, 19)),
    deleted_key INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL CHECK (length(name) <= 200),
    name_fold TEXT NOT NULL,
    CONSTRAINT team_name_fold_deleted_key_key UNIQUE (name_fold, deleted_key),
    CONSTRAINT deleted_key_follows CHECK ((deleted_at IS NULL AND deleted_key = 0) OR (deleted_at IS NOT NULL AND deleted_key = id))
) STRICT;
CREATE INDEX team_name_fold_id_idx ON team (name_fold, id);
CREATE INDEX team_created_at_id_idx ON team (created_at, id);
CREATE INDEX team_updated_at_id_idx ON team (updated_at, id);

CREATE TABLE sales_rep (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    deleted_at TEXT CHECK (deleted_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', deleted_at, '+0 days') IS substr(deleted_at, 1, 19)),
    deleted_key INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL CHECK (length(name) <= 200),
    name_fold TEXT NOT NULL,
    position TEXT NOT NULL CHECK (length(position) <= 200),
    position_fold TEXT NOT NULL,
    email TEXT NOT NULL CHECK (length(email) <= 320),
    email_fold TEXT NOT NULL,
    manager_id INTEGER REFERENCES sales_rep (id) ON DELETE SET NULL,
    team_id INTEGER REFERENCES team (id) ON DELETE SET NULL,
    hired_on TEXT NOT NULL CHECK (date(hired_on, '+0 days') IS hired_on),
    left_on TEXT CHECK (date(left_on, '+0 days') IS left_on),
    active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    CONSTRAINT deleted_key_follows CHECK ((deleted_at IS NULL AND deleted_key = 0) OR (deleted_at IS NOT NULL AND deleted_key = id)),
    CONSTRAINT sales_rep_manages_another CHECK (manager_id IS NULL OR manager_id <> id),
    CONSTRAINT sales_rep_left_after_hired CHECK (left_on IS NULL OR left_on >= hired_on)
) STRICT;
CREATE INDEX sales_rep_name_fold_id_idx ON sales_rep (name_fold, id);
CREATE INDEX sales_rep_created_at_id_idx ON sales_rep (created_at, id);
CREATE INDEX sales_rep_updated_at_id_idx ON sales_rep (updated_at, id);
CREATE INDEX sales_rep_position_fold_id_idx ON sales_rep (position_fold, id);
CREATE INDEX sales_rep_hired_on_id_idx ON sales_rep (hired_on, id);
CREATE INDEX sales_rep_manager_id_name_fold_id_idx ON sales_rep (manager_id, name_fold, id);
CREATE INDEX sales_rep_team_id_name_fold_id_idx ON sales_rep (team_id, name_fold, id);

CREATE TABLE sales_target (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    rep_id INTEGER REFERENCES sales_rep (id) ON DELETE CASCADE,
    team_id INTEGER REFERENCES team (id) ON DELETE CASCADE,
    period_start TEXT NOT NULL CHECK (date(period_start, '+0 days') IS period_start),
    period_end TEXT NOT NULL CHECK (date(period_end, '+0 days') IS period_end),
    amount_minor INTEGER NOT NULL,
    CONSTRAINT sales_target_has_one_owner CHECK ((rep_id IS NULL) <> (team_id IS NULL)),
    CONSTRAINT sales_target_period_runs_forward CHECK (period_end > period_start),
    CONSTRAINT amount_minor_range CHECK (amount_minor BETWEEN 0 AND 100000000000000)
) STRICT;
CREATE INDEX sales_target_rep_id_period_start_id_idx ON sales_target (rep_id, period_start, id);
CREATE INDEX sales_target_team_id_period_start_id_idx ON sales_target (team_id, period_start, id);
CREATE INDEX sales_target_period_start_id_idx ON sales_target (period_start, id);

CREATE TABLE commission_plan (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    deleted_at TEXT CHECK (deleted_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', deleted_at, '+0 days') IS substr(deleted_at, 1, 19)),
    deleted_key INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL CHECK (length(name) <= 200),
    name_fold TEXT NOT NULL,
    tier_mode TEXT NOT NULL DEFAULT 'MARGINAL',
    CONSTRAINT commission_plan_name_fold_deleted_key_key UNIQUE (name_fold, deleted_key),
    CONSTRAINT tier_mode_choice CHECK (tier_mode IN ('MARGINAL', 'WHOLE')),
    CONSTRAINT deleted_key_follows CHECK ((deleted_at IS NULL AND deleted_key = 0) OR (deleted_at IS NOT NULL AND deleted_key = id))
) STRICT;
CREATE INDEX commission_plan_name_fold_id_idx ON commission_plan (name_fold, id);
CREATE INDEX commission_plan_created_at_id_idx ON commission_plan (created_at, id);
CREATE INDEX commission_plan_updated_at_id_idx ON commission_plan (updated_at, id);

CREATE TABLE commission_tier (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    plan_id INTEGER NOT NULL REFERENCES commission_plan (id) ON DELETE CASCADE,
    from_bps INTEGER NOT NULL CHECK (from_bps BETWEEN -2147483648 AND 2147483647),
    to_bps INTEGER CHECK (to_bps BETWEEN -2147483648 AND 2147483647),
    rate_bps INTEGER NOT NULL CHECK (rate_bps BETWEEN -2147483648 AND 2147483647),
    CONSTRAINT commission_tier_plan_id_from_bps_key UNIQUE (plan_id, from_bps),
    CONSTRAINT from_bps_range CHECK (from_bps BETWEEN 0 AND 10000000),
    CONSTRAINT commission_tier_runs_forward CHECK (to_bps IS NULL OR to_bps > from_bps),
    CONSTRAINT rate_bps_range CHECK (rate_bps BETWEEN 0 AND 10000)
) STRICT;

CREATE TABLE plan_assignment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    rep_id INTEGER NOT NULL REFERENCES sales_rep (id) ON DELETE CASCADE,
    plan_id INTEGER NOT NULL REFERENCES commission_plan (id) ON DELETE RESTRICT,
    starts_on TEXT NOT NULL CHECK (date(starts_on, '+0 days') IS starts_on),
    ends_on TEXT CHECK (date(ends_on, '+0 days') IS ends_on),
    CONSTRAINT plan_assignment_runs_forward CHECK (ends_on IS NULL OR ends_on > starts_on)
) STRICT;
CREATE INDEX plan_assignment_rep_id_starts_on_id_idx ON plan_assignment (rep_id, starts_on, id);
CREATE INDEX plan_assignment_plan_id_starts_on_id_idx ON plan_assignment (plan_id, starts_on, id);

CREATE TABLE product_category (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    deleted_at TEXT CHECK (deleted_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', deleted_at, '+0 days') IS substr(deleted_at, 1, 19)),
    deleted_key INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL CHECK (length(name) <= 200),
    name_fold TEXT NOT NULL,
    parent_id INTEGER REFERENCES product_category (id) ON DELETE SET NULL,
    CONSTRAINT deleted_key_follows CHECK ((deleted_at IS NULL AND deleted_key = 0) OR (deleted_at IS NOT NULL AND deleted_key = id)),
    CONSTRAINT category_has_another_parent CHECK (parent_id IS NULL OR parent_id <> id)
) STRICT;
CREATE INDEX product_category_name_fold_id_idx ON product_category (name_fold, id);
CREATE INDEX product_category_created_at_id_idx ON product_category (created_at, id);
CREATE INDEX product_category_updated_at_id_idx ON product_category (updated_at, id);
CREATE INDEX product_category_parent_id_name_fold_id_idx ON product_category (parent_id, name_fold, id);

CREATE TABLE product (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    deleted_at TEXT CHECK (deleted_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', deleted_at, '+0 days') IS substr(deleted_at, 1, 19)),
    deleted_key INTEGER NOT NULL DEFAULT 0,
    sku TEXT NOT NULL CHECK (length(sku) <= 64),
    sku_fold TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) <= 200),
    name_fold TEXT NOT NULL,
    description TEXT,
    category_id INTEGER REFERENCES product_category (id) ON DELETE SET NULL,
    currency TEXT NOT NULL CHECK (length(currency) <= 3),
    price_minor INTEGER NOT NULL,
    cost_minor INTEGER,
    tax_bps INTEGER NOT NULL DEFAULT 0 CHECK (tax_bps BETWEEN -2147483648 AND 2147483647),
    unit TEXT CHECK (length(unit) <= 32),
    active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    CONSTRAINT product_sku_fold_deleted_key_key UNIQUE (sku_fold, deleted_key),
    CONSTRAINT currency_code CHECK (length(currency) = 3),
    CONSTRAINT deleted_key_follows CHECK ((deleted_at IS NULL AND deleted_key = 0) OR (deleted_at IS NOT NULL AND deleted_key = id)),
    CONSTRAINT product_is_named CHECK (length(name) BETWEEN 1 AND 200),
    CONSTRAINT price_minor_range CHECK (price_minor BETWEEN 0 AND 100000000000000),
    CONSTRAINT cost_minor_range CHECK (cost_minor BETWEEN 0 AND 100000000000000),
    CONSTRAINT tax_bps_range CHECK (tax_bps BETWEEN 0 AND 10000)
) STRICT;
CREATE INDEX product_name_fold_id_idx ON product (name_fold, id);
CREATE INDEX product_created_at_id_idx ON product (created_at, id);
CREATE INDEX product_updated_at_id_idx ON product (updated_at, id);
CREATE INDEX product_category_id_name_fold_id_idx ON product (category_id, name_fold, id);
CREATE INDEX product_price_scaled_idx ON product ((price_minor * CASE WHEN currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 10000 WHEN currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 10 WHEN currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END), id);

CREATE TABLE campaign (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    deleted_at TEXT CHECK (deleted_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', deleted_at, '+0 days') IS substr(deleted_at, 1, 19)),
    deleted_key INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL CHECK (length(name) <= 200),
    name_fold TEXT NOT NULL,
    start_date TEXT NOT NULL CHECK (date(start_date, '+0 days') IS start_date),
    end_date TEXT NOT NULL CHECK (date(end_date, '+0 days') IS end_date),
    currency TEXT NOT NULL CHECK (length(currency) <= 3),
    budget_minor INTEGER NOT NULL,
    channel TEXT NOT NULL,
    channel_detail TEXT CHECK (length(channel_detail) <= 200),
    status TEXT NOT NULL DEFAULT 'PLANNED',
    objective TEXT,
    owner_id INTEGER REFERENCES sales_rep (id) ON DELETE SET NULL,
    parent_id INTEGER REFERENCES campaign (id) ON DELETE SET NULL,
    expected_leads INTEGER CHECK (expected_leads BETWEEN -2147483648 AND 2147483647),
    expected_revenue_minor INTEGER,
    utm_campaign TEXT CHECK (length(utm_campaign) <= 100),
    cancel_reason TEXT CHECK (length(cancel_reason) <= 500),
    CONSTRAINT campaign_utm_campaign_deleted_key_key UNIQUE (utm_campaign, deleted_key),
    CONSTRAINT currency_code CHECK (length(currency) = 3),
    CONSTRAINT channel_choice CHECK (channel IN ('EMAIL', 'SMS', 'SOCIAL', 'SEARCH', 'DISPLAY', 'EVENT', 'WEBINAR', 'DIRECT_MAIL', 'PHONE', 'PRINT', 'TV', 'RADIO', 'PARTNER', 'OTHER')),
    CONSTRAINT status_choice CHECK (status IN ('PLANNED', 'SCHEDULED', 'ACTIVE', 'PAUSED', 'COMPLETED', 'CANCELLED')),
    CONSTRAINT deleted_key_follows CHECK ((deleted_at IS NULL AND deleted_key = 0) OR (deleted_at IS NOT NULL AND deleted_key = id)),
    CONSTRAINT campaign_is_named CHECK (length(name) BETWEEN 1 AND 200),
    CONSTRAINT campaign_ends_after_it_starts CHECK (end_date >= start_date),
    CONSTRAINT expected_leads_range CHECK (expected_leads IS NULL OR expected_leads >= 0),
    CONSTRAINT budget_minor_range CHECK (budget_minor BETWEEN 0 AND 100000000000000),
    CONSTRAINT expected_revenue_minor_range CHECK (expected_revenue_minor BETWEEN 0 AND 100000000000000)
) STRICT;
CREATE INDEX campaign_name_fold_id_idx ON campaign (name_fold, id);
CREATE INDEX campaign_start_date_id_idx ON campaign (start_date, id);
CREATE INDEX campaign_end_date_id_idx ON campaign (end_date, id);
CREATE INDEX campaign_created_at_id_idx ON campaign (created_at, id);
CREATE INDEX campaign_updated_at_id_idx ON campaign (updated_at, id);
CREATE INDEX campaign_channel_id_idx ON campaign (channel, id);
CREATE INDEX campaign_status_start_date_id_idx ON campaign (status, start_date, id);
CREATE INDEX campaign_owner_id_start_date_id_idx ON campaign (owner_id, start_date, id);
CREATE INDEX campaign_parent_id_start_date_id_idx ON campaign (parent_id, start_date, id);
CREATE INDEX campaign_budget_scaled_idx ON campaign ((budget_minor * CASE WHEN currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 10000 WHEN currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 10 WHEN currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END), id);

CREATE TABLE customer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    deleted_at TEXT CHECK (deleted_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', deleted_at, '+0 days') IS substr(deleted_at, 1, 19)),
    deleted_key INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL CHECK (length(name) <= 200),
    name_fold TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'COMPANY',
    lifecycle TEXT NOT NULL DEFAULT 'LEAD',
    source TEXT NOT NULL DEFAULT 'OTHER',
    address TEXT NOT NULL,
    address_fold TEXT NOT NULL,
    line1 TEXT CHECK (length(line1) <= 200),
    line2 TEXT CHECK (length(line2) <= 200),
    city TEXT CHECK (length(city) <= 200),
    city_fold TEXT,
    region TEXT CHECK (length(region) <= 200),
    postal_code TEXT CHECK (length(postal_code) <= 32),
    country TEXT CHECK (length(country) <= 2),
    phone TEXT NOT NULL CHECK (length(phone) <= 64),
    phone_fold TEXT NOT NULL,
    phone_e164 TEXT CHECK (length(phone_e164) <= 20),
    phone_status TEXT NOT NULL DEFAULT 'EMPTY',
    email TEXT NOT NULL CHECK (length(email) <= 320),
    email_fold TEXT NOT NULL,
    email_norm TEXT CHECK (length(email_norm) <= 320),
    email_status TEXT NOT NULL DEFAULT 'EMPTY',
    preferred_channel TEXT,
    industry TEXT CHECK (length(industry) <= 100),
    industry_fold TEXT,
    size_band TEXT,
    website TEXT CHECK (length(website) <= 2000),
    tax_id TEXT CHECK (length(tax_id) <= 64),
    language TEXT CHECK (length(language) <= 35),
    time_zone TEXT CHECK (length(time_zone) <= 64),
    owner_id INTEGER REFERENCES sales_rep (id) ON DELETE SET NULL,
    parent_id INTEGER REFERENCES customer (id) ON DELETE SET NULL,
    CONSTRAINT kind_choice CHECK (kind IN ('PERSON', 'COMPANY')),
    CONSTRAINT lifecycle_choice CHECK (lifecycle IN ('LEAD', 'PROSPECT', 'ACTIVE', 'DORMANT', 'CHURNED')),
    CONSTRAINT source_choice CHECK (source IN ('WEB', 'REFERRAL', 'CAMPAIGN', 'EVENT', 'PHONE', 'PARTNER', 'IMPORT', 'OTHER')),
    CONSTRAINT phone_status_choice CHECK (phone_status IN ('EMPTY', 'VALID', 'DOUBTFUL')),
    CONSTRAINT email_status_choice CHECK (email_status IN ('EMPTY', 'VALID', 'DOUBTFUL')),
    CONSTRAINT preferred_channel_choice CHECK (preferred_channel IN ('PHONE', 'EMAIL', 'CHAT', 'SMS', 'WECHAT', 'WHATSAPP', 'SOCIAL', 'IN_PERSON', 'WEB_FORM', 'OTHER')),
    CONSTRAINT size_band_choice CHECK (size_band IN ('MICRO', 'SMALL', 'MEDIUM', 'LARGE')),
    CONSTRAINT deleted_key_follows CHECK ((deleted_at IS NULL AND deleted_key = 0) OR (deleted_at IS NOT NULL AND deleted_key = id)),
    CONSTRAINT customer_is_named CHECK (length(name) BETWEEN 1 AND 200),
    CONSTRAINT customer_has_another_parent CHECK (parent_id IS NULL OR parent_id <> id),
    CONSTRAINT country_is_alpha2 CHECK (country IS NULL OR length(country) = 2)
) STRICT;
CREATE INDEX customer_name_fold_id_idx ON customer (name_fold, id);
CREATE INDEX customer_created_at_id_idx ON customer (created_at, id);
CREATE INDEX customer_updated_at_id_idx ON customer (updated_at, id);
CREATE INDEX customer_city_fold_id_idx ON customer (city_fold, id);
CREATE INDEX customer_country_name_fold_id_idx ON customer (country, name_fold, id);
CREATE INDEX customer_lifecycle_name_fold_id_idx ON customer (lifecycle, name_fold, id);
CREATE INDEX customer_owner_id_name_fold_id_idx ON customer (owner_id, name_fold, id);
CREATE INDEX customer_parent_id_name_fold_id_idx ON customer (parent_id, name_fold, id);
CREATE INDEX customer_email_norm_idx ON customer (email_norm);
CREATE INDEX customer_email_fold_idx ON customer (email_fold);
CREATE INDEX customer_phone_e164_idx ON customer (phone_e164);

CREATE TABLE contact (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    deleted_at TEXT CHECK (deleted_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', deleted_at, '+0 days') IS substr(deleted_at, 1, 19)),
    deleted_key INTEGER NOT NULL DEFAULT 0,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (length(name) <= 200),
    name_fold TEXT NOT NULL,
    given_name TEXT CHECK (length(given_name) <= 100),
    family_name TEXT CHECK (length(family_name) <= 100),
    role TEXT CHECK (length(role) <= 100),
    role_fold TEXT,
    phone TEXT NOT NULL CHECK (length(phone) <= 64),
    phone_fold TEXT NOT NULL,
    phone_e164 TEXT CHECK (length(phone_e164) <= 20),
    phone_status TEXT NOT NULL DEFAULT 'EMPTY',
    email TEXT NOT NULL CHECK (length(email) <= 320),
    email_fold TEXT NOT NULL,
    email_norm TEXT CHECK (length(email_norm) <= 320),
    email_status TEXT NOT NULL DEFAULT 'EMPTY',
    is_primary INTEGER NOT NULL DEFAULT 0 CHECK (is_primary IN (0, 1)),
    do_not_call INTEGER NOT NULL DEFAULT 0 CHECK (do_not_call IN (0, 1)),
    CONSTRAINT phone_status_choice CHECK (phone_status IN ('EMPTY', 'VALID', 'DOUBTFUL')),
    CONSTRAINT email_status_choice CHECK (email_status IN ('EMPTY', 'VALID', 'DOUBTFUL')),
    CONSTRAINT deleted_key_follows CHECK ((deleted_at IS NULL AND deleted_key = 0) OR (deleted_at IS NOT NULL AND deleted_key = id)),
    CONSTRAINT contact_is_named CHECK (length(name) BETWEEN 1 AND 200)
) STRICT;
CREATE INDEX contact_customer_id_name_fold_id_idx ON contact (customer_id, name_fold, id);
CREATE INDEX contact_name_fold_id_idx ON contact (name_fold, id);
CREATE INDEX contact_created_at_id_idx ON contact (created_at, id);
CREATE INDEX contact_updated_at_id_idx ON contact (updated_at, id);
CREATE INDEX contact_email_norm_idx ON contact (email_norm);
CREATE UNIQUE INDEX contact_one_primary_key ON contact (customer_id) WHERE is_primary AND deleted_key = 0;

CREATE TABLE campaign_member (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    campaign_id INTEGER NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    status TEXT NOT NULL DEFAULT 'TARGETED',
    excluded_reason TEXT CHECK (length(excluded_reason) <= 200),
    CONSTRAINT campaign_member_campaign_id_customer_id_key UNIQUE (campaign_id, customer_id),
    CONSTRAINT status_choice CHECK (status IN ('TARGETED', 'EXCLUDED', 'SENT', 'DELIVERED', 'BOUNCED', 'OPENED', 'CLICKED', 'RESPONDED', 'CONVERTED', 'OPTED_OUT'))
) STRICT;
CREATE INDEX campaign_member_campaign_id_created_at_id_idx ON campaign_member (campaign_id, created_at, id);
CREATE INDEX campaign_member_customer_id_created_at_id_idx ON campaign_member (customer_id, created_at, id);

CREATE TABLE sales_order (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    deleted_at TEXT CHECK (deleted_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', deleted_at, '+0 days') IS substr(deleted_at, 1, 19)),
    deleted_key INTEGER NOT NULL DEFAULT 0,
    number TEXT NOT NULL CHECK (length(number) <= 32),
    number_fold TEXT NOT NULL,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE RESTRICT,
    owner_id INTEGER REFERENCES sales_rep (id) ON DELETE SET NULL,
    campaign_id INTEGER REFERENCES campaign (id) ON DELETE SET NULL,
    status TEXT NOT NULL DEFAULT 'DRAFT',
    order_date TEXT NOT NULL CHECK (date(order_date, '+0 days') IS order_date),
    valid_until TEXT CHECK (date(valid_until, '+0 days') IS valid_until),
    currency TEXT NOT NULL CHECK (length(currency) <= 3),
    rounding TEXT NOT NULL DEFAULT 'HALF_UP',
    subtotal_minor INTEGER NOT NULL DEFAULT 0,
    discount_minor INTEGER NOT NULL DEFAULT 0,
    net_minor INTEGER NOT NULL DEFAULT 0,
    tax_minor INTEGER NOT NULL DEFAULT 0,
    total_minor INTEGER NOT NULL DEFAULT 0,
    fx_rate_ppb INTEGER,
    fx_date TEXT CHECK (date(fx_date, '+0 days') IS fx_date),
    base_net_minor INTEGER,
    base_total_minor INTEGER,
    confirmed_at TEXT CHECK (confirmed_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', confirmed_at, '+0 days') IS substr(confirmed_at, 1, 19)),
    confirmed_on TEXT CHECK (date(confirmed_on, '+0 days') IS confirmed_on),
    cancelled_at TEXT CHECK (cancelled_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', cancelled_at, '+0 days') IS substr(cancelled_at, 1, 19)),
    cancel_reason TEXT CHECK (length(cancel_reason) <= 500),
    CONSTRAINT sales_order_number_fold_key UNIQUE (number_fold),
    CONSTRAINT status_choice CHECK (status IN ('DRAFT', 'SENT', 'CONFIRMED', 'PARTIALLY_FULFILLED', 'FULFILLED', 'PARTIALLY_RETURNED', 'RETURNED', 'EXPIRED', 'CANCELLED')),
    CONSTRAINT currency_code CHECK (length(currency) = 3),
    CONSTRAINT rounding_choice CHECK (rounding IN ('HALF_UP', 'HALF_EVEN')),
    CONSTRAINT deleted_key_follows CHECK ((deleted_at IS NULL AND deleted_key = 0) OR (deleted_at IS NOT NULL AND deleted_key = id)),
    CONSTRAINT subtotal_minor_range CHECK (subtotal_minor BETWEEN 0 AND 100000000000000),
    CONSTRAINT discount_minor_range CHECK (discount_minor BETWEEN 0 AND 100000000000000),
    CONSTRAINT tax_minor_range CHECK (tax_minor BETWEEN 0 AND 100000000000000),
    CONSTRAINT total_minor_range CHECK (total_minor BETWEEN 0 AND 100000000000000),
    CONSTRAINT order_net_adds_up CHECK (net_minor = subtotal_minor - discount_minor),
    CONSTRAINT order_total_adds_up CHECK (total_minor = net_minor + tax_minor),
    CONSTRAINT order_base_is_fixed_at_confirmation CHECK ((confirmed_at IS NULL) = (base_total_minor IS NULL) AND (confirmed_at IS NULL) = (base_net_minor IS NULL) AND (confirmed_at IS NULL) = (confirmed_on IS NULL) AND (confirmed_at IS NULL) = (fx_rate_ppb IS NULL)),
    CONSTRAINT order_cancelled_has_instant CHECK ((status = 'CANCELLED') = (cancelled_at IS NOT NULL))
) STRICT;
CREATE INDEX sales_order_order_date_id_idx ON sales_order (order_date, id);
CREATE INDEX sales_order_created_at_id_idx ON sales_order (created_at, id);
CREATE INDEX sales_order_updated_at_id_idx ON sales_order (updated_at, id);
CREATE INDEX sales_order_confirmed_on_id_idx ON sales_order (confirmed_on, id);
CREATE INDEX sales_order_confirmed_at_id_idx ON sales_order (confirmed_at, id);
CREATE INDEX sales_order_base_total_minor_id_idx ON sales_order (base_total_minor, id);
CREATE INDEX sales_order_status_order_date_id_idx ON sales_order (status, order_date, id);
CREATE INDEX sales_order_customer_id_order_date_id_idx ON sales_order (customer_id, order_date, id);
CREATE INDEX sales_order_owner_id_order_date_id_idx ON sales_order (owner_id, order_date, id);
CREATE INDEX sales_order_campaign_id_order_date_id_idx ON sales_order (campaign_id, order_date, id);
CREATE INDEX sales_order_total_scaled_idx ON sales_order ((total_minor * CASE WHEN currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 10000 WHEN currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 10 WHEN currency IN ('CLF', 'UYW') THEN 1 ELSE 100 END), id);
CREATE INDEX sales_order_owner_sums_idx ON sales_order (owner_id, currency, total_minor) WHERE deleted_at IS NULL;

CREATE TABLE order_line (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    order_id INTEGER NOT NULL REFERENCES sales_order (id) ON DELETE CASCADE,
    product_id INTEGER NOT NULL REFERENCES product (id) ON DELETE RESTRICT,
    position INTEGER NOT NULL CHECK (position BETWEEN -2147483648 AND 2147483647),
    description TEXT CHECK (length(description) <= 500),
    quantity INTEGER NOT NULL CHECK (quantity BETWEEN -2147483648 AND 2147483647),
    currency TEXT NOT NULL CHECK (length(currency) <= 3),
    price_minor INTEGER NOT NULL,
    cost_minor INTEGER,
    discount_bps INTEGER NOT NULL DEFAULT 0 CHECK (discount_bps BETWEEN -2147483648 AND 2147483647),
    tax_bps INTEGER NOT NULL DEFAULT 0 CHECK (tax_bps BETWEEN -2147483648 AND 2147483647),
    discount_minor INTEGER NOT NULL DEFAULT 0,
    net_minor INTEGER NOT NULL,
    tax_minor INTEGER NOT NULL DEFAULT 0,
    total_minor INTEGER NOT NULL,
    quantity_fulfilled INTEGER NOT NULL DEFAULT 0 CHECK (quantity_fulfilled BETWEEN -2147483648 AND 2147483647),
    quantity_returned INTEGER NOT NULL DEFAULT 0 CHECK (quantity_returned BETWEEN -2147483648 AND 2147483647),
    CONSTRAINT order_line_order_id_position_key UNIQUE (order_id, position),
    CONSTRAINT currency_code CHECK (length(currency) = 3),
    CONSTRAINT quantity_range CHECK (quantity BETWEEN 1 AND 1000000000),
    CONSTRAINT order_line_quantities_agree CHECK (quantity_returned >= 0 AND quantity_returned <= quantity_fulfilled AND quantity_fulfilled <= quantity),
    CONSTRAINT price_minor_range CHECK (price_minor BETWEEN 0 AND 100000000000000),
    CONSTRAINT cost_minor_range CHECK (cost_minor BETWEEN 0 AND 100000000000000),
    CONSTRAINT discount_minor_range CHECK (discount_minor BETWEEN 0 AND 100000000000000),
    CONSTRAINT tax_minor_range CHECK (tax_minor BETWEEN 0 AND 100000000000000),
    CONSTRAINT total_minor_range CHECK (total_minor BETWEEN 0 AND 100000000000000),
    CONSTRAINT discount_bps_range CHECK (discount_bps BETWEEN 0 AND 10000),
    CONSTRAINT tax_bps_range CHECK (tax_bps BETWEEN 0 AND 10000),
    CONSTRAINT order_line_net_adds_up CHECK (net_minor = quantity * price_minor - discount_minor),
    CONSTRAINT order_line_total_adds_up CHECK (total_minor = net_minor + tax_minor)
) STRICT;
CREATE INDEX order_line_order_id_position_id_idx ON order_line (order_id, position, id);
CREATE INDEX order_line_product_id_id_idx ON order_line (product_id, id);

CREATE TABLE order_credit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    order_id INTEGER NOT NULL REFERENCES sales_order (id) ON DELETE CASCADE,
    rep_id INTEGER NOT NULL REFERENCES sales_rep (id) ON DELETE RESTRICT,
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

CREATE TABLE ticket (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    deleted_at TEXT CHECK (deleted_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', deleted_at, '+0 days') IS substr(deleted_at, 1, 19)),
    deleted_key INTEGER NOT NULL DEFAULT 0,
    number TEXT NOT NULL CHECK (length(number) <= 32),
    number_fold TEXT NOT NULL,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE RESTRICT,
    contact_id INTEGER REFERENCES contact (id) ON DELETE SET NULL,
    product_id INTEGER REFERENCES product (id) ON DELETE SET NULL,
    order_id INTEGER REFERENCES sales_order (id) ON DELETE SET NULL,
    assignee_id INTEGER REFERENCES sales_rep (id) ON DELETE SET NULL,
    team_id INTEGER REFERENCES team (id) ON DELETE SET NULL,
    issue TEXT NOT NULL CHECK (length(issue) <= 300),
    issue_fold TEXT NOT NULL,
    description TEXT,
    status TEXT NOT NULL DEFAULT 'NEW',
    priority TEXT NOT NULL DEFAULT 'NORMAL',
    category TEXT CHECK (length(category) <= 100),
    category_fold TEXT,
    channel TEXT NOT NULL DEFAULT 'OTHER',
    resolution TEXT,
    first_responded_at TEXT CHECK (first_responded_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', first_responded_at, '+0 days') IS substr(first_responded_at, 1, 19)),
    resolved_at TEXT CHECK (resolved_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', resolved_at, '+0 days') IS substr(resolved_at, 1, 19)),
    closed_at TEXT CHECK (closed_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', closed_at, '+0 days') IS substr(closed_at, 1, 19)),
    reopen_count INTEGER NOT NULL DEFAULT 0 CHECK (reopen_count BETWEEN -2147483648 AND 2147483647),
    CONSTRAINT ticket_number_fold_key UNIQUE (number_fold),
    CONSTRAINT status_choice CHECK (status IN ('NEW', 'OPEN', 'PENDING_CUSTOMER', 'ON_HOLD', 'RESOLVED', 'CLOSED')),
    CONSTRAINT priority_choice CHECK (priority IN ('LOW', 'NORMAL', 'HIGH', 'URGENT')),
    CONSTRAINT channel_choice CHECK (channel IN ('PHONE', 'EMAIL', 'CHAT', 'SMS', 'WECHAT', 'WHATSAPP', 'SOCIAL', 'IN_PERSON', 'WEB_FORM', 'OTHER')),
    CONSTRAINT resolution_choice CHECK (resolution IN ('FIXED', 'WORKAROUND', 'ANSWERED', 'DUPLICATE', 'REJECTED', 'NO_RESPONSE')),
    CONSTRAINT deleted_key_follows CHECK ((deleted_at IS NULL AND deleted_key = 0) OR (deleted_at IS NOT NULL AND deleted_key = id)),
    CONSTRAINT ticket_issue_is_given CHECK (length(issue) BETWEEN 1 AND 300),
    CONSTRAINT ticket_updated_after_created CHECK (updated_at >= created_at),
    CONSTRAINT ticket_answered_after_created CHECK (first_responded_at IS NULL OR first_responded_at >= created_at),
    CONSTRAINT ticket_resolved_after_created CHECK (resolved_at IS NULL OR resolved_at >= created_at),
    CONSTRAINT ticket_closed_after_created CHECK (closed_at IS NULL OR closed_at >= created_at),
    CONSTRAINT reopen_count_range CHECK (reopen_count >= 0)
) STRICT;
CREATE INDEX ticket_created_at_id_idx ON ticket (created_at, id);
CREATE INDEX ticket_updated_at_id_idx ON ticket (updated_at, id);
CREATE INDEX ticket_issue_fold_id_idx ON ticket (issue_fold, id);
CREATE INDEX ticket_first_responded_at_id_idx ON ticket (first_responded_at, id);
CREATE INDEX ticket_resolved_at_id_idx ON ticket (resolved_at, id);
CREATE INDEX ticket_closed_at_id_idx ON ticket (closed_at, id);
CREATE INDEX ticket_status_created_at_id_idx ON ticket (status, created_at, id);
CREATE INDEX ticket_priority_created_at_id_idx ON ticket (priority, created_at, id);
CREATE INDEX ticket_customer_id_created_at_id_idx ON ticket (customer_id, created_at, id);
CREATE INDEX ticket_contact_id_created_at_id_idx ON ticket (contact_id, created_at, id);
CREATE INDEX ticket_product_id_created_at_id_idx ON ticket (product_id, created_at, id);
CREATE INDEX ticket_order_id_created_at_id_idx ON ticket (order_id, created_at, id);
CREATE INDEX ticket_assignee_id_created_at_id_idx ON ticket (assignee_id, created_at, id);
CREATE INDEX ticket_team_id_created_at_id_idx ON ticket (team_id, created_at, id);
CREATE INDEX ticket_priority_rank_idx ON ticket ((CASE priority WHEN 'LOW' THEN 1 WHEN 'NORMAL' THEN 2 WHEN 'HIGH' THEN 3 WHEN 'URGENT' THEN 4 END), created_at, id);
CREATE INDEX ticket_status_priority_idx ON ticket (status, priority, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE ticket_message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    author_id INTEGER REFERENCES sales_rep (id) ON DELETE SET NULL,
    author_kind TEXT NOT NULL,
    visibility TEXT NOT NULL DEFAULT 'PUBLIC',
    channel TEXT NOT NULL DEFAULT 'OTHER',
    body TEXT NOT NULL,
    CONSTRAINT author_kind_choice CHECK (author_kind IN ('CUSTOMER', 'AGENT', 'SYSTEM', 'BOT')),
    CONSTRAINT visibility_choice CHECK (visibility IN ('PUBLIC', 'INTERNAL')),
    CONSTRAINT channel_choice CHECK (channel IN ('PHONE', 'EMAIL', 'CHAT', 'SMS', 'WECHAT', 'WHATSAPP', 'SOCIAL', 'IN_PERSON', 'WEB_FORM', 'OTHER')),
    CONSTRAINT ticket_message_says_something CHECK (length(body) >= 1)
) STRICT;
CREATE INDEX ticket_message_ticket_id_created_at_id_idx ON ticket_message (ticket_id, created_at, id);
CREATE INDEX ticket_message_author_id_created_at_id_idx ON ticket_message (author_id, created_at, id);

CREATE TABLE ticket_status_change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    from_status TEXT,
    to_status TEXT NOT NULL,
    actor TEXT NOT NULL CHECK (length(actor) <= 200),
    reason TEXT CHECK (length(reason) <= 500),
    CONSTRAINT from_status_choice CHECK (from_status IN ('NEW', 'OPEN', 'PENDING_CUSTOMER', 'ON_HOLD', 'RESOLVED', 'CLOSED')),
    CONSTRAINT to_status_choice CHECK (to_status IN ('NEW', 'OPEN', 'PENDING_CUSTOMER', 'ON_HOLD', 'RESOLVED', 'CLOSED'))
) STRICT;
CREATE INDEX ticket_status_change_ticket_id_created_at_id_idx ON ticket_status_change (ticket_id, created_at, id);

CREATE TABLE target_revision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    target_id INTEGER NOT NULL REFERENCES sales_target (id) ON DELETE CASCADE,
    old_minor INTEGER,
    new_minor INTEGER NOT NULL,
    reason TEXT NOT NULL CHECK (length(reason) <= 500),
    actor TEXT NOT NULL CHECK (length(actor) <= 200),
    CONSTRAINT new_minor_range CHECK (new_minor BETWEEN 0 AND 100000000000000)
) STRICT;
CREATE INDEX target_revision_target_id_created_at_id_idx ON target_revision (target_id, created_at, id);

CREATE TABLE order_return (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    order_id INTEGER NOT NULL REFERENCES sales_order (id) ON DELETE RESTRICT,
    returned_on TEXT NOT NULL CHECK (date(returned_on, '+0 days') IS returned_on),
    reason TEXT NOT NULL CHECK (length(reason) <= 500),
    currency TEXT NOT NULL CHECK (length(currency) <= 3),
    net_minor INTEGER NOT NULL,
    tax_minor INTEGER NOT NULL,
    total_minor INTEGER NOT NULL,
    base_net_minor INTEGER NOT NULL,
    base_total_minor INTEGER NOT NULL,
    CONSTRAINT currency_code CHECK (length(currency) = 3),
    CONSTRAINT net_minor_range CHECK (net_minor BETWEEN 0 AND 100000000000000),
    CONSTRAINT tax_minor_range CHECK (tax_minor BETWEEN 0 AND 100000000000000),
    CONSTRAINT base_net_minor_range CHECK (base_net_minor BETWEEN 0 AND 100000000000000),
    CONSTRAINT base_total_minor_range CHECK (base_total_minor BETWEEN 0 AND 100000000000000),
    CONSTRAINT order_return_total_adds_up CHECK (total_minor = net_minor + tax_minor)
) STRICT;
CREATE INDEX order_return_order_id_returned_on_id_idx ON order_return (order_id, returned_on, id);
CREATE INDEX order_return_returned_on_id_idx ON order_return (returned_on, id);

CREATE TABLE order_return_line (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    order_return_id INTEGER NOT NULL REFERENCES order_return (id) ON DELETE CASCADE,
    line_id INTEGER NOT NULL REFERENCES order_line (id) ON DELETE RESTRICT,
    quantity INTEGER NOT NULL CHECK (quantity BETWEEN -2147483648 AND 2147483647),
    currency TEXT NOT NULL CHECK (length(currency) <= 3),
    net_minor INTEGER NOT NULL,
    tax_minor INTEGER NOT NULL,
    total_minor INTEGER NOT NULL,
    CONSTRAINT order_return_line_order_return_id_line_id_key UNIQUE (order_return_id, line_id),
    CONSTRAINT currency_code CHECK (length(currency) = 3),
    CONSTRAINT order_return_line_quantity_range CHECK (quantity >= 1),
    CONSTRAINT order_return_line_total_adds_up CHECK (total_minor = net_minor + tax_minor)
) STRICT;
CREATE INDEX order_return_line_line_id_id_idx ON order_return_line (line_id, id);

CREATE TABLE order_return_credit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL DEFAULT 1 CHECK (version BETWEEN -2147483648 AND 2147483647),
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    updated_at TEXT NOT NULL CHECK (updated_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', updated_at, '+0 days') IS substr(updated_at, 1, 19)),
    order_return_id INTEGER NOT NULL REFERENCES order_return (id) ON DELETE CASCADE,
    rep_id INTEGER NOT NULL REFERENCES sales_rep (id) ON DELETE RESTRICT,
    returned_on TEXT NOT NULL CHECK (date(returned_on, '+0 days') IS returned_on),
    base_amount_minor INTEGER NOT NULL,
    CONSTRAINT order_return_credit_order_return_id_rep_id_key UNIQUE (order_return_id, rep_id),
    CONSTRAINT base_amount_minor_range CHECK (base_amount_minor BETWEEN 0 AND 100000000000000)
) STRICT;
CREATE INDEX order_return_credit_rep_id_returned_on_id_idx ON order_return_credit (rep_id, returned_on, id);

CREATE TABLE audit_entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL CHECK (at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', at, '+0 days') IS substr(at, 1, 19)),
    actor TEXT NOT NULL CHECK (length(actor) <= 200),
    verb TEXT NOT NULL CHECK (length(verb) <= 64),
    entity TEXT NOT NULL CHECK (length(entity) <= 64),
    entity_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    changes TEXT NOT NULL,
    request_id TEXT NOT NULL CHECK (length(request_id) <= 64),
    CONSTRAINT kind_choice CHECK (kind IN ('CREATED', 'UPDATED', 'DELETED'))
) STRICT;
CREATE INDEX audit_entry_entity_entity_id_id_idx ON audit_entry (entity, entity_id, id);

CREATE TABLE outbox_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL CHECK (at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', at, '+0 days') IS substr(at, 1, 19)),
    entity TEXT NOT NULL CHECK (length(entity) <= 64),
    entity_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    CONSTRAINT kind_choice CHECK (kind IN ('CREATED', 'UPDATED', 'DELETED'))
) STRICT;

CREATE TABLE idempotency_record (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    actor TEXT NOT NULL CHECK (length(actor) <= 200),
    key TEXT NOT NULL CHECK (length(key) <= 200),
    verb TEXT NOT NULL CHECK (length(verb) <= 64),
    fingerprint TEXT NOT NULL CHECK (length(fingerprint) <= 64),
    outcome TEXT NOT NULL,
    created_at TEXT NOT NULL CHECK (created_at GLOB '*T??:??:??.[0-9][0-9][0-9]Z' AND strftime('%Y-%m-%dT%H:%M:%S', created_at, '+0 days') IS substr(created_at, 1, 19)),
    CONSTRAINT idempotency_record_actor_key_key UNIQUE (actor, key)
) STRICT;
CREATE INDEX idempotency_record_created_at_id_idx ON idempotency_record (created_at, id);

