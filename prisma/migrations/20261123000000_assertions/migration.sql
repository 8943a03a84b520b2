-- What may still be confirmed, by factor id, with what authorized it. Until now these stood in claims as -1, and claims
-- could not tell an open enrolment from a factor that was never used.
ALTER TABLE "users" ADD COLUMN "pending" JSONB NOT NULL DEFAULT '{}';
UPDATE "users" SET "pending" = "open"."ids", "claims" = "users"."claims" - "open"."keys"
FROM (
    SELECT "tenant_id", "user_id", jsonb_object_agg("id", '{}'::jsonb) AS "ids", array_agg("id"::text) AS "keys"
    FROM "factors" WHERE "status" = 'pending' GROUP BY "tenant_id", "user_id"
) AS "open"
WHERE "users"."tenant_id" = "open"."tenant_id" AND "users"."user_id" = "open"."user_id";

-- A factor that takes the place of another removes it when it is activated.
ALTER TABLE "factors" ADD COLUMN "replaces" UUID;

-- SECURITY(T-25): an assertion is spent by making its row. Without it one proof would authorize two changes.
CREATE TABLE "spent_assertions" (
    "tenant_id" UUID NOT NULL,
    "jti" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "spent_assertions_pkey" PRIMARY KEY ("tenant_id", "jti")
);
CREATE INDEX "spent_assertions_tenant_id_expires_at_idx" ON "spent_assertions"("tenant_id", "expires_at");
ALTER TABLE "spent_assertions" ADD CONSTRAINT "spent_assertions_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE, DELETE ON "spent_assertions" TO "countersign_service";
