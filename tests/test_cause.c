/* SPDX-License-Identifier: MIT */
/*
 * test_cause.c - what is said to decide does: in words, with places, and when
 * it is executed the other way round.
 *
 * EXPLAIN_TABLE=1 prints what became of each wrong scenario, as a table.
 */
#include "explaining.h"

/* Wrong scenarios, small enough to be proved at once; their sentences are below.
 * never: nothing that was tried passes, and that is right. */
static const struct wrong {
	const char *name, *set[2];
	bool never;
} wrong[] = {
	{ "/balance-unlocked", { "n=2" }, false },
	{ "/array-unlocked", { "n=2" }, false },
	{ "/raw-counter", { "p=2", "k=3" }, false },
	{ "/missing-release", { NULL }, true },
	{ "/getlock-counter-unlocked", { "p=3" }, false },
	{ "/bank-unlocked", { "k=5" }, false },
	{ "/overflow-unlocked", { NULL }, false },
	{ "/lock-never-released", { NULL }, true },
	{ "/lock-twice", { NULL }, true },
	{ "/lock-each-own", { NULL }, false },
	{ "/lock-order", { NULL }, false },
	{ "/lock-split", { NULL }, false },
	{ "/lock-forgotten", { NULL }, false },
	{ "/value-increment", { NULL }, false },
	{ "/release-not-held", { NULL }, true },
	{ "/join-forgotten", { NULL }, false },
	{ "/handover-split", { NULL }, false },
	{ "/compare-increment-once", { NULL }, false },
	{ "/half-moved", { NULL }, false },
	{ "/bounded-queue-early-look", { NULL }, false },
	{ "/philosophers-deadlock", { NULL }, false },
	{ "/readers-writers-miscount", { NULL }, false },
	{ "/reorder-swapped", { NULL }, false },
	{ "/twostage-gap", { NULL }, false },
	{ "/wronglock", { NULL }, false },
	{ "/account-split", { NULL }, false },
	{ "/lazy-early", { NULL }, false },
	{ "/stack-early-look", { NULL }, false },
	{ "/token-ring-unordered", { NULL }, false },
	{ "/indexer-unlocked", { NULL }, false },
	{ "/last-zero-gone", { NULL }, false },
	{ "/peterson-turn-first", { NULL }, false },
	{ "/dekker-look-first", { NULL }, false },
	{ "/bakery-no-choosing", { NULL }, false },
	{ "/szymanski-no-door", { NULL }, false },
	{ "/work-stealing-no-exchange", { NULL }, false },
	{ "/spsc-ring-index-first", { NULL }, false },
	{ "/mpmc-ring-index-first", { NULL }, false },
	{ "/treiber-stack-untagged", { NULL }, false },
	{ "/barrier-forgotten", { NULL }, false },
	{ "/barrier-too-many", { NULL }, true },
	{ "/event-pulse", { NULL }, false },
	{ "/event-polled", { NULL }, false },
	{ "/once-flag", { NULL }, false },
	{ "/condition-lost", { NULL }, false },
	{ "/condition-buffer-shared", { NULL }, false },
	{ "/segment-torn", { NULL }, false },
	{ "/semaphore-released-twice", { NULL }, false },
	{ "/bounded-semaphore-released-twice", { NULL }, true },
	{ "/rwlock-reading-writer", { NULL }, false },
	{ "/rwlock-circle", { NULL }, false },
	{ "/queue-undrained", { NULL }, true },
	{ "/queue-end-missing", { NULL }, true },
	{ "/simple-queue-polled", { NULL }, false },
	{ "/joinable-queue-early-done", { NULL }, false },
	{ "/pipe-write-end-kept", { NULL }, true },
	{ "/pool-imap-unordered", { NULL }, false },
	{ "/pool-worker-dies", { NULL }, true },
	{ "/fork-holding", { NULL }, true },
	{ "/child-crashes", { NULL }, true },
};
enum { WRONG = sizeof(wrong) / sizeof(wrong[0]) };

static struct explored explained(const char *name, const char *one,
				 const char *two)
{
	struct explored e;

	EXPLORE(&e, name, .strategy = "prove", .explain = true,
		.set = { one, two });
	ck_assert_msg(!e.err, "%s: %s", name, e.sentence);
	ck_assert_msg(e.result.nfindings > 0, "%s", name);
	return e;
}

