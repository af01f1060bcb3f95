# Rapport's image: the packages of requirements/run.lock (PostgreSQL's, Redis's and identity providers' among them) and
# the application's own folders, run by a user without rights.

FROM python:3.13-slim AS packages
COPY requirements/run.lock /tmp/run.lock
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: -r /tmp/run.lock

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --home-dir /data rapport \
 && install --directory --owner rapport --mode 0750 /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY access.py errors.py ./
COPY compiler compiler
COPY models models
COPY resolvers resolvers
COPY schema schema
COPY server server
RUN /opt/venv/bin/python -m compileall -q .

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CRM_ENV=production \
    CRM_HOST=0.0.0.0 \
    DATABASE_URL=sqlite:///data/rapport.db
USER rapport
VOLUME /data
EXPOSE 8000
# /readyz answers 200 only when the database answers too; a status above 399 raises. No proxy knows the way here.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as u; u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:%s/readyz' % os.environ.get('CRM_PORT', '8000'), timeout=4)"]
CMD ["python", "-m", "server", "serve"]
