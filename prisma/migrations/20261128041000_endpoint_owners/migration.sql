-- Who added an address that alerts are sent to: a client of the tenant, or (NULL) the operator. What the operator added, and what an older
-- instance adds meanwhile, no client can change.
--
-- The log is read before the lock is taken: raising an alert reads webhook_endpoints.
CREATE TEMPORARY TABLE "added" ON COMMIT DROP AS
SELECT "event"."tenant_id", "event"."target_id" AS "id", "event"."client_id" FROM "audit_events" AS "event"
JOIN "webhook_endpoints" AS "endpoint" ON "endpoint"."tenant_id" = "event"."tenant_id" AND "endpoint"."id" = "event"."target_id"
WHERE "event"."action" = 'webhook.endpoint_added' AND "event"."client_id" IS NOT NULL;
SET LOCAL lock_timeout = '10s';
ALTER TABLE "webhook_endpoints" ADD COLUMN "added_by" UUID;
UPDATE "webhook_endpoints" SET "added_by" = "added"."client_id" FROM "added"
WHERE "webhook_endpoints"."tenant_id" = "added"."tenant_id" AND "webhook_endpoints"."id" = "added"."id";
