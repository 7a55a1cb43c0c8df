"""Tasks on the certificate of a stage."""

from pathlib import Path

from invoke.context import Context
from invoke.tasks import task

from tooling.deploy.site import Site
from tooling.deploy.stage import load_stage
from tooling.shell import DRY_RUN_HELP

_STAGE_HELP = "name of the stage, such as production"


@task(
    help={
        "stage": _STAGE_HELP,
        "force": "also if the present one is still valid",
        "dry_run": DRY_RUN_HELP,
    }
)
def issue(context: Context, stage: str, force: bool = False, dry_run: bool = False) -> None:
    """Get the certificate of a stage from its authority, or renew it when it is due."""
    del context
    site = Site(load_stage(stage), dry_run=dry_run)
    if site.stage.tls != "letsencrypt":
        raise SystemExit(
            f'{stage} has tls = "{site.stage.tls}": its certificate does not come from an authority'
        )
    with site.lock("certificate"):
        site.host.write(site.path("stage.env"), site.settings())
        site.certify(is_forced=force)


@task(
    help={
        "stage": _STAGE_HELP,
        "chain": "file with the certificate and its chain, PEM",
        "key": "file with its private key, PEM, without a passphrase",
        "dry_run": DRY_RUN_HELP,
    }
)
def install(context: Context, stage: str, chain: str, key: str, dry_run: bool = False) -> None:
    """Install a given certificate: check it on the host first, then switch without dropping a connection."""
    del context
    site = Site(load_stage(stage), dry_run=dry_run)
    if site.stage.tls != "given":
        raise SystemExit(
            f'{stage} has tls = "{site.stage.tls}": write tls = "given" into its stage file first'
        )
    given = {"fullchain": _read("chain", chain), "privkey": _read("key", key)}
    folder = site.path("certificates")
    with site.lock("certificate"):
        for name, text in given.items():
            site.host.write(f"{folder}/{name}.new", text)
        # nginx can only test files under their final names, which comes later.
        site.host.run(f"cd {folder} && {_CHECK.format(domain=site.stage.domain)}")
        site.host.run(f"cd {folder} && {_TAKE_UP}")


def _read(flag: str, file: str) -> str:
    try:
        text = Path(file).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise SystemExit(f"--{flag} {file}: cannot be read as PEM ({error}); nothing was done") from None
    if "-----BEGIN " not in text:
        raise SystemExit(f"--{flag} {file}: is not PEM, which begins with -----BEGIN; nothing was done")
    return text


_CHECK = """{{
    openssl x509 -noout -checkend 0 -in fullchain.new &&
    openssl x509 -noout -checkhost {domain} -in fullchain.new | grep -q 'does match' &&
    [ "$(openssl x509 -noout -pubkey -in fullchain.new)" = "$(openssl pkey -pubout -in privkey.new)" ] &&
    chmod 644 privkey.new
}} || {{
    rm -f privkey.new fullchain.new
    echo 'refused: expired, for another name, or with another key; nothing was changed' >&2
    exit 1
}}"""
_TAKE_UP = """{
    for name in privkey fullchain; do cp -p $name.pem $name.old 2>/dev/null; mv $name.new $name.pem; done
    id=$(docker ps --quiet --filter label=com.docker.compose.project=bookingopt \\
        --filter label=com.docker.compose.service=nginx)
    if [ -z "$id" ] || { docker exec $id nginx -t -q && docker exec $id nginx -s reload -q; }; then
        rm -f privkey.old fullchain.old
    else
        for name in privkey fullchain; do [ ! -f $name.old ] || mv $name.old $name.pem; done
        echo 'refused: nginx does not accept it; nothing was changed' >&2
        exit 1
    fi
}"""
