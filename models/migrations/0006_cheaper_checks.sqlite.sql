-- Cheaper checks of the same values, and indexes of links that few rows have without the rows that have none.
--
-- A check's text may be changed where it stands, as SQLite's documentation of ALTER TABLE describes, so long as the rows
-- that are there pass it: no table is made anew. Other connections read the tables anew when the indexes have changed.

PRAGMA writable_schema=ON;
UPDATE sqlite_schema
    SET sql = replace(replace(replace(sql,
        'GLOB ''*T??:??:??.[0-9][0-9][0-9]Z''', 'GLOB ''????-??-??T??:??:??.[0-9][0-9][0-9]Z'''),
        'strftime(''%Y-%m-%dT%H:%M:%S'', ', 'date('),
        ', 1, 19))', ', 1, 10))')
    WHERE type = 'table' AND name IN (
        'team', 'sales_rep', 'sales_target', 'commission_plan', 'commission_tier', 'plan_assignment',
        'product_category', 'product', 'campaign', 'customer', 'contact', 'campaign_member', 'sales_order',
        'order_line', 'order_credit', 'ticket', 'ticket_message', 'ticket_status_change', 'target_revision',
        'order_return', 'order_return_line', 'order_return_credit', 'audit_entry', 'outbox_event',
        'idempotency_record', 'app_user', 'session', 'api_key'
    );
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(rounding IN (''HALF_UP'', ''HALF_EVEN''))',
        '(rounding = ''HALF_UP'' OR rounding = ''HALF_EVEN'')')
    WHERE type = 'table' AND name IN ('organisation', 'sales_order');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(tier_mode IN (''MARGINAL'', ''WHOLE''))',
        '(tier_mode = ''MARGINAL'' OR tier_mode = ''WHOLE'')')
    WHERE type = 'table' AND name IN ('commission_plan');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(channel IN (''EMAIL'', ''SMS'', ''SOCIAL'', ''SEARCH'', ''DISPLAY'', ''EVENT'', ''WEBINAR'', ''DIRECT_MAIL'', ''PHONE'', ''PRINT'', ''TV'', ''RADIO'', ''PARTNER'', ''OTHER''))',
        '(channel = ''EMAIL'' OR channel = ''SMS'' OR channel = ''SOCIAL'' OR channel = ''SEARCH'' OR channel = ''DISPLAY'' OR channel = ''EVENT'' OR channel = ''WEBINAR'' OR channel = ''DIRECT_MAIL'' OR channel = ''PHONE'' OR channel = ''PRINT'' OR channel = ''TV'' OR channel = ''RADIO'' OR channel = ''PARTNER'' OR channel = ''OTHER'')')
    WHERE type = 'table' AND name IN ('campaign');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(status IN (''PLANNED'', ''SCHEDULED'', ''ACTIVE'', ''PAUSED'', ''COMPLETED'', ''CANCELLED''))',
        '(status = ''PLANNED'' OR status = ''SCHEDULED'' OR status = ''ACTIVE'' OR status = ''PAUSED'' OR status = ''COMPLETED'' OR status = ''CANCELLED'')')
    WHERE type = 'table' AND name IN ('campaign');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(kind IN (''PERSON'', ''COMPANY''))',
        '(kind = ''PERSON'' OR kind = ''COMPANY'')')
    WHERE type = 'table' AND name IN ('customer');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(lifecycle IN (''LEAD'', ''PROSPECT'', ''ACTIVE'', ''DORMANT'', ''CHURNED''))',
        '(lifecycle = ''LEAD'' OR lifecycle = ''PROSPECT'' OR lifecycle = ''ACTIVE'' OR lifecycle = ''DORMANT'' OR lifecycle = ''CHURNED'')')
    WHERE type = 'table' AND name IN ('customer');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(source IN (''WEB'', ''REFERRAL'', ''CAMPAIGN'', ''EVENT'', ''PHONE'', ''PARTNER'', ''IMPORT'', ''OTHER''))',
        '(source = ''WEB'' OR source = ''REFERRAL'' OR source = ''CAMPAIGN'' OR source = ''EVENT'' OR source = ''PHONE'' OR source = ''PARTNER'' OR source = ''IMPORT'' OR source = ''OTHER'')')
    WHERE type = 'table' AND name IN ('customer');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(phone_status IN (''EMPTY'', ''VALID'', ''DOUBTFUL''))',
        '(phone_status = ''EMPTY'' OR phone_status = ''VALID'' OR phone_status = ''DOUBTFUL'')')
    WHERE type = 'table' AND name IN ('customer', 'contact');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(email_status IN (''EMPTY'', ''VALID'', ''DOUBTFUL''))',
        '(email_status = ''EMPTY'' OR email_status = ''VALID'' OR email_status = ''DOUBTFUL'')')
    WHERE type = 'table' AND name IN ('customer', 'contact');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(preferred_channel IN (''PHONE'', ''EMAIL'', ''CHAT'', ''SMS'', ''WECHAT'', ''WHATSAPP'', ''SOCIAL'', ''IN_PERSON'', ''WEB_FORM'', ''OTHER''))',
        '(preferred_channel = ''PHONE'' OR preferred_channel = ''EMAIL'' OR preferred_channel = ''CHAT'' OR preferred_channel = ''SMS'' OR preferred_channel = ''WECHAT'' OR preferred_channel = ''WHATSAPP'' OR preferred_channel = ''SOCIAL'' OR preferred_channel = ''IN_PERSON'' OR preferred_channel = ''WEB_FORM'' OR preferred_channel = ''OTHER'')')
    WHERE type = 'table' AND name IN ('customer');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(size_band IN (''MICRO'', ''SMALL'', ''MEDIUM'', ''LARGE''))',
        '(size_band = ''MICRO'' OR size_band = ''SMALL'' OR size_band = ''MEDIUM'' OR size_band = ''LARGE'')')
    WHERE type = 'table' AND name IN ('customer');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(status IN (''TARGETED'', ''EXCLUDED'', ''SENT'', ''DELIVERED'', ''BOUNCED'', ''OPENED'', ''CLICKED'', ''RESPONDED'', ''CONVERTED'', ''OPTED_OUT''))',
        '(status = ''TARGETED'' OR status = ''EXCLUDED'' OR status = ''SENT'' OR status = ''DELIVERED'' OR status = ''BOUNCED'' OR status = ''OPENED'' OR status = ''CLICKED'' OR status = ''RESPONDED'' OR status = ''CONVERTED'' OR status = ''OPTED_OUT'')')
    WHERE type = 'table' AND name IN ('campaign_member');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(status IN (''DRAFT'', ''SENT'', ''CONFIRMED'', ''PARTIALLY_FULFILLED'', ''FULFILLED'', ''PARTIALLY_RETURNED'', ''RETURNED'', ''EXPIRED'', ''CANCELLED''))',
        '(status = ''DRAFT'' OR status = ''SENT'' OR status = ''CONFIRMED'' OR status = ''PARTIALLY_FULFILLED'' OR status = ''FULFILLED'' OR status = ''PARTIALLY_RETURNED'' OR status = ''RETURNED'' OR status = ''EXPIRED'' OR status = ''CANCELLED'')')
    WHERE type = 'table' AND name IN ('sales_order');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(status IN (''NEW'', ''OPEN'', ''PENDING_CUSTOMER'', ''ON_HOLD'', ''RESOLVED'', ''CLOSED''))',
        '(status = ''NEW'' OR status = ''OPEN'' OR status = ''PENDING_CUSTOMER'' OR status = ''ON_HOLD'' OR status = ''RESOLVED'' OR status = ''CLOSED'')')
    WHERE type = 'table' AND name IN ('ticket');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(priority IN (''LOW'', ''NORMAL'', ''HIGH'', ''URGENT''))',
        '(priority = ''LOW'' OR priority = ''NORMAL'' OR priority = ''HIGH'' OR priority = ''URGENT'')')
    WHERE type = 'table' AND name IN ('ticket');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(channel IN (''PHONE'', ''EMAIL'', ''CHAT'', ''SMS'', ''WECHAT'', ''WHATSAPP'', ''SOCIAL'', ''IN_PERSON'', ''WEB_FORM'', ''OTHER''))',
        '(channel = ''PHONE'' OR channel = ''EMAIL'' OR channel = ''CHAT'' OR channel = ''SMS'' OR channel = ''WECHAT'' OR channel = ''WHATSAPP'' OR channel = ''SOCIAL'' OR channel = ''IN_PERSON'' OR channel = ''WEB_FORM'' OR channel = ''OTHER'')')
    WHERE type = 'table' AND name IN ('ticket', 'ticket_message');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(resolution IN (''FIXED'', ''WORKAROUND'', ''ANSWERED'', ''DUPLICATE'', ''REJECTED'', ''NO_RESPONSE''))',
        '(resolution = ''FIXED'' OR resolution = ''WORKAROUND'' OR resolution = ''ANSWERED'' OR resolution = ''DUPLICATE'' OR resolution = ''REJECTED'' OR resolution = ''NO_RESPONSE'')')
    WHERE type = 'table' AND name IN ('ticket');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(author_kind IN (''CUSTOMER'', ''AGENT'', ''SYSTEM'', ''BOT''))',
        '(author_kind = ''CUSTOMER'' OR author_kind = ''AGENT'' OR author_kind = ''SYSTEM'' OR author_kind = ''BOT'')')
    WHERE type = 'table' AND name IN ('ticket_message');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(visibility IN (''PUBLIC'', ''INTERNAL''))',
        '(visibility = ''PUBLIC'' OR visibility = ''INTERNAL'')')
    WHERE type = 'table' AND name IN ('ticket_message');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(from_status IN (''NEW'', ''OPEN'', ''PENDING_CUSTOMER'', ''ON_HOLD'', ''RESOLVED'', ''CLOSED''))',
        '(from_status = ''NEW'' OR from_status = ''OPEN'' OR from_status = ''PENDING_CUSTOMER'' OR from_status = ''ON_HOLD'' OR from_status = ''RESOLVED'' OR from_status = ''CLOSED'')')
    WHERE type = 'table' AND name IN ('ticket_status_change');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(to_status IN (''NEW'', ''OPEN'', ''PENDING_CUSTOMER'', ''ON_HOLD'', ''RESOLVED'', ''CLOSED''))',
        '(to_status = ''NEW'' OR to_status = ''OPEN'' OR to_status = ''PENDING_CUSTOMER'' OR to_status = ''ON_HOLD'' OR to_status = ''RESOLVED'' OR to_status = ''CLOSED'')')
    WHERE type = 'table' AND name IN ('ticket_status_change');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(kind IN (''CREATED'', ''UPDATED'', ''DELETED''))',
        '(kind = ''CREATED'' OR kind = ''UPDATED'' OR kind = ''DELETED'')')
    WHERE type = 'table' AND name IN ('audit_entry', 'outbox_event');
