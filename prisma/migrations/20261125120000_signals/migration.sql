-- What the audit log says of guessing, counted by quarters of an hour, and how far of each tenant's log it was read. Counted aside, and not by
-- an index on the log: a refusal must cost the same whatever its reason.
CREATE TABLE "signals" (
    "tenant_id" UUID NOT NULL,
    "slot" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    -- A user or a client.
    "subject" TEXT COLLATE "C" NOT NULL,
    "count" INTEGER NOT NULL CHECK ("count" > 0),
    CONSTRAINT "signals_pkey" PRIMARY KEY ("tenant_id", "slot", "kind", "subject")
) WITH (fillfactor = 80);
ALTER TABLE "signals" ADD CONSTRAINT "signals_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE, DELETE ON "signals" TO "countersign_service";

CREATE TABLE "signal_cursors" (
    "tenant_id" UUID NOT NULL,
    "tx" BIGINT NOT NULL,
    "id" UUID NOT NULL,
    CONSTRAINT "signal_cursors_pkey" PRIMARY KEY ("tenant_id")
) WITH (fillfactor = 80);
ALTER TABLE "signal_cursors" ADD CONSTRAINT "signal_cursors_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE ON "signal_cursors" TO "countersign_service";
