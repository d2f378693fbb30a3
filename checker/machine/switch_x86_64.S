/* SPDX-License-Identifier: MIT */
/*
 * switch_x86_64.S - the switch of switch.h for x86-64, System V ABI.
 *
 * A saved context is a stack pointer to: FP control words, r15, r14, r13, r12,
 * rbx, rbp, return address.  No signal mask, no system call.
 *
 * The file carries no SHSTK property on purpose: it changes stacks without
 * saving the shadow stack pointer, so a program that links it must not claim
 * shadow-stack support.  Unwinding ends at these functions for tasks.
 */
	.local	fp_control
	.comm	fp_control, 8, 8

	.text

	.macro SAVE
	push	%rbp
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	$0
	stmxcsr	(%rsp)
	fnstcw	4(%rsp)
	.endm

	/* FP control is loaded only when it differs: loading is slow. */
	.macro RESTORE
	stmxcsr	fp_control(%rip)
	fnstcw	4+fp_control(%rip)
	mov	fp_control(%rip), %ecx
	movzwl	4+fp_control(%rip), %edi
	xor	(%rsp), %ecx		/* each with its store's width: wider */
	xor	4(%rsp), %di		/* loads would wait for the stores */
	or	%edi, %ecx
	je	1f
	ldmxcsr	(%rsp)
	fldcw	4(%rsp)
1:	add	$8, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	pop	%rbp
	.endm

	/*
	 * What a call may leave in registers is the scheduler's; a task that
	 * stores it somewhere without meaning to would have memory that depends
	 * on it.  That matters where states are compared.
	 */
	.macro FORGET
	cmpb	$0, mpck_switch_clean(%rip)
	je	3f
	xor	%ecx, %ecx
	xor	%edx, %edx
	xor	%esi, %esi
	xor	%edi, %edi
	xor	%r8d, %r8d
	xor	%r9d, %r9d
	xor	%r10d, %r10d
	xor	%r11d, %r11d
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	pxor	%xmm\n, %xmm\n
	.endr
3:
	.endm

	/*
	 * Below the explorer's frames.  valgrind takes what handlers left
	 * there for gone, so it is told that this is stack: its client request
	 * (rotations by 128 bits in all, then xchg), with the words that
	 * switch_asm.c prepared.  Keeps all registers but rax and r11.
	 */
	.macro ENTER_SCHEDULER
	cmpb	$0, mpck_on_valgrind(%rip)
	je	2f
	mov	%rdx, %r11
	lea	mpck_valgrind_request(%rip), %rax
	xor	%edx, %edx
	rolq	$3, %rdi
	rolq	$13, %rdi
	rolq	$61, %rdi
	rolq	$51, %rdi
	xchgq	%rbx, %rbx
	mov	%r11, %rdx
2:	mov	mpck_scheduler_sp(%rip), %rsp
	.endm

	/* int mpck_hook_before(const struct mpp_op *op) */
	.globl	mpck_hook_before
	.hidden	mpck_hook_before
	.type	mpck_hook_before, @function
	.p2align 4
mpck_hook_before:
	.cfi_startproc
	endbr64
	SAVE
	mov	%rsp, %rsi
	ENTER_SCHEDULER
	call	mpck_on_before
	mov	%rax, %rsp
	mov	%rdx, %rax
	RESTORE
	FORGET
	ret
	.cfi_endproc
	.size	mpck_hook_before, .-mpck_hook_before

	/* void mpck_hook_exit(int status): never comes back */
	.globl	mpck_hook_exit
	.hidden	mpck_hook_exit
	.type	mpck_hook_exit, @function
	.p2align 4
mpck_hook_exit:
	.cfi_startproc
	.cfi_undefined rip
	endbr64
	SAVE
	mov	%rsp, %rsi
	ENTER_SCHEDULER
	call	mpck_on_exit
	mov	%rax, %rsp
	mov	%rdx, %rax
	RESTORE
	FORGET
	ret
	.cfi_endproc
	.size	mpck_hook_exit, .-mpck_hook_exit

	/* A task was interrupted for good; rsp is the scheduler's. */
	.globl	mpck_abort_landing
	.hidden	mpck_abort_landing
	.type	mpck_abort_landing, @function
	.p2align 4
