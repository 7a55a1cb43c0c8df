#!/bin/sh
# Prepares a Debian machine for the service; run as root. A second run changes nothing and says so.
#
#   sh bootstrap.sh [--deploy-user NAME] [--folder FOLDER] [--key 'ssh-ed25519 AAAA...']
#                   [--workers 'ADDRESS ...'] [--check]
#
#   --deploy-user  who deploys; may use the engine, which is as good as root     (default: deploy)
#   --folder       what belongs to the service                                   (default: /srv/bookingopt)
#   --key          key that may log in as that user; by default the keys that may log in now
#   --workers      IPv4 addresses that may reach Redis, port 6380; none for no more   (default: those of before)
#   --check        change nothing; exit 1 if something would be changed
#
# One file without company, so that cloud-init can carry it. Each step looks first and says
# "ok", "changed" (or "would change") or "skipped" with its reason.
set -eu

deploy_user=deploy
folder=/srv/bookingopt
key=
workers=
check=no
changes=0

die() {
    echo "bootstrap: $*" >&2
    exit 2
}
ok() { echo "ok       $*"; }
skipped() { echo "skipped  $*"; }

# must TEXT: prints a change that is due; true where it is to be made.
must() {
    changes=$((changes + 1))
    if [ $check = yes ]; then
        echo "would change  $*"
        return 1
    fi
    echo "changed  $*"
}

has_systemd() { [ -d /run/systemd/system ]; }
in_container() { [ -e /.dockerenv ] || [ -e /run/.containerenv ]; }

# put FILE TEXT: standard input becomes the file; true where it was another.
put() {
    wanted=$(cat)
    if [ -f "$1" ] && [ "$(cat "$1")" = "$wanted" ]; then
        ok "$2"
        return 1
    fi
    must "$2" || return 1
    mkdir -p "$(dirname "$1")"
    printf '%s\n' "$wanted" >"$1.part"
    chmod 644 "$1.part"
    mv "$1.part" "$1"
}

install_packages() {
    missing=
    for package in "$@"; do
        case $(dpkg-query --show --showformat '${Status}' "$package" 2>/dev/null) in
        *' installed') ;;
        *) missing="$missing $package" ;;
        esac
    done
    if [ -z "$missing" ]; then
        ok "packages: $*"
    elif must "packages:$missing"; then
        # The first lists of a fresh machine are empty or old.
        apt-get update --quiet=2
        said=$(mktemp)
        # shellcheck disable=SC2086 # several packages
        DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends \
            -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 $missing >/dev/null 2>"$said" || {
            cat "$said" >&2
            die "apt-get could not install:$missing"
        }
        rm -f "$said"
    fi
}

debian_version() {
    # shellcheck disable=SC1091 # a file of the system
    . /etc/os-release
    [ "${ID-}" = debian ] || die "this machine runs ${PRETTY_NAME-something else}; Debian 12 or 13 is needed"
    echo "${VERSION_ID-0}"
}

engine_answers() { docker version >/dev/null 2>&1 && docker compose version >/dev/null 2>&1; }

# Debian has Compose v2 since 13. Before that, Docker's own packages are the way.
engine() {
    if engine_answers; then
        ok "engine $(docker version --format '{{.Server.Version}}') with Compose $(docker compose version --short)"
    elif [ "$1" -ge 13 ]; then
        install_packages docker.io docker-cli docker-compose iptables
    else
        docker_repository
        install_packages docker-ce docker-ce-cli containerd.io docker-compose-plugin
    fi
}

docker_repository() {
    install_packages ca-certificates curl gpg
    keyring=/etc/apt/keyrings/docker.asc
    if [ -f $keyring ]; then
        ok "key of Docker's packages"
    elif must "key of Docker's packages"; then
        mkdir -p /etc/apt/keyrings
        curl --fail --silent --show-error --location --output $keyring.part \
            https://download.docker.com/linux/debian/gpg ||
            die "Docker's packages cannot be reached; install an engine with Compose 2.24 or newer by other means"
        gpg --show-keys --with-colons $keyring.part | grep -q ':9DC858229FC7DD38854AE2D88D81803C0EBFCD88:' ||
            die "the key of Docker's packages is not the known one; it is in $keyring.part"
        mv $keyring.part $keyring
    fi
    # shellcheck disable=SC1091 # a file of the system
    . /etc/os-release
    echo "deb [signed-by=$keyring] https://download.docker.com/linux/debian ${VERSION_CODENAME-} stable" |
        put /etc/apt/sources.list.d/docker.list "address of Docker's packages" || true
}

