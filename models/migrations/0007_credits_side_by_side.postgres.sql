-- Whether a rep has a credit with a customer is told by either of two indexes. PostgreSQL takes the one that was made
-- last, and all that one rep has stands in a few pages of this one.

DROP INDEX order_credit_rep_id_customer_id_idx;
CREATE INDEX order_credit_rep_id_customer_id_idx ON order_credit (rep_id, customer_id);
