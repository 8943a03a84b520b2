-- What is to be judged is found tenant by tenant: with one index by time alone, each tenant's turn read those of all others.
DROP INDEX "observations_open_idx";
CREATE INDEX "observations_open_idx" ON "observations"("tenant_id", "asked_at") WHERE "judged_at" IS NULL AND NOT "is_blind";
