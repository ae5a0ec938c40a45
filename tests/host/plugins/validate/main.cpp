// The tests, and the other side of validate(): the same program runs one of the validator's tests when told to.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "plugins/validate/validate.hpp"

int main(int argc, char** argv) {
  if (argc == 6 && std::string(argv[1]) == "--one")
    return hotdesk::plugins::validate::run_one(argv[2], argv[3], "9.0.0", std::string(argv[4]) == "1", std::atoi(argv[5]));
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