UPDATE sqlite_schema
    SET sql = replace(sql,
        '(role IN (''ADMIN'', ''MANAGER'', ''REP'', ''AGENT'', ''MARKETING'', ''READONLY''))',
        '(role = ''ADMIN'' OR role = ''MANAGER'' OR role = ''REP'' OR role = ''AGENT'' OR role = ''MARKETING'' OR role = ''READONLY'')')
    WHERE type = 'table' AND name IN ('app_user', 'user_role', 'session', 'api_key');
PRAGMA writable_schema=RESET;

-- Whether a rep has a credit with a customer is told by either of two indexes. SQLite takes the one that was made last,
-- and all that one rep has stands in a few pages of this one.
DROP INDEX order_credit_rep_id_customer_id_idx;
CREATE INDEX order_credit_rep_id_customer_id_idx ON order_credit (rep_id, customer_id);

DROP INDEX customer_parent_id_name_fold_id_idx;
CREATE INDEX customer_parent_id_name_fold_id_idx ON customer (parent_id, name_fold, id) WHERE parent_id IS NOT NULL;
DROP INDEX ticket_contact_id_created_at_id_idx;
CREATE INDEX ticket_contact_id_created_at_id_idx ON ticket (contact_id, created_at, id) WHERE contact_id IS NOT NULL;
DROP INDEX ticket_order_id_created_at_id_idx;
CREATE INDEX ticket_order_id_created_at_id_idx ON ticket (order_id, created_at, id) WHERE order_id IS NOT NULL;
