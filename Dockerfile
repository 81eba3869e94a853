# The Node that package.json names. Pin its digest too where you build for production:
# docker buildx imagetools inspect node:24.21.0-bookworm-slim
FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# Nothing here needs an install script: the database's binaries come inside its package.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

# The program for developers' machines, which /quota connect hands out: its compiler is not for the image that runs.
FROM node:24.21.0-bookworm-slim AS client
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.client.json LICENSE ./
COPY src ./src
RUN ["node", "src/commands/pack-client.ts"]

FROM node:24.21.0-bookworm-slim
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY migrations ./migrations
COPY --from=client /app/dist/quota-watch-client.tgz ./dist/
COPY src ./src
# The program itself is root's, so that nothing that runs can change it; only its data is the user's.
RUN ["install", "-d", "-o", "1000", "-g", "1000", "-m", "0700", "/data"]
# HOST: whoever publishes the port decides who reaches it. SQLITE_TMPDIR: migrations sort on disk, and the rest may be read-only.
# NODE_COMPILE_CACHE: what was compiled once makes the next start quicker.
ENV HOST=0.0.0.0 \
    PORT=4318 \
    DATABASE_PATH=/data/quota-watch.db \
    SQLITE_TMPDIR=/data \
    NODE_COMPILE_CACHE=/data/compile-cache
VOLUME /data
# The image's user node, by number, so that orchestrators can see that it is not root.
USER 1000:1000
EXPOSE 4318
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz', { signal: AbortSignal.timeout(4000) }).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Flags as in "start" of package.json: docs/operate.md, Sizing, says why.
CMD ["node", "--max-semi-space-size=8", "--v8-pool-size=0", "--heap-growing-percent=50", "src/main.ts"]
