#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "plugins/lanes/endpoint.hpp"

namespace hotdesk::plugins {

/// `state` of a manifest.
struct StateSchemas {
  std::uint32_t schema = 0;  ///< what it writes by itself; 0: it has no state
  std::vector<std::uint32_t> reads;
  std::vector<std::uint32_t> writes;
};

/// The newest schema that `from` can write and `to` can read; nullopt: none, the state cannot be handed over. Works up and
/// down: an older version gets what it knows.
std::optional<std::uint32_t> common_schema(const StateSchemas& from, const StateSchemas& to);

/// One tenant's state on its way from an instance to another. Loader thread; blocks.
/// The old instance's calls wait from run() until this object ends, so: run, publish the new instance, let go. A failed
/// run() has changed nothing and holds nothing back; the reason is a sentence.
class Handover {
 public:
  /// `limit`: how long calls may be held back in all.
  Handover(Endpoint& from, Endpoint& to, std::uint32_t schema, std::chrono::milliseconds limit)
      : from_(from), to_(to), schema_(schema), limit_(limit) {}
  ~Handover() { let_go(); }
  Handover(const Handover&) = delete;
  Handover& operator=(const Handover&) = delete;

  /// pause → export → import (dry) → import.
  Result<> run();
  void let_go();

  std::uint32_t schema() const noexcept { return schema_; }
  const std::string& blob() const noexcept { return blob_; }
  std::chrono::microseconds took() const noexcept { return took_; }

 private:
  Result<> carry();
  Endpoint& from_;
  Endpoint& to_;
  const std::uint32_t schema_;
  const std::chrono::milliseconds limit_;
  std::string blob_;
  std::chrono::microseconds took_{0};
  bool paused_ = false;
};

}  // namespace hotdesk::plugins
