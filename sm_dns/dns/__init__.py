"""Wire bytes to terms and back: names, codes, the strict scanner, the answer walk, and the codec."""
