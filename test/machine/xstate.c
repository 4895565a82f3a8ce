/*
 * Lets user-mode Linux run on processors whose register state is larger than it knows (AMX: Intel from Sapphire Rapids on). Its kernel
 * of 6.1 sets the first 2696 bytes of a traced process's state; the host takes the whole or nothing (EFAULT), and the first program of
 * the machine dies. This is loaded before the C library (LD_PRELOAD): it reads the whole, replaces its beginning, writes the whole.
 * Holds nothing, changes no other call. Compiled and used by boot.ts where the processor asks for it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PEEK_TEXT = 1, PEEK_USER = 3, GET_REGISTERS = 0x4204, SET_REGISTERS = 0x4205, EXTENDED_STATE = 0x202 };

/* More than any processor has: 11008 bytes with AMX. */
static char whole[1 << 16];

static long set_beginning(long pid, struct iovec *beginning)
{
	struct iovec all = { whole, sizeof whole };

	if (syscall(SYS_ptrace, GET_REGISTERS, pid, EXTENDED_STATE, &all) < 0)
		return -1;
	if (beginning->iov_len < all.iov_len) {
		memcpy(whole, beginning->iov_base, beginning->iov_len);
		beginning = &all;
	}
	return syscall(SYS_ptrace, SET_REGISTERS, pid, EXTENDED_STATE, beginning);
}

long ptrace(int request, ...)
{
	va_list arguments;
	long pid, value;
	void *address, *data;

	va_start(arguments, request);
	pid = va_arg(arguments, long);
	address = va_arg(arguments, void *);
	data = va_arg(arguments, void *);
	va_end(arguments);

	if (request == SET_REGISTERS && (long)address == EXTENDED_STATE)
		return set_beginning(pid, data);
	/* As the C library has it: the word itself is the answer. */
	if (request >= PEEK_TEXT && request <= PEEK_USER) {
		if (syscall(SYS_ptrace, request, pid, address, &value) < 0)
			return -1;
		errno = 0;
		return value;
	}
	return syscall(SYS_ptrace, request, pid, address, data);
}
