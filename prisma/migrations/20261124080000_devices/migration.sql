ALTER TABLE "factors" DROP CONSTRAINT "factors_type_check";
ALTER TABLE "factors" ADD CONSTRAINT "factors_type_check" CHECK ("type" IN ('totp', 'recovery_codes', 'webauthn', 'device'));

-- What is a device's own. Until somebody with the ticket has brought a key, there is a ticket and nothing else. The ticket's hash
-- stays: whoever comes with it afterwards is told of. SECURITY(T-33): a key never changes.
CREATE TABLE "devices" (
    "tenant_id" UUID NOT NULL,
    "factor_id" UUID NOT NULL,
    "ticket_hash" BYTEA NOT NULL CHECK (length("ticket_hash") = 32),
    "public_jwk" JSONB,
    "name" TEXT CHECK (length("name") BETWEEN 1 AND 64),
    "platform" TEXT,
    CONSTRAINT "devices_pkey" PRIMARY KEY ("tenant_id", "factor_id"),
    CONSTRAINT "devices_whole" CHECK (num_nulls("public_jwk", "name", "platform") IN (0, 3))
) WITH (fillfactor = 80);
ALTER TABLE "devices" ADD CONSTRAINT "devices_tenant_id_factor_id_fkey" FOREIGN KEY ("tenant_id", "factor_id") REFERENCES "factors"("tenant_id", "id") ON DELETE CASCADE ON UPDATE NO ACTION;
-- They go with their factor, by the foreign key.
GRANT SELECT, INSERT, UPDATE ("public_jwk", "name", "platform") ON "devices" TO "countersign_service";

ALTER TABLE "tenants" ADD COLUMN "device_cool_off_hours" SMALLINT NOT NULL DEFAULT 24 CHECK ("device_cool_off_hours" BETWEEN 0 AND 72);
GRANT UPDATE ("device_cool_off_hours") ON "tenants" TO "countersign_service";

-- The oldest version of the tenant's app that is still listened to, and the same for all tenants (a platform setting).
CREATE TABLE "app_minimums" (
    "tenant_id" UUID NOT NULL,
    "platform" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    CONSTRAINT "app_minimums_pkey" PRIMARY KEY ("tenant_id", "platform")
);
ALTER TABLE "app_minimums" ADD CONSTRAINT "app_minimums_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE, DELETE ON "app_minimums" TO "countersign_service";
CREATE TABLE "app_minimums_everywhere" (
    "platform" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    CONSTRAINT "app_minimums_everywhere_pkey" PRIMARY KEY ("platform")
);
GRANT SELECT, INSERT, UPDATE, DELETE ON "app_minimums_everywhere" TO "countersign_service";

-- What a device is shown, as canonical JSON (RFC 8785), and how it decided.
ALTER TABLE "challenges" ADD COLUMN "context" TEXT CHECK (length("context") <= 2048);
ALTER TABLE "challenges" ADD COLUMN "decided_by" UUID;
ALTER TABLE "challenges" ADD COLUMN "decided_at" TIMESTAMPTZ(3);
ALTER TABLE "challenges" DROP CONSTRAINT "challenges_status_check";
ALTER TABLE "challenges" ADD CONSTRAINT "challenges_status_check" CHECK ("status" IN ('pending', 'approved', 'denied'));
-- What waits for a user's devices, and how many were opened lately: of them alone, so that no other challenge pays for it.
CREATE INDEX "challenges_for_devices_idx" ON "challenges"("tenant_id", "user_id", "created_at") WHERE "type" = 'device';

ALTER TABLE "proof_jtis" DROP CONSTRAINT "proof_jtis_kind_check";
ALTER TABLE "proof_jtis" ADD CONSTRAINT "proof_jtis_kind_check" CHECK ("kind" IN ('dpop', 'client_assertion', 'device'));

-- Changes to a user's factors, for their devices. Verifications, of which there are a thousand times as many, are not in it.
CREATE INDEX "audit_events_notices_idx" ON "audit_events"("tenant_id", "user_id", "tx", "id")
  WHERE "action" IN ('factor.activated', 'factor.removed', 'factor.recovery_codes_generated', 'recovery.begun', 'recovery.approved',
                     'recovery.ticket_issued', 'recovery.completed', 'user.unlocked');

-- Where a tenant's own backend is told that a device has something to approve, and the secret that signs it (sealed).
ALTER TABLE "tenants" ADD COLUMN "push_url" TEXT CHECK (length("push_url") <= 2048);
ALTER TABLE "tenants" ADD COLUMN "push_secret" BYTEA;
ALTER TABLE "tenants" ADD CONSTRAINT "tenants_push_whole" CHECK (num_nulls("push_url", "push_secret") IN (0, 2));
GRANT UPDATE ("push_url", "push_secret") ON "tenants" TO "countersign_service";
-- When it is tried next; null when it was told, or nobody is to be told.
ALTER TABLE "challenges" ADD COLUMN "push_due_at" TIMESTAMPTZ(3);
ALTER TABLE "challenges" ADD COLUMN "push_tries" SMALLINT NOT NULL DEFAULT 0;
CREATE INDEX "challenges_push_due_idx" ON "challenges"("push_due_at") WHERE "push_due_at" IS NOT NULL;
