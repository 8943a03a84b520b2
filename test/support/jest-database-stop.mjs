// Stops what jest-database.mjs started, and waits until it is gone.
export default async function stopDatabase() {
  await globalThis.countersignBornDatabase?.drop();
  await globalThis.countersignScratchServer?.stop();
}