# Containers go on while the engine is upgraded, and no log fills the disk.
engine_settings() {
    if put /etc/docker/daemon.json "engine: containers outlive its upgrade, logs of 10 MB five times" <<'JSON'; then
{
  "live-restore": true,
  "log-driver": "json-file",
  "log-opts": {"max-size": "10m", "max-file": "5"}
}
JSON
        # A running engine takes up the first setting at once; the rest holds for new containers
        # after its next start, and every container of the service names its own way anyhow.
        [ ! -f /var/run/docker.pid ] || kill -HUP "$(cat /var/run/docker.pid)"
    fi
}

engine_runs() {
    if has_systemd; then
        if [ "$(systemctl is-enabled docker 2>/dev/null)" = enabled ]; then
            ok "engine starts on boot"
        elif must "engine starts on boot"; then
            systemctl enable --quiet docker
        fi
    else
        skipped "engine starts on boot: no systemd here"
    fi
    if docker version >/dev/null 2>&1; then
        ok "engine runs"
    elif must "engine runs"; then
        if has_systemd; then
            systemctl start docker
        elif ! service docker start >/dev/null 2>&1; then
            # Its start script wants limits that a container may not set.
            setsid dockerd >/var/log/dockerd.log 2>&1 </dev/null &
        fi
        for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
            ! engine_answers || return 0
            sleep 2
        done
        die "the engine does not answer; see journalctl --unit docker, or /var/log/dockerd.log"
    fi
}

# The service logs into it, and so does its audit log. Nothing older than 30 days stays: whole files are deleted,
# so one is begun every day. A limit of lines would be one for all containers together.
journal() {
    if ! has_systemd; then
        skipped "journal of 30 days: no systemd here"
    elif put /etc/systemd/journald.conf.d/bookingopt.conf "journal of 30 days, 2 GB at most" <<'CONF'; then
[Journal]
Storage=persistent
MaxRetentionSec=30day
MaxFileSec=1day
SystemMaxUse=2G
RateLimitIntervalSec=0
CONF
        systemctl restart systemd-journald
    fi
}

# Redis saves its snapshot from a copy of itself, which needs the promise of as much memory again.
memory_for_snapshots() {
    if in_container; then
        skipped "memory for snapshots of Redis: a container has the kernel of its machine"
    elif echo 'vm.overcommit_memory = 1' | put /etc/sysctl.d/60-bookingopt.conf "memory for snapshots of Redis"; then
        sysctl --quiet --load /etc/sysctl.d/60-bookingopt.conf
    fi
}

upgrades() {
    put /etc/apt/apt.conf.d/20auto-upgrades "look for upgrades every day" <<'CONF' || true
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
CONF
    put /etc/apt/apt.conf.d/52bookingopt "security upgrades by themselves, no restart of the machine" <<'CONF' || true
Unattended-Upgrade::Origins-Pattern {
    "origin=Debian,codename=${distro_codename},label=Debian-Security";
    "origin=Debian,codename=${distro_codename}-security,label=Debian-Security";
};
Unattended-Upgrade::Automatic-Reboot "false";
Unattended-Upgrade::Remove-Unused-Dependencies "true";
CONF
}

deploy_user_is_there() {
    if id "$deploy_user" >/dev/null 2>&1; then
        ok "user $deploy_user"
    elif must "user $deploy_user"; then
        useradd --create-home --shell /bin/bash "$deploy_user"
    else
        return 0 # what follows is about that user
    fi
    case " $(id --groups --name "$deploy_user") " in
    *" docker "*) ok "$deploy_user may use the engine" ;;
    *) ! must "$deploy_user may use the engine" || usermod --append --groups docker "$deploy_user" ;;
    esac
    case " $(id --groups --name "$deploy_user") " in
    *" systemd-journal "*) ok "$deploy_user may read the journal" ;;
    *) ! must "$deploy_user may read the journal" || usermod --append --groups systemd-journal "$deploy_user" ;;
    esac
    authorized_keys
}

