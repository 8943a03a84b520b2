// Builds before the unit specs, because they import the generated Prisma client.
import { ensureBuilt } from '../../scripts/build.mjs';

export default async function build() {
  await ensureBuilt();
}
