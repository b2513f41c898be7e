# Everything that is compiled: dist/, and the native modules that have no ready-made binary for this platform.
FROM node:24-bookworm-slim AS build
RUN apt-get update \
  && apt-get install -y --no-install-recommends g++ make python3 \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /holdfast
COPY package.json package-lock.json .npmrc ./
# better-sqlite3 12, compiled against headers of Node.js 24.19 or later, ends the process when its statements are collected as garbage.
# Those of 24.0 serve all of Node.js 24.
RUN npm ci \
  && npm_config_build_from_source=true npm_config_target=24.0.0 npm rebuild better-sqlite3
COPY .swcrc ./
COPY scripts/build.mjs scripts/run.mjs scripts/
COPY src/ src/
RUN node scripts/build.mjs && npm prune --omit=dev

FROM node:24-bookworm-slim
WORKDIR /holdfast
ENV NODE_ENV=production HOLDFAST_DATA_DIR=/data
RUN install -d -o node -g node -m 0700 /data && ln -s /holdfast/bin/holdfast.js /usr/local/bin/holdfast
COPY --from=build /holdfast/node_modules/ node_modules/
COPY --from=build /holdfast/dist/ dist/
COPY mappings/ mappings/
COPY bin/ bin/
COPY package.json LICENSE NOTICE ./
# What runs may change nothing but the archive.
USER node
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=5s --start-period=90s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HOLDFAST_PORT || 4000}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/holdfast/bin/holdfast.js"]
CMD ["serve"]
