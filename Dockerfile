# The service alone, for use with a PostgreSQL elsewhere (docker-compose.yml). Nothing in the image is writable or
# secret; it runs as the user `node` on a read-only file system.
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node scripts/build.mjs

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without `optional`, the embedded database and Prisma's command line stay out: a container is given a server.
RUN npm ci --omit=dev --omit=optional

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=dependencies /app/package.json ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=build /build/prisma/migrations ./prisma/migrations
RUN install -d -o node -g node /var/lib/countersign
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Before the first start and each upgrade, once: `node dist/admin.js migrate --apply`, with the owner's login in
# MIGRATION_DATABASE_URL. The service refuses to start where that is set.
# No npm and no shell between the engine and the service: signals and the exit code go straight through.
CMD ["node", "dist/main.js"]
