"""The way of sm-dns into a network and out of it, one command a file."""
