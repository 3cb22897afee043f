print("pvpipe")
