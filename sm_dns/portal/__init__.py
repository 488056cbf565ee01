"""The block page and the notice portal: what officers are told in a browser, by a process of its own."""
