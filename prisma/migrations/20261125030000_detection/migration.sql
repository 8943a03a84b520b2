-- Who asked about which number for the first time, of 30 days. Whether the number was known is no matter of the row: that is asked an hour
-- later, when a number that was looked up before it was enrolled is known.
CREATE TABLE "observations" (
    "tenant_id" UUID NOT NULL,
    "number_index" BYTEA NOT NULL CHECK (length("number_index") = 32),
    -- The user that the number was to be of; empty where it was anybody.
    "user_id" TEXT COLLATE "C" NOT NULL,
    "client_id" UUID NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "judged_at" TIMESTAMPTZ(3),
    CONSTRAINT "observations_pkey" PRIMARY KEY ("tenant_id", "number_index", "user_id", "client_id")
) WITH (fillfactor = 80);
CREATE INDEX "observations_open_idx" ON "observations"("asked_at") WHERE "judged_at" IS NULL;
CREATE INDEX "observations_tenant_id_asked_at_idx" ON "observations"("tenant_id", "asked_at");
ALTER TABLE "observations" ADD CONSTRAINT "observations_tenant_id_client_id_fkey" FOREIGN KEY ("tenant_id", "client_id") REFERENCES "clients"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE ("judged_at"), DELETE ON "observations" TO "countersign_service";

-- Where the walk of a client stands, or that of a tenant over all its clients (walk.policy.ts). Without a row it stands at zero.
CREATE TABLE "look_up_scores" (
    "tenant_id" UUID NOT NULL,
    -- A client, or the tenant itself.
    "subject_id" UUID NOT NULL,
    "score" DOUBLE PRECISION NOT NULL CHECK ("score" > 0),
    CONSTRAINT "look_up_scores_pkey" PRIMARY KEY ("tenant_id", "subject_id")
) WITH (fillfactor = 80);
ALTER TABLE "look_up_scores" ADD CONSTRAINT "look_up_scores_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE, DELETE ON "look_up_scores" TO "countersign_service";

-- Clients that may look up nothing until an operator lets them.
CREATE TABLE "quarantines" (
    "tenant_id" UUID NOT NULL,
    "client_id" UUID NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "quarantines_pkey" PRIMARY KEY ("tenant_id", "client_id")
);
ALTER TABLE "quarantines" ADD CONSTRAINT "quarantines_tenant_id_client_id_fkey" FOREIGN KEY ("tenant_id", "client_id") REFERENCES "clients"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, DELETE ON "quarantines" TO "countersign_service";

-- What somebody has to look at. The same of the same day is one alert that counts, so that nobody is flooded.
CREATE TABLE "alerts" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    -- A client, or the tenant itself.
    "subject_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 1 CHECK ("count" > 0),
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "alerts_pkey" PRIMARY KEY ("tenant_id", "id"),
    CONSTRAINT "alerts_tenant_id_kind_subject_id_day_key" UNIQUE ("tenant_id", "kind", "subject_id", "day")
);
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE ("count", "last_at") ON "alerts" TO "countersign_service";