/* "(a.c:21 in f)" becomes "(a.c:N in f)". */
static void without_lines(char *text)
{
	char *to = text;

	for (const char *at = text; *at;) {
		*to++ = *at++;
		if (to[-1] != ':' || *at < '0' || *at > '9')
			continue;
		at += strspn(at, "0123456789");
		*to++ = 'N';
	}
	*to = '\0';
}

static void says(const char *name, const char *one, const char *two,
		 const char *sentence)
{
	struct explored e = explained(name, one, two);
	const struct mpck_explanation *why = e.result.findings[0].why;

	ck_assert_msg(why && why->cause.sentence, "%s", name);
	without_lines(why->cause.sentence);
	ck_assert_str_eq(why->cause.sentence, sentence);
	done(&e);
}

START_TEST(a_lost_update_of_a_balance)
{
	says("/balance-unlocked", "n=2", NULL,
	     "fails exactly when Process-2 reads balance "
	     "(balance_unlocked.c:N in decrease_balance) after "
	     "Process-4 read it and before Process-4 writes it "
	     "(balance_unlocked.c:N)");
}
END_TEST

START_TEST(locks_taken_in_circular_order)
{
	says("/lock-order", NULL, NULL,
	     "Process-1 took lock#1 (lock_order.c:N in add_one) "
	     "and waits for lock#2 (lock_order.c:N), while "
	     "Process-2 took lock#2 and waits for lock#1");
}
END_TEST

START_TEST(a_lock_for_each_access)
{
	says("/lock-split", NULL, NULL,
	     "fails exactly when Process-2 reads raw value#1 "
	     "(lock_split.c:N in F) after Process-1 read it and "
	     "before Process-1 writes it (lock_split.c:N)");
}
END_TEST

START_TEST(an_increment_of_a_locked_value)
{
	says("/value-increment", NULL, NULL,
	     "fails exactly when Process-2 reads value#1 "
	     "(value_increment.c:N in task) after Process-1 read "
	     "it and before Process-1 writes it");
}
END_TEST

START_TEST(a_compare_exchange_that_finds_something_else)
{
	says("/compare-increment-once", NULL, NULL,
	     "fails exactly when Process-2 reads value#1 "
	     "(compare_increment_once.c:N in task) after Process-1 read it "
	     "and before Process-1 tries to update it "
	     "(compare_increment_once.c:N)");
}
END_TEST

START_TEST(two_writes_the_wrong_way_round)
{
	says("/reorder-swapped", NULL, NULL,
	     "fails exactly when Process-1 writes raw value#2 "
	     "(reorder_swapped.c:N in writer) before Process-3 "
	     "reads it (reorder_swapped.c:N in checker), and "
	     "Process-3 reads raw value#1 (reorder_swapped.c:N) "
	     "before Process-1 writes it (reorder_swapped.c:N)");
}
END_TEST

START_TEST(two_in_the_section_of_peterson)
{
	says("/peterson-turn-first", NULL, NULL,
	     "fails exactly when Process-1 reads atomic#2 "
	     "(peterson_turn_first.c:N in work) before Process-2 writes "
	     "it (peterson_turn_first.c:N), and Process-2 reads raw "
	     "value#1 (section.h:N) before Process-1 writes it");
}
END_TEST

/* Not that one sees the other want to go in: that it passes. */
START_TEST(two_in_the_section_of_szymanski)
{
	struct explored e = explained("/szymanski-no-door", NULL, NULL);
	const struct mpck_explanation *why = e.result.findings[0].why;

	ck_assert_uint_eq(why->cause.nsteps, 4);
	ck_assert_str_eq(why->trace.steps[why->cause.steps[1]].value, "3");
	done(&e);
}
END_TEST

/* What nothing protects says more than the atomic in front of it. */
START_TEST(an_item_that_is_read_before_it_is_written)
{
	says("/spsc-ring-index-first", NULL, NULL,
	     "fails when main reads raw array#1[0] "
	     "(spsc_ring_index_first.c:N in run) before Process-1 writes "
	     "it (spsc_ring_index_first.c:N in produce)");
}
END_TEST

