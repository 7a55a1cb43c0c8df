"""What the tasks on backups are made of; the backups of Redis themselves are made by infra/backup/."""
