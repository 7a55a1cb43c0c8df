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
# setting NAME: its value as Compose reads it, where the last one counts. What is written there is never run.
setting() {
    cat "$folder/stage.env" "$folder/settings.env" 2>/dev/null | tr -d '\r' |
        sed -n "s/^[[:space:]]*\(export[[:space:]]\{1,\}\)\{0,1\}$1[[:space:]]*=[[:space:]]*//p" | tail -n 1 |
        sed -e "s/^'\([^']*\)'.*/\1/;t" -e 's/^"\([^"]*\)".*/\1/;t' -e 's/[[:space:]]\{1,\}#.*//' -e 's/[[:space:]]*$//'
}
server_name=$(setting SERVER_NAME)
tls_method=$(setting TLS_METHOD)
tls_email=$(setting TLS_EMAIL)
certificates=$(setting CERTIFICATES_DIR)
authority=$(setting ACME_DIRECTORY)
image=$(setting CERTBOT_IMAGE)
image=${image:-certbot/certbot:v5.8.0}
network=$(setting CERTBOT_NETWORK)

say() { echo "certificate: $*"; }

[ "$tls_method" = letsencrypt ] || {
    say "nothing to do: this stage has tls = \"$tls_method\""
    exit 0
}
force=
[ "${1:-}" != --force ] || force=--force-renewal

# with_lineage OPTION...: docker run with what certbot keeps, and the folder that nginx reads.
with_lineage() {
    docker run --rm --volume bookingopt_letsencrypt:/etc/letsencrypt --volume "$certificates:/certificates" "$@"
}

# Puts in place what the authority gave last, now or in a run that was interrupted. Whole before it is in
# place, and readable for nginx, which runs as a user of its own; the folder above keeps everybody else out.
# shellcheck disable=SC2016 # expanded in the container
install='
    set -e
    cd "/etc/letsencrypt/live/$1"
    cmp -s fullchain.pem /certificates/fullchain.pem && cmp -s privkey.pem /certificates/privkey.pem && exit
    for name in privkey fullchain; do
        cp -L "$name.pem" "/certificates/$name.pem.part"
        chmod 644 "/certificates/$name.pem.part"
    done
    mv /certificates/privkey.pem.part /certificates/privkey.pem
    mv /certificates/fullchain.pem.part /certificates/fullchain.pem'

is_answered=yes
# shellcheck disable=SC2086 # none or one argument
with_lineage --network "${network:-bridge}" --volume bookingopt_acme:/var/www/acme "$image" certonly \
    --non-interactive --quiet --agree-tos --email "$tls_email" ${authority:+--server "$authority"} \
    --webroot --webroot-path /var/www/acme --domain "$server_name" \
    --keep-until-expiring $force || is_answered=no
if ! with_lineage --entrypoint sh "$image" -c "$install" install "$server_name"; then
    say "no certificate could be obtained: does $server_name lead here, and does port 80 answer?"
    exit 1
fi
# What nginx was loaded of last; without this file, or with another, it has not taken up what lies there.
loaded=$certificates/in-use
now=$(cat "$certificates/fullchain.pem" "$certificates/privkey.pem" | cksum)
if [ "$(cat "$loaded" 2>/dev/null)" != "$now" ]; then
    nginx=$(docker ps --quiet --filter label=com.docker.compose.project=bookingopt \
        --filter label=com.docker.compose.service=nginx)
    docker exec "$nginx" nginx -t -q
    docker exec "$nginx" nginx -s reload -q
    echo "$now" >"$loaded.part"
    mv "$loaded.part" "$loaded"
    say "a new certificate is in use: $(openssl x509 -noout -enddate -in "$certificates/fullchain.pem")"
elif [ $is_answered = yes ]; then
    say "the certificate is still valid"
fi
if [ $is_answered = no ]; then
    # A deployment must not fail because the authority is away and nothing is urgent.
    openssl x509 -noout -checkend 1209600 -in "$certificates/fullchain.pem" >/dev/null || {
        say "not renewed, and the present one expires within 14 days: does $server_name lead here?"
        exit 1
    }
    say "not renewed; the present one is valid for 14 days or more"
fi