/* Who looks twice, and what is there in between has changed. */
START_TEST(a_look_that_is_out_of_date)
{
	says("/stack-early-look", NULL, NULL,
	     "fails when Process-2 writes raw value#1 "
	     "(stack_early_look.c:N in worker) after Process-1 read it "
	     "(stack_early_look.c:N) and before Process-1 reads it again "
	     "(stack_early_look.c:N)");
}
END_TEST

/* Five orders have to be right together: it is told next to a schedule that has
 * them so. */
START_TEST(the_last_order_of_many)
{
	struct explored e = explained("/token-ring-unordered", NULL, NULL);
	const struct mpck_found *f = &e.result.findings[0];

	ck_assert_str_eq(f->why->trace.outcome, "token=1");
	ck_assert_str_eq(f->why->cause.flipped_outcome, "token=2");
	done(&e);
	says("/token-ring-unordered", NULL, NULL,
	     "fails exactly when Process-3 reads raw array#1[1] "
	     "(token_ring_unordered.c:N in pass_on) before Process-2 "
	     "writes it (token_ring_unordered.c:N)");
}
END_TEST

START_TEST(a_notification_that_nobody_hears)
{
	says("/condition-lost", NULL, NULL,
	     "fails when Process-3 notifies condition#1 "
	     "(condition_lost.c:N in notifier) before Process-1 "
	     "begins to wait for it (condition_lost.c:N in waiter)");
}
END_TEST

START_TEST(an_event_that_is_set_and_cleared)
{
	says("/event-pulse", NULL, NULL,
	     "fails exactly when Process-2 clears event#1 "
	     "(event_pulse.c:N in setter) before Process-1 begins "
	     "to wait for it (event_pulse.c:N in waiter)");
}
END_TEST

START_TEST(a_lock_that_is_never_released)
{
	says("/lock-never-released", NULL, NULL,
	     "Process-1 waits for lock#1 (lock_never_released.c:N "
	     "in add_one), which Process-3 took and had not "
	     "released when it ended; every interleaving ends in a "
	     "deadlock: no order of operations decides");
}
END_TEST

START_TEST(a_lock_taken_twice)
{
	says("/lock-twice", NULL, NULL,
	     "Process-1 waits for lock#1 (lock_twice.c:N in "
	     "with_lock), which it took before (lock_twice.c:N); "
	     "every interleaving ends in a deadlock: no order of "
	     "operations decides");
}
END_TEST

START_TEST(a_parent_that_does_not_join)
{
	says("/join-forgotten", NULL, NULL,
	     "fails when main reads value#1 (join_forgotten.c:N in "
	     "run) before Process-1 writes it (join_forgotten.c:N "
	     "in task)");
}
END_TEST

START_TEST(two_cells_read_between_two_writes)
{
	says("/segment-torn", NULL, NULL,
	     "fails exactly when Process-2 reads segment#1[0] "
	     "(segment_torn.c:N in reader) before Process-1 writes "
	     "it (segment_torn.c:N in writer), and Process-1 "
	     "writes segment#1[8] before Process-2 reads it");
}
END_TEST

/* Replayed, the flipped schedule shows nothing of the kind and is right. */
static void passes(struct explored *e, const struct mpck_found *f)
{
	const struct mpck_cause *c = &f->why->cause;
	struct explored again = { .module = e->module };

	ck_assert_ptr_nonnull(c->flipped_token);
	ck_assert_ptr_nonnull(c->flipped_outcome);
	EXPLORE_AGAIN(&again, .strategy = "replay", .executions = 1,
		      .token = c->flipped_token);
	ck_assert_msg(!again.err, "%s: %s", f->message, again.sentence);
	ck_assert_uint_eq(again.result.noutcomes, 1);
	ck_assert_str_eq(again.result.outcomes[0].text, c->flipped_outcome);
	ck_assert(again.result.outcomes[0].final);
	ck_assert_ptr_null(found(&again, f->kind));
	ck_assert_ptr_null(found(&again, MPCK_UNEXPECTED_VALUE));
	mpck_result_fini(&again.result);
	free(again.text);
}

