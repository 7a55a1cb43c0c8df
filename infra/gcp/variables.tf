variable "project" {
  description = "Id of the Google Cloud project."
  type        = string
}

variable "public_key" {
  description = "Public ssh key of the user who deploys."
  type        = string

  validation {
    condition     = can(regex("^(ssh-ed25519|ecdsa-sha2-|ssh-rsa|sk-)", var.public_key))
    error_message = "This is no public ssh key; it begins with ssh-ed25519 or the like."
  }
}

variable "name" {
  description = "Name of the machine and of what belongs to it."
  type        = string
  default     = "bookingopt"
}

variable "region" {
  description = "Region; the data must stay in the EU."
  type        = string
  default     = "europe-west1"

  validation {
    condition     = startswith(var.region, "europe-") && !contains(["europe-west2", "europe-west6"], var.region)
    error_message = "Take a region of the EU: London and Zurich are not in it."
  }
}

variable "zone" {
  description = "Zone in that region."
  type        = string
  default     = "europe-west1-b"
}

variable "machine_type" {
  description = "e2-small has 2 shared CPUs and 2 GB, enough for a city hotel; e2-medium has 4 GB."
  type        = string
  default     = "e2-small"
}

variable "disk_gb" {
  description = "Size of the disk, GB."
  type        = number
  default     = 20

  validation {
    condition     = var.disk_gb >= 20
    error_message = "Images of five releases and the backups need 20 GB."
  }
}

variable "ssh_sources" {
  description = "Networks that may use ssh; those of a VPN where a data centre asks for it."
  type        = list(string)
  default     = ["0.0.0.0/0"]
}
