-- SECURITY(T-04): what a code is compared with, and nothing else: a pending factor, met and passed over, took two microseconds more.
CREATE INDEX "factors_active_totp_idx" ON "factors"("tenant_id", "user_id") WHERE "type" = 'totp' AND "status" = 'active';

-- A decoy has a claim as a user has, so that it is looked up and compared at the same cost. No step is newer than this one.
UPDATE "users" SET "claims" = jsonb_build_object("factors"."id"::text, 9007199254740991)
FROM "factors" WHERE "factors"."tenant_id" = '00000000-0000-7000-8000-000000000000'
  AND "users"."tenant_id" = "factors"."tenant_id" AND "users"."user_id" = "factors"."user_id";