/* And the finding's own token shows it, as the trace says. */
static void fails(struct explored *e, const struct mpck_found *f)
{
	struct explored again = { .module = e->module };

	EXPLORE_AGAIN(&again, .strategy = "replay", .executions = 1,
		      .token = f->token);
	ck_assert_msg(!again.err, "%s: %s", f->message, again.sentence);
	ck_assert_ptr_nonnull(found(&again, f->kind));
	ck_assert_str_eq(again.result.outcomes[0].text, f->why->trace.outcome);
	if (f->kind == MPCK_UNEXPECTED_VALUE)
		ck_assert_int_eq(strncmp(f->message, f->why->trace.outcome,
					 strlen(f->why->trace.outcome)), 0);
	mpck_result_fini(&again.result);
	free(again.text);
}

static void check_steps(const struct mpck_explanation *why)
{
	size_t decisive = 0;

	for (size_t i = 0; i < why->trace.nsteps; i++)
		decisive += why->trace.steps[i].decisive;
	ck_assert_uint_eq(decisive, why->cause.nsteps);
	for (size_t i = 0; i < why->cause.nsteps; i++) {
		ck_assert(why->trace.steps[why->cause.steps[i]].decisive);
		if (i)
			ck_assert_uint_lt(why->cause.steps[i - 1],
					  why->cause.steps[i]);
	}
}

static void print_row(const char *name, const struct mpck_found *f)
{
	const struct mpck_explanation *w = f->why;
	static const char *const kinds[] = {
#define FINDING(id, name, text) name,
#include <mpck/findings.def>
#undef FINDING
	};

	printf("| %s | %s | %" PRIu64 " -> %" PRIu64 " | %u -> %u | %" PRIu64
	       " | %.1f | %s | %s |\n", name + 1, kinds[f->kind],
	       w->operations_found, w->trace.operations, w->preemptions_found,
	       w->trace.preemptions, w->executions, w->seconds * 1e3,
	       w->cause.sentence, w->cause.verified ? "yes" : "no");
}

/* Explains each finding of a wrong scenario. */
static void check_wrong(const struct wrong *w)
{
	struct explored e = explained(w->name, w->set[0], w->set[1]);

	for (size_t i = 0; i < e.result.nfindings; i++) {
		const struct mpck_found *f = &e.result.findings[i];

		/* An overflow happens whatever comes first. */
		bool never = w->never || f->kind == MPCK_OVERFLOW;

		ck_assert_msg(f->why && f->why->cause.sentence, "%s", w->name);
		ck_assert_msg((f->why->cause.flipped_token != NULL) == !never,
			      "%s: %s", w->name, f->why->cause.sentence);
		fails(&e, f);
		if (!never)
			passes(&e, f);
		check_steps(f->why);
		if (getenv("EXPLAIN_TABLE"))
			print_row(w->name, f);
	}
	done(&e);
}

static void check_some(size_t remainder)
{
	for (size_t i = remainder; i < WRONG; i += 3)
		check_wrong(&wrong[i]);
}

START_TEST(every_cause_is_verified_or_there_is_none)
{
	check_some(0);
}
END_TEST

START_TEST(every_cause_of_the_second_third)
{
	check_some(1);
}
END_TEST

START_TEST(every_cause_of_the_last_third)
{
	check_some(2);
}
END_TEST

/*
 * Data races: both orders.
 */
static bool is_same(const struct mpck_step *a, const struct mpck_step *b)
{
	return a->task == b->task && a->op == b->op &&
	       a->frames[0].line == b->frames[0].line &&
	       !strcmp(a->frames[0].path, b->frames[0].path);
}

/* In the trace, the one step's operation comes directly before the other's. */
static bool are_next(const struct mpck_trace *t, const struct mpck_step *one,
		     const struct mpck_step *other)
{
	const struct mpck_step *last = NULL;

	for (size_t i = 0; i < t->nsteps; i++) {
		if (t->steps[i].kind != MPCK_STEP_OP)
			continue;
		if (last && is_same(last, one) && is_same(&t->steps[i], other))
			return true;
		last = &t->steps[i];
	}
	return false;
}

