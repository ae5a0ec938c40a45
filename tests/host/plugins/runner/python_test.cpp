// A filter in Python, in the runner lane, over the control socket.
#include <signal.h>

#include <cstdlib>
#include <fstream>

#include "host/plugins/runner/rig.hpp"

namespace hotdesk::plugins::runner::test {
namespace {

Package masker() { return Rig::package("python", "org.example.masker", "1.0.0"); }

#ifdef HOTDESK_SANITIZED
#define PYTHON_TEST(name) TEST(DISABLED_RunnerPython, name)
#else
#define PYTHON_TEST(name) TEST(RunnerPython, name)
#endif

PYTHON_TEST(AFilterMasksAWord) {
  Rig rig;
  ASSERT_EQ(masker().problem, "");
  auto made = rig.try_make(masker(), R"({"words": ["secret", "密码"]})");
  ASSERT_TRUE(made) << made.error().text;
  auto& endpoint = **made;
  EXPECT_EQ(rig.filter(endpoint, "my Secret is 密码!"), "my ****** is **!");
  const auto passed = rig.ask(endpoint, Rig::filter_ask("nothing to hide"));
  EXPECT_EQ(passed.code, HOTDESK_OK);
  EXPECT_EQ(std::get<FilterReply>(passed.reply).verdict, HOTDESK_FILTER_PASS);
  EXPECT_EQ(rig.ask(endpoint, TurnAsk{}).code, HOTDESK_SKIP);
  EXPECT_EQ(endpoint.check(HOTDESK_HEALTH_QUICK), HOTDESK_OK);
  EXPECT_TRUE(rig.wait_line("org.example.masker@1.0.0: masks 2 words"));
}

PYTHON_TEST(ManyCallsAreAnsweredInTurn) {
  Rig rig;
  auto made = rig.try_make(masker());
  ASSERT_TRUE(made) << made.error().text;
  std::vector<std::promise<Outcome>> outcomes(50);
  for (std::size_t i = 0; i < outcomes.size(); ++i) (*made)->start(rig.begin(Rig::filter_ask("secret " + std::to_string(i)), 10'000ms, outcomes[i]));
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    auto outcome = outcomes[i].get_future().get();
    EXPECT_EQ(std::get<FilterReply>(outcome.reply).text, "****** " + std::to_string(i));
  }
}

PYTHON_TEST(ABadConfigurationIsToldWithItsPlace) {
  Rig rig;
  const auto made = rig.try_make(masker(), R"({"words": ["a", ""]})");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().where, "/words/1");
}

PYTHON_TEST(WithoutAnInterpreterItIsRefusedInWords) {
  Rig rig;
  rig.options.python.clear();
  const auto made = rig.try_make(masker());
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().text.find("names no interpreter"), std::string::npos) << made.error().text;
}

PYTHON_TEST(ACrashRestartsIt) {
  Rig rig;
  auto made = rig.try_make(masker());
  ASSERT_TRUE(made) << made.error().text;
  const int pid = rig.lane().status(rig.tenant, "org.example.masker", "1.0.0").pid;
  ASSERT_GT(pid, 0);
  kill(pid, SIGKILL);
  rig.wait_event(RunnerEvent::Kind::crashed);
  EXPECT_EQ(rig.filter_when_back(**made, "secret"), "******");
}

/// What a hostile script tries; each is a package of its own.
class HostileScript : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};
TEST_P(HostileScript, EndsOrGetsNothing) {
#ifdef HOTDESK_SANITIZED
  GTEST_SKIP();
#endif
  Rig rig;
  const auto folder = std::filesystem::path(HOTDESK_TEST_PLUGINS) / "python-hostile" / GetParam().first;
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "script.py") << "import hotdesk_runner as hotdesk\nimport os, socket, subprocess\n"
                                      << "class P(hotdesk.Plugin):\n  def inspect(self, message):\n    " << GetParam().second
                                      << "\n    return hotdesk.rewrite('did it')\nhotdesk.run(P)\n";
  const std::string pack = std::string("python3 ") + HOTDESK_SDK_RUNNER "/python/make_plugin.py " + (folder / "script.py").string() + " " +
                           HOTDESK_SDK_RUNNER "/example/manifest.json " + folder.string() + " > /dev/null";
  ASSERT_EQ(std::system(pack.c_str()), 0);
  auto made = rig.try_make(read_package(folder / "org.example.masker" / "1.0.0", "org.example.masker", "1.0.0"));
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_LT(rig.ask(**made, Rig::filter_ask("x")).code, 0);
}
INSTANTIATE_TEST_SUITE_P(RunnerPython, HostileScript,
                         ::testing::Values(std::pair("connects", "socket.socket().connect(('127.0.0.1', 1))"),
                                           std::pair("forks", "os.fork()"), std::pair("runs", "subprocess.run(['/bin/true'])"),
                                           std::pair("writes", "open('/tmp/hotdesk-was-here', 'w')"),
                                           std::pair("kills", "os.kill(os.getppid(), 9)")),
                         [](const auto& one) { return std::string(one.param.first); });

}  // namespace
}  // namespace hotdesk::plugins::runner::test
