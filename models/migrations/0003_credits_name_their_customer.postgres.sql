-- A credit names its order's customer, so that one index tells whether a rep has a credit with a customer.

ALTER TABLE order_credit ADD COLUMN customer_id BIGINT REFERENCES customer (id) ON DELETE RESTRICT;
UPDATE order_credit c SET customer_id = o.customer_id FROM sales_order o WHERE o.id = c.order_id;
ALTER TABLE order_credit ALTER COLUMN customer_id SET NOT NULL;
CREATE INDEX order_credit_rep_id_customer_id_idx ON order_credit (rep_id, customer_id);
CREATE INDEX order_credit_customer_id_rep_id_idx ON order_credit (customer_id, rep_id);