static void check_other_order(const struct explored *e,
			      const struct mpck_found *f)
{
	struct explored again = { .module = e->module };
	const struct mpck_cause *c = &f->why->cause;
	const struct mpck_step *steps = f->why->trace.steps;

	ck_assert_msg(c->verified, "%s", c->sentence);
	ck_assert_int_eq(c->evidence, MPCK_BOTH_ORDERS);
	ck_assert_uint_eq(c->nsteps, 2);
	/* The message speaks of the same two: who came second does so there. */
	ck_assert_ptr_eq(strstr(f->message, f->why->trace.lanes[
				steps[c->steps[1]].task].name), f->message);
	EXPLORE_AGAIN(&again, .strategy = "replay", .executions = 1,
		      .token = c->flipped_token, .record = true);
	ck_assert_msg(!again.err, "%s: %s", f->message, again.sentence);
	ck_assert_str_eq(again.result.outcomes[0].text, c->flipped_outcome);
	ck_assert_msg(are_next(again.result.trace, &steps[c->steps[1]],
			       &steps[c->steps[0]]), "%s", c->sentence);
	mpck_result_fini(&again.result);
	free(again.text);
}

static size_t check_races(const char *name, const char *one, const char *two)
{
	struct explored e;
	size_t races = 0;

	EXPLORE(&e, name, .strategy = "prove", .detect = true, .explain = true,
		.set = { one, two });
	ck_assert_msg(!e.err, "%s: %s", name, e.sentence);
	for (size_t i = 0; i < e.result.nfindings; i++) {
		if (e.result.findings[i].kind != MPCK_DATA_RACE)
			continue;
		check_other_order(&e, &e.result.findings[i]);
		races++;
	}
	done(&e);
	return races;
}

START_TEST(both_orders_of_a_race_were_executed)
{
	ck_assert_uint_eq(check_races("/raw-counter", "p=2", "k=3"), 2);
	ck_assert_uint_ge(check_races("/peterson-plain", "k=1", NULL), 3);
	/* Who is inside is the others' doing. */
	ck_assert_uint_eq(check_races("/readers-writers-miscount", NULL, NULL),
			  9);
	ck_assert_uint_ge(check_races("/wronglock", NULL, NULL), 3);
}
END_TEST

/* What is read only behind the flag has one order: the flag has both. */
START_TEST(an_order_that_does_not_exist_is_not_verified)
{
	struct explored e;
	unsigned with = 0, without = 0;

	EXPLORE(&e, "race_atomics-published_plain", .strategy = "random",
		.executions = 200, .seed = 1, .detect = true, .explain = true);
	ck_assert(!e.err);
	for (size_t i = 0; i < e.result.nfindings; i++) {
		const struct mpck_found *f = &e.result.findings[i];

		if (f->kind != MPCK_DATA_RACE)
			continue;
		if (f->why->cause.verified)
			check_other_order(&e, f);
		else
			ck_assert_ptr_null(f->why->cause.flipped_token);
		*(f->why->cause.verified ? &with : &without) += 1;
	}
	ck_assert_uint_eq(with, 1);
	ck_assert_uint_eq(without, 1);
	done(&e);
}
END_TEST

/* Places and steps. */
static void is_at(const struct explored *e, size_t step, const char *mark)
{
	const struct mpck_explanation *why = e->result.findings[0].why;
	const struct mpck_frame *f =
		why->trace.steps[why->cause.steps[step]].frames;
	char at[200];

	snprintf(at, sizeof(at), "%s:%u", f->file, f->line);
	ck_assert_str_eq(at, line_of("causes.c", mark));
}

START_TEST(a_lost_update_has_three_decisive_steps)
{
	struct explored e = explained("causes-lost", NULL, NULL);
	const struct mpck_explanation *why = e.result.findings[0].why;
	char text[800], read[200];

	snprintf(read, sizeof(read), "%s", line_of("causes.c", "read"));
	snprintf(text, sizeof(text), "fails exactly when Process-2 reads raw "
		 "value#1 (%s in add) after Process-1 read it and before "
		 "Process-1 writes it (%s)", read,
		 line_of("causes.c", "write"));
	ck_assert_str_eq(why->cause.sentence, text);
	ck_assert_str_eq(e.result.findings[0].message,
			 "x=1 where x=2 or a=1 is wanted");
	ck_assert_uint_eq(why->trace.preemptions, 1);
	ck_assert_uint_eq(why->cause.nsteps, 3);
	is_at(&e, 0, "read");
	is_at(&e, 1, "read");
	is_at(&e, 2, "write");
	ck_assert_str_eq(why->cause.flipped_outcome, "x=2");
	done(&e);
}
END_TEST

