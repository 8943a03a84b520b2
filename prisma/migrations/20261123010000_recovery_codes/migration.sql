ALTER TABLE "factors" DROP CONSTRAINT "factors_type_check";
ALTER TABLE "factors" ADD CONSTRAINT "factors_type_check" CHECK ("type" IN ('totp', 'recovery_codes'));
-- Recovery codes are active from the instant they are shown: nothing about them can be confirmed.
ALTER TABLE "factors" ADD CONSTRAINT "factors_recovery_codes_active" CHECK ("type" <> 'recovery_codes' OR "status" = 'active');

-- Which of these codes is unused stands in the user's row, in claims, under the code's own id.
CREATE TABLE "recovery_codes" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "factor_id" UUID NOT NULL,
    "user_id" TEXT COLLATE "C" NOT NULL,
    "selector" TEXT COLLATE "C" NOT NULL CHECK (length("selector") = 3),
    -- SECURITY(T-20): argon2id, 19 MiB and two passes at least. Under a fast hash a stolen table would be searched.
    "hash" TEXT COLLATE "C" NOT NULL CHECK ("hash" LIKE '$argon2id$v=19$m=%'),
    CONSTRAINT "recovery_codes_pkey" PRIMARY KEY ("tenant_id", "id")
);
-- One row for a selector of a user, so that a try costs one hash.
CREATE UNIQUE INDEX "recovery_codes_tenant_id_user_id_selector_key" ON "recovery_codes"("tenant_id", "user_id", "selector");
CREATE INDEX "recovery_codes_tenant_id_factor_id_idx" ON "recovery_codes"("tenant_id", "factor_id");
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_tenant_id_factor_id_fkey" FOREIGN KEY ("tenant_id", "factor_id") REFERENCES "factors"("tenant_id", "id") ON DELETE CASCADE ON UPDATE NO ACTION;
-- They go with their factor, by the foreign key. The service itself neither changes nor deletes one.
GRANT SELECT, INSERT ON "recovery_codes" TO "countersign_service";

-- SECURITY(T-15): wrong recovery codes have a budget of their own, so that a lock of one-time codes leaves this way in open.
ALTER TABLE "users" ADD COLUMN "recovery_consecutive_failures" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "users" ADD COLUMN "recovery_recent_failures" TIMESTAMPTZ(3)[] DEFAULT ARRAY[]::TIMESTAMPTZ(3)[] CHECK (cardinality("recovery_recent_failures") <= 100);
ALTER TABLE "users" ADD COLUMN "recovery_locked_until" TIMESTAMPTZ(3);
ALTER TABLE "users" ADD COLUMN "recovery_codes_stopped_at" TIMESTAMPTZ(3);
