package enum IOModule {}
