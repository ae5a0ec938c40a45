#pragma once
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace hotdesk::plugins {

/// Bytes that live until the call (or chain of calls) is over. One thread's own.
class Arena {
 public:
  static constexpr std::size_t most = 1024 * 1024;

  /// A copy, terminated with a zero byte; nullptr beyond `most` bytes in all, or without memory.
  char* keep(std::string_view text) noexcept;
  /// Whether these bytes came from keep().
  bool holds(const char* data, std::size_t size) const noexcept;
  /// Forgets everything; the first block is kept for the next call.
  void clear() noexcept {
    if (used_ != 0) clear_blocks();
  }

 private:
  struct Block {
    std::unique_ptr<char[]> data;
    std::size_t size;
    std::size_t used;
  };
  void clear_blocks() noexcept;
  std::vector<Block> blocks_;
  std::size_t used_ = 0;
};

}  // namespace hotdesk::plugins
