# syntax=docker/dockerfile:1.7
# Three stages: install and build with everything, then only what runs, then a small image that runs
# it as nobody in particular on a root file system that may be read-only.

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=optional
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
COPY web web
RUN node scripts/ensure-built.js --force

FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev --omit=optional

FROM node:24.21.0-bookworm-slim
ENV HOST=0.0.0.0 \
    PORT=4000 \
    DATA_DIR=/var/lib/cartograph \
    LOG_FORMAT=json
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY data/online-retail data/online-retail
RUN mkdir -p /var/lib/cartograph && chown node:node /var/lib/cartograph
USER node
VOLUME /var/lib/cartograph
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/cli/cartograph.js"]
CMD ["serve"]
