package enum MediaModule {}
