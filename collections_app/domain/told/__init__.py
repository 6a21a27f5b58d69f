"""What customers were told of money, and whether it still agrees with what is true."""
