"""What staff type, checked for shape; whether it may be done is the service's to say."""
