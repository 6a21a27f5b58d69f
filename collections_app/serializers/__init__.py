"""What the API says and takes, in codes and fen; no words, so that the language of the reader changes nothing."""
