#pragma once

namespace hotdesk {

/// One lambda per alternative for std::visit: a new alternative does not compile until each reader has answered.
template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};

}  // namespace hotdesk
