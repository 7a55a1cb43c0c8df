"""Building blocks of the backup tasks; backups of Redis itself are made by infra/backup/."""
