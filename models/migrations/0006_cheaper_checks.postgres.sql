-- Indexes of links that few rows have, without the rows that have none. PostgreSQL's checks are cheap as they are.

DROP INDEX customer_parent_id_name_fold_id_idx;
CREATE INDEX customer_parent_id_name_fold_id_idx ON customer (parent_id, name_fold, id) WHERE parent_id IS NOT NULL;
DROP INDEX ticket_contact_id_created_at_id_idx;
CREATE INDEX ticket_contact_id_created_at_id_idx ON ticket (contact_id, created_at, id) WHERE contact_id IS NOT NULL;
DROP INDEX ticket_order_id_created_at_id_idx;
CREATE INDEX ticket_order_id_created_at_id_idx ON ticket (order_id, created_at, id) WHERE order_id IS NOT NULL;