authorized_keys() {
    home=$(getent passwd "$deploy_user" | cut -d: -f6)
    file=$home/.ssh/authorized_keys
    wanted=$key
    if [ -z "$wanted" ]; then
        admin_home=$(getent passwd "${SUDO_USER:-root}" | cut -d: -f6)
        wanted=$(cat "$admin_home/.ssh/authorized_keys" 2>/dev/null || true)
    fi
    if [ -z "$wanted" ]; then
        skipped "who may log in as $deploy_user: no --key given, and no keys to take over"
    elif [ -f "$file" ] && [ -z "$(printf '%s\n' "$wanted" | grep -vxF -f "$file" || true)" ]; then
        ok "who may log in as $deploy_user"
    elif must "who may log in as $deploy_user"; then
        install -d -m 700 -o "$deploy_user" -g "$(id --group --name "$deploy_user")" "$home/.ssh"
        touch "$file"
        printf '%s\n' "$wanted" | { grep -vxF -f "$file" || true; } >"$file.new"
        cat "$file.new" >>"$file"
        rm "$file.new"
        chown "$deploy_user:" "$file"
        chmod 600 "$file"
    fi
}

# one_folder PATH MODE
one_folder() {
    if [ "$(stat --format '%a %U' "$1" 2>/dev/null)" = "$2 $deploy_user" ]; then
        ok "folder $1"
    elif must "folder $1"; then
        install -d -m "$2" -o "$deploy_user" -g "$(id --group --name "$deploy_user")" "$1"
    fi
}

# No other user of the host comes past the first folder. Containers see single folders from inside, as users
# of their own: what they are given must be open to them.
folders() {
    one_folder "$folder" 750
    for name in base releases upstream certificates; do one_folder "$folder/$name" 755; done
    for name in secrets backups; do one_folder "$folder/$name" 700; done
}

# timer NAME PROGRAM DESCRIPTION: a service that runs a program of the deployed files, with the lines of its
# own on the standard input, and the timer that starts it. WHEN holds the lines of the timer.
# Before the first deployment the program is not there: then the timer runs, and the service does nothing.
timer() {
    name=bookingopt-$1
    put "/etc/systemd/system/$name.service" "$name.service" <<UNIT && systemctl daemon-reload
[Unit]
Description=$3
Wants=docker.service network-online.target
After=docker.service network-online.target
ConditionPathExists=/opt/bookingopt/infra/${2%% *}

[Service]
Type=oneshot
ExecStart=/opt/bookingopt/infra/$2
NoNewPrivileges=yes
ProtectSystem=full
PrivateTmp=yes
$(cat)
UNIT
    put "/etc/systemd/system/$name.timer" "$name.timer" <<UNIT && systemctl daemon-reload
[Unit]
Description=$3: when

[Timer]
$WHEN

[Install]
WantedBy=timers.target
UNIT
    if [ "$(systemctl is-enabled "$name.timer" 2>/dev/null)" = enabled ]; then
        ok "$name.timer runs"
    elif must "$name.timer runs"; then
        systemctl enable --quiet --now "$name.timer"
    fi
}

