output "address" {
  description = "Where the domain must lead."
  value       = google_compute_address.this.address
}

output "host" {
  description = "What the stage file names as its host."
  value       = "deploy@${google_compute_address.this.address}"
}
