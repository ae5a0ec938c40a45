#include "plugins/arena.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <new>

namespace hotdesk::plugins {

namespace {
constexpr std::size_t block_bytes = 16 * 1024;
}

char* Arena::keep(std::string_view text) noexcept {
  const std::size_t needed = text.size() + 1;
  if (text.size() > most || used_ + needed > most) return nullptr;
  try {
    if (blocks_.empty() || blocks_.back().size - blocks_.back().used < needed) {
      const std::size_t size = std::max(block_bytes, needed);
      blocks_.push_back(Block{std::make_unique<char[]>(size), size, 0});
    }
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
  Block& block = blocks_.back();
  char* at = block.data.get() + block.used;
  if (!text.empty()) std::memcpy(at, text.data(), text.size());
  at[text.size()] = '\0';
  block.used += needed;
  used_ += needed;
  return at;
}

bool Arena::holds(const char* data, std::size_t size) const noexcept {
  const std::less_equal<const char*> before;
  for (const Block& block : blocks_) {
    const char* begin = block.data.get();
    if (before(begin, data) && before(data, begin + block.used)) return size <= static_cast<std::size_t>(begin + block.used - data);
  }
  return false;
}

void Arena::clear_blocks() noexcept {
  used_ = 0;
  if (blocks_.size() > 1) blocks_.erase(blocks_.begin() + 1, blocks_.end());
  if (blocks_.front().size > block_bytes) blocks_.clear();
  else blocks_.front().used = 0;
}

}  // namespace hotdesk::plugins
