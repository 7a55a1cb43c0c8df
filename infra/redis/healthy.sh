#!/bin/sh
# Healthy is a server that has loaded its data and answers; its user may do nothing but ask.
set -eu
client=$(command -v redis-cli || command -v valkey-cli)
REDISCLI_AUTH=$(cat /run/secrets/redis_password_health)
VALKEYCLI_AUTH=$REDISCLI_AUTH
export REDISCLI_AUTH VALKEYCLI_AUTH
answer=$("$client" --no-auth-warning --user health ping)
[ "$answer" = PONG ]
