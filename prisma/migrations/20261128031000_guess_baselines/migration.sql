-- What is usual for a tenant: users whose codes are refused and none approved soon after, on a day. Learned once a day.
CREATE TABLE "guess_baselines" (
    "tenant_id" UUID NOT NULL,
    -- The last day (UTC) that was learned from.
    "day" DATE NOT NULL,
    "mean" DOUBLE PRECISION NOT NULL CHECK ("mean" >= 0),
    CONSTRAINT "guess_baselines_pkey" PRIMARY KEY ("tenant_id")
) WITH (fillfactor = 80);
ALTER TABLE "guess_baselines" ADD CONSTRAINT "guess_baselines_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE ON "guess_baselines" TO "countersign_service";

-- How often codes of a user were refused on a day (UTC), whether or not there is such a user. Days with fewer than three are kept for two.
CREATE TABLE "refused_days" (
    "tenant_id" UUID NOT NULL,
    "user_id" TEXT COLLATE "C" NOT NULL,
    "day" DATE NOT NULL,
    "count" INTEGER NOT NULL CHECK ("count" > 0),
    CONSTRAINT "refused_days_pkey" PRIMARY KEY ("tenant_id", "user_id", "day")
) WITH (fillfactor = 80);
ALTER TABLE "refused_days" ADD CONSTRAINT "refused_days_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE, DELETE ON "refused_days" TO "countersign_service";
