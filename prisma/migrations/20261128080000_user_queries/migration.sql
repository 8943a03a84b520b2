-- Requests that name a user: which client asked about which user on which day (UTC), whether the user was enrolled, and whether a proof of
-- that user was seen around it. Users stand here as a keyed hash. No foreign key to the client: the row is written by reads, which have to
-- stay cheap, and the client comes from a verified token.
CREATE TABLE "user_queries" (
    "tenant_id" UUID NOT NULL,
    "user_index" BYTEA NOT NULL CHECK (length("user_index") = 32),
    "day" DATE NOT NULL,
    "client_id" UUID NOT NULL,
    -- Whether the route is one that a client can lose.
    "is_stoppable" BOOLEAN NOT NULL,
    "is_enrolled" BOOLEAN NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    -- What the row counts as; null until it is counted.
    "state" TEXT CHECK ("state" IN ('open', 'proven', 'unproven')),
    -- When the watch has to look at it next; null when it is settled.
    "due_at" TIMESTAMPTZ(3),
    CONSTRAINT "user_queries_pkey" PRIMARY KEY ("tenant_id", "user_index", "day", "client_id", "is_stoppable")
) WITH (fillfactor = 80);
CREATE INDEX "user_queries_due_idx" ON "user_queries"("tenant_id", "due_at") WHERE "due_at" IS NOT NULL;
CREATE INDEX "user_queries_tenant_id_day_idx" ON "user_queries"("tenant_id", "day");
GRANT SELECT, INSERT, UPDATE ("state", "due_at"), DELETE ON "user_queries" TO "countersign_service";

-- When a user last gave a proof that was accepted, by a keyed hash, for a day.
CREATE TABLE "user_proofs" (
    "tenant_id" UUID NOT NULL,
    "user_index" BYTEA NOT NULL CHECK (length("user_index") = 32),
    "proven_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "user_proofs_pkey" PRIMARY KEY ("tenant_id", "user_index")
) WITH (fillfactor = 80);
CREATE INDEX "user_proofs_tenant_id_proven_at_idx" ON "user_proofs"("tenant_id", "proven_at");
ALTER TABLE "user_proofs" ADD CONSTRAINT "user_proofs_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE ("proven_at"), DELETE ON "user_proofs" TO "countersign_service";

-- Users asked about in a day, by client and for the tenant as a whole: what a day is compared with.
CREATE TABLE "user_query_counts" (
    "tenant_id" UUID NOT NULL,
    -- A client, or the tenant itself.
    "subject_id" UUID NOT NULL,
    "is_stoppable" BOOLEAN NOT NULL,
    "is_enrolled" BOOLEAN NOT NULL,
    "day" DATE NOT NULL,
    "open" INTEGER NOT NULL,
    "proven" INTEGER NOT NULL,
    "unproven" INTEGER NOT NULL,
    -- 1: an alert was raised for this day, 2: the client was stopped, 3: an operator accepted it. 1 and 2 teach later days nothing.
    "told" SMALLINT NOT NULL DEFAULT 0,
    CONSTRAINT "user_query_counts_pkey" PRIMARY KEY ("tenant_id", "subject_id", "is_stoppable", "is_enrolled", "day")
) WITH (fillfactor = 80);
CREATE INDEX "user_query_counts_tenant_id_day_idx" ON "user_query_counts"("tenant_id", "day");
ALTER TABLE "user_query_counts" ADD CONSTRAINT "user_query_counts_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE ("open", "proven", "unproven", "told"), DELETE ON "user_query_counts" TO "countersign_service";

-- A client can lose look-ups of numbers, lists of users, or both. An instance of the version before reads and ends only both together.
ALTER TABLE "quarantines" ADD COLUMN "covers" TEXT NOT NULL DEFAULT 'look_ups' CHECK ("covers" IN ('look_ups', 'user_lists'));
ALTER TABLE "quarantines" DROP CONSTRAINT "quarantines_pkey";
ALTER TABLE "quarantines" ADD CONSTRAINT "quarantines_pkey" PRIMARY KEY ("tenant_id", "client_id", "covers");
