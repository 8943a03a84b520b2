-- Old queries are swept by the time they were asked. An index on (tenant_id, day) was taken, while the table was thought small, for finding one
-- query by its key: it read every query of the tenant's day for each.
DROP INDEX "user_queries_tenant_id_day_idx";
CREATE INDEX "user_queries_tenant_id_asked_at_idx" ON "user_queries"("tenant_id", "asked_at");

-- Signals that are looked at for a whole day are rare ones: without this, every sign-in of the day was read for them each second.
CREATE INDEX "signals_of_a_day_idx" ON "signals"("tenant_id", "kind", "slot") WHERE "kind" IN ('unlocked', 'blind_begun', 'blind_answered');
