/* Runs a program that is denied system calls: deny NUMBER,NUMBER PROGRAM ARGUMENT... Each gets "not permitted". */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int count, char **arguments)
{
	struct sock_filter filter[64];
	struct sock_fprog program = { .len = 0, .filter = filter };
	char *number;

	if (count < 3)
		return 64;
	filter[program.len++] =
		(struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (number = strtok(arguments[1], ","); number != NULL && program.len < 60; number = strtok(NULL, ",")) {
		filter[program.len++] =
			(struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, atoi(number), 0, 1);
		filter[program.len++] =
			(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	}
	filter[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) {
		perror("deny");
		return 1;
	}
	execvp(arguments[2], arguments + 2);
	perror(arguments[2]);
	return 1;
}
