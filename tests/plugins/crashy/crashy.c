/* Tries, on command, what a plugin in a runner must not be able to do. The command is the message's text. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hotdesk/plugin/plugin.h"

static const hotdesk_host_call *calls;

#if defined(CRASHY_CONSTRUCTOR)
__attribute__((constructor)) static void before_anything(void) { (void)socket(AF_INET, SOCK_STREAM, 0); }
#endif

static void on_signal(int number) { (void)number; }

static hotdesk_result rewrite(hotdesk_call call, hotdesk_filter_answer *answer, const char *text) {
  answer->verdict = HOTDESK_FILTER_REWRITE;
  answer->text.size = strlen(text);
  answer->text.data = calls->keep(call, text, answer->text.size);
  return answer->text.data != NULL ? HOTDESK_OK : HOTDESK_E_BUDGET;
}

static hotdesk_result inspect(hotdesk_instance *instance, hotdesk_call call, const hotdesk_filter_message *message,
                              hotdesk_filter_answer *answer) {
  char said[64];
  long code = 0;
  (void)instance;
#define IS(word) (message->text.size == sizeof word - 1 && memcmp(message->text.data, word, sizeof word - 1) == 0)
  if (IS("open")) code = open("/etc/passwd", O_RDONLY);
  else if (IS("write")) code = open("/tmp/hotdesk-crashy", O_CREAT | O_WRONLY, 0600);
  else if (IS("socket")) code = socket(AF_INET, SOCK_STREAM, 0);
  else if (IS("exec")) {
    char name[] = "true", *arguments[] = {name, NULL}, *none[] = {NULL};
    code = execve("/bin/true", arguments, none);
  } else if (IS("fork")) {
    code = fork();
    if (code == 0) _exit(0);
  } else if (IS("kill")) code = kill(getppid(), SIGKILL);
  else if (IS("ptrace")) code = ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
  else if (IS("thread")) code = syscall(SYS_clone, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND | CLONE_FS | CLONE_FILES, NULL, NULL, NULL, 0);
  else if (IS("signal")) code = signal(SIGTERM, on_signal) == SIG_ERR ? -1 : 0;
  else if (IS("stderr")) code = write(STDERR_FILENO, "said before the end\n", 20);
  else if (IS("exit")) _exit(3);
  else return rewrite(call, answer, "well");
  snprintf(said, sizeof said, "%ld %d", code < 0 ? -1L : 0L, code < 0 ? errno : 0);
  return rewrite(call, answer, said);
}

static hotdesk_result init(const hotdesk_host *host, hotdesk_shared **shared) {
  (void)shared;
  calls = (const hotdesk_host_call *)host->get_extension(host, HOTDESK_EXT_CALL);
#if defined(CRASHY_INIT)
  for (;;) continue;
#endif
  return HOTDESK_OK;
}
static void deinit(hotdesk_shared *shared) { (void)shared; }
static hotdesk_result create(hotdesk_shared *shared, const hotdesk_host *host, hotdesk_instance **instance) {
  (void)shared, (void)host, (void)instance;
  return HOTDESK_OK;
}
static void destroy(hotdesk_instance *instance) { (void)instance; }

static const void *get_extension(const char *id) {
  static const hotdesk_filter filter = {sizeof filter, 0, inspect, NULL};
  return strcmp(id, HOTDESK_EXT_FILTER) == 0 ? &filter : NULL;
}

HOTDESK_EXPORT const hotdesk_plugin_descriptor *hotdesk_plugin_query(uint32_t abi_major, uint32_t abi_minor) {
  static const hotdesk_plugin_descriptor descriptor = {sizeof descriptor, HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR, 0, HOTDESK_PLUGIN_ID,
                                                       HOTDESK_PLUGIN_VERSION, HOTDESK_PLUGIN_BUILD_ID, init, deinit, create, destroy,
                                                       get_extension};
  (void)abi_minor;
  return abi_major == HOTDESK_ABI_MAJOR ? &descriptor : NULL;
}