timers() {
    if [ "$(readlink /opt/bookingopt)" = "$folder/base" ]; then
        ok "/opt/bookingopt is $folder/base"
    elif must "/opt/bookingopt is $folder/base"; then
        ln --symbolic --force --no-dereference "$folder/base" /opt/bookingopt
    fi
    [ -d /var/lib/bookingopt/metrics ] || ! must "folder /var/lib/bookingopt/metrics" ||
        install -d -m 755 /var/lib/bookingopt /var/lib/bookingopt/metrics
    # Theirs to edit, once it is there.
    [ -f /etc/bookingopt/backup.env ] ||
        put /etc/bookingopt/backup.env "settings of the backup" <<ENV || true
BACKUP_DIR=$folder/backups
BACKUP_METRICS_FILE=/var/lib/bookingopt/metrics/backup.prom
# Where a copy of the repository goes is said by backup_copy of the stage; what its store asks for stands here,
# such as AWS_ACCESS_KEY_ID=...
ENV
    if [ "$(stat --format %a /etc/bookingopt/backup.env 2>/dev/null)" = 600 ]; then
        ok "settings of the backup are for root alone"
    elif must "settings of the backup are for root alone"; then
        chmod 600 /etc/bookingopt/backup.env
    fi
    if ! has_systemd; then
        skipped "timers for backup, status and certificate: no systemd here"
        return
    fi
    WHEN='OnCalendar=*-*-* 03,15:00:00 UTC
RandomizedDelaySec=1h
Persistent=true'
    timer certificate host/certificate.sh "Renew the certificate of BookingOpt when it is due" <<'UNIT'
TimeoutStartSec=10min
ProtectHome=yes
UNIT
    WHEN='OnBootSec=5min
OnActiveSec=5min
OnUnitActiveSec=5min'
    timer status "host/status.py --docker --state \${STATE_DIRECTORY}/last.json --metrics-file /var/lib/bookingopt/metrics/host.prom \$STATUS_ARGUMENTS" "Look after BookingOpt" <<'UNIT'
EnvironmentFile=-/etc/bookingopt/status.env
# 1 means that a figure is bad, which the printed table says.
SuccessExitStatus=1
StateDirectory=bookingopt-status
TimeoutStartSec=2min
ProtectHome=yes
UNIT
    # Hourly, and the script decides: so the first backup is made within the hour after the first deployment,
    # and one that failed, or a host that was off, is made up for within the hour.
    WHEN='OnCalendar=hourly
OnActiveSec=2min'
    timer backup "backup/backup.sh daily" "Back up the jobs of BookingOpt" <<'UNIT'
ExecCondition=/opt/bookingopt/infra/backup/backup.sh due
EnvironmentFile=-/etc/bookingopt/backup.env
TimeoutStartSec=1h
Nice=10
IOSchedulingClass=idle
UNIT
}

# Passwords are guessed all day; keys are not. A host that is gone is noticed within half a minute, so that a
# deployment whose connection broke is cleaned up behind.
ssh_settings() {
    if ! command -v sshd >/dev/null; then
        skipped "ssh by key alone: no sshd here"
        return
    fi
    home=$(getent passwd "$deploy_user" | cut -d: -f6)
    if [ -z "$home" ] || [ ! -s "$home/.ssh/authorized_keys" ]; then
        skipped "ssh by key alone: $deploy_user has no key, and a password may be the only way in"
        return
    fi
    file=/etc/ssh/sshd_config.d/10-bookingopt.conf
    if put $file "ssh by key alone" <<'CONF'; then
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
X11Forwarding no
LoginGraceTime 30
ClientAliveInterval 10
ClientAliveCountMax 2
CONF
        sshd -t || {
            rm $file
            die "sshd does not take $file, so it was removed"
        }
        if has_systemd; then systemctl reload ssh; else service ssh reload >/dev/null; fi
    fi
}

# A large hotel more than was foreseen is slow then, and nothing is killed.
swap() {
    if in_container; then
        skipped "swap: a container has that of its machine"
    elif [ "$(wc -l </proc/swaps)" -gt 1 ]; then
        ok "swap"
    elif [ "$(df --output=avail -k / | tail -n 1)" -lt 8388608 ]; then
        skipped "swap: less than 8 GB of the disk are free"
    elif must "swap of 2 GB in /swapfile"; then
        fallocate --length 2G /swapfile
        chmod 600 /swapfile
        mkswap /swapfile >/dev/null
        swapon /swapfile
        grep -q '^/swapfile ' /etc/fstab || echo '/swapfile none swap sw 0 0' >>/etc/fstab
    fi
}

ssh_ports() {
    ports=$(sshd -T 2>/dev/null | sed -n 's/^port //p' | sort -un | paste -sd, -)
    echo "${ports:-22}"
}

# Who may reach Redis over TLS: said now, or before.
worker_addresses() {
    file=/etc/bookingopt/workers
    case $workers in
    '') workers=$(cat $file 2>/dev/null | paste -sd ' ' -) && return ;;
    none) workers= ;;
    *[!0-9.\ ]*) die "--workers takes IPv4 addresses, with a space between: $workers" ;;
    esac
    put $file "worker hosts: ${workers:-none}" <<LIST || true
