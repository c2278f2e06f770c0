# syntax=docker/dockerfile:1.7
# Builds with everything, installs what runs apart from that, and puts the two into a small image that
# serves as nobody in particular, needs no npm, and writes to its data folder alone.
#
# The base is pinned by its tag. To pin it by content too, so that not even its publisher can change it,
# look its digest up (docker buildx imagetools inspect node:24.21.0-bookworm-slim) and build with
#   docker build --build-arg BASE=node:24.21.0-bookworm-slim@sha256:DIGEST .
ARG BASE=node:24.21.0-bookworm-slim

FROM ${BASE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY embedded-node/package.json embedded-node/package.json
# With the optional packages: the bundler's machine code comes as one of them.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/bundle-program.js scripts/ensure-built.js scripts/generate-wire.js scripts/
COPY embedded-node/tsconfig.build.json embedded-node/tsconfig.build.json
COPY embedded-node/src embedded-node/src
COPY src src
COPY schema/generated schema/generated
COPY web web
RUN node scripts/ensure-built.js --force && rm dist/.tsbuildinfo embedded-node/dist/.tsbuildinfo

FROM ${BASE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY embedded-node/package.json embedded-node/package.json
# Without the optional packages: the Node that the package brings for machines with an older one.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --omit=dev --omit=optional

FROM ${BASE}
RUN rm -rf /usr/local/lib/node_modules /opt/yarn-* \
      /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* \
    && install --directory --owner=node --group=node /var/lib/cartograph
ENV HOST=0.0.0.0 \
    PORT=4000 \
    DATA_DIR=/var/lib/cartograph \
    LOG_FORMAT=json \
    MALLOC_ARENA_MAX=2
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY data/online-retail data/online-retail
COPY package.json LICENSE ./
COPY --from=build /app/dist dist
COPY --from=build /app/embedded-node/dist embedded-node/dist
COPY embedded-node/package.json embedded-node/package.json
USER node
VOLUME /var/lib/cartograph
EXPOSE 4000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Bounds the young generation, which would take 128 MiB under load.
ENTRYPOINT ["node", "--max-semi-space-size=16", "dist/program/cartograph.js"]
CMD ["serve"]
