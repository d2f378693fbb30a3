/* SPDX-License-Identifier: MIT */
/*
 * race.c - the same race twice: two loops add 1 to one number, unsynchronised,
 * as two threads (-DTHREADS) or as two processes on shared memory
 * (-DPROCESSES).  scripts/race-table shows what tools say about it.
 */
#include <stdio.h>
#include <sys/mman.h>
#if defined(THREADS)
#include <pthread.h>
#elif defined(PROCESSES)
#include <sys/wait.h>
#include <unistd.h>
#else
#error "compile with -DTHREADS or -DPROCESSES"
#endif

enum { ROUNDS = 100000 };

static void *add(void *arg)
{
	volatile int *counter = arg;

	for (int i = 0; i < ROUNDS; i++)
		*counter = *counter + 1;
	return NULL;
}

int main(void)
{
	int *counter = mmap(NULL, sizeof(*counter), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (counter == MAP_FAILED)
		return 1;
#if defined(THREADS)
	pthread_t t[2];

	for (int i = 0; i < 2; i++)
		if (pthread_create(&t[i], NULL, add, counter))
			return 1;
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
#else
	for (int i = 0; i < 2; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return 1;
		if (pid == 0) {
			add(counter);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
#endif
	printf("%d of %d\n", *counter, 2 * ROUNDS);
	return 0;
}
