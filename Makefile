# Names for the steps of .ci/run, which says what they do. `make test` needs Go alone; the steps of CI install what they need.
.PHONY: test lint race fuzz benchmarks logs python ci

test:
	go test ./...

lint race fuzz benchmarks logs python:
	.ci/run $@

ci:
	.ci/run
