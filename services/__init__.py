"""The services: each stands alone and meets the others only on Kafka."""
