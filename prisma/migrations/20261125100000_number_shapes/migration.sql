-- What shows in questions before it is known whether the numbers are: one number after the other, and numbers that nobody has any reason
-- to ask about. Blind look-ups are asked about numbers too, and never judged: they tell nothing.
DELETE FROM "observations";
ALTER TABLE "observations"
    -- Of the hundred numbers that differ in the last two digits only: a keyed hash.
    ADD COLUMN "hundred_index" BYTEA NOT NULL CHECK (length("hundred_index") = 32),
    ADD COLUMN "is_blind" BOOLEAN NOT NULL,
    ADD COLUMN "noticed_at" TIMESTAMPTZ(3),
    DROP CONSTRAINT "observations_pkey",
    ADD CONSTRAINT "observations_pkey" PRIMARY KEY ("tenant_id", "number_index", "user_id", "client_id", "is_blind");
DROP INDEX "observations_open_idx";
DROP INDEX "observations_tenant_id_asked_at_idx";
CREATE INDEX "observations_open_idx" ON "observations"("asked_at") WHERE "judged_at" IS NULL AND NOT "is_blind";
CREATE INDEX "observations_fresh_idx" ON "observations"("tenant_id") WHERE "noticed_at" IS NULL;
CREATE INDEX "observations_asked_at_idx" ON "observations"("asked_at");
CREATE INDEX "observations_tenant_id_hundred_index_idx" ON "observations"("tenant_id", "hundred_index");
GRANT UPDATE ("noticed_at") ON "observations" TO "countersign_service";

-- Numbers that nobody asks about for an honest reason: whoever does has them from a list, or walks along. Keyed hashes.
CREATE TABLE "canary_numbers" (
    "tenant_id" UUID NOT NULL,
    "number_index" BYTEA NOT NULL CHECK (length("number_index") = 32),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "canary_numbers_pkey" PRIMARY KEY ("tenant_id", "number_index")
);
ALTER TABLE "canary_numbers" ADD CONSTRAINT "canary_numbers_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, DELETE ON "canary_numbers" TO "countersign_service";
