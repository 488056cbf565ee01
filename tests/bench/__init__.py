"""sm-dns beside other resolvers: CPU, throughput, latency and memory on the same cores in one run (`make bench`)."""
