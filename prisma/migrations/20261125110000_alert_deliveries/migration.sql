-- Alerts reach somebody: the log, the tenant's endpoints, the operator's. The operator is a tenant without users, so that what concerns no
-- tenant has its place too.
INSERT INTO "tenants" ("id", "name", "created_at") VALUES ('00000000-0000-7000-8000-000000000001', '(operator)', '1970-01-01T00:00:00Z');

-- Read in the order of transactions, as the audit log is: an alert that commits late is behind nobody's cursor.
ALTER TABLE "alerts" ADD COLUMN "tx" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint;
CREATE INDEX "alerts_tenant_id_tx_id_idx" ON "alerts"("tenant_id", "tx", "id");

CREATE TABLE "webhook_endpoints" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "url" TEXT NOT NULL,
    -- Sealed. The one before signs along for a while, so that a receiver changes over without a gap.
    "secret" BYTEA NOT NULL,
    "previous_secret" BYTEA,
    "previous_until" TIMESTAMPTZ(3),
    "status" TEXT NOT NULL DEFAULT 'active' CHECK ("status" IN ('active', 'disabled')),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "webhook_endpoints_pkey" PRIMARY KEY ("tenant_id", "id"),
    CONSTRAINT "webhook_endpoints_previous_ends" CHECK (("previous_secret" IS NULL) = ("previous_until" IS NULL))
);
ALTER TABLE "webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE, DELETE ON "webhook_endpoints" TO "countersign_service";

-- Whom an alert has still to be told: an endpoint, or, where there is none, the service's own log. Gone once it was taken; dead once it was
-- tried often enough.
CREATE TABLE "alert_deliveries" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "endpoint_id" UUID,
    "body" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'waiting' CHECK ("status" IN ('waiting', 'dead')),
    "tries" SMALLINT NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "alert_deliveries_pkey" PRIMARY KEY ("tenant_id", "id")
) WITH (fillfactor = 80);
CREATE INDEX "alert_deliveries_due_idx" ON "alert_deliveries"("due_at") WHERE "status" = 'waiting';
CREATE INDEX "alert_deliveries_tenant_id_endpoint_id_idx" ON "alert_deliveries"("tenant_id", "endpoint_id");
ALTER TABLE "alert_deliveries" ADD CONSTRAINT "alert_deliveries_tenant_id_endpoint_id_fkey" FOREIGN KEY ("tenant_id", "endpoint_id") REFERENCES "webhook_endpoints"("tenant_id", "id") ON DELETE CASCADE ON UPDATE NO ACTION;
ALTER TABLE "alert_deliveries" ADD CONSTRAINT "alert_deliveries_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE, DELETE ON "alert_deliveries" TO "countersign_service";

-- Credentials that are planted where a thief looks. They get no token, ever; whoever shows one has told where they looked.
ALTER TABLE "clients" DROP CONSTRAINT "clients_status_check";
ALTER TABLE "clients" ADD CONSTRAINT "clients_status_check" CHECK ("status" IN ('active', 'suspended', 'canary'));
