#!/bin/sh
# Installs a part of the workspace, as the lock file has it, into the environment of an image; leaves out
# what is not imported there. Called by the Dockerfile with the options of `uv sync`.
set -eu
export UV_PROJECT_ENVIRONMENT=/opt/bookingopt UV_CACHE_DIR=/var/cache/uv UV_PYTHON_DOWNLOADS=never
export UV_LINK_MODE=copy UV_NO_PROGRESS=1
# uv takes a package of the workspace for unchanged as long as its pyproject.toml is.
set -- --refresh-package optimizer-core --refresh-package job-ledger \
    --refresh-package bookingopt-worker --refresh-package bookingopt-api "$@"
/opt/uv/uv sync --frozen --no-default-groups --python /usr/local/bin/python3 "$@"
cd "$UV_PROJECT_ENVIRONMENT"
find lib -type d -path '*/site-packages/*' \( -name tests -o -name test \) -prune -exec rm -rf {} +
# With a read-only root nothing could be compiled later. What an earlier layer compiled is left alone.
bin/python -m compileall -q -j 0 lib