START_TEST(one_order_of_two_operations)
{
	struct explored e = explained("causes-early", NULL, NULL);

	ck_assert_uint_eq(e.result.findings[0].why->cause.nsteps, 2);
	is_at(&e, 0, "early read");
	is_at(&e, 1, "late write");
	done(&e);
}
END_TEST

START_TEST(two_orders_of_two_operations)
{
	struct explored e = explained("causes-half", NULL, NULL);

	ck_assert_uint_eq(e.result.findings[0].why->cause.nsteps, 4);
	done(&e);
}
END_TEST

START_TEST(a_circle_is_what_was_taken_and_what_is_waited_for)
{
	struct explored e = explained("causes-circle", NULL, NULL);
	const struct mpck_explanation *why = e.result.findings[0].why;

	ck_assert_uint_eq(why->trace.preemptions, 1);
	ck_assert_uint_eq(why->cause.nsteps, 4);
	ck_assert(why->cause.verified);
	for (size_t i = 0; i < 4; i++) {
		const struct mpck_step *s =
			&why->trace.steps[why->cause.steps[i]];

		is_at(&e, i, s->kind == MPCK_STEP_WAIT ? "waits" : "took");
	}
	done(&e);
}
END_TEST

START_TEST(nothing_decides_what_always_happens)
{
	struct explored e = explained("causes-always", NULL, NULL);
	const struct mpck_explanation *why = e.result.findings[0].why;

	ck_assert(why->cause.verified);
	ck_assert_int_eq(why->cause.evidence, MPCK_ALL_INTERLEAVINGS);
	ck_assert_ptr_null(why->cause.flipped_token);
	ck_assert_uint_eq(why->cause.nsteps, 0);
	ck_assert_str_eq(why->cause.sentence, "no interleaving ends right: no "
			 "order of operations decides");
	done(&e);
}
END_TEST

/* What a token replays is explained, and nothing else. */
START_TEST(a_replay_keeps_its_outcome)
{
	struct explored e;

	EXPLORE(&e, "/raw-counter", .set = { "p=2", "k=3" },
		.strategy = "random", .executions = 200, .seed = 3);
	ck_assert(!e.err);
	for (size_t i = 0; i < e.result.noutcomes; i++) {
		struct explored one = { .module = e.module };
		const struct mpck_outcome *o = &e.result.outcomes[i];

		EXPLORE_AGAIN(&one, .strategy = "replay", .executions = 1,
			      .token = o->token, .explain = true);
		ck_assert(!one.err);
		if (!o->right) {
			const struct mpck_found *f = &one.result.findings[0];

			ck_assert_str_eq(f->token, o->token);
			ck_assert_str_eq(f->why->trace.outcome, o->text);
		}
		mpck_result_fini(&one.result);
	}
	done(&e);
}
END_TEST

UNIT_MAIN(
	UNIT(a_lost_update_of_a_balance)
	UNIT(locks_taken_in_circular_order)
	UNIT(a_lock_for_each_access)
	UNIT(an_increment_of_a_locked_value)
	UNIT(a_compare_exchange_that_finds_something_else)
	UNIT(two_writes_the_wrong_way_round)
	UNIT(two_in_the_section_of_peterson)
	UNIT(two_in_the_section_of_szymanski)
	UNIT(an_item_that_is_read_before_it_is_written)
	UNIT(a_look_that_is_out_of_date)
	UNIT(the_last_order_of_many)
	UNIT(a_notification_that_nobody_hears)
	UNIT(an_event_that_is_set_and_cleared)
	UNIT(a_lock_that_is_never_released)
	UNIT(a_lock_taken_twice)
	UNIT(a_parent_that_does_not_join)
	UNIT(two_cells_read_between_two_writes)
	UNIT(every_cause_is_verified_or_there_is_none)
	UNIT(every_cause_of_the_second_third)
	UNIT(every_cause_of_the_last_third)
	UNIT(both_orders_of_a_race_were_executed)
	UNIT(an_order_that_does_not_exist_is_not_verified)
	UNIT(a_lost_update_has_three_decisive_steps)
	UNIT(one_order_of_two_operations)
	UNIT(two_orders_of_two_operations)
	UNIT(a_circle_is_what_was_taken_and_what_is_waited_for)
	UNIT(nothing_decides_what_always_happens)
	UNIT(a_replay_keeps_its_outcome)
)
