#!/bin/sh
# SPDX-License-Identifier: MIT
# Real processes and threads under memcheck.
. "$(dirname "$0")/memcheck.sh"

for name in balance array raw-counter-locked getlock-counter queue-fifo \
		value-array pool-map release-not-held global-not-shared; do
	memcheck 0 scenario $name --native --runs 2 --timeout 60
done
for name in balance queue-fifo pool-map threads-square-cube; do
	memcheck 0 scenario $name --threads --runs 2
done
# The hanging run's processes are killed and leave nothing to report.
memcheck 0 scenario missing-release --native --runs 1 --timeout 2
memcheck 77 scenario missing-release --threads --runs 1
finish