mpck_abort_landing:
	.cfi_startproc
	.cfi_undefined rip
	endbr64
	ENTER_SCHEDULER
	call	mpck_on_abort
	mov	%rax, %rsp
	mov	%rdx, %rax
	RESTORE
	FORGET
	ret
	.cfi_endproc
	.size	mpck_abort_landing, .-mpck_abort_landing

	/* void mpck_switch_run(struct mpck_resume first: rdi sp, rsi result) */
	.globl	mpck_switch_run
	.hidden	mpck_switch_run
	.type	mpck_switch_run, @function
	.p2align 4
mpck_switch_run:
	.cfi_startproc
	endbr64
	SAVE
	mov	%rsp, mpck_explorer_sp(%rip)
	mov	%rsp, %rax
	sub	$256, %rax
	and	$-64, %rax
	mov	%rax, mpck_scheduler_sp(%rip)
	sub	$(1 << 17), %rax
	mov	%rax, mpck_valgrind_request+8(%rip)
	mov	%rdi, %rsp
	mov	%rsi, %rax
	RESTORE
	FORGET
	ret
	.cfi_endproc
	.size	mpck_switch_run, .-mpck_switch_run

	/* First frame of a task: rbx = fn, r12 = arg. */
	.globl	mpck_task_entry
	.hidden	mpck_task_entry
	.type	mpck_task_entry, @function
	.p2align 4
mpck_task_entry:
	.cfi_startproc
	.cfi_undefined rip
	endbr64
	mov	%r12, %rdi
	call	*%rbx
	mov	%eax, %edi
	call	mpck_hook_exit
	ud2
	.cfi_endproc
	.size	mpck_task_entry, .-mpck_task_entry

	/* uint64_t mpck_on_scheduler(fn, a, b, c, d, e) */
	.globl	mpck_on_scheduler
	.hidden	mpck_on_scheduler
	.type	mpck_on_scheduler, @function
	.p2align 4
mpck_on_scheduler:
	.cfi_startproc
	endbr64
	push	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	mov	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	mov	%rsp, mpck_task_sp(%rip)
	ENTER_SCHEDULER
	mov	%rdi, %rax
	mov	%rsi, %rdi
	mov	%rdx, %rsi
	mov	%rcx, %rdx
	mov	%r8, %rcx
	mov	%r9, %r8
	call	*%rax
	mov	%rbp, %rsp
	pop	%rbp
	.cfi_def_cfa %rsp, 8
	FORGET
	ret
	.cfi_endproc
	.size	mpck_on_scheduler, .-mpck_on_scheduler

	/*
	 * Thunks for imports outside the machine's control: each tells its
	 * number, then jumps to the real function with all arguments intact.
	 */
	.globl	mpck_thunks
	.hidden	mpck_thunks
	.type	mpck_thunks, @function
	.p2align 4
mpck_thunks:
	.set	number, 0
	.rept	256
	.p2align 4
	endbr64
	push	$number
	jmp	mpck_thunk_common
	.set	number, number + 1
	.endr
	.size	mpck_thunks, .-mpck_thunks

	.type	mpck_thunk_common, @function
mpck_thunk_common:
	push	%rax
	push	%rdi
	push	%rsi
	push	%rdx
	push	%rcx
	push	%r8
	push	%r9
	push	%r10
	sub	$136, %rsp
	movups	%xmm0, (%rsp)
	movups	%xmm1, 16(%rsp)
	movups	%xmm2, 32(%rsp)
	movups	%xmm3, 48(%rsp)
	movups	%xmm4, 64(%rsp)
	movups	%xmm5, 80(%rsp)
	movups	%xmm6, 96(%rsp)
	movups	%xmm7, 112(%rsp)
	mov	200(%rsp), %rdi
	mov	%rsp, %r11
	and	$-16, %rsp
	push	%r11
	sub	$8, %rsp
	call	mpck_thunk_called
	add	$8, %rsp
	pop	%rsp
	mov	%rax, %r11
	movups	(%rsp), %xmm0
	movups	16(%rsp), %xmm1
	movups	32(%rsp), %xmm2
	movups	48(%rsp), %xmm3
	movups	64(%rsp), %xmm4
	movups	80(%rsp), %xmm5
	movups	96(%rsp), %xmm6
	movups	112(%rsp), %xmm7
	add	$136, %rsp
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rcx
	pop	%rdx
	pop	%rsi
	pop	%rdi
	pop	%rax
	add	$8, %rsp
	jmp	*%r11
	.size	mpck_thunk_common, .-mpck_thunk_common

	.section .note.GNU-stack,"",@progbits
