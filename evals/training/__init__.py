"""Training the reader: questions with hard passages, the network's training, its calibration."""
