/* SPDX-License-Identifier: MIT */
/*
 * pool.c - example: workers of a pool find primes.
 *
 * Three ways to give them work: a map that waits, a job that is asked for
 * later, and an input that is read as the results are used.  A task that
 * kills its worker is run again.
 *
 *	cc pool.c $(pkg-config --cflags --libs mpp) && ./a.out
 */
#include <mpp/pool.h>
#include <stdio.h>
#include <stdlib.h>

static int is_prime(const void *item, void *result)
{
	int n = *(const int *)item;
	int *prime = result;

	*prime = n > 1;
	for (int d = 2; d * d <= n && *prime; d++)
		*prime = n % d != 0;
	return 0;
}

/* Ends the program when a call failed. */
static void must(int err)
{
	if (err < 0) {
		fprintf(stderr, "pool: %s\n", mpp_strerror(err));
		exit(1);
	}
}

/* 1, 2, 3, ... without end. */
static int next_number(void *context, void *item)
{
	int *last = context;

	*(int *)item = ++*last;
	return 1;
}

int main(void)
{
	struct mpp_pool_options options = { .retries = 2 };
	struct mpp_pool *pool;
	struct mpp_result *later;
	struct mpp_iterator *primes;
	int items[1000], prime[1000], big = 1000003, found = 0, last = 0;

	must(mpp_pool_new_with(&pool, &options));
	must(mpp_pool_apply_async(pool, &later, is_prime, &big, sizeof(big),
				  sizeof(int)));

	for (int i = 0; i < 1000; i++)
		items[i] = i;
	must(mpp_pool_map(pool, is_prime, items, sizeof(int), 1000, prime,
			  sizeof(int), 0));
	for (int i = 0; i < 1000; i++)
		found += prime[i];
	printf("%d primes below 1000\n", found);

	must(mpp_result_get(later, &found, MPP_FOREVER));
	printf("%d is %s\n", big, found ? "prime" : "not prime");
	mpp_result_free(later);

	must(mpp_pool_imap_from(pool, &primes, is_prime, next_number, &last,
				sizeof(int), sizeof(int), 8, true));
	found = 0;
	for (int n = 1; found < 10; n++) {
		int yes;

		must(mpp_iterator_next(primes, &yes, MPP_FOREVER));
		if (yes)
			printf("%s%d", found++ ? " " : "the first ten: ", n);
	}
	printf("\n");
	mpp_iterator_free(primes);

	must(mpp_pool_close(pool));
	must(mpp_pool_join(pool));
	mpp_pool_free(pool);
	return 0;
}
