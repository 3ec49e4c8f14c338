#!/usr/bin/env bash
# Runs both official OpenAI SDKs against a running gateway. Needs in the environment:
#   FINGERPOST_BASE_URL       such as http://127.0.0.1:8080/v1
#   FINGERPOST_KEY            a key that the gateway accepts; without a default route, which would serve unknown models
#   FINGERPOST_ROUTE          a route that answers plain, streamed, tool and schema requests
#   FINGERPOST_FAILING_ROUTE  optional: a route whose every target fails with a 503
#   FINGERPOST_BREAKING_ROUTES  optional: routes, with commas between, whose streams begin and never come to their end
#   FINGERPOST_WHOLE_ROUTES   optional: routes whose streams say "one two three", whatever happens behind the gateway
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
into="${CARGO_TARGET_DIR:-$here/../../target}/sdk-clients"

"$here/install.sh"
echo "Python SDK"
"$into/py/bin/python" "$here/check.py"
echo "Node SDK"
node "$into/node/check.mjs"
