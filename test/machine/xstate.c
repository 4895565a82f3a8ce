/*
 * Lets the kernel of the machine tests run on processors with wide registers. User-mode Linux 6.1 saves and restores a process's
 * registers with ptrace in a buffer of 832 bytes (x87, SSE, AVX); a host whose processor has more (AVX-512, protection keys, AMX)
 * takes only the whole of its own area back and answers EFAULT, and the machine dies with its first program. Preloaded into that
 * kernel, this hands the host the whole area: what the kernel knows, and behind it what was there when the same buffer was last
 * filled. A buffer that was never filled (a signal's frame) gets those registers as they are at a program's start.
 * Compiled and preloaded by boot.ts; does nothing where the areas are of one size.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#define NT_X86_XSTATE 0x202
/* Of the host's area; that of a processor with AMX has 11008 bytes. */
#define MOST_BYTES 16384
/* Threads at once in the machine are far fewer; two that meet in one place lose their wide registers, which no test holds. */
#define PLACES 1024
#define HEADER 512
/* The bits of x87, SSE and AVX in the area's header: what the kernel's own buffer has room for. */
#define NARROW 7ull

static struct {
  const void *buffer;
  unsigned char area[MOST_BYTES];
} places[PLACES];
static size_t host_bytes;

typedef long ptrace_call(int, pid_t, void *, void *);

static long get_area(ptrace_call *call, pid_t pid, struct iovec *mine) {
  unsigned place = ((uintptr_t)mine->iov_base >> 6) % PLACES;
  struct iovec whole = {places[place].area, MOST_BYTES};
  places[place].buffer = NULL;
  long outcome = call(PTRACE_GETREGSET, pid, (void *)NT_X86_XSTATE, &whole);
  if (outcome != 0) return outcome;
  host_bytes = whole.iov_len;
  places[place].buffer = mine->iov_base;
  if (mine->iov_len > whole.iov_len) mine->iov_len = whole.iov_len;
  memcpy(mine->iov_base, places[place].area, mine->iov_len);
  return 0;
}

static long set_area(ptrace_call *call, pid_t pid, struct iovec *mine) {
  static unsigned char area[MOST_BYTES];
  unsigned place = ((uintptr_t)mine->iov_base >> 6) % PLACES;
  uint64_t wide = 0, known;
  memset(area, 0, host_bytes);
  if (places[place].buffer == mine->iov_base) {
    memcpy(area, places[place].area, host_bytes);
    memcpy(&wide, area + HEADER, sizeof wide);
  }
  memcpy(area, mine->iov_base, mine->iov_len);
  memcpy(&known, area + HEADER, sizeof known);
  known = (known & NARROW) | (wide & ~NARROW);
  memcpy(area + HEADER, &known, sizeof known);
  struct iovec whole = {area, host_bytes};
  return call(PTRACE_SETREGSET, pid, (void *)NT_X86_XSTATE, &whole);
}

long ptrace(enum __ptrace_request request, ...) {
  static ptrace_call *call;
  if (call == NULL) call = (ptrace_call *)dlsym(RTLD_NEXT, "ptrace");
  va_list words;
  va_start(words, request);
  pid_t pid = va_arg(words, pid_t);
  void *address = va_arg(words, void *);
  void *operand = va_arg(words, void *);
  va_end(words);
  struct iovec *mine = operand;
  if (address == (void *)NT_X86_XSTATE && mine != NULL) {
    if (request == PTRACE_GETREGSET) return get_area(call, pid, mine);
    if (request == PTRACE_SETREGSET && host_bytes > mine->iov_len) return set_area(call, pid, mine);
  }
  return call(request, pid, address, operand);
}
