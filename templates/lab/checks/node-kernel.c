/*
 * Tries what a user-mode Linux kernel does at its start, each in a process of its own. Prints a line for each:
 * "NAME ok", or "NAME WHAT: WHY". Without arguments: its ways to run programs. With a directory and the name of a tap
 * device: its memory and its network.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_tun.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/reg.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef __NR_close_range
#define __NR_close_range 436
#endif
#ifndef PTRACE_SYSEMU
#define PTRACE_SYSEMU 31
#endif

/* What a child tells its parent, which may not have a file left to write to. */
static char *said;
static const size_t said_size = 4096;

static void fail(const char *what)
{
	snprintf(said, said_size, "%s: %s", what, errno == 0 ? "it does nothing" : strerror(errno));
	_exit(1);
}

static void on_sigsys(int number)
{
	(void)number;
	_exit(0);
}

static void try_seccomp(const char *unused)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_getppid, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
	};
	struct sock_fprog program = { .len = sizeof(filter) / sizeof(*filter), .filter = filter };
	struct sigaction action = { .sa_handler = on_sigsys };

	(void)unused;
	if (syscall(__NR_close_range, 3, ~0U, 0) != 0)
		fail("close_range");
	if (sigaction(SIGSYS, &action, NULL) != 0)
		fail("sigaction");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		fail("PR_SET_NO_NEW_PRIVS");
	if (syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0)
		fail("to install a filter");
	errno = 0;
	syscall(__NR_getppid);
	errno = 0;
	fail("a filter");
}

static const long made_up = 4711;

/* Asks for its number twice. Both answers are its parent's doing. */
static void traced(void)
{
	long parent = getppid();
	long first, second;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0)
		fail("PTRACE_TRACEME");
	raise(SIGSTOP);
	first = syscall(__NR_getpid);
	second = syscall(__NR_getpid);
	errno = 0;
	if (first != parent)
		fail("to change a system call");
	if (second != made_up)
		fail("PTRACE_SYSEMU");
	_exit(0);
}

static int next_stop(pid_t child, int request, const char *name)
{
	int status;

	if (request != 0 && ptrace(request, child, 0, 0) != 0)
		fail(name);
	if (waitpid(child, &status, WUNTRACED) != child)
		fail("waitpid");
	/* Either it said itself what went wrong, or nothing did. */
	if (WIFEXITED(status))
		_exit(WEXITSTATUS(status));
	if (!WIFSTOPPED(status)) {
		errno = ESRCH;
		fail(name);
	}
	return WSTOPSIG(status);
}

static void try_ptrace(const char *unused)
{
	pid_t child = fork();

	(void)unused;
	if (child < 0)
		fail("fork");
	if (child == 0)
		traced();
	next_stop(child, 0, "PTRACE_TRACEME");
	if (ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD) != 0)
		fail("PTRACE_SETOPTIONS");
	do
		next_stop(child, PTRACE_SYSCALL, "PTRACE_SYSCALL");
	while (ptrace(PTRACE_PEEKUSER, child, 8 * ORIG_RAX, 0) != __NR_getpid);
	if (ptrace(PTRACE_POKEUSER, child, 8 * ORIG_RAX, __NR_getppid) != 0)
		fail("PTRACE_POKEUSER");
	next_stop(child, PTRACE_SYSCALL, "PTRACE_SYSCALL");
	next_stop(child, PTRACE_SYSEMU, "PTRACE_SYSEMU");
	if (ptrace(PTRACE_POKEUSER, child, 8 * RAX, made_up) != 0)
		fail("PTRACE_POKEUSER");
	next_stop(child, PTRACE_CONT, "PTRACE_CONT");
	errno = 0;
	fail("PTRACE_CONT");
}

static void try_memory(const char *directory)
{
	const size_t size = 4096;
	char path[4096];
	int file;

	snprintf(path, sizeof(path), "%s/check-XXXXXX", directory);
	file = mkstemp(path);
	if (file < 0)
		fail("to make a file");
	unlink(path);
	if (ftruncate(file, size) != 0)
		fail("to make the file larger");
	if (mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED, file, 0) == MAP_FAILED)
		fail("to map a file as a program");
	_exit(0);
}

static void try_tap(const char *name)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };
	int device = open("/dev/net/tun", O_RDWR);

	if (device < 0)
		fail("to open /dev/net/tun");
	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (ioctl(device, TUNSETIFF, &request) != 0)
		fail("to attach to a tap device");
	_exit(0);
}

static void attempt(const char *name, void (*what)(const char *), const char *argument)
{
	const unsigned seconds = 5;
	int status;
	pid_t child;

	said[0] = 0;
	fflush(stdout);
	child = fork();
	if (child == 0) {
		alarm(seconds);
		what(argument);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		printf("%s fork: %s\n", name, strerror(errno));
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		printf("%s no answer within %u s\n", name, seconds);
	else if (WIFSIGNALED(status))
		printf("%s ended by signal %d: %s\n", name, WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		printf("%s %s\n", name, WEXITSTATUS(status) == 0 ? "ok" : said);
}

int main(int count, char **arguments)
{
	said = mmap(NULL, said_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (said == MAP_FAILED)
		return 1;
	if (count == 3) {
		attempt("memory", try_memory, arguments[1]);
		attempt("tap", try_tap, arguments[2]);
	} else {
		attempt("seccomp", try_seccomp, NULL);
		attempt("ptrace", try_ptrace, NULL);
	}
	return 0;
}