$(printf '%s' "$workers" | tr ' ' '\n')
LIST
}

# A table of our own: Docker's chains stay Docker's, and a packet must pass both. What is published by
# a container never reaches the input chain, so the same rule stands in the forward chain, by the port
# that the sender asked for.
firewall() {
    ssh=$(ssh_ports)
    file=/etc/nftables.d/bookingopt.nft
    new=no
    for_workers=
    [ -z "$workers" ] || for_workers="
        ip saddr { $(echo "$workers" | sed 's/ /, /g') } ct status dnat tcp dport 6380 ct original proto-dst 6380 accept"
    put $file "firewall: ports $ssh, 80, 443${workers:+, and 6380 for $workers}" <<NFT && new=yes
table inet bookingopt
delete table inet bookingopt
table inet bookingopt {
    chain input {
        type filter hook input priority filter - 10; policy drop;
        ct state established,related accept
        ct state invalid drop
        iifname "lo" accept
        iifname { "docker0", "br-*" } accept
        meta l4proto { icmp, ipv6-icmp } accept
        udp dport 546 ip6 daddr fe80::/10 accept
        tcp dport { $ssh, 80, 443 } accept
    }
    chain forward {
        type filter hook forward priority filter - 10; policy drop;
        ct state established,related accept
        iifname { "docker0", "br-*" } accept
        ct status dnat tcp dport 1-65535 ct original proto-dst { 80, 443 } accept$for_workers
    }
}
NFT
    if [ $check = no ] && { [ $new = yes ] || ! nft list table inet bookingopt >/dev/null 2>&1; }; then
        [ $new = yes ] || must "firewall in force"
        nft --file $file
    fi
    conf=/etc/nftables.conf
    if [ -f $conf ] && [ ! -e $conf.before-bookingopt ] && ! grep -q nftables.d $conf; then
        ! must "rules of before are kept in $conf.before-bookingopt" || cp -p $conf $conf.before-bookingopt
    fi
    # The usual first line, flush ruleset, would take Docker's rules away.
    printf '#!/usr/sbin/nft -f\ninclude "/etc/nftables.d/*.nft"\n' | put $conf "firewall on boot" || true
    if ! has_systemd; then
        skipped "firewall starts on boot: no systemd here"
        return
    fi
    printf '[Service]\nExecStop=\nExecStop=/usr/sbin/nft delete table inet bookingopt\n' |
        put /etc/systemd/system/nftables.service.d/keep-docker.conf "stopping the firewall keeps Docker's rules" &&
        systemctl daemon-reload
    if [ "$(systemctl is-enabled nftables 2>/dev/null)" = enabled ]; then
        ok "firewall starts on boot"
    elif must "firewall starts on boot"; then
        systemctl enable --quiet nftables
    fi
}

while [ $# -gt 0 ]; do
    case $1 in
    --deploy-user | --folder | --key | --workers) [ $# -ge 2 ] || die "$1 needs a value" ;;
    esac
    case $1 in
    --deploy-user) deploy_user=$2 && shift ;;
    --folder) folder=$2 && shift ;;
    --key) key=$2 && shift ;;
    --workers) workers=$2 && shift ;;
    --check) check=yes ;;
    *) die "unknown argument $1" ;;
    esac
    shift
done
[ "$(id -u)" = 0 ] || die "only root can prepare a machine: log in as root, or as a user who may use sudo"
version=$(debian_version)
[ "$version" -ge 12 ] || die "Debian $version gets no more security fixes; 12 or 13 is needed"

install_packages ca-certificates nftables python3 restic unattended-upgrades
engine "$version"
engine_settings
engine_runs
journal
memory_for_snapshots
upgrades
deploy_user_is_there
ssh_settings
swap
folders
timers
worker_addresses
firewall

if [ $changes = 0 ]; then
    echo "bootstrap: nothing to change"
elif [ $check = yes ]; then
    echo "bootstrap: $changes changes are due"
    exit 1
else
    echo "bootstrap: $changes changes made"
fi
