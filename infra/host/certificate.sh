#!/bin/sh
# Gets the certificate of the site from a certificate authority, or renews it when a third of its time is
# left; nginx then takes it up. Run by a deployment, and twice a day by bookingopt-certificate.timer.
#
#   certificate.sh [--force]
#
# Settings, from stage.env and settings.env two folders above `infra`:
#   SERVER_NAME TLS_METHOD TLS_EMAIL CERTIFICATES_DIR
#   ACME_DIRECTORY   another authority than Let's Encrypt
#   CERTBOT_IMAGE    (certbot/certbot:v5.8.0)
#   CERTBOT_NETWORK  `host` where only the host knows the name of the authority (bridge)
set -eu

here=$(CDPATH='' cd -P -- "$(dirname -- "$0")" && pwd)
folder=$(CDPATH='' cd -- "$here/../../.." && pwd)
# shellcheck source=/dev/null
. "$folder/stage.env"
# shellcheck source=/dev/null
[ ! -f "$folder/settings.env" ] || . "$folder/settings.env"

say() { echo "certificate: $*"; }

[ "${TLS_METHOD:-}" = letsencrypt ] || {
    say "nothing to do: this stage has tls = \"${TLS_METHOD:-}\""
    exit 0
}
force=
[ "${1:-}" != --force ] || force=--force-renewal

fingerprint() { cksum <"$CERTIFICATES_DIR/fullchain.pem"; }

# Whole before it is in place, and readable for nginx, which runs as a user of its own; the folder above
# keeps everybody else out.
# shellcheck disable=SC2016 # expanded by certbot
put='cp -L "$RENEWED_LINEAGE/privkey.pem" /certificates/privkey.pem.part &&
    cp -L "$RENEWED_LINEAGE/fullchain.pem" /certificates/fullchain.pem.part &&
    chmod 644 /certificates/privkey.pem.part /certificates/fullchain.pem.part &&
    mv /certificates/privkey.pem.part /certificates/privkey.pem &&
    mv /certificates/fullchain.pem.part /certificates/fullchain.pem'

before=$(fingerprint)
# shellcheck disable=SC2086 # none or one argument
docker run --rm --network "${CERTBOT_NETWORK:-bridge}" \
    --volume bookingopt_acme:/var/www/acme \
    --volume bookingopt_letsencrypt:/etc/letsencrypt \
    --volume "$CERTIFICATES_DIR:/certificates" \
    "${CERTBOT_IMAGE:-certbot/certbot:v5.8.0}" certonly \
    --non-interactive --quiet --agree-tos --email "$TLS_EMAIL" ${ACME_DIRECTORY:+--server "$ACME_DIRECTORY"} \
    --webroot --webroot-path /var/www/acme --domain "$SERVER_NAME" \
    --keep-until-expiring $force --deploy-hook "$put" || {
    # A deployment must not fail because the authority is away and nothing is urgent.
    if openssl x509 -noout -checkend 1209600 -in "$CERTIFICATES_DIR/fullchain.pem" >/dev/null && docker run --rm --volume bookingopt_letsencrypt:/etc/letsencrypt:ro --entrypoint test \
        "${CERTBOT_IMAGE:-certbot/certbot:v5.8.0}" -d "/etc/letsencrypt/live/$SERVER_NAME"; then
        say "not renewed; the one that is there is good for 14 days or more"
        exit 0
    fi
    say "none could be had: does $SERVER_NAME lead here, and does port 80 answer?"
    exit 1
}
if [ "$(fingerprint)" = "$before" ]; then
    say "still good"
    exit 0
fi
nginx=$(docker ps --quiet --filter label=com.docker.compose.project=bookingopt \
    --filter label=com.docker.compose.service=nginx)
docker exec "$nginx" nginx -t -q
docker exec "$nginx" nginx -s reload -q
say "new one in use: $(openssl x509 -noout -enddate -in "$CERTIFICATES_DIR/fullchain.pem")"
