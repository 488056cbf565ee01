"""What is asked: the questions, what Enter means at each, what an answer must be; on a terminal and in a file."""
