# The production image: one image, several commands (docker-compose.yml).
FROM node:24-bookworm-slim AS front
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.13-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ONECASE_MODE=production
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
COPY --from=front /app/node_modules node_modules
# The static files are hashed and compressed once, here; no secret is needed for that.
RUN python tools/vendor.py \
    && python tools/translations.py compile \
    && ONECASE_MODE=demo python -m django collectstatic --no-input --settings=config.collect \
    && rm -rf node_modules .onecase \
    && useradd --uid 10001 --no-create-home onecase \
    && install -d -o onecase /var/lib/onecase
USER onecase
ENV ONECASE_FILES=/var/lib/onecase
EXPOSE 8000
# As the compose file's web: what the customer's link carries must not end in a log, and one place decides whom a proxy heard.
CMD ["uvicorn", "config.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", "--no-proxy-headers", "--timeout-graceful-shutdown", "10"]
